"""The README of a package: what it does, in the words of this very API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sdkgen.signing.recipe import credentials_needed
from sdkgen.typescript.calls import calls
from sdkgen.typescript.render import render
from sdkgen.typescript.text import markdown

if TYPE_CHECKING:
    from sdkgen.typescript.plan import Plan


def readme(plan: Plan) -> str:
    """Write it."""
    options, api = plan.options, plan.api
    shown = calls(plan)
    return render(
        "README.md.j2",
        package=options.package,
        exchange=markdown(options.exchange_name, 100),
        title=markdown(api.title, 100),
        api_version=markdown(api.version, 40),
        digest=api.digest,
        operations=len(api.operations),
        groups=[(group.member, sum(each.group == name for each in api.operations)) for name, group in plan.names.groups.items()],
        needs_base_url=plan.base_url is None,
        call=shown.easiest,
        place=shown.place,
        cancel=shown.cancel,
        imports=", ".join(("Client", *(("Decimal",) if "new Decimal(" in f"{shown.easiest}" else ()))),
        placing_imports=", ".join(("Client", *(("Decimal",) if "new Decimal(" in f"{shown.place}{shown.cancel}" else ()))),
        credentials=credentials_needed(options.recipe),
        signed=any(each.signed for each in api.operations),
        algorithm=None if options.recipe is None else options.recipe.algorithm.value,
        is_pem=options.recipe is not None and options.recipe.secret_encoding.value == "pem",
        licence=options.licence,
    )
