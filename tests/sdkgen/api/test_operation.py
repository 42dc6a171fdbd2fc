"""Operations: all of them, with what they take, give and ask for."""

from __future__ import annotations

from typing import Any

import pytest

from sdkgen.api.model import (
    Api,
    Encoding,
    ListOf,
    Location,
    Nullable,
    Operation,
    Parameter,
    Scalar,
    ScalarKind,
    Type,
)
from tests.simulators.descriptions import api_of, fields, operation, reference, rules

TEXT, WHOLE, ANY = Scalar(kind=ScalarKind.STRING), Scalar(kind=ScalarKind.INTEGER), Scalar(kind=ScalarKind.ANY)
OK = {"200": {"description": "ok"}}


def one(
    operation_object: dict[str, Any] | None = None, *, path: str = "/orders", method: str = "get", **more: Any
) -> tuple[Api, Operation]:
    api = api_of(paths={path: {method: {"responses": OK} | (operation_object or {})}}, **more)
    return api, api.operations[0]


def parameters(*written: dict[str, Any], path: str = "/orders", **more: Any) -> tuple[Api, dict[str, Parameter]]:
    api, found = one({"parameters": list(written)}, path=path, **more)
    return api, {parameter.wire_name: parameter for parameter in found.parameters}


def body(content: dict[str, Any], *, method: str = "post", **more: Any) -> tuple[Api, Operation]:
    return one({"requestBody": {"content": content, "required": True}}, method=method, **more)


def test_every_method_of_every_path_is_an_operation() -> None:
    methods = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
    item = {method: {"responses": OK} for method in methods}
    api = api_of(paths={"/a": item, "/b": item | {"summary": "x", "x-more": {}}, "x-not-a-path": {"get": {}}})
    assert [(found.method, found.path) for found in api.operations] == [(m.upper(), p) for p in ("/a", "/b") for m in methods]
    assert api.declared_operations == len(api.operations) == 18
    assert api.issues == ()


@pytest.mark.parametrize(
    ("method", "path", "identity", "name"),
    [
        ("get", "/api/v3/order", None, "get_order"),
        ("get", "/api/v1/orders/{orderId}", None, "get_orders_by_order_id"),
        ("get", "/accounts/{id}/orders", None, "get_accounts_orders"),
        ("delete", "/{id}", None, "delete_by_id"),
        ("get", "/", None, "get"),
        ("get", "/api/v1", None, "get_api_v1"),
        ("post", "/orders", "placeOrder", "place_order"),
        ("post", "/orders", "027", "post_orders"),
        ("post", "/orders", "  ", "post_orders"),
        ("post", "/orders", "下单", "post_orders"),
        ("post", "/orders", "24hrTicker", "operation_24hr_ticker"),
    ],
)
def test_names_of_operations(method: str, path: str, identity: str | None, name: str) -> None:
    _, found = one({} if identity is None else {"operationId": identity}, path=path, method=method)
    assert found.name.snake() == name
    assert found.id == (identity if identity and identity.strip() else f"{method.upper()} {path}")


def test_equal_names_are_told_apart() -> None:
    paths = {path: {"get": {"responses": OK}} for path in ("/api/v1/symbols", "/api/v2/symbols", "/v2/symbols", "/x/v2/symbols")}
    api = api_of(paths=paths)
    assert [found.name.snake() for found in api.operations] == ["get_symbols", "get_symbols_v2", "get_v2_symbols", "get_x_symbols"]


def test_an_operation_id_that_two_have_stays_with_the_first() -> None:
    api = api_of(paths={"/a": {"get": {"operationId": "x", "responses": OK}}, "/b": {"get": {"operationId": "x", "responses": OK}}})
    assert [found.id for found in api.operations] == ["x", "GET /b"]
    assert [found.name.snake() for found in api.operations] == ["x", "get_b"]
    assert rules(api) == [("repaired", "duplicate-operation-id")]


@pytest.mark.parametrize(
    ("tags", "path", "group"),
    [
        (["Spot Trading", "x"], "/a", "spot_trading"),
        ([], "/api/v3/order/list", "order"),
        (None, "/v1/{id}", "group"),
        (["交易"], "/orders", "orders"),
        ([7], "/orders", "orders"),
    ],
)
def test_groups_are_the_first_tag_or_the_first_telling_segment(tags: Any, path: str, group: str) -> None:
    _, found = one({"tags": tags} if tags is not None else {}, path=path)
    assert found.group.snake() == group


