"""What a story's calls look like on the wire, and what is kept of them, whatever the other side does."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, unquote

import pytest

from certification.evidence.record import TOLD_SIGNATURE, Call
from certification.evidence.scenarios.tamper import Draft
from certification.evidence.scenarios.typed import UnsendableError
from sdkgen.signing.recipe import Algorithm, Carrier, Part, Placement, Recipe, TextEncoding, TimestampFormat, Value
from tests.simulators.raw_http import Answer, Connection, RawServer, exactly, fall_silent, hang_up
from tests.simulators.scripted_server import Scripted, ScriptedServer, scripted_server
from tests.simulators.small_venue import BEARER, BODY, FIRST, HEADERS, NOW_MS, QUERY, draft, small_wire

JSON = draft("jsonOrder", path__id="a/b c", query__limit="5", header__X_Note="n", body__symbol="BTC", body__amount="0.10", body__price="7")
FORM = draft("formOrder", body__symbol="BTC", body__price="7", body__amount="0.10")
QUERIED = draft("queryOrder", query__symbol="BTC", query__quantity="0.10")


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted_server() as script:
        yield script


def hmac_of(text: str) -> str:
    return hmac.new(FIRST.secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def test_a_call_carries_each_argument_in_its_place_and_a_signature_over_it(server: ScriptedServer) -> None:
    with small_wire(server.url) as wire:
        call = wire.send(JSON, actor="first")
    asked = server.last
    assert (asked.method, asked.target) == ("POST", "/base/json/a%2Fb%20c?limit=5")
    assert asked.body == b'{"symbol":"BTC","amount":0.10,"price":"7"}'
    assert asked.headers["content-type"] == "application/json"
    assert (asked.headers["x-sandbox"], asked.headers["x_note"]) == ("1", "n")
    assert asked.headers["x-sign"] == hmac_of(f"{NOW_MS}POST{asked.target.replace('?', '')}{asked.body.decode()}")
    assert (call.operation, call.actor, call.status, call.failure) == ("jsonOrder", "first", 200, "")


@pytest.mark.parametrize(
    ("place", "text", "written"),
    [
        ("body__size", "12", 12),
        ("body__size", "twelve", "twelve"),
        ("body__size", "null", "null"),
        ("body__hidden", "true", True),
        ("body__hidden", "false", False),
        ("body__symbol", "12", "12"),
        ("body__unknown", "12", "12"),
        ("body__more__level", "3", {"level": 3}),
    ],
)
def test_a_body_holds_what_the_description_asks_for(server: ScriptedServer, place: str, text: str, written: object) -> None:
    with small_wire(server.url) as wire:
        wire.send(draft("jsonOrder", **{place: text}), actor="first")
    (value,) = json.loads(server.last.body).values()
    assert value == written
    assert type(value) is type(written)


def test_a_form_holds_the_text_as_it_was_given(server: ScriptedServer) -> None:
    with small_wire(server.url) as wire:
        wire.send(draft("formOrder", body__symbol="B&C", body__amount="0.00000010"), actor="first")
    assert server.last.body == b"symbol=B%26C&amount=0.00000010"
    assert server.last.headers["content-type"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("path__id", "\ud800"),
        ("query__limit", "\ud800"),
        ("body__symbol", "\ud800"),
        ("header__X_Note", "\u20ac"),
        ("path__id", "a" * 70_000),
    ],
)
def test_a_text_of_the_exchange_s_that_no_request_can_carry_is_not_sent_and_ends_no_run(
    server: ScriptedServer, place: str, text: str
) -> None:
    with small_wire(server.url) as wire, pytest.raises(UnsendableError, match=place.replace("__", r"\.")):
        wire.send(draft("jsonOrder", **{place: text}), actor="first")


def test_a_public_call_is_not_signed(server: ScriptedServer) -> None:
    with small_wire(server.url) as wire:
        wire.send(draft("time"), actor="first")
        wire.send(JSON, actor="anonymous")
    with small_wire(server.url, None) as wire:
        wire.send(JSON, actor="first")
    assert all("x-sign" not in asked.headers for asked in server.asked)


def test_paced_calls_keep_their_distance(server: ScriptedServer) -> None:
    waits: list[float] = []
    with small_wire(server.url, waits=waits, interval_s=60.0) as wire:
        for paced in (True, True, False, True):
            wire.send(draft("time"), actor="first", paced=paced)
    assert len(waits) == 2
    assert 50 < waits[0] <= 60
    assert 110 < waits[1] <= 120


THROTTLED = Scripted(status=429, headers=(("Retry-After", "3"),))


def test_a_throttled_call_is_sent_once_more_after_the_wait(server: ScriptedServer) -> None:
    waits: list[float] = []
    server.coming = [THROTTLED]
    with small_wire(server.url, waits=waits) as wire:
        assert wire.send(draft("time"), actor="first").status == 200
    assert [round(wait) for wait in waits] == [3]
    assert len(server.asked) == 2


def test_a_call_that_breaks_the_limit_on_purpose_is_not_repeated(server: ScriptedServer) -> None:
    server.coming = [THROTTLED]
    with small_wire(server.url) as wire:
        assert wire.send(draft("time"), actor="first", paced=False).status == 429
    assert len(server.asked) == 1


WINDOW = (Part(value=Value.WINDOW),), (Placement(carrier=Carrier.HEADER, name="X-Window", value=Value.WINDOW),)
WINDOWED = replace(HEADERS, payload=(*WINDOW[0], *HEADERS.payload), placements=(*WINDOW[1], *HEADERS.placements))


_PHRASE = Placement(carrier=Carrier.HEADER, name="X-Phrase", value=Value.PASSPHRASE)
_DATE = Placement(carrier=Carrier.HEADER, name="X-Date", value=Value.TIMESTAMP)
_SIGN = Placement(carrier=Carrier.HEADER, name="X-Sign", value=Value.SIGNATURE)
_PARTS = (Value.TIMESTAMP, Value.METHOD, Value.PATH, Value.QUERY, Value.BODY)
WHOLE = Recipe(
    algorithm=Algorithm.HMAC_SHA256,
    output=TextEncoding.BASE64,
    timestamp=TimestampFormat.MILLISECONDS,
    payload=tuple(Part(value=value) for value in _PARTS),
    placements=(_PHRASE, _DATE, _SIGN),
)
"""Signs all that there is, in the manner of Coinbase."""


@pytest.mark.parametrize(
    ("call", "tamper", "signed"),
    [
        (JSON, "signed without its time", (Value.METHOD, Value.PATH, Value.QUERY, Value.BODY)),
        (JSON, "signed without its body", (Value.TIMESTAMP, Value.METHOD, Value.PATH, Value.QUERY)),
        (JSON, "signed without its query", (Value.TIMESTAMP, Value.METHOD, Value.PATH, Value.BODY)),
        (JSON, "nothing", _PARTS),
    ],
)
def test_a_signature_is_made_over_a_part(server: ScriptedServer, call: Draft, tamper: str, signed: tuple[Value, ...]) -> None:
    with small_wire(server.url, WHOLE) as wire:
        wire.send(call, actor="first", tamper=tamper)
    path, _, query = server.last.target.partition("?")
    texts = {Value.TIMESTAMP: server.last.headers["x-date"], Value.METHOD: server.last.method, Value.PATH: path, Value.QUERY: query}
    payload = "".join(texts.get(value, "") for value in signed).encode() + (server.last.body if Value.BODY in signed else b"")
    expected = base64.b64encode(hmac.new(FIRST.secret.encode(), payload, hashlib.sha256).digest()).decode()
    assert server.last.headers["x-sign"] == expected


def test_a_proof_is_wrong_in_one_letter_or_in_the_case_of_all(server: ScriptedServer) -> None:
    with small_wire(server.url, WHOLE) as wire:
        wire.send(JSON, actor="first")
        right = server.last.headers
        wire.send(JSON, actor="first", tamper="signature in another case")
        assert server.last.headers["x-sign"] == right["x-sign"].swapcase()
        wire.send(JSON, actor="first", tamper="wrong passphrase")
        assert sum(one != two for one, two in zip(server.last.headers["x-phrase"], right["x-phrase"], strict=True)) == 1
        wire.send(JSON, actor="first", tamper="signed for another method")
        assert server.last.headers["x-sign"] != right["x-sign"]
        assert server.last.method == "POST"


def test_an_answer_that_tells_the_right_signature_is_kept_without_it(server: ScriptedServer) -> None:
    with small_wire(server.url, WHOLE) as wire:
        wire.send(JSON, actor="first")
        right = server.last.headers["x-sign"]
        server.answer = Scripted(status=401, body=f'{{"expected":"{right}"}}'.encode())
        call = wire.send(JSON, actor="first", tamper="wrong signature")
    assert call.response is not None
    assert call.response.body == f'{{"expected":"{TOLD_SIGNATURE}"}}'


@pytest.mark.parametrize("recipe", [WHOLE, QUERY, BODY])
@pytest.mark.parametrize("tamper", ["wrong signature", "empty signature", "signature left out", "signature in another case"])
def test_no_right_signature_is_kept_wherever_an_answer_tells_it(server: ScriptedServer, recipe: Recipe, tamper: str) -> None:
    with small_wire(server.url, recipe) as wire:
        if not wire.can(tamper, FORM):
            return
        right = wire.seal(FORM, actor="first", tamper="wrong signature").right
        escaped = right.replace("/", r"\/")
        server.answer = Scripted(status=401, body=f'{{"expected":"{escaped}"}}'.encode(), headers=(("X-Expected", f"it is {right}"),))
        call = wire.send(FORM, actor="first", tamper=tamper)
    assert call.response is not None
    assert call.response.body == f'{{"expected":"{TOLD_SIGNATURE}"}}'
    assert dict(call.response.headers)["x-expected"] == f"it is {TOLD_SIGNATURE}"


@pytest.mark.parametrize(("recipe", "place"), [(WHOLE, "header"), (QUERY, "query"), (BODY, "body")])
def test_the_right_signature_is_known_wherever_it_stands(server: ScriptedServer, recipe: Recipe, place: str) -> None:
    with small_wire(server.url, recipe) as wire:
        wire.send(FORM, actor="first")
        sent = {
            "header": server.last.headers.get("x-sign", ""),
            "query": server.last.target.rpartition("signature=")[2],
            "body": server.last.body.decode().rpartition("signature=")[2],
        }[place]
        assert wire.seal(FORM, actor="first", tamper="wrong signature").right == unquote(sent) != ""


def test_a_signature_is_used_once_more_on_a_call_that_asks_for_twice_as_much(server: ScriptedServer) -> None:
    limited = draft("jsonOrder", path__id="1", query__limit="5")
    with small_wire(server.url, WHOLE) as wire:
        sealed = wire.seal(limited, actor="first")
        wire.deliver(sealed)
        first = server.last
        reused = wire.reused(sealed, limited)
        assert reused is not None
        wire.deliver(reused)
        assert wire.reused(sealed, draft("jsonOrder", path__id="1")) is None
        assert wire.reused(sealed, draft("time")) is None
    assert server.last.headers["x-sign"] == first.headers["x-sign"]
    assert (first.target.partition("?")[2], server.last.target.partition("?")[2]) == ("limit=5", "limit=10")


def test_a_window_is_changed_after_it_was_signed(server: ScriptedServer) -> None:
    with small_wire(server.url, WINDOWED) as wire:
        wire.send(JSON, actor="first")
        right = server.last.headers
        wire.send(JSON, actor="first", tamper="window changed after signing")
    assert (right["x-window"], server.last.headers["x-window"]) == ("5000", "6000")
    assert right["x-sign"] == server.last.headers["x-sign"]


def test_a_timestamp_is_moved_by_one_after_it_was_signed(server: ScriptedServer) -> None:
    with small_wire(server.url) as wire:
        wire.send(JSON, actor="first")
        right = server.last.headers
        wire.send(JSON, actor="first", tamper="timestamp changed after signing")
    moved = {name for name in right if right[name] != server.last.headers[name]}
    assert len(moved) == 1
    name = moved.pop()
    assert int(server.last.headers[name]) == int(right[name]) + 1


def test_what_a_request_does_not_carry_is_not_changed_in_it() -> None:
    placements = (*QUERY.placements, Placement(carrier=Carrier.QUERY, name="window", value=Value.WINDOW))
    with small_wire("http://127.0.0.1:1", replace(QUERY, placements=placements)) as wire:
        assert wire.can("window changed after signing", QUERIED)
    with small_wire("http://127.0.0.1:1", replace(QUERY, placements=placements, only_declared=True)) as wire:
        assert not wire.can("window changed after signing", QUERIED)


TAMPERS = (
    pytest.param(HEADERS, JSON, id="header"),
    pytest.param(QUERY, QUERIED, id="query"),
    pytest.param(BODY, draft("formOrder", body__symbol="BTC", body__price="0.10"), id="form"),
    pytest.param(BODY, draft("jsonOrder", path__id="1", body__symbol="BTC", body__price="0.10"), id="json"),
)


def given_signature(server: ScriptedServer, recipe: Recipe) -> str:
    asked = server.last
    if recipe is HEADERS:
        return asked.headers["x-sign"]
    if recipe is QUERY:
        return parse_qs(asked.target.partition("?")[2])["signature"][0]
    text = asked.body.decode()
    return str(json.loads(text)["signature"]) if text.startswith("{") else parse_qs(text)["signature"][0]


@pytest.mark.parametrize(("recipe", "call"), TAMPERS)
def test_a_forged_call_is_wrong_in_one_way_only(server: ScriptedServer, recipe: Recipe, call: Draft) -> None:
    with small_wire(server.url, recipe) as wire:
        wire.send(call, actor="first")
        right, genuine = given_signature(server, recipe), server.last
        wire.send(call, actor="first", tamper="wrong signature")
        wrong = given_signature(server, recipe)
        assert sum(one != other for one, other in zip(right, wrong, strict=True)) == 1
        assert (genuine.target + genuine.body.decode()).replace(right, wrong) == server.last.target + server.last.body.decode()
        assert wire.can("changed after signing", call)
        wire.send(call, actor="first", tamper="changed after signing")
        assert given_signature(server, recipe) == right
        assert (server.last.target + server.last.body.decode()).count("0.20") + server.last.body.count(b'"14"') == 1
        wire.send(call, actor="first", tamper="stale timestamp")
        sent = f"{server.last.target} {server.last.headers} {server.last.body!r}"
        assert str(NOW_MS - 15 * 60_000) in sent
        wire.send(call, actor="first", tamper="future timestamp")
        assert str(NOW_MS + 15 * 60_000) in f"{server.last.target} {server.last.headers} {server.last.body!r}"
        assert wire.can("signed by another", call)
        wire.send(call, actor="first", tamper="signed by another")
        assert given_signature(server, recipe) != right
        assert FIRST.key in str(server.last.headers)
        assert wire.can("empty signature", call) == (recipe is not BODY)
        if recipe is not BODY:
            wire.send(call, actor="first", tamper="empty signature")
            assert (server.last.headers.get("x-sign") or "") == ""
            assert right not in f"{server.last.target} {server.last.headers}"
        assert wire.can("key in another case", call)
        wire.send(call, actor="first", tamper="key in another case")
        assert FIRST.key.swapcase() in str(server.last.headers)
        assert given_signature(server, recipe) == right
        assert wire.can("signature left out", call) == (recipe is not BODY)
        if recipe is not BODY:
            wire.send(call, actor="first", tamper="signature left out")
            sent = f"{server.last.target} {server.last.headers}"
            assert "sign" not in sent.lower()
            assert FIRST.key in sent
        wire.send(call, actor="first", tamper="unsigned")
        assert right not in f"{server.last.target} {server.last.headers} {server.last.body!r}"


@pytest.mark.parametrize(
    ("recipe", "call", "tamper", "can"),
    [
        (HEADERS, JSON, "wrong signature", True),
        (HEADERS, JSON, "stale timestamp", True),
        (HEADERS, JSON, "future timestamp", True),
        (BEARER, JSON, "future timestamp", False),
        (BEARER, JSON, "signed by another", False),
        (BEARER, JSON, "empty signature", False),
        (HEADERS, JSON, "window changed after signing", False),
        (WINDOWED, JSON, "window changed after signing", True),
        (HEADERS, JSON, "timestamp changed after signing", True),
        (QUERY, QUERIED, "timestamp changed after signing", True),
        (BEARER, JSON, "timestamp changed after signing", False),
        (BODY, JSON, "timestamp changed after signing", False),
        (replace(HEADERS, timestamp=TimestampFormat.ISO_MILLISECONDS), JSON, "timestamp changed after signing", True),
        (replace(QUERY, timestamp=TimestampFormat.ISO_MILLISECONDS), QUERIED, "timestamp changed after signing", True),
        (WHOLE, QUERIED, "signed without its query", True),
        (WHOLE, draft("jsonOrder", path__id="1", body__price="7"), "signed without its query", False),
        (WHOLE, JSON, "signed without its body", True),
        (WHOLE, QUERIED, "signed without its body", False),
        (WHOLE, JSON, "signed without its time", True),
        (WHOLE, JSON, "signed for another method", True),
        (WHOLE, JSON, "signature in another case", True),
        (replace(WHOLE, output=TextEncoding.HEX), JSON, "signature in another case", False),
        (WHOLE, JSON, "wrong passphrase", True),
        (QUERY, QUERIED, "wrong passphrase", False),
        (replace(WHOLE, payload=(Part(value=Value.TIMESTAMP),)), JSON, "signed without its time", False),
        (BEARER, JSON, "signed for another method", False),
        (HEADERS, JSON, "unsigned", True),
        (HEADERS, draft("jsonOrder", path__id="1"), "changed after signing", False),
        (HEADERS, draft("jsonOrder", path__id="1", body__symbol="BTC"), "changed after signing", False),
        (HEADERS, draft("jsonOrder", path__id="1", body__price="-1"), "changed after signing", False),
        (HEADERS, draft("jsonOrder", path__id="1", body__price="1E999999"), "changed after signing", False),
        (HEADERS, draft("time"), "unsigned", False),
        (BEARER, JSON, "wrong signature", False),
        (BEARER, JSON, "stale timestamp", False),
        (BEARER, JSON, "changed after signing", False),
        (BEARER, JSON, "unsigned", True),
        (None, JSON, "unsigned", False),
    ],
)
def test_only_what_a_recipe_proves_can_be_forged(recipe: Recipe | None, call: Draft, tamper: str, *, can: bool) -> None:
    with small_wire("http://127.0.0.1:1", recipe) as wire:
        assert wire.can(tamper, call) is can


def test_no_credential_is_kept_wherever_the_other_side_repeats_it(server: ScriptedServer) -> None:
    echo = f'{{"s":"{FIRST.secret}","q":"first-secret%2F%2B","p":"{FIRST.passphrase}","k":"{FIRST.key}","o":"second-secret"}}'
    server.answer = Scripted(body=echo.encode(), headers=(("X-Echo", FIRST.secret), ("X-Sign", "abc")))
    with small_wire(server.url) as wire:
        call = wire.send(JSON, actor="first")
    text = repr(call)
    for secret in ("first-secret", "second-secret", "open sesame", "first-key", server.last.headers["x-sign"]):
        assert secret not in text
    assert call.response is not None
    assert dict(call.response.headers)["x-sign"] == "***"


@pytest.mark.parametrize(("recipe", "call"), TAMPERS)
def test_no_signature_is_kept(server: ScriptedServer, recipe: Recipe, call: Draft) -> None:
    with small_wire(server.url, recipe) as wire:
        kept = wire.send(call, actor="first")
    assert given_signature(server, recipe) not in repr(kept)
    assert "***" in repr(kept.request)


def test_bytes_that_are_no_text_are_kept_as_base64(server: ScriptedServer) -> None:
    server.answer = Scripted(body=b"\xff\xfe")
    with small_wire(server.url) as wire:
        call = wire.send(JSON, actor="first")
    assert call.response is not None
    assert (call.response.body, call.response.base64) == ("//4=", True)


def unanswered(answer: Answer, *, url: str = "", **bounds: Any) -> Call:
    with RawServer(answer) as server, small_wire(url or server.url, **bounds) as wire:
        return wire.send(JSON, actor="first")


def test_no_answer_is_recorded_with_the_reason() -> None:
    assert unanswered(hang_up).failure.startswith("RemoteProtocolError")
    assert unanswered(hang_up, url="http://127.0.0.1:1").failure.startswith("ConnectError")
    assert unanswered(exactly(b"nonsense\r\n\r\n", close=True)).failure.startswith("RemoteProtocolError")
    late = unanswered(fall_silent, timeout_s=0.05)
    assert (late.status, late.response) == (None, None)
    assert late.failure.startswith("ReadTimeout")


def test_an_endless_answer_is_cut_off() -> None:
    endless = exactly(b"HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n" + b"x" * 2000)
    assert "longer than 1,000 bytes" in unanswered(endless, most_bytes=1000).failure


def test_an_answer_that_drips_is_cut_off_when_the_whole_call_took_too_long() -> None:
    def drip(connection: Connection) -> None:
        connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n")
        while not connection.stopped.is_set():
            connection.send(b"x" * 100)

    assert unanswered(drip, timeout_s=0.1, most_bytes=10**9).failure.startswith("ReadTimeout")
