"""From an exchange's trading roles to the program that its SDKs' READMEs show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sdkgen.source import ExampleCall, TradingExample

if TYPE_CHECKING:
    from certification.profile import ExchangeProfile, Role, Trading

_BUY = {"side": "buy", "type": "limit", "time_in_force": "good_till_cancelled"}
"""A limit order to buy, which rests in the book until it is cancelled."""


def trading_example(profile: ExchangeProfile) -> TradingExample | None:
    """How an order is placed and cancelled; ``None`` where the profile does not say."""
    trading = profile.trading
    if trading is None or "place" not in trading.roles or "cancel" not in trading.roles:
        return None
    place, cancel = trading.roles["place"], trading.roles["cancel"]
    if "order_id" not in place.fields or "order_id" not in cancel.arguments:
        return None
    return TradingExample(
        place=_call(trading, place),
        cancel=_call(trading, cancel),
        order_id=(place.fields["order_id"], cancel.arguments["order_id"]),
    )


def _call(trading: Trading, role: Role) -> ExampleCall:
    known = {"symbol": trading.symbol, "price": f"{trading.price:f}", "quantity": f"{trading.quantity:f}"}
    for name, meaning in _BUY.items():
        words = role.values.get(name, {})
        if meaning in words:
            known[name] = words[meaning]
    arguments = tuple((place, known[name]) for name, place in role.arguments.items() if name in known)
    return ExampleCall(operation=role.operation, arguments=(*arguments, *role.constants.items()))
