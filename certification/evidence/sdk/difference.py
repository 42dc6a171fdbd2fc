"""Says in a sentence where two JSON values differ; numbers are compared as exact decimals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sdkgen.api.json_text import dumps_exact, same_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sdkgen.api.json_text import JsonValue

_SHOWN = 120


def difference(expected: JsonValue, found: JsonValue, where: str = "$") -> str | None:
    """The first place where they differ, such as ``$.price: 1.10 became 1.1000000000000001``; ``None`` where they are the same."""
    if same_json(expected, found):
        return None
    match expected, found:
        case dict(), dict():
            return _in_object(expected, found, where)
        case list(), list() if len(expected) == len(found):
            return _first(
                difference(left, right, f"{where}[{index}]") for index, (left, right) in enumerate(zip(expected, found, strict=True))
            )
        case list(), list():
            return f"{where}: {len(expected)} items became {len(found)}"
        case _:
            return f"{where}: {shown(expected)} became {shown(found)}"


def shown(value: JsonValue) -> str:
    """The value as JSON text, cut where it is long."""
    text = dumps_exact(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _in_object(expected: dict[str, JsonValue], found: dict[str, JsonValue], where: str) -> str | None:
    for key, value in expected.items():
        if key not in found:
            return f"{where}.{key}: {shown(value)} is lost"
        if (inner := difference(value, found[key], f"{where}.{key}")) is not None:
            return inner
    extra = next(key for key in found if key not in expected)
    return f"{where}.{extra}: {shown(found[extra])} was added"


def _first(sentences: Iterable[str | None]) -> str | None:
    return next((sentence for sentence in sentences if sentence is not None), None)
