"""Types keep their public names where a description calls the same schemas otherwise."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certification.specs.diff import diff
from sdkgen.api.asyncapi.load import load_streams
from sdkgen.api.lock import NO_LOCK, read_lock, with_names
from sdkgen.api.model import Api, Name, ObjectType
from tests.simulators.descriptions import api_of

TEXT = {"type": "string"}
SIDE = {"type": "string", "enum": ["buy", "sell"]}
ORDER = {"type": "object", "properties": {"id": TEXT, "side": SIDE, "fills": {"type": "array", "items": {"properties": {"price": TEXT}}}}}


def to(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def operation(name: str, schema: Any, *, body: Any = None) -> dict[str, Any]:
    written = {"requestBody": {"content": {"application/json": {"schema": body}}}} if body is not None else {}
    return {"operationId": name, "responses": {"200": {"description": "", "content": {"application/json": {"schema": schema}}}}} | written


def shop(schema: Any, *more: Any, body: Any = None, **schemas: Any) -> Api:
    paths = {f"/a{index}": {"post": operation(f"op{index}", each, body=body)} for index, each in enumerate((schema, *more))}
    return api_of(paths=paths, schemas=schemas)


def after(*apis: Api) -> tuple[Api, list[tuple[str, str]]]:
    """The last API under the names that the ones before it got, and the changes that the last step made."""
    named, lock = with_names(apis[0], NO_LOCK)
    changes: list[tuple[str, str]] = []
    for api in apis[1:]:
        before = named
        named, lock = with_names(api, read_lock(lock.text()))
        assert with_names(api, lock) == (named, lock)
        changes = [(change.change_class.value, change.rule) for change in diff(before, named)]
    return named, changes


def names(api: Api) -> list[str]:
    return [declared.name.pascal() for declared in api.types]


def test_a_renamed_schema_keeps_its_name_and_those_inside_theirs() -> None:
    old, new = shop(to("Order"), Order=ORDER), shop(to("OrderV2"), OrderV2=ORDER)
    assert names(new) == ["OrderV2", "OrderV2FillsItem", "OrderV2Side"]
    named, changes = after(old, new)
    assert names(named) == ["Order", "OrderFillsItem", "OrderSide"]
    assert [change for change in changes if change[0] != "documentation"] == []


def test_an_inline_schema_keeps_its_name_as_a_component_and_the_other_way_round() -> None:
    inline, component = shop({"type": "array", "items": ORDER}), shop({"type": "array", "items": to("Order")}, Order=ORDER)
    named, changes = after(inline, component)
    assert names(named) == names(inline)
    assert [change for change in changes if change[0] == "breaking"] == []
    assert names(after(component, inline)[0]) == names(component)


def test_fields_keep_the_names_that_they_had() -> None:
    old = shop(to("Order"), Order={"properties": {"M": TEXT, "x": TEXT}})
    named, _ = after(old, shop(to("Trade"), Trade={"properties": {"m": TEXT, "M": TEXT, "x": TEXT}}))
    [order] = [each for each in named.types if isinstance(each, ObjectType)]
    assert (order.name.pascal(), {field.wire_name: field.name.snake() for field in order.fields}) == (
        "Order",
        {"m": "m_2", "M": "m", "x": "x"},
    )


def test_a_name_stays_over_several_renamings() -> None:
    named, _ = after(shop(to("A"), A=ORDER), shop(to("B"), B=ORDER), shop(to("C"), C=ORDER), shop(ORDER))
    assert names(named) == ["A", "AFillsItem", "ASide"]


def test_schemas_that_hold_each_other_are_renamed_together() -> None:
    def tree(leaf: str, node: str) -> dict[str, Any]:
        return {
            node: {"properties": {"leaf": to(leaf), "next": to(node), "name": TEXT}},
            leaf: {"properties": {"node": to(node), "size": TEXT}},
        }

    named, _ = after(shop(to("Node"), **tree("Leaf", "Node")), shop(to("Branch"), **tree("Bud", "Branch")))
    assert names(named) == ["Leaf", "Node"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param({"type": "array", "items": TEXT}, {"type": "array", "items": to("More")}, id="list"),
        pytest.param({"additionalProperties": TEXT}, {"additionalProperties": TEXT}, id="map"),
        pytest.param({"additionalProperties": to("More")}, {"additionalProperties": to("More")}, id="map of a type"),
        pytest.param(
            {"type": "array", "prefixItems": [to("More"), TEXT], "items": to("More")},
            {"type": "array", "prefixItems": [to("More")], "items": to("More")},
            id="tuple",
        ),
        pytest.param(
            {"properties": {"a": TEXT}, "additionalProperties": to("More")},
            {"properties": {"a": TEXT}, "additionalProperties": to("More")},
            id="further keys",
        ),
        pytest.param({"oneOf": [to("More"), TEXT]}, {"oneOf": [to("More"), TEXT, {"type": "boolean"}]}, id="union"),
        pytest.param({"type": "string", "enum": ["a", "b"]}, {"type": "string", "enum": ["a", "b", "c", "d"]}, id="enum"),
        pytest.param({"type": "object", "additionalProperties": False}, {"type": "object", "additionalProperties": False}, id="nothing"),
        pytest.param({"type": ["string", "null"]}, {"type": ["string", "null"], "maxLength": 5}, id="nullable"),
    ],
)
def test_every_kind_of_type_keeps_its_name(old: Any, new: Any) -> None:
    more = {"properties": {"x": TEXT}}
    named, _ = after(shop(to("Thing"), to("More"), Thing=old, More=more), shop(to("Other"), to("More"), Other=new, More=more))
    assert names(named) == ["More", "Thing"]


@pytest.mark.parametrize(
    "new",
    [
        pytest.param(shop(to("New"), Order=ORDER, New=ORDER), id="the old one is still there"),
        pytest.param(shop(to("New"), New={"properties": {"id": TEXT, "a": TEXT, "b": TEXT, "c": TEXT}}), id="another shape"),
        pytest.param(shop(to("New"), New=SIDE), id="another kind"),
        pytest.param(shop({"type": "array", "items": to("New")}, New=ORDER), id="used otherwise"),
        pytest.param(shop(TEXT, to("New"), New=ORDER), id="used elsewhere"),
    ],
)
def test_another_type_gets_a_name_of_its_own(new: Api) -> None:
    named, changes = after(shop(to("Order"), Order=ORDER), new)
    assert "New" in names(named)
    assert [change for change in changes if change[0] == "breaking"] or "Order" in names(named)


def test_a_renaming_that_can_not_be_kept_is_breaking() -> None:
    old = shop(to("A"), to("A"), A=ORDER)
    named, changes = after(old, shop(to("B"), to("C"), B=ORDER, C=ORDER))
    assert {"B", "C"} <= set(names(named))
    assert ("breaking", "type-renamed") in changes


def test_two_types_that_become_one_are_not_told_apart_by_guessing() -> None:
    named, changes = after(shop(to("A"), to("B"), A=ORDER, B=ORDER), shop(to("C"), to("C"), C=ORDER))
    assert names(named)[0] == "C"
    assert ("breaking", "type-renamed") in changes


def test_a_renamed_type_may_be_used_where_nothing_was() -> None:
    named, changes = after(shop(to("A"), A=ORDER), shop(to("B"), to("B"), B=ORDER))
    assert names(named)[0] == "A"
    assert "breaking" not in [change[0] for change in changes]


def test_bodies_parameters_and_messages_tell_what_is_used_too() -> None:
    def asked(name: str) -> Api:
        query = {"name": "side", "in": "query", "schema": to(name)}
        return api_of(paths={"/a/{s}": {"put": {**operation("a", TEXT, body=to(f"{name}Body")), "parameters": [
            query, {"name": "s", "in": "path", "required": True, "schema": to(f"{name}Path")}
        ]}}}, schemas={name: SIDE, f"{name}Body": ORDER, f"{name}Path": {"enum": ["x"]}})  # fmt: skip

    assert names(after(asked("Side"), asked("Way"))[0]) == ["Side", "SideBody", "SideBodyFillsItem", "SideBodySide", "SidePath"]

    def heard(name: str) -> Api:
        payload = {"$ref": f"#/components/schemas/{name}"}
        document = {
            "asyncapi": "2.6.0",
            "info": {"title": "S", "version": "1"},
            "servers": {"s": {"url": "wss://x.example", "protocol": "wss"}},
            "channels": {"book": {"subscribe": {"message": {"name": "update", "payload": payload}}}},
            "components": {"schemas": {name: ORDER}},
        }
        return load_streams(json.dumps(document).encode())

    assert names(after(heard("Book"), heard("Depth"))[0]) == ["Book", "BookFillsItem", "BookSide"]


def test_a_lock_of_before_knows_no_uses_and_keeps_what_it_knows() -> None:
    _, lock = with_names(shop(to("Order"), Order=ORDER), NO_LOCK)
    document = json.loads(lock.text())
    del document["names"]["uses"]
    older = read_lock(json.dumps(document).encode())
    assert names(with_names(shop(to("New"), New=ORDER), older)[0])[0] == "New"
    assert with_names(shop(to("Order"), Order=ORDER), older)[1] == lock


WORDS = ("Apple", "Birch", "Cedar", "Daisy", "Elm", "Fig")
NEW_WORDS = ("Granite", "Hematite", "Iron", "Jade", "Kyanite", "Lead")


@st.composite
def renamings(draw: st.DrawFn) -> tuple[dict[str, str], dict[str, Any], list[str]]:
    """Which schemas are called what, what they hold, and which of them operations answer with."""
    count = draw(st.integers(min_value=1, max_value=len(WORDS)))
    own = WORDS[:count]
    renamed = draw(st.sets(st.sampled_from(own)))
    called = {word: new if word in renamed else word for word, new in zip(own, draw(st.permutations(NEW_WORDS)), strict=False)}
    held = {word: draw(st.lists(st.sampled_from(own), max_size=3)) for word in own}
    return called, held, draw(st.lists(st.sampled_from(own), min_size=1, max_size=3))


def forest(called: dict[str, str], held: dict[str, Any], answers: list[str]) -> Api:
    schemas = {
        called[word]: {"properties": {word.lower(): TEXT, **{f"f{at}": to(called[each]) for at, each in enumerate(inside)}}}
        for word, inside in held.items()
    }
    return shop(*(to(called[word]) for word in answers), **schemas)


def reached(held: dict[str, Any], answers: list[str]) -> set[str]:
    found, waiting = set(answers), list(answers)
    while waiting:
        for each in held[waiting.pop()]:
            if each not in found:
                found.add(each)
                waiting.append(each)
    return found


@settings(max_examples=150, deadline=None)
@given(renamings())
def test_whatever_is_renamed_and_used_keeps_its_name(case: tuple[dict[str, str], dict[str, Any], list[str]]) -> None:
    called, held, answers = case
    old, new = forest({word: word for word in called}, held, answers), forest(called, held, answers)
    first, lock = with_names(old, NO_LOCK)
    named, _ = with_names(new, lock)
    places = {declared.pointer.rpartition("/")[2]: declared.name for declared in named.types}
    for word in reached(held, answers):
        assert places[called[word]] == Name(words=(word.lower(),))
    assert len({declared.name for declared in named.types}) == len(named.types)
    used = {place: names_of_type for place, names_of_type in lock.tables["uses"].items() if place.startswith("POST")}
    _, later = with_names(new, lock)
    assert {place: name for place, name in later.tables["uses"].items() if place.startswith("POST")} == used
    assert [change for change in diff(first, named) if change.change_class.value == "breaking" and change.operation] == []


def chain(name: str, length: int, other: str) -> Api:
    """Types that each hold the next one; another operation answers with ``other``."""
    held = {
        f"{name}{index}x": {"type": "object", "properties": {"a": TEXT, "next": to(f"{name}{index + 1}x") if index + 1 < length else TEXT}}
        for index in range(length)
    }
    return shop(to(f"{name}0x"), to(other), Extra={"type": "object", "properties": {"z": TEXT}}, **held)


def test_a_chain_of_renamings_that_falls_at_its_head_falls_in_good_time() -> None:
    began = time.process_time()
    named, _ = after(chain("Old", 900, "Extra"), chain("New", 900, "New0x"))
    assert {name.removesuffix("X")[:3] for name in names(named)} == {"Ext", "New"}
    assert time.process_time() - began < 4  # 0.5 s on a quiet machine; to look at all of them for each that falls takes 9


def test_thousands_of_variants_are_known_again_in_good_time() -> None:
    variants = {"oneOf": [{"type": "object", "properties": {"a": TEXT, f"q{index}": TEXT}} for index in range(3)]}
    schemas = {f"Thing{index}": {"type": "object", "properties": {"kind": variants}} for index in range(800)}
    api = shop(*(to(name) for name in schemas), **schemas)
    named, lock = with_names(api, NO_LOCK)
    began = time.process_time()
    assert with_names(api, lock)[0] == named
    assert time.process_time() - began < 4  # 0.2 s on a quiet machine; to compare each with all others takes 15
