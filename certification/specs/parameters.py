"""What changed among the parameters of an operation, or of the request that opens a WebSocket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certification.model import ChangeClass
from certification.specs.tally import Direction, Tally, Where
from sdkgen.api.pointer import join

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from certification.specs.shapes import Shapes
    from sdkgen.api.model import Parameter, Pointer

_BREAKING, _ADDITIVE = ChangeClass.BREAKING, ChangeClass.ADDITIVE

Identity = tuple[str, str]
"""What makes two parameters the same."""


def compare_parameters(
    before: Mapping[Identity, Parameter],
    after: Mapping[Identity, Parameter],
    place: Callable[[Parameter], Where],
    shapes: Shapes,
    tally: Tally,
) -> None:
    """Note every difference between the parameters of one operation, old and new."""
    for identity, parameter in before.items():
        if identity in after:
            _parameter(parameter, after[identity], place(after[identity]), shapes, tally)
        else:
            tally.add(_BREAKING, "parameter-removed", place(parameter), "is gone")
    for identity, parameter in after.items():
        if identity not in before and parameter.required:
            tally.add(_BREAKING, "required-parameter-added", place(parameter), "is new and must be given")
        elif identity not in before:
            tally.add(_ADDITIVE, "parameter-added", place(parameter), "is new")


def place_of(parameter: Parameter, operation: str, pointer: Pointer) -> Where:
    """Where a parameter of an operation (or channel) stands."""
    return Where(
        operation=operation,
        direction=Direction.REQUEST,
        pointer=join(pointer, "parameters", parameter.location.value, parameter.wire_name),
        label=f"{parameter.location.value}:{parameter.wire_name}",
    )


def _parameter(old: Parameter, new: Parameter, where: Where, shapes: Shapes, tally: Tally) -> None:
    if old.wire_name != new.wire_name:
        tally.add(_BREAKING, "parameter-renamed", where, f"was called {old.wire_name}")
    elif old.name != new.name:
        tally.add(_BREAKING, "parameter-renamed", where, f"is called {new.name.snake()} in SDKs, and was {old.name.snake()}")
    if old.required != new.required:
        rule, what = ("became-required", "must now be given") if new.required else ("no-longer-required", "may now be left out")
        tally.add(_BREAKING if new.required else _ADDITIVE, rule, where, what)
    if _written(old) != _written(new):
        tally.add(_BREAKING, "style-changed", where, "is written in another style")
    if old.default != new.default:
        tally.add(_ADDITIVE, "default-changed", where, f"defaults to {new.default or 'nothing'} instead of {old.default or 'nothing'}")
    shapes.compare(old.type, new.type, where)


def _written(parameter: Parameter) -> tuple[str, bool, bool, bool]:
    """How it is written."""
    return parameter.style, parameter.explode, parameter.json_encoded, parameter.allow_reserved
