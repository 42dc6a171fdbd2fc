from typing import Any

import pytest

from certification.evidence.sdk.described import DescribedParameter, DescribedRequest, described
from sdkgen.api.json_text import JsonValue
from sdkgen.api.model import Content, Encoding, Name, Operation, Response, Scalar, ScalarKind

NAME = Name(words=("x",))


def request(root: dict[str, JsonValue], pointer: str) -> DescribedRequest:
    method = pointer.rpartition("/")[2].upper()
    operation = Operation(
        id="x", name=NAME, group=NAME, method=method, path="/model/path", pointer=pointer, parameters=(), body=None, responses=()
    )
    return described(root, operation)


def openapi(operation: dict[str, Any], **item: Any) -> dict[str, JsonValue]:
    shared: dict[str, JsonValue] = {
        "Limit": {"name": "limit", "in": "query", "schema": {"type": "integer"}},
        "Again": {"$ref": "#/components/parameters/Limit"},
        "Circle": {"$ref": "#/components/parameters/Circle"},
    }
    bodies: dict[str, JsonValue] = {"Order": {"content": {"application/json": {"schema": {}}, "text/plain": {}}}}
    return {
        "openapi": "3.0.3",
        "paths": {"/a/{id}": {"post": operation, **item}},
        "components": {"parameters": shared, "requestBodies": bodies},
    }


PLACE = "/paths/~1a~1{id}/post"


def parameters(root: dict[str, JsonValue]) -> list[tuple[str, str, str, bool, bool]]:
    found = request(root, PLACE).parameters
    return [(each.location, each.name, each.style, each.explode, each.json_encoded) for each in found if each.location != "path"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ({"name": "q", "in": "query"}, ("query", "q", "form", True, False)),
        ({"name": "q", "in": "query", "explode": False}, ("query", "q", "form", False, False)),
        ({"name": "q", "in": "query", "style": "pipeDelimited"}, ("query", "q", "pipeDelimited", False, False)),
        ({"name": "q", "in": "query", "style": "matrix"}, ("query", "q", "form", True, False)),
        ({"name": "q", "in": "query", "content": {"application/json": {}}}, ("query", "q", "form", True, True)),
        ({"name": "h", "in": "header", "explode": True}, ("header", "h", "simple", True, False)),
        ({"name": "c", "in": "cookie"}, ("cookie", "c", "form", True, False)),
        ({"$ref": "#/components/parameters/Again"}, ("query", "limit", "form", True, False)),
    ],
)
def test_a_parameter_is_read_as_it_is_written(written: dict[str, Any], read: tuple[str, str, str, bool, bool]) -> None:
    assert parameters(openapi({"parameters": [written]})) == [read]


@pytest.mark.parametrize(
    "written",
    [
        {"name": "Authorization", "in": "header"},
        {"name": "q", "in": "elsewhere"},
        {"$ref": "#/components/parameters/Circle"},
        {"$ref": "#/components/parameters/Missing"},
        {"in": "query"},
    ],
)
def test_what_is_no_parameter_for_callers_is_left_out(written: dict[str, Any]) -> None:
    assert parameters(openapi({"parameters": [written]})) == []


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ({"name": "q", "in": "query", "allowReserved": True}, True),
        ({"name": "q", "in": "query", "allowReserved": False}, False),
        ({"name": "q", "in": "query", "allowReserved": "yes"}, False),
        ({"name": "q", "in": "header", "allowReserved": True}, False),
        ({"name": "q", "in": "query", "allowReserved": True, "content": {"application/json": {}}}, False),
    ],
)
def test_reserved_characters_are_kept_where_the_description_says_so(written: dict[str, Any], kept: bool) -> None:
    assert [each.allow_reserved for each in request(openapi({"parameters": [written]}), PLACE).parameters if each.name == "q"] == [kept]


def test_an_operations_parameter_overrides_its_paths() -> None:
    mine, shared = {"name": "q", "in": "query", "explode": False}, {"name": "q", "in": "query"}
    assert parameters(openapi({"parameters": [mine]}, parameters=[shared])) == [("query", "q", "form", False, False)]


def test_of_two_declarations_the_first_counts() -> None:
    first, second = {"name": "q", "in": "query", "explode": False}, {"name": "q", "in": "query"}
    assert parameters(openapi({"parameters": [first, second]})) == [("query", "q", "form", False, False)]


def test_a_place_that_nothing_declares_is_plain_text() -> None:
    found = request(openapi({}), PLACE)
    assert (found.method, found.path) == ("POST", "/a/{id}")
    assert found.parameters == (
        DescribedParameter(name="id", location="path", style="simple", explode=False, json_encoded=False, schema=None),
    )
    assert found.parameter("path", "id") is not None
    assert found.parameter("path", "ID") is None


def test_header_names_have_no_case() -> None:
    found = request(openapi({"parameters": [{"name": "X-Id", "in": "header"}]}), PLACE)
    assert found.parameter("header", "x-ID") is not None


def test_a_body_is_read_behind_its_reference() -> None:
    found = request(openapi({"requestBody": {"$ref": "#/components/requestBodies/Order"}}), PLACE)
    assert found.media_types == ("application/json", "text/plain")
    assert found.body_schema == "/components/requestBodies/Order/content/application~1json/schema"
    assert request(openapi({}), PLACE).media_types == ()


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("/v2/command#cancel", "/v2/command"),
        ("/orders?type=limit", "/orders"),
        ("/orders:cancel", "/orders:cancel"),
        ("/orders/:id", "/model/path"),
        ("/orders/<id>", "/model/path"),
        ("/orders{?page}", "/model/path"),
    ],
)
def test_a_path_is_what_stands_before_query_and_fragment(written: str, path: str) -> None:
    root: dict[str, JsonValue] = {"openapi": "3.1.0", "paths": {written: {"get": {}}}}
    assert request(root, f"/paths/{written.replace('/', '~1')}/get").path == path


