"""Examples of checks of orders that expire, of requests that come again, and of withdrawals."""

from __future__ import annotations

from certification.checks.examples.example import Example

BEYOND_ORDERS = {
    "withdrawals.too_little_is_refused": Example(
        does="A withdrawal below the least amount is taken.",
        says="createWithdrawal: a withdrawal of less than the least amount was accepted",
    ),
    "expiry.orders_end_at_their_time": Example(
        does="An order rests on after the instant at which it was to end.",
        says="placeOrder: an order still has the status open after its end",
        fault="order-never-expires",
    ),
    "expiry.expired_orders_hold_nothing": Example(
        does="An expired order goes on holding its funds.",
        says="listBalances: USD: free 10000000 and held 0 became 9999499 and 501",
        fault="expired-order-held-for",
    ),
    "expiry.expired_orders_are_not_listed": Example(
        does="Expired orders stay listed as open.",
        says="listOpenOrders: an order that has ended still stands among the open orders",
        fault="expired-order-still-open",
    ),
    "expiry.expired_orders_cannot_be_cancelled": Example(
        does="An expired order can be cancelled.",
        says="cancelOrder: an order that ended as expired was cancelled, and is cancelled",
        fault="expired-order-cancellable",
    ),
    "expiry.expiries_are_told": Example(
        does="The private stream is silent when an order expires.",
        says="streams.orders: that an order ended by itself was not heard (open was)",
        fault="expiry-untold",
    ),
    "repeats.the_same_bytes_do_nothing_twice": Example(
        does="A signed order that is sent again to the byte becomes a second order.",
        says="placeOrder: the same signed bytes made 9007199254741937 and then 9007199254741939",
        fault="replay-accepted",
    ),
    "repeats.the_same_bytes_are_answered_as_stated": Example(
        does="Replays are said to be refused, and are answered like the first time.",
        says="createWithdrawal: the same signed bytes were accepted again with 201",
        fault="replay-accepted",
    ),
    "repeats.requests_end_with_their_window": Example(
        does="A signature that was seen before is taken from a cache, and not held against the clock again.",
        says="listBalances: a request was accepted with 200 after its window, because it had been before",
        fault="known-signature-never-stale",
    ),
    "repeats.nonces_only_grow": Example(
        does="Each path remembers nonces of its own, so that a smaller one passes elsewhere.",
        says="OpenOrders: a request with a smaller nonce than the last was accepted with 200",
    ),
    "repeats.forgeries_spend_no_nonce": Example(
        does="The nonce of a request is stored before its signature is looked at.",
        says="BalanceEx: after a forged request with a nonce ahead, its owner is answered clock",
    ),
    "repeats.cancelling_again_is_answered_as_stated": Example(
        does="A cancellation of what has ended is answered as if it had cancelled something.",
        says="cancelOrder: a second cancellation was accepted; the exchange says that it is refused",
    ),
    "repeats.cancelling_again_is_answered": Example(
        does="Cancelling an order that is cancelled fails inside the exchange.",
        says="cancelOrder: cancelling a cancelled order was answered 500",
        fault="cancel-again-crashes",
    ),
    "withdrawals.client_ids_withdraw_once": Example(
        does="The same withdrawal, asked for again after a lost answer, leaves twice.",
        says="createWithdrawal: the same withdrawal asked for again under the same client's id made a second one",
        fault="withdrawal-sent-twice",
    ),
    "withdrawals.forged_withdrawals_are_refused": Example(
        does="A withdrawal without a signature is paid out.",
        says="createWithdrawal: a withdrawal was accepted (unsigned)",
    ),
    "withdrawals.what_leaves_is_taken_once": Example(
        does="A repeated withdrawal is answered with the first, and holds its amount again.",
        says="createWithdrawal: asked for again, it took 0.00105001 BTC more",
        fault="withdrawal-held-twice",
    ),
    "withdrawals.withdrawals_are_what_was_asked": Example(
        does="A withdrawal is told with fewer digits than it has.",
        says="getWithdrawal: 0.001 where 0.00100001 was asked (query)",
        fault="withdrawal-amount-rounded",
    ),
    "withdrawals.calling_back_gives_back_once": Example(
        does="Calling back a withdrawal that was called back already pays it back again.",
        says="cancelWithdrawal: called back once more, it gave 0.00105001 BTC again",
        fault="withdrawal-given-back-twice",
    ),
    "withdrawals.withdrawals_beyond_means_are_refused": Example(
        does="More may leave than there is.",
        says="createWithdrawal: a withdrawal of more than is free was accepted",
        fault="withdrawal-beyond-balance",
    ),
    "withdrawals.wrong_addresses_are_refused": Example(
        does="An address with one misspelt letter is taken, and what is sent there is lost.",
        says="createWithdrawal: a withdrawal to a wrong address was accepted",
        fault="withdrawal-to-nowhere",
    ),
    "withdrawals.amounts_off_their_step_are_refused": Example(
        does="Digits too many of an amount are cut off in silence.",
        says="createWithdrawal: a withdrawal with half a step too much was accepted",
        fault="withdrawal-cut-in-silence",
    ),
    "withdrawals.withdrawals_of_others_are_shut": Example(
        does="Whoever knows its number can read a withdrawal, and the address that it goes to.",
        says="getWithdrawal: another account's withdrawal was readable",
        fault="other-account-withdrawal-readable",
    ),
    "withdrawals.read_only_keys_cannot_withdraw": Example(
        does="A key that was made for reading only can withdraw.",
        says="createWithdrawal: a key that may only read withdrew",
        fault="reading-key-withdraws",
    ),
}
