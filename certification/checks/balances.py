"""What an account holds: money is neither made nor lost, to the last digit."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from certification.checks.catalogue import check
from certification.checks.scene import UnclearError, accepted_step, ask_of, holdings, number, numbers, texts
from certification.evidence.record import Evidence, Scenario, ScenarioStep
from certification.model import Answer

_ZERO = (Decimal(0), Decimal(0))
_FILLED = "orders.good-till-cancelled-meets-the-book"


def _traded(placed: ScenarioStep, before: dict[str, tuple[Decimal, Decimal]]) -> tuple[str, str]:
    """The base and quote asset, as the symbol and the balances name them."""
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
        _, quote = _traded(placed, before)
        fell, rose = before[quote][0] - during.get(quote, _ZERO)[0], during.get(quote, _ZERO)[1] - before[quote][1]
        needed = number(placed, "asked.price") * number(placed, "asked.quantity")
        complaints = []
        if fell != rose:
            complaints.append(f"free {quote} fell by {fell}, held rose by {rose}")
        if rose < needed:
            complaints.append(f"{rose} {quote} is held for an order that needs {needed}")
        return complaints

    return ask_of(evidence, "orders.rest-and-cancel", question)


@check(
    requirement="After an order is cancelled unfilled, every balance is what it was before.",
    remediation="Release exactly the amount that was held for the order when it is cancelled.",
)
def cancelling_gives_everything_back(evidence: Evidence) -> Iterator[Answer]:
    """Placing and cancelling an order that never filled changes no balance by a single digit."""

    def question(scenario: Scenario) -> list[str]:
        accepted_step(scenario, "cancel")
        before, after = (holdings(accepted_step(scenario, f"balances {when}")) for when in ("before", "after"))
        return [
            f"{asset}: free {before.get(asset, _ZERO)[0]} and held {before.get(asset, _ZERO)[1]} became "
            f"{after.get(asset, _ZERO)[0]} and {after.get(asset, _ZERO)[1]}"
            for asset in sorted(before.keys() | after.keys())
            if before.get(asset, _ZERO) != after.get(asset, _ZERO)
        ]

    return ask_of(evidence, "orders.rest-and-cancel", question)


@check(
    requirement="A buy fill moves exactly its quantity of base in and its price times quantity of quote out, and its fee.",
    remediation="Book each fill once, in decimal arithmetic, with the fee in the asset that the fill names.",
)
def fills_add_up(evidence: Evidence) -> Iterator[Answer]:
    """Balances before and after a filled buy order differ by its fills and their fees, to the last digit."""

    def question(scenario: Scenario) -> list[str]:
        placed = accepted_step(scenario, "place")
        fills = accepted_step(scenario, "fills")
        prices, quantities, fees = numbers(fills, "price"), numbers(fills, "quantity"), numbers(fills, "fee")
        if not prices or not len(prices) == len(quantities) == len(fees):
            raise UnclearError("the profile reads no price, quantity and fee from the fills")
        before, after = (holdings(accepted_step(scenario, f"balances {when}")) for when in ("before", "after"))
        base, quote = _traded(placed, before)
        assets = texts(fills, "fee_asset") or (quote,) * len(fees)
        expected = {base: sum(quantities, Decimal(0)), quote: -sum((p * q for p, q in zip(prices, quantities, strict=True)), Decimal(0))}
        for asset, fee in zip(assets, fees, strict=True):
            expected[asset] = expected.get(asset, Decimal(0)) - fee
        return [
            f"{asset} changed by {_total(after, asset) - _total(before, asset)}; the fills and fees say {change}"
            for asset, change in sorted(expected.items())
            if _total(after, asset) - _total(before, asset) != change
        ]

    return ask_of(evidence, _FILLED, question)


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
        rows = zip(numbers(fills, "price"), numbers(fills, "quantity"), numbers(fills, "fee"), strict=True)
        return [
            f"a fill of {quantity} at {price} was charged {fee}; {rates[0]} of it is {price * quantity * rates[0]}"
            for price, quantity, fee in rows
            if abs(fee - price * quantity * rates[0]) > Decimal(1).scaleb(min(_exponent(fee), -2))
        ]

    return ask_of(evidence, _FILLED, question)


def _exponent(number_: Decimal) -> int:
    exponent = number_.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _total(balances: dict[str, tuple[Decimal, Decimal]], asset: str) -> Decimal:
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
            f"{asset}: free {free}, held {held} ({step.label})"
            for step in balances
            for asset, (free, held) in holdings(step).items()
            if free < 0 or held < 0
        ]

    return ask_of(evidence, "orders.rest-and-cancel", question)
