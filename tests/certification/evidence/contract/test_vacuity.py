from __future__ import annotations

from dataclasses import replace

import pytest

from certification.evidence.contract.events import Fold, Signed
from certification.evidence.contract.vacuity import vacuity
from certification.model import Hindrance
from sdkgen.api.model import Api


@pytest.mark.parametrize(
    ("statuses", "signed", "reason"),
    [
        pytest.param({}, (0, 0), "the sandbox answered no call", id="silence"),
        pytest.param({500: 9, 503: 1}, (0, 0), "the sandbox answered every call with a server error (500, 503)", id="5xx"),
        pytest.param({429: 9}, (0, 0), "the sandbox accepted no call and refused most with 429", id="429"),
        pytest.param({429: 9, 501: 2}, (0, 0), "the sandbox accepted no call and refused most with 429", id="429 but for methods"),
        pytest.param({429: 9, 200: 1}, (0, 0), "", id="429 and one success"),
        pytest.param({429: 4, 404: 5}, (0, 0), "", id="429 for less than half"),
        pytest.param({401: 9, 403: 2}, (9, 9), "the sandbox refused every call with 401, 403; look at the credentials", id="401"),
        pytest.param({200: 9, 401: 5}, (5, 5), "the sandbox refused our credentials", id="private-401"),
        pytest.param({200: 9, 401: 5}, (5, 4), "", id="one-accepted"),
        pytest.param({200: 9, 401: 5}, (5, 5, 5), "the sandbox refused every signed call for its time", id="clock"),
        pytest.param({401: 5}, (5, 5, 5), "the sandbox refused every signed call for its time", id="clock, and nothing public"),
        pytest.param({200: 9, 401: 5}, (5, 5, 4), "the sandbox refused our credentials", id="not only the clock"),
        pytest.param({200: 1, 500: 99}, (0, 0), "", id="one-success"),
        pytest.param({404: 9}, (0, 0), "", id="404"),
    ],
)
def test_a_test_that_proves_nothing_says_why(api: Api, statuses: dict[int, int], signed: tuple[int, ...], reason: str) -> None:
    folded = replace(
        Fold(api).result({}), statuses=tuple(statuses.items()), signed=Signed(calls=signed[0], refused=signed[1], clock=sum(signed[2:]))
    )
    obstacle = vacuity(folded)
    assert (obstacle.reason if obstacle else "").startswith(reason)
    assert (obstacle is not None) == bool(reason)


@pytest.mark.parametrize(
    ("statuses", "signed", "hindrance"),
    [
        ({500: 9}, (0, 0), Hindrance.ENVIRONMENT),
        ({429: 9}, (0, 0), Hindrance.THROTTLED),
        ({401: 9}, (9, 9), Hindrance.CREDENTIALS),
        ({200: 9, 401: 5}, (5, 5), Hindrance.CREDENTIALS),
        ({200: 9, 401: 5}, (5, 5, 5), Hindrance.CLOCK),
    ],
)
def test_what_kind_of_hindrance_it_is_is_told_apart(
    api: Api, statuses: dict[int, int], signed: tuple[int, ...], hindrance: Hindrance
) -> None:
    told = Signed(calls=signed[0], refused=signed[1], clock=sum(signed[2:]))
    obstacle = vacuity(replace(Fold(api).result({}), statuses=tuple(statuses.items()), signed=told))
    assert obstacle is not None
    assert obstacle.hindrance is hindrance
