"""Accepted calls that place, amend or cancel orders, written down where the tool runs, so that what rests can be taken back afterwards.

Loaded by ``hooks``. The file stays in the job's folder, which nobody keeps.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from schemathesis.core.transport import Response
    from schemathesis.generation.case import Case

PLACED = "placed.ndjson"
"""In the job's folder: one document a line with ``label``, ``actor``, ``given`` (path, query and body), ``status`` and ``answer``."""
_MOST = 20_000
"""Of an answer's bytes: more than any exchange says of one order."""
_ACCEPTED = range(200, 300)


class Placed:
    """Writes them down, one by one, so that a test that is ended midway leaves all that it knew."""

    def __init__(self, labels: tuple[str, ...] = ()) -> None:
        """Know which operations place, amend and cancel, by what the tool calls them."""
        self._labels = frozenset(labels)

    def note(self, case: Case[Any], response: Response) -> None:
        """Take one answer in."""
        if case.operation.label not in self._labels or response.status_code not in _ACCEPTED or len(response.content) > _MOST:
            return
        told = {
            "label": case.operation.label,
            "actor": case.auth_identity or "first",
            "given": {"path": case.path_parameters, "query": case.query, "body": case.body},
            "status": response.status_code,
            "answer": response.content.decode(errors="replace"),
        }
        with Path(PLACED).open("a", encoding="utf-8") as file:
            file.write(json.dumps(told, default=lambda _: None) + "\n")