def test_an_operation_behind_a_reference_keeps_the_models_path() -> None:
    root: dict[str, JsonValue] = {"openapi": "3.1.0", "components": {"pathItems": {"P": {"get": {}}}}}
    assert request(root, "/components/pathItems/P/get").path == "/model/path"


def swagger(*written: dict[str, Any], **more: Any) -> dict[str, JsonValue]:
    return {"swagger": "2.0", "paths": {"a/{id}": {"post": {"parameters": list(written), **more}}}}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ({"name": "q", "in": "query", "type": "array"}, ("query", "q", "form", False, False)),
        ({"name": "q", "in": "query", "collectionFormat": "multi"}, ("query", "q", "form", True, False)),
        ({"name": "q", "in": "query", "collectionFormat": "ssv"}, ("query", "q", "spaceDelimited", False, False)),
        ({"name": "q", "in": "query", "collectionFormat": "pipes"}, ("query", "q", "pipeDelimited", False, False)),
        ({"name": "h", "in": "header", "collectionFormat": "multi"}, ("header", "h", "simple", False, False)),
    ],
)
def test_swaggers_collection_formats_are_styles(written: dict[str, Any], read: tuple[str, str, str, bool, bool]) -> None:
    found = request(swagger(written), "/paths/a~1{id}/post")
    assert found.path == "/a/{id}"
    assert [(each.location, each.name, each.style, each.explode, each.json_encoded) for each in found.parameters[:1]] == [read]


@pytest.mark.parametrize(
    ("written", "more", "media_types"),
    [
        ({"name": "b", "in": "body"}, {}, ("application/json",)),
        ({"name": "b", "in": "body"}, {"consumes": ["text/plain"]}, ("text/plain",)),
        ({"name": "f", "in": "formData", "type": "string"}, {}, ("application/x-www-form-urlencoded",)),
        ({"name": "f", "in": "formData", "type": "file"}, {}, ("multipart/form-data",)),
        ({"name": "f", "in": "formData"}, {"consumes": ["text/plain", "multipart/form-data"]}, ("multipart/form-data",)),
        ({"name": "q", "in": "query"}, {"consumes": ["application/json"]}, ()),
    ],
)
def test_swaggers_bodies_have_media_types(written: dict[str, Any], more: dict[str, Any], media_types: tuple[str, ...]) -> None:
    assert request(swagger(written, **more), "/paths/a~1{id}/post").media_types == media_types


@pytest.mark.parametrize(
    ("responses", "success", "pointer"),
    [
        ({"200": {"content": {"application/json": {"schema": {}}}}}, "200", f"{PLACE}/responses/200/content/application~1json/schema"),
        ({"2xx": {"content": {"application/json": {"schema": {}}}}}, "2XX", f"{PLACE}/responses/2xx/content/application~1json/schema"),
        ({"200": {"$ref": "#/components/responses/Yes"}}, "200", "/components/responses/Yes/content/application~1json/schema"),
        ({"200": {"content": {"application/json": {}}}}, "200", None),
        ({"200": {"content": {"text/plain": {"schema": {}}}}}, "200", None),
        ({"200": {}}, "200", None),
        ({}, "200", None),
        ({"200": "yes"}, "200", None),
    ],
)
def test_the_schema_of_the_answer_is_found(responses: dict[str, Any], success: str, pointer: str | None) -> None:
    root = openapi({"responses": responses})
    root["components"] = {"responses": {"Yes": {"content": {"application/json": {"schema": {}}}}}}
    assert answered(root, PLACE, success) == pointer


def answered(root: dict[str, JsonValue], pointer: str, success: str) -> str | None:
    content = Content(media_type="application/json", encoding=Encoding.JSON, type=Scalar(kind=ScalarKind.ANY))
    operation = Operation(
        id="x",
        name=NAME,
        group=NAME,
        method="POST",
        path="/",
        pointer=pointer,
        parameters=(),
        body=None,
        responses=(Response(status=success, contents=(content,)),),
    )
    return described(root, operation).answer_schema


def test_swaggers_answers_and_bodies_have_their_schema_beside_them() -> None:
    place = "/paths/a~1{id}/post"
    root = swagger({"name": "b", "in": "body", "schema": {}}, responses={"200": {"schema": {}}})
    assert answered(root, place, "200") == f"{place}/responses/200/schema"
    assert request(root, place).body_schema == f"{place}/parameters/0/schema"
    assert answered(swagger(responses={"200": {}}), place, "200") is None
    assert request(root, place).answer_schema is None


@pytest.mark.parametrize(
    ("media", "schema"),
    [
        pytest.param({"itemSchema": {}, "schema": {}}, "/itemSchema", id="each"),
        pytest.param({"schema": {"type": "object"}}, "/schema", id="one"),
        pytest.param({"schema": {"type": "array", "items": {"type": "integer"}}}, "/schema/items", id="all"),
        pytest.param({"schema": {"type": "array", "prefixItems": [{}], "items": False}}, "/schema", id="a tuple"),
        pytest.param({"schema": {"$ref": "#/components/requestBodies/Order"}}, None, id="elsewhere"),
        pytest.param({}, "", id="nothing"),
    ],
)
def test_the_schema_of_lines_is_that_of_one(media: dict[str, Any], schema: str | None) -> None:
    content = {"application/x-ndjson": media}
    found = request(openapi({"requestBody": {"content": content}}), PLACE).body_schema
    place = f"{PLACE}/requestBody/content/application~1x-ndjson"
    assert found == ("/components/requestBodies/Order" if schema is None else place + schema if schema else None)
