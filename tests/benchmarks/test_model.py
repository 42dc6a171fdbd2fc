"""Show 4 in small: the model agrees with the reference exchange, and contradicts it on every fault that moves money."""

from __future__ import annotations

import pytest

from benchmarks.model import MOST_ACTIONS, agreed_actions, contradiction, money_faults


def test_model_and_exchange_agree_after_each_of_many_actions() -> None:
    assert agreed_actions(seed=7, actions=1_500) == (1_500, None)


@pytest.mark.parametrize("fault", money_faults())
def test_a_fault_that_moves_money_is_contradicted_by_a_short_sequence(fault: str) -> None:
    found = contradiction(fault, seed=7)
    assert found.good, found
    assert found.found is not None
    assert 1 <= len(found.found.actions) <= MOST_ACTIONS
