"""What an operation of the second exchange takes, and how it is read out of a query or a form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import parse_qsl

from benchmarks.second_exchange.orders import RefusedError

_MISSING, _UNREAD, _DUPLICATE, _ILLEGAL = -1102, -1104, -1101, -1100
_WHOLE = r"0|[1-9][0-9]{0,18}"
_LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One argument: its form and whether it must be there."""

    name: str
    pattern: str = r"[^\n]*"
    least: int = 0
    most: int = _LARGEST
    whole: bool = False
    required: bool = False


def whole(name: str, least: int = 0, most: int = _LARGEST, *, required: bool = False) -> Parameter:
    """A whole number in a range."""
    return Parameter(name=name, pattern=_WHOLE, least=least, most=most, whole=True, required=required)


def word(name: str, *words: str, required: bool = False) -> Parameter:
    """One of some words."""
    return Parameter(name=name, pattern="|".join(words), required=required)


def decimal(name: str, *, required: bool = False) -> Parameter:
    """An amount with at most eight decimals."""
    return Parameter(name=name, pattern=r"(0|[1-9][0-9]{0,11})(\.[0-9]{1,8})?", required=required)


SYMBOL = Parameter(name="symbol", pattern=r"[A-Z0-9]{5,12}", required=True)
ANY_SYMBOL = Parameter(name="symbol", pattern=r"[A-Z0-9]{5,12}")
SIGNED = (
    whole("timestamp", 1, 9_999_999_999_999, required=True),
    whole("recvWindow", 1, 60_000),
    Parameter(name="signature", pattern=r"[0-9a-f]{64}", required=True),
)


class Arguments:
    """Arguments that were read."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = dict(values)

    def text(self, name: str, default: str = "") -> str:
        """An argument as it was sent."""
        return self._values.get(name, default)

    def maybe(self, name: str) -> str | None:
        """An argument, or nothing."""
        return self._values.get(name)

    def number(self, name: str, default: int) -> int:
        """A whole number."""
        return int(self._values[name]) if name in self._values else default

    def amount(self, name: str) -> Decimal | None:
        """An amount."""
        return Decimal(self._values[name]) if name in self._values else None


def pairs_of(raw: bytes) -> list[tuple[str, str]]:
    """A query or a form taken apart.

    Raises:
        RefusedError: it is none.
    """
    try:
        return parse_qsl(raw.decode("utf-8"), keep_blank_values=True, strict_parsing=bool(raw), errors="strict")
    except ValueError as error:
        raise RefusedError(400, _ILLEGAL, "Illegal characters found in a parameter.") from error


def read(raw: bytes, wanted: tuple[Parameter, ...]) -> Arguments:
    """The arguments, held against what is wanted.

    Raises:
        RefusedError: one is missing, unknown, doubled or malformed.
    """
    pairs = pairs_of(raw)
    values = dict(pairs)
    if len(values) < len(pairs):
        raise RefusedError(400, _DUPLICATE, "Duplicate values for a parameter detected.")
    if set(values) - {each.name for each in wanted}:
        raise RefusedError(400, _UNREAD, "Not all sent parameters were read.")
    for each in wanted:
        if each.name not in values:
            if each.required:
                raise RefusedError(400, _MISSING, f"Mandatory parameter '{each.name}' was not sent.")
            continue
        text = values[each.name]
        if re.fullmatch(each.pattern, text) is None or (each.whole and not each.least <= int(text) <= each.most):
            raise RefusedError(400, _ILLEGAL, f"Illegal value for parameter '{each.name}'.")
    return Arguments(values)
