"""Every story played on the reference exchange: clean, it breaks no rule; with a fault, the right check names the right operation."""

from __future__ import annotations

import pytest

from certification.checks.catalogue import catalogue
from certification.evidence.record import Evidence, Observation, Scenario
from certification.evidence.scenarios.run import NOT_ON_PURPOSE, STORIES
from certification.evidence.scenarios.story import NO_BALANCES, NO_CROWD, NO_HEARTBEAT
from certification.judge import judge
from certification.levels.standard import STANDARD
from certification.model import Outcome
from tests.simulators.stages import SMALL_BUDGET, Clock, credentials, failures, played, reference_stage

AMENDING = {"amend.moved-and-grown", "amend.filled-in-part", "amend.into-the-book"}
"""The reference exchange amends no orders."""
STATEMENT = "statement.after-trading"
BURST, KEY_BURST = "limits.burst", "limits.key"
ONCE, WRONG = "withdrawals.once-and-again", "withdrawals.refused"
REST, GTC = "orders.rest-and-cancel", "orders.good-till-cancelled-meets-the-book"


@pytest.fixture(scope="module")
def clean() -> tuple[Scenario, ...]:
    """All stories but the bursts."""
    with reference_stage() as stage:
        return played(stage, *(story.id for story in STORIES if story.id not in {BURST, KEY_BURST}))


def test_a_correct_exchange_breaks_no_rule(clean: tuple[Scenario, ...]) -> None:
    unseen = {scenario.id for scenario in clean if scenario.observation is not Observation.COMPLETE}
    assert unseen == {
        *AMENDING,
        "places.amended",
        "streams.open-orders",
        "streams.balances",
        "streams.heartbeat",
        "streams.crowd",
        "limits.open-orders",
        "terms.dry-run",
        "terms.deadline",
    }
    findings = judge(Evidence(scenarios=clean), catalogue(), STANDARD)
    themes = {
        "authentication",
        "orders",
        "cancel_all",
        "statements",
        "expiry",
        "repeats",
        "withdrawals",
        "balances",
        "model",
        "market",
        "books",
        "pagination",
        "streams",
    }
    told = [finding for finding in findings if finding.check.partition(".")[0] in themes]
    assert len({finding.check for finding in told}) > 30
    moot = [finding for finding in told if finding.outcome is Outcome.NOT_APPLICABLE]
    assert {finding.summary.partition(" signing ")[0] for finding in moot} == {
        "the stream's snapshots have no stated depth (behaviour.streams.book.depth)",
        "the exchange's way of",
        "no order is asked for in a signed body beside an unsigned query",
        "requests carry no nonce",
        "the profile reads no count from the list",
        "the profile states no size of the list's pages (page), or a request does",
        *(
            f"the profile does not say how the channel of {channel} is asked for and told (trading.streams)"
            for channel in ("ticker", "candles")
        ),
        *(NO_BALANCES, NO_HEARTBEAT, NO_CROWD),
    }
    assert [finding for finding in told if finding.outcome not in {Outcome.PASSED, Outcome.NOT_APPLICABLE}] == []


def test_a_story_leaves_nothing_open(clean: tuple[Scenario, ...]) -> None:
    tidied = [scenario for scenario in clean if any(step.label == "tidy up" for step in scenario.steps)]
    assert "orders.off-grid" in {scenario.id for scenario in tidied}
    for scenario in tidied:
        last = [step for step in scenario.steps if step.label == "left behind"]
        assert last, scenario.id
        assert [value for step in last for name, value in step.facts if name == "order_id"] == [], scenario.id
    assert not any(step.label == "tidy up" for scenario in clean if scenario.id == REST for step in scenario.steps)


def test_no_credential_is_kept(clean: tuple[Scenario, ...]) -> None:
    text = repr(clean)
    for word in ("FIRST", "SECOND", "OBSERVER"):
        assert credentials(word).secret not in text
        assert credentials(word).key not in text
    assert "x-ref-signature', '***'" in text


