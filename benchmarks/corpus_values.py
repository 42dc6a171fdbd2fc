"""Gives a plan more to decode: so many made-up instances of every response schema, beside what the description itself gives.

A response whose schema has a name is decoded as that type. One that has none (a list, a map, a single value) is the answer of a call.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from certification.evidence.sdk import ExercisePlan
from certification.evidence.sdk.answers import Answer
from certification.evidence.sdk.planned import DOCUMENTED, PlannedCall, PlannedDecode
from certification.sandboxes.mock.plan import PlannedAnswer
from sdkgen.api.json_text import dumps_exact, loads_exact
from sdkgen.api.model import Api, Content, Encoding, Name, ObjectType, Operation, Reference, Scalar, ScalarKind
from sdkgen.api.values import UNKNOWN, Values

_SEED = 7
_HALF = "half \ud83d a character"
ANSWER = "answer"
"""How the cases of calls begin that are made for their answers only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instances:
    """A plan, and how many response schemas it covers."""

    plan: ExercisePlan
    responses: int


def with_instances(api: Api, plan: ExercisePlan, count: int, *, calls: bool) -> Instances:
    """The plan with ``count`` made-up instances of each response schema that has that many, and its documented examples.

    Args:
        api: what it was planned for.
        plan: with its calls, whose arguments serve again, and without faults.
        count: instances.
        calls: whether the plan's own calls stay in.
    """
    maker = Values(api)
    named = _named_responses(api)
    halves = tuple(_halves(api, maker, named))
    decodes = (
        *halves,
        *(each for each in plan.decodes if each.probe == DOCUMENTED or each.type not in named),
        *_decodes(maker, named, count),
    )
    kept = plan.calls if calls else ()
    first = {call.operation: call for call in reversed(plan.calls)}
    made = tuple(_answers(api, maker, first, count))
    answers = tuple(_in_lane(call, lane) for lane, call in enumerate(made, start=len(kept) + 1))
    whole = replace(plan, decodes=decodes, calls=(*kept, *answers))
    return Instances(plan=whole, responses=len(named) + len({each.operation for each in answers}))


def _named_responses(api: Api) -> dict[str, Name]:
    """What answers and heard messages hold, by the name that the harness knows."""
    contents = (content for operation in api.operations for response in operation.responses for content in response.contents)
    heard = {name for channel in api.channels for name in channel.heard}
    payloads = (message.type for message in api.messages if message.name in heard)
    used = (*(content.type for content in contents), *payloads)
    return {each.name.pascal(): each.name for each in used if isinstance(each, Reference)}


def _decodes(maker: Values, named: dict[str, Name], count: int) -> Iterator[PlannedDecode]:
    for pascal, name in named.items():
        samples = maker.examples(Reference(name=name), seed=_SEED, count=count)
        for number, sample in enumerate(samples, start=1):
            yield PlannedDecode(type=pascal, origin=f"generated #{number}", probe=sample.probe, value=loads_exact(sample.value))


def _halves(api: Api, maker: Values, named: dict[str, Name]) -> Iterator[PlannedDecode]:
    """Objects with half a character (a lone surrogate) in a text that they know and in one that they do not."""
    for pascal, name in named.items():
        declared = api.type_named(name)
        samples = maker.examples(Reference(name=name), seed=_SEED, count=1)
        value = loads_exact(samples[0].value) if samples else None
        if not isinstance(declared, ObjectType) or declared.extra is not None or not isinstance(value, dict):
            continue
        known = next((field.wire_name for field in declared.fields if field.type == Scalar(kind=ScalarKind.STRING)), None)
        texts = {known: _HALF} if known is not None else {}
        yield PlannedDecode(type=pascal, origin="half a character", probe=UNKNOWN, value={**value, **texts, "addedLater": _HALF})


def _answers(api: Api, maker: Values, first: dict[str, PlannedCall], count: int) -> Iterator[PlannedCall]:
    """A call of the operation for each instance of what it answers with, where that has no name."""
    for operation in api.operations:
        content = _nameless(operation)
        call = first.get(operation.id)
        if content is None or call is None:
            continue
        documented = [example.value for example in content.examples]
        samples = [sample.value for sample in maker.examples(content.type, seed=_SEED, count=count)]
        for number, text in enumerate((*documented, *samples), start=1):
            yield _answered(call, f"{ANSWER} {operation.id} #{number}", text)


def _nameless(operation: Operation) -> Content | None:
    response = operation.success()
    if response is None or not response.contents or operation.method == "HEAD" or response.status in {"204", "205"}:
        return None
    content = response.contents[0]
    return content if content.encoding is Encoding.JSON and not isinstance(content.type, Reference) else None


def _answered(call: PlannedCall, case: str, text: str) -> PlannedCall:
    value = loads_exact(text)
    planned = PlannedAnswer(status=call.answer.planned.status, headers=call.answer.planned.headers, body=dumps_exact(value).encode())
    return replace(call, case=case, answer=Answer(planned=planned, value=value, is_json=True), misfits=())


def _in_lane(call: PlannedCall, lane: int) -> PlannedCall:
    prefix = f"{call.expected.prefix.rpartition('~')[0]}~{lane}"
    return replace(call, lane=lane, expected=replace(call.expected, prefix=prefix))
