"""The story that breaks one key's limit: what it grants, who else it stops, what a refused call does, and how it recovers."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from certification.evidence.facts import is_accepted, texts
from certification.evidence.pace import limits_on
from certification.evidence.record import ScenarioStep
from certification.evidence.scenarios.burst import KEY_BURST, at_once
from certification.evidence.scenarios.story import Story
from certification.evidence.scenarios.venue import Actor, Venue, told_to_wait_s

if TYPE_CHECKING:
    from certification.profile import ExchangeProfile, RoleName
    from sdkgen.api.model import Api
    from sdkgen.behaviour import RateLimit

_ROLES: tuple[RoleName, ...] = ("fills", "order_history", "open_orders", "balances")
"""Signed calls that change nothing."""
_MOST_CALLS, _MOST_S = 2_000, 60.0
_MOST_AGAIN, _MOST_WAIT_S = 100, 30.0
_RECOVERED = 5
"""How many calls' weight is waited for, at least."""
_SURE = 0.6
"""The share of what must have come back that is asked for."""
_TRIES = 10
_BANNED = 418
"""What some exchanges answer to who goes on regardless: a ban of minutes or days, of everybody at the same address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyBurst:
    """More signed calls of one key than its budget allows."""

    role: RoleName
    at_once: int
    """Weight that a rested key may use at once."""
    weight: int
    """Of one call."""
    requests: int
    per_ms: int
    """What comes back in which time."""
    sinks: bool
    """Whether it comes back bit by bit, not window by window."""
    rest_s: float
    """How long nothing is asked beforehand, so that nothing counts any more."""
    several: bool
    """Whether there is a second account, whose key must not be stopped."""

    @property
    def calls(self) -> int:
        """How many are made at most: what comes back meanwhile is used up too, or a budget on each side of a window's border."""
        return (4 if self.sinks else 2) * self.at_once // self.weight + 1

    @property
    def wait_s(self) -> float:
        """After how long some must have come back."""
        if not self.sinks:
            return self.per_ms / 1000
        return min(max(1.0, _RECOVERED * self.weight * self.per_ms / 1000 / self.requests), _MOST_WAIT_S)

    @property
    def back(self) -> int:
        """What has come back by then."""
        return math.floor(self.requests * self.wait_s * 1000 / self.per_ms)

    @property
    def again(self) -> int:
        """Calls after the first refusal: so many that they would outweigh what comes back, if they counted."""
        return min(_MOST_AGAIN, 2 * self.back // self.weight + 1)

    @property
    def recovered(self) -> int:
        """Calls after the wait that must all be accepted."""
        return min(_MOST_AGAIN, max(1, math.floor(_SURE * self.back / self.weight)))

    def facts(self) -> tuple[tuple[str, str], ...]:
        """What a check must know of it."""
        return (
            ("budget.at_once", str(self.at_once)),
            ("budget.per_ms", str(self.per_ms)),
            ("budget.requests", str(self.requests)),
            ("budget.sinks", str(self.sinks).lower()),
            ("budget.weight", str(self.weight)),
        )


def key_burst_of(profile: ExchangeProfile, api: Api, *, several: bool) -> KeyBurst | None:
    """How a key's limit is broken with the fewest calls; ``None`` where none is stated, or it would take too many calls or too long.

    Args:
        profile: whose limits are ``per_key``.
        api: the description, which knows what a role's operation is.
        several: whether the sandbox has a second account.
    """
    operations = {operation.id: operation for operation in api.operations}
    roles = profile.trading.roles if profile.trading else {}
    found = []
    for role in _ROLES:
        operation = operations.get(roles[role].operation) if role in roles else None
        limits = limits_on(operation, profile.behaviour.limits) if operation is not None and operation.signed else ()
        rest_s = max((_refilled_s(limit) for limit, _ in limits), default=0.0)
        first = min(limits, key=lambda each: (at_once(each[0]) // each[1], each[0].per_ms), default=None)
        if first is None or not first[0].per_key or rest_s > _MOST_S:
            continue
        whole = _burst(role, *first, rest_s=rest_s, several=several)
        shared = _shared(profile, limits)
        if shared is None or shared > whole.calls + whole.again + _TRIES:
            found.append(whole)
        elif shared > whole.at_once // whole.weight:
            found.append(replace(whole, several=False))
    burst = min(found, key=lambda each: each.calls, default=None)
    return burst if burst is not None and burst.calls <= _MOST_CALLS else None


def _burst(role: RoleName, limit: RateLimit, weight: int, *, rest_s: float, several: bool) -> KeyBurst:
    return KeyBurst(
        role=role,
        at_once=at_once(limit),
        weight=weight,
        requests=limit.requests,
        per_ms=limit.per_ms,
        sinks=limit.at_once is not None,
        rest_s=rest_s,
        several=several,
    )


def _shared(profile: ExchangeProfile, limits: tuple[tuple[RateLimit, int], ...]) -> int | None:
    """How many calls at once the tightest budget lets in that is no key's own; ``None`` where there is none.

    Whoever breaks that one with a key's calls is refused for another reason, and other keys with it.
    """
    told = (at_once(limit) // weight for limit, weight in limits if not limit.per_key)
    return min((*told, *(budget.requests for budget in profile.rate_limit)), default=None)


def _refilled_s(limit: RateLimit) -> float:
    """After how many seconds without a call all of the budget is there again."""
    return limit.per_ms / 1000 * max(1.0, at_once(limit) / limit.requests)


def _play(venue: Venue) -> Iterator[ScenarioStep]:
    burst = venue.key_burst
    if burst is None:
        return
    orders = all(venue.has(role) for role in ("place", "cancel", "open_orders"))
    before = venue.ask("open_orders", {"symbol": venue.symbol}, label="open before") if orders else None
    if before is not None:
        yield before
    venue.wait(burst.rest_s)
    refused = yield from _until_refused(venue, burst)
    if refused is None:
        return
    told_s = yield from _regardless(venue, burst, refused, orders=before is not None)
    if told_s is not None and told_s <= _MOST_WAIT_S:
        venue.wait(max(burst.wait_s, told_s))
        for number in range(1, burst.recovered + 1):
            yield _called(venue, burst, f"recovered {number}")
    if before is not None:
        venue.wait(burst.wait_s)
        yield from _left(venue, before)


def _regardless(venue: Venue, burst: KeyBurst, refused: ScenarioStep, *, orders: bool) -> Generator[ScenarioStep, None, float | None]:
    """Calls of a key that is over its limit, of another one, and orders; nothing more after a ban.

    Gives how many seconds the answers said to wait, at most; ``None`` after a ban, whose end nobody waits for.
    """
    told_s = told_to_wait_s(refused) or 0.0
    for step in _in_turn(venue, burst, orders=orders) if not _is_ban(refused) else ():
        yield step
        if _is_ban(step):
            return None
        told_s = max(told_s, told_to_wait_s(step) or 0.0)
    return None if _is_ban(refused) else told_s


def _is_ban(step: ScenarioStep) -> bool:
    return step.call is not None and step.call.status == _BANNED


def _in_turn(venue: Venue, burst: KeyBurst, *, orders: bool) -> Iterator[ScenarioStep]:
    for number in range(1, burst.again + 1):
        yield _called(venue, burst, f"again {number}")
    for number in range(1, _TRIES + 1) if burst.several else ():
        yield _called(venue, burst, f"second key {number}", actor=Actor.SECOND)
    if orders:
        yield from _orders_over_the_limit(venue, burst)


def _called(venue: Venue, burst: KeyBurst, label: str, *, actor: Actor = Actor.FIRST) -> ScenarioStep:
    """One call, with the instant before and after it, in milliseconds."""
    arguments = venue.only(burst.role, {"symbol": venue.symbol, "limit": "1"})
    began = venue.now_ms()
    step = venue.ask(burst.role, arguments, label=label, actor=actor, paced=False)
    return replace(step, facts=(*step.facts, ("began_ms", str(began)), ("ended_ms", str(venue.now_ms()))))


def _until_refused(venue: Venue, burst: KeyBurst) -> Generator[ScenarioStep, None, ScenarioStep | None]:
    """Calls until one is refused, for whatever reason; gives that one, or ``None``."""
    for number in range(1, burst.calls + 1):
        step = _called(venue, burst, f"call {number}")
        yield step if number > 1 else replace(step, facts=(*step.facts, *burst.facts()))
        if not is_accepted(step):
            return step
    return None


def _orders_over_the_limit(venue: Venue, burst: KeyBurst) -> Iterator[ScenarioStep]:
    """Orders until one is refused for the limit, each at once after a call that was: what weighs less may still be let in."""
    for number in range(1, _TRIES + 1):
        for _ in range(_TRIES):
            filled_up = _called(venue, burst, f"up to the limit {number}")
            yield filled_up
            if not is_accepted(filled_up):
                break
        order = venue.order()
        if venue.takes("place", "client_order_id"):
            order["client_order_id"] = venue.new_client_id()
        step = venue.ask("place", order, label=f"order over the limit {number}", paced=False)
        yield step
        if not is_accepted(step):
            return


def _left(venue: Venue, before: ScenarioStep) -> Iterator[ScenarioStep]:
    """What is open afterwards; orders that nobody was given are cancelled. Without a list from before, nobody knows which those are."""
    after = venue.ask("open_orders", {"symbol": venue.symbol}, label="open after")
    yield after
    if not is_accepted(before):
        return
    known = {name for left in venue.leftovers for name in dict(left.identity).values()} | set(texts(before, "order_id"))
    for order_id in texts(after, "order_id"):
        if order_id not in known:
            yield venue.ask("cancel", {"symbol": venue.symbol, "order_id": order_id}, label="cancel what nobody was given")


STORIES = (Story(id=KEY_BURST, about="balances", needs=(), play=_play, extra=True),)
