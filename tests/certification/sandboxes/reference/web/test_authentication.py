from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from certification.sandboxes.reference.accounts import demo_credentials, demo_environment
from certification.sandboxes.reference.web.answer import RequestRefusedError
from certification.sandboxes.reference.web.authentication import Authenticator
from certification.sandboxes.reference.web.call import RawCall
from certification.sandboxes.reference.web.rules import CORRECT
from tests.simulators.reference_desk import START, Desk, raw_call

BALANCES = raw_call("GET", "/v1/balances")


@pytest.fixture(scope="module")
def desk() -> Desk:
    return Desk()


def with_header(call: RawCall, name: str, value: str | None) -> RawCall:
    others = tuple(header for header in call.headers if header[0] != name)
    return replace(call, headers=others if value is None else (*others, (name, value)))


@pytest.mark.parametrize("name", ["x-ref-key", "x-ref-timestamp", "x-ref-signature"])
@pytest.mark.parametrize("value", [None, "", "  "])
def test_each_part_of_the_proof_is_needed(desk: Desk, name: str, value: str | None) -> None:
    reply = desk.send(with_header(desk.signed(BALANCES, "first"), name, value))
    assert (reply.status, reply["code"]) == (401, "AUTHENTICATION_REQUIRED")
    assert reply.headers["WWW-Authenticate"] == "Reference-HMAC-SHA256"


def test_a_part_given_twice_proves_nothing(desk: Desk) -> None:
    call = desk.signed(BALANCES, "first")
    assert desk.send(replace(call, headers=(*call.headers, ("x-ref-key", "other")))).status == 401


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("x-ref-key", "nobody", "KEY_UNKNOWN"),
        ("x-ref-key", "sandbox-only-second-key", "SIGNATURE_INVALID"),
        ("x-ref-signature", "0" * 64, "SIGNATURE_INVALID"),
        ("x-ref-signature", "\xe9", "SIGNATURE_INVALID"),
        ("x-ref-timestamp", str(START + 1), "SIGNATURE_INVALID"),
        ("x-ref-window", "6000", "SIGNATURE_INVALID"),
        ("x-ref-window", None, "SIGNATURE_INVALID"),
    ],
)
def test_any_part_changed_after_signing_is_noticed(desk: Desk, name: str, value: str | None, code: str) -> None:
    reply = desk.send(with_header(desk.signed(BALANCES, "first"), name, value))
    assert (reply.status, reply["code"]) == (401, code)


@pytest.mark.parametrize(
    "changed",
    [
        {"method": "POST", "path": "/v1/open-orders/cancel"},
        {"path": "/v1/fees"},
        {"query": "symbol=BTC-USD"},
        {"body": b"{}"},
    ],
)
def test_method_path_query_and_body_are_signed(desk: Desk, changed: dict[str, Any]) -> None:
    call = desk.signed(raw_call("GET", "/v1/open-orders"), "first")
    assert desk.send(replace(call, **changed))["code"] == "SIGNATURE_INVALID"


@pytest.mark.parametrize(("off", "status"), [(-5000, 200), (5000, 200), (-5001, 401), (5001, 401)])
def test_a_timestamp_is_within_the_window(desk: Desk, off: int, status: int) -> None:
    assert desk.send(desk.signed(BALANCES, "first", at=START + off)).status == status


def test_a_timestamp_that_is_no_number_is_refused(desk: Desk) -> None:
    code = desk.send(_signed_by_hand(desk, "soon", ""))["code"]
    assert code == "TIMESTAMP_OUTSIDE_WINDOW"


@pytest.mark.parametrize(("window", "off", "status"), [("60000", 59_000, 200), ("1000", 1001, 401), ("1000", 1000, 200)])
def test_a_caller_may_name_a_window(desk: Desk, window: str, off: int, status: int) -> None:
    assert desk.send(_signed_by_hand(desk, str(START - off), window)).status == status


