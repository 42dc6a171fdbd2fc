"""How an SDK behaves when one request is not enough: repetitions, pages, budgets, clocks, refusals, and how answers travel."""

from __future__ import annotations

from collections.abc import Iterator

from certification.checks.catalogue import check
from certification.checks.per_sdk import Complaint, Findings, Silence, each_sdk
from certification.evidence.record import Evidence, SdkEvidence
from certification.model import Answer, Outcome

_UNOBSERVED = "no talk was held with the mock exchange"


@check(
    requirement="What is safe to repeat is sent again, freshly signed, and not without end; what is not is sent once, and the error says "
    "whether it may have been carried out.",
    remediation="Repeat reads and orders with an id of their own only; sign each attempt anew; tell the caller of an unknown outcome.",
)
def only_what_is_safe_is_repeated(evidence: Evidence) -> Iterator[Answer]:
    """Reads meet a time-out, maintenance and no end of it; orders meet them with an id of their own and without; a ban silences the client.

    The hooks that a caller gave are told of each attempt.
    """
    return _asked(evidence, "retries", "no operation suits")


@check(
    requirement="An iterator over a list in pages gives every item once, asks for each page as the last one says, and comes to an end.",
    remediation="Pass the cursor on as it came; end where a page is empty or names no next one; let a failing page raise.",
)
def pages_are_read_to_their_end(evidence: Evidence) -> Iterator[Answer]:
    """Lists of three pages for each kind of paging that the exchange has, one that is refused midway, and one that turns in a circle."""
    return _asked(evidence, "pages", "the profile names no list in pages, or none whose pages can be made up")


@check(
    requirement="A client counts all calls that share a budget, believes the answers' headers, and sends nothing that has no room.",
    remediation="Count each call by its weight in every limit that counts it; take headers of used, remaining and reset over.",
)
def budgets_are_kept(evidence: Evidence) -> Iterator[Answer]:
    """Headers leave room for two calls, or the whole budget is used up; what comes then is held back, and told how long."""
    return _asked(evidence, "limits", "the profile names no limit that is told by headers or small enough to use up")


@check(
    requirement="The exchange's clock is gone by once it was asked for, and asked for again where a timestamp is refused.",
    remediation="Add what the exchange's clock is ahead to each timestamp; after a refusal for the clock, ask, and sign anew.",
)
def clocks_are_corrected(evidence: Evidence) -> Iterator[Answer]:
    """The exchange is a minute and a half ahead: asked for its time, and refusing ours."""
    return _asked(evidence, "clock", "the profile does not say how the exchange tells its time, or nothing is signed")


@check(
    requirement="The code, the words and the meaning of a refusal reach the caller.",
    remediation="Read code and message where the profile says they stand; map each code to what it means; keep unknown ones.",
)
def refusals_keep_their_words(evidence: Evidence) -> Iterator[Answer]:
    """A refusal for each meaning that the exchange's codes have, and one with a code that nobody knows."""
    return _asked(evidence, "refusals", "no operation suits")


@check(
    requirement="Answers are read in whatever way they travel, over connections that are used again, and no redirection is followed.",
    remediation="Read chunks and compressed answers; read every answer to its end, errors too; treat a redirection as an error.",
)
def answers_are_read_however_they_travel(evidence: Evidence) -> Iterator[Answer]:
    """The same answer in chunks and compressed; calls and errors one after the other on one connection; redirections elsewhere.

    A connection for each call costs the time in which prices move; a signed request that follows a redirection is somebody else's.
    """
    return _asked(evidence, "answers", "no operation suits")


@check(
    requirement="A request that no description knows is sent as it was given, signed, and answered with exact JSON.",
    remediation="Encode names and values of the query, keep every digit of the body, sign the bytes that go out.",
)
def undescribed_requests_are_sent_as_given(evidence: Evidence) -> Iterator[Answer]:
    """An awkward query and a body full of digits, signed and sent by hand."""
    return _asked(evidence, "raw", "no operation suits")


def _asked(evidence: Evidence, theme: str, absent: str) -> Iterator[Answer]:
    """One complaint for each talk of the theme that went wrong."""

    def question(sdk: SdkEvidence) -> Findings | Silence | None:
        if sdk.manners is None:
            return None
        talks = [trial for trial in sdk.manners if trial.id.startswith(f"{theme}.")]
        if not talks and sdk.third_party is not None:
            return None
        if not talks:
            return Silence(reason=absent, outcome=Outcome.NOT_APPLICABLE)
        wrong = tuple(Complaint(about=trial.id, sentence=trial.told) for trial in talks if not trial.held)
        return Findings(passed=f"{len(talks)} talks went well", complaints=wrong)

    return each_sdk(evidence, question, unobserved=_UNOBSERVED)
