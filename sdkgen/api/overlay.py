"""OpenAPI Overlay 1.0: repairing or enriching a description without a fork of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sdkgen.api.issues import quoted
from sdkgen.api.parse import Lines, parse
from sdkgen.api.pointer import join
from sdkgen.errors import DescriptionError, OverlayError

if TYPE_CHECKING:
    from sdkgen.api.json_text import JsonValue
    from sdkgen.api.model import Pointer

_VERSION = re.compile(r"1\.[01](\.[0-9]+)?")
_FIELDS = frozenset(("target", "description", "update", "remove"))

Location = tuple[str | int, ...]


def apply_overlays(root: dict[str, JsonValue], overlays: tuple[bytes, ...]) -> dict[str, JsonValue]:
    """A description with overlays applied in order; the one given stays as it is.

    Objects are merged, lists joined, single values replaced, as OpenAPI Overlay 1.1 words what 1.0 leaves open.

    Raises:
        OverlayError: an overlay can't be read, a target is no JSONPath (RFC 9535) or selects nothing, or an update does not go
            with what its target selects.
    """
    result = _copy(root)
    for number, overlay in enumerate(overlays, 1):
        name = f"overlay {number}" if len(overlays) > 1 else "the overlay"
        for action in _actions(overlay, name):
            result = action.applied(result)
    return result


def _copy(value: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """A copy that shares nothing that can change, so that a YAML alias's other places keep their value."""
    return {key: _copied(item) for key, item in value.items()}


def _copied(value: JsonValue) -> JsonValue:
    match value:
        case dict():
            return _copy(value)
        case list():
            return [_copied(item) for item in value]
        case _:
            return value


class _Action:
    """One change, and where it is written."""

    def __init__(self, fields: dict[str, JsonValue], where: str) -> None:
        self._where = where
        unknown = sorted(key for key in fields if key not in _FIELDS and not key.startswith("x-"))
        if unknown:
            raise OverlayError(
                f"an action has the unknown field {quoted(unknown[0])}", where=where, advice=f"known are {', '.join(sorted(_FIELDS))}"
            )
        target = fields.get("target")
        if not isinstance(target, str):
            raise OverlayError("an action has no target", where=where, advice="give a JSONPath such as $.paths['/orders'].get")
        self._target = target
        self._remove = fields.get("remove") is True
        if not self._remove and "update" not in fields:
            raise OverlayError("an action neither updates nor removes", where=where, advice="give update or remove: true")
        self._update = fields.get("update")

    def applied(self, root: dict[str, JsonValue]) -> dict[str, JsonValue]:
        """The description with this change made (in place)."""
        # The last first: removing an item of a list moves those behind it.
        for location in sorted(self._locations(root), key=_order, reverse=True):
            self._change(root, location)
        return root

    def _locations(self, root: dict[str, JsonValue]) -> list[Location]:
        # Imported here: most runs have no overlay, and the library takes 40 ms.
        import jsonpath_rfc9535  # noqa: PLC0415

        try:
            found = [node.location for node in jsonpath_rfc9535.find(self._target, root)]
        except jsonpath_rfc9535.JSONPathError as error:
            reason = " ".join(str(error).split())
            raise OverlayError(f"the target {quoted(self._target)} is no JSONPath: {quoted(reason)}", where=self._where) from error
        if not found:
            raise OverlayError(
                f"the target {quoted(self._target)} selects nothing", where=self._where, advice="adapt it to the description as it is now"
            )
        return list(dict.fromkeys(found))

    def _change(self, root: dict[str, JsonValue], location: Location) -> None:
        if self._remove:
            self._take_out(root, location)
            return
        selected = _at(root, location)
        update = _copied(self._update)
        match selected, update:
            case dict(), dict():
                self._merge(selected, update, "")
            case list(), _:
                selected.append(update)
            case dict(), _:
                raise OverlayError(f"{quoted(self._target)} selects an object, and the update is none", where=self._where)
            case _:
                raise OverlayError(
                    f"{quoted(self._target)} selects a single value",
                    where=self._where,
                    advice="select the object around it and update that",
                )

    def _take_out(self, root: dict[str, JsonValue], location: Location) -> None:
        if not location:
            raise OverlayError("the whole description can't be removed", where=self._where)
        around, last = _at(root, location[:-1]), location[-1]
        if isinstance(around, dict) and isinstance(last, str):
            around.pop(last, None)
        elif isinstance(around, list) and isinstance(last, int):
            del around[last]

    def _merge(self, into: dict[str, JsonValue], update: dict[str, JsonValue], place: Pointer) -> None:
        for key, new in update.items():
            old, inner = into.get(key), join(place, key)
            if key not in into:
                into[key] = new
            elif isinstance(old, dict) and isinstance(new, dict):
                self._merge(old, new, inner)
            elif isinstance(old, list) and isinstance(new, list):
                old.extend(new)
            elif isinstance(old, dict | list) or isinstance(new, dict | list):
                raise OverlayError(f"the update's {quoted(inner)} is of another kind than what stands there", where=self._where)
            else:
                into[key] = new


def _order(location: Location) -> tuple[tuple[int, str], ...]:
    return tuple((part, "") if isinstance(part, int) else (0, part) for part in location)


def _at(root: JsonValue, location: Location) -> JsonValue:
    node = root
    for part in location:
        if isinstance(node, dict) and isinstance(part, str):
            node = node.get(part)
        elif isinstance(node, list) and isinstance(part, int):
            node = node[part]
    return node


def _actions(overlay: bytes, name: str) -> list[_Action]:
    try:
        document = parse(overlay, source=name)
    except DescriptionError as error:
        raise OverlayError(error.what.replace("the description", "it"), where=error.where, advice=error.advice) from error
    if document.slips:
        where = f"{name}, line {document.slips[0].line}" if document.slips[0].line else name
        raise OverlayError(f"it can't be read: {document.slips[0].message}", where=where, advice="mend it there")
    version, actions = document.root.get("overlay"), document.root.get("actions")
    if not isinstance(version, str) or not _VERSION.fullmatch(version):
        raise OverlayError("it is no OpenAPI Overlay 1.0 document", where=name, advice="begin it with overlay: 1.0.0")
    if not isinstance(actions, list) or not actions:
        raise OverlayError("it has no actions", where=name, advice="give a list of actions with target and update or remove")
    lines = Lines(document)
    read = []
    for index, fields in enumerate(actions):
        where = f"{name}, action {index + 1} (line {lines.of(join('/actions', index))})"
        if not isinstance(fields, dict):
            raise OverlayError("an action must be an object", where=where)
        read.append(_Action(fields, where))
    return read
