from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from sdkgen.python.runtime.channels import ChannelRule, MarkRule, MessageKind
from sdkgen.python.runtime.codec import INTEGER
from sdkgen.python.runtime.errors import ConfigurationError, DecodeError, TransportError
from sdkgen.python.runtime.model import Model, field
from sdkgen.python.runtime.subscription import Dropped, Listener, Opened, Reconnected, Subscription, UnknownMessage


class Tick(Model):
    n: int = field("n", INTEGER)


CHANNEL = ChannelRule("ticks", "", heard=(MessageKind("Tick", Tick, (MarkRule(("t",), ("1",)),)),))


def tick(number: object) -> Any:
    return {"t": 1, "n": number}


class Exchange:
    """Opens subscriptions, or refuses."""

    def __init__(self, error: TransportError | None = None) -> None:
        self.error = error
        self.opened = self.closed = 0

    async def __call__(self, _listener: Listener) -> Opened:
        self.opened += 1
        if self.error is not None:
            raise self.error

        async def close() -> None:
            self.closed += 1

        return Opened(None, None, close)  # type: ignore[arg-type]  # nobody looks at them


def run(body: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(asyncio.wait_for(body(), 20))


def subscription(exchange: Exchange, capacity: int = 3, overflow: str = "drop_oldest") -> Subscription[Tick]:
    return Subscription(CHANNEL, exchange, capacity=capacity, overflow=overflow)


def test_messages_come_typed_and_in_order() -> None:
    async def body() -> None:
        exchange = Exchange()
        async with subscription(exchange) as ticks:
            ticks.take(tick(1))
            ticks.take({"t": 2})
            assert await anext(ticks) == Tick(n=1, extra={"t": 1})
            assert await anext(ticks) == UnknownMessage({"t": 2})
            reading = asyncio.create_task(ticks.hear())
            await asyncio.sleep(0)
            ticks.take(tick(3))
            assert (await reading).kind == "Tick"
            assert exchange.opened == 1
        assert exchange.closed == 1
        assert [item async for item in ticks] == []
        ticks.take(tick(9))
        assert [item async for item in ticks] == []

    run(body)


def test_what_does_not_fit_is_given_and_reading_goes_on() -> None:
    async def body() -> None:
        ticks = subscription(Exchange())
        await ticks.open()
        ticks.take(tick("x"))
        ticks.spoil(DecodeError("JSON"))
        ticks.take(tick(2))
        heard = []
        async for item in ticks:
            heard.append(item)
            if len(heard) == 3:
                break
        assert [type(item) for item in heard] == [DecodeError, DecodeError, Tick]
        assert isinstance(heard[0], DecodeError)
        assert heard[0].path == "$.n"
        ticks.spoil(DecodeError("JSON"))
        assert (await ticks.hear()).kind == "DecodeError"

    run(body)


def test_a_slow_reader_loses_the_oldest_and_is_told_how_many() -> None:
    async def body() -> None:
        ticks = subscription(Exchange())
        await ticks.open()
        for number in range(7):
            ticks.take(tick(number))
        heard = [(await ticks.hear()).value for _ in range(4)]
        assert heard[0] == Dropped(4)
        assert [each.n for each in heard[1:] if isinstance(each, Tick)] == [4, 5, 6]
        ticks.take(tick(8))
        assert (await ticks.hear()).kind == "Tick"

    run(body)


def test_a_mark_of_a_reconnection_is_never_lost_nor_doubled() -> None:
    async def body() -> None:
        ticks = subscription(Exchange())
        await ticks.open()
        ticks.reconnect()
        ticks.reconnect()
        for number in range(3):
            ticks.take(tick(number))
        assert [(await ticks.hear()).kind for _ in range(4)] == ["Reconnected", "Tick", "Tick", "Tick"]
        ticks.reconnect()
        for number in range(5):
            ticks.take(tick(number))
        assert [(await ticks.hear()).value for _ in range(2)] == [Dropped(2), Reconnected()]
        assert repr(Dropped(2)) + repr(Reconnected()) == "Dropped(count=2)Reconnected()"
        assert len({Dropped(2), Dropped(2), Reconnected(), Reconnected(), Dropped(3)}) == 3

    run(body)


def test_a_subscription_may_fail_instead_of_losing_anything() -> None:
    async def body() -> None:
        ticks = subscription(Exchange(), overflow="fail")
        await ticks.open()
        for number in range(5):
            ticks.take(tick(number))
        assert [(await ticks.hear()).kind for _ in range(3)] == ["Tick"] * 3
        with pytest.raises(TransportError, match="3 messages wait"):
            await anext(ticks)

    run(body)


def test_what_ends_a_subscription_is_told_after_its_last_message() -> None:
    async def body() -> None:
        ticks = subscription(Exchange())
        await ticks.open()
        ticks.take(tick(1))
        ticks.end(TransportError("gone"))
        assert (await ticks.hear()).kind == "Tick"
        for _ in range(2):
            with pytest.raises(TransportError, match="gone"):
                await anext(ticks)

    run(body)


def test_an_opening_that_fails_is_an_error_for_who_opens_and_for_who_reads() -> None:
    async def body() -> None:
        exchange = Exchange(TransportError("nobody there", sent=False))
        ticks = subscription(exchange)
        for _ in range(2):
            with pytest.raises(TransportError, match="nobody there"):
                await anext(ticks)
        assert exchange.opened == 1
        assert repr(ticks) == "Subscription(ticks)"

    run(body)


@pytest.mark.parametrize(("capacity", "overflow"), [(0, "fail"), (1, "drop_newest")])
def test_policies_that_make_no_sense_are_refused(capacity: int, overflow: str) -> None:
    with pytest.raises(ConfigurationError, match="capacity"):
        subscription(Exchange(), capacity, overflow)
