"""The harness program (sdkgen/HARNESS.md, protocol 3) for binance-connector."""

import json
import logging
import sys
from decimal import Decimal

import requests
from binance.error import ClientError, Error, ServerError
from binance.spot import Spot
from streams import Streams

VERSION = "3.13.0"

METHODS = {
    "GetPingV3": "ping",
    "GetTimeV3": "time",
    "GetExchangeInfoV3": "exchange_info",
    "GetDepthV3": "depth",
    "GetTradesV3": "trades",
    "GetHistoricalTradesV3": "historical_trades",
    "GetAggTradesV3": "agg_trades",
    "GetKlinesV3": "klines",
    "GetUiKlinesV3": "ui_klines",
    "GetAvgPriceV3": "avg_price",
    "GetTicker24hrV3": "ticker_24hr",
    "GetTickerTradingDayV3": "trading_day_ticker",
    "GetTickerPriceV3": "ticker_price",
    "GetTickerBookTickerV3": "book_ticker",
    "GetTickerV3": "rolling_window_ticker",
    "CreateOrderTestV3": "new_order_test",
    "CreateOrderV3": "new_order",
    "DeleteOrderV3": "cancel_order",
    "DeleteOpenOrdersV3": "cancel_open_orders",
    "GetOrderV3": "get_order",
    "CreateOrderCancelReplaceV3": "cancel_and_replace",
    "GetOpenOrdersV3": "get_open_orders",
    "GetAllOrdersV3": "get_orders",
    "CreateOrderListOcoV3": "new_oco_order",
    "CreateOrderListOtoV3": "new_oto_order",
    "CreateOrderListOtocoV3": "new_otoco_order",
    "DeleteOrderListV3": "cancel_oco_order",
    "GetOrderListV3": "get_oco_order",
    "GetAllOrderListV3": "get_oco_orders",
    "GetOpenOrderListV3": "get_oco_open_orders",
    "GetAccountV3": "account",
    "GetMyTradesV3": "my_trades",
    "GetRateLimitOrderV3": "get_order_rate_limit",
    "GetMyPreventedMatchesV3": "query_prevented_matches",
    "GetMyAllocationsV3": "query_allocations",
    "GetAccountCommissionV3": "query_commission_rates",
    "CreateCapitalWithdrawApplyV1": "withdraw",
    "GetCapitalWithdrawHistoryV1": "withdraw_history",
    "GetCapitalDepositHisrecV1": "deposit_history",
    "GetCapitalDepositAddressV1": "deposit_address",
    "CreateAssetTransferV1": "user_universal_transfer",
    "GetAssetTransferV1": "user_universal_transfer_history",
    "CreateUserDataStreamV3": "new_listen_key",
    "UpdateUserDataStreamV3": "renew_listen_key",
    "DeleteUserDataStreamV3": "close_listen_key",
}


FLOATS = {"price", "quantity", "quoteOrderQty", "icebergQty", "stopPrice"}
"""What the SDK's documentation says to pass as a float."""


EXAMPLES = {
    "GetAssetTransferV1": [{"query": {"type": "MAIN_UMFUTURE"}}],
    "CreateAssetTransferV1": [{"body": {"type": "MAIN_UMFUTURE", "asset": "USDT", "amount": "1.5"}}],
}
"""It takes words of its own lists alone, where the description has any text."""


class Refused(Exception):
    """The SDK has no such thing."""


def described():
    """All operations; of what the protocol asks for beyond calls, the base URL's path, time limits, logs and streams."""
    operations = {"operations": sorted(METHODS), "types": []}
    capabilities = {"capabilities": ["base_path", "timeout", "log", "streams"]}
    told = {**operations, **capabilities, "examples": EXAMPLES}
    return {"protocol": 3, "language": "python", "package": "binance-connector", "version": VERSION, **told}


def configured(settings):
    """A new client, as the SDK's README makes it."""
    if settings.get("log"):
        logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
    return Spot(
        api_key=settings["key"],
        api_secret=settings["secret"],
        base_url=settings["base_url"],
        timeout=settings["timeout_ms"] / 1000,
    )


def called(client, call):
    """One method with keyword arguments. Decimals go in as they are: the SDK only writes them into the query."""
    method = METHODS.get(call["operation"])
    if method is None:
        raise Refused(f"no method for {call['operation']}")
    arguments = {name.replace("-", "_"): value for place in ("path", "query") for name, value in (call.get(place) or {}).items()}
    arguments |= call.get("body") or {}
    arguments = {name: documented(name, value) for name, value in arguments.items()}
    function = getattr(client, method)
    try:
        return {"status": None, "value": function(**arguments)}
    except TypeError as error:
        if "argument" in str(error):
            raise Refused(f"{method}: {error}") from error
        raise


def documented(name, value):
    """A float where the documentation asks for one and the value is a number."""
    try:
        return float(value) if name in FLOATS else value
    except ValueError:
        return value


def raised(error):
    """The SDK's own errors and those of requests, which it lets through; anything else is unexpected."""
    found = {"kind": "unexpected", "status": None, "code": None, "message": f"{type(error).__name__}: {error}", "retry_after_ms": None}
    match error:
        case ClientError():
            after = error.header.get("Retry-After")
            found |= {"kind": "api", "status": error.status_code, "code": str(error.error_code), "message": str(error.error_message)}
            found |= {"retry_after_ms": int(after) * 1000 if after else None}
        case ServerError():
            found |= {"kind": "server", "status": error.status_code, "message": str(error.message)}
        case requests.Timeout():
            found["kind"] = "timeout"
        case requests.ConnectionError() | requests.exceptions.ChunkedEncodingError():
            found["kind"] = "transport"
        case requests.JSONDecodeError():
            found["kind"] = "decode"
        case Error():
            found["kind"] = "configuration"
    return {**found, "refusal": None, "attempts": 1, "may_have_happened": True, "repeated": False}


def main():
    """Answer line by line. Numbers that the SDK gives as floats are written as Python writes them: that is what its user has."""
    client = streams = None
    for line in sys.stdin.buffer:
        document = json.loads(line, parse_float=Decimal)
        answer = {"id": document["id"]}
        try:
            match document:
                case {"describe": _}:
                    answer["described"] = described()
                case {"configure": settings}:
                    client, streams = configured(settings), Streams(settings.get("stream_url"))
                    answer["configured"] = {}
                case {"call": call}:
                    answer["returned"] = called(client, call)
                case {"subscribe": {"channel": "marketStream"} as asked}:
                    answer["subscribed"] = streams.subscribe(asked)
                case {"hear": asked}:
                    answer["heard"] = streams.hear(asked)
                case {"unsubscribe": {"stream": number}}:
                    answer["unsubscribed"] = streams.leave(number)
                case _:
                    answer["refused"] = {"message": "this adapter calls operations and hears market streams"}
        except Refused as error:
            answer["refused"] = {"message": str(error)}
        except Exception as error:
            logging.getLogger("adapter").debug("as a user would log it", exc_info=True)
            answer["raised"] = raised(error)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
