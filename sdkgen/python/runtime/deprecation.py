"""The mark of what the exchange advises against, which type checkers and editors show where it is used (PEP 702)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__all__ = ["deprecated"]

if TYPE_CHECKING:
    # Every type checker brings it along; nothing of that name need be installed.
    from typing_extensions import deprecated
else:

    def deprecated(message: str) -> Any:
        """Note the message on a method; that a call warns is the session's part."""

        def marked(method: Any) -> Any:
            method.__deprecated__ = message
            return method

        return marked
