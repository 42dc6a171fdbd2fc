"""Where a limit may be broken on purpose."""

from __future__ import annotations

import pytest

from certification.folders import EXCHANGES
from certification.profile import ExchangeProfile, SandboxSpec
from certification.profiles import load_profile
from flows.stages.burst import SMALL_BUDGET, burst_ground


def _profile(*, reference: bool, exclusive: bool) -> ExchangeProfile:
    profile = load_profile(EXCHANGES / "reference" / "profile.yaml")
    assert profile.sandbox is not None
    return profile.model_copy(update={"sandbox": profile.sandbox.model_copy(update={"reference": reference, "exclusive": exclusive})})


def test_the_embedded_reference_is_started_anew_with_a_small_limit() -> None:
    ground = burst_ground(_profile(reference=True, exclusive=False), None)
    assert ground is not None
    assert (ground.rate_limit, ground.fresh, ground.profile.rate_limit) == (SMALL_BUDGET.requests, True, (SMALL_BUDGET,))


def test_a_sandbox_of_ours_alone_keeps_its_own_limit_and_may_have_been_called_before() -> None:
    profile = _profile(reference=False, exclusive=True)
    ground = burst_ground(profile, None)
    assert ground is not None
    assert (ground.rate_limit, ground.fresh, ground.profile) == (None, False, profile)


def test_a_limit_that_others_share_is_not_broken() -> None:
    assert burst_ground(_profile(reference=False, exclusive=False), None) is None
    assert burst_ground(_profile(reference=True, exclusive=True), "https://api.example.com") is None
    assert burst_ground(_profile(reference=True, exclusive=True).model_copy(update={"sandbox": None}), None) is None


@pytest.mark.parametrize(
    ("spec", "alone"),
    [
        (SandboxSpec(image="exchange:1"), True),
        (SandboxSpec(url="http://127.0.0.1:8080"), True),
        (SandboxSpec(url="http://localhost:8080"), True),
        (SandboxSpec(url="http://localhost:8080", exclusive=False), False),
        (SandboxSpec(url="https://sandbox.example.com"), False),
        (SandboxSpec(url="https://sandbox.example.com", exclusive=True), True),
        (SandboxSpec(), False),
    ],
)
def test_an_image_and_an_address_of_this_machine_are_nobody_elses(spec: SandboxSpec, *, alone: bool) -> None:
    profile = _profile(reference=False, exclusive=False).model_copy(update={"sandbox": spec})
    ground = burst_ground(profile, None)
    assert (ground is not None) is alone
    assert ground is None or ground.fresh is (spec.image is not None), "a container is started anew for it"
