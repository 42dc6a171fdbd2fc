"""Public names stay what they were while the description moves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sdkgen.api.load import load
from sdkgen.api.lock import NO_LOCK, NamesLock, read_lock, with_names
from sdkgen.api.model import Api, EnumType, ObjectType, Reference, UnionType
from sdkgen.errors import LockError
from tests.simulators.descriptions import api_of

OK = {"200": {"description": "ok"}}
ORDER = {"type": "object", "properties": {"m": {"type": "string"}, "side": {"type": "string", "enum": ["buy", "sell"]}}}


def orders(
    *, identity: str | None = "listOrders", tag: str = "Trade", path: str = "/orders/{id}", parameters: Any = (), **schemas: Any
) -> Api:
    operation: dict[str, Any] = {"responses": OK, "tags": [tag], "parameters": list(parameters)}
    operation |= {"operationId": identity} if identity else {}
    return api_of(paths={path: {"get": operation}}, schemas=schemas or {"Order": ORDER})


def locked(*apis: Api) -> tuple[Api, NamesLock]:
    """The last API under the names that the ones before it got."""
    found, lock = apis[0], NO_LOCK
    for api in apis:
        found, lock = with_names(api, lock)
    return found, lock


def members(api: Api, pointer: str) -> dict[str, str]:
    [declared] = [each for each in api.types if each.pointer == pointer]
    if isinstance(declared, ObjectType):
        return {field.wire_name: field.name.snake() for field in declared.fields}
    assert isinstance(declared, EnumType)
    return {member.value: member.name.snake() for member in declared.members}


def test_without_a_lock_every_name_is_the_natural_one() -> None:
    api = orders()
    found, lock = locked(api)
    assert found == api
    assert lock.tables["operations"] == {"GET /orders/{}": "list_orders"}
    assert lock.tables["types"] == {"/components/schemas/Order": "order", "/components/schemas/Order/properties/side": "order_side"}
    assert lock.tables["fields /components/schemas/Order"] == {"m": "m", "side": "side"}
    assert lock.tables["values /components/schemas/Order/properties/side"] == {'"buy"': "buy", '"sell"': "sell"}
    assert lock.tables["parameters GET /orders/{}"] == {"path:0": "id"}
    assert lock.tables["groups"] == {"trade": "trade"}


def test_the_same_lock_gives_the_same_names_and_itself() -> None:
    _, lock = locked(orders())
    again = read_lock(lock.text())
    assert with_names(orders(), again) == (orders(), again)
    assert again.text() == lock.text()


def test_one_place_that_is_a_type_in_each_variant_keeps_all_their_names() -> None:
    channel = {"type": "string", "enum": ["book", "trades", "orders"]}
    variants = [{"properties": {"channel": {"type": "string", "enum": list(some)}}} for some in (["book", "trades"], ["orders"])]
    api = orders(Ask={"type": "object", "properties": {"channel": channel}, "oneOf": variants})
    twice = [declared.name.pascal() for declared in api.types if declared.pointer == "/components/schemas/Ask/properties/channel"]
    assert twice == ["AskOption1Channel", "AskOrdersChannel"]
    _, lock = locked(api)
    assert locked(api, api) == (api, lock)


@pytest.mark.parametrize("moved", [{"identity": "getAllOrders"}, {"identity": None}, {"path": "/orders/{orderId}"}])
def test_an_operation_keeps_its_name_and_its_parameters_theirs(moved: dict[str, Any]) -> None:
    found, _ = locked(orders(), orders(**moved))
    assert found.operations[0].name.snake() == "list_orders"
    assert [parameter.name.snake() for parameter in found.operations[0].parameters] == ["id"]


def test_a_field_keeps_its_name_when_its_twin_arrives() -> None:
    old = {"properties": {"M": {"type": "string"}}}
    new = {"properties": {"m": {"type": "string"}, "M": {"type": "string"}}}
    assert members(orders(Order=new), "/components/schemas/Order") == {"m": "m", "M": "m_upper"}
    found, _ = locked(orders(Order=old), orders(Order=new))
    assert members(found, "/components/schemas/Order") == {"M": "m", "m": "m_2"}


def test_a_type_keeps_its_name_where_another_wants_it() -> None:
    found, _ = locked(orders(OrderSide={"enum": ["a"]}), orders(Order=ORDER, OrderSide={"enum": ["a"]}))
    names = {declared.pointer: declared.name.pascal() for declared in found.types}
    assert names["/components/schemas/OrderSide"] == "OrderSide"
    assert names["/components/schemas/Order/properties/side"] != "OrderSide"
    [side] = [
        field for declared in found.types if isinstance(declared, ObjectType) for field in declared.fields if field.wire_name == "side"
    ]
    assert isinstance(side.type, Reference)
    assert side.type.name.pascal() == names["/components/schemas/Order/properties/side"]


def choice(*variants: Any) -> Api:
    return orders(Order={"oneOf": list(variants)})


def test_a_variant_keeps_its_name_when_another_is_put_before_it() -> None:
    limit = {"properties": {"price": {"type": "string"}, "size": {"type": "string"}}}
    market = {"properties": {"amount": {"type": "string"}, "quote": {"type": "string"}}}
    stop = {"properties": {"stop": {"type": "string"}, "level": {"type": "string"}}}
    found, lock = locked(choice(limit, market), choice(stop, market, {"properties": {**limit["properties"], "tag": {"type": "string"}}}))
    [union] = [declared for declared in found.types if isinstance(declared, UnionType)]
    assert [variant.name.pascal() for variant in union.variants if isinstance(variant, Reference)] == [
        "OrderOption12",
        "OrderOption2",
        "OrderOption1",
    ]
    assert lock.tables["fields /components/schemas/Order/oneOf/2"] == {"price": "price", "size": "size", "tag": "tag"}


def test_what_is_gone_and_comes_back_is_called_as_before() -> None:
    both = orders(Order=ORDER, order={"properties": {"x": {"type": "string"}}})
    found, _ = locked(both, orders(order={"properties": {"x": {"type": "string"}}}), both)
    assert found == both


def test_a_name_that_is_free_again_may_be_given_anew() -> None:
    found, lock = locked(orders(), orders(path="/v2/orders"))
    assert found.operations[0].name.snake() == "list_orders"
    assert lock.tables["operations"] == {"GET /v2/orders": "list_orders"}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b'{"format": 2, "names": {}}',
        b'{"format": 1, "names": {"types": {"/a": "../x"}}}',
        b'{"format": 1, "names": {"a": 1}}',
    ],
)
def test_what_is_no_lock_is_refused(content: bytes) -> None:
    with pytest.raises(LockError, match=r"names\.lock\.json"):
        read_lock(content)


def test_two_things_of_one_name_in_a_lock_get_two() -> None:
    tables = {"fields /components/schemas/Order": {"m": "same", "side": "same"}}
    found, _ = with_names(orders(), NamesLock(tables=tables))
    assert sorted(members(found, "/components/schemas/Order").values()) == ["same", "side"]


def test_real_descriptions_are_called_the_same_again(specs_folder: Path) -> None:
    for name in ("whitebit/private-main-v4.yaml", "kucoin/margin.json", "binance/options-openxapi.yaml"):
        api = load((specs_folder / name).read_bytes())
        found, lock = with_names(api, NO_LOCK)
        assert found == api, name
        assert with_names(api, read_lock(lock.text())) == (api, read_lock(lock.text())), name
        assert json.loads(lock.text())["format"] == 1
