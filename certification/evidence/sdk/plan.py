"""What an SDK is asked to do, the same in every language: calls with their answers, faults, values to decode."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from certification.evidence.sdk.answers import (
    Answer,
    answer,
    answers_with_an_object,
    as_exchanges_send,
    error_answers,
    refusals,
    sampled_answers,
    successful,
)
from certification.evidence.sdk.arguments import Arguments, Chooser, Samples
from certification.evidence.sdk.awkward import AWKWARD, Awkward
from certification.evidence.sdk.decodes import planned_decodes
from certification.evidence.sdk.described import described
from certification.evidence.sdk.keys import credentials
from certification.evidence.sdk.planned import DOCUMENTED, PlannedCall, PlannedError, PlannedLane, PlannedValue
from certification.evidence.sdk.request import Expected, Signing
from certification.evidence.sdk.schema import Schemas
from certification.evidence.sdk.traded import NO_ARGUMENTS, arguments_of
from certification.sandboxes.mock.plan import Lane
from sdkgen.api.lines import is_lines
from sdkgen.api.load import document_meant
from sdkgen.behaviour import PLAIN
from sdkgen.signing.request import declared_places

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certification.evidence.sdk.described import DescribedRequest
    from certification.evidence.sdk.planned import PlannedDecode
    from certification.evidence.sdk.stranger import Stranger
    from sdkgen.api.json_text import JsonValue
    from sdkgen.api.model import Api, Operation
    from sdkgen.behaviour import Behaviour
    from sdkgen.signing.recipe import Recipe
    from sdkgen.signing.request import Credentials
    from sdkgen.source import ExampleCall

Success = tuple[tuple[str, tuple[str, ...]], ...]
"""As ``Stranger.success``."""

NOW_MS = 1_700_000_000_123
"""The instant at which every planned request is signed."""

_MOST_DOCUMENTED = 3
"""Calls with documented examples per operation."""

_ERROR_OPERATIONS = 12
"""Operations whose faults are tried: the runtime that maps them is the same for all."""

_SLOW_OPERATIONS = 2
"""Of those, how many are also tried with answers that never come: each costs its time limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExercisePlan:
    """Everything that an SDK is asked to do."""

    exchange: str
    """What commands that reproduce it name; empty where there is none."""
    seed: int
    recipe: Recipe | None
    credentials: Credentials | None
    base_path: str
    """The path of the API's own base URL: the lanes stand below it."""
    calls: tuple[PlannedCall, ...]
    errors: tuple[PlannedError, ...]
    decodes: tuple[PlannedDecode, ...]
    left_out: tuple[str, ...]
    """Operations that have no sendable arguments, by id."""
    values: tuple[PlannedValue, ...] = ()
    """Instead of decodes, where the SDK can't decode by type."""
    stranger: Stranger | None = None
    """Whose SDK is asked, where it is none of ours."""

    @property
    def in_lanes(self) -> tuple[PlannedLane, ...]:
        """Everything that has a lane, in the order of the lanes."""
        return (*self.calls, *self.errors, *self.values)

    def lanes(self) -> tuple[Lane, ...]:
        """What the mock exchange is told."""
        answers = [(each.lane, each.answer.planned) for each in self.in_lanes]
        return tuple(Lane(id=lane, answers=(planned,)) for lane, planned in answers)