FAULTS = (
    ("unsigned-accepted", "authentication.balances", "authentication.unsigned_calls_are_refused", "listBalances"),
    ("wrong-signature-accepted", "authentication.balances", "authentication.wrong_signatures_are_refused", "listBalances"),
    ("tampered-body-accepted", "authentication.place", "authentication.changed_requests_are_refused", "placeOrder"),
    ("tampered-query-accepted", "authentication.fills", "authentication.changed_requests_are_refused", "listFills"),
    ("stale-timestamp-accepted", "authentication.balances", "authentication.stale_requests_are_refused", "listBalances"),
    ("permissions-ignored", "permissions.read-only-key", "authentication.read_only_keys_cannot_trade", "placeOrder"),
    ("other-account-order-readable", "orders.other-account", "authentication.orders_of_others_are_hidden", "getOrder"),
    ("other-account-order-cancellable", "orders.other-account", "authentication.orders_of_others_are_untouchable", "cancelOrder"),
    ("unsorted-depth", "books.own-orders-in-depth", "books.depth_is_sorted", "getDepth"),
    ("crossed-book", "books.own-orders-in-depth", "books.depth_is_not_crossed", "getDepth"),
    ("time-not-advancing", "clock.moves", "limits.the_clock_moves", "getTime"),
    ("cursor-repeats", "pagination.fills", "pagination.pages_repeat_nothing", "listFills"),
    ("cursor-skips", "pagination.order-history", "pagination.pages_leave_nothing_out", "listOrderHistory"),
    ("balance-leak", GTC, "balances.fills_add_up", "listBalances"),
    ("hold-not-released", REST, "balances.cancelling_gives_everything_back", "cancelOrder"),
    ("fee-not-charged", GTC, "balances.fees_are_as_documented", "listFills"),
    ("wrong-fee", GTC, "balances.fees_are_as_documented", "listFills"),
    ("fill-price-worse-than-limit", GTC, "orders.limits_hold", "placeOrder"),
    ("duplicate-client-id-accepted", "orders.same-client-id", "orders.client_order_ids_are_idempotent", "placeOrder"),
    ("client-id-content-ignored", "orders.same-client-id", "orders.client_order_ids_are_idempotent", "placeOrder"),
    ("post-only-takes", "orders.post-only-meets-the-book", "orders.post_only_orders_never_take", "placeOrder"),
    ("ioc-rests", "orders.immediate-or-cancel-meets-the-book", "orders.immediate_orders_never_rest", "placeOrder"),
    ("fok-fills-in-part", "orders.fill-or-kill-meets-the-book", "orders.fill_or_kill_is_all_or_nothing", "placeOrder"),
    ("newest-fills-first", "orders.time-priority", "orders.older_orders_fill_first", "listFills"),
    ("invalid-tick-accepted", "orders.off-grid", "orders.off_grid_orders_are_refused", "placeOrder"),
    ("invalid-lot-accepted", "orders.off-grid", "orders.off_grid_orders_are_refused", "placeOrder"),
    ("min-notional-ignored", "orders.off-grid", "orders.off_grid_orders_are_refused", "placeOrder"),
    ("client-id-overtaken", "races.same-client-id", "races.one_client_id_makes_one_order", "placeOrder"),
    ("spent-twice-at-once", "races.spend-twice", "races.what_there_is_is_spent_once", "placeOrder"),
    ("unknown-side-sells", "refusals.meaningless-order", "refusals.meaningless_orders_are_refused", "placeOrder"),
    ("cancelled-order-still-open", REST, "orders.cancelled_orders_are_gone", "listOpenOrders"),
    ("cancel-all-spares-part-filled", "cancel-all.filled-in-part", "cancel_all.everything_is_cancelled", "cancelAllOrders"),
    ("cancel-all-of-everybody", "cancel-all.filled-in-part", "cancel_all.other_accounts_stay", "cancelAllOrders"),
    ("cancel-all-in-every-market", "cancel-all.of-the-account", "cancel_all.other_markets_stay", "cancelAllOrders"),
    ("cancel-all-names-too-few", "cancel-all.of-the-account", "cancel_all.it_tells_what_was_cancelled", "cancelAllOrders"),
    ("statement-hides-fees", STATEMENT, "statements.entries_add_up", "listLedger"),
    ("statement-balance-before", STATEMENT, "statements.balances_follow_from_entries", "listLedger"),
    ("statement-names-others", STATEMENT, "statements.fills_have_their_entries", "listLedger"),
    ("statement-filter-ignored", STATEMENT, "statements.statements_keep_to_what_is_asked", "listLedger"),
    ("newest-fills-first", "model.trading-by-chance", "model.fills_agree_with_the_model", "listFills"),
    ("sequence-gap", "streams.book", "streams.sequences_have_no_gap", "depth"),
    ("checksum-of-the-book-before", "streams.book", "checksums.told_checksums_are_the_books", "depth"),
    ("stream-other-account", "streams.other-account", "streams.orders_of_others_are_not_told", "orders"),
    ("replay-accepted", "repeats.same-bytes.order", "repeats.the_same_bytes_do_nothing_twice", "placeOrder"),
    ("replay-accepted", "repeats.same-bytes.withdrawal", "repeats.the_same_bytes_are_answered_as_stated", "createWithdrawal"),
    ("cancel-again-crashes", REST, "repeats.cancelling_again_is_answered", "cancelOrder"),
    ("withdrawal-sent-twice", ONCE, "withdrawals.client_ids_withdraw_once", "createWithdrawal"),
    ("withdrawal-id-content-ignored", ONCE, "withdrawals.client_ids_withdraw_once", "createWithdrawal"),
    ("withdrawal-held-twice", ONCE, "withdrawals.what_leaves_is_taken_once", "createWithdrawal"),
    ("withdrawal-beyond-balance", WRONG, "withdrawals.withdrawals_beyond_means_are_refused", "createWithdrawal"),
    ("withdrawal-of-what-is-held", "withdrawals.held", "withdrawals.held_assets_cannot_be_withdrawn", "createWithdrawal"),
    ("order-expired-before-it-came", "expiry.past", "expiry.ends_in_the_past_trade_nothing", "placeOrder"),
    ("withdrawal-to-nowhere", WRONG, "withdrawals.wrong_addresses_are_refused", "createWithdrawal"),
    ("withdrawal-cut-in-silence", WRONG, "withdrawals.amounts_off_their_step_are_refused", "createWithdrawal"),
    ("withdrawal-given-back-twice", ONCE, "withdrawals.calling_back_gives_back_once", "cancelWithdrawal"),
    ("withdrawal-fee-kept", ONCE, "withdrawals.calling_back_gives_back_once", "cancelWithdrawal"),
    ("withdrawal-amount-rounded", ONCE, "withdrawals.withdrawals_are_what_was_asked", "getWithdrawal"),
    ("other-account-withdrawal-readable", "withdrawals.other-account", "withdrawals.withdrawals_of_others_are_shut", "getWithdrawal"),
    ("reading-key-withdraws", "withdrawals.read-only-key", "withdrawals.read_only_keys_cannot_withdraw", "createWithdrawal"),
    ("trade-told-twice", "streams.tape", "streams.public_trades_are_told_once", "trades"),
    ("trade-of-the-makers-side", "streams.tape", "streams.public_trades_are_told_as_they_were", "trades"),
    ("left-depth-goes-on", "streams.left-alone", "streams.what_is_left_stays_silent", "depth"),
    ("stream-login-unchecked", "streams.login", "streams.wrong_logins_are_refused", "orders"),
)


