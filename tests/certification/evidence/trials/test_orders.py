"""An order is neither lost nor doubled, and no SDK claims a certainty that it does not have."""

from __future__ import annotations

import pytest

from certification.evidence.record import ScenarioStep, Trial
from certification.evidence.sdk.harness import MISSING, Result
from certification.evidence.trials.orders import BAN_S, PlannedOrder, order_trials
from certification.sandboxes.mock.trouble import Passage, Trouble

_RETURNED = Result(kind="returned", content={"status": 200, "value": {}}, text="")


def _raised(kind: str, **more: object) -> Result:
    return Result(kind="raised", content={"kind": kind, **more}, text="")  # type: ignore[dict-item]  # the test's own words


def _order(trouble: Trouble, retry_after_s: int = 1) -> PlannedOrder:
    return PlannedOrder(id=f"orders.{trouble.value}.with-id", arguments=(), price="49999.9", trouble=trouble, retry_after_s=retry_after_s)


def _trials(order: PlannedOrder, result: Result, standing: int, *at_ms: int) -> list[Trial]:
    facts = tuple(("price", "49999.90") for _ in range(standing))
    listed = ScenarioStep(label="open orders", call=None, facts=(("price", "49999.91"), ("price", "none"), *facts))
    passages = tuple(Passage(marker="49999.9", trouble=order.trouble, at_ms=at, status=None) for at in at_ms)
    return list(order_trials((order,), {order.id: result}, listed, (*passages, Passage("1", Trouble.NONE, 0, None))))


@pytest.mark.parametrize(
    ("trouble", "result", "standing", "held"),
    [
        (Trouble.NONE, _RETURNED, 1, True),
        (Trouble.NONE, _RETURNED, 0, False),
        (Trouble.NONE, _RETURNED, 2, False),
        (Trouble.NONE, _raised("timeout"), 0, False),
        (Trouble.LOST_ANSWER, _RETURNED, 1, True),
        (Trouble.LOST_ANSWER, _RETURNED, 2, False),
        (Trouble.LOST_ANSWER, _raised("transport", may_have_happened=True), 1, True),
        (Trouble.LOST_ANSWER, _raised("transport", may_have_happened=False), 1, False),
        (Trouble.LOST_ANSWER, _raised("authentication"), 0, False),
        (Trouble.DROPPED, _raised("transport"), 0, True),
        (Trouble.LOST_ANSWER, _raised("transport"), 2, False),
        (Trouble.LOST_ANSWER, _raised("bad_request"), 1, False),
        (Trouble.LOST_ANSWER, _raised("bad_request"), 0, False),
        (Trouble.LOST_ANSWER, _raised("conflict", repeated=True), 1, True),
        (Trouble.LOST_ANSWER, _raised("conflict", repeated=False), 1, False),
        (Trouble.BROKEN_ANSWER, _raised("decode", may_have_happened=True), 1, True),
        (Trouble.BAD_GATEWAY, _raised("server", may_have_happened=True), 1, True),
        (Trouble.SLOW_ANSWER, _raised("timeout", may_have_happened=True), 1, True),
        (Trouble.DROPPED, _RETURNED, 0, False),
        (Trouble.DROPPED, MISSING, 0, False),
        (Trouble.DROPPED, Result(kind="refused", content={}, text=""), 0, False),
    ],
)
def test_what_the_sdk_says_is_held_against_what_stands(trouble: Trouble, result: Result, standing: int, held: bool) -> None:
    (trial,) = _trials(_order(trouble), result, standing)
    assert (trial.id, trial.held) == (f"orders.{trouble.value}.with-id", held)
    assert f"the sandbox has {standing}" in trial.told


@pytest.mark.parametrize(
    ("at_ms", "held"), [((), False), ((5,), True), ((5, 1005), True), ((5, 990), True), ((5, 900), False), ((5, 1005, 1010), True)]
)
def test_a_throttled_call_is_not_sent_again_too_soon(at_ms: tuple[int, ...], held: bool) -> None:
    _, waited = _trials(_order(Trouble.THROTTLED), _RETURNED, 1, *at_ms)
    assert (waited.id, waited.held) == ("limits.throttled.with-id", held)


@pytest.mark.parametrize(
    ("result", "sent", "held"),
    [
        (_raised("rate_limit", retry_after_ms=3_600_000), 1, True),
        (_raised("rate_limit", retry_after_ms=3_599_000), 1, True),
        (_raised("rate_limit", retry_after_ms=3_600_000), 2, False),
        (_raised("rate_limit", retry_after_ms=1000), 1, False),
        (_raised("rate_limit", retry_after_ms=None), 1, False),
        (_RETURNED, 1, False),
        (MISSING, 1, False),
    ],
)
def test_a_ban_is_told_to_the_caller_and_not_waited_for(result: Result, sent: int, held: bool) -> None:
    _, waited = _trials(_order(Trouble.THROTTLED, BAN_S), result, 0, *range(sent))
    assert waited.held is held


def test_a_ban_lasts_and_other_troubles_pass() -> None:
    assert len(_order(Trouble.THROTTLED, BAN_S).case().troubles) > 3
    assert _order(Trouble.LOST_ANSWER).case().troubles == (Trouble.LOST_ANSWER,)
