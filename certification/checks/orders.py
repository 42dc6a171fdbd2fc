"""The life of an order: it does what was asked, once, and never more."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from certification.checks.catalogue import check
from certification.checks.scene import MootError, accepted_step, ask_of, decided_step, step
from certification.evidence.facts import RESTING, UnclearError, is_accepted, number, numbers, text, texts
from certification.evidence.record import WHOLE, Evidence, Scenario, ScenarioStep
from certification.model import Answer

_MILLISECONDS = 10**11
"""Numbers above it are instants in milliseconds or finer: between two calls such a clock moves."""
_DIGITS_OF_SECONDS = 10
"""Of seconds since 1970, from the year 2001 to 2286."""
_WORDS = ("status", "side", "client_order_id")
_AMOUNTS = ("price", "quantity", "filled")
_STATUS = frozenset({"status"})
_OFF_GRID = (
    "place at half a price step",
    "place half a quantity step more",
    "place below the least quantity",
    "place below the least notional",
    "place above the greatest quantity",
)


def _listed(scenario: Scenario, label: str, placed: ScenarioStep) -> bool:
    return text(placed, "order_id") in texts(accepted_step(scenario, label), "order_id")


def _unlike(listed: ScenarioStep, queried: ScenarioStep, where: str, *, but: frozenset[str] = frozenset()) -> list[str]:
    """What is said of an order ``where`` it is listed otherwise than by a query of the same order, as far as both tell it."""
    ids, order_id = texts(listed, "order_id"), text(queried, "order_id")
    if order_id not in ids:
        return []
    at, complaints = ids.index(order_id), []
    for name in (each for each in _WORDS if each not in but):
        column, told = texts(listed, name), texts(queried, name)
        if told and len(column) == len(ids) and column[at] != told[0]:
            complaints.append(f"{name} {column[at]} {where}, {told[0]} by a query")
    for name in _AMOUNTS:
        amounts, one = numbers(listed, name), numbers(queried, name)
        if one and len(amounts) == len(ids) and amounts[at] != one[0]:
            complaints.append(f"{name} {amounts[at]:f} {where}, {one[0]:f} by a query")
    return complaints


@check(
    requirement="An order's answer and a later query say what was asked: side, price, quantity, and an open state while it rests.",
    remediation="Store what was accepted and answer from the store; never echo or default a field.",
)
def placed_orders_are_what_was_asked(evidence: Evidence) -> Iterator[Answer]:
    """An order that was accepted is found by query and in the open orders, alike, with the side, price and quantity that were asked for."""

    def question(scenario: Scenario) -> list[str]:
        placed = accepted_step(scenario, "place")
        queried = accepted_step(scenario, "query")
        complaints = [
            f"{name} {number(candidate, name):f} where {number(placed, f'asked.{name}'):f} was asked ({candidate.label})"
            for candidate in (placed, queried)
            for name in ("price", "quantity")
            if number(candidate, name) != number(placed, f"asked.{name}")
        ]
        complaints += [
            f"{name} {told} where {asked} was asked ({candidate.label})"
            for candidate in (placed, queried)
            for name in ("side", "type")
            for asked, told in zip(texts(placed, f"asked.{name}"), texts(candidate, name), strict=False)
            if told != asked
        ]
        named = texts(placed, "asked.client_order_id")[:1]
        complaints += [
            f"client order id {told} where {named[0]} was given ({candidate.label})"
            for candidate in (placed, queried)
            for told in texts(candidate, "client_order_id")
            if named and told not in {named[0], "null"}
        ]
        if text(queried, "status") != "open":
            complaints.append(f"a resting order has the status {text(queried, 'status')}")
        if not _listed(scenario, "open orders", placed):
            complaints.append("a resting order is missing from the open orders")
        return complaints + _unlike(accepted_step(scenario, "open orders"), queried, "in the open orders")

    return ask_of(evidence, "orders.rest-and-cancel", question)


@check(
    requirement="A cancelled order says that it is cancelled, and is otherwise what it was.",
    remediation="Change the order's status, and nothing else of it, in the same transaction that answers the cancel.",
)
def cancelled_orders_say_so(evidence: Evidence) -> Iterator[Answer]:
    """After its cancellation an order that is asked for has the status cancelled, and the price, quantity and names that it had."""

    def question(scenario: Scenario) -> list[str]:
        accepted_step(scenario, "cancel")
        before, after = accepted_step(scenario, "query"), accepted_step(scenario, "query after")
        status = text(after, "status")
        complaints = [] if status == "cancelled" else [f"a cancelled order has the status {status}"]
        return complaints + _unlike(after, before, "after its cancellation", but=_STATUS)

    return ask_of(evidence, "orders.rest-and-cancel", question, about="query after")


@check(
    requirement="A cancelled order stands in no list of open orders.",
    remediation="Take the order off the book and out of the open orders in the same transaction that answers the cancel.",
)
def cancelled_orders_are_gone(evidence: Evidence) -> Iterator[Answer]:
    """After its cancellation an order no longer stands among the open orders."""

    def question(scenario: Scenario) -> list[str]:
        placed = accepted_step(scenario, "place")
        accepted_step(scenario, "cancel")
        if not _listed(scenario, "open orders", placed):
            raise UnclearError("the order stood in no list of open orders before it was cancelled")
        return ["a cancelled order still stands among the open orders"] if _listed(scenario, "open orders after", placed) else []

    return ask_of(evidence, "orders.rest-and-cancel", question, about="open orders after")


@check(
    requirement="A client order id names one order: the same request again gives the same order or a refusal, never a second order.",
    remediation="Make the client order id unique per account, and answer a repeat with the first order.",
)
def client_order_ids_are_idempotent(evidence: Evidence) -> Iterator[Answer]:
    """Placing the same order again under the same client order id does not make a second order; a different one is refused.

    A client whose answer was lost in the network has only this to find out whether it may try again.
    """

    def question(scenario: Scenario) -> list[str]:
        placed = accepted_step(scenario, "place")
        order_id, client_id = text(placed, "order_id"), text(placed, "asked.client_order_id")
        complaints = []
        again, other = decided_step(scenario, "place the same again"), decided_step(scenario, "place another under the same id")
        if is_accepted(again) and text(again, "order_id") != order_id:
            complaints.append("the same order placed again under the same client order id made a second order")
        if is_accepted(other) and text(other, "order_id") != order_id:
            complaints.append("a different order was accepted under a client order id already in use")
        elif is_accepted(other):
            complaints.append("a different order under the same client order id was answered with the first, as if it had been placed")
        if texts(step(scenario, "open orders"), "client_order_id").count(client_id) > 1:
            complaints.append("two open orders carry the same client order id")
        return complaints

    return ask_of(evidence, "orders.same-client-id", question)


@check(
    requirement="A client order id stays taken after its order ended, where that is promised (the profile's order_ids).",
    remediation="Keep client order ids as long as orders; a repeat that comes late must not become a second order.",
)
def client_order_ids_stay_taken(evidence: Evidence) -> Iterator[Answer]:
    """Placing an order under the client order id of a cancelled one does not make a second order.

    A client that was cut off tries again when it is back: its order may have ended meanwhile.
    """

    def question(scenario: Scenario) -> list[str]:
        if all(each.label != "place again after its cancel" for each in scenario.steps):
            raise MootError("the profile does not say that client order ids are taken for ever (order_ids)")
        placed = accepted_step(scenario, "place")
        accepted_step(scenario, "cancel")
        again = decided_step(scenario, "place again after its cancel")
        if is_accepted(decided_step(scenario, "place another under the same id")):
            raise UnclearError("the client order id is not even taken while its order rests")
        second = is_accepted(again) and text(again, "order_id") != text(placed, "order_id")
        return ["the client order id of a cancelled order made a second order"] if second else []

    return ask_of(evidence, "orders.same-client-id", question)


@check(
    requirement="A limit order never trades at a worse price than its limit.",
    remediation="Compare each fill's price with the limit in the matching engine, not only the first.",
)
def limits_hold(evidence: Evidence) -> Iterator[Answer]:
    """No fill of a limit buy is dearer than its limit."""

    def question(scenario: Scenario) -> list[str]:
        placed = accepted_step(scenario, "place")
        limit = number(placed, "asked.price")
        prices = numbers(accepted_step(scenario, "fills"), "price")
        if not prices:
            raise UnclearError("the order was not filled")
        return [f"a buy limited to {limit:f} was filled at {price:f}" for price in prices if price > limit]

    return ask_of(evidence, "orders.good-till-cancelled-meets-the-book", question)


@check(
    requirement="An immediate-or-cancel order never rests.",
    remediation="Cancel what is left of such an order before answering.",
)
def immediate_orders_never_rest(evidence: Evidence) -> Iterator[Answer]:
    """What an immediate-or-cancel order can't fill at once is cancelled."""

    def question(scenario: Scenario) -> list[str]:
        placed = accepted_step(scenario, "place")
        status = text(accepted_step(scenario, "query"), "status")
        rests = status in RESTING or _listed(scenario, "open orders", placed)
        return [f"an immediate-or-cancel order rests (status {status})"] if rests else []

    return ask_of(evidence, "orders.immediate-or-cancel-meets-the-book", question)