@pytest.mark.parametrize("window", ["0", "999", "60001", "x", "01000", "-1"])
def test_a_malformed_window_is_a_malformed_request(desk: Desk, window: str) -> None:
    reply = desk.send(_signed_by_hand(desk, str(START), window))
    assert (reply.status, reply["field"]) == (400, "header.X-Ref-Window")


def test_without_a_window_the_default_holds(desk: Desk) -> None:
    assert desk.send(_signed_by_hand(desk, str(START), "")).status == 200


def _signed_by_hand(desk: Desk, timestamp: str, window: str) -> RawCall:
    from certification.sandboxes.reference.web.authentication import sign  # noqa: PLC0415 - only this shortcut needs it

    signature = sign("sandbox-only-first-secret-worth-nothing", f"{timestamp}{window}GET/v1/balances".encode())
    call = desk.signed(BALANCES, "first")
    for name, value in (("x-ref-timestamp", timestamp), ("x-ref-window", window or None), ("x-ref-signature", signature)):
        call = with_header(call, name, value)
    return call


def test_the_same_signed_call_may_be_repeated_within_the_window(desk: Desk) -> None:
    call = desk.signed(BALANCES, "first")
    assert [desk.send(call).status for _ in range(2)] == [200, 200]


def test_a_key_that_may_only_read_sees_its_account_and_can_not_trade(desk: Desk) -> None:
    order_id = desk.place()["order_id"]
    assert desk.ask("GET", f"/v1/orders/{order_id}", who="observer").status == 200
    for path, body in (("/v1/orders", {}), (f"/v1/orders/{order_id}/cancel", None), ("/v1/open-orders/cancel", None)):
        reply = desk.ask("POST", path, body=body, who="observer")
        assert (reply.status, reply["code"]) == (403, "PERMISSION_DENIED")


def test_who_calls_is_asked_before_what_they_ask(desk: Desk) -> None:
    assert desk.ask("GET", "/v1/orders/nonsense").status == 401
    assert desk.ask("POST", "/v1/orders", body={"nonsense": 1}).status == 401


def test_credentials_come_from_the_environment_where_it_has_them() -> None:
    given = {"REFERENCE_FIRST_KEY": "k", "REFERENCE_FIRST_SECRET": "s"}
    first, second, observer = demo_credentials(given)
    assert (first.key, first.secret, first.may_trade) == ("k", "s", True)
    assert second.key == "sandbox-only-second-key"
    assert (observer.account, observer.may_trade) == (first.account, False)
    assert demo_environment(given)["REFERENCE_FIRST_SECRET"] == "s"
    assert len(demo_environment({})) == 6


def test_a_signed_call_that_changes_something_counts_once() -> None:
    desk = Desk()
    call = desk.call("POST", "/v1/open-orders/cancel", who="first")
    assert desk.send(call).status == 200
    again = desk.send(call)
    assert (again.status, again["code"]) == (401, "REQUEST_REPLAYED")
    assert again.headers["WWW-Authenticate"] == "Reference-HMAC-SHA256"
    reads = desk.call("GET", "/v1/balances", who="first")
    assert [desk.send(reads).status for _ in range(2)] == [200, 200]


def test_a_call_that_was_refused_before_is_refused_for_what_it_is() -> None:
    desk = Desk()
    early = desk.signed(raw_call("POST", "/v1/open-orders/cancel"), "first", at=START + 6000)
    assert desk.send(early)["code"] == "TIMESTAMP_OUTSIDE_WINDOW"
    desk.now += 3000
    assert desk.send(early).status == 200


def test_calls_are_remembered_until_no_window_holds_them_and_no_longer() -> None:
    desk, keys = Desk(), Authenticator(demo_credentials({}), CORRECT)
    first = desk.signed(raw_call("POST", "/v1/open-orders/cancel"), "first")
    keys.authenticate(first, START)
    for later in (1, 4_000):
        with pytest.raises(RequestRefusedError, match="accepted before"):
            keys.authenticate(first, START + later)
    assert keys.remembered == 1
    for step in range(1, 4):
        now = START + step * 130_000
        keys.authenticate(desk.signed(BALANCES, "first", at=now), now)
        assert keys.remembered == 1
