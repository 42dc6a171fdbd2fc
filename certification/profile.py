"""An exchange's profile: what ``exchanges/<id>/profile.yaml`` says, validated where it enters.

Pydantic models, because strangers write profiles. ``certification.profiles.load_profile`` turns every mistake into one line that
names file, line and field.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints, model_validator

from certification.evidence.model.terms import AmendedPlace, CancelledAgain, HeldForBuys, Nonces, Replays, Rounding, SelfTrade
from certification.profile_parts import STRICT, ContractTest, Deadline, Expiry, Fees, Market, Withdrawals, is_this_machine
from certification.profile_streams import Streams
from sdkgen.behaviour import PLAIN, Behaviour
from sdkgen.signing.recipe import Recipe

ExchangeId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=64)]
EnvironmentName = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*$", max_length=64)]
HttpUrl = Annotated[str, StringConstraints(pattern=r"^https?://[^\s/$.?#][^\s]*$", max_length=2000)]


class _Part(BaseModel):
    """A part of a profile."""

    model_config = STRICT


class SpecSource(_Part):
    """Where a description comes from: exactly one of ``url``, ``github`` and ``file``."""

    url: HttpUrl | None = None
    github: str | None = Field(default=None, pattern=r"^[\w.-]+/[\w.-]+(@[\w./-]+)?:[^\s]+$")
    """``owner/repository[@ref]:path``; without a ref, the default branch."""
    file: str | None = None
    """Relative to the profile's folder."""

    @model_validator(mode="after")
    def _one_source(self) -> SpecSource:
        given = [name for name in ("url", "github", "file") if getattr(self, name) is not None]
        if len(given) != 1:
            message = f"give exactly one of url, github and file, not {len(given)}"
            raise ValueError(message)
        return self


class Specs(_Part):
    """The descriptions of one product."""

    rest: SpecSource
    streams: SpecSource | None = None
    overlays: tuple[str, ...] = ()
    """OpenAPI Overlay 1.0 documents, relative to the profile's folder, applied in order."""
    stream_overlays: tuple[str, ...] = ()
    """The same for the streams' description."""


class Account(_Part):
    """One account's credentials, as names of environment variables. The values never stand in a profile."""

    key: EnvironmentName | None = None
    secret: EnvironmentName | None = None
    passphrase: EnvironmentName | None = None


class SandboxSpec(_Part):
    """Where the API can be tried without real money: at most one of ``url``, ``image`` and ``reference``."""

    url: HttpUrl | None = None
    image: str | None = None
    """A container image that serves the API on ``port``."""
    port: int = Field(default=8080, ge=1, le=65535)
    reference: bool = False
    """The embedded reference exchange."""
    base_path: str = ""
    """Put between the sandbox's address and an operation's path, such as ``/api/v3``."""
    headers: dict[str, str] = {}
    """Sent with every request (OKX: ``x-simulated-trading: 1``). No secrets."""
    accounts: tuple[Account, ...] = ()
    """The first trades; the second must not see the first's orders."""
    exclusive: bool | None = None
    """Whether nobody else uses it, so that its limits may be broken on purpose, once each. Left out, an image's and one on this machine is
    nobody else's."""
    broken_proofs: int = Field(default=5, ge=0, le=100)
    """How many calls with a broken proof of identity (unsigned, a wrong signature …) each operation is sent in a row where the sandbox is
    somebody's: at ``url``, not on this machine, and not exclusive. Exchanges lock accounts and addresses that send many."""
    observer: Account | None = None
    """A key of the first account that may only read, where the exchange has keys of less than full permission."""

    @property
    def is_exclusive(self) -> bool:
        """Whether nobody else uses it: as the profile says, or else by where it is."""
        if self.exclusive is not None:
            return self.exclusive
        return self.image is not None or (self.url is not None and is_this_machine(self.url))

    @model_validator(mode="after")
    def _one_place(self) -> SandboxSpec:
        given = [name for name in ("url", "image", "reference") if getattr(self, name)]
        if len(given) > 1:
            message = f"give at most one of url, image and reference, not {' and '.join(given)}"
            raise ValueError(message)
        return self


class RateBudget(_Part):
    """How much everything that calls the sandbox may ask of it together."""

    name: str = "requests"
    requests: int = Field(ge=1)
    per_seconds: int = Field(ge=1)


class SdkNames(_Part):
    """What the packages are called."""

    python: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    typescript: str = Field(pattern=r"^(@[a-z0-9-]+/)?[a-z0-9]+(-[a-z0-9]+)*$")
    go: str = Field(pattern=r"^[a-z0-9.-]+(/[a-z0-9._-]+)+$")


class SdkSpec(_Part):
    """The SDKs of an exchange."""

    packages: SdkNames
    version: str = Field(default="0.1.0", pattern=r"^\d+\.\d+\.\d+$")
    base_url: HttpUrl | None = None
    """Where the clients call unless told otherwise; needed where the description names no server."""
    licence: str = "Apache-2.0"
    authors: tuple[str, ...] = ("OpenXAPI",)


RoleName = Literal[
    "time",
    "instrument",
    "depth",
    "trades",
    "candles",
    "ticker",
    "best",
    "fees",
    "balances",
    "place",
    "query",
    "query_by_client_id",
    "dry_run",
    "amend",
    "cancel",
    "cancel_by_client_id",
    "cancel_all",
    "open_orders",
    "order_history",
    "fills",
    "statement",
    "withdraw",
    "withdrawal",
    "withdrawals",
    "cancel_withdrawal",
]


