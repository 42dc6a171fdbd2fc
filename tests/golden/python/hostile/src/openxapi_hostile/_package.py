"""What a client of this package is unless told otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ._runtime.client import Package

if TYPE_CHECKING:
    from ._runtime.behaviour import Behaviour
    from ._runtime.operation import Operation
    from ._runtime.recipe import Recipe

BASE_URL: Final = "https://api.example.com/v1"
"""Where the client calls unless told otherwise."""


def _recipe() -> Recipe | None:
    from ._recipe import RECIPE  # noqa: PLC0415

    return RECIPE


def _behaviour() -> Behaviour:
    from ._behaviour import BEHAVIOUR  # noqa: PLC0415

    return BEHAVIOUR


def _operation(operation_id: str) -> Operation[Any]:
    from .catalogue import operation  # noqa: PLC0415

    return operation(operation_id)


PACKAGE: Final = Package("openxapi-hostile", "openxapi-hostile/1.2.3", BASE_URL, _recipe, _behaviour, _operation)
