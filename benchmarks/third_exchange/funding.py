"""The private calls about money: balances, the ledger, withdrawals, and tokens for the private streams."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from decimal import Decimal

from benchmarks.third_exchange import written
from benchmarks.third_exchange.assets import ASSETS, Asset, fixed
from benchmarks.third_exchange.engine import Engine
from benchmarks.third_exchange.form import MICROSECONDS, Form
from benchmarks.third_exchange.ledger import Purse
from benchmarks.third_exchange.refusals import NO_FUNDS, REFERENCE_USED, TOO_SMALL, UNKNOWN_ADDRESS, RefusedError
from benchmarks.third_exchange.trading import PAGE, Call

WITHDRAW_KEY = "vault"
TOKEN_LIFE = 900
_SETTLED_AFTER = 2 * MICROSECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """Money on its way out."""

    id: str
    account: str
    client_reference: str | None
    asset: Asset
    amount: Decimal
    time: int


class Funding:
    """Shows and pays out money."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._defects = engine.defects
        self._withdrawals: list[Withdrawal] = []
        self._tokens: dict[str, tuple[str, int]] = {}
        self.calls: dict[str, Call] = {
            "Balance": Call(answer=self._balance),
            "BalanceEx": Call(answer=self._extended),
            "Ledgers": Call(answer=self._ledgers, cost=2),
            "Withdraw": Call(answer=self._withdraw),
            "WithdrawStatus": Call(answer=self._status),
            "GetWebSocketsToken": Call(answer=self._token),
        }

    def account(self, token: str) -> str | None:
        """Whose token this is, while it lives."""
        account, until = self._tokens.get(token, (None, 0))
        return account if self._engine.now() < until else None

    def _balance(self, account: str, _form: Form) -> object:
        totals = {asset: self._written(purse.total, asset) for asset, purse in self._engine.ledger.purses(account).items()}
        return {ASSETS[asset].alt: total for asset, total in totals.items()} if self._defects.on("balance-by-everyday-name") else totals

    def _written(self, amount: Decimal, asset: str) -> str:
        exact = amount.quantize(Decimal(1).scaleb(-ASSETS[asset].decimals))
        return str(exact) if self._defects.on("exponents") else f"{exact:f}"

    def _extended(self, account: str, _form: Form) -> object:
        return {asset: self._purse(purse, asset) for asset, purse in self._engine.ledger.purses(account).items()}

    def _purse(self, purse: Purse, asset: str) -> dict[str, str]:
        total = purse.available if self._defects.on("balance-without-held") else purse.total
        return {"balance": self._written(total, asset), "hold_trade": self._written(purse.held, asset)}

    def _ledgers(self, account: str, form: Form) -> object:
        offset = form.whole("ofs", 0, 2**31 - 1, 0)
        asset = form.asset().name if form.given("asset") else None
        kind = form.choice("type", ("all", "deposit", "trade", "withdrawal"), "all")
        mine = [entry for entry in reversed(self._engine.ledger.entries) if entry.account == account]
        if not self._defects.on("ledger-filter-ignored"):
            mine = [entry for entry in mine if asset in {None, entry.asset} and kind in {"all", entry.kind}]
        shown = mine[offset : offset + (PAGE - 1 if self._defects.on("ledger-page-short") else PAGE)]
        return {"ledger": {entry.id: written.entry(entry, self._defects) for entry in shown}, "count": len(mine)}

    def _withdraw(self, account: str, form: Form) -> object:
        asset, amount, reference = form.asset(), form.decimal("amount"), form.client_id("cl_ref_id")
        if form.text("key") != WITHDRAW_KEY:
            raise RefusedError(UNKNOWN_ADDRESS)
        earlier = next((each for each in self._withdrawals if each.account == account and each.client_reference == reference), None)
        if reference is not None and earlier is not None and not self._defects.on("withdraws-twice"):
            if (earlier.asset, earlier.amount) != (asset, amount) and not self._defects.on("reference-for-another-amount"):
                raise RefusedError(REFERENCE_USED)
            return {"refid": earlier.id}
        if amount < 2 * asset.withdrawal_fee or amount != amount.quantize(Decimal(1).scaleb(-asset.decimals)):
            raise RefusedError(TOO_SMALL)
        purse = self._engine.ledger.purse(account, asset.name)
        spendable = purse.total if self._defects.on("withdraws-what-is-held") else purse.available
        if amount + asset.withdrawal_fee > spendable:
            raise RefusedError(NO_FUNDS)
        return {"refid": self._pay(account, asset, amount, reference).id}

    def _pay(self, account: str, asset: Asset, amount: Decimal, reference: str | None) -> Withdrawal:
        made = Withdrawal(
            id=self._engine.names.next("W"),
            account=account,
            client_reference=reference,
            asset=asset,
            amount=amount,
            time=self._engine.now(),
        )
        self._withdrawals.append(made)
        self._engine.ledger.post(
            account, asset.name, amount=-amount, fee=asset.withdrawal_fee, kind="withdrawal", reference=made.id, time=made.time
        )
        self._engine.announce(account)
        return made

    def _status(self, account: str, form: Form) -> object:
        asset = form.asset() if form.given("asset") else None
        refid = form.text("refid") if form.given("refid") else None
        everyone = refid is not None and self._defects.on("shows-others-withdrawal")
        mine = [each for each in reversed(self._withdrawals) if everyone or each.account == account]
        chosen = [each for each in mine if asset in {None, each.asset} and refid in {None, each.id}]
        return [self._shown(each) for each in chosen[:PAGE]]

    def _shown(self, each: Withdrawal) -> dict[str, object]:
        settled = self._engine.now() - each.time >= _SETTLED_AFTER
        return {
            "refid": each.id,
            "cl_ref_id": each.client_reference,
            "asset": each.asset.name,
            "key": WITHDRAW_KEY,
            "amount": fixed(each.amount, each.asset.decimals),
            "fee": fixed(each.asset.withdrawal_fee, each.asset.decimals),
            "time": written.seconds(each.time),
            "status": "Success" if settled else "Pending",
        }

    def _token(self, account: str, _form: Form) -> object:
        token = secrets.token_urlsafe(32)
        self._tokens[token] = (account, self._engine.now() + TOKEN_LIFE * MICROSECONDS)
        return {"token": token, "expires": TOKEN_LIFE}
