"""What is worked out of answers: rows of one order among others, and what is free of a total."""

from __future__ import annotations

from dataclasses import replace

import pytest

from certification.evidence.facts import texts
from certification.evidence.record import WORKED_OUT, Call, Message, ScenarioStep
from certification.evidence.scenarios.answered import facts_in, rows_of
from certification.evidence.scenarios.paging import pages_of
from certification.evidence.written_instants import as_milliseconds
from certification.profile import Role
from sdkgen.behaviour import Pagination, Paging

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


def test_instants_that_are_written_out_are_counted_and_a_header_may_be_a_place() -> None:
    role = Role(operation="fills", fields={"time": "[].at", "created": "[].made", "price": "[].at", "cursor": "header.X-After"})
    told = call('[{"at": "2026-11-23T03:20:00.123456Z", "made": "1795389600"}]')
    assert told.response is not None
    told = replace(told, response=replace(told.response, headers=(("x-after", "17"), ("after", "18"))))
    facts = dict(facts_in(role, told, {}))
    assert (facts["time"], facts["created"]) == ("1795404000123.456", "1795389600")
    assert (facts["price"], facts["cursor"]) == ("2026-11-23T03:20:00.123456Z", "17")


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        ("1970-01-01T00:00:01Z", "1000"),
        ("1970-01-01T01:00:00.5+01:00", "500"),
        ("2026-02-30T00:00:00Z", None),
        ("2026-11-23T03:20:00", None),
        ("1960-01-01T00:00:00Z", None),
        ("1795404000", None),
    ],
)
def test_an_instant_that_is_written_out_keeps_every_digit(text: str, milliseconds: str | None) -> None:
    assert as_milliseconds(text) == milliseconds


@pytest.mark.parametrize(("headers", "following"), [((("x-after", "9"),), "9"), ((), None)])
def test_the_next_page_may_be_named_by_a_header(headers: tuple[tuple[str, str], ...], following: str | None) -> None:
    pages = pages_of(
        FILLS.model_copy(update={"fields": {}}), Pagination(kind=Paging.CURSOR, argument="query.after", items="", next="header.X-After")
    )
    assert pages is not None
    told = call("[]")
    assert told.response is not None
    page = ScenarioStep(label="page", call=replace(told, response=replace(told.response, headers=headers)), facts=())
    assert pages.following(page, number=1, seen=3) == following


def test_a_row_without_a_name_leaves_the_others_names_in_their_rows() -> None:
    role = Role(operation="fills", fields={"reference": "[].of.trade", "item_id": "[].id"})
    facts = facts_in(role, call('[{"id": 3, "of": {"trade": "7"}}, {"id": 2, "of": {}}, {"id": 1}]'), {})
    step = ScenarioStep(label="entries", call=None, facts=facts)
    assert (texts(step, "item_id"), texts(step, "reference")) == (("3", "2", "1"), ("7", "null", "null"))
