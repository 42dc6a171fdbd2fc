from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest

from certification.checks import manners, values
from certification.evidence.record import Evidence, RoundTripLoss, RoundTrips, SdkEvidence, Trial
from certification.model import Answer, Outcome
from sdkgen.language import Language

SDK = SdkEvidence(language=Language.GO, package=None, operations=1, types=1, fields=1, reproduce="certify run x")
TRIPS = RoundTrips(documented=0, generated=1, precision=1, losses=())
THEMES = {
    manners.only_what_is_safe_is_repeated: "retries",
    manners.pages_are_read_to_their_end: "pages",
    manners.budgets_are_kept: "limits",
    manners.clocks_are_corrected: "clock",
    manners.refusals_keep_their_words: "refusals",
    manners.answers_are_read_however_they_travel: "answers",
    manners.undescribed_requests_are_sent_as_given: "raw",
}


@pytest.mark.parametrize(("check", "theme"), THEMES.items(), ids=THEMES.values())
def test_a_talk_that_went_wrong_is_told(check: Callable[[Evidence], Iterable[Answer]], theme: str) -> None:
    def answer(*trials: Trial) -> Answer:
        (given,) = check(Evidence(sdks=(replace(SDK, manners=trials),)))
        return given

    good = Trial(id=f"{theme}.x", held=True, told="went well")
    assert answer(good).outcome is Outcome.PASSED
    assert answer(Trial(id="other.x", held=False, told="no")).outcome is Outcome.NOT_APPLICABLE
    wrong = answer(good, Trial(id=f"{theme}.y", held=False, told="requests: 2, not 1"))
    assert (wrong.outcome, wrong.subject, wrong.summary) == (Outcome.FAILED, f"go: {theme}.y", "requests: 2, not 1")
    assert wrong.reproduce == "certify run x"
    (unseen,) = check(Evidence(sdks=(SDK,)))
    assert unseen.outcome is Outcome.NOT_OBSERVED


def test_a_field_that_takes_anything_is_told() -> None:
    def answer(trips: RoundTrips | None) -> Answer:
        (given,) = values.other_kinds_are_refused(Evidence(sdks=(replace(SDK, round_trips=trips),)))
        return given

    assert answer(None).outcome is Outcome.NOT_OBSERVED
    assert answer(TRIPS).outcome is Outcome.NOT_OBSERVED
    assert answer(replace(TRIPS, misfits=3)).summary == "3 values of another kind were refused"
    loss = RoundTripLoss(
        type="Order", origin="x", probe="misfit", value="{}", returned=None, error="a list in place of $.price was accepted"
    )
    wrong = answer(replace(TRIPS, misfits=3, losses=(loss, replace(loss, probe="generated"))))
    assert (wrong.outcome, wrong.summary) == (Outcome.FAILED, "a list in place of $.price was accepted")
