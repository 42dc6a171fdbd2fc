from __future__ import annotations

import time
from decimal import Decimal
from threading import Barrier, Thread
from typing import Any

import pytest

from sdkgen.python.runtime.answer import Reply
from sdkgen.python.runtime.codec import ANY, BINARY, INTEGER, STRING
from sdkgen.python.runtime.containers import ListOf, MapOf
from sdkgen.python.runtime.draft import Credentials
from sdkgen.python.runtime.errors import (
    ArgumentError,
    ConfigurationError,
    DecodeError,
)
from sdkgen.python.runtime.operation import OPTIONALLY_SIGNED, SIGNED, Body, Operation, Returned
from sdkgen.python.runtime.session import Session, system_clock
from sdkgen.python.runtime.transport import Origin, origin_of
from tests.sdkgen.python.calls import GET, Price, settings_for
from tests.simulators.raw_http import answer


def test_a_call_sends_every_argument_to_its_place_and_gives_a_typed_answer(serve: Any) -> None:
    server, session = serve(answer('{"price":1.10,"new":true}'))
    price = session.call(GET, ("BTC/USD", 5, "t", "s;"))
    assert price == Price(price=Decimal("1.10"), extra={"new": True})
    request = server.received[0]
    assert request.start == "GET /base/v1/BTC%2FUSD/price?limit=5 HTTP/1.1"
    assert dict(request.headers) == {
        "Host": server.url.removeprefix("http://"),
        "Accept": "application/json",
        "User-Agent": "a-package/1.0.0",
        "X-Trace": "t",
        "Cookie": "session=s%3B",
        "Accept-Encoding": "gzip, deflate",
    }


def test_what_is_none_is_not_sent_and_what_is_required_is_asked_for(serve: Any) -> None:
    server, session = serve(answer('{"price":1}'))
    session.call(GET, ("X", None, None, None))
    assert server.received[0].start == "GET /base/v1/X/price HTTP/1.1"
    with pytest.raises(ArgumentError, match="getPrice needs symbol"):
        session.call(GET, (None, None, None, None))
    with pytest.raises(ArgumentError, match="limit: expected an int, found"):
        session.call(GET, ("X", "5", None, None))
    assert len(server.received) == 1


def test_connections_are_kept_and_shared_by_threads(serve: Any) -> None:
    server, session = serve(answer('{"price":1}'))
    for _ in range(3):
        session.call(GET, ("X", None, None, None))
    assert {each.connection for each in server.received} == {1}
    barrier = Barrier(4)

    def work() -> None:
        barrier.wait()
        for _ in range(5):
            session.call(GET, ("X", None, None, None))

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(server.received) == 23
    assert len({each.connection for each in server.received}) <= 5


def test_a_connection_that_the_server_closed_meanwhile_is_not_used_again(serve: Any) -> None:
    server, session = serve(answer('{"price":1}'))
    session.call(GET, ("X", None, None, None))
    server.drop_idle()
    session.call(GET, ("X", None, None, None))
    assert [each.connection for each in server.received] == [1, 2]


def test_an_answer_that_says_close_closes(serve: Any) -> None:
    server, session = serve(answer('{"price":1}', close=True), answer('{"price":2}'))
    session.call(GET, ("X", None, None, None))
    assert session.call(GET, ("X", None, None, None)).price == 2
    assert [each.connection for each in server.received] == [1, 2]


def test_a_signed_call_carries_key_time_and_signature(serve: Any) -> None:
    signed: Operation[Price] = Operation("s", "POST", "/s", returned=(Returned("200", "json", "application/json", Price),), signed=SIGNED)
    server, session = serve(answer('{"price":1}'))
    session.call(signed)
    request = server.received[0]
    assert request.start.startswith("POST /base/s?time=1700000000123&sig=")
    assert request.header("X-Key") == "k"
    assert request.header("Content-Length") == "0"


