"""What reading a description showed, as evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certification.evidence.record import DescriptionEvidence, DescriptionIssue
from sdkgen.api.model import ObjectType

if TYPE_CHECKING:
    from sdkgen.api.model import Api


def describe(api: Api, *, reproduce: str = "") -> DescriptionEvidence:
    """Count what was declared against what was read, and list the flaws with their places.

    ``reproduce`` is the command that does the same.
    """
    return DescriptionEvidence(
        operations_declared=api.declared_operations,
        operations_read=len(api.operations),
        fields_declared=api.declared_fields,
        fields_read=sum(len(declared.fields) for declared in api.types if isinstance(declared, ObjectType)),
        issues=tuple(
            DescriptionIssue(
                kind=issue.kind.value,
                rule=issue.rule,
                pointer=f"streams#{issue.pointer}" if issue.in_streams else issue.pointer,
                line=issue.line,
                message=issue.message,
                mend=issue.mend,
            )
            for issue in api.issues
        ),
        channels_declared=api.declared_channels,
        channels_read=len(api.channels),
        messages_declared=api.declared_messages,
        messages_read=len(api.messages),
        reproduce=reproduce,
    )
