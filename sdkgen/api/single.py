"""Made-up single values: numbers inside their limits, texts of a format, and those that show a lost digit."""

from __future__ import annotations

import base64
import string
import uuid
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal, localcontext
from typing import TYPE_CHECKING

from sdkgen.api.model import ScalarKind
from sdkgen.api.pattern import PatternError, text_matching

if TYPE_CHECKING:
    from collections.abc import Callable

    from sdkgen.api.dice import Dice
    from sdkgen.api.json_text import JsonValue
    from sdkgen.api.model import Limits, Scalar

_EXACT = Context(prec=200)
_REACH, _BEYOND = Decimal("1E+40"), Decimal("1E+400")
"""How large numbers without a limit become; and how large those at the ends."""

PRECISE_DECIMALS = tuple(
    map(
        Decimal,
        (
            "0.1234567890123456789",
            "12345678901234567890",
            "1.10",
            "9007199254740993",
            "98765432109876543210.0123456789",
            "0.00000001",
            "-0.1000000000000000055511151231257827",
        ),
    )
)
"""Numbers that a 64-bit binary float can't hold, or whose digits it would drop."""

PRECISE_INTEGERS = (9007199254740993, 12345678901234567890, 9223372036854775807, -9007199254740993)
"""Whole numbers beyond what a 64-bit binary float can tell apart."""

EDGE_NUMBERS = tuple(
    map(
        Decimal,
        (
            "0",
            "-0.0",
            "1E-8",
            "1E+308",
            "12345678901234567890",
            "1234567890123456789012345678901234567890",
            "0.1234567890123456789012345678901234567890",
            "9007199254740993",
            "9223372036854775808",
            "-9223372036854775809",
            "-1E-30",
            "1.000",
            "18446744073709551616",
        ),
    )
)
"""Numbers at the ends of what programs hold: zeros, tiny and huge ones, beyond 53 and 64 bits."""

UNUSUAL_KEYS = ("__proto__", "constructor", "toString", "hasOwnProperty", "", "self", "交易 🚀", "a\x00b", "\u202e", "extra")
"""Keys that are something else to a language, or nothing to see."""

UNUSUAL_TEXTS = (
    "",
    "\x00\x01\x1f\x7f\x80\x9f",
    "\ufeffmark\ufffe\uffff",
    "\U0001d518\U0001d52b \U0001f680\U0001f469\u200d\U0001f467",
    "\u202eright to left\u2066\u200b",
    "line\u2028para\u2029next\u0085",
    "e\u0301 \u00e9 \u1e69 s\u0323\u0307",
    "\\u0041 \\n %00 ${x} {{x}} <!--",
    "x" * 5000,
)
"""Texts with controls, marks, astral and combining characters, what looks like an escape, nothing, and much."""

_WIDTHS = {"int8": 7, "uint8": 8, "int16": 15, "uint16": 16, "int32": 31, "uint32": 32, "int64": 63, "uint64": 64}
_ODD_TEXTS = ("Grüße aus Zürich", "交易所 ✓", '"quoted" \\ back', "line\nbreak\ttab", "🚀\u2028end", "İıŞß", "null", "1.10")
_LETTERS = string.ascii_lowercase + string.digits


def edge_number(scalar: Scalar, turn: int, dice: Dice) -> int | Decimal:
    """The turn-th of the numbers at the ends that fit its limits; an ordinary one where none does."""
    with localcontext(_EXACT):
        whole = scalar.kind is ScalarKind.INTEGER
        step = Decimal(scalar.limits.multiple_of or "0")
        lowest, highest = _range(scalar, reach=_REACH if step else _BEYOND)
        fitting = [
            value
            for value in EDGE_NUMBERS
            if lowest <= value <= highest and not (whole and value != value.to_integral_value()) and not (step and value % step)
        ]
    if not fitting:
        return number(scalar, dice, precise=True)
    chosen = fitting[turn % len(fitting)]
    return int(chosen) if whole else chosen


def number(scalar: Scalar, dice: Dice, *, precise: bool) -> int | Decimal:
    """A number of that kind inside its limits; where ``precise``, one that a binary float would change if the limits let it."""
    whole = scalar.kind is ScalarKind.INTEGER
    with localcontext(_EXACT):
        lowest, highest = _range(scalar)
        step = Decimal(scalar.limits.multiple_of or "0")
        fitting = (
            [value for value in _precise(whole=whole) if lowest <= value <= highest and not (step and value % step)] if precise else []
        )
        if fitting:
            chosen = dice.pick(fitting)
            return int(chosen) if whole else chosen
        return _inside(lowest, highest, step, dice, whole=whole, digits=19 if precise else 4)


def _precise(*, whole: bool) -> tuple[Decimal, ...]:
    return tuple(map(Decimal, PRECISE_INTEGERS)) if whole else PRECISE_DECIMALS


def _range(scalar: Scalar, *, reach: Decimal = _REACH) -> tuple[Decimal, Decimal]:
    limits, width = scalar.limits, _WIDTHS.get(scalar.format or "", 0)
    reach = Decimal(2**width - 1) if width else reach
    smallest = Decimal(0) if (scalar.format or "").startswith("uint") else -reach
    lowest = Decimal(limits.minimum) if limits.minimum is not None else smallest
    highest = Decimal(limits.maximum) if limits.maximum is not None else reach
    nudge = Decimal(1) if scalar.kind is ScalarKind.INTEGER else min(max(highest - lowest, Decimal(0)) / 1000, Decimal("0.0001"))
    lowest += nudge if limits.exclusive_minimum else 0
    highest -= nudge if limits.exclusive_maximum else 0
    return lowest, highest


