"""What a profile leaves unseen is told before the first call."""

from __future__ import annotations

import pytest

from certification.evidence.scenarios.run import NO_OBSERVER, NOT_ON_PURPOSE, STORIES
from certification.evidence.scenarios.story import NO_HEARTBEAT
from certification.evidence.scenarios.tamper import Tamper
from certification.folders import EXCHANGES
from certification.model import Part
from certification.profile import ExchangeProfile, SandboxSpec
from certification.profiles import load_profile
from flows.request import RunRequest
from flows.stages.rehearse import Rehearsal, rehearse, told
from sdkgen.api.load import load
from sdkgen.api.model import Api

REQUEST = RunRequest(exchange="reference")


@pytest.fixture(scope="module")
def api() -> Api:
    return load((EXCHANGES / "reference" / "openapi.yaml").read_bytes())


@pytest.fixture(scope="module")
def profile() -> ExchangeProfile:
    return load_profile(EXCHANGES / "reference" / "profile.yaml")


def rehearsed(profile: ExchangeProfile, api: Api, request: RunRequest = REQUEST) -> Rehearsal:
    found = rehearse(request, profile, api)
    assert found is not None
    return found


def without(profile: ExchangeProfile, role: str) -> ExchangeProfile:
    assert profile.trading is not None
    roles = {name: told for name, told in profile.trading.roles.items() if name != role}
    return profile.model_copy(update={"trading": profile.trading.model_copy(update={"roles": roles})})


def test_nothing_stays_unseen_of_the_reference(profile: ExchangeProfile, api: Api) -> None:
    found = rehearsed(profile, api)
    assert (found.misplaced, found.unplayed) == ((), ())


def test_what_not_every_exchange_has_is_told_apart(profile: ExchangeProfile, api: Api) -> None:
    found = rehearsed(profile, api)
    assert dict(found.untold)["streams.heartbeat"] == NO_HEARTBEAT
    first, *others = told(found)
    assert first == f"{len(found.untold)} are about what not every exchange has; where this one has it, let the profile say so:"
    assert f"  streams.heartbeat: {NO_HEARTBEAT}" in others


def test_a_role_that_is_not_mapped_costs_its_stories(profile: ExchangeProfile, api: Api) -> None:
    found = rehearsed(without(profile, "candles"), api)
    assert dict(found.unplayed) == {"market.unknown-symbol.candles": "the profile maps no trading role candles"}
    assert told(found)[:2] == (
        f"1 of {len(STORIES)} scenarios will not be played:",
        "  market.unknown-symbol.candles: the profile maps no trading role candles",
    )


def test_a_sandbox_that_is_somebodys_is_told_how_many_forged_calls_it_gets(profile: ExchangeProfile, api: Api) -> None:
    found = rehearsed(profile, api, RunRequest(exchange="reference", sandbox="https://testnet.example.com"))
    assert found.broken_proofs == 5
    assert f"of {len(Tamper) - 1} ways to break a proof of identity, 5 at most are tried on each operation" in told(found)[-1]
    assert (
        rehearsed(profile.model_copy(update={"signing": None}), api, RunRequest(exchange="x", sandbox="https://a.b")).broken_proofs is None
    )


def test_a_place_that_the_description_does_not_have_is_a_sentence(profile: ExchangeProfile, api: Api) -> None:
    assert profile.trading is not None
    fills = profile.trading.roles["fills"]
    misspelt = fills.model_copy(update={"fields": {**fills.fields, "trade_id": "items[].tradeNumber", "trade_ids": "next_cursor"}})
    trading = profile.trading.model_copy(update={"roles": {**profile.trading.roles, "fills": misspelt}})
    lines = told(rehearsed(profile.model_copy(update={"trading": trading}), api))
    assert lines[0] == "profile: fills: field trade_id: the answer of listFills has nothing at items[].tradeNumber"
    assert lines[1] == "profile: fills: field trade_ids: nothing knows it; is trade_id meant?"
    assert not any(line.startswith("profile:") for line in lines[2:])


def test_a_sandbox_of_others_keeps_its_limit_and_its_keys(profile: ExchangeProfile, api: Api) -> None:
    assert profile.sandbox is not None
    shared = SandboxSpec.model_validate({"url": "https://sandbox.example.com", "accounts": [{"key": "A_KEY", "secret": "A_SECRET"}]})
    reasons = dict(rehearsed(profile.model_copy(update={"sandbox": shared}), api).unplayed)
    assert reasons["limits.burst"] == reasons["limits.key"] == NOT_ON_PURPOSE
    assert reasons["permissions.read-only-key"] == NO_OBSERVER
    assert reasons["orders.other-account"] == "the profile names only one account for its sandbox"
    assert "orders.off-grid" not in reasons


def test_without_accounts_or_roles_no_story_is_played(profile: ExchangeProfile, api: Api) -> None:
    assert profile.sandbox is not None
    bare = profile.model_copy(update={"sandbox": SandboxSpec.model_validate({"url": "https://sandbox.example.com"})})
    assert {reason for _, reason in rehearsed(bare, api).unplayed} == {"the profile names no account for its sandbox"}
    silent = rehearsed(profile.model_copy(update={"trading": None}), api)
    assert len(silent.unplayed) == len(STORIES)
    assert {reason for _, reason in silent.unplayed} == {"the profile maps no trading roles"}


def test_where_the_api_is_not_asked_about_nothing_is_told(profile: ExchangeProfile, api: Api) -> None:
    assert rehearse(RunRequest(exchange="reference", parts=(Part.SDKS,)), profile, api) is None
