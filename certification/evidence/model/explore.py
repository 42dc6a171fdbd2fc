"""Taking an exchange through sequences of actions beside the model, and finding the shortest on which the two part ways."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Protocol, assert_never

from certification.evidence.facts import UnclearError, text_or_empty
from certification.evidence.model.action import Action, Cancel, Place, Repeat, sentence, write_action
from certification.evidence.model.agreement import TERMS, Difference, Witness
from certification.evidence.model.chance import Abilities, Draw, by_chance
from certification.evidence.model.exchange import TRADERS
from certification.evidence.model.shortest import shortest
from certification.evidence.model.terms import Terms
from certification.evidence.record import ScenarioStep

AGREED = "agreed"
"""The label of the step that sums up a sequence on which model and exchange agreed."""
_PATIENCE_S = (0.1, 0.4, 1.0)
"""How long is waited before another look: an exchange may answer before its balances have followed."""
_LITTLE_S = (0.05,)


class Ground(Protocol):
    """An exchange as the model's traders meet it. What it has no operation for is ``None``."""

    def place(self, who: str, action: Place, client_id: str, label: str) -> ScenarioStep:
        """Place an order."""

    def cancel(self, who: str, identity: dict[str, str], label: str) -> ScenarioStep:
        """Cancel one."""

    def look(self, what: str, who: str, identity: dict[str, str], label: str) -> ScenarioStep | None:
        """Ask for ``balances``, ``open_orders``, ``order``, ``fills`` or ``book``."""

    def new_client_id(self) -> str:
        """An id that no order has had; empty where orders carry none."""

    def wait(self, seconds: float) -> None:
        """Let time pass."""

    def tidy(self) -> None:
        """Cancel what rests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """One sequence as it was played."""

    actions: tuple[Action, ...]
    """Those that could be predicted, up to the one that shows a difference."""
    steps: tuple[ScenarioStep, ...]
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much is tried."""

    seed: int
    sequences: int
    length: int
    tries: int
    """At most so many sequences to find a shorter one."""


def explore(ground: Ground, terms: Terms, abilities: Abilities, plan: Plan) -> Iterator[ScenarioStep]:
    """Sequence after sequence; the first is told whole, and so is the shortest that shows a difference, which ends it.

    Raises:
        UnclearError: nothing can be said; somebody else is in the way, or orders are refused for reasons of their own.
    """
    for number in range(plan.sequences):
        actions = by_chance(terms, abilities, Draw(seed=plan.seed, number=number, length=plan.length))
        played = play(actions, ground, terms, _PATIENCE_S)
        if played.differences:
            confirmed = _confirmed(played, ground, terms, plan)
            if confirmed is not None:
                yield from confirmed.steps
                return
        elif number == 0:
            yield from played.steps
        else:
            yield from _flawed(played.steps)
        summary = (("actions", str(len(played.actions))), ("sequence", f"{plan.seed}:{number}"))
        yield ScenarioStep(label=AGREED, call=None, facts=summary)


def _flawed(steps: tuple[ScenarioStep, ...]) -> Iterator[ScenarioStep]:
    """Of steps that are not told whole, those whose answers are not as described; what they say of orders is of no account."""
    return (replace(step, facts=()) for step in steps if step.call is not None and step.call.flaw)


def _confirmed(played: Played, ground: Ground, terms: Terms, plan: Plan) -> Played | None:
    """The shortest sequence that shows a difference in two plays, with all patience; ``None`` where none shows it again."""

    def fails(actions: tuple[Action, ...]) -> bool:
        try:
            return bool(play(actions, ground, terms, _LITTLE_S).differences)
        except UnclearError:
            return False

    least = shortest(played.actions, fails, plain=terms.quantity, most=plan.tries)
    for candidate in (least, played.actions):
        again = play(candidate, ground, terms, _PATIENCE_S)
        if again.differences:
            return again
    return None


