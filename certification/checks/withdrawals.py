"""What leaves an account: once, as asked, and only to where it can arrive."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from certification.checks.catalogue import check
from certification.checks.scene import MootError, accepted_step, ask_of, decided_step, step
from certification.evidence.facts import UnclearError, holdings, is_accepted, is_refused, number, numbers, text, text_or_empty, texts
from certification.evidence.model.terms import WithdrawalFee
from certification.evidence.record import SPARED, STATED_FEE, Evidence, Scenario, ScenarioStep
from certification.model import Answer

_STORY = "withdrawals.once-and-again"
_REFUSED = "withdrawals.refused"
_AGAIN, _OTHER = "withdraw the same again", "withdraw another under the same id"
_ZERO = (Decimal(0), Decimal(0))


def _has(scenario: Scenario, label: str) -> bool:
    return any(each.label == label for each in scenario.steps)


def _free(scenario: Scenario, label: str) -> Decimal:
    """What is free of the asset that the story withdraws."""
    asset = text(step(scenario, "withdraw"), "asked.asset")
    return holdings(accepted_step(scenario, label)).get(asset, _ZERO)[0]


@check(
    requirement="A client's withdrawal id names one withdrawal: the same request makes no second one, another under it is refused.",
    remediation="Make the client's id unique per account, and answer a repeat with the first withdrawal.",
)
def client_ids_withdraw_once(evidence: Evidence) -> Iterator[Answer]:
    """The same withdrawal asked for again under the same client's id makes no second one; a different one is refused.

    What has left does not come back: a client whose answer was lost has only this to find out whether it may try again.
    """

    def question(scenario: Scenario) -> list[str]:
        first = accepted_step(scenario, "withdraw")
        if not _has(scenario, _AGAIN):
            raise MootError("the role withdraw takes no client withdrawal id")
        withdrawal_id = text(first, "withdrawal_id")
        again, other = decided_step(scenario, _AGAIN), decided_step(scenario, _OTHER)
        complaints = []
        if is_accepted(again) and text(again, "withdrawal_id") != withdrawal_id:
            complaints.append("the same withdrawal asked for again under the same client's id made a second one")
        if is_accepted(other):
            made = "was accepted" if text_or_empty(other, "withdrawal_id") != withdrawal_id else "was answered with the first"
            complaints.append(f"a different withdrawal under a client's id already in use {made}")
        listed = [each for each in scenario.steps if each.label == "list" and is_accepted(each)]
        client_id = text(first, "asked.client_withdrawal_id")
        complaints += [
            "two withdrawals carry the same client's id" for each in listed if texts(each, "client_withdrawal_id").count(client_id) > 1
        ]
        return complaints

    return ask_of(evidence, _STORY, question)


@check(
    requirement="A withdrawal takes its amount and its fee out of the free balance, once, to the last digit.",
    remediation="Hold the amount and the fee in the transaction that accepts the withdrawal, and nothing when it is only repeated.",
)
def what_leaves_is_taken_once(evidence: Evidence) -> Iterator[Answer]:
    """The free balance falls by what a withdrawal costs, and does not fall again when the same one is asked for again."""

    def question(scenario: Scenario) -> list[str]:
        first = accepted_step(scenario, "withdraw")
        fell = _free(scenario, "balances before") - _free(scenario, "balances after it")
        told = _with_its_fee(scenario, first)
        costs = _costs(told)
        if fell > number(first, "asked.amount") and not _fee_is_known(told):
            raise UnclearError("more than the amount was taken, and nothing tells how much the fee is")
        asset = text(first, "asked.asset")
        complaints = (
            [] if fell in costs else [f"free {asset} fell by {fell:f} for a withdrawal that costs {' or '.join(f'{c:f}' for c in costs)}"]
        )
        if _has(scenario, "balances after the same again"):
            more = _free(scenario, "balances after it") - _free(scenario, "balances after the same again")
            same = text_or_empty(step(scenario, _AGAIN), "withdrawal_id") in {text_or_empty(first, "withdrawal_id"), ""}
            complaints += [f"asked for again, it took {more:f} {asset} more"] if more and same else []
        return complaints

    return ask_of(evidence, _STORY, question)


def _with_its_fee(scenario: Scenario, first: ScenarioStep) -> ScenarioStep:
    """The withdrawal with the fee that is told of it later, where its own answer tells none."""
    if numbers(first, "fee", null_is_none=True):
        return first
    later = [each for each in scenario.steps if each.label == "query" and is_accepted(each)]
    # None, before it is sent, need not mean that none is taken.
    fees = [("fee", f"{fee:f}") for each in later for fee in numbers(each, "fee", null_is_none=True)[:1] if fee]
    return replace(first, facts=(*first.facts, *fees[:1]))


def _fee_is_known(first: ScenarioStep) -> bool:
    """Whether the profile or the answer says what a withdrawal costs beside its amount."""
    return bool(numbers(first, "fee", null_is_none=True) or text_or_empty(first, STATED_FEE))


def _costs(first: ScenarioStep) -> tuple[Decimal, ...]:
    """What a withdrawal may take out of the account: what is documented, or either where nothing is.

    Raises:
        UnclearError: its fee is taken on top of the amount, and nothing tells how much it is.
    """
    amount, fees, stated = number(first, "asked.amount"), numbers(first, "fee", null_is_none=True), text_or_empty(first, STATED_FEE)
    if stated == WithdrawalFee.INCLUDED:
        return (amount,)
    if not fees and stated:
        raise UnclearError("the profile reads no fee from the answer")
    added = tuple(amount + abs(fee) for fee in fees[:1])
    return added if stated else tuple(dict.fromkeys((amount, *added)))


@check(
    requirement="A withdrawal that is asked for is what was requested: asset, amount and address, to the last digit.",
    remediation="Store what was accepted, answer from the store, and write amounts with all their digits.",
)
def withdrawals_are_what_was_asked(evidence: Evidence) -> Iterator[Answer]:
    """The answer to a withdrawal, and what is told of it later, say the amount and the address that were given."""

    def question(scenario: Scenario) -> list[str]:
        first = accepted_step(scenario, "withdraw")
        amount, address = number(first, "asked.amount"), text(first, "asked.address")
        looks = [first, *(each for each in scenario.steps if each.label == "query" and is_accepted(each))]
        if not any(texts(look, "amount") for look in looks):
            raise UnclearError("the profile reads no 'amount' of the withdrawal")
        complaints = [
            f"{told:f} where {amount:f} was asked ({look.label})"
            for look in looks
            for told in numbers(look, "amount", null_is_none=True)[:1]
            if told not in _arriving(first, look)
        ]
        complaints += [
            f"another address than was given ({look.label})"
            for look in looks
            for told in texts(look, "address")[:1]
            if _spelt(told) != _spelt(address)
        ]
        return complaints

    return ask_of(evidence, _STORY, question, about="query")


def _arriving(first: ScenarioStep, look: ScenarioStep) -> set[Decimal]:
    """The amounts that may be told: what was asked, or what is left of it where the fee comes out of it."""
    amount = number(first, "asked.amount")
    if text_or_empty(first, STATED_FEE) == WithdrawalFee.ADDED:
        return {amount}
    fees = [fee for step_ in (first, look) for fee in numbers(step_, "fee", null_is_none=True)[:1]]
    return {amount, *(amount - abs(fee) for fee in fees)}


def _spelt(address: str) -> str:
    """An address as it is compared: letters of a hexadecimal one are large or small as a checksum only (EIP-55)."""
    return address.lower() if address[:2].lower() == "0x" else address


@check(
    requirement="A withdrawal that is called back gives back all that it took, once.",
    remediation="Release amount and fee in the transaction that cancels the withdrawal, and nothing when it is cancelled already.",
)
def calling_back_gives_back_once(evidence: Evidence) -> Iterator[Answer]:
    """Calling a withdrawal back makes every digit of it free again; calling it back once more changes nothing, and does not fail."""

    def question(scenario: Scenario) -> list[str]:
        first = accepted_step(scenario, "withdraw")
        if not _has(scenario, "cancel"):
            raise MootError("the profile maps no trading role cancel_withdrawal")
        accepted_step(scenario, "cancel")
        asset = text(first, "asked.asset")
        took = _free(scenario, "balances before") - _free(scenario, "balances after it")
        gave = _free(scenario, "balances after calling back") - _free(scenario, "balances before calling back")
        complaints = [] if gave == took else [f"a withdrawal took {took:f} {asset}, and called back it gave {gave:f}"]
        again = decided_step(scenario, "cancel again", failures=True)
        if not is_accepted(again) and not is_refused(again):
            complaints.append(f"called back once more, it was answered {again.call.status if again.call else None}")
        more = _free(scenario, "balances in the end") - _free(scenario, "balances after calling back")
        return complaints + ([f"called back once more, it gave {more:f} {asset} again"] if more else [])

    return ask_of(evidence, _STORY, question, about="cancel")


def _refuses(evidence: Evidence, label: str, what: str, moot: str) -> Iterator[Answer]:
    """Whether the withdrawal of that label was refused, where one like it is accepted when it is as it should be."""

    def question(scenario: Scenario) -> list[str]:
        accepted_step(scenario, "withdraw as it should be")
        if not _has(scenario, label):
            raise MootError(moot)
        return [f"a withdrawal {what} was accepted"] if is_accepted(decided_step(scenario, label)) else []

    return ask_of(evidence, _REFUSED, question)


@check(
    requirement="A withdrawal of more than is free is refused.",
    remediation="Hold amount and fee in the same transaction that accepts the withdrawal, and refuse what can't be held.",
)
def withdrawals_beyond_means_are_refused(evidence: Evidence) -> Iterator[Answer]:
    """Half as much again as is free can't be withdrawn."""
    return _refuses(evidence, "withdraw beyond means", "of more than is free", "the balances do not tell what is free of the asset")