def test_groups_that_differ_only_in_writing_are_one() -> None:
    api = api_of(paths={"/a": {"get": {"tags": ["Spot Trading"], "responses": OK}, "put": {"tags": ["spot-trading"], "responses": OK}}})
    assert len({found.group for found in api.operations}) == 1


def test_parameters_of_the_path_and_of_the_operation() -> None:
    item = {
        "parameters": [
            {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
            {"name": "limit", "in": "query", "schema": {"type": "string"}},
        ],
        "get": {"parameters": [{"name": "limit", "in": "query", "schema": {"type": "integer"}, "required": True}], "responses": OK},
    }
    [found] = api_of(paths={"/orders/{id}": item}).operations
    assert [(parameter.wire_name, parameter.location, parameter.type, parameter.required) for parameter in found.parameters] == [
        ("id", Location.PATH, TEXT, True),
        ("limit", Location.QUERY, WHOLE, True),
    ]


def test_a_parameter_says_all_that_the_description_says() -> None:
    _, found = parameters(
        {
            "name": "recvWindow",
            "in": "query",
            "description": "How long.",
            "deprecated": True,
            "schema": {"type": "integer", "default": 5000},
            "examples": {"long": {"value": 60000}, "elsewhere": {"externalValue": "http://10.0.0.1/"}},
        }
    )
    window = found["recvWindow"]
    assert (window.description, window.deprecated, window.default, window.name.snake()) == ("How long.", True, "5000", "recv_window")
    assert [example.value for example in window.examples] == ["60000"]


@pytest.mark.parametrize(
    ("location", "more", "style", "explode"),
    [
        ("query", {}, "form", True),
        ("query", {"explode": False}, "form", False),
        ("query", {"style": "deepObject", "explode": True}, "deepObject", True),
        ("query", {"style": "pipeDelimited"}, "pipeDelimited", False),
        ("path", {}, "simple", False),
        ("path", {"style": "matrix"}, "matrix", False),
        ("header", {}, "simple", False),
        ("cookie", {}, "form", True),
    ],
)
def test_styles_have_the_defaults_of_their_location(location: str, more: dict[str, Any], style: str, explode: bool) -> None:
    _, found = parameters({"name": "x", "in": location, "required": True, "schema": {"type": "string"}, **more}, path="/a/{x}")
    assert (found["x"].style, found["x"].explode) == (style, explode)


@pytest.mark.parametrize(("location", "said", "kept"), [("query", True, True), ("query", "true", False), ("header", True, False)])
def test_only_a_query_keeps_reserved_characters(location: str, said: object, kept: bool) -> None:
    _, found = parameters({"name": "x", "in": location, "schema": {"type": "string"}, "allowReserved": said})
    assert found["x"].allow_reserved is kept


def test_a_parameter_with_content_travels_as_json() -> None:
    content = {"application/json": {"schema": {"properties": {"a": {"type": "string"}}}, "example": {"a": "b"}}}
    api, found = parameters({"name": "filter", "in": "query", "content": content})
    assert (found["filter"].json_encoded, found["filter"].type) == (True, reference("get", "orders", "filter"))
    assert list(fields(api, "GetOrdersFilter")) == ["a"]
    assert [example.value for example in found["filter"].examples] == ['{"a":"b"}']


@pytest.mark.parametrize(
    ("written", "path", "issue"),
    [
        pytest.param([], "/a/{x}", ("repaired", "undeclared-path-parameter"), id="undeclared"),
        pytest.param(
            [{"name": "x", "in": "path", "schema": {"type": "string"}}], "/a/{x}", ("repaired", "optional-path-parameter"), id="optional"
        ),
        pytest.param(
            [{"name": "y", "in": "path", "required": True, "schema": {}}], "/a", ("repaired", "path-parameter-without-place"), id="no place"
        ),
        pytest.param(
            [{"name": "x", "in": "query", "schema": {}}, {"name": "x", "in": "query", "schema": {}}],
            "/a",
            ("repaired", "duplicate-parameter"),
            id="twice",
        ),
        pytest.param([{"name": "x", "in": "query"}], "/a", ("repaired", "parameter-without-schema"), id="no schema"),
        pytest.param([{"name": "x", "in": "query", "type": "integer"}], "/a", ("repaired", "parameter-without-schema"), id="old style"),
        pytest.param([{"in": "query", "schema": {}}], "/a", ("refused", "wrong-parameter"), id="no name"),
        pytest.param([{"name": "x", "in": "moon", "schema": {}}], "/a", ("refused", "wrong-parameter"), id="unknown location"),
        pytest.param([{"$ref": "#/components/parameters/gone"}], "/a", ("refused", "dangling-reference"), id="dangling"),
        pytest.param({"name": "x"}, "/a", ("refused", "wrong-shape"), id="no list"),
        pytest.param(
            [{"name": "x", "in": "query", "schema": {}, "style": "simple"}],
            "/a",
            ("repaired", "wrong-style"),
            id="style of another location",
        ),
        pytest.param(
            [{"name": "Authorization", "in": "header", "schema": {}}], "/a", ("noted", "ignored-header-parameter"), id="client's header"
        ),
    ],
)
def test_a_flaw_of_a_parameter_is_told(written: Any, path: str, issue: tuple[str, str]) -> None:
    api, found = one({"parameters": written}, path=path)
    assert rules(api) == [issue]
    assert [parameter.wire_name for parameter in found.parameters] in ([], ["x"])
    assert all(parameter.required == (parameter.location is Location.PATH) for parameter in found.parameters)


def test_parameter_names_do_not_collide_with_each_other_or_the_body() -> None:
    written = [{"name": name, "in": "query", "schema": {"type": "string"}} for name in ("symbol", "Symbol", "body")]
    _, found = one({"parameters": written, "requestBody": {"content": {"application/json": {"schema": {}}}}}, method="post")
    assert [parameter.name.snake() for parameter in found.parameters] == ["symbol", "symbol_upper", "body_other"]


@pytest.mark.parametrize(
    ("media_type", "schema", "encoding", "wanted"),
    [
        ("application/json", {"type": "string"}, Encoding.JSON, TEXT),
        ("application/problem+json; charset=utf-8", {"type": "string"}, Encoding.JSON, TEXT),
        ("*/*", {"type": "array", "items": {}}, Encoding.JSON, ListOf(items=ANY)),
        ("application/x-www-form-urlencoded", {"properties": {"a": {}}}, Encoding.FORM, reference("post", "orders", "request")),
        ("multipart/form-data", {"properties": {"a": {}}}, Encoding.MULTIPART, reference("post", "orders", "request")),
        ("text/plain", {"type": "integer"}, Encoding.TEXT, TEXT),
        ("text/csv", {"type": "array", "items": {}}, Encoding.TEXT, TEXT),
        ("text/plain", {"type": "array", "items": {}}, Encoding.JSON, ListOf(items=ANY)),
        ("application/xml", {"type": "string"}, Encoding.TEXT, TEXT),
        ("application/octet-stream", {"type": "string", "format": "binary"}, Encoding.BINARY, Scalar(kind=ScalarKind.BINARY)),
        ("application/zip", {}, Encoding.BINARY, Scalar(kind=ScalarKind.BINARY)),
        ("image/png", {"type": ["string", "null"]}, Encoding.BINARY, Scalar(kind=ScalarKind.BINARY)),
    ],
)
def test_bodies_travel_by_their_media_type(media_type: str, schema: Any, encoding: Encoding, wanted: Type) -> None:
    _, found = body({media_type: {"schema": schema}})
    assert found.body is not None
    [content] = found.body.contents
    assert (content.media_type, content.encoding, content.type) == (media_type, encoding, wanted)
    assert found.body.required


def test_of_several_ways_to_write_a_body_json_comes_first() -> None:
    _, found = body({"text/plain": {}, "multipart/form-data": {}, "application/json": {}, "application/x-www-form-urlencoded": {}})
    assert found.body is not None
    assert [content.encoding.value for content in found.body.contents] == ["json", "form", "multipart", "text"]


def test_examples_of_bodies_come_from_everywhere() -> None:
    content = {
        "schema": {"type": "array", "items": {"type": "integer"}, "example": [1]},
        "example": [2],
        "examples": {"a": {"value": [3]}, "b": {"$ref": "#/components/examples/Four"}, "bare": [5]},
    }
    api, found = body({"application/json": content}, components={"examples": {"Four": {"value": [4]}}})
    assert found.body is not None
    assert [example.value for example in found.body.contents[0].examples] == ["[2]", "[3]", "[4]", "[5]", "[1]"]
    assert rules(api) == [("repaired", "bare-example")]


@pytest.mark.parametrize(
    ("request_body", "method", "issue"),
    [
        ({"content": {"no media type": {"schema": {}}}}, "post", [("refused", "wrong-media-type"), ("repaired", "empty-body")]),
        ({"content": []}, "post", [("refused", "wrong-shape"), ("repaired", "empty-body")]),
        ({}, "post", [("repaired", "empty-body")]),
        ({"$ref": "#/gone"}, "post", [("refused", "dangling-reference")]),
    ],
)
def test_a_body_that_makes_no_sense_is_left_out(request_body: Any, method: str, issue: list[tuple[str, str]]) -> None:
    api, found = one({"requestBody": request_body}, method=method)
    assert found.body is None
    assert sorted(rules(api)) == sorted(issue)


def test_a_get_with_a_body_keeps_it() -> None:
    api, found = body({"application/json": {"schema": {"type": "string"}}}, method="get")
    assert found.body is not None
    assert rules(api) == [("noted", "body-of-get")]


def test_answers_of_all_kinds() -> None:
    responses = {
        "200": {"description": "ok", "content": {"application/json": {"schema": {"properties": {"a": {}}}}}, "headers": {"X-Used": {}}},
        "201": {"description": "made", "content": {"application/json": {"schema": {"properties": {"b": {}}}}}},
        "4xx": {"$ref": "#/components/responses/Error"},
        "default": {"description": "else"},
        "x-extension": {},
    }
    error = {"description": "bad", "content": {"application/json": {"schema": {"properties": {"code": {"type": "integer"}}}}}}
    api, found = one({"responses": responses}, components={"responses": {"Error": error}})
    assert [(answer.status, answer.description, answer.headers) for answer in found.responses] == [
        ("200", "ok", ("X-Used",)),
        ("201", "made", ()),
        ("4XX", "bad", ()),
        ("default", "else", ()),
    ]
    assert [answer.contents[0].type for answer in found.responses if answer.contents] == [
        reference("get", "orders", "response"),
        reference("get", "orders", "response", "201"),
        reference("get", "orders", "response", "4xx"),
    ]
    assert found.success() == found.responses[0]
    assert api.issues == ()


@pytest.mark.parametrize(
    ("responses", "statuses", "issue"),
    [
        ({}, [], ("repaired", "no-responses")),
        (None, [], ("repaired", "no-responses")),
        ({"ok": {"description": ""}, "200": {"description": ""}}, ["200"], ("refused", "wrong-status")),
        ({"2xx": {"description": "a"}, "200": {"$ref": "#/gone"}}, ["2XX"], ("refused", "dangling-reference")),
    ],
)
def test_a_flaw_of_answers_is_told(responses: Any, statuses: list[str], issue: tuple[str, str]) -> None:
    api, found = one({"responses": responses})
    assert [answer.status for answer in found.responses] == statuses
    assert rules(api) == [issue]


SCHEMES: dict[str, Any] = {
    "components": {
        "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-KEY"}, "sign": {"type": "http", "scheme": "Basic"}}
    }
}


