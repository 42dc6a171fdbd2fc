"""Everything that generated modules take from the runtime, in one place."""

from __future__ import annotations

from .codec import ANY, BINARY, BOOLEAN, DECIMAL, INTEGER, STRING, Codec, Later, ListOf, MapOf, Nullable, OneOf, TupleOf
from .enums import OpenDecimal, OpenInteger, OpenText, OpenValue, known
from .jsontext import JsonValue
from .model import UNSET, Model, Record, Unset, extra, field
from .operation import OPTIONALLY_SIGNED, PUBLIC, SIGNED, Body, Operation, Parameter, Returned
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
    "Body",
    "Codec",
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
