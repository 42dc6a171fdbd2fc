"""An exchange, spoken to by trading role instead of by its own operations and field names."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from certification.evidence.facts import UnclearError, numbers, texts, was_decided
from certification.evidence.pace import limits_on
from certification.evidence.record import Call, ScenarioStep
from certification.evidence.scenarios.answered import counted, facts_in, refusals, rows_of
from certification.evidence.scenarios.burst import Burst
from certification.evidence.scenarios.leftovers import Leftover, Leftovers, identity_of, says_which
from certification.evidence.scenarios.tamper import Draft, Tamper
from certification.evidence.scenarios.typed import UnsendableError
from certification.evidence.scenarios.vocabulary import Vocabulary

if TYPE_CHECKING:
    from certification.evidence.scenarios.key_burst import KeyBurst
    from certification.evidence.scenarios.listening import Listening
    from certification.evidence.scenarios.wire import Sealed, Wire
    from certification.profile import ExchangeProfile, RoleName, Trading
    from sdkgen.api.model import Api

NOTHING_GIVEN: Mapping[str, str] = MappingProxyType({})
_MOST_WAIT_S = 30.0
_CLOCK_STEP_S = 0.05


class SilentVenueError(UnclearError):
    """The sandbox does not answer (any more), or with nothing to go on from: the story can't be told to its end."""


class Actor(StrEnum):
    """Who calls."""

    ANONYMOUS = "anonymous"
    FIRST = "first"
    SECOND = "second"
    OBSERVER = "observer"
    """A key of the first account that may only read."""


def plain(number: Decimal) -> str:
    """A number as exchanges write it: digits and a point, never an exponent."""
    return f"{number:f}"


def best(depth: ScenarioStep, side: str) -> Decimal | None:
    """The best price of ``bids`` or ``asks``, worked out rather than trusted to come first; ``None`` where the side is empty."""
    prices = numbers(depth, f"{side}.price")
    if not prices:
        return None
    return min(prices) if side == "asks" else max(prices)


def between(venue: Vocabulary, depth: ScenarioStep) -> Decimal | None:
    """A price of its own, a step above the best bid; ``None`` where the best ask leaves no room."""
    bid, ask = best(depth, "bids"), best(depth, "asks")
    price = (venue.price if bid is None else bid) + venue.price_step
    return price if ask is None or price < ask else None


def inside_the_spread(venue: Vocabulary, depth: ScenarioStep) -> Decimal | None:
    """The same of a book that has both sides; ``None`` where one is empty."""
    empty = any(best(depth, side) is None for side in ("bids", "asks"))
    return None if empty else between(venue, depth)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A call by its role."""

    role: RoleName
    arguments: Mapping[str, str]
    label: str
    actor: Actor = Actor.FIRST


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What stands around a venue's calls."""

    reproduction: Callable[[str], str]
    """From a story's id to the command that plays it again."""
    burst: Burst | None = None
    """What breaks the rate limit; ``None`` where nobody may try."""
    key_burst: KeyBurst | None = None
    """What breaks one key's limit."""
    listening: Listening | None = None
    seed: int = 0
    """Of what is done by chance."""
    elsewhere: bool = False
    """Whether this is another server than the sandbox that the profile names by its address."""
    broken_proofs: int | None = None
    """How many calls with a broken proof of identity each operation may be sent in a row; ``None`` for as many as there are ways."""
    ours: bool = False
    """Whether the sandbox is this run's alone: nobody else has orders there, or trades."""


