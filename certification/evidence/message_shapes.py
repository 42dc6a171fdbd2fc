"""Whether a message of a stream has the shape of a described one: of those that it can be, by what the profile tells it by."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from certification.evidence.places import StepKind, steps
from certification.evidence.sdk.schema import Schemas

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from certification.evidence.places import Step
    from sdkgen.api.json_text import JsonValue

_BESIDE = frozenset({"examples", "headers", "schemas"})
"""Parts of a message, or beside them, in which ``payload`` names no schema: a value that shows one, or a member of something else."""
_ANY = "*"


class MessageShapes:
    """The payloads that an AsyncAPI description gives messages, sent or received: exchanges write both views."""

    def __init__(self, root: dict[str, JsonValue]) -> None:
        """Take the (overlaid) document."""
        self._root = root
        self._schemas = Schemas(root)
        self._all = {pointer: schema for part in ("channels", "components") for pointer, schema in _payloads(root.get(part), f"/{part}")}
        self._of: dict[tuple[tuple[str, str], ...], tuple[str, ...]] = {}

    def flaw(self, document: JsonValue, when: Mapping[str, str]) -> str | None:
        """What is not as described in a message: empty where it is as one that it can be, ``None`` where none is described.

        Args:
            document: the message.
            when: place -> the text that stands there (``*`` is any), by which the profile tells messages of its kind from others.
        """
        if not self._all:
            return None
        flaws = {pointer: self._schemas.flaw(pointer, document) for pointer in self._meant(when)}
        if None in flaws.values():
            return ""
        # Of all messages that it is not, the one that it comes closest to.
        return flaws[min(flaws, key=partial(self._schemas.breaks, value=document))]

    def _meant(self, when: Mapping[str, str]) -> tuple[str, ...]:
        """The payloads that describe what messages of this kind are told by; where none does, those that do not contradict it."""
        key = tuple(sorted(when.items()))
        if key not in self._of:
            asked = [(steps(place), _Asked(self._root, wanted)) for place, wanted in key]
            said = {pointer: [each.of(schema, place) for place, each in asked] for pointer, schema in self._all.items()}
            possible = {pointer: answers for pointer, answers in said.items() if False not in answers}
            exact = tuple(pointer for pointer, answers in possible.items() if all(answers))
            self._of[key] = exact or tuple(possible) or tuple(self._all)
        return self._of[key]


def _payloads(value: Any, pointer: str) -> Iterator[tuple[str, Any]]:
    """Where the payloads of messages stand, and what stands there."""
    if isinstance(value, list):
        for index, each in enumerate(value):
            yield from _payloads(each, f"{pointer}/{index}")
    elif isinstance(value, dict):
        for name, each in value.items():
            inner = f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"
            if name == "payload" and isinstance(each, dict):
                # AsyncAPI 3 may name the schema's format beside it (Multi Format Schema Object).
                formatted = {"schema", "schemaFormat"} <= each.keys()
                yield (f"{inner}/schema", each["schema"]) if formatted else (inner, each)
            elif name not in _BESIDE:
                yield from _payloads(each, inner)


class _Asked:
    """One question to schemas: whether they describe a place where a text can stand. Each is asked once, so that none asks for ever."""

    def __init__(self, root: dict[str, JsonValue], wanted: str) -> None:
        self._root = root
        self._wanted = wanted
        self._answers: dict[tuple[int, int], bool | None] = {}

    def of(self, schema: Any, place: tuple[Step, ...]) -> bool | None:
        """Whether a schema describes the place as one where the text can stand; ``None`` where it says nothing of it, or too deep."""
        try:
            return self.says(schema, place)
        except RecursionError:
            return None

    def says(self, schema: Any, todo: tuple[Step, ...]) -> bool | None:
        """The same, for the rest of a place."""
        if not isinstance(schema, dict):
            return None
        key = (id(schema), len(todo))
        if key not in self._answers:
            self._answers[key] = None  # what refers to itself says nothing more
            self._answers[key] = self._answer(schema, todo)
        return self._answers[key]

    def _answer(self, schema: dict[str, Any], todo: tuple[Step, ...]) -> bool | None:
        if isinstance(reference := schema.get("$ref"), str):
            return self.says(_at(self._root, reference), todo)
        own = self._steps(schema, todo) if todo else self._ends(schema)
        parts = [own, *(self.says(each, todo) for each in _listed(schema, "allOf"))]
        for keyword in ("oneOf", "anyOf"):
            branches = [self.says(each, todo) for each in _listed(schema, keyword)]
            parts.append(True if True in branches else False if branches and set(branches) == {False} else None)
        return False if False in parts else True if True in parts else None

    def _ends(self, schema: dict[str, Any]) -> bool | None:
        """Whether the text may be a value of the schema, as far as it lists its values."""
        if self._wanted == _ANY:
            return True
        allowed = [schema["const"]] if "const" in schema else _listed(schema, "enum")
        if not allowed:
            return True if "type" in schema else None
        return self._wanted in {"null" if each is None else str(each).lower() if isinstance(each, bool) else str(each) for each in allowed}

    def _steps(self, schema: dict[str, Any], todo: tuple[Step, ...]) -> bool | None:
        step, rest = todo[0], todo[1:]
        if step.kind is StepKind.ITEMS:
            return self.says(schema.get("items"), rest)
        members = schema.get("properties")
        if step.kind is not StepKind.MEMBER or not isinstance(members, dict):
            return None
        if step.key in members:
            return self.says(members[step.key], rest)
        return False if schema.get("additionalProperties") is False else None


def _listed(schema: dict[str, Any], keyword: str) -> list[Any]:
    found = schema.get(keyword)
    return found if isinstance(found, list) else []


def _at(root: dict[str, JsonValue], reference: str) -> Any:
    """What a reference into the same document means; ``None`` where nothing stands there."""
    here: Any = root
    path = reference.removeprefix("#").split("/")[1:] if reference.startswith("#") else [""]
    for part in path:
        name = part.replace("~1", "/").replace("~0", "~")
        here = here.get(name) if isinstance(here, dict) else None
    return here
