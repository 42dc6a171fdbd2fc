"""Who may call: every private operation refuses a caller who does not prove who it is, and one account is closed to another."""

from certification.checks.authentication import callers, owners

__all__ = ["callers", "owners"]
