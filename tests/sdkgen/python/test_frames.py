from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode

from sdkgen.python.runtime import frames
from sdkgen.python.runtime.frames import BINARY, CLOSE, PING, PONG, TEXT, Event, FrameReader, frame, masked


def served(kind: int, content: bytes, *, last: bool = True) -> bytes:
    """A frame as a server sends it, written by another library."""
    return Frame(Opcode(kind), content, fin=last).serialize(mask=False)


def read(content: bytes, *cuts: int) -> list[Event]:
    reader = FrameReader()
    edges = sorted({0, len(content), *(min(cut, len(content)) for cut in cuts)})
    return [event for begin, end in pairwise(edges) for event in reader.feed(content[begin:end])]


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.sampled_from([TEXT, BINARY]), st.integers(0, 70_000)), max_size=4),
    st.lists(st.integers(0, 200_000), max_size=8),
)
def test_messages_are_the_same_however_they_come_in(messages: list[tuple[int, int]], cuts: list[int]) -> None:
    wanted = [Event(kind, bytes(index % 251 for index in range(min(length, 300))) * (length // 300 + 1)) for kind, length in messages]
    assert read(b"".join(served(*event) for event in wanted), *cuts) == wanted


def test_a_message_in_parts_is_whole_and_pings_may_stand_between() -> None:
    content = served(TEXT, b"ab", last=False) + served(PING, b"p") + served(0, b"cd", last=False) + served(0, b"") + served(PONG, b"")
    assert read(content, 1, 3, 5) == [Event(PING, b"p"), Event(TEXT, b"abcd"), Event(PONG, b"")]
    assert read(served(CLOSE, b"\x03\xe8bye"))[0].close_code() == 1000
    assert read(served(CLOSE, b""))[0].close_code() == 1005


@pytest.mark.parametrize(
    "content",
    [
        b"\xc1\x00",
        b"\x81\x80\0\0\0\0",
        b"\x09\x01x",
        b"\x89\x7e\x00\x7e" + b"x" * 126,
        b"\x83\x00",
        served(0, b"x"),
        served(TEXT, b"x", last=False) + served(TEXT, b"y"),
        b"\x81\x7f" + (1 << 62).to_bytes(8, "big"),
    ],
    ids=["extension", "masked", "control in parts", "long control", "unknown", "nothing to go on", "two at once", "huge"],
)
def test_what_breaks_the_protocol_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"frame|message"):
        read(content)


def test_a_message_in_parts_has_a_longest_length_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "_LONGEST_MESSAGE", 5)
    with pytest.raises(ValueError, match="longer than 5 bytes"):
        read(served(TEXT, b"abc", last=False) + served(0, b"def"))


@given(st.binary(max_size=200), st.binary(min_size=4, max_size=4))
def test_a_mask_taken_twice_is_none(content: bytes, mask: bytes) -> None:
    once = masked(content, mask)
    assert masked(once, mask) == content
    assert once == bytes(byte ^ mask[index % 4] for index, byte in enumerate(content))


@pytest.mark.parametrize("length", [0, 125, 126, 65_535, 65_536])
def test_frames_are_written_as_a_client_must(length: int) -> None:
    written = frame(TEXT, b"x" * length)
    begin = {0: 2, 125: 2, 126: 4, 65_535: 4, 65_536: 10}[length]
    assert written[0] == 0x81
    assert written[1] & 0x80
    assert masked(written[begin + 4 :], written[begin : begin + 4]) == b"x" * length
