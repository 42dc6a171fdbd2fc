"""Made-up values of a type: the same for the same seed, valid, and chosen to show what a careless SDK loses.

Values come back from an SDK equal, not identical: compare with ``json_text.same_json``, for which ``1.10`` and ``1.1`` are one
number and ``0.1234567890123456789`` and ``0.12345678901234568`` are two.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, assert_never

from sdkgen.api import single
from sdkgen.api.dice import Dice
from sdkgen.api.height import ENDLESS, Heights
from sdkgen.api.json_text import JsonValue, dumps_exact, loads_exact
from sdkgen.api.model import (
    AliasType,
    EnumType,
    Field,
    ListOf,
    MapOf,
    Name,
    NamedType,
    Nullable,
    ObjectType,
    Reference,
    Scalar,
    ScalarKind,
    TupleOf,
    Type,
    UnionType,
)

if TYPE_CHECKING:
    from sdkgen.api.model import Api, JsonText

GENERATED, PRECISION, UNKNOWN = "generated", "precision", "unknown"

_DEEPEST = 5
"""Below so many objects, only what a value must have is made."""
_MOST_VALUES = 3000
"""Beyond so many single values, only what a value must have is made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One made-up value."""

    value: JsonText
    probe: str
    """What it shows: ``generated`` (an ordinary value), ``precision`` (it holds numbers that binary floats can't), ``unknown`` (it
    holds keys and enum values that the description does not know)."""


class _Style(Enum):
    """What a sample is made to show."""

    FULL = GENERATED
    BARE = "bare"
    NULLS = "nulls"
    PRECISE = PRECISION
    STRANGE = UNKNOWN
    ODD = "odd"
    EDGES = "edges"
    EMPTY = "empty"
    LONG = "long"
    UNUSUAL = "unusual"
    MIXED = "mixed"


_ORDER = (_Style.FULL, _Style.PRECISE, _Style.BARE, _Style.STRANGE, _Style.NULLS, _Style.ODD)
_FURTHER = (_Style.EDGES, _Style.UNUSUAL, _Style.EMPTY, _Style.LONG, _Style.EDGES, _Style.UNUSUAL, _Style.EDGES)
"""After those, where more are asked for."""
_PROBES = {_Style.PRECISE: PRECISION, _Style.EDGES: PRECISION, _Style.STRANGE: UNKNOWN}
_SHOWING = (_Style.PRECISE, _Style.STRANGE, _Style.EDGES)
"""Styles of which a type may have nothing to show."""
_LONG_LIST = 60


def examples(api: Api, wanted: Type, *, seed: int, count: int, plain: bool = False) -> tuple[Sample, ...]:
    """Values of a type.

    The first ones are, in this order: everything that is optional present; numbers that binary floats can't hold; nothing
    optional present; unknown keys and enum values; all nulls that are allowed; texts with unusual characters. Beyond those, where more
    are asked for and not ``plain``: numbers at the ends of what programs hold, keys and texts that trip them, empty and long lists. The
    rest is mixed.

    Args:
        api: where named types are looked up.
        wanted: the type.
        seed: the same seed gives the same values.
        count: how many at most. There are fewer where a type has not that many values, and none where it has none at all.
        plain: texts of letters and digits only, never empty, and no value that the description does not know: what fits into a
            path or header.
    """
    return Values(api).examples(wanted, seed=seed, count=count, plain=plain)


class Values:
    """Makes values of one API's types. For many types, make one of these and ask it often."""

    def __init__(self, api: Api) -> None:
        self._types: dict[Name, NamedType] = {declared.name: declared for declared in api.types}
        self._members: dict[Name, tuple[JsonValue, ...]] = {}
        self._plain = False
        self._heights = Heights(self._types)
        self._style = _Style.FULL
        self._dice = Dice("")
        self._made = 0
        self._turn = 0
        self._edgy = False
        self._shows = False
        self._in_union = 0

    def examples(self, wanted: Type, *, seed: int, count: int, plain: bool = False) -> tuple[Sample, ...]:
        """As the function ``examples``."""
        if count < 1 or self._heights.of(wanted) >= ENDLESS:
            return ()
        self._plain = plain
        self._edgy = count > len(_ORDER) and not plain
        further = _FURTHER if self._edgy else ()
        styles = [style for style in (*_ORDER, *further) if not plain or style not in (_Style.STRANGE, _Style.ODD, *_FURTHER)]
        found: dict[str, Sample] = {}
        for attempt in range(len(styles) + count * 3):
            style = styles[attempt] if attempt < len(styles) else _Style.MIXED
            value, shows = self._make(wanted, style, Dice(f"{seed} {attempt}"), attempt)
            if shows:
                text = dumps_exact(value)
                found.setdefault(text, Sample(value=text, probe=_PROBES.get(style, GENERATED)))
            if len(found) == count:
                break
        return tuple(found.values())

    def _make(self, wanted: Type, style: _Style, dice: Dice, turn: int) -> tuple[JsonValue, bool]:
        """A value, and whether it shows what its style is for."""
        self._style, self._dice, self._made, self._in_union, self._turn = style, dice, 0, 0, turn
        self._shows = style not in _SHOWING
        return self._value(wanted, 0, turn), self._shows

    def _sparse(self, depth: int) -> bool:
        return depth > _DEEPEST or self._made > _MOST_VALUES

    def _value(self, wanted: Type, depth: int, turn: int) -> JsonValue:
        self._made += 1
        match wanted:
            case Scalar():
                return self._scalar(wanted)
            case Nullable():
                return None if self._wants_null(wanted.inner, depth) else self._value(wanted.inner, depth, turn)
            case ListOf():
                return self._list(wanted, depth, turn)
            case TupleOf():
                rest = [wanted.rest] if wanted.rest is not None and self._optional(wanted.rest, depth) else []
                return [self._value(item, depth, turn) for item in (*wanted.items, *rest)]
            case MapOf():
                return self._map(wanted, depth)
            case Reference():
                return self._named(self._types[wanted.name], depth, turn)
            case _:
                assert_never(wanted)

    def _scalar(self, wanted: Scalar) -> JsonValue:
        precise = self._style in (_Style.PRECISE, _Style.EDGES) or (self._style is _Style.MIXED and self._dice.chance(4))
        odd = self._style in (_Style.ODD, _Style.UNUSUAL)
        match wanted.kind:
            case ScalarKind.STRING if self._style in (_Style.UNUSUAL, _Style.EMPTY) and single.is_free(wanted):
                return "" if self._style is _Style.EMPTY else self._pick(single.UNUSUAL_TEXTS)
            case ScalarKind.STRING | ScalarKind.BINARY:
                return single.text(wanted, self._dice, odd=odd, plain=self._plain)
            case ScalarKind.INTEGER | ScalarKind.DECIMAL:
                return self._number(wanted, precise=precise)
            case ScalarKind.BOOLEAN:
                return self._dice.chance(2)
            case ScalarKind.ANY:
                self._shows = self._shows or self._style is _Style.PRECISE
                return "any" if self._plain else single.anything(self._dice, precise=precise, odd=odd)
            case _:
                assert_never(wanted.kind)

    def _number(self, wanted: Scalar, *, precise: bool) -> JsonValue:
        self._shows = self._shows or self._style in (_Style.PRECISE, _Style.EDGES)
        if self._style is _Style.EDGES:
            return single.edge_number(wanted, self._turn + self._made, self._dice)
        if self._edgy and self._style is _Style.MIXED and self._dice.chance(3):
            return single.edge_number(wanted, self._dice.below(len(single.EDGE_NUMBERS)), self._dice)
        return single.number(wanted, self._dice, precise=precise)

    def _pick(self, choices: tuple[str, ...]) -> str:
        """One after the other."""
        return choices[(self._turn + self._made) % len(choices)]

    def _wants_null(self, inner: Type, depth: int) -> bool:
        if self._heights.of(inner) >= ENDLESS or self._sparse(depth):
            return True
        return self._style is _Style.NULLS or (self._style is _Style.MIXED and self._dice.chance(4))

    def _optional(self, wanted: Type, depth: int) -> bool:
        """Whether to make what may be left out."""
        if self._heights.of(wanted) >= ENDLESS or self._sparse(depth) or self._style is _Style.BARE:
            return False
        return self._style is not _Style.MIXED or self._dice.chance(2)

    def _list(self, wanted: ListOf, depth: int, turn: int) -> JsonValue:
        least = wanted.min_items or 0
        most = max(least, 2 if wanted.max_items is None else min(wanted.max_items, least + 2))
        length = self._dice.between(max(least, min(1, most)), most) if self._optional(wanted.items, depth) else least
        if self._style is _Style.EMPTY:
            length = least
        elif self._style is _Style.LONG and length and not self._sparse(depth + 1):
            length = min(wanted.max_items or _LONG_LIST, _LONG_LIST)
        return [self._value(wanted.items, depth, turn + index) for index in range(min(length, 1000))]

    def _map(self, wanted: MapOf, depth: int) -> JsonValue:
        if not self._optional(wanted.values, depth) or self._style is _Style.EMPTY:
            return {}
        if self._style is _Style.UNUSUAL:
            return {key: self._value(wanted.values, depth + 1, index) for index, key in enumerate(single.UNUSUAL_KEYS)}
        keys = ("BTC", "交易 🚀") if self._style is _Style.ODD else ("BTC", "eth-usd")
        return {key: self._value(wanted.values, depth + 1, index) for index, key in enumerate(keys)}

    def _named(self, declared: NamedType, depth: int, turn: int) -> JsonValue:
        match declared:
            case AliasType():
                return self._value(declared.target, depth, turn)
            case EnumType():
                return self._enum(declared, turn)
            case UnionType():
                return self._union(declared, depth, turn)
            case ObjectType():
                return self._object(declared, depth)
            case _:
                assert_never(declared)

    def _enum(self, declared: EnumType, turn: int) -> JsonValue:
        if declared.name not in self._members:
            self._members[declared.name] = tuple(loads_exact(member.value) for member in declared.members)
        values = self._members[declared.name]
        if self._style is _Style.STRANGE and not self._in_union and declared.kind is not ScalarKind.BOOLEAN:
            self._shows = True
            return single.stranger(values, declared.kind)
        return values[turn % len(values)]

    def _union(self, declared: UnionType, depth: int, turn: int) -> JsonValue:
        possible = [variant for variant in declared.variants if self._heights.of(variant) < ENDLESS]
        chosen = min(possible, key=self._heights.of) if self._sparse(depth) else possible[turn % len(possible)]
        # An unknown enum value could be the very thing that tells the variants apart.
        self._in_union += 1
        value = self._value(chosen, depth + 1, turn)
        self._in_union -= 1
        discriminator = declared.discriminator
        if discriminator is not None and isinstance(value, dict) and isinstance(chosen, Reference):
            telling = [text for text, name in discriminator.mapping if name == chosen.name]
            if telling and not (isinstance(value.get(discriminator.wire_name), str) and value[discriminator.wire_name] in telling):
                value[discriminator.wire_name] = telling[0]
        return value

    def _object(self, declared: ObjectType, depth: int) -> JsonValue:
        value: dict[str, JsonValue] = {}
        for index, field in enumerate(declared.fields):
            if field.required or self._optional(field.type, depth):
                value[field.wire_name] = self._field(field, depth, index)
        if declared.extra is not None and self._optional(declared.extra, depth):
            value["extra-key"] = self._value(declared.extra, depth + 1, 0)
        elif self._style is _Style.UNUSUAL and declared.extra is None:
            unusual = self._pick(single.UNUSUAL_KEYS)
            if all(field.wire_name != unusual for field in declared.fields):
                value[unusual] = [unusual, {unusual: None}]
        elif self._style is _Style.STRANGE and declared.extra is None:
            self._shows = True
            value["addedLater"] = {"since": "2031-01-01", "step": single.PRECISE_DECIMALS[0], "note": "é"}
        return value

    def _field(self, field: Field, depth: int, turn: int) -> JsonValue:
        """A field's value: its documented example where an ordinary one will do."""
        if self._style in (_Style.FULL, _Style.BARE) and field.examples:
            return loads_exact(field.examples[turn % len(field.examples)].value)
        return self._value(field.type, depth + 1, turn)
