"""Whether what an exchange says in stories has the shape that its descriptions give it: answers by status, messages of streams.

The tester's own calls seldom make an order that trades. Stories do, so their answers show what it never sees.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from certification.evidence.sdk.described import answer_schema
from certification.evidence.sdk.schema import Schemas
from sdkgen.api.json_text import JsonTextError, loads_exact

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sdkgen.api.json_text import JsonValue
    from sdkgen.api.model import Operation, Response

_MOST_BYTES = 200_000
"""Of an answer that is held against its schema."""
_JSON = "json"
_GATEWAYS = frozenset({502, 503, 504})
"""What stands before an exchange answers so in its place (RFC 9110, section 15.6): no word of the exchange."""
_BESIDE = frozenset({"examples", "headers", "schemas"})
"""Parts of a message, or beside them, in which ``payload`` names no schema: a value that shows one, or a member of something else."""


class Shapes:
    """The schemas of one exchange's REST description, and of its AsyncAPI description where there is one."""

    def __init__(self, root: dict[str, JsonValue], streams: dict[str, JsonValue] | None = None) -> None:
        """Take the (overlaid) documents."""
        self._root = root
        self._schemas = Schemas(root)
        self._pointers: dict[tuple[str, str], str | None] = {}
        self._streams = Schemas(streams) if streams is not None else None
        self._messages = _payloads(streams) if streams is not None else ()

    def answer_flaw(self, operation: Operation, status: int, headers: Mapping[str, str], content: bytes) -> str | None:
        """What is not as described in an answer: empty where all is, ``None`` where nothing is described. Tells no value of the answer.

        Args:
            operation: what was called.
            status: of the answer.
            headers: of the answer, by names in lower case.
            content: its body.
        """
        response = None if status in _GATEWAYS else _described(operation, status)
        if response is None or not response.contents or not content or len(content) > _MOST_BYTES:
            return None
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        wanted = [each.media_type.partition(";")[0].strip().lower() for each in response.contents]
        if kind and not any("*" in each for each in wanted) and kind not in wanted:
            return f"an answer of {status} is {kind}, where {' or '.join(wanted)} is described"
        if _JSON not in wanted[0] or (kind and kind != wanted[0]):
            return None
        try:
            document = loads_exact(content)
        except JsonTextError:
            return f"an answer of {status} is no JSON"
        key = (operation.id, response.status)
        if key not in self._pointers:
            self._pointers[key] = answer_schema(self._root, operation, response)
        pointer = self._pointers[key]
        flaw = self._schemas.flaw(pointer, document) if pointer is not None else None
        return f"an answer of {status}: {flaw}" if flaw else ""

    def message_flaw(self, document: JsonValue) -> str | None:
        """What is not as described in a message of a stream: empty where it is as a described one is, ``None`` where none is described."""
        if self._streams is None or not self._messages:
            return None
        flaws = {pointer: self._streams.flaw(pointer, document) for pointer in self._messages}
        if None in flaws.values():
            return ""
        # Of all messages that it is not, the one that it comes closest to.
        return flaws[min(flaws, key=partial(self._streams.breaks, value=document))]


def _described(operation: Operation, status: int) -> Response | None:
    """What the description says of a status: by itself, by its class, or by default."""
    by_status = {response.status.lower(): response for response in operation.responses}
    return by_status.get(str(status)) or by_status.get(f"{status // 100}xx") or by_status.get("default")


def _payloads(root: dict[str, JsonValue]) -> tuple[str, ...]:
    """Where the payloads of all messages stand, sent or received: exchanges write both views."""
    found: dict[str, None] = {}

    def walk(value: Any, pointer: str) -> None:
        if isinstance(value, list):
            for index, each in enumerate(value):
                walk(each, f"{pointer}/{index}")
        elif isinstance(value, dict):
            for name, each in value.items():
                inner = f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"
                if name == "payload" and isinstance(each, dict):
                    # AsyncAPI 3 may name the schema's format beside it (Multi Format Schema Object).
                    found[f"{inner}/schema" if {"schema", "schemaFormat"} <= each.keys() else inner] = None
                elif name not in _BESIDE:
                    walk(each, inner)

    for part in ("channels", "components"):
        walk(root.get(part), f"/{part}")
    return tuple(found)
