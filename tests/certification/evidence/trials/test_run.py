"""An SDK of the reference exchange, really built, is tried on the real sandbox through the relay; a careless one is found out."""

from __future__ import annotations

import os
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from benchmarks.driven import unnumbered
from certification.evidence.facts import numbers
from certification.evidence.record import Observation, Trial
from certification.evidence.scenarios.run import AS_IT_IS, Stage, venue_on
from certification.evidence.strategy.trade import trade
from certification.evidence.trials.book import book_orders
from certification.evidence.trials.run import Ground, can_be_tried, try_sdk
from certification.folders import EXCHANGES
from certification.isolation.process import ProcessRunner
from certification.profile import ExchangeProfile
from certification.profiles import load_profile
from certification.sandboxes.mock.trouble import Trouble
from certification.sandboxes.open import open_sandbox
from certification.sdks.build import build, install
from certification.sdks.program import Program
from sdkgen.api.load import load
from sdkgen.api.model import Api
from sdkgen.generate import generate
from sdkgen.language import Language
from sdkgen.signing.recipe import Part, Value
from sdkgen.source import SdkOptions
from sdkgen.stream_protocol import Sequence
from tests.simulators.stages import reference_stage

_FOLDER = EXCHANGES / "reference"


@pytest.fixture(scope="module")
def profile() -> ExchangeProfile:
    return load_profile(_FOLDER / "profile.yaml")


@pytest.fixture(scope="module")
def api() -> Api:
    return load((_FOLDER / "openapi.yaml").read_bytes(), streams=(_FOLDER / "asyncapi.yaml").read_bytes())


@pytest.fixture(scope="module")
def program(profile: ExchangeProfile, api: Api, tmp_path_factory: pytest.TempPathFactory) -> Program:
    return _built(profile, api, tmp_path_factory.mktemp("sdk"))


def _built(profile: ExchangeProfile, api: Api, folder: Path) -> Program:
    options = SdkOptions(
        package="openxapi-reference",
        version="0.1.0",
        exchange_id="reference",
        exchange_name="Reference",
        recipe=profile.signing,
        behaviour=profile.behaviour,
    )
    source = generate(api, Language.PYTHON, options)
    with ProcessRunner() as runner:
        package, _ = build(source, runner, folder)
        assert package is not None
        installed, _ = install(package, source, runner, folder)
    assert installed is not None
    return installed


def _tried(program: Program, profile: ExchangeProfile, api: Api, folder: Path) -> dict[str, Trial]:
    with ProcessRunner() as runner, open_sandbox(profile, runner, environment=os.environ) as sandbox:
        stage = Stage(base_url=sandbox.host_url, headers=(), accounts=sandbox.accounts, ours=False, replay=AS_IT_IS)
        trials = try_sdk(program, Ground(profile=profile, api=api, sandbox=sandbox, stage=stage), runner, folder)
    assert not (folder / "orders.jsonl").exists(), "it holds credentials"
    return {trial.id: trial for trial in trials}


@pytest.mark.toolchain
def test_our_own_sdk_loses_and_doubles_no_order_and_keeps_its_book(
    program: Program, profile: ExchangeProfile, api: Api, tmp_path: Path
) -> None:
    trials = _tried(program, profile, api, tmp_path)
    assert {name: trial.told for name, trial in trials.items() if not trial.held} == {}
    assert {name.partition(".")[0] for name in trials} == {"orders", "limits", "streams"}
    assert len(trials) == 41


@pytest.mark.toolchain
def test_a_book_whose_losses_only_a_checksum_tells_is_kept(profile: ExchangeProfile, api: Api, tmp_path: Path) -> None:
    blind = unnumbered(profile)
    trials = _tried(_built(blind, api, tmp_path / "sdk"), blind, api, tmp_path)
    kept = [trial for trial in trials.values() if trial.id.endswith(("equal-the-exchanges", "gaps-are-noticed"))]
    assert {trial.id: trial.told for trial in kept if not trial.held} == {}
    assert len(kept) == 3
    assert "gap" in trials["streams.gaps-are-noticed"].told


