"""The description's examples that packages carry as tests: those that fit their type, and are short enough to read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sdkgen.api.fit import Fitting
from sdkgen.api.json_text import loads_exact
from sdkgen.api.model import AliasType, ObjectType, Reference, UnionType

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sdkgen.api.model import Api, Name

_LONGEST = 2_000
_HUGE = re.compile(r"\d[eE][+-]?\d{4}")
"""A number that takes more room than any program has, once it is written out."""


def shown_examples(api: Api) -> Iterator[tuple[Name, str]]:
    """Type and JSON text of each; those that do not fit are findings elsewhere."""
    fitting = Fitting(api.types)
    for declared in api.types:
        if isinstance(declared, ObjectType | UnionType | AliasType):
            for example in declared.examples:
                short = len(example.value) <= _LONGEST and not _HUGE.search(example.value)
                if short and fitting.misfit(Reference(name=declared.name), loads_exact(example.value)) is None:
                    yield declared.name, example.value
