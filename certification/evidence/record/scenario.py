"""The stories that were played on a sandbox: what happened in them, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from certification.evidence.record.call import Call
from certification.evidence.record.observation import Observation
from certification.model import Hindrance

STATED_CANCELLED_AGAIN = "stated.cancelled_again"
"""The fact of how the profile says a second cancellation is answered."""
STATED_REPLAYS = "stated.replays"
"""The fact of what the profile says becomes of the same signed bytes that come again."""
SPARED = "spared"
"""The label of a step whose facts, each named ``kind``, tell which broken proofs were not tried, because the sandbox bears only so many."""
STATED_AT_LEAST_ONCE = "stated.at_least_once"
"""The fact that the profile says that messages of this kind may come again."""
STATED_ASSET = "stated.asset"
"""The fact of which asset a list is of, where it has one for each."""
STATED_PAGE = "stated.page"
"""The fact of how many items the profile says that a page holds."""
STATED_FEE = "stated.fee"
"""The fact of where the profile says that a withdrawal's fee is taken from."""
STATED_CANDLE_S = "stated.candle_s"
"""The fact of how many seconds the profile says that a candle lasts."""
STATED_SCOPE = "stated.scope"
"""The fact of what the profile's way of cancelling everything reaches: a ``Reach``."""
STATED_LISTED = "stated.listed"
"""The same of its list of open orders."""
STATED_NAME = "stated.name"
"""The fact of a neutral name that the profile reads from messages of balances; one for each."""
STATED_HEARTBEAT_S = "stated.heartbeat_s"
"""The fact of after how many seconds of silence the profile says that a heartbeat comes."""
STATED_MALFORMED = "stated.malformed"
"""The fact of what the profile says that a message which is no JSON ends in."""
STATED_MOST = "stated.most"
"""The fact of how many there may be, by the profile: subscriptions of a connection, or open orders."""
TAKEN_AT_ONCE = "one of several that were taken at once"
"""The label of a second look at orders: some exchanges confirm first and decide a moment later."""
STATED_SHARED = "stated.shared"
"""The fact that others may trade on the sandbox, too."""
HEARD_MS = "heard_ms"
"""The fact of when a message was heard, in milliseconds by our clock."""
LEFT_MS = "left_ms"
"""The fact of how many milliseconds an order still had when it had been asked for."""
WHOLE = "list.whole"
"""The name of the fact that a list was read to its end without finding what was looked for."""
FLAW = "flaw"
"""The name of a step's fact that says what is not as described in a message of a stream."""
WORKED_OUT = "worked_out"
"""Names a fact of the same step that was worked out from others: nothing is proved by holding those against it."""
STATED_SYMBOL = "stated.symbol"
"""The fact that names the instrument that a list of several is asked for."""
STATED_MAKER, STATED_TAKER = "stated.maker_fee", "stated.taker_fee"
"""Facts: the shares of a fill that the profile says each side pays."""
STATED_PLACE = "stated.amended_place"
"""The fact that says what place the profile gives an amended order, as an ``AmendedPlace``'s text."""
STATED_EXPIRED = "stated.expired"
"""The fact that the profile has a word of the exchange's for orders that ended at their time."""
TOLD_SIGNATURE = "(the right signature)"
"""What stands in a recorded answer in place of the signature that the call should have had."""
REFUSAL = "refusal"
"""The fact that the exchange refused what a step asked, where its status is 2xx all the same or its code says why: a ``Refusal``'s text."""


class Reach(StrEnum):
    """What a call without an order's id is about."""

    MARKET = "market"
    ACCOUNT = "account"
    """Every market that the account trades in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioStep:
    """One thing that a scenario did and saw."""

    label: str
    """What it is in the scenario's story: ``place``, ``place again with the same id``, ``balances after``."""
    call: Call | None
    facts: tuple[tuple[str, str], ...] = ()
    """What was read out of the answer through the profile's trading roles: sorted names and text values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One story played on the sandbox: what happened, not what it means."""

    id: str
    """``orders.rest-and-cancel``."""
    operation: str
    """The operation that the story is about."""
    observation: Observation
    reason: str
    steps: tuple[ScenarioStep, ...]
    reproduce: str
    hindrance: Hindrance | None = None
    """What kind of reason; ``None`` where the environment kept nobody from looking."""
