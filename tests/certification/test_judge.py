from __future__ import annotations

from collections.abc import Iterable

from certification.checks.catalogue import Check
from certification.evidence.record import Evidence
from certification.judge import judge
from certification.levels.rule import LevelRules, Rule, Scope, Standard
from certification.model import Answer, Level, Outcome, Severity

RULE = Rule(check="a.weighed", scope=Scope.API, severity=Severity.CRITICAL)
STANDARD = Standard(name="test", version="1", levels=(LevelRules(level=Level.BRONZE, promise="p", rules=(RULE,)),))
ANSWER = Answer(subject="op", outcome=Outcome.FAILED, summary="wrong", evidence=("seen",), reproduce="again")


def check(name: str, *answers: Answer) -> Check:
    return Check(id=name, documentation="d", requirement=f"{name} must hold.", remediation="mend", answer=lambda _: answers)


def broken(name: str) -> Check:
    def answer(_: Evidence) -> Iterable[Answer]:
        yield ANSWER
        raise ZeroDivisionError("by nothing")

    return Check(id=name, documentation="d", requirement="r.", remediation="m", answer=answer)


def test_an_answer_becomes_a_finding_with_what_the_check_and_the_standard_say_of_it() -> None:
    (finding,) = judge(Evidence(), (check("a.weighed", ANSWER),), STANDARD)
    assert (finding.check, finding.subject, finding.outcome, finding.severity) == ("a.weighed", "op", Outcome.FAILED, Severity.CRITICAL)
    assert (finding.summary, finding.evidence, finding.reproduce) == ("wrong", ("seen",), "again")
    assert (finding.requirement, finding.remediation) == ("a.weighed must hold.", "mend")


def test_a_check_that_no_rule_weighs_is_for_information() -> None:
    (finding,) = judge(Evidence(), (check("a.free", ANSWER),), STANDARD)
    assert finding.severity is Severity.INFO


def test_a_check_that_breaks_is_an_error_and_the_others_are_still_asked() -> None:
    found = judge(Evidence(), (broken("a.broken"), check("a.weighed", ANSWER, ANSWER)), STANDARD)
    assert [(finding.check, finding.outcome) for finding in found] == [
        ("a.broken", Outcome.ERROR),
        ("a.weighed", Outcome.FAILED),
        ("a.weighed", Outcome.FAILED),
    ]
    assert found[0].summary == "the check broke: ZeroDivisionError: by nothing"


def test_a_check_that_says_nothing_is_an_error() -> None:
    (finding,) = judge(Evidence(), (check("a.weighed"),), STANDARD)
    assert (finding.outcome, finding.summary) == (Outcome.ERROR, "the check gave no answer at all")