def test_no_message_of_a_book_is_lost_where_its_client_could_not_notice(profile: ExchangeProfile, api: Api) -> None:
    streams = unnumbered(profile).behaviour.streams
    assert streams is not None
    assert streams.book is not None
    assert streams.book.checksum is not None
    blind = streams.book
    growing = replace(blind, checksum=None, sequence="sequence", numbering=Sequence.GROWING)
    few = replace(blind, checksum=replace(streams.book.checksum, levels=1))
    with reference_stage() as stage, venue_on(profile, api, stage) as venue:
        books = {"summed": blind, "summed too little": few, "growing": growing, "none": replace(blind, checksum=None)}
        planned = {name: book_orders(venue, book, first=1) for name, book in books.items()}
        best = max(numbers(venue.ask("depth", {"symbol": venue.symbol}, label="depth"), "bids.price"))
    lost = {name: sum(each.trouble in {Trouble.GAP, Trouble.SWAPPED} for each in orders) for name, orders in planned.items()}
    assert lost == {"summed": 3, "summed too little": 0, "growing": 0, "none": 0}
    prices = [Decimal(each.price) for each in planned["summed"]]
    assert prices == sorted(set(prices))
    assert prices[-1] == best - venue.price_step
    assert Decimal(planned["none"][0].price) == venue.price - venue.price_step


@pytest.mark.toolchain
def test_the_reference_strategy_reconciles_through_our_own_sdk(
    program: Program, profile: ExchangeProfile, api: Api, tmp_path: Path
) -> None:
    with ProcessRunner() as runner, open_sandbox(profile, runner, environment=os.environ) as sandbox:
        stage = Stage(base_url=sandbox.host_url, headers=(), accounts=sandbox.accounts, ours=False, replay=AS_IT_IS)
        ground = Ground(profile=profile, api=api, sandbox=sandbox, stage=stage)
        result = trade(program, ground, runner, tmp_path, name="python")
    assert (result.observation, result.fills) == (Observation.COMPLETE, 6)
    assert [change for change in result.changes if not change.agrees] == []


_CARELESS = """
import json, subprocess, sys
lines = sys.stdin.buffer.read().splitlines()
said = []
for line in lines:
    document = json.loads(line)
    said.append(line)
    if "call" in document:  # sends every order twice
        said.append(line.replace(b'"id":%d' % document["id"], b'"id":%d' % (document["id"] + 5000)))
sys.exit(subprocess.run({argv!r}, input=b"\\n".join(said) + b"\\n").returncode)
"""


@pytest.mark.toolchain
def test_an_sdk_that_sends_orders_twice_is_found_out(program: Program, profile: ExchangeProfile, api: Api, tmp_path: Path) -> None:
    careless = program.folder / "careless.py"
    careless.write_text(_CARELESS.replace("{argv!r}", repr(program.argv)))
    twice = Program(argv=("python", careless.name), folder=program.folder, environment=program.environment)
    trials = _tried(twice, profile, api, tmp_path)
    assert not trials["orders.none.without-id"].held
    assert trials["orders.none.without-id"].told.endswith("the sandbox has 2")


def test_a_sandbox_that_falls_silent_is_no_fault_of_the_sdk(profile: ExchangeProfile, api: Api, tmp_path: Path) -> None:
    idle = Program(argv=("python", "-c", "pass"), folder=tmp_path)
    with ProcessRunner() as runner, open_sandbox(profile, runner, environment=os.environ) as sandbox:
        silent = Stage(base_url="http://127.0.0.1:9", headers=(), accounts=sandbox.accounts, ours=False, replay=AS_IT_IS)
        assert try_sdk(idle, Ground(profile=profile, api=api, sandbox=sandbox, stage=silent), runner, tmp_path) == ()


def test_a_profile_must_say_how_orders_are_placed_cancelled_and_listed(profile: ExchangeProfile) -> None:
    assert can_be_tried(profile)
    assert not can_be_tried(profile.model_copy(update={"trading": None}))
    assert profile.trading is not None
    for role in ("place", "cancel", "open_orders"):
        roles = {name: entry for name, entry in profile.trading.roles.items() if name != role}
        assert not can_be_tried(profile.model_copy(update={"trading": profile.trading.model_copy(update={"roles": roles})}))


def test_a_signature_over_the_host_can_not_pass_a_relay(profile: ExchangeProfile) -> None:
    assert profile.signing is not None
    signing = replace(profile.signing, payload=(*profile.signing.payload, Part(value=Value.HOST)))
    assert not can_be_tried(profile.model_copy(update={"signing": signing}))