@check(
    requirement="What an order holds can't be withdrawn.",
    remediation="Hold a withdrawal's amount and fee against what is free, not against the total, in the transaction that accepts it.",
)
def held_assets_cannot_be_withdrawn(evidence: Evidence) -> Iterator[Answer]:
    """While an order holds all but a remainder of an asset, more than the remainder does not leave; when it is cancelled, it does."""

    def question(scenario: Scenario) -> list[str]:
        accepted_step(scenario, "place")
        right, tried = accepted_step(scenario, "withdraw as it should be"), decided_step(scenario, "withdraw what is held")
        free = holdings(accepted_step(scenario, "balances while it is held")).get(text(right, "asked.asset"), _ZERO)[0]
        if free >= number(right, "asked.amount"):
            raise UnclearError("the order left enough for the withdrawal")
        return ["a withdrawal of what an order holds was accepted"] if is_accepted(tried) else []

    return ask_of(evidence, "withdrawals.held", question)


@check(
    requirement="A withdrawal to an address that is none is refused.",
    remediation="Verify an address's form and its check digits before anything is held; what is sent nowhere is lost.",
)
def wrong_addresses_are_refused(evidence: Evidence) -> Iterator[Answer]:
    """An address of the right form that the profile says is none is not sent to."""
    moot = "the profile names no wrong address (trading.withdrawals.wrong_address)"
    return _refuses(evidence, "withdraw to a wrong address", "to a wrong address", moot)


