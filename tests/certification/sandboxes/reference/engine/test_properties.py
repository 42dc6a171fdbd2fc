from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from certification.sandboxes.reference.engine.exchange import Exchange
from certification.sandboxes.reference.engine.instrument import INSTRUMENTS, Instrument, Liquidity
from certification.sandboxes.reference.engine.order import Order, OrderRequest, OrderStatus, OrderType, Side, TimeInForce
from certification.sandboxes.reference.engine.refusal import RefusalError
from certification.sandboxes.reference.engine.settlement import required_hold

D = Decimal
ACCOUNTS = ("ann", "ben", "cy")
ASSETS = ("BTC", "ETH", "USD")
OPENING = {"BTC": D(40), "ETH": D(400), "USD": D(30_000)}


@dataclass(frozen=True)
class Place:
    account: str
    request: OrderRequest


@dataclass(frozen=True)
class Cancel:
    account: str
    index: int


@st.composite
def requests(draw: st.DrawFn) -> OrderRequest:
    instrument = draw(st.sampled_from(INSTRUMENTS))
    market = draw(st.integers(0, 5)) == 0
    ticks = draw(st.integers(1, 12)) * 997
    return OrderRequest(
        symbol=instrument.symbol,
        side=draw(st.sampled_from(Side)),
        type=OrderType.MARKET if market else OrderType.LIMIT,
        time_in_force=TimeInForce.IOC if market else draw(st.sampled_from(TimeInForce)),
        price=None if market else instrument.tick_size * ticks * (1 if instrument.quote == "USD" else 7),
        quantity=instrument.lot_size * draw(st.integers(1, 2_000_003)),
        client_order_id=draw(st.none() | st.sampled_from(["a", "b", "c"])),
    )


commands = st.lists(
    st.builds(Place, st.sampled_from(ACCOUNTS), requests()) | st.builds(Cancel, st.sampled_from(ACCOUNTS), st.integers(0, 40)),
    max_size=40,
)


def opened() -> Exchange:
    exchange = Exchange()
    for account in ACCOUNTS:
        for asset, amount in OPENING.items():
            exchange.ledger.deposit(account, asset, amount)
    return exchange


def played(exchange: Exchange, story: list[Place | Cancel]) -> Iterator[Order]:
    """Every order as each command left it; refused commands leave none."""
    placed: list[int] = []
    for now, command in enumerate(story):
        try:
            match command:
                case Place(account, request):
                    order = exchange.place(account, request, now).order
                    placed.append(order.order_id)
                    yield order
                case Cancel(account, index):
                    if placed:
                        yield exchange.cancel(account, placed[index % len(placed)], now)
        except RefusalError:
            continue


def all_open(exchange: Exchange) -> list[Order]:
    return [order for account in ACCOUNTS for order in exchange.open_orders(account)]


@given(commands)
def test_no_digit_of_any_asset_is_made_or_lost(story: list[Place | Cancel]) -> None:
    exchange = opened()
    for _ in played(exchange, story):
        assert {asset: exchange.ledger.total(asset) for asset in ASSETS} == {asset: 3 * amount for asset, amount in OPENING.items()}


@given(commands)
def test_no_balance_is_ever_negative_and_holds_are_those_of_the_open_orders(story: list[Place | Cancel]) -> None:
    exchange = opened()
    for _ in played(exchange, story):
        needed = dict.fromkeys(((account, asset) for account in ACCOUNTS for asset in ASSETS), D(0))
        for order in all_open(exchange):
            instrument = exchange.instruments[order.request.symbol]
            asset = instrument.quote if order.request.side is Side.BUY else instrument.base
            assert order.held == required_hold(order, instrument)
            needed[order.account, asset] += order.held
        for (account, asset), held in needed.items():
            balance = exchange.ledger.balance(account, asset)
            assert balance.held == held
            assert balance.available >= 0


@given(commands)
def test_a_book_is_never_crossed_and_shows_the_open_orders_and_nothing_else(story: list[Place | Cancel]) -> None:
    exchange = opened()
    for _ in played(exchange, story):
        for symbol, book in exchange.books.items():
            bid, ask = book.best_price(Side.BUY), book.best_price(Side.SELL)
            assert bid is None or ask is None or bid < ask
            for side in Side:
                totals: dict[Decimal | None, Decimal] = {}
                for order in all_open(exchange):
                    if order.request.symbol == symbol and order.request.side is side:
                        totals[order.request.price] = totals.get(order.request.price, D(0)) + order.remaining
                levels = list(book.levels(side))
                assert dict(levels) == totals
                assert [price for price, _ in levels] == sorted(dict(levels), reverse=side is Side.BUY)


