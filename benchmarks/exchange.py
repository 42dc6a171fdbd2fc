"""A canned exchange for benchmarks, in a process of its own: the same bytes for the same path, as fast as it can.

``python benchmarks/exchange.py LEVELS`` prints its port and serves until it is killed. It looks like Binance spot from afar.
"""

from __future__ import annotations

import asyncio
import json
import sys

_ORDER = {
    "symbol": "BTCUSDT",
    "orderId": 9007199254740993,
    "orderListId": -1,
    "clientOrderId": "benchmark",
    "price": "50000.10000000",
    "origQty": "0.01000000",
    "executedQty": "0.00000000",
    "origQuoteOrderQty": "0.00000000",
    "cummulativeQuoteQty": "0.00000000",
    "status": "NEW",
    "timeInForce": "GTC",
    "type": "LIMIT",
    "side": "BUY",
    "stopPrice": "0.00000000",
    "icebergQty": "0.00000000",
    "time": 1700000000123,
    "updateTime": 1700000000123,
    "isWorking": True,
    "workingTime": 1700000000123,
    "selfTradePreventionMode": "NONE",
}
_MARKET = {
    "symbol": "BTCUSDT",
    "status": "TRADING",
    "baseAsset": "BTC",
    "quoteAsset": "USDT",
    "baseAssetPrecision": 8,
    "quotePrecision": 8,
    "quoteAssetPrecision": 8,
    "orderTypes": ["LIMIT", "MARKET"],
    "isSpotTradingAllowed": True,
    "isMarginTradingAllowed": False,
    "filters": [],
    "permissions": ["SPOT"],
    "permissionSets": [["SPOT"]],
}


def _book(levels: int) -> dict[str, object]:
    """Half the levels on each side."""
    bids = [[f"{50000 - number / 100:.8f}", f"{1 + number % 97}.{number % 10000:04d}0000"] for number in range(levels // 2)]
    asks = [[f"{50001 + number / 100:.8f}", f"{1 + number % 89}.{number % 10000:04d}0000"] for number in range(levels // 2)]
    return {"lastUpdateId": 9007199254740993, "bids": bids, "asks": asks}


def _answers(levels: int) -> dict[bytes, bytes]:
    documents: dict[bytes, object] = {
        b"/api/v3/depth": _book(levels),
        b"/api/v3/openOrders": [_ORDER],
        b"/api/v3/exchangeInfo": {
            "timezone": "UTC",
            "serverTime": 1700000000123,
            "rateLimits": [],
            "exchangeFilters": [],
            "symbols": [_MARKET],
        },
    }
    return {path: _answer(200, document) for path, document in documents.items()}


def _answer(status: int, document: object) -> bytes:
    body = json.dumps(document, separators=(",", ":")).encode()
    return b"HTTP/1.1 %d X\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s" % (status, len(body), body)


class _Connection(asyncio.Protocol):
    """One client's connection; it asks without bodies, one call after the other."""

    def __init__(self, answers: dict[bytes, bytes]) -> None:
        self._answers = answers
        self._missing = _answer(404, {"code": -1, "msg": "no such path"})
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Answer on it."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every request that is whole."""
        self._rest += data
        while b"\r\n\r\n" in self._rest:
            head, _, self._rest = self._rest.partition(b"\r\n\r\n")
            path = head.split(b" ", 2)[1].partition(b"?")[0]
            if isinstance(self._transport, asyncio.WriteTransport):
                self._transport.write(self._answers.get(path, self._missing))


async def _serve(levels: int) -> None:
    answers = _answers(levels)
    server = await asyncio.get_running_loop().create_server(lambda: _Connection(answers), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
