"""Makes up calls by the thousand: of every operation in turn, any of its optional arguments, any value that can be sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from certification.evidence.sdk import ExercisePlan
from certification.evidence.sdk.arguments import Arguments, can_be_sent
from certification.evidence.sdk.described import DescribedRequest
from certification.evidence.sdk.planned import PlannedCall
from sdkgen.api.dice import Dice
from sdkgen.api.json_text import JsonValue, dumps_exact, loads_exact
from sdkgen.api.model import Api, Location, Operation, Parameter, Type
from sdkgen.api.values import Values
from sdkgen.signing.recipe import managed_parameters

_SAMPLES = 20
"""Values of each type to choose from: ordinary, precise, empty and long ones, edges, unknown enum values, unusual characters."""
_MOST_TURNS = 400


def more_calls(api: Api, plan: ExercisePlan, count: int) -> ExercisePlan:
    """The plan with ``count`` calls, none twice, and nothing else: its own first, then made-up ones.

    There are fewer where the API has not that many.
    """
    maker = _Maker(api, plan)
    calls: dict[str, PlannedCall] = {}
    for call in (*plan.calls, *maker.calls()):
        calls.setdefault(f"{call.operation} {dumps_exact(call.arguments.document())}", call)
        if len(calls) == count:
            break
    numbered = tuple(_numbered(call, lane) for lane, call in enumerate(calls.values(), start=1))
    return replace(plan, calls=numbered, errors=(), decodes=())


def _numbered(call: PlannedCall, lane: int) -> PlannedCall:
    prefix = f"{call.expected.prefix.rpartition('~')[0]}~{lane}"
    return replace(call, lane=lane, case=f"{call.operation} #{lane}", expected=replace(call.expected, prefix=prefix))


class _Maker:
    """Makes calls of one API."""

    def __init__(self, api: Api, plan: ExercisePlan) -> None:
        self._api = api
        self._plan = plan
        self._values = Values(api)
        self._made: dict[Type, tuple[JsonValue, ...]] = {}
        self._first = {call.operation: call for call in reversed(plan.calls)}

    def calls(self) -> Iterator[PlannedCall]:
        """Turn by turn, one of each operation that can be called."""
        for turn in range(_MOST_TURNS):
            for operation in self._api.operations:
                call = self._first.get(operation.id)
                arguments = self._arguments(operation, call.expected.request, turn) if call is not None else None
                if call is None or arguments is None:
                    continue
                asked, body = arguments.outside_the_body(), arguments.body
                expected = replace(call.expected, arguments=asked, body=body[0] if body is not None else None, has_body=body is not None)
                yield replace(call, arguments=arguments, expected=expected, misfits=())

    def _arguments(self, operation: Operation, request: DescribedRequest, turn: int) -> Arguments | None:
        dice = Dice(f"{self._plan.seed} {operation.id} {turn}")
        managed = managed_parameters(self._plan.recipe, operation)
        chosen: dict[Location, dict[str, JsonValue]] = {location: {} for location in Location}
        for parameter in operation.parameters:
            if (parameter.location, parameter.wire_name) in managed or not (parameter.required or dice.chance(2)):
                continue
            sendable = self._sendable(parameter, request)
            if sendable:
                chosen[parameter.location][parameter.wire_name] = dice.pick(sendable)
            elif parameter.required:
                return None
        return Arguments(
            path=chosen[Location.PATH],
            query=chosen[Location.QUERY],
            header=chosen[Location.HEADER],
            cookie=chosen[Location.COOKIE],
            body=self._body(operation, dice),
        )

    def _body(self, operation: Operation, dice: Dice) -> tuple[JsonValue] | None:
        body = operation.body
        if body is None or not body.contents or not (body.required or dice.chance(2)):
            return None
        values = [value for value in self._of(body.contents[0].type) if value is not None]
        return (dice.pick(values),) if values else None

    def _sendable(self, parameter: Parameter, request: DescribedRequest) -> list[JsonValue]:
        described = request.parameter(parameter.location.value, parameter.wire_name)
        return [] if described is None else [value for value in self._of(parameter.type) if can_be_sent(described, value)]

    def _of(self, wanted: Type) -> tuple[JsonValue, ...]:
        if wanted not in self._made:
            samples = self._values.examples(wanted, seed=self._plan.seed, count=_SAMPLES)
            self._made[wanted] = tuple(loads_exact(sample.value) for sample in samples)
        return self._made[wanted]
