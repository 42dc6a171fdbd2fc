"""What a small market maker earned through an SDK, as three accounts tell it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from certification.evidence.record.observation import Observation
from certification.model import Hindrance


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetChange:
    """By how much an account's holding of one asset changed while a strategy traded, as three accounts tell it."""

    asset: str
    from_fills: Decimal
    """By the strategy's own fills, as the SDK told them: quantities, prices and fees."""
    from_balances: Decimal
    """By the account's statement: what it held afterwards less what it held before, asked without the SDK."""
    from_trades: Decimal
    """By the exchange's public book of trades: prices and quantities from there; fees, which it does not tell, from the fills."""

    @property
    def agrees(self) -> bool:
        """Whether all three say the same, to the last digit."""
        return self.from_fills == self.from_balances == self.from_trades


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategyResult:
    """What a small market maker earned trading through one SDK on the sandbox."""

    observation: Observation
    reason: str = ""
    """Why the observation is not complete."""
    base: str = ""
    quote: str = ""
    mark: Decimal = Decimal(0)
    """The price of its last fill, by which what is left of the base asset is valued."""
    orders: int = 0
    fills: int = 0
    changes: tuple[AssetChange, ...] = ()
    """Of every asset that it traded or paid fees in."""
    told: tuple[str, ...] = ()
    """What it did and what came of it, a line each."""
    reproduce: str = ""
    """A command to paste into a shell that has it trade again."""
    hindrance: Hindrance | None = None
    """What kind of reason; ``None`` where the environment kept nobody from looking."""

    def earned(self) -> tuple[Decimal, Decimal, Decimal]:
        """Profit and loss in the quote asset from fills, from balances and from trades; fees in a third asset stand apart."""
        worth = {self.quote: Decimal(1), self.base: self.mark}
        rows = [(change, worth[change.asset]) for change in self.changes if change.asset in worth]
        return (
            sum((change.from_fills * price for change, price in rows), Decimal(0)),
            sum((change.from_balances * price for change, price in rows), Decimal(0)),
            sum((change.from_trades * price for change, price in rows), Decimal(0)),
        )
