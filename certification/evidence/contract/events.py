"""Schemathesis's event stream, folded into what happened to each operation and which promises were broken."""

from __future__ import annotations

import json
from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from certification.evidence.contract.branches import branches_of, fields_in, optional_members
from certification.evidence.contract.ids import Ids
from certification.evidence.contract.recorded import call_of, content_of, led_to, shown_by, succeeded
from certification.evidence.contract.standalone import Creation
from certification.evidence.record import OperationCoverage, Violation
from certification.evidence.refusal import refusal_in
from sdkgen.api.json_text import JsonTextError, loads_exact
from sdkgen.refusal import Errors, Refusal

if TYPE_CHECKING:
    from certification.profile import ExchangeProfile
    from sdkgen.api.model import Api, Operation

_MOST_SUMMARY = 600
_MOST_CREATIONS = 2000
_SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_REFUSED = frozenset({401, 403})
_REFUSED_FOR = frozenset({Refusal.AUTHENTICATION, Refusal.PERMISSION, Refusal.CLOCK})
_WANT_A_REFUSAL = frozenset(
    {
        "spoilt_parameter_rejection",
        "spoilt_request_rejection",
        "missing_required_header",
        "ignored_auth",
        "object_level_authorization",
    }
)
"""Checks that a refusal satisfies, with whatever status it comes."""
_WANT_THE_FIRST_DONE = frozenset({"use_after_free", "ensure_resource_availability"})
"""Checks of what follows a call that succeeded."""
_SCENARIOS = ("ScenarioFinished", "FuzzScenarioFinished")


