"""What people get wrong: each mistake ends in one clear line and the documented exit code, and nothing is left behind."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from certification.folders import EXCHANGES
from tests.flows.conftest import Certify
from tests.simulators.scripted_server import Scripted, scripted_server

Given = Callable[[Path], str]

EMPTY_PATHS = "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {}\n"
CYCLE = (
    "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths:\n  /a:\n    get:\n      responses:\n        '200':\n          description: d\n"
    "          content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}\n"
    "components: {schemas: {A: {$ref: '#/components/schemas/B'}, B: {$ref: '#/components/schemas/A'}}}\n"
)
DANGLING = CYCLE.replace("A: {$ref: '#/components/schemas/B'}, B: {$ref: '#/components/schemas/A'}", "C: {type: string}")
REMOTE = CYCLE.replace("'#/components/schemas/A'}}}\ncomponents", "'http://169.254.169.254/latest/meta-data'}}}\ncomponents")
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join('*' + chr(97 + n) for _ in range(9))}]\n" for n in range(9)
)


def _file(content: str | bytes) -> Given:
    def given(folder: Path) -> str:
        file = folder / "description.yaml"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(file)

    return given


def _large(folder: Path) -> str:
    file = folder / "large.yaml"
    with file.open("wb") as stream:
        stream.truncate(200 * 1024 * 1024)
    return str(file)


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        pytest.param(lambda folder: str(folder / "nowhere.yaml"), "no such file", id="missing file"),
        pytest.param(_file("<!doctype html><html><body>Not found</body></html>"), "HTML", id="HTML instead of YAML"),
        pytest.param(_large, "larger than", id="200 MB"),
        pytest.param(_file(BOMB), "alias", id="YAML bomb"),
        pytest.param(_file(EMPTY_PATHS), "no operation", id="no paths"),
        pytest.param(_file(b"\xff\xfe\x00\x01"), "description.yaml", id="binary"),
        pytest.param(_file(""), "description.yaml", id="empty"),
        pytest.param(_file("[" * 100_000), "nest", id="too deep"),
    ],
)
def test_a_description_that_can_t_be_used_is_refused_in_one_line(certify: Certify, tmp_path: Path, given: Given, complaint: str) -> None:
    ended = certify("run", "reference", "--spec", given(tmp_path), "--isolation", "process")
    assert ended.exit_code == 2
    assert complaint.lower() in ended.complaint.lower()
    assert ended.out == ""
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("description", "rule"),
    [
        pytest.param(CYCLE, "cyclic-reference", id="cyclic"),
        pytest.param(DANGLING, "dangling-reference", id="dangling"),
        pytest.param(REMOTE, "remote-reference", id="to a private address"),
    ],
)
def test_a_reference_that_leads_nowhere_is_a_finding_with_its_place(
    certify: Certify, prefect: None, tmp_path: Path, description: str, rule: str
) -> None:
    given = _file(description)(tmp_path)
    ended = certify("run", "reference", "--spec", given, "--part", "sdks", "--language", "python", "--isolation", "process", "--json")
    assert ended.exit_code == 1
    report = json.loads(ended.out)
    found = [
        finding for finding in report["findings"] if finding["outcome"] == "failed" and any(rule in line for line in finding["evidence"])
    ]
    assert found
    assert any("line" in line for finding in found for line in finding["evidence"])


@pytest.mark.parametrize(
    ("answer", "exit_code", "complaint"),
    [
        pytest.param(Scripted(status=404), 2, "404", id="404"),
        pytest.param(Scripted(status=200, body=b"<html></html>", headers=(("content-type", "text/html"),)), 2, "HTML", id="HTML"),
        pytest.param(Scripted(status=503), 2, "503", id="503"),
    ],
)
def test_a_url_without_a_description_is_refused_in_one_line(certify: Certify, answer: Scripted, exit_code: int, complaint: str) -> None:
    with scripted_server() as server:
        server.answer = answer
        ended = certify("run", "reference", "--spec", f"{server.url}/openapi.yaml", "--isolation", "process")
    assert ended.exit_code == exit_code
    assert complaint.lower() in ended.complaint.lower()


def test_a_profile_with_a_misspelt_field_names_file_line_and_field(certify: Certify, tmp_path: Path) -> None:
    folder = tmp_path / "acme"
    shutil.copytree(EXCHANGES / "reference", folder)
    profile = folder / "profile.yaml"
    profile.write_text(profile.read_text().replace("sandbox:\n", "sandbux:\n", 1))
    ended = certify("run", str(profile))
    assert ended.exit_code == 2
    assert "sandbux: unknown field" in ended.complaint
    assert f"{profile}:" in ended.complaint


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("run",), id="no exchange"),
        pytest.param(("run", "reference", "--level", "diamond"), id="unknown level"),
        pytest.param(("run", "reference", "--language", "cobol"), id="unknown language"),
        pytest.param(("run", "reference", "--part", ""), id="no part"),
        pytest.param(("run", "atlantis"), id="unknown exchange"),
        pytest.param(("replay", "reference", "no.such-story"), id="unknown story"),
        pytest.param(("verify", "nothing-here"), id="nothing to verify"),
        pytest.param(("diff", "a.yaml", "b.yaml"), id="nothing to compare"),
        pytest.param(("checks", "no.such"), id="unknown check"),
        pytest.param(("watch", "--once", "--exchange", "atlantis"), id="nothing to watch"),
        pytest.param(("revoke", "20260101T000000Z-00000000", "--reason", "x"), id="nothing to revoke"),
        pytest.param(("frobnicate",), id="unknown command"),
    ],
)
def test_wrong_usage_is_one_line_with_exit_code_2(certify: Certify, arguments: tuple[str, ...]) -> None:
    ended = certify(*arguments)
    assert ended.exit_code in {1, 2} if arguments[0] == "verify" else ended.exit_code == 2
    assert ended.complaint
    assert "Traceback" not in ended.err


@pytest.fixture
def accounts(monkeypatch: pytest.MonkeyPatch) -> None:
    for word in ("FIRST", "SECOND"):
        monkeypatch.setenv(f"REFERENCE_{word}_KEY", f"{word.lower()}-key")
        monkeypatch.setenv(f"REFERENCE_{word}_SECRET", f"{word.lower()}-secret-of-a-test")


def _closed_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


@pytest.fixture
def sandbox(request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param is None:
        yield _closed_port()
        return
    with scripted_server() as server:
        server.answer = request.param
        yield server.url


@pytest.mark.parametrize(
    "sandbox",
    [
        pytest.param(None, id="down"),
        pytest.param(Scripted(status=500, body=b'{"error": "boom"}'), id="500 to all"),
        pytest.param(Scripted(status=401, body=b'{"code": "unauthorised"}'), id="401 to all"),
        pytest.param(Scripted(status=429, body=b"{}", headers=(("retry-after", "0"),)), id="429 to all"),
    ],
    indirect=True,
)
def test_a_sandbox_in_trouble_is_inconclusive_never_passed_never_failed(
    certify: Certify, prefect: None, accounts: None, sandbox: str
) -> None:
    ended = certify("run", "reference", "--sandbox", sandbox, "--part", "api", "--isolation", "process", "--json")
    report = json.loads(ended.out)
    assert ended.exit_code == 3, report["verdict"]
    assert report["verdict"]["outcome"] == "inconclusive"
    assert report["verdict"]["reasons"]
    assert "secret-of-a-test" not in ended.out + ended.err


def test_an_output_folder_that_can_t_be_made_says_what_to_do(certify: Certify, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    ended = certify("run", "reference", "--isolation", "process", "--out", str(tmp_path / "file" / "out"))
    assert ended.exit_code == 2
    assert str(tmp_path / "file") in ended.complaint


def test_a_key_file_that_can_t_be_used_says_which(certify: Certify, home: Path) -> None:
    (home / "keys").mkdir(parents=True, mode=0o700)
    key = home / "keys" / "signing.pem"
    key.write_text("no key")
    key.chmod(0o600)
    ended = certify("keys")
    assert ended.exit_code == 2
    assert str(key) in ended.complaint


def test_a_port_that_is_taken_says_which(certify: Certify) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = certify("serve", "--port", str(port))
    assert ended.exit_code == 2
    assert str(port) in ended.complaint
    assert "--port" in ended.complaint


def test_a_full_disk_says_so_and_loses_nothing(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(small)], check=False, capture_output=True)
    if mounted.returncode:
        pytest.skip("needs the right to mount a small file system")
    try:
        environment = os.environ | {"CERTIFY_HOME": str(tmp_path / "home")}
        command = [sys.executable, "-m", "flows.cli", "generate", "reference", "--out", str(small / "sdks")]
        ended = subprocess.run(command, check=False, capture_output=True, text=True, env=environment, cwd=Path(__file__).parents[2])
    finally:
        subprocess.run(["umount", str(small)], check=True)
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1
    assert "No space left" in ended.stderr
