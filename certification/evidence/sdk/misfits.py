"""Values whose fields hold, one after the other, what is of another kind: an SDK that accepts one does not read that field."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from sdkgen.api.json_text import loads_exact
from sdkgen.api.model import AliasType, EnumType, ListOf, MapOf, Nullable, ObjectType, Reference, Scalar, ScalarKind, TupleOf, UnionType

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certification.evidence.sdk.arguments import Samples
    from sdkgen.api.json_text import JsonValue
    from sdkgen.api.model import Api, Type

MISFIT = "misfit"
"""The probe of such values."""

_MOST = 4000
"""Of one API: a typed description of every endpoint of a large exchange has about so many fields."""
_LIST: JsonValue = [["unheard of"]]
_TEXT: JsonValue = "unheard of"


class Misfits:
    """Makes them for one API, field by field."""

    def __init__(self, api: Api, samples: Samples) -> None:
        """Take what its other values are made of."""
        self._types = {declared.name: declared for declared in api.types}
        self._samples = samples
        self._left = _MOST

    def of(self, declared: ObjectType) -> Iterator[tuple[str, JsonValue]]:
        """What is of another kind, in words, and the value that holds it."""
        made = self._samples.of(Reference(name=declared.name))
        whole = loads_exact(made[0].value) if made else None
        for field in declared.fields if isinstance(whole, dict) else ():
            wrong = self._unfit(field.type)
            if wrong is not None and isinstance(whole, dict) and self._left > 0:
                self._left -= 1
                what = "a list" if isinstance(wrong, list) else "a text"
                yield f"{what} in place of $.{field.wire_name}", {**whole, field.wire_name: wrong}

    def _unfit(self, wanted: Type) -> JsonValue:
        """A value that the type does not take; ``None`` where it may take anything."""
        match wanted:
            case Scalar():
                return None if wanted.kind is ScalarKind.ANY else _LIST
            case Nullable():
                return self._unfit(wanted.inner)
            case ListOf() | TupleOf() | MapOf():
                return _TEXT
            case Reference():
                return self._unfit_named(wanted)
            case _:
                assert_never(wanted)

    def _unfit_named(self, wanted: Reference) -> JsonValue:
        declared = self._types[wanted.name]
        match declared:
            case AliasType():
                return self._unfit(declared.target)
            case EnumType():
                return _LIST
            case ObjectType():
                return _TEXT
            case UnionType():
                return None
            case _:
                assert_never(declared)
