"""Overlays: what they change, and what they refuse."""

from __future__ import annotations

import pytest

from sdkgen.api.json_text import JsonValue
from sdkgen.api.load import load
from sdkgen.api.overlay import apply_overlays
from sdkgen.errors import OverlayError

SHOP: dict[str, JsonValue] = {
    "info": {"title": "Shop", "tags": ["a"]},
    "paths": {
        "/orders": {"get": {"tags": ["x"], "summary": "all"}, "post": {"summary": "new"}},
        "/old": {"get": {}},
    },
    "list": [1, 2, 3, 2],
}


def overlay(*actions: str) -> bytes:
    return ("overlay: 1.0.0\ninfo: {title: t, version: '1'}\nactions:\n" + "".join(f"- {action}\n" for action in actions)).encode()


def applied(*actions: str) -> dict[str, JsonValue]:
    return apply_overlays(SHOP, (overlay(*actions),))


def test_an_update_merges_objects_joins_lists_and_replaces_single_values() -> None:
    result = applied("{target: \"$.paths['/orders'].get\", update: {summary: mine, tags: [y], x-signed: true}}")
    assert result["paths"]["/orders"]["get"] == {"tags": ["x", "y"], "summary": "mine", "x-signed": True}  # type: ignore[index,call-overload]


def test_an_update_is_appended_to_a_list() -> None:
    assert applied("{target: $.list, update: 4}")["list"] == [1, 2, 3, 2, 4]


def test_an_update_reaches_everything_that_the_target_selects() -> None:
    result = applied("{target: '$.paths.*.get', update: {seen: true}}")
    paths = result["paths"]
    assert isinstance(paths, dict)
    assert [isinstance(item, dict) and item["get"] for item in paths.values()] == [
        {"tags": ["x"], "summary": "all", "seen": True},
        {"seen": True},
    ]


def test_removing_several_items_of_a_list_removes_the_right_ones() -> None:
    assert applied("{target: '$.list[?@ == 2]', remove: true}")["list"] == [1, 3]


def test_removing_a_path_leaves_the_others() -> None:
    paths = applied("{target: \"$.paths['/old']\", remove: true}")["paths"]
    assert isinstance(paths, dict)
    assert list(paths) == ["/orders"]


def test_actions_see_what_those_before_them_did() -> None:
    result = applied("{target: $.info, update: {extra: {}}}", "{target: $.info.extra, update: {deep: 1}}")
    assert result["info"] == {"title": "Shop", "tags": ["a"], "extra": {"deep": 1}}


def test_the_description_given_stays_as_it_is() -> None:
    applied("{target: $.info, update: {title: Other, tags: [b]}}")
    assert SHOP["info"] == {"title": "Shop", "tags": ["a"]}


@pytest.mark.parametrize(
    ("document", "message"),
    [
        pytest.param(overlay("{target: $.nowhere, update: {}}"), "selects nothing at the overlay, action 1 (line 4)", id="nothing"),
        pytest.param(overlay("{target: '$.[', update: {}}"), "is no JSONPath", id="no JSONPath"),
        pytest.param(overlay("{target: $.info.title, update: x}"), "selects a single value", id="single value"),
        pytest.param(overlay("{target: $.info, update: [1]}"), "selects an object, and the update is none", id="list for object"),
        pytest.param(overlay("{target: $.info, update: {title: [1]}}"), "is of another kind", id="other kind"),
        pytest.param(overlay("{target: $, remove: true}"), "can't be removed", id="whole"),
        pytest.param(overlay("{target: $.info}"), "neither updates nor removes", id="no change"),
        pytest.param(overlay("{update: {}}"), "has no target", id="no target"),
        pytest.param(overlay("{target: $.info, updat: {}}"), "unknown field “updat”", id="misspelt"),
        pytest.param(overlay("text"), "must be an object", id="text"),
        pytest.param(b"overlay: 1.0.0\nactions: []", "has no actions", id="no actions"),
        pytest.param(b"openapi: 3.0.0", "no OpenAPI Overlay 1.0", id="no overlay"),
        pytest.param(b"overlay: '1.0.0'\nactions: [", "can't be read", id="no YAML"),
    ],
)
def test_a_wrong_overlay_is_refused_with_its_place(document: bytes, message: str) -> None:
    with pytest.raises(OverlayError) as raised:
        apply_overlays(SHOP, (document,))
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


def test_the_second_of_two_overlays_is_named() -> None:
    with pytest.raises(OverlayError, match="at overlay 2, action 1"):
        apply_overlays(SHOP, (overlay("{target: $.info, update: {}}"), overlay("{target: $.nowhere, update: {}}")))


def test_an_overlay_can_sign_an_operation_and_changes_the_digest() -> None:
    description = b"openapi: 3.0.0\npaths: {/a: {get: {responses: {'200': {description: ok}}}}}"
    plain, signed = load(description), load(description, overlays=(overlay("{target: \"$.paths['/a'].get\", update: {x-signed: true}}"),))
    assert (plain.operations[0].signed, signed.operations[0].signed) == (False, True)
    assert plain.digest != signed.digest
