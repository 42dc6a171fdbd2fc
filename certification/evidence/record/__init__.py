"""What a run saw, as frozen records: what happened, never what it means.

Made by the modules beside this folder, read by ``certification.checks``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from certification.evidence.record.call import Call, Message
from certification.evidence.record.contract import ContractEvidence, OperationCoverage, Violation
from certification.evidence.record.description import DescriptionEvidence, DescriptionIssue
from certification.evidence.record.feed import Feed
from certification.evidence.record.observation import Observation
from certification.evidence.record.package import Advisories, Advisory, Endurance, Hygiene, InstalledPackage, LeftOut, ThirdParty
from certification.evidence.record.scenario import (
    FLAW,
    HEARD_MS,
    LEFT_MS,
    REFUSAL,
    SPARED,
    STATED_ASSET,
    STATED_AT_LEAST_ONCE,
    STATED_CANCELLED_AGAIN,
    STATED_CANDLE_S,
    STATED_EXPIRED,
    STATED_FEE,
    STATED_HEARTBEAT_S,
    STATED_LISTED,
    STATED_MAKER,
    STATED_MALFORMED,
    STATED_MOST,
    STATED_NAME,
    STATED_PAGE,
    STATED_PLACE,
    STATED_REPLAYS,
    STATED_SCOPE,
    STATED_SHARED,
    STATED_SYMBOL,
    STATED_TAKER,
    TAKEN_AT_ONCE,
    TOLD_SIGNATURE,
    WHOLE,
    WORKED_OUT,
    Reach,
    Scenario,
    ScenarioStep,
)
from certification.evidence.record.sdk import BuildStep, ErrorCase, RoundTripLoss, RoundTrips, SdkEvidence, Trial, WireCase
from certification.evidence.record.strategy import AssetChange, StrategyResult

__all__ = [
    "FLAW",
    "HEARD_MS",
    "LEFT_MS",
    "REFUSAL",
    "SPARED",
    "STATED_ASSET",
    "STATED_AT_LEAST_ONCE",
    "STATED_CANCELLED_AGAIN",
    "STATED_CANDLE_S",
    "STATED_EXPIRED",
    "STATED_FEE",
    "STATED_HEARTBEAT_S",
    "STATED_LISTED",
    "STATED_MAKER",
    "STATED_MALFORMED",
    "STATED_MOST",
    "STATED_NAME",
    "STATED_PAGE",
    "STATED_PLACE",
    "STATED_REPLAYS",
    "STATED_SCOPE",
    "STATED_SHARED",
    "STATED_SYMBOL",
    "STATED_TAKER",
    "TAKEN_AT_ONCE",
    "TOLD_SIGNATURE",
    "WHOLE",
    "WORKED_OUT",
    "Advisories",
    "Advisory",
    "AssetChange",
    "BuildStep",
    "Call",
    "ContractEvidence",
    "DescriptionEvidence",
    "DescriptionIssue",
    "Endurance",
    "ErrorCase",
    "Evidence",
    "Feed",
    "Hygiene",
    "InstalledPackage",
    "LeftOut",
    "Message",
    "Night",
    "Observation",
    "OperationCoverage",
    "Reach",
    "RoundTripLoss",
    "RoundTrips",
    "Scenario",
    "ScenarioStep",
    "SdkEvidence",
    "StrategyResult",
    "ThirdParty",
    "Trial",
    "Violation",
    "WireCase",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """How one nightly run ended."""

    run_id: str
    finished_at: datetime
    certified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that a run saw. A part that is ``None`` was not looked at."""

    description: DescriptionEvidence | None = None
    sdks: tuple[SdkEvidence, ...] = ()
    contract: ContractEvidence | None = None
    scenarios: tuple[Scenario, ...] | None = None
    nights: tuple[Night, ...] | None = None
    """Past nightly runs, oldest first."""