@check(
    requirement="An amount with more digits than the asset has is refused.",
    remediation="Refuse an amount off the asset's step; never cut or round it in silence.",
)
def amounts_off_their_step_are_refused(evidence: Evidence) -> Iterator[Answer]:
    """Half a step more than an amount that is allowed is not cut off, nor rounded, nor sent."""
    moot = "the profile does not say the step of amounts (trading.withdrawals.amount_step)"
    return _refuses(evidence, "withdraw half a step more", "with half a step too much", moot)


@check(
    requirement="A withdrawal of less than the documented least amount is refused.",
    remediation="Hold the amount against the asset's minimum before anything is taken.",
)
def too_little_is_refused(evidence: Evidence) -> Iterator[Answer]:
    """One step less than the least amount is not sent: fees would eat it, or it would never arrive."""
    moot = "the profile does not say the least amount (trading.withdrawals.least)"
    return _refuses(evidence, "withdraw too little", "of less than the least amount", moot)


@check(
    requirement="An account neither sees nor calls back another's withdrawals (OWASP API Security Top 10 2023, API1).",
    remediation="Look a withdrawal up by account and id together, and answer as if another's did not exist.",
)
def withdrawals_of_others_are_shut(evidence: Evidence) -> Iterator[Answer]:
    """The second account can neither read nor call back the first one's withdrawal, nor find it in its list: it names an address."""

    def question(scenario: Scenario) -> list[str]:
        withdrawal_id = text(accepted_step(scenario, "withdraw"), "withdrawal_id")
        accepted_step(scenario, "other account's balances")
        accepted_step(scenario, "query after")
        reads = step(scenario, "other account reads it")
        complaints = (
            ["another account's withdrawal was readable"] if is_accepted(reads) and withdrawal_id in texts(reads, "withdrawal_id") else []
        )
        others = {each.label: each for each in scenario.steps if each.label.startswith("other account")}
        listed, called = others.get("other account lists"), others.get("other account calls it back")
        if listed is not None and is_accepted(listed) and withdrawal_id in texts(listed, "withdrawal_id"):
            complaints.append("another account's withdrawal stood in the list")
        if called is not None and is_accepted(called):
            complaints.append("another account's withdrawal could be called back")
        return complaints

    return ask_of(evidence, "withdrawals.other-account", question)


