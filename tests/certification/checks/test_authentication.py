from __future__ import annotations

from dataclasses import replace

import pytest

from certification.evidence.record import Scenario
from certification.model import Outcome
from tests.simulators.told import answers, but, cut, step, told

PASSED, FAILED, UNSEEN = Outcome.PASSED, Outcome.FAILED, Outcome.NOT_OBSERVED
WAYS = (
    ("unsigned_calls_are_refused", "unsigned", "without any signature"),
    ("wrong_signatures_are_refused", "wrong signature", "with a wrong signature"),
    ("changed_requests_are_refused", "changed after signing", "changed after it was signed"),
    ("stale_requests_are_refused", "stale timestamp", "signed 15 minutes ago"),
    ("future_requests_are_refused", "future timestamp", "dated 15 minutes ahead"),
    ("empty_signatures_are_refused", "empty signature", "with an empty signature"),
    ("keys_alone_are_refused", "signature left out", "without its signature"),
    ("keys_are_compared_exactly", "key in another case", "with its key in another case"),
    ("signatures_of_others_are_refused", "signed by another", "signed with another account's secret"),
    ("timestamps_are_signed", "timestamp changed after signing", "whose timestamp was changed after it was signed"),
    ("signatures_keep_to_their_path", "signed for another path", "signed for another path"),
    ("windows_are_signed", "window changed after signing", "whose window was changed after it was signed"),
)
GUARDED = told("authentication.balances", *(step(label, status=401) for _, label, _ in WAYS), step("as it should be"))
OTHERS = told(
    "orders.other-account",
    step("place", {"order_id": "7"}, status=201),
    step("other account reads it", status=404),
    step("other account lists", {"order_id": ("1", "2")}),
    step("other account cancels it", status=404),
    step("query after", {"status": "open"}),
    step("other account's balances"),
    step("own cancel"),
    step("query in the end", {"status": "cancelled"}),
)


@pytest.mark.parametrize(("check", "label", "how"), WAYS)
def test_a_forged_call_must_be_refused(check: str, label: str, how: str) -> None:
    check = f"authentication.{check}"
    (right,) = answers(check, GUARDED)
    assert right.outcome is PASSED
    (accepted,) = answers(check, but(GUARDED, label, status=201))
    assert (accepted.outcome, accepted.summary) == (FAILED, f"a call {how} was accepted with 201")
    (broken,) = answers(check, but(GUARDED, label, status=500))
    assert (broken.outcome, broken.summary) == (FAILED, f"a call {how} was answered 500, which is no refusal")
    (moot,) = answers(check, cut(GUARDED, label))
    assert moot.outcome is Outcome.NOT_APPLICABLE
    assert "can't be broken in this way" in moot.summary
    spared = replace(GUARDED, steps=(step("spared", {"kind": label}, status=None), *cut(GUARDED, label).steps))
    (unseen,) = answers(check, spared)
    assert (unseen.outcome, "sandbox.broken_proofs" in unseen.summary) == (UNSEEN, True)


@pytest.mark.parametrize(("check", "label", "how"), WAYS)
def test_where_even_the_genuine_call_is_refused_a_refusal_shows_nothing(check: str, label: str, how: str) -> None:
    (unclear,) = answers(f"authentication.{check}", but(GUARDED, "as it should be", status=401))
    assert unclear.outcome is UNSEEN
    (accepted,) = answers(f"authentication.{check}", but(but(GUARDED, "as it should be", status=401), label, status=200))
    assert accepted.outcome is FAILED


UNSIGNED_QUERY = told(
    "signatures.unsigned-query",
    step("quantity in an unsigned query too", {"asked.quantity": "0.01"}),
    step("query", {"quantity": "0.0100"}),
    step("as it should be"),
)
READ_ONLY = told(
    "permissions.read-only-key",
    step("observer reads"),
    step("place", status=201),
    step("observer places", status=403),
    step("observer cancels", status=403),
)

