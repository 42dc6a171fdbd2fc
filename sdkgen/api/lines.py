"""Bodies of many JSON values, one after the other: which media types are such, how the values stand in them, and what describes one.

A schema describes one value where it stands under ``itemSchema``. Under ``schema``, OpenAPI 3.2 (“Sequential Media Types”) has it describe
the values together, as if they were an array. Versions before 3.2 say nothing of such media types, and descriptions of all versions write
the schema of one value there; so an array's items describe a value, and any other schema describes a value itself. A tuple is no
sequence of any length, so it describes a value too: a line of a candle file is one. A schema of mere text, or of nothing, says of
the body only that it is text, which it then is for clients as well.

Values stand in lines (NDJSON 1.0, JSON Lines), or each between a record separator and a line feed (RFC 7464). Lines without a value are
passed over, as NDJSON allows: exchanges send them to keep a connection open.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_SEQUENCES = re.compile(r"application/(.+\+)?json-seq")
_LINES = re.compile(r"(application|text)/(.+\+)?(x-)?(ndjson|jsonl|jsonlines|json-lines)|application/(x-json-stream|stream\+json)")

_SEPARATOR = "\x1e"
_SPACE = " \t\r\n"


def is_lines(media_type: str) -> bool:
    """Whether a body of that media type is JSON values, one after the other."""
    essence = _essence(media_type)
    return (_LINES.fullmatch(essence) or _SEQUENCES.fullmatch(essence)) is not None


def lines_text(texts: Iterable[str], media_type: str) -> str:
    """JSON texts without line breaks as one body of that media type."""
    before = _SEPARATOR if _SEQUENCES.fullmatch(_essence(media_type)) else ""
    return "".join(f"{before}{text}\n" for text in texts)


def texts_of(body: str) -> tuple[str, ...]:
    """The JSON texts of a body, whichever way they are set apart: no JSON text begins with a record separator."""
    pieces = body.split(_SEPARATOR) if body.startswith(_SEPARATOR) else body.split("\n")
    return tuple(text for piece in pieces if (text := piece.strip(_SPACE)))


def _essence(media_type: str) -> str:
    return media_type.partition(";")[0].strip().lower()
