"""An exchange's behaviour as Python source: only what a client of this very API can use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sdkgen.python.text import literal
from sdkgen.refusal import Errors

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sdkgen.api.model import Api
    from sdkgen.behaviour import Behaviour, Clock, RateLimit


def behaviour_source(behaviour: Behaviour, api: Api) -> tuple[str, tuple[str, ...]]:
    """The behaviour as an expression of the runtime's types, and the names that it is made of."""
    known = frozenset([each.id for each in api.operations] + [each.id for each in api.requests])
    arguments = {
        "errors": errors_source(behaviour.errors) if behaviour.errors != Errors() else "",
        "limits": _tuple([_limit(each, known) for each in behaviour.limits]),
        "clock": "" if behaviour.clock is None or behaviour.clock.operation not in known else _clock(behaviour.clock),
        "repeatable": _set(behaviour.repeatable, known),
        "order_ids": _mapping({name: literal(place) for name, place in behaviour.order_ids.items() if name in known}),
    }
    names = {"Behaviour": True, "Errors": arguments["errors"], "RateLimit": arguments["limits"], "Clock": arguments["clock"]}
    return _call("Behaviour", arguments), tuple(sorted(name for name, used in names.items() if used))


def errors_source(errors: Errors, spelt: Callable[[str], str] = str) -> str:
    """Where answers say that, and why, the exchange refused, as an expression; ``spelt`` says how the runtime's name is written there."""
    arguments = {
        "success": _mapping({place: _tuple([literal(each) for each in texts]) or "()" for place, texts in errors.success.items()}),
        "code": _tuple([literal(each) for each in errors.code]),
        "message": _tuple([literal(each) for each in errors.message]),
        "codes": _mapping({code: literal(meaning.value) for code, meaning in errors.codes.items()}),
    }
    return _call(spelt("Errors"), arguments)


def _limit(limit: RateLimit, known: frozenset[str]) -> str:
    headers = {"used_header": limit.used_header, "remaining_header": limit.remaining_header, "reset_header": limit.reset_header}
    arguments = {
        "name": literal(limit.name),
        "requests": str(limit.requests),
        "per_ms": str(limit.per_ms),
        "weight": str(limit.weight) if limit.weight != 1 else "",
        "weights": _mapping({name: str(weight) for name, weight in limit.weights.items() if name in known}),
        "signed_only": "True" if limit.signed_only else "",
        **{name: literal(header.lower()) if header else "" for name, header in headers.items()},
        "reset_unit_ms": str(limit.reset_unit_ms) if limit.reset_unit_ms != 1000 else "",  # noqa: PLR2004  # the runtime's default
    }
    return _call("RateLimit", arguments)


def _clock(clock: Clock) -> str:
    return f"Clock({literal(clock.operation)}, {literal(clock.place)}, {literal(clock.format.value)})"


def _call(name: str, arguments: Mapping[str, str]) -> str:
    return f"{name}({', '.join(f'{key}={text}' for key, text in arguments.items() if text)})"


def _tuple(items: list[str]) -> str:
    return f"({', '.join(items)}{',' if len(items) == 1 else ''})" if items else ""


def _set(names: tuple[str, ...], known: frozenset[str]) -> str:
    kept = sorted(known.intersection(names))
    return f"frozenset({{{', '.join(map(literal, kept))}}})" if kept else ""


def _mapping(items: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{literal(key)}: {text}" for key, text in items.items()) + "}" if items else ""
