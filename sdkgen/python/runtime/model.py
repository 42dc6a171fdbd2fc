"""The base of every object type: immutable, slotted, exact, and nothing of an answer is ever dropped."""

from __future__ import annotations

from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar, dataclass_transform

from .choice import left_over
from .codec import ANY
from .jsontext import write
from .mismatch import MISSING, Codec, MismatchError, decoded, encoded, parsed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from .jsontext import JsonValue

_T = TypeVar("_T")


class Unset(Enum):
    """The type of ``UNSET``."""

    UNSET = "unset"

    def __bool__(self) -> Literal[False]:
        """What is not there is not true."""
        return False

    def __repr__(self) -> str:
        """The name that it is imported by."""
        return "UNSET"


UNSET: Final = Unset.UNSET
"""Not there at all, where ``None`` means that JSON's ``null`` is there. Everywhere else ``None`` means not there."""

_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


class Field:
    """One property of an object type."""

    __slots__ = ("attribute", "codec", "default", "get", "put", "read", "required", "same", "wire")

    def __init__(self, wire: str, codec: Codec, default: object) -> None:
        """Take the exact JSON key, the type, and what stands for its absence."""
        self.wire = wire
        self.codec = codec
        self.read = codec.read_
        self.same: type | None = getattr(codec, "same_", None)
        """Values of exactly this type are read as they are."""
        self.default = default
        self.required = default is MISSING
        self.attribute = ""
        self.get: Any = None
        self.put: Any = None


class _Extra(Field):
    """The keys that a type does not name."""

    __slots__ = ()


def field(wire: str, codec: Codec, *, default: object = MISSING) -> Any:
    """Declare a property; without a default it is required."""
    return Field(wire, codec, default)


def extra(codec: Codec, *, default: Mapping[str, Any]) -> Any:
    """Declare the type of the keys that are not declared. The default says to type checkers that nobody has to give any."""
    return _Extra("", codec, default or _NOTHING)


