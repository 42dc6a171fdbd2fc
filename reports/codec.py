"""Frozen dataclasses to JSON values and back, strictly: no field missing, none too many, each of its declared type.

Serves the documents that we sign. Levels go by their label, moments as ``2026-01-31T12:00:00Z``, and a field marked
``StringMap`` (sorted pairs of text) as a JSON object.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from datetime import UTC, date, datetime
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, cast

from certification.model import LATER
from reports.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reports.canonical import Json

T = TypeVar("T")

_OBJECT = "a JSON object"
StringMap = Annotated[tuple[tuple[str, str], ...], _OBJECT]
"""Pairs of name and value, sorted by name; an object in JSON."""

_SCALARS: dict[Any, str] = {bool: "true or false", int: "an integer", str: "text"}
_HINTS: dict[type, dict[str, Any]] = {}
"""Every dataclass's field types, resolved once."""

_MOMENT = "%Y-%m-%dT%H:%M:%SZ"


def moment_text(moment: datetime) -> str:
    """``2026-01-31T12:00:00Z``: UTC, whole seconds."""
    return moment.astimezone(UTC).strftime(_MOMENT)


def encode(value: Any) -> dict[str, Json]:
    """The JSON object of a frozen dataclass."""
    hints = _hints(type(value))
    said = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    silent = {name for name, default in _left_out(type(value)).items() if said[name] == default}
    return {name: _encode(entry, hints[name]) for name, entry in said.items() if name not in silent}


def decode(kind: type[T], document: Json, name: str) -> T:
    """The frozen dataclass that a JSON object says. ``name`` opens the messages.

    Raises:
        DocumentError: The document is not of that form; the message names the field.
    """
    return cast("T", _decode_object(kind, document, name))


def _hints(kind: type) -> dict[str, Any]:
    if kind not in _HINTS:
        _HINTS[kind] = typing.get_type_hints(kind, include_extras=True)
    return _HINTS[kind]


def _left_out(kind: type) -> dict[str, Any]:
    """The fields that a document leaves out where they have their default: those that came later than the documents signed before."""
    return {field.name: field.default for field in dataclasses.fields(kind) if field.metadata.get(LATER)}


def _with_default(kind: type) -> frozenset[str]:
    """The fields that a document may lack: it may have been signed before they came."""
    return frozenset(field.name for field in dataclasses.fields(kind) if field.default is not dataclasses.MISSING)


def _encode(value: Any, hint: Any) -> Json:
    if typing.get_origin(hint) is Annotated:
        return dict(value)
    if isinstance(value, tuple):
        inner = _element(hint, optional_ok=True)
        return [_encode(entry, inner) for entry in value]
    if dataclasses.is_dataclass(value):
        return encode(value)
    return _encode_scalar(value)


def _encode_scalar(value: Any) -> Json:
    match value:
        case IntEnum():
            return value.name.lower()
        case StrEnum():
            return value.value
        case datetime():
            return moment_text(value)
        case date():
            return value.isoformat()
        case _:
            return cast("Json", value)


def _element(hint: Any, *, optional_ok: bool) -> Any:
    """The type of a tuple's elements: ``tuple[X, ...]`` or ``tuple[X, ...] | None``."""
    if optional_ok and isinstance(hint, types.UnionType):
        hint = next(part for part in typing.get_args(hint) if part is not types.NoneType)
    return typing.get_args(hint)[0]


def _decode_object(kind: type, document: Json, place: str) -> object:
    found = _mapping(document, place)
    hints = _hints(kind)
    defaults = _left_out(kind)
    missing = [name for name in hints if name not in found and name not in _with_default(kind)]
    if missing:
        raise DocumentError(f"{place}: the field {missing[0]!r} is missing")
    unknown = [name for name in found if name not in hints]
    if unknown:
        raise DocumentError(f"{place}: the field {unknown[0]!r} is unknown")
    members = {name: _decode(hint, found[name], f"{place}: {name}") for name, hint in hints.items() if name in found}
    superfluous = [name for name, default in defaults.items() if name in members and members[name] == default]
    if superfluous:
        raise DocumentError(f"{place}: the field {superfluous[0]!r} says nothing and must be left out")
    return kind(**members)


def _decode(hint: Any, value: Json, place: str) -> object:
    if hint is str and type(value) is str:
        return value
    origin = typing.get_origin(hint)
    if origin is Annotated:
        return _decode_pairs(value, place)
    if origin is tuple:
        inner = _element(hint, optional_ok=False)
        return tuple(_decode(inner, entry, f"{place}[{index}]") for index, entry in enumerate(_list(value, place)))
    if origin is types.UnionType:
        inner = next(part for part in typing.get_args(hint) if part is not types.NoneType)
        return None if value is None else _decode(inner, value, place)
    if dataclasses.is_dataclass(hint):
        return _decode_object(cast("type", hint), value, place)
    return _decode_scalar(hint, value, place)


def _decode_scalar(hint: Any, value: Json, place: str) -> object:
    if hint in _SCALARS:
        if type(value) is not hint:
            raise DocumentError(f"{place}: {_said(value)} is not {_SCALARS[hint]}")
        return value
    text = value if isinstance(value, str) else ""
    try:
        if issubclass(hint, IntEnum):
            return {member.name.lower(): member for member in hint}[text]
        if issubclass(hint, datetime):
            return _moment(text)
        if issubclass(hint, date):
            return date.fromisoformat(text)
        return hint(text)
    except (ValueError, KeyError) as error:
        raise DocumentError(f"{place}: {_said(value)} is not a {hint.__name__.lower()}") from error


def _moment(text: str) -> datetime:
    moment = datetime.strptime(text, _MOMENT).replace(tzinfo=UTC)
    if moment_text(moment) != text:
        raise ValueError(text)
    return moment


def _decode_pairs(value: Json, place: str) -> tuple[tuple[str, str], ...]:
    pairs = sorted(_mapping(value, place).items())
    return tuple((name, cast("str", _decode_scalar(str, entry, f"{place}.{name}"))) for name, entry in pairs)


def _mapping(value: Json, place: str) -> Mapping[str, Json]:
    if not isinstance(value, dict):
        raise DocumentError(f"{place}: {_said(value)} is not an object")
    return value


def _list(value: Json, place: str) -> list[Json]:
    if not isinstance(value, list):
        raise DocumentError(f"{place}: {_said(value)} is not a list")
    return value


def _said(value: Json) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}…"  # noqa: PLR2004 - a message stays one line