def _inside(lowest: Decimal, highest: Decimal, step: Decimal, dice: Dice, *, whole: bool, digits: int) -> int | Decimal:
    """A number between two others: a sensible size where they leave the choice."""
    low, high = max(lowest, Decimal(0)), min(highest, Decimal(100_000))
    if low > high:
        low, high = (lowest, lowest + 1000) if lowest > 0 else (max(lowest, highest - 1000), highest)
        high = min(high, highest)
    finest = min((high - low).scaleb(-digits), Decimal(1).scaleb(-digits))
    unit = step if step > 0 else Decimal(1) if whole else finest
    if unit == 0:
        return low
    first = (low / unit).to_integral_value(ROUND_CEILING)
    last = (high / unit).to_integral_value(ROUND_FLOOR)
    value = unit * dice.between(int(first), max(int(first), int(last)))
    return int(value) if whole else value


def is_free(scalar: Scalar) -> bool:
    """Whether any text will do."""
    return scalar.format is None and scalar.limits.pattern is None and not scalar.limits.min_length and scalar.limits.max_length is None


def text(scalar: Scalar, dice: Dice, *, odd: bool, plain: bool) -> str:
    """A text of that format and pattern, inside its limits.

    Args:
        scalar: what it must be.
        dice: chance.
        odd: prefer characters that trip programs, where format and pattern leave the choice.
        plain: only letters and digits, never empty, where format and pattern leave the choice.
    """
    limits = scalar.limits
    if limits.pattern is not None:
        try:
            return _sized(text_matching(limits.pattern, dice), limits)
        except PatternError:
            pass
    made = _formatted(scalar.format or "", dice)
    if made is not None and _sized(made, limits) == made:
        return made
    if odd and not plain:
        return _sized(dice.pick(_ODD_TEXTS), limits)
    words = "".join(dice.pick(_LETTERS) for _ in range(dice.between(1, 12)))
    return _sized(words, limits)


def _sized(made: str, limits: Limits) -> str:
    shortest = limits.min_length or 0
    if limits.max_length is not None:
        made = made[: limits.max_length]
    return made + "x" * min(shortest - len(made), 10_000) if len(made) < shortest else made


def _formatted(text_format: str, dice: Dice) -> str | None:
    writer = _FORMATS.get(text_format)
    return None if writer is None else writer(dice)


def _day(dice: Dice) -> str:
    return (date(2024, 1, 1) + timedelta(days=dice.below(700))).isoformat()


def _clock(dice: Dice) -> str:
    return f"{dice.below(24):02}:{dice.below(60):02}:{dice.below(60):02}"


def _host(dice: Dice) -> str:
    return f"host{dice.below(100)}.example"


def _address(dice: Dice) -> str:
    return f"https://{_host(dice)}/{dice.below(1000)}"


def _fraction(dice: Dice) -> str:
    return format(Decimal(dice.below(10**12)).scaleb(-8), "f")


_FORMATS: dict[str, Callable[[Dice], str]] = {
    "date-time": lambda dice: f"{_day(dice)}T{_clock(dice)}.{dice.below(1_000_000):06}Z",
    "date": _day,
    "time": lambda dice: f"{_clock(dice)}Z",
    "duration": lambda dice: f"PT{dice.between(1, 59)}M",
    "uuid": lambda dice: str(uuid.UUID(int=dice.below(2**128), version=4)),
    "uri": _address,
    "url": _address,
    "uri-reference": lambda dice: f"/{dice.below(1000)}",
    "email": lambda dice: f"user{dice.below(1000)}@{_host(dice)}",
    "hostname": _host,
    "ipv4": lambda dice: f"192.0.2.{dice.below(256)}",
    "ipv6": lambda dice: f"2001:db8::{dice.below(65536):x}",
    "byte": lambda dice: base64.b64encode(str(dice.below(10**9)).encode()).decode(),
    **dict.fromkeys(("int32", "int64", "uint64", "integer"), lambda dice: str(dice.below(10**9))),
    **dict.fromkeys(("decimal", "bigdecimal", "double", "float", "number"), _fraction),
}


def anything(dice: Dice, *, precise: bool, odd: bool) -> JsonValue:
    """A value where the description does not say what it may be."""
    if precise:
        return {"exact": dice.pick(PRECISE_DECIMALS), "whole": dice.pick(PRECISE_INTEGERS)}
    if odd:
        return [dice.pick(_ODD_TEXTS), None, True]
    choices: tuple[JsonValue, ...] = ("text", 7, True, Decimal("0.50"))
    return dice.pick(choices)


def stranger(values: tuple[JsonValue, ...], kind: ScalarKind) -> JsonValue:
    """A value of that kind that is not among those known; a known one where there is no other."""
    match kind:
        case ScalarKind.STRING | ScalarKind.ANY | ScalarKind.BINARY:
            made = "ADDED_LATER"
            while made in values:
                made += "_"
            return made
        case ScalarKind.INTEGER | ScalarKind.DECIMAL:
            known = [value for value in values if isinstance(value, int | Decimal)]
            return int(max(known, default=0)) + 1000
        case ScalarKind.BOOLEAN:
            return values[0]
