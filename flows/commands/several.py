"""A command line's list of a few known words."""

from __future__ import annotations

from typing import Any, cast

import click


class Several(click.ParamType[tuple[str, ...]]):
    """A list with commas, every item one of a few."""

    name = "list"

    def __init__(self, *choices: str) -> None:
        """Accept these items."""
        self.choices = choices

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        """``api,sdks`` as a tuple, in the order of the choices, each once."""
        if isinstance(value, tuple):
            return cast("tuple[str, ...]", value)
        given = [item.strip() for item in str(value).split(",") if item.strip()]
        unknown = [item for item in given if item not in self.choices]
        if unknown or not given:
            self.fail(f"{', '.join(unknown) or value!r} is none of {', '.join(self.choices)}", param, ctx)
        return tuple(choice for choice in self.choices if choice in given)
