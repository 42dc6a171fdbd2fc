"""What is filled of orders, from messages that tell a part of it."""

from __future__ import annotations

from certification.evidence.facts import texts
from certification.evidence.record import WORKED_OUT, Call, Message, ScenarioStep
from certification.evidence.scenarios.tally import Tally

PLACED = Call(operation="place", actor="first", request=Message(start="POST /", headers=()), response=None, status=200, elapsed_ms=1)


def placed(order_id: str, quantity: str) -> ScenarioStep:
    return ScenarioStep(label="place", call=PLACED, facts=(("asked.quantity", quantity), ("order_id", order_id)))


def heard(**facts: str) -> ScenarioStep:
    return ScenarioStep(label="hears", call=None, facts=tuple(sorted({"order_id": "7", **facts}.items())))


def filled(*steps: ScenarioStep) -> list[tuple[str, ...]]:
    tally = Tally()
    return [texts(tally.completed(step), "filled") for step in steps]


def test_what_is_left_of_an_order_tells_what_is_filled() -> None:
    assert filled(placed("7", "0.03"), heard(left="0.02"), heard(left="0")) == [(), ("0.01",), ("0.03",)]


def test_trades_of_an_order_add_up() -> None:
    assert filled(placed("7", "0.03"), heard(last_filled="0.01"), heard(last_filled="0.02")) == [(), ("0.01",), ("0.03",)]


def test_what_can_not_be_known_is_left_alone() -> None:
    assert filled(heard(left="0.02"), heard(status="open"), heard(filled="1", left="5"), heard(last_filled="x")) == [(), (), ("1",), ()]
    assert filled(placed("7", "much"), heard(left="1")) == [(), ()]
    assert filled(placed("7", "NaN"), heard(left="1")) == [(), ()]


def test_what_was_worked_out_says_so_and_the_rest_stays() -> None:
    step = Tally().completed(heard(last_filled="0.01", status="open"))
    assert texts(step, WORKED_OUT) == ("filled",)
    assert texts(step, "status") == ("open",)
