"""How this exchange wants requests signed."""

from __future__ import annotations

from typing import Final

from ._runtime.recipe import Part, Placement, Recipe

RECIPE: Final = Recipe(algorithm="hmac-sha256", placements=(Placement(carrier="header", name="X-Key", value="key"), Placement(carrier="header", name="X-Version", value="literal", literal='"""\\'), Placement(carrier="query", name="timestamp", value="timestamp"), Placement(carrier="body", name="timestamp", value="timestamp", number=True), Placement(carrier="query", name="signature", value="signature"), Placement(carrier="body", name="signature", value="signature")), payload=(Part(value="group", parts=(Part(value="query", prefix="?"),)), Part(value="body")))
