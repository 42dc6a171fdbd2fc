from __future__ import annotations

import contextlib
import copy
import pickle
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdkgen.python.runtime.choice import OneOf
from sdkgen.python.runtime.codec import ANY, BINARY, BOOLEAN, DECIMAL, INTEGER, STRING
from sdkgen.python.runtime.containers import Later, ListOf, MapOf, Nullable, TupleOf
from sdkgen.python.runtime.enums import OpenDecimal, OpenInteger, OpenText, OpenValue, known
from sdkgen.python.runtime.errors import ArgumentError, DecodeError
from sdkgen.python.runtime.jsontext import JsonValue, parse, write
from sdkgen.python.runtime.mismatch import decoded, encoded, parsed
from sdkgen.python.runtime.model import UNSET, Model, Record, Unset, extra, field


class Side(OpenText):
    """A side."""

    BUY: ClassVar[Side] = known("BUY")
    SELL: ClassVar[Side] = known("SELL")


class Level(OpenInteger):
    ONE: ClassVar[Level] = known(1)


class Rate(OpenDecimal):
    HALF: ClassVar[Rate] = known(Decimal("0.50"))


class Mixed(OpenValue):
    ON: ClassVar[Mixed] = known(value=True)
    ONE: ClassVar[Mixed] = known(1)
    AUTO: ClassVar[Mixed] = known("auto")


class Fill(Model):
    """A fill."""

    price: Decimal = field("p", DECIMAL)
    quantity: Decimal = field("P", DECIMAL)


class Order(Model):
    """An order."""

    id: int = field("id", INTEGER)
    side: Side = field("side", Side)
    fills: list[Fill] | None = field("fills", ListOf(Fill), default=None)
    note: str | Unset | None = field("note", Nullable(STRING), default=UNSET)
    parent: Order | None = field("parent", Later(lambda: Order), default=None)
    tags: dict[str, int] | None = field("tags", MapOf(INTEGER), default=None)
    level: tuple[Decimal, int, *tuple[JsonValue, ...]] | None = field("level", TupleOf(DECIMAL, INTEGER), default=None)


class Sizes(Record):
    """Further keys are numbers."""

    name: str = field("name", STRING)
    extra: Mapping[str, Decimal] = extra(DECIMAL, default={})


ORDER: dict[str, JsonValue] = {
    "id": 12345678901234567890,
    "side": "BUY",
    "fills": [{"p": Decimal("1.10"), "P": Decimal("0.00000001")}],
    "note": None,
    "parent": {"id": 1, "side": "HELD"},
    "tags": {"a": 1},
    "level": [Decimal("2.50"), 3, "more"],
    "new": {"x": [Decimal("1.0")]},
}


def test_a_document_survives_with_everything_that_the_type_does_not_name() -> None:
    text = write(ORDER)
    assert Order.from_json(text).to_json() == text


def test_fields_are_typed_values() -> None:
    order = decoded(Order, ORDER)
    assert isinstance(order, Order)
    assert order.side is Side.BUY
    assert order.fills is not None
    assert order.fills[0].price == Decimal("1.10")
    assert order.parent is not None
    assert order.parent.side == "HELD"
    assert not order.parent.side.is_known
    assert order.note is None
    assert order.parent.note is UNSET
    assert not UNSET
    assert order.extra == {"new": {"x": [Decimal("1.0")]}}


def test_absent_and_null_stay_apart() -> None:
    for text in ('{"id":1,"side":"BUY"}', '{"id":1,"side":"BUY","note":null}'):
        assert Order.from_json(text).to_json() == text


