"""Examples of checks of what an account does as a whole: cancelling everything at once."""

from __future__ import annotations

from certification.checks.examples.example import Example

ACCOUNTS = {
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
