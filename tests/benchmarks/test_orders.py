"""A few random orders through both Python clients and a bad network, and what is said of orders that were lost, hidden or doubled."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from benchmarks.driven import driven
from benchmarks.orders import table_of, tried
from benchmarks.orders_account import Account, End, difference, end_of, unfilled
from benchmarks.orders_plan import TROUBLES, planned_orders
from certification.sandboxes.mock.trouble import Trouble
from sdkgen.api.json_text import JsonValue


@pytest.mark.parametrize("name", ["python", "python-async"])
def test_no_order_is_lost_hidden_or_doubled(name: str, tmp_path: Path) -> None:
    orders = planned_orders(100, seed=7)
    (sdk,) = driven((name,), tmp_path)
    outcome = tried(sdk, orders, seed=7)
    assert outcome.unbalanced == ()
    assert {number: end for number, end in outcome.ends.items() if end not in {End.STANDS, End.TOLD_STANDS, End.TOLD_NOT}} == {}
    calm = tuple(order for order in orders if not order.troubles)
    assert outcome.count(calm, End.STANDS) > len(calm) * 0.8  # not all: a busy machine may make a time-out of its own
    table = table_of(sdk, orders, outcome)
    assert table.rows[-1][:2] == ("all", "100")
    assert "nothing lost" in table.title


def test_the_same_seed_plans_the_same_orders_and_every_trouble() -> None:
    orders = planned_orders(2000, seed=1)
    assert orders == planned_orders(2000, seed=1)
    assert orders != planned_orders(2000, seed=2)
    assert {trouble for order in orders for trouble in order.troubles} == set(TROUBLES) < set(Trouble)
    assert len({order.price for order in orders}) == len(orders)
    assert {order.client_order_id is None for order in orders} == {True, False}


_STANDS: dict[str, Any] = {"order_id": 5, "client_order_id": "_5", "filled_quantity": "0.001", "price": "40000"}
_TOLD: JsonValue = {"order_id": 5, "client_order_id": "_5", "filled_quantity": "0.00100"}


def _returned(value: JsonValue) -> dict[str, JsonValue]:
    return {"returned": {"status": 200, "value": value}}


def _raised(*, unknown: bool, repeated: bool = False) -> dict[str, JsonValue]:
    return {"raised": {"kind": "timeout", "may_have_happened": unknown, "repeated": repeated}}


@pytest.mark.parametrize(
    ("answer", "standing", "end"),
    [
        pytest.param(_returned(_TOLD), 1, End.STANDS, id="as it is"),
        pytest.param(_returned(_TOLD), 0, End.LOST, id="told and not there"),
        pytest.param(_returned(_TOLD), 2, End.DOUBLED, id="twice"),
        pytest.param(_raised(unknown=True), 2, End.DOUBLED, id="twice, and told that nobody knows"),
        pytest.param(_returned({**_TOLD, "order_id": 7}), 1, End.MISTOLD, id="another order"),  # type: ignore[dict-item]
        pytest.param(_returned({**_TOLD, "filled_quantity": "0"}), 1, End.MISTOLD, id="another quantity"),  # type: ignore[dict-item]
        pytest.param(_raised(unknown=True), 1, End.TOLD_STANDS, id="unknown, there"),
        pytest.param(_raised(unknown=True), 0, End.TOLD_NOT, id="unknown, not there"),
        pytest.param(_raised(unknown=False), 0, End.REFUSED, id="refused"),
        pytest.param(_raised(unknown=False), 1, End.HIDDEN, id="refused and there"),
        pytest.param(_raised(unknown=True, repeated=True), 0, End.LOST, id="repeated and not there"),
        pytest.param({"refused": {"message": "what?"}}, 0, End.SILENT, id="no typed end"),
    ],
)
def test_what_became_of_an_order_is_what_the_exchange_says(answer: dict[str, JsonValue], standing: int, end: End) -> None:
    (order,) = (each for each in planned_orders(20, seed=1) if each.number == 1)
    assert end_of(order, answer, (_STANDS,) * standing) is (end if order.client_order_id is None or end is not End.STANDS else End.MISTOLD)


def _account(fills: tuple[dict[str, Any], ...], dollars: str, coins: str, filled: str = "2") -> Account:
    orders = ({"order_id": 5, "filled_quantity": filled},)
    return Account(orders=orders, fills=fills, totals={"USD": Decimal(dollars), "BTC": Decimal(coins)})


def test_balances_are_what_fills_add_up_to() -> None:
    bought = {
        "fill_id": 1,
        "order_id": 5,
        "symbol": "BTC-USD",
        "side": "buy",
        "price": "10",
        "quantity": "3",
        "fee": "1",
        "fee_asset": "USD",
    }
    sold = {**bought, "fill_id": 2, "side": "sell", "quantity": "1"}
    before = _account((), "100", "0")
    assert set(difference(before, _account((bought, sold), "78", "2")).values()) == {0}
    assert difference(before, _account((bought, sold), "79", "2")) == {"USD": 1, "BTC": 0}
    assert difference(_account((bought,), "69", "3"), _account((bought, sold), "78", "2")) == {"USD": 0, "BTC": 0}
    assert unfilled(_account((bought, sold), "0", "0", filled="4")) == ()
    assert len(unfilled(_account((bought,), "0", "0"))) == 1