@pytest.mark.parametrize(
    ("change", "path", "expected"),
    [
        ({"id": "1"}, "$.id", "whole number"),
        ({"id": True}, "$.id", "whole number"),
        ({"id": Decimal("1.5")}, "$.id", "whole number"),
        ({"side": 1}, "$.side", "string"),
        ({"side": None}, "$.side", "string"),
        ({"fills": {}}, "$.fills", "array"),
        ({"fills": [{"p": 1, "P": 1}, {"p": "1"}]}, "$.fills[1].p", "number"),
        ({"fills": [{"p": 1}]}, "$.fills[0].P", "required"),
        ({"tags": {"a b": "x"}}, '$.tags["a b"]', "whole number"),
        ({"tags": []}, "$.tags", "object"),
        ({"level": [1]}, "$.level", "2 or more"),
        ({"level": [1, "x"]}, "$.level[1]", "whole number"),
        ({"parent": []}, "$.parent", "object"),
    ],
)
def test_a_wrong_value_is_refused_with_its_place(change: dict[str, JsonValue], path: str, expected: str) -> None:
    with pytest.raises(DecodeError, match=expected) as raised:
        decoded(Order, {**ORDER, **change})
    assert raised.value.path == path


def test_errors_quote_a_value_short_and_without_controls() -> None:
    with pytest.raises(DecodeError) as raised:
        decoded(Order, {**ORDER, "id": "\x1b[2J" + "x" * 5000})
    assert len(str(raised.value)) < 400
    assert "\x1b" not in str(raised.value)


@pytest.mark.parametrize(
    ("order", "place"),
    [
        (lambda: Order(id=1.5, side=Side.BUY), ".id"),  # type: ignore[arg-type]
        (lambda: Order(id=1, side=Level.ONE), ".side"),  # type: ignore[arg-type]
        (lambda: Order(id=1, side=Side.BUY, fills=[Fill(price=1.1, quantity=Decimal(1))]), ".fills[0].price"),  # type: ignore[arg-type]
        (lambda: Order(id=1, side=Side.BUY, tags={1: 1}), ".tags"),  # type: ignore[dict-item]
        (lambda: Order(id=1, side=Side.BUY, tags=[]), ".tags"),  # type: ignore[arg-type]
        (lambda: Order(id=1, side=Side.BUY, level=(Decimal(1),)), ".level"),  # type: ignore[arg-type]
        (lambda: Order(id=1, side=Side.BUY, fills=Fill(price=Decimal(1), quantity=Decimal(1))), ".fills"),  # type: ignore[arg-type]
        (lambda: Order(id=1, side=Side.BUY, note=5), ".note"),  # type: ignore[arg-type]
        (lambda: Order(id=1, side=Side.BUY, extra={"id": 2}), ""),
        (lambda: Order(id=1, side=Side.BUY, extra={"new": 1.5}), ".new"),  # type: ignore[dict-item]
        (lambda: Order(id=1, side=Side.BUY, parent=Fill(price=Decimal("NaN"), quantity=Decimal(1))), ".parent"),  # type: ignore[arg-type]
    ],
)
def test_what_does_not_fit_is_not_written(order: Any, place: str) -> None:
    with pytest.raises(ArgumentError, match="expected") as raised:
        encoded(Order, order(), "body")
    assert str(raised.value).startswith(f"body{place}: ")


def test_numbers_that_are_not_numbers_are_not_written() -> None:
    for wrong in (Decimal("NaN"), Decimal("Infinity"), 1.0, True, "1"):
        with pytest.raises(ArgumentError):
            encoded(DECIMAL, wrong)
    with pytest.raises(ArgumentError):
        encoded(ANY, {"x": [1.5]})
    with pytest.raises(ArgumentError):
        encoded(STRING, 5)
    with pytest.raises(ArgumentError):
        encoded(BOOLEAN, 1)
    with pytest.raises(ArgumentError):
        encoded(ListOf(STRING), "text")
    assert encoded(ANY, {"order": Side.BUY, "fill": Fill(price=Decimal("1.0"), quantity=Decimal(2))}) == {
        "order": "BUY",
        "fill": {"p": Decimal("1.0"), "P": 2},
    }


