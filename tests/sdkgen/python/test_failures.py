from __future__ import annotations

import time
from typing import Any

import pytest

from sdkgen.python.runtime.answer import retry_after_ms
from sdkgen.python.runtime.draft import Credentials
from sdkgen.python.runtime.errors import (
    ApiError,
    ConfigurationError,
    DeadlineError,
    DecodeError,
    RateLimitError,
    TransportError,
    error_type,
)
from sdkgen.python.runtime.operation import SIGNED, Operation
from sdkgen.python.runtime.session import Session
from sdkgen.python.runtime.transport import origin_of
from tests.sdkgen.python.calls import GET, settings_for
from tests.simulators.raw_http import Answer, RawServer, answer, exactly, fall_silent, hang_up

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


def test_credentials_that_an_answer_repeats_are_in_no_error(serve: Any) -> None:
    body = '{"code":-2,"msg":"the key my-key is not known","sent":{"key":"my-key","passphrase":"my-phrase"}}'
    _, session = serve(answer(body, status=400), credentials=Credentials("my-key", "my-secret", "my-phrase"))
    with pytest.raises(ApiError) as raised:
        session.call(GET, ("X", None, None, None))
    error = raised.value
    assert (error.code, error.message, error.attempts) == ("-2", "the key *** is not known", 1)
    assert error.body == {"code": -2, "msg": "the key *** is not known", "sent": {"key": "***", "passphrase": "***"}}
    assert "my-" not in f"{error}{error.text}"


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


def test_a_closed_client_says_so(serve: Any) -> None:
    _, session = serve(answer(""))
    session.close()
    with pytest.raises(ConfigurationError, match="closed"):
        session.call(Operation("n", "GET", "/n"))


def test_nothing_shows_a_secret(serve: Any) -> None:
    _, session = serve(answer("{}", status=401), credentials=Credentials("k", "hush", "hush"))
    with pytest.raises(ApiError) as raised:
        session.call(Operation("s", "GET", "/s", signed=SIGNED))
    assert "hush" not in repr(session) + repr(raised.value) + repr(vars(raised.value))
    with pytest.raises(ConfigurationError) as wrong:
        settings_for("http://x", headers={"Authorization": "hush\n"})
    assert "hush" not in str(wrong.value)


def test_chunked_answers_are_read_whole(serve: Any) -> None:
    _, session = serve(exactly(CHUNKED + b'7\r\n{"price\r\n4\r\n":1}\r\n0\r\n\r\n'))
    assert session.call(GET, ("X", None, None, None)).price == 1
    assert session.call(GET, ("X", None, None, None)).price == 1
