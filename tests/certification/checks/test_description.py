"""Checks of the description: each passes, fails, and says when there was nothing to see."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from certification.checks import description
from certification.evidence.record import DescriptionEvidence, DescriptionIssue, Evidence
from certification.model import Answer, Outcome

CheckFunction = Callable[[Evidence], Iterable[Answer]]


def seen(*issues: DescriptionIssue, operations: tuple[int, int] = (3, 3), fields: tuple[int, int] = (9, 9)) -> Evidence:
    return Evidence(
        description=DescriptionEvidence(
            operations_declared=operations[0],
            operations_read=operations[1],
            fields_declared=fields[0],
            fields_read=fields[1],
            issues=issues,
        )
    )


def issue(kind: str, rule: str, *, line: int | None = 7, pointer: str = "/paths/~1a") -> DescriptionIssue:
    return DescriptionIssue(kind=kind, rule=rule, pointer=pointer, line=line, message="it is wrong")


REPAIRED = issue("repaired", "missing-items")
REFUSED = issue("refused", "unknown-type")
NOTED = issue("noted", "body-of-get")
DANGLING = issue("refused", "dangling-reference")
EXAMPLE = issue("noted", "example-does-not-fit")

ALL = (
    description.every_operation_is_read,
    description.every_field_is_read,
    description.description_is_accepted,
    description.description_needs_no_repair,
    description.references_resolve,
    description.examples_agree_with_their_schemas,
)


@pytest.mark.parametrize("question", ALL)
def test_nothing_is_observed_where_no_description_was_read(question: CheckFunction) -> None:
    assert [answer.outcome for answer in question(Evidence())] == [Outcome.NOT_OBSERVED]


@pytest.mark.parametrize(
    ("question", "evidence"),
    [
        pytest.param(description.every_operation_is_read, seen(REFUSED), id="operations"),
        pytest.param(description.every_field_is_read, seen(fields=(9, 10)), id="fields"),
        pytest.param(description.description_is_accepted, seen(REPAIRED, NOTED), id="accepted"),
        pytest.param(description.description_needs_no_repair, seen(REFUSED, NOTED), id="repair"),
        pytest.param(description.references_resolve, seen(REFUSED, REPAIRED), id="references"),
        pytest.param(description.examples_agree_with_their_schemas, seen(REPAIRED, NOTED), id="examples"),
    ],
)
def test_a_check_passes_once_where_nothing_concerns_it(question: CheckFunction, evidence: Evidence) -> None:
    assert [answer.outcome for answer in question(evidence)] == [Outcome.PASSED]


@pytest.mark.parametrize(
    ("question", "evidence", "summary"),
    [
        pytest.param(description.every_operation_is_read, seen(operations=(3, 2)), "2 of 3 operations were read", id="operations"),
        pytest.param(description.every_field_is_read, seen(fields=(9, 8)), "8 of 9 fields were read", id="fields"),
        pytest.param(description.description_is_accepted, seen(REFUSED, REPAIRED), "it is wrong", id="accepted"),
        pytest.param(description.description_needs_no_repair, seen(REFUSED, REPAIRED), "it is wrong", id="repair"),
        pytest.param(description.references_resolve, seen(REFUSED, DANGLING), "it is wrong", id="references"),
        pytest.param(description.examples_agree_with_their_schemas, seen(NOTED, EXAMPLE), "it is wrong", id="examples"),
    ],
)
def test_a_check_fails_for_what_concerns_it_alone(question: CheckFunction, evidence: Evidence, summary: str) -> None:
    assert [(answer.outcome, answer.summary) for answer in question(evidence)] == [(Outcome.FAILED, summary)]


def test_channels_and_messages_are_counted_where_there_are_streams() -> None:
    whole = DescriptionEvidence(
        operations_declared=1,
        operations_read=1,
        fields_declared=0,
        fields_read=0,
        issues=(),
        channels_declared=2,
        channels_read=2,
        messages_declared=5,
        messages_read=4,
    )
    answers = list(description.every_operation_is_read(Evidence(description=whole)))
    assert [(answer.subject, answer.outcome, answer.summary) for answer in answers] == [
        ("api", Outcome.PASSED, "1 of 1 operations were read"),
        ("streams", Outcome.PASSED, "2 of 2 channels were read"),
        ("messages", Outcome.FAILED, "4 of 5 messages were read"),
    ]


def test_a_finding_names_its_place() -> None:
    answers = list(description.description_is_accepted(seen(REFUSED, issue("refused", "duplicate-key", line=None, pointer=""))))
    assert [(answer.subject, answer.evidence) for answer in answers] == [
        ("/paths/~1a", ("unknown-type at /paths/~1a, line 7",)),
        ("api", ("duplicate-key at the description",)),
    ]
