"""Everything that generated modules take from the runtime, in one place."""

from __future__ import annotations

from .awaited import AsyncGroup, AwaitedCall, AwaitedItems
from .behaviour import Pagination as PageRule
from .choice import OneOf
from .codec import ANY, BINARY, BOOLEAN, DECIMAL, INTEGER, STRING
from .containers import Later, ListOf, MapOf, Nullable, TupleOf
from .deprecation import deprecated as Deprecated  # noqa: N812 - no method is called so in the classes that use it
from .enums import OpenDecimal, OpenInteger, OpenText, OpenValue, known
from .jsontext import JsonValue
from .mismatch import Codec
from .model import UNSET, Model, Record, Unset, extra, field
from .operation import OPTIONALLY_SIGNED, PUBLIC, SIGNED, Body, Operation, Parameter, Returned
from .paging import Pages as PageWalk
from .session import Session

__all__ = [
    "ANY",
    "BINARY",
    "BOOLEAN",
    "DECIMAL",
    "INTEGER",
    "OPTIONALLY_SIGNED",
    "PUBLIC",
    "SIGNED",
    "STRING",
    "UNSET",
    "AsyncGroup",
    "AwaitedCall",
    "AwaitedItems",
    "Body",
    "Codec",
    "Deprecated",
    "JsonValue",
    "Later",
    "ListOf",
    "MapOf",
    "Model",
    "Nullable",
    "OneOf",
    "OpenDecimal",
    "OpenInteger",
    "OpenText",
    "OpenValue",
    "Operation",
    "PageRule",
    "PageWalk",
    "Parameter",
    "Record",
    "Returned",
    "Session",
    "TupleOf",
    "Unset",
    "extra",
    "field",
    "known",
]
