"""Orders as people place them, for SDKs that know more words than the description: real sides and types, and amounts that tell."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from certification.evidence.sdk.arguments import Arguments
from certification.example import trading_example

if TYPE_CHECKING:
    from certification.profile import ExchangeProfile
    from sdkgen.api.json_text import JsonValue
    from sdkgen.source import ExampleCall

_MANY_DIGITS = Decimal("12345678901.12345678")
"""An amount of a coin that is worth little: more digits than a binary float holds."""


NO_ARGUMENTS = Arguments(path={}, query={}, header={}, cookie={}, body=None)


def traded_calls(profile: ExchangeProfile) -> tuple[ExampleCall, ...]:
    """Orders that rest, and their cancellation: as the profile trades, of the smallest amount, and of one with many digits.

    The smallest amount is where languages begin to write ``1e-05``, which exchanges refuse.
    """
    trading = profile.trading
    if trading is None:
        return ()
    quantities = (trading.quantity, trading.quantity_step, _MANY_DIGITS)
    changed = (profile.model_copy(update={"trading": trading.model_copy(update={"quantity": quantity})}) for quantity in quantities)
    examples = [example for each in changed if (example := trading_example(each)) is not None]
    return tuple(example.place for example in examples) + tuple(example.cancel for example in examples[:1])


def arguments_of(call: ExampleCall, shape: Arguments) -> Arguments:
    """A call's arguments, numbers where the made-up ones (``shape``) are numbers."""
    by_place: dict[str, dict[str, JsonValue]] = {"path": {}, "query": {}, "header": {}, "cookie": {}, "body": {}}
    shapes: dict[str, JsonValue] = dict(shape.outside_the_body())
    shapes["body"] = shape.body[0] if shape.body is not None else None
    for place, text in call.arguments:
        carrier, _, name = place.partition(".")
        known = shapes.get(carrier)
        made_up = known.get(name) if isinstance(known, dict) else None
        if carrier in by_place:
            by_place[carrier][name] = _as(made_up, text)
    body = by_place.pop("body")
    return Arguments(**by_place, body=(body,) if body else None)


def _as(made_up: JsonValue, text: str) -> JsonValue:
    if isinstance(made_up, bool):
        return text == "true"
    if isinstance(made_up, int) and text.lstrip("-").isdigit():
        return int(text)
    return Decimal(text) if isinstance(made_up, int | Decimal) else text
