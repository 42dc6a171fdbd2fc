"""Clocks and limits: what a client needs to know to stay welcome."""

from certification.checks.limits import everybody, keys, open_orders

__all__ = ["everybody", "keys", "open_orders"]
