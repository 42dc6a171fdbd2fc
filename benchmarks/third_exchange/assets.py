"""What is traded on Petrel: assets, pairs, and how their amounts are written."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Context, Decimal

MAKER = Decimal("0.0016")
TAKER = Decimal("0.0026")
_WIDE = Context(prec=60)
"""Wide enough for the greatest price times the greatest volume that a form can hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """One asset: its name on the wire, its everyday name, the decimals it is kept to, and what a withdrawal costs."""

    name: str
    alt: str
    decimals: int
    withdrawal_fee: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One pair: three names (wire, everyday, stream), its assets, steps, minima, and the price that the house quotes around."""

    name: str
    alt: str
    stream: str
    base: Asset
    quote: Asset
    price_decimals: int
    lot_decimals: int
    minimum: Decimal
    cost_minimum: Decimal
    middle: Decimal
    step: Decimal
    lot: Decimal

    @property
    def tick(self) -> Decimal:
        """The smallest step of a price."""
        return Decimal(1).scaleb(-self.price_decimals)

    def price(self, value: Decimal) -> str:
        """A price as it is written, rounded half up where it is an average."""
        return fixed(value, self.price_decimals)

    def volume(self, value: Decimal) -> str:
        """A volume as it is written."""
        return fixed(value, self.lot_decimals)

    def amount(self, value: Decimal) -> str:
        """A cost or fee as it is written."""
        return fixed(value, self.quote.decimals)

    def fee(self, cost: Decimal, rate: Decimal, rounding: str = ROUND_DOWN) -> Decimal:
        """What a fill of this cost pays, in the quote asset."""
        return (cost * rate).quantize(Decimal(1).scaleb(-self.quote.decimals), rounding, _WIDE)

    def reserve(self, volume: Decimal, price: Decimal) -> Decimal:
        """What a buy of this volume at this price holds: its cost and the taker's fee, rounded up."""
        return volume * price + self.fee(volume * price, TAKER, ROUND_UP)


def fixed(value: Decimal, decimals: int) -> str:
    """A decimal with that many digits after the point, never with an exponent."""
    return f"{value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):f}"


XBT = Asset(name="XXBT", alt="XBT", decimals=10, withdrawal_fee=Decimal("0.0002"))
ETH = Asset(name="XETH", alt="ETH", decimals=10, withdrawal_fee=Decimal("0.0035"))
USD = Asset(name="ZUSD", alt="USD", decimals=6, withdrawal_fee=Decimal(4))
ASSETS = {asset.name: asset for asset in (XBT, ETH, USD)}

_XBTUSD = Pair(
    name="XXBTZUSD",
    alt="XBTUSD",
    stream="XBT/USD",
    base=XBT,
    quote=USD,
    price_decimals=1,
    lot_decimals=5,
    minimum=Decimal("0.0001"),
    cost_minimum=Decimal("0.5"),
    middle=Decimal(60_000),
    step=Decimal(15),
    lot=Decimal("0.4"),
)
_ETHUSD = Pair(
    name="XETHZUSD",
    alt="ETHUSD",
    stream="ETH/USD",
    base=ETH,
    quote=USD,
    price_decimals=2,
    lot_decimals=4,
    minimum=Decimal("0.002"),
    cost_minimum=Decimal("0.5"),
    middle=Decimal(3_000),
    step=Decimal("0.75"),
    lot=Decimal(5),
)
_ETHXBT = Pair(
    name="XETHXXBT",
    alt="ETHXBT",
    stream="ETH/XBT",
    base=ETH,
    quote=XBT,
    price_decimals=5,
    lot_decimals=4,
    minimum=Decimal("0.002"),
    cost_minimum=Decimal("0.00002"),
    middle=Decimal("0.05"),
    step=Decimal("0.00003"),
    lot=Decimal(4),
)
PAIRS = {pair.name: pair for pair in (_XBTUSD, _ETHUSD, _ETHXBT)}
PAIR_NAMES = {**PAIRS, **{pair.alt: pair for pair in PAIRS.values()}}
STREAM_NAMES = {pair.stream: pair for pair in PAIRS.values()}
ASSET_NAMES = {**ASSETS, **{asset.alt: asset for asset in ASSETS.values()}}
