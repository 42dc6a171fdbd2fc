"""A seat at the exchange behind one SDK: each batch of calls is one run of its harness program, and its answers are read by role."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from certification.evidence.contract.redact import Redactor
from certification.evidence.record import Call, Message, ScenarioStep
from certification.evidence.scenarios.venue import best
from certification.evidence.sdk.harness import MISSING, Result
from certification.evidence.strategy.ledger import UntoldError
from certification.evidence.strategy.quotes import Market
from certification.evidence.trials.calls import client_settings, role_call, speak, stream_symbol
from certification.sandboxes.open import SandboxKind
from sdkgen.api.json_text import dumps_exact

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from certification.evidence.scenarios.venue import Venue
    from certification.evidence.trials.run import Ground
    from certification.isolation.runner import Endpoint, Runner
    from certification.profile import RoleName
    from certification.sdks.program import Program
    from sdkgen.api.json_text import JsonValue

_PATIENCE_MS = 10_000
_BOOK_MS = 5_000
_STREAM, _BOOK, _FIRST_CALL = 1, 2, 10
"""Ids of what the harness is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One call by role."""

    role: RoleName
    arguments: tuple[tuple[str, str], ...]
    """Neutral name and text."""
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """An SDK, and the place where it trades."""

    program: Program
    runner: Runner
    ground: Ground
    venue: Venue
    """The same sandbox, for our own calls; reads the SDK's answers too."""
    endpoint: Endpoint
    """The relay before it: nothing that an SDK does reaches another address."""
    folder: Path
    name: str
    """Who calls, as calls record it: the SDK's language."""
    redactor: Redactor = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Know what no record may hold."""
        object.__setattr__(self, "redactor", Redactor(self.ground.sandbox.accounts, self.ground.profile.signing))

    def ask(self, *wanted: Wanted) -> tuple[ScenarioStep, ...]:
        """The calls' answers, in order; an answer that did not come is a step whose call has no status.

        Raises:
            UntoldError: the SDK's harness can't make such calls.
            IsolationError: the job can't be started.
        """
        results = self._spoken(self._calls(wanted)) if wanted else {}
        return tuple(self._step(each, results.get(number, MISSING)) for number, each in enumerate(wanted, start=_FIRST_CALL))

    def look(self) -> Market:
        """The best prices: of the live book that the SDK keeps, where it keeps one, else of the depth that it is asked for.

        Raises:
            UntoldError, IsolationError: as for ``ask``.
        """
        if self._keeps_a_book():
            market = _best_of(self._spoken(self._book()).get(_BOOK, MISSING))
            if market is not None:
                return market
        arguments = (("symbol", self.venue.symbol), ("limit", "50"))
        (depth,) = self.ask(Wanted(role="depth", arguments=arguments, label="depth"))
        return Market(bid=best(depth, "bids"), ask=best(depth, "asks"))

    def _keeps_a_book(self) -> bool:
        streams = self.ground.profile.behaviour.streams
        # Only there do its streams stand behind the relay too.
        return streams is not None and streams.book is not None and self.ground.sandbox.kind is not SandboxKind.REMOTE

    def _calls(self, wanted: tuple[Wanted, ...]) -> Iterator[dict[str, JsonValue]]:
        for number, each in enumerate(wanted, start=_FIRST_CALL):
            yield {"id": number, "call": role_call(self.venue, self.ground.api, each.role, dict(each.arguments))}

    def _book(self) -> Iterator[dict[str, JsonValue]]:
        yield {"id": _STREAM, "book": {"symbol": stream_symbol(self.ground.profile)}}
        yield {"id": _BOOK, "book_at": {"stream": 1, "sequence": None, "price": None, "timeout_ms": _BOOK_MS}}

    def _spoken(self, documents: Iterator[dict[str, JsonValue]]) -> dict[int, Result]:
        settings: dict[str, JsonValue] = {
            "id": 0,
            "configure": client_settings(self.endpoint, self.ground.sandbox, timeout_ms=_PATIENCE_MS),
        }
        return speak(self.program, self.runner, self.folder / "strategy.jsonl", (settings, *documents))

    def _step(self, wanted: Wanted, result: Result) -> ScenarioStep:
        if result.kind in {"refused", "missing"}:
            raise UntoldError(f"the SDK's harness does not make the call '{wanted.label}': {self.redactor.text(result.failure())}")
        call = self._call(wanted, result)
        return self.venue.read(wanted.role, call, dict(wanted.arguments), label=wanted.label)

    def _call(self, wanted: Wanted, result: Result) -> Call:
        arguments: dict[str, Any] = dict(wanted.arguments)
        status = result.member("status")
        returned = result.kind == "returned" and isinstance(status, int)
        body = dumps_exact(self.redactor.value(result.member("value"))) if returned else ""
        operation = self.venue.operation_of(wanted.role) or wanted.role
        return Call(
            operation=operation,
            actor=self.name,
            request=Message(start=f"CALL {operation}", headers=(), body=dumps_exact(arguments)),
            response=Message(start=str(status), headers=(), body=body) if returned else None,
            status=status if returned and isinstance(status, int) else None,
            elapsed_ms=0,
            failure="" if returned else self.redactor.text(result.failure()),
        )


def _best_of(result: Result) -> Market | None:
    """The best prices of a book that an SDK kept; ``None`` where it kept none, or is not sure of it."""
    if result.kind != "book" or result.member("synced") is not True:
        return None
    bids, asks = (_prices(result.member(side)) for side in ("bids", "asks"))
    return Market(bid=max(bids, default=None), ask=min(asks, default=None))


def _prices(levels: JsonValue) -> tuple[Decimal, ...]:
    try:
        found = tuple(Decimal(str(level[0])) for level in levels if isinstance(level, list)) if isinstance(levels, list) else ()
    except (InvalidOperation, IndexError):
        return ()
    return tuple(price for price in found if price.is_finite())
