"""Every command that README.md shows is run, or at least parsed: a new one without an entry in ``TREATMENT`` fails."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, auto
from itertools import pairwise
from pathlib import Path

import click
import pytest

from certification.folders import EXCHANGES
from certification.profiles import load_profile
from certification.sandboxes.reference.faults import FAULTS
from flows.cli import certify, main
from portal.app import create_app
from portal.pages import _install
from portal.settings import PortalSettings
from reports.registries.static import Record, StaticRegistry
from sdkgen.language import Language
from tests.conftest import REPOSITORY
from tests.simulators.asgi_client import AsgiClient, asking
from tests.simulators.certified_run import CertifiedRun, finish

README = (REPOSITORY / "README.md").read_text()
TOKEN = "the-token-of-a-test"


class How(Enum):
    """What a test does with a command."""

    RUN = auto()
    """Run through the command line, and end with 0."""
    FAILS = auto()
    """Run through the command line, and end with 1."""
    PARSED = auto()
    """Too long, or in need of an engine: its options and arguments are parsed, nothing is done."""
    MAKE = auto()
    """Too long: ``make --dry-run`` must know how."""
    ASKED = auto()
    """Sent to a portal, without a socket."""
    SHOWN = auto()
    """Needs a registry and another tool: it must be what the portal's own page tells. (Installing is tested in ``reports/registries``.)"""
    CHECKED = auto()
    """Run with the tools that a person has."""
    OUTSIDE = auto()
    """Another program's, not to be had here."""


TREATMENT = {
    "make demo": How.MAKE,
    "make test": How.MAKE,
    "source .venv/bin/activate": How.OUTSIDE,
    "certify --help": How.RUN,
    "certify checks": How.RUN,
    "certify checks orders.cancelled_orders_are_gone": How.RUN,
    "certify exchanges": How.RUN,
    "certify run reference --part sdks --language python": How.PARSED,
    "certify run reference --level gold --seed 7": How.PARSED,
    "certify run exchanges/reference/profile.yaml --sandbox http://127.0.0.1:8080 --plan": How.PARSED,
    "certify run exchanges/reference/profile.yaml --sandbox http://127.0.0.1:8080": How.PARSED,
    "certify replay reference orders.rest-and-cancel": How.RUN,
    "certify replay reference orders.rest-and-cancel --fault cancelled-order-still-open": How.FAILS,
    "certify sandbox reference --list-faults": How.RUN,
    "certify sandbox reference --port 8080 --fault unsorted-depth": How.PARSED,
    "certify watch --once --exchange reference": How.RUN,
    "certify generate reference --out sdks/reference": How.RUN,
    "certify generate reference --out sdks/reference --check": How.RUN,
    "certify diff exchanges/reference/openapi.yaml exchanges/reference/openapi.yaml": How.RUN,
    "export CERTIFY_API_TOKEN=$(openssl rand -hex 24)": How.OUTSIDE,
    "certify serve --port 8460": How.PARSED,
    "certify keys": How.RUN,
    "certify keys --trust": How.RUN,
    "certify keys --rotate": How.RUN,
    'certify revoke 20260101T000000Z-0123abcd --reason "the exchange changed its matching rules"': How.PARSED,
    'certify revoke 20260101T000000Z-0123abcd --reason "mended" --reinstate': How.PARSED,
    "certify images": How.PARSED,
    "certify run reference --isolation container": How.PARSED,
    "debootstrap --variant=minbase --include=python3,python3-venv,git,make,ca-certificates bookworm base": How.OUTSIDE,
    "tar -C base -c . | docker import - certify-base:bookworm": How.OUTSIDE,
    "export CERTIFY_BASE_IMAGE=certify-base:bookworm": How.OUTSIDE,
    "certify verify out/reference/latest --trust trust.json --level silver": How.RUN,
    "certify verify out/reference/latest/packages/openxapi_reference-0.1.0-py3-none-any.whl --trust trust.json": How.PARSED,
    "certify verify out/reference/latest/report.json --trust trust.json --json": How.RUN,
    "openssl dgst -sha256 -verify signing.pub -signature signature.bin signed.bin": How.CHECKED,
    "sha256sum --check digests": How.CHECKED,
}
BY_PROGRAM = {"curl": How.ASKED, "pip": How.SHOWN, "npm": How.SHOWN, "GOPROXY": How.SHOWN, "cosign": How.OUTSIDE}


def blocks(language: str) -> list[str]:
    found = re.findall(rf"^( *)```{language}\n(.*?)^\1```$", README, re.MULTILINE | re.DOTALL)
    return [text for _, text in found]


BLOCKS = [[line for line in text.splitlines() if line] for text in blocks("sh")]
COMMANDS = [line for lines in BLOCKS for line in lines]


def how(line: str) -> How | None:
    return TREATMENT.get(line) or BY_PROGRAM.get(re.split(r"[ =]", line, maxsplit=1)[0])


def treated(*ways: How) -> list[str]:
    return [line for line in COMMANDS if how(line) in ways]