class Venue(Vocabulary):
    """One sandbox with its profile. Keeps no more than what it made there and has yet to undo."""

    def __init__(self, *, profile: ExchangeProfile, trading: Trading, api: Api, wire: Wire, setting: Setting) -> None:
        """Speak through ``wire``."""
        super().__init__(profile, trading, api)
        self._errors = profile.behaviour.errors
        self._limits = profile.behaviour.limits
        self._wire = wire
        self._setting = setting
        self.leftovers = Leftovers()
        self.signs_nonces = wire.signs_nonces
        self.elsewhere, self.broken_proofs, self.ours = setting.elsewhere, setting.broken_proofs, setting.ours
        self.now_ms, self.window_ms = wire.now_ms, wire.window_ms
        self.seed = setting.seed
        self.burst, self.key_burst = setting.burst, setting.key_burst

    @property
    def listening(self) -> Listening | None:
        """The streams, where the profile says how to speak to them."""
        return self._setting.listening

    @property
    def streams(self) -> Listening:
        """The same, for a story that can't do without.

        Raises:
            SilentVenueError: the profile does not say how to speak to them.
        """
        if self._setting.listening is None:
            raise SilentVenueError("the profile does not say how its streams are spoken to")
        return self._setting.listening

    def reproduction(self, story_id: str) -> str:
        """The command that plays a story again under the same circumstances."""
        return self._setting.reproduction(story_id)

    def can(self, tamper: Tamper, role: RoleName, arguments: Mapping[str, str]) -> bool:
        """Whether the exchange's way of signing can be broken that way."""
        return self._wire.can(tamper.value, self.draft(role, arguments))

    def ask(
        self,
        role: RoleName,
        arguments: Mapping[str, str] = NOTHING_GIVEN,
        *,
        label: str,
        actor: Actor = Actor.FIRST,
        tamper: Tamper = Tamper.NOTHING,
        paced: bool = True,
    ) -> ScenarioStep:
        """Call the role's operation, and read what the profile says can be read.

        What undoes one thing is not called where nothing says which: some exchanges would undo everything. That step has no call.

        Raises:
            SilentVenueError: no answer came.
        """
        if not says_which(role, self.only(role, arguments)):
            return ScenarioStep(label=label, call=None)
        draft = self.draft(role, self.only(role, arguments))
        return self._told(role, self._wire.send(draft, actor=actor.value, tamper=tamper.value, paced=paced), arguments, label, actor)

    def rows(self, step: ScenarioStep, role: RoleName, name: str, wanted: str) -> ScenarioStep | None:
        """The rows of a role's list that have a value under a neutral name; ``None`` where it may not be the whole list that tells."""
        return rows_of(step, self._roles[role], name, wanted)

    def signs_the_body_alone(self, role: RoleName, argument: str) -> bool:
        """Whether the argument stands in a signed body, and a query of the same call is not signed."""
        place = self._roles[role].arguments.get(argument, "")
        return place.startswith("body.") and "." not in place.removeprefix("body.") and self._wire.signs_the_body_alone

    def place_beside(self, argument: str, value: str, *, label: str) -> ScenarioStep:
        """Place the usual order with an argument of another value in an unsigned query.

        Raises:
            SilentVenueError: no answer came.
        """
        order = self.order() | self.only("place", {"client_order_id": self.new_client_id()})
        draft = self.draft("place", order)
        name = self._roles["place"].arguments[argument].partition(".")[2]
        beside = Draft(operation=draft.operation, given=(*draft.given, (f"query.{name}", value)))
        return self._told("place", self._wire.send(beside, actor=Actor.FIRST.value), order, label, Actor.FIRST)

    def sealed(
        self, role: RoleName, arguments: Mapping[str, str] = NOTHING_GIVEN, *, age_ms: int = 0, tamper: Tamper = Tamper.NOTHING
    ) -> Callable[[str], ScenarioStep]:
        """A signed call of the first account, ready to be sent under a label, the very same bytes each time; signed ``age_ms`` ago."""
        draft = self.draft(role, self.only(role, arguments))
        sealed = self._wire.seal(draft, actor=Actor.FIRST.value, age_ms=age_ms, tamper=tamper.value)
        return lambda label: self._told(role, self._wire.deliver(sealed), arguments, label, Actor.FIRST)

    def at_once(self, *asked: Asked) -> tuple[ScenarioStep, ...]:
        """Calls that are sent at the same instant; what was answered to each, in the order that they are given in.

        None is sent where one that undoes something does not say what.

        Raises:
            SilentVenueError: one got no answer.
        """
        if not all(says_which(each.role, self.only(each.role, each.arguments)) for each in asked):
            return tuple(ScenarioStep(label=each.label, call=None) for each in asked)
        sealed = tuple(
            self._wire.seal(self.draft(each.role, self.only(each.role, each.arguments)), actor=each.actor.value) for each in asked
        )
        silent, steps = [], []
        for each, call in zip(asked, self._wire.deliver_at_once(sealed), strict=True):
            try:
                steps.append(self._told(each.role, call, each.arguments, each.label, each.actor))
            except SilentVenueError as error:  # what the others made must still be noted
                silent.append(error)
        if silent:
            raise silent[0]
        return tuple(steps)

    def sealed_and_reused(
        self, role: RoleName, arguments: Mapping[str, str]
    ) -> tuple[Callable[[str], ScenarioStep], Callable[[str], ScenarioStep] | None]:
        """A signed call of the first account, and its signature on another call; ``None`` where nothing signed could be another."""
        draft = self.draft(role, self.only(role, arguments))
        sealed = self._wire.seal(draft, actor=Actor.FIRST.value)
        reused = self._wire.reused(sealed, draft)

        def sent(each: Sealed) -> Callable[[str], ScenarioStep]:
            return lambda label: self._told(role, self._wire.deliver(each), arguments, label, Actor.FIRST)

        return sent(sealed), sent(reused) if reused is not None else None

    def _told(self, role: RoleName, call: Call, arguments: Mapping[str, str], label: str, actor: Actor) -> ScenarioStep:
        if call.status is None:
            self.leftovers.unanswered(role, _account(actor), self.only(role, arguments))
            raise SilentVenueError(f"{call.operation} got no answer: {call.failure}")
        step = self.read(role, call, arguments, label=label)
        self.leftovers.note(role, _account(actor), step)
        return step

    def read(self, role: RoleName, call: Call, arguments: Mapping[str, str], *, label: str) -> ScenarioStep:
        """What the profile says can be read of a role's call, whoever made it."""
        facts = (*facts_in(self.entry(role, arguments), call, arguments), *refusals(self._errors, call))
        facts += counted(call, limits_on(self._operations[call.operation], self._limits), {name for name, _ in facts})
        if role == "fills" and self._taker_fee is not None:
            facts += (("taker_fee", plain(self._taker_fee)),)
        return ScenarioStep(label=label, call=call, facts=facts)

    def place(self, *, label: str, by: Actor = Actor.FIRST, **arguments: str) -> ScenarioStep:
        """Place a buy order that rests, unless the arguments say otherwise."""
        order = self.order() | arguments
        if "client_order_id" not in arguments and self.takes("place", "client_order_id"):
            order["client_order_id"] = self.new_client_id()
        return self.ask("place", order, label=label, actor=by)

    def identity_of(self, placed: ScenarioStep) -> dict[str, str]:
        """What names the order in the roles query and cancel; empty where it was not placed."""
        identity = identity_of("place", placed)
        return identity | {"symbol": self.symbol} if identity else {}

    def new_client_id(self) -> str:
        """A client order id that was never used: letters and digits, 20 of them, as most exchanges allow."""
        return f"c{secrets.token_hex(9)}a"

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self._wire.wait(seconds)

    def let_time_pass(self) -> None:
        """Wait until a clock of millisecond resolution must have moved."""
        self._wire.wait(_CLOCK_STEP_S)

    def wait_as_told(self, refused: ScenarioStep) -> None:
        """Wait as long as the refusal's Retry-After says, 30 s at most."""
        told_s = told_to_wait_s(refused)
        self._wire.wait(min(1.0 if told_s is None else told_s, _MOST_WAIT_S))

    def undo_leftovers(self) -> Iterator[ScenarioStep]:
        """Cancel every order and call back every withdrawal that is left, then look at what is still open; one that is gone is no concern.

        One whose undoing failed, or was turned away, is still in ``leftovers``.

        Raises:
            SilentVenueError: no answer came (any more); what was not undone is still in ``leftovers``.
        """
        placed = dict.fromkeys(each.actor for each in self.leftovers if each.made_by == "place")
        for left in self.leftovers:
            undone = self._undone(left)
            if undone is not None:
                yield undone
                if was_decided(undone):
                    self.leftovers.drop(left)
        for actor in placed if self.has("open_orders") else ():
            yield self.ask("open_orders", {"symbol": self.symbol}, label="left behind", actor=Actor(actor))

    def _undone(self, left: Leftover) -> ScenarioStep | None:
        """What was answered to undoing it; ``None`` where no role undoes it, or its name is no text that can be sent."""
        if not self.has(left.undone_by) or not any(self.takes(left.undone_by, name) for name in left.names):
            return None
        try:
            return self.ask(left.undone_by, dict(left.identity), label="tidy up", actor=Actor(left.actor))
        except UnsendableError:
            return None

    def standing(self) -> tuple[dict[str, str], ...]:
        """What names each order of the first account that is open, by the exchange's own list.

        Raises:
            SilentVenueError: no answer came.
        """
        step = self.ask("open_orders", {"symbol": self.symbol}, label="open orders")
        names = tuple((name, texts(step, name)) for name in ("order_id", "client_order_id"))
        rows = max((len(values) for _, values in names), default=0)
        return tuple({name: values[row] for name, values in names if len(values) == rows} | {"symbol": self.symbol} for row in range(rows))


def told_to_wait_s(refused: ScenarioStep) -> float | None:
    """How many seconds an answer's Retry-After says to wait; ``None`` where it says no whole number."""
    headers = dict(refused.call.response.headers) if refused.call and refused.call.response else {}
    told = headers.get("retry-after", "")
    return float(told) if told.isascii() and told.isdigit() else None


def _account(actor: Actor) -> str:
    """Whose account a caller acts on."""
    return (Actor.FIRST if actor is Actor.OBSERVER else actor).value
