"""One of several types: which one a value is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .kinds import is_array, is_object, kind_of
from .mismatch import MismatchError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .jsontext import JsonValue
    from .mismatch import Codec


class OneOf:
    """One of several types: by the property that tells, else the one that fits with the least left over."""

    __slots__ = ("property", "told", "variants")

    def __init__(self, *variants: Codec, by: str | None = None, told: Mapping[str, Codec] | None = None) -> None:
        """Take the types, the telling property and what its values mean."""
        self.variants = variants
        self.property = by
        self.told = told or {}

    def read_(self, value: JsonValue, /) -> Any:
        """The value of the type that fits."""
        if self.property is not None and type(value) is dict:
            word = value.get(self.property)
            if isinstance(word, str) and word in self.told:
                return self.told[word].read_(value)
        best: Any = None
        least: int | None = None
        failures: list[MismatchError] = []
        for variant in self.variants:
            try:
                candidate = variant.read_(value)
            except MismatchError as failure:
                failures.append(failure)
                continue
            over = left_over(candidate, value)
            if least is None or over < least:
                best, least = candidate, over
            if least == 0:
                break
        if least is None:
            raise _closest(failures, value)
        return best

    def write_(self, value: Any, /) -> JsonValue:
        """As the first type that takes the value."""
        failures: list[MismatchError] = []
        for variant in self.variants:
            try:
                return variant.write_(value)
            except MismatchError as failure:
                failures.append(failure)
        raise _closest(failures, value)


def left_over(typed: Any, value: JsonValue) -> int:
    """How loosely a value fits: unknown keys and unknown enum values, all the way down; a number that changed its type counts as well."""
    if is_array(typed) and is_array(value):
        return sum(left_over(item, raw) for item, raw in zip(typed, value, strict=False))
    if is_object(typed):
        # A map takes any key: an object type that knows some of them says more.
        return 1 + sum(left_over(item, value[key]) for key, item in typed.items()) if is_object(value) else 0
    kind = kind_of(typed)
    looseness: Any = getattr(kind, "looseness_", None)
    if looseness is not None:
        counted: int = looseness(typed, value)
        return counted
    return int(kind is not type(value) and kind is not bytes)


def _closest(failures: list[MismatchError], value: object) -> MismatchError:
    # The variant that failed deepest is most likely the one that was meant.
    if len(failures) == 1:
        return failures[0]
    deepest = max(failures, key=lambda failure: len(failure.path), default=None)
    if deepest is not None and deepest.path != "$":
        return deepest
    return MismatchError("one of: " + ", ".join(dict.fromkeys(failure.expected for failure in failures)), value)