class Role(_Part):
    """An operation that plays a part in trading, and where its arguments and answers keep what we look for.

    Places are dotted paths. An argument's starts with its carrier (``body.symbol``, ``query.symbol``, ``path.order_id``); an
    answer's starts at the answer itself (``data.orderId``), ``[]`` steps into a list (``balances[].free``), ``[0]`` takes one,
    ``[kind=size]`` those whose ``kind`` is ``size``.
    """

    operation: str
    arguments: dict[str, str] = {}
    """Neutral name -> place: symbol, side, type, time_in_force, post_only (where a field of its own asks for it), price, quantity,
    client_order_id, order_id, expires, deadline, limit, cursor; of a statement asset, kind and account (the id that balances tell).
    of withdrawals asset, network, address, amount, withdrawal_id and client_withdrawal_id."""
    constants: dict[str, str] = {}
    """Place -> value that is always sent."""
    page: int | None = Field(default=None, ge=1, le=100)
    """Of a list without an argument ``limit``: how many items a page holds that is not the last, as documented."""
    fields: dict[str, str] = {}
    """Neutral name -> place: order_id, client_order_id, status, price, quantity, filled, average, created, updated, asset, free, held,
    total, bids.price, bids.quantity, asks.price, asks.quantity, item_id, cursor, count, fee, fee_asset, trade_id, time; of candles open,
    high, low, close and volume, of a ticker bid, ask, last, high, low and volume, of a statement's entries asset, kind, reference, balance
    and either change or amount (which leaves out the fee beside it), of withdrawals withdrawal_id, client_withdrawal_id, amount, address,
    fee and status. ``header.remaining`` names a header instead."""
    values: dict[str, dict[str, str]] = {}
    """Neutral name -> neutral value -> the exchange's: ``side: {buy: BUY}``, ``status: {open: NEW, filled: FILLED, expired: EXPIRED}``.
    A time in force that is a type of order there stands under type: ``type: {limit: LIMIT, post_only: LIMIT_MAKER}``; one that has a field
    of its own is an argument: ``post_only: {post_only: 'true'}``."""


class Trading(_Part):
    """How the exchange's own operations trade."""

    symbol: str
    base: str
    quote: str
    price: Decimal
    """A price at which a buy order rests."""
    price_step: Decimal
    quantity: Decimal
    quantity_step: Decimal
    taker_fee: Decimal | None = None
    """The documented share of a fill that the side that took it pays, such as ``0.001``."""
    fees: Fees | None = None
    """All of it, where it is documented: the model of the exchange predicts balances with it."""
    held_for_buys: HeldForBuys | None = None
    """What a resting buy holds of the quote asset: ``notional``, or ``notional_and_fee`` (the dearer of both fees)."""
    held_rounding: Rounding | None = None
    """How the fee in it becomes a multiple of ``fees.step``, order by order; ``None`` where it is not rounded."""
    self_trade: SelfTrade | None = None
    """What becomes of an order that meets one of its own account: ``cancel_newest``, ``cancel_oldest``, ``cancel_both``, ``allowed``."""
    amended_place: AmendedPlace | None = None
    """Where an order stands among those of its price when its quantity alone was amended: ``kept_when_smaller`` or ``lost`` (it goes to
    the end); ``None`` where nothing is documented."""
    cancelled_again: CancelledAgain | None = None
    """How the cancellation of what is cancelled already is answered; ``None`` where nothing is said of it: then either is right."""
    replays: Replays | None = None
    """What becomes of the same signed bytes sent again: ``refused`` or ``harmless``; ``None`` where the exchange promises nothing."""
    nonces: Nonces | None = None
    """``growing`` where one that is not greater than every one before is refused, on any call, and forged requests spend none."""
    expiry: Expiry | None = None
    """How orders end by themselves, where they do."""
    deadline: Deadline | None = None
    """How a request to place an order says until when it may be carried out, where it can."""
    withdrawals: Withdrawals | None = None
    """What may be withdrawn from the sandbox for a test. The roles withdraw, withdrawal, withdrawals and cancel_withdrawal belong to it."""
    also: Market | None = None
    """What happens there must not show in this market's stream."""
    candle_s: int | None = Field(default=None, gt=0, le=86_400)
    """Seconds from one candle's beginning to the next one's, of the candles that the role asks for: a day at most."""
    most_open_orders: int | None = Field(default=None, ge=1, le=250)
    """How many orders of this market an account may have open, where that is documented and can be reached."""
    roles: dict[RoleName, Role]
    streams: Streams | None = None


class KnownGap(_Part):
    """A finding that is accepted until a date."""

    check: str
    subject: str = "*"
    reason: str = Field(min_length=10)
    until: date


class ExchangeProfile(_Part):
    """Everything that a certification needs to know of an exchange."""

    id: ExchangeId
    name: str = Field(min_length=1, max_length=100)
    product: str = ""
    website: HttpUrl | None = None
    contact: str = ""
    spec: Specs
    signing: Recipe | None = None
    behaviour: Behaviour = PLAIN
    forms_in_query: bool = False
    """Whether the exchange takes the fields of a form body in the query as well, so that a third party's SDK may send them there."""
    sandbox: SandboxSpec | None = None
    rate_limit: tuple[RateBudget, ...] = ()
    sdk: SdkSpec
    trading: Trading | None = None
    contract: ContractTest = ContractTest()
    known_gaps: tuple[KnownGap, ...] = ()
    folder: Path = Field(default=Path(), exclude=True)
    """Where the profile was read from; set by ``certification.profiles.load_profile``."""
