"""Repairs of schemas: shapes that JSON Schema does not have, where it is plain which of its own was meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sdkgen.api.issues import quoted
from sdkgen.api.json_text import dumps_exact
from sdkgen.api.mend import Change, Drop, Put
from sdkgen.api.pointer import join
from sdkgen.api.repair.document import at
from sdkgen.api.repair.items import items_beside
from sdkgen.api.repair.members import repair_properties, repair_required
from sdkgen.api.repair.places import Found, Link, inner_schemas, pointer_of, schema_roots
from sdkgen.api.repair.vocabulary import COMBINING, FLAGS, VOCABULARY
from sdkgen.api.repair.words import read_type
from sdkgen.api.scalar import SCALAR_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sdkgen.api.issues import IssueLog
    from sdkgen.api.json_text import JsonValue
    from sdkgen.api.model import Pointer

_KINDS = frozenset((*SCALAR_KINDS, "array", "object", "null"))
_WATCHED: dict[str, type | tuple[type, ...]] = {
    **dict.fromkeys(FLAGS, bool),
    **dict.fromkeys(("required", "enum"), list),
    **dict.fromkeys(("additionalProperties",), (dict, bool)),
    **dict.fromkeys(("properties", "discriminator"), dict),
    **dict.fromkeys((*COMBINING, "schema"), ()),
}
"""Words that may be written wrongly, and what they must be; those that always need a look have no type."""


def repair_schemas(issues: IssueLog, *, swagger: bool, siblings: bool) -> None:
    """Repair every schema that components and operations hold."""
    repair_schemas_at(schema_roots(issues.root, swagger=swagger), issues, swagger=swagger, lists=siblings)


def repair_schemas_at(roots: Iterable[Found], issues: IssueLog, *, swagger: bool, lists: bool) -> None:
    """Repair the schemas at those places and all inside them; ``lists``: whether ``items`` may be a list."""
    components = at(issues, "/definitions" if swagger else "/components/schemas")
    repairing = _Repairing(issues, frozenset(components) if isinstance(components, dict) else frozenset(), swagger=swagger, lists=lists)
    pending = list(roots)
    while pending:
        place, schema = pending.pop()
        pending += inner_schemas(place, repairing.repaired(place, schema))


class _Repairing:
    """Repairs one schema after the other."""

    def __init__(self, issues: IssueLog, components: frozenset[str], *, swagger: bool, lists: bool) -> None:
        self._issues = issues
        self._components = components
        self._swagger = swagger
        self._lists = lists
        """Whether ``items`` may be a list."""

    def repaired(self, place: Link, schema: JsonValue) -> JsonValue:
        """The schema as it stands once it is repaired."""
        if not isinstance(schema, dict):
            return schema if isinstance(schema, bool) else self._shape(pointer_of(place), schema)
        written = schema.get("type")
        odd = written is not None and not (isinstance(written, str) and written in _KINDS)
        if not odd and not _needs_a_look(written, schema):
            return schema
        pointer = pointer_of(place)
        before = self._issues.made
        self._words(pointer, schema)
        if odd:
            self._type(pointer, written)
        return schema if self._issues.made == before else at(self._issues, pointer)

    def _mend(self, rule: str, pointer: Pointer, message: str, *changes: Change) -> None:
        self._issues.mended(rule, pointer, message, *changes)

    def _shape(self, pointer: Pointer, schema: JsonValue) -> JsonValue:
        """What stands where a schema must: nothing, a type's or component's name, a list of one."""
        meant: JsonValue = None
        if schema is None:
            meant = {}
        elif isinstance(schema, str):
            meant = {"$ref": schema} if schema.startswith("#") else read_type(schema, self._components, self._prefix())
        elif isinstance(schema, list) and len(schema) == 1 and isinstance(schema[0], dict):
            meant = schema[0]
        if meant is None:
            return schema
        said = (
            "a schema says nothing; any value is accepted"
            if schema is None
            else f"a schema must be an object, not {quoted(dumps_exact(schema))}"
        )
        self._mend(
            "schema-is-no-object",
            pointer,
            said + ("" if schema is None else "; it is read as what it says"),
            Put(pointer=pointer, value=meant),
        )
        return meant

    def _prefix(self) -> str:
        return "#/definitions/" if self._swagger else "#/components/schemas/"

    def _type(self, pointer: Pointer, written: JsonValue) -> None:
        """A type in words of its own: ``string | number``, ``Order[]``, ``map<string, number>``, a component's name."""
        place = join(pointer, "type")
        if isinstance(written, dict):
            self._mend(
                "type-is-a-schema",
                place,
                "a type is a schema; it is read as part of an allOf",
                Drop(pointer=place),
                Put(pointer=join(pointer, "allOf"), value=[written]),
            )
            return
        if isinstance(written, list) and any(isinstance(kind, dict) for kind in written):
            variants: list[JsonValue] = [kind if isinstance(kind, dict) else {"type": kind} for kind in written]
            self._mend(
                "type-is-a-schema",
                place,
                "a type is a list of schemas; it is read as anyOf",
                Drop(pointer=place),
                Put(pointer=join(pointer, "anyOf"), value=variants),
            )
            return
        meant = read_type(written, self._components, self._prefix()) if isinstance(written, str) else None
        if meant is None:
            return
        schema = at(self._issues, pointer)
        changes: list[Change] = [] if "type" in meant else [Drop(pointer=place)]
        free = [key for key in meant if key == "type" or not (isinstance(schema, dict) and key in schema)]
        changes += [Put(pointer=join(pointer, key), value=meant[key]) for key in free]
        self._mend("type-in-words", place, f"{quoted(written)} is no JSON type; it is read as {quoted(dumps_exact(meant))}", *changes)

    def _words(self, pointer: Pointer, schema: dict[str, JsonValue]) -> None:
        for flag in FLAGS:
            self._flag(join(pointer, flag), schema.get(flag))
        for keyword in COMBINING:
            self._combining(pointer, keyword, schema.get(keyword))
        self._reference(pointer, schema)
        repair_properties(self._issues, pointer, schema)
        repair_required(self._issues, pointer, schema)
        self._values(pointer, schema)
        self._items(pointer, schema)
        if isinstance(schema.get("discriminator"), str) and not self._swagger:
            place = join(pointer, "discriminator")
            change = Put(pointer=place, value={"propertyName": schema["discriminator"]})
            self._mend("discriminator-is-text", place, "a discriminator must be an object; its text is read as the propertyName", change)

    def _flag(self, pointer: Pointer, value: JsonValue) -> None:
        meant = {"true": True, "yes": True, "false": False, "no": False}.get(value.strip().lower()) if isinstance(value, str) else None
        if meant is not None:
            self._mend(
                "flag-is-text", pointer, f"{quoted(value)} is text; it is read as {str(meant).lower()}", Put(pointer=pointer, value=meant)
            )

    def _combining(self, pointer: Pointer, keyword: str, members: JsonValue) -> None:
        place = join(pointer, keyword)
        if isinstance(members, dict):
            self._mend(
                "choice-is-no-list", place, f"{keyword} must be a list; it is read as a list of one", Put(pointer=place, value=[members])
            )
        elif isinstance(members, list) and (not members or None in members):
            kept: list[JsonValue] = [member for member in members if member is not None]
            change: Change = Put(pointer=place, value=kept) if kept else Drop(pointer=place)
            self._mend("empty-choice", place, f"{keyword} has parts that say nothing; they are left out", change)

    def _reference(self, pointer: Pointer, schema: dict[str, JsonValue]) -> None:
        """``ref`` without its dollar, ``schema`` inside of a schema, ``$ref`` among the properties."""
        written, inner = schema.get("ref"), schema.get("schema")
        if isinstance(written, str) and written.startswith("#/") and "$ref" not in schema:
            changes = (Drop(pointer=join(pointer, "ref")), Put(pointer=join(pointer, "$ref"), value=written))
            self._mend("ref-without-dollar", pointer, "“ref” is no word of a schema; it is read as “$ref”", *changes)
        if isinstance(inner, dict) and not schema.keys() & (VOCABULARY - {"schema", "description", "title", "example", "name", "in"}):
            self._mend(
                "schema-in-schema",
                pointer,
                "a schema holds another under “schema”; it is read as that one",
                Put(pointer=pointer, value=inner),
            )

    def _values(self, pointer: Pointer, schema: dict[str, JsonValue]) -> None:
        enum, place = schema.get("enum"), join(pointer, "enum")
        if enum is not None and not isinstance(enum, list):
            values: list[JsonValue] = list(enum) if isinstance(enum, dict) else _split(enum) if isinstance(enum, str) else [enum]
            self._mend("enum-is-no-list", place, "allowed values must be a list; they are read as one", Put(pointer=place, value=values))
        extra, place = schema.get("additionalProperties"), join(pointer, "additionalProperties")
        if isinstance(extra, str) and extra.strip().lower() in ("true", "false"):
            self._flag(place, extra)
        elif "additionalProperties" in schema and (extra is None or extra == []):
            self._mend("empty-additional-properties", place, "“additionalProperties” says nothing; it is left out", Drop(pointer=place))

    def _items(self, pointer: Pointer, schema: dict[str, JsonValue]) -> None:
        items, kind, place = schema.get("items"), schema.get("type"), join(pointer, "items")
        if isinstance(items, list) and len(items) == 1 and not self._lists and "additionalItems" not in schema:
            self._mend(
                "list-of-items", place, "“items” must be one schema; its list of one is read as that", Put(pointer=place, value=items[0])
            )
            items = items[0]
        beside = items_beside(self._issues.root, schema)
        if beside is not None:
            word, meant = beside
            message = f"a list has no items, and no list fits its “{word}”; it is read as what the items are"
            self._mend("list-without-items", pointer, message, Drop(pointer=join(pointer, word)), Put(pointer=place, value=meant))
            return
        self._beside_items(pointer, schema, items)
        if (
            isinstance(items, dict | str)
            and isinstance(kind, str)
            and kind in _KINDS - {"array"}
            and not schema.keys() & {"properties", "enum", *COMBINING}
        ):
            message = f"the type is {quoted(kind)}, yet it has items; it is read as a list"
            self._mend("items-of-no-list", join(pointer, "type"), message, Put(pointer=join(pointer, "type"), value="array"))

    def _beside_items(self, pointer: Pointer, schema: dict[str, JsonValue], items: JsonValue) -> None:
        """Properties beside items that say nothing of their own are the items'."""
        moved = [keyword for keyword in ("properties", "required") if keyword in schema]
        if schema.get("type") != "array" or "properties" not in moved or not isinstance(items, dict) or items.keys() & _STRUCTURED:
            return
        changes: list[Change] = [Drop(pointer=join(pointer, keyword)) for keyword in moved]
        value: JsonValue = {**items, "type": "object", **{keyword: schema[keyword] for keyword in moved}}
        message = "a list has its items' properties beside them; they are read as the items'"
        self._mend("properties-of-list", join(pointer, "properties"), message, *changes, Put(pointer=join(pointer, "items"), value=value))


_STRUCTURED = frozenset(("properties", "$ref", "enum", "items", *COMBINING))


def _needs_a_look(kind: JsonValue, schema: dict[str, JsonValue]) -> bool:
    """Whether anything in a schema may want repair; most have nothing of the kind."""
    if "items" in schema and (kind != "array" or "properties" in schema or isinstance(schema["items"], list)):
        return True
    if any(not isinstance(schema[word], _WATCHED[word]) for word in _WATCHED.keys() & schema.keys()) or schema.keys() - VOCABULARY:
        return True
    properties = schema.get("properties")
    return isinstance(properties, dict) and any(
        isinstance(value, str) or (isinstance(value, dict) and "required" in value and not isinstance(value["required"], list))
        for value in properties.values()
    )


def _split(text: str) -> list[JsonValue]:
    separator = next((sign for sign in (",", "|", ";") if sign in text), None)
    return [part.strip() for part in text.split(separator) if part.strip()] if separator else [text]
