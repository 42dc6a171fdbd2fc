"""The operations of withdrawals: what leaves an account."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from certification.sandboxes.reference.engine.withdrawals import WithdrawalRequest
from certification.sandboxes.reference.web import views
from certification.sandboxes.reference.web.answer import Answer

if TYPE_CHECKING:
    from certification.sandboxes.reference.engine.withdrawals import Withdrawals
    from certification.sandboxes.reference.web.contract import Arguments
    from certification.sandboxes.reference.web.paging import Paging
    from certification.sandboxes.reference.web.trading import PrivateHandler

WITHDRAWING = frozenset({"createWithdrawal", "cancelWithdrawal"})
"""What moves assets out, or back: a key that may only read can do neither."""


class Withdrawing:
    """Answers the operations tagged ``withdrawals``."""

    def __init__(self, withdrawals: Withdrawals, paging: Paging) -> None:
        self._withdrawals = withdrawals
        self._paging = paging
        self.handlers: dict[str, PrivateHandler] = {
            "createWithdrawal": self._create,
            "getWithdrawal": self._get,
            "cancelWithdrawal": self._cancel,
            "listWithdrawals": self._list,
        }

    def _create(self, account: str, arguments: Arguments, now: int) -> Answer:
        made = self._withdrawals.request(account, withdrawal_request(arguments.body), now)
        document = views.withdrawal(made.withdrawal)
        if made.repeated:
            return Answer(status=200, document=document)
        return Answer(status=201, document=document, headers=(("Location", f"/v1/withdrawals/{made.withdrawal.withdrawal_id}"),))

    def _get(self, account: str, arguments: Arguments, _: int) -> Answer:
        found = self._withdrawals.withdrawal(account, arguments.path["withdrawal_id"])
        return Answer(status=200, document=views.withdrawal(found))

    def _cancel(self, account: str, arguments: Arguments, now: int) -> Answer:
        cancelled = self._withdrawals.cancel(account, arguments.path["withdrawal_id"], now)
        return Answer(status=200, document=views.withdrawal(cancelled))

    def _list(self, account: str, arguments: Arguments, _: int) -> Answer:
        found = self._paging.page(self._withdrawals.of(account), lambda each: each.withdrawal_id, arguments.query)
        return Answer(status=200, document=views.page(found, views.withdrawal))


def withdrawal_request(body: dict[str, Any]) -> WithdrawalRequest:
    """What a valid body of ``createWithdrawal`` asks for."""
    return WithdrawalRequest(
        asset=body["asset"],
        amount=Decimal(body["amount"]),
        address=body["address"],
        client_withdrawal_id=body.get("client_withdrawal_id"),
    )
