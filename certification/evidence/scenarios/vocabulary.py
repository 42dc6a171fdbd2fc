"""An exchange's trading in neutral words, as its profile tells it: which operation plays a role, and how a call of it is written.

Nothing here calls anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from certification.evidence.pace import interval_of
from certification.evidence.scenarios.paging import Pages, pages_of
from certification.evidence.scenarios.tamper import Draft

if TYPE_CHECKING:
    from certification.profile import ExchangeProfile, Role, RoleName, Trading
    from sdkgen.api.model import Api, Operation


_CLIENT_ID = "client_order_id"
_BY_CLIENT_ID: Mapping[RoleName, RoleName] = MappingProxyType({"query": "query_by_client_id", "cancel": "cancel_by_client_id"})


class Vocabulary:
    """What a profile says of trading, beside the operations that its description has."""

    def __init__(self, profile: ExchangeProfile, trading: Trading, api: Api) -> None:
        """Read the profile."""
        paging = profile.behaviour.paging
        self._pages = {name: pages_of(role, paging.get(role.operation)) for name, role in trading.roles.items()}
        self._roles = {name: pages.role if pages else trading.roles[name] for name, pages in self._pages.items()}
        self._operations = {operation.id: operation for operation in api.operations}
        self.symbol = trading.symbol
        self.price = trading.price
        self.price_step = trading.price_step
        self.quantity = trading.quantity
        self.quantity_step = trading.quantity_step
        self.base, self.quote = trading.base, trading.quote
        self.fees = trading.fees
        self.held_for_buys = trading.held_for_buys
        self.held_rounding = trading.held_rounding
        self.self_trade = trading.self_trade
        self.amended_place = trading.amended_place
        self.also = trading.also
        self.candle_s = trading.candle_s
        self.most_open_orders = trading.most_open_orders
        self.nonces = trading.nonces
        self.cancelled_again = trading.cancelled_again
        self.replays, self.expiry, self.withdrawals = trading.replays, trading.expiry, trading.withdrawals
        self.interval_s = _usual_interval(profile, self._operations, [role.operation for role in self._roles.values()])
        self.deadline_written = trading.deadline.written if trading.deadline else None
        placing = trading.roles.get("place")
        self.client_ids_last = placing is not None and placing.operation in profile.behaviour.order_ids
        """Whether a client order id is taken for ever, so that it makes an order safe to repeat."""
        self._taker_fee = trading.fees.taker if trading.fees else trading.taker_fee
        self.described_streams = profile.spec.streams is not None or trading.streams is not None

    def has(self, role: RoleName) -> bool:
        """Whether the profile maps the role to an operation that the description has."""
        return self.operation_of(role) is not None

    def operation_of(self, role: RoleName) -> str | None:
        """The operation that plays the role."""
        entry = self._roles.get(role)
        return entry.operation if entry and entry.operation in self._operations else None

    def words(self, role: RoleName, name: str) -> frozenset[str]:
        """The neutral words that the profile has for an argument or a field."""
        return frozenset(self._roles[role].values.get(name, {}))

    def has_word(self, role: RoleName, argument: str, word: str) -> bool:
        """Whether the profile says how the exchange writes a value of an argument."""
        return self.takes(role, argument) and word in self._roles[role].values.get(argument, {})

    def pages(self, role: RoleName) -> Pages | None:
        """How the role's list goes from page to page; ``None`` where the profile does not say."""
        return self._pages.get(role)

    def can_place(self, time_in_force: str) -> bool:
        """Whether the profile says how an order of that kind is asked for: by a time in force, a type or a field of its own."""
        return any(self.has_word("place", argument, time_in_force) for argument in ("time_in_force", "type", time_in_force))

    def takes(self, role: RoleName, argument: str) -> bool:
        """Whether the role has a place for an argument, or an operation of its own for orders that are named by their client's id."""
        by_client_id = _BY_CLIENT_ID.get(role) if argument == _CLIENT_ID else None
        return argument in self._roles[role].arguments or (by_client_id is not None and self.has(by_client_id))

    def entry(self, role: RoleName, arguments: Mapping[str, str]) -> Role:
        """The role as these arguments play it: orders that are named by their client's id alone may have an operation of their own."""
        by_client_id = _BY_CLIENT_ID.get(role) if _CLIENT_ID in arguments and "order_id" not in arguments else None
        usual = self._roles[role]
        return self._roles[by_client_id] if by_client_id is not None and self.has(by_client_id) else usual

    def reads(self, role: RoleName, field: str) -> bool:
        """Whether the role's answer has a place for a field."""
        return field in self._roles[role].fields

    def page_size(self, role: RoleName) -> int | None:
        """How many items the role's list has on a page where none asks for a number; ``None`` where the profile does not say."""
        return self._roles[role].page

    def only(self, role: RoleName, arguments: Mapping[str, str]) -> dict[str, str]:
        """Those arguments that the role has a place for."""
        return {name: value for name, value in arguments.items() if self.takes(role, name)}

    def usual_arguments(self, role: RoleName) -> dict[str, str]:
        """What a valid call of the role needs, as far as the profile alone can tell."""
        usual = {"symbol": self.symbol, "limit": "5"}
        return self.order() if role == "place" else self.only(role, usual)

    def order(self) -> dict[str, str]:
        """A limit order to buy that rests, in neutral words; without a client order id."""
        return {
            "symbol": self.symbol,
            "side": "buy",
            "type": "limit",
            "time_in_force": "good_till_cancelled",
            "price": f"{self.price:f}",
            "quantity": f"{self.quantity:f}",
        }

    def draft(self, role: RoleName, arguments: Mapping[str, str]) -> Draft:
        """The role's call with these arguments, in the exchange's own words."""
        entry = self.entry(role, arguments)
        given = dict(entry.constants)
        if role != "place" and "order_id" in arguments and "order_id" in entry.arguments:
            # One name is enough, and an exchange need not take two.
            arguments = {name: value for name, value in arguments.items() if name != "client_order_id"}
        for name, value in _as_one_word(entry, arguments).items():
            if name in entry.arguments:
                given[entry.arguments[name]] = entry.values.get(name, {}).get(value, value)
        return Draft(operation=self._operations[entry.operation], given=tuple(given.items()))


def _usual_interval(profile: ExchangeProfile, operations: Mapping[str, Operation], called: list[str]) -> float:
    """How many seconds lie between two calls, on the average of those operations."""
    intervals = [interval_of(operations[name], profile.rate_limit, profile.behaviour.limits) for name in called if name in operations]
    return sum(intervals) / len(intervals) if intervals else 0.0


def _as_one_word(role: Role, arguments: Mapping[str, str]) -> Mapping[str, str]:
    """Where the exchange has a type for a time in force (``post_only: LIMIT_MAKER``), it is sent as that alone.

    Where it has a field of its own for it (``oflags=post``), that is sent beside the usual time in force.
    """
    word = arguments.get("time_in_force", "")
    if word in role.values.get("time_in_force", {}):
        return arguments
    if word in role.arguments and word in role.values.get(word, {}):
        return dict(arguments) | {word: word, "time_in_force": "good_till_cancelled"}
    if word not in role.values.get("type", {}):
        return arguments
    return {name: value for name, value in arguments.items() if name != "time_in_force"} | {"type": word}