def test_a_signed_call_without_credentials_sends_nothing(serve: Any) -> None:
    signed: Operation[None] = Operation("s", "GET", "/s", signed=SIGNED)
    optional: Operation[None] = Operation("o", "GET", "/o", signed=OPTIONALLY_SIGNED, returned=(Returned("200", ""),))
    server, session = serve(answer(""), credentials=Credentials(None, None, None))
    with pytest.raises(ConfigurationError, match="needs key"):
        session.call(signed)
    session.call(optional)
    assert [each.start for each in server.received] == ["GET /base/o HTTP/1.1"]


def test_without_a_recipe_nothing_is_signed(serve: Any) -> None:
    server, session = serve(answer(""), recipe=None, headers={"Authorization": "Bearer t"})
    session.call(Operation("s", "GET", "/s", signed=SIGNED))
    assert server.received[0].header("Authorization") == "Bearer t"
    with pytest.raises(ConfigurationError):
        settings_for(server.url, recipe=None).signer()


def test_an_operation_without_room_for_a_signature_gets_the_headers_only(serve: Any) -> None:
    server, session = serve(answer(""))
    session.call(Operation("s", "GET", "/s", signed=SIGNED, places=(0,)))
    assert (server.received[0].start, server.received[0].header("X-Key")) == ("GET /base/s HTTP/1.1", "k")


@pytest.mark.parametrize(
    ("body", "given", "content_type", "sent"),
    [
        (Body("json", "application/json", Price), Price(price=Decimal("1.10")), "application/json", b'{"price":1.10}'),
        (Body("json", "application/json", ListOf(INTEGER)), [1, 2], "application/json", b"[1,2]"),
        (
            Body("form", "application/x-www-form-urlencoded", Price),
            Price(price=Decimal("1.10")),
            "application/x-www-form-urlencoded",
            b"price=1.10",
        ),
        (Body("text", "text/plain", STRING), "é", "text/plain", "é".encode()),
        (Body("binary", "application/zip", BINARY), b"\xff\x00", "application/zip", b"\xff\x00"),
    ],
)
def test_bodies_travel_in_their_encoding(serve: Any, body: Body, given: object, content_type: str, sent: bytes) -> None:
    server, session = serve(answer(""))
    session.call(Operation("b", "POST", "/b", body=body), (), given)
    request = server.received[0]
    assert (request.header("Content-Type"), request.body) == (content_type, sent)


def test_a_multipart_body_names_its_boundary(serve: Any) -> None:
    server, session = serve(answer(""))
    body = Body("multipart", "multipart/form-data", MapOf(BINARY), binary=frozenset({"f"}))
    session.call(Operation("b", "POST", "/b", body=body), (), {"f": b"\xff"})
    kind, _, boundary = (server.received[0].header("Content-Type") or "").partition("; boundary=")
    assert kind == "multipart/form-data"
    assert server.received[0].body.startswith(f"--{boundary}\r\n".encode())
    assert b"\xff" in server.received[0].body


def test_a_required_body_is_asked_for_and_an_optional_one_is_left_out(serve: Any) -> None:
    server, session = serve(answer(""))
    with pytest.raises(ArgumentError, match="body"):
        session.call(Operation("b", "POST", "/b", body=Body("json", "application/json", ANY)))
    with pytest.raises(ArgumentError, match="expected bytes"):
        session.call(Operation("b", "POST", "/b", body=Body("binary", "a/b", BINARY)), (), "text")
    session.call(Operation("b", "POST", "/b", body=Body("json", "application/json", ANY, required=False)))
    assert (server.received[0].header("Content-Type"), server.received[0].body) == (None, b"")


