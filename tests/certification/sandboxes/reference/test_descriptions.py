"""The descriptions say what the code does, and agree with each other and with the profile."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from certification.evidence.model.terms import FeeAsset, Rounding
from certification.evidence.places import read
from certification.profiles import load_profile
from certification.sandboxes.reference.accounts import demo_environment
from certification.sandboxes.reference.engine.candles import Interval
from certification.sandboxes.reference.engine.instrument import FEE_STEP, INSTRUMENTS, Liquidity
from certification.sandboxes.reference.engine.order import CancelReason, OrderStatus, OrderType, Side, TimeInForce
from certification.sandboxes.reference.engine.refusal import RefusalCode
from certification.sandboxes.reference.web import views
from certification.sandboxes.reference.web.budget import WINDOW_MS, Payer
from certification.sandboxes.reference.web.description import Description, flaw
from sdkgen.api.load import load
from tests.simulators.reference_desk import Desk, description_path

REST = Description(description_path("openapi.yaml"))
STREAMS = Description(description_path("asyncapi.yaml"))
SCHEMAS = REST.document["components"]["schemas"]
PROFILE = load_profile(description_path("profile.yaml"))


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for item in node:
            yield from references(item)


@pytest.mark.parametrize("description", [REST, STREAMS], ids=["openapi", "asyncapi"])
def test_every_reference_leads_somewhere(description: Description) -> None:
    for reference in references(description.document):
        assert description.resolve({"$ref": reference}, ())[0]


def test_streams_and_calls_describe_the_same_things_alike() -> None:
    shared = STREAMS.document["components"]["schemas"].keys() & SCHEMAS.keys()
    assert {"Trade", "Order", "Level", "Decimal"} <= shared
    for name in shared - {"Level"}:  # a pair is written otherwise in AsyncAPI's dialect of JSON Schema, which is draft 7
        assert STREAMS.document["components"]["schemas"][name] == SCHEMAS[name]


def test_streams_use_no_word_that_came_after_draft_7() -> None:
    later = {"prefixItems", "unevaluatedProperties", "unevaluatedItems", "dependentRequired", "dependentSchemas", "minContains", "$defs"}

    def words(node: Any) -> set[str]:
        if isinstance(node, dict):
            return set(node).union(*(words(value) for value in node.values()))
        return set().union(*(words(item) for item in node)) if isinstance(node, list) else set()

    assert not words(STREAMS.document["components"]["schemas"]) & later


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Side", Side),
        ("OrderType", OrderType),
        ("TimeInForce", TimeInForce),
        ("OrderStatus", OrderStatus),
        ("CancelReason", CancelReason),
        ("Liquidity", Liquidity),
        ("Interval", Interval),
    ],
)
def test_words_are_described_as_they_are(name: str, words: type[Side]) -> None:
    assert SCHEMAS[name]["enum"] == [word.value for word in words]


def test_every_refusal_is_described() -> None:
    assert {code.value for code in RefusalCode} <= set(SCHEMAS["ErrorCode"]["enum"])


def test_every_described_example_has_the_form_that_it_is_an_example_of() -> None:
    tried = 0
    for path, item in REST.document["paths"].items():
        for method, operation in item.items():
            for status, node in operation["responses"].items():
                response, keys = REST.resolve(node, ("paths", path, method, "responses", status))
                media = response["content"]["application/json"]
                if "example" in media:
                    tried += 1
                    assert flaw(REST.validator(*keys, "content", "application/json", "schema"), media["example"]) is None
    body = REST.document["paths"]["/v1/orders"]["post"]["requestBody"]["content"]["application/json"]
    for example in body["examples"].values():
        assert flaw(REST.validator("components", "schemas", "OrderRequest"), example["value"]) is None
    assert tried > 20


def test_every_example_of_a_message_has_its_form() -> None:
    for name, message in STREAMS.document["components"]["messages"].items():
        for example in message.get("examples", ()):
            assert flaw(STREAMS.validator("components", "messages", name, "payload"), example["payload"]) is None


def test_all_refusals_and_budgets_are_described_on_every_operation() -> None:
    for item in REST.document["paths"].values():
        for operation in item.values():
            statuses = set(operation["responses"])
            assert {"400", "429"} <= statuses
            assert ("401" in statuses) == bool(operation.get("security"))


def test_the_description_is_read_whole_and_without_a_flaw() -> None:
    api = load(description_path("openapi.yaml").read_bytes())
    assert api.issues == ()
    assert len(api.operations) == api.declared_operations >= 15
    assert api.operations[0].success() is not None


def test_the_profile_names_operations_and_fields_that_are_there() -> None:
    desk = Desk()
    assert PROFILE.trading is not None
    trading = PROFILE.trading
    desk.place(type="market", price=None)
    operations = {operation.id: operation for operation in desk.assembly.contract.operations}
    for role in trading.roles.values():
        placed = desk.place(symbol=trading.symbol, price=str(trading.price), quantity=str(trading.quantity))
        assert placed["status"] == "open"
        operation = operations[role.operation]
        sent = desk.withdraw()
        path = "/" + "/".join(operation.segments).replace("{symbol}", "BTC-USD").replace("{order_id}", str(placed["order_id"]))
        path = path.replace("{withdrawal_id}", str(sent["withdrawal_id"]))
        query = {place.removeprefix("query."): value for place, value in role.constants.items()}
        who = "first" if operation.signed else None
        done = {"placeOrder": placed, "createWithdrawal": sent}
        reply = done.get(role.operation) or desk.ask(operation.method, path, query or None, who=who)
        for name, place in role.fields.items():
            assert reply.headers.get(place) if name.startswith("header.") else read(reply.document, place), (role.operation, name)
        declared = {f"{parameter.location}.{parameter.name}" for parameter in operation.parameters}
        taken = SCHEMAS["LimitOrderRequest"]["properties"] | SCHEMAS["WithdrawalRequest"]["properties"]
        declared |= {f"body.{name}" for name in taken} if operation.body else set()
        assert set(role.arguments.values()) <= declared


def test_the_profile_tells_the_instruments_own_steps_and_fee() -> None:
    assert PROFILE.trading is not None
    instrument = next(each for each in INSTRUMENTS if each.symbol == PROFILE.trading.symbol)
    assert (PROFILE.trading.price_step, PROFILE.trading.quantity_step) == (instrument.tick_size, instrument.lot_size)
    fees = PROFILE.trading.fees
    assert fees is not None
    assert (fees.maker, fees.taker, fees.step) == (instrument.maker_fee, instrument.taker_fee, FEE_STEP)
    assert (fees.asset, fees.rounding) == (FeeAsset.QUOTE, Rounding.DOWN)
    assert views.fee(instrument)["taker_fee"] == instrument.taker_fee


def test_the_budgets_are_what_profile_and_description_say() -> None:
    assert [(budget.requests, budget.per_seconds * 1000) for budget in PROFILE.rate_limit] == [(payer.value, WINDOW_MS) for payer in Payer]
    assert all(f"{payer.value:,} " in REST.document["info"]["description"] for payer in Payer)


def test_the_profile_names_the_variables_that_the_sandbox_answers_to() -> None:
    assert PROFILE.sandbox is not None
    named = {name for account in PROFILE.sandbox.accounts for name in (account.key, account.secret)}
    assert named <= set(demo_environment({}))
