"""One story per theme: what two accounts do with the fourth exchange, and everything they are told."""

from __future__ import annotations

import json
import re
from typing import Any

from benchmarks.fourth_exchange.form import iso
from benchmarks.fourth_exchange.gate import Limits, sign
from tests.simulators.osprey import KEYS, ROOMY, Osprey, Talk

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_HEADERS = ("retry-after", "x-ratelimit-remaining", "x-ratelimit-reset", "content-type")
_ADDRESS = "bc1qexample"


class Story:
    """An exchange with these defects, and what it said so far."""

    def __init__(self, *defects: str, limits: Limits = ROOMY) -> None:
        self.osprey = Osprey(defects, limits)
        self._said: list[object] = []
        self._socket: Talk | None = None

    def ask(self, method: str, path: str, owner: int | None = 0, body: object = None, **replaced: str | None) -> Any:
        """Call, and remember what was told."""
        told = self.osprey.call(method, path, owner, body, **replaced)
        kept = {name: self.osprey.headers.get(name) for name in _HEADERS}
        same = isinstance(told, dict) and told.get("request_id") == self.osprey.headers.get("x-request-id")
        self._said.append((method, path, self.osprey.status, same, told, kept))
        return told

    def order(self, side: str, size: str | None = None, price: str | None = None, owner: int = 0, **more: object) -> str:
        """Place an order of BTC-USD; its id, or nothing."""
        said = {"product_id": "BTC-USD", "side": side, "size": size, "price": price, "type": "limit" if price else "market", **more}
        told = self.ask("POST", "/orders", owner, {name: value for name, value in said.items() if value is not None})
        return str(told.get("id", "none")) if isinstance(told, dict) else "none"

    def say(self, kind: str, *channels: str, product: str = "BTC-USD", **more: object) -> None:
        """Say something on the stream."""
        self._socket = self._socket or self.osprey.talk()
        self._socket.say(json.dumps({"type": kind, "product_ids": [product], "channels": channels, **more}))
        self.hear()

    def garbage(self) -> None:
        """Say what is no JSON."""
        assert self._socket is not None
        self._socket.say("[")
        self.hear()

    def hear(self) -> None:
        """Remember all that the stream has told."""
        assert self._socket is not None
        self._said.extend(each for each in self._socket.rest() if "last_trade_id" not in each)

    def beat(self) -> None:
        """Wait for a heartbeat and remember it."""
        assert self._socket is not None
        self.hear()
        self.osprey.beat()
        self._said.append([each for each in self._socket.rest() if "last_trade_id" in each][:1])

    def end(self) -> str:
        """Everything, with ids by the order in which they came."""
        if self._socket is not None:
            self._socket.close()
        self.osprey.close()
        known: dict[str, str] = {}
        return _ID.sub(lambda found: known.setdefault(found[0], f"id{len(known)}"), json.dumps(self._said, sort_keys=True))


def contract(story: Story) -> None:
    """Answers as such."""
    for name in ("book?level=1", "book?level=2", "trades", "candles?granularity=3600", "stats"):
        story.ask("GET", f"/products/BTC-USD/{name}", None)
    story.ask("GET", "/time", None)
    story.ask("GET", "/products", None)
    one = story.order("buy", "0.06", "64010.00")
    story.order("buy", "0.06", "63000.00")
    story.order("buy", "0.06", "63000.00", post_ony=True)
    story.order("buy", None, "63000.00")
    story.order("buy", "90", "63000.00")
    story.ask("GET", "/accounts")
    story.ask("GET", "/fills")
    story.ask("GET", "/orders?limit=1")
    story.ask("GET", "/orders/nothing")
    story.ask("DELETE", f"/orders/{one}")