@dataclass(slots=True)
class _Tally:
    """What happened to one operation so far."""

    calls: int = 0
    accepted: int = 0
    tried_as_second: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    fields: set[str] = field(default_factory=set)
    """What accepted requests carried, by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """How the calls fared that our credentials signed."""

    calls: int
    refused: int
    """Answered 401 or 403, or in the exchange's own words for their signature, key or time."""
    clock: int = 0
    """Of those, refused for their time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """All that the events say."""

    operations: tuple[OperationCoverage, ...]
    violations: tuple[Violation, ...]
    """One for each check and operation, the first that was seen; not yet replayed."""
    signed: Signed
    statuses: tuple[tuple[int, int], ...]
    """Of all answers: status and count, sorted."""
    unanswered: int
    """Calls that no answer came to."""
    errors: tuple[str, ...]
    """What the tool itself could not do, a line each."""
    ids: Ids
    creations: tuple[Creation, ...]
    """The newest valid requests that changed something and were accepted."""


class Fold:
    """Takes events one by one, because a run has more of them than memory should hold."""

    def __init__(self, api: Api, profile: ExchangeProfile | None = None, left: Mapping[str, str] | None = None) -> None:
        """Count for the operations of ``api``; the profile says what codes of refusals mean, and what signing adds to requests.

        ``left`` is why operations were not called, see ``left_out``.
        """
        self._left = left or {}
        self._ids = Ids(api)
        self._errors_told = profile.behaviour.errors if profile is not None else Errors()
        recipe = profile.signing if profile is not None else None
        self._branches = {operation.id: branches_of(api, operation, recipe) for operation in api.operations}
        self._ids_of_clients = {operation.id: _ids_of_clients(api, operation, profile) for operation in api.operations}
        self._signed_ids = {operation.id for operation in api.operations if operation.signed}
        self._tallies = {operation.id: _Tally() for operation in api.operations}
        self._violations: dict[tuple[str, str], Violation] = {}
        self._signed: Counter[str] = Counter()
        self._statuses: Counter[int] = Counter()
        self._unanswered = 0
        self._errors: dict[str, None] = {}
        self._creations: deque[Creation] = deque(maxlen=_MOST_CREATIONS)

    def add(self, event: dict[str, Any]) -> None:
        """Take one event, already redacted."""
        for name, content in event.items():
            if name in _SCENARIOS:
                self._scenario(content.get("recorder") or {})
            elif name in {"NonFatalError", "FatalError"}:
                problem = content.get("value") or content.get("exception") or {}
                text = problem.get("message") or problem.get("type") or "" if isinstance(problem, dict) else str(problem)
                self._errors[_one_line(f"{content.get('label') or 'run'}: {text}")] = None

    def result(self, warnings: dict[str, list[str]]) -> Folded:
        """What the events came to, with the tool's warnings (kind -> labels of operations)."""
        told: dict[str, set[str]] = {}
        for kind, labels in warnings.items():
            for tool_label in labels:
                told.setdefault(self._ids.exact(tool_label) or "", set()).add(kind)
        return Folded(
            operations=tuple(
                OperationCoverage(
                    operation=operation,
                    calls=tally.calls,
                    accepted=tally.accepted,
                    statuses=tuple(sorted(tally.statuses.items())),
                    warnings=tuple(sorted(told.get(operation, ()))),
                    signed=operation in self._signed_ids,
                    left_out=self._left.get(operation, ""),
                    tried_as_second=tally.tried_as_second,
                    answers_described=len(self._branches[operation].answers),
                    answers_seen=self._branches[operation].answers_met(tally.statuses),
                    fields_described=len(self._branches[operation].fields),
                    fields_sent=len(self._branches[operation].fields & tally.fields),
                )
                for operation, tally in self._tallies.items()
            ),
            violations=tuple(self._violations[key] for key in sorted(self._violations)),
            signed=Signed(calls=self._signed["calls"], refused=self._signed["refused"], clock=self._signed["clock"]),
            statuses=tuple(sorted(self._statuses.items())),
            unanswered=self._unanswered,
            errors=tuple(self._errors),
            ids=self._ids,
            creations=tuple(self._creations),
        )

    def _scenario(self, recorder: dict[str, Any]) -> None:
        nodes = recorder.get("cases") or {}
        cases = {case_id: node["value"] for case_id, node in nodes.items()}
        interactions = recorder.get("interactions") or {}
        for case_id, interaction in interactions.items():
            if case_id in cases:
                self._count(cases[case_id], interaction)
        for case_id, checks in (recorder.get("checks") or {}).items():
            for entry in checks:
                if entry["status"] != "failure" or case_id not in cases:
                    continue
                shown = shown_by(entry, case_id, interactions)
                if not self._kept(entry["name"], shown, nodes, interactions):
                    self._violation(entry, case_id, cases, interactions)

    def _count(self, case: dict[str, Any], interaction: dict[str, Any]) -> None:
        response = interaction.get("response")
        tally = self._tallies.get(self._ids.exact(f"{case['method']} {case['path']}") or "")
        if tally is not None:
            tally.calls += 1
            tally.tried_as_second += case.get("auth_identity") == "second"
        if response is None:
            self._unanswered += 1
            return
        status = int(response["status_code"])
        self._statuses[status] += 1
        if tally is None:
            return
        tally.statuses[status] += 1
        if not _was_valid(case):
            return
        refusal = self._refusal(response)
        if 200 <= status < 300 and refusal is None:  # noqa: PLR2004
            tally.accepted += 1
            tally.fields |= fields_in(case)
            self._remember(case, interaction["request"], response)
        if case.get("auth_identity"):
            self._signed["calls"] += 1
            self._signed["refused"] += status in _REFUSED or refusal in _REFUSED_FOR
            self._signed["clock"] += refusal is Refusal.CLOCK

    def _refusal(self, response: dict[str, Any] | None) -> Refusal | None:
        """Why an answer refuses, in the exchange's own words; ``None`` where it does not, or says it by its status alone."""
        told = self._errors_told
        if response is None or not (told.success or told.codes):
            return None
        try:
            return refusal_in(told, int(response["status_code"]), loads_exact(content_of(response.get("content"))))
        except JsonTextError:
            return None

    def _kept(self, name: str, shown: str, cases: dict[str, Any], interactions: dict[str, Any]) -> bool:
        """Whether the promise was kept after all: by a refusal that the tool takes for a success, or because it was another one's."""
        if name == "unsupported_method":
            request = (interactions.get(shown) or {}).get("request") or {}
            template = cases[shown]["value"]["path"] if shown in cases else ""
            return self._ids.is_described(str(request.get("method", "")), str(request.get("uri", "")), template)
        if name == "allow_header_conformance":
            return self._allows_what_is_described(interactions.get(shown) or {}, cases[shown]["value"]["path"] if shown in cases else "")
        answers = {case_id: (interactions.get(case_id) or {}).get("response") for case_id in (shown, *led_to(shown, cases))}
        if name in _WANT_A_REFUSAL:
            return self._refusal(answers[shown]) is not None
        earlier = (answer for case_id, answer in answers.items() if case_id != shown)
        return name in _WANT_THE_FIRST_DONE and any(succeeded(each) and self._refusal(each) is not None for each in earlier)

    def _allows_what_is_described(self, interaction: dict[str, Any], template: str) -> bool:
        """Whether an ``Allow`` names what the path describes, and beside it only what another path describes for the same address."""
        headers = (interaction.get("response") or {}).get("headers") or {}
        told = ",".join(text for name, texts in headers.items() if name.lower() == "allow" for text in texts)
        allowed = {method.strip().upper() for method in told.split(",")} - {"", "HEAD", "OPTIONS"}
        uri = str((interaction.get("request") or {}).get("uri", ""))
        return self._ids.methods_of(template) <= allowed and all(self._ids.is_described(each, uri, template) for each in allowed)

    def _remember(self, case: dict[str, Any], request: dict[str, Any], response: dict[str, Any]) -> None:
        if case["method"].upper() in _SAFE:
            return
        try:
            answer = loads_exact(content_of(response.get("content")))
        except JsonTextError:
            return
        # A replay on the same sandbox may not use a client's id once more.
        once = self._ids_of_clients.get(self._ids.exact(f"{case['method']} {case['path']}") or "", frozenset())
        body = case.get("body")
        kept = {name: value for name, value in body.items() if name not in once} if isinstance(body, dict) else body
        self._creations.append(Creation(case={**case, "body": kept}, request=request, response=response, answer=answer))

    def _violation(self, entry: dict[str, Any], case_id: str, cases: dict[str, Any], interactions: dict[str, Any]) -> None:
        failure = entry["failure_info"]["failure"]
        case = cases[case_id]
        operation = self._ids.operation_of(f"{case['method']} {case['path']}")
        key = (entry["name"], operation)
        if key in self._violations:
            return
        shown = shown_by(entry, case_id, interactions)
        self._violations[key] = Violation(
            check=entry["name"],
            operation=operation,
            summary=_summary(failure),
            call=call_of(operation, cases.get(shown, case), interactions[shown]) if shown in interactions else None,
            reproduce="",
        )