def play(actions: tuple[Action, ...], ground: Ground, terms: Terms, patience: tuple[float, ...]) -> Played:
    """Play one sequence up to its first difference, from a clean book to a clean book.

    Raises:
        UnclearError: nothing can be said.
    """
    ground.tidy()
    balances = [_looked(ground, _Look(what="balances", who=who, label=f"{who}'s balances before")) for who in TRADERS]
    opening = (ScenarioStep(label=TERMS, call=None, facts=terms.facts()), *(step for step in balances if step is not None))
    steps, done = list(opening), list[Action]()
    course = _Course(ground, Witness(opening))
    try:
        for action in actions:
            if not course.witness.model.allows(action):
                continue
            done.append(action)
            differences = course.turn(action, len(done), patience, steps)
            if differences:
                return Played(actions=tuple(done), steps=tuple(steps), differences=differences)
    finally:
        ground.tidy()
    return Played(actions=tuple(done), steps=tuple(steps), differences=())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """One thing to look at."""

    what: str
    who: str
    label: str
    identity: dict[str, str] = field(default_factory=dict)
    key: str = ""


class _Course:
    """A sequence under way."""

    def __init__(self, ground: Ground, witness: Witness) -> None:
        self._ground = ground
        self.witness = witness
        self._identities: dict[str, dict[str, str]] = {}
        self._client_ids: dict[str, str] = {}

    def turn(self, action: Action, number: int, patience: tuple[float, ...], steps: list[ScenarioStep]) -> tuple[Difference, ...]:
        acted = self._acted(action, number)
        steps.append(acted)
        answered = self.witness.act(acted)
        found: tuple[Difference, ...] = ()
        for pause in (0.0, *patience):
            if pause:
                self._ground.wait(pause)
            looks = tuple(self._looks(action, number))
            steps += looks
            found = self.witness.compare(looks)
            if not found:
                break
        return (*answered, *found)

    def _acted(self, action: Action, number: int) -> ScenarioStep:
        model = self.witness.model
        who = model.owner(action)
        label = f"{number}. {sentence(action, self.witness.terms.prices, who)}"
        step = self._done(action, who, label)
        if isinstance(action, Place):
            found = {name: text_or_empty(step, name) for name in ("order_id", "client_order_id")}
            self._identities[action.key] = {name: value for name, value in found.items() if value}
        return replace(step, facts=(*step.facts, ("action", write_action(action))))

    def _done(self, action: Action, who: str, label: str) -> ScenarioStep:
        match action:
            case Place():
                self._client_ids[action.key] = self._ground.new_client_id()
                return self._ground.place(who, action, self._client_ids[action.key], label)
            case Repeat():
                placed = self.witness.model.orders[action.key].placed
                return self._ground.place(who, placed, self._client_ids[action.key], label)
            case Cancel():
                return self._ground.cancel(who, self._identities.get(action.key, {}), label)
            case _ as never:
                assert_never(never)

    def _looks(self, action: Action, number: int) -> Iterator[ScenarioStep]:
        """What may have changed: both traders' balances, and the orders, fills and lists that the action could touch."""
        model = self.witness.model
        changed = tuple(dict.fromkeys((action.key, *model.changed)))
        known = [key for key in changed if self._identities.get(key)]
        touched = dict.fromkeys((model.owner(action), *(model.orders[key].placed.who for key in changed)))
        wanted = [self._of_order("order", key, number) for key in known]
        wanted += [self._of_order("fills", key, number) for key in known if key in model.changed]
        wanted += [_Look(what="open_orders", who=who, label=f"{number}. {who}'s open orders") for who in touched]
        wanted += [_Look(what="balances", who=who, label=f"{number}. {who}'s balances") for who in TRADERS]
        if self.witness.terms.crossing:
            wanted.append(_Look(what="book", who=TRADERS[0], label=f"{number}. the book"))
        yield from (step for look in wanted if (step := _looked(self._ground, look)) is not None)

    def _of_order(self, what: str, key: str, number: int) -> _Look:
        who = self.witness.model.orders[key].placed.who
        label = f"{number}. {'fills of ' if what == 'fills' else ''}{key}"
        return _Look(what=what, who=who, label=label, identity=self._identities[key], key=key)


def _looked(ground: Ground, look: _Look) -> ScenarioStep | None:
    step = ground.look(look.what, look.who, look.identity, look.label)
    if step is None:
        return None
    about = (("key", look.key),) if look.key else ()
    return replace(step, facts=(*step.facts, ("look", look.what), ("who", look.who), *about))
