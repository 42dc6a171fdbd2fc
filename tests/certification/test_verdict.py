from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.levels.rule import LevelRules, OnFail, Rule, Scope, Standard
from certification.model import Finding, Level, Outcome, Severity, VerdictOutcome
from certification.verdict import AcceptedGap, Question, decide

TODAY = date(2026, 11, 22)


def rule(check: str, scope: Scope, *, severity: Severity = Severity.MEDIUM, on_fail: OnFail = OnFail.WITHHOLD) -> Rule:
    return Rule(check=check, scope=scope, severity=severity, on_fail=on_fail)


STANDARD = Standard(
    name="test",
    version="1",
    levels=(
        LevelRules(level=Level.BRONZE, promise="builds", rules=(rule("b.all", Scope.ALL), rule("b.sdk", Scope.SDK))),
        LevelRules(
            level=Level.SILVER,
            promise="conforms",
            rules=(rule("s.api", Scope.API), rule("s.sdk", Scope.SDK), rule("s.hint", Scope.API, on_fail=OnFail.WARN)),
        ),
        LevelRules(
            level=Level.GOLD,
            promise="trades",
            rules=(rule("g.money", Scope.API, severity=Severity.CRITICAL), rule("g.page", Scope.API), rule("g.sdk", Scope.SDK)),
        ),
    ),
)
CHECKS = ("b.all", "b.sdk", "s.api", "s.sdk", "s.hint", "g.money", "g.page", "g.sdk")


def finding(check: str, outcome: Outcome, subject: str = "api") -> Finding:
    found = STANDARD.rule_of(check)
    return Finding(
        check=check,
        subject=subject,
        outcome=outcome,
        severity=found.severity if found else Severity.INFO,
        summary="as seen",
        requirement="",
        evidence=(),
        reproduce="",
        remediation="",
    )


def all_passed() -> dict[str, Finding]:
    return {check: finding(check, Outcome.PASSED, "python" if check.endswith("sdk") else "api") for check in CHECKS}


def question(asked: Level = Level.SILVER, subjects: tuple[str, ...] = ("api", "python"), gaps: tuple[AcceptedGap, ...] = ()) -> Question:
    return Question(asked=asked, subjects=subjects, gaps=gaps, today=TODAY)


def changed(check: str, outcome: Outcome, subject: str | None = None) -> tuple[Finding, ...]:
    findings = all_passed()
    findings[check] = finding(check, outcome, subject or findings[check].subject)
    return tuple(findings.values())


def test_everything_passed_reaches_the_highest_level() -> None:
    verdict = decide(tuple(all_passed().values()), STANDARD, question())
    assert (verdict.outcome, verdict.level) == (VerdictOutcome.CERTIFIED, Level.GOLD)
    assert all(subject.missing == () for subject in verdict.subjects)


@pytest.mark.parametrize("check", ["b.all", "b.sdk", "s.api", "s.sdk"])
def test_a_failure_up_to_the_level_asked_for_refuses_the_certificate(check: str) -> None:
    verdict = decide(changed(check, Outcome.FAILED), STANDARD, question())
    assert verdict.outcome is VerdictOutcome.NOT_CERTIFIED
    assert any(check in reason for reason in verdict.reasons)


@pytest.mark.parametrize("outcome", [Outcome.NOT_OBSERVED, Outcome.ERROR])
@pytest.mark.parametrize("check", ["b.all", "s.api", "s.sdk"])
def test_what_was_not_observed_is_neither_passed_nor_failed(check: str, outcome: Outcome) -> None:
    verdict = decide(changed(check, outcome), STANDARD, question())
    assert verdict.outcome is VerdictOutcome.INCONCLUSIVE
    assert verdict.level < Level.SILVER


def test_a_rule_that_no_finding_speaks_of_is_not_a_pass() -> None:
    findings = tuple(entry for entry in all_passed().values() if entry.check != "s.api")
    assert decide(findings, STANDARD, question()).outcome is VerdictOutcome.INCONCLUSIVE


def test_a_question_that_does_not_arise_withholds_nothing() -> None:
    assert decide(changed("s.api", Outcome.NOT_APPLICABLE), STANDARD, question()).outcome is VerdictOutcome.CERTIFIED


def test_a_warning_does_not_withhold_the_certificate() -> None:
    verdict = decide(changed("s.hint", Outcome.FAILED), STANDARD, question())
    assert (verdict.outcome, verdict.level) == (VerdictOutcome.CERTIFIED, Level.GOLD)


def test_a_grave_defect_of_a_higher_level_refuses_a_lower_one() -> None:
    assert decide(changed("g.money", Outcome.FAILED), STANDARD, question(Level.BRONZE)).outcome is VerdictOutcome.NOT_CERTIFIED


