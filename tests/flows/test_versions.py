from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

from certification.errors import CertificationError
from certification.model import Change, ChangeClass, SpecSnapshot
from certification.specs.changelog import next_version
from flows.versions import changelog_of, numbered
from tests.simulators.certified_run import snapshot

OLD = snapshot()
NEW = replace(OLD, digest="2" * 64)


def change(kind: ChangeClass) -> Change:
    return Change(change_class=kind, rule="rule", pointer="/a", operation=None, summary=f"something {kind.value}")


BREAKING, ADDED, TEXT = (change(kind) for kind in (ChangeClass.BREAKING, ChangeClass.ADDITIVE, ChangeClass.DOCUMENTATION))


def changed(*changes: Change) -> Callable[[SpecSnapshot], tuple[Change, ...]]:
    return lambda _: changes


def never(_: SpecSnapshot) -> tuple[Change, ...]:
    pytest.fail("nothing was there to compare with")


def test_an_exchange_begins_with_its_first_version(tmp_path: Path) -> None:
    ledger = tmp_path / "deep" / "small.json"
    assert [each.version for each in numbered(ledger, source="a", snapshot=OLD, first="0.1.0", changes=never)] == ["0.1.0"]


def test_the_same_source_keeps_its_version_and_what_came_before_it(tmp_path: Path) -> None:
    ledger = tmp_path / "small.json"
    numbered(ledger, source="a", snapshot=OLD, first="0.1.0", changes=never)
    numbered(ledger, source="b", snapshot=NEW, first="0.1.0", changes=changed(ADDED))
    before = ledger.read_bytes()
    assert [each.version for each in numbered(ledger, source="a", snapshot=OLD, first="9.9.9", changes=never)] == ["0.1.0"]
    assert [each.version for each in numbered(ledger, source="b", snapshot=NEW, first="9.9.9", changes=never)] == ["0.1.0", "0.1.1"]
    assert ledger.read_bytes() == before


def test_a_change_is_measured_against_the_newest_version(tmp_path: Path) -> None:
    ledger = tmp_path / "small.json"
    numbered(ledger, source="a", snapshot=OLD, first="1.0.0", changes=never)
    numbered(ledger, source="b", snapshot=NEW, first="1.0.0", changes=changed(ADDED))
    compared: list[str] = []

    def changes(old: SpecSnapshot) -> tuple[Change, ...]:
        compared.append(old.digest)
        return (BREAKING, ADDED)

    assert numbered(ledger, source="c", snapshot=OLD, first="1.0.0", changes=changes)[-1].version == "2.0.0"
    assert compared == [NEW.digest]


def test_a_higher_first_version_is_where_an_exchange_goes_on(tmp_path: Path) -> None:
    ledger = tmp_path / "small.json"
    numbered(ledger, source="a", snapshot=OLD, first="0.9.0", changes=never)
    assert numbered(ledger, source="b", snapshot=NEW, first="0.10.0", changes=changed(TEXT))[-1].version == "0.10.0"
    assert numbered(ledger, source="c", snapshot=NEW, first="0.9.9", changes=changed(TEXT))[-1].version == "0.10.1"


def test_a_changelog_tells_of_each_version_the_newest_first(tmp_path: Path) -> None:
    ledger = tmp_path / "small.json"
    numbered(ledger, source="a", snapshot=OLD, first="1.0.0", changes=never)
    numbered(ledger, source="b", snapshot=NEW, first="1.0.0", changes=changed(BREAKING))
    versions = numbered(ledger, source="c", snapshot=NEW, first="1.0.0", changes=changed())
    assert changelog_of(versions) == (
        "## 2.0.1\n\nThe API is the same. The generator, the profile or an extension changed.\n\n"
        "## 2.0.0\n\n### Breaking\n\n- something breaking\n\n"
        "## 1.0.0\n\nFirst version.\n"
    )
    again = numbered(ledger, source="b", snapshot=NEW, first="1.0.0", changes=never)
    assert changelog_of(again) == changelog_of(versions).partition("\n\n## 2.0.0")[2].join(("## 2.0.0", "")), (
        "the same for the same version"
    )


def test_a_changelog_ends_somewhere(tmp_path: Path) -> None:
    ledger = tmp_path / "small.json"
    versions = numbered(ledger, source="first", snapshot=OLD, first="1.0.0", changes=never)
    for number in range(119):
        versions = numbered(ledger, source=str(number), snapshot=OLD, first="1.0.0", changes=changed(TEXT))
    assert changelog_of(versions).count("## 1.0.") == 100
    assert "First version" not in changelog_of(versions)


def test_a_ledger_of_an_older_program_is_read(tmp_path: Path) -> None:
    ledger = tmp_path / "small.json"
    for source in "ab":
        numbered(ledger, source=source, snapshot=OLD, first="1.0.0", changes=changed())
    entries = json.loads(ledger.read_bytes())
    ledger.write_text(json.dumps([{name: value for name, value in entry.items() if name != "entry"} for entry in entries]))
    versions = numbered(ledger, source="b", snapshot=OLD, first="1.0.0", changes=never)
    assert [line for line in changelog_of(versions).splitlines() if line.startswith("##")] == ["## 1.0.1", "## 1.0.0"]


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
        numbered(ledger, source="a", snapshot=OLD, first="0.1.0", changes=never)
    assert ledger.read_bytes() == content


def test_those_that_ask_at_once_get_one_version_each(tmp_path: Path) -> None:
    ledger = tmp_path / "small.json"

    def ask(number: int) -> str:
        return numbered(ledger, source=str(number), snapshot=OLD, first="1.0.0", changes=changed(TEXT))[-1].version

    with ThreadPoolExecutor(4) as pool:
        versions = list(pool.map(ask, range(12)))
    assert sorted(versions, key=Version) == [f"1.0.{number}" for number in range(12)]
