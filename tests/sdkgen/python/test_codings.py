from __future__ import annotations

import gzip
import zlib
from typing import Any

import pytest

from sdkgen.python.runtime import codings
from sdkgen.python.runtime.codings import uncoded
from sdkgen.python.runtime.errors import ApiError, DecodeError
from sdkgen.python.runtime.http1 import Answer
from tests.sdkgen.python.calls import GET
from tests.simulators.raw_http import exactly

BODY = b'{"price":1}' * 50


def _answer(body: bytes, coding: str) -> Answer:
    return Answer(200, {"content-encoding": coding, "content-length": str(len(body)), "x-a": "b"}, body)


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(BODY)),
        ("X-GZIP", gzip.compress(BODY)),
        ("deflate", zlib.compress(BODY)),
        ("deflate", zlib.compress(BODY)[2:-4]),
        ("deflate, gzip", gzip.compress(zlib.compress(BODY))),
        ("identity, gzip", gzip.compress(BODY)),
    ],
    ids=["gzip", "its old name", "deflate", "without its wrapper", "twice", "and not at all"],
)
def test_an_answer_is_read_as_it_was_before_it_was_compressed(coding: str, body: bytes) -> None:
    assert uncoded(_answer(body, coding)) == Answer(200, {"x-a": "b"}, BODY)


def test_what_is_not_compressed_stays_as_it_is() -> None:
    for answer in (Answer(200, {}, BODY), _answer(b"", "gzip")):
        assert uncoded(answer) is answer


@pytest.mark.parametrize(
    ("coding", "body", "says"),
    [
        ("gzip", BODY, "expected gzip, found something else"),
        ("gzip", gzip.compress(BODY)[:-9], "gzip to its end"),
        ("br", BODY, "another coding"),
        ("gzip, gzip, gzip", BODY, "3 codings"),
    ],
    ids=["no gzip", "cut off", "never asked for", "too often"],
)
def test_what_can_not_be_read_is_a_decode_error(coding: str, body: bytes, says: str) -> None:
    with pytest.raises(DecodeError, match=says) as raised:
        uncoded(_answer(body, coding))
    assert raised.value.status == 200


def test_a_small_answer_can_not_become_a_huge_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codings, "LONGEST_ANSWER", 1000)
    assert len(uncoded(_answer(gzip.compress(b"0" * 1000), "gzip")).body) == 1000
    with pytest.raises(DecodeError, match="at most 1000 bytes"):
        uncoded(_answer(gzip.compress(b"0" * 1001), "gzip"))


def _compressed(status: str, body: bytes) -> Any:
    packed = gzip.compress(body)
    return exactly(b"HTTP/1.1 %s\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s" % (status.encode(), len(packed), packed))


def test_calls_read_compressed_answers_and_errors(serve: Any) -> None:
    server, session = serve(_compressed("200 OK", b'{"price":1}'), _compressed("400 Bad", b'{"code":-7,"msg":"no"}'))
    assert session.call(GET, ("X", None, None, None)).price == 1
    with pytest.raises(ApiError) as raised:
        session.call(GET, ("X", None, None, None))
    assert raised.value.code == "-7"
    assert ("Accept-Encoding", "gzip, deflate") in server.received[0].headers
