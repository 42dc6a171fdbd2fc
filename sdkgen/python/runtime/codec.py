"""How JSON values become typed values and back: small descriptors, put together by each type's declaration.

A codec has two methods. ``read_`` takes a parsed JSON value and gives the typed one; ``write_`` takes the typed value and gives a
JSON value. Both raise ``MismatchError`` where the value does not fit: nothing passes unchecked, in neither direction. Model classes
and enums are codecs themselves. (No field can be called ``read_``: names of fields end in ``_`` only where a keyword would clash.)
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from .jsontext import whole
from .kinds import as_bytes, is_array, is_object, kind_of
from .mismatch import MismatchError

if TYPE_CHECKING:
    from .jsontext import JsonValue


class _Text:
    same_ = str
    """Values of exactly this type are read as they are; whoever reads many may skip the call."""

    def read_(self, value: JsonValue, /) -> str:
        if type(value) is not str:
            raise MismatchError("a string", value)
        return value

    def write_(self, value: Any, /) -> JsonValue:
        if not isinstance(value, str):
            raise MismatchError("a string", value)
        return value


class _Integer:
    same_ = int

    def read_(self, value: JsonValue, /) -> int:
        if type(value) is int:
            return value
        # JSON Schema counts 1.0 and 1e3 among the integers.
        integer = whole(value) if type(value) is Decimal else None
        if integer is None:
            raise MismatchError("a whole number", value)
        return integer

    def write_(self, value: Any, /) -> JsonValue:
        if not isinstance(value, int) or isinstance(value, bool):
            raise MismatchError("an int", value)
        return value


class _Number:
    same_ = Decimal

    def read_(self, value: JsonValue, /) -> Decimal:
        if type(value) is Decimal:
            return value
        if type(value) is int:
            return Decimal(value)
        raise MismatchError("a number", value)

    def write_(self, value: Any, /) -> JsonValue:
        if isinstance(value, Decimal) and value.is_finite():
            return value
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        raise MismatchError("a finite Decimal (a float is not exact)", value)


class _Boolean:
    same_ = bool

    def read_(self, value: JsonValue, /) -> bool:
        if type(value) is not bool:
            raise MismatchError("true or false", value)
        return value

    def write_(self, value: Any, /) -> JsonValue:
        return self.read_(value)


class _Binary:
    """Bytes. Inside JSON they stand as text in UTF-8; what is no UTF-8 as lone surrogates, so that nothing is lost."""

    def read_(self, value: JsonValue, /) -> bytes:
        if type(value) is not str:
            raise MismatchError("a string", value)
        return bytes_of(value)

    def write_(self, value: Any, /) -> JsonValue:
        content = as_bytes(value)
        if content is None:
            raise MismatchError("bytes", value)
        try:
            return content.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            return content.decode("utf-8", "surrogateescape")


def bytes_of(text: str) -> bytes:
    """The bytes that a binary value's text stands for."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


class _Anything:
    def read_(self, value: JsonValue, /) -> JsonValue:
        return value

    def write_(self, value: Any, /) -> JsonValue:
        return plain(value)


def plain(value: Any) -> JsonValue:
    """Any typed value as a JSON value.

    Raises:
        MismatchError: it holds what is no JSON value.
    """
    if is_array(value):
        return [plain(item) for item in value]
    if is_object(value):
        return {key: plain(item) for key, item in value.items()}
    codec = kind_of(value)
    if hasattr(codec, "write_"):
        written: JsonValue = codec.write_(value)
        return written
    if value is None or isinstance(value, (str, bool, int)) or (isinstance(value, Decimal) and value.is_finite()):
        return value
    raise MismatchError("a JSON value (a float is not exact)", value)


STRING: Final = _Text()
INTEGER: Final = _Integer()
DECIMAL: Final = _Number()
BOOLEAN: Final = _Boolean()
BINARY: Final = _Binary()
ANY: Final = _Anything()
