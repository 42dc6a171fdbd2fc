"""The exchange's own account of orders, fills and balances, and what an SDK said of each order held against it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from certification.evidence.scenarios.run import Stage, venue_on
from sdkgen.api.json_text import loads_exact

if TYPE_CHECKING:
    from benchmarks.orders_plan import PlannedOrder
    from certification.evidence.record import ScenarioStep
    from certification.evidence.scenarios.venue import Venue
    from certification.profile import ExchangeProfile, RoleName
    from sdkgen.api.json_text import JsonValue
    from sdkgen.api.model import Api

_PAGE = "100"


class End(StrEnum):
    """What became of one order, as the SDK told it and as it is."""

    STANDS = "stands"
    """Told to stand, and it does."""
    REFUSED = "refused"
    """Told not to stand, and it does not."""
    TOLD_STANDS = "unknown, stands"
    """Told that nobody knows; it stands."""
    TOLD_NOT = "unknown, not there"
    """Told that nobody knows; it is not there."""
    LOST = "LOST"
    """Told to stand, and it does not."""
    HIDDEN = "HIDDEN"
    """Told not to stand, and it does."""
    DOUBLED = "DOUBLED"
    """It stands more than once."""
    MISTOLD = "MISTOLD"
    """Told to stand, but as another order, or filled otherwise than it is."""
    SILENT = "SILENT"
    """The harness gave neither a value nor a typed error."""


GOOD = (End.STANDS, End.REFUSED, End.TOLD_STANDS, End.TOLD_NOT)
BAD = tuple(end for end in End if end not in GOOD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """All that the exchange says about the account."""

    orders: tuple[dict[str, Any], ...]
    fills: tuple[dict[str, Any], ...]
    totals: dict[str, Decimal]
    """What is available and held together, by asset."""

    def standing(self) -> dict[Decimal, tuple[dict[str, Any], ...]]:
        """Its orders by price."""
        found: dict[Decimal, tuple[dict[str, Any], ...]] = {}
        for order in self.orders:
            price = Decimal(order["price"])
            found[price] = (*found.get(price, ()), order)
        return found


def account_of(profile: ExchangeProfile, api: Api, stage: Stage) -> Account:
    """Ask the exchange itself, without SDK and relay."""
    with venue_on(profile, api, stage) as venue:
        balances = _document(venue.ask("balances", {}, label="balances", paced=False))
        return Account(
            orders=tuple(_all(venue, "order_history")),
            fills=tuple(_all(venue, "fills")),
            totals={each["asset"]: Decimal(each["available"]) + Decimal(each["held"]) for each in balances},
        )


def _all(venue: Venue, role: RoleName) -> Iterator[dict[str, Any]]:
    arguments = {"symbol": venue.symbol, "limit": _PAGE}
    while True:
        page = _document(venue.ask(role, arguments, label=role, paced=False))
        yield from page["items"]
        if page["next_cursor"] is None:
            return
        arguments["cursor"] = page["next_cursor"]


def _document(step: ScenarioStep) -> Any:
    assert step.call is not None
    assert step.call.response is not None
    return loads_exact(step.call.response.body)


def end_of(order: PlannedOrder, answer: dict[str, JsonValue], standing: tuple[dict[str, Any], ...]) -> End:
    """What became of one order.

    Args:
        order: as it was asked for.
        answer: the harness's.
        standing: the exchange's orders at its price.
    """
    if len(standing) > 1:
        return End.DOUBLED
    stands = next(iter(standing), None)
    match answer:
        case {"returned": {"value": dict(value)}}:
            if stands is None:
                return End.LOST
            return End.STANDS if _is_told_rightly(order, value, stands) else End.MISTOLD
        case {"raised": {"repeated": True}} if stands is None:
            return End.LOST
        case {"raised": {"may_have_happened": bool(unknown)}}:
            return _ENDS[unknown, stands is not None]
        case _:
            return End.SILENT


_ENDS = {(True, True): End.TOLD_STANDS, (True, False): End.TOLD_NOT, (False, True): End.HIDDEN, (False, False): End.REFUSED}
"""Of what raised an error: by whether it is told that nobody knows, and whether it stands."""


def _is_told_rightly(order: PlannedOrder, value: dict[str, Any], stands: dict[str, Any]) -> bool:
    """Whether it is this order. What rests may be cancelled by now; what was filled is filled for ever."""
    same = all(value.get(name) == stands[name] for name in ("order_id", "client_order_id"))
    same = same and order.client_order_id in {None, stands["client_order_id"]}
    return same and Decimal(str(value.get("filled_quantity"))) == Decimal(stands["filled_quantity"])


def difference(before: Account, after: Account) -> dict[str, Decimal]:
    """By asset: how far the account's totals are from what its fills since then add up to. All zero is right."""
    known = {fill["fill_id"] for fill in before.fills}
    wrong = {asset: total - before.totals.get(asset, Decimal(0)) for asset, total in after.totals.items()}
    for fill in after.fills:
        if fill["fill_id"] in known:
            continue
        base, _, quote = str(fill["symbol"]).partition("-")
        sign = 1 if fill["side"] == "buy" else -1
        quantity, price = Decimal(fill["quantity"]), Decimal(fill["price"])
        wrong[base] -= sign * quantity
        wrong[quote] += sign * quantity * price
        wrong[fill["fee_asset"]] += Decimal(fill["fee"])
    return wrong


def unfilled(after: Account) -> tuple[dict[str, Any], ...]:
    """Orders whose fills do not add up to what they say is filled."""
    sums: dict[int, Decimal] = {}
    for fill in after.fills:
        sums[fill["order_id"]] = sums.get(fill["order_id"], Decimal(0)) + Decimal(fill["quantity"])
    return tuple(order for order in after.orders if Decimal(order["filled_quantity"]) != sums.get(order["order_id"], 0))
