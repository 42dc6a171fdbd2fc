from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdkgen.python.runtime.answer import reply_of
from sdkgen.python.runtime.arguments import drafted
from sdkgen.python.runtime.behaviour import Errors
from sdkgen.python.runtime.codec import ANY
from sdkgen.python.runtime.containers import ListOf
from sdkgen.python.runtime.errors import ApiError, DecodeError
from sdkgen.python.runtime.http1 import NOWHERE, Answer
from sdkgen.python.runtime.jsontext import write
from sdkgen.python.runtime.lines import parsed_lines, written_lines
from sdkgen.python.runtime.operation import Body, Operation, Returned
from tests.sdkgen.python.calls import Price
from tests.simulators.line_bodies import BAD, GOOD

LINES = "application/x-ndjson"
PRICES: Operation[list[Price]] = Operation(
    "prices", "GET", "/prices", body=Body("lines", LINES, ListOf(ANY)), returned=(Returned("200", "lines", LINES, ListOf(Price)),)
)

documents = st.recursive(
    st.none() | st.booleans() | st.text() | st.integers() | st.decimals(allow_nan=False, allow_infinity=False, places=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def read(body: bytes, errors: Errors | None = None) -> list[Price]:
    return reply_of(PRICES, Answer(200, {"content-type": LINES}, body), errors or Errors(), 0).value


@pytest.mark.parametrize("told", GOOD)
def test_each_value_of_a_body_has_its_type(told: str) -> None:
    body, prices = GOOD[told]
    assert [str(each.price) for each in read(body)] == prices


@pytest.mark.parametrize("told", BAD)
def test_what_does_not_fit_is_named_by_its_place_among_the_values(told: str) -> None:
    body, path = BAD[told]
    with pytest.raises(DecodeError, match="in the answer of prices") as caught:
        read(body)
    assert (caught.value.path or "$", caught.value.status) == (path, 200)


def test_a_refusal_in_place_of_lines_is_one() -> None:
    errors = Errors(success={"ok": ("true",)}, code=("code",))
    with pytest.raises(ApiError) as caught:
        read(b'{"ok":false,"code":"7"}\n', errors)
    assert caught.value.code == "7"
    with pytest.raises(DecodeError):
        read(b'{"ok":false,"code":"7"}\n{"ok":false}\n', errors)


@given(
    st.lists(documents),
    st.sampled_from([LINES, "application/jsonl; charset=utf-8", "application/json-seq", "application/geo+json-seq;x=y"]),
)
def test_what_is_written_is_read_again(values: list[Any], media_type: str) -> None:
    body = written_lines(values, media_type)
    assert body.count(b"\n") == len(values)
    assert body.startswith(b"\x1e") == ("seq" in media_type and bool(values))
    assert [write(each) for each in parsed_lines(body)] == [write(each) for each in values]


def test_a_body_is_sent_line_by_line() -> None:
    draft = drafted(PRICES, NOWHERE, {}, (), [{"a": "é\n"}, 1])
    assert (draft.body, draft.headers["Content-Type"]) == ('{"a":"é\\n"}\n1\n'.encode(), LINES)
