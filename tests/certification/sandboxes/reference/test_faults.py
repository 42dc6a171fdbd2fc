"""Each fault shows where its table says, and nothing of it shows while it is off."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from certification.errors import ProfileError
from certification.sandboxes.reference.assembly import ReferenceOptions, assemble
from certification.sandboxes.reference.engine import rules as engine_rules
from certification.sandboxes.reference.engine.rules import EngineRules
from certification.sandboxes.reference.faults import FAULTS, Fault, faults_named
from certification.sandboxes.reference.web import rules as web_rules
from certification.sandboxes.reference.web.answer import Answer
from certification.sandboxes.reference.web.rules import WebRules
from tests.certification.sandboxes.reference.probes import access, answers, limits, market, money, orders, streams, withdrawals
from tests.certification.sandboxes.reference.probes.probe import BTC, Probe
from tests.simulators.reference_desk import Desk

STREAMS = {"depth", "trades", "orders", "control"}
THEMES = (answers, access, limits, market, money, orders, withdrawals, streams)
PROBES: dict[str, Probe] = {name: probe for theme in THEMES for name, probe in theme.PROBES.items()}


def test_every_fault_has_a_probe_and_there_are_enough_of_them() -> None:
    assert sorted(name for theme in THEMES for name in theme.PROBES) == sorted(fault.name for fault in FAULTS)
    assert len(FAULTS) >= 70


@pytest.mark.parametrize("name", PROBES)
def test_a_fault_shows_and_only_while_it_is_on(name: str) -> None:
    limit = 5 if any(word in name for word in ("rate-limit", "retry", "budget")) else 1000
    assert PROBES[name](Desk(ReferenceOptions(faults=(name,), rate_limit=limit)))
    assert not PROBES[name](Desk(ReferenceOptions(rate_limit=limit)))


def test_every_fault_names_an_operation_or_channel_and_one_way_to_break_it() -> None:
    contract = assemble(ReferenceOptions(), environment={}).contract
    places = {operation.id for operation in contract.operations} | STREAMS
    for fault in FAULTS:
        assert fault.operation in places
        assert fault.breaks.endswith(".")
        assert sum(way is not None for way in (fault.engine, fault.web, fault.distortion)) == 1


def test_faults_are_off_by_default_and_turn_off_one_rule_each() -> None:
    assert faults_named(()).engine == engine_rules.CORRECT == EngineRules()
    assert faults_named(()).web == web_rules.CORRECT == WebRules()
    both = faults_named(("ioc-rests", "unsigned-accepted"))
    assert both.engine == EngineRules(ioc_never_rests=False)
    assert both.web == WebRules(calls_must_be_signed=False)


OF_REFUSALS = {"server-error", "unknown-symbol-crashes", "cancel-again-crashes", "missing-retry-after"}


@pytest.mark.parametrize(
    "fault", [each for each in FAULTS if each.distortion and each.name not in OF_REFUSALS], ids=lambda fault: fault.name
)
def test_a_distortion_of_data_leaves_refusals_alone(fault: Fault) -> None:
    refusal = Answer(status=409, document={"code": "X", "message": "x", "field": None}, headers=(("X-Other", "1"),))
    assert fault.distortion is not None
    assert replace(fault.distortion(refusal), media_type="application/json") == refusal


@pytest.mark.parametrize(
    ("fault", "document"),
    [
        ("wrong-type", {"b": None}),
        ("null-in-nonnullable", {"items": []}),
        ("crossed-book", {"bids": [], "asks": []}),
    ],
)
def test_a_distortion_finds_nothing_in_empty_data(fault: str, document: dict[str, Any]) -> None:
    ((_, distortion),) = faults_named((fault,)).distortions
    empty = Answer(status=200, document=document)
    assert distortion(empty) == empty


def test_every_rule_can_be_broken() -> None:
    broken = {fault.engine or fault.web for fault in FAULTS} - {None}
    assert broken == set(EngineRules.__dataclass_fields__) | set(WebRules.__dataclass_fields__)


def test_an_answer_never_names_a_fault() -> None:
    desk = Desk(ReferenceOptions(faults=tuple(fault.name for fault in FAULTS if fault.distortion)))
    for path in ("/v1/time", "/v1/instruments", BTC, f"{BTC}/ticker"):
        answer = desk.ask("GET", path)
        assert "fault" not in f"{answer.document}{answer.headers}".lower()


def test_an_unknown_fault_is_refused() -> None:
    with pytest.raises(ProfileError, match="has no fault 'nonsense'"):
        assemble(ReferenceOptions(faults=("nonsense",)), environment={})
