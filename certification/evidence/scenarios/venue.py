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
from certification.evidence.pace import interval_of, limits_on
from certification.evidence.record import Call, ScenarioStep
from certification.evidence.scenarios.answered import counted, facts_in, refusals, rows_of
from certification.evidence.scenarios.burst import Burst
from certification.evidence.scenarios.leftovers import Leftovers, identity_of
from certification.evidence.scenarios.paging import Pages, pages_of
from certification.evidence.scenarios.tamper import Draft

if TYPE_CHECKING:
    from certification.evidence.scenarios.key_burst import KeyBurst
    from certification.evidence.scenarios.listening import Listening
    from certification.evidence.scenarios.wire import Wire
    from certification.profile import ExchangeProfile, Role, RoleName, Trading
    from sdkgen.api.model import Api, Operation

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


class Tamper(StrEnum):
    """What is wrong with a call's proof of identity. The values are the steps' labels."""

    NOTHING = "nothing"
    UNSIGNED = "unsigned"
    WRONG_SIGNATURE = "wrong signature"
    STALE_TIMESTAMP = "stale timestamp"
    CHANGED_AFTER_SIGNING = "changed after signing"
    FUTURE_TIMESTAMP = "future timestamp"
    EMPTY_SIGNATURE = "empty signature"
    LEFT_OUT = "signature left out"
    """Everything else is there, the key too."""
    KEY_RECASED = "key in another case"
    SIGNED_BY_ANOTHER = "signed by another"
    """With the first account's key and the second one's secret."""
    WINDOW_CHANGED = "window changed after signing"
    TIMESTAMP_CHANGED = "timestamp changed after signing"
    """By one unit, so that it is as fresh as the signed one."""
    OTHER_PATH = "signed for another path"


def plain(number: Decimal) -> str:
    """A number as exchanges write it: digits and a point, never an exponent."""
    return f"{number:f}"


def best(depth: ScenarioStep, side: str) -> Decimal | None:
    """The best price of ``bids`` or ``asks``, worked out rather than trusted to come first; ``None`` where the side is empty."""
    prices = numbers(depth, f"{side}.price")
    if not prices:
        return None
    return min(prices) if side == "asks" else max(prices)


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


