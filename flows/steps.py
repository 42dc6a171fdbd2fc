"""Answers that outlive a crash: a step is worked out once, and a run that died goes on behind the last answer.

An answer is one JSON file, written whole or not at all. Its name holds the digest of what went in, so that another input never
gets an old answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from certification.encodable import encodable
from certification.files import write_atomically

T = TypeVar("T")


def digest_of(*parts: Any) -> str:
    """SHA-256 (hex) over the parts' JSON, in order. Dataclasses and tuples are fine; sets are not, they have no order."""
    return hashlib.sha256(TypeAdapter(tuple[Any, ...]).dump_json(parts)).hexdigest()


class Steps:
    """The answers of one run, in one folder."""

    def __init__(self, folder: Path) -> None:
        """Keep answers in ``folder``; it is made when the first comes."""
        self._folder = folder

    def answer(
        self,
        name: str,
        inputs: tuple[Any, ...],
        kind: type[T],
        work: Callable[[], T],
        *,
        holds: Callable[[T], bool] = lambda _: True,
    ) -> T:
        """The step's answer: the kept one for these inputs if it still ``holds``, else what ``work`` gives, kept.

        ``holds`` looks whether what the answer speaks of (files) is still there. Whatever ``work`` raises passes through, and
        nothing is kept. What UTF-8 can't say in the answer's texts becomes U+FFFD.
        """
        adapter = TypeAdapter[T](kind)
        file = self._folder / f"{name}-{digest_of(*inputs)[:20]}.json"
        kept = read_kept(file, kind)
        if kept is not None and holds(kept):
            return kept
        found = work()
        try:
            written = adapter.dump_json(found)
        except PydanticSerializationError:  # an exchange told half a character; looking for one in all evidence takes its time
            found = encodable(found)
            written = adapter.dump_json(found)
        write_atomically(file, written)
        return found


def read_kept(file: Path, kind: type[T]) -> T | None:
    """What ``TypeAdapter(kind).dump_json`` wrote; ``None`` where there is no file, or another version of this program wrote it."""
    try:
        return TypeAdapter[T](kind).validate_json(file.read_bytes())
    except (FileNotFoundError, ValidationError):
        return None
