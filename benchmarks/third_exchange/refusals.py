"""How Petrel says no: every code that an envelope's `error` may carry."""

from __future__ import annotations

INVALID_KEY = "EAPI:Invalid key"
INVALID_SIGNATURE = "EAPI:Invalid signature"
INVALID_NONCE = "EAPI:Invalid nonce"
RATE_LIMIT = "EAPI:Rate limit exceeded"
PERMISSION_DENIED = "EGeneral:Permission denied"
INVALID_ARGUMENTS = "EGeneral:Invalid arguments"
UNKNOWN_METHOD = "EGeneral:Unknown method"
UNKNOWN_PAIR = "EQuery:Unknown asset pair"
UNKNOWN_ASSET = "EQuery:Unknown asset"
INSUFFICIENT_FUNDS = "EOrder:Insufficient funds"
ORDER_MINIMUM = "EOrder:Order minimum not met"
COST_MINIMUM = "EOrder:Cost minimum not met"
TICK_SIZE = "EOrder:Tick size check failed"
LOT_SIZE = "EOrder:Lot size check failed"
POST_ONLY = "EOrder:Post only order"
DUPLICATE = "EOrder:Duplicate cl_ord_id"
UNKNOWN_ORDER = "EOrder:Unknown order"
ORDERS_LIMIT = "EOrder:Orders limit exceeded"
DEADLINE = "EOrder:Deadline elapsed"
NO_FUNDS = "EFunding:Insufficient funds"
UNKNOWN_ADDRESS = "EFunding:Unknown withdraw key"
TOO_SMALL = "EFunding:Amount too small"
REFERENCE_USED = "EFunding:Reference already used"


class RefusedError(Exception):
    """The exchange refuses; `code` goes into the envelope."""

    def __init__(self, code: str, field: str = "") -> None:
        self.code = f"{code}:{field}" if field else code
        super().__init__(self.code)
