"""Every check has one documented example, and nothing else has."""

from __future__ import annotations

import re

import pytest

from certification.checks.catalogue import Check, catalogue
from certification.checks.examples import EXAMPLES
from certification.sandboxes.reference.faults import FAULTS

SENTENCE = re.compile(r"[A-Z0-9].*[^.]\.$")


def test_no_example_is_of_a_check_that_is_none() -> None:
    assert set(EXAMPLES) == {entry.id for entry in catalogue()}


@pytest.mark.parametrize("entry", [pytest.param(entry, id=entry.id) for entry in catalogue()])
def test_a_check_says_what_a_failure_looks_like(entry: Check) -> None:
    example = entry.example
    assert example is not None
    assert SENTENCE.fullmatch(example.does)
    assert re.fullmatch(r"\S[^:]*: \S.*[^.]", example.says), "subject: summary"
    assert not example.fault or example.fault in {fault.name for fault in FAULTS}
