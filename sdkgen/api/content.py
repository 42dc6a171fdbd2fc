"""Bodies and answers: media types, how they travel, and their examples."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sdkgen.api.examples import examples_of
from sdkgen.api.issues import quoted
from sdkgen.api.json_text import JsonValue, dumps_exact
from sdkgen.api.lines import is_lines
from sdkgen.api.mend import Put
from sdkgen.api.model import Content, Encoding, Example, ListOf, MapOf, Nullable, Reference, Scalar, ScalarKind, TupleOf, Type
from sdkgen.api.pointer import join
from sdkgen.api.resolve import Place, Resolver

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sdkgen.api.issues import IssueLog
    from sdkgen.api.schema import Schemas, Words

_NAME = r"[A-Za-z0-9!#$&^_.+*-]{1,100}"
_VALUE = r"(?:[A-Za-z0-9_.:+/*-]{1,120}|\"[A-Za-z0-9_.:+/ ,=#-]{1,120}\")"
_MEDIA_TYPE = re.compile(rf"{_NAME}/{_NAME}(\s*;\s*[A-Za-z0-9_-]{{1,40}}\s*=\s*{_VALUE})*\s*;?")
_ORDER = (Encoding.JSON, Encoding.LINES, Encoding.FORM, Encoding.MULTIPART, Encoding.TEXT, Encoding.BINARY)
_PLAIN = ("text/plain", "application/octet-stream")
"""Media types that servers send when nobody set one."""

_TEXTS = ("application/xml", "application/yaml", "application/x-yaml", "application/javascript", "application/graphql")
_EVENTS = "text/event-stream"
_WHOLE = frozenset((ScalarKind.ANY, ScalarKind.STRING, ScalarKind.BINARY))
"""What a schema says of a body that it takes for one text: a body's lines are JSON, and hardly ever JSON strings."""


def encoding_of(media_type: str) -> Encoding:
    """How a body of that media type travels."""
    essence = media_type.partition(";")[0].strip().lower()
    if is_lines(essence):
        return Encoding.LINES
    if essence in ("application/json", "text/json", "*/*", "application/*") or essence.endswith("+json") or "json" in essence:
        return Encoding.JSON
    if essence == "application/x-www-form-urlencoded":
        return Encoding.FORM
    if essence.startswith("multipart/"):
        return Encoding.MULTIPART
    if essence.startswith("text/") or essence in _TEXTS or essence.endswith("+xml"):
        return Encoding.TEXT
    return Encoding.BINARY


