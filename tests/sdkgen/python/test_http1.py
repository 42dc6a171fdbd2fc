from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sdkgen.python.runtime import answerreader
from sdkgen.python.runtime.answerreader import AnswerReader
from sdkgen.python.runtime.errors import ConfigurationError
from sdkgen.python.runtime.http1 import Answer, Request, origin_of

OK = b"HTTP/1.1 200 OK\r\n"


def read(content: bytes, *cuts: int, method: str = "GET", closed: bool = False) -> AnswerReader:
    reader = AnswerReader(method)
    edges = [0, *sorted(min(cut, len(content)) for cut in cuts), len(content)]
    for begin, end in pairwise(edges):
        reader.feed(content[begin:end])
    if closed:
        reader.end()
    return reader


WHOLE = [
    (OK + b"Content-Length: 5\r\nX-A: 1\r\nX-a:  2 \r\n\r\nhello", Answer(200, {"content-length": "5", "x-a": "1, 2"}, b"hello"), True),
    (
        OK + b"Transfer-Encoding: Chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nT: 1\r\n\r\n",
        Answer(200, {"transfer-encoding": "Chunked"}, b"abcde"),
        True,
    ),
    (OK + b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n", None, False),
    (OK + b"Content-Length: 0\r\nConnection: Close\r\n\r\n", Answer(200, {"content-length": "0", "connection": "Close"}, b""), False),
    (b"HTTP/1.0 404 \r\nContent-Length: 1\r\n\r\nx", Answer(404, {"content-length": "1"}, b"x"), False),
    (b"HTTP/1.0 200 y\r\nContent-Length: 1\r\nConnection: keep-alive\r\n\r\nx", None, True),
    (b"HTTP/1.1 204 No Content\r\n\r\n", Answer(204, {}, b""), True),
    (b"HTTP/1.1 304 Same\r\nContent-Length: 9\r\n\r\n", None, True),
    (
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: x\r\n\r\n" + OK + b"Content-Length: 1\r\n\r\nx",
        Answer(200, {"content-length": "1"}, b"x"),
        True,
    ),
    (OK + b"Content-Length: 1\r\n\r\nxHTTP/1.1 200 OK\r\n\r\n", Answer(200, {"content-length": "1"}, b"x"), False),
    (OK + b"Content-Length: 2, 2\r\n\r\nxy", None, True),
]


@pytest.mark.parametrize(("content", "wanted", "reusable"), WHOLE)
@settings(max_examples=25)
@given(st.lists(st.integers(0, 120), max_size=12))
def test_an_answer_is_the_same_however_it_comes_in(content: bytes, wanted: Answer | None, reusable: bool, cuts: list[int]) -> None:
    reader = read(content, *cuts)
    assert reader.answer is not None
    assert wanted is None or reader.answer == wanted
    if not content.endswith(b"OK\r\n\r\n"):
        assert reader.reusable is reusable


def test_what_has_no_length_ends_with_the_connection() -> None:
    reader = read(OK + b"\r\nabc", 20, 21, closed=True)
    assert (reader.answer, reader.reusable) == (Answer(200, {}, b"abc"), False)
    assert read(OK + b"\r\n", closed=True).answer == Answer(200, {}, b"")


def test_the_answer_to_head_has_no_body() -> None:
    reader = read(OK + b"Content-Length: 5\r\n\r\n", method="HEAD")
    assert (reader.answer, reader.reusable) == (Answer(200, {"content-length": "5"}, b""), True)


def test_a_change_of_protocol_leaves_what_came_after_it() -> None:
    reader = read(b"HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n\x81\x00")
    assert reader.answer is not None
    assert (reader.answer.status, reader.rest) == (101, b"\x81\x00")


@pytest.mark.parametrize(
    "content",
    [
        b"nonsense\r\n\r\n",
        b"HTTP/2 200 OK\r\n\r\n",
        b"HTTP/1.1 020 OK\r\n\r\n",
        OK + b"no colon\r\n\r\n",
        OK + b" Folded: x\r\n\r\n",
        OK + b"X : y\r\n\r\n",
        OK + b"X: a\nY: b\r\n\r\n",
        OK + b"X: a\0\r\n\r\n",
        OK + b"Content-Length: x\r\n\r\n",
        OK + b"Content-Length: -1\r\n\r\n",
        OK + b"Content-Length: 1, 2\r\n\r\n",
        OK + b"Content-Length: 999999999\r\n\r\n",
        OK + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n",
        OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n",
        OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        OK + b"Transfer-Encoding: chunked\r\n\r\n\r\n",
        OK + b"Transfer-Encoding: chunked\r\n\r\n1\r\nabc",
        OK + b"Transfer-Encoding: chunked\r\n\r\nfffffffffff\r\nabc",
        OK + b"Transfer-Encoding: chunked\r\n\r\n1;" + b"x" * 5000,
        OK + b"X: " + b"y" * 200_000,
        OK + b"X: " + b"y" * 200_000 + b"\r\n\r\n",
    ],
)
def test_what_breaks_the_protocol_or_has_no_end_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"answer|chunk"):
        read(content)


def test_answers_are_bounded_however_they_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answerreader, "LONGEST_ANSWER", 10)
    chunks = OK + b"Transfer-Encoding: chunked\r\n\r\n"
    for content in (
        OK + b"Content-Length: 11\r\n\r\n",
        OK + b"\r\n" + b"x" * 11,
        chunks + b"6\r\nabcdef\r\n6\r\nabcdef\r\n",
        chunks + b"0\r\n" + b"T: 1\r\n" * 9,
    ):
        with pytest.raises(ValueError, match="longer than 10 bytes"):
            read(content)


@pytest.mark.parametrize("content", [b"", OK, OK + b"Content-Length: 3\r\n\r\nab", OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"])
def test_an_answer_that_is_cut_off_is_none(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"without an answer|before the answer did"):
        read(content, closed=True)


def test_a_request_is_written_as_http_wants_it() -> None:
    origin = origin_of("https://x.example:8443/base")
    plain = Request(origin, "GET", "/base/a?b=c", {"X-A": "é"}, None).content()
    assert plain == "GET /base/a?b=c HTTP/1.1\r\nHost: x.example:8443\r\nX-A: é\r\nAccept-Encoding: gzip, deflate\r\n\r\n".encode("latin-1")
    assert Request(origin, "POST", "/", {}, None).content().endswith(b"Content-Length: 0\r\n\r\n")
    assert Request(origin, "DELETE", "/", {}, b"ab").content().endswith(b"Content-Length: 2\r\n\r\nab")
    for target in ("/a b", "/a\r\nX: y", "/é", "/\0"):
        with pytest.raises(ConfigurationError, match="the path holds"):
            Request(origin, "GET", target, {}, None).content()
