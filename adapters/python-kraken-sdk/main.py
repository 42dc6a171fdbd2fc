"""The harness program (sdkgen/HARNESS.md, protocol 3) for python-kraken-sdk."""

import json
import logging
import sys
import urllib.request

import requests
from kraken.spot import Market, Trade, User

ORDER = {
    "ordertype": "ordertype",
    "type": "side",
    "pair": "pair",
    "volume": "volume",
    "price": "price",
    "price2": "price2",
    "trigger": "trigger",
    "leverage": "leverage",
    "stptype": "stptype",
    "oflags": "oflags",
    "timeinforce": "timeinforce",
    "displayvol": "displayvol",
    "starttm": "starttm",
    "expiretm": "expiretm",
    "close[ordertype]": "close_ordertype",
    "close[price]": "close_price",
    "close[price2]": "close_price2",
    "deadline": "deadline",
    "userref": "userref",
    "cl_ord_id": "cl_ord_id",
    "reduce_only": "reduce_only",
    "validate": "validate",
}

METHODS = {
    "getSystemStatus": (Market, "get_system_status", {}),
    "listAssets": (Market, "get_assets", {"asset": "assets", "aclass": "aclass"}),
    "listAssetPairs": (Market, "get_asset_pairs", {"pair": "pair", "info": "info"}),
    "getTicker": (Market, "get_ticker", {"pair": "pair"}),
    "getCandles": (Market, "get_ohlc", {"pair": "pair", "interval": "interval", "since": "since"}),
    "getDepth": (Market, "get_order_book", {"pair": "pair", "count": "count"}),
    "listTrades": (Market, "get_recent_trades", {"pair": "pair", "since": "since", "count": "count"}),
    "getBalances": (User, "get_account_balance", {}),
    "getExtendedBalances": (User, "get_balances", {}),
    "listOpenOrders": (User, "get_open_orders", {"trades": "trades", "userref": "userref"}),
    "listClosedOrders": (
        User,
        "get_closed_orders",
        {"trades": "trades", "userref": "userref", "start": "start", "end": "end", "ofs": "ofs", "closetime": "closetime"},
    ),
    "queryOrders": (User, "get_orders_info", {"trades": "trades", "userref": "userref", "txid": "txid"}),
    "listTradesHistory": (
        User,
        "get_trades_history",
        {"type": "type_", "trades": "trades", "start": "start", "end": "end", "ofs": "ofs"},
    ),
    "addOrder": (Trade, "create_order", ORDER),
    "cancelOrder": (Trade, "cancel_order", {"txid": "txid", "cl_ord_id": "cl_ord_id"}),
    "cancelAllOrders": (Trade, "cancel_all_orders", {}),
    "cancelAllOrdersAfter": (Trade, "cancel_all_orders_after_x", {"timeout": "timeout"}),
}
"""The client, its method, and its arguments by their names on the wire."""

FILLED_BY_THE_SDK = {"nonce"}


class Refused(Exception):
    """The SDK has no such thing."""


def described():
    """All operations; its base URL keeps no path."""
    named = {"protocol": 3, "language": "python", "package": "python-kraken-sdk", "version": "3.5.1"}
    return named | {"operations": sorted(METHODS), "types": [], "capabilities": ["timeout", "log"]}


def configured(settings):
    """One client of each kind, as the SDK's README makes them."""
    if settings.get("log"):
        logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
    if settings.get("announce"):
        urllib.request.urlopen(settings["announce"], timeout=10).close()  # noqa: S310 - the mock exchange's own
    known = {"key": settings["key"] or "", "secret": settings["secret"] or "", "url": settings["base_url"]}
    clients = {kind: kind(**known) for kind in (Market, Trade, User)}
    for client in clients.values():
        client.TIMEOUT = settings["timeout_ms"] / 1000
    return clients


def called(clients, call):
    """One method with keyword arguments; the envelope that the SDK takes off is put on again."""
    if call["operation"] not in METHODS:
        raise Refused(f"no method for {call['operation']}")
    kind, method, names = METHODS[call["operation"]]
    given = {**(call.get("path") or {}), **(call.get("query") or {}), **(call.get("body") or {})}
    unknown = given.keys() - names.keys() - FILLED_BY_THE_SDK
    if unknown:
        raise Refused(f"{method} has no argument for {', '.join(sorted(unknown))}")
    arguments = {names[name]: value for name, value in given.items() if name in names}
    try:
        value = getattr(clients[kind], method)(**arguments)
    except TypeError as error:
        if "argument" in str(error):
            raise Refused(f"{method}: {error}") from error
        raise
    whole = isinstance(value, dict) and "error" in value
    return {"status": None, "value": value if whole else {"error": [], "result": value}}


def raised(error):
    """Kraken's own errors have classes; an HTTP status is a bare Exception whose text begins with it."""
    found = {"kind": "unexpected", "status": None, "code": None, "message": f"{type(error).__name__}: {error}"[:2000]}
    if isinstance(error, requests.Timeout):
        found["kind"] = "timeout"
    elif isinstance(error, requests.ConnectionError | requests.exceptions.ChunkedEncodingError):
        found["kind"] = "transport"
    elif type(error).__name__.startswith("Kraken"):
        found["kind"] = "api"
    elif isinstance(error, ValueError):
        # Of an answer that is no JSON its bytes are the only argument; all others are about the caller's arguments.
        found["kind"] = "decode" if error.args and isinstance(error.args[0], bytes) else "configuration"
    return found | {"retry_after_ms": None, "refusal": None, "attempts": 1, "may_have_happened": True, "repeated": False}


def main():
    """Answer line by line."""
    clients = {}
    for line in sys.stdin.buffer:
        document = json.loads(line)
        answer = {"id": document["id"]}
        try:
            match document:
                case {"describe": _}:
                    answer["described"] = described()
                case {"configure": settings}:
                    clients = configured(settings)
                    answer["configured"] = {}
                case {"call": call}:
                    answer["returned"] = called(clients, call)
                case _:
                    answer["refused"] = {"message": "this adapter only calls operations"}
        except Refused as error:
            answer["refused"] = {"message": str(error)}
        except Exception as error:
            logging.getLogger("adapter").debug("as a user would log it", exc_info=True)
            answer["raised"] = raised(error)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
