"""Whether a third party's SDK can be trusted with a stream: a book that silently stands still is worse than none."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from certification.checks.catalogue import check
from certification.checks.per_sdk import Complaint, Findings, Silence, each_sdk
from certification.evidence.record import Evidence, Feed, SdkEvidence
from certification.model import Answer, Outcome

_UNHEARD = "no stream was heard through it: its adapter maps none, or the exchange's profile names no channel of a book"
_OURS = Silence(reason="made by OpenXAPI: its streams are tried on the sandbox", outcome=Outcome.NOT_APPLICABLE)


@check(
    requirement="A subscription that an SDK confirms to its caller reached the exchange.",
    remediation="Send the subscription once the connection is open, and tell the caller where that fails.",
)
def subscriptions_reach_the_exchange(evidence: Evidence) -> Iterator[Answer]:
    """The mock exchange heard a subscription to the channel that was asked for, by the connection's address or by a message."""

    def complaints(feed: Feed) -> Iterator[str]:
        if feed.failed:
            yield f"the subscription ended in {feed.failed}"
        elif not feed.subscriptions:
            yield f"the SDK says that it subscribed, and over {feed.connections} connections the exchange heard no subscription"

    return _asked(evidence, complaints, lambda _: "the subscription reached the exchange", seen=lambda _: True)


@check(
    requirement="Every message of a stream reaches the caller once, in order and unchanged.",
    remediation="Compare the message with what the caller got; look for numbers read into floats and for queues that drop.",
)
def messages_reach_the_caller(evidence: Evidence) -> Iterator[Answer]:
    """Changes of a book, among them amounts with many digits, a message in two frames and many at once, are what the caller holds."""

    def passed(feed: Feed) -> str:
        return f"{feed.sent + feed.sent_again} messages reached the caller unchanged"

    return _asked(evidence, lambda feed: (*feed.wrong, *feed.wrong_again), passed, seen=lambda feed: feed.sent > 0)


@check(
    requirement="A field of a message that the SDK does not know yet reaches the caller.",
    remediation="Keep what is unknown beside the fields that are typed.",
)
def fields_added_later_are_kept(evidence: Evidence) -> Iterator[Answer]:
    """Exchanges add fields to messages without asking: who needs one should not have to wait for the next version of the SDK."""
    return _asked(
        evidence, lambda feed: feed.lost_unknown, lambda _: "an unknown field reached the caller", seen=lambda feed: feed.sent > 0
    )


@check(
    requirement="A ping is answered with a pong of the same payload (RFC 6455, section 5.5.3).",
    remediation="Let the WebSocket library answer pings, or send back the ping's own payload.",
)
def pings_are_answered(evidence: Evidence) -> Iterator[Answer]:
    """Exchanges close connections whose pings stay unanswered."""

    def complaints(feed: Feed) -> Iterator[str]:
        if not feed.ponged:
            yield "a ping was not answered within 2 s with its own payload"

    return _asked(evidence, complaints, lambda _: "a ping was answered with its payload", seen=lambda feed: feed.pinged)


@check(
    requirement="A message that can't be read is no message to the caller, and does not silence the stream.",
    remediation="Catch what reading a message raises, tell the caller, and go on with the next one.",
)
def unreadable_messages_silence_no_stream(evidence: Evidence) -> Iterator[Answer]:
    """Half a JSON document comes between whole messages.

    The caller may be told of it, or the stream may end and say so; but it is not given out as a message, and what follows is not lost
    without a word.
    """

    def complaints(feed: Feed) -> Iterator[str]:
        if feed.damaged_given:
            yield f"half a JSON document is given to the caller as a message: {feed.damaged_given[0]}"
        if feed.wrong_around and not feed.damaged_told:
            yield f"after a message that can't be read {feed.wrong_around[-1]}, and the caller is told nothing"

    def passed(feed: Feed) -> str:
        return "the caller was told" if feed.damaged_told else "it was passed over, and the stream went on"

    return _asked(evidence, complaints, passed, seen=lambda feed: feed.sent_around > 0)


@check(
    requirement="A stream whose connection breaks comes back, subscribed, or the caller is told that it is over.",
    remediation="Subscribe again after each reconnect; where the SDK leaves that to its user, call back when the connection is lost.",
)
def broken_streams_are_never_silent(evidence: Evidence) -> Iterator[Answer]:
    """The connection ends without a goodbye, as connections do. A caller who hears nothing takes an old price for today's."""

    def complaints(feed: Feed) -> Iterator[str]:
        if feed.subscriptions > 1 or feed.end_told:
            return
        came = "it connected again without subscribing" if feed.connections > 1 else "it did not connect again"
        yield f"the connection broke: {came}, and the caller is told nothing"

    def passed(feed: Feed) -> str:
        return "it came back" if feed.subscriptions > 1 else "the caller was told that it is over"

    return _asked(evidence, complaints, passed, seen=lambda feed: feed.sent > 0)


@check(
    requirement="A stream whose connection breaks comes back by itself within 15 s.",
    remediation="Connect again with growing pauses, subscribe again, and tell the caller that something may be missing.",
)
def broken_streams_come_back(evidence: Evidence) -> Iterator[Answer]:
    """What every user of an SDK has to write for himself is written wrong by most of them."""

    def complaints(feed: Feed) -> Iterator[str]:
        if feed.subscriptions <= 1:
            yield "the connection broke, and the SDK did not come back with its subscription"

    def passed(feed: Feed) -> str:
        return "it came back, and told the caller" if feed.told_again else "it came back"

    return _asked(evidence, complaints, passed, seen=lambda feed: feed.sent > 0)


def _asked(
    evidence: Evidence,
    complaints: Callable[[Feed], Iterator[str] | tuple[str, ...]],
    passed: Callable[[Feed], str],
    *,
    seen: Callable[[Feed], bool],
) -> Iterator[Answer]:
    def question(sdk: SdkEvidence) -> Findings | Silence | None:
        feed = sdk.feed
        if sdk.third_party is None:
            return _OURS
        if feed is None:
            return None
        if feed.refused or not seen(feed):
            return Silence(reason=feed.refused or "nothing of the stream was seen")
        found = tuple(Complaint(about=feed.channel, sentence=each) for each in complaints(feed))
        return Findings(passed=passed(feed), complaints=found)

    return each_sdk(evidence, question, unobserved=_UNHEARD)
