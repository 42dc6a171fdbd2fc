"""The one way to an SDK's source, whatever the language."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, cast

from sdkgen.behaviour_check import check_behaviour
from sdkgen.errors import BackendError
from sdkgen.source import Emitter, Language, SdkOptions, SdkSource

if TYPE_CHECKING:
    from sdkgen.api.model import Api


def generate(api: Api, language: Language, options: SdkOptions) -> SdkSource:
    """Write an SDK with the native generator. (OpenAPI Generator, ``sdkgen.openapi_generator``, works on the description's own file.)

    Raises:
        BackendError: there is no emitter for the language.
        BehaviourError: the behaviour names what the description does not have.
    """
    check_behaviour(options.behaviour, api)
    try:
        module = importlib.import_module(f"sdkgen.{language.value}.emit")
    except ModuleNotFoundError as error:
        message = f"there is no emitter for {language.value}; use one of python, typescript, go"
        raise BackendError(message) from error
    return cast("Emitter", module.emit)(api, options)
