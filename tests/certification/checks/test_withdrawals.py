"""What leaves an account, as told by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from certification.evidence.record import Scenario, ScenarioStep
from certification.model import Outcome
from tests.simulators.told import Facts, answers, but, cut, step, told

PASSED, FAILED, UNSEEN, MOOT = Outcome.PASSED, Outcome.FAILED, Outcome.NOT_OBSERVED, Outcome.NOT_APPLICABLE


def balances(free: str = "10") -> Facts:
    return {"asset": ("BTC", "USD"), "free": (free, "5"), "held": ("0", "0")}


ASKED = {"asked.asset": "BTC", "asked.amount": "1.01", "asked.address": "place", "asked.client_withdrawal_id": "mine"}
TOLD = {"withdrawal_id": "7", "amount": "1.01", "address": "place", "fee": "0.1"}
ONCE = told(
    "withdrawals.once-and-again",
    step("balances before", balances()),
    step("withdraw", ASKED | TOLD | {"stated.fee": "added"}),
    step("balances after it", balances("8.89")),
    step("withdraw the same again", ASKED | TOLD),
    step("balances after the same again", balances("8.89")),
    step("withdraw another under the same id", ASKED, status=409),
    step("query", TOLD),
    step("list", {"client_withdrawal_id": ("mine", "other")}),
    step("balances before calling back", balances("8.89")),
    step("cancel", {"withdrawal_id": "7"}),
    step("balances after calling back", balances()),
    step("cancel again", {"withdrawal_id": "7"}),
    step("balances in the end", balances()),
)
HEXADECIMAL = but(but(ONCE, "withdraw", {"asked.address": "0xAb", "address": "0xab"}), "query", {"address": "0xAB"})
FREE = but(ONCE, "query", {"fee": "0"})
"""What a withdrawal that is not sent yet may be told to cost."""
UNTOLD = but(cut(FREE, "balances after the same again"), "withdraw", {"fee": (), "stated.fee": ()})
_ANOTHER, _SAME = "withdraw another under the same id", "withdraw the same again"
UNNAMED = cut(cut(cut(ONCE, _SAME), _ANOTHER), "balances after the same again")
REFUSED = told(
    "withdrawals.refused",
    step("withdraw beyond means", status=409),
    step("withdraw half a step more", status=400),
    step("withdraw too little", status=400),
    step("withdraw to a wrong address", status=409),
    step("withdraw as it should be", TOLD),
)
HELD = told(
    "withdrawals.held",
    step("place", {"order_id": "1"}),
    step("balances while it is held", balances("1")),
    step("withdraw what is held", status=409),
    step("withdraw as it should be", ASKED | TOLD),
)
OTHERS = told(
    "withdrawals.other-account",
    step("withdraw", TOLD),
    step("other account reads it", status=404),
    step("other account lists", {"withdrawal_id": ("5",)}),
    step("other account calls it back", status=404),
    step("other account's balances", balances()),
    step("query after", TOLD),
)


def called_back() -> ScenarioStep:
    """A step of another operation than the story is about."""
    made = step("call back")
    assert made.call is not None
    return replace(made, call=replace(made.call, operation="cancelWithdrawal"))


FORGED = told(
    "withdrawals.forged",
    step("unsigned", status=401),
    step("stale timestamp", status=403),
    step("as it should be", TOLD),
    called_back(),
    step("hears", status=None),
)
OBSERVED = told(
    "withdrawals.read-only-key",
    step("observer reads", balances()),
    step("withdraw", TOLD),
    step("observer withdraws", status=403),
)


@pytest.mark.parametrize(
    ("check", "scenario", "outcome", "said"),
    [
        pytest.param("client_ids_withdraw_once", ONCE, PASSED, "", id="once"),
        pytest.param("held_assets_cannot_be_withdrawn", HELD, PASSED, "", id="what is held stays"),
        pytest.param(
            "held_assets_cannot_be_withdrawn",
            but(HELD, "withdraw what is held", TOLD),
            FAILED,
            "what an order holds",
            id="what is held leaves",
        ),
        pytest.param(
            "held_assets_cannot_be_withdrawn",
            but(HELD, "balances while it is held", balances("2")),
            UNSEEN,
            "left enough",
            id="enough is left",
        ),
        pytest.param("held_assets_cannot_be_withdrawn", but(HELD, "place", status=400), UNSEEN, "answered 400", id="nothing is held"),
        pytest.param(
            "what_leaves_is_taken_once",
            but(but(ONCE, "withdraw", {"fee": ()}), "balances after it", balances("8.99")),
            FAILED,
            "fell by 1.01 for a withdrawal that costs 1.11",
            id="a fee that is told later and never taken",
        ),
        pytest.param("client_ids_withdraw_once", but(ONCE, _SAME, status=409), PASSED, "", id="repeat refused"),
        pytest.param("client_ids_withdraw_once", but(ONCE, _SAME, {"withdrawal_id": "8"}), FAILED, "made a second one", id="twice"),
        pytest.param(
            "client_ids_withdraw_once", but(ONCE, _ANOTHER, {"withdrawal_id": "9"}, status=201), FAILED, "was accepted", id="other"
        ),
        pytest.param(
            "client_ids_withdraw_once", but(ONCE, _ANOTHER, {"withdrawal_id": "7"}), FAILED, "was answered with the first", id="unread"
        ),
        pytest.param(
            "client_ids_withdraw_once", but(ONCE, "list", {"client_withdrawal_id": ("mine", "mine")}), FAILED, "carry the same", id="listed"
        ),
        pytest.param("client_ids_withdraw_once", but(ONCE, _SAME, status=429), UNSEEN, "says nothing", id="throttled"),
        pytest.param("client_ids_withdraw_once", UNNAMED, MOOT, "no client withdrawal id", id="no id"),
        pytest.param("what_leaves_is_taken_once", ONCE, PASSED, "", id="amount and fee"),
        pytest.param("what_leaves_is_taken_once", UNNAMED, PASSED, "", id="not asked for again"),
        pytest.param(
            "what_leaves_is_taken_once", but(ONCE, "balances after it", balances("8.99")), FAILED, "fell by 1.01 for", id="without the fee"
        ),
        pytest.param(
            "what_leaves_is_taken_once",
            but(ONCE, "balances after the same again", balances("7.78")),
            FAILED,
            "took 1.11 BTC more",
            id="again",
        ),
        pytest.param("what_leaves_is_taken_once", but(ONCE, "withdraw", {"stated.fee": "included"}), FAILED, "costs 1.01", id="included"),
        pytest.param("what_leaves_is_taken_once", but(ONCE, "withdraw", {"stated.fee": ()}), PASSED, "", id="nothing stated"),
        pytest.param(
            "what_leaves_is_taken_once",
            but(but(ONCE, "withdraw", {"stated.fee": ()}), "balances after it", balances("9")),
            FAILED,
            "costs 1.01 or 1.11",
            id="neither",
        ),
        pytest.param("what_leaves_is_taken_once", but(FREE, "withdraw", {"fee": ()}), UNSEEN, "reads no fee", id="fee untold"),
        pytest.param("what_leaves_is_taken_once", UNTOLD, UNSEEN, "nothing tells how much the fee is", id="nothing of a fee is known"),
        pytest.param("what_leaves_is_taken_once", but(UNTOLD, "balances after it", balances("8.99")), PASSED, "", id="no fee at all"),
        pytest.param(
            "what_leaves_is_taken_once", but(UNTOLD, "balances after it", balances("9")), FAILED, "fell by 1 for", id="less than the amount"
        ),
        pytest.param("withdrawals_are_what_was_asked", ONCE, PASSED, "", id="as asked"),
        pytest.param("withdrawals_are_what_was_asked", but(ONCE, "query", {"amount": "1"}), FAILED, "1 where 1.01 was asked", id="rounded"),
        pytest.param("withdrawals_are_what_was_asked", but(ONCE, "withdraw", {"address": "x"}), FAILED, "another address", id="elsewhere"),
        pytest.param("withdrawals_are_what_was_asked", but(ONCE, "withdraw", status=409), UNSEEN, "was answered 409", id="refused at all"),
        pytest.param("withdrawals_are_what_was_asked", but(ONCE, "withdraw", {"amount": ()}), PASSED, "", id="told by a query alone"),
        pytest.param(
            "withdrawals_are_what_was_asked", but(cut(ONCE, "query"), "withdraw", {"amount": ()}), UNSEEN, "no 'amount'", id="untold"
        ),
        pytest.param(
            "withdrawals_are_what_was_asked",
            but(but(ONCE, "withdraw", {"stated.fee": "included"}), "query", {"amount": "0.91"}),
            PASSED,
            "",
            id="what arrives is told",
        ),
        pytest.param(
            "withdrawals_are_what_was_asked", but(ONCE, "query", {"amount": "0.91"}), FAILED, "0.91 where", id="less than it should be"
        ),
        pytest.param("withdrawals_are_what_was_asked", HEXADECIMAL, PASSED, "", id="a checksum in capitals"),
        pytest.param(
            "withdrawals_are_what_was_asked", but(HEXADECIMAL, "query", {"address": "0xAc"}), FAILED, "another address", id="another number"
        ),
        pytest.param("calling_back_gives_back_once", ONCE, PASSED, "", id="back once"),
        pytest.param("calling_back_gives_back_once", but(ONCE, "cancel again", status=409), PASSED, "", id="back once, then refused"),
        pytest.param(
            "calling_back_gives_back_once", but(ONCE, "balances after calling back", balances("9.9")), FAILED, "it gave 1.01", id="fee kept"
        ),
        pytest.param(
            "calling_back_gives_back_once",
            but(ONCE, "balances in the end", balances("11.11")),
            FAILED,
            "gave 1.11 BTC again",
            id="twice back",
        ),
        pytest.param("calling_back_gives_back_once", but(ONCE, "cancel again", status=500), FAILED, "answered 500", id="crash"),
        pytest.param("calling_back_gives_back_once", cut(ONCE, "cancel"), MOOT, "cancel_withdrawal", id="no calling back"),
        pytest.param("calling_back_gives_back_once", but(ONCE, "cancel", status=409), UNSEEN, "'cancel' was answered", id="too late"),
        pytest.param("withdrawals_beyond_means_are_refused", REFUSED, PASSED, "", id="not more than there is"),
        pytest.param(
            "withdrawals_beyond_means_are_refused",
            but(REFUSED, "withdraw beyond means", status=201),
            FAILED,
            "of more than is free",
            id="more",
        ),
        pytest.param(
            "withdrawals_beyond_means_are_refused", cut(REFUSED, "withdraw beyond means"), MOOT, "do not tell", id="unknown means"
        ),
        pytest.param("wrong_addresses_are_refused", REFUSED, PASSED, "", id="not to nowhere"),
        pytest.param(
            "wrong_addresses_are_refused",
            but(REFUSED, "withdraw to a wrong address", status=200),
            FAILED,
            "to a wrong address",
            id="nowhere",
        ),
        pytest.param("wrong_addresses_are_refused", cut(REFUSED, "withdraw to a wrong address"), MOOT, "wrong_address", id="none known"),
        pytest.param("too_little_is_refused", REFUSED, PASSED, "", id="too little"),
        pytest.param("too_little_is_refused", but(REFUSED, "withdraw too little", status=201), FAILED, "less than the least", id="taken"),
        pytest.param("too_little_is_refused", cut(REFUSED, "withdraw too little"), MOOT, "least", id="no least known"),
        pytest.param("amounts_off_their_step_are_refused", REFUSED, PASSED, "", id="step kept"),
        pytest.param(
            "amounts_off_their_step_are_refused", but(REFUSED, "withdraw half a step more", status=201), FAILED, "half a step", id="cut off"
        ),
        pytest.param("amounts_off_their_step_are_refused", cut(REFUSED, "withdraw half a step more"), MOOT, "amount_step", id="no step"),
        pytest.param(
            "amounts_off_their_step_are_refused",
            but(REFUSED, "withdraw as it should be", status=403),
            UNSEEN,
            "as it should be",
            id="none is",
        ),
        pytest.param("withdrawals_of_others_are_shut", OTHERS, PASSED, "", id="hidden"),
        pytest.param(
            "withdrawals_of_others_are_shut", but(OTHERS, "other account reads it", TOLD, status=200), FAILED, "was readable", id="read"
        ),
        pytest.param(
            "withdrawals_of_others_are_shut",
            but(OTHERS, "other account lists", {"withdrawal_id": ("7",)}),
            FAILED,
            "in the list",
            id="seen",
        ),
        pytest.param(
            "withdrawals_of_others_are_shut",
            but(OTHERS, "other account calls it back", status=200),
            FAILED,
            "called back",
            id="called back",
        ),
        pytest.param(
            "withdrawals_of_others_are_shut", but(OTHERS, "other account's balances", status=401), UNSEEN, "balances", id="no other"
        ),
        pytest.param("forged_withdrawals_are_refused", FORGED, PASSED, "", id="all refused"),
        pytest.param("forged_withdrawals_are_refused", but(FORGED, "unsigned"), FAILED, "accepted (unsigned)", id="unsigned"),
        pytest.param(
            "forged_withdrawals_are_refused",
            but(but(FORGED, "unsigned"), "as it should be", status=400),
            FAILED,
            "accepted (unsigned)",
            id="nothing left for the right one",
        ),
        pytest.param("forged_withdrawals_are_refused", but(FORGED, "as it should be", status=400), UNSEEN, "as it should be", id="none"),
        pytest.param(
            "forged_withdrawals_are_refused", cut(cut(FORGED, "unsigned"), "stale timestamp"), UNSEEN, "can't be broken", id="open"
        ),
        pytest.param(
            "forged_withdrawals_are_refused",
            replace(FORGED, steps=(step("spared", {"kind": "empty signature"}, status=None), *FORGED.steps)),
            UNSEEN,
            "not tried: empty signature",
            id="some spared",
        ),
        pytest.param("read_only_keys_cannot_withdraw", OBSERVED, PASSED, "", id="denied"),
        pytest.param("read_only_keys_cannot_withdraw", but(OBSERVED, "observer withdraws", status=201), FAILED, "withdrew", id="granted"),
        pytest.param("read_only_keys_cannot_withdraw", but(OBSERVED, "observer reads", status=401), UNSEEN, "observer reads", id="no key"),
    ],
)
def test_what_leaves_leaves_once_as_asked(check: str, scenario: Scenario, outcome: Outcome, said: str) -> None:
    (answer,) = answers(f"withdrawals.{check}", scenario)
    assert answer.outcome is outcome, answer
    assert said in answer.summary
