"""Types that several groups of operations use."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, TypeAlias
from .._runtime.declare import (
    BOOLEAN,
    Codec,
    INTEGER,
    Later,
    ListOf,
    Model,
    Nullable,
    OneOf,
    OpenDecimal,
    OpenInteger,
    OpenValue,
    STRING,
    UNSET,
    Unset,
    field,
    known,
)


class Model_(OpenInteger):
    """Model. Values that are not named here are kept as well."""

    VALUE_1: ClassVar[Model_] = known(1)
    VALUE_2: ClassVar[Model_] = known(2)
    MINUS_3: ClassVar[Model_] = known(-3)


Either: TypeAlias = "str | int | list[Model_]"
EITHER_CODEC: Codec = OneOf(STRING, INTEGER, ListOf(Model_))


Flag: TypeAlias = "bool"
FLAG_CODEC: Codec = BOOLEAN


class Mixed(OpenValue):
    """Mixed. Values that are not named here are kept as well."""

    VALUE_1: ClassVar[Mixed] = known(1)
    ONE: ClassVar[Mixed] = known("one")
    TRUE: ClassVar[Mixed] = known(True)
    VALUE_1_0: ClassVar[Mixed] = known(Decimal("1.0"))


class Rate(OpenDecimal):
    """Rate. Values that are not named here are kept as well."""

    VALUE_0_10: ClassVar[Rate] = known(Decimal("0.10"))
    VALUE_0_00000001: ClassVar[Rate] = known(Decimal("1E-8"))


Tree: TypeAlias = "list[Tree]"
TREE_CODEC: Codec = ListOf(Later(lambda: TREE_CODEC))


class UsesEither(Model):
    """UsesEither."""

    either: Either | None | Unset = field("either", Nullable(EITHER_CODEC), default=UNSET)
    tree: Tree | None = field("tree", TREE_CODEC, default=None)
