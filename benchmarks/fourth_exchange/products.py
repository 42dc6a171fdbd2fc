"""What can be traded on Osprey, in which steps, and what leaving costs."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

MAKER, TAKER = Decimal("0.0040"), Decimal("0.0060")
ATOM = Decimal("0.00000001")
HIGHEST_PRICE = Decimal(10_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A pair of currencies: its steps and limits, and where the house quotes it (around `middle`, every `spacing`, in `lot`s)."""

    id: str
    base: str
    quote: str
    base_increment: Decimal
    quote_increment: Decimal
    base_min_size: Decimal
    base_max_size: Decimal
    min_market_funds: Decimal
    middle: Decimal
    spacing: Decimal
    lot: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Currency:
    """A currency: the least that can be withdrawn, and what a withdrawal costs."""

    id: str
    least: Decimal
    fee: Decimal


def _product(name: str, steps: tuple[str, str], sizes: tuple[str, str, str], house: tuple[str, str, str]) -> Product:
    base, quote = name.split("-")
    return Product(
        id=name,
        base=base,
        quote=quote,
        base_increment=Decimal(steps[0]),
        quote_increment=Decimal(steps[1]),
        base_min_size=Decimal(sizes[0]),
        base_max_size=Decimal(sizes[1]),
        min_market_funds=Decimal(sizes[2]),
        middle=Decimal(house[0]),
        spacing=Decimal(house[1]),
        lot=Decimal(house[2]),
    )


PRODUCTS = {
    each.id: each
    for each in (
        _product("BTC-USD", ("0.000001", "0.01"), ("0.0001", "100", "5"), ("64000.00", "10.00", "0.05")),
        _product("ETH-USD", ("0.00001", "0.01"), ("0.001", "2000", "5"), ("3200.00", "1.00", "0.8")),
        _product("ETH-BTC", ("0.001", "0.00001"), ("0.005", "2000", "0.0002"), ("0.05000", "0.00010", "0.9")),
    )
}
CURRENCIES = {
    each.id: each
    for each in (
        Currency(id="BTC", least=Decimal("0.001"), fee=Decimal("0.0002")),
        Currency(id="ETH", least=Decimal("0.01"), fee=Decimal("0.003")),
        Currency(id="USD", least=Decimal(10), fee=Decimal(1)),
    )
}
