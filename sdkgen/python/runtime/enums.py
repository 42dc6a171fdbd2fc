"""The base of every enum: known values have names, unknown values are kept as they are."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from .codec import ANY, DECIMAL, INTEGER, STRING
from .jsontext import write
from .mismatch import Codec, MismatchError

if TYPE_CHECKING:
    from .jsontext import JsonValue


class Known:
    """A declared value, until its class is made."""

    __slots__ = ("value",)

    def __init__(self, value: JsonValue) -> None:
        """Take the value."""
        self.value = value


def known(value: JsonValue) -> Any:
    """Declare a value of an enum."""
    return Known(value)


class EnumType(type):
    """Turns declared values into constants and lets the class be its own codec."""

    known_: dict[str, Any]
    """By JSON text, since Python counts ``True``, ``1`` and ``1.0`` as one."""
    codec_: Codec

    def __new__(mcs, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> EnumType:  # a metaclass
        """Make the class."""
        declared = {key: each.value for key, each in namespace.items() if isinstance(each, Known)}
        made = super().__new__(mcs, name, bases, {"__slots__": (), **namespace})
        made.known_ = {}
        for constant, value in declared.items():
            instance = made(value)
            setattr(made, constant, instance)
            made.known_.setdefault(write(value), instance)
        return made

    def read_(cls, value: JsonValue, /) -> Any:
        """The constant of that value, or a new instance where the value is not known."""
        raw = cls.codec_.read_(value)
        text = write(raw)
        return cls.known_[text] if text in cls.known_ else cls(raw)

    def write_(cls, value: Any, /) -> JsonValue:
        """The plain value, known or not; a plain value is taken as well."""
        if not hasattr(value, "plain_"):
            return cls.codec_.write_(value)
        if not isinstance(value, cls):
            raise MismatchError(f"a {cls.__name__}", value)
        return cls.codec_.write_(value.plain_())

    def looseness_(cls, _value: Any, raw: JsonValue) -> int:
        """See ``left_over``. An unknown value fits worse than any plain type."""
        return 0 if write(raw) in cls.known_ else 1


class OpenText(str, metaclass=EnumType):
    """A string of which some values are known."""

    __slots__ = ()
    codec_: ClassVar[Codec] = STRING

    @property
    def is_known(self) -> bool:
        """Whether the description names this value."""
        return write(self.plain_()) in type(self).known_

    def plain_(self) -> str:
        """The value as ``str`` and nothing more."""
        return str.__str__(self)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str.__repr__(self)})"


class OpenInteger(int, metaclass=EnumType):
    """A whole number of which some values are known."""

    codec_: ClassVar[Codec] = INTEGER

    @property
    def is_known(self) -> bool:
        """Whether the description names this value."""
        return write(self.plain_()) in type(self).known_

    def plain_(self) -> int:
        """The value as ``int`` and nothing more."""
        return int(self)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({int.__repr__(self)})"


class OpenDecimal(Decimal, metaclass=EnumType):
    """A decimal of which some values are known."""

    codec_: ClassVar[Codec] = DECIMAL

    @property
    def is_known(self) -> bool:
        """Whether the description names this value."""
        return write(self.plain_()) in type(self).known_

    def plain_(self) -> Decimal:
        """The value as ``Decimal`` and nothing more."""
        return Decimal(self)

    def __repr__(self) -> str:
        return f"{type(self).__name__}('{self.plain_()}')"


class OpenValue(metaclass=EnumType):
    """A JSON value of any kind of which some are known."""

    __slots__ = ("_value",)
    codec_: ClassVar[Codec] = ANY

    def __init__(self, value: JsonValue) -> None:
        """Take the JSON value."""
        self._value = value

    @property
    def value(self) -> JsonValue:
        """The JSON value itself."""
        return self._value

    @property
    def is_known(self) -> bool:
        """Whether the description names this value."""
        return write(self._value) in type(self).known_

    def plain_(self) -> JsonValue:
        """The JSON value itself."""
        return self._value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, OpenValue) and type(other) is type(self) and write(self._value) == write(other._value)

    def __hash__(self) -> int:
        return hash(write(self._value))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._value!r})"
