"""Tries an installed SDK on a sandbox: the relay as a service, the harness program as a job, the sandbox's own account afterwards."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from certification.evidence.facts import UnclearError
from certification.evidence.record import Trial
from certification.evidence.scenarios.run import venue_on
from certification.evidence.scenarios.venue import plain
from certification.evidence.sdk.harness import MISSING
from certification.evidence.trials.book import book_orders, book_trials
from certification.evidence.trials.calls import client_settings, relay_folder, relay_service, role_call, speak, stream_symbol
from certification.evidence.trials.listening import ears_of, listen_orders, listening, listening_trials
from certification.evidence.trials.orders import order_trials, planned_orders
from certification.sandboxes.mock.trouble import RelayPlan, Trouble, read_passages
from certification.sandboxes.open import SandboxKind
from sdkgen.signing.recipe import Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certification.evidence.scenarios.run import Stage
    from certification.evidence.scenarios.venue import Venue
    from certification.evidence.trials.book import BookOrder
    from certification.evidence.trials.listening import Ear, ListenOrder
    from certification.evidence.trials.orders import PlannedOrder
    from certification.isolation.runner import Endpoint, Runner
    from certification.profile import ExchangeProfile
    from certification.sandboxes.open import Sandbox
    from certification.sdks.program import Program
    from sdkgen.api.json_text import JsonValue
    from sdkgen.api.model import Api

_ROLES = ("place", "cancel", "open_orders")
_BOOK_MS = 20_000
_BOOK = 1
_LEAVING = 4
_LISTENING = 5
_FIRST_ORDER = 1000
_FIRST_CHANGE = 2000
_FIRST_SIGHT = 3000
"""Ids of what the harness is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Where an SDK is tried."""

    profile: ExchangeProfile
    api: Api
    sandbox: Sandbox
    stage: Stage
    """The same sandbox, for our own calls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Script:
    """What the harness is asked."""

    orders: tuple[PlannedOrder, ...]
    changes: tuple[BookOrder, ...]
    """Empty where no book can be kept."""
    ears: tuple[Ear, ...] = ()
    """What is listened to besides; empty where nothing can be."""
    told: tuple[ListenOrder, ...] = ()
    leaving: dict[str, str] = field(default_factory=dict)
    """What names the order that is cancelled before the last change; empty where none is."""

    def plan(self, sandbox: Sandbox) -> RelayPlan:
        return RelayPlan(
            target=sandbox.url,
            addresses=sandbox.pin.addresses if sandbox.pin is not None else (),
            calls=tuple(order.case() for order in self.orders),
            messages=tuple(each.case() for each in self.changes) + tuple(each.case() for each in self.told),
            pings=bool(self.ears),
        )


def can_be_tried(profile: ExchangeProfile) -> bool:
    """Whether the profile says enough: how orders are placed, cancelled and listed; and signs no host, which a relay changes."""
    recipe = profile.signing
    parts = (*recipe.payload, *(part for claim in recipe.jwt_claims for part in claim.parts)) if recipe else ()
    if profile.trading is None or any(part.value is Value.HOST for part in parts):
        return False
    return all(role in profile.trading.roles for role in _ROLES) and "price" in profile.trading.roles["open_orders"].fields


def try_sdk(program: Program, ground: Ground, runner: Runner, folder: Path) -> tuple[Trial, ...]:
    """Place orders and keep a book through the SDK, and compare with the sandbox's own account. Leaves no order behind.

    Empty where the sandbox stopped answering us.

    Args:
        program: the harness beside the installed SDK.
        ground: the sandbox.
        runner: where relay and harness run; the sandbox's own.
        folder: for the relay's plan and log, and the harness's input.

    Raises:
        IsolationError: a job can't be started.
        SandboxError: the relay does not start.
    """
    with venue_on(ground.profile, ground.api, ground.stage) as venue:
        session = _Session(program=program, ground=ground, runner=runner, folder=folder, venue=venue)
        try:
            return tuple(_trials(session))
        except UnclearError:
            return ()  # the sandbox is silent: nothing was seen of the SDK, and it is not to blame
        finally:
            tidy_up(venue)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Session:
    """One SDK on one sandbox."""

    program: Program
    ground: Ground
    runner: Runner
    folder: Path
    venue: Venue


