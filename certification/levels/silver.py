"""Silver: the sandbox keeps its contract and the SDKs speak it.

What is asked of the sandbox weighs on the SDKs too: one that speaks a contract perfectly conforms to nothing while nobody has seen
the exchange keep it.
"""

from __future__ import annotations

from certification.levels.rule import LevelRules, Rule, Scope
from certification.model import Level, Severity

SILVER = LevelRules(
    level=Level.SILVER,
    promise="conforms: the sandbox keeps its contract and the SDKs speak it",
    rules=(
        Rule(check="contract.every_operation_is_exercised", scope=Scope.ALL, severity=Severity.HIGH),
        Rule(check="contract.accepted_calls_prove_the_test_was_not_vacuous", scope=Scope.ALL, severity=Severity.HIGH),
        Rule(check="contract.answers_keep_their_described_shape", scope=Scope.ALL, severity=Severity.HIGH),
        Rule(check="contract.no_undocumented_status", scope=Scope.ALL, severity=Severity.MEDIUM),
        Rule(check="contract.no_server_error", scope=Scope.ALL, severity=Severity.HIGH),
        Rule(check="contract.content_types_as_described", scope=Scope.ALL, severity=Severity.MEDIUM),
        Rule(check="contract.headers_as_described", scope=Scope.ALL, severity=Severity.MEDIUM),
        Rule(check="contract.unsupported_methods_are_refused", scope=Scope.ALL, severity=Severity.LOW),
        Rule(check="contract.invalid_requests_are_rejected", scope=Scope.ALL, severity=Severity.MEDIUM),
        Rule(check="contract.valid_requests_are_accepted", scope=Scope.ALL, severity=Severity.MEDIUM),
        Rule(check="contract.missing_credentials_are_refused", scope=Scope.ALL, severity=Severity.CRITICAL, where_seen=True),
        Rule(check="contract.objects_of_others_are_hidden", scope=Scope.ALL, severity=Severity.CRITICAL, where_seen=True),
        Rule(check="contract.deleted_things_are_gone", scope=Scope.ALL, severity=Severity.MEDIUM),
        Rule(check="contract.created_things_are_there", scope=Scope.ALL, severity=Severity.MEDIUM),
        Rule(check="contract.no_other_promise_is_broken", scope=Scope.ALL, severity=Severity.MEDIUM),
        Rule(check="shapes.trading_answers_keep_their_shape", scope=Scope.ALL, severity=Severity.HIGH, where_seen=True),
        Rule(check="authentication.unsigned_calls_are_refused", scope=Scope.ALL, severity=Severity.CRITICAL),
        Rule(check="authentication.wrong_signatures_are_refused", scope=Scope.ALL, severity=Severity.CRITICAL),
        Rule(check="authentication.changed_requests_are_refused", scope=Scope.ALL, severity=Severity.CRITICAL),
        Rule(check="authentication.stale_requests_are_refused", scope=Scope.ALL, severity=Severity.HIGH),
        Rule(check="authentication.future_requests_are_refused", scope=Scope.ALL, severity=Severity.HIGH, where_seen=True),
        Rule(check="authentication.keys_alone_are_refused", scope=Scope.ALL, severity=Severity.CRITICAL, where_seen=True),
        Rule(check="authentication.keys_are_compared_exactly", scope=Scope.ALL, severity=Severity.MEDIUM, where_seen=True),
        Rule(check="authentication.lists_of_others_are_hidden", scope=Scope.ALL, severity=Severity.CRITICAL, where_seen=True),
        Rule(check="authentication.empty_signatures_are_refused", scope=Scope.ALL, severity=Severity.CRITICAL, where_seen=True),
        Rule(check="authentication.signatures_of_others_are_refused", scope=Scope.ALL, severity=Severity.CRITICAL, where_seen=True),
        Rule(check="authentication.windows_are_signed", scope=Scope.ALL, severity=Severity.HIGH, where_seen=True),
        Rule(check="authentication.timestamps_are_signed", scope=Scope.ALL, severity=Severity.HIGH, where_seen=True),
        Rule(check="authentication.signatures_keep_to_their_path", scope=Scope.ALL, severity=Severity.CRITICAL, where_seen=True),
        Rule(check="signatures.they_cover_the_method", scope=Scope.ALL, severity=Severity.CRITICAL, where_seen=True),
        Rule(check="signatures.they_cover_the_time", scope=Scope.ALL, severity=Severity.HIGH, where_seen=True),
        Rule(check="signatures.they_cover_the_query", scope=Scope.ALL, severity=Severity.CRITICAL, where_seen=True),
        Rule(check="signatures.they_cover_the_body", scope=Scope.ALL, severity=Severity.CRITICAL, where_seen=True),
        Rule(check="signatures.they_are_compared_exactly", scope=Scope.ALL, severity=Severity.MEDIUM, where_seen=True),
        Rule(check="signatures.passphrases_are_compared", scope=Scope.ALL, severity=Severity.HIGH, where_seen=True),
        Rule(check="signatures.they_count_for_one_request", scope=Scope.ALL, severity=Severity.CRITICAL, where_seen=True),
        Rule(check="signatures.refusals_tell_none", scope=Scope.ALL, severity=Severity.CRITICAL, where_seen=True),
        Rule(check="authentication.unsigned_fields_change_nothing", scope=Scope.ALL, severity=Severity.CRITICAL, where_seen=True),
        Rule(check="authentication.refused_calls_change_nothing", scope=Scope.ALL, severity=Severity.CRITICAL, where_seen=True),
        Rule(check="others.fills_are_hidden", scope=Scope.ALL, severity=Severity.CRITICAL, where_seen=True),
        Rule(check="others.statements_are_hidden", scope=Scope.ALL, severity=Severity.CRITICAL, where_seen=True),
        Rule(check="authentication.orders_of_others_are_hidden", scope=Scope.ALL, severity=Severity.CRITICAL),
        Rule(check="authentication.orders_of_others_are_untouchable", scope=Scope.ALL, severity=Severity.CRITICAL),
        Rule(check="wire.every_operation_can_be_called", scope=Scope.SDK, severity=Severity.HIGH),
        Rule(check="wire.requests_match_the_description", scope=Scope.SDK, severity=Severity.HIGH),
        Rule(check="wire.signatures_verify", scope=Scope.SDK, severity=Severity.HIGH),
        Rule(check="wire.answers_reach_the_caller_unchanged", scope=Scope.SDK, severity=Severity.CRITICAL),
        Rule(check="wire.languages_send_the_same_request", scope=Scope.SDK, severity=Severity.MEDIUM),
        Rule(check="errors.error_statuses_become_typed_errors", scope=Scope.SDK, severity=Severity.MEDIUM),
        Rule(check="errors.broken_connections_become_typed_errors", scope=Scope.SDK, severity=Severity.MEDIUM),
        Rule(check="errors.damaged_answers_become_typed_errors", scope=Scope.SDK, severity=Severity.HIGH),
        Rule(check="values.other_kinds_are_refused", scope=Scope.SDK, severity=Severity.HIGH, where_seen=True),
        Rule(check="errors.no_call_is_sent_twice", scope=Scope.SDK, severity=Severity.CRITICAL),
        Rule(check="hygiene.memory_stays_bounded", scope=Scope.SDK, severity=Severity.MEDIUM, where_seen=True),
    ),
)
