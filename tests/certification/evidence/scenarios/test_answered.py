"""What is worked out of answers: rows of one order among others, and what is free of a total."""

from __future__ import annotations

import pytest

from certification.evidence.facts import texts
from certification.evidence.record import WORKED_OUT, Call, Message, ScenarioStep
from certification.evidence.scenarios.answered import facts_in, rows_of
from certification.profile import Role

FILLS = Role(operation="fills", fields={"order_id": "[].order", "quantity": "[].quantity", "fee_asset": "[].fee.asset", "cursor": "next"})


def call(body: str, status: int = 200) -> Call:
    return Call(
        operation="fills",
        actor="first",
        request=Message(start="GET /", headers=()),
        response=Message(start=str(status), headers=(), body=body),
        status=status,
        elapsed_ms=1,
    )


def listed(*orders: str, status: int = 200, assets: int = 0) -> ScenarioStep:
    rows = (("order_id", order) for order in orders)
    quantities = (("quantity", str(number)) for number, _ in enumerate(orders))
    facts = (*rows, *quantities, *(("fee_asset", "USD"),) * assets, ("asked.limit", "100"), ("cursor", "c"))
    return ScenarioStep(label="fills", call=call("", status), facts=facts)


def test_rows_of_one_order_are_told_from_those_of_others() -> None:
    found = rows_of(listed("a", "b", "a"), FILLS, "order_id", "a")
    assert found is not None
    assert texts(found, "quantity") == ("0", "2")
    assert texts(found, "asked.limit") == ("100",)
    assert texts(found, "cursor") == ("c",)


def test_what_not_every_row_has_belongs_to_none() -> None:
    found = rows_of(listed("a", "b", assets=1), FILLS, "order_id", "a")
    assert found is not None
    assert texts(found, "fee_asset") == ()


@pytest.mark.parametrize(
    ("orders", "rows"),
    [
        pytest.param(("b",) * 9 + ("a",), None, id="a full page that ends with the order"),
        pytest.param(("b",) * 10, None, id="a full page without it"),
        pytest.param(("a",) + ("b",) * 9, 1, id="a full page that goes on with others"),
        pytest.param(("b",) * 8 + ("a",), 1, id="no full page"),
        pytest.param(("b",), 0, id="none yet"),
    ],
)
def test_a_page_that_may_go_on_does_not_tell_all_fills_of_an_order(orders: tuple[str, ...], rows: int | None) -> None:
    found = rows_of(listed(*orders), FILLS, "order_id", "a")
    assert (None if found is None else len(texts(found, "order_id"))) == rows


def test_a_refused_list_stays_as_it_is() -> None:
    refused = listed(status=400)
    assert rows_of(refused, FILLS, "order_id", "a") is refused


@pytest.mark.parametrize(
    ("body", "free"),
    [
        pytest.param('{"XBT": {"total": "1.50", "held": "0.25"}, "USD": {"total": "9", "held": "0"}}', ("1.25", "9"), id="worked out"),
        pytest.param('{"XBT": {"total": "1.50", "held": "0.25", "free": "1"}}', ("1",), id="told"),
        pytest.param('{"XBT": {"total": "1.50"}}', (), id="nothing held is told"),
        pytest.param('{"XBT": {"total": "much", "held": "0"}}', (), id="no number"),
    ],
)
def test_what_is_free_is_worked_out_where_nobody_tells_it(body: str, free: tuple[str, ...]) -> None:
    role = Role(operation="balances", fields={"asset": "{name}", "free": "{}.free", "held": "{}.held", "total": "{}.total"})
    step = ScenarioStep(label="balances", call=call(body), facts=facts_in(role, call(body), {}))
    assert texts(step, "free") == free
    assert bool(texts(step, WORKED_OUT)) == (len(free) > 1)
