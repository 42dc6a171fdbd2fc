"""Silver: the sandbox keeps its contract and the SDKs speak it."""

from __future__ import annotations

from certification.levels.rule import LevelRules, Rule, Scope
from certification.model import Level, Severity

SILVER = LevelRules(
    level=Level.SILVER,
    promise="conforms: the sandbox keeps its contract and the SDKs speak it",
    rules=(
        Rule(check="authentication.unsigned_calls_are_refused", scope=Scope.API, severity=Severity.CRITICAL),
        Rule(check="authentication.wrong_signatures_are_refused", scope=Scope.API, severity=Severity.CRITICAL),
        Rule(check="authentication.changed_requests_are_refused", scope=Scope.API, severity=Severity.CRITICAL),
        Rule(check="authentication.stale_requests_are_refused", scope=Scope.API, severity=Severity.HIGH),
        Rule(check="authentication.orders_of_others_are_hidden", scope=Scope.API, severity=Severity.CRITICAL),
        Rule(check="authentication.orders_of_others_are_untouchable", scope=Scope.API, severity=Severity.CRITICAL),
        Rule(check="wire.every_operation_can_be_called", scope=Scope.SDK, severity=Severity.HIGH),
        Rule(check="wire.requests_match_the_description", scope=Scope.SDK, severity=Severity.HIGH),
        Rule(check="wire.signatures_verify", scope=Scope.SDK, severity=Severity.HIGH),
        Rule(check="wire.answers_reach_the_caller_unchanged", scope=Scope.SDK, severity=Severity.CRITICAL),
        Rule(check="wire.languages_send_the_same_request", scope=Scope.SDK, severity=Severity.MEDIUM),
        Rule(check="errors.error_statuses_become_typed_errors", scope=Scope.SDK, severity=Severity.MEDIUM),
        Rule(check="errors.broken_connections_become_typed_errors", scope=Scope.SDK, severity=Severity.MEDIUM),
        Rule(check="errors.damaged_answers_become_typed_errors", scope=Scope.SDK, severity=Severity.HIGH),
        Rule(check="errors.no_call_is_sent_twice", scope=Scope.SDK, severity=Severity.CRITICAL),
    ),
)
