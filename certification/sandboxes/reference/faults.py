"""The faults that the sandbox can be started with: each one small deviation from a correct exchange, all off by default.

A fault either turns off one rule of the engine or of the web layer, or distorts the finished answer of one operation. Nothing else in
the exchange knows of faults, and nothing that a client sees names them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from certification.sandboxes.reference import distortions
from certification.sandboxes.reference.engine import rules as engine_rules
from certification.sandboxes.reference.engine.rules import EngineRules
from certification.sandboxes.reference.web import rules as web_rules
from certification.sandboxes.reference.web.answer import Answer
from certification.sandboxes.reference.web.rules import WebRules

Distortion = Callable[[Answer], Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One deviation."""

    name: str
    breaks: str
    """What no longer holds, one sentence."""
    operation: str
    """The operation (or, for streams, the channel) that it shows on."""
    engine: str | None = None
    """The engine's rule that is turned off."""
    web: str | None = None
    """The web layer's rule that is turned off."""
    moves_money: bool = False
    """Whether it shows in orders, fills or balances when accounts trade with each other between the best prices."""
    distortion: Distortion | None = None
    """What becomes of the operation's answers."""


def _engine(name: str, rule: str, operation: str, breaks: str) -> Fault:
    return Fault(name=name, breaks=breaks, operation=operation, engine=rule)


def _money(name: str, rule: str, operation: str, breaks: str) -> Fault:
    return Fault(name=name, breaks=breaks, operation=operation, engine=rule, moves_money=True)


def _web(name: str, rule: str, operation: str, breaks: str) -> Fault:
    return Fault(name=name, breaks=breaks, operation=operation, web=rule)


def _wire(name: str, distortion: Distortion, operation: str, breaks: str) -> Fault:
    return Fault(name=name, breaks=breaks, operation=operation, distortion=distortion)


