"""Every mutation is of the source as it is generated today, and no two are the same."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from benchmarks.cost import BenchmarkError
from benchmarks.faults import ground_in
from benchmarks.mutants import mutated, source_of
from benchmarks.mutations import MUTATIONS, Mutation
from certification.checks.catalogue import catalogue
from sdkgen.language import Language
from sdkgen.source import SdkSource


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> dict[Language, SdkSource]:
    given = ground_in(tmp_path_factory.mktemp("ground"))
    return {language: source_of(given, language) for language in Language}


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_a_mutation_changes_one_file_in_one_place(sources: dict[Language, SdkSource], mutation: Mutation) -> None:
    source = sources[mutation.language]
    changed = mutated(source, mutation)
    differing = [
        (before, after) for before, after in zip(source.files, changed.files, strict=True) if before != after and before.path == after.path
    ]
    assert len(differing) == 1
    assert mutation.after.encode() in differing[0][1].content
    assert changed.harness == source.harness


def test_a_mutation_of_what_is_no_longer_there_is_refused(sources: dict[Language, SdkSource]) -> None:
    gone = replace(MUTATIONS[0], before="no such text stands in any SDK")
    with pytest.raises(BenchmarkError, match="not exactly once"):
        mutated(sources[gone.language], gone)


def test_there_are_many_for_each_language_and_their_checks_exist() -> None:
    assert len({mutation.name for mutation in MUTATIONS}) == len(MUTATIONS)
    assert min(Counter(mutation.language for mutation in MUTATIONS).values()) >= 25
    known = {check.id for check in catalogue()}
    assert {check for mutation in MUTATIONS for check in mutation.found_by} <= known