class ModelType(type):
    """Turns declarations into slots and lets the class be its own codec."""

    fields_: tuple[Field, ...]
    further_: _Extra

    def __new__(mcs, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> ModelType:  # a metaclass
        """Make the class."""
        declared = {key: value for key, value in namespace.items() if isinstance(value, Field)}
        for key in declared:
            del namespace[key]
        namespace["__slots__"] = tuple(declared)
        made = super().__new__(mcs, name, bases, namespace)
        for attribute, each in declared.items():
            slot = made.__dict__[attribute]
            each.attribute, each.get, each.put = attribute, slot.__get__, slot.__set__
        made.fields_ = tuple(each for each in declared.values() if not isinstance(each, _Extra))
        for each in declared.values():
            if isinstance(each, _Extra):
                made.further_ = each
        return made

    def read_(cls, value: JsonValue, /) -> Any:
        """An instance from a JSON object; keys that the type does not name go into ``extra``."""
        if type(value) is not dict:
            raise MismatchError("an object", value)
        made: Any = object.__new__(cls)  # type: ignore[arg-type]  # a class, not an instance
        named = 0
        for each in cls.fields_:
            raw = value.get(each.wire, MISSING)
            if raw is MISSING:
                if each.required:
                    failure = MismatchError("a value, it is required", MISSING)
                    failure.at(each.wire)
                    raise failure
                each.put(made, each.default)
                continue
            named += 1
            if type(raw) is each.same:
                each.put(made, raw)
                continue
            try:
                each.put(made, each.read(raw))  # type: ignore[arg-type]  # MISSING is gone
            except MismatchError as error:
                error.at(each.wire)
                raise
        cls.further_.put(made, _NOTHING if named == len(value) else _others(cls, value))
        return made

    def write_(cls, value: Any, /) -> JsonValue:
        """A JSON object: fields in their order, then what ``extra`` holds."""
        if not isinstance(value, cls):
            raise MismatchError(f"{article(cls.__name__)} {cls.__name__}", value)
        written: dict[str, JsonValue] = {}
        for each in cls.fields_:
            typed = each.get(value)
            if typed is each.default and not each.required:
                continue
            try:
                written[each.wire] = each.codec.write_(typed)
            except MismatchError as error:
                error.at(each.attribute)
                raise
        others = cls.further_.get(value)
        if others:
            _write_others(cls, others, written)
        return written

    def looseness_(cls, value: Any, raw: JsonValue) -> int:
        """See ``left_over``."""
        assert isinstance(raw, dict)  # noqa: S101  # it was read from it
        named = sum(left_over(each.get(value), raw[each.wire]) for each in cls.fields_ if each.wire in raw)
        return named + 2 * len(cls.further_.get(value))


def _others(cls: ModelType, value: dict[str, JsonValue]) -> dict[str, Any]:
    known = {each.wire for each in cls.fields_}
    others: dict[str, Any] = {}
    for key, raw in value.items():
        if key not in known:
            try:
                others[key] = cls.further_.codec.read_(raw)
            except MismatchError as error:
                error.at(key)
                raise
    return others


def _write_others(cls: ModelType, others: Mapping[Any, Any], written: dict[str, JsonValue]) -> None:
    known = {each.wire for each in cls.fields_}
    for key, typed in others.items():
        if key in known or not isinstance(key, str):
            raise MismatchError("extra keys that are text and no field of the type", key)
        try:
            written[key] = cls.further_.codec.write_(typed)
        except MismatchError as error:
            error.at(key)
            raise


def article(name: str) -> str:
    """``a`` or ``an``."""
    return "an" if name[:1] in "AEIOU" else "a"


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(field, extra))
class Record(metaclass=ModelType):
    """What all object types share, whatever the type of their further keys."""

    def __init__(self, **values: Any) -> None:
        """Take each field by its name; what is not given is absent."""
        cls = type(self)
        for each in cls.fields_:
            given = values.pop(each.attribute, each.default)
            if given is MISSING:
                message = f"{cls.__name__} needs {each.attribute}"
                raise TypeError(message)
            each.put(self, given)
        cls.further_.put(self, values.pop(cls.further_.attribute, cls.further_.default))
        if values:
            message = f"{cls.__name__} has no field {next(iter(values))}; further keys go into extra"
            raise TypeError(message)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read an instance from JSON text.

        Raises:
            DecodeError: it is no JSON, or does not fit the type.
        """
        made: Self = decoded(cls, parsed(text))
        return made

    def to_json(self) -> str:
        """Write the instance as JSON text; numbers keep their digits.

        Raises:
            ArgumentError: a field holds what its type does not allow.
        """
        return write(encoded(type(self), self))

    def replace(self, **changes: Any) -> Self:
        """A copy with some fields changed."""
        return type(self)(**{**self._values(), **changes})

    def _values(self) -> dict[str, Any]:
        cls = type(self)
        return {each.attribute: each.get(self) for each in (*cls.fields_, cls.further_)}

    def __setattr__(self, name: str, value: object) -> None:
        message = f"{type(self).__name__} is immutable; use replace({name}=...)"
        raise AttributeError(message)

    def __delattr__(self, name: str) -> None:
        message = f"{type(self).__name__} is immutable"
        raise AttributeError(message)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self._values() == other._values()

    def __hash__(self) -> int:
        return hash((type(self), *(self._values()[each.attribute] for each in type(self).fields_)))

    def __repr__(self) -> str:
        cls = type(self)
        shown = [f"{each.attribute}={each.get(self)!r}" for each in cls.fields_ if each.required or each.get(self) is not each.default]
        others = cls.further_.get(self)
        if others:
            shown.append(f"{cls.further_.attribute}={others!r}")
        return f"{cls.__name__}({', '.join(shown)})"

    def __reduce__(self) -> tuple[Any, ...]:
        values = self._values()
        values[type(self).further_.attribute] = dict(values[type(self).further_.attribute])
        return _rebuilt, (type(self), values)


def _rebuilt(cls: type[_T], values: dict[str, Any]) -> _T:
    return cls(**values)


class Model(Record):
    """An object type whose further keys may hold anything."""

    extra: Mapping[str, JsonValue] = extra(ANY, default={})
    """The keys that the type does not name, exactly as they came; written back after the named ones."""
