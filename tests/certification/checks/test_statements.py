"""An account's statement, as told by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from certification.evidence.record import Scenario, ScenarioStep
from certification.model import Outcome
from tests.simulators.told import Facts, answers, but, cut, step, told

PASSED, FAILED, UNSEEN, MOOT = Outcome.PASSED, Outcome.FAILED, Outcome.NOT_OBSERVED, Outcome.NOT_APPLICABLE
Row = tuple[str, str, str, str, str, str, str]
"""Id, asset, amount, fee, balance, reference and kind; the time is the id's first digit."""

DEPOSITS: tuple[Row, ...] = (("12", "USD", "500", "0", "500", "", "deposit"), ("11", "BTC", "3", "0", "3", "", "deposit"))
BOUGHT: tuple[Row, ...] = (("22", "USD", "-100", "1", "399", "b1", "trade"), ("21", "BTC", "2", "0", "5", "b1", "trade"))
SOLD: tuple[Row, ...] = (("32", "USD", "50", "1", "448", "s1", "trade"), ("31", "BTC", "-1", "0", "4", "s1", "trade"))
CHARGED: Row = ("22", "USD", "-100", "0", "400", "b1", "trade")
"""What was bought, its fee in an entry of its own."""
PAGE_1 = "statement after, page 1"
NAMES = ("item_id", "asset", "amount", "fee", "balance", "reference", "kind")


def rows(*several: Row) -> Facts:
    columns = {name: tuple(row[place] for row in several) for place, name in enumerate(NAMES)}
    return columns | {"time": tuple(row[0][0] for row in several)}


def balances(bitcoin: str, dollars: str) -> Facts:
    return {"asset": ("BTC", "USD"), "free": (bitcoin, dollars), "held": ("0", "0")}


def fills(name: str, quantity: str, price: str) -> Facts:
    return {"item_id": name, "price": price, "quantity": quantity, "fee": "1", "fee_asset": "USD"}


def page(number: int, *several: Row, whole: bool = False) -> ScenarioStep:
    return step(f"statement after, page {number}", {**rows(*several), **({"list.whole": "yes"} if whole else {})})


TRADED = told(
    "statement.after-trading",
    step("balances before", balances("3", "500")),
    step("statement before", {"item_id": ("12", "11"), "list.whole": "yes"}),
    step("buy", {"order_id": "B", "asked.symbol": "BTCUSD"}),
    step("fills of the buy", fills("b1", "2", "50")),
    step("sell", {"order_id": "S", "asked.symbol": "BTCUSD"}),
    step("fills of the sell", fills("s1", "1", "50")),
    page(1, *SOLD, *BOUGHT),
    page(2, *DEPOSITS, whole=True),
    step("balances after", balances("4", "448")),
    step("statement of one asset", {"asked.asset": "USD", "asset": ("USD", "USD")}),
    step("statement of one kind", {"asked.kind": "trade", "kind": "trade"}),
)


def but_pages(scenario: Scenario, *pages: ScenarioStep) -> Scenario:
    """The same story with other pages of the statement in the end."""
    kept = [each for each in scenario.steps if not each.label.startswith("statement after")]
    return replace(scenario, steps=(*kept[:6], *pages, *kept[6:]))


def with_page(*several: Row) -> Scenario:
    return but_pages(TRADED, page(1, *several), page(2, *DEPOSITS, whole=True))


def changed(number: int, **changes: str) -> Scenario:
    """The same story, one of its new entries otherwise."""
    entries = [*SOLD, *BOUGHT]
    found = dict(zip(NAMES, entries[number], strict=True)) | changes
    entries[number] = (found["item_id"], found["asset"], found["amount"], found["fee"], found["balance"], found["reference"], found["kind"])
    return with_page(*entries)


LONG = but(TRADED, "statement before", {"list.whole": ()})
OLDEST_FIRST = but_pages(TRADED, page(1, *DEPOSITS[::-1], *BOUGHT[::-1]), page(2, *SOLD[::-1], whole=True))
CHANGES = but(
    but(TRADED, "statement after, page 1", {"change": ("49", "-1", "-101", "2")}), "statement after, page 2", {"change": ("500", "3")}
)
BY_ASSET = replace(
    TRADED,
    steps=(
        TRADED.steps[0],
        step("statement before", {"item_id": "12", "list.whole": "yes", "stated.asset": "USD"}),
        *TRADED.steps[2:6],
        step(
            "statement after, page 1",
            {**rows(SOLD[0], BOUGHT[0], DEPOSITS[0]), "asset": (), "list.whole": "yes", "stated.asset": "USD"},
        ),
        *TRADED.steps[8:],
    ),
)
UNNAMED = but(but(TRADED, "statement after, page 1", {"reference": ()}), "statement after, page 2", {"reference": ()})


