"""What a check is, and the list of all of them."""

from __future__ import annotations

import importlib
import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING

from certification.checks.examples import EXAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from certification.checks.examples import Example
    from certification.evidence.record import Evidence
    from certification.model import Answer

    CheckFunction = Callable[[Evidence], Iterable[Answer]]

THEMES = (
    "description",
    "builds",
    "values",
    "wire",
    "errors",
    "conduct",
    "manners",
    "hygiene",
    "trading",
    "feeds",
    "contract",
    "shapes",
    "authentication",
    "signatures",
    "others",
    "orders",
    "ended",
    "refusals",
    "lists",
    "statements",
    "cancel_all",
    "amend",
    "terms",
    "expiry",
    "repeats",
    "races",
    "balances",
    "withdrawals",
    "model",
    "books",
    "market",
    "pagination",
    "limits",
    "streams",
    "checksums",
    "heard",
    "record",
)
"""The modules of this package that hold checks, or the folders of such modules, in the order of a report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One question. It can't see its own weight: that stands in a level's rules."""

    id: str
    """``theme.function``, such as ``wire.requests_match_the_description``."""
    documentation: str
    """The docstring: public, printed in the report."""
    requirement: str
    """What is required, one sentence, with the place in a standard where one says so."""
    remediation: str
    """How to mend it, one or two sentences."""
    answer: CheckFunction

    @property
    def example(self) -> Example | None:
        """What a failure looks like; every check of the catalogue has one."""
        return EXAMPLES.get(self.id)


_CHECKS: dict[str, Check] = {}


def check(*, requirement: str, remediation: str) -> Callable[[CheckFunction], CheckFunction]:
    """Enter a function into the catalogue. Its name is a sentence that is true or false.

    The function takes the whole evidence and gives one answer per subject; where the evidence holds nothing on the question, it
    gives one answer NOT_OBSERVED (or NOT_APPLICABLE, where the question does not arise) with the reason as its summary.
    """

    def enter(function: CheckFunction) -> CheckFunction:
        theme = function.__module__.removeprefix(f"{__package__}.").partition(".")[0]
        check_id = f"{theme}.{function.__name__}"
        _CHECKS[check_id] = Check(
            id=check_id,
            documentation=inspect.getdoc(function) or "",
            requirement=requirement,
            remediation=remediation,
            answer=function,
        )
        return function

    return enter


def catalogue() -> tuple[Check, ...]:
    """Every check, in the order of the themes and of their definition."""
    for theme in THEMES:
        importlib.import_module(f"certification.checks.{theme}")
    order = {theme: index for index, theme in enumerate(THEMES)}
    return tuple(sorted(_CHECKS.values(), key=lambda entry: order[entry.id.partition(".")[0]]))