class Contents:
    """Reads the ``content`` maps of one document."""

    def __init__(self, schemas: Schemas, resolver: Resolver, issues: IssueLog) -> None:
        self._schemas = schemas
        self._resolver = resolver
        self._issues = issues

    def read(self, place: Place, words: Words) -> tuple[Content, ...]:
        """All ways in which a body may be written, those that SDKs like best first."""
        if not isinstance(place.value, dict):
            if place.value is not None:
                self._issues.refused("wrong-shape", place.pointer, "content must be an object of media types; it is left out")
            return ()
        found = [
            self._content(media_type, Place(pointer=join(place.pointer, media_type), value=value), words)
            for media_type, value in place.value.items()
            if self.is_media_type(media_type, place.pointer)
        ]
        return tuple(sorted(found, key=lambda content: _ORDER.index(content.encoding)))

    def is_media_type(self, text: str, pointer: str) -> bool:
        """Whether a text is a media type; an issue where not, and what stands under it is lost."""
        if _MEDIA_TYPE.fullmatch(text):
            return True
        self._issues.refused("wrong-media-type", join(pointer, text), f"{quoted(text)} is no media type; it is left out")
        return False

    def media_types(self, texts: Sequence[str], pointer: str) -> tuple[str, ...]:
        """Those texts of a list that are media types; an issue for each that is none, with which nothing is lost."""
        for text in texts:
            if not _MEDIA_TYPE.fullmatch(text):
                change = Put(pointer=pointer, value=[other for other in texts if _MEDIA_TYPE.fullmatch(other)])
                self._issues.repaired("wrong-media-type", pointer, f"{quoted(text)} is no media type; it is left out", change)
        return tuple(text for text in texts if _MEDIA_TYPE.fullmatch(text))

    def _content(self, media_type: str, place: Place, words: Words) -> Content:
        place = self._resolver.follow(place) or place
        value = place.value if isinstance(place.value, dict) else {}
        examples = self.examples(place)
        if media_type.partition(";")[0].strip().lower() == _EVENTS:
            return self._events(media_type, place, words)
        if is_lines(media_type) and "itemSchema" in value:
            return self._items(media_type, place, words)
        if "schema" not in value:
            return self.content(media_type, Scalar(kind=ScalarKind.ANY), place.pointer, examples)
        schema = Place(pointer=join(place.pointer, "schema"), value=value["schema"])
        body = self._schemas.type_of(schema, words)
        return self.content(media_type, body, place.pointer, (*examples, *own_examples(schema, body)))

    def _items(self, media_type: str, place: Place, words: Words) -> Content:
        """Values one after the other, where the description says what each is. What it says of all together adds no other type."""
        value = place.value if isinstance(place.value, dict) else {}
        schema = Place(pointer=join(place.pointer, "itemSchema"), value=value["itemSchema"])
        item = self._schemas.type_of(schema, (*words, "item"))
        if "schema" in value:
            self._schemas.type_of(Place(pointer=join(place.pointer, "schema"), value=value["schema"]), words)
        examples = (*self.examples(place), *own_examples(schema, item))
        return Content(media_type=media_type, encoding=Encoding.LINES, type=ListOf(items=item), examples=examples)

    def _events(self, media_type: str, place: Place, words: Words) -> Content:
        """A stream of events, which clients get as its text: it ends nowhere, so nobody can wait for all of them.

        The type of one is declared all the same, so that a program can read each as it comes.
        """
        value = place.value if isinstance(place.value, dict) else {}
        for keyword in ("itemSchema", "schema"):
            if keyword in value:
                self._schemas.type_of(Place(pointer=join(place.pointer, keyword), value=value[keyword]), words)
        message = f"a body of {quoted(media_type)} holds events; it is given as text, and the type of an event is declared"
        self._issues.noted("event-stream", place.pointer, message)
        return Content(media_type=media_type, encoding=Encoding.TEXT, type=Scalar(kind=ScalarKind.STRING))

    def content(self, media_type: str, body: Type, pointer: str, examples: tuple[Example, ...]) -> Content:
        """One way to write a body, its encoding agreeing with its type."""
        encoding = encoding_of(media_type)
        if encoding is Encoding.LINES:
            listed = self._listed(body)
            if listed is not None:
                return Content(media_type=media_type, encoding=encoding, type=listed, examples=examples)
            self._issues.noted(
                "line-delimited", pointer, f"nothing says what the lines of {quoted(media_type)} hold; they are given as text"
            )
            encoding = Encoding.TEXT
        if encoding in (Encoding.TEXT, Encoding.BINARY):
            single = body.inner if isinstance(body, Nullable) else body
            if isinstance(single, Reference | ListOf | MapOf | TupleOf) and media_type.startswith(_PLAIN):
                self._issues.repaired("structure-in-text", pointer, f"a body of {quoted(media_type)} has structure; it is read as JSON")
                encoding = Encoding.JSON
            elif isinstance(single, Scalar) and encoding is Encoding.TEXT:
                body = Scalar(kind=ScalarKind.STRING, format=single.format, limits=single.limits)
            else:
                body = Scalar(kind=ScalarKind.STRING if encoding is Encoding.TEXT else ScalarKind.BINARY)
        return Content(media_type=media_type, encoding=encoding, type=body, examples=examples)

    def _listed(self, body: Type) -> Type | None:
        """The type of all lines by what stands under ``schema`` (``sdkgen/api/lines.py``); ``None`` where that says nothing of a line."""
        single = body.inner if isinstance(body, Nullable) else body
        behind = self._schemas.behind(single)
        if isinstance(behind, Scalar) and behind.kind in _WHOLE:
            return None
        return single if isinstance(behind, ListOf) else ListOf(items=body)

    def examples(self, place: Place) -> tuple[Example, ...]:
        """The values in a place's ``example`` and ``examples``."""
        value = place.value if isinstance(place.value, dict) else {}
        found: list[Example] = []
        if "example" in value:
            found.append(Example(pointer=join(place.pointer, "example"), value=dumps_exact(value["example"])))
        several = value.get("examples")
        if isinstance(several, dict):
            for name, entry in several.items():
                found += self._named_example(Place(pointer=join(place.pointer, "examples", name), value=entry))
        return tuple(found)

    def _named_example(self, place: Place) -> list[Example]:
        followed = self._resolver.follow(place)
        if followed is None:
            return []
        value: JsonValue = followed.value
        if isinstance(value, dict) and "value" in value:
            return [Example(pointer=join(followed.pointer, "value"), value=dumps_exact(value["value"]))]
        if isinstance(value, dict) and "externalValue" in value:
            self._issues.noted("external-example", followed.pointer, "an example that stands elsewhere is not fetched")
            return []
        self._issues.repaired("bare-example", followed.pointer, "an example stands without its “value”; it is read as the value itself")
        return [Example(pointer=followed.pointer, value=dumps_exact(value))]


def own_examples(schema: Place, body: Type) -> tuple[Example, ...]:
    """What a schema's own examples are, where its type has no name to keep them under."""
    single = body.inner if isinstance(body, Nullable) else body
    if isinstance(single, Reference) or not isinstance(schema.value, dict):
        return ()
    return examples_of(schema.value, schema.pointer)
