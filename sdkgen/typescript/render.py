"""The package's templates."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined


@cache
def _templates() -> Environment:
    # TypeScript and Markdown, not HTML: every text from a description is made harmless (sdkgen.typescript.text) before it gets here.
    return Environment(
        loader=PackageLoader("sdkgen.typescript"),
        autoescape=False,  # noqa: S701
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def render(template: str, **values: object) -> str:
    """Fill a template of this package."""
    return _templates().get_template(template).render(**values)
