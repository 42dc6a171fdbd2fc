"""What an operation takes in its body: OpenAPI 3's ``requestBody``, Swagger 2.0's bodies and forms among the parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sdkgen.api.found import text_of
from sdkgen.api.model import Body, Content, Encoding, Field, Name, ObjectType
from sdkgen.api.name import Scope
from sdkgen.api.pointer import join
from sdkgen.api.resolve import Place

if TYPE_CHECKING:
    from sdkgen.api.found import Defaults, Found, Readers
    from sdkgen.api.parameter import Raw
    from sdkgen.api.schema import Words


class Bodies:
    """Reads the bodies of one document's operations."""

    def __init__(self, readers: Readers, defaults: Defaults) -> None:
        self._read = readers
        self._defaults = defaults
        self._issues = readers.issues

    def read(self, one: Found, name: Name) -> Body | None:
        """What an operation takes in its body; ``None`` where it takes none."""
        if one.value.get("requestBody") is None:
            return None
        place = self._read.resolver.follow(Place(pointer=join(one.place.pointer, "requestBody"), value=one.value["requestBody"]))
        if place is None or not isinstance(place.value, dict):
            return None
        if one.method in ("GET", "HEAD"):
            self._issues.noted("body-of-get", place.pointer, f"a {one.method} request has a body, which servers may ignore")
        contents = self._read.contents.read(
            Place(pointer=join(place.pointer, "content"), value=place.value.get("content")), (*name.words, "request")
        )
        if not contents:
            self._issues.repaired("empty-body", place.pointer, "a body has no content; the operation is read as having none")
            return None
        return Body(contents=contents, required=place.value.get("required") is True, description=text_of(place.value.get("description")))

    def read_swagger(self, one: Found, raw: tuple[Raw, ...], name: Name) -> Body | None:
        """The same where bodies and forms stand among the parameters (Swagger 2.0)."""
        words = (*name.words, "request")
        whole = next((parameter for parameter in raw if parameter.location == "body"), None)
        media_types = one.media_types("consumes", self._defaults.consumes, self._read.contents)
        if whole is not None:
            schema = Place(pointer=join(whole.place.pointer, "schema"), value=whole.value.get("schema", {}))
            body = self._read.schemas.type_of(schema, words)
            contents = tuple(
                self._read.contents.content(media_type, body, whole.place.pointer, ())
                for media_type in media_types or ("application/json",)
            )
            return Body(
                contents=contents, required=whole.value.get("required") is True, description=text_of(whole.value.get("description"))
            )
        fields = [parameter for parameter in raw if parameter.location == "formData"]
        return self._form(one, fields, words, media_types) if fields else None

    def _form(self, one: Found, raw: list[Raw], words: Words, media_types: tuple[str, ...]) -> Body:
        own = self._read.schemas.take_name(words)
        names = Scope("field").take_all([parameter.wire_name for parameter in raw])
        fields = tuple(
            Field(
                wire_name=parameter.wire_name,
                name=name,
                type=self._read.schemas.type_of(
                    Place(pointer=parameter.place.pointer, value={**parameter.value, "required": []}), (*own.words, *name.words)
                ),
                required=parameter.value.get("required") is True,
                description=text_of(parameter.value.get("description")),
            )
            for parameter, name in zip(raw, names, strict=True)
        )
        reference = self._read.schemas.declare(ObjectType(name=own, pointer=join(one.place.pointer, "parameters"), fields=fields))
        files = any(parameter.value.get("type") == "file" for parameter in raw)
        fitting = [text for text in media_types if text.startswith("multipart/") or (not files and "form" in text)]
        media_type = fitting[0] if fitting else "multipart/form-data" if files else "application/x-www-form-urlencoded"
        encoding = Encoding.MULTIPART if media_type.startswith("multipart/") else Encoding.FORM
        return Body(
            contents=(Content(media_type=media_type, encoding=encoding, type=reference),), required=any(field.required for field in fields)
        )
