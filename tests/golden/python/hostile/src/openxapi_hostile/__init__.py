"""Hostile \"\"\"\\ Exchange # heading for Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._runtime.answer import Reply
from ._runtime.errors import (
    ApiError,
    ArgumentError,
    AuthenticationError,
    BadRequestError,
    ConfigurationError,
    ConflictError,
    DeadlineError,
    DecodeError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    Refusal,
    SdkError,
    ServerError,
    TransportError,
    UnprocessableError,
)
from ._runtime.hooks import Told
from ._runtime.jsontext import JsonValue
from ._runtime.model import UNSET, Unset
from .client import BASE_URL, Client

if TYPE_CHECKING:
    from .async_client import AsyncClient

__version__ = "1.2.3"

__all__ = [
    "BASE_URL",
    "UNSET",
    "ApiError",
    "ArgumentError",
    "AsyncClient",
    "AuthenticationError",
    "BadRequestError",
    "Client",
    "ConfigurationError",
    "ConflictError",
    "DeadlineError",
    "DecodeError",
    "JsonValue",
    "NotFoundError",
    "PermissionDeniedError",
    "RateLimitError",
    "Refusal",
    "Reply",
    "SdkError",
    "ServerError",
    "Told",
    "TransportError",
    "UnprocessableError",
    "Unset",
    "__version__",
]


# What needs asyncio, which takes longer to import than all the rest.
_LATER = {
    "AsyncClient": ".async_client",
}


def __getattr__(name: str) -> object:
    if name in _LATER:
        import importlib  # noqa: PLC0415

        found: object = getattr(importlib.import_module(_LATER[name], __package__), name)
        globals()[name] = found
        return found
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
