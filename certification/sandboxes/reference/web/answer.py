"""Answers before they are bytes, and the one form of every refusal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a call gets back."""

    status: int
    document: Any
    """What ``codec.write`` takes."""
    headers: tuple[tuple[str, str], ...] = ()
    media_type: str = "application/json"


class RequestRefusedError(Exception):
    """The call is refused before the exchange is asked."""

    def __init__(
        self, status: int, code: str, message: str, *, field: str | None = None, headers: tuple[tuple[str, str], ...] = ()
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.field = field
        self.headers = headers

    def answer(self) -> Answer:
        """As the client sees it."""
        return Answer(status=self.status, document=error_document(self.code, str(self), self.field), headers=self.headers)


def error_document(code: str, message: str, field: str | None = None) -> dict[str, str | None]:
    """The description's ``Error``."""
    return {"code": code, "message": message, "field": field}
