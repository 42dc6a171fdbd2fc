"""Crash files that stand on their own: without credentials, and with the creation of what their requests read.

Schemathesis fills parameters with values that it saw in earlier answers. A request recorded alone then reads an order that only
that run's sandbox had. Here the request that created it is put in front, and linked, so that the file shows the violation anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sdkgen.api.json_text import dumps_exact

_CONTAINERS = {"path": "path_parameters", "query": "query"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Creation:
    """A valid request that changed something and was accepted."""

    case: dict[str, Any]
    request: dict[str, Any]
    response: dict[str, Any]
    answer: Any
    """The JSON document that came back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawn:
    """A parameter whose value an earlier answer held, and where."""

    parameter: str
    """``path.order_id``"""
    pointer: str


def without_proofs(crash: dict[str, Any], names: frozenset[str]) -> dict[str, Any]:
    """The crash without the headers that prove who called: a replay signs anew, and must not send an old proof beside."""

    def cleaned(step: dict[str, Any]) -> dict[str, Any]:
        return {**step, "headers": {name: value for name, value in step["headers"].items() if name.lower() not in names}}

    return {**crash, "sequence": [cleaned(step) for step in crash["sequence"]]}


def with_creation(crash: dict[str, Any], creations: tuple[Creation, ...]) -> dict[str, Any] | None:
    """The crash with the request in front that created what it reads; ``None`` where it reads nothing created, or we can't tell by what."""
    for creation in creations:
        drawn = [_drawn(step, creation) for step in crash["sequence"]]
        if any(drawn):
            steps = [_linked(step, found, crash["operation"]) for step, found in zip(crash["sequence"], drawn, strict=True)]
            return {**crash, "sequence": [_step(creation), *steps]}
    return None


def _drawn(step: dict[str, Any], creation: Creation) -> tuple[_Drawn, ...]:
    if step.get("link") is not None:
        return ()
    found = []
    for draw in (step.get("meta") or {}).get("pool_draws", ()):
        value = (step.get(_CONTAINERS.get(draw["location"], "")) or {}).get(draw["parameter_name"])
        pointer = None if value is None else _pointer_to(creation.answer, str(value))
        if pointer is not None:
            found.append(_Drawn(parameter=f"{draw['location']}.{draw['parameter_name']}", pointer=pointer))
    return tuple(found)


def _pointer_to(answer: Any, text: str, here: str = "") -> str | None:
    """The JSON pointer of the first scalar that reads like the text."""
    match answer:
        case dict():
            members = ((_escaped(name), member) for name, member in answer.items())
        case list():
            members = ((str(index), member) for index, member in enumerate(answer))
        case _:
            return here if not isinstance(answer, bool) and answer is not None and str(answer) == text else None
    return next((found for name, member in members if (found := _pointer_to(member, text, f"{here}/{name}")) is not None), None)


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _linked(step: dict[str, Any], drawn: tuple[_Drawn, ...], operation: str) -> dict[str, Any]:
    parent = step.get("parent_index")
    if parent is not None or not drawn:
        return {**step, "parent_index": None if parent is None else parent + 1}
    parameters = {found.parameter: f"$response.body#{found.pointer}" for found in drawn}
    return {**step, "parent_index": 0, "link": {"operationId": operation, "parameters": parameters}}


def _step(creation: Creation) -> dict[str, Any]:
    case = creation.case
    body = case.get("body")
    return {
        "method": case["method"],
        "url": creation.request["uri"],
        "url_template": case["path"],
        "headers": {},
        "response": {"status_code": creation.response["status_code"], "headers": {}, "body": dumps_exact(creation.answer)},
        "link": None,
        "checks": [],
        "meta": None,
        "path": case["path"],
        "path_parameters": case.get("path_parameters") or {},
        "query": case.get("query") or {},
        "case_headers": case.get("headers") or {},
        "cookies": case.get("cookies") or {},
        "case_body": {"encoding": "none"} if body is None else {"encoding": "json", "value": body},
        "media_type": case.get("media_type"),
        "parent_index": None,
        "auth_identity": case.get("auth_identity"),
        "operation": f"{case['method']} {case['path']}",
    }
