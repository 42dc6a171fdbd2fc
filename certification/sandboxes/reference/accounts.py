"""The demonstration accounts: keys that are worth nothing anywhere, and what each account starts with."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

FIRST_ACCOUNT = "alice"
OPENING_BALANCES = (("BTC", Decimal(100)), ("ETH", Decimal(1000)), ("USD", Decimal(10_000_000)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """One key of one account."""

    account: str
    key: str
    secret: str
    may_trade: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a credential may come from, and what it is unless said otherwise."""

    account: str
    variable: str
    may_trade: bool = True

    def credential(self, environment: Mapping[str, str]) -> Credential:
        word = self.variable.removeprefix("REFERENCE_").lower()
        return Credential(
            account=self.account,
            key=environment.get(f"{self.variable}_KEY", f"sandbox-only-{word}-key"),
            secret=environment.get(f"{self.variable}_SECRET", f"sandbox-only-{word}-secret-worth-nothing"),
            may_trade=self.may_trade,
        )


_PLACES = (
    _Place(account=FIRST_ACCOUNT, variable="REFERENCE_FIRST"),
    _Place(account="bob", variable="REFERENCE_SECOND"),
    _Place(account=FIRST_ACCOUNT, variable="REFERENCE_OBSERVER", may_trade=False),
)


def demo_credentials(environment: Mapping[str, str] = os.environ) -> tuple[Credential, ...]:
    """The first account's key, the second's, and one that may only look at the first.

    ``REFERENCE_FIRST_KEY``, ``REFERENCE_FIRST_SECRET`` and likewise ``SECOND`` and ``OBSERVER`` replace the built-in ones.
    """
    return tuple(place.credential(environment) for place in _PLACES)


def demo_environment(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The variables that ``exchanges/reference/profile.yaml`` names, and one key more.

    The values are those that an embedded sandbox started under ``environment`` accepts.
    """
    values: dict[str, str] = {}
    for place in _PLACES:
        credential = place.credential(environment)
        values |= {f"{place.variable}_KEY": credential.key, f"{place.variable}_SECRET": credential.secret}
    return values
