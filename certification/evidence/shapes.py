"""Whether what an exchange says in stories has the shape that its descriptions give it: answers by status, messages of streams.

The tester's own calls seldom make an order that trades. Stories do, so their answers show what it never sees.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from certification.evidence.message_shapes import MessageShapes
from certification.evidence.sdk.described import answer_schema
from certification.evidence.sdk.schema import Schemas
from sdkgen.api.json_text import JsonTextError, loads_exact

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sdkgen.api.json_text import JsonValue
    from sdkgen.api.model import Operation, Response

_MOST_BYTES = 200_000
"""Of an answer that is held against its schema."""
_JSON = "json"


class Shapes:
    """The schemas of one exchange's REST description, and of its AsyncAPI description where there is one."""

    def __init__(self, root: dict[str, JsonValue], streams: dict[str, JsonValue] | None = None) -> None:
        """Take the (overlaid) documents."""
        self._root = root
        self._schemas = Schemas(root)
        self._pointers: dict[tuple[str, str], str | None] = {}
        self._messages = MessageShapes(streams) if streams is not None else None

    def answer_flaw(self, operation: Operation, status: int, headers: Mapping[str, str], content: bytes) -> str | None:
        """What is not as described in an answer: empty where all is, ``None`` where nothing is described. Tells no value of the answer.

        Args:
            operation: what was called.
            status: of the answer.
            headers: of the answer, by names in lower case.
            content: its body.
        """
        response = _described(operation, status)
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

    def message_flaw(self, document: JsonValue, when: Mapping[str, str], channels: Collection[str] = ()) -> str | None:
        """What is not as described in a message of a stream that the profile tells by ``when``: see ``MessageShapes.flaw``."""
        return self._messages.flaw(document, when, channels) if self._messages is not None else None


def _described(operation: Operation, status: int) -> Response | None:
    """What the description says of a status: by itself, by its class, or by default."""
    by_status = {response.status.lower(): response for response in operation.responses}
    return by_status.get(str(status)) or by_status.get(f"{status // 100}xx") or by_status.get("default")
