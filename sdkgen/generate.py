"""The one way to an SDK's source, whatever the language and the backend."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Literal, cast

from sdkgen.errors import BackendError
from sdkgen.source import Emitter, Language, SdkOptions, SdkSource

if TYPE_CHECKING:
    from sdkgen.api.model import Api

Backend = Literal["native"]
"""The openapi-generator backend works on the description's own file, not on an ``Api``; it has an entrance of its own."""


def generate(api: Api, language: Language, options: SdkOptions, backend: Backend = "native") -> SdkSource:
    """Write an SDK.

    Raises:
        BackendError: there is no such backend, or no emitter for the language.
    """
    if backend != "native":
        message = f"no generator backend {backend!r} takes a model of an API; use native"
        raise BackendError(message)
    try:
        module = importlib.import_module(f"sdkgen.{language.value}.emit")
    except ModuleNotFoundError as error:
        message = f"there is no emitter for {language.value}; use one of python, typescript, go"
        raise BackendError(message) from error
    return cast("Emitter", module.emit)(api, options)
