"""A record of a sequence of actions held against the model, turn by turn: where the exchange and the model part ways.

Each turn is one action and what was looked at behind it. Steps say by facts what they are: ``action`` holds the action, ``look`` what was
looked at (``balances``, ``open_orders``, ``order``, ``fills``, ``book``), ``who`` and ``key`` whose and which order's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from certification.evidence.facts import RESTING, UnclearError, holdings, is_accepted, numbers, text_or_empty, texts
from certification.evidence.model.action import Action, Cancel, Place, Repeat, Side, read_action, sentence
from certification.evidence.model.exchange import ZERO, Fate, ModelExchange, Order
from certification.evidence.model.terms import read_terms
from certification.evidence.record import ScenarioStep
from certification.evidence.statuses import TURNED_AWAY

TERMS = "terms"
"""The label of the step that a sequence begins with."""
_MANY_ROWS = 40


class Theme(StrEnum):
    """What a difference is about."""

    ORDERS = "orders"
    FILLS = "fills"
    BALANCES = "balances"
    BOOKS = "books"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that is not as the model has it."""

    theme: Theme
    label: str
    """Of the step that shows it."""
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """The end of a sequence: what was done, and what is then not as it should be."""

    actions: tuple[str, ...]
    differences: tuple[Difference, ...]


