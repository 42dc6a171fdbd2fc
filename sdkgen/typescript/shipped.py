"""The tests that a package's source carries: what it promises, asserted on the description's own examples."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from sdkgen.api.fit import Fitting
from sdkgen.api.json_text import loads_exact
from sdkgen.api.model import AliasType, ObjectType, Reference, UnionType
from sdkgen.typescript.render import render
from sdkgen.typescript.text import literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sdkgen.typescript.plan import Plan

_MOST = 60
_LONGEST = 2_000


def package_test(plan: Plan) -> str:
    """Write them."""
    examples = [(literal(name), literal(text)) for name, text in islice(_examples(plan), _MOST)]
    return render("package.test.mjs.j2", examples=examples)


def _examples(plan: Plan) -> Iterator[tuple[str, str]]:
    """Type and JSON text of the description's examples that fit their type; those that do not are findings elsewhere."""
    fitting = Fitting(plan.api.types)
    for declared in plan.api.types:
        if isinstance(declared, ObjectType | UnionType | AliasType):
            for example in declared.examples:
                short = len(example.value) <= _LONGEST
                if short and fitting.misfit(Reference(name=declared.name), loads_exact(example.value)) is None:
                    yield declared.name.pascal(), example.value