def test_a_lesser_defect_of_a_higher_level_only_keeps_from_that_level() -> None:
    verdict = decide(changed("g.page", Outcome.FAILED), STANDARD, question())
    assert (verdict.outcome, verdict.level) == (VerdictOutcome.CERTIFIED, Level.SILVER)


def test_one_language_does_not_answer_for_another() -> None:
    findings = (*all_passed().values(), finding("b.sdk", Outcome.FAILED, "go: placeOrder"), finding("s.sdk", Outcome.PASSED, "go"))
    verdict = decide(findings, STANDARD, question(Level.BRONZE, ("api", "python", "go")))
    levels = {subject.subject: subject.level for subject in verdict.subjects}
    assert levels == {"api": Level.GOLD, "python": Level.GOLD, "go": Level.NONE}
    assert verdict.outcome is VerdictOutcome.NOT_CERTIFIED


def test_a_finding_about_all_sdks_weighs_on_each() -> None:
    findings = (*all_passed().values(), finding("s.sdk", Outcome.FAILED, "sdks: placeOrder"))
    verdict = decide(findings, STANDARD, question())
    assert {subject.subject: subject.level for subject in verdict.subjects} == {"api": Level.GOLD, "python": Level.BRONZE}


def test_an_accepted_gap_counts_until_its_date_and_is_told() -> None:
    gap = AcceptedGap(check="s.api", subject="*", reason="known since March", until=TODAY)
    verdict = decide(changed("s.api", Outcome.FAILED), STANDARD, question(gaps=(gap,)))
    assert (verdict.outcome, verdict.level) == (VerdictOutcome.CERTIFIED, Level.GOLD)
    assert any("accepted until" in reason for reason in verdict.reasons)


@pytest.mark.parametrize("outcome", [Outcome.NOT_OBSERVED, Outcome.ERROR])
def test_a_gap_accepts_failures_and_not_silence(outcome: Outcome) -> None:
    gap = AcceptedGap(check="s.api", subject="*", reason="known since March", until=TODAY)
    assert decide(changed("s.api", outcome), STANDARD, question(gaps=(gap,))).outcome is VerdictOutcome.INCONCLUSIVE


def test_an_accepted_gap_ends() -> None:
    gap = AcceptedGap(check="s.api", subject="*", reason="known since March", until=TODAY - timedelta(days=1))
    verdict = decide(changed("s.api", Outcome.FAILED), STANDARD, question(gaps=(gap,)))
    assert verdict.outcome is VerdictOutcome.NOT_CERTIFIED
    assert any("ended on" in reason for reason in verdict.reasons)


def test_a_gap_that_no_longer_fails_is_reported() -> None:
    gap = AcceptedGap(check="s.api", subject="*", reason="known since March", until=TODAY)
    assert any("no longer fails" in reason for reason in decide(tuple(all_passed().values()), STANDARD, question(gaps=(gap,))).reasons)
    unseen = decide(changed("s.api", Outcome.NOT_OBSERVED), STANDARD, question(gaps=(gap,)))
    assert "known gap s.api (*) was not observed" in unseen.reasons


def test_a_level_that_asks_nothing_of_a_subject_is_not_reached_by_it() -> None:
    bare = Standard(name="test", version="1", levels=(LevelRules(level=Level.BRONZE, promise="", rules=(rule("b.sdk", Scope.SDK),)),))
    verdict = decide((finding("b.sdk", Outcome.PASSED, "python"),), bare, question(Level.BRONZE))
    assert {subject.subject: subject.level for subject in verdict.subjects} == {"api": Level.NONE, "python": Level.BRONZE}


def test_nothing_examined_is_not_certified() -> None:
    assert decide((), STANDARD, question(subjects=())).outcome is VerdictOutcome.INCONCLUSIVE


def test_a_level_that_anything_would_reach_is_refused() -> None:
    with pytest.raises(ValueError, match="no rule that can withhold"):
        LevelRules(level=Level.BRONZE, promise="", rules=(rule("x.y", Scope.API, on_fail=OnFail.WARN),))


@pytest.mark.parametrize(
    ("outcome", "level"),
    [(Outcome.PASSED, Level.SILVER), (Outcome.NOT_OBSERVED, Level.SILVER), (None, Level.SILVER), (Outcome.FAILED, Level.BRONZE)],
)
def test_a_rule_that_counts_where_it_is_seen_withholds_by_failing_alone(outcome: Outcome | None, level: Level) -> None:
    where_seen = replace(rule("s.seen", Scope.API), where_seen=True)
    silver = replace(STANDARD.levels[1], rules=(*STANDARD.levels[1].rules, where_seen))
    standard = replace(STANDARD, levels=(STANDARD.levels[0], silver, STANDARD.levels[2]))
    told = () if outcome is None else (replace(finding("s.api", outcome), check="s.seen"),)
    good = tuple(finding(check, Outcome.PASSED, "python" if check.endswith("sdk") else "api") for check in CHECKS if check[0] != "g")
    verdict = decide((*good, *told), standard, question(Level.SILVER))
    assert verdict.level is level
    assert (verdict.outcome is VerdictOutcome.CERTIFIED) == (outcome is not Outcome.FAILED)


