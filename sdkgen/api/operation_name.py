"""What an operation may be called, out of its id, its method and its path."""

from __future__ import annotations

import re

from sdkgen.api.name import words_of

Words = tuple[str, ...]

_VERSION = re.compile(r"v?[0-9]+(\.[0-9]+)*", re.IGNORECASE)
_NOT_TELLING = ("api", "rest", "sapi", "openapi")


def candidates(identity: str, *, verb: str, path: str) -> tuple[Words, ...]:
    """Names for an operation, the best first: its id's words, then ``get_orders_by_order_id``, ``get_orders_v2``, the whole path."""
    method = (verb.lower(),)
    segments = [segment for segment in path.split("/") if segment]
    telling = [words for segment in segments if tells(segment) for words in _segment_words(segment)]
    last = _segment_words(segments[-1]) if segments and segments[-1].startswith("{") else ()
    versions = [word for segment in segments if _VERSION.fullmatch(segment) for word in words_of(segment)]
    full = [word for segment in segments for word in _segment_words(segment)]
    short = (*method, *telling, *last)
    by_path = (short, (*short, *versions), (*method, *full)) if telling else ((*method, *full),)
    words = words_of(identity)
    if identity.startswith(f"{verb} ") or not any(word.isalpha() for word in words):
        return by_path
    return (words, (*words, *method), *by_path)


def tells(segment: str) -> bool:
    """Whether a segment of a path says what it is about: no version, no parameter, no ``api``."""
    return bool(segment) and not _VERSION.fullmatch(segment) and segment.lower() not in _NOT_TELLING and not segment.startswith("{")


def _segment_words(segment: str) -> Words:
    return ("by", *words_of(segment)) if segment.startswith("{") else words_of(segment)
