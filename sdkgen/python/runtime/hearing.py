"""What comes on a connection to an exchange's streams, given to whoever waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .errors import DecodeError
from .jsontext import parse
from .mismatch import parsed
from .template import filled_from

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .channels import HeartbeatRule
    from .jsontext import JsonValue
    from .topic import Expected, Topic


def hear(content: bytes, beat: HeartbeatRule, expected: Sequence[Expected], topics: Sequence[Topic]) -> JsonValue:
    """Give a message to the question that it answers, else to all topics that take it.

    Returns:
        What has to be said in return: the answer to a sign of life that was asked for. Else ``None``.
    """
    try:
        message = parse(content)
    except ValueError:
        if not _is_beat(content, beat):
            _spoil(content, topics)
        return None
    if beat.asked is not None and beat.asked.fits(message, {}):
        return None if beat.answer is None else filled_from(beat.answer, message)
    for each in expected:
        if not each.answered.done() and each.fits(message):
            each.answered.set_result(message)
            return None
    for topic in topics:
        if topic.takes(message):
            topic.take(message)
    return None


def _is_beat(content: bytes, beat: HeartbeatRule) -> bool:
    """Whether a text that is no JSON is a sign of life, where such are said as text."""
    return isinstance(beat.send, str) and content.strip().lower() in {b"pong", b"ping", beat.send.encode().lower()}


def _spoil(content: bytes, topics: Sequence[Topic]) -> None:
    try:
        parsed(content)
    except (DecodeError, UnicodeDecodeError) as error:
        spoilt = error if isinstance(error, DecodeError) else DecodeError("JSON in UTF-8")
        for topic in topics:
            topic.spoil(spoilt)
