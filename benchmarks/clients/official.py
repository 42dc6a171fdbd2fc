"""The exchange's own SDK, from its registry."""

import sys

from binance_sdk_spot.spot import ConfigurationRestAPI, Spot
from clock import timed

client = Spot(config_rest_api=ConfigurationRestAPI(api_key="key", api_secret="secret", base_path=sys.argv[1])).rest_api  # noqa: S106  # no secret
timed(
    lambda: client.depth(symbol="BTCUSDT", limit=1000).data(),
    lambda: client.get_open_orders(symbol="BTCUSDT").data(),
)