@pytest.mark.parametrize(
    ("status", "content_type", "content", "value"),
    [
        (200, "application/json", b'{"a":1.0}', {"a": Decimal("1.0")}),
        (200, "text/csv; charset=utf-8", b"a,b", "a,b"),
        (200, "application/zip", b"\xff", b"\xff"),
        (200, "application/unheard-of", b"[1]", [1]),
        (201, "application/json", b'{"price":1}', Price(price=Decimal(1))),
        (202, "application/json", b'{"a":1}', {"a": 1}),
        (203, "application/json", b'"x"', "x"),
    ],
)
def test_the_status_and_the_media_type_choose_how_an_answer_is_read(
    serve: Any, status: int, content_type: str, content: bytes, value: object
) -> None:
    many: Operation[Any] = Operation(
        "m",
        "GET",
        "/m",
        returned=(
            Returned("200", "json", "application/json", ANY),
            Returned("200", "text", "text/csv", STRING),
            Returned("200", "binary", "application/zip", BINARY),
            Returned("201", "json", "application/json", Price),
            Returned("2XX", "json", "application/json", MapOf(INTEGER) if status == 202 else STRING),
        ),
    )
    server, session = serve(answer(content, status=status, headers=(f"Content-Type: {content_type}",)))
    assert session.call(many) == value
    assert server.received[0].header("Accept") == "application/json, text/csv, application/zip"


def test_text_that_is_no_text_is_a_decode_error(serve: Any) -> None:
    text: Operation[str] = Operation("t", "GET", "/t", returned=(Returned("200", "text", "text/plain", STRING),))
    _, session = serve(answer(b"\xff", headers=("Content-Type: text/plain",)))
    with pytest.raises(DecodeError, match="UTF-8"):
        session.call(text)


def test_a_success_of_an_unknown_status_is_read_as_the_known_one_and_none_as_nothing(serve: Any) -> None:
    _, session = serve(answer('{"price":1}', status=206), answer("", status=204), answer("anything"))
    assert session.call(GET, ("X", None, None, None)).price == 1
    assert session.call(GET, ("X", None, None, None)) is None
    assert session.call(Operation("n", "GET", "/n")) is None


def test_replies_are_noted_where_asked(serve: Any) -> None:
    _, session = serve(answer('{"price":1.0}', headers=("X-Left: 1", "X-Left: 2")))
    replies: list[Reply[Any]] = []
    session.derived(replies=replies).call(GET, ("X", None, None, None))
    assert (replies[0].status, replies[0].headers["x-left"], replies[0].body) == (200, "1, 2", b'{"price":1.0}')


def test_an_operation_with_a_server_of_its_own_goes_there_unless_the_caller_chose(serve: Any) -> None:
    other, _ = serve(answer(""))
    server, session = serve(answer(""))
    away: Operation[None] = Operation("a", "GET", "/a", server=other.url + "/own")
    session.call(away)
    own = Session(settings_for(server.url), origin_of(server.url), own_servers=True)
    own.call(away)
    own.close()
    assert [each.start for each in server.received] == ["GET /base/a HTTP/1.1"]
    assert [each.start for each in other.received] == ["GET /own/a HTTP/1.1"]


def test_a_deprecated_operation_warns(serve: Any) -> None:
    _, session = serve(answer(""))
    with pytest.warns(DeprecationWarning, match="old is deprecated"):
        session.call(Operation("old", "GET", "/a", deprecated=True))


@pytest.mark.parametrize(
    ("url", "origin", "authority"),
    [
        ("https://api.example.com", Origin("https", "api.example.com", 443, ""), "api.example.com"),
        ("HTTPS://API.Example.com:443/v1/", Origin("https", "api.example.com", 443, "/v1"), "api.example.com"),
        ("http://127.0.0.1:8080/a/b", Origin("http", "127.0.0.1", 8080, "/a/b"), "127.0.0.1:8080"),
        ("http://[::1]:81", Origin("http", "[::1]", 81, ""), "[::1]:81"),
        ("http://[::1]", Origin("http", "[::1]", 80, ""), "[::1]"),
    ],
)
def test_a_base_url_is_taken_apart(url: str, origin: Origin, authority: str) -> None:
    assert origin_of(url) == origin
    assert origin_of(url).authority == authority


@pytest.mark.parametrize(
    "url", ["", "ftp://x", "http://", "http://u:p@x", "http://x?y", "http://x#y", "http://x:y", "x.com", "http://a b", "http://a\r\nb"]
)
def test_what_is_no_plain_base_url_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match="no plain http"):
        origin_of(url)


def test_the_clock_tells_milliseconds() -> None:
    assert abs(system_clock() - time.time() * 1000) < 10_000
