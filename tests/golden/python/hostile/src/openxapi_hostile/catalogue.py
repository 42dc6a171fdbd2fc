"""What this package has, as data: for programs that choose operations and types by name."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ._runtime.codec import plain
from ._runtime.jsontext import JsonValue, parse, write
from ._runtime.mismatch import decoded, encoded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ._runtime.mismatch import Codec
    from ._runtime.operation import Operation

PACKAGE: Final = "openxapi-hostile"
VERSION: Final = "1.2.3"

__all__ = ["OPERATIONS", "PACKAGE", "TYPES", "VERSION", "Entry", "codec", "decoded", "encoded", "operation", "parse", "plain", "write"]


class Entry(NamedTuple):
    """Where an operation is found: ``getattr(getattr(client, group), method)``."""

    group: str
    method: str
    module: str
    table: str
    iterator: str | None = None
    """The method that walks through its pages."""


OPERATIONS: Final[Mapping[str, Entry]] = {
    'get"Order\'\n__import__(\'os\')': Entry("class_", "get_order_import_os", "class_", "_GET_ORDER_IMPORT_OS"),
    "list": Entry("class_", "list_", "class_", "_LIST", "iter_list"),
    "upload": Entry("import_", "upload", "import_", "_UPLOAD"),
    "download": Entry("import_", "download", "import_", "_DOWNLOAD"),
    "form": Entry("client", "form", "client", "_FORM"),
}
"""By the description's own operation id."""

TYPES: Final[Mapping[str, tuple[str, str]]] = {
    "Cancel": ("class_", "Cancel"),
    "Decimal": ("class_", "Decimal_"),
    "Either": ("_shared", "EITHER_CODEC"),
    "Error": ("class_", "Error"),
    "Event": ("class_", "EVENT_CODEC"),
    "Fill": ("class_", "Fill"),
    "Flag": ("_shared", "FLAG_CODEC"),
    "Form": ("client", "Form"),
    "Mixed": ("_shared", "Mixed"),
    "Model": ("_shared", "Model_"),
    "Order": ("class_", "Order"),
    "Rate": ("_shared", "Rate"),
    "Tree": ("_shared", "TREE_CODEC"),
    "Upload": ("import_", "Upload"),
    "UsesEither": ("_shared", "UsesEither"),
}
"""Module and codec of each type."""



def operation(operation_id: str) -> Operation[Any]:
    """The tables of an operation: its parameters, body and answers.

    Raises:
        KeyError: there is none of that id.
    """
    entry = OPERATIONS[operation_id]
    found: Operation[Any] = getattr(importlib.import_module(f".api.{entry.module}", __package__), entry.table)
    return found


def codec(name: str) -> Codec:
    """What reads and writes a type: ``decoded(codec("Order"), parse(text))``.

    Raises:
        KeyError: there is none of that name.
    """
    module, attribute = TYPES[name]
    found: Codec = getattr(importlib.import_module(f".api.{module}", __package__), attribute)
    return found


def typed(name: str, value: JsonValue) -> object:
    """A JSON value as the named type.

    Raises:
        KeyError: there is none of that name.
        DecodeError: the value does not fit.
    """
    found: object = decoded(codec(name), value)
    return found