@given(commands)
def test_orders_trade_by_price_and_then_by_time(story: list[Place | Cancel]) -> None:
    """Whenever an order waits with a priority over one that traded as a maker, it is because it is the taker's own."""
    exchange = opened()
    for now, command in enumerate(story):
        if not isinstance(command, Place):
            continue
        before = list(exchange.books[command.request.symbol].orders(command.request.side.opposite))
        by_priority = sorted(before, key=lambda order: (_distance(order), order.order_id))
        assert before == by_priority
        try:
            exchange.place(command.account, command.request, now)
        except RefusalError:
            continue
        filled = [order.remaining - _now(exchange, order).remaining for order in by_priority]
        touched = [amount > 0 for amount in filled]
        assert touched == sorted(touched, reverse=True)
        spent = [order for order, amount in zip(by_priority, filled, strict=True) if amount and amount == order.remaining]
        assert len(spent) >= sum(touched) - 1


def _distance(order: Order) -> Decimal:
    price = order.request.price or D(0)
    return -price if order.request.side is Side.BUY else price


def _now(exchange: Exchange, order: Order) -> Order:
    found = exchange.journal.order(order.order_id)
    assert found is not None
    return found


@given(commands)
def test_every_order_is_the_sum_of_its_fills_at_its_limit_or_better(story: list[Place | Cancel]) -> None:
    exchange = opened()
    orders = {order.order_id: order for order in played(exchange, story)}
    for account in ACCOUNTS:
        fills = list(exchange.journal.fills(account))
        for order in exchange.journal.orders(account):
            own = [fill for fill in fills if fill.order_id == order.order_id]
            instrument = exchange.instruments[order.request.symbol]
            assert order.filled == sum((fill.quantity for fill in own), D(0)) <= order.request.quantity
            assert order.notional == sum((fill.price * fill.quantity for fill in own), D(0))
            assert order.fees == sum((fill.fee for fill in own), D(0))
            assert all(_within_limit(order, fill.price) for fill in own)
            assert all(fill.fee == instrument.fee(fill.price * fill.quantity, fill.liquidity) for fill in own)
            assert (order.status is OrderStatus.FILLED) == (order.filled == order.request.quantity)
            if order.request.time_in_force is TimeInForce.POST_ONLY:
                assert all(fill.liquidity is Liquidity.MAKER for fill in own)
            if order.request.time_in_force in {TimeInForce.IOC, TimeInForce.FOK}:
                assert not order.is_open
            if order.request.time_in_force is TimeInForce.FOK:
                assert order.filled in {D(0), order.request.quantity}
    assert set(orders) >= {order.order_id for order in all_open(exchange)}


def _within_limit(order: Order, price: Decimal) -> bool:
    limit = order.request.price
    return limit is None or (price <= limit if order.request.side is Side.BUY else price >= limit)


@given(commands)
def test_repeating_any_order_with_a_client_order_id_changes_nothing(story: list[Place | Cancel]) -> None:
    once, twice = opened(), opened()
    doubled = [same for command in story for same in ((command, command) if _has_id(command) else (command,))]
    assert [_essence(order) for order in played(once, story)] == [_essence(order) for order in _without_repeats(twice, doubled)]
    for account in ACCOUNTS:
        assert once.ledger.balances(account) == twice.ledger.balances(account)


def _has_id(command: Place | Cancel) -> bool:
    return isinstance(command, Place) and command.request.client_order_id is not None


def _without_repeats(exchange: Exchange, doubled: list[Place | Cancel]) -> list[Order]:
    answered: list[Order] = []
    index, placed = 0, list[int]()
    while index < len(doubled):
        command = doubled[index]
        try:
            match command:
                case Place(account, request):
                    order = exchange.place(account, request, index).order
                    if _has_id(command):
                        index += 1
                        assert exchange.place(account, request, index).order == order
                    placed.append(order.order_id)
                    answered.append(order)
                case Cancel(account, at):
                    if placed:
                        answered.append(exchange.cancel(account, placed[at % len(placed)], index))
        except RefusalError:
            if _has_id(command) and doubled[index + 1 : index + 2] == [command]:
                index += 1
        index += 1
    return answered


def _essence(order: Order) -> Order:
    return replace(order, created_at=0, updated_at=0)


@given(commands)
@settings(max_examples=25)
def test_the_same_story_has_the_same_end(story: list[Place | Cancel]) -> None:
    first, second = opened(), opened()
    assert list(played(first, story)) == list(played(second, story))
    assert first.drain_events() == second.drain_events()


@given(st.sampled_from(INSTRUMENTS), st.integers(1, 10**9), st.lists(st.integers(1, 10**9), min_size=1, max_size=20))
def test_what_is_held_covers_every_way_to_fill_in_parts(instrument: Instrument, ticks: int, lots: list[int]) -> None:
    price = instrument.tick_size * ticks
    parts = [instrument.lot_size * lot for lot in lots]
    spent = sum((price * part + instrument.fee(price * part, Liquidity.TAKER) for part in parts), D(0))
    assert spent <= instrument.cost(price * sum(parts, D(0)))
