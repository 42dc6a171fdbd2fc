"""A sandbox that is somebody's is sent only so many broken proofs in a row; those that prove most, and every kind somewhere."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from certification.evidence.record import SPARED, Scenario
from certification.evidence.scenarios.forgeries import FIRST, PRIVATE, shared_out
from certification.evidence.scenarios.tamper import Tamper
from certification.levels.silver import SILVER
from tests.simulators.stages import played, reference_stage
from tests.simulators.told import answers

KINDS = tuple(kind for kind in Tamper if kind is not Tamper.NOTHING)
NEVER = {"signature in another case", "wrong passphrase"}
"""What the reference exchange's way of signing does not have: its signatures are in hex, and keys have no passphrase."""
STORIES = tuple(f"authentication.{role.replace('_', '-')}" for role in PRIVATE)


@given(kinds=st.sets(st.sampled_from(KINDS)), most=st.integers(0, 14), turn=st.integers(0, 8))
def test_never_more_than_the_sandbox_bears_and_the_first_before_others(kinds: set[Tamper], most: int, turn: int) -> None:
    can = tuple(kind for kind in KINDS if kind in kinds)
    tried = shared_out(can, most, turn)
    assert len(tried) == min(most, len(can)) == len(set(tried))
    assert set(tried) <= kinds
    assert shared_out(can, None, turn) == can
    firsts = [kind for kind in can if kind in FIRST]
    assert [kind for kind in tried if kind in FIRST] == firsts[:most]


def test_the_kinds_that_have_no_place_everywhere_go_round_the_roles() -> None:
    reads = tuple(kind for kind in KINDS if kind is not Tamper.CHANGED_AFTER_SIGNING)
    assert set(shared_out(reads, 5, 0)) != set(shared_out(reads, 5, 1))
    assert {kind for turn in range(7) for kind in shared_out(reads, 5, turn)} == set(reads)


def test_a_guarded_sandbox_gets_few_in_a_row_and_what_was_left_out_is_not_observed() -> None:
    with reference_stage("empty-signature-accepted") as stage:
        stories = played(replace(stage, broken_proofs=5), *STORIES)
    tried = {story.id: _labels(story) & {kind.value for kind in KINDS} for story in stories}
    assert max(len(each) for each in tried.values()) == 5
    union = set.union(*tried.values())
    assert len(union) >= 12
    assert not union & NEVER
    for story in stories:
        (left,) = (step for step in story.steps if step.label == SPARED)
        assert not {kind for _, kind in left.facts} & tried[story.id]
    outcomes = {answer.outcome.value for answer in answers("authentication.empty_signatures_are_refused", *stories)}
    assert outcomes == {"failed", "not_observed"}
    needed = [rule.check for rule in SILVER.rules if rule.check.startswith("authentication.") and rule.needs_observation]
    asked = [answer for check in needed[:4] for answer in answers(check, *stories)]
    assert {answer.outcome.value for answer in asked} == {"passed", "not_applicable"}, needed


def _labels(story: Scenario) -> set[str]:
    return {step.label for step in story.steps}