def auth(story: Story) -> None:
    """Who may do what."""
    key, at = KEYS[0], iso(story.osprey.at)
    own = story.ask("GET", "/accounts")[0]["id"]
    right = sign(key.secret, at, "GET", "/accounts", b"")
    far = {name: iso(story.osprey.at + seconds * 1_000_000) for name, seconds in (("old", -600), ("new", 600))}
    for replaced in ("A" * 44, right[:8] + "A" * 36, right.swapcase(), sign(key.secret, "", "GET", "/accounts", b"")):
        story.ask("GET", "/accounts", 0, None, sign=replaced)
    for when in far.values():
        story.ask("GET", "/accounts", 0, None, timestamp=when, sign=sign(key.secret, when, "GET", "/accounts", b""))
    story.ask("GET", "/accounts", 0, None, passphrase="wrong")
    story.ask("GET", "/accounts", 0, None, key="nobody")
    wish = {"product_id": "BTC-USD", "side": "buy", "price": "63000.00", "size": "0.01"}
    story.ask("POST", "/orders", 0, wish, sign=sign(key.secret, at, "POST", "/orders", b""))
    story.ask("GET", "/orders?status=all", 0, None, sign=sign(key.secret, at, "GET", "/orders", b""))
    story.ask("DELETE", "/orders", 0, None, sign=sign(key.secret, at, "GET", "/orders", b""))
    story.ask("GET", "/fills", 0, None, sign=right)
    story.ask("POST", "/orders", 2, wish)
    story.ask("POST", "/withdrawals", 2, {"currency": "BTC", "amount": "1", "address": _ADDRESS})
    signed = {name[4:].lower(): value for name, value in story.osprey.signed(1, "GET", "/users/self/verify").items()}
    story.say("subscribe", "user", **signed | {"signature": signed["sign"]})
    order, filled = story.order("buy", "0.01", "63000.00"), story.order("buy", "0.01", "64010.00")
    sent = story.ask("POST", "/withdrawals", 0, {"currency": "BTC", "amount": "1", "address": _ADDRESS})["id"]
    for path in (f"/orders/{order}", f"/fills?order_id={filled}", f"/accounts/{own}/ledger", f"/withdrawals/{sent}"):
        story.ask("GET", path, 1)
    story.ask("PATCH", f"/orders/{order}", 1, {"size": "0.02"})
    story.ask("DELETE", f"/orders/{order}", 1)
    story.hear()
    story.say("subscribe", "user", **signed | {"signature": "A"})


def state(story: Story) -> None:
    """Orders from beginning to end."""
    once = story.order("buy", "0.01", "63000.00", client_oid="once")
    story.order("buy", "0.01", "63000.00", client_oid="once")
    story.ask("DELETE", f"/orders/{once}")
    for path in ("/orders/client:once", f"/orders/{once}", "/orders"):
        story.ask("GET", path)
    story.ask("DELETE", f"/orders/{once}")
    story.order("buy", "0.01", "63000.00", client_oid="once")
    story.order("buy", "0.5", "0.05200", product_id="ETH-BTC")
    story.order("buy", "0.8", "0.02000", product_id="ETH-BTC")
    for number in range(3):
        story.order("buy", "0.01", f"6200{number}.00")
    story.ask("GET", "/orders?limit=2")
    story.ask("GET", f"/orders?limit=2&after={story.osprey.headers.get('x-after', 9)}")
    story.ask("DELETE", "/orders?product_id=BTC-USD")
    story.ask("GET", "/orders")
    story.order("buy", "0.01", "62000.00", time_in_force="GTT", expire_time=iso(story.osprey.at + 2_000_000))
    story.osprey.at += 3_000_000
    story.ask("GET", "/orders?status=all&limit=1")
    story.order("buy", "0.06", "64010.00", time_in_force="IOC")
    story.order("buy", "9", "64030.00", time_in_force="FOK")
    story.order("buy", "0.01", "64030.00", post_only=True)
    story.ask("GET", "/fills")
    amended = story.order("buy", "0.01", "62000.00", post_only=True)
    story.ask("PATCH", f"/orders/{amended}", 0, {"price": "64050.00"})
    story.ask("PATCH", f"/orders/{amended}", 0, {"size": "90"})
    story.ask("GET", f"/orders/{amended}")
    first, second = (story.order("buy", "0.03", "64000.00", owner=owner) for owner in (0, 1))
    story.order("sell", "0.01", "64000.00")
    story.ask("PATCH", f"/orders/{first}", 0, {"size": "0.02"})
    story.order("sell", "0.01", "64000.00", owner=1, stp="co")
    _watch(story, first, second)
    story.ask("DELETE", "/orders")
    story.ask("DELETE", "/orders", 1)
    third, fourth = (story.order("buy", "0.03", "64000.00", owner=owner) for owner in (0, 1))
    story.ask("PATCH", f"/orders/{third}", 0, {"size": "0.04"})
    story.order("sell", "0.01", "64000.00", owner=0, stp="co")
    _watch(story, third, fourth)
    story.ask("PATCH", f"/orders/{fourth}", 1, {"size": "0.025"})
    story.order("sell", "0.015", "64000.00", owner=0)
    _watch(story, third, fourth)
    story.order("sell", "0.09", "64000.00", owner=1, stp="co")
    _watch(story, third, fourth)
    for each in range(3):
        story.ask("DELETE", f"/orders/{story.order('buy', '0.01', f'6100{each}.00')}")
    story.ask("GET", "/orders?status=all")
    story.ask("GET", "/fills")