outcomes = st.fixed_dictionaries({check: st.sampled_from(Outcome) for check in CHECKS})
levels = st.sampled_from([Level.BRONZE, Level.SILVER, Level.GOLD])


@given(outcomes=outcomes, asked=levels)
def test_certified_means_that_every_rule_up_to_the_level_holds(outcomes: dict[str, Outcome], asked: Level) -> None:
    findings = tuple(finding(check, outcome, "python" if check.endswith("sdk") else "api") for check, outcome in outcomes.items())
    verdict = decide(findings, STANDARD, question(asked))
    holding = {Outcome.PASSED, Outcome.NOT_APPLICABLE}
    required = [
        entry.check for level in STANDARD.levels if level.level <= asked for entry in level.rules if entry.on_fail is OnFail.WITHHOLD
    ]
    every_rule_holds = all(outcomes[check] in holding for check in required) and outcomes["g.money"] is not Outcome.FAILED
    assert (verdict.outcome is VerdictOutcome.CERTIFIED) == every_rule_holds


@given(outcomes=outcomes, asked=levels, check=st.sampled_from(CHECKS))
def test_a_better_answer_never_lowers_the_level(outcomes: dict[str, Outcome], asked: Level, check: str) -> None:
    def level_of(answers: dict[str, Outcome]) -> Level:
        findings = tuple(finding(name, outcome, "python" if name.endswith("sdk") else "api") for name, outcome in answers.items())
        return decide(findings, STANDARD, question(asked)).level

    assert level_of(outcomes | {check: Outcome.PASSED}) >= level_of(outcomes)


def test_the_digest_of_the_standard_changes_with_any_rule() -> None:
    other = Standard(name=STANDARD.name, version=STANDARD.version, levels=STANDARD.levels[:2])
    assert len({STANDARD.digest(), other.digest()}) == 2


def test_a_rule_that_is_only_broken_by_anothers_cause_stands_behind_it() -> None:
    found = all_passed() | {
        "g.money": finding("g.money", Outcome.FAILED),
        "g.page": replace(finding("g.page", Outcome.FAILED), same_cause_as="g.money api"),
    }
    verdict = decide(tuple(found.values()), STANDARD, question(Level.GOLD))
    assert verdict.outcome is VerdictOutcome.NOT_CERTIFIED
    assert verdict.reasons == ("g.money: failed for api; likely of the same cause: g.page",)


def test_a_rule_that_is_broken_elsewhere_too_stands_for_itself() -> None:
    follows = replace(finding("g.page", Outcome.FAILED), same_cause_as="g.money api")
    found = all_passed() | {"g.money": finding("g.money", Outcome.FAILED), "g.page": follows, "own": finding("g.page", Outcome.FAILED, "x")}
    verdict = decide(tuple(found.values()), STANDARD, question(Level.GOLD))
    assert verdict.reasons == ("g.money: failed for api", "g.page: failed for api, x")


def test_no_language_is_left_out_of_the_reasons() -> None:
    languages = ("api", "python", "go")
    follows = replace(finding("s.sdk", Outcome.FAILED, "go: x"), same_cause_as="b.sdk go: x")
    failed = (
        finding("s.sdk", Outcome.FAILED, "python: y"),
        follows,
        finding("b.sdk", Outcome.FAILED, "go: x"),
        finding("b.sdk", Outcome.FAILED, "python: z"),
    )
    verdict = decide((*all_passed().values(), *failed), STANDARD, question(Level.GOLD, languages))
    assert verdict.reasons[:3] == (
        "b.sdk: failed for python: z",
        "s.sdk: failed for python: y",
        "b.sdk: failed for go: x; likely of the same cause: s.sdk",
    )


def test_two_rules_that_explain_each_other_elsewhere_are_both_told() -> None:
    failed = (
        finding("b.sdk", Outcome.FAILED, "go: x"),
        replace(finding("s.sdk", Outcome.FAILED, "go: x"), same_cause_as="b.sdk go: x"),
        finding("s.sdk", Outcome.FAILED, "python: x"),
        replace(finding("b.sdk", Outcome.FAILED, "python: x"), same_cause_as="s.sdk python: x"),
    )
    verdict = decide((*all_passed().values(), *failed), STANDARD, question(Level.GOLD, ("api", "python", "go")))
    assert set(verdict.reasons) == {
        "b.sdk: failed for go: x; likely of the same cause: s.sdk",
        "s.sdk: failed for python: x; likely of the same cause: b.sdk",
    }
