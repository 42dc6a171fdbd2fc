"""The form-encoded body of a private call and the query of a public one, read field by field."""

from __future__ import annotations

import re
from decimal import Decimal
from urllib.parse import parse_qsl

from benchmarks.third_exchange.assets import ASSET_NAMES, PAIR_NAMES, Asset, Pair
from benchmarks.third_exchange.refusals import INVALID_ARGUMENTS, UNKNOWN_ASSET, UNKNOWN_PAIR, RefusedError

_DECIMAL = re.compile(r"[0-9]{1,12}(\.[0-9]{1,10})?")
_WHOLE = re.compile(r"-?[0-9]{1,19}")
_SECONDS = re.compile(r"[0-9]{1,11}(\.[0-9]{1,6})?")
_CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{1,36}")
MICROSECONDS = 1_000_000


class Form:
    """The fields of one call; every reader refuses what is not written as the documentation says."""

    def __init__(self, fields: dict[str, str]) -> None:
        self._fields = fields

    def given(self, name: str) -> bool:
        """Whether the caller sent this field with something in it."""
        return bool(self._fields.get(name))

    def text(self, name: str) -> str:
        """A field that must be there."""
        value = self._fields.get(name, "")
        if not value:
            raise RefusedError(INVALID_ARGUMENTS, name)
        return value

    def choice(self, name: str, choices: tuple[str, ...], default: str | None = None) -> str:
        """One of these words."""
        if default is not None and not self.given(name):
            return default
        if (value := self.text(name)) not in choices:
            raise RefusedError(INVALID_ARGUMENTS, name)
        return value

    def decimal(self, name: str) -> Decimal:
        """A decimal over zero, without sign and exponent."""
        value = Decimal(self._matching(name, _DECIMAL))
        if not value:
            raise RefusedError(INVALID_ARGUMENTS, name)
        return value

    def whole(self, name: str, low: int, high: int, default: int) -> int:
        """A whole number within limits."""
        if not self.given(name):
            return default
        value = int(self._matching(name, _WHOLE))
        if not low <= value <= high:
            raise RefusedError(INVALID_ARGUMENTS, name)
        return value

    def moment(self, name: str) -> int | None:
        """A time in decimal seconds, as microseconds."""
        return int(Decimal(self._matching(name, _SECONDS)) * MICROSECONDS) if self.given(name) else None

    def client_id(self, name: str = "cl_ord_id") -> str | None:
        """A caller's own id."""
        return self._matching(name, _CLIENT_ID) if self.given(name) else None

    def flag(self, name: str) -> bool:
        """True or false."""
        return self.choice(name, ("true", "false"), "false") == "true"

    def pair(self, name: str = "pair") -> Pair:
        """A pair by its wire name or its everyday name."""
        if (pair := PAIR_NAMES.get(self.text(name))) is None:
            raise RefusedError(UNKNOWN_PAIR)
        return pair

    def asset(self, name: str = "asset") -> Asset:
        """An asset by its wire name or its everyday name."""
        if (asset := ASSET_NAMES.get(self.text(name))) is None:
            raise RefusedError(UNKNOWN_ASSET)
        return asset

    def names(self, name: str) -> tuple[str, ...]:
        """Names with commas between them."""
        return tuple(part.strip() for part in self.text(name).split(","))

    def _matching(self, name: str, pattern: re.Pattern[str]) -> str:
        value = self.text(name)
        if not pattern.fullmatch(value):
            raise RefusedError(INVALID_ARGUMENTS, name)
        return value


def read(encoded: bytes) -> dict[str, str]:
    """The fields of a form.

    Raises:
        RefusedError: it is no form, or a field stands twice.
    """
    try:
        pairs = parse_qsl(encoded.decode("utf-8"), keep_blank_values=True, strict_parsing=bool(encoded), errors="strict", max_num_fields=64)
    except ValueError as error:
        raise RefusedError(INVALID_ARGUMENTS) from error
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise RefusedError(INVALID_ARGUMENTS)
    return fields