@pytest.mark.parametrize(("fault", "story", "check", "operation"), FAULTS, ids=[fault[0] for fault in FAULTS])
def test_the_right_check_names_the_operation_of_a_fault(fault: str, story: str, check: str, operation: str) -> None:
    with reference_stage(fault) as stage:
        found = failures(played(stage, story, wait=lambda _: None))
    assert check in {finding.check for finding in found}, found
    (finding,) = (finding for finding in found if finding.check == check)
    assert finding.subject.removeprefix("streams.") == operation
    assert finding.reproduce == f"certify replay reference {story}"
    assert finding.evidence


TOGETHER = (
    ("total-without-held", "balances.totals_add_up", "listBalances"),
    ("history-says-filled", "orders.history_agrees_with_queries", "listOrderHistory"),
    ("updated-before-created", "orders.times_of_orders_go_forward", "getOrder"),
    ("market-order-beyond-balance", "orders.orders_beyond_means_are_refused", "placeOrder"),
    ("depth-limit-ignored", "books.depth_keeps_its_limit", "getDepth"),
    ("tape-misses-a-trade", "market.own_fills_stand_on_the_tape", "listTrades"),
    ("candle-below-its-trades", "market.candles_hold_their_trades", "getCandles"),
    ("candle-volume-doubled", "market.candles_add_up", "getCandles"),
    ("ticker-ask-wrong", "market.tickers_agree_with_the_book", "getTicker"),
    ("ticker-last-wrong", "market.tickers_tell_the_last_trade", "getTicker"),
    ("other-secret-accepted", "authentication.signatures_of_others_are_refused", "listBalances"),
    ("empty-signature-accepted", "authentication.empty_signatures_are_refused", "listBalances"),
    ("tampered-window-accepted", "authentication.windows_are_signed", "listBalances"),
    ("future-timestamp-accepted", "authentication.future_requests_are_refused", "listBalances"),
    ("removal-untold", "streams.changes_make_the_book", "streams.depth"),
    ("fill-untold", "streams.orders_are_told_as_they_are", "streams.orders"),
)
"""Faults that do not hide each other."""


