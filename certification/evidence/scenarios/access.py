"""Stories of who may call: every way of proving it wrongly, on every private role that the profile maps."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from certification.evidence.facts import texts
from certification.evidence.record import ScenarioStep
from certification.evidence.scenarios.forgeries import PRIVATE, shared_out, spared, turn_of
from certification.evidence.scenarios.story import Story
from certification.evidence.scenarios.tamper import Tamper
from certification.evidence.scenarios.venue import Actor, Venue, best, plain

if TYPE_CHECKING:
    from certification.profile import RoleName

_LISTS: frozenset[RoleName] = frozenset({"order_history", "fills"})
"""Whose pages may be longer than what was signed, and do no harm."""


def _refusals(role: RoleName, venue: Venue) -> Iterator[ScenarioStep]:
    """The call once in each wrong way, as many as the sandbox bears. The right one comes last: cancelling works only once."""
    arguments, identity = dict(venue.usual_arguments(role)), dict[str, str]()
    if role in {"query", "cancel"}:
        placed = venue.place(label="place")
        yield placed
        identity = venue.identity_of(placed)
        arguments |= identity
    watched = role == "place" and venue.has("open_orders")
    if watched:
        yield venue.ask("open_orders", {"symbol": venue.symbol}, label="open orders before")
    kinds = tuple(tamper for tamper in Tamper if tamper is not Tamper.NOTHING and venue.can(tamper, role, arguments))
    tried = shared_out(kinds, venue.broken_proofs, turn_of(venue, role))
    yield from spared(kinds, tried)
    for tamper in tried:
        yield venue.ask(role, _fresh(role, venue, arguments), label=tamper.value, tamper=tamper)
    if watched:
        yield venue.ask("open_orders", {"symbol": venue.symbol}, label="open orders after forgeries")
    if role == "cancel" and venue.has("query"):
        yield venue.ask("query", identity, label="query after forgeries")
    if role in _LISTS:
        right, reused = venue.sealed_and_reused(role, arguments)
        yield right("as it should be")
        if reused is not None and venue.broken_proofs is None:
            yield reused("signature used before")
    else:
        yield venue.ask(role, _fresh(role, venue, arguments), label="as it should be")


def _fresh(role: RoleName, venue: Venue, arguments: dict[str, str]) -> dict[str, str]:
    """A new client id for each order, so that an accepted forgery is not mistaken for an idempotent repeat."""
    return arguments | {"client_order_id": venue.new_client_id()} if role == "place" and venue.takes(role, "client_order_id") else arguments


def _read_only(venue: Venue) -> Iterator[ScenarioStep]:
    """What a key that may only read can do, beside one that may trade."""
    yield venue.ask("balances", label="observer reads", actor=Actor.OBSERVER)
    placed = venue.place(label="place")
    yield placed
    yield venue.place(label="observer places", by=Actor.OBSERVER)
    yield venue.ask("cancel", venue.identity_of(placed), label="observer cancels", actor=Actor.OBSERVER)


def _lists(venue: Venue) -> Iterator[ScenarioStep]:
    """The first account trades; then both accounts ask for the same lists of what they did."""
    depth = venue.ask("depth", {"symbol": venue.symbol, "limit": "5"}, label="depth")
    yield depth
    ask = best(depth, "asks")
    if ask is None:
        return
    taken = venue.place(label="take", price=plain(ask), time_in_force="immediate_or_cancel")
    yield taken
    for role in ("fills", "order_history"):
        if venue.has(role):
            arguments = venue.usual_arguments(role) | venue.only(role, {"limit": "100"})
            for actor in (Actor.FIRST, Actor.SECOND):
                yield venue.ask(role, arguments, label=f"{role} of {actor}", actor=actor)
    identity = venue.identity_of(taken)
    if venue.has("fills") and venue.takes("fills", "order_id") and "order_id" in identity:
        arguments = venue.usual_arguments("fills") | venue.only("fills", {"order_id": identity["order_id"]})
        for actor in (Actor.FIRST, Actor.SECOND):
            yield venue.ask("fills", arguments, label=f"fills of the order for {actor}", actor=actor)


def _statements(venue: Venue) -> Iterator[ScenarioStep]:
    """The second account asks for its own statement, and for the first one's by the id that only the first is told."""
    for actor in (Actor.FIRST, Actor.SECOND):
        balances = venue.ask("balances", label=f"balances of {actor}", actor=actor)
        yield balances
        if not venue.takes("statement", "account"):
            return
        account = dict(zip(texts(balances, "asset"), texts(balances, "account"), strict=False)).get(venue.quote)
        if account is None:
            return
        arguments = venue.usual_arguments("statement") | {"account": account}
        yield venue.ask("statement", arguments, label=f"statement of {actor}", actor=Actor.SECOND)


def _unsigned_query(venue: Venue) -> Iterator[ScenarioStep]:
    """An order whose unsigned query asks for twice the quantity of its signed body, and one without; nothing where queries are signed."""
    if not venue.signs_the_body_alone("place", "quantity"):
        return
    placed = venue.place_beside("quantity", plain(venue.quantity * 2), label="quantity in an unsigned query too")
    yield placed
    if identity := venue.identity_of(placed):
        yield venue.ask("query", identity, label="query")
    yield venue.place(label="as it should be")


STORIES = (
    *(
        Story(
            id=f"authentication.{role.replace('_', '-')}",
            about=role,
            needs=("place",) if role in {"query", "cancel"} else (),
            play=partial(_refusals, role),
        )
        for role in PRIVATE
    ),
    Story(id="signatures.unsigned-query", about="place", needs=("query",), play=_unsigned_query, extra=True),
    Story(id="permissions.lists", about="fills", needs=("place", "depth"), play=_lists),
    Story(id="permissions.statements", about="statement", needs=("balances",), play=_statements, extra=True),
    Story(id="permissions.read-only-key", about="place", needs=("balances", "cancel"), play=_read_only),
)
