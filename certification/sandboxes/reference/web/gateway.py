"""From a raw call to an answer: who calls, whether they may, whether the call has its form, and then what the exchange says."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace

from certification.sandboxes.reference.accounts import Credential
from certification.sandboxes.reference.engine.refusal import NOT_FOUND, RefusalError
from certification.sandboxes.reference.faults import Faults
from certification.sandboxes.reference.venue import Venue
from certification.sandboxes.reference.web.answer import Answer, RequestRefusedError, error_document
from certification.sandboxes.reference.web.authentication import Authenticator
from certification.sandboxes.reference.web.budget import Budget, Budgets, Payer
from certification.sandboxes.reference.web.call import RawCall
from certification.sandboxes.reference.web.contract import Contract, Operation, Route
from certification.sandboxes.reference.web.market import Market
from certification.sandboxes.reference.web.paging import Paging
from certification.sandboxes.reference.web.trading import TRADING, Trading
from certification.sandboxes.reference.web.withdrawing import WITHDRAWING, Withdrawing

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Caller:
    """Who calls, as far as it could be proved."""

    payer: Payer
    name: str
    """The payer's: an address or an account."""
    credential: Credential | None = None
    refusal: RequestRefusedError | None = None


class Gateway:
    """Answers every HTTP call of the exchange."""

    def __init__(self, venue: Venue, contract: Contract, authenticator: Authenticator, budgets: Budgets, faults: Faults) -> None:
        self._venue = venue
        self._contract = contract
        self._authenticator = authenticator
        self._budgets = budgets
        self._faults = faults
        paging = Paging(faults.web)
        self._market = Market(venue.exchange, paging, faults.web)
        self._private_handlers = (
            Trading(venue.exchange, paging, faults.web).handlers | Withdrawing(venue.exchange.withdrawals, paging).handlers
        )

    def answer(self, call: RawCall) -> Answer:
        """What a call gets. Never raises: what we did not foresee is a 500, and a line in the log."""
        now = self._venue.now()
        self._venue.pass_time(now)
        route = self._contract.route(call.method, call.path)
        operation = route.operation
        caller = self._identify(operation, call, now)
        budget = self._budgets.spend(caller.payer, caller.name, now)
        try:
            answer = self._answer(call, route, caller, budget, now)
        except RequestRefusedError as refusal:
            answer = refusal.answer()
        except RefusalError as refusal:
            status = 404 if refusal.code in NOT_FOUND else 409
            answer = Answer(status=status, document=error_document(refusal.code.value, str(refusal)))
        except Exception:  # noqa: BLE001 - the edge of the server: whatever happens, the client gets an answer
            _log.exception("an unforeseen error in %s", operation.id if operation else "no operation")
            answer = Answer(status=500, document=error_document("INTERNAL", "the exchange made a mistake; it is in its log"))
        answer = replace(answer, headers=(*budget.headers(), *answer.headers))
        return answer if operation is None else self._faults.distort(operation.id, answer)

    def _identify(self, operation: Operation | None, call: RawCall, now: int) -> _Caller:
        if operation is None or not operation.signed:
            return _Caller(payer=Payer.ADDRESS, name=call.client)
        try:
            credential = self._authenticator.authenticate(call, now)
        except RequestRefusedError as refusal:
            return _Caller(payer=Payer.ADDRESS, name=call.client, refusal=refusal)
        return _Caller(payer=Payer.ACCOUNT, name=credential.account, credential=credential)

    def _answer(self, call: RawCall, route: Route, caller: _Caller, budget: Budget, now: int) -> Answer:
        if budget.exceeded:
            retry = (("Retry-After", str(budget.reset_s) if self._faults.web.retry_after_suffices else "1"),)
            raise RequestRefusedError(429, "RATE_LIMITED", "the budget of calls is spent; wait as Retry-After says", headers=retry)
        operation = route.operation
        if operation is None:
            raise _no_operation(route.allowed)
        if caller.refusal is not None:
            raise caller.refusal
        if caller.credential is None:
            return self._market.handlers[operation.id](self._contract.arguments(operation, call), now)
        return self._private(call, operation, caller.credential, now)

    def _private(self, call: RawCall, operation: Operation, credential: Credential, now: int) -> Answer:
        rules = self._faults.web
        kept = (TRADING, rules.keys_keep_their_permissions), (WITHDRAWING, rules.reading_keys_never_withdraw)
        if not credential.may_trade and any(operation.id in denied and rule for denied, rule in kept):
            raise RequestRefusedError(403, "PERMISSION_DENIED", "the key may read, but neither trade nor withdraw")
        arguments = self._contract.arguments(operation, call)
        try:
            return self._private_handlers[operation.id](credential.account, arguments, now)
        finally:
            self._venue.settle(now)


def _no_operation(allowed: tuple[str, ...]) -> RequestRefusedError:
    if not allowed:
        return RequestRefusedError(404, "PATH_NOT_FOUND", "there is no such path")
    headers = (("Allow", ", ".join(allowed)),)
    return RequestRefusedError(405, "METHOD_NOT_ALLOWED", "the path is there, but not with this method; see Allow", headers=headers)
