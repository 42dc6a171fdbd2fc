"""The operations of the second exchange: path, method, arguments, weight and who answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from benchmarks.second_exchange.account import Accounts
from benchmarks.second_exchange.answers import Json
from benchmarks.second_exchange.defects import Defects
from benchmarks.second_exchange.gate import Key
from benchmarks.second_exchange.market import INTERVALS, Market
from benchmarks.second_exchange.parameters import ANY_SYMBOL, SIGNED, SYMBOL, Arguments, Parameter, decimal, whole, word

BASE = "/api/v1"
PublicAnswer = Callable[[Arguments], Json]
PrivateAnswer = Callable[[Key, Arguments], Json]
_CLIENT_ID = r"[A-Za-z0-9_-]{1,36}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation."""

    name: str
    method: str
    path: str
    takes: tuple[Parameter, ...] = ()
    weight: int = 1
    public: PublicAnswer | None = None
    private: PrivateAnswer | None = None
    signed: bool = True
    """Of a private one: whether the key alone is not enough."""
    form: bool = False

    @property
    def wanted(self) -> tuple[Parameter, ...]:
        """All arguments, those of the signature with them."""
        return (*self.takes, *SIGNED) if self.private and self.signed else self.takes


_ORDER_FORM = (
    SYMBOL,
    word("side", "BUY", "SELL", required=True),
    word("type", "LIMIT", "LIMIT_MAKER", "MARKET", required=True),
    word("timeInForce", "GTC", "IOC", "FOK"),
    decimal("price"),
    decimal("quantity", required=True),
    Parameter(name="newClientOrderId", pattern=_CLIENT_ID),
)
_ONE_ORDER = (SYMBOL, whole("orderId"), Parameter(name="origClientOrderId", pattern=_CLIENT_ID))
_LISTEN_KEY = Parameter(name="listenKey", pattern="[0-9a-f]{64}", required=True)


def operations(market: Market, accounts: Accounts, defects: Defects) -> tuple[Operation, ...]:
    """All of them."""
    rows = (*_public(market), *_private(accounts))
    return tuple(_loosened(each, defects) for each in rows)


def _loosened(operation: Operation, defects: Defects) -> Operation:
    if operation.name == "recentTrades" and "zero-limit-accepted" in defects:
        return replace(operation, takes=tuple(whole("limit") if each.name == "limit" else each for each in operation.takes))
    if operation.name == "openOrders" and "signature-optional" in defects:
        return replace(operation, signed=False, takes=(*operation.takes, *(replace(each, required=False) for each in SIGNED)))
    return operation


def _public(market: Market) -> tuple[Operation, ...]:
    limit = whole("limit", 1, 500)
    interval = word("interval", *INTERVALS, required=True)
    return (
        Operation(name="ping", method="GET", path="/ping", public=market.ping),
        Operation(name="serverTime", method="GET", path="/time", public=market.time),
        Operation(name="exchangeInfo", method="GET", path="/exchangeInfo", takes=(ANY_SYMBOL,), weight=5, public=market.info),
        Operation(name="depth", method="GET", path="/depth", takes=(SYMBOL, limit), weight=2, public=market.depth),
        Operation(
            name="recentTrades", method="GET", path="/trades", takes=(SYMBOL, whole("fromId"), limit), weight=2, public=market.trades
        ),
        Operation(name="klines", method="GET", path="/klines", takes=(SYMBOL, interval, limit), public=market.klines),
        Operation(name="ticker24hr", method="GET", path="/ticker/24hr", takes=(SYMBOL,), public=market.ticker),
        Operation(name="bookTicker", method="GET", path="/ticker/bookTicker", takes=(SYMBOL,), public=market.best),
    )


def _private(accounts: Accounts) -> tuple[Operation, ...]:
    pages = (SYMBOL, whole("page", 1, 100_000), whole("size", 1, 100))
    fills = (SYMBOL, whole("orderId"), whole("fromId"), whole("limit", 1, 100))
    listen = "/userDataStream"
    return (
        Operation(name="newOrder", method="POST", path="/order", takes=_ORDER_FORM, form=True, private=accounts.place),
        Operation(name="queryOrder", method="GET", path="/order", takes=_ONE_ORDER, private=accounts.query),
        Operation(name="cancelOrder", method="DELETE", path="/order", takes=_ONE_ORDER, private=accounts.cancel),
        Operation(name="openOrders", method="GET", path="/openOrders", takes=(ANY_SYMBOL,), weight=2, private=accounts.open_orders),
        Operation(name="cancelAllOrders", method="DELETE", path="/openOrders", takes=(SYMBOL,), private=accounts.cancel_all),
        Operation(name="allOrders", method="GET", path="/allOrders", takes=pages, weight=3, private=accounts.history),
        Operation(name="myTrades", method="GET", path="/myTrades", takes=fills, weight=3, private=accounts.fills),
        Operation(name="account", method="GET", path="/account", weight=3, private=accounts.balances),
        Operation(name="commission", method="GET", path="/account/commission", takes=(SYMBOL,), private=accounts.commission),
        Operation(name="startUserDataStream", method="POST", path=listen, private=accounts.listen, signed=False),
        Operation(name="keepUserDataStream", method="PUT", path=listen, takes=(_LISTEN_KEY,), private=accounts.listen_on, signed=False),
        Operation(
            name="closeUserDataStream", method="DELETE", path=listen, takes=(_LISTEN_KEY,), private=accounts.listen_no_more, signed=False
        ),
    )