def test_every_command_has_a_treatment_and_every_treatment_a_command() -> None:
    assert [line for line in COMMANDS if how(line) is None] == []
    assert [line for line in TREATMENT if line not in COMMANDS] == []


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A folder as the README's reader has it: profiles, and a run that was certified a moment ago."""

    folder: Path
    run: CertifiedRun


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    run = finish(tmp_path / "made", finished_at=datetime.now(UTC).replace(microsecond=0))
    folder = tmp_path / "here"
    (folder / "out" / "reference").mkdir(parents=True)
    (folder / "out" / "reference" / "latest").symlink_to(run.folder)
    (folder / "exchanges").symlink_to(EXCHANGES)
    shutil.copyfile(tmp_path / "made" / "keys" / "trust.json", folder / "trust.json")
    shutil.copyfile(tmp_path / "made" / "keys" / "signing.pub", run.folder / "signing.pub")
    monkeypatch.setenv("CERTIFY_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(folder)
    return Place(folder=folder, run=run)


@pytest.mark.parametrize("lines", [lines for lines in BLOCKS if {How.RUN, How.FAILS} & set(map(how, lines))], ids=lambda lines: lines[0])
def test_commands_do_what_they_say(lines: list[str], place: Place, capfd: pytest.CaptureFixture[str]) -> None:
    for line in lines:
        wanted = {How.RUN: 0, How.FAILS: 1}.get(how(line) or How.OUTSIDE)
        if wanted is not None:
            assert main(shlex.split(line)[1:]) == wanted, f"{line}\n{capfd.readouterr().err}"


@pytest.mark.parametrize("line", treated(How.PARSED))
def test_long_commands_are_understood(line: str) -> None:
    command: click.Command = certify
    words = shlex.split(line)[1:]
    while isinstance(command, click.Group):
        inner = command.get_command(click.Context(command), words.pop(0))
        assert inner is not None
        command = inner
    command.make_context("certify", words)


def test_faults_are_those_of_the_reference_exchange() -> None:
    named = [match for line in COMMANDS for match in re.findall(r"--fault (\S+)", line)]
    assert named
    assert set(named) <= {fault.name for fault in FAULTS}


@pytest.mark.parametrize("line", treated(How.MAKE))
def test_make_knows_its_targets(line: str) -> None:
    subprocess.run(("make", "--dry-run", *shlex.split(line)[1:]), cwd=REPOSITORY, check=True, capture_output=True)


@pytest.fixture
def portal(place: Place) -> Iterator[AsgiClient]:
    settings = PortalSettings(
        database_url=f"sqlite:///{place.folder / 'certify.sqlite'}",
        registry=StaticRegistry(folder=place.folder / "registry"),
        exchanges=EXCHANGES,
        trust=place.folder / "trust.json",
        public_url="http://127.0.0.1:8460",
        token=TOKEN,
    )
    with asking(create_app(settings), base_url=settings.public_url) as client:
        yield client


def test_the_portal_answers_what_is_asked_of_it(portal: AsgiClient) -> None:
    entered = ""
    for line in treated(How.ASKED):
        words = shlex.split(line.replace("$CERTIFY_API_TOKEN", TOKEN).replace("/ID", f"/{entered}"))
        given = dict(pairwise(words))
        headers = [tuple(after.split(": ")) for word, after in pairwise(words) if word == "-H"]
        (address,) = (word for word in words if word.startswith("http://"))
        answer = portal.request(given.get("-X", "GET"), address, headers=headers, content=given.get("-d"))
        assert answer.is_success, f"{line}\n{answer.text}"
        entered = entered or answer.json()["id"]


def test_packages_are_installed_as_the_portal_tells() -> None:
    profile = load_profile(EXCHANGES / "reference" / "profile.yaml")
    told = [
        _install(
            Record(
                schema="",
                language=language,
                package=getattr(profile.sdk.packages, language.value),
                version=profile.sdk.version,
                run_id="",
                envelope="",
                published_at=datetime.now(UTC),
                withdrawn="",
                files=(),
            ),
            "http://127.0.0.1:8460",
        )
        for language in Language
    ]
    assert treated(How.SHOWN) == told


@pytest.mark.skipif(shutil.which("openssl") is None or shutil.which("sha256sum") is None, reason="no openssl or sha256sum here")
def test_a_certificate_is_verified_without_our_program(place: Place) -> None:
    (program,) = blocks("python")
    subprocess.run((sys.executable, "-I", "-W", "ignore::ResourceWarning", "-c", program), cwd=place.run.folder, check=True)
    for line in treated(How.CHECKED):
        subprocess.run(shlex.split(line), cwd=place.run.folder, check=True, capture_output=True)


@pytest.mark.parametrize("text", blocks("yaml"), ids=("least", "whole"))
def test_profiles_of_the_walk_through_are_valid(text: str, tmp_path: Path) -> None:
    file = tmp_path / "profile.yaml"
    file.write_text(re.sub(r"^   ", "", text, flags=re.MULTILINE))
    assert load_profile(file).id == "acme"


def test_the_table_of_settings_is_whole_and_true() -> None:
    told = set(re.findall(r"^\| `(CERTIFY_[A-Z_]+)` \|", README, re.MULTILINE))
    assert set(re.findall(r"\"(CERTIFY_[A-Z_]+)\"", (REPOSITORY / "flows" / "settings.py").read_text())) <= told
    source = "".join(path.read_text() for folder in ("flows", "tests") for path in (REPOSITORY / folder).rglob("*.py"))
    assert [name for name in sorted(told) if f'"{name}"' not in source] == []
