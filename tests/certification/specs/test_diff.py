"""Differences of two descriptions, and what they do to programs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from benchmarks.histories import judged_history
from certification.model import Change, ChangeClass
from certification.specs.diff import change_class, diff, version_bump
from sdkgen.api.lock import NO_LOCK, NamesLock, route, with_names
from tests.simulators.descriptions import api_of

B, A, D = "breaking", "additive", "documentation"


def shop(
    *, sent: Any = None, got: Any = None, parameters: list[Any] | None = None, operation: dict[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    """A description of one operation with a body and an answer of those schemas."""
    post: dict[str, Any] = {
        "operationId": "place",
        "parameters": parameters or [],
        "requestBody": {"content": {"application/json": {"schema": sent if sent is not None else {"type": "string"}}}},
        "responses": {
            "200": {"description": "ok", "content": {"application/json": {"schema": got if got is not None else {"type": "string"}}}}
        },
    }
    return {"paths": {"/orders/{id}": {"post": post | (operation or {})}}} | more


def changes(old: dict[str, Any], new: dict[str, Any]) -> tuple[Change, ...]:
    return diff(api_of(**old), api_of(**new))


def found(old: dict[str, Any], new: dict[str, Any]) -> list[tuple[str, str]]:
    return [(change.change_class.value, change.rule) for change in changes(old, new)]


def both(old: Any, new: Any) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """What a change of schema is where a program sends it, and where it receives it."""
    return found(shop(sent=old), shop(sent=new)), found(shop(got=old), shop(got=new))


def fields(required: list[str] | None = None, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required or []}


TEXT, NUMBER, WHOLE = {"type": "string"}, {"type": "number"}, {"type": "integer"}


def test_nothing_changed_is_no_change() -> None:
    assert found(shop(), shop()) == []
    assert version_bump(()) == "none"


@pytest.mark.parametrize(
    ("old", "new", "sent", "got"),
    [
        pytest.param(fields(a=TEXT), fields(a=TEXT, b=TEXT), [(A, "field-added")], [(A, "field-added")], id="field added"),
        pytest.param(
            fields(a=TEXT), fields(["b"], a=TEXT, b=TEXT), [(B, "required-field-added")], [(A, "field-added")], id="required field added"
        ),
        pytest.param(fields(a=TEXT, b=TEXT), fields(a=TEXT), [(B, "field-removed")], [(B, "field-removed")], id="field removed"),
        pytest.param(fields(a=TEXT), fields(["a"], a=TEXT), [(B, "became-required")], [(A, "became-required")], id="now required"),
        pytest.param(fields(["a"], a=TEXT), fields(a=TEXT), [(A, "no-longer-required")], [(B, "no-longer-required")], id="now optional"),
        pytest.param(fields(a=TEXT), fields(a=NUMBER), [(B, "retyped")], [(B, "retyped")], id="retyped"),
        pytest.param(
            fields(a=TEXT),
            fields(A=TEXT),
            [(B, "field-removed"), (A, "field-added")],
            [(B, "field-removed"), (A, "field-added")],
            id="case",
        ),
        pytest.param(TEXT, {"type": "array", "items": TEXT}, [(B, "retyped")], [(B, "retyped")], id="became a list"),
        pytest.param(TEXT, {"type": ["string", "null"]}, [(A, "became-nullable")], [(B, "became-nullable")], id="null"),
        pytest.param({"type": ["string", "null"]}, TEXT, [(B, "no-longer-nullable")], [(A, "no-longer-nullable")], id="no null"),
        pytest.param({"enum": ["a"]}, {"enum": ["a", "b"]}, [(A, "enum-value-added")], [(B, "enum-value-added")], id="value added"),
        pytest.param({"enum": ["a", "b"]}, {"enum": ["a"]}, [(B, "enum-value-removed")], [(A, "enum-value-removed")], id="value removed"),
        pytest.param({"enum": ["a"]}, TEXT, [(A, "enum-opened")], [(A, "enum-opened")], id="enum opened"),
        pytest.param(TEXT, {"enum": ["a"]}, [(B, "enum-closed")], [(A, "enum-closed")], id="enum closed"),
        pytest.param({"enum": ["1"]}, {"enum": [1]}, [(B, "retyped")], [(B, "retyped")], id="enum of another kind"),
        pytest.param(WHOLE, WHOLE | {"format": "int64"}, [(A, "format-changed")], [(A, "format-changed")], id="format"),
        pytest.param(TEXT, TEXT | {"maxLength": 5}, [(A, "limits-changed")], [(A, "limits-changed")], id="limits"),
        pytest.param({"items": TEXT}, {"items": NUMBER}, [(B, "retyped")], [(B, "retyped")], id="items"),
        pytest.param({"additionalProperties": TEXT}, {"additionalProperties": NUMBER}, [(B, "retyped")], [(B, "retyped")], id="map"),
        pytest.param({"type": "object"}, fields(a=TEXT), [(A, "field-added")], [(A, "field-added")], id="map to object"),
        pytest.param(fields(a=TEXT), {"type": "object"}, [(B, "field-removed")], [(B, "field-removed")], id="object to map"),
        pytest.param(
            {"prefixItems": [TEXT]}, {"prefixItems": [TEXT, TEXT]}, [(B, "places-added")], [(A, "places-added")], id="longer tuple"
        ),
        pytest.param(
            {"prefixItems": [TEXT, TEXT]},
            {"prefixItems": [NUMBER]},
            [(B, "retyped"), (B, "places-removed")],
            [(B, "retyped"), (B, "places-removed")],
            id="shorter tuple",
        ),
        pytest.param(
            {"type": ["string", "integer"]},
            {"type": ["string", "integer", "boolean"]},
            [(A, "variant-added")],
            [(B, "variant-added")],
            id="variant",
        ),
        pytest.param(
            {"type": ["string", "integer", "boolean"]},
            {"type": ["string", "integer"]},
            [(B, "variant-removed")],
            [(A, "variant-removed")],
            id="lost",
        ),
        pytest.param(
            {"type": ["string", "integer"]}, {"type": ["string", "boolean"]}, [(B, "retyped")], [(B, "retyped")], id="variant retyped"
        ),
        pytest.param(
            fields(a=TEXT) | {"additionalProperties": TEXT},
            fields(a=TEXT) | {"additionalProperties": NUMBER},
            [(B, "retyped")],
            [(B, "retyped")],
            id="extra keys retyped",
        ),
        pytest.param(
            fields(a=TEXT),
            fields(a=TEXT) | {"additionalProperties": NUMBER},
            [(A, "extra-keys-changed")],
            [(A, "extra-keys-changed")],
            id="extra",
        ),
        pytest.param(
            fields(a=TEXT | {"default": "x"}), fields(a=TEXT | {"default": "y"}), [(A, "default-changed")], [(D, "type-text")], id="default"
        ),
    ],
)
def test_a_change_is_harmless_or_breaking_by_its_direction(old: Any, new: Any, sent: Any, got: Any) -> None:
    as_sent, as_got = both(old, new)
    assert [change for change in as_sent if change[0] != D] == [change for change in sent if change[0] != D]
    assert [change for change in as_got if change[0] != D] == [change for change in got if change[0] != D]
    assert as_sent
    assert as_got


def query(name: str = "q", **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": TEXT} | more


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        pytest.param([], [query()], (A, "parameter-added"), id="added"),
        pytest.param([], [query(required=True)], (B, "required-parameter-added"), id="required added"),
        pytest.param([query()], [], (B, "parameter-removed"), id="removed"),
        pytest.param([query()], [query(required=True)], (B, "became-required"), id="now required"),
        pytest.param([query(required=True)], [query()], (A, "no-longer-required"), id="now optional"),
        pytest.param([query()], [query(schema=NUMBER)], (B, "retyped"), id="retyped"),
        pytest.param([query()], [query(explode=False)], (B, "style-changed"), id="style"),
        pytest.param([query()], [query(schema=TEXT | {"default": "x"})], (A, "default-changed"), id="default"),
        pytest.param([query()], [query(description="new")], (D, "operation-text"), id="text"),
    ],
)
def test_changes_of_parameters(old: list[Any], new: list[Any], change: tuple[str, str]) -> None:
    assert found(shop(parameters=old), shop(parameters=new)) == [change]


OK = {"200": {"description": "ok"}}
JSON = {"content": {"application/json": {"schema": TEXT}}}


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        pytest.param({}, {"operationId": "other"}, (B, "operation-renamed"), id="renamed"),
        pytest.param({}, {"tags": ["other"]}, (B, "operation-moved"), id="moved to another group"),
        pytest.param({}, {"security": [{"key": []}]}, (B, "security-changed"), id="security"),
        pytest.param({"security": [{"key": []}]}, {}, (B, "security-changed"), id="public"),
        pytest.param({}, {"deprecated": True}, (D, "operation-deprecated"), id="deprecated"),
        pytest.param({}, {"servers": [{"url": "https://x.example"}]}, (A, "servers-changed"), id="servers"),
        pytest.param({}, {"summary": "new"}, (D, "operation-text"), id="text"),
        pytest.param({}, {"requestBody": None}, (B, "body-removed"), id="body removed"),
        pytest.param({"requestBody": None}, {}, (A, "body-added"), id="body added"),
        pytest.param({"requestBody": None}, {"requestBody": JSON | {"required": True}}, (B, "body-added"), id="required body added"),
        pytest.param({}, {"requestBody": JSON | {"required": True}}, (B, "became-required"), id="body required"),
        pytest.param({"requestBody": JSON | {"required": True}}, {}, (A, "no-longer-required"), id="body optional"),
        pytest.param({}, {"requestBody": {"content": {"text/plain": {}}}}, (B, "media-type-removed"), id="media type"),
        pytest.param({"responses": OK}, {"responses": OK | {"400": {"description": "bad"}}}, (A, "status-added"), id="status added"),
        pytest.param({"responses": OK | {"400": {"description": ""}}}, {"responses": OK}, (A, "status-removed"), id="error removed"),
        pytest.param({"responses": OK | {"201": {"description": ""}}}, {"responses": OK}, (B, "status-removed"), id="success removed"),
        pytest.param({"responses": OK}, {}, (A, "content-added"), id="answer has content"),
        pytest.param({}, {"responses": OK}, (B, "content-removed"), id="answer lost content"),
        pytest.param(
            {"responses": OK}, {"responses": {"200": {"description": "ok", "headers": {"X": {}}}}}, (A, "header-added"), id="header"
        ),
        pytest.param(
            {"responses": {"200": {"description": "ok", "headers": {"X": {}}}}}, {"responses": OK}, (B, "header-removed"), id="lost"
        ),
    ],
)
def test_changes_of_operations(old: dict[str, Any], new: dict[str, Any], change: tuple[str, str]) -> None:
    assert found(shop(operation=old), shop(operation=new))[0] == change


def test_operations_come_and_go() -> None:
    one = {"paths": {"/a": {"get": {"responses": OK}}}}
    two = {"paths": {"/a": {"get": {"responses": OK}, "put": {"responses": OK}}}}
    assert found(one, two) == [(A, "operation-added")]
    [change] = changes(two, one)
    assert (change.rule, change.operation, change.summary, change.pointer) == (
        "operation-removed",
        "PUT /a",
        "PUT /a is gone",
        "/paths/~1a/put",
    )


def test_a_renamed_path_parameter_is_the_same_operation() -> None:
    old = {"paths": {"/a/{x}": {"get": {"operationId": "a", "responses": OK}}}}
    new = {"paths": {"/a/{y}": {"get": {"operationId": "a", "responses": OK}}}}
    assert found(old, new)[0] == (B, "parameter-renamed")


def test_servers_and_plain_text() -> None:
    assert found(shop(), shop(servers=[{"url": "https://x.example"}])) == [(A, "servers-changed")]
    assert found(shop(), shop(info={"title": "Shop", "version": "2"})) == [(D, "text")]


def test_documentation_of_types() -> None:
    def with_text(text: str) -> dict[str, Any]:
        schemas = {"Order": {"description": text, "properties": {"a": TEXT}}, "Side": {"enum": ["B"], "description": text}}
        return shop(components={"schemas": schemas})

    assert found(with_text("one"), with_text("two")) == [(D, "type-text"), (D, "type-text")]


def test_a_schema_that_many_operations_share_is_one_change() -> None:
    def many(order: Any) -> dict[str, Any]:
        answer = {"200": {"description": "ok", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}}}}
        return {
            "paths": {f"/{name}": {"get": {"operationId": name, "responses": answer}} for name in "abc"},
            "components": {"schemas": {"Order": order}},
        }

    [change] = changes(many(fields(x=TEXT, y=TEXT)), many(fields(x=TEXT)))
    assert (change.rule, change.operation, change.pointer) == ("field-removed", "a", "/components/schemas/Order/properties/y")
    assert change.summary == "200.y is gone (and in 2 more)"


def test_the_worst_direction_of_a_shared_schema_counts() -> None:
    def shared(order: Any) -> dict[str, Any]:
        reference = {"$ref": "#/components/schemas/Order"}
        return shop(sent=reference, got=reference, components={"schemas": {"Order": order}})

    [change] = changes(shared(fields(a=TEXT)), shared(fields(["a"], a=TEXT)))
    assert (change.change_class, change.rule) == (ChangeClass.BREAKING, "became-required")
    [change] = changes(shared(fields(["a"], a=TEXT)), shared(fields(a=TEXT)))
    assert (change.change_class, change.summary) == (ChangeClass.BREAKING, "200.a may now be absent")


def test_recursive_types_are_compared_once() -> None:
    def tree(leaf: Any) -> dict[str, Any]:
        schema = fields(leaf=leaf, inner={"$ref": "#/components/schemas/Tree"})
        return shop(got={"$ref": "#/components/schemas/Tree"}, components={"schemas": {"Tree": schema}})

    assert found(tree(TEXT), tree(NUMBER)) == [(B, "retyped")]


def test_the_worst_comes_first_and_decides_the_version() -> None:
    made = changes(shop(got=fields(a=TEXT)), shop(got=fields(b=TEXT), operation={"deprecated": True}))
    assert [change.change_class.value for change in made] == [B, A, D]
    assert [version_bump(made), version_bump(made[1:]), version_bump(made[2:])] == ["major", "minor", "patch"]
    assert [change_class(made), change_class(made[2:]), change_class(())] == [ChangeClass.BREAKING, ChangeClass.DOCUMENTATION, None]


def test_names_that_a_lock_keeps_are_no_change_and_names_that_it_cannot_keep_are_breaking() -> None:
    parameters = [query("limit")]
    old = api_of(**shop(got=fields(M=TEXT), parameters=parameters))
    named, lock = with_names(old, NO_LOCK)
    new = api_of(**shop(got=fields(M=TEXT, m=TEXT), parameters=parameters))
    kept, _ = with_names(new, lock)
    assert [(change.change_class.value, change.rule) for change in diff(named, kept)] == [(A, "field-added")]
    assert (B, "field-renamed") in [(change.change_class.value, change.rule) for change in diff(old, new)]
    table = f"parameters {route(old.operations[0])}"
    forced, _ = with_names(new, NamesLock(tables={**lock.tables, "operations": {}, table: {"query:limit": "most"}}))
    assert ("breaking", "parameter-renamed") in [(change.change_class.value, change.rule) for change in diff(named, forced)]


def test_a_type_of_another_name_is_breaking_for_those_who_name_it() -> None:
    old = {"schemas": {"Order": fields(a=TEXT)}, **shop(got={"$ref": "#/components/schemas/Order"})}
    new = {"schemas": {"Trade": fields(a=TEXT)}, **shop(got={"$ref": "#/components/schemas/Trade"})}
    assert found(old, new) == [(B, "type-renamed")]
    assert found(
        old, {"schemas": {"Order": fields(a=TEXT), "Trade": fields(a=TEXT)}, **shop(got={"$ref": "#/components/schemas/Trade"})}
    ) == [(D, "operation-text")]


@pytest.mark.parametrize("venue", ["binance", "kucoin", "whitebit"])
def test_real_histories_are_judged_as_their_curators_judge_them(venue: str, specs_folder: Path) -> None:
    steps = judged_history(specs_folder / "history" / venue)
    assert all(step.recorded is step.ours for step in steps), [(step.new, step.ours) for step in steps if step.recorded is not step.ours]
    assert all(step.added == step.recorded_added for step in steps)
    assert len(steps) >= 4
