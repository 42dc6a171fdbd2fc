from __future__ import annotations

from dataclasses import replace

import pytest

from certification.evidence.record import WHOLE, Scenario
from certification.model import Outcome
from tests.simulators.told import REPRODUCE, answers, but, cut, step, told

PASSED, FAILED, UNSEEN = Outcome.PASSED, Outcome.FAILED, Outcome.NOT_OBSERVED
ASKED = {"asked.price": "50000", "asked.quantity": "0.01", "asked.client_order_id": "c1"}
ORDER = {"order_id": "7", "client_order_id": "c1", "status": "open", "price": "50000.00", "quantity": "0.010", "filled": "0"}
OTHER = {"order_id": "8", "client_order_id": "c2"}
REST = told(
    "orders.rest-and-cancel",
    step("place", ORDER | ASKED, status=201),
    step("query", ORDER),
    step("open orders", {"order_id": ("3", "7")}),
    step("cancel"),
    step("query after", ORDER | {"status": "cancelled"}),
    step("open orders after", {"order_id": "3"}),
    step("history after", {"order_id": ("3", "7"), "status": ("filled", "cancelled")}),
)
BOUGHT = but(REST, "place", {"asked.side": "buy"})
TIMED = but(but(REST, "query", {"created": "5", "updated": "5"}), "query after", {"created": "5", "updated": "9"})
MEANS = told(
    "orders.beyond-means",
    step("buy beyond means", status=422),
    step("sell beyond means", status=409),
    step("place within means", status=201),
)
TWICE = told(
    "orders.same-client-id",
    step("place", ORDER | ASKED, status=201),
    step("place the same again", ORDER),
    step("place another under the same id", status=409),
    step("open orders", {"order_id": "7", "client_order_id": "c1"}),
)
CROSSING = (
    step("query", ORDER | {"status": "cancelled", "filled": "0.004"}),
    step("fills", {"price": ("49999", "50000")}),
    step("open orders"),
)
GTC = told("orders.good-till-cancelled-meets-the-book", step("place", ORDER | ASKED, status=201), *CROSSING)
IOC = told("orders.immediate-or-cancel-meets-the-book", step("place", ORDER | ASKED, status=201), *CROSSING)
FOK = told(
    "orders.fill-or-kill-meets-the-book", step("place", ORDER | ASKED, status=201), step("query", {"status": "cancelled", "filled": "0"})
)
POST_ONLY = told("orders.post-only-meets-the-book", step("place", ORDER | ASKED, status=201), step("query", {"filled": "0.000"}))
OFF_GRID = told(
    "orders.off-grid",
    step("place at half a price step", status=400),
    step("place half a quantity step more", status=422),
    step("place on the grid", status=201),
    step("place below the least notional", status=400),
    step("place above the greatest quantity", status=400),
)
PRIORITY = told(
    "orders.time-priority",
    step("older", ASKED),
    step("newer", ASKED),
    step("sell to them"),
    step("older after", {"filled": "0.01"}),
    step("newer after", {"filled": "0"}),
)


def stood(instant: str) -> Scenario:
    """A cancellation after which the last change is what it was."""
    first = but(TIMED, "query", {"created": instant, "updated": instant})
    return but(first, "query after", {"created": instant, "updated": instant, "status": "cancelled"})


