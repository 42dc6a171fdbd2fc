"""Hostile \"\"\"\\ Exchange # heading for Python."""

from __future__ import annotations

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
    SdkError,
    ServerError,
    TransportError,
    UnprocessableError,
)
from ._runtime.jsontext import JsonValue
from ._runtime.model import UNSET, Unset
from .client import BASE_URL, Client

__version__ = "1.2.3"

__all__ = [
    "BASE_URL",
    "UNSET",
    "ApiError",
    "ArgumentError",
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
    "Reply",
    "SdkError",
    "ServerError",
    "TransportError",
    "UnprocessableError",
    "Unset",
    "__version__",
]
