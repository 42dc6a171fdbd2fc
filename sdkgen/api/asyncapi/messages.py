"""Messages: their names, payloads, and what tells them apart."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sdkgen.api.asyncapi.normal import is_json_schema
from sdkgen.api.asyncapi.raw import RawMessage, Source, text
from sdkgen.api.content import own_examples
from sdkgen.api.issues import quoted
from sdkgen.api.json_text import dumps_exact
from sdkgen.api.mend import Put
from sdkgen.api.model import Example, Message, Name, Pointer, Scalar, ScalarKind, Type
from sdkgen.api.name import Scope, words_of
from sdkgen.api.pointer import join, split
from sdkgen.api.resolve import Place, Resolver

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sdkgen.api.schema import Schemas, Words

_TELL_NOTHING = frozenset(("message", "messages", "payload", "publish", "subscribe", "msg"))
_PAYLOAD_WORDS = ("message", "payload")
_BODY = "$message.payload#/"


def payload_place(message: Place, source: Source) -> Place | None:
    """The schema of a message's payload; ``None`` where it has none that is JSON Schema.

    AsyncAPI 2 writes the schema's format beside it, AsyncAPI 3 around it.
    """
    payload, written = source.part(message, "payload"), source.part(message, "schemaFormat").value
    around = source.part(payload, "schemaFormat").value
    if around is not None and source.part(payload, "schema").value is not None:
        payload, written = source.part(payload, "schema"), around
    return payload if payload.value is not None and is_json_schema(written, payload.pointer, source.issues) else None


class Messages:
    """Reads the messages of one document."""

    def __init__(self, schemas: Schemas, source: Source) -> None:
        self._schemas = schemas
        self._source = source
        self._issues = source.issues
        default = source.root.get("defaultContentType")
        self._media_type = default if isinstance(default, str) and default else "application/json"

    def all(self, found: Mapping[Pointer, RawMessage]) -> dict[Pointer, Message]:
        """Every message by its place; marks are not known before all types are."""
        names = self._names(list(found.values()))
        return {pointer: self._message(raw, names[pointer]) for pointer, raw in found.items()}

    @staticmethod
    def _names(messages: list[RawMessage]) -> dict[Pointer, Name]:
        """Components first, in the order that a description may change without renaming any; then the others, by their own words."""
        scope = Scope("message")
        components = [raw for raw in messages if raw.component]
        taken = scope.take_all([raw.key for raw in components])
        names = {raw.place.pointer: name for raw, name in zip(components, taken, strict=True)}
        payloads = Counter(_payload_name(raw) for raw in messages)
        for raw in messages:
            if not raw.component:
                names[raw.place.pointer] = scope.take(*_candidates(raw, alone=payloads[_payload_name(raw)] == 1))
        return names

    def _message(self, raw: RawMessage, name: Name) -> Message:
        place, value = raw.place, raw.place.value if isinstance(raw.place.value, dict) else {}
        payload = payload_place(place, self._source)
        words = name.words if name.words[-1] in _PAYLOAD_WORDS else (*name.words, "message")
        body: Type = Scalar(kind=ScalarKind.ANY) if payload is None else self._schemas.type_of(payload, words)
        if payload is None and "payload" not in value:
            self._issues.noted("message-without-payload", place.pointer, "the message says nothing of its payload; any is accepted")
        if value.get("headers") is not None:
            self._issues.noted("message-headers", join(place.pointer, "headers"), "a WebSocket message has no headers; they are left out")
        media_type = value.get("contentType")
        return Message(
            name=name,
            pointer=place.pointer,
            type=body,
            media_type=media_type if isinstance(media_type, str) and media_type else self._media_type,
            correlation=self._correlation(place),
            description=text(value.get("description")).strip() or text(value.get("summary")).strip() or text(value.get("title")).strip(),
            deprecated=value.get("deprecated") is True or value.get("x-deprecated") is True,
            examples=(*self._examples(place), *(() if payload is None else own_examples(payload, body))),
        )

    def _correlation(self, place: Place) -> tuple[str, ...] | None:
        written = self._source.part(place, "correlationId")
        if written.value is None:
            return None
        found = self._source.resolver.follow(written)
        location = self._source.part(found, "location").value if found is not None else None
        if isinstance(location, str) and location.startswith(_BODY):
            return split(location.removeprefix(_BODY[:-1]))
        self._issues.noted(
            "correlation-elsewhere", written.pointer, f"a correlation id at {quoted(location)} is not in the payload; unused"
        )
        return None

    def _examples(self, place: Place) -> Iterable[Example]:
        written = self._source.part(place, "examples")
        for item in self._source.items(written):
            value = item.value
            if isinstance(value, dict) and ("payload" in value or "headers" in value):
                if "payload" in value:
                    yield Example(pointer=join(item.pointer, "payload"), value=dumps_exact(value["payload"]))
            else:
                told = "an example stands without its “payload”; it is read as the payload itself"
                self._issues.repaired("bare-example", item.pointer, told, Put(pointer=item.pointer, value={"payload": value}))
                yield Example(pointer=item.pointer, value=dumps_exact(value))


def _payload_name(raw: RawMessage) -> str:
    """What the schema that a message's payload refers to is called; empty where it refers to none."""
    value = raw.place.value if isinstance(raw.place.value, dict) else {}
    return (Resolver.reference(value.get("payload")) or "").rpartition("/")[2]


def _candidates(raw: RawMessage, *, alone: bool) -> tuple[Words, ...]:
    """What a message that stands in its channel may be called: by its own words, else with its channel's before them.

    ``alone``: whether no other message has the same payload, so that the payload's name tells as much.
    """
    value = raw.place.value if isinstance(raw.place.value, dict) else {}
    own = [words_of(text(value.get(key))) for key in ("messageId", "name")]
    own += [words_of(raw.key), words_of(text(value.get("title"))), words_of(_payload_name(raw)) if alone else ()]
    channel = words_of(raw.channel)
    telling = [words for words in own if words and not all(word in _TELL_NOTHING or word.isdigit() for word in words)]
    first = telling[0] if telling else ()
    around = (*channel, *(first or (own[2] or ("message",))))
    return (first, around) if first else (around,)
