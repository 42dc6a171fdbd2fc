"""What a rule of the standard is, and how a table of them gets its digest."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from enum import StrEnum

from certification.model import Level, Severity


class Scope(StrEnum):
    """Whose level a rule weighs on."""

    API = "api"
    SDK = "sdk"
    """Each SDK on its own."""
    ALL = "all"
    """The API and every SDK: what they all stand on."""


class OnFail(StrEnum):
    """What a failed answer does."""

    WITHHOLD = "withhold"
    """The level is not reached."""
    WARN = "warn"
    """It stands in the report and takes nothing away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One line of a level's table: a check and what its answer weighs."""

    check: str
    """``Check.id``."""
    scope: Scope
    severity: Severity
    on_fail: OnFail = OnFail.WITHHOLD
    where_seen: bool = False
    """Whether a failure withholds the level, but silence does not: not every exchange offers what the question is about."""

    @property
    def needs_observation(self) -> bool:
        """Whether the level is withheld as long as nothing was observed. A mere warning needs no evidence."""
        return self.on_fail is OnFail.WITHHOLD and not self.where_seen


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelRules:
    """One level: what it promises and what it takes."""

    level: Level
    promise: str
    rules: tuple[Rule, ...]

    def __post_init__(self) -> None:
        """Refuse a level that anything would reach.

        Raises:
            ValueError: there is no rule that withholds it.
        """
        if not any(rule.needs_observation for rule in self.rules):
            message = f"level {self.level.label} has no rule that can withhold it"
            raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """The whole standard, of one version."""

    name: str
    version: str
    levels: tuple[LevelRules, ...]
    """In ascending order."""

    def digest(self) -> str:
        """SHA-256 (hex) over the standard as sorted JSON: two reports with the same digest were judged by the same rules."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True, separators=(",", ":")).encode()).hexdigest()

    def rule_of(self, check: str) -> Rule | None:
        """The rule that weighs a check; every check stands in at most one level."""
        for level in self.levels:
            for rule in level.rules:
                if rule.check == check:
                    return rule
        return None