def plan_exercise(
    api: Api,
    description: bytes,
    *,
    overlays: tuple[bytes, ...] = (),
    recipe: Recipe | None,
    seed: int,
    exchange: str = "",
    behaviour: Behaviour = PLAIN,
    stranger: Stranger | None = None,
) -> ExercisePlan:
    """Plan the exercise of any SDK of an API.

    Args:
        api: the model that the SDKs were made from.
        description: the bytes that it was loaded from: requests are held against them, not against the model.
        overlays: those that it was loaded with.
        recipe: how requests are signed.
        seed: the same seed gives the same plan.
        exchange: its id, or the path of its profile, for the commands that reproduce a finding.
        behaviour: where the exchange's answers say that it refused, for SDKs of ours, which were made with it.
        stranger: whose SDK is asked, where it is none of ours: only for what that has.

    Raises:
        DescriptionError: the description or an overlay can't be read.
        RecipeError: no credentials can be made up for the recipe.
    """
    root = document_meant(description, overlays=overlays)
    planner = _Planner(api, root, recipe, seed, stranger)
    if stranger is None:
        planner.success = tuple(behaviour.errors.success.items())
    calls, errors, values = tuple(planner.calls()), tuple(planner.errors()), tuple(planner.values())
    return ExercisePlan(
        exchange=exchange,
        seed=seed,
        recipe=recipe,
        credentials=planner.credentials,
        base_path=planner.base_path,
        calls=calls,
        errors=errors,
        decodes=tuple(planned_decodes(api, planner.samples, stranger)),
        left_out=tuple(sorted({operation.id for operation in planner.operations} - {call.operation for call in calls})),
        values=values,
        stranger=stranger,
    )