def test_instances_are_immutable_comparable_and_copied_with_changes() -> None:
    fill = Fill(price=Decimal("1.0"), quantity=Decimal(2))
    with pytest.raises(AttributeError, match="replace"):
        fill.price = Decimal(3)  # type: ignore[misc]
    with pytest.raises(AttributeError):
        del fill.price
    changed = fill.replace(price=Decimal(3))
    assert (changed.price, fill.price) == (Decimal(3), Decimal("1.0"))
    assert changed != fill
    assert fill == Fill(price=Decimal("1.00"), quantity=Decimal(2))
    assert hash(fill) == hash(Fill(price=Decimal("1.0"), quantity=Decimal(2)))
    assert fill != object()
    assert copy.deepcopy(fill) == fill
    order = decoded(Order, ORDER)
    assert pickle.loads(pickle.dumps(order)) == order  # noqa: S301  # our own bytes
    assert pickle.loads(pickle.dumps(order)).to_json() == order.to_json()  # noqa: S301


def test_constructors_say_what_is_missing_or_unknown() -> None:
    with pytest.raises(TypeError, match="needs quantity"):
        Fill(price=Decimal(1))  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="no field prize"):
        Fill(price=Decimal(1), quantity=Decimal(1), prize=1)  # type: ignore[call-arg]


def test_a_repr_reads_like_the_call_that_makes_it() -> None:
    order = Order(id=1, side=Side.BUY, extra={"x": 1})
    assert repr(order) == "Order(id=1, side=Side('BUY'), extra={'x': 1})"
    assert [repr(each) for each in (Level.ONE, Rate.HALF, Mixed.AUTO, UNSET)] == ["Level(1)", "Rate('0.50')", "Mixed('auto')", "UNSET"]


def test_typed_further_keys_are_checked_both_ways() -> None:
    sizes = Sizes.from_json('{"name":"n","a":1.50,"b":2}')
    assert sizes.extra == {"a": Decimal("1.50"), "b": Decimal(2)}
    assert sizes.to_json() == '{"name":"n","a":1.50,"b":2}'
    with pytest.raises(DecodeError) as raised:
        Sizes.from_json('{"name":"n","a":"x"}')
    assert raised.value.path == "$.a"


@pytest.mark.parametrize(
    ("codec", "text"),
    [
        (Side, '"BUY"'),
        (Side, '"é"'),
        (Level, "1"),
        (Level, "99999999999999999999"),
        (Rate, "0.50"),
        (Rate, "0.500"),
        (Rate, "0.7"),
        (Mixed, "true"),
        (Mixed, "1"),
        (Mixed, "1.0"),
        (Mixed, '["new"]'),
        (Mixed, "null"),
        (BINARY, '"é\\ud800"'),
        (BINARY, '"\\udcff"'),
        (DECIMAL, "1.10"),
        (ANY, '{"a":[1,2.50,null]}'),
        (Nullable(MapOf(ListOf(DECIMAL))), '{"b":[1.0]}'),
        (Nullable(MapOf(ListOf(DECIMAL))), "null"),
        (TupleOf(STRING, rest=INTEGER), '["a",1,2]'),
    ],
)
def test_values_come_back_digit_for_digit(codec: Any, text: str) -> None:
    assert write(encoded(codec, decoded(codec, parse(text)))) == text


def test_enums_tell_known_from_unknown_values() -> None:
    assert Side("BUY") == Side.BUY == "BUY"
    assert [each.is_known for each in (Side.BUY, Side("X"), Level.ONE, Level(2), Rate.HALF, Rate(1), Mixed.ON, Mixed("x"))] == [
        True,
        False,
    ] * 4
    assert Mixed.ON != Mixed.ONE
    assert len({Mixed.ON, Mixed.ONE, Mixed(value=True)}) == 2
    assert Mixed.ON.value is True
    assert decoded(Mixed, value=True) is Mixed.ON


def test_an_enum_takes_plain_values_and_refuses_other_enums() -> None:
    assert encoded(Side, "NEW") == "NEW"
    for wrong in (1, Mixed.AUTO):
        with pytest.raises(ArgumentError):
            encoded(Side, wrong)


class Limit(Model):
    kind: str = field("kind", STRING)
    price: Decimal = field("price", DECIMAL)


class Market(Model):
    kind: str = field("kind", STRING)


class Stop(Model):
    kind: str = field("kind", STRING)
    price: Decimal = field("price", DECIMAL)
    stop: Decimal = field("stop", DECIMAL)


