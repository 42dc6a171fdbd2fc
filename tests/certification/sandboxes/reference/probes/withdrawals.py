"""Probes of faults in withdrawals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.certification.sandboxes.reference.probes.probe import Probe
from tests.simulators.reference_desk import Desk


def _withdrawn(*amounts: str) -> Callable[[Desk], list[tuple[int, Any]]]:
    """Withdrawals under one client's id: status and id of each."""

    def asked(desk: Desk) -> list[tuple[int, Any]]:
        replies = [desk.withdraw(client_withdrawal_id="mine", amount=amount) for amount in amounts]
        return [(reply.status, reply.document.get("withdrawal_id")) for reply in replies]

    return asked


def _withdraws_twice(desk: Desk) -> bool:
    return len({number for _, number in _withdrawn("0.1", "0.1")(desk)}) == 2


def _other_content(desk: Desk) -> bool:
    return [status for status, _ in _withdrawn("0.1", "0.2")(desk)] == [201, 200]


def _held_again(desk: Desk) -> bool:
    _withdrawn("0.1", "0.1")(desk)
    return bool(desk.balance("BTC")["held"] != "0.10005")


def _called_back(desk: Desk, times: int) -> str:
    """What is available in the end, of 100."""
    withdrawal_id = desk.withdraw(amount="0.1")["withdrawal_id"]
    for _ in range(times):
        assert desk.ask("POST", f"/v1/withdrawals/{withdrawal_id}/cancel", who="first")["status"] == "cancelled"
    return str(desk.balance("BTC")["available"])


def _withdrawal_readable(desk: Desk) -> bool:
    return desk.ask("GET", f"/v1/withdrawals/{desk.withdraw()['withdrawal_id']}", who="second").status == 200


def _withdrawal_rounded(desk: Desk) -> bool:
    withdrawal_id = desk.withdraw(amount="0.00123456")["withdrawal_id"]
    return bool(desk.ask("GET", f"/v1/withdrawals/{withdrawal_id}", who="first")["amount"] != "0.00123456")


def _withdrawal_taken(**changes: str) -> Probe:
    return lambda desk: desk.withdraw(**changes).status == 201


def _held_leaves(desk: Desk) -> bool:
    desk.place(side="sell", price="70000", quantity="100")
    return desk.withdraw().status == 201


PROBES: dict[str, Probe] = {
    "withdrawal-sent-twice": _withdraws_twice,
    "withdrawal-id-content-ignored": _other_content,
    "withdrawal-held-twice": _held_again,
    "withdrawal-beyond-balance": _withdrawal_taken(amount="101"),
    "withdrawal-of-what-is-held": _held_leaves,
    "withdrawal-to-nowhere": _withdrawal_taken(address="btc1demo00000000000000000000000000014cd2199d"),
    "withdrawal-cut-in-silence": _withdrawal_taken(amount="0.001000001"),
    "withdrawal-given-back-twice": lambda desk: _called_back(desk, 2) != "100",
    "withdrawal-fee-kept": lambda desk: _called_back(desk, 1) != "100",
    "other-account-withdrawal-readable": _withdrawal_readable,
    "reading-key-withdraws": lambda desk: desk.withdraw("observer").status == 201,
    "withdrawal-amount-rounded": _withdrawal_rounded,
}
