from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from threading import Barrier, Thread
from typing import Any

import pytest

from sdkgen.python.runtime.answer import Reply, retry_after_ms
from sdkgen.python.runtime.codec import ANY, BINARY, DECIMAL, INTEGER, STRING, ListOf, MapOf
from sdkgen.python.runtime.draft import Credentials
from sdkgen.python.runtime.errors import (
    ApiError,
    ArgumentError,
    ConfigurationError,
    DeadlineError,
    DecodeError,
    RateLimitError,
    TransportError,
    error_type,
)
from sdkgen.python.runtime.model import Model, field
from sdkgen.python.runtime.operation import OPTIONALLY_SIGNED, SIGNED, Body, Operation, Parameter, Returned
from sdkgen.python.runtime.recipe import Part, Placement, Recipe
from sdkgen.python.runtime.session import Session, Settings, system_clock
from sdkgen.python.runtime.transport import Origin, origin_of
from tests.simulators.raw_http import Answer, RawServer, answer, exactly, fall_silent, hang_up


class Price(Model):
    price: Decimal = field("price", DECIMAL)


RECIPE = Recipe(
    algorithm="hmac-sha256",
    placements=(Placement("header", "X-Key", "key"), Placement("query", "time", "timestamp"), Placement("query", "sig", "signature")),
    payload=(Part("query"),),
)
GET: Operation[Price] = Operation(
    "getPrice",
    "GET",
    "/v1/{symbol}/price",
    parameters=(
        Parameter("path", "symbol", "symbol", STRING, required=True, style="simple"),
        Parameter("query", "limit", "limit", INTEGER),
        Parameter("header", "X-Trace", "x_trace", STRING, style="simple"),
        Parameter("cookie", "session", "session", STRING),
    ),
    returned=(Returned("200", "json", "application/json", Price), Returned("204", "")),
)


def settings_for(url: str, **changes: Any) -> Settings:
    given: dict[str, Any] = {
        "package": "a-package",
        "user_agent": "a-package/1.0.0",
        "base_url": url,
        "recipe": RECIPE,
        "credentials": Credentials("k", "s", None),
        "timeout": 5.0,
        "headers": {},
        "clock": lambda: 1700000000123,
        "nonce": None,
        "context": None,
    }
    return Settings(**{**given, **changes})


def session_for(server: RawServer, **changes: Any) -> Session:
    return Session(settings_for(server.url, **changes), origin_of(server.url + "/base/"), own_servers=False)


@pytest.fixture
def serve() -> Iterator[Callable[..., tuple[RawServer, Session]]]:
    opened: list[tuple[RawServer, Session]] = []

    def start(*answers: Answer, **changes: Any) -> tuple[RawServer, Session]:
        server = RawServer(*answers).__enter__()
        opened.append((server, session_for(server, **changes)))
        return opened[-1]

    yield start
    for server, session in opened:
        session.close()
        server.__exit__(None, None, None)


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
        "Accept-Encoding": "identity",
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


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    "act",
    [
        hang_up,
        exactly(b"", close=True),
        exactly(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", close=True),
        exactly(CHUNKED + b"5\r\n{", close=True),
        exactly(CHUNKED + b"zz\r\n", close=True),
        exactly(b"nonsense\r\n\r\n", close=True),
        exactly(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000, close=True),
    ],
    ids=["closed", "empty", "truncated", "truncated chunk", "bad chunk", "no http", "endless header"],
)
def test_no_whole_answer_is_a_transport_error_and_nothing_is_sent_twice(serve: Any, act: Answer) -> None:
    server, session = serve(act)
    with pytest.raises(TransportError) as raised:
        session.call(GET, ("X", None, None, None))
    assert raised.value.kind == "transport"
    assert len(server.received) == 1


def test_a_refused_connection_is_a_transport_error() -> None:
    server = RawServer(hang_up)
    url = server.url
    with server:
        pass
    session = Session(settings_for(url), origin_of(url), own_servers=False)
    with pytest.raises(TransportError, match="refused"):
        session.call(GET, ("X", None, None, None))


