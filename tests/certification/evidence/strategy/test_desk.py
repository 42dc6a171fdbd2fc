"""The best prices of a book that an SDK keeps, and nothing where it is not sure of it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from certification.evidence.sdk.harness import Result
from certification.evidence.strategy.desk import _best_of
from certification.evidence.strategy.quotes import Market
from sdkgen.api.json_text import JsonValue


def book(bids: JsonValue, asks: JsonValue, *, synced: bool = True) -> Result:
    return Result(kind="book", content={"synced": synced, "bids": bids, "asks": asks}, text="")


@pytest.mark.parametrize(
    ("result", "market"),
    [
        pytest.param(
            book([["1.5", "1"], ["2.50", "1"]], [["4", "1"], ["3", "2"]]), Market(bid=Decimal("2.5"), ask=Decimal(3)), id="worked out"
        ),
        pytest.param(book([], [["3", "2"]]), Market(bid=None, ask=Decimal(3)), id="an empty side"),
        pytest.param(book([["NaN", "1"]], [["x", "1"]]), Market(bid=None, ask=None), id="no numbers"),
        pytest.param(book(None, [[]]), Market(bid=None, ask=None), id="no levels"),
        pytest.param(book([["1", "1"]], [], synced=False), None, id="not synced"),
        pytest.param(Result(kind="refused", content={"message": "no"}, text=""), None, id="no book"),
    ],
)
def test_the_best_prices_of_a_live_book(result: Result, market: Market | None) -> None:
    assert _best_of(result) == market
