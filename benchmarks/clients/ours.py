"""Our own client of Binance spot, its own throttle off."""

import sys

from clock import timed
from openxapi_binance_spot import Client

client = Client("key", "secret", base_url=sys.argv[1], rate_limits=False)
timed(
    lambda: client.spot_trading.get_depth_v3(symbol="BTCUSDT", limit=1000),
    lambda: client.spot_trading.get_open_orders_v3(symbol="BTCUSDT"),
)
