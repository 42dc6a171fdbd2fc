"""What a run will ask of a sandbox is told before the first call."""

from __future__ import annotations

import pytest

from certification.folders import EXCHANGES
from certification.model import Level, Part
from certification.profile import ExchangeProfile, RateBudget
from certification.profiles import load_profile
from flows.request import RunRequest
from flows.stages.outlay import outlays, told
from sdkgen.api.load import load
from sdkgen.api.model import Api
from sdkgen.language import Language

REQUEST = RunRequest(exchange="reference")


@pytest.fixture(scope="module")
def api() -> Api:
    return load((EXCHANGES / "reference" / "openapi.yaml").read_bytes())


@pytest.fixture(scope="module")
def profile() -> ExchangeProfile:
    slow = (RateBudget(requests=1200, per_seconds=60),)
    return load_profile(EXCHANGES / "reference" / "profile.yaml").model_copy(update={"rate_limit": slow})


def stages(request: RunRequest, profile: ExchangeProfile, api: Api) -> dict[str, int]:
    return {stage.stage: stage.calls for stage in outlays(request, profile, api)}


def test_each_stage_says_its_calls_and_their_time_at_the_budget_s_pace(profile: ExchangeProfile, api: Api) -> None:
    found = outlays(REQUEST, profile, api)
    assert [stage.stage for stage in found] == ["scenarios", "contract test", "trials of 3 SDKs"]
    assert all(stage.seconds >= stage.calls / 20 > stage.seconds - 1 for stage in found)
    assert stages(REQUEST, profile, api)["contract test"] >= 1148, "what the reference exchange was measured to take"
    first, *rest = told(found, profile)
    assert first.endswith("one after the other; allowed: 1,200 requests in 60 s")
    assert first.startswith(f"about {sum(stage.calls for stage in found):,} calls to the sandbox in 3 min")
    assert len(rest) == 3
    assert "s" in rest[2].rpartition(" ")[2]


def test_the_strategy_and_every_language_count(profile: ExchangeProfile, api: Api) -> None:
    one = RunRequest(exchange="reference", languages=(Language.GO,))
    proof = RunRequest(exchange="reference", languages=(Language.GO,), level=Level.PLATINUM)
    assert stages(one, profile, api)["trials of 1 SDKs"] * 3 == stages(REQUEST, profile, api)["trials of 3 SDKs"]
    assert stages(proof, profile, api)["trials of 1 SDKs"] > stages(one, profile, api)["trials of 1 SDKs"]


def test_what_is_not_called_is_not_counted(profile: ExchangeProfile, api: Api) -> None:
    sdks_only = RunRequest(exchange="reference", parts=(Part.SDKS,))
    assert told(outlays(sdks_only, profile, api), profile) == ("this run calls no sandbox",)
    bare = profile.model_copy(update={"trading": None, "rate_limit": ()})
    assert list(stages(REQUEST, bare, api)) == ["contract test"]
    assert told(outlays(REQUEST, bare, api), bare)[0].endswith("allowed: nothing is said")
    assert profile.sandbox is not None
    nobody = profile.model_copy(update={"sandbox": profile.sandbox.model_copy(update={"accounts": ()})})
    assert list(stages(REQUEST, nobody, api)) == ["contract test"]
