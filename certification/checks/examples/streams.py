"""Examples of checks of public streams, of balances on them, of how connections are kept, and of limits of open orders."""

from __future__ import annotations

from certification.checks.examples.example import Example

STREAMS = {
    "heard.what_rests_is_told": Example(
        does="The report of an order that rests tells its whole size as left, though a half was filled at once.",
        says="streams.orders: 0.00 of an order that rests was told to be filled in the end, 0.01 was answered",
    ),
    "heard.fees_are_told": Example(
        does="Reports of fills tell a fee of nought.",
        says="streams.orders: fees of 0 were told with the fills of an order that paid 3.84",
    ),
    "streams.public_trades_are_told_once": Example(
        does="Every trade is sent twice to the channel of trades.",
        says="streams.trades: trade 205 was told 2 times; trade 206 was told 2 times",
        fault="trade-told-twice",
    ),
    "streams.public_trades_are_told_as_they_were": Example(
        does="A trade's side is told as that of the order that rested.",
        says="streams.trades: a buy order's trade is told as one of the side sell",
        fault="trade-of-the-makers-side",
    ),
    "streams.streamed_tickers_tell_the_last_trade": Example(
        does="The ticker is sent before the trade that it is sent for has counted.",
        says="streams.trades: the last ticker's price is 60003.02, the newest trade's 60003.01",
    ),
    "streams.streamed_tickers_agree_with_the_book": Example(
        does="Of two changes at once only the first is seen in the ticker.",
        says="streams.trades: the last ticker's ask is 60003.01, the book's 60005",
    ),
    "streams.streamed_candles_follow_trades": Example(
        does="A running candle's close stays at its open.",
        says="streams.trades: the last candle's close is 60005, the newest trade's price 60003.01",
    ),
    "heard.sums_of_reports_add_up": Example(
        does="The sums that a report tells are those of its own fill alone.",
        says="streams.orders: a report tells of 0.01, by which the sum grows from 0.01 to 0.01",
    ),
    "streams.a_new_subscription_begins_anew": Example(
        does="A connection that has had a book's snapshot gets none any more.",
        says="streams.depth: a second subscription was answered with subscribed, and no snapshot",
    ),
    "streams.changes_of_balances_are_told": Example(
        does="Balances are told after fills, and not when an order holds something.",
        says="streams.balances: after placing an order USD was not told to have free 99499.5 and held 500.5",
    ),
    "streams.heartbeats_come_in_time": Example(
        does="A connection whose market is quiet is left without any message.",
        says="streams.control: for 13.0 s nothing came, where a heartbeat is promised within 5 s",
    ),
    "streams.heartbeats_are_numbered_without_a_gap": Example(
        does="A number is given to each heartbeat of all connections together.",
        says="streams.control: heartbeat 17 follows 11",
    ),
    "streams.malformed_messages_end_as_promised": Example(
        does="A message that can't be read is dropped without a word.",
        says="streams.control: a message that is no JSON was not answered with an error",
        fault="nonsense-unanswered",
    ),
    "streams.unknown_channels_are_refused": Example(
        does="Subscriptions are confirmed before anybody looks for their channel.",
        says="streams.control: a subscription to a channel that there is not was confirmed",
    ),
    "streams.subscriptions_are_limited_as_documented": Example(
        does="Nobody counts the subscriptions of a connection.",
        says="streams.control: 33 subscriptions of one connection were confirmed, where 30 are documented",
    ),
    "limits.open_orders_are_limited_as_documented": Example(
        does="An account may have as many open orders as it likes.",
        says="placeOrder: 61 orders are open, where 60 are documented",
    ),
    "limits.ended_orders_make_room": Example(
        does="Orders that were cancelled go on counting for the limit of open orders.",
        says="placeOrder: one of as many orders as may be open was cancelled, and another was refused all the same",
    ),
}
