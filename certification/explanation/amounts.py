"""What two amounts that should be equal tell by how they differ: a float, a factor, a rounding, a fee booked twice."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal

_NUMBER = r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?"
_PAIRS = tuple(
    re.compile(form)
    for form in (
        rf"(?P<what>fee|notional|quantity|filled) (?P<seen>{_NUMBER})(?: in all)?; by the model (?P<due>{_NUMBER})",
        rf"(?P<what>\w+) (?P<seen>{_NUMBER}) where (?P<due>{_NUMBER}) was asked",
        rf"charged (?P<seen>{_NUMBER}) (?P<what>\w+); {_NUMBER} of it is (?P<due>{_NUMBER})",
        rf"(?P<what>\w+) changed by (?P<seen>{_NUMBER}); the fills and fees say (?P<due>{_NUMBER})",
        rf"owns (?P<seen>{_NUMBER}) (?P<what>\w+); by the model (?P<due>{_NUMBER})",
    )
)
_EXACT_DIGITS = 15
"""So many significant digits every binary float of 64 bits keeps."""
_FLOAT_INTEGERS = 2**53
_LARGEST_FLOAT_ERROR = 2
"""In units of the last place."""
_MORE_DECIMALS = 5
_NOISE = Decimal("1e-12")
_SCALES = range(2, 13)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two amounts that should be equal."""

    what: str
    seen: Decimal
    due: Decimal

    @property
    def excess(self) -> Decimal:
        """By how much too much was seen."""
        return self.seen - self.due


def pairs_in(sentence: str) -> tuple[Pair, ...]:
    """The amounts that a finding's sentence holds against each other."""
    found = (match for form in _PAIRS for match in form.finditer(sentence))
    return tuple(Pair(what=match["what"], seen=Decimal(match["seen"]), due=Decimal(match["due"])) for match in found)


def through_float(seen: Decimal, due: Decimal) -> bool:
    """Whether what was seen is what a binary float of 64 bits makes of what was due."""
    if seen == due or not (seen.is_finite() and due.is_finite()) or abs(due.adjusted()) > 300:  # noqa: PLR2004 - the range of a float
        return False
    nearest = float(due)
    if due == due.to_integral_value() and abs(due) > _FLOAT_INTEGERS:
        return seen == Decimal(int(nearest)) or seen == Decimal(repr(nearest))
    if len(seen.as_tuple().digits) <= _EXACT_DIGITS or Decimal(repr(float(seen))) != seen:
        return False
    off = abs(seen - due)
    # A difference of two floats has the noise of the larger ones that it was made of.
    noise = _decimals(seen) - _decimals(due) >= _MORE_DECIMALS and off < _NOISE * abs(due)
    return noise or off <= _LARGEST_FLOAT_ERROR * Decimal(math.ulp(nearest))


def _decimals(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def factor(pair: Pair) -> Decimal | None:
    """How many times too large; ``None`` where that can't be said."""
    return pair.seen / pair.due if pair.due else None


def scale(pair: Pair) -> int:
    """The power of ten (two at least, either way) that lies between them; 0 where none does."""
    by = factor(pair)
    return next((sign * power for power in _SCALES for sign in (1, -1) if by == Decimal(10) ** (sign * power)), 0)


def one_step(pair: Pair) -> bool:
    """Whether they differ by one in the last digit of the one that has more of them after the point, at least six."""
    finest = max(map(_decimals, (pair.seen, pair.due)))
    return finest >= 6 and abs(pair.excess) == Decimal(1).scaleb(-finest)  # noqa: PLR2004 - coarser, it would be no rounding
