"""Examples of checks of orders, money, markets and streams."""

from __future__ import annotations

from certification.checks.examples.example import Example

TRADING = {
    "market.told_fees_are_the_documented_ones": Example(
        does="The account is told the maker's rate as the taker's.",
        says="getFees: maker and taker are told to pay 0.001 (0.001 is documented) and 0.001 (0.002 is documented)",
    ),
    "ended.orders_of_the_history_are_found": Example(
        does="An order that was cancelled unfilled is forgotten, though the history still lists it.",
        says="getOrder: an order that stands in the history was refused with 404 when it was asked for",
    ),
    "ended.client_ids_name_ended_orders": Example(
        does="A client's id leads to open orders alone.",
        says="getOrder: an order that has ended is not found by its client's id (404)",
    ),
    "ended.expired_orders_say_so": Example(
        does="An order whose time is over is told as cancelled.",
        says="getOrder: an order whose time was over has the status cancelled",
    ),
    "orders.client_order_ids_stay_taken": Example(
        does="The client order id of a cancelled order can be used for another order.",
        says="placeOrder: the client order id of a cancelled order made a second order",
    ),
    "lists.refused_orders_do_not_rest": Example(
        does="An order off the tick is refused, and rests on the tick below.",
        says="placeOrder: an order that was refused rests all the same (1 in the list of open orders that nobody was given)",
    ),
    "lists.open_orders_keep_to_their_market": Example(
        does="The list of open orders ignores the symbol that it is asked for.",
        says="listOpenOrders: an order of another market stands among this market's open orders",
    ),
    "lists.fills_keep_to_their_order": Example(
        does="The list of fills ignores the order that it is asked for.",
        says="listFills: asked for the fills of one order, 3 others are named",
    ),
    "pagination.pages_keep_their_size": Example(
        does="A page holds one item more than was asked for.",
        says="listOrderHistory: a page of 3 holds 4 items",
    ),
    "market.candles_begin_with_their_interval": Example(
        does="A candle begins with its first trade.",
        says="getCandles: candles begin at 1795381200123 and 1795381500777, which are no multiples of a second apart",
    ),
    "heard.each_fill_is_told": Example(
        does="A fill that leaves an order open is not told to its owner.",
        says="streams.orders: that 0.01 of an order was filled while it rested was not heard",
    ),
    "heard.nothing_is_told_twice": Example(
        does="Each report of an order is sent twice.",
        says="streams.orders: 2 messages of own orders came more than once",
    ),
    "heard.orders_are_told_by_their_client_id": Example(
        does="Reports carry a client order id that the exchange made.",
        says="streams.orders: an order placed as cb1e94d051415342bc9a is told of as x-17",
    ),
    "shapes.trading_answers_keep_their_shape": Example(
        does="The answer to a market order has null for its price, where a string is described.",
        says="placeOrder: an answer of 200: $.price is null, not string",
    ),
    "shapes.messages_keep_their_shape": Example(
        does="Reports of fills lack the fee that is described as required.",
        says="streams.orders: $.data lacks fee",
    ),
    "orders.placed_orders_are_what_was_asked": Example(
        does="The answer says another client order id than was given.",
        says="placeOrder: client order id cb1e94d051415342 where cb1e94d051415342bc9a was given (place)",
        fault="client-id-cut",
    ),
    "orders.cancelled_orders_say_so": Example(
        does="A query goes on saying that a cancelled order is open.",
        says="getOrder: a cancelled order has the status open",
    ),
    "orders.cancelled_orders_are_gone": Example(
        does="Cancelled orders stay listed as open.",
        says="listOpenOrders: a cancelled order still stands among the open orders",
        fault="cancelled-order-still-open",
    ),
    "orders.client_order_ids_are_idempotent": Example(
        does="The same order, sent again after a lost answer, becomes a second order.",
        says="placeOrder: the same order placed again under the same client order id made a second order",
        fault="duplicate-client-id-accepted",
    ),
    "orders.limits_hold": Example(
        does="A limit order fills a cent beyond its limit.",
        says="placeOrder: a buy limited to 60005 was filled at 60005.01",
        fault="fill-price-worse-than-limit",
    ),
    "orders.immediate_orders_never_rest": Example(
        does="What an immediate-or-cancel order can't fill stays in the book.",
        says="placeOrder: an immediate-or-cancel order rests (status partially_filled)",
        fault="ioc-rests",
    ),
    "orders.fill_or_kill_is_all_or_nothing": Example(
        does="A fill-or-kill order takes what there is and drops the rest.",
        says="placeOrder: a fill-or-kill order of 1 was filled for 0.5",
        fault="fok-fills-in-part",
    ),
    "orders.post_only_orders_never_take": Example(
        does="A post-only order at the best opposite price trades.",
        says="placeOrder: a post-only order took 0.01 from the book",
        fault="post-only-takes",
    ),
    "orders.off_grid_orders_are_refused": Example(
        does="A price between two ticks is taken.",
        says="placeOrder: 'place at half a price step' was accepted",
        fault="invalid-tick-accepted",
    ),
    "races.one_client_id_makes_one_order": Example(
        does="A client id is looked up first and written down later: four requests at once find it free.",
        says="placeOrder: requests at once under one client order id made 4 orders",
        fault="client-id-overtaken",
    ),
    "races.what_there_is_is_spent_once": Example(
        does="Each of several orders at once is held against the balance as it was before all of them.",
        says="placeOrder: 4 orders at once were accepted, each for more than half of what was free",
        fault="spent-twice-at-once",
    ),
    "races.cancelling_at_once_gives_back_once": Example(
        does="Two cancellations at once both find the order open, and both give back what it held.",
        says="cancelOrder: USD: free 100000 and held 0 became 100500 and 0",
    ),
    "races.cancels_and_fills_agree": Example(
        does="A cancellation ends an order that is being matched: the buyer is told nothing of what the seller sold.",
        says="cancelOrder: the order bought 0, the sale to it sold 0.01",
    ),
    "races.one_client_id_withdraws_once": Example(
        does="Of four requests at once under one client's id, each sends the amount.",
        says="createWithdrawal: requests at once under one client's id made 4 withdrawals",
    ),
    "refusals.meaningless_orders_are_refused": Example(
        does="An order that is neither to buy nor to sell is taken for one to sell.",
        says="placeOrder: 'place with an unknown side' was accepted",
        fault="unknown-side-sells",
    ),
    "orders.older_orders_fill_first": Example(
        does="Within a price level, the newest order is filled first.",
        says="listFills: the newer order was filled for 0.01 while the older one had 0 of 0.01",
        fault="newest-fills-first",
    ),
    "orders.orders_beyond_means_are_refused": Example(
        does="A market order may sell more than the account has.",
        says="placeOrder: 'sell beyond means' was accepted",
        fault="market-order-beyond-balance",
    ),
    "orders.times_of_orders_go_forward": Example(
        does="The time of an order's last change comes from another machine's clock.",
        says="getOrder: an order created at 1795381415713 was updated at 1795381415013",
        fault="updated-before-created",
    ),
    "orders.history_agrees_with_queries": Example(
        does="The history says that cancelled orders were filled.",
        says="listOrderHistory: an order is cancelled by its query, and filled in the history",
        fault="history-says-filled",
    ),
    "balances.resting_orders_are_held_for": Example(
        does="Only the price is held for a buy order, not price times quantity.",
        says="listBalances: 50000 USD is held for an order that needs 100000",
    ),
    "balances.cancelling_gives_everything_back": Example(
        does="A cancelled order goes on holding its funds.",
        says="cancelOrder: USD: free 9996893.7499 and held 2505 became 9996392.7499 and 3006",
        fault="hold-not-released",
    ),
    "balances.fills_add_up": Example(
        does="Each fill makes a cent out of nothing.",
        says="listBalances: USD changed by -601.2401; the fills and fees say -601.2501",
        fault="balance-leak",
    ),
    "balances.fees_are_as_documented": Example(
        does="Takers pay the fee of makers.",
        says="listFills: a fill of 0.01 at 60005 was charged 0.60005 USD; 0.002 of it is 1.2001",
        fault="wrong-fee",
    ),
    "balances.no_balance_is_negative": Example(
        does="Two orders that come at the same time are both paid from the same free balance.",
        says="listBalances: USD: free -100, held 200 (balances while it rests)",
    ),
    "balances.totals_add_up": Example(
        does="The total leaves out what is held.",
        says="listBalances: USD: free 9000 and held 1000, but 9000 in total",
        fault="total-without-held",
    ),
    "model.orders_agree_with_the_model": Example(
        does="An order that is filled in part says that nothing was.",
        says="getOrder: order 1 has filled 0; by the model 0.01, after first buys 0.02 at 59997.84, good_till_cancelled (order 1); "
        "second sells 0.01 at 59997.84, immediate_or_cancel (order 2)",
        fault="part-fill-untold",
    ),
    "model.fills_agree_with_the_model": Example(
        does="Fees are rounded up where they should be cut off.",
        says="listFills: the fills of order 2 have fee 4.84422561 in all; by the model 4.84422560, after first buys 0.04037 at 59997.84, "
        "post_only (order 1); second sells 0.05046 at 59997.84, good_till_cancelled (order 2)",
        fault="fee-rounded-up",
    ),
    "model.balances_agree_with_the_model": Example(
        does="After a partial fill nothing is held for the rest of the order.",
        says="listBalances: first has 9999400.05 USD free and 0 held; by the model 9998800.1 and 599.95, after "
        "first buys 0.02 at 59997.84, "
        "good_till_cancelled (order 1); second sells 0.01 at 59997.84, immediate_or_cancel (order 2)",
        fault="part-fill-frees-the-rest",
    ),
    "model.books_agree_with_the_model": Example(
        does="A cancelled order stays in the book.",
        says="getDepth: 0.14084 stands in the asks at 60002.34; by the model 0.01, after first sells 0.01 at 60002.34, "
        "good_till_cancelled (order 7)",
        fault="cancelled-order-in-book",
    ),
    "books.depth_is_sorted": Example(
        does="Bids come cheapest first.",
        says="getDepth: bid 59955 stands behind 59950",
        fault="unsorted-depth",
    ),
    "books.depth_is_not_crossed": Example(
        does="The two sides of the book are read at different moments.",
        says="getDepth: the best bid 60005 is not below the best ask 59995",
        fault="crossed-book",
    ),
    "books.depth_has_no_empty_levels": Example(
        does="A level stays listed when its last order has gone.",
        says="getDepth: a level offers 0",
    ),
    "books.resting_orders_stand_in_the_depth": Example(
        does="The depth is made from a copy that lags behind.",
        says="getDepth: 0.01 at 50000 is not in the depth",
    ),
    "books.depth_keeps_its_limit": Example(
        does="More levels are answered than were asked for.",
        says="getDepth: 10 bids where 5 were asked for",
        fault="depth-limit-ignored",
    ),
    "market.own_fills_stand_on_the_tape": Example(
        does="The newest trade is not on the tape.",
        says="listTrades: trade 269 of an own fill is not on the tape",
        fault="tape-misses-a-trade",
    ),
    "market.tickers_agree_with_the_book": Example(
        does="The ticker's best ask is not the book's.",
        says="getTicker: the ticker's ask is 60010, the book's 60005",
        fault="ticker-ask-wrong",
    ),
    "market.tickers_tell_the_last_trade": Example(
        does="The ticker's last price is that of the trade before the last.",
        says="getTicker: the ticker's last price is 60000, the newest trade's 60005",
        fault="ticker-last-wrong",
    ),
    "market.candles_hold_their_trades": Example(
        does="A candle's high is below trades of its time.",
        says="getCandles: the candle of 1795381380000 has low 59995 and high 60000; its trades go from 59995 to 60005",
        fault="candle-below-its-trades",
    ),
    "market.candles_add_up": Example(
        does="A candle counts both sides of each trade.",
        says="getCandles: the candle of 1795381380000 has the volume 0.04; its trades add up to 0.02",
        fault="candle-volume-doubled",
    ),
    "market.unknown_symbols_are_refused": Example(
        does="A symbol that nobody trades is answered with an empty book.",
        says="getDepth: a market that does not exist was answered 200",
    ),
    "pagination.pages_repeat_nothing": Example(
        does="Each page begins with the last item of the one before.",
        says="listFills: 538 stands on 2 pages",
        fault="cursor-repeats",
    ),
    "pagination.pages_leave_nothing_out": Example(
        does="An item between two pages is never shown.",
        says="listOrderHistory: 9007199254741953 stands on no page",
        fault="cursor-skips",
    ),
    "streams.sequences_have_no_gap": Example(
        does="A change of the book is now and then not sent.",
        says="streams.depth: sequence 213 follows 211",
        fault="sequence-gap",
    ),
    "streams.changes_make_the_book": Example(
        does="A level that is gone is not told.",
        says="streams.depth: bids: 0.5 at 59995 was heard, 1 at 59990 was answered",
        fault="removal-untold",
    ),
    "checksums.told_checksums_are_the_books": Example(
        does="A change carries the checksum of the book before it.",
        says="streams.depth: the delta 213 tells -1418263101, which is not the checksum of '60000:0.5:60010:0.75:59990:1:60020:1'",
        fault="checksum-of-the-book-before",
    ),
    "streams.snapshots_keep_their_depth": Example(
        does="The first message of a book holds all of it, whatever depth was asked for.",
        says="streams.depth: a snapshot has 500 bids, where 10 were asked for",
    ),
    "streams.what_is_left_stays_silent": Example(
        does="The end of a subscription is confirmed, and its messages go on.",
        says="streams.depth: 2 changes of the book were told after its subscription had ended",
        fault="left-depth-goes-on",
    ),
    "streams.refusals_name_their_request": Example(
        does="Errors do not name the request that they answer.",
        says="streams.depth: the request 7 was refused under no id",
    ),
    "heard.numbers_of_own_orders_have_no_gap": Example(
        does="Numbers are given to messages that are not sent.",
        says="streams.orders: number 4 follows 2",
    ),
    "heard.open_orders_are_told_first": Example(
        does="The beginning of a private stream is always empty.",
        says="streams.orders: an open order is not among those that are told first",
    ),
    "streams.own_orders_are_told": Example(
        does="The owner does not hear of a cancellation.",
        says="streams.orders: the cancel of an order (cancelled) was not heard of",
        fault="cancellation-untold",
    ),
    "streams.fills_of_resting_orders_are_told": Example(
        does="What is heard of an order never says that it was filled.",
        says="streams.orders: that an order was filled while it rested was not heard (open was)",
        fault="fill-untold",
    ),
    "streams.orders_are_told_in_order": Example(
        does="Two machines send the events of one order, in no order.",
        says="streams.orders: the filled amount of 9007199254741953 fell from 0.02 to 0.01",
    ),
    "streams.orders_of_others_are_not_told": Example(
        does="Everybody's orders come to everybody who is logged in.",
        says="streams.orders: another account's order was heard of (open)",
        fault="stream-other-account",
    ),
    "streams.wrong_logins_are_refused": Example(
        does="Any signature logs in.",
        says="streams.orders: a login with a wrong signature, or a wrong listen key, was accepted",
        fault="stream-login-unchecked",
    ),
    "streams.private_channels_need_a_login": Example(
        does="A subscription to private orders is confirmed before any login.",
        says="streams.orders: a subscription to orders without a login was accepted",
    ),
    "streams.wrong_subscriptions_are_refused": Example(
        does="A subscription to a market that does not exist is confirmed, and stays silent for ever.",
        says="streams.depth: a subscription to an instrument that does not exist was accepted",
    ),
    "streams.a_second_connection_is_served": Example(
        does="Who connects again gets a confirmation and no data.",
        says="streams.depth: the second connection heard subscribed, and no snapshot",
        fault="second-connection-unserved",
    ),
    "streams.pings_are_answered": Example(
        does="A ping gets no pong.",
        says="streams.control: a ping was not answered",
        fault="ping-unanswered",
    ),
    "streams.orders_are_told_as_they_are": Example(
        does="A stream tells the amount of the last fill where it says to tell all that was filled.",
        says="streams.orders: 0.01 of an order was heard to be filled, 0.02 was answered",
    ),
}
