"""Every check has one documented example, and nothing else has."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import schemathesis

from certification.checks.catalogue import Check, catalogue
from certification.checks.examples import EXAMPLES
from certification.sandboxes.reference.faults import FAULTS
from tests.conftest import REPOSITORY

TOLD_BY_EVIDENCE = frozenset({"description", "values", "wire", "manners", "feeds", "shapes", "model"})
"""Modules of checks that hand on what was seen in its own words: no sentence of theirs stands in them."""
OURS_OF_CONTRACTS = frozenset({"contract.every_operation_is_exercised", "contract.accepted_calls_prove_the_test_was_not_vacuous"})
IN_THE_TESTERS_WORDS = tuple(each for each in catalogue() if each.id.startswith("contract.") and each.id not in OURS_OF_CONTRACTS)
"""What the contract's tester found is told in its own words."""
IN_OURS = tuple(each for each in catalogue() if each.id.partition(".")[0] not in TOLD_BY_EVIDENCE and each not in IN_THE_TESTERS_WORDS)
FEWEST_LETTERS = 8
"""Of its own that a sentence must have, so that not every text is one of its kind."""
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


@cache
def _parsed(module: str) -> ast.Module:
    file = importlib.import_module(module).__file__
    assert file is not None
    return ast.parse(Path(file).read_text(encoding="utf-8"))


def _sentences(module: str, deep: int = 2) -> Iterator[str]:
    """Patterns of the texts that a module, and what of ours it imports, can put together."""
    for node in ast.walk(_parsed(module)):
        if isinstance(node, ast.JoinedStr):
            parts = [re.escape(str(each.value)) if isinstance(each, ast.Constant) else "\0" for each in node.values]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            parts = [re.escape(node.value)]
        elif isinstance(node, ast.ImportFrom) and deep and (node.module or "").startswith("certification.checks."):
            yield from _sentences(node.module or "", deep - 1)
            continue
        else:
            continue
        if sum(letter.isalpha() for part in parts for letter in part) >= FEWEST_LETTERS:
            yield "".join(parts).replace("\0", ".+?")


@pytest.mark.parametrize("entry", [pytest.param(each, id=each.id) for each in IN_OURS])
def test_an_example_speaks_as_the_check_does(entry: Check) -> None:
    assert entry.example is not None
    said = entry.example.says.partition(": ")[2]
    patterns = set(_sentences(entry.answer.__module__))
    assert any(re.fullmatch(rf"(\w+: )?{pattern}(; .*)?", said) for pattern in patterns), f"{entry.answer.__module__} never says {said!r}"


@cache
def _titles() -> set[str]:
    """What the contract's tester, and our check in it, call a failure."""
    package = Path(schemathesis.__file__).parent
    files = [
        package / "core" / "failures.py",
        *package.glob("**/failures.py"),
        *package.glob("**/checks.py"),
        REPOSITORY / "certification" / "evidence" / "contract" / "spoilt.py",
    ]
    return {
        node.value
        for file in files
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


@pytest.mark.parametrize("entry", [pytest.param(each, id=each.id) for each in IN_THE_TESTERS_WORDS])
def test_an_example_of_a_broken_contract_has_the_testers_title(entry: Check) -> None:
    assert entry.example is not None
    assert entry.example.says.split(": ")[1] in _titles()