@check(
    requirement="A fill-or-kill order is filled whole or not at all.",
    remediation="Look through the book for the whole quantity before the first fill.",
)
def fill_or_kill_is_all_or_nothing(evidence: Evidence) -> Iterator[Answer]:
    """A fill-or-kill order is never filled in part, and never rests."""

    def question(scenario: Scenario) -> list[str]:
        placed = decided_step(scenario, "place")
        if not is_accepted(placed):
            return []
        queried = accepted_step(scenario, "query")
        filled, asked = number(queried, "filled"), number(placed, "asked.quantity")
        complaints = [] if filled in {Decimal(0), asked} else [f"a fill-or-kill order of {asked:f} was filled for {filled:f}"]
        if text(queried, "status") in RESTING:
            complaints.append(f"a fill-or-kill order rests (status {text(queried, 'status')})")
        return complaints

    return ask_of(evidence, "orders.fill-or-kill-meets-the-book", question)


@check(
    requirement="A post-only order never takes liquidity: one that would is refused or cancelled.",
    remediation="Test a post-only order against the best opposite price before matching.",
)
def post_only_orders_never_take(evidence: Evidence) -> Iterator[Answer]:
    """A post-only order at the best opposite price does not trade."""

    def question(scenario: Scenario) -> list[str]:
        placed = decided_step(scenario, "place")
        if not is_accepted(placed):
            return []
        filled = number(accepted_step(scenario, "query"), "filled")
        return [f"a post-only order took {filled:f} from the book"] if filled else []

    return ask_of(evidence, "orders.post-only-meets-the-book", question)


