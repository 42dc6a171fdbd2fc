"""Every type of the API, imported when it is first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .api._shared import (
        Model_ as Model_,
        Either as Either,
        Flag as Flag,
        Mixed as Mixed,
        Rate as Rate,
        Tree as Tree,
        UsesEither as UsesEither,
    )
    from .api.class_ import (
        Cancel as Cancel,
        Decimal_ as Decimal_,
        Error as Error,
        Fill as Fill,
        Event as Event,
        Order as Order,
    )
    from .api.import_ import (
        Upload as Upload,
    )
    from .api.client import (
        Form as Form,
    )

_MODULES = {
    "Model_": "_shared",
    "Either": "_shared",
    "Flag": "_shared",
    "Mixed": "_shared",
    "Rate": "_shared",
    "Tree": "_shared",
    "UsesEither": "_shared",
    "Cancel": "class_",
    "Decimal_": "class_",
    "Error": "class_",
    "Fill": "class_",
    "Event": "class_",
    "Order": "class_",
    "Upload": "import_",
    "Form": "client",
}


def __getattr__(name: str) -> object:
    module = _MODULES.get(name)
    if module is None:
        message = f"there is no type {name!r}"
        raise AttributeError(message)
    import importlib  # noqa: PLC0415

    found: object = getattr(importlib.import_module(f".api.{module}", __package__), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(_MODULES)