NAMED = but(OTHERS, "query after", {"order_id": "7"})
"""The same where orders are asked for in a list, which is empty for a stranger."""
BY_ITS_CLIENT_ID = replace(OTHERS, steps=(*OTHERS.steps, step("other account cancels it by its client id")))
"""What the other account cancelled under that id was nothing: the order still rests."""
ANSWERED = but(OTHERS, "other account cancels it")
"""Cancelling nothing is answered like cancelling something."""
CASES = (
    ("unsigned_fields_change_nothing", UNSIGNED_QUERY, PASSED, ""),
    ("unsigned_fields_change_nothing", but(UNSIGNED_QUERY, "query", {"quantity": "0.02"}), FAILED, "signed for 0.01 is one for 0.02"),
    ("unsigned_fields_change_nothing", told("signatures.unsigned-query"), Outcome.NOT_APPLICABLE, "beside an unsigned query"),
    ("unsigned_fields_change_nothing", cut(UNSIGNED_QUERY, "query"), UNSEEN, "did not get as far"),
    ("unsigned_fields_change_nothing", but(UNSIGNED_QUERY, "quantity in an unsigned query too", status=400), PASSED, ""),
    ("unsigned_fields_change_nothing", but(UNSIGNED_QUERY, "quantity in an unsigned query too", status=401), PASSED, ""),
    ("unsigned_fields_change_nothing", but(UNSIGNED_QUERY, "quantity in an unsigned query too", status=429), UNSEEN, "throttled"),
    ("unsigned_fields_change_nothing", but(UNSIGNED_QUERY, "quantity in an unsigned query too", status=500), UNSEEN, "answered 500"),
    ("read_only_keys_cannot_trade", READ_ONLY, PASSED, ""),
    ("read_only_keys_cannot_trade", but(READ_ONLY, "observer places", status=201), FAILED, "may only read placed an order"),
    ("read_only_keys_cannot_trade", but(READ_ONLY, "observer cancels"), FAILED, "may only read cancelled an order"),
    ("read_only_keys_cannot_trade", but(READ_ONLY, "observer reads", status=401), UNSEEN, "'observer reads' was answered 401"),
    ("read_only_keys_cannot_trade", but(READ_ONLY, "place", status=422), UNSEEN, "'place' was answered 422"),
    ("orders_of_others_are_hidden", OTHERS, PASSED, ""),
    ("orders_of_others_are_hidden", but(OTHERS, "other account reads it"), FAILED, "readable by its id"),
    ("orders_of_others_are_hidden", but(NAMED, "other account reads it"), PASSED, ""),
    ("orders_of_others_are_hidden", but(NAMED, "other account reads it", {"order_id": "7"}), FAILED, "readable by its id"),
    ("orders_of_others_are_hidden", but(OTHERS, "other account lists", {"order_id": ("1", "7")}), FAILED, "list of open orders"),
    ("orders_of_others_are_hidden", cut(OTHERS, "other account lists"), UNSEEN, "did not get as far"),
    ("orders_of_others_are_hidden", but(OTHERS, "other account's balances", status=401), UNSEEN, "balances' was answered 401"),
    ("orders_of_others_are_untouchable", but(OTHERS, "other account's balances", status=401), UNSEEN, "balances' was answered 401"),
    ("orders_of_others_are_untouchable", OTHERS, PASSED, ""),
    ("orders_of_others_are_untouchable", but(OTHERS, "query after", status=404), PASSED, ""),
    ("orders_of_others_are_untouchable", ANSWERED, PASSED, ""),
    ("orders_of_others_are_untouchable", but(ANSWERED, "query after", {"status": "partially_filled"}), PASSED, ""),
    ("orders_of_others_are_untouchable", but(ANSWERED, "query in the end", {"status": "open"}), UNSEEN, "when its owner cancels it, too"),
    ("orders_of_others_are_untouchable", but(ANSWERED, "query in the end", status=404), PASSED, ""),
    ("orders_of_others_are_untouchable", but(ANSWERED, "own cancel", status=500), UNSEEN, "'own cancel' was answered 500"),
    (
        "orders_of_others_are_untouchable",
        but(ANSWERED, "query after", {"status": "cancelled"}),
        FAILED,
        "could be cancelled (other account",
    ),
    ("orders_of_others_are_untouchable", but(ANSWERED, "query after", status=404), FAILED, "was cancelled by another account"),
    ("orders_of_others_are_untouchable", but(ANSWERED, "query after", {"status": "filled"}), UNSEEN, "the order is filled"),
    ("orders_of_others_are_untouchable", but(ANSWERED, "query after", status=429), UNSEEN, "was not answered"),
    ("orders_of_others_are_untouchable", but(OTHERS, "query after", {"status": "filled"}), PASSED, ""),
    (
        "orders_of_others_are_untouchable",
        but(BY_ITS_CLIENT_ID, "query after", {"status": "cancelled"}),
        FAILED,
        "by its client id",
    ),
    ("orders_of_others_are_untouchable", BY_ITS_CLIENT_ID, PASSED, ""),
    ("orders_of_others_are_untouchable", but(OTHERS, "query after", {"status": "cancelled"}), FAILED, "was cancelled by another account"),
    ("orders_of_others_are_untouchable", but(OTHERS, "place", status=500), UNSEEN, "'place' was answered 500"),
)


@pytest.mark.parametrize(("check", "scenario", "outcome", "said"), CASES)
def test_an_account_is_closed_to_another(check: str, scenario: Scenario, outcome: Outcome, said: str) -> None:
    (answer,) = answers(f"authentication.{check}", scenario)
    assert answer.outcome is outcome, answer
    assert said in answer.summary


LISTS = told(
    "permissions.lists",
    step("fills of first", {"order_id": ("7", "8")}),
    step("fills of second", {"order_id": "9"}),
    step("order_history of first", {"order_id": "7"}),
    step("order_history of second"),
)


@pytest.mark.parametrize(
    ("scenario", "outcome", "said"),
    [
        (LISTS, PASSED, ""),
        (but(LISTS, "fills of second", {"order_id": ("9", "8")}), FAILED, "order 8 stands in the fills of two accounts"),
        (but(LISTS, "order_history of second", {"order_id": "7"}), FAILED, "order 7 stands in the order history of two accounts"),
        (but(but(LISTS, "fills of first", status=400), "order_history of first", {"order_id": ()}), UNSEEN, "told of no order"),
    ],
)
def test_lists_of_two_accounts_share_no_order(scenario: Scenario, outcome: Outcome, said: str) -> None:
    (answer,) = answers("authentication.lists_of_others_are_hidden", scenario)
    assert answer.outcome is outcome
    assert said in answer.summary