FAULTS = (
    # what answers look like
    _wire("wrong-type", distortions.price_as_number, "getTicker", "The best bid is a JSON number where a string is described."),
    _wire("missing-required-field", distortions.without_total, "listBalances", "Balances lack the required field total."),
    _wire("null-in-nonnullable", distortions.null_last_quantity, "listTrades", "A trade's quantity is null."),
    _wire("wrong-enum-value", distortions.upper_case_status, "getOrder", "An order's status is not one of the described words."),
    _wire("undeclared-field", distortions.extra_field, "getInstrument", "An instrument has a field that the description forbids."),
    _wire("undocumented-status", distortions.accepted_status, "listOpenOrders", "A success is answered with 202."),
    _wire("undocumented-content-type", distortions.plain_text, "listInstruments", "JSON is sent as text/plain."),
    _wire("server-error", distortions.server_error_on_empty, "getOrder", "An order that is not there is answered with 500."),
    _wire("unknown-symbol-crashes", distortions.server_error_on_empty, "getTicker", "A symbol that nobody trades is answered with 500."),
    _wire("missing-rate-limit-header", distortions.without_remaining, "getFees", "X-RateLimit-Remaining is missing."),
    _wire("missing-retry-after", distortions.without_retry_after, "getTime", "A 429 does not say when to come back."),
    _wire("unsorted-depth", distortions.reversed_bids, "getDepth", "Bids come cheapest first."),
    _wire("crossed-book", distortions.crossed, "getDepth", "The best bid is dearer than the best ask."),
    _wire("short-candle", distortions.short_candles, "getCandles", "Candles lack their last place."),
    _wire("time-in-seconds", distortions.time_in_seconds, "getTime", "The clock is in seconds where milliseconds are described."),
    # who may do what
    _web("unsigned-accepted", "calls_must_be_signed", "listBalances", "A call without a signature is answered."),
    _web("wrong-signature-accepted", "signatures_must_fit", "listBalances", "Any signature will do."),
    _web("tampered-body-accepted", "bodies_are_signed", "placeOrder", "A body may change after it was signed."),
    _web("tampered-query-accepted", "queries_are_signed", "listFills", "A query may change after it was signed."),
    _web("stale-timestamp-accepted", "timestamps_must_be_fresh", "listBalances", "A call from last year is answered."),
    _web("permissions-ignored", "keys_keep_their_permissions", "placeOrder", "A key that may only read can trade."),
    _engine("other-account-order-readable", "owners_alone_read", "getOrder", "Another account's order can be read."),
    _engine("other-account-order-cancellable", "owners_alone_cancel", "cancelOrder", "Another account's order can be cancelled."),
    # budgets, clock, forms
    _web("rate-limit-not-enforced", "budgets_are_enforced", "getTime", "Calls beyond the budget are answered."),
    _web("wrong-remaining-counter", "budgets_count_down", "getTime", "X-RateLimit-Remaining never falls."),
    _web("time-not-advancing", "clocks_go_on", "getTime", "The clock stands still."),
    _web("invalid-requests-accepted", "queries_keep_the_description", "getDepth", "Undeclared and out-of-range parameters pass."),
    _web("unknown-side-sells", "sides_are_known", "placeOrder", "A side that does not exist is taken for a sell."),
    _web("methods-not-limited", "methods_are_limited", "getTime", "Every method is answered like GET."),
    # pages
    _web("cursor-repeats", "pages_go_on_after_the_cursor", "listFills", "Each page begins with the last item of the one before."),
    _web("cursor-skips", "pages_leave_nothing_out", "listOrderHistory", "An item between two pages is never shown."),
    # money
    _money("balance-leak", "buyers_pay_in_full", "listBalances", "Each fill makes a little money out of nothing."),
    _money("hold-not-released", "cancel_releases_the_hold", "cancelOrder", "A cancelled order goes on holding its funds."),
    _money("fee-not-charged", "fees_are_charged", "listFills", "Fills cost no fee."),
    _money("wrong-fee", "takers_pay_the_taker_fee", "listFills", "Takers pay the fee of makers."),
    _money("fill-price-worse-than-limit", "limits_bind_the_fill_price", "placeOrder", "A limit order fills beyond its limit."),
    # orders
    _money("duplicate-client-id-accepted", "client_order_ids_are_unique", "placeOrder", "The same client order id places two orders."),
    _engine(
        "client-id-content-ignored", "client_order_ids_bind_the_content", "placeOrder", "A reused id with other content is no conflict."
    ),
    _money("post-only-takes", "post_only_never_takes", "placeOrder", "A post-only order takes."),
    _money("ioc-rests", "ioc_never_rests", "placeOrder", "The rest of an IOC order stays in the book."),
    _money("fok-fills-in-part", "fok_fills_whole_or_not", "placeOrder", "A FOK order fills in part."),
    _money("newest-fills-first", "older_orders_fill_first", "listFills", "Within a level, the newest order fills first."),
    _engine("invalid-tick-accepted", "prices_keep_the_tick", "placeOrder", "Prices between two ticks are taken."),
    _engine("invalid-lot-accepted", "quantities_keep_the_lot", "placeOrder", "Quantities between two lots are taken."),
    _engine("min-notional-ignored", "minimum_notional_is_kept", "placeOrder", "Orders below the least notional are taken."),
    _money("cancelled-order-still-open", "cancelled_orders_leave_the_open_ones", "listOpenOrders", "Cancelled orders stay listed as open."),
    # what money does between two orders
    _money("part-fill-frees-the-rest", "rest_is_held_after_a_fill", "listBalances", "After a partial fill nothing is held for the rest."),
    _money("immediate-rest-stays-held", "immediate_orders_release_the_rest", "listBalances", "The rest of an IOC order goes on holding."),
    _money("fee-rounded-up", "fees_are_cut_off", "listFills", "Fees are rounded up where they should be cut off."),
    _money("maker-pays-taker-fee", "makers_pay_the_maker_fee", "listFills", "Makers pay the fee of takers."),
    _wire("fee-in-wrong-asset", distortions.fee_in_base, "listFills", "A fee that is paid in quote is said to be in base."),
    _money("self-trade", "own_orders_never_meet", "listFills", "An account trades with itself."),
    _money("fok-leaves-the-last", "fok_takes_a_whole_level", "listFills", "A FOK order for all that rests is killed."),
    _money("filled-order-cancelled", "filled_orders_stay_filled", "cancelOrder", "A filled order can be cancelled."),
    _money("cancelled-order-in-book", "cancelled_orders_leave_the_book", "getDepth", "A cancelled order stays in the book, and fills."),
    _wire("notional-at-limit", distortions.notional_at_limit, "getOrder", "An order's notional is that of its limit, not of its fills."),
    _wire("part-fill-untold", distortions.part_fill_untold, "getOrder", "An order that is filled in part says that nothing was."),
    _engine("market-order-beyond-balance", "market_orders_are_paid_for", "placeOrder", "A market order may sell more than there is."),
    _engine("client-id-overtaken", "client_order_ids_are_known_at_once", "placeOrder", "Orders at once under one client id are all made."),
    _engine("spent-twice-at-once", "holds_are_known_at_once", "placeOrder", "Orders at once are all paid for with the same money."),
    _engine("limit-order-beyond-balance", "limit_orders_are_paid_for", "placeOrder", "A limit order may buy for more than there is."),
    _wire("total-without-held", distortions.total_without_held, "listBalances", "The total leaves out what is held."),
    # what is said of orders
    _engine("price-rounded-in-silence", "prices_are_never_rounded", "placeOrder", "A price between two ticks is moved to one."),
    _wire("quantity-echoed-rounded", distortions.rounded_quantity, "placeOrder", "The answer says another quantity than was asked."),
    _wire("client-id-cut", distortions.cut_client_id, "placeOrder", "The answer says another client order id than was given."),
    _wire("id-through-float", distortions.ids_through_float, "listOpenOrders", "Order ids above 2^53 are rounded."),
    _wire("open-order-missing", distortions.without_oldest_of_several, "listOpenOrders", "Of several open orders the oldest is missing."),
    _wire("history-says-filled", distortions.ended_as_filled, "listOrderHistory", "The history says that cancelled orders were filled."),
    _wire("updated-before-created", distortions.updated_before_created, "getOrder", "An order changed before it was created."),
    # what the public sees
    _wire("tape-misses-a-trade", distortions.without_newest, "listTrades", "The newest trade is not on the tape."),
    _wire("candle-below-its-trades", distortions.high_at_open, "getCandles", "A candle's high is below trades of its time."),
    _wire("candle-volume-doubled", distortions.double_volume, "getCandles", "A candle counts both sides of each trade."),
    _wire("ticker-ask-wrong", distortions.bid_for_ask, "getTicker", "The ticker's best ask is not the book's."),
    _wire("ticker-last-wrong", distortions.last_at_bid, "getTicker", "The ticker's last price is not the last trade's."),
    _web("depth-limit-ignored", "depth_keeps_its_limit", "getDepth", "More levels are answered than were asked for."),
    # more of who may call, and how often
    _web("other-secret-accepted", "signatures_bind_the_key", "listBalances", "A signature by another account's secret is taken."),
    _web("empty-signature-accepted", "signatures_may_not_be_empty", "listBalances", "An empty signature is taken."),
    _web("tampered-window-accepted", "windows_are_signed", "listBalances", "The window may change after the call was signed."),
    _web("future-timestamp-accepted", "timestamps_may_not_lead", "listBalances", "A call from next year is answered."),
    _web("budget-never-recovers", "budgets_recover", "getTime", "Who once exceeded the budget is refused for good."),
    _web("retry-after-too-short", "retry_after_suffices", "getTime", "Retry-After ends before the budget recovers."),
    # everything at once
    _engine("cancel-all-spares-part-filled", "cancel_all_takes_part_filled", "cancelAllOrders", "Orders that were filled in part stay."),
    _engine("cancel-all-in-every-market", "cancel_all_keeps_to_its_market", "cancelAllOrders", "Orders of other markets go too."),
    _engine("cancel-all-of-everybody", "cancel_all_keeps_to_its_account", "cancelAllOrders", "Other accounts' orders go too."),
    _wire("cancel-all-names-too-few", distortions.without_oldest_of_several, "cancelAllOrders", "The last of several is not named."),
    # what an account is told of its money
    _wire("statement-hides-fees", distortions.without_fees, "listLedger", "Fees are taken, and the statement has no entry of them."),
    _wire("statement-balance-before", distortions.balance_before, "listLedger", "An entry's balance is the one before it."),
    _wire("statement-names-others", distortions.reference_of_the_next, "listLedger", "Entries name another order than theirs."),
    _web("statement-filter-ignored", "statements_keep_to_the_filter", "listLedger", "Asset and kind do not filter."),
    # orders that end by themselves
    _engine("order-never-expires", "orders_expire", "placeOrder", "An order rests on after its time."),
    _engine("expired-order-held-for", "expired_orders_release_the_hold", "listBalances", "An expired order goes on holding its funds."),
    _engine("expired-order-still-open", "expired_orders_leave_the_open_ones", "listOpenOrders", "Expired orders stay listed as open."),
    _engine("expired-order-cancellable", "expired_orders_stay_expired", "cancelOrder", "An expired order can be cancelled."),
    _engine("expiry-untold", "expired_orders_are_told", "orders", "The owner does not hear that an order expired."),
    _engine("part-filled-never-expires", "part_filled_orders_expire", "placeOrder", "An order that was filled in part outlives its time."),
    _engine("order-expired-before-it-came", "expiries_lie_ahead", "placeOrder", "An order whose time is over is taken, and may be filled."),
    # the same once more
    _web("replay-accepted", "signatures_count_once", "placeOrder", "The same signed bytes are taken again and again."),
    _web("known-signature-never-stale", "known_signatures_grow_old", "listBalances", "Who was answered once may ask for ever."),
    _wire("cancel-again-crashes", distortions.server_error_on_conflict, "cancelOrder", "Cancelling what has ended is answered with 500."),
    # what leaves
    _engine("withdrawal-sent-twice", "withdrawal_ids_are_unique", "createWithdrawal", "The same client id withdraws twice."),
    _engine("withdrawal-id-content-ignored", "withdrawal_ids_bind_the_content", "createWithdrawal", "A reused id is no conflict."),
    _engine("withdrawal-held-twice", "repeated_withdrawals_hold_once", "createWithdrawal", "A repeated withdrawal holds its amount again."),
    _engine("withdrawal-beyond-balance", "withdrawals_are_paid_for", "createWithdrawal", "More may leave than there is."),
    _engine("withdrawal-of-what-is-held", "withdrawals_leave_holds_alone", "createWithdrawal", "What orders hold may leave."),
    _engine("withdrawal-to-nowhere", "withdrawal_addresses_are_checked", "createWithdrawal", "A misspelt address is taken."),
    _engine("withdrawal-cut-in-silence", "withdrawal_amounts_keep_the_step", "createWithdrawal", "Digits too many are cut off."),
    _engine("withdrawal-given-back-twice", "cancelled_withdrawals_give_back_once", "cancelWithdrawal", "Cancelling again pays again."),
    _engine("withdrawal-fee-kept", "cancelled_withdrawals_give_the_fee_back", "cancelWithdrawal", "A cancelled withdrawal costs its fee."),
    _engine("other-account-withdrawal-readable", "owners_alone_see_withdrawals", "getWithdrawal", "Anybody can read a withdrawal."),
    _web("reading-key-withdraws", "reading_keys_never_withdraw", "createWithdrawal", "A key that may only read can withdraw."),
    _wire("withdrawal-amount-rounded", distortions.rounded_amount, "getWithdrawal", "A withdrawal is told with fewer digits than it has."),
    # streams
    _web("snapshot-without-best-ask", "snapshots_are_whole", "depth", "A snapshot lacks the best ask."),
    _web("sequence-starts-over", "streams_never_start_over", "depth", "Sequence numbers start over now and then."),
    _web("change-told-twice", "streams_tell_once", "depth", "Every change of the book is sent twice."),
    _web("removal-untold", "streams_tell_removals", "depth", "A level that is gone is not told."),
    _web("checksum-of-the-book-before", "checksums_follow_changes", "depth", "A change carries the checksum of the message before it."),
    _web("cancellation-untold", "streams_tell_cancellations", "orders", "The owner does not hear of a cancellation."),
    _web("fill-untold", "streams_tell_what_is_filled", "orders", "What is heard of an order never says that it was filled."),
    _web("trade-told-twice", "streams_tell_trades_once", "trades", "Every trade is sent twice."),
    _web("trade-of-the-makers-side", "streams_tell_the_takers_side", "trades", "A trade's side is told as that of the order that rested."),
    _web("left-depth-goes-on", "streams_end_when_left", "depth", "The end of a subscription is confirmed, and its messages go on."),
    _web("nonsense-unanswered", "streams_refuse_nonsense", "control", "A message that is no JSON is not answered."),
    _web("ping-unanswered", "streams_answer_pings", "control", "A ping is not answered."),
    _web("second-connection-unserved", "streams_serve_again", "depth", "Who connects again gets a confirmation and no data."),
    _web("sequence-gap", "streams_number_every_change", "depth", "A depth delta now and then is not sent."),
    _web("stream-other-account", "streams_keep_accounts_apart", "orders", "Everybody's orders come to everybody logged in."),
    _web("stream-login-unchecked", "streams_check_signatures", "orders", "Any signature logs in."),
)
"""Every fault, in the order of the listing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """The faults of one exchange, taken together."""

    engine: EngineRules = engine_rules.CORRECT
    web: WebRules = web_rules.CORRECT
    distortions: tuple[tuple[str, Distortion], ...] = field(default=())
    """Operation and what becomes of its answers."""

    def distort(self, operation: str, answer: Answer) -> Answer:
        """An operation's answer as it leaves the exchange."""
        for name, distortion in self.distortions:
            if name == operation:
                answer = distortion(answer)
        return answer


NO_FAULTS = Faults()


def faults_named(names: Iterable[str]) -> Faults:
    """The faults of these names together.

    Raises:
        KeyError: one of the names is no fault's.
    """
    by_name = {fault.name: fault for fault in FAULTS}
    faults = NO_FAULTS
    for fault in (by_name[name] for name in names):
        if fault.engine is not None:
            faults = replace(faults, engine=replace(faults.engine, **{fault.engine: False}))
        if fault.web is not None:
            faults = replace(faults, web=replace(faults.web, **{fault.web: False}))
        if fault.distortion is not None:
            faults = replace(faults, distortions=(*faults.distortions, (fault.operation, fault.distortion)))
    return faults
