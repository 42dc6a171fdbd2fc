"""What is filled of orders, worked out from messages that tell only what is left of one, or what each of its trades was."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal, InvalidOperation

from certification.evidence.facts import texts
from certification.evidence.record import WORKED_OUT, ScenarioStep

_FILLED, _LEFT, _LAST = "filled", "left", "last_filled"


class Tally:
    """Follows the orders of one story from their placing on."""

    def __init__(self) -> None:
        """Know no order yet."""
        self._quantities: dict[str, Decimal] = {}
        self._filled: dict[str, Decimal] = {}

    def completed(self, step: ScenarioStep) -> ScenarioStep:
        """The step; a message about one order that was placed, and that tells no filled amount, with the one that follows from it."""
        order_ids, asked = texts(step, "order_id"), texts(step, "asked.quantity")
        if step.call is not None:
            if len(order_ids) == len(asked) == 1 and (quantity := _amount(asked)) is not None:
                self._quantities[order_ids[0]] = quantity
            return step
        if len(order_ids) != 1 or texts(step, _FILLED):
            return step
        filled = self._worked_out(order_ids[0], step)
        if filled is None:
            return step
        facts = (*step.facts, (_FILLED, f"{filled:f}"), (WORKED_OUT, _FILLED))
        return replace(step, facts=tuple(sorted(facts, key=lambda fact: fact[0])))

    def _worked_out(self, order_id: str, step: ScenarioStep) -> Decimal | None:
        left, last = _amount(texts(step, _LEFT)), _amount(texts(step, _LAST))
        if last is not None:
            self._filled[order_id] = self._filled.get(order_id, Decimal(0)) + last
            return self._filled[order_id]
        quantity = self._quantities.get(order_id)
        return quantity - left if quantity is not None and left is not None else None


def _amount(found: tuple[str, ...]) -> Decimal | None:
    """The only value, as a number; ``None`` where it is none."""
    try:
        amount = Decimal(found[0]) if len(found) == 1 else None
    except InvalidOperation:
        return None
    return amount if amount is not None and amount.is_finite() else None
