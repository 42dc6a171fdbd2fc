"""What may come back from an operation."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sdkgen.api.found import get, text_of
from sdkgen.api.issues import quoted
from sdkgen.api.json_text import dumps_exact
from sdkgen.api.model import Content, Example, Name, Response
from sdkgen.api.pointer import join
from sdkgen.api.resolve import Place

if TYPE_CHECKING:
    from sdkgen.api.found import Defaults, Found, Readers
    from sdkgen.api.json_text import JsonValue
    from sdkgen.api.schema import Words

_STATUS = re.compile(r"[1-5][0-9][0-9]|[1-5]XX")


class Responses:
    """Reads the answers of one document's operations."""

    def __init__(self, readers: Readers, defaults: Defaults) -> None:
        self._read = readers
        self._defaults = defaults
        self._issues = readers.issues

    def read(self, one: Found, name: Name) -> tuple[Response, ...]:
        """What may come back, in the description's order."""
        pointer, written = join(one.place.pointer, "responses"), one.value.get("responses")
        if not isinstance(written, dict) or not written:
            self._issues.repaired("no-responses", one.place.pointer, "the operation describes no answer; any is accepted")
            return ()
        found: dict[str, Response] = {}
        succeeded = False
        for text, value in written.items():
            status = text.upper() if text.lower() != "default" else "default"
            if text.startswith("x-"):
                continue
            if status != "default" and not _STATUS.fullmatch(status):
                self._issues.refused("wrong-status", join(pointer, text), f"{quoted(text)} is no HTTP status; that answer is left out")
                continue
            place = self._read.resolver.follow(Place(pointer=join(pointer, text), value=value))
            if place is not None and status not in found:
                plain = status[0] == "2" and not succeeded
                succeeded = succeeded or plain
                words = (*name.words, "response") if plain else (*name.words, "response", status.lower())
                found[status] = self._response(one, status, place, words)
        return tuple(found.values())

    def _response(self, one: Found, status: str, place: Place, words: Words) -> Response:
        value = place.value if isinstance(place.value, dict) else {}
        headers = value.get("headers")
        if self._defaults.swagger:
            contents = self._swagger_contents(one, place, words)
        else:
            contents = self._read.contents.read(Place(pointer=join(place.pointer, "content"), value=value.get("content")), words)
        return Response(
            status=status,
            contents=contents,
            description=text_of(value.get("description")),
            headers=tuple(headers) if isinstance(headers, dict) else (),
        )

    def _swagger_contents(self, one: Found, place: Place, words: Words) -> tuple[Content, ...]:
        schema = get(place, "schema")
        if schema is None:
            return ()
        body = self._read.schemas.type_of(Place(pointer=join(place.pointer, "schema"), value=schema), words)
        media_types = one.media_types("produces", self._defaults.produces, self._read.contents) or ("application/json",)
        written = get(place, "examples")
        values = written if isinstance(written, dict) else {}
        return tuple(
            self._read.contents.content(media_type, body, place.pointer, _swagger_examples(media_type, values, place.pointer))
            for media_type in media_types
        )


def _swagger_examples(media_type: str, values: dict[str, JsonValue], pointer: str) -> tuple[Example, ...]:
    if media_type not in values:
        return ()
    return (Example(pointer=join(pointer, "examples", media_type), value=dumps_exact(values[media_type])),)
