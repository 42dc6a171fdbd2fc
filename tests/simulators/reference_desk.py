"""A trading desk at the reference exchange, without a network: signs as the profile says and holds every answer against the description."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from certification.profiles import load_profile
from certification.sandboxes.reference.accounts import demo_environment
from certification.sandboxes.reference.assembly import DESCRIPTIONS, Assembly, ReferenceOptions, assemble
from certification.sandboxes.reference.engine.withdrawals import address_of
from certification.sandboxes.reference.web import codec
from certification.sandboxes.reference.web.answer import Answer
from certification.sandboxes.reference.web.call import RawCall
from certification.sandboxes.reference.web.contract import Contract, Operation
from certification.sandboxes.reference.web.description import flaw
from sdkgen.signing.request import Credentials, UnsignedRequest
from sdkgen.signing.sign import sign

START = 1_767_225_600_000
"""The instant at which a desk opens: the first of January 2026."""
_SIGNED_APART = 1000
"""Calls in a row that are signed at milliseconds of their own, although the clock stands still: a signed call counts once."""
KEYS = demo_environment({})
_RECIPE = load_profile(DESCRIPTIONS / "profile.yaml").signing


@dataclass
class Reply:
    """An answer as a client reads it."""

    status: int
    headers: dict[str, str]
    document: Any
    operation: str | None

    def __getitem__(self, name: str) -> Any:
        return self.document[name]


@dataclass
class Desk:
    """One running exchange and a clock that only moves when told to."""

    options: ReferenceOptions = field(default_factory=ReferenceOptions)
    now: int = START
    assembly: Assembly = field(init=False)
    _signed: int = 0

    def __post_init__(self) -> None:
        self.assembly = assemble(self.options, environment={}, clock=lambda: self.now)

    def ask(self, method: str, path: str, query: dict[str, Any] | None = None, body: Any = None, who: str | None = None) -> Reply:
        """Call, signed where ``who`` (first, second, observer) is named."""
        return self.send(self.call(method, path, query, body, who))

    def call(self, method: str, path: str, query: dict[str, Any] | None = None, body: Any = None, who: str | None = None) -> RawCall:
        content = b"" if body is None else json.dumps(body).encode()
        headers = (("content-type", "application/json"),) if content else ()
        call = raw_call(method, path, query=urlencode(query or {}), headers=headers, body=content)
        return call if who is None else self.signed(call, who)

    def signed(self, call: RawCall, who: str, *, at: int | None = None) -> RawCall:
        """The call with a valid signature."""
        assert _RECIPE is not None
        word = who.upper()
        unsigned = UnsignedRequest(
            method=call.method, host="127.0.0.1", path=call.path, query=call.query, headers=call.headers, body=call.body
        )
        credentials = Credentials(key=KEYS[f"REFERENCE_{word}_KEY"], secret=KEYS[f"REFERENCE_{word}_SECRET"])
        self._signed += 1
        made = sign(_RECIPE, credentials, unsigned, now_ms=self.now - self._signed % _SIGNED_APART if at is None else at)
        headers = tuple((name.lower(), value) for name, value in made.headers)
        return raw_call(call.method, call.path, query=call.query, headers=headers, body=call.body)

    def send(self, call: RawCall) -> Reply:
        """The answer; where no fault is switched on, it must be one that the description allows."""
        answer = self.assembly.gateway.answer(call)
        operation = self.assembly.contract.route(call.method, call.path).operation
        if operation is not None and not self.options.faults:
            assert not deviations(self.assembly.contract, operation, answer)
        document = codec.read(codec.write(answer.document))
        return Reply(answer.status, dict(answer.headers), document, operation.id if operation else None)

    def place(self, who: str = "first", **changes: Any) -> Reply:
        """Place a buy order that rests, unless the changes say otherwise; a change to ``None`` leaves a field out."""
        order = {"symbol": "BTC-USD", "side": "buy", "type": "limit", "price": "50000", "quantity": "0.01"} | changes
        return self.ask("POST", "/v1/orders", body={name: value for name, value in order.items() if value is not None}, who=who)

    def withdraw(self, who: str = "first", **changes: Any) -> Reply:
        """Ask for a withdrawal of a little bitcoin, unless the changes say otherwise."""
        asked = {"asset": "BTC", "amount": "0.00123456", "address": address_of("BTC", "desk00000000000000000000")} | changes
        return self.ask("POST", "/v1/withdrawals", body=asked, who=who)

    def balance(self, asset: str, who: str = "first") -> dict[str, Any]:
        """One balance."""
        document: dict[str, Any] = self.ask("GET", f"/v1/balances/{asset}", who=who).document
        return document


def raw_call(method: str, path: str, *, query: str = "", headers: tuple[tuple[str, str], ...] = (), body: bytes = b"") -> RawCall:
    """A call as the server reads it."""
    return RawCall(method=method, path=path, query=query, headers=headers, body=body, body_is_complete=True, client="127.0.0.1")


def deviations(contract: Contract, operation: Operation, answer: Answer) -> list[str]:
    """Where an answer is not what the description says, in words; an undocumented status is one of them."""
    keys, described = described_response(contract, operation, answer.status)
    if described is None:
        return [f"{operation.id}: status {answer.status} is not described"]
    found = []
    given = dict(answer.headers)
    for name, node in described["headers"].items():
        header, at = contract.description.resolve(node, (*keys, "headers", name))
        value: Any = given.get(name)
        if value is None:
            found.append(f"{operation.id}: header {name} is missing")
            continue
        value = int(value) if header["schema"]["type"] == "integer" else value
        if flaw(contract.description.validator(*at, "schema"), value):
            found.append(f"{operation.id}: header {name} is {value}")
    if answer.media_type != "application/json":
        found.append(f"{operation.id}: media type {answer.media_type}")
    document = codec.read(codec.write(answer.document))
    broken = flaw(contract.description.validator(*keys, "content", "application/json", "schema"), document)
    return [*found, f"{operation.id}: {broken}"] if broken else found


def described_response(contract: Contract, operation: Operation, status: int) -> tuple[tuple[str | int, ...], dict[str, Any] | None]:
    """Where the description describes a status of an operation, and what it says."""
    template = "/" + "/".join(operation.segments)
    keys: tuple[str | int, ...] = ("paths", template, operation.method.lower(), "responses", str(status))
    responses = contract.description.document["paths"][template][operation.method.lower()]["responses"]
    if str(status) not in responses:
        return keys, None
    node, at = contract.description.resolve(responses[str(status)], keys)
    return at, node


def description_path(name: str) -> Path:
    """One of the reference exchange's descriptions."""
    return DESCRIPTIONS / name
