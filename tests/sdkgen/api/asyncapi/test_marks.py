"""What tells the messages of a channel apart."""

from __future__ import annotations

from typing import Any

from tests.simulators.stream_descriptions import message, read, streams3


def marks(payload: Any, **schemas: Any) -> list[tuple[str, tuple[str, ...]]]:
    document = streams3(channels={"c": {"address": "/", "messages": {"m": {"payload": payload}}}}, components={"schemas": schemas})
    return [(".".join(mark.path), mark.values) for mark in message(read(document), "M").marks]


def holding(*required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, **({"required": list(required)} if required else {})}


def test_constants_and_enums_of_one_value_are_marks_in_their_order() -> None:
    payload = holding("b", "a", b={"enum": ["x"]}, a={"const": 1}, c={"enum": ["x", "y"]}, d={"const": "z"})
    assert marks(payload) == [("b", ('"x"',)), ("a", ("1",))], "what may be absent tells nothing"


def test_where_nothing_is_required_all_constants_are_seen() -> None:
    assert marks(holding(a={"const": "x"}, b={})) == [("a", ('"x"',))]


def test_inner_objects_lists_and_tuples_hold_marks() -> None:
    inner = holding("e", e={"const": "kline"})
    assert marks(holding("arg", arg=inner, data={"type": "array", "items": inner})) == [("arg.e", ('"kline"',))]
    assert marks({"type": "array", "items": inner}) == [("0.e", ('"kline"',))]
    assert marks({"type": "array", "items": [{"type": "integer"}, inner, {"const": "trade"}]}) == [
        ("1.e", ('"kline"',)),
        ("2", ('"trade"',)),
    ]


def test_of_a_union_only_what_all_variants_have_is_a_mark() -> None:
    one = holding("op", "a", op={"const": "subscribe"}, a={"const": 1})
    two = holding("op", op={"const": "unsubscribe"})
    assert marks({"oneOf": [one, two]}) == [("op", ('"subscribe"', '"unsubscribe"'))]
    assert marks({"oneOf": [one, {"type": "array", "items": {}}]}) == []


def test_a_null_or_a_type_that_contains_itself_ends_the_search() -> None:
    assert marks(holding("a", a={"type": ["string", "null"], "enum": ["x", None]})) == []
    node = holding("next", "e", next={"$ref": "#/components/schemas/Node"}, e={"const": "n"})
    found = marks({"$ref": "#/components/schemas/Node"}, Node=node)
    assert ("e", ('"n"',)) in found
    assert max(path.count(".") for path, _ in found) == 3


def test_references_and_aliases_are_looked_through() -> None:
    assert marks(
        {"$ref": "#/components/schemas/A"}, A={"allOf": [{"$ref": "#/components/schemas/B"}]}, B=holding("e", e={"const": "b"})
    ) == [("e", ('"b"',))]
