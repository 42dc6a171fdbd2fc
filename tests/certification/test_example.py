from __future__ import annotations

from pathlib import Path

import yaml

from certification.example import trading_example
from certification.profile import ExchangeProfile
from sdkgen.source import ExampleCall

REFERENCE = Path(__file__).resolve().parents[2] / "exchanges" / "reference" / "profile.yaml"


def profile_with(**roles: dict[str, object]) -> ExchangeProfile:
    document = yaml.safe_load(REFERENCE.read_text())
    document["trading"]["roles"] |= roles
    return ExchangeProfile.model_validate(document)


def test_a_resting_limit_order_is_placed_and_cancelled() -> None:
    example = trading_example(profile_with())
    assert example is not None
    assert example.place == ExampleCall(
        operation="placeOrder",
        arguments=(
            ("body.symbol", "BTC-USD"),
            ("body.side", "buy"),
            ("body.type", "limit"),
            ("body.time_in_force", "GTC"),
            ("body.price", "50000"),
            ("body.quantity", "0.01"),
        ),
    )
    assert example.cancel == ExampleCall(operation="cancelOrder", arguments=())
    assert example.order_id == ("order_id", "path.order_id")


def test_constants_of_a_role_are_sent_too() -> None:
    cancel: dict[str, object] = {
        "operation": "c",
        "arguments": {"order_id": "body.id", "symbol": "body.symbol"},
        "constants": {"body.kind": "spot"},
    }
    example = trading_example(profile_with(cancel=cancel))
    assert example is not None
    assert example.cancel.arguments == (("body.symbol", "BTC-USD"), ("body.kind", "spot"))


def test_without_roles_or_an_order_id_there_is_no_example() -> None:
    document = yaml.safe_load(REFERENCE.read_text())
    assert trading_example(ExchangeProfile.model_validate({**document, "trading": None})) is None
    assert trading_example(profile_with(cancel={"operation": "c"})) is None
    del document["trading"]["roles"]["place"]
    assert trading_example(ExchangeProfile.model_validate(document)) is None
