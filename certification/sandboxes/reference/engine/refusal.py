"""Why the exchange does not do what it was asked, as codes that programs can rely on."""

from __future__ import annotations

from enum import StrEnum


class RefusalCode(StrEnum):
    """The stable codes of business refusals."""

    INSTRUMENT_NOT_FOUND = "INSTRUMENT_NOT_FOUND"
    ORDER_NOT_FOUND = "ORDER_NOT_FOUND"
    ASSET_NOT_FOUND = "ASSET_NOT_FOUND"
    ORDER_NOT_OPEN = "ORDER_NOT_OPEN"
    PRICE_OFF_TICK = "PRICE_OFF_TICK"
    QUANTITY_OFF_LOT = "QUANTITY_OFF_LOT"
    PRICE_OUT_OF_RANGE = "PRICE_OUT_OF_RANGE"
    QUANTITY_OUT_OF_RANGE = "QUANTITY_OUT_OF_RANGE"
    NOTIONAL_TOO_SMALL = "NOTIONAL_TOO_SMALL"
    INSUFFICIENT_FUNDS = "INSUFFICIENT_FUNDS"
    CLIENT_ORDER_ID_REUSED = "CLIENT_ORDER_ID_REUSED"
    TOO_MANY_OPEN_ORDERS = "TOO_MANY_OPEN_ORDERS"
    EXPIRY_INVALID = "EXPIRY_INVALID"
    WITHDRAWAL_NOT_FOUND = "WITHDRAWAL_NOT_FOUND"
    WITHDRAWAL_NOT_PENDING = "WITHDRAWAL_NOT_PENDING"
    WITHDRAWAL_ID_REUSED = "WITHDRAWAL_ID_REUSED"
    AMOUNT_OFF_STEP = "AMOUNT_OFF_STEP"
    AMOUNT_OUT_OF_RANGE = "AMOUNT_OUT_OF_RANGE"
    ADDRESS_INVALID = "ADDRESS_INVALID"


NOT_FOUND = frozenset(
    {RefusalCode.INSTRUMENT_NOT_FOUND, RefusalCode.ORDER_NOT_FOUND, RefusalCode.ASSET_NOT_FOUND, RefusalCode.WITHDRAWAL_NOT_FOUND}
)
"""The refusals that say that there is no such thing; all others say that it can't be done as things stand."""


class RefusalError(Exception):
    """The exchange refuses, and nothing changed."""

    def __init__(self, code: RefusalCode, message: str) -> None:
        super().__init__(message)
        self.code = code