class Witness:
    """Follows one sequence."""

    def __init__(self, opening: Iterable[ScenarioStep]) -> None:
        """Begin with the terms and the balances before the first action.

        Raises:
            UnclearError: they are not all there.
        """
        first, *looks = opening
        try:
            self.terms = read_terms(dict(first.facts))
        except (KeyError, ValueError, ArithmeticError) as error:
            raise UnclearError("the sequence does not begin with its terms") from error
        self.model = ModelExchange(self.terms)
        self.ids: dict[str, str] = {}
        self.told: list[str] = []
        self._before = {whose: holdings(look) for look in looks for whose in texts(look, "who")}

    def act(self, step: ScenarioStep) -> tuple[Difference, ...]:
        """Take an action and its answer in.

        Raises:
            UnclearError: the exchange refused what it had to take, for a reason that is not known.
        """
        action = self._action(step)
        was_open = not isinstance(action, Place) and self.model.orders[action.key].fate is Fate.OPEN
        owner = self.model.owner(action)
        self.model.do(action)
        self.told.append(sentence(action, self.terms.prices, owner))
        refused = not is_accepted(step)
        if refused and (step.call is None or step.call.status is None or step.call.status in TURNED_AWAY or step.call.status >= 500):  # noqa: PLR2004
            raise UnclearError(f"'{step.label}' was answered {step.call.status if step.call else None}")
        return tuple(
            Difference(theme=Theme.ORDERS, label=step.label, told=told) for told in self._answered(action, step, refused, was_open)
        )

    def _action(self, step: ScenarioStep) -> Action:
        try:
            action = read_action(text_or_empty(step, "action"))
        except (ValueError, ArithmeticError) as error:
            raise UnclearError(f"'{step.label}' holds no action") from error
        if not self.model.allows(action):
            raise UnclearError(f"what becomes of '{step.label}' can't be predicted")
        return action

    def _answered(self, action: Action, step: ScenarioStep, refused: bool, was_open: bool) -> Iterator[str]:
        match action:
            case Place() if refused:
                if not self.model.orders[action.key].may_be_refused:
                    raise UnclearError(f"'{step.label}' was refused: {(_body(step))[:200]}")
            case Place():
                order_id = text_or_empty(step, "order_id") or text_or_empty(step, "client_order_id")
                if order_id in self.ids.values():
                    yield f"a new order was given the id {order_id} of another one"
                self.ids[action.key] = order_id
                yield from _echoed(self.model.orders[action.key], step)
            case Cancel() if not refused and self.model.orders[action.key].fate is Fate.FILLED:
                if text_or_empty(step, "status") == "cancelled":
                    yield f"{action.key} was filled whole, and its cancellation is answered as if it had been cancelled"
            case Cancel() if refused and was_open:
                yield f"an open order could not be cancelled ({step.call.status if step.call else None})"
            case Repeat() if not refused:
                order_id = text_or_empty(step, "order_id") or text_or_empty(step, "client_order_id")
                if order_id and order_id != self.ids[action.key]:
                    yield f"the same order under the same client order id became a second order, {order_id}"

    def compare(self, looks: Iterable[ScenarioStep]) -> tuple[Difference, ...]:
        """What was looked at after the action, held against the model; of two looks at one thing, the later counts.

        Raises:
            UnclearError: somebody else trades at our prices, or an answer can't be read.
        """
        latest = {(text_or_empty(look, "look"), text_or_empty(look, "who"), text_or_empty(look, "key")): look for look in looks}
        return tuple(
            Difference(theme=theme, label=look.label, told=told)
            for (kind, who, key), look in latest.items()
            if is_accepted(look) and (not key or key in self.ids)
            for theme, told in self._differences(kind, who, key, look)
        )

    def _differences(self, kind: str, who: str, key: str, look: ScenarioStep) -> Iterator[tuple[Theme, str]]:
        match kind:
            case "balances":
                yield from ((Theme.BALANCES, told) for told in self._balances(who, look))
            case "open_orders":
                yield from ((Theme.ORDERS, told) for told in self._listed(who, look))
            case "order":
                yield from ((Theme.ORDERS, told) for told in self._order(self.model.orders[key], look))
            case "fills":
                yield from ((Theme.FILLS, told) for told in self._fills(self.model.orders[key], look))
            case _:
                yield from ((Theme.BOOKS, told) for told in self._book(look))

    def _balances(self, who: str, look: ScenarioStep) -> Iterator[str]:
        before, now = self._before.get(who, {}), holdings(look)
        for asset in (self.terms.base, self.terms.quote):
            was, here = before.get(asset, (ZERO, ZERO)), now.get(asset, (ZERO, ZERO))
            held = self.model.held(who, asset)
            owned = sum(was) + self.model.owned(who, asset)
            if held is None:
                if sum(here) != owned:
                    yield f"{who} owns {sum(here):f} {asset}; by the model {owned:f}"
            elif here != (owned - was[1] - held, was[1] + held):
                due = f"{owned - was[1] - held:f} and {was[1] + held:f}"
                yield f"{who} has {here[0]:f} {asset} free and {here[1]:f} held; by the model {due}"

    def _listed(self, who: str, look: ScenarioStep) -> Iterator[str]:
        listed = texts(look, "order_id") or texts(look, "client_order_id")
        resting = {self.ids[key]: key for key in self.model.open_keys(who)}
        ours = {self.ids[key]: key for key in self.ids if self.model.orders[key].placed.who == who}
        yield from (f"{key} rests and is missing from {who}'s open orders" for order_id, key in resting.items() if order_id not in listed)
        for order_id, key in ours.items():
            if order_id in listed and order_id not in resting:
                yield f"{key} has ended and stands among {who}'s open orders"
            elif listed.count(order_id) > 1:
                yield f"{key} stands {listed.count(order_id)} times among {who}'s open orders"

    def _order(self, order: Order, look: ScenarioStep) -> Iterator[str]:
        status, key = text_or_empty(look, "status"), order.placed.key
        if status and not _fits(status, order, partial=self.terms.tells_partial):
            yield f"{key} is {status}; by the model {_state(order)}"
        predicted = {"filled": order.filled, "notional": _traded(order), "fee": sum((fill.fee for fill in order.fills), ZERO)}
        for name, due in predicted.items():
            seen = numbers(look, name, null_is_none=True)
            if seen and seen[0] != due:
                yield f"{key} has {name} {seen[0]:f}; by the model {due:f}"
        average = numbers(look, "average", null_is_none=True)
        if average and order.filled and not _rounds(_traded(order) / order.filled, average[0]):
            yield f"{key} has average {average[0]:f}; by the model {_traded(order) / order.filled:f}"

    def _fills(self, order: Order, look: ScenarioStep) -> Iterator[str]:
        rows = _rows(look, self.ids[order.placed.key])
        if not rows and len(texts(look, "price")) >= _MANY_ROWS:
            return
        key = order.placed.key
        for name, due in (("quantity", order.filled), ("notional", _traded(order)), ("fee", sum((fill.fee for fill in order.fills), ZERO))):
            seen = sum((row.number(name) for row in rows), ZERO)
            if seen != due:
                yield f"the fills of {key} have {name} {seen:f} in all; by the model {due:f}"
        assets = {row.fee_asset for row in rows} - {""}
        due_assets = {fill.fee_asset for fill in order.fills}
        if assets - due_assets:
            yield f"the fee of {key} is in {', '.join(sorted(assets))}; by the model in {', '.join(sorted(due_assets))}"
        taker = sum((fill.quantity for fill in order.fills if fill.taker), ZERO)
        if any(row.liquidity in {"maker", "taker"} for row in rows):
            told = sum((row.quantity for row in rows if row.liquidity == "taker"), ZERO)
            if told != taker:
                yield f"{told:f} of {key} is told to have taken; by the model {taker:f}"

    def _book(self, look: ScenarioStep) -> Iterator[str]:
        prices = self.terms.prices
        for side, name in ((Side.BUY, "bids"), (Side.SELL, "asks")):
            levels = dict(zip(numbers(look, f"{name}.price"), numbers(look, f"{name}.quantity"), strict=False))
            strangers = [price for price in levels if prices[0] < price < prices[-1] and price not in prices]
            if strangers:
                raise UnclearError(f"somebody else has an order at {strangers[0]:f}, between our own")
            for price in prices:
                due, seen = self.model.level(side, price), levels.get(price, ZERO)
                if seen != due:
                    yield f"{seen:f} stands in the {name} at {price:f}; by the model {due:f}"


