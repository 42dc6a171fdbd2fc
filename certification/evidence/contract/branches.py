"""How much of what a description says of an operation a contract test met: answers by status, parameters and members of bodies by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sdkgen.api.model import AliasType, ObjectType, Reference
from sdkgen.signing.recipe import managed_parameters

if TYPE_CHECKING:
    from collections.abc import Collection

    from sdkgen.api.model import Api, Field, Operation, Type
    from sdkgen.signing.recipe import Recipe

_CARRIERS = {"path": "path_parameters", "query": "query", "header": "headers", "cookie": "cookies"}
"""Where the tool's cases keep what a request carries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Branches:
    """What a description says of one operation."""

    answers: frozenset[str]
    """``200``, ``4XX``, ``default``."""
    fields: frozenset[str]
    """``query.limit``, ``body.price``; without what signing adds."""

    def answers_met(self, statuses: Collection[int]) -> int:
        """How many of the described answers came."""
        named = {answer for answer in self.answers if any(_is_of(status, answer) for status in statuses)}
        left = [status for status in statuses if not any(_is_of(status, answer) for answer in self.answers - {"default"})]
        return len(named | ({"default"} if left and "default" in self.answers else set()))


def branches_of(api: Api, operation: Operation, recipe: Recipe | None) -> Branches:
    """What the description says that requests may carry and answers may be."""
    managed = managed_parameters(recipe, operation)
    parameters = {
        f"{parameter.location.value}.{parameter.wire_name}"
        for parameter in operation.parameters
        if (parameter.location, parameter.wire_name) not in managed
    }
    body = operation.body.contents[0].type if operation.body and operation.body.contents else None
    placed = {placement.name for placement in recipe.placements if placement.carrier.value == "body"} if recipe else set()
    members = {f"body.{field.wire_name}" for field in _fields(api, body) if field.wire_name not in placed}
    return Branches(answers=frozenset(response.status for response in operation.responses), fields=frozenset(parameters | members))


def fields_in(case: dict[str, Any]) -> set[str]:
    """What a request of the tool's carries, by name."""
    found = {f"{carrier}.{name}" for carrier, place in _CARRIERS.items() for name in (case.get(place) or {})}
    body = case.get("body")
    return found | ({f"body.{name}" for name in body} if isinstance(body, dict) else set())


def optional_members(api: Api, operation: Operation) -> tuple[str, ...]:
    """The members of an operation's body that a request can do without."""
    body = operation.body.contents[0].type if operation.body and operation.body.contents else None
    return tuple(field.wire_name for field in _fields(api, body) if not field.required)


def _fields(api: Api, body: Type | None) -> tuple[Field, ...]:
    if not isinstance(body, Reference):
        return ()
    match api.type_named(body.name):
        case ObjectType(fields=fields):
            return fields
        case AliasType(target=target):
            return _fields(api, target)
        case _:
            return ()


def _is_of(status: int, answer: str) -> bool:
    return answer.upper() in {str(status), f"{status // 100}XX"}
