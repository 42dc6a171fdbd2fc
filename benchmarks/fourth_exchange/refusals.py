"""How Osprey says no."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_NOTHING: Mapping[str, str] = MappingProxyType({})


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not an error of ours
    """A status, a code for programs and a sentence for people."""

    def __init__(self, status: int, code: str, message: str, headers: Mapping[str, str] = _NOTHING) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.headers = status, code, message, headers


def invalid(name: str, what: str) -> Refusal:
    """A parameter that cannot be used."""
    return Refusal(400, "invalid_parameter", f"{name} {what}")


def missing(kind: str) -> Refusal:
    """Something that does not exist, or that belongs to somebody else."""
    return Refusal(404, f"{kind}_not_found", f"{kind} not found")
