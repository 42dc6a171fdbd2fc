"""The templates of the Python SDK, filled."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined


def rendered(template: str, **values: object) -> str:
    """One template's text."""
    return _templates().get_template(template).render(**values)


@cache
def _templates() -> Environment:
    # Python and Markdown, not HTML; every text from a description is made harmless before it reaches a template.
    return Environment(
        loader=PackageLoader("sdkgen.python"),
        autoescape=False,  # noqa: S701
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
