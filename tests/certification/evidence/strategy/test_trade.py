"""A market maker trades on the real reference exchange: its earnings are one number, unless the exchange or its client tells it wrong."""

from __future__ import annotations

import os
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from certification.evidence.record import Observation, StrategyResult
from certification.evidence.scenarios.run import AS_IT_IS, Stage
from certification.evidence.strategy.trade import ROLES, trade, untradable
from certification.evidence.trials.run import Ground
from certification.folders import EXCHANGES
from certification.isolation.process import ProcessRunner
from certification.profile import ExchangeProfile, Role
from certification.profiles import load_profile
from certification.sandboxes.open import open_sandbox
from certification.sdks.program import Program
from sdkgen.api.load import load
from sdkgen.api.model import Api
from sdkgen.signing.recipe import Part, Value
from tests.simulators import trading_harness

_FOLDER = EXCHANGES / "reference"


@pytest.fixture(scope="module")
def profile() -> ExchangeProfile:
    return load_profile(_FOLDER / "profile.yaml")


@pytest.fixture(scope="module")
def api() -> Api:
    return load((_FOLDER / "openapi.yaml").read_bytes())


def program(folder: Path, lie: str = "") -> Program:
    return Program(argv=("python", trading_harness.__file__, lie), folder=folder)


def traded(api: Api, profile: ExchangeProfile, folder: Path, *, lie: str = "", fault: str = "", silent: bool = False) -> StrategyResult:
    faults = (fault,) if fault else ()
    with ProcessRunner() as runner, open_sandbox(profile, runner, environment=os.environ, faults=faults) as sandbox:
        where = "http://127.0.0.1:9" if silent else sandbox.host_url
        stage = Stage(base_url=where, headers=(), accounts=sandbox.accounts, ours=False, replay=AS_IT_IS)
        ground = Ground(profile=profile, api=api, sandbox=sandbox, stage=stage)
        result = trade(program(folder, lie), ground, runner, folder, name="python", reproduce="certify run reference")
        assert not (folder / "strategy.jsonl").exists(), "it holds credentials"
        for account in sandbox.accounts:
            assert account.secret not in repr(result)
    return result


@pytest.fixture(scope="module")
def clean(api: Api, profile: ExchangeProfile, tmp_path_factory: pytest.TempPathFactory) -> StrategyResult:
    return traded(api, profile, tmp_path_factory.mktemp("clean"))


def test_profit_and_loss_is_the_same_number_three_ways(clean: StrategyResult) -> None:
    assert clean.observation is Observation.COMPLETE
    assert all(change.agrees for change in clean.changes)
    assert len(set(clean.earned())) == 1
    assert clean.earned()[0] < 0, "it sells what is left at the bid, and pays fees"


def test_it_quotes_both_sides_is_filled_in_part_and_in_whole_and_ends_flat(clean: StrategyResult) -> None:
    changes = {change.asset: change for change in clean.changes}
    assert changes["BTC"].from_balances == Decimal(0)
    assert (clean.orders, clean.fills) == (7, 6)
    told = "\n".join(clean.told)
    assert told.count("the second account asks") == 5
    assert told.count("filled: sell") == 3
    assert "filled: buy 0.01 at" in told, "half of a quote"
    assert "filled: buy 0.02 at" in told, "a whole one"


@pytest.mark.parametrize(
    ("lie", "fault"),
    [
        pytest.param("dear", "", id="the client tells a fee that is a hundred-millionth too high"),
        pytest.param("mute", "", id="the client forgets all fills"),
        pytest.param("", "balance-leak", id="the exchange makes money of nothing"),
    ],
)
def test_a_wrong_account_is_found(api: Api, profile: ExchangeProfile, tmp_path: Path, lie: str, fault: str) -> None:
    result = traded(api, profile, tmp_path, lie=lie, fault=fault)
    assert result.observation is Observation.COMPLETE
    assert not all(change.agrees for change in result.changes)


def test_a_program_that_can_not_call_shows_nothing(api: Api, profile: ExchangeProfile, tmp_path: Path) -> None:
    result = traded(api, profile, tmp_path, lie="deaf")
    assert result.observation is Observation.SKIPPED
    assert result.reason == "the SDK's harness does not make the call 'depth': refused: this program only calls"


def test_a_silent_sandbox_shows_nothing(api: Api, profile: ExchangeProfile, tmp_path: Path) -> None:
    result = traded(api, profile, tmp_path, silent=True)
    assert result.observation is Observation.UNAVAILABLE
    assert "got no answer" in result.reason


def without(profile: ExchangeProfile, role: str) -> ExchangeProfile:
    assert profile.trading is not None
    roles: dict[str, Role] = {name: entry for name, entry in profile.trading.roles.items() if name != role}
    return profile.model_copy(update={"trading": profile.trading.model_copy(update={"roles": roles})})


@pytest.mark.parametrize("role", ROLES)
def test_every_role_is_needed(profile: ExchangeProfile, role: str) -> None:
    assert untradable(profile, 2) == ""
    assert untradable(without(profile, role), 2) == f"the profile maps no trading role {role}"


def test_somebody_must_trade_with_it(api: Api, profile: ExchangeProfile, tmp_path: Path) -> None:
    assert profile.sandbox is not None
    lone = profile.model_copy(update={"sandbox": profile.sandbox.model_copy(update={"accounts": profile.sandbox.accounts[:1]})})
    result = traded(api, lone, tmp_path)
    assert (result.observation, result.orders) == (Observation.SKIPPED, 0)
    assert "only one account" in result.reason
    assert untradable(profile.model_copy(update={"trading": None}), 2) == "the profile maps no trading roles"


def test_fills_that_can_only_be_asked_for_all_together_are_told_apart_by_their_orders(
    api: Api, profile: ExchangeProfile, tmp_path: Path
) -> None:
    assert profile.trading is not None
    fills = profile.trading.roles["fills"]
    arguments = {name: place for name, place in fills.arguments.items() if name != "order_id"}
    roles = {**profile.trading.roles, "fills": fills.model_copy(update={"arguments": arguments})}
    together = profile.model_copy(update={"trading": profile.trading.model_copy(update={"roles": roles})})
    result = traded(api, together, tmp_path)
    assert (result.observation, result.fills) == (Observation.COMPLETE, 6)
    assert all(change.agrees for change in result.changes)


def test_a_signature_over_the_host_can_not_pass_the_relay(profile: ExchangeProfile) -> None:
    assert profile.signing is not None
    signing = replace(profile.signing, payload=(*profile.signing.payload, Part(value=Value.HOST)))
    assert "signs the host's name" in untradable(profile.model_copy(update={"signing": signing}), 2)
