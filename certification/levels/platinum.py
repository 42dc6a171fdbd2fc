"""Platinum: it stays that way."""

from __future__ import annotations

from certification.levels.rule import LevelRules, Rule, Scope
from certification.model import Level, Severity

PLATINUM = LevelRules(
    level=Level.PLATINUM,
    promise="proven: it stays that way",
    rules=(
        Rule(check="record.nightly_runs_passed_in_a_row", scope=Scope.ALL, severity=Severity.MEDIUM),
        Rule(check="record.packages_build_reproducibly", scope=Scope.SDK, severity=Severity.HIGH),
        Rule(check="record.the_reference_strategy_reconciles", scope=Scope.SDK, severity=Severity.HIGH),
    ),
)