CASES = (
    ("placed_orders_are_what_was_asked", REST, PASSED, ""),
    ("placed_orders_are_what_was_asked", but(REST, "place", {"price": "5"}), FAILED, "price 5 where 50000 was asked (place)"),
    ("placed_orders_are_what_was_asked", but(REST, "query", {"quantity": "1"}), FAILED, "quantity 1 where 0.01 was asked (query)"),
    ("placed_orders_are_what_was_asked", but(REST, "query", {"status": "filled"}), FAILED, "has the status filled"),
    ("placed_orders_are_what_was_asked", but(REST, "open orders", {"order_id": "3"}), FAILED, "missing from the open orders"),
    ("placed_orders_are_what_was_asked", but(REST, "place", status=503), UNSEEN, "'place' was answered 503"),
    ("placed_orders_are_what_was_asked", but(REST, "query", {"price": "dear"}), UNSEEN, "is no number"),
    ("placed_orders_are_what_was_asked", but(REST, "query", {"price": "NaN"}), UNSEEN, "no amount that anything trades in"),
    ("placed_orders_are_what_was_asked", but(REST, "query", {"price": "1E+999999"}), UNSEEN, "no amount that anything trades in"),
    ("placed_orders_are_what_was_asked", but(REST, "query", {"price": ()}), UNSEEN, "reads no 'price'"),
    ("placed_orders_are_what_was_asked", cut(REST, "query"), UNSEEN, "did not get as far as 'query'"),
    (
        "placed_orders_are_what_was_asked",
        but(REST, "query", {"client_order_id": "c"}),
        FAILED,
        "client order id c where c1 was given (query)",
    ),
    ("placed_orders_are_what_was_asked", but(REST, "query", {"client_order_id": "null"}), PASSED, ""),
    ("orders_beyond_means_are_refused", MEANS, PASSED, ""),
    ("orders_beyond_means_are_refused", cut(MEANS, "sell beyond means"), PASSED, ""),
    ("orders_beyond_means_are_refused", but(MEANS, "buy beyond means", status=201), FAILED, "'buy beyond means' was accepted"),
    ("orders_beyond_means_are_refused", but(MEANS, "sell beyond means", status=201), FAILED, "'sell beyond means' was accepted"),
    (
        "orders_beyond_means_are_refused",
        replace(MEANS, steps=(*MEANS.steps, step("sell what is held", {}, status=201))),
        FAILED,
        "'sell what is held' was accepted",
    ),
    (
        "orders_beyond_means_are_refused",
        replace(MEANS, steps=(*MEANS.steps, step("buy with nothing left for the fee", {}, status=201))),
        FAILED,
        "'buy with nothing left for the fee' was accepted",
    ),
    (
        "orders_beyond_means_are_refused",
        replace(MEANS, steps=(*MEANS.steps, step("buy what is held", {}, status=201))),
        FAILED,
        "'buy what is held' was accepted",
    ),
    ("orders_beyond_means_are_refused", but(MEANS, "place within means", status=503), UNSEEN, "answered 503"),
    ("times_of_orders_go_forward", TIMED, PASSED, ""),
    ("times_of_orders_go_forward", but(TIMED, "query", {"updated": "4"}), FAILED, "created at 5 was updated at 4"),
    ("times_of_orders_go_forward", but(TIMED, "query after", {"created": "6"}), FAILED, "creation moved from 5 to 6"),
    ("times_of_orders_go_forward", but(TIMED, "query", {"updated": "10"}), FAILED, "went back from 10 to 9"),
    ("times_of_orders_go_forward", stood("1795381200123"), FAILED, "a cancellation left an order's last change at 1795381200123"),
    ("times_of_orders_go_forward", stood("1795381200"), PASSED, ""),
    ("times_of_orders_go_forward", stood("1795381200000"), PASSED, ""),
    ("times_of_orders_go_forward", stood("1795381200123000"), FAILED, "a cancellation left an order's last change"),
    ("times_of_orders_go_forward", stood("1795381200000000"), PASSED, ""),
    ("times_of_orders_go_forward", REST, UNSEEN, "reads no 'created'"),
    ("history_agrees_with_queries", REST, PASSED, ""),
    (
        "history_agrees_with_queries",
        but(REST, "history after", {"status": ("filled", "filled")}),
        FAILED,
        "an order is cancelled by its query, and filled in the history",
    ),
    ("history_agrees_with_queries", but(REST, "history after", {"order_id": ("3", "8")}), UNSEEN, "pages of the history that were read"),
    (
        "history_agrees_with_queries",
        but(REST, "history after", {"order_id": ("3", "8"), WHOLE: "yes"}),
        FAILED,
        "(cancelled) is missing in the whole history",
    ),
    ("placed_orders_are_what_was_asked", but(BOUGHT, "query", {"side": "buy"}), PASSED, ""),
    (
        "placed_orders_are_what_was_asked",
        but(REST, "open orders", {"status": ("open", "ACTIVE")}),
        FAILED,
        "status ACTIVE in the open orders",
    ),
    ("placed_orders_are_what_was_asked", but(REST, "open orders", {"status": "ACTIVE"}), PASSED, ""),
    ("placed_orders_are_what_was_asked", but(REST, "open orders", {"price": ("1", "50000")}), PASSED, ""),
    ("placed_orders_are_what_was_asked", but(REST, "open orders", {"price": ("50000", "1")}), FAILED, "price 1 in the open orders"),
    (
        "placed_orders_are_what_was_asked",
        but(BOUGHT, "query", {"side": "sell"}),
        FAILED,
        "side sell where buy",
    ),
    (
        "history_agrees_with_queries",
        but(REST, "history after", {"client_order_id": ("c9", "null")}),
        FAILED,
        "client_order_id null in the history, c1 by a query",
    ),
    (
        "history_agrees_with_queries",
        but(REST, "history after", {"filled": ("0", "0.01")}),
        FAILED,
        "filled 0.01 in the history, 0 by a query",
    ),
    ("history_agrees_with_queries", but(REST, "history after", {"price": "1"}), PASSED, ""),
    ("history_agrees_with_queries", cut(REST, "history after"), UNSEEN, "did not get as far"),
    ("cancelled_orders_are_gone", REST, PASSED, ""),
    ("cancelled_orders_say_so", REST, PASSED, ""),
    ("cancelled_orders_say_so", but(REST, "cancel", status=404), UNSEEN, "'cancel' was answered 404"),
    ("cancelled_orders_say_so", but(REST, "query after", {"status": "open"}), FAILED, "has the status open"),
    (
        "cancelled_orders_say_so",
        but(REST, "query after", {"client_order_id": "null"}),
        FAILED,
        "client_order_id null after its cancellation, c1",
    ),
    ("cancelled_orders_say_so", but(REST, "query after", {"quantity": "0"}), FAILED, "quantity 0 after its cancellation, 0.010 by a query"),
    ("cancelled_orders_say_so", but(REST, "query after", {"client_order_id": ()}), PASSED, ""),
    ("cancelled_orders_say_so", cut(REST, "query"), UNSEEN, "did not get as far as 'query'"),
    ("cancelled_orders_are_gone", but(REST, "open orders after", {"order_id": "7"}), FAILED, "still stands among"),
    ("cancelled_orders_are_gone", but(REST, "open orders", {"order_id": "3"}), UNSEEN, "no list of open orders before"),
    ("cancelled_orders_are_gone", but(REST, "cancel", status=400), UNSEEN, "'cancel' was answered 400"),
    ("client_order_ids_are_idempotent", TWICE, PASSED, ""),
    ("client_order_ids_are_idempotent", but(TWICE, "place the same again", status=409), PASSED, ""),
    ("client_order_ids_are_idempotent", but(TWICE, "place the same again", OTHER), FAILED, "made a second order"),
    ("client_order_ids_are_idempotent", but(TWICE, "place another under the same id", OTHER), FAILED, "already in use"),
    ("client_order_ids_are_idempotent", but(TWICE, "place another under the same id", ORDER), FAILED, "as if it had been placed"),
    ("client_order_ids_are_idempotent", but(TWICE, "open orders", {"client_order_id": ("c1", "c1")}), FAILED, "two open orders"),
    ("client_order_ids_are_idempotent", but(TWICE, "place", {"asked.client_order_id": ()}), UNSEEN, "asked.client_order_id"),
    ("limits_hold", GTC, PASSED, ""),
    ("limits_hold", but(GTC, "fills", {"price": ("49999", "50000.01")}), FAILED, "limited to 50000 was filled at 50000.01"),
    ("limits_hold", but(GTC, "fills", {"price": ()}), UNSEEN, "was not filled"),
    ("immediate_orders_never_rest", IOC, PASSED, ""),
    ("immediate_orders_never_rest", but(IOC, "query", {"status": "partially_filled"}), FAILED, "rests (status partially_filled)"),
    ("immediate_orders_never_rest", but(IOC, "open orders", {"order_id": "7"}), FAILED, "rests (status cancelled)"),
    ("immediate_orders_never_rest", cut(IOC, "open orders"), UNSEEN, "open orders"),
    ("fill_or_kill_is_all_or_nothing", FOK, PASSED, ""),
    ("fill_or_kill_is_all_or_nothing", but(FOK, "query", {"filled": "0.010"}), PASSED, ""),
    ("fill_or_kill_is_all_or_nothing", but(FOK, "place", status=422), PASSED, ""),
    ("fill_or_kill_is_all_or_nothing", but(FOK, "query", {"filled": "0.005"}), FAILED, "of 0.01 was filled for 0.005"),
    ("fill_or_kill_is_all_or_nothing", but(FOK, "query", {"status": "open"}), FAILED, "rests (status open)"),
    ("fill_or_kill_is_all_or_nothing", cut(FOK, "query"), UNSEEN, "query"),
    ("fill_or_kill_is_all_or_nothing", cut(FOK, "place"), UNSEEN, "place"),
    ("fill_or_kill_is_all_or_nothing", but(FOK, "place", status=403), UNSEEN, "'place' was answered 403"),
    ("post_only_orders_never_take", but(POST_ONLY, "place", status=500), UNSEEN, "'place' was answered 500"),
    ("client_order_ids_are_idempotent", but(TWICE, "place the same again", status=503), UNSEEN, "was answered 503"),
    ("post_only_orders_never_take", POST_ONLY, PASSED, ""),
    ("post_only_orders_never_take", but(POST_ONLY, "place", status=422), PASSED, ""),
    ("post_only_orders_never_take", but(POST_ONLY, "query", {"filled": "0.01"}), FAILED, "took 0.01 from the book"),
    ("post_only_orders_never_take", but(POST_ONLY, "query", status=404), UNSEEN, "answered 404"),
    ("off_grid_orders_are_refused", OFF_GRID, PASSED, ""),
    ("off_grid_orders_are_refused", cut(OFF_GRID, "place below the least notional"), PASSED, ""),
    ("off_grid_orders_are_refused", but(OFF_GRID, "place at half a price step"), FAILED, "'place at half a price step' was accepted"),
    ("off_grid_orders_are_refused", but(OFF_GRID, "place half a quantity step more"), FAILED, "half a quantity step more"),
    ("off_grid_orders_are_refused", but(OFF_GRID, "place below the least notional"), FAILED, "below the least notional"),
    ("off_grid_orders_are_refused", but(OFF_GRID, "place above the greatest quantity"), FAILED, "above the greatest quantity"),
    ("off_grid_orders_are_refused", but(OFF_GRID, "place on the grid", status=422), UNSEEN, "'place on the grid' was answered 422"),
    ("off_grid_orders_are_refused", but(OFF_GRID, "place at half a price step", status=429), UNSEEN, "says nothing about what was asked"),
    ("older_orders_fill_first", PRIORITY, PASSED, ""),
    ("older_orders_fill_first", but(PRIORITY, "newer after", {"filled": "0.002"}), PASSED, ""),
    (
        "older_orders_fill_first",
        but(but(PRIORITY, "newer after", {"filled": "0.01"}), "older after", {"filled": "0"}),
        FAILED,
        "newer order was filled for 0.01 while the older one had 0 of 0.01",
    ),
    ("older_orders_fill_first", but(PRIORITY, "older after", {"filled": "0"}), UNSEEN, "neither order was filled"),
    ("older_orders_fill_first", but(PRIORITY, "sell to them", status=400), UNSEEN, "'sell to them' was answered 400"),
)


@pytest.mark.parametrize(("check", "scenario", "outcome", "said"), CASES)
def test_an_order_does_what_was_asked(check: str, scenario: Scenario, outcome: Outcome, said: str) -> None:
    (answer,) = answers(f"orders.{check}", scenario)
    assert (answer.outcome, answer.subject) == (outcome, "anOperation"), answer
    assert said in answer.summary
    assert answer.reproduce == (REPRODUCE if outcome is FAILED else "")
    assert bool(answer.evidence) == (outcome is not PASSED)
