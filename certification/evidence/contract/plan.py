"""What a contract test's job is given: the description, the settings of Schemathesis, and what our hooks need to sign."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from certification.evidence.contract.left_out import left_out
from certification.evidence.contract.objects import USUAL_WORDS, objects_of
from certification.evidence.contract.recipe_json import recipe_to_json
from certification.evidence.pace import interval_of
from sdkgen.api.json_text import dumps_exact
from sdkgen.api.load import document_meant
from sdkgen.signing.request import declared_places

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from certification.model import SpecSnapshot
    from certification.profile import ExchangeProfile, RateBudget, Trading
    from certification.sandboxes.open import Sandbox
    from sdkgen.api.json_text import JsonValue
    from sdkgen.api.model import Api, Operation

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "positive_data_acceptance",
    "missing_required_header",
    "spoilt_parameter_rejection",
    "spoilt_request_rejection",
    "unsupported_method",
    "allow_header_conformance",
    "use_after_free",
    "ensure_resource_availability",
    "ignored_auth",
    "object_level_authorization",
)
"""Every check of Schemathesis but ``max_response_time``, which says nothing about a contract, and ``negative_data_rejection``, whose place
one of two of ours takes: see ``spoilt``."""

_REFUSALS = ("400", "401", "403", "404", "405", "406", "409", "413", "414", "415", "418", "422", "428", "429", "431", "5xx")
"""How a spoilt request may be refused. That 5xx is wrong for another reason is another check's to say."""
_USUAL = ("2xx", "3xx", "401", "403", "404", "409", "422", "429", "5xx")
"""How a well-formed request may be answered on any exchange: there may be no such order, or not enough funds for it."""
_MEANT_NAMES = {"symbol": "symbols", "price": "prices", "quantity": "quantities"}
_LIKELY = 0.9
_OF_WHAT_IS_KEPT = frozenset({"query", "cancel", "open_orders", "order_history", "fills", "withdrawal", "withdrawals", "cancel_withdrawal"})
"""Roles of what exchanges keep on record after its end: a cancelled order is there to be read, and may be cancelled again without harm."""
_THAT_END = frozenset({"cancel", "cancel_withdrawal"})
_PLACING = frozenset({"place", "amend", "cancel"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How much a contract test may do."""

    examples_per_operation: int = 20
    """Generated requests of the fuzzing phase, for each operation."""
    sequences: int = 15
    """Generated sequences of the stateful phase."""
    steps_per_sequence: int = 6
    answer_timeout_s: float = 10.0
    timeout_s: float = 900.0
    """For the whole run; then it is ended, and the observation is not complete."""


def write_plan(folder: Path, *, api: Api, snapshot: SpecSnapshot, profile: ExchangeProfile, sandbox: Sandbox, budget: Budget) -> None:
    """Write ``description.json``, ``schemathesis.toml`` and ``plan.json`` into the job's folder. No secret stands in any.

    Raises:
        DescriptionError, OverlayError: see ``sdkgen.api.load.load``, which has read the same bytes.
        ProfileError: see ``left_out``.
    """
    overlays = tuple(Path(path).read_bytes() for path in snapshot.overlays)
    root = document_meant(Path(snapshot.path).read_bytes(), overlays=overlays, source=snapshot.source)
    (folder / "description.json").write_text(dumps_exact(root), encoding="utf-8")
    (folder / "schemathesis.toml").write_text(_toml(_settings(api, profile, sandbox, budget)), encoding="utf-8")
    plan: dict[str, Any] = {
        "recipe": recipe_to_json(profile.signing) if profile.signing else None,
        "operations": {
            label(operation): {
                "signed": operation.signed,
                "declared": sorted([place.carrier.value, place.name] for place in declared_places(api, operation)),
                "interval_s": interval_of(operation, profile.rate_limit, profile.behaviour.limits),
            }
            for operation in api.operations
        },
        "placing": sorted(label(each) for each in api.operations if _plays(each, profile.trading, _PLACING)),
        # The tool writes its own requests with Python's floats; where the description has numbers, so does it.
        "objects": json.loads(dumps_exact(cast("JsonValue", objects_of(api, profile, label)))),
    }
    (folder / "plan.json").write_text(json.dumps(plan, indent=1), encoding="utf-8")


def label(operation: Operation) -> str:
    """What Schemathesis calls an operation."""
    return f"{operation.method} {operation.path}"


def _settings(api: Api, profile: ExchangeProfile, sandbox: Sandbox, budget: Budget) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "hooks": "certification.evidence.contract.hooks",
        "base-url": sandbox.url + sandbox.base_path,
        "workers": 1,  # more would make the order of calls, and so the run, a matter of chance
        "continue-on-failure": True,
        "request-timeout": budget.answer_timeout_s,
        "max-redirects": 0,
        "suppress-health-check": ["all"],
        # Our own redaction takes out the credentials' values; theirs would also take out what a replay needs.
        "output": {"sanitization": {"enabled": False}, "truncation": {"enabled": False}},
        "warnings": {"fail-on": False},
        "checks": _checks(),
        # Credentials are left out, garbled and exchanged by the checks that are about them.
        "generation": {"mode": "all", "with-security-parameters": False, "max-examples": budget.examples_per_operation, "database": "none"},
        "phases": {
            "examples": {"enabled": True, "fill-missing": True},
            "coverage": {"enabled": True},
            "fuzzing": {"enabled": True},
            "stateful": {"enabled": True, "max-steps": budget.steps_per_sequence, "generation": {"max-examples": budget.sequences}},
        },
        "reports": {
            "directory": "reports",
            "junit": {"path": "reports/junit.xml"},
            "ndjson": {"path": "reports/events.ndjson"},
            "json": {"path": "reports/run.json"},
        },
    }
    if sandbox.headers:
        settings["headers"] = dict(sandbox.headers)
    if profile.rate_limit:
        settings["rate-limit"] = _rate(profile.rate_limit)
    if profile.trading is not None:
        settings["dictionaries"] = _dictionaries(profile.trading)
    settings["operations"] = _operations(api.operations, profile.trading, left_out(api, profile, sandbox))
    return settings


def _operations(operations: tuple[Operation, ...], trading: Trading | None, left: Mapping[str, str]) -> list[dict[str, Any]]:
    """What is said of operations, those together of which the same is said.

    For every call the tool looks through all entries: one for each operation would make a test of hundreds take minutes for that alone.
    """
    groups: dict[str, tuple[list[str], dict[str, Any]]] = {}
    for operation in operations:
        # What is not enabled is never sent, not even to see whether an undescribed method of its path is refused.
        said = {"enabled": False} if operation.id in left else _operation_settings(operation, trading)
        groups.setdefault(json.dumps(said), ([], said))[0].append(label(operation))
    return [{"include-name": names, **said} for names, said in groups.values()]


def _checks() -> dict[str, Any]:
    # Enabled one by one here and not by ``--checks all``, which overrules what is said per operation.
    return {name: {"enabled": True} for name in CHECKS} | {
        # Whose settings `spoilt_request_rejection` asks by.
        "negative_data_rejection": {"enabled": False, "expected-statuses": list(_REFUSALS)},
        "missing_required_header": {"enabled": True, "expected-statuses": list(_REFUSALS[:-1])},
    }


def _operation_settings(operation: Operation, trading: Trading | None) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "checks": {
            "positive_data_acceptance": {"expected-statuses": list(_accepted_statuses(operation))},
            "use_after_free": {"enabled": not _plays(operation, trading, _OF_WHAT_IS_KEPT)},
            # An order that was filled at once is there, and yet there is none to be cancelled.
            "ensure_resource_availability": {"enabled": not _plays(operation, trading, _THAT_END)},
        },
    }
    bindings = _bindings(operation, trading)
    return settings | ({"parameters": bindings} if bindings else {})


def _accepted_statuses(operation: Operation) -> tuple[str, ...]:
    """A documented refusal is no broken promise: form alone does not tell an exchange's symbols, cursors and steps from invented ones."""
    documented = {response.status.lower() for response in operation.responses if response.status.startswith("4")}
    return tuple(dict.fromkeys((*_USUAL, *sorted(documented))))


def _plays(operation: Operation, trading: Trading | None, roles: frozenset[str]) -> bool:
    """Whether the operation plays one of the roles."""
    return trading is not None and any(role.operation == operation.id for name, role in trading.roles.items() if name in roles)


def _dictionaries(trading: Trading) -> dict[str, Any]:
    """Values that an order with them is likely to be accepted with."""
    return {
        "symbols": {"values": [trading.symbol]},
        "prices": {"values": [str(trading.price), str(trading.price - trading.price_step)]},
        "quantities": {"values": [str(trading.quantity), str(trading.quantity + trading.quantity_step)]},
    } | {name: {"values": [word]} for name, word in _words(trading).items()}


def _words(trading: Trading) -> dict[str, str]:
    """What the exchange calls the usual order's words, where the profile says how they are written."""
    place = trading.roles.get("place")
    values = place.values if place is not None else {}
    return {name: values[name][word] for name, word in USUAL_WORDS.items() if word in values.get(name, {})}


def _bindings(operation: Operation, trading: Trading | None) -> dict[str, Any]:
    roles = () if trading is None else tuple(role for role in trading.roles.values() if role.operation == operation.id)
    meant = _MEANT_NAMES | ({name: name for name in _words(trading)} if trading is not None else {})
    places = {place: meant[name] for role in roles for name, place in sorted(role.arguments.items()) if name in meant and "[" not in place}
    # The same word in operations without a role most likely means the same.
    places |= {
        f"{parameter.location.value}.{parameter.wire_name}": "symbols"
        for parameter in operation.parameters
        if trading is not None and parameter.wire_name in _names_of("symbol", trading)
    }
    return {place: {"dictionary": dictionary, "probability": _LIKELY} for place, dictionary in sorted(places.items())}


def _names_of(argument: str, trading: Trading) -> set[str]:
    return {role.arguments[argument].rpartition(".")[2] for role in trading.roles.values() if argument in role.arguments}


def _rate(budgets: tuple[RateBudget, ...]) -> str:
    """The tightest budget, spread evenly, as ``limit/unit``."""
    tightest = min(budgets, key=lambda budget: budget.requests / budget.per_seconds)
    for unit, seconds in (("s", 1), ("m", 60), ("h", 3600), ("d", 86400)):
        if limit := tightest.requests * seconds // tightest.per_seconds:
            return f"{limit}/{unit}"
    return "1/d"


def _toml(settings: dict[str, Any]) -> str:
    return "".join(f"{_key(name)} = {_value(value)}\n" for name, value in settings.items())


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(_members(value)) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    # A JSON string, number or boolean is TOML as well.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _members(table: dict[str, Any]) -> Iterator[str]:
    return (f"{_key(name)} = {_value(value)}" for name, value in table.items())


def _key(name: str) -> str:
    return json.dumps(name, ensure_ascii=False).replace("\x7f", "\\u007f")