class Venue:
    """One sandbox with its profile. Keeps no more than what it made there and has yet to undo."""

    def __init__(self, *, profile: ExchangeProfile, trading: Trading, api: Api, wire: Wire, setting: Setting) -> None:
        """Speak through ``wire``."""
        paging = profile.behaviour.paging
        self._pages = {name: pages_of(role, paging.get(role.operation)) for name, role in trading.roles.items()}
        self._roles = {name: pages.role if pages else trading.roles[name] for name, pages in self._pages.items()}
        self._errors = profile.behaviour.errors
        self._limits = profile.behaviour.limits
        self._wire = wire
        self._operations = {operation.id: operation for operation in api.operations}
        self.leftovers = Leftovers()
        self._setting = setting
        self.symbol = trading.symbol
        self.price = trading.price
        self.price_step = trading.price_step
        self.base, self.quote = trading.base, trading.quote
        self.fees = trading.fees
        self.held_for_buys = trading.held_for_buys
        self.held_rounding = trading.held_rounding
        self.self_trade = trading.self_trade
        self.also = trading.also
        self.candle_s = trading.candle_s
        self.nonces, self.signs_nonces = trading.nonces, wire.signs_nonces
        self.replays, self.expiry, self.withdrawals = trading.replays, trading.expiry, trading.withdrawals
        self.elsewhere = setting.elsewhere
        self.now_ms, self.window_ms = wire.now_ms, wire.window_ms
        self.seed = setting.seed
        self.interval_s = _usual_interval(profile, self._operations, [role.operation for role in self._roles.values()])
        self.quantity = trading.quantity
        self.quantity_step = trading.quantity_step
        self.burst, self.key_burst = setting.burst, setting.key_burst
        placing = trading.roles.get("place")
        self.client_ids_last = placing is not None and placing.operation in profile.behaviour.order_ids
        """Whether a client order id is taken for ever, so that it makes an order safe to repeat."""
        self._taker_fee = trading.fees.taker if trading.fees else trading.taker_fee
        self.described_streams = profile.spec.streams is not None or trading.streams is not None

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

    def has(self, role: RoleName) -> bool:
        """Whether the profile maps the role to an operation that the description has."""
        return self.operation_of(role) is not None

    def operation_of(self, role: RoleName) -> str | None:
        """The operation that plays the role."""
        entry = self._roles.get(role)
        return entry.operation if entry and entry.operation in self._operations else None

    def words(self, role: RoleName, name: str) -> frozenset[str]:
        """The neutral words that the profile has for an argument or a field."""
        return frozenset(self._roles[role].values.get(name, {}))

    def has_word(self, role: RoleName, argument: str, word: str) -> bool:
        """Whether the profile says how the exchange writes a value of an argument."""
        return self.takes(role, argument) and word in self._roles[role].values.get(argument, {})

    def pages(self, role: RoleName) -> Pages | None:
        """How the role's list goes from page to page; ``None`` where the profile does not say."""
        return self._pages.get(role)

    def can_place(self, time_in_force: str) -> bool:
        """Whether the profile says how an order of that kind is asked for: by a time in force, a type or a field of its own."""
        return any(self.has_word("place", argument, time_in_force) for argument in ("time_in_force", "type", time_in_force))

    def takes(self, role: RoleName, argument: str) -> bool:
        """Whether the role has a place for an argument."""
        return argument in self._roles[role].arguments

    def only(self, role: RoleName, arguments: Mapping[str, str]) -> dict[str, str]:
        """Those arguments that the role has a place for."""
        return {name: value for name, value in arguments.items() if self.takes(role, name)}

    def usual_arguments(self, role: RoleName) -> dict[str, str]:
        """What a valid call of the role needs, as far as the profile alone can tell."""
        usual = {"symbol": self.symbol, "limit": "5"}
        return self.order() if role == "place" else self.only(role, usual)

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

        Raises:
            SilentVenueError: no answer came.
        """
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

    def _told(self, role: RoleName, call: Call, arguments: Mapping[str, str], label: str, actor: Actor) -> ScenarioStep:
        if call.status is None:
            self.leftovers.unanswered(role, _account(actor), self.only(role, arguments))
            raise SilentVenueError(f"{call.operation} got no answer: {call.failure}")
        step = self.read(role, call, arguments, label=label)
        self.leftovers.note(role, _account(actor), step)
        return step

    def read(self, role: RoleName, call: Call, arguments: Mapping[str, str], *, label: str) -> ScenarioStep:
        """What the profile says can be read of a role's call, whoever made it."""
        facts = (*facts_in(self._roles[role], call, arguments), *refusals(self._errors, call))
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
            if self.has(left.undone_by) and any(self.takes(left.undone_by, name) for name in left.names):
                undone = self.ask(left.undone_by, dict(left.identity), label="tidy up", actor=Actor(left.actor))
                yield undone
                if was_decided(undone):
                    self.leftovers.drop(left)
        for actor in placed if self.has("open_orders") else ():
            yield self.ask("open_orders", {"symbol": self.symbol}, label="left behind", actor=Actor(actor))

    def standing(self) -> tuple[dict[str, str], ...]:
        """What names each order of the first account that is open, by the exchange's own list.

        Raises:
            SilentVenueError: no answer came.
        """
        step = self.ask("open_orders", {"symbol": self.symbol}, label="open orders")
        names = tuple((name, texts(step, name)) for name in ("order_id", "client_order_id"))
        rows = max((len(values) for _, values in names), default=0)
        return tuple({name: values[row] for name, values in names if len(values) == rows} | {"symbol": self.symbol} for row in range(rows))

    def order(self) -> dict[str, str]:
        """A limit order to buy that rests, in neutral words; without a client order id."""
        return {
            "symbol": self.symbol,
            "side": "buy",
            "type": "limit",
            "time_in_force": "good_till_cancelled",
            "price": plain(self.price),
            "quantity": plain(self.quantity),
        }

    def draft(self, role: RoleName, arguments: Mapping[str, str]) -> Draft:
        """The role's call with these arguments, in the exchange's own words."""
        entry = self._roles[role]
        given = dict(entry.constants)
        if role != "place" and "order_id" in arguments and "order_id" in entry.arguments:
            # One name is enough, and an exchange need not take two.
            arguments = {name: value for name, value in arguments.items() if name != "client_order_id"}
        for name, value in _as_one_word(entry, arguments).items():
            if name in entry.arguments:
                given[entry.arguments[name]] = entry.values.get(name, {}).get(value, value)
        return Draft(operation=self._operations[entry.operation], given=tuple(given.items()))


def told_to_wait_s(refused: ScenarioStep) -> float | None:
    """How many seconds an answer's Retry-After says to wait; ``None`` where it says no whole number."""
    headers = dict(refused.call.response.headers) if refused.call and refused.call.response else {}
    told = headers.get("retry-after", "")
    return float(told) if told.isascii() and told.isdigit() else None


def _account(actor: Actor) -> str:
    """Whose account a caller acts on."""
    return (Actor.FIRST if actor is Actor.OBSERVER else actor).value


def _usual_interval(profile: ExchangeProfile, operations: Mapping[str, Operation], called: list[str]) -> float:
    """How many seconds lie between two calls, on the average of those operations."""
    intervals = [interval_of(operations[name], profile.rate_limit, profile.behaviour.limits) for name in called if name in operations]
    return sum(intervals) / len(intervals) if intervals else 0.0


def _as_one_word(role: Role, arguments: Mapping[str, str]) -> Mapping[str, str]:
    """Where the exchange has a type for a time in force (``post_only: LIMIT_MAKER``), it is sent as that alone.

    Where it has a field of its own for it (``oflags=post``), that is sent beside the usual time in force.
    """
    word = arguments.get("time_in_force", "")
    if word in role.values.get("time_in_force", {}):
        return arguments
    if word in role.arguments and word in role.values.get(word, {}):
        return dict(arguments) | {word: word, "time_in_force": "good_till_cancelled"}
    if word not in role.values.get("type", {}):
        return arguments
    return {name: value for name, value in arguments.items() if name != "time_in_force"} | {"type": word}
