"""The README of a package: what it does, in the words of this very API."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from sdkgen.document import badge, verification
from sdkgen.signing.recipe import credentials_needed
from sdkgen.typescript.calls import calls, needed
from sdkgen.typescript.examples import ExampleWriter
from sdkgen.typescript.names import property_name
from sdkgen.typescript.render import render
from sdkgen.typescript.stream_words import stream_words
from sdkgen.typescript.text import literal, markdown, path_template

if TYPE_CHECKING:
    from sdkgen.api.model import Operation
    from sdkgen.typescript.plan import Plan


_AREAS = 30
"""Groups that one call is shown of."""


def readme(plan: Plan) -> str:
    """Write it."""
    options, api = plan.options, plan.api
    writer = ExampleWriter(plan)
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
        areas=_areas(plan, writer),
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
        group=next((names.declared for names in plan.names.groups.values()), ""),
        streams=stream_words(plan) if api.channels else None,
        bundle_imports=_bundle_imports(plan),
        raw_path=_raw_path(plan),
        badge=badge(options),
        verification=_verification(plan),
        extensions=bool(options.extensions),
        **_manners(plan, writer),
    )


def _areas(plan: Plan, writer: ExampleWriter) -> list[str]:
    """The easiest call of each group."""
    calls = []
    for name in list(plan.names.groups)[:_AREAS]:
        mine = (each for each in plan.api.operations if each.group == name)
        calls.append(writer.call(min(mine, key=lambda each: (each.deprecated, each.method != "GET", needed(plan, each)))))
    return calls


def _verification(plan: Plan) -> str:
    options = plan.options
    file = f"{options.package.removeprefix('@').replace('/', '-')}-{options.version}.tgz"
    return verification(options, fetch=f"npm pack {options.package}@{options.version}", file=file)


def _bundle_imports(plan: Plan) -> str:
    """What the last program takes from the package."""
    groups = [names.declared for names in plan.names.groups.values()][:1]
    streaming = ["RestClient"] if plan.api.channels else []
    shared = ["connect"] if groups or streaming else []
    return ", ".join(("type AttemptInfo", "Client", *shared, *groups, *streaming))


def _raw_path(plan: Plan) -> str:
    """A path that can be asked for as it is, as a literal; empty where there is none."""
    easy = (each.path for each in plan.api.operations if each.method == "GET" and not each.signed and not plan.needs_arguments(each))
    return next((literal(path_template(path)) for path in easy if "{" not in path), "")


def _manners(plan: Plan, writer: ExampleWriter) -> dict[str, object]:
    """What the README says of the exchange's behaviour."""
    behaviour = plan.options.behaviour
    methods = {each.id: (each, f"`{_method_of(plan, each)}`") for each in plan.api.operations}
    paged = [methods[id_][0] for id_ in behaviour.paging]
    pages = [f"`{plan.names.groups[each.group].member}.{plan.names.iterators[each.id]}`" for each in paged]
    return {
        "clock": behaviour.clock is not None,
        "repeatable": ", ".join(methods[id_][1] for id_ in behaviour.repeatable if id_ in methods),
        "order_ids": ", ".join(f"{methods[id_][1]} with `{place}`" for id_, place in behaviour.order_ids.items() if id_ in methods),
        "limits": [(markdown(each.name, 60), f"{each.requests} in {Decimal(each.per_ms) / 1000} s") for each in behaviour.limits],
        "pages": pages,
        "page_call": writer.call(paged[0], method=plan.names.iterators[paged[0].id]) if paged else "",
        "refusals": ", ".join(f"`{each}`" for each in sorted({each.value for each in behaviour.errors.codes.values()})),
        "success": bool(behaviour.errors.success),
    }


def _method_of(plan: Plan, operation: Operation) -> str:
    """``orders.placeOrder``"""
    return f"{plan.names.groups[operation.group].member}.{property_name(operation.name)}"
