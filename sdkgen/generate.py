"""The one way to an SDK's source, whatever the language."""

from __future__ import annotations

import importlib
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from sdkgen.behaviour_check import fitted
from sdkgen.errors import BackendError
from sdkgen.language import Language
from sdkgen.source import Emitter, SdkOptions, SdkSource

if TYPE_CHECKING:
    from sdkgen.api.model import Api


def generate(api: Api, language: Language, options: SdkOptions) -> SdkSource:
    """Write an SDK with the native generator. What the behaviour says of operations that are not there is left out.

    (OpenAPI Generator, ``sdkgen.openapi_generator``, works on the description's own file.)

    Raises:
        BackendError: there is no emitter for the language.
    """
    try:
        module = importlib.import_module(f"sdkgen.{language.value}.emit")
    except ModuleNotFoundError as error:
        message = f"there is no emitter for {language.value}; use one of python, typescript, go"
        raise BackendError(message) from error
    return cast("Emitter", module.emit)(api, replace(options, behaviour=fitted(options.behaviour, api)))
