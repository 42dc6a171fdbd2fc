"""Everything that can be wrong with Petrel on purpose: one switch, one place, one sentence each."""

from __future__ import annotations

from collections.abc import Iterable

from benchmarks.planted import Defect, themed

_CONTRACT = themed(
    "contract",
    ("time-in-milliseconds", "Time", "`unixtime` counts milliseconds."),
    ("pair-without-minimum", "AssetPairs", "ETHXBT has no `ordermin`."),
    ("ticker-as-html", "Ticker", "The answer calls itself text/html."),
    ("candle-average-null", "OHLC", "A candle without trades has null for its average price."),
    ("depth-without-time", "Depth", "Levels lack the time of their newest order."),
    ("depth-count-ignored", "Depth", "`count` is ignored and the whole book comes."),
    ("bids-lowest-first", "Depth", "Bids begin with the worst price."),
    ("volume-as-number", "OpenOrders", "`vol` of an order is a number, not a string."),
    ("status-undocumented", "OpenOrders", "An order that is filled in part has the status `partial`, which no document names."),
    ("exponents", "BalanceEx", "Small amounts are written with an exponent, as in 0E-10."),
    ("error-as-text", "AddOrder", "A refusal's `error` is a text, not a list."),
    ("order-refusals-as-400", "AddOrder", "Refusals about orders have status 400, not 200."),
    ("refusal-hidden-in-result", "AddOrder", "A refused order has an empty `error`; the refusal stands in the result."),
    ("missing-volume-breaks", "AddOrder", "An order without volume ends in status 500 and a page of HTML."),
    ("trade-number-as-text", "TradesHistory", "`trade_id` is a string."),
    ("ledger-time-in-nanoseconds", "Ledgers", "`time` counts nanoseconds."),
    ("last-as-number", "Trades", "`last` is a number."),
    ("balance-by-everyday-name", "Balance", "Assets go by their everyday names, XBT in place of XXBT."),
    ("zeros-left-out", "OpenOrders", "An order without a fill lacks `vol_exec`, `cost` and `fee`."),
    ("any-side-sells", "AddOrder", "A side that does not exist is taken for a sell."),
    ("offset-past-end-breaks", "ClosedOrders", "An offset past the end ends in status 502 and a page of HTML."),
)
_AUTH = themed(
    "auth",
    ("unsigned-closed-orders", "ClosedOrders", "The signature is not looked at."),
    ("signature-by-prefix", "Balance", "A signature passes when the right one begins with it; an empty one passes too."),
    ("signature-any-case", "Balance", "Signatures are compared without regard to upper and lower case."),
    ("signature-for-any-path", "Balance", "A signature made for another private path passes."),
    ("query-overrides-body", "AddOrder", "Fields of the unsigned query replace those of the signed body."),
    ("nonce-ignored", "Balance", "The nonce is not compared at all, so every request can be played again."),
    ("nonce-twice", "Balance", "The nonce that came last is accepted once more."),
    ("nonce-per-path", "Balance", "Each path remembers nonces of its own, so a smaller one passes elsewhere."),
    ("bad-signature-spends-nonce", "Balance", "A call with a wrong signature spends the nonce, so a stranger can lock a key out."),
    ("keyless-balance-empty", "Balance", "Without a key the answer is an empty success."),
    ("reader-cancels", "CancelOrder", "A key that may only read cancels orders."),
    ("reader-withdraws", "Withdraw", "A key that may only read withdraws."),
    ("queries-for-others", "QueryOrders", "Another account's orders are shown to who knows their id."),
    ("cancels-for-others", "CancelOrder", "Another account's orders are cancelled by who knows their id."),
    ("cancels-others-client-id", "CancelOrder", "A client order id is looked up among all accounts' orders."),
    ("shows-others-withdrawal", "WithdrawStatus", "Another account's withdrawal is shown to who knows its reference."),
    ("token-unchecked", "executions", "Any text is accepted for a token and opens the first account's stream."),
)
_STATE = themed(
    "state",
    ("newest-first", "AddOrder", "At one price the newest order is filled first."),
    ("part-filled-loses-place", "AddOrder", "An order that was filled in part goes to the back of its price."),
    ("ioc-rests", "AddOrder", "What an IOC order could not fill rests in the book."),
    ("fok-fills-in-part", "AddOrder", "A FOK order that can't be filled as a whole is filled in part."),
    ("post-takes", "AddOrder", "A post order that meets another one trades as a taker."),
    ("trades-with-itself", "AddOrder", "An account's order trades with another of its own."),
    ("validate-places", "AddOrder", "`validate=true` places the order."),
    ("deadline-ignored", "AddOrder", "An order whose deadline has passed is placed."),
    ("expiry-in-the-past", "AddOrder", "A GTD order whose time has passed is accepted."),
    ("part-filled-never-expires", "AddOrder", "A GTD order that was filled in part outlives its time."),
    ("client-id-twice", "AddOrder", "A client order id is accepted again and makes a second order."),
    ("client-id-after-cancel", "AddOrder", "A cancelled order's client order id is accepted again."),
    ("client-id-other-case", "AddOrder", "Client order ids that differ in upper and lower case only count as one."),
    ("cancel-of-closed-counts", "CancelOrder", "Cancelling an order that has ended is reported as done."),
    ("part-filled-not-cancelled", "CancelOrder", "Cancelling an order that was filled in part is reported as done, yet it stays."),
    ("cancel-all-first-pair", "CancelAll", "Orders of other pairs than the first stay."),
    ("cancel-all-spares-part-filled", "CancelAll", "Orders that were filled in part stay."),
    ("userref-ignored", "OpenOrders", "`userref` does not filter."),
    ("canceled-shown-closed", "QueryOrders", "A cancelled order that was filled in part is shown as closed."),
    ("client-id-lost-at-end", "ClosedOrders", "An order that has ended has lost its client order id."),
    ("unfilled-cancels-forgotten", "ClosedOrders", "Orders cancelled without a fill are missing."),
    ("pages-overlap", "ClosedOrders", "A page begins with the last order of the page before it."),
    ("count-of-page", "ClosedOrders", "`count` counts the page, not all."),
    ("cursor-by-time", "TradesHistory", "The next page leaves out trades of the same second as the cursor's."),
    ("cursor-ends-early", "TradesHistory", "There is no cursor although there is more."),
    ("since-repeats", "Trades", "The trade that the cursor names comes again."),
    ("public-trades-newest-first", "Trades", "Trades come newest first."),
    ("ticker-high-without-last", "Ticker", "The day's high, low and volume lack the last trade."),
    ("candle-counts-both-sides", "OHLC", "A candle's volume is twice what was traded."),
)
_MONEY = themed(
    "money",
    ("fee-rounded-up", "AddOrder", "Fees are rounded up, not down."),
    ("maker-pays-takers-fee", "AddOrder", "The maker pays the taker's rate."),
    ("later-fills-are-free", "AddOrder", "Only the first fill of an order pays a fee."),
    ("seller-fee-not-taken", "AddOrder", "A seller's fee is reported but not taken from the balance."),
    ("cost-through-float", "AddOrder", "The cost passes through binary floating point and is cut off: at times one unit too little."),
    ("fills-at-takers-price", "AddOrder", "Trades are made at the taker's limit, not at the resting price."),
    ("sells-what-is-held", "AddOrder", "A sell may use what other orders hold."),
    ("funds-check-without-fee", "AddOrder", "A buy is accepted when the money covers its cost but not its fee."),
    ("hold-without-fee", "BalanceEx", "A buy holds its cost without the fee."),
    ("part-fill-keeps-hold", "BalanceEx", "A fill in part frees nothing of the hold."),
    ("cancel-leaves-hold", "BalanceEx", "Cancelling an order that was filled in part leaves its hold behind."),
    ("expiry-leaves-hold", "BalanceEx", "An order that expires leaves its hold behind."),
    ("better-price-stays-held", "BalanceEx", "What a better price or a lower fee saved stays held for ever."),
    ("balance-without-held", "BalanceEx", "`balance` leaves out what is held."),
    ("cost-of-last-fill", "QueryOrders", "An order's cost is that of its last fill."),
    ("filled-volume-rounded", "QueryOrders", "`vol_exec` is rounded to three decimals."),
    ("average-is-last-price", "QueryOrders", "An order's average price is that of its last fill."),
    ("history-shows-takers-fee", "TradesHistory", "Every trade shows the taker's fee, whatever was paid."),
    ("ledger-hides-fee", "Ledgers", "Entries of trades show no fee although it was taken."),
    ("ledger-balance-before", "Ledgers", "`balance` is the one before the entry."),
    ("ledger-page-short", "Ledgers", "The last entry of every full page is missing."),
    ("ledger-filter-ignored", "Ledgers", "`asset` and `type` do not filter."),
    ("withdraws-twice", "Withdraw", "The same `cl_ref_id` withdraws a second time."),
    ("reference-for-another-amount", "Withdraw", "A used `cl_ref_id` with another amount is answered like a repetition."),
    ("withdraws-what-is-held", "Withdraw", "A withdrawal may use what orders hold."),
    ("withdrawal-fee-kept", "Withdraw", "The fee is reported but not taken."),
)
_LIMITS = themed(
    "limits",
    ("counter-ignored", "Balance", "The counter of a key is never enforced."),
    ("counter-shared-by-keys", "Balance", "All keys share one counter."),
    ("counter-sinks-slowly", "Balance", "The counter sinks at a tenth of the documented speed."),
    ("counter-header-stuck", "Balance", "`API-Counter` always says 1."),
    ("refused-calls-count", "Balance", "Refused calls add to the counter, so who tries again never gets in."),
    ("refusal-clears-counter", "Balance", "A refused call sets the counter back to zero, so trying on gets in."),
    ("address-limit-ignored", "Time", "The limit of an address is never enforced."),
    ("history-costs-tenfold", "ClosedOrders", "Calls about the past cost ten times as much."),
    ("limit-by-other-code", "Balance", "A key over its counter is told `EService:Busy`."),
    ("limited-call-executed", "AddOrder", "A call that is refused for the limit is executed all the same."),
    ("retry-after-missing", "Time", "429 comes without Retry-After."),
    ("retry-after-zero", "Time", "Retry-After is always 0."),
    ("retry-after-in-milliseconds", "Time", "Retry-After counts milliseconds."),
    ("limit-as-403", "Time", "An address over its limit gets 403, not 429."),
    ("order-limit-ignored", "AddOrder", "There is no limit of open orders."),
    ("order-limit-counts-closed", "AddOrder", "Ended orders count for the limit of open orders."),
    ("order-minimum-ignored", "AddOrder", "Volumes under `ordermin` are accepted."),
    ("cost-minimum-ignored", "AddOrder", "Costs under `costmin` are accepted."),
    ("price-rounded", "AddOrder", "A price between ticks is rounded, not refused."),
    ("volume-cut-off", "AddOrder", "A volume with too many decimals is cut off, not refused."),
)
_STREAMS = themed(
    "streams",
    ("checksum-bids-first", "book", "The checksum takes bids before asks."),
    ("checksum-of-book-before", "book", "An update's checksum is that of the book before it."),
    ("book-snapshot-too-deep", "book", "The snapshot ignores the depth."),
    ("book-removals-missing", "book", "Levels that are gone are not told."),
    ("book-refill-missing", "book", "A level that moves into the depth is not told."),
    ("stream-trades-twice", "trade", "Every trade is told twice."),
    ("stream-trades-last-only", "trade", "Of the trades of one order only the last is told."),
    ("stream-trade-of-makers-side", "trade", "`side` is the maker's."),
    ("stream-ticker-late", "ticker", "Every update shows what the one before should have shown."),
    ("stream-candle-close-stuck", "ohlc", "The running candle's close stays at its open."),
    ("executions-snapshot-empty", "executions", "The snapshot lacks the open orders."),
    ("executions-without-cancels", "executions", "Cancellations are not told."),
    ("executions-without-maker-fills", "executions", "Fills of resting orders are not told."),
    ("executions-of-others", "executions", "Other accounts' orders are told too."),
    ("executions-skip-number", "executions", "Every third sequence number is left out."),
    ("executions-sum-is-last", "executions", "`cum_qty` and `cum_cost` are those of the fill alone."),
    ("balances-silent-on-holds", "balances", "Changes of a hold alone are not told."),
    ("no-heartbeat", "heartbeat", "A silent stream sends no heartbeat."),
    ("ping-unanswered", "ping", "A ping has no answer."),
    ("malformed-closes", "subscribe", "A request that is no JSON object closes the connection."),
    ("unknown-symbol-acknowledged", "subscribe", "A pair that does not exist is acknowledged."),
    ("error-without-request-id", "subscribe", "Errors do not name the request."),
    ("subscriptions-unlimited", "subscribe", "There is no limit of subscriptions."),
    ("unsubscribe-ignored", "unsubscribe", "An unsubscribed channel goes on."),
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
