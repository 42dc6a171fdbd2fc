"""OpenAPI Generator's client, which can't sign."""

import importlib
import sys

from clock import timed

package = importlib.import_module(sys.argv[3])
client = package.SpotTradingApi(package.ApiClient(package.Configuration(host=sys.argv[1])))
timed(lambda: client.get_depth_v3(symbol="BTCUSDT", limit=1000), None)
