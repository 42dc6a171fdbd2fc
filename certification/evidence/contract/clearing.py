"""Taking back the orders that a contract test left on somebody's sandbox: what rests there would be filled, or count, one day."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from certification.evidence.contract.events import lines
from certification.evidence.contract.placed import PLACED
from certification.evidence.contract.plan import label
from certification.evidence.contract.redact import Redactor, listen_key_of
from certification.evidence.facts import UnclearError, texts
from certification.evidence.places import read
from certification.evidence.record import Call, Message, ScenarioStep
from certification.evidence.scenarios.run import Stage, venue_on
from certification.sandboxes.open import SandboxKind

if TYPE_CHECKING:
    from certification.evidence.scenarios.venue import Venue
    from certification.profile import ExchangeProfile, Role, RoleName
    from certification.sandboxes.open import Sandbox
    from sdkgen.api.model import Api, Operation

_ROLES: tuple[RoleName, ...] = ("place", "cancel", "amend")
_MOST_S = 600.0
"""How long cancelling may take: a sandbox that drips its answers keeps nobody for hours."""


def clear(
    work: Path, api: Api, profile: ExchangeProfile, sandbox: Sandbox, *, clock: Callable[[], float] = time.monotonic
) -> tuple[str, ...]:
    """Cancel what the calls in the job's folder placed and nothing ended, as the accounts that placed it; give up after ten minutes.

    Returns:
        The orders that may rest there still, in words, without credentials; none on a sandbox of the run's own, which ends with it.
    """
    if sandbox.kind is not SandboxKind.REMOTE or profile.trading is None or not (work / PLACED).is_file():
        return ()
    stage = Stage(
        base_url=sandbox.host_url + sandbox.base_path, headers=sandbox.headers, accounts=sandbox.accounts, ours=False, pin=sandbox.pin
    )
    with venue_on(profile, api, stage) as venue:
        for each in _told(work, api, profile):
            step = venue.read(each.name, each.call, each.arguments, label=each.name)
            if each.name != "amend":
                venue.leftovers.note(each.name, each.call.actor, step)
            elif _is_another(venue, each.call.actor, step):
                venue.leftovers.note("place", each.call.actor, step)
        redactor = Redactor(sandbox.accounts, profile.signing, listen_key_of(profile))
        return tuple(_short(redactor.text(each)) for each in _cancelled(venue, clock))


def _is_another(venue: Venue, actor: str, amended: ScenarioStep) -> bool:
    """Whether an order of the test has a new id since it was amended. One that rested there before is not ours to cancel."""
    told, asked = texts(amended, "order_id"), texts(amended, "asked.order_id") or texts(amended, "asked.client_order_id")
    known = {value for each in venue.leftovers for _, value in each.identity}
    return bool(told and asked) and told[0] not in known and any(each.is_meant(actor, amended) for each in venue.leftovers)


def _short(told: str, begins: int = 100, ends: int = 20) -> str:
    return told if len(told) <= begins + ends else f"{told[:begins]}…{told[-ends:]}"


def _cancelled(venue: Venue, clock: Callable[[], float]) -> tuple[str, ...]:
    """Cancel what is left; gives what may rest still: its cancellation failed, or it stands among the open orders all the same."""
    ours = {value: each.told() for each in venue.leftovers for name, value in each.identity if name == "order_id"}
    standing: list[str] = []
    ends = clock() + _MOST_S
    try:
        for step in venue.undo_leftovers():
            standing += _listed(step)
            if clock() >= ends:
                break
    except UnclearError:  # nobody answers any more: what is left is told
        standing = []
    left = [each.told() for each in venue.leftovers.taken()]
    return tuple(dict.fromkeys([*left, *(ours[order_id] for order_id in standing if order_id in ours)]))


def _listed(step: ScenarioStep) -> tuple[str, ...]:
    return texts(step, "order_id") if step.label == "left behind" else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """One accepted call of a role."""

    name: RoleName
    call: Call
    arguments: dict[str, str]
    """In neutral words."""


def _told(work: Path, api: Api, profile: ExchangeProfile) -> Iterator[_Told]:
    """The calls that were written down, in their order."""
    roles = {label(operation): (name, role, operation) for name, role, operation in _placing(api, profile)}
    with (work / PLACED).open(encoding="utf-8") as file:
        for document in lines(file):
            name, role, operation = roles[document["label"]]
            if name == "place" and _is_dry(profile, role, document["given"]):
                continue
            answer = Message(start=str(document["status"]), headers=(), body=document["answer"])
            call = Call(
                operation=operation.id,
                actor=document["actor"],
                request=Message(start=document["label"], headers=(), body=""),
                response=answer,
                status=document["status"],
                elapsed_ms=0,
            )
            yield _Told(name=name, call=call, arguments=_arguments(role, document["given"]))


def _is_dry(profile: ExchangeProfile, placing: Role, given: dict[str, Any]) -> bool:
    """Whether a call was but a dry run, where the same operation makes those."""
    dry = profile.trading.roles.get("dry_run") if profile.trading is not None else None
    if dry is None or dry.operation != placing.operation:
        return False
    marks = dry.constants.items() - placing.constants.items()
    return bool(marks) and all(read(given, place) == (text,) for place, text in marks)


def _placing(api: Api, profile: ExchangeProfile) -> tuple[tuple[RoleName, Role, Operation], ...]:
    """The roles that place, amend and cancel orders, with the operations that play them."""
    operations = {operation.id: operation for operation in api.operations}
    roles = profile.trading.roles if profile.trading is not None else {}
    found = ((name, roles[name]) for name in _ROLES if name in roles)
    return tuple((name, role, operations[role.operation]) for name, role in found if role.operation in operations)


def _arguments(role: Role, given: dict[str, Any]) -> dict[str, str]:
    """What was asked, in neutral words."""
    found = {name: read(given, place) for name, place in role.arguments.items()}
    return {name: values[0] for name, values in found.items() if values}
