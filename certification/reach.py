"""What a certification of an exchange can reach today, and why not more: read off its profile, before anything is run.

An obstacle is something that is known to be missing. That there is none promises nothing: the run itself decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from certification.evidence.scenarios.run import STORIES
from certification.model import Level, Part
from certification.profile import Account, ExchangeProfile, RoleName, SandboxSpec, Trading

_WITHIN_SILVER = ("authentication.", "orders.other-account")
"""Stories that silver asks about; gold asks about the others."""
_NO_SANDBOX = "no sandbox"

_OF_LOGIN = ("login", "logged_in")
"""What streams need not be told of where a listen key takes the place of a login."""

_Lack = tuple[str, str]
"""What is missing, and what exactly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """Something that keeps a level, and every one above it, out of reach."""

    level: Level
    reason: str
    detail: str = ""
    """What exactly, for who wants to remove it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far one part of an exchange can come."""

    part: Part
    obstacles: tuple[Obstacle, ...]
    """In ascending order of levels."""

    @property
    def level(self) -> Level:
        """The highest level without an obstacle up to it."""
        return Level(min((obstacle.level for obstacle in self.obstacles), default=Level.PLATINUM + 1) - 1)

    @property
    def next(self) -> tuple[str, ...]:
        """What keeps the next level out of reach."""
        return tuple(obstacle.reason for obstacle in self.obstacles if obstacle.level == self.level + 1)


def reach(profile: ExchangeProfile, variables: frozenset[str]) -> tuple[Reach, Reach]:
    """How far the API and the SDKs can come, in this order.

    Args:
        profile: the exchange.
        variables: the environment variables that are set, of which the profile's accounts may be some.
    """
    shared = tuple(sorted(_obstacles(profile, variables), key=lambda obstacle: obstacle.level))
    return Reach(part=Part.API, obstacles=shared), Reach(part=Part.SDKS, obstacles=shared)


def _has_sandbox(sandbox: SandboxSpec | None) -> bool:
    return sandbox is not None and bool(sandbox.url or sandbox.image or sandbox.reference)


def _obstacles(profile: ExchangeProfile, variables: frozenset[str]) -> Iterator[Obstacle]:
    for reason, detail in (*_without_sandbox(profile, variables), *_without_roles(profile.trading, within_silver=True)):
        yield Obstacle(level=Level.SILVER, reason=reason, detail=detail)
    for reason, detail in (
        *_without_own_sandbox(profile, variables),
        *_without_money(profile.trading),
        *_without_roles(profile.trading, within_silver=False),
        *_without_streams(profile),
    ):
        yield Obstacle(level=Level.GOLD, reason=reason, detail=detail)
    yield Obstacle(level=Level.PLATINUM, reason="needs a row of nightly runs that passed")


def _without_sandbox(profile: ExchangeProfile, variables: frozenset[str]) -> Iterator[_Lack]:
    sandbox = profile.sandbox
    if sandbox is None or not _has_sandbox(sandbox):
        yield _NO_SANDBOX, ""
        return
    if profile.signing is None:
        yield "no signing recipe", "private calls can't be made"
    if sandbox.reference:
        return
    for number, whose in enumerate(("the sandbox's", "a second account's")):
        if number >= len(sandbox.accounts):
            yield f"{whose} credentials are not named", "sandbox.accounts"
        elif unset := _unset(sandbox.accounts[number], variables):
            yield f"{whose} credentials are not set", ", ".join(unset)


def _unset(account: Account, variables: frozenset[str]) -> tuple[str, ...]:
    return tuple(name for name in (account.key, account.secret, account.passphrase) if name and name not in variables)


def _without_roles(trading: Trading | None, *, within_silver: bool) -> Iterator[_Lack]:
    if trading is None:
        if within_silver:
            yield "no trading roles", ""
        return
    stories = [story for story in STORIES if story.id.startswith(_WITHIN_SILVER) == within_silver and not story.extra]
    missing = dict.fromkeys(role for story in stories for role in (story.about, *story.needs) if role not in trading.roles)
    if missing:
        yield f"no trading role {', '.join(missing)}", ""


def _without_own_sandbox(profile: ExchangeProfile, variables: frozenset[str]) -> Iterator[_Lack]:
    sandbox = profile.sandbox
    if sandbox is None or not _has_sandbox(sandbox):
        return
    if sandbox.url and not sandbox.is_exclusive:
        yield (
            "a shared sandbox",
            "a documented limit is only broken where nobody else calls: sandbox.exclusive, or an image",
        )
    if sandbox.observer is None:
        yield "no key that may only read", "sandbox.observer"
    elif not sandbox.reference and (unset := _unset(sandbox.observer, variables)):
        yield "the key that may only read is not set", ", ".join(unset)


def _without_money(trading: Trading | None) -> Iterator[_Lack]:
    """What the stories of money need beyond roles."""
    if trading is None:
        return
    if trading.taker_fee is None and trading.fees is None:
        yield "no documented fee", "trading.taker_fee"
    if trading.fees is None:
        yield "how fees are charged is not said", "trading.fees"
    reads: tuple[tuple[RoleName, tuple[str, ...]], ...] = (("balances", ("asset", "free", "held")), ("fills", ("price", "quantity", "fee")))
    for role, wanted in reads:
        known = trading.roles.get(role)
        absent = [name for name in wanted if known is not None and name not in known.fields]
        if absent:
            yield f"the role {role} reads no {', '.join(absent)}", ""
    place = trading.roles.get("place")
    if place is not None and "client_order_id" not in place.arguments:
        yield "the role place takes no client order id", ""


def _without_streams(profile: ExchangeProfile) -> Iterator[_Lack]:
    streams = profile.trading.streams if profile.trading else None
    if streams is None:
        if profile.spec.streams is not None:
            yield "how streams are spoken to is not said", "trading.streams"
        return
    wanted = dict.fromkeys(name for story in STORIES if not story.extra for name in (*story.sends, *story.hears))
    keyed = profile.behaviour.streams is not None and profile.behaviour.streams.listen_key is not None
    needless = _OF_LOGIN if keyed or streams.signed_orders else ()
    unsaid = [name for name in wanted if name not in streams.send and name not in streams.heard and name not in needless]
    if unsaid:
        yield f"streams without {', '.join(unsaid)}", "trading.streams"
