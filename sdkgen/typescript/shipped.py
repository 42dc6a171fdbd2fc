"""The tests that a package's source carries: what it promises, asserted on the description's own examples."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from sdkgen.api.shown import shown_examples
from sdkgen.typescript.render import render
from sdkgen.typescript.text import literal

if TYPE_CHECKING:
    from sdkgen.typescript.plan import Plan

_MOST = 60


def package_test(plan: Plan) -> str:
    """Write them."""
    examples = [(literal(name.pascal()), literal(text)) for name, text in islice(shown_examples(plan.api), _MOST)]
    return render("package.test.mjs.j2", examples=examples)
