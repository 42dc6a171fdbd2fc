"""Commands that need no run."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from certification.checks.catalogue import catalogue
from certification.folders import EXCHANGES
from certification.levels.standard import STANDARD
from tests.flows.conftest import Certify
from tests.simulators.scripted_server import Scripted, scripted_server
from tests.simulators.small_exchange import write_description, write_exchange

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def exchanges(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "exchanges"
    write_exchange(folder, "small", name="Small [red]Exchange[/red]")
    monkeypatch.setenv("CERTIFY_EXCHANGES", str(folder))
    return folder


def test_sources_are_written_and_found_unchanged(certify: Certify, exchanges: Path, tmp_path: Path) -> None:
    made = certify("generate", "small", "--out", str(tmp_path / "made"))
    assert made.exit_code == 0
    assert len(made.out.splitlines()) == 3
    assert "openxapi-small 0.1.0, 6 operations" in made.out
    assert certify("generate", "small", "--out", str(tmp_path / "made"), "--check").exit_code == 0


def test_a_tree_that_differs_is_named_file_by_file_and_left_alone(certify: Certify, exchanges: Path, tmp_path: Path) -> None:
    place = tmp_path / "made" / "go"
    certify("generate", "small", "--language", "go", "--out", str(tmp_path / "made"))
    (place / "go.mod").write_text("module other\n")
    (place / "README.md").unlink()
    (place / "extra.go").write_text("package extra\n")
    ended = certify("generate", "small", "--language", "go", "--out", str(tmp_path / "made"), "--check")
    assert ended.exit_code == 1
    named = [line.split()[0] for line in ended.err.splitlines()]
    assert named == [str(place / name) for name in ("README.md", "extra.go", "go.mod")]
    assert (place / "go.mod").read_text() == "module other\n"
    refused = certify("generate", "small", "--language", "go", "--out", str(tmp_path / "made"))
    assert refused.exit_code == 2
    assert "extra.go" in refused.complaint
    assert (place / "extra.go").exists(), "nobody else's file is touched"


def test_streams_go_with_a_description_or_alone(certify: Certify, exchanges: Path, tmp_path: Path) -> None:
    rest, streams = exchanges / "small" / "openapi.json", tmp_path / "streams.yaml"
    message = "{payload: {type: object, properties: {price: {type: string}}}}"
    streams.write_text(f"asyncapi: 3.0.0\nchannels: {{ticks: {{address: /, messages: {{tick: {message}}}}}}}\n")
    out = tmp_path / "made"
    arguments = ("generate", str(rest), "--streams", str(streams), "--language", "python", "--out", str(out))
    assert certify(*arguments).exit_code == 0
    assert "class TickMessage" in "".join(file.read_text() for file in (out / "python").rglob("*.py"))
    assert "unchanged" in certify(*arguments).out
    streams.write_text(streams.read_text().replace("price", "amount"))
    assert "unchanged" not in certify(*arguments).out
    assert certify("generate", str(streams), "--language", "go", "--out", str(tmp_path / "alone")).exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("{streams}", "--streams", "{streams}"), "AsyncAPI already"),
        (("{rest}", "--streams", "{rest}"), "no AsyncAPI description"),
        (("{rest}", "--streams", "{streams}.gone"), "there is no such file"),
        (("{streams}", "--backend", "openapi-generator"), "OpenAPI Generator can't read AsyncAPI"),
        (("{neither}",), "neither “openapi”, “swagger” nor “asyncapi”"),
    ],
)
def test_what_is_neither_kind_or_twice_the_same_is_one_line(
    certify: Certify, exchanges: Path, tmp_path: Path, arguments: tuple[str, ...], complaint: str
) -> None:
    streams, neither = tmp_path / "streams.yaml", tmp_path / "neither.json"
    streams.write_text("asyncapi: 3.0.0\nchannels: {ticks: {address: /}}\n")
    neither.write_text('{"hello": 1}')
    places = {"rest": exchanges / "small" / "openapi.json", "streams": streams, "neither": neither}
    ended = certify("generate", *(argument.format(**places) for argument in arguments), "--out", str(tmp_path / "made"))
    assert ended.exit_code == 2
    assert complaint in ended.complaint
    assert len(ended.err.strip().splitlines()) == 1


def test_a_bare_description_gets_names_from_its_file(certify: Certify, exchanges: Path, tmp_path: Path) -> None:
    for name, package in (("My API (v2).json", "my-api-v2"), ("2026.json", "api-2026"), ("日本.json", "api")):
        (tmp_path / name).write_bytes((exchanges / "small" / "openapi.json").read_bytes())
        ended = certify("generate", str(tmp_path / name), "--language", "python")
        assert ended.exit_code == 0, ended.err
        assert f"sdks/{package}/python: {package} 0.1.0" in ended.out
        assert (tmp_path / "sdks" / package / "python" / "pyproject.toml").is_file()


def test_a_description_may_come_from_a_url(certify: Certify, exchanges: Path, tmp_path: Path) -> None:
    with scripted_server() as server:
        server.answer = Scripted(body=(exchanges / "small" / "openapi.json").read_bytes())
        ended = certify("generate", f"{server.url}/openapi.json", "--language", "typescript", "--out", str(tmp_path / "made"))
        assert ended.exit_code == 0, ended.err
        different = certify("diff", str(exchanges / "small" / "openapi.json"), f"{server.url}/openapi.json", "--json")
    assert (tmp_path / "made" / "typescript" / "package.json").is_file()
    assert json.loads(different.out) == {"bump": "none", "version": "0.1.0", "changes": []}


def test_a_difference_is_told_with_the_bump_it_asks_for(certify: Certify, exchanges: Path, tmp_path: Path) -> None:
    old = exchanges / "small" / "openapi.json"
    new = tmp_path / "new.json"
    write_description(new, without="/report", with_path="/ticker")
    document = json.loads(certify("diff", str(old), str(new), "--json").out)
    assert document["bump"] == "major"
    assert {(change["change_class"], change["rule"]) for change in document["changes"]} >= {("breaking", "operation-removed")}
    shown = certify("diff", str(old), str(new))
    assert "operation-removed" in shown.out
    assert "0 documentation, 1 additive, 1 breaking; version bump: major, 0.1.0 to 0.2.0" in shown.out
    entry = certify("diff", str(old), str(new), "--changelog", "--current", "1.4.2").out
    assert entry.startswith("## 2.0.0\n\n### Breaking\n\n- ")
    assert certify("diff", str(old), str(new), "--current", "1.4").exit_code == 2
    nothing = certify("diff", str(old), str(old))
    assert nothing.out.strip() == "0 documentation, 0 additive, 0 breaking; version bump: none"


def test_exchanges_come_from_the_folder_that_is_set(certify: Certify, exchanges: Path) -> None:
    rows = json.loads(certify("exchanges", "--json").out)
    assert [row["id"] for row in rows] == ["small"]
    assert (rows[0]["spec"], rows[0]["sandbox"], rows[0]["signing"]) == ("openapi.json", "none", "none")
    assert rows[0]["reach"]["sdks"]["level"] == "bronze"
    assert rows[0]["reach"]["api"]["obstacles"][0] == {"level": "silver", "reason": "no sandbox"}
    assert "[red]Exchange[/red]" in certify("exchanges").out, "a name is text, not mark-up"


@pytest.mark.parametrize("columns", [40, 80, 140])
def test_exchanges_read_well_in_any_width(certify: Certify, exchanges: Path, monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = certify("exchanges").out.splitlines()
    assert max(len(line.rstrip()) for line in lines) <= columns
    assert " ".join(" ".join(lines).split()).count("no sandbox") == 1


def test_one_exchange_is_told_whole(certify: Certify, exchanges: Path) -> None:
    told = " ".join(certify("exchanges", "small").out.split())
    assert "description openapi.json" in told
    assert "the API can reach bronze not silver no sandbox" in told
    assert json.loads(certify("exchanges", "small", "--json").out)["id"] == "small"
    assert certify("exchanges", "other").exit_code == 2


def test_a_broken_profile_hides_no_other(certify: Certify, exchanges: Path) -> None:
    (exchanges / "broken").mkdir()
    (exchanges / "broken" / "profile.yaml").write_text("id: [")
    ended = certify("exchanges")
    assert ended.exit_code == 2
    assert "small" in ended.out
    assert "broken/profile.yaml" in ended.err


def test_every_exchange_of_the_product_is_listed(certify: Certify, home: Path) -> None:
    ended = certify("exchanges", "--json")
    rows = {row["id"]: row for row in json.loads(ended.out)}
    assert rows.keys() == {file.parent.name for file in EXCHANGES.glob("*/profile.yaml")}
    assert rows["reference"]["sandbox"] == "embedded"


def test_the_catalogue_says_what_each_check_weighs(certify: Certify, home: Path) -> None:
    rows = {row["id"]: row for row in json.loads(certify("checks", "--json").out)}
    assert rows.keys() == {entry.id for entry in catalogue()}
    ruled = {rule.check: level.level.label for level in STANDARD.levels for rule in level.rules}
    assert {name: row["level"] for name, row in rows.items() if row["level"]} == ruled
    shown = certify("checks")
    assert f"{len(rows)} checks; standard" in shown.out
    assert STANDARD.digest()[:16] in shown.out
    one = next(iter(ruled))
    explained = certify("checks", one)
    assert explained.out.startswith(one)
    assert "Weighs:" in explained.out
    assert rows[one]["remediation"] in explained.out
    assert f"Finding:  {rows[one]['finding']}" in explained.out
    assert "--fault" not in explained.out
    assert "--fault wrong-fee\n" in certify("checks", "balances.fees_are_as_documented").out


def test_a_key_is_made_once_private_and_shown_by_its_public_half(certify: Certify, home: Path) -> None:
    first = certify("keys")
    assert "keep it private" in first.err
    again = certify("keys")
    assert "keep it private" not in again.err
    assert again.out == first.out
    key = home / "keys" / "signing.pem"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    trust = certify("keys", "--trust")
    assert json.loads(trust.out)
    assert "PRIVATE" not in trust.out + first.out


def test_a_rotated_key_leaves_the_old_one_trusted_until_now(certify: Certify, home: Path) -> None:
    before = certify("keys").out.split()[0]
    rotated = certify("keys", "--rotate").out.splitlines()
    assert any(line.startswith(before) and " until " in line for line in rotated)
    assert any(not line.startswith(before) and " until " not in line for line in rotated)


def test_help_lists_every_command_without_importing_one(certify: Certify, home: Path) -> None:
    listed = certify("--help")
    assert listed.exit_code == 0
    assert "Exit codes: 0 certified or verified" in " ".join(listed.out.split())
    for name in ("demo", "run", "generate", "diff", "watch", "serve", "verify", "keys", "revoke", "exchanges", "checks"):
        assert re.search(rf"^  {name} ", listed.out, re.MULTILINE)
        assert certify(name, "--help").exit_code == 0
    assert certify("--version").out.startswith("certify")


@pytest.mark.parametrize("arguments", ["verify nothing-here", "checks", "keys", "--help", "exchanges"])
def test_what_needs_no_flow_starts_without_prefect(home: Path, arguments: str) -> None:
    program = f"import sys; from flows.cli import main; main({arguments.split()!r}); sys.exit('prefect' in sys.modules)"
    ended = subprocess.run((sys.executable, "-c", program), check=False, capture_output=True, cwd=REPOSITORY, env=dict(os.environ))
    assert ended.returncode == 0


def test_a_reader_that_has_gone_is_no_error(home: Path) -> None:
    command = f"{sys.executable} -m flows.cli checks --json | head -c 1; echo ${{PIPESTATUS[0]}}"
    ended = subprocess.run(("bash", "-c", command), check=False, capture_output=True, text=True, cwd=REPOSITORY)
    assert ended.stdout.endswith("0\n")
    assert ended.stderr == ""


def test_an_error_of_ours_that_nobody_foresaw_is_one_line_or_all_of_it(
    certify: Certify, exchanges: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CERTIFY_DATABASE_URL", "nonsense")
    refused = ("revoke", "20260301T120000Z-00c0ffee", "--reason", "x")
    assert certify(*refused).exit_code == 2
    monkeypatch.setenv("CERTIFY_DEBUG", "1")
    with pytest.raises(Exception, match="database"):
        certify(*refused)


def test_a_plan_is_told_and_nothing_is_called(certify: Certify, home: Path) -> None:
    ended = certify("run", "reference", "--sandbox", "http://127.0.0.1:9", "--plan")
    assert ended.exit_code == 0
    assert "calls to the sandbox" in ended.out.splitlines()[0]
    stages, unseen = ended.out.splitlines()[1:4], ended.out.splitlines()[4:]
    assert [line.partition(":")[0] for line in stages] == ["scenarios", "contract test", "trials of 3 SDKs"]
    assert unseen[0].endswith(" scenarios will not be played:")
    assert any(line.startswith("  limits.burst, limits.key: its limit is not broken on purpose") for line in unseen[1:])
    assert not (home.parent / "out").exists()


def test_one_scenario_is_played_again_step_by_step(certify: Certify, home: Path) -> None:
    sound = certify("replay", "reference", "orders.same-client-id")
    assert sound.exit_code == 0
    assert "nothing that it showed breaks a rule" in sound.out
    broken = certify("replay", "reference", "orders.same-client-id", "--fault", "duplicate-client-id-accepted")
    assert broken.exit_code == 1
    assert "✗ " in broken.out
    down = certify("replay", "reference", "orders.same-client-id", "--sandbox", "http://127.0.0.1:1")
    assert down.exit_code == 3
    assert "not played: " in down.out


def test_the_faults_of_the_reference_exchange_are_listed(certify: Certify, home: Path) -> None:
    names = [json.loads(line)["name"] for line in certify("sandbox", "reference", "--list-faults").out.splitlines()]
    assert len(names) >= 20
    assert len(set(names)) == len(names)


def test_images_need_an_engine(certify: Certify, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/nobody.sock")
    ended = certify("images")
    assert ended.exit_code == 3
    assert ended.complaint


def test_what_reading_a_description_shows_is_listed_with_its_places(certify: Certify, home: Path, tmp_path: Path) -> None:
    file = tmp_path / "flawed.yaml"
    file.write_text(
        "openapi: 3.1.0\ninfo: {title: Flawed, version: '1'}\npaths:\n  /time:\n    get:\n      operationId: time\n"
        "      responses:\n        '200':\n          description: ok\n          content:\n            application/json:\n"
        "              schema: {$ref: '#/components/schemas/Absent'}\n"
    )
    ended = certify("describe", str(file))
    assert re.search(r"refused dangling-reference at /paths/.*, line 12: ", ended.out), ended.out
    assert ended.out.splitlines()[-1].endswith("flaws")
    assert ended.exit_code == 1
