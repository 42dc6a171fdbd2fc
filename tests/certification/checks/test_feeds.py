"""What hearing a stream through a third party's SDK says of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from certification.checks import feeds
from certification.checks.catalogue import catalogue
from certification.evidence.record import Evidence, Feed, SdkEvidence, ThirdParty
from certification.model import Outcome
from sdkgen.language import Language

PASSED, FAILED, UNSEEN = Outcome.PASSED, Outcome.FAILED, Outcome.NOT_OBSERVED
GOOD = Feed(
    channel="depth",
    arguments=(("symbol", "BTC"),),
    connections=2,
    subscriptions=2,
    sent=24,
    sent_again=5,
    sent_around=3,
    damaged_told=True,
    pinged=True,
    ponged=True,
    told_again=True,
)
LOST = replace(GOOD, subscriptions=1, sent_again=0, told_again=False)
UNHEARD = replace(GOOD, subscriptions=0, connections=1, sent=0, sent_again=0, sent_around=0, pinged=False, ponged=False)
THIRD = ThirdParty(adapter="theirs", adapter_digest="0", language="rust", ecosystem="image", package="p", version="1", digest="")


def sdk(feed: Feed | None) -> SdkEvidence:
    return SdkEvidence(
        language=None, package=None, operations=1, types=0, fields=0, third_party=THIRD, feed=feed, reproduce="certify run x"
    )


CASES = (
    ("subscriptions_reach_the_exchange", GOOD, PASSED, "the subscription reached the exchange"),
    ("subscriptions_reach_the_exchange", replace(UNHEARD, failed="raised transport: no"), FAILED, "ended in raised transport: no"),
    ("subscriptions_reach_the_exchange", UNHEARD, FAILED, "over 1 connections the exchange heard no subscription"),
    ("subscriptions_reach_the_exchange", replace(UNHEARD, refused="refused: books only"), UNSEEN, "refused: books only"),
    ("messages_reach_the_caller", GOOD, PASSED, "29 messages reached the caller unchanged"),
    ("messages_reach_the_caller", replace(GOOD, wrong=("message 4 of 24 (parts) did not come",)), FAILED, "(parts) did not come"),
    ("messages_reach_the_caller", replace(GOOD, wrong_again=("messages came in another order",)), FAILED, "another order"),
    ("messages_reach_the_caller", UNHEARD, UNSEEN, "nothing of the stream was seen"),
    ("fields_added_later_are_kept", GOOD, PASSED, "an unknown field reached the caller"),
    ("fields_added_later_are_kept", replace(GOOD, lost_unknown=("message 3 changed",)), FAILED, "message 3 changed"),
    ("fields_added_later_are_kept", UNHEARD, UNSEEN, "nothing of the stream was seen"),
    ("pings_are_answered", GOOD, PASSED, "a ping was answered with its payload"),
    ("pings_are_answered", replace(GOOD, ponged=False), FAILED, "a ping was not answered within 2 s with its own payload"),
    ("pings_are_answered", UNHEARD, UNSEEN, "nothing of the stream was seen"),
    ("unreadable_messages_silence_no_stream", GOOD, PASSED, "the caller was told"),
    ("unreadable_messages_silence_no_stream", replace(GOOD, damaged_told=False), PASSED, "it was passed over, and the stream went on"),
    ("unreadable_messages_silence_no_stream", replace(GOOD, wrong_around=("x",)), PASSED, "the caller was told"),
    (
        "unreadable_messages_silence_no_stream",
        replace(GOOD, wrong_around=("x",), damaged_told=False),
        FAILED,
        "and the caller is told nothing",
    ),
    ("unreadable_messages_silence_no_stream", replace(GOOD, damaged_given=('"{"',)), FAILED, 'given to the caller as a message: "{"'),
    ("unreadable_messages_silence_no_stream", UNHEARD, UNSEEN, "nothing of the stream was seen"),
    ("broken_streams_are_never_silent", GOOD, PASSED, "it came back"),
    ("broken_streams_are_never_silent", replace(LOST, end_told=True), PASSED, "the caller was told that it is over"),
    ("broken_streams_are_never_silent", LOST, FAILED, "it connected again without subscribing, and the caller is told nothing"),
    ("broken_streams_are_never_silent", replace(LOST, connections=1), FAILED, "it did not connect again, and the caller is told nothing"),
    ("broken_streams_are_never_silent", UNHEARD, UNSEEN, "nothing of the stream was seen"),
    ("broken_streams_come_back", GOOD, PASSED, "it came back, and told the caller"),
    ("broken_streams_come_back", replace(GOOD, told_again=False), PASSED, "it came back"),
    ("broken_streams_come_back", replace(LOST, end_told=True), FAILED, "the SDK did not come back with its subscription"),
    ("broken_streams_come_back", UNHEARD, UNSEEN, "nothing of the stream was seen"),
)


@pytest.mark.parametrize(("check", "feed", "outcome", "said"), CASES)
def test_each_question_is_answered_by_what_was_seen(check: str, feed: Feed, outcome: Outcome, said: str) -> None:
    (answer,) = getattr(feeds, check)(Evidence(sdks=(sdk(feed),)))
    assert answer.outcome is outcome
    assert answer.summary.endswith(said)
    assert answer.subject == ("theirs: depth" if outcome is FAILED else "theirs")


def test_every_question_is_asked_of_third_parties_alone() -> None:
    ours = SdkEvidence(language=Language.GO, package=None, operations=1, types=0, fields=0)
    checks = [each for each in catalogue() if each.id.startswith("feeds.")]
    assert {each.id.partition(".")[2] for each in checks} == {name for name, *_ in CASES}
    for each in checks:
        (answer, unheard) = each.answer(Evidence(sdks=(ours, sdk(None))))
        assert answer.outcome is Outcome.NOT_APPLICABLE
        assert unheard.outcome is UNSEEN
        assert unheard.summary.startswith("no stream was heard through it")
