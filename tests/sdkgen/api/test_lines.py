from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdkgen.api.json_text import dumps_exact, loads_exact
from sdkgen.api.lines import is_lines, lines_text, texts_of
from sdkgen.api.model import AliasType, Api, Content, Encoding, ListOf, Name, Reference, Scalar, ScalarKind, TupleOf
from tests.simulators.descriptions import api_of, rules
from tests.simulators.line_bodies import GOOD

TEXT, WHOLE = Scalar(kind=ScalarKind.STRING), Scalar(kind=ScalarKind.INTEGER)
TICK = {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]}
TICKS = {"type": "array", "items": {"$ref": "#/components/schemas/Tick"}}
NDJSON = "application/x-ndjson"

documents = st.recursive(
    st.none() | st.booleans() | st.text() | st.integers() | st.decimals(allow_nan=False, allow_infinity=False, places=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def content_of(media: dict[str, Any], media_type: str = NDJSON, *, version: str = "3.2.0", **schemas: Any) -> tuple[Api, Content]:
    answer = {"200": {"description": "", "content": {media_type: media}}}
    components = {"schemas": {"Tick": TICK, "Ticks": TICKS, **schemas}}
    api = api_of(paths={"/a": {"get": {"operationId": "ticks", "responses": answer}}}, version=version, components=components)
    [response] = api.operations[0].responses
    return api, response.contents[0]


def reference(word: str) -> Reference:
    return Reference(name=Name(words=(word,)))


@pytest.mark.parametrize(
    "media_type",
    [
        *(
            NDJSON,
            "application/ndjson",
            "application/vnd.x+ndjson",
            "text/x-ndjson",
            "Application/JSONL; charset=utf-8",
            "application/x-jsonl",
        ),
        *("application/json-lines", "application/jsonlines", "application/stream+json", "application/json-seq", "application/geo+json-seq"),
    ],
)
def test_media_types_of_values_one_after_the_other(media_type: str) -> None:
    assert is_lines(media_type)
    assert content_of({"schema": TICK}, media_type)[1].encoding is Encoding.LINES


@pytest.mark.parametrize(
    "media_type", ["application/json", "text/plain", "application/json-patch+json", "image/jsonl", "text/event-stream"]
)
def test_other_media_types_are_none(media_type: str) -> None:
    assert not is_lines(media_type)


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0", "3.2.0"])
@pytest.mark.parametrize(
    ("media", "expected"),
    [
        pytest.param({"schema": {"$ref": "#/components/schemas/Tick"}}, ListOf(items=reference("tick")), id="one value"),
        pytest.param({"schema": TICKS}, ListOf(items=reference("tick")), id="all values"),
        pytest.param({"schema": {"$ref": "#/components/schemas/Ticks"}}, reference("ticks"), id="all values by name"),
        pytest.param({"schema": {"$ref": "#/components/schemas/Again"}}, reference("ticks"), id="all values by another name"),
        pytest.param({"itemSchema": TICKS}, ListOf(items=ListOf(items=reference("tick"))), id="an array in each line"),
        pytest.param({"itemSchema": {"type": "string"}, "schema": {"type": "array"}}, ListOf(items=TEXT), id="both"),
        pytest.param({"itemSchema": {}}, ListOf(items=Scalar(kind=ScalarKind.ANY)), id="any value"),
        pytest.param({"schema": {"type": "integer"}}, ListOf(items=WHOLE), id="a number in each line"),
    ],
)
def test_the_type_of_lines_is_their_list(media: dict[str, Any], expected: object, version: str) -> None:
    api, content = content_of(media, version=version, Again={"$ref": "#/components/schemas/Ticks"})
    assert (content.encoding, content.type) == (Encoding.LINES, expected)
    assert not [rule for rule in rules(api) if rule[1] == "line-delimited"]


def test_a_tuple_is_one_line() -> None:
    _, content = content_of({"schema": {"type": "array", "prefixItems": [{"type": "integer"}, {"type": "string"}]}})
    assert content.type == ListOf(items=TupleOf(items=(WHOLE, TEXT)))


def test_inline_lines_are_named_as_items_are() -> None:
    api, content = content_of({"itemSchema": TICK})
    assert content.type == ListOf(items=Reference(name=Name(words=("ticks", "response", "item"))))
    assert api.declared_fields == 2


def test_lines_that_may_be_null_stay_lines() -> None:
    _, content = content_of({"schema": {"type": ["array", "null"], "items": {"type": "integer"}}})
    assert content.type == ListOf(items=WHOLE)


def test_a_name_that_stands_for_itself_is_a_line() -> None:
    _, content = content_of(
        {"schema": {"$ref": "#/components/schemas/Loop"}}, Loop={"type": "array", "items": {"$ref": "#/components/schemas/Loop"}}
    )
    assert content.type == reference("loop")


@pytest.mark.parametrize("media", [{}, {"schema": {}}, {"schema": {"type": "string"}}, {"schema": {"type": "string", "format": "binary"}}])
def test_lines_that_nobody_describes_are_text(media: dict[str, Any]) -> None:
    api, content = content_of(media)
    assert (content.encoding, content.type.kind if isinstance(content.type, Scalar) else None) == (Encoding.TEXT, ScalarKind.STRING)
    assert ("noted", "line-delimited") in rules(api)


def test_lines_of_swagger() -> None:
    written = {"produces": [NDJSON], "responses": {"200": {"description": "", "schema": TICK}}}
    api = api_of(paths={"/a": {"get": {"operationId": "ticks", **written}}}, version="2.0")
    [content] = api.operations[0].responses[0].contents
    assert (content.encoding, isinstance(content.type, ListOf)) == (Encoding.LINES, True)


def test_json_is_preferred_to_lines() -> None:
    answer = {"200": {"description": "", "content": {NDJSON: {"schema": TICK}, "application/json": {"schema": TICKS}}}}
    api = api_of(paths={"/a": {"get": {"responses": answer}}}, components={"schemas": {"Tick": TICK}})
    assert [content.encoding for content in api.operations[0].responses[0].contents] == [Encoding.JSON, Encoding.LINES]


@pytest.mark.parametrize(
    "example",
    [[{"id": "a"}, {"id": "b"}], '{"id": "a"}\n{"id":"b"}\n', '\x1e{"id": "a"}\n\x1e{"id":"b"}\n'],
    ids=["array", "lines", "sequence"],
)
def test_examples_of_lines_are_their_list(example: object) -> None:
    _, content = content_of({"schema": TICK, "example": example})
    assert [each.value for each in content.examples] == ['[{"id":"a"},{"id":"b"}]']


def test_an_example_of_a_line_is_a_list_of_one() -> None:
    _, content = content_of(
        {"schema": {**TICK, "example": {"id": "a"}}, "examples": {"one": {"value": {"id": "b"}}, "none": {"value": "x\n"}}}
    )
    assert [each.value for each in content.examples] == ['[{"id":"b"}]']


def test_the_example_of_a_type_stays_with_it() -> None:
    api, content = content_of({"schema": {"$ref": "#/components/schemas/Ticks"}}, Ticks={**TICKS, "example": [{"id": "a"}]})
    [ticks] = [each for each in api.types if isinstance(each, AliasType)]
    assert ([each.value for each in ticks.examples], content.examples) == (['[{"id":"a"}]'], ())


@pytest.mark.parametrize("told", GOOD)
def test_bodies_are_cut_into_their_values(told: str) -> None:
    body, prices = GOOD[told]
    assert [str(value["price"]) for text in texts_of(body.decode()) if isinstance(value := loads_exact(text), dict)] == prices


@given(
    st.lists(documents),
    st.sampled_from([NDJSON, "application/jsonl; charset=utf-8", "Application/JSON-seq", "application/geo+json-seq;x=y"]),
)
def test_what_is_written_is_read_again(values: list[Any], media_type: str) -> None:
    texts = tuple(dumps_exact(each) for each in values)
    body = lines_text(texts, media_type)
    assert texts_of(body) == texts
    assert body.startswith("\x1e") == ("seq" in media_type and bool(values))
