"""What a contract test placed on somebody's sandbox is cancelled in the end, and what could not be is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from certification.evidence.contract.clearing import clear
from certification.evidence.contract.placed import PLACED, Placed
from certification.evidence.facts import text, texts
from certification.evidence.record import Call, Message, ScenarioStep
from certification.evidence.scenarios.run import venue_on
from certification.evidence.scenarios.venue import Actor, Venue
from certification.profile import ExchangeProfile
from certification.sandboxes.open import Sandbox, SandboxKind
from sdkgen.api.model import Api
from tests.simulators.stages import reference_api, reference_profile, reference_stage

PLACE, CANCEL, AMEND = "POST /v1/orders", "POST /v1/orders/{order_id}/cancel", "POST /v1/orders/{order_id}/amend"


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)  # where the job runs
    return tmp_path


@contextmanager
def exchange(*faults: str) -> Iterator[tuple[Venue, Sandbox]]:
    """A reference exchange of somebody's, with who traded there."""
    with reference_stage(*faults) as stage, venue_on(reference_profile(), reference_api(), stage) as venue:
        yield (
            venue,
            Sandbox(
                url=stage.base_url,
                host_url=stage.base_url,
                base_path="",
                accounts=stage.accounts,
                headers=(),
                kind=SandboxKind.REMOTE,
            ),
        )


def noted(label: str, step: ScenarioStep, actor: str, **given: Any) -> None:
    """What the hooks are told of a call."""
    assert step.call is not None
    assert step.call.response is not None
    case = SimpleNamespace(
        operation=SimpleNamespace(label=label), auth_identity=actor, **{"path_parameters": {}, "query": {}, "body": None, **given}
    )
    answer = SimpleNamespace(status_code=step.call.status, content=step.call.response.body.encode())
    Placed((PLACE, CANCEL, AMEND)).note(case, answer)  # type: ignore[arg-type]


def placed(venue: Venue, actor: Actor) -> str:
    step = venue.place(label="place", by=actor)
    noted(PLACE, step, actor.value, body={"symbol": venue.symbol})
    return text(step, "order_id")


def resting(venue: Venue) -> set[str]:
    return {
        each for actor in (Actor.FIRST, Actor.SECOND) for each in texts(venue.ask("open_orders", label="open", actor=actor), "order_id")
    }


def test_each_account_takes_back_what_rests(work: Path) -> None:
    with exchange() as (venue, sandbox):
        ids = {placed(venue, Actor.FIRST), placed(venue, Actor.SECOND)}
        gone = placed(venue, Actor.FIRST)
        noted(CANCEL, venue.ask("cancel", {"order_id": gone}, label="cancel"), "first", path_parameters={"order_id": int(gone)})
        foreign = text(venue.place(label="of somebody else"), "order_id")
        assert ids < resting(venue)
        assert clear(work, reference_api(), reference_profile(), sandbox) == ()
        assert resting(venue) == {foreign}


def test_what_can_not_be_cancelled_is_told(work: Path) -> None:
    with exchange("cancelled-order-still-open") as (venue, sandbox):
        order = placed(venue, Actor.FIRST)
        assert clear(work, reference_api(), reference_profile(), sandbox) == (f"order {order} of first",)
        assert clear(work, reference_api(), reference_profile(), replace(sandbox, kind=SandboxKind.IMAGE)) == ()
    assert clear(work, reference_api(), reference_profile(), sandbox) == (f"order {order} of first",)


def amending() -> tuple[Api, ExchangeProfile]:
    """The reference, as if it had an operation that amends an order and gives it a new id."""
    api, profile = reference_api(), reference_profile()
    assert profile.trading is not None
    cancel = next(each for each in api.operations if each.id == profile.trading.roles["cancel"].operation)
    amend = replace(cancel, id="amendOrder", path="/v1/orders/{order_id}/amend")
    roles = profile.trading.roles | {"amend": profile.trading.roles["cancel"].model_copy(update={"operation": "amendOrder"})}
    trading = profile.trading.model_copy(update={"roles": roles})
    return replace(api, operations=(*api.operations, amend)), profile.model_copy(update={"trading": trading})


def test_an_order_that_has_a_new_id_since_it_was_amended_is_cancelled_by_that_one(work: Path) -> None:
    api, profile = amending()
    with exchange() as (venue, sandbox):
        ours, before = placed(venue, Actor.FIRST), text(venue.place(label="somebody's, from before"), "order_id")
        new, other = venue.place(label="what ours became"), venue.place(label="what somebody's became")
        noted(AMEND, new, "first", path_parameters={"order_id": ours})
        noted(AMEND, other, "first", path_parameters={"order_id": before})
        assert clear(work, api, profile, sandbox) == ()
        assert resting(venue) == {before, text(other, "order_id")}


def test_a_sandbox_that_takes_its_time_is_left_with_what_it_has(work: Path) -> None:
    moments = iter((0.0, 1.0, 600.0))
    with exchange() as (venue, sandbox):
        ids = [placed(venue, Actor.FIRST) for _ in range(3)]
        left = clear(work, reference_api(), reference_profile(), sandbox, clock=lambda: next(moments))
        assert left == (f"order {ids[0]} of first",)
        assert resting(venue) == {ids[0]}


def test_a_dry_run_leaves_nothing_behind(work: Path) -> None:
    profile = reference_profile()
    assert profile.trading is not None
    dry = profile.trading.roles["place"].model_copy(update={"constants": {"body.validate": "true"}})
    trading = profile.trading.model_copy(update={"roles": profile.trading.roles | {"dry_run": dry}})
    with exchange() as (venue, sandbox):
        nothing = ScenarioStep(label="dry", call=replace(_called(venue), response=Message(start="200", headers=(), body="{}")), facts=())
        noted(PLACE, nothing, "first", body={"symbol": venue.symbol, "validate": True})
        assert clear(work, reference_api(), profile.model_copy(update={"trading": trading}), sandbox) == ()
        noted(PLACE, nothing, "first", body={"symbol": venue.symbol, "validate": False})
        left = clear(work, reference_api(), profile.model_copy(update={"trading": trading}), sandbox)
        assert left == ("order without an id of first",)


def _called(venue: Venue) -> Call:
    call = venue.ask("balances", label="any").call
    assert call is not None
    return replace(call, status=200)


def test_an_id_that_can_not_be_sent_is_told_short_and_keeps_no_other_order_there(work: Path) -> None:
    with exchange() as (venue, sandbox):
        placed(venue, Actor.FIRST)
        odd = f"\ud800{sandbox.accounts[0].secret}{'x' * 500}"
        noted(PLACE, venue.place(label="place", by=Actor.SECOND), "second", body={"symbol": venue.symbol})
        *lines, last = (work / PLACED).read_text().splitlines()
        document = json.loads(last)
        document["answer"] = json.dumps(json.loads(document["answer"]) | {"order_id": odd, "client_order_id": None})
        (work / PLACED).write_text("\n".join((*lines, json.dumps(document))) + "\n")
        (left,) = clear(work, reference_api(), reference_profile(), sandbox)
        assert (left[:10], left[-10:], len(left) < 130) == ("order \ud800***", " of second", True)
        assert not texts(venue.ask("open_orders", label="open"), "order_id")


def test_a_test_that_placed_nothing_leaves_nothing(work: Path) -> None:
    with exchange() as (venue, sandbox):
        noted("GET /v1/orders", venue.place(label="place"), "first")
        noted(PLACE, venue.place(label="place", quantity="0"), "first")
        assert not (work / PLACED).exists()
        assert clear(work, reference_api(), reference_profile(), sandbox) == ()
