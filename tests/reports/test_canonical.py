from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import canonical
from reports.errors import CanonicalError

DOCUMENTS: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(DOCUMENTS)
def test_what_is_written_is_read_back(document: Any) -> None:
    assert canonical.read(canonical.write(document), "it") == document


@given(DOCUMENTS)
def test_there_is_one_way_to_write(document: Any) -> None:
    written = canonical.write(document)
    assert canonical.write(json.loads(written)) == written


def test_the_example_of_rfc_8785() -> None:
    # section 3.2.3: sorted by UTF-16 code units, so the surrogate pair comes before U+FB33
    names = {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew",
        "1": "One",
        "\U0001f600": "Emoji",
        "\u0080": "Control",
        "\u00f6": "o",
    }

    written = canonical.write(names)

    assert list(json.loads(written)) == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    assert canonical.write("\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/") == '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'.encode()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b'{"a": 1}', "byte 5 is not as canonical", id="white space"),
        pytest.param(b'{"b":1,"a":1}', "the key 'b' is not where canonical JSON has it", id="order"),
        pytest.param(b"1\n", "byte 1 is not as canonical", id="a line break at the end"),
        pytest.param(b'{"a":1,"a":2}', "the key 'a' stands twice", id="a key twice"),
        pytest.param(b"1.0", r"the number 1\.0 is not an integer", id="a float"),
        pytest.param(b"1e3", "the number 1e3 is not an integer", id="an exponent"),
        pytest.param(b"NaN", "the number NaN is not an integer", id="not a number"),
        pytest.param(b"-0", "is not as canonical", id="minus zero"),
        pytest.param(b'"\\u0041"', "is not as canonical", id="an escape that is not needed"),
        pytest.param(b"9007199254740992", "too large for JSON", id="a large integer"),
        pytest.param(b'"\\ud800"', "lone surrogate", id="half a character"),
        pytest.param(b'"\xff"', "it: not a JSON document", id="not UTF-8"),
        pytest.param(b"{", "it: not a JSON document", id="half a document"),
        pytest.param(b"[" * 100_000, "it: not a JSON document", id="too deep"),
    ],
)
def test_anything_else_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(CanonicalError, match=said):
        canonical.read(content, "it")


def test_a_document_without_end_is_not_written() -> None:
    endless: list[Any] = []
    endless.append(endless)

    with pytest.raises(CanonicalError, match="nested too deeply"):
        canonical.write(endless)


@pytest.mark.parametrize(
    ("document", "said"),
    [
        pytest.param({"a": [1.5]}, r"\$\.a\[0\]: a float has no place", id="a float"),
        pytest.param({1: "a"}, "the key 1 is not text", id="a key that is a number"),
        pytest.param({"a": b"x"}, "a bytes has no place", id="bytes"),
        pytest.param(2**53, "too large", id="a large integer"),
    ],
)
def test_what_has_no_canonical_form_is_not_written(document: Any, said: str) -> None:
    with pytest.raises(CanonicalError, match=said):
        canonical.write(document)
