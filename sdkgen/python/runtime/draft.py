"""A request that is being put together, and the credentials that it will be signed with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .errors import ConfigurationError
from .jsontext import parse, write
from .kinds import is_object
from .wire import percent_encoded, safe_header

if TYPE_CHECKING:
    from .jsontext import JsonValue
    from .recipe import Placement

_FORM: Final = "application/x-www-form-urlencoded"


class Credentials:
    """What proves who calls. Shows nothing."""

    __slots__ = ("key", "passphrase", "secret")

    def __init__(self, key: str | None, secret: str | None, passphrase: str | None) -> None:
        """Take what there is."""
        self.key = key
        self.secret = secret
        self.passphrase = passphrase

    def secrets(self) -> tuple[str | None, ...]:
        """What no error may show."""
        return self.secret, self.passphrase, self.key

    def __repr__(self) -> str:
        return "Credentials(...)"

    def __reduce__(self) -> str:
        message = "credentials are not pickled"
        raise TypeError(message)


class Draft:
    """A request that is being put together."""

    __slots__ = ("body", "encoding", "form", "headers", "host", "members", "method", "path", "query")

    def __init__(self, method: str, host: str, path: str) -> None:
        """Begin with what never changes."""
        self.method = method
        self.host = host
        self.path = path
        self.query: list[str] = []
        self.headers: dict[str, str] = {}
        self.encoding = ""
        """How the body travels, or would: json, form, multipart, text, binary."""
        self.members: dict[str, JsonValue] | None = None
        """The fields of a JSON body that is an object."""
        self.form: list[str] | None = None
        """The pairs of a form."""
        self.body: bytes | None = None
        """Any other body."""

    def query_text(self) -> str:
        """The query as on the wire."""
        return "&".join(self.query)

    def content(self) -> bytes:
        """The body as on the wire."""
        if self.members is not None:
            return write(self.members).encode()
        if self.form is not None:
            return "&".join(self.form).encode()
        return self.body or b""

    def has_body(self) -> bool:
        """Whether there is a body, even an empty one."""
        return self.members is not None or self.form is not None or self.body is not None

    def place(self, placement: Placement, text: str) -> None:
        """Put a value into its place, instead of what may have that name there."""
        text = placement.prefix + text
        if placement.carrier == "header":
            self._drop_header(placement.name)
            self.headers[placement.name] = safe_header(placement.name, text)
        elif placement.carrier == "query":
            self.query.append(_pair(self.query, placement.name, text))
        elif self.form is not None or (not self.has_body() and self.encoding == "form"):
            if self.form is None:
                self.form = []
                self.headers["Content-Type"] = _FORM
            self.form.append(_pair(self.form, placement.name, text))
        else:
            self._place_member(placement, text)

    def clear(self, placement: Placement) -> None:
        """Take off what a caller may have put in a place."""
        if placement.carrier == "header":
            self._drop_header(placement.name)
        elif placement.carrier == "query":
            _pair(self.query, placement.name, "")
        elif self.form is not None:
            _pair(self.form, placement.name, "")
        elif (taking := self._taking(placement)) is not None:
            taking.pop(placement.name, None)

    def _drop_header(self, name: str) -> None:
        for known in [each for each in self.headers if each.lower() == name.lower()]:
            del self.headers[known]

    def _place_member(self, placement: Placement, text: str) -> None:
        if not self.has_body():
            self.members = {}
            self.headers["Content-Type"] = "application/json"
        if self.members is not None and placement.within:
            self.members.setdefault(placement.within, {})
        taking = self._taking(placement)
        if taking is not None:
            taking.pop(placement.name, None)
            taking[placement.name] = _number(placement.name, text) if placement.number else text

    def _taking(self, placement: Placement) -> dict[str, JsonValue] | None:
        """The object of the JSON body that has the placement's name; ``None`` where there is none."""
        if self.members is None or not placement.within:
            return self.members
        found = self.members.get(placement.within)
        if not is_object(found):
            return None
        # The caller's own object stays as it is.
        taking = self.members[placement.within] = dict(found)
        return taking


def _pair(pairs: list[str], name: str, text: str) -> str:
    key = percent_encoded(name) + "="
    pairs[:] = [pair for pair in pairs if not pair.startswith(key)]
    return key + percent_encoded(text)


def _number(name: str, text: str) -> JsonValue:
    try:
        return parse(text)
    except ValueError:
        message = f"{name} travels as a number, and the client was given something else for it"
        raise ConfigurationError(message) from None