@pytest.mark.parametrize(
    ("common", "own", "alternatives", "signed"),
    [
        (None, None, (), False),
        ([{"key": []}], None, (("key",),), True),
        ([{"key": []}], [], (), False),
        (None, [{"sign": [], "key": []}, {"key": []}], (("key", "sign"), ("key",)), True),
        (None, [{"key": []}, {}], (("key",), ()), True),
        (None, [{}], ((),), False),
    ],
)
def test_security_is_the_operations_own_or_the_apis(common: Any, own: Any, alternatives: tuple[tuple[str, ...], ...], signed: bool) -> None:
    more: dict[str, Any] = SCHEMES | ({} if common is None else {"security": common})
    api, found = one({} if own is None else {"security": own}, **more)
    assert (found.security, found.signed) == (alternatives, signed)
    assert [(scheme.id, scheme.kind, scheme.location, scheme.wire_name, scheme.scheme) for scheme in api.security_schemes] == [
        ("key", "apiKey", Location.HEADER, "X-KEY", None),
        ("sign", "http", None, None, "basic"),
    ]


@pytest.mark.parametrize(
    ("own", "issue"),
    [
        ([{"unknown": []}], ("repaired", "unknown-security-scheme")),
        (7, ("refused", "wrong-shape")),
    ],
)
def test_a_flaw_of_security_is_told(own: Any, issue: tuple[str, str]) -> None:
    api, _ = one({"security": own}, **SCHEMES)
    assert rules(api) == [issue]


