"""The one way a JSON document is written here, and the strict way it is read: RFC 8785 without floating point.

Keys sorted by UTF-16 code units, no white space, shortest escapes, UTF-8, no number but integers that every JSON reader holds
exactly. Reading refuses bytes that are not what writing gives, so no byte of a document can change unnoticed.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NoReturn, TypeAlias

from reports.errors import CanonicalError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Json: TypeAlias = "bool | int | str | Sequence[Json] | Mapping[str, Json] | None"

_GREATEST_INTEGER = 2**53 - 1
"""RFC 8785 section 3.2.2.3 keeps to IEEE 754 doubles; beyond this an integer has no exact one."""


def write(document: Json) -> bytes:
    """The canonical bytes, without a final line break.

    Raises:
        CanonicalError: A float, a too large integer, a lone surrogate, or a value that JSON does not have.
    """
    try:
        return _bytes(_ordered(document, "$"))
    except UnicodeEncodeError as error:
        raise CanonicalError(_surrogate(error)) from error
    except RecursionError as error:
        raise CanonicalError("the document is nested too deeply") from error


def read(content: bytes, name: str) -> Json:
    """The document behind canonical bytes. ``name`` stands in the messages.

    Raises:
        CanonicalError: The bytes are not JSON, or not its canonical form.
    """
    try:
        document: Json = json.loads(
            content.decode(), object_pairs_hook=_object, parse_int=_integer, parse_float=_refuse_float, parse_constant=_refuse_float
        )
        # every object was in order and every number an integer, so the bytes follow without another walk
        written = _bytes(document)
    except CanonicalError as error:
        raise CanonicalError(f"{name}: {error}") from error
    except UnicodeEncodeError as error:
        raise CanonicalError(f"{name}: {_surrogate(error)}") from error
    except (ValueError, RecursionError) as error:
        raise CanonicalError(f"{name}: not a JSON document in UTF-8 ({error})") from error
    if written != content:
        raise CanonicalError(f"{name}: byte {_first_difference(written, content)} is not as canonical JSON has it")
    return document


def _bytes(document: Json) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _surrogate(error: UnicodeEncodeError) -> str:
    return f"a text holds a lone surrogate, which UTF-8 can't say: {error.object[error.start : error.end]!r}"


def _ordered(value: object, place: str) -> Json:
    match value:
        case None | bool() | str():
            return value
        case int():
            if abs(value) > _GREATEST_INTEGER:
                raise CanonicalError(f"{place}: the integer {value} is too large for JSON; write it as text")
            return int(value)
        case dict():
            for key in value:
                if not isinstance(key, str):
                    raise CanonicalError(f"{place}: the key {key!r} is not text")
            return {key: _ordered(value[key], f"{place}.{key}") for key in _sorted(value)}
        case list() | tuple():
            return [_ordered(entry, f"{place}[{index}]") for index, entry in enumerate(value)]
        case _:
            raise CanonicalError(f"{place}: a {type(value).__name__} has no place in a signed document")


def _sorted(keys: Iterable[str]) -> list[str]:
    """By UTF-16 code units, which for ASCII is the order of the text."""
    names = list(keys)
    if all(name.isascii() for name in names):
        return sorted(names)
    return sorted(names, key=lambda name: name.encode("utf-16-be", "surrogatepass"))


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    result = dict(pairs)
    if len(result) != len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        raise CanonicalError(f"the key {repeated!r} stands twice in one object")
    names = list(result)
    ordered = _sorted(names)
    if names != ordered:
        early = next(name for name, right in zip(names, ordered, strict=True) if name != right)
        raise CanonicalError(f"the key {early!r} is not where canonical JSON has it")
    return result


def _integer(text: str) -> int:
    value = int(text)
    if abs(value) > _GREATEST_INTEGER:
        raise CanonicalError(f"the integer {text[:40]} is too large for JSON; write it as text")
    return value


def _refuse_float(text: str) -> NoReturn:
    raise CanonicalError(f"the number {text[:40]} is not an integer")


def _first_difference(written: bytes, content: bytes) -> int:
    for index, (left, right) in enumerate(zip(written, content, strict=False)):
        if left != right:
            return index
    return min(len(written), len(content))
