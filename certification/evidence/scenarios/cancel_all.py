"""Stories of cancelling everything at once: what rests, what was filled in part, in this market and in another, and what is not ours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from certification.evidence.facts import RESTING, is_accepted, texts
from certification.evidence.record import STATED_LISTED, STATED_SCOPE, Reach, ScenarioStep
from certification.evidence.scenarios.settling import balances_settled
from certification.evidence.scenarios.story import Story
from certification.evidence.scenarios.venue import Actor, SilentVenueError, Venue, between, plain

if TYPE_CHECKING:
    from certification.profile import RoleName

_ROLES: tuple[RoleName, RoleName] = ("cancel_all", "open_orders")
_NAMES = ("order_id", "client_order_id")
_LOOKS, _AGAIN_S = 4, 0.5
"""A cancellation of many orders need not be over when it is answered."""


def unseen(venue: Venue) -> str:
    """Why nobody can tell whose orders would be cancelled; empty where somebody can, or all are ours."""
    if venue.ours or not all(venue.has(role) for role in _ROLES):
        return ""
    if not any(venue.reads("open_orders", name) for name in _NAMES):
        return "the sandbox is shared (no sandbox.exclusive), and the profile reads no id of open orders, so others' can't be spared"
    if venue.takes("open_orders", "symbol") and not venue.takes("cancel_all", "symbol"):
        return "the sandbox is shared (no sandbox.exclusive), and everything is cancelled in more markets than open orders are listed of"
    return ""


def _spared(venue: Venue) -> Iterator[ScenarioStep]:
    """A look at what rests before we place anything: on a shared sandbox, what is not ours must not be cancelled.

    Raises:
        SilentVenueError: an order rests there, or nobody can tell.
    """
    if venue.ours:
        return
    look = venue.ask("open_orders", {"symbol": venue.symbol}, label="open orders of others")
    yield look
    if not is_accepted(look) or any(texts(look, name) for name in _NAMES):
        raise SilentVenueError("the account is shared, and orders rest there already (or nobody can tell): nothing is cancelled")


def _of_the_account(venue: Venue) -> Iterator[ScenarioStep]:
    """Two orders here and one in another market; then what became of each."""
    yield from _spared(venue)
    before = venue.ask("balances", label="balances before")
    yield before
    placed = [("first", venue.place(label="place first"), venue.symbol)]
    placed.append(("second", venue.place(label="place second", price=plain(venue.price - venue.price_step)), venue.symbol))
    if venue.also is not None:
        also = venue.also
        order = venue.place(label="place elsewhere", symbol=also.symbol, price=plain(also.price), quantity=plain(also.quantity))
        placed.append(("elsewhere", order, also.symbol))
    yield from (step for _, step, _ in placed)
    yield venue.ask("open_orders", {"symbol": venue.symbol}, label="open orders before")
    yield _cancelled(venue)
    for name, step, symbol in placed:
        if identity := venue.identity_of(step):
            yield _settled(venue, identity | {"symbol": symbol}, name)
    yield venue.ask("open_orders", {"symbol": venue.symbol}, label="open orders after")
    yield from _elsewhere_too(venue, placed)
    yield balances_settled(venue, before, label="balances after")


def _elsewhere_too(venue: Venue, placed: list[tuple[str, ScenarioStep, str]]) -> Iterator[ScenarioStep]:
    """The order that a call about one market must have left alone is cancelled by itself, so that nothing is held any more."""
    for name, step, symbol in placed:
        if name == "elsewhere" and venue.takes("cancel_all", "symbol") and is_accepted(step):
            yield venue.ask("cancel", venue.identity_of(step) | {"symbol": symbol}, label="cancel elsewhere")


def _filled_in_part(venue: Venue) -> Iterator[ScenarioStep]:
    """An order that the other account filled in part, beside one of the other account's own."""
    yield from _spared(venue)
    depth = venue.ask("depth", {"symbol": venue.symbol, "limit": "5"}, label="depth")
    yield depth
    own = between(venue, depth)
    if own is None:
        return
    price = plain(own)
    before = venue.ask("balances", label="balances before")
    yield before
    placed = venue.place(label="place first", price=price, quantity=plain(venue.quantity * 2))
    others = venue.place(label="place another account's", by=Actor.SECOND)
    yield from (placed, others)
    yield venue.place(label="sell to it", by=Actor.SECOND, side="sell", price=price, time_in_force="immediate_or_cancel")
    yield venue.ask("query", venue.identity_of(placed), label="first in part")
    yield venue.ask("open_orders", {"symbol": venue.symbol}, label="open orders before")
    yield _cancelled(venue)
    if identity := venue.identity_of(placed):
        yield _settled(venue, identity, "first")
    yield venue.ask("open_orders", {"symbol": venue.symbol}, label="open orders after")
    yield balances_settled(venue, before, label="balances after")
    if identity := venue.identity_of(others):
        yield venue.ask("query", identity, label="another account's after", actor=Actor.SECOND)


def _cancelled(venue: Venue) -> ScenarioStep:
    """Everything cancelled, and what the profile says that is."""
    step = venue.ask("cancel_all", {"symbol": venue.symbol}, label="cancel all")
    scope, listed = (Reach.MARKET if venue.takes(role, "symbol") else Reach.ACCOUNT for role in _ROLES)
    return replace(step, facts=(*step.facts, (STATED_SCOPE, scope), (STATED_LISTED, listed)))


def _settled(venue: Venue, identity: dict[str, str], name: str) -> ScenarioStep:
    """An order after it was cancelled with all others; where it still rests, as it is a little later."""
    scoped = venue.takes("cancel_all", "symbol") and identity["symbol"] != venue.symbol
    look = venue.ask("query", identity, label=f"{name} after")
    for _ in range(0 if scoped else _LOOKS):
        if not is_accepted(look) or not RESTING & set(texts(look, "status")):
            break
        venue.wait(_AGAIN_S)
        look = venue.ask("query", identity, label=f"{name} after")
    return look


STORIES = (
    Story(
        id="cancel-all.of-the-account",
        about="cancel_all",
        needs=("place", "query", "cancel", "open_orders", "balances"),
        lacks=unseen,
        play=_of_the_account,
        extra=True,
    ),
    Story(
        id="cancel-all.filled-in-part",
        about="cancel_all",
        needs=("place", "query", "cancel", "open_orders", "balances", "depth"),
        lacks=unseen,
        play=_filled_in_part,
        extra=True,
    ),
)