def _echoed(order: Order, step: ScenarioStep) -> Iterator[str]:
    """What the answer to a new order says of what was asked."""
    given = text_or_empty(step, "asked.client_order_id")
    told = text_or_empty(step, "client_order_id")
    if given and told and told != given:
        yield f"{order.placed.key} was given the client order id {given}, and is told to have {told}"
    for name, due in (("quantity", order.placed.quantity), ("price", order.price)):
        seen = numbers(step, name, null_is_none=True)
        if seen and due is not None and seen[0] != due:
            yield f"{order.placed.key} was asked with {name} {due:f}, and is told to have {seen[0]:f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One fill as the exchange tells it."""

    price: Decimal
    quantity: Decimal
    fee: Decimal
    fee_asset: str
    liquidity: str

    def number(self, name: str) -> Decimal:
        return {"quantity": self.quantity, "notional": self.price * self.quantity, "fee": self.fee}[name]


def _rows(look: ScenarioStep, order_id: str) -> list[_Row]:
    prices, quantities, fees = (numbers(look, name, null_is_none=True) for name in ("price", "quantity", "fee"))
    count = len(prices)
    ids, assets, liquidities = (texts(look, name) or ("",) * count for name in ("order_id", "fee_asset", "liquidity"))
    if not count == len(quantities) == len(fees) == len(ids) == len(assets) == len(liquidities):
        raise UnclearError("the profile reads no price, quantity and fee from each fill")
    rows = zip(prices, quantities, fees, assets, liquidities, ids, strict=True)
    return [
        _Row(price=price, quantity=quantity, fee=fee, fee_asset=asset, liquidity=liquidity)
        for price, quantity, fee, asset, liquidity, of in rows
        if of in {order_id, ""}
    ]


def disagreement(steps: Iterable[ScenarioStep]) -> Disagreement | None:
    """The first turn of a record on which the model does not agree; ``None`` where it agrees to the end.

    Raises:
        UnclearError: the record can't tell.
    """
    witness: Witness | None = None
    for turn in _turns(steps):
        if turn[0].label == TERMS:
            witness = Witness(turn)
        elif witness is not None:
            found = (*witness.act(turn[0]), *witness.compare(turn[1:]))
            if found:
                return Disagreement(actions=tuple(witness.told), differences=found)
    return None


def _turns(steps: Iterable[ScenarioStep]) -> Iterator[list[ScenarioStep]]:
    """The steps of each opening, and of each action: what belongs to none is left out."""
    turn: list[ScenarioStep] = []
    for step in steps:
        if step.label == TERMS or text_or_empty(step, "action"):
            if turn:
                yield turn
            turn = [step]
        elif turn and text_or_empty(step, "look"):
            turn.append(step)
    if turn:
        yield turn


def _body(step: ScenarioStep) -> str:
    return step.call.response.body if step.call and step.call.response else ""


def _traded(order: Order) -> Decimal:
    return sum((fill.price * fill.quantity for fill in order.fills), ZERO)


def _fits(status: str, order: Order, *, partial: bool) -> bool:
    """Whether a word can be that of the order's state; exchanges differ in what they call an order that ended, or rests filled in part."""
    match order.fate:
        case Fate.OPEN:
            if not order.filled:
                return status == "open"
            return status == "partially_filled" if partial else status in RESTING
        case Fate.FILLED:
            return status == "filled"
        case Fate.ENDED:
            return status not in {"filled", *RESTING}


def _state(order: Order) -> str:
    filled = f", {order.filled:f} of {order.placed.quantity:f} filled" if order.filled else ""
    return f"{order.fate.value}{filled}"


def _rounds(exact: Decimal, told: Decimal) -> bool:
    """Whether what is told is the exact number, rounded either way to its own digits."""
    exponent = told.as_tuple().exponent
    return isinstance(exponent, int) and abs(exact - told) < Decimal(1).scaleb(exponent)
