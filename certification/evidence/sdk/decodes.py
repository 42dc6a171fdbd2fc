"""The values that an SDK is asked to decode: those that the description documents, made-up ones, and ones of another kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certification.evidence.sdk.misfits import MISFIT, Misfits
from certification.evidence.sdk.planned import DOCUMENTED, PlannedDecode
from sdkgen.api.json_text import loads_exact
from sdkgen.api.model import EnumType, ObjectType, Reference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certification.evidence.sdk.arguments import Samples
    from certification.evidence.sdk.stranger import Stranger
    from sdkgen.api.model import Api, Name, NamedType


def planned_decodes(api: Api, samples: Samples, stranger: Stranger | None) -> Iterator[PlannedDecode]:
    """Every documented and made-up value of every named type that the SDK has.

    Args:
        api: whose types.
        samples: the made-up values.
        stranger: whose SDK is asked, where it is none of ours.
    """
    given = _examples_of_contents(api)
    misfits = Misfits(api, samples)
    for declared in api.types:
        name = declared.name.pascal()
        if stranger is not None and not (stranger.can("decode") and name in stranger.types):
            continue
        documented = {value: pointer for pointer, value in (*given.get(declared.name, ()), *_type_examples(declared))}
        for value, pointer in documented.items():
            yield PlannedDecode(type=name, origin=pointer, probe=DOCUMENTED, value=loads_exact(value))
        for number, sample in enumerate(samples.of(Reference(name=declared.name)), start=1):
            yield PlannedDecode(type=name, origin=f"generated #{number}", probe=sample.probe, value=loads_exact(sample.value))
        if isinstance(declared, ObjectType) and stranger is None:
            for origin, value in misfits.of(declared):
                yield PlannedDecode(type=name, origin=origin, probe=MISFIT, value=value)


def _examples_of_contents(api: Api) -> dict[Name, list[tuple[str, str]]]:
    """Pointer and value of the examples that bodies, answers and streams' messages give of a named type."""
    given: dict[Name, list[tuple[str, str]]] = {}
    for operation in api.operations:
        bodies = operation.body.contents if operation.body is not None else ()
        for content in (*bodies, *(content for response in operation.responses for content in response.contents)):
            if isinstance(content.type, Reference):
                given.setdefault(content.type.name, []).extend((example.pointer, example.value) for example in content.examples)
    for message in api.messages:
        if isinstance(message.type, Reference):
            given.setdefault(message.type.name, []).extend((example.pointer, example.value) for example in message.examples)
    return given


def _type_examples(declared: NamedType) -> tuple[tuple[str, str], ...]:
    if isinstance(declared, EnumType):
        return tuple((f"{declared.pointer}/enum", member.value) for member in declared.members)
    return tuple((example.pointer, example.value) for example in declared.examples)