@check(
    requirement="Prices and quantities off the instrument's grid, or beyond its least or greatest, are refused.",
    remediation="Refuse what the instrument's own filters exclude; never round it in silence.",
)
def off_grid_orders_are_refused(evidence: Evidence) -> Iterator[Answer]:
    """Half a step of price or quantity, less than the least quantity or notional, and more than the greatest quantity are refused."""

    def question(scenario: Scenario) -> list[str]:
        accepted_step(scenario, "place on the grid")
        tried = {candidate.label for candidate in scenario.steps}
        labels = [label for label in _OFF_GRID if label in tried]
        return [f"'{label}' was accepted" for label in labels if is_accepted(decided_step(scenario, label))]

    return ask_of(evidence, "orders.off-grid", question)


@check(
    requirement="Orders at one price are filled in the order of their arrival.",
    remediation="Keep each price level as a queue, and fill it from its head.",
)
def older_orders_fill_first(evidence: Evidence) -> Iterator[Answer]:
    """Of two orders on a level of their own, the older one is filled before the newer one is touched."""

    def question(scenario: Scenario) -> list[str]:
        accepted_step(scenario, "sell to them")
        older, newer = (number(accepted_step(scenario, f"{which} after"), "filled") for which in ("older", "newer"))
        asked = number(step(scenario, "older"), "asked.quantity")
        if not older and not newer:
            raise UnclearError("neither order was filled")
        return (
            [f"the newer order was filled for {newer:f} while the older one had {older:f} of {asked:f}"] if newer and older < asked else []
        )

    return ask_of(evidence, "orders.time-priority", question, about="fills")


