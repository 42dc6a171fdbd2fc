"""Gold: money is safe. As in silver, what is asked of the exchange weighs on its SDKs too."""

from __future__ import annotations

from certification.levels.rule import LevelRules, Rule, Scope
from certification.model import Level, Severity

GOLD = LevelRules(
    level=Level.GOLD,
    promise="trades: money is safe",
    rules=(
        Rule(check="trading.orders_placed_through_the_sdk_are_whole", scope=Scope.SDK, severity=Severity.CRITICAL),
        Rule(check="trading.rate_limits_are_honoured_by_the_sdk", scope=Scope.SDK, severity=Severity.HIGH),
        Rule(check="trading.streams_survive_in_the_sdk", scope=Scope.SDK, severity=Severity.HIGH),
        Rule(check="orders.placed_orders_are_what_was_asked", scope=Scope.ALL, severity=Severity.CRITICAL),
        Rule(check="orders.cancelled_orders_say_so", scope=Scope.ALL, severity=Severity.CRITICAL),
        Rule(check="orders.cancelled_orders_are_gone", scope=Scope.ALL, severity=Severity.CRITICAL),
        Rule(check="orders.client_order_ids_are_idempotent", scope=Scope.ALL, severity=Severity.CRITICAL),
        Rule(check="orders.limits_hold", scope=Scope.ALL, severity=Severity.CRITICAL),
        Rule(check="orders.immediate_orders_never_rest", scope=Scope.ALL, severity=Severity.HIGH),
        Rule(check="orders.fill_or_kill_is_all_or_nothing", scope=Scope.ALL, severity=Severity.HIGH),
        Rule(check="orders.post_only_orders_never_take", scope=Scope.ALL, severity=Severity.HIGH),
        Rule(check="orders.off_grid_orders_are_refused", scope=Scope.ALL, severity=Severity.HIGH),
        Rule(check="orders.older_orders_fill_first", scope=Scope.ALL, severity=Severity.HIGH),
        Rule(check="authentication.read_only_keys_cannot_trade", scope=Scope.ALL, severity=Severity.CRITICAL),
        Rule(check="balances.resting_orders_are_held_for", scope=Scope.ALL, severity=Severity.CRITICAL),
        Rule(check="balances.cancelling_gives_everything_back", scope=Scope.ALL, severity=Severity.CRITICAL),
        Rule(check="balances.fills_add_up", scope=Scope.ALL, severity=Severity.CRITICAL),
        Rule(check="balances.fees_are_as_documented", scope=Scope.ALL, severity=Severity.HIGH),
        Rule(check="balances.no_balance_is_negative", scope=Scope.ALL, severity=Severity.CRITICAL),
        Rule(check="model.orders_agree_with_the_model", scope=Scope.ALL, severity=Severity.CRITICAL),
        Rule(check="model.fills_agree_with_the_model", scope=Scope.ALL, severity=Severity.CRITICAL),
        Rule(check="model.balances_agree_with_the_model", scope=Scope.ALL, severity=Severity.CRITICAL),
        Rule(check="model.books_agree_with_the_model", scope=Scope.ALL, severity=Severity.HIGH),
        Rule(check="books.depth_is_sorted", scope=Scope.ALL, severity=Severity.HIGH),
        Rule(check="books.depth_is_not_crossed", scope=Scope.ALL, severity=Severity.HIGH),
        Rule(check="books.depth_has_no_empty_levels", scope=Scope.ALL, severity=Severity.MEDIUM),
        Rule(check="books.resting_orders_stand_in_the_depth", scope=Scope.ALL, severity=Severity.HIGH),
        Rule(check="pagination.pages_repeat_nothing", scope=Scope.ALL, severity=Severity.HIGH),
        Rule(check="pagination.pages_leave_nothing_out", scope=Scope.ALL, severity=Severity.HIGH),
        Rule(check="limits.the_clock_moves", scope=Scope.ALL, severity=Severity.HIGH),
        Rule(check="limits.the_documented_limit_is_enforced", scope=Scope.ALL, severity=Severity.HIGH),
        Rule(check="limits.throttled_answers_say_when_to_retry", scope=Scope.ALL, severity=Severity.HIGH),
        Rule(check="limits.counters_count", scope=Scope.ALL, severity=Severity.HIGH),
        Rule(check="streams.sequences_have_no_gap", scope=Scope.ALL, severity=Severity.CRITICAL),
        Rule(check="streams.changes_make_the_book", scope=Scope.ALL, severity=Severity.CRITICAL),
        Rule(check="streams.own_orders_are_told", scope=Scope.ALL, severity=Severity.HIGH),
        Rule(check="streams.orders_are_told_in_order", scope=Scope.ALL, severity=Severity.HIGH),
        Rule(check="streams.orders_of_others_are_not_told", scope=Scope.ALL, severity=Severity.CRITICAL),
        Rule(check="streams.wrong_logins_are_refused", scope=Scope.ALL, severity=Severity.CRITICAL),
        Rule(check="streams.private_channels_need_a_login", scope=Scope.ALL, severity=Severity.CRITICAL),
        Rule(check="streams.wrong_subscriptions_are_refused", scope=Scope.ALL, severity=Severity.MEDIUM),
    ),
)
