"""How Osprey writes and reads: amounts with a fixed number of decimals, instants in ISO 8601, pages with a cursor."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from benchmarks.fourth_exchange.products import ATOM
from benchmarks.fourth_exchange.refusals import Refusal, invalid

_T = TypeVar("_T")
SECOND = 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_AMOUNT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,12})?")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z")
_CURSOR = re.compile(r"[0-9]{1,15}")
_MOST_ON_A_PAGE = 100


def amount(value: Decimal, step: Decimal = ATOM) -> str:
    """With as many decimals as the step has; never with an exponent."""
    return f"{value.quantize(step):f}"


def iso(at: int) -> str:
    """Microseconds since 1970 as an instant in UTC with six decimals."""
    return (_EPOCH + timedelta(microseconds=at)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def instant(text: str) -> int | None:
    """Microseconds since 1970; nothing where the text is no instant in UTC."""
    if _INSTANT.fullmatch(text) is None:
        return None
    try:
        return (datetime.fromisoformat(text) - _EPOCH) // timedelta(microseconds=1)
    except ValueError:
        return None


def read_amount(body: Mapping[str, Any], name: str) -> Decimal | None:
    """A positive amount, which must be a string; nothing where it is absent.

    Raises:
        Refusal: it is something else.
    """
    if name not in body:
        return None
    text = body[name]
    if not isinstance(text, str) or _AMOUNT.fullmatch(text) is None or not Decimal(text):
        raise invalid(name, "must be a positive decimal number in a string")
    return Decimal(text)


def one_of(fields: Mapping[str, Any], name: str, choices: tuple[str, ...], usual: str | None = None) -> str:
    """One of the choices, or the usual one where the field is absent.

    Raises:
        Refusal: it is absent and has no usual value, or is none of the choices.
    """
    value = fields.get(name, usual)
    if not isinstance(value, str) or value not in choices:
        raise invalid(name, f"must be one of {', '.join(choices)}")
    return value


def page(items: Iterable[_T], number: Callable[[_T], int], query: Mapping[str, str], shift: int = 0) -> tuple[list[_T], str | None]:
    """The newest items that are older than the cursor `after`, at most `limit`; and the cursor of the next page, if there is one.

    `shift` moves the cursor, which is wrong unless it is zero.

    Raises:
        Refusal: the cursor or the limit is none.
    """
    limit, after = query.get("limit", str(_MOST_ON_A_PAGE)), query.get("after")
    if _CURSOR.fullmatch(limit) is None or not 1 <= int(limit) <= _MOST_ON_A_PAGE:
        raise invalid("limit", f"must be a whole number from 1 to {_MOST_ON_A_PAGE}")
    if after is not None and _CURSOR.fullmatch(after) is None:
        raise invalid("after", "is no cursor that X-After gave")
    newest = sorted(items, key=number, reverse=True)
    older = [item for item in newest if after is None or number(item) < int(after)]
    told = older[: int(limit)]
    return told, str(number(told[-1]) + shift) if len(older) > len(told) else None


def only(body: Mapping[str, Any], known: tuple[str, ...]) -> None:
    """Refuse a body that has a field which nobody knows.

    Raises:
        Refusal: it has.
    """
    if unknown := sorted(set(body) - set(known)):
        raise Refusal(400, "invalid_parameter", f"unknown field: {unknown[0][:40]}")
