"""Stories of listening: the book as it changes, own orders as they become, and who may hear what."""

from __future__ import annotations

from certification.evidence.scenarios.streams import books, own_orders, talk

STORIES = (*books.STORIES, *own_orders.STORIES, *talk.STORIES)
