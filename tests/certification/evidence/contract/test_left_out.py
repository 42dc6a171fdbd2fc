"""What a contract test does not call: what the profile says, and withdrawals from somebody's sandbox."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from certification.errors import ProfileError
from certification.evidence.contract.left_out import LEAVES, left_out
from certification.evidence.contract.plan import Budget, write_plan
from certification.model import SpecSnapshot
from certification.profile import ExchangeProfile, Role
from certification.profile_parts import ContractTest
from certification.sandboxes.open import Sandbox, SandboxKind
from sdkgen.api.model import Api

SandboxAt = Callable[..., Sandbox]
Asked = Callable[[SandboxKind, dict[str, Any]], Mapping[str, str]]


def withdrawing(profile: ExchangeProfile, **contract: Any) -> ExchangeProfile:
    """The same exchange, whose only POST withdraws."""
    assert profile.trading is not None
    trading = profile.trading.model_copy(update={"roles": {"withdraw": Role(operation="placeOrder")}})
    return profile.model_copy(update={"trading": trading, "contract": ContractTest.model_validate(contract)})


@pytest.fixture
def asked(api: Api, profile: ExchangeProfile, sandbox_at: SandboxAt) -> Asked:
    """What is left out on a sandbox of a kind."""
    return lambda kind, contract: left_out(api, withdrawing(profile, **contract), sandbox_at(kind=kind))


@pytest.mark.parametrize(
    ("kind", "contract", "left"),
    [
        pytest.param(SandboxKind.REMOTE, {}, {"placeOrder": LEAVES}, id="somebody's sandbox"),
        pytest.param(SandboxKind.IMAGE, {}, {}, id="an image of ours alone"),
        pytest.param(SandboxKind.REFERENCE, {}, {}, id="the embedded one"),
        pytest.param(SandboxKind.REMOTE, {"withdrawals": True}, {}, id="allowed"),
        pytest.param(
            SandboxKind.REFERENCE,
            {"withdrawals": True, "leave_out": [{"operation": "placeOrder", "reason": "it costs money"}]},
            {"placeOrder": "it costs money"},
            id="left out by name",
        ),
    ],
)
def test_money_leaves_somebodys_sandbox_in_stories_alone(
    asked: Asked, kind: SandboxKind, contract: dict[str, Any], left: dict[str, str]
) -> None:
    assert asked(kind, contract) == left


def test_what_the_description_does_not_have_can_not_be_left_out(api: Api, profile: ExchangeProfile, sandbox_at: SandboxAt) -> None:
    wrong = withdrawing(profile, leave_out=[{"operation": "placeOrders", "reason": "a misspelt name"}])
    with pytest.raises(ProfileError, match=r"contract\.leave_out names placeOrders, which is no operation"):
        left_out(api, wrong, sandbox_at())
    assert left_out(api, profile.model_copy(update={"trading": None}), sandbox_at()) == {}


def test_the_tool_is_told_not_to_send_it(
    tmp_path: Path, api: Api, snapshot: SpecSnapshot, profile: ExchangeProfile, sandbox_at: SandboxAt
) -> None:
    write_plan(tmp_path, api=api, snapshot=snapshot, profile=withdrawing(profile), sandbox=sandbox_at(), budget=Budget())
    settings = tomllib.loads((tmp_path / "schemathesis.toml").read_text())
    (left,) = (entry for entry in settings["operations"] if entry.get("enabled") is False)
    assert left == {"include-name": ["POST /orders"], "enabled": False}
