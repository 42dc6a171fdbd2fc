"""What happened, in order, and the pages that clients read it in."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from certification.sandboxes.reference.engine.order import Fill, Order, Trade

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Item]):
    """A part of a list, newest first."""

    items: tuple[Item, ...]
    next_cursor: int | None
    """Where the next page goes on; ``None`` where this one is the last."""


def page(items: Iterable[Item], number: Callable[[Item], int], *, limit: int, cursor: int | None) -> Page[Item]:
    """The newest ``limit`` items whose number is below the cursor.

    A cursor is the number of the last item of the page before, so that items that arrive meanwhile neither repeat nor hide any.
    ``items`` come newest first.
    """
    chosen: list[Item] = []
    for item in items:
        if cursor is not None and number(item) >= cursor:
            continue
        if len(chosen) == limit:
            return Page(items=tuple(chosen), next_cursor=number(chosen[-1]))
        chosen.append(item)
    return Page(items=tuple(chosen), next_cursor=None)


class Journal:
    """Every order, trade and fill since the start."""

    def __init__(self) -> None:
        self._orders: dict[int, Order] = {}
        self._orders_by_account: defaultdict[str, dict[int, None]] = defaultdict(dict)
        self._by_client_id: dict[tuple[str, str], int] = {}
        self._trades: defaultdict[str, list[Trade]] = defaultdict(list)
        self._fills: defaultdict[str, list[Fill]] = defaultdict(list)

    def enter(self, order: Order) -> None:
        """Keep an order's newest state."""
        self._orders[order.order_id] = order
        self._orders_by_account[order.account].setdefault(order.order_id)
        self._by_client_id[order.account, order.client_order_id] = order.order_id

    def add_trade(self, trade: Trade) -> None:
        """Keep a trade; they come in the order of their numbers."""
        self._trades[trade.symbol].append(trade)

    def add_fill(self, fill: Fill) -> None:
        """Keep a fill; they come in the order of their numbers."""
        self._fills[fill.account].append(fill)

    def order(self, order_id: int) -> Order | None:
        """One order's newest state."""
        return self._orders.get(order_id)

    def order_by_client_id(self, account: str, client_order_id: str) -> Order | None:
        """The newest order that the account gave that id."""
        order_id = self._by_client_id.get((account, client_order_id))
        return None if order_id is None else self._orders[order_id]

    def orders(self, account: str) -> Iterator[Order]:
        """The account's orders, newest first."""
        return (self._orders[order_id] for order_id in reversed(self._orders_by_account[account]))

    def trades(self, symbol: str) -> Iterator[Trade]:
        """An instrument's trades, newest first."""
        return reversed(self._trades[symbol])

    def fills(self, account: str) -> Iterator[Fill]:
        """The account's fills, newest first."""
        return reversed(self._fills[account])
