"""Repairs of bodies and answers: schemas and media types in the other version's place, or without what must stand around them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sdkgen.api.flat import STRUCTURE
from sdkgen.api.issues import quoted
from sdkgen.api.mend import Change, Drop, Put
from sdkgen.api.pointer import find, from_fragment, join
from sdkgen.api.repair.document import at

if TYPE_CHECKING:
    from sdkgen.api.issues import IssueLog
    from sdkgen.api.json_text import JsonValue
    from sdkgen.api.model import Pointer

_JSON = "application/json"
_TELLS = STRUCTURE - {"required"}
"""A body says with ``required`` whether it must be given, so that word alone makes no schema."""

_BARE = frozenset(("description", "headers", "summary", "links", "required"))
_OF_MEDIA_TYPE = frozenset(("schema", "itemSchema", "example", "examples", "encoding", "prefixEncoding", "itemEncoding"))


def is_sound(carrier: JsonValue) -> bool:
    """Whether a body or an answer is plainly as OpenAPI 3 wants it: most are, and need no second look."""
    if not isinstance(carrier, dict) or "schema" in carrier:
        return False
    content = carrier.get("content")
    if content is None:
        return carrier.keys() <= _BARE
    return (
        isinstance(content, dict)
        and not (content.keys() & _OF_MEDIA_TYPE)
        and all(isinstance(entry, dict) and (not entry or entry.keys() & _OF_MEDIA_TYPE) for entry in content.values())
    )


def repair_request_body(issues: IssueLog, pointer: Pointer) -> None:
    """A body that is a schema, or holds its schema or its media types directly."""
    body = at(issues, pointer)
    if isinstance(body, dict) and "content" not in body:
        _without_content(issues, pointer, body, "a body")
    _contents(issues, pointer)


def repair_response(issues: IssueLog, pointer: Pointer, *, swagger: bool) -> None:
    """An answer that is empty, a text or a schema, or holds its schema or its media types directly."""
    answer = at(issues, pointer)
    if answer is None:
        issues.mended("empty-response", pointer, "an answer says nothing; it is read as one without a body", Put(pointer=pointer, value={}))
        return
    if isinstance(answer, str):
        change = Put(pointer=pointer, value={"description": answer})
        issues.mended("response-is-text", pointer, "an answer is a mere text; it is read as its description", change)
        return
    if not isinstance(answer, dict):
        return
    if swagger:
        _swagger_response(issues, pointer, answer)
        return
    if "content" not in answer:
        _without_content(issues, pointer, answer, "an answer")
    _contents(issues, pointer)


def _swagger_response(issues: IssueLog, pointer: Pointer, answer: dict[str, JsonValue]) -> None:
    if _names_a_schema(issues, answer) or ("schema" not in answer and _TELLS & answer.keys()):
        message = "an answer is a schema; it is read as the answer's schema"
        issues.mended("schema-as-response", pointer, message, Put(pointer=pointer, value={"schema": answer}))
    content = answer.get("content")
    if "schema" not in answer and isinstance(content, dict):
        schemas = [entry["schema"] for entry in content.values() if isinstance(entry, dict) and "schema" in entry]
        if schemas:
            message = "“content” is OpenAPI 3's; the first schema in it is read as Swagger 2.0's “schema”"
            change = Put(pointer=join(pointer, "schema"), value=schemas[0])
            issues.mended("content-in-swagger", join(pointer, "content"), message, change, Drop(pointer=join(pointer, "content")))


def _names_a_schema(issues: IssueLog, value: dict[str, JsonValue]) -> bool:
    """Whether a body or answer is a reference to what is plainly a schema."""
    reference = value.get("$ref")
    if not isinstance(reference, str) or not reference.startswith("#/"):
        return False
    try:
        target = find(issues.root, from_fragment(reference[1:]))
    except KeyError:
        return False
    sections = ("#/components/schemas/", "#/definitions/")
    return reference.startswith(sections) or (isinstance(target, dict) and bool(_TELLS & target.keys()))


def _without_content(issues: IssueLog, pointer: Pointer, value: dict[str, JsonValue], what: str) -> None:
    media_types = [key for key in value if "/" in key and not key.startswith("x-") and isinstance(value[key], dict)]
    if _names_a_schema(issues, value) or ("$ref" not in value and "schema" not in value and _TELLS & value.keys()):
        message = f"{what} is a schema; it is read as JSON of that schema"
        issues.mended("schema-as-body", pointer, message, Put(pointer=pointer, value={"content": {_JSON: {"schema": value}}}))
    elif "schema" in value:
        moved = [key for key in value if key in _OF_MEDIA_TYPE]
        changes: list[Change] = [Drop(pointer=join(pointer, key)) for key in moved]
        content: JsonValue = {_JSON: {key: value[key] for key in moved}}
        message = f"{what} has its schema without a media type; it is read as JSON"
        issues.mended("body-without-media-type", pointer, message, *changes, Put(pointer=join(pointer, "content"), value=content))
    elif media_types:
        changes = [Drop(pointer=join(pointer, key)) for key in media_types]
        content = {key: value[key] for key in media_types}
        message = f"{what} has its media types outside of “content”; they are read as standing there"
        issues.mended("media-types-outside-content", pointer, message, *changes, Put(pointer=join(pointer, "content"), value=content))


def _contents(issues: IssueLog, around: Pointer) -> None:
    """What stands in ``content``: a media type's own words directly, or a schema where a media type object must be."""
    pointer = join(around, "content")
    content = at(issues, pointer)
    if not isinstance(content, dict):
        return
    if content and content.keys() <= _OF_MEDIA_TYPE:
        message = "“content” does not say of which media type it is; it is read as JSON"
        issues.mended("content-without-media-type", pointer, message, Put(pointer=pointer, value={_JSON: content}))
        return
    for media_type, value in content.items():
        place = join(pointer, media_type)
        if value is None:
            issues.mended(
                "empty-media-type", place, f"{quoted(media_type)} says nothing of its body; any is accepted", Put(pointer=place, value={})
            )
        elif isinstance(value, dict) and not value.keys() & _OF_MEDIA_TYPE and (_names_a_schema(issues, value) or _TELLS & value.keys()):
            message = f"{quoted(media_type)} holds a schema directly; it is read as standing under “schema”"
            issues.mended("schema-as-media-type", place, message, Put(pointer=place, value={"schema": value}))
