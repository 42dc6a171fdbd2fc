"""What an account holds: money is neither made nor lost, to the last digit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from certification.checks.catalogue import check
from certification.checks.scene import MootError, accepted_step, ask_of
from certification.evidence.facts import UnclearError, holdings, is_accepted, number, numbers, texts
from certification.evidence.record import WORKED_OUT, Evidence, Scenario, ScenarioStep
from certification.model import Answer

_ZERO = (Decimal(0), Decimal(0))
_FILLED = "orders.good-till-cancelled-meets-the-book"


def changes(before: dict[str, tuple[Decimal, Decimal]], after: dict[str, tuple[Decimal, Decimal]]) -> list[str]:
    """A sentence for each asset of which not as much is free and held as before (asset -> free and held)."""
    return [
        f"{asset}: free {before.get(asset, _ZERO)[0]:f} and held {before.get(asset, _ZERO)[1]:f} became "
        f"{after.get(asset, _ZERO)[0]:f} and {after.get(asset, _ZERO)[1]:f}"
        for asset in sorted(before.keys() | after.keys())
        if before.get(asset, _ZERO) != after.get(asset, _ZERO)
    ]


def traded_assets(placed: ScenarioStep, before: dict[str, tuple[Decimal, Decimal]]) -> tuple[str, str]:
    """The base and quote asset, as the symbol and the balances name them.

    Raises:
        UnclearError: they do not tell which it is.
    """
    symbol = texts(placed, "asked.symbol")[0]
    pairs = [(base, quote) for base in before for quote in before if base != quote and symbol.startswith(base) and symbol.endswith(quote)]
    if len(pairs) != 1:
        raise UnclearError(f"the balances do not tell which assets {symbol} trades")
    return pairs[0]


@check(
    requirement="What a resting buy order needs is held while it rests: free falls as held rises, by price times quantity at least.",
    remediation="Move the amount from free to held in the same transaction that accepts the order.",
)
def resting_orders_are_held_for(evidence: Evidence) -> Iterator[Answer]:
    """While a buy order rests, the quote asset's free balance falls and its held balance rises by the same amount."""

    def question(scenario: Scenario) -> list[str]:
        placed = accepted_step(scenario, "place")
        before = holdings(accepted_step(scenario, "balances before"))
        during = holdings(accepted_step(scenario, "balances while it rests"))
        _, quote = traded_assets(placed, before)
        fell, rose = before[quote][0] - during.get(quote, _ZERO)[0], during.get(quote, _ZERO)[1] - before[quote][1]
        needed = number(placed, "asked.price") * number(placed, "asked.quantity")
        complaints = []
        if fell != rose:
            complaints.append(f"free {quote} fell by {fell:f}, held rose by {rose:f}")
        if rose < needed:
            complaints.append(f"{rose:f} {quote} is held for an order that needs {needed:f}")
        return complaints

    return ask_of(evidence, "orders.rest-and-cancel", question)


@check(
    requirement="After an order is cancelled unfilled, every balance is what it was before.",
    remediation="Release exactly the amount that was held for the order when it is cancelled.",
)
def cancelling_gives_everything_back(evidence: Evidence) -> Iterator[Answer]:
    """Placing and cancelling an order that never filled changes no balance by a single digit; nor does cancelling it once more."""

    def question(scenario: Scenario) -> list[str]:
        accepted_step(scenario, "cancel")
        before, after = (holdings(accepted_step(scenario, f"balances {when}")) for when in ("before", "after"))
        again = [candidate for candidate in scenario.steps if candidate.label == "balances in the end" and is_accepted(candidate)]
        return changes(before, after) or [
            f"cancelled once more, {change}" for candidate in again for change in changes(before, holdings(candidate))
        ]

    return ask_of(evidence, "orders.rest-and-cancel", question, about="cancel")


@check(
    requirement="A buy fill moves exactly its quantity of base in and its price times quantity of quote out, and its fee.",
    remediation="Book each fill once, in decimal arithmetic, with the fee in the asset that the fill names.",
)
def fills_add_up(evidence: Evidence) -> Iterator[Answer]:
    """Balances before and after a filled buy order differ by its fills and their fees, to the last digit."""

    def question(scenario: Scenario) -> list[str]:
        placed = accepted_step(scenario, "place")
        fills = accepted_step(scenario, "fills")
        rows = fills_told(fills)
        before, after = (holdings(accepted_step(scenario, f"balances {when}")) for when in ("before", "after"))
        base, quote = traded_assets(placed, before)
        expected = {base: sum((row.quantity for row in rows), Decimal(0)), quote: -sum((row.notional for row in rows), Decimal(0))}
        for row in rows:
            asset = row.fee_asset or quote
            expected[asset] = expected.get(asset, Decimal(0)) - row.fee
        return [
            f"{asset} changed by {total_of(after, asset) - total_of(before, asset):f}; the fills and fees say {change:f}"
            for asset, change in sorted(expected.items())
            if total_of(after, asset) - total_of(before, asset) != change
        ]

    return ask_of(evidence, _FILLED, question, about="balances after")


