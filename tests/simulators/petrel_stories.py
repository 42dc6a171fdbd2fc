"""Stories played on the third exchange: fixed calls, so that two exchanges can be told apart by what they answered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from tests.simulators.petrel import Petrel


def contract(petrel: Petrel) -> None:
    for name, fields in (
        ("Time", {}),
        ("SystemStatus", {}),
        ("Assets", {}),
        ("AssetPairs", {}),
        ("Ticker", {"pair": "XBTUSD"}),
        ("OHLC", {"pair": "XBTUSD", "interval": 1}),
        ("Trades", {"pair": "XBTUSD", "count": 3}),
        ("Depth", {"pair": "XXBTZUSD", "count": 2}),
        ("Depth", {"pair": "XBTEUR"}),
    ):
        petrel.get(name, **fields)
    resting = petrel.add("buy", "0.5", "60000", cl_ord_id="mine")
    petrel.add("sell", "0.2", owner=1)
    petrel.post("QueryOrders", txid=resting)
    petrel.post("BalanceEx")
    petrel.post("AddOrder", pair="XBTUSD", type="hold", ordertype="market", volume="0.1")
    petrel.post("AddOrder", pair="XBTUSD", type="buy", ordertype="market")
    petrel.add("buy", "1", "900000")
    petrel.add("buy", "500", "50000")
    petrel.add("buy", "0.1", "100")
    for name in ("OpenOrders", "TradesHistory", "Ledgers", "Balance"):
        petrel.post(name)
    petrel.post("ClosedOrders", ofs=5)
    petrel.post("WithdrawStatus")
    petrel.post("GetWebSocketsToken")


def auth(petrel: Petrel) -> None:
    theirs = petrel.add("buy", "0.1", "100.0", owner=1, cl_ord_id="theirs")
    petrel.post("ClosedOrders", sign="AAAA")
    petrel.post("Balance", sign="none")
    petrel.post("Balance", sign="lower")
    petrel.post("Balance", signed_path="/0/private/BalanceEx")
    petrel.post("Balance", api_key="none")
    petrel.post("CancelAll", 2)
    petrel.post("CancelOrder", 2, cl_ord_id="none")
    petrel.post("Withdraw", 2, asset="XBT", key="vault", amount="1")
    petrel.post("QueryOrders", txid=theirs)
    petrel.post("CancelOrder", cl_ord_id="theirs")
    petrel.post("CancelOrder", txid=theirs)
    paid = petrel.post("Withdraw", 1, asset="XBT", key="vault", amount="1")["result"]["refid"]
    petrel.post("WithdrawStatus", refid=paid)
    petrel.post("Ledgers", query="type=withdrawal")
    petrel.post("Balance", nonce=5000)
    petrel.post("Balance", nonce=5000)
    petrel.post("Balance", nonce=4000)
    petrel.post("BalanceEx", nonce=4500)
    petrel.post("Balance", nonce=6000, sign="AAAA")
    petrel.post("Balance", nonce=5500)
    asyncio.run(_heard(petrel, {"method": "subscribe", "params": {"channel": "balances", "token": "guess"}}))


def matching(petrel: Petrel) -> None:
    petrel.add("buy", "0.3", "60000", cl_ord_id="a")
    petrel.add("buy", "0.3", "60000", cl_ord_id="b", userref=7)
    for volume in ("0.1", "0.25"):
        petrel.add("sell", volume, owner=1)
        petrel.post("OpenOrders")
    petrel.add("sell", "0.9", "60000", owner=1, timeinforce="IOC")
    petrel.add("buy", "0.1", "59999", cl_ord_id="c")
    petrel.add("sell", "0.2", "59999", owner=1, timeinforce="FOK")
    petrel.add("sell", "0.2", "59999", owner=1, oflags="post")
    petrel.add("sell", "0.2", "59999")
    petrel.add("buy", "0.1", "100", validate="true", cl_ord_id="d")
    petrel.add("buy", "0.1", "100", deadline="1700000000")
    petrel.add("buy", "0.1", "100", timeinforce="GTD", expiretm="1700000000")
    for name in ("a", "c", "C"):
        petrel.add("buy", "0.1", "100", cl_ord_id=name)
    petrel.post("OpenOrders", userref=9)
    petrel.post("CancelOrder", cl_ord_id="a")
    petrel.post("CancelOrder", cl_ord_id="c")
    petrel.add("buy", "0.1", "100", cl_ord_id="c")
    petrel.post("CancelAll")
    petrel.post("ClosedOrders")


def looking_up(petrel: Petrel) -> None:
    petrel.add("buy", "0.3", "59999", cl_ord_id="part")
    petrel.add("buy", "0.4", "59998", timeinforce="GTD", expiretm="1800000060")
    petrel.add("buy", "0.2", "2999", pair="ETHUSD")
    petrel.add("sell", "0.4", owner=1)
    petrel.post("CancelOrder", cl_ord_id="part")
    petrel.add("buy", "0.3", "59999.5", cl_ord_id="other")
    petrel.add("sell", "0.15", owner=1)
    petrel.post("CancelOrder", cl_ord_id="other")
    petrel.at += 61_000_000
    petrel.post("OpenOrders")
    petrel.add("buy", "0.3", "59999", cl_ord_id="last")
    petrel.add("sell", "0.1", owner=1)
    petrel.post("CancelAll")
    petrel.post("OpenOrders")
    petrel.post("ClosedOrders")
    petrel.post("ClosedOrders", ofs=1)
    cursor = petrel.post("TradesHistory", limit=2)["result"]["cursor"]
    petrel.post("TradesHistory", **({"cursor": cursor} if cursor else {}))
    last = petrel.get("Trades", pair="XBTUSD")["result"]["last"]
    petrel.get("Trades", pair="XBTUSD", since=last)
    petrel.get("Trades", pair="XBTUSD")
    petrel.add("buy", "4", owner=1)
    petrel.get("Ticker", pair="XBTUSD")
    petrel.get("OHLC", pair="XBTUSD")


def money(petrel: Petrel) -> None:
    petrel.add("buy", "1.23457", "60031.7", cl_ord_id="a")
    petrel.post("BalanceEx")
    petrel.add("sell", "0.01239", "60030.9", owner=1)
    petrel.post("BalanceEx")
    petrel.post("QueryOrders", txid=petrel.add("buy", "0.00123", "57391.3", cl_ord_id="b"))
    petrel.add("sell", "0.01", "100", owner=1)
    petrel.post("CancelAll")
    petrel.add("buy", "0.02", "59999", timeinforce="GTD", expiretm="1800000010")
    petrel.at += 11_000_000
    petrel.post("BalanceEx")
    petrel.post("ClosedOrders")
    petrel.post("TradesHistory")
    petrel.post("Ledgers")
    petrel.post("Ledgers", asset="XBT", type="deposit")
    petrel.add("sell", "60", "70000", owner=1)
    petrel.add("sell", "60", "70000", owner=1)
    petrel.add("buy", "1665", "3000", owner=1, pair="ETHUSD")
    petrel.post("BalanceEx", 1)
    for amount in ("1", "1", "2"):
        petrel.post("Withdraw", asset="XBT", key="vault", amount=amount, cl_ref_id="r")
    petrel.post("Withdraw", 1, asset="XBT", key="vault", amount="80")
    petrel.post("Balance")
    for price in range(30):
        petrel.post("CancelOrder", txid=petrel.add("buy", "0.001", f"{60020 + price}", timeinforce="IOC"))
    petrel.post("Ledgers")


def limits(petrel: Petrel) -> None:
    for volume, price in (("0.00001", "60000"), ("0.0001", "100"), ("0.1", "100.05"), ("0.100001", "100")):
        petrel.add("buy", volume, price)
    for _ in range(2):
        petrel.post("CancelOrder", txid=petrel.add("buy", "0.1", "100"))
    for _ in range(61):
        petrel.add("buy", "0.001", "1000.0")
    petrel.post("ClosedOrders")


def throttling(petrel: Petrel) -> None:
    for _ in range(4):
        petrel.post("Balance")
    petrel.post("ClosedOrders")
    petrel.post("OpenOrders", 1)
    for _ in range(2):
        petrel.add("buy", "0.1", "100")
    petrel.post("Balance")
    petrel.post("OpenOrders", 1)
    petrel.get("Time")
    petrel.get("Time")
    petrel.get("SystemStatus")


def streams(petrel: Petrel) -> None:
    asyncio.run(told_on_streams(petrel))


def silent_streams(petrel: Petrel) -> None:
    asyncio.run(_silent(petrel))


async def _heard(petrel: Petrel, *said: object) -> None:
    async with petrel.talk(*said):
        pass


def _asked(channel: str, **more: object) -> dict[str, object]:
    return {"method": "subscribe", "req_id": 3, "params": {"channel": channel, **more}}


async def told_on_streams(petrel: Petrel) -> list[dict[str, Any]]:
    """Everything that a listener to every channel is told while orders come and go."""
    token = petrel.post("GetWebSocketsToken")["result"]["token"]
    petrel.add("buy", "0.1", "59999", cl_ord_id="before")
    public = [_asked(channel, symbol=["XBT/USD"]) for channel in ("book", "trade", "ticker", "ohlc")]
    private = [_asked(channel, token=token) for channel in ("executions", "balances")]
    wrong = [
        {"method": "ping", "req_id": 9},
        _asked("book", symbol=["XBT/EUR"]),
        _asked("none"),
        _asked("book", symbol=["XBT/USD"], depth=11),
    ]
    async with petrel.talk(*public, *private, *wrong, *public[:1]) as talk:
        petrel.add("buy", "0.5", "60000")
        petrel.add("sell", "0.7", owner=1)
        petrel.add("sell", "9", "59980", owner=1)
        petrel.add("buy", "0.2", "100")
        petrel.post("CancelAll")
        petrel.at += 2_000_000
        petrel.get("Time")
        petrel.add("buy", "30")
        await talk.say({"method": "unsubscribe", "params": {"channel": "trade", "symbol": ["XBT/USD"]}})
        petrel.add("buy", "0.1", owner=1)
        for interval in (5, 15, 60, 240, 1440):
            await talk.say(_asked("ohlc", symbol=["XBT/USD", "ETH/USD", "ETH/XBT"], interval=interval))
        for depth in (25, 100):
            await talk.say(_asked("book", symbol=["XBT/USD", "ETH/USD", "ETH/XBT"], depth=depth))
        await talk.say(_asked("trade", symbol=["XBT/USD", "ETH/USD", "ETH/XBT"]))
        await talk.say(_asked("ticker", symbol=["ETH/USD", "ETH/XBT"]))
        await talk.say("no object")
        return await talk.pause()


async def _silent(petrel: Petrel) -> None:
    async with petrel.talk(_asked("trade", symbol=["ETH/XBT"], snapshot=False)) as talk:
        for _ in range(40):
            await asyncio.sleep(0.001)
        heard = [each for each in await talk.pause() if each.get("channel") == "heartbeat"]
        petrel.seen.append(("heartbeats", len(heard) > 1, None))
        del talk._from[:]


Story = Callable[[Petrel], None]
STORIES: dict[str, tuple[Story, ...]] = {
    "contract": (contract,),
    "auth": (auth,),
    "state": (matching, looking_up),
    "money": (money,),
    "limits": (limits, throttling),
    "streams": (streams, silent_streams),
}
