"""One documented example for every check: what a failure looks like, beside the rule that it breaks."""

from __future__ import annotations

from certification.checks.examples.accounts import ACCOUNTS
from certification.checks.examples.api import API
from certification.checks.examples.beyond_orders import BEYOND_ORDERS
from certification.checks.examples.example import Example
from certification.checks.examples.sdks import SDKS
from certification.checks.examples.streams import STREAMS
from certification.checks.examples.trading import TRADING

__all__ = ["EXAMPLES", "Example"]

EXAMPLES: dict[str, Example] = {**SDKS, **API, **TRADING, **STREAMS, **BEYOND_ORDERS, **ACCOUNTS}
"""By the checks' ids."""