@check(
    requirement="A fill's fee is its price times its quantity times the documented rate.",
    remediation="Compute the fee from the fill itself, in decimal arithmetic, and round as documented.",
)
def fees_are_as_documented(evidence: Evidence) -> Iterator[Answer]:
    """A taker fill is charged the taker rate that the profile states, within one step of rounding."""

    def question(scenario: Scenario) -> list[str]:
        fills = accepted_step(scenario, "fills")
        rates = numbers(fills, "taker_fee")
        if not rates:
            raise UnclearError("the profile does not say the taker fee")
        base, quote = traded_assets(accepted_step(scenario, "place"), holdings(accepted_step(scenario, "balances before")))
        complaints = []
        for row in fills_told(fills):
            asset = row.fee_asset or quote
            if asset not in {base, quote}:
                raise UnclearError(f"the fee is paid in {asset}, whose price is not known")
            due = (row.quantity if asset == base else row.notional) * rates[0]
            if abs(row.fee - due) > Decimal(1).scaleb(min(_exponent(row.fee), -2)):
                complaints.append(
                    f"a fill of {row.quantity:f} at {row.price:f} was charged {row.fee:f} {asset}; {rates[0]} of it is {due.normalize():f}"
                )
        return complaints

    return ask_of(evidence, _FILLED, question, about="fills")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """One fill of an order."""

    price: Decimal
    quantity: Decimal
    fee: Decimal
    fee_asset: str
    """Empty where the fill names none."""

    @property
    def notional(self) -> Decimal:
        """In quote."""
        return self.price * self.quantity


def fills_told(step: ScenarioStep) -> tuple[Fill, ...]:
    """The fills that an answer tells.

    Raises:
        UnclearError: it does not tell price, quantity and fee of each.
    """
    prices, quantities, fees = numbers(step, "price"), numbers(step, "quantity"), numbers(step, "fee")
    assets = texts(step, "fee_asset") or ("",) * len(fees)
    if not prices or not len(prices) == len(quantities) == len(fees) == len(assets):
        raise UnclearError("the profile reads no price, quantity and fee from the fills")
    rows = zip(prices, quantities, fees, assets, strict=True)
    return tuple(Fill(price=price, quantity=quantity, fee=fee, fee_asset=asset) for price, quantity, fee, asset in rows)


def _exponent(number_: Decimal) -> int:
    exponent = number_.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def total_of(balances: dict[str, tuple[Decimal, Decimal]], asset: str) -> Decimal:
    """All of an asset, free and held."""
    free, held = balances.get(asset, _ZERO)
    return free + held


@check(
    requirement="No balance is negative.",
    remediation="Refuse what the free balance can't pay for, in the same transaction that would spend it.",
)
def no_balance_is_negative(evidence: Evidence) -> Iterator[Answer]:
    """Neither free nor held amounts of any asset are ever below zero."""

    def question(scenario: Scenario) -> list[str]:
        balances = [step for step in scenario.steps if texts(step, "asset")]
        if not balances:
            raise UnclearError("no balances were read")
        return [
            f"{asset}: free {free:f}, held {held:f} ({step.label})"
            for step in balances
            for asset, (free, held) in holdings(step).items()
            if free < 0 or held < 0
        ]

    return ask_of(evidence, "orders.rest-and-cancel", question, about="balances after")


@check(
    requirement="A balance's total is what is free and what is held together.",
    remediation="Compute the total from the two parts that are answered beside it.",
)
def totals_add_up(evidence: Evidence) -> Iterator[Answer]:
    """Where balances carry a total, it is the sum of free and held, while an order rests too."""

    def question(scenario: Scenario) -> list[str]:
        balances = accepted_step(scenario, "balances while it rests")
        held, totals = holdings(balances), numbers(balances, "total")
        if len(totals) != len(held) or "free" in texts(balances, WORKED_OUT):
            raise MootError("the profile reads no total from the balances beside free and held")
        return [
            f"{asset}: free {parts[0]:f} and held {parts[1]:f}, but {total:f} in total"
            for (asset, parts), total in zip(held.items(), totals, strict=True)
            if sum(parts) != total
        ]

    return ask_of(evidence, "orders.rest-and-cancel", question, about="balances while it rests")
