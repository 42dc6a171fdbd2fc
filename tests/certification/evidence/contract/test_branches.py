"""How much of a description a contract test met, operation by operation."""

from __future__ import annotations

import pytest

from certification.evidence.contract.branches import Branches, branches_of, fields_in
from certification.profile import ExchangeProfile
from sdkgen.api.model import Api


def test_what_a_description_says_is_named(api: Api, profile: ExchangeProfile) -> None:
    by_id = {operation.id: branches_of(api, operation, profile.signing) for operation in api.operations}
    assert by_id["getTime"] == Branches(answers=frozenset({"200"}), fields=frozenset())
    assert by_id["placeOrder"].fields == {"body.market", "body.price"}
    assert by_id["placeOrder"].answers == {"200", "400", "451"}
    assert by_id["getOrder"].fields == {"path.id", "query.market"}


@pytest.mark.parametrize(
    ("answers", "statuses", "met"),
    [
        pytest.param({"200", "404"}, {200}, 1, id="one of two"),
        pytest.param({"200", "4XX"}, {200, 404, 418}, 2, id="a family counts once"),
        pytest.param({"200", "4xx", "default"}, {200, 404}, 2, id="nothing is left for the default"),
        pytest.param({"200", "default"}, {200, 404}, 2, id="the default takes the rest"),
        pytest.param({"200"}, {500}, 0, id="none"),
        pytest.param({"200", "default"}, set(), 0, id="no answer"),
    ],
)
def test_described_answers_are_met_once(answers: set[str], statuses: set[int], met: int) -> None:
    assert Branches(answers=frozenset(answers), fields=frozenset()).answers_met(statuses) == met


def test_what_a_request_carries_is_named() -> None:
    case = {"path_parameters": {"id": "1"}, "query": {"limit": 5}, "headers": None, "cookies": {}, "body": {"price": "1"}}
    assert fields_in(case) == {"path.id", "query.limit", "body.price"}
    assert fields_in({"body": [1]}) == set()
