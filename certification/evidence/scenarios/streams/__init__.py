"""Stories of listening: the book as it changes, own orders as they become, and who may hear what."""

from __future__ import annotations

from certification.evidence.scenarios.streams import balances, books, connection, own_orders, talk, tape

STORIES = (
    *books.STORIES,
    *tape.STORIES,
    *own_orders.STORIES,
    *balances.STORIES,
    *talk.STORIES,
    *connection.STORIES,
)
