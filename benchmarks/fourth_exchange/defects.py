"""Everything that can be wrong with Osprey on purpose: one switch, one place, one sentence each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Theme = Literal["contract", "auth", "state", "money", "limits", "streams"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """One fault: what it breaks, in a sentence, and on which call or channel it shows."""

    name: str
    theme: Theme
    operation: str
    breaks: str


def _themed(theme: Theme, *rows: tuple[str, str, str]) -> tuple[Defect, ...]:
    return tuple(Defect(name=name, theme=theme, operation=operation, breaks=breaks) for name, operation, breaks in rows)


_CONTRACT = _themed(
    "contract",
    ("time-in-seconds", "getTime", "`epoch_ms` counts whole seconds."),
    ("product-without-minimum", "listProducts", "The last product has no `base_min_size`."),
    ("book-level-ignored", "getBook", "Level 1 tells the whole book as level 2 does."),
    ("bids-worst-first", "getBook", "Bids begin with the lowest price."),
    ("trade-id-as-text", "listTrades", "`trade_id` is a string."),
    ("candles-oldest-first", "listCandles", "The oldest candle comes first."),
    ("candle-fields-swapped", "listCandles", "A candle is [start, open, high, low, close, volume]."),
    ("stats-volume-in-quote", "getStats", "`volume` counts the quote currency."),
    ("size-as-number", "getOrder", "`size` of an order is a JSON number."),
    ("zero-with-exponent", "listAccounts", "Amounts of zero are written 0E-8."),
    ("created-at-without-zone", "getOrder", "`created_at` of an order has no time zone."),
    (
        "partial-has-own-status",
        "getOrder",
        "An open order that is filled in part has the status `partially_filled`, which no document names.",
    ),
    ("open-order-without-reason", "getOrder", "`done_reason` is left out while an order is open."),
    ("liquidity-in-words", "listFills", "`liquidity` is maker or taker, not M or T."),
    ("cancel-answers-object", "cancelOrder", "A cancellation answers an object with the id, not the bare id."),
    ("refusals-as-200", "placeOrder", "What is refused with 422 has the status 200 and the error's body."),
    ("error-as-text", "getOrder", "What is not found is answered as plain text."),
    ("error-code-as-number", "placeOrder", "`code` of an error is the status as a number."),
    ("error-request-id-differs", "placeOrder", "`request_id` of an error is not the header X-Request-Id."),
    ("missing-size-breaks", "placeOrder", "A limit order without a size ends in status 500."),
    ("unknown-field-ignored", "placeOrder", "A field that does not exist, as a misspelt one, is ignored."),
    ("page-limit-ignored", "listOrders", "`limit` is ignored: a page has a hundred orders."),
)
_AUTH = _themed(
    "auth",
    ("signature-not-checked", "listAccounts", "Any signature is taken."),
    ("signature-prefix-suffices", "listAccounts", "Only the first eight characters of a signature are compared."),
    ("signature-any-case", "listAccounts", "A signature in other letter case is taken."),
    ("signature-ignores-body", "placeOrder", "A signature that was made without the body is taken too."),
    ("signature-ignores-query", "listOrders", "A signature that was made without the query is taken too."),
    ("signature-ignores-method", "cancelOrder", "A signature that was made for GET is taken for every method."),
    ("signature-without-timestamp", "listAccounts", "A signature that was made without the timestamp is taken too."),
    ("signature-remembered", "placeOrder", "A signature that was right once is taken again with another body, path or time."),
    ("signature-in-error", "listAccounts", "The refusal of a signature tells the right one."),
    ("passphrase-not-checked", "listAccounts", "Any passphrase is taken."),
    ("old-timestamp-accepted", "listAccounts", "A timestamp may be an hour old."),
    ("future-timestamp-accepted", "listAccounts", "A timestamp may lie in the future, however far."),
    ("unknown-key-breaks", "listAccounts", "A key that does not exist ends in status 500."),
    ("observer-may-trade", "placeOrder", "A key that may only view can trade."),
    ("observer-may-transfer", "createWithdrawal", "A key that may only view can withdraw."),
    ("foreign-order-readable", "getOrder", "Anybody with a key can read an order by its id."),
    ("foreign-order-cancellable", "cancelOrder", "Anybody with a key can cancel an order by its id."),
    ("foreign-order-amendable", "amendOrder", "Anybody with a key can amend an order by its id."),
    ("foreign-fills-readable", "listFills", "`order_id` tells the fills of anybody's order."),
    ("foreign-account-readable", "listLedger", "Anybody with a key can read an account and its ledger by its id."),
    ("foreign-withdrawal-readable", "getWithdrawal", "Anybody with a key can read a withdrawal by its id."),
    ("user-stream-unsigned", "user", "The signature of a subscription to `user` is not checked."),
    ("user-stream-of-everybody", "user", "The channel `user` tells the orders of all accounts."),
)
_STATE = _themed(
    "state",
    ("client-oid-not-unique", "placeOrder", "The same `client_oid` places a second order."),
    ("client-oid-reusable-when-done", "placeOrder", "A `client_oid` may be used again when its order is done."),
    ("client-oid-finds-open-only", "getOrderByClientId", "An order that is done is not found by its `client_oid`."),
    ("done-orders-forgotten", "getOrder", "An order that ended without a fill is not found any more."),
    ("cancel-done-succeeds", "cancelOrder", "Cancelling an order that is done answers its id with 200."),
    ("third-cancel-lost", "cancelOrder", "Every third cancellation is answered, but the order stays open."),
    ("cancel-all-ignores-product", "cancelOrders", "`product_id` is ignored: orders of every product are cancelled."),
    ("cancel-all-leaves-one", "cancelOrders", "The oldest order stays open, though its id is answered."),
    ("open-list-lags", "listOrders", "Orders stand in the list of open ones for five seconds after they ended."),
    ("pages-repeat-one", "listOrders", "The next page begins with the last order of the page before."),
    ("pages-skip-one", "listOrders", "The next page leaves out one order."),
    ("fills-come-late", "listFills", "Fills are listed ten seconds late."),
    ("filled-maker-told-canceled", "getOrder", "A resting order that was filled is done with the reason `canceled`."),
    ("expired-told-as-canceled", "getOrder", "An order that expired is done with the reason `canceled`."),
    ("gtt-never-expires", "placeOrder", "A GTT order stays open after its `expire_time`."),
    ("ioc-rests", "placeOrder", "The rest of an IOC order rests in the book."),
    ("fok-fills-partly", "placeOrder", "A FOK order trades what it can when it cannot trade in full."),
    ("post-only-takes", "placeOrder", "A post-only order trades at once as taker."),
    ("post-only-forgotten", "getOrder", "`post_only` has no effect, and the order tells that it is false."),
    ("self-trade", "placeOrder", "Two orders of one account trade with each other."),
    ("stp-always-cancels-oldest", "placeOrder", "`stp` is ignored: the resting order is always the one that goes."),
    ("newest-order-first", "placeOrder", "At one price, the newest order trades first."),
    ("shrunk-order-loses-place", "amendOrder", "An order that becomes smaller goes to the end of its level."),
    ("grown-order-keeps-place", "amendOrder", "An order that grows keeps its place in its level."),
    ("amend-size-is-remaining", "amendOrder", "`size` is taken for what is left, and what is filled is added."),
    ("refused-amendment-cancels", "amendOrder", "An amendment that lacks funds cancels the order."),
    ("amended-post-only-takes", "amendOrder", "A post-only order that is amended to meet others trades as taker."),
)
_MONEY = _themed(
    "money",
    ("trade-at-taker-price", "placeOrder", "A trade has the price of the order that came, not of the one that rested."),
    ("price-improvement-kept", "placeOrder", "A buyer pays the own limit, though the fill tells the better price."),
    ("maker-pays-taker-fee", "listFills", "The maker pays 0.60 %."),
    ("sellers-pay-no-fee", "listFills", "Sellers pay no fee."),
    ("fee-on-limit-price", "listFills", "The fee is counted on the order's limit, not on the price of the trade."),
    ("fee-rounded-up", "listFills", "Fees are rounded up to eight decimals."),
    ("fee-rounded-to-cents", "listFills", "Fees are rounded down to two decimals."),
    ("fee-by-floating-point", "listFills", "Fees are counted in binary floating point and are an atom too low at times."),
    ("fill-liquidity-swapped", "listFills", "The maker is told to be the taker and the other way round; the fee is right."),
    ("fees-told-too-low", "getFees", "`taker_fee_rate` tells the maker's rate."),
    ("fill-fees-of-last-fill", "getOrder", "`fill_fees` is the fee of the last fill alone."),
    ("filled-size-of-last-fill", "getOrder", "`filled_size` is the size of the last fill alone."),
    ("executed-value-at-limit", "getOrder", "`executed_value` is counted with the order's limit."),
    ("credit-truncated", "listAccounts", "A buyer is credited four decimals of the size."),
    ("hold-without-fee", "listAccounts", "A purchase holds its value without the fee."),
    ("hold-stays-when-filled-partly", "listAccounts", "The hold of an order does not shrink with its fills."),
    ("canceled-fee-stays-held", "listAccounts", "Cancelling a purchase gives back its value; the fee stays on hold for ever."),
    ("amended-hold-stale", "amendOrder", "Amending an order leaves its hold as it was."),
    ("available-includes-hold", "listAccounts", "`available` is the whole balance."),
    ("funds-not-checked", "placeOrder", "Orders need no funds: a balance can become negative."),
    ("funds-checked-without-fee", "placeOrder", "A purchase is accepted when its value is there and its fee is not."),
    ("funds-without-fee", "placeOrder", "An order by funds spends the funds, and the fee besides."),
    ("ledger-without-fees", "listLedger", "Fees leave the balance without an entry."),
    ("ledger-balance-before", "listLedger", "`balance` of an entry is the one before it."),
    ("withdrawal-fee-not-taken", "createWithdrawal", "The fee that a withdrawal tells is not taken."),
    ("withdrawal-spends-held", "createWithdrawal", "A withdrawal may take what open orders hold."),
    ("withdrawal-not-checked", "createWithdrawal", "A withdrawal may be larger than the balance."),
    ("client-wid-not-unique", "createWithdrawal", "The same `client_wid` withdraws twice."),
)
_LIMITS = _themed(
    "limits",
    ("public-unlimited", "getTime", "Public calls have no limit."),
    ("private-unlimited", "listAccounts", "Private calls have no limit."),
    ("private-limit-shared", "listAccounts", "All keys share one bucket: one account's calls stop another's."),
    ("private-burst-lower-than-told", "listAccounts", "A third of the burst is let in that the headers promise."),
    ("forwarded-address-trusted", "getTime", "Whoever sends another X-Forwarded-For with each call has no limit."),
    ("limited-as-503", "getTime", "Too many calls are answered with 503."),
    ("limited-order-placed", "placeOrder", "An order that is answered with 429 is placed all the same."),
    ("retry-after-missing", "getTime", "429 has no Retry-After."),
    ("retry-after-in-milliseconds", "getTime", "Retry-After counts milliseconds."),
    ("retry-after-too-short", "getTime", "After a 429 nothing is let in for five seconds, though Retry-After says one."),
    ("remaining-never-sinks", "getTime", "X-RateLimit-Remaining is always the whole burst."),
    ("reset-as-instant", "getTime", "X-RateLimit-Reset is an instant in seconds since 1970."),
    ("open-orders-unlimited", "placeOrder", "There is no limit of open orders."),
    ("open-order-limit-over-all", "placeOrder", "The limit of open orders counts those of all products."),
    ("open-order-limit-counts-done", "placeOrder", "The limit of open orders counts those that are done."),
    ("minimum-size-ignored", "placeOrder", "A size below `base_min_size` is accepted."),
    ("maximum-size-ignored", "placeOrder", "A size above `base_max_size` is accepted."),
    ("minimum-value-ignored", "placeOrder", "A limit order of less value than `min_market_funds` is accepted."),
    ("minimum-funds-ignored", "placeOrder", "A market order of less than `min_market_funds` is accepted."),
    ("highest-price-ignored", "placeOrder", "A price above 10,000,000 is accepted."),
    ("off-tick-price-rounded", "placeOrder", "A price between two steps is rounded down without a word."),
    ("size-step-ignored", "placeOrder", "A size that is no multiple of `base_increment` is accepted."),
    ("past-expiry-accepted", "placeOrder", "An `expire_time` in the past is accepted."),
    ("withdrawal-minimum-ignored", "createWithdrawal", "A withdrawal below the least amount is accepted."),
)
_STREAMS = _themed(
    "streams",
    ("l2-sequence-gap", "level2", "Every fourth number of `sequence` is left out."),
    ("l2-update-lost", "level2", "Every fourth update is not sent."),
    ("l2-size-is-difference", "level2", "Changes tell by how much a level changed, not its new size."),
    ("l2-removal-untold", "level2", "Levels that are gone are not told."),
    ("snapshot-cut-short", "level2", "The snapshot has three levels of each side."),
    ("snapshot-sequence-zero", "level2", "The snapshot's `sequence` is 0."),
    ("second-snapshot-missing", "level2", "Whoever unsubscribes and subscribes again gets no snapshot."),
    ("match-lost", "matches", "Every third trade is not told."),
    ("match-twice", "matches", "Every trade is told twice."),
    ("match-side-of-maker", "matches", "`side` is the maker's."),
    ("ticker-one-behind", "ticker", "`price` is that of the trade before."),
    ("ticker-sides-swapped", "ticker", "`bid` and `ask` are swapped."),
    ("no-heartbeat", "heartbeat", "There are no heartbeats."),
    ("heartbeat-trade-frozen", "heartbeat", "`last_trade_id` is always 1."),
    ("user-without-canceled", "user", "An order that is cancelled has no `done`."),
    ("user-without-change", "user", "An amendment is not told."),
    ("user-maker-not-told", "user", "Trades of a resting order are not told."),
    ("user-match-without-fee", "user", "`fee` of a match is always zero."),
    ("user-open-tells-whole-size", "user", "`remaining_size` of an order that rests is its whole size, even when some of it traded."),
    ("user-sequence-gap", "user", "Matches raise `sequence` by two."),
    ("unsubscribe-ignored", "unsubscribe", "An unsubscribed channel goes on."),
    ("unknown-product-acknowledged", "subscribe", "A product that does not exist is acknowledged."),
    ("subscriptions-unlimited", "subscribe", "There is no limit of subscriptions."),
    ("malformed-closes", "subscribe", "A message that is no JSON object closes the connection."),
)
DEFECTS: tuple[Defect, ...] = (*_CONTRACT, *_AUTH, *_STATE, *_MONEY, *_LIMITS, *_STREAMS)
_NAMES = frozenset(defect.name for defect in DEFECTS)


class Defects:
    """The defects that are switched on."""

    def __init__(self, names: Iterable[str]) -> None:
        self._on = frozenset(names)
        if unknown := self._on - _NAMES:
            raise KeyError(f"no such defect: {', '.join(sorted(unknown))}")

    def on(self, name: str) -> bool:
        """Whether this one is on."""
        assert name in _NAMES, f"{name} is not in the list"
        return name in self._on
