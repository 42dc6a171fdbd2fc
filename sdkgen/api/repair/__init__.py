"""Repairs of a description as a document: what official ones get wrong around their schemas, made before anything is read.

A repair is made in the document itself, by the very changes that its overlay lines make, so that what is read and what is counted is
the same, and so that an exchange that takes over the lines gets the same SDK. Only what has one plain meaning is repaired.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sdkgen.api.repair.document import repair_document
from sdkgen.api.repair.misplaced import repair_misplaced
from sdkgen.api.repair.operation import repair_operations
from sdkgen.api.repair.schema import repair_schemas

if TYPE_CHECKING:
    from sdkgen.api.issues import IssueLog


def repair(issues: IssueLog, *, swagger: bool, siblings: bool) -> None:
    """Repair ``issues.root``; each repair is an issue with its overlay lines.

    Args:
        issues: takes what was repaired, and holds the description.
        swagger: whether it is Swagger 2.0.
        siblings: whether it is OpenAPI 3.1 or later, whose schemas are JSON Schema's.
    """
    repair_document(issues, swagger=swagger)
    repair_misplaced(issues, swagger=swagger)
    repair_operations(issues, swagger=swagger)
    repair_schemas(issues, swagger=swagger, siblings=siblings)