@pytest.mark.parametrize(
    "act",
    [fall_silent, exactly(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")],
    ids=["before the answer", "inside the answer"],
)
def test_silence_ends_at_the_deadline(serve: Any, act: Answer) -> None:
    _, session = serve(act, timeout=0.2)
    begun = time.monotonic()
    with pytest.raises(DeadlineError) as raised:
        session.call(GET, ("X", None, None, None))
    assert raised.value.kind == "timeout"
    assert time.monotonic() - begun < 3


def test_an_answer_that_drips_ends_at_the_deadline_too(serve: Any) -> None:
    def drip(connection: Any) -> None:
        connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while not connection.stopped.wait(0.02):
            connection.send(b"x")

    _, session = serve(drip, timeout=0.3)
    begun = time.monotonic()
    with pytest.raises(DeadlineError):
        session.call(GET, ("X", None, None, None))
    assert time.monotonic() - begun < 3


def test_another_timeout_uses_the_same_connections(serve: Any) -> None:
    server, session = serve(answer('{"price":1}'), fall_silent)
    session.call(GET, ("X", None, None, None))
    with pytest.raises(DeadlineError, match=r"within 0\.1 s"):
        session.derived(timeout=0.1).call(GET, ("X", None, None, None))
    assert {each.connection for each in server.received} == {1}
    for wrong in (0, -1, float("nan")):
        with pytest.raises(ConfigurationError, match="timeout"):
            session.derived(timeout=wrong)
        with pytest.raises(ConfigurationError, match="timeout"):
            settings_for(server.url, timeout=wrong)


def test_chunked_answers_are_read_whole(serve: Any) -> None:
    _, session = serve(exactly(CHUNKED + b'7\r\n{"price\r\n4\r\n":1}\r\n0\r\n\r\n'))
    assert session.call(GET, ("X", None, None, None)).price == 1
    assert session.call(GET, ("X", None, None, None)).price == 1


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, "bad_request"),
        (401, "authentication"),
        (403, "permission_denied"),
        (404, "not_found"),
        (409, "conflict"),
        (418, "rate_limit"),
        (422, "unprocessable"),
        (429, "rate_limit"),
        (500, "server"),
        (503, "server"),
        (599, "server"),
        (302, "api"),
        (402, "api"),
        (600, "api"),
    ],
)
def test_every_status_has_its_kind_and_no_redirect_is_followed(serve: Any, status: int, kind: str) -> None:
    server, session = serve(answer('{"code":-1121,"msg":"Invalid symbol."}', status=status, headers=("Location: /elsewhere",)))
    with pytest.raises(ApiError) as raised:
        session.call(GET, ("X", None, None, None))
    error = raised.value
    assert (error.kind, error.status, error.code, error.message) == (kind, status, "-1121", "Invalid symbol.")
    assert type(error) is error_type(status)
    assert error.body == {"code": -1121, "msg": "Invalid symbol."}
    assert len(server.received) == 1


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        ('{"error":{"code":"insufficient","message":"No funds"}}', "insufficient", "No funds"),
        ('{"errors":[{"code":5,"detail":"x"}]}', "5", "x"),
        ('{"error":["EOrder:Insufficient funds","b"],"result":{}}', None, "EOrder:Insufficient funds; b"),
        ('{"error":"nonceBelowThreshold"}', None, "nonceBelowThreshold"),
        ('{"retCode":10001,"retMsg":"bad"}', "10001", "bad"),
        ('[{"code":"a","message":"b"}]', "a", "b"),
        ('"plain"', None, "plain"),
        ("[]", None, ""),
        ("<html>down</html>", None, ""),
        ("", None, ""),
        ('{"code":true}', None, ""),
    ],
)
def test_codes_and_messages_are_found_where_exchanges_put_them(serve: Any, body: str, code: str | None, message: str) -> None:
    _, session = serve(answer(body, status=400))
    with pytest.raises(ApiError) as raised:
        session.call(GET, ("X", None, None, None))
    assert (raised.value.code, raised.value.message, raised.value.text) == (code, message, body)


def test_an_error_s_text_cannot_command_a_terminal(serve: Any) -> None:
    _, session = serve(answer('{"message":"\\u001b[2J' + "x" * 900 + '\\nfake line"}', status=400))
    with pytest.raises(ApiError) as raised:
        session.call(GET, ("X", None, None, None))
    assert "\x1b" not in str(raised.value)
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 300


@pytest.mark.parametrize(
    ("text", "wait"),
    [
        ("3", 3000),
        ("0.25", 250),
        ("Tue, 14 Nov 2023 22:13:30 GMT", 10_000),
        ("Tue, 14 Nov 2003 22:13:30 GMT", 0),
        ("soon", None),
        ("", None),
        ("-1", None),
        ("1" * 40, 31_536_000_000),
        ("Tue, 99 Nov 2023 22:13:30 GMT", None),
        ("²", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(text: str, wait: int | None) -> None:
    assert retry_after_ms(text, 1_700_000_000_000) == wait


def test_a_rate_limit_says_how_long_to_wait(serve: Any) -> None:
    _, session = serve(answer("{}", status=429, headers=("Retry-After: 2",)))
    with pytest.raises(RateLimitError) as raised:
        session.call(GET, ("X", None, None, None))
    assert raised.value.retry_after_ms == 2000


@pytest.mark.parametrize(
    ("body", "path"),
    [('{"price":"1"}', "$.price"), ("<html>", ""), ("", ""), ('{"price":1', ""), ("[1]", "$"), ('{"price":NaN}', "")],
)
def test_a_success_that_does_not_fit_its_type_is_a_decode_error(serve: Any, body: str, path: str) -> None:
    _, session = serve(answer(body))
    with pytest.raises(DecodeError, match="getPrice") as raised:
        session.call(GET, ("X", None, None, None))
    assert (raised.value.path, raised.value.status) == (path, 200)


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


def test_a_closed_client_says_so(serve: Any) -> None:
    _, session = serve(answer(""))
    session.close()
    with pytest.raises(ConfigurationError, match="closed"):
        session.call(Operation("n", "GET", "/n"))


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


def test_nothing_shows_a_secret(serve: Any) -> None:
    _, session = serve(answer("{}", status=401), credentials=Credentials("k", "hush", "hush"))
    with pytest.raises(ApiError) as raised:
        session.call(Operation("s", "GET", "/s", signed=SIGNED))
    assert "hush" not in repr(session) + repr(raised.value) + repr(vars(raised.value))
    with pytest.raises(ConfigurationError) as wrong:
        settings_for("http://x", headers={"Authorization": "hush\n"})
    assert "hush" not in str(wrong.value)


def test_the_clock_tells_milliseconds() -> None:
    assert abs(system_clock() - time.time() * 1000) < 10_000