def test_the_profile_may_say_what_is_signed() -> None:
    assert one({"x-signed": True})[1].signed
    assert not one({"x-signed": False, "security": [{"key": []}]}, **SCHEMES)[1].signed


def test_servers_of_the_api_and_of_an_operation() -> None:
    api = api_of(
        servers=[
            {"url": "https://{host}/v1/", "variables": {"host": {"default": "api.shop.example"}}},
            {"url": "/relative"},
            {"url": "wss://x"},
        ],
        paths={
            "/a": {"get": {"responses": OK, "servers": [{"url": "https://other.example"}]}},
            "/b": {"servers": [{"url": "https://third.example/"}], "get": {"responses": OK}},
            "/c": {"get": {"responses": OK, "servers": [{"url": "https://api.shop.example/v1"}]}},
            "/d": {"get": {"responses": OK, "servers": [{"url": "https://{gone}.example"}, {"description": "none"}]}},
        },
    )
    assert api.servers == ("https://api.shop.example/v1",)
    assert [found.servers for found in api.operations] == [("https://other.example",), ("https://third.example",), (), ()]
    assert sorted({rule for _, rule in rules(api)}) == ["server-variable", "unusable-server", "wrong-shape"]


@pytest.mark.parametrize(
    ("paths", "issue"),
    [
        ({"orders": {"get": {"responses": OK}}}, ("repaired", "path-without-slash")),
        ({"/orders": {"GET": {"responses": OK}}}, ("repaired", "method-in-capitals")),
        ({"/orders": {"get": {"responses": OK}, "post": "text"}}, ("refused", "wrong-shape")),
        ({"/orders": {"get": {"responses": OK}}, "/bad": ["get"]}, ("refused", "wrong-shape")),
        ({"/orders": {"get": {"responses": OK}}, "/bad": {"$ref": "other.yaml"}}, ("refused", "remote-reference")),
    ],
)
def test_a_flaw_of_paths_is_told(paths: dict[str, Any], issue: tuple[str, str]) -> None:
    api = api_of(paths=paths)
    assert [(found.method, found.path) for found in api.operations] == [("GET", "/orders")]
    assert rules(api) == [issue]
    assert api.declared_operations == (2 if issue[1] == "remote-reference" or "post" in str(paths) else 1)


def test_a_path_may_stand_elsewhere_in_the_document() -> None:
    api = api_of(paths={"/a": {"$ref": "#/components/pathItems/A"}}, components={"pathItems": {"A": {"get": {"responses": OK}}}})
    assert [found.id for found in api.operations] == ["GET /a"]
    assert api.operations[0].pointer == "/components/pathItems/A/get"
    assert api.issues == ()


def test_an_operation_keeps_its_texts() -> None:
    _, found = one({"summary": "s", "description": "d", "deprecated": True})
    assert (found.summary, found.description, found.deprecated) == ("s", "d", True)


def test_a_nullable_answer() -> None:
    api, found = one(
        {"responses": {"200": {"description": "", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Maybe"}}}}}},
        components={"schemas": {"Maybe": {"type": ["object", "null"], "properties": {"a": {}}}}},
    )
    assert operation(api, "GET /orders") == found
    assert found.responses[0].contents[0].type == Nullable(inner=reference("maybe"))
