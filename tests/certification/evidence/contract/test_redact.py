from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.evidence.contract.redact import Redactor
from certification.profile import ExchangeProfile
from sdkgen.signing.request import Credentials
from sdkgen.stream_protocol import ListenKey

ACCOUNT = Credentials(key="the-key", secret='se"cret/+ &', passphrase="öpen")
KEY = "pqia91ma19a5s61cv6a81va65s"


@pytest.fixture
def redactor(profile: ExchangeProfile) -> Redactor:
    return Redactor((ACCOUNT,), profile.signing)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('se"cret/+ &', id="as-it-is"),
        pytest.param("se%22cret%2F%2B%20%26", id="percent"),
        pytest.param("se%22cret%2F%2B+%26", id="form"),
        pytest.param('se\\"cret/+ &', id="json"),
        pytest.param("\\u00f6pen", id="json-ascii"),
        pytest.param("the-key", id="key"),
    ],
)
def test_a_secret_is_taken_out_however_it_is_written(redactor: Redactor, text: str) -> None:
    assert redactor.text(f"a={text};") == "a=***;"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("curl -H 'X-Sign: abc123' -H 'X-Time: 5' u", "curl -H 'X-Sign: ***' -H 'X-Time: 5' u"),
        ("x-sign: abc\nnext: 1", "x-sign: ***\nnext: 1"),
        ("http://h/p?X-Sign=abc&limit=1", "http://h/p?X-Sign=***&limit=1"),
    ],
)
def test_what_is_made_of_a_secret_is_taken_out_by_its_name(redactor: Redactor, text: str, expected: str) -> None:
    assert redactor.text(text) == expected


def test_documents_are_redacted_by_name_by_value_and_inside_encoded_bodies(redactor: Redactor) -> None:
    body = base64.b64encode(b'{"k":"the-key","b":"\xff"}').decode()
    document = {"headers": {"X-Sign": ["abc"], "x-key": "q", "X-Time": ["5"]}, "list": ["the-key", 1, None], "content": {"$base64": body}}
    redacted = redactor.value(document)
    assert redacted["headers"] == {"X-Sign": ["***"], "x-key": "***", "X-Time": ["5"]}
    assert redacted["list"] == ["***", 1, None]
    assert base64.b64decode(redacted["content"]["$base64"]) == b'{"k":"***","b":"\xff"}'


def test_a_body_that_is_not_base64_is_hidden_whole(redactor: Redactor) -> None:
    assert redactor.value({"$base64": "not base64!"}) == {"$base64": "***"}


def test_without_accounts_and_recipe_nothing_is_touched() -> None:
    assert Redactor((), None).value({"X-Sign": "abc", "text": "X-Sign: abc"}) == {"X-Sign": "abc", "text": "X-Sign: abc"}


@given(secret=st.text(min_size=6).filter(lambda text: "*" not in text), before=st.text(max_size=5), after=st.text(max_size=5))
def test_no_secret_survives_in_a_document(secret: str, before: str, after: str) -> None:
    redactor = Redactor((Credentials(key="unlikely-key", secret=secret),), None)
    document = {"a": [f"{before}{secret}{after}"], "b": {"c": secret}}
    assert json.dumps(secret)[1:-1] not in json.dumps(redactor.value(document))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(f'{{"result": {{"token": "{KEY}"}}}}', '{"result": {"token": "***"}}', id="an answer"),
        pytest.param(f'"{{\\"token\\":\\"{KEY}\\"}}"', '"{\\"token\\":\\"***\\"}"', id="an answer in a text"),
        pytest.param(f"PUT /key?listenKey={KEY}&a=1", "PUT /key?listenKey=***&a=1", id="a query"),
        pytest.param('{"token":"1234567/89abcdef\\/gh"}', '{"token":"***"}', id="with an escaped slash"),
        pytest.param('{"token": "USDT"}', '{"token": "USDT"}', id="a currency"),
    ],
)
def test_keys_to_private_streams_are_taken_out_by_their_names(text: str, expected: str) -> None:
    redactor = Redactor((), None, ListenKey(create="makeKey", keep_alive="keepKey", place="result.token", argument="query.listenKey"))
    assert redactor.text(text) == expected
    assert redactor.value({"listenKey": KEY, "token": "USDT"}) == {"listenKey": "***", "token": "USDT"}
    encoded = redactor.value({"$base64": base64.b64encode(text.encode()).decode()})["$base64"]
    assert base64.b64decode(encoded).decode() == expected
