"""Class."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import ClassVar, TypeAlias
from .._runtime.declare import (
    ANY,
    AsyncGroup,
    AwaitedCall,
    AwaitedItems,
    BOOLEAN,
    Body,
    Codec,
    DECIMAL,
    Deprecated,
    INTEGER,
    JsonValue,
    Later,
    ListOf,
    MapOf,
    Model,
    Nullable,
    OneOf,
    OpenText,
    Operation,
    PageRule,
    PageWalk,
    Parameter,
    Record,
    Returned,
    SIGNED,
    STRING,
    Session,
    TupleOf,
    UNSET,
    Unset,
    extra,
    field,
    known,
)


class Cancel(Record):
    """Cancel."""

    e: str = field("e", STRING)
    extra: Mapping[str, Decimal] = extra(DECIMAL, default={})


class Decimal_(OpenText):
    """Collides with the standard library's."""

    BUY: ClassVar[Decimal_] = known("buy")
    SELL: ClassVar[Decimal_] = known("SELL")
    IT_S_QUOTED: ClassVar[Decimal_] = known('it\'s "quoted" \\')
    VALUE_1ST: ClassVar[Decimal_] = known("1st")
    E: ClassVar[Decimal_] = known("\xe9\u202e")
    EMPTY: ClassVar[Decimal_] = known("")


class Error(Model):
    """Error."""

    code: int | None = field("code", INTEGER, default=None)
    msg: str | None = field("msg", STRING, default=None)


class Fill(Model):
    """Fill."""

    e: str = field("e", STRING)
    q: Decimal | None = field("q", DECIMAL, default=None)


Event: TypeAlias = "Fill | Cancel"
EVENT_CODEC: Codec = OneOf(Fill, Cancel, by="e", told={'can"cel': Cancel, "fill": Fill})


class Order(Model):
    """An order. \"\"\" + __import__('os').system('x') #"""

    id: int = field("id", INTEGER)
    m: Decimal = field("m", DECIMAL)
    m_upper: str = field("M", STRING)
    class_: str = field("class", STRING)
    """trailing quote \""""
    class_other: str | None = field("__class__", STRING, default=None)
    extra_: str | None = field("extra", STRING, default=None)
    from_json_: str | None = field("from_json", STRING, default=None)
    int_: int | None = field("int", INTEGER, default=None)
    str_: list[str] | None = field("str", ListOf(STRING), default=None)
    a_b_c: bool | None = field('a"b\\c\n', BOOLEAN, default=None)
    note: str | None | Unset = field("note", Nullable(STRING), default=UNSET)
    any: JsonValue | Unset = field("any", ANY, default=UNSET)
    parent: Order | None = field("parent", Later(lambda: Order), default=None)
    kind: Decimal_ = field("kind", Decimal_)
    candle: tuple[Decimal, int, *tuple[JsonValue, ...]] | None = field("candle", TupleOf(DECIMAL, INTEGER), default=None)
    levels: dict[str, list[Decimal]] | None = field("levels", MapOf(ListOf(DECIMAL)), default=None)
    secret: str | None = field("secret", STRING, default=None)
    timestamp: int | None = field("timestamp", INTEGER, default=None)


_GET_ORDER_IMPORT_OS: Operation[Order | None] = Operation(
    'get"Order\'\n__import__(\'os\')',
    "GET",
    "/orders/{order id}/it's",
    parameters=(
        Parameter("path", "order id", "order_id", STRING, required=True, style="simple", explode=False),
        Parameter("query", "self", "self_", STRING),
        Parameter("query", "kept", "kept", STRING, reserved=True),
        Parameter("query", "class", "class_", ListOf(INTEGER), style="pipeDelimited", explode=False),
        Parameter("query", "filter", "filter", MapOf(STRING), style="deepObject", explode=False),
        Parameter("header", "X-Trace", "x_trace", STRING, style="simple", explode=False),
        Parameter("query", "body", "body", BOOLEAN),
        Parameter("query", "as json", "as_json", Order, json=True),
    ),
    returned=(
        Returned("200", "json", "application/json", Order),
        Returned("202", ""),
    ),
    signed=SIGNED,
    places=(0, 1),
    deprecated=True,
)


_LIST: Operation[list[Event]] = Operation(
    "list",
    "PUT",
    "/orders/{order id}/it's",
    parameters=(
        Parameter("path", "order id", "order_id", STRING, required=True, style="simple", explode=False),
    ),
    body=Body("json", "application/json", Order),
    returned=(
        Returned("201", "json", "application/json", ListOf(EVENT_CODEC)),
    ),
    signed=SIGNED,
    places=(0, 1, 3, 5),
)
_LIST_PAGES = PageRule("last", "body.id", "", next="e", step=1)


class ClassApi:
    """Class."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        """Made by the client."""
        self._session = session

    @Deprecated("the exchange advises against it")
    def get_order_import_os(
        self,
        *,
        order_id: str,
        self_: str | None = None,
        kept: str | None = None,
        class_: Sequence[int] | None = None,
        filter: Mapping[str, str] | None = None,
        x_trace: str | None = None,
        body: bool | None = None,
        as_json: Order | None = None,
    ) -> Order | None:
        """\"\"\" import os \"\"\" \\

        ends in a backslash \\

        Deprecated by the exchange.
        GET /orders/{order id}/it's, signed

        Args:
            self_: quote \" and bidi zero
        """
        return self._session.call(_GET_ORDER_IMPORT_OS, (order_id, self_, kept, class_, filter, x_trace, body, as_json))

    def list_(
        self,
        *,
        order_id: str,
        body: Order,
    ) -> list[Event]:
        """List

        PUT /orders/{order id}/it's, signed
        """
        return self._session.call(_LIST, (order_id,), body)

    def iter_list(
        self,
        *,
        order_id: str,
        body: Order,
    ) -> Iterator[Event]:
        """The items of ``list_``, page after page; arguments are the same."""
        return self._session.pages(PageWalk(_LIST, _LIST_PAGES, (order_id,), body))


class AsyncClassApi(AsyncGroup):
    """Class. Each call is awaited."""

    __slots__ = ()

    get_order_import_os = AwaitedCall(ClassApi.get_order_import_os)  # pyright: ignore[reportDeprecated]
    list_ = AwaitedCall(ClassApi.list_)
    iter_list = AwaitedItems(ClassApi.iter_list)