def _watch(story: Story, first: str, second: str) -> None:
    story.ask("GET", f"/orders/{first}")
    story.ask("GET", f"/orders/{second}", 1)


def money(story: Story) -> None:
    """What it costs, to the last digit."""
    story.order("buy", "0.323457", "64030.01")
    story.ask("GET", "/accounts")
    story.ask("GET", "/fees")
    opened = story.order("buy", "0.02", "64000.01")
    story.order("sell", "0.010003", "64000.00", owner=1)
    story.ask("GET", f"/orders/{opened}")
    story.ask("PATCH", f"/orders/{opened}", 0, {"size": "0.03"})
    story.ask("GET", "/accounts")
    story.ask("DELETE", "/orders")
    for owner in (0, 1):
        accounts = story.ask("GET", "/accounts", owner)
        story.ask("GET", "/fills", owner)
        for account in accounts:
            story.ask("GET", f"/accounts/{account['id']}/ledger", owner)
    story.order("buy", funds="1000")
    story.order("buy", "15.6", "63999.00", owner=1)
    story.order("buy", "90", "60000.00")
    story.order("sell", "40", "70000.00")
    for size in ("20", "60", "1"):
        story.ask("POST", "/withdrawals", 0, {"currency": "BTC", "amount": size, "address": _ADDRESS, "client_wid": "w" + size})
    story.ask("POST", "/withdrawals", 0, {"currency": "BTC", "amount": "1", "address": _ADDRESS, "client_wid": "w1"})
    story.ask("GET", "/accounts")


def limits(story: Story) -> None:
    """How much is let in."""
    for size, price in (("0.00005", "64000.00"), ("101", "0.10"), ("0.0001", "0.01"), ("0.0001", "20000000.00"), ("0.01", "62000.005")):
        story.order("buy", size, price)
    story.order("buy", "0.0100001", "62000.00")
    story.order("buy", funds="1.00")
    story.order("buy", "0.01", "62000.00", time_in_force="GTT", expire_time=iso(story.osprey.at - 2_000_000))
    story.ask("POST", "/withdrawals", 0, {"currency": "BTC", "amount": "0.0001", "address": _ADDRESS})
    story.ask("DELETE", "/orders")
    for _ in range(2):
        story.order("buy", "0.9", "0.02000", product_id="ETH-BTC")
    for _ in range(4):
        story.order("buy", "0.01", "60000.00")
    for number in range(20):
        story.ask("GET", "/time", None, None, forwarded_for=str(number))
    story.osprey.at += 1_100_000
    story.ask("GET", "/time", None)
    story.osprey.at += 60_000_000
    story.ask("DELETE", "/orders")
    for _ in range(30):
        story.ask("GET", "/fees", 1)
    story.ask("GET", "/fees")
    story.order("buy", "0.01", "60000.00", owner=1)
    story.osprey.at += 60_000_000
    story.ask("GET", "/orders", 1)


def streams(story: Story) -> None:
    """What the streams tell."""
    signed = {name[4:].lower(): value for name, value in story.osprey.signed(0, "GET", "/users/self/verify").items()}
    story.say("subscribe", "level2", "matches", "ticker", "heartbeat", "user", **signed | {"signature": signed["sign"]})
    opened = story.order("buy", "0.06", "64010.00")
    for _ in range(3):
        story.order("sell", "0.002", "64010.00", owner=1)
        story.hear()
    story.ask("PATCH", f"/orders/{opened}", 0, {"size": "0.065"})
    story.ask("DELETE", "/orders")
    story.order("buy", "0.01", "60000.00")
    story.beat()
    story.say("unsubscribe", "level2")
    story.order("buy", "0.01", "60001.00")
    story.say("subscribe", "level2")
    story.say("subscribe", "level2", product="DOGE-USD")
    for product in ("ETH-USD", "ETH-BTC"):
        story.say("subscribe", "level2", "matches", "ticker", "heartbeat", product=product)
    story.garbage()


STORIES = {each.__name__: each for each in (contract, auth, state, money, limits, streams)}
TIGHT = {"limits": Limits(open_orders=3)}


def told(theme: str, *defects: str) -> str:
    """What is told in the story of a theme."""
    story = Story(*defects, limits=TIGHT.get(theme, ROOMY))
    STORIES[theme](story)
    return story.end()
