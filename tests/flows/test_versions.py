from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

from certification.errors import CertificationError
from certification.model import SpecSnapshot
from certification.specs.changelog import next_version
from flows.versions import version_for
from tests.simulators.certified_run import snapshot

OLD = snapshot()
NEW = replace(OLD, digest="2" * 64)


def steps(step: str) -> Callable[[SpecSnapshot], str]:
    return lambda _: step


def never(_: SpecSnapshot) -> str:
    pytest.fail("nothing was there to compare with")


def test_an_exchange_begins_with_its_first_version(tmp_path: Path) -> None:
    ledger = tmp_path / "deep" / "small.json"
    assert version_for(ledger, source="a", snapshot=OLD, first="0.1.0", bump=never) == "0.1.0"


def test_the_same_source_keeps_its_version(tmp_path: Path) -> None:
    ledger = tmp_path / "small.json"
    version_for(ledger, source="a", snapshot=OLD, first="0.1.0", bump=never)
    version_for(ledger, source="b", snapshot=NEW, first="0.1.0", bump=steps("minor"))
    before = ledger.read_bytes()
    assert version_for(ledger, source="a", snapshot=OLD, first="9.9.9", bump=never) == "0.1.0"
    assert version_for(ledger, source="b", snapshot=NEW, first="9.9.9", bump=never) == "0.1.1"
    assert ledger.read_bytes() == before


def test_a_change_is_measured_against_the_newest_version(tmp_path: Path) -> None:
    ledger = tmp_path / "small.json"
    version_for(ledger, source="a", snapshot=OLD, first="1.0.0", bump=never)
    version_for(ledger, source="b", snapshot=NEW, first="1.0.0", bump=steps("minor"))
    compared: list[str] = []

    def bump(old: SpecSnapshot) -> str:
        compared.append(old.digest)
        return "major"

    assert version_for(ledger, source="c", snapshot=OLD, first="1.0.0", bump=bump) == "2.0.0"
    assert compared == [NEW.digest]


@pytest.mark.parametrize(
    ("version", "step", "expected"),
    [
        ("0.3.4", "major", "0.4.0"),
        ("0.3.4", "minor", "0.3.5"),
        ("0.3.4", "patch", "0.3.5"),
        ("0.3.4", "none", "0.3.5"),
        ("1.3.4", "major", "2.0.0"),
        ("1.3.4", "minor", "1.4.0"),
        ("1.3.4", "patch", "1.3.5"),
        ("1.3.4", "none", "1.3.5"),
    ],
)
def test_a_step_is_as_large_as_the_change(version: str, step: str, expected: str) -> None:
    assert next_version(version, step) == expected


@given(st.tuples(*[st.integers(0, 10**6)] * 3), st.sampled_from(["major", "minor", "patch", "none"]))
def test_a_version_only_ever_grows(numbers: tuple[int, int, int], step: str) -> None:
    version = ".".join(map(str, numbers))
    assert Version(next_version(version, step)) > Version(version)


@pytest.mark.parametrize("content", [b"", b"[", b"{}", b'[{"version": "1.0.0"}]'])
def test_a_damaged_ledger_is_named_and_left_alone(tmp_path: Path, content: bytes) -> None:
    ledger = tmp_path / "small.json"
    ledger.write_bytes(content)
    with pytest.raises(CertificationError, match=r"small\.json: can't be read; restore it"):
        version_for(ledger, source="a", snapshot=OLD, first="0.1.0", bump=never)
    assert ledger.read_bytes() == content


def test_those_that_ask_at_once_get_one_version_each(tmp_path: Path) -> None:
    ledger = tmp_path / "small.json"

    def ask(number: int) -> str:
        return version_for(ledger, source=str(number), snapshot=OLD, first="1.0.0", bump=steps("patch"))

    with ThreadPoolExecutor(4) as pool:
        versions = list(pool.map(ask, range(12)))
    assert sorted(versions, key=Version) == [f"1.0.{number}" for number in range(12)]