@pytest.mark.parametrize(
    ("check", "scenario", "outcome", "said"),
    [
        pytest.param("entries_add_up", TRADED, PASSED, "", id="adds up"),
        pytest.param("entries_add_up", OLDEST_FIRST, PASSED, "", id="adds up, oldest first"),
        pytest.param("entries_add_up", LONG, PASSED, "", id="adds up at the head of a long list"),
        pytest.param("entries_add_up", CHANGES, PASSED, "", id="adds up by whole changes"),
        pytest.param("entries_add_up", BY_ASSET, PASSED, "", id="adds up in the list of one asset"),
        pytest.param("entries_add_up", but(OLDEST_FIRST, "statement before", {"list.whole": ()}), PASSED, "", id="adds up at the end"),
        pytest.param("entries_add_up", changed(2, fee="0"), FAILED, "USD changed by -52; its new entries add up to -51", id="hidden fee"),
        pytest.param("entries_add_up", with_page(*SOLD), FAILED, "BTC changed by 1; its new entries add up to -1", id="missing entry"),
        pytest.param("entries_add_up", but_pages(LONG, page(1, *SOLD, *BOUGHT)), UNSEEN, "too long", id="nothing known is reached"),
        pytest.param("entries_add_up", but(TRADED, "statement after, page 2", status=500), UNSEEN, "was refused", id="a page failed"),
        pytest.param("entries_add_up", but(TRADED, "statement after, page 1", {"amount": ()}), UNSEEN, "reads no item_id", id="no amounts"),
        pytest.param("entries_add_up", but(but(TRADED, "buy", status=400), "sell", status=400), UNSEEN, "no order", id="no trade"),
        pytest.param("balances_follow_from_entries", TRADED, PASSED, "", id="follows"),
        pytest.param("balances_follow_from_entries", OLDEST_FIRST, PASSED, "", id="follows, oldest first"),
        pytest.param(
            "balances_follow_from_entries",
            changed(2, balance="400"),
            FAILED,
            "USD: after 500 comes an entry of -101 that leaves 400",
            id="does not follow",
        ),
        pytest.param(
            "balances_follow_from_entries", with_page(*SOLD), FAILED, "after 500 comes an entry of 49 that leaves 448", id="one is left out"
        ),
        pytest.param(
            "balances_follow_from_entries",
            but(TRADED, "balances after", balances("4", "447")),
            FAILED,
            "newest entry's balance is 448, the account has 447",
            id="is not the account's",
        ),
        pytest.param("balances_follow_from_entries", but(BY_ASSET, PAGE_1, {"balance": ()}), MOOT, "no balance", id="untold"),
        pytest.param(
            "balances_follow_from_entries",
            with_page(
                *SOLD[::-1], ("22", "USD", "-100", "0", "400", "b1", "trade"), ("23", "USD", "-1", "0", "399", "b1", "fee"), BOUGHT[1]
            ),
            PASSED,
            "",
            id="entries of one instant in any order",
        ),
        pytest.param("fills_have_their_entries", TRADED, PASSED, "", id="named"),
        pytest.param("fills_have_their_entries", BY_ASSET, PASSED, "", id="named in the list of one asset"),
        pytest.param(
            "fills_have_their_entries",
            changed(1, reference="x"),
            FAILED,
            "the sell's fills move -1 BTC; the entries that name them add up to 0",
            id="names another",
        ),
        pytest.param(
            "fills_have_their_entries",
            with_page(("33", "EUR", "1", "0", "1", "x", "trade"), *SOLD, *BOUGHT),
            FAILED,
            "names something that is no fill",
            id="of nothing",
        ),
        pytest.param(
            "fills_have_their_entries", changed(2, amount="-99.9"), FAILED, "the entries that name them add up to -100.9", id="off"
        ),
        pytest.param(
            "fills_have_their_entries",
            but(changed(2, amount="-100.0"), "fills of the buy", fills("b1", "2", "50.001")),
            PASSED,
            "",
            id="written with fewer digits",
        ),
        pytest.param(
            "fills_have_their_entries",
            but(
                with_page(*SOLD, ("23", "USD", "-0.75", "0", "399.25", "b1", "fee"), CHARGED, BOUGHT[1]),
                "fills of the buy",
                fills("b1", "2", "50"),
            ),
            FAILED,
            "the buy's fills move -101 USD; the entries that name them add up to -100.75",
            id="a part of the fee, beside an amount without noughts",
        ),
        pytest.param(
            "fills_have_their_entries",
            but(
                with_page(
                    *SOLD, ("23", "USD", "-50.00", "1", "399", "b1", "trade"), ("22", "USD", "-50.00", "0", "450", "b1", "trade"), BOUGHT[1]
                ),
                "fills of the buy",
                fills("b1", "2", "50.009"),
            ),
            PASSED,
            "",
            id="two entries, each cut off at its last digit",
        ),
        pytest.param("fills_have_their_entries", cut(TRADED, "fills of the sell"), PASSED, "", id="of a fill that nobody told"),
        pytest.param("fills_have_their_entries", UNNAMED, MOOT, "no reference", id="nothing is named"),
        pytest.param("statements_keep_to_what_is_asked", TRADED, PASSED, "", id="kept to"),
        pytest.param(
            "statements_keep_to_what_is_asked",
            but(TRADED, "statement of one asset", {"asset": ("USD", "BTC")}),
            FAILED,
            "asked for the asset USD, the statement tells of BTC",
            id="other assets",
        ),
        pytest.param(
            "statements_keep_to_what_is_asked", but(TRADED, "statement of one asset", {"asset": ()}), UNSEEN, "reads no asset", id="unread"
        ),
        pytest.param(
            "statements_keep_to_what_is_asked",
            but(TRADED, "statement of one kind", {"kind": ("fee", "trade")}),
            FAILED,
            "asked for the kind trade, the statement tells of fee",
            id="other kinds",
        ),
        pytest.param(
            "statements_keep_to_what_is_asked",
            cut(cut(TRADED, "statement of one asset"), "statement of one kind"),
            MOOT,
            "neither asset nor kind",
            id="takes neither",
        ),
    ],
)
def test_what_is_said_of_statements(check: str, scenario: Scenario, outcome: Outcome, said: str) -> None:
    (answer,) = answers(f"statements.{check}", scenario)
    assert said in answer.summary
    assert answer.outcome is outcome
