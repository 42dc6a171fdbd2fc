"""What an exchange's answer says, in neutral words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from certification.evidence.facts import is_accepted
from certification.evidence.places import HEADER, read, read_rows
from certification.evidence.record import REFUSAL, WORKED_OUT, Call, ScenarioStep
from certification.evidence.refusal import refusal_in
from certification.evidence.written_instants import as_milliseconds
from sdkgen.api.json_text import JsonTextError, loads_exact
from sdkgen.behaviour import RateLimit
from sdkgen.refusal import Errors

if TYPE_CHECKING:
    from certification.profile import Role


def refusals(errors: Errors, call: Call) -> tuple[tuple[str, str], ...]:
    """The fact that an answer refused what was asked, in the words of ``Refusal``: with a status of 2xx, or for a reason that is known."""
    refusal = refusal_in(errors, call.status, document_of(call))
    return ((REFUSAL, refusal.value),) if refusal is not None else ()


def counted(call: Call, limits: Iterable[tuple[RateLimit, int]], known: Collection[str]) -> tuple[tuple[str, str], ...]:
    """What the answer's headers say of the budgets that the call counts against, unless it is known already."""
    headers = dict(call.response.headers) if call.response else {}
    named = [(limit.used_header, limit.remaining_header) for limit, _ in limits]
    facts = [
        (name, headers[header.lower()])
        for pair in named
        for name, header in zip(("header.used", "header.remaining"), pair, strict=True)
        if header and header.lower() in headers and name not in known
    ]
    return tuple({name: (name, value) for name, value in reversed(facts)}.values())


def facts_in(role: Role, call: Call, arguments: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """What was asked (``asked.price``) and what the answer says, in neutral words, sorted by name and else in the answer's order."""
    asked = [(f"asked.{name}", value) for name, value in arguments.items()]
    document = document_of(call)
    headers = call.response.headers if call.response else ()
    found = [
        (name, _neutral(role, name, value)) for name, place in role.fields.items() for value in _values(name, place, document, headers)
    ]
    return tuple(sorted([*asked, *found, *_free(found)], key=lambda fact: fact[0]))


_INSTANTS = frozenset({"created", "time", "updated"})
_NOT_IN_EVERY_ROW = frozenset({"reference"})
"""What some items of a list have and others lack by right: a deposit is of no order."""
_FULL_PAGE = 10
"""A list of fewer rows is no full page of any exchange, so that nothing of it stands on another one."""


def rows_of(step: ScenarioStep, role: Role, name: str, wanted: str) -> ScenarioStep | None:
    """The step with those rows of its list alone that have a value under a neutral name.

    Gives ``None`` where a page that may be full holds none of them, or ends with one: there may be more on another page.
    """
    marks = tuple(value == wanted for key, value in step.facts if key == name)
    if not is_accepted(step):
        return step
    if len(marks) >= _FULL_PAGE and (marks[-1] or not any(marks)):
        return None
    kept: list[tuple[str, str]] = []
    for key in dict.fromkeys(key for key, _ in step.facts):
        values = [value for each, value in step.facts if each == key]
        in_rows = "[" in role.fields.get(key, "") or "{" in role.fields.get(key, "")
        if not in_rows:
            kept += [(key, value) for value in values]
        elif len(values) == len(marks):
            kept += [(key, value) for value, mark in zip(values, marks, strict=True) if mark]
    return replace(step, facts=tuple(kept))


def _free(found: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """What is free of each total, where the answer tells the total and what is held of it alone; a fact says that it was worked out."""
    told = {name: [value for each, value in found if each == name] for name in ("asset", "free", "held", "total")}
    if told["free"] or not told["asset"] or not len(told["asset"]) == len(told["held"]) == len(told["total"]):
        return ()
    try:
        free = [Decimal(total) - Decimal(held) for total, held in zip(told["total"], told["held"], strict=True)]
    except InvalidOperation:
        return ()
    return (*(("free", f"{amount:f}") for amount in free), (WORKED_OUT, "free"))


def _values(name: str, place: str, document: Any, headers: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    if name in _NOT_IN_EVERY_ROW:
        return read_rows(document, place)
    return told_at(f"{HEADER}{place}" if name.startswith(HEADER) else place, document, headers)


def told_at(place: str, document: Any, headers: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """The texts at a place of an answer: of its document, or, where it begins with ``header.``, of its headers."""
    if place.startswith(HEADER):
        return tuple(value for header, value in headers if header == place.removeprefix(HEADER).lower())
    return read(document, place)


def _neutral(role: Role, name: str, value: str) -> str:
    """The neutral word for an exchange's own, where the profile gives one; an instant that is written out, as milliseconds since 1970."""
    own = {theirs: ours for ours, theirs in role.values.get(name, {}).items()}
    return own.get(value, instant_counted(name, value))


def instant_counted(name: str, value: str) -> str:
    """The value of a field; an instant that is written out as milliseconds since 1970."""
    return (as_milliseconds(value) if name in _INSTANTS else None) or value


def document_of(call: Call) -> Any:
    """The JSON of an answer; ``None`` where there is none."""
    if call.response is None or call.response.base64:
        return None
    try:
        return loads_exact(call.response.body)
    except JsonTextError:
        return None
