"""Examples of checks of what an account is and does as a whole: its statement, and cancelling everything at once."""

from __future__ import annotations

from certification.checks.examples.example import Example

ACCOUNTS = {
    "statements.entries_add_up": Example(
        does="Fees are taken, and the statement has no entry of them.",
        says="listLedger: USD changed by -2.5; its new entries add up to -0.10",
        fault="statement-hides-fees",
    ),
    "statements.balances_follow_from_entries": Example(
        does="Each entry tells the balance before it instead of the one after it.",
        says="listLedger: BTC: after 100.00 comes an entry of 0.01 that leaves 100.00",
        fault="statement-balance-before",
    ),
    "statements.fills_have_their_entries": Example(
        does="Entries name another order than the one that they are of.",
        says="listLedger: the buy's fills move 0.01 BTC; the entries that name them add up to 0",
        fault="statement-names-others",
    ),
    "statements.statements_keep_to_what_is_asked": Example(
        does="The filter by asset is ignored.",
        says="listLedger: asked for the asset USD, the statement tells of BTC, ETH",
        fault="statement-filter-ignored",
    ),
    "terms.dry_runs_place_nothing": Example(
        does="An order that was only to be checked is placed.",
        says="AddOrder: an order that was only tried rests in the book",
    ),
    "terms.deadlines_are_kept": Example(
        does="An order is placed although its deadline has passed.",
        says="AddOrder: an order was accepted ten seconds after its deadline",
    ),
    "expiry.ends_in_the_past_trade_nothing": Example(
        does="An order whose end has passed is taken, and filled.",
        says="placeOrder: an order whose end was a minute ago was filled",
        fault="order-expired-before-it-came",
    ),
    "expiry.part_filled_orders_end_too": Example(
        does="An order that was filled in part outlives its time.",
        says="placeOrder: an order that was filled in part still has the status partially_filled after its end",
        fault="part-filled-never-expires",
    ),
    "withdrawals.held_assets_cannot_be_withdrawn": Example(
        does="A withdrawal may take what an open order holds.",
        says="createWithdrawal: a withdrawal of what an order holds was accepted",
        fault="withdrawal-of-what-is-held",
    ),
    "amend.amended_orders_are_what_was_asked": Example(
        does="The new quantity of an order that was filled in part is taken for what is left of it.",
        says="amendOrder: quantity 0.03 where 0.02 was asked",
    ),
    "amend.holds_follow_amendments": Example(
        does="Amending an order leaves its hold as it was.",
        says="amendOrder: USD: 1012 is held for an amended order, 1518 for one that was placed alike",
    ),
    "amend.refused_amendments_change_nothing": Example(
        does="An amendment that can't be paid for cancels the order.",
        says="amendOrder: an amendment beyond means was refused, and changed the order all the same",
    ),
    "amend.ended_orders_stay_ended": Example(
        does="An order that was cancelled comes back when it is amended.",
        says="amendOrder: an order that was cancelled rests again after it was amended",
    ),
    "amend.places_are_as_documented": Example(
        does="An order that becomes smaller goes to the end of its level, though it is documented to stay.",
        says="amendOrder: an order that became smaller lost its place to a newer one",
    ),
    "amend.orders_of_others_cannot_be_amended": Example(
        does="Whoever knows its id can amend an order.",
        says="amendOrder: another account's order was amended",
    ),
    "amend.amended_post_only_orders_never_take": Example(
        does="A post-only order that is moved into the book trades as a taker.",
        says="amendOrder: a post-only order was amended, and took",
    ),
    "pagination.totals_count_the_whole_list": Example(
        does="The count of a list is that of its page.",
        says="ClosedOrders: 50 are told to be there, and the pages hold 52",
    ),
    "pagination.pages_are_full": Example(
        does="The last entry of every full page is missing.",
        says="Ledgers: a page of 50 holds 49 items, and more follow",
    ),
    "market.ticker_totals_hold_the_last_trade": Example(
        does="The day's volume is worked out before the trade is on the tape.",
        says="getTicker: the ticker's volume grew by 0.01 after a trade of 0.02, by 0.02 after a trade of 0.03: it lacks the last one",
    ),
    "cancel_all.everything_is_cancelled": Example(
        does="Orders that were filled in part stay in the book when everything is cancelled.",
        says="cancelAllOrders: an order (first) has the status partially_filled after everything was cancelled",
        fault="cancel-all-spares-part-filled",
    ),
    "cancel_all.other_markets_stay": Example(
        does="Cancelling everything of one market cancels other markets' orders too.",
        says="cancelAllOrders: an order of another market was cancelled too",
        fault="cancel-all-in-every-market",
    ),
    "cancel_all.other_accounts_stay": Example(
        does="Cancelling everything cancels everybody's orders.",
        says="cancelAllOrders: another account's order was cancelled too",
        fault="cancel-all-of-everybody",
    ),
    "cancel_all.holds_are_freed": Example(
        does="Orders that are cancelled together go on holding their funds.",
        says="cancelAllOrders: USD: 0 was held before, and 1002 after everything was cancelled",
        fault="hold-not-released",
    ),
    "cancel_all.it_tells_what_was_cancelled": Example(
        does="The answer leaves out the last of the orders that were cancelled.",
        says="cancelAllOrders: an order was cancelled and not named",
        fault="cancel-all-names-too-few",
    ),
}
