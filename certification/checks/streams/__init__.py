"""What streams say: every change once and in order, the same book as is answered, and own orders to their owner alone."""

from certification.checks.streams import books, own_orders, talk

__all__ = ["books", "own_orders", "talk"]
