"""What streams say: every change once and in order, the same book as is answered, and own orders to their owner alone."""

from certification.checks.streams import balances, books, connection, own_orders, public, talk

__all__ = ["balances", "books", "connection", "own_orders", "public", "talk"]
