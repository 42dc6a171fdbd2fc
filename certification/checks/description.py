"""Can the description be built on: is it whole, is it sound, and did we read all of it?"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from certification.checks.catalogue import check
from certification.evidence.record import DescriptionIssue, Evidence
from certification.model import Answer, Outcome, Place
from sdkgen.api.model import IssueKind

_REFERENCE_RULES = frozenset(("dangling-reference", "cyclic-reference", "remote-reference"))
_EXAMPLE_RULES = frozenset(("example-does-not-fit", "default-does-not-fit"))


def _unread() -> Answer:
    return Answer(subject="api", outcome=Outcome.NOT_OBSERVED, summary="no description was read")


def _per_issue(evidence: Evidence, concerns: Callable[[DescriptionIssue], bool], when_none: str) -> Iterator[Answer]:
    """One failed answer for each flaw that concerns the question; one that passed where there is none."""
    if evidence.description is None:
        yield _unread()
        return
    found = [issue for issue in evidence.description.issues if concerns(issue)]
    for issue in found:
        place = issue.pointer or "the description"
        yield Answer(
            subject=issue.pointer or "api",
            outcome=Outcome.FAILED,
            summary=issue.message,
            evidence=(f"{issue.rule} at {place}" + (f", line {issue.line}" if issue.line is not None else ""), *_mend(issue)),
            reproduce=evidence.description.reproduce,
            place=Place(pointer=issue.pointer, line=issue.line),
        )
    if not found:
        yield Answer(subject="api", outcome=Outcome.PASSED, summary=when_none, reproduce=evidence.description.reproduce)


def _mend(issue: DescriptionIssue) -> tuple[str, ...]:
    return (f"an overlay's actions would mend it:\n{issue.mend}",) if issue.mend is not None else ()


def _counted(subject: str, what: str, declared: int, read: int) -> Answer:
    outcome = Outcome.PASSED if read >= declared else Outcome.FAILED
    return Answer(subject=subject, outcome=outcome, summary=f"{read} of {declared} {what} were read")


@check(
    requirement="Every operation, channel and message of the description is in the model that SDKs are made from.",
    remediation="Mend the parts that other findings name as left out, or bundle a description that is spread over several files.",
)
def every_operation_is_read(evidence: Evidence) -> Iterator[Answer]:
    """As many operations come out of the loader as stand in the description, and as many channels and messages of its streams.

    The description is counted on its own, by other code than that which reads it, so that an operation can't vanish unseen.
    """
    seen = evidence.description
    if seen is None:
        yield _unread()
        return
    yield _counted("api", "operations", seen.operations_declared, seen.operations_read)
    if seen.channels_declared:
        yield _counted("streams", "channels", seen.channels_declared, seen.channels_read)
        yield _counted("messages", "messages", seen.messages_declared, seen.messages_read)


@check(
    requirement="Every property of every schema is a field of a type.",
    remediation="Mend the schemas that other findings name as left out.",
)
def every_field_is_read(evidence: Evidence) -> Iterator[Answer]:
    """As many fields come out of the loader as the description's schemas have properties, ``allOf`` and choices worked out.

    A field that an SDK does not know is a balance, a fee or a flag that a trader does not see. Properties that differ only in
    case, such as ``m`` and ``M``, are two.
    """
    seen = evidence.description
    yield _unread() if seen is None else _counted("api", "fields", seen.fields_declared, seen.fields_read)


@check(
    requirement="Every part of the description has one meaning: it conforms to the OpenAPI or AsyncAPI version that it names.",
    remediation="Rewrite the part that the finding names; an overlay of the profile can do so until the exchange has.",
)
def description_is_accepted(evidence: Evidence) -> Iterator[Answer]:
    """Nothing had to be left out of the model because nobody can tell what it means."""
    return _per_issue(evidence, lambda issue: issue.kind == IssueKind.REFUSED, "no part of the description was refused")


@check(
    requirement="The description says what it means (OpenAPI's own rules, and JSON Schema's).",
    remediation="Write it as the finding says it was read; other tools may read it otherwise.",
)
def description_needs_no_repair(evidence: Evidence) -> Iterator[Answer]:
    """Nothing in the description had to be read against its letter.

    Each repair was plain enough to be made, and stands here so that the exchange can mend it at the source: what one tool repairs
    another one drops.
    """
    return _per_issue(evidence, lambda issue: issue.kind == IssueKind.REPAIRED, "nothing had to be repaired")


@check(
    requirement="Every reference leads to a part of the same document (RFC 6901; OpenAPI 3.1, Reference Object).",
    remediation="Correct the reference, or bundle the documents that it leads to into one.",
)
def references_resolve(evidence: Evidence) -> Iterator[Answer]:
    """No ``$ref`` dangles, goes round in a circle, or leads out of the document.

    References to other hosts are never followed: a description must not make its reader send requests.
    """
    return _per_issue(evidence, lambda issue: issue.rule in _REFERENCE_RULES, "every reference resolves")


@check(
    requirement="Every example and default is an instance of its own schema (OpenAPI 3.1, Schema Object and Media Type Object).",
    remediation="Correct the example, or the schema if the example shows what the API really sends.",
)
def examples_agree_with_their_schemas(evidence: Evidence) -> Iterator[Answer]:
    """What the description shows is what the description says.

    Where they differ one of them is wrong, and an SDK made from the schema may not be able to read what the example shows.
    """
    return _per_issue(evidence, lambda issue: issue.rule in _EXAMPLE_RULES, "examples and defaults agree with their schemas")
