from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from certification.checks import trading
from certification.evidence.record import Evidence, SdkEvidence, Trial
from certification.model import Answer, Outcome
from sdkgen.language import Language

Check = Callable[[Evidence], Iterable[Answer]]

CHECKS = [
    pytest.param(trading.orders_placed_through_the_sdk_are_whole, "orders", id="orders"),
    pytest.param(trading.rate_limits_are_honoured_by_the_sdk, "limits", id="limits"),
    pytest.param(trading.streams_survive_in_the_sdk, "streams", id="streams"),
]


def evidence(*trials: Trial) -> Evidence:
    sdk = SdkEvidence(language=Language.GO, package=None, operations=1, types=1, fields=1, trials=trials, reproduce="certify run x")
    return Evidence(sdks=(sdk,))


@pytest.mark.parametrize(("check", "theme"), CHECKS)
def test_trials_that_went_well_pass(check: Check, theme: str) -> None:
    (answer,) = check(evidence(Trial(id=f"{theme}.a", held=True, told="fine")))
    assert (answer.subject, answer.outcome) == ("go", Outcome.PASSED)


@pytest.mark.parametrize(("check", "theme"), CHECKS)
def test_one_trial_that_went_wrong_fails_and_is_told(check: Check, theme: str) -> None:
    (answer,) = check(evidence(Trial(id=f"{theme}.a", held=True, told="fine"), Trial(id=f"{theme}.b", held=False, told="two orders")))
    assert answer.outcome is Outcome.FAILED
    assert answer.evidence == (f"{theme}.b: two orders",)
    assert answer.reproduce == "certify run x"


@pytest.mark.parametrize(("check", "theme"), CHECKS)
def test_trials_of_another_theme_show_nothing(check: Check, theme: str) -> None:
    (answer,) = check(evidence(Trial(id=f"{theme}ish.a", held=True, told="fine")))
    assert answer.outcome is Outcome.NOT_OBSERVED


@pytest.mark.parametrize(("check", "theme"), CHECKS)
def test_without_an_sdk_nothing_is_observed(check: Check, theme: str) -> None:
    (answer,) = check(Evidence())
    assert answer.outcome is Outcome.NOT_OBSERVED
