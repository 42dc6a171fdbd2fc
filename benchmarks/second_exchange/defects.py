"""The defects that the second exchange can be started with: each one single deviation from its own documentation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """One deviation."""

    name: str
    theme: str
    operation: str
    """The operation or stream that breaks its promise."""
    breaks: str
    """What no longer holds, one sentence."""
    themes: tuple[str, ...]
    """Modules of checks, one of which may rightly name it."""


_ALSO = {
    "contract": ("contract", "shapes", "orders", "books", "market", "model"),
    "auth": ("authentication", "contract", "streams", "orders"),
    "state": ("orders", "lists", "model", "contract", "balances", "books", "streams"),
    "money": ("balances", "model", "orders", "market"),
    "limits": ("limits", "contract", "shapes"),
    "pages": ("pagination", "lists", "contract", "orders", "model"),
    "market": ("books", "contract", "market", "model", "orders", "limits", "streams"),
    "streams": ("streams", "heard", "contract", "orders", "shapes"),
}


def _defects(theme: str, *rows: tuple[str, str, str]) -> tuple[Defect, ...]:
    return tuple(
        Defect(name=name, theme=theme, operation=operation, breaks=breaks, themes=_ALSO[theme]) for name, operation, breaks in rows
    )


DEFECTS = (
    *_defects(
        "contract",
        ("depth-quantities-as-numbers", "depth", "Quantities of the depth are JSON numbers where strings are described."),
        ("order-without-client-id", "queryOrder", "An order lacks the required clientOrderId."),
        ("trade-time-as-text", "recentTrades", "A trade's time is a string."),
        ("unknown-status-word", "openOrders", "An open order says ACTIVE, which is no described status."),
        ("kline-close-null", "klines", "A candle's last price is null."),
        ("filter-without-tick", "exchangeInfo", "The price filter has lost its tickSize."),
        ("error-without-code", "queryOrder", "Refusals with status 400 have no code."),
        ("unknown-symbol-fails", "ticker24hr", "An unknown symbol is answered with 500."),
        ("html-refusals", "allOrders", "Refusals are HTML pages."),
        ("undocumented-success", "bookTicker", "A success has the status 203."),
        ("limit-ignored", "depth", "The depth is longer than the limit that was asked for."),
        ("zero-limit-accepted", "recentTrades", "A limit below the described minimum is accepted."),
        ("exponents", "account", "Large balances are written with an exponent."),
        ("weight-header-missing", "serverTime", "The header with the used weight is missing."),
        ("cancel-answer-short", "cancelOrder", "The answer to a cancel that worked lacks canceledQty."),
        ("market-price-null", "newOrder", "The price of a market order is null."),
        ("commission-as-number", "newOrder", "The fills in the answer to an order have their fee as a number."),
        ("empty-list-null", "openOrders", "A list without orders is null."),
        ("code-as-text", "newOrder", "The code of a refused order is a string."),
        ("limit-of-one-fails", "depth", "A depth of one level is answered with 500."),
    ),
    *_defects(
        "auth",
        ("signature-optional", "openOrders", "A call with a key and no signature is answered."),
        ("signature-prefix-compared", "account", "Only the first eight digits of a signature are compared."),
        ("cancel-signature-ignored", "cancelOrder", "Any well-formed signature cancels."),
        ("future-timestamp-accepted", "account", "A request signed for next year is answered."),
        ("any-secret-fits", "account", "A signature made with another account's secret is accepted."),
        ("recv-window-unbounded", "queryOrder", "An hour-old request is answered."),
        ("open-orders-of-all", "openOrders", "Everybody's open orders are listed."),
        ("fills-of-all", "myTrades", "Everybody's fills are listed."),
        ("reader-can-cancel", "cancelOrder", "A key that may only read can cancel."),
        ("any-listen-key", "orders", "A made-up listen key opens the private stream of the first account."),
        ("key-in-any-case", "account", "A key is accepted in the wrong case."),
        ("timestamp-not-signed", "account", "The timestamp may be another than the signed one."),
        ("forged-orders-placed", "newOrder", "An order with a wrong signature is refused, and placed all the same."),
        ("others-found-by-client-id", "queryOrder", "A client order id finds the order of any account."),
    ),
    *_defects(
        "state",
        ("partial-fill-says-new", "queryOrder", "A partially filled order says NEW."),
        ("cancel-forgets-fills", "queryOrder", "A cancelled order says that nothing was filled."),
        ("history-says-filled", "allOrders", "Cancelled orders are FILLED in the history."),
        ("filled-orders-stay-open", "openOrders", "Filled orders are listed as open."),
        ("cancel-acknowledged-only", "cancelOrder", "A cancel is acknowledged and not done."),
        ("second-cancel-frees-again", "cancelOrder", "Cancelling a cancelled order frees its hold once more."),
        ("client-id-truncated", "queryOrder", "A client order id loses what follows its tenth character."),
        ("price-rounded-silently", "newOrder", "A price off the tick is rounded and accepted."),
        ("quantity-truncated-silently", "newOrder", "A quantity off the step is truncated and accepted."),
        ("quote-total-at-limit", "queryOrder", "cummulativeQuoteQty is reckoned at the limit and not at the prices of the fills."),
        ("executed-lags", "queryOrder", "executedQty misses the last fill."),
        ("largest-fills-first", "newOrder", "At one price the largest order is filled first."),
        ("second-level-first", "newOrder", "The best price is passed over."),
        ("history-without-cancelled", "allOrders", "Cancelled orders are missing in the history."),
        ("order-ids-rounded", "openOrders", "Order ids went through a binary float."),
        ("side-swapped", "queryOrder", "A buy order is shown as a sell order."),
        ("refused-order-rests", "newOrder", "An order off the tick is refused, and rests on the tick below."),
        ("open-orders-of-all-markets", "openOrders", "The list ignores the symbol."),
        ("client-id-free-after-cancel", "newOrder", "The client order id of a cancelled order can be used again."),
        ("market-stops-at-first-level", "newOrder", "A market order takes the best price alone."),
        ("priority-lost-by-a-fill", "newOrder", "An order that was filled in part stands behind the others of its price."),
        ("own-orders-meet", "newOrder", "Orders of one account trade with each other."),
        ("update-time-stands", "queryOrder", "A cancel leaves updateTime as it was."),
        ("fok-sees-one-level", "newOrder", "A FOK order is killed where the best price alone does not fill it."),
    ),
    *_defects(
        "money",
        ("fee-in-wrong-asset", "myTrades", "A buyer pays the fee in the quote asset."),
        ("fee-rounded-up", "myTrades", "Fees are rounded up to four decimals."),
        ("maker-pays-as-taker", "myTrades", "Makers pay the taker's fee."),
        ("hold-too-small", "account", "A resting buy order locks half of what it needs."),
        ("partial-fill-leaks-hold", "account", "What a partial fill freed stays locked for ever."),
        ("cancel-returns-all", "account", "Cancelling a partially filled order gives back the whole hold."),
        ("improvement-kept", "account", "Who is filled better than at the limit pays the limit."),
        ("fee-shown-not-taken", "account", "The fee stands in the fill and is not taken from the seller."),
        ("overdraft", "newOrder", "An order beyond the balance is accepted."),
        ("fill-shows-other-fee", "myTrades", "A fill shows a tenth of the fee that was taken."),
        ("balances-truncated", "account", "Balances are cut to two decimals."),
        ("holds-not-counted", "newOrder", "What other orders hold can be spent once more."),
        ("expired-keeps-hold", "account", "What an IOC order could not fill stays locked."),
        ("proceeds-rounded", "account", "What a sale brings is cut to cents."),
        ("fee-doubles-when-large", "myTrades", "Fills of more than 0.02 cost twice the fee."),
        ("makers-sell-for-free", "myTrades", "A sell order that rested pays no fee."),
        ("market-orders-for-free", "myTrades", "Market orders pay no fee."),
        ("trades-at-the-takers-limit", "newOrder", "A trade has the limit of the order that came last."),
    ),
    *_defects(
        "limits",
        ("weight-stuck", "serverTime", "The header with the used weight never rises."),
        ("retry-after-zero", "serverTime", "A throttled answer says to come back in no time."),
        ("throttle-never-ends", "serverTime", "Who was throttled once stays so for an hour."),
        ("half-the-limit", "serverTime", "Only half of the documented weight is allowed."),
        ("throttled-with-503", "serverTime", "Calls beyond the budget get 503."),
        ("all-weigh-one", "exchangeInfo", "Every call weighs one."),
        ("retry-after-in-milliseconds", "exchangeInfo", "Retry-After is in milliseconds."),
        ("throttled-in-html", "exchangeInfo", "A throttled answer is an HTML page."),
    ),
    *_defects(
        "pages",
        ("from-id-skips", "myTrades", "A page leaves out the fill that fromId names."),
        ("page-overlaps", "allOrders", "Each page begins with the last order of the one before."),
        ("page-larger-than-size", "allOrders", "A page holds one order more than was asked for, which the next one leaves out."),
        ("last-page-empty", "allOrders", "A last page that is not full is empty."),
        ("order-filter-ignored", "myTrades", "orderId is ignored."),
    ),
    *_defects(
        "market",
        ("time-goes-back", "serverTime", "The clock steps back now and then."),
        ("depth-not-aggregated", "depth", "A price stands once for each order."),
        ("depth-keeps-cancelled", "depth", "Cancelled orders stay in the depth."),
        ("depth-ignores-partial-fills", "depth", "A level shows what its orders were, not what is left of them."),
        ("book-ticker-swapped", "bookTicker", "Bid and ask are swapped."),
        ("tape-misses-trades", "recentTrades", "Each third trade is missing in the list of trades."),
        ("kline-high-too-low", "klines", "A candle's high is its first price."),
        ("last-price-stuck", "ticker24hr", "The last price is not that of the last trade."),
        ("candles-begin-anywhere", "klines", "A candle begins with its first trade, not with its interval."),
        ("volume-doubled", "klines", "A candle's volume counts both sides of each trade."),
        ("tape-behind", "recentTrades", "The newest trade is missing until there is another."),
        ("ticker-of-another-market", "ticker24hr", "The ticker tells of another market."),
    ),
    *_defects(
        "streams",
        ("update-ids-overlap", "depth", "A change begins with the number that the one before ended with."),
        ("deltas-not-absolute", "depth", "A change carries the difference of a quantity."),
        ("removals-untold", "depth", "A level that is gone is not told."),
        ("cancel-untold", "orders", "The private stream is silent about cancels."),
        ("filled-amount-falls", "orders", "After a fill the private stream tells of the amount before."),
        ("snapshot-id-ahead", "depth", "The depth names an update that is yet to come."),
        ("symbols-mixed", "depth", "Another instrument's changes come with this one's name."),
        ("unknown-stream-accepted", "depth", "A subscription to nothing is confirmed."),
        ("reports-to-everybody", "orders", "Each private stream carries everybody's orders."),
        ("fill-untold", "orders", "The private stream does not tell that a resting order was filled."),
        ("report-without-fee", "orders", "A report of an order lacks the described fee."),
        ("levels-as-numbers", "depth", "Changes of the book are JSON numbers where strings are described."),
        ("reports-twice", "orders", "Each report of an order is sent twice."),
        ("partial-fill-untold", "orders", "That a resting order was filled in part is not told."),
        ("another-client-id-told", "orders", "Reports name another client order id than the order's."),
        ("filled-is-the-last-fill", "orders", "Reports tell the last fill as all that was filled."),
    ),
)
"""Every defect, by theme."""


class Defects:
    """Those of them that are on."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        """Switch these on.

        Raises:
            KeyError: one of the names is no defect's.
        """
        known = {defect.name for defect in DEFECTS}
        self._on = frozenset(names)
        if unknown := self._on - known:
            raise KeyError(min(unknown))

    def __contains__(self, name: str) -> bool:
        return name in self._on
