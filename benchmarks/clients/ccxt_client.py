"""ccxt's Binance, spot markets only, its own throttle off."""

import sys
from urllib.parse import urlsplit

import ccxt
from clock import timed

client = ccxt.binance(
    {
        "apiKey": "key",
        "secret": "secret",
        "enableRateLimit": False,
        "options": {"fetchMarkets": {"types": ["spot"]}, "fetchCurrencies": False, "fetchMargins": False},
    }
)
for name, address in client.urls["api"].items():
    client.urls["api"][name] = sys.argv[1] + urlsplit(str(address)).path
client.has["fetchCurrencies"] = False
client.load_markets()
timed(lambda: client.fetch_order_book("BTC/USDT", 1000), lambda: client.fetch_open_orders("BTC/USDT"))
