"""Which answers name orders and withdrawals, and which requests take such a name: what the profile knows and no description says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from certification.evidence.contract.branches import optional_members
from certification.evidence.places import StepKind, steps
from certification.evidence.scenarios.typed import body_value, value_of
from sdkgen.api.model import Location
from sdkgen.signing.recipe import managed_parameters

if TYPE_CHECKING:
    from collections.abc import Callable

    from certification.profile import ExchangeProfile, Role, RoleName, Trading
    from sdkgen.api.model import Api, Operation
    from sdkgen.signing.recipe import Recipe


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """Orders, or withdrawals."""

    id: str
    """The neutral name of what the exchange calls one by."""
    makers: tuple[RoleName, ...]
    """Whose answers hold it."""
    takers: tuple[RoleName, ...]
    """Whose requests name it."""
    ender: RoleName
    """The one of these that ends it."""
    rests: bool
    """Whether a status tells that it has not ended."""


_KINDS = (
    _Kind(id="order_id", makers=("place", "open_orders"), takers=("query", "cancel"), ender="cancel", rests=True),
    _Kind(
        id="withdrawal_id",
        makers=("withdraw", "withdrawals"),
        takers=("withdrawal", "cancel_withdrawal"),
        ender="cancel_withdrawal",
        rests=False,
    ),
)
USUAL_WORDS = {"side": "buy", "type": "limit", "time_in_force": "good_till_cancelled"}
"""What an order that rests says, in neutral words."""
_RESTING = ("open", "partially_filled")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Played:
    """A role with the operation that plays it."""

    name: RoleName
    role: Role
    operation: Operation
    label: str


def objects_of(api: Api, profile: ExchangeProfile, label: Callable[[Operation], str]) -> list[dict[str, Any]]:
    """What the hooks need to know of each kind of object, as JSON: see ``live.Objects``.

    An object's name counts where it is a member of the object itself, called alike in every answer that is told of.
    """
    if profile.trading is None:
        return []
    operations = {operation.id: operation for operation in api.operations}
    played = {
        name: _Played(name=name, role=role, operation=operations[role.operation], label=label(operations[role.operation]))
        for name, role in profile.trading.roles.items()
        if role.operation in operations
    }
    found = (_object(kind, played, api, profile.signing) for kind in _KINDS)
    orders = [_usual_order(played["place"], profile.trading, api, profile.signing)] if "place" in played else []
    return [{"made": orders if number == 0 else [], **each} for number, each in enumerate(found)]


def _object(kind: _Kind, played: dict[RoleName, _Played], api: Api, recipe: Recipe | None) -> dict[str, Any]:
    member = ""
    producers = []
    for each in (played[name] for name in kind.makers if name in played):
        place = _member(each.role.fields.get(kind.id, ""))
        member = member or (place[2] if place else "")
        if place is None or place[2] != member:
            continue
        told = _member(each.role.fields.get("status", ""))
        words = each.role.values.get("status", {})
        resting = {"told": told[2], "resting": [words.get(word, word) for word in _RESTING]} if told and kind.rests else {}
        answer = each.operation.success()
        status = answer.status if answer is not None else "200"
        producers.append({"label": each.label, "status": status, "pointer": place[0], "many": place[1], **resting})
    takers = (played[name] for name in kind.takers if name in played)
    consumers = [
        {
            "label": each.label,
            "ends": each.name == kind.ender,
            "named": each.role.arguments[kind.id].split(".", 1),
            "spare": _spare(each, api, recipe, {"symbol", kind.id}),
        }
        for each in takers
        if _is_plain(each.role.arguments.get(kind.id, ""))
    ]
    return {"name": kind.id.removesuffix("_id"), "member": member, "producers": producers, "consumers": consumers}


def _usual_order(place: _Played, trading: Trading, api: Api, recipe: Recipe | None) -> dict[str, Any]:
    """The places of an order that rests, with what stands there, and what an order can do without."""
    words = {
        "symbol": trading.symbol,
        "price": f"{trading.price:f}",
        "quantity": f"{trading.quantity:f}",
        **{name: place.role.values[name][word] for name, word in USUAL_WORDS.items() if word in place.role.values.get(name, {})},
    }
    given = {place.role.arguments[name]: word for name, word in words.items() if _is_plain(place.role.arguments.get(name, ""))}
    usual = [[*where.split(".", 1), _value(api, place.operation, where, word)] for where, word in (place.role.constants | given).items()]
    return {"label": place.label, "usual": usual, "spare": _spare(place, api, recipe, set(words))}


def _value(api: Api, operation: Operation, place: str, word: str) -> Any:
    carrier, _, name = place.partition(".")
    if carrier == "body":
        return body_value(api, operation, name, word)
    declared = next((each.type for each in operation.parameters if (each.location.value, each.wire_name) == (carrier, name)), None)
    return value_of(api, declared, word)


def _spare(played: _Played, api: Api, recipe: Recipe | None, needed: set[str]) -> list[list[str]]:
    """What the operation can do without beside what the role needs it for; what signing fills in is none of it."""
    operation, managed = played.operation, managed_parameters(recipe, played.operation)
    wanted = {place for name, place in played.role.arguments.items() if name in needed} | set(played.role.constants)
    optional = [
        [each.location.value, each.wire_name]
        for each in operation.parameters
        if not each.required and each.location is Location.QUERY and (each.location, each.wire_name) not in managed
    ]
    optional += [["body", name] for name in optional_members(api, operation)]
    return [each for each in optional if ".".join(each) not in wanted]


def _member(place: str) -> tuple[str, bool, str] | None:
    """Where objects stand in an answer (JSON pointer), whether in a list, and the member of theirs that a place reads."""
    *way, last = steps(place) or (None,)
    if last is None or last.kind is not StepKind.MEMBER:
        return None
    many = bool(way) and way[-1].kind is StepKind.ITEMS
    if many and (way[-1].position or way[-1].key):
        return None
    outer = way[:-1] if many else way
    if any(step.kind is not StepKind.MEMBER for step in outer):
        return None
    return "/" + "/".join(step.key.replace("~", "~0").replace("/", "~1") for step in outer), many, last.key


def _is_plain(place: str) -> bool:
    """Whether an argument's place is a parameter, or a member of a body itself."""
    carrier, _, name = place.partition(".")
    return carrier in {"path", "query", "body"} and bool(name) and not set(name) & set(".[]{}")
