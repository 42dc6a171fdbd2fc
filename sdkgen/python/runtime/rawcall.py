"""A call that no description knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .draft import Draft
from .errors import ArgumentError
from .http1 import place_of
from .jsontext import write
from .kinds import is_object
from .wire import query_pairs, safe_header

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .jsontext import JsonValue
    from .settings import Settings


class RawCall(NamedTuple):
    """A call that no description knows."""

    method: str
    path: str
    query: tuple[tuple[str, JsonValue], ...]
    body: JsonValue
    headers: Mapping[str, str]


def raw_draft(settings: Settings, call: RawCall) -> Callable[[], Draft]:
    """What makes the request, again for each attempt.

    Raises:
        ArgumentError: method or path can't stand in a request.
    """
    method, path = call.method, call.path
    if not (method.isascii() and method.isalpha()) or not path.startswith("/") or not path.isascii() or any(each in path for each in "?# "):
        message = "request: give a method such as GET, and a path that begins with / and is percent-encoded, without its query"
        raise ArgumentError(message)
    origin = place_of(settings.base_url)
    further = {name: safe_header(name, value) for name, value in call.headers.items()}

    def draft() -> Draft:
        made = Draft(method.upper(), origin.authority, origin.path + path)
        made.headers = {"Accept": "application/json", **settings.headers, **further}
        made.query = [pair for name, value in call.query for pair in query_pairs(name, value, "form", explode=True, json=False)]
        if call.body is not None:
            made.encoding = "json"
            made.headers["Content-Type"] = "application/json"
            if is_object(call.body):
                made.members = dict(call.body)
            else:
                made.body = write(call.body).encode()
        return made

    return draft
