"""Orders placed through an SDK while the network fails: which are asked for, and whether each is neither lost nor doubled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import TYPE_CHECKING

from certification.evidence.facts import texts
from certification.evidence.record import Trial
from certification.evidence.scenarios.venue import plain
from certification.evidence.sdk.harness import MISSING, Result
from certification.sandboxes.mock.trouble import Case, Passage, Trouble

if TYPE_CHECKING:
    from collections.abc import Mapping

    from certification.evidence.record import ScenarioStep
    from certification.evidence.scenarios.venue import Venue

TROUBLES = (
    Trouble.NONE,
    Trouble.DROPPED,
    Trouble.LOST_ANSWER,
    Trouble.SLOW_ANSWER,
    Trouble.LATE_CALL,
    Trouble.CUT_ANSWER,
    Trouble.RESET_ANSWER,
    Trouble.BROKEN_ANSWER,
    Trouble.PAGE,
    Trouble.DRIPPED,
    Trouble.DOUBLED_ANSWER,
    Trouble.BAD_GATEWAY,
    Trouble.UNAVAILABLE,
    Trouble.THROTTLED,
)
BAN_S = 3600
"""What the last order is told to wait: longer than any client should without saying so."""
_CLOCKS_DIFFER_MS = 20
_OPEN_ENDED = frozenset({"timeout", "transport", "decode", "server"})
"""Kinds of errors after which a caller has to ask what became of the order; any other would blame the order or the caller for the line."""
_THROTTLED = "rate_limit"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedOrder:
    """One order, told from all others by its price."""

    id: str
    """``orders.lost-answer.with-id``: the trouble, and whether a client order id makes it safe to repeat."""
    arguments: tuple[tuple[str, str], ...]
    """Neutral name and text."""
    price: str
    trouble: Trouble
    retry_after_s: int = 1

    def case(self) -> Case:
        """What the relay does to it: once, so that a repeated call passes."""
        times = 8 if self.retry_after_s == BAN_S else 1
        return Case(marker=self.price, troubles=(self.trouble,) * times, retry_after_s=self.retry_after_s)


def planned_orders(venue: Venue, *, first: int = 1) -> tuple[PlannedOrder, ...]:
    """An order for each trouble, with a client order id and without (where the exchange has or does not insist on one); the ban last.

    Args:
        venue: whose prices and arguments.
        first: steps below the profile's price at which the first one stands; each further one stands a step lower.
    """
    manners = ("with-id", "without-id") if venue.takes("place", "client_order_id") else ("without-id",)
    wanted = [(trouble, manner, 1) for manner in manners for trouble in TROUBLES]
    wanted.append((Trouble.THROTTLED, manners[0], BAN_S))
    return tuple(_order(venue, first + number, *one) for number, one in enumerate(wanted))


def _order(venue: Venue, steps: int, trouble: Trouble, manner: str, retry_after_s: int) -> PlannedOrder:
    price = plain(venue.price - steps * venue.price_step)
    own = {"client_order_id": venue.new_client_id()} if manner == "with-id" else {}
    name = "banned" if retry_after_s == BAN_S else trouble.value
    return PlannedOrder(
        id=f"orders.{name}.{manner}",
        arguments=tuple((venue.order() | {"price": price} | own).items()),
        price=price,
        trouble=trouble,
        retry_after_s=retry_after_s,
    )


def order_trials(
    orders: tuple[PlannedOrder, ...], results: Mapping[str, Result], open_orders: ScenarioStep, passages: tuple[Passage, ...]
) -> Iterator[Trial]:
    """What became of each order, and of the waiting that throttled ones were told to do.

    Args:
        orders: as planned.
        results: the SDK's own account, by the order's id.
        open_orders: the sandbox's account, asked after the last one, without the SDK and without the relay.
        passages: what the relay did.
    """
    prices = tuple(_number(text) for text in texts(open_orders, "price"))
    for order in orders:
        standing = prices.count(Decimal(order.price))
        yield _whole(order, results.get(order.id, MISSING), standing)
    for order in orders:
        if order.trouble is Trouble.THROTTLED:
            yield _waited(order, results.get(order.id, MISSING), tuple(each for each in passages if each.marker == order.price))


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _whole(order: PlannedOrder, result: Result, standing: int) -> Trial:
    """Neither lost nor doubled, and no certainty claimed that was not there."""
    told = f"asked for one order at {order.price} ({order.trouble.value}): the SDK says {_said(result)}, the sandbox has {standing}"
    match result.kind:
        case "returned":
            held = standing == 1
        case "raised":
            honest = result.member("repeated") is True or result.member("may_have_happened") is True
            known = result.member("repeated") is True or result.member("kind") in _OPEN_ENDED
            waits = order.trouble is Trouble.THROTTLED and result.member("kind") == _THROTTLED and order.retry_after_s == BAN_S
            held = order.trouble is not Trouble.NONE and ((standing == 0 and (known or waits)) or (standing == 1 and known and honest))
        case _:
            held = False
    return Trial(id=order.id, held=held, told=told)


def _said(result: Result) -> str:
    if result.kind == "raised":
        unknown = ", outcome unknown" if result.member("may_have_happened") is True else ""
        return f"{result.member('kind')} error{unknown}"
    return {"returned": "it stands", "missing": "nothing"}.get(result.kind, result.kind)


def _waited(order: PlannedOrder, result: Result, passages: tuple[Passage, ...]) -> Trial:
    """Not sent again before the time that the throttled answer named; where that is too long to wait, the caller is told it."""
    identity = order.id.replace("orders.", "limits.", 1)
    if order.retry_after_s == BAN_S:
        wait = result.member("retry_after_ms")
        held = len(passages) == 1 and result.kind == "raised" and isinstance(wait, int) and wait >= (BAN_S - 60) * 1000
        told = f"told to wait {BAN_S} s: sent {len(passages)} times, and says {_said(result)}, retry after {wait} ms"
        return Trial(id=identity, held=held, told=told)
    gaps = tuple(later.at_ms - earlier.at_ms for earlier, later in pairwise(passages))
    held = bool(passages) and all(gap >= order.retry_after_s * 1000 - _CLOCKS_DIFFER_MS for gap in gaps[:1])
    return Trial(
        id=identity, held=held, told=f"told to wait {order.retry_after_s} s: sent again after {', '.join(map(str, gaps)) or 'no'} ms"
    )