TOLD = OneOf(Limit, Market, by="kind", told={"limit": Limit, "market": Market})
GUESSED = OneOf(Market, Limit, Stop)


def test_a_discriminator_decides_even_where_another_type_would_fit() -> None:
    assert type(decoded(TOLD, {"kind": "market", "price": 1})) is Market
    with pytest.raises(DecodeError, match="required") as raised:
        decoded(TOLD, {"kind": "limit"})
    assert raised.value.path == "$.price"


def test_without_one_the_type_with_the_least_left_over_is_taken() -> None:
    assert type(decoded(GUESSED, {"kind": "x", "price": 1, "stop": 2})) is Stop
    assert type(decoded(GUESSED, {"kind": "x", "price": 1})) is Limit
    assert type(decoded(GUESSED, {"kind": "x", "what": 1})) is Market
    assert type(decoded(TOLD, {"kind": "new", "price": 1})) is Limit


@pytest.mark.parametrize(
    ("variants", "text", "kind"),
    [
        ((DECIMAL, INTEGER), "5", int),
        ((DECIMAL, INTEGER), "5.0", Decimal),
        ((STRING, Side), '"BUY"', str),
        ((Side, STRING), '"BUY"', Side),
        ((Side, STRING), '"other"', str),
        ((MapOf(INTEGER), Level), "1", Level),
        ((MapOf(ANY), Market), '{"kind":"x"}', Market),
        ((ListOf(DECIMAL), ListOf(INTEGER)), "[1,2]", list),
        ((STRING, Nullable(INTEGER)), "null", type(None)),
        ((STRING, BOOLEAN), "true", bool),
    ],
)
def test_a_union_takes_the_closest_type_and_loses_nothing(variants: tuple[Any, ...], text: str, kind: type) -> None:
    union = OneOf(*variants)
    value = decoded(union, parse(text))
    assert type(value) is kind
    assert write(encoded(union, value)) == text


def test_a_union_that_nothing_fits_says_what_would_have() -> None:
    with pytest.raises(DecodeError, match="one of: a string, a whole number"):
        decoded(OneOf(STRING, INTEGER), value=True)
    with pytest.raises(DecodeError) as raised:
        decoded(GUESSED, {"kind": 5, "price": []})
    assert raised.value.path.startswith("$.")
    with pytest.raises(ArgumentError):
        encoded(OneOf(STRING, INTEGER), 1.5)
    with pytest.raises(DecodeError, match="a string"):
        decoded(OneOf(STRING), 1)


def test_text_that_is_no_json_is_a_decode_error() -> None:
    with pytest.raises(DecodeError, match="JSON") as raised:
        parsed(b"<html>\x1b[1m\xff</html>")
    assert "\x1b" not in str(raised.value)
    with pytest.raises(DecodeError):
        Order.from_json("{")


prices = st.decimals(allow_nan=False, allow_infinity=False, places=8, min_value=-(10**12), max_value=10**12)
fills = st.builds(Fill, price=prices, quantity=prices, extra=st.dictionaries(st.text(min_size=2), st.integers(), max_size=2))
orders = st.builds(
    Order,
    id=st.integers(),
    side=st.text().map(Side),
    fills=st.none() | st.lists(fills, max_size=3),
    note=st.just(UNSET) | st.none() | st.text(),
    tags=st.none() | st.dictionaries(st.text(), st.integers(), max_size=3),
    level=st.none() | st.tuples(prices, st.integers(), st.text()),
)


@given(orders)
def test_any_order_survives_being_written_and_read(order: Order) -> None:
    text = order.to_json()
    again = Order.from_json(text)
    assert again == order
    assert again.to_json() == text


anything: st.SearchStrategy[JsonValue] = st.recursive(
    st.none() | st.booleans() | st.integers() | prices | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["id", "side", "fills", "p"]), inner),
)


@given(anything)
def test_reading_anything_gives_that_very_value_or_a_decode_error(value: JsonValue) -> None:
    with contextlib.suppress(DecodeError):
        assert encoded(Order, decoded(Order, value)) == value