def test_many_faults_at_once_are_each_found_by_the_check_for_it() -> None:
    with reference_stage(*(fault for fault, _, _ in TOGETHER)) as stage:
        found = {(finding.check, finding.subject) for finding in failures(played(stage, wait=lambda _: None))}
    assert {(check, subject) for _, check, subject in TOGETHER} - found == set()


@pytest.mark.parametrize(
    ("fault", "story", "check"),
    [
        ("ping-unanswered", "streams.ping", "streams.pings_are_answered"),
        ("nonsense-unanswered", "streams.malformed", "streams.malformed_messages_end_as_promised"),
        ("second-connection-unserved", "streams.connect-again", "streams.a_second_connection_is_served"),
    ],
)
def test_a_stream_that_stays_silent_is_found(fault: str, story: str, check: str) -> None:
    with reference_stage(fault) as stage:
        assert {finding.check for finding in failures(played(stage, story))} == {check}


@pytest.mark.parametrize(
    ("fault", "story", "check", "operation"),
    [
        ("order-never-expires", "expiry.order", "expiry.orders_end_at_their_time", "placeOrder"),
        ("expired-order-held-for", "expiry.order", "expiry.expired_orders_hold_nothing", "listBalances"),
        ("expired-order-still-open", "expiry.order", "expiry.expired_orders_are_not_listed", "listOpenOrders"),
        ("expired-order-cancellable", "expiry.order", "expiry.expired_orders_cannot_be_cancelled", "cancelOrder"),
        ("part-filled-never-expires", "expiry.filled-in-part", "expiry.part_filled_orders_end_too", "placeOrder"),
        ("expiry-untold", "expiry.told", "expiry.expiries_are_told", "streams.orders"),
        ("known-signature-never-stale", "repeats.after-its-window", "repeats.requests_end_with_their_window", "listBalances"),
    ],
)
def test_what_shows_only_with_time_is_found(fault: str, story: str, check: str, operation: str) -> None:
    waited: list[float] = []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        stopped.waited_s = min(stopped.waited_s + seconds, 4.0)  # further ahead, the exchange would find our signatures old

    stopped = Clock()
    with reference_stage(fault, clock=stopped) as stage:
        (finding,) = failures(played(stage, story, wait=wait))
    assert (finding.check, finding.subject) == (check, operation)
    assert 1 < sum(waited) < 15


def broken(*faults: str) -> tuple[tuple[Scenario, ...], Clock]:
    """The burst, against a small limit; whoever waits moves the exchange's clock."""
    clock = Clock()
    with reference_stage(*faults, rate_limit=SMALL_BUDGET.requests, clock=clock) as stage:
        return played(stage, BURST, wait=clock.wait), clock


def test_a_limit_holds_and_says_when_to_come_back() -> None:
    scenarios, clock = broken()
    assert failures(scenarios) == ()
    assert [step.label for step in scenarios[0].steps][-2:] == [f"call {SMALL_BUDGET.requests + 1}", "after the wait"]
    assert 1 <= clock.waited_s <= 10
    with reference_stage() as stage:
        (unplayed,) = played(stage, BURST)
    assert (unplayed.observation, unplayed.reason, unplayed.operation) == (Observation.SKIPPED, NOT_ON_PURPOSE, "getTime")


@pytest.mark.parametrize(
    ("fault", "check"),
    [
        ("rate-limit-not-enforced", "limits.the_documented_limit_is_enforced"),
        ("wrong-remaining-counter", "limits.counters_count"),
        ("missing-retry-after", "limits.throttled_answers_say_when_to_retry"),
    ],
)
def test_a_limit_that_does_not_hold_is_found(fault: str, check: str) -> None:
    (finding,) = failures(broken(fault)[0])
    assert (finding.check, finding.subject) == (check, "getTime")
