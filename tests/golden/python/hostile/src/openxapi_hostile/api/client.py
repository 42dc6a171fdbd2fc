"""Client."""

from __future__ import annotations

from decimal import Decimal
from .._runtime.declare import (
    AsyncGroup,
    AwaitedCall,
    Body,
    DECIMAL,
    INTEGER,
    ListOf,
    Model,
    Operation,
    Returned,
    SIGNED,
    STRING,
    Session,
    field,
)


class Form(Model):
    """Form."""

    a: str = field("a", STRING)
    timestamp: int | None = field("timestamp", INTEGER, default=None)
    l: list[Decimal] | None = field("l", ListOf(DECIMAL), default=None)


_FORM: Operation[None] = Operation(
    "form",
    "POST",
    "/form",
    body=Body("form", "application/x-www-form-urlencoded", Form),
    returned=(
        Returned("204", ""),
    ),
    signed=SIGNED,
    places=(0, 1, 3, 5),
)


class ClientApi:
    """Client."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        """Made by the client."""
        self._session = session

    def form(
        self,
        *,
        body: Form,
    ) -> None:
        """Form

        POST /form, signed
        """
        return self._session.call(_FORM, body=body)


class AsyncClientApi(AsyncGroup):
    """Client. Each call is awaited."""

    __slots__ = ()

    form = AwaitedCall(ClientApi.form)
