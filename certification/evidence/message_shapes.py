"""Whether a message of a stream has the shape of a described one: of those that it can be, by what the profile tells it by."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any

from certification.evidence.places import StepKind, steps
from certification.evidence.sdk.schema import Schemas

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from certification.evidence.places import Step
    from sdkgen.api.json_text import JsonValue

_BESIDE = frozenset({"examples", "headers", "schemas"})
"""Parts of a message, or beside them, in which ``payload`` names no schema: a value that shows one, or a member of something else."""
_ANY = "*"
_SHARED = 3
"""So many channels have a request or an error in common, and no data."""


class MessageShapes:
    """The payloads that an AsyncAPI description gives messages, sent or received: exchanges write both views."""

    def __init__(self, root: dict[str, JsonValue]) -> None:
        """Take the (overlaid) document."""
        self._root = root
        self._schemas = Schemas(root)
        self._all = {pointer: schema for part in ("channels", "components") for pointer, schema in _payloads(root.get(part), f"/{part}")}
        self._of: dict[tuple[tuple[str, str], ...], tuple[str, ...]] = {}
        self._channels: dict[str, frozenset[str]] = {}

    def flaw(self, document: JsonValue, when: Mapping[str, str], channels: Collection[str] = ()) -> str | None:
        """What is not as described in a message: empty where it is as one that it can be, ``None`` where none is described.

        Args:
            document: the message.
            when: place -> the text that stands there (``*`` is any), by which the profile tells messages of its kind from others.
            channels: keys of those that it can have come from; none where that is not known.
        """
        if not self._all:
            return None
        flaws = {pointer: self._schemas.flaw(pointer, document) for pointer in self._held_against(when, channels)}
        if None in flaws.values():
            return ""
        # Of all messages that it is not, the one that it comes closest to.
        return flaws[min(flaws, key=partial(self._schemas.breaks, value=document))]

    def _held_against(self, when: Mapping[str, str], channels: Collection[str]) -> tuple[str, ...]:
        """The payloads that a message can have: those of its channels, else all, that do not contradict what it is told by."""
        possible, theirs = self._possible(when), self._theirs(channels)
        return tuple(each for each in possible if each in theirs) or possible or tuple(self._all)

    def _possible(self, when: Mapping[str, str]) -> tuple[str, ...]:
        """The payloads that do not contradict what messages of this kind are told by.

        That one lists it says nothing against those that leave it open: it may be a request for such messages.
        """
        key = tuple(sorted(when.items()))
        if key not in self._of:
            asked = [(steps(place), _Asked(self._root, wanted)) for place, wanted in key]
            self._of[key] = tuple(
                pointer for pointer, schema in self._all.items() if all(each.of(schema, place) is not False for place, each in asked)
            )
        return self._of[key]

    def _theirs(self, channels: Collection[str]) -> frozenset[str]:
        """The payloads of those channels; none where many others have them all: requests and errors, and nothing of what is heard there."""
        theirs = frozenset[str]().union(*(self._payloads_of(channel) for channel in channels))
        described = self._root.get("channels")
        everywhere = Counter(each for channel in described for each in self._payloads_of(channel)) if isinstance(described, dict) else {}
        return theirs if any(everywhere[each] < _SHARED for each in theirs) else frozenset()

    def _payloads_of(self, channel: str) -> frozenset[str]:
        """The payloads of one channel's messages, whichever side sends them."""
        if channel not in self._channels:
            channels = self._root.get("channels")
            found: dict[str, None] = {}
            _gather(self._root, channels.get(channel) if isinstance(channels, dict) else None, f"/channels/{_escaped(channel)}", found)
            self._channels[channel] = frozenset(each for each in found if each in self._all)
        return self._channels[channel]


def _gather(root: dict[str, JsonValue], value: Any, pointer: str, found: dict[str, None]) -> None:
    """Add the pointers of all payloads at a place, and behind its references; what was visited stands in ``found`` as well."""
    if pointer in found:
        return
    found[pointer] = None
    if _is_payload(pointer):
        return
    if isinstance(value, list):
        for index, each in enumerate(value):
            _gather(root, each, f"{pointer}/{index}", found)
    elif isinstance(value, dict):
        reference = value.get("$ref")
        if isinstance(reference, str) and reference.startswith("#/") and not reference.startswith("#/components/schemas/"):
            _gather(root, _at(root, reference), reference[1:], found)
        for inner, each in _members(value, pointer):
            _gather(root, each, inner, found)


def _payloads(value: Any, pointer: str) -> Iterator[tuple[str, Any]]:
    """Where the payloads of messages stand, and what stands there."""
    if isinstance(value, list):
        for index, each in enumerate(value):
            yield from _payloads(each, f"{pointer}/{index}")
    elif isinstance(value, dict):
        for inner, each in _members(value, pointer):
            yield from ((inner, each),) if _is_payload(inner) else _payloads(each, inner)


def _members(value: dict[str, Any], pointer: str) -> Iterator[tuple[str, Any]]:
    """The members in which payloads may stand, and their pointers; of a payload that names its schema's format, the schema.

    AsyncAPI 3 may put the format beside it (Multi Format Schema Object).
    """
    for name, each in value.items():
        inner = f"{pointer}/{_escaped(name)}"
        if name == "payload" and isinstance(each, dict) and {"schema", "schemaFormat"} <= each.keys():
            yield f"{inner}/schema", each["schema"]
        elif name not in _BESIDE and (name != "payload" or isinstance(each, dict)):
            yield inner, each


def _is_payload(pointer: str) -> bool:
    return pointer.endswith(("/payload", "/payload/schema"))


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


class _Asked:
    """One question to schemas: whether they list a text among those at a place. Each is asked once, so that none asks for ever."""

    def __init__(self, root: dict[str, JsonValue], wanted: str) -> None:
        self._root = root
        self._wanted = wanted
        self._answers: dict[tuple[int, int], bool | None] = {}

    def of(self, schema: Any, place: tuple[Step, ...]) -> bool | None:
        """Whether a schema lists the text there; ``None`` where it lists none, says nothing of the place, or too deep."""
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
        """Whether the text is one of the schema's values; ``None`` where it lists none."""
        allowed = [schema["const"]] if "const" in schema else _listed(schema, "enum")
        if not allowed or self._wanted == _ANY:
            return None
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
