"""The harness program (sdkgen/HARNESS.md, protocol 3) for coinbase-advanced-py."""

import json
import logging
import sys
from multiprocessing import AuthenticationError

import requests
from coinbase.rest import RESTClient
from requests.adapters import HTTPAdapter

VERSION = "1.8.4"

METHODS = {
    "getTime": "get_unix_time",
    "getPublicProductBook": "get_public_product_book",
    "listProducts": "get_products",
    "getProduct": "get_product",
    "getCandles": "get_candles",
    "getMarketTrades": "get_market_trades",
    "getProductBook": "get_product_book",
    "getBestBidAsk": "get_best_bid_ask",
    "listAccounts": "get_accounts",
    "getAccount": "get_account",
    "createOrder": "create_order",
    "editOrder": "edit_order",
    "cancelOrders": "cancel_orders",
    "listOrders": "list_orders",
    "listFills": "get_fills",
    "getOrder": "get_order",
}

RENAMED = {"epoch_seconds": "epochSeconds", "epoch_millis": "epochMillis"}
"""Its names for what is called otherwise on the wire."""


class Refused(Exception):
    """The SDK has no such thing."""


class Plain(HTTPAdapter):
    """The SDK always says https; the mock exchange speaks HTTP."""

    def send(self, request, **more):
        """As ever, over HTTP."""
        request.url = request.url.replace("https://", "http://", 1)
        return super().send(request, **more)


def described():
    """All operations; its base URL may have a path."""
    named = {"protocol": 3, "language": "python", "package": "coinbase-advanced-py", "version": VERSION}
    return named | {"operations": sorted(METHODS), "types": [], "capabilities": ["base_path", "timeout", "log"]}


def configured(settings):
    """A client as the SDK's README makes it; without credentials for what is public."""
    client = RESTClient(
        api_key=settings["key"],
        api_secret=settings["secret"],
        base_url=settings["base_url"].partition("://")[2],
        timeout=settings["timeout_ms"] / 1000,
        verbose=bool(settings.get("log")),
    )
    client.session.mount("https://", Plain())
    return client


def called(client, call):
    """One method with keyword arguments."""
    if call["operation"] not in METHODS:
        raise Refused(f"no method for {call['operation']}")
    method = METHODS[call["operation"]]
    arguments = {**(call.get("path") or {}), **(call.get("query") or {}), **(call.get("body") or {})}
    try:
        answer = getattr(client, method)(**arguments)
    except TypeError as error:
        if "argument" in str(error) and method in str(error):
            raise Refused(f"{method}: {error}") from error
        raise
    return {"status": None, "value": {RENAMED.get(name, name): value for name, value in answer.to_dict().items()}}


def raised(error):
    """It lets the errors of requests through, and raises one of them for each status from 400 on."""
    found = {
        "kind": "unexpected",
        "status": None,
        "code": None,
        "message": f"{type(error).__name__}: {error}"[:2000],
        "retry_after_ms": None,
    }
    if isinstance(error, requests.HTTPError):
        after = error.response.headers.get("Retry-After")
        found |= {"kind": "api", "status": error.response.status_code, "retry_after_ms": int(after) * 1000 if after else None}
    elif isinstance(error, requests.Timeout):
        found["kind"] = "timeout"
    elif isinstance(error, requests.ConnectionError | requests.exceptions.ChunkedEncodingError):
        found["kind"] = "transport"
    elif isinstance(error, requests.JSONDecodeError):
        found["kind"] = "decode"
    elif isinstance(error, AuthenticationError):
        found["kind"] = "configuration"
    return found | {"refusal": None, "attempts": 1, "may_have_happened": True, "repeated": False}


def main():
    """Answer line by line."""
    client = None
    for line in sys.stdin.buffer:
        document = json.loads(line)
        answer = {"id": document["id"]}
        try:
            match document:
                case {"describe": _}:
                    answer["described"] = described()
                case {"configure": settings}:
                    client = configured(settings)
                    answer["configured"] = {}
                case {"call": call}:
                    answer["returned"] = called(client, call)
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
