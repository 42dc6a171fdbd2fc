"""Which method is which operation, and calls that the SDK takes."""

METHODS = {
    "GetAccountCommissionV3": "account_commission",
    "GetAllOrderListV3": "all_order_list",
    "GetAllOrdersV3": "all_orders",
    "GetAccountV3": "get_account",
    "GetOpenOrdersV3": "get_open_orders",
    "GetOrderV3": "get_order",
    "GetOrderListV3": "get_order_list",
    "GetMyAllocationsV3": "my_allocations",
    "GetMyPreventedMatchesV3": "my_prevented_matches",
    "GetMyTradesV3": "my_trades",
    "GetOpenOrderListV3": "open_order_list",
    "GetRateLimitOrderV3": "rate_limit_order",
    "GetExchangeInfoV3": "exchange_info",
    "GetPingV3": "ping",
    "GetTimeV3": "time",
    "GetAggTradesV3": "agg_trades",
    "GetAvgPriceV3": "avg_price",
    "GetDepthV3": "depth",
    "GetTradesV3": "get_trades",
    "GetHistoricalTradesV3": "historical_trades",
    "GetKlinesV3": "klines",
    "GetTickerV3": "ticker",
    "GetTicker24hrV3": "ticker24hr",
    "GetTickerBookTickerV3": "ticker_book_ticker",
    "GetTickerPriceV3": "ticker_price",
    "GetTickerTradingDayV3": "ticker_trading_day",
    "GetUiKlinesV3": "ui_klines",
    "DeleteOpenOrdersV3": "delete_open_orders",
    "DeleteOrderV3": "delete_order",
    "DeleteOrderListV3": "delete_order_list",
    "CreateOrderV3": "new_order",
    "CreateOrderCancelReplaceV3": "order_cancel_replace",
    "CreateOrderListOcoV3": "order_list_oco",
    "CreateOrderListOtoV3": "order_list_oto",
    "CreateOrderListOtocoV3": "order_list_otoco",
    "CreateOrderOcoV3": "order_oco",
    "CreateOrderTestV3": "order_test",
    "CreateSorOrderV3": "sor_order",
    "CreateSorOrderTestV3": "sor_order_test",
}

LIMIT = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.001", "price": "40000.5"}
WORKING = {"symbol": "BTCUSDT", "workingType": "LIMIT", "workingSide": "BUY", "workingTimeInForce": "GTC"}
WORKING |= {"workingPrice": "40000.5", "workingQuantity": "0.001", "pendingSide": "SELL", "pendingQuantity": "0.001"}
OCO = {"symbol": "BTCUSDT", "side": "SELL", "quantity": "0.001"}
EXAMPLES = {
    "GetKlinesV3": [{"query": {"symbol": "BTCUSDT", "interval": "1m"}}],
    "GetUiKlinesV3": [{"query": {"symbol": "BTCUSDT", "interval": "1m"}}],
    "GetTickerV3": [{"query": {"symbol": "BTCUSDT", "windowSize": "1d"}}],
    "CreateOrderTestV3": [{"body": LIMIT}],
    "CreateSorOrderV3": [{"body": LIMIT}],
    "CreateSorOrderTestV3": [{"body": LIMIT}],
    "CreateOrderCancelReplaceV3": [{"body": LIMIT | {"cancelReplaceMode": "STOP_ON_FAILURE", "cancelOrderId": 7}}],
    "CreateOrderOcoV3": [{"body": OCO | {"price": "41000.5", "stopPrice": "39000.5"}}],
    "CreateOrderListOcoV3": [
        {"body": OCO | {"aboveType": "LIMIT_MAKER", "abovePrice": "41000.5", "belowType": "STOP_LOSS", "belowStopPrice": "39000.5"}}
    ],
    "CreateOrderListOtoV3": [{"body": WORKING | {"pendingType": "MARKET"}}],
    "CreateOrderListOtocoV3": [{"body": WORKING | {"pendingAboveType": "LIMIT_MAKER", "pendingAbovePrice": "41000.5"}}],
}
"""It takes words of its own lists alone, where the description has any text."""