def lines(stream: Iterable[str]) -> Iterable[dict[str, Any]]:
    """The documents of a stream whose last line may have been cut."""
    for line in stream:
        try:
            document = json.loads(line)
        except ValueError:
            return
        if isinstance(document, dict):
            yield document


def _ids_of_clients(api: Api, operation: Operation, profile: ExchangeProfile | None) -> frozenset[str]:
    """The members of a body that hold a client's own id, where it can do without."""
    roles = profile.trading.roles.values() if profile is not None and profile.trading is not None else ()
    places = {
        place
        for role in roles
        if role.operation == operation.id
        for name, place in role.arguments.items()
        if name in {"client_order_id", "client_withdrawal_id"}
    }
    return frozenset(name for name in optional_members(api, operation) if f"body.{name}" in places)


def _was_valid(case: dict[str, Any]) -> bool:
    """Whether the request was meant to be valid."""
    meta = case.get("meta")
    if not meta:  # sent by a check on its own account
        return False
    return bool(meta["phase"]["name"] == "examples" or meta["generation"]["mode"] == "positive")


def _summary(failure: dict[str, Any]) -> str:
    """The failure's title and the first paragraph of what it says."""
    paragraph = str(failure.get("message") or "").strip().partition("\n\n")[0]
    title = str(failure.get("title") or failure.get("type") or "failure")
    return _one_line(f"{title}: {paragraph}" if paragraph else title)


def _one_line(text: str) -> str:
    words = " ".join("".join(each if each.isprintable() else " " for each in text).split())
    return words if len(words) <= _MOST_SUMMARY else f"{words[:_MOST_SUMMARY]} …"
