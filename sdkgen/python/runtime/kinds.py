"""What kind of value something is, said so that type checkers know what is inside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from typing import TypeGuard

Array: TypeAlias = "list[Any] | tuple[Any, ...]"


def is_array(value: object) -> TypeGuard[Array]:
    """A list or tuple."""
    return isinstance(value, (list, tuple))


def is_object(value: object) -> TypeGuard[dict[Any, Any]]:
    """A dictionary, whatever its keys."""
    return isinstance(value, dict)


def as_bytes(value: object) -> bytes | None:
    """The bytes in a value that holds bytes, else ``None``."""
    if isinstance(value, (bytes, bytearray)):
        return bytes(value)
    return value.tobytes() if isinstance(value, memoryview) else None


def kind_of(value: object) -> Any:
    """The value's class, of which nothing is known."""
    return value.__class__
