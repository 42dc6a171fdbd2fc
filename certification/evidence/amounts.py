"""An account's amounts, asset by asset, as an answer or a message of a stream tells them."""

from __future__ import annotations

from decimal import Decimal

from certification.evidence.facts import numbers, texts
from certification.evidence.record import ScenarioStep

NAMES = ("free", "held", "total")
Amounts = dict[str, dict[str, Decimal]]
"""Asset -> neutral name -> amount."""


def amounts(step: ScenarioStep, names: tuple[str, ...] = NAMES) -> Amounts:
    """What is told of each asset, under those of the names that are told of every asset.

    Raises:
        UnclearError: an amount is no number.
    """
    assets = texts(step, "asset")
    columns = {name: found for name in names if len(found := numbers(step, name)) == len(assets)}
    return {asset: {name: column[at] for name, column in columns.items()} for at, asset in enumerate(assets)}


def changed(before: ScenarioStep, after: ScenarioStep, names: tuple[str, ...]) -> Amounts:
    """What became of the assets whose amounts differ, those names alone."""
    earlier = amounts(before, names)
    return {asset: row for asset, row in amounts(after, names).items() if row != earlier.get(asset)}


def is_told(heard: ScenarioStep, asset: str, row: dict[str, Decimal]) -> bool:
    """Whether a message tells that an asset has these amounts, as far as it tells any of them."""
    told = amounts(heard).get(asset, {})
    both = told.keys() & row.keys()
    return bool(both) and all(told[name] == row[name] for name in both)
