"""Every exception of the SDK generator."""

from __future__ import annotations


class SdkgenError(Exception):
    """The generator could not do its work. The message is one line: what, where, what to do."""


class DescriptionError(SdkgenError):
    """The description can't be read or can't be understood."""

    def __init__(self, what: str, *, where: str = "", advice: str = "") -> None:
        """Join the parts that are there into one line."""
        self.what, self.where, self.advice = what, where, advice
        super().__init__("".join((what, f" at {where}" if where else "", f"; {advice}" if advice else "")))


class OverlayError(DescriptionError):
    """An overlay is no OpenAPI Overlay 1.0 document, or one of its targets is not in the description."""


class LockError(DescriptionError):
    """A names lock can't be read."""


class RecipeError(SdkgenError, ValueError):
    """A signing recipe contradicts itself, or the credentials given don't fit it.

    A ``ValueError`` too, so that reading a profile names the field that holds the recipe.
    """


class BackendError(SdkgenError):
    """A generator backend is not installed or failed."""