def _trials(session: _Session) -> Iterator[Trial]:
    venue, ground = session.venue, session.ground
    orders = planned_orders(venue)
    book = ground.profile.behaviour.streams.book if ground.profile.behaviour.streams is not None else None
    private = ground.sandbox.kind is not SandboxKind.REMOTE and venue.has("depth")
    script = _Script(orders=orders, changes=book_orders(venue, book, first=len(orders) + 1) if book is not None and private else ())
    if script.changes:
        script = replace(script, leaving=venue.identity_of(venue.place(label="leaves", price=plain(venue.price + venue.price_step))))
    script = replace(script, ears=_ears(session) if private else ())
    if script.ears:
        script = replace(script, told=listen_orders(venue, first=len(orders) + len(script.changes) + 1))
    log = relay_folder(script.plan(ground.sandbox), session.folder)
    with session.runner.serve(relay_service(log.parent, ground.sandbox.network)) as endpoint:
        results = speak(session.program, session.runner, session.folder / "orders.jsonl", _documents(script, endpoint, venue, ground))
    passages = read_passages(log.read_bytes())
    if script.changes and results.get(_BOOK, MISSING).kind != "refused":  # a harness of protocol 1 knows no streams
        depth = venue.ask("depth", {"symbol": venue.symbol, "limit": "50"}, label="depth")
        met = frozenset(passage.trouble for passage in passages if passage.marker in {change.price for change in script.changes})
        yield from book_trials(results.get(_BOOK, MISSING), depth, met, deepest=book.depth if book is not None else 0)
    if script.ears and results.get(_LISTENING, MISSING).kind == "configured" and results.get(_BOOK, MISSING).kind != "refused":
        yield from listening_trials(script.ears, script.told, results, passages)
    named = {order.id: results.get(number, MISSING) for number, order in enumerate(orders, start=_FIRST_ORDER)}
    open_orders = venue.ask("open_orders", {"symbol": venue.symbol}, label="open orders")
    yield from order_trials(orders, named, open_orders, passages)


def _documents(script: _Script, endpoint: Endpoint, venue: Venue, ground: Ground) -> Iterator[dict[str, JsonValue]]:
    """The orders on one client; the ban that ends them silences it, so the book is kept by another."""
    settings = client_settings(endpoint, ground.sandbox)
    yield {"id": 0, "configure": settings}
    for number, order in enumerate(script.orders, start=_FIRST_ORDER):
        yield {"id": number, "call": role_call(venue, ground.api, "place", dict(order.arguments))}
    yield from _keeping_a_book(script, settings, venue, ground)
    if script.ears:
        yield {"id": _LISTENING, "configure": settings}
        yield from listening(script.ears, script.told, lambda arguments: role_call(venue, ground.api, "place", arguments))


def _keeping_a_book(script: _Script, settings: dict[str, JsonValue], venue: Venue, ground: Ground) -> Iterator[dict[str, JsonValue]]:
    if not script.changes:
        return
    yield {"id": 2, "configure": settings}
    yield {"id": 3, "book": {"symbol": stream_symbol(ground.profile)}}
    for number, change in enumerate(script.changes):
        if script.leaving and number == len(script.changes) - 1:
            yield {"id": _LEAVING, "call": role_call(venue, ground.api, "cancel", script.leaving)}
        yield {"id": _FIRST_CHANGE + number, "call": role_call(venue, ground.api, "place", dict(change.arguments))}
        if change.trouble is Trouble.NONE:  # the next trouble meets a book that has come so far
            last = number == len(script.changes) - 1
            awaited: dict[str, JsonValue] = {"stream": 1, "sequence": None, "price": change.price, "timeout_ms": _BOOK_MS}
            yield {"id": _BOOK if last else _FIRST_SIGHT + number, "book_at": awaited}


def _ears(session: _Session) -> tuple[Ear, ...]:
    """What can be listened to; nothing where no channel is spoken to by subscribing."""
    streams = session.ground.profile.behaviour.streams
    return ears_of(session.ground.api, streams, stream_symbol(session.ground.profile)) if streams is not None else ()


def tidy_up(venue: Venue) -> None:
    """Cancel what stands: the sandbox's own list says it, because the SDK's account may be wrong."""
    try:
        for identity in venue.standing():
            venue.ask("cancel", identity, label="tidy up")
    except UnclearError:
        return