_BEYOND = (
    "buy beyond means",
    "buy with nothing left for the fee",
    "sell beyond means",
    "buy what is held",
    "sell what is held",
)


@check(
    requirement="An order that the account can't pay for is refused.",
    remediation="Hold an order's cost against the free balance before it is accepted, market orders at the prices that they would meet.",
)
def orders_beyond_means_are_refused(evidence: Evidence) -> Iterator[Answer]:
    """A limit buy and a market sale for half as much again as is free are refused, and so is a second order for three fifths of it.

    So is a buy for all that is free, where the profile says that its fee is held too.
    """

    def question(scenario: Scenario) -> list[str]:
        accepted_step(scenario, "place within means")
        tried = {candidate.label for candidate in scenario.steps}
        labels = [label for label in _BEYOND if label in tried]
        return [f"'{label}' was accepted" for label in labels if is_accepted(decided_step(scenario, label))]

    return ask_of(evidence, "orders.beyond-means", question)


@check(
    requirement="An order's creation never changes, and its last change is never before it nor goes back.",
    remediation="Set the time of creation once; take the time of each change from a clock that only grows.",
)
def times_of_orders_go_forward(evidence: Evidence) -> Iterator[Answer]:
    """Of one order, asked for again and again: created stays, updated is at or after it and never falls."""

    def question(scenario: Scenario) -> list[str]:
        looks = [accepted_step(scenario, label) for label in ("query", "query after")]
        times = [(number(look, "created"), number(look, "updated")) for look in looks]
        complaints = [f"an order created at {created} was updated at {updated}" for created, updated in times if updated < created]
        if times[0][0] != times[1][0]:
            complaints.append(f"an order's creation moved from {times[0][0]} to {times[1][0]}")
        if times[1][1] == times[0][1] and _is_fine(times[0][1]) and text(looks[1], "status") == "cancelled":
            complaints.append(f"a cancellation left an order's last change at {times[0][1]}")
        if times[1][1] < times[0][1]:
            complaints.append(f"an order's last change went back from {times[0][1]} to {times[1][1]}")
        return complaints

    return ask_of(evidence, "orders.rest-and-cancel", question, about="query")


def _is_fine(instant: Decimal) -> bool:
    """Whether it is told by a clock that moves between two calls, and not by one of whole seconds, in whatever unit that is written."""
    unit = Decimal(10) ** (instant.adjusted() + 1 - _DIGITS_OF_SECONDS)
    return instant > _MILLISECONDS and instant % unit != 0


@check(
    requirement="The history of orders says of an order what a query says.",
    remediation="Answer the history from the same store as a query.",
)
def history_agrees_with_queries(evidence: Evidence) -> Iterator[Answer]:
    """A cancelled order stands in the history as cancelled, with its price, its quantity and its names."""

    def question(scenario: Scenario) -> list[str]:
        order_id = text(accepted_step(scenario, "place"), "order_id")
        queried, history = accepted_step(scenario, "query after"), step(scenario, "history after")
        rows = dict(zip(texts(history, "order_id"), texts(history, "status"), strict=False))
        if order_id not in rows:
            if texts(history, WHOLE):
                return [f"an order that a query tells of ({text(queried, 'status')}) is missing in the whole history"]
            raise UnclearError("the order does not stand on the pages of the history that were read")
        status = text(queried, "status")
        complaints = [] if rows[order_id] == status else [f"an order is {status} by its query, and {rows[order_id]} in the history"]
        return complaints + _unlike(history, queried, "in the history", but=_STATUS)

    return ask_of(evidence, "orders.rest-and-cancel", question, about="history after")