class _Planner:
    """Plans one API's exercise; lanes are numbered in the order of planning."""

    def __init__(self, api: Api, root: dict[str, JsonValue], recipe: Recipe | None, seed: int, stranger: Stranger | None) -> None:
        self._api = api
        self._stranger = stranger
        self.success: Success = stranger.success if stranger is not None else ()
        self.operations = [operation for operation in api.operations if stranger is None or operation.id in stranger.operations]
        self._recipe = recipe
        self.samples = Samples(api, seed=seed)
        self._schemas = Schemas(root)
        self._requests: dict[str, DescribedRequest] = {operation.id: described(root, operation) for operation in self.operations}
        self._lanes = 0
        self.credentials = credentials(recipe, seed=seed)
        self.base_path = urlsplit(api.servers[0]).path.rstrip("/") if api.servers else ""

    def calls(self) -> Iterator[PlannedCall]:
        """At least one minimal and one full call of each operation, its documented examples, and some with awkward texts."""
        awkward = tuple(Awkward(self._api, text) for text in AWKWARD)
        for operation in self.operations:
            chooser = self._chooser(operation)
            traded = [arguments_of(call, chooser.full() or NO_ARGUMENTS) for call in self._traded(operation)]
            turns = min(_MOST_DOCUMENTED, max(chooser.examples(), _answer_examples(operation)))
            chosen = [(chooser.minimal(), False), (chooser.full(), False), *((chooser.documented(turn), True) for turn in range(turns))]
            chosen += [(arguments, False) for arguments in traded]
            if self._stranger is None:
                chosen += [(chooser.awkward(each), False) for each in awkward]
            for number, (arguments, documented) in enumerate(chosen):
                if arguments is None:
                    continue
                turn = number - 2 if documented else min(number, 1)
                self._lanes += 1
                given = self._given(answer(operation, self.samples, turn, documented=documented), documented=documented)
                yield PlannedCall(
                    lane=self._lanes,
                    case=f"{operation.id} #{number + 1}",
                    operation=operation.id,
                    arguments=arguments,
                    expected=self._expected(operation, arguments),
                    answer=given,
                    misfits=tuple(self._misfits(self._requests[operation.id], arguments, given)),
                    refusable=number >= len(chosen) - len(awkward) and self._stranger is None,
                )

    def _given(self, made: Answer, *, documented: bool) -> Answer:
        """Saying success; to a stranger with numbers that an exchange may send, unless it is the description's own."""
        said = successful(made, self.success)
        return said if self._stranger is None or documented else as_exchanges_send(said)

    def _usual(self, operation: Operation) -> Arguments | None:
        """As people call it where that is known, else with what must be there."""
        chooser = self._chooser(operation)
        traded = self._traded(operation)
        return arguments_of(traded[0], chooser.full() or NO_ARGUMENTS) if traded else chooser.minimal()

    def _traded(self, operation: Operation) -> tuple[ExampleCall, ...]:
        traded = self._stranger.traded if self._stranger is not None else ()
        return tuple(call for call in traded if call.operation == operation.id)

    def errors(self) -> Iterator[PlannedError]:
        """Every failure, on a sample of operations of different methods that answer with something."""
        tried = self._error_operations()
        for index, operation in enumerate(tried):
            arguments = self._usual(operation)
            if arguments is None:
                continue
            patient = self._stranger is not None and not self._stranger.can("timeout")
            slow = index < _SLOW_OPERATIONS and not patient
            for failed in (*error_answers(operation, self.samples, slow=slow), *refusals(operation, self.samples, self.success)):
                self._lanes += 1
                yield PlannedError(lane=self._lanes, operation=operation.id, method=operation.method, arguments=arguments, answer=failed)

    def values(self) -> Iterator[PlannedValue]:
        """Every documented and made-up value of every answer, for an SDK that can't decode by type."""
        if self._stranger is None or self._stranger.can("decode"):
            return
        for operation in self.operations:
            arguments = self._usual(operation)
            if arguments is None or not answers_with_an_object(operation, self.samples):
                continue
            for origin, probe, given in sampled_answers(operation, self.samples):
                self._lanes += 1
                yield PlannedValue(
                    lane=self._lanes,
                    operation=operation.id,
                    arguments=arguments,
                    origin=origin,
                    probe=probe,
                    answer=self._given(given, documented=probe == DOCUMENTED),
                )

    def _chooser(self, operation: Operation) -> Chooser:
        return Chooser(self.samples, operation, self._requests[operation.id], self._recipe)

    def _misfits(self, request: DescribedRequest, arguments: Arguments, given: Answer) -> Iterator[str]:
        values: list[tuple[str, str | None, JsonValue]] = []
        for location, named in arguments.outside_the_body().items():
            for name, value in named.items():
                parameter = request.parameter(location, name)
                values.append((f"{location} {name}", parameter.schema if parameter is not None else None, value))
        if arguments.body is not None:
            lines = is_lines(request.media_types[0]) if request.media_types else False
            values += [("body", request.body_schema, value) for value in _each(arguments.body[0], lines=lines)]
        if given.is_json or given.in_lines:
            values += [("answer", request.answer_schema, value) for value in _each(given.value, lines=given.in_lines)]
        for what, schema, value in values:
            misfit = self._schemas.misfit(schema, value) if schema is not None else None
            if misfit is not None:
                yield f"the {what} that was made up is not what the description's schema says: {misfit}"

    def _expected(self, operation: Operation, arguments: Arguments) -> Expected:
        signing = None
        in_path = self._stranger is None or self._stranger.can("base_path")
        if self._recipe is not None and self.credentials is not None and operation.signed:
            declared = declared_places(self._api, operation)
            signing = Signing(recipe=self._recipe, credentials=self.credentials, declared=declared)
        return Expected(
            request=self._requests[operation.id],
            prefix=f"{self.base_path}/~{self._lanes}" if in_path else self.base_path,
            arguments=arguments.outside_the_body(),
            body=arguments.body[0] if arguments.body is not None else None,
            has_body=arguments.body is not None,
            signing=signing,
            stranger=self._stranger,
        )

    def _error_operations(self) -> list[Operation]:
        """Methods in turn, so that each is there."""
        telling = [operation for operation in self.operations if answers_with_an_object(operation, self.samples)]
        by_method: dict[str, list[Operation]] = {}
        for operation in telling:
            by_method.setdefault(operation.method, []).append(operation)
        turns = [(index, method, operation) for method, group in by_method.items() for index, operation in enumerate(group)]
        return [operation for _, _, operation in sorted(turns, key=lambda turn: turn[:2])][:_ERROR_OPERATIONS]


def _each(value: JsonValue, *, lines: bool) -> list[JsonValue]:
    """What one schema describes: each of the values that come one after the other, else the value."""
    return value if lines and isinstance(value, list) else [value]


def _answer_examples(operation: Operation) -> int:
    response = operation.success()
    return len(response.contents[0].examples) if response is not None and response.contents else 0