@check(
    requirement="A key that may only read can't withdraw.",
    remediation="Look at the key's permissions before the operation's handler runs, and answer 403.",
)
def read_only_keys_cannot_withdraw(evidence: Evidence) -> Iterator[Answer]:
    """A key without the permission to withdraw reads balances, and is refused a withdrawal that another key of the account is granted."""

    def question(scenario: Scenario) -> list[str]:
        accepted_step(scenario, "observer reads")
        accepted_step(scenario, "withdraw")
        return ["a key that may only read withdrew"] if is_accepted(step(scenario, "observer withdraws")) else []

    return ask_of(evidence, "withdrawals.read-only-key", question)


@check(
    requirement="A withdrawal whose caller does not prove who it is, is refused.",
    remediation="Verify signature, time and body of a withdrawal before anything else, as of every private operation.",
)
def forged_withdrawals_are_refused(evidence: Evidence) -> Iterator[Answer]:
    """No withdrawal is accepted without a signature, with a wrong, old or borrowed one, or with a body that was changed after it."""

    def question(scenario: Scenario) -> list[str]:
        tries = [each for each in scenario.steps if each.call is not None and each.call.operation == scenario.operation]
        forged = [each for each in tries if each.label != "as it should be"]
        accepted = [f"a withdrawal was accepted ({each.label})" for each in forged if is_accepted(each)]
        if accepted:
            return accepted
        accepted_step(scenario, "as it should be")
        if not forged:
            raise UnclearError("the exchange's way of signing can't be broken")
        if left := [kind for each in scenario.steps if each.label == SPARED for kind in texts(each, "kind")]:
            raise UnclearError(f"the sandbox is sent only so many forged calls (sandbox.broken_proofs); not tried: {', '.join(left)}")
        return []

    return ask_of(evidence, "withdrawals.forged", question)
