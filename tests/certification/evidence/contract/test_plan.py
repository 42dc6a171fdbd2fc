from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.evidence.contract.plan import CHECKS, Budget, _rate, _toml, write_plan
from certification.evidence.contract.recipe_json import recipe_from_json, recipe_to_json
from certification.model import SpecSnapshot
from certification.profile import ExchangeProfile, RateBudget
from certification.profiles import list_profiles, load_profile
from certification.sandboxes.open import Sandbox
from sdkgen.api.model import Api

SandboxAt = Callable[..., Sandbox]
TEXT = st.text(st.characters(codec="utf-8"))


@pytest.fixture
def settings(tmp_path: Path, api: Api, snapshot: SpecSnapshot, profile: ExchangeProfile, sandbox_at: SandboxAt) -> dict[str, Any]:
    sandbox = sandbox_at("http://h", base_path="/api", headers=(("x-simulated", "1"),))
    write_plan(tmp_path, api=api, snapshot=snapshot, profile=profile, sandbox=sandbox, budget=Budget(examples_per_operation=7))
    return tomllib.loads((tmp_path / "schemathesis.toml").read_text())


def test_every_check_is_switched_on_by_name(settings: dict[str, Any]) -> None:
    assert {name for name, entry in settings["checks"].items() if entry["enabled"]} == set(CHECKS)
    # Ours asks by its settings, and judges what it would.
    assert set(settings["checks"]) - set(CHECKS) == {"negative_data_rejection"}


def test_the_tool_calls_the_sandbox_within_the_budgets(settings: dict[str, Any]) -> None:
    assert settings["base-url"] == "http://h/api"
    assert settings["headers"] == {"x-simulated": "1"}
    assert settings["rate-limit"] == "10/s"
    assert settings["generation"]["max-examples"] == 7
    assert settings["workers"] == 1
    assert set(settings["phases"]) == {"examples", "coverage", "fuzzing", "stateful"}


def test_values_that_get_orders_accepted_are_bound_to_their_places(settings: dict[str, Any]) -> None:
    assert settings["dictionaries"]["prices"]["values"] == ["50000", "49999.5"]
    place, query = (
        next(entry for entry in settings["operations"] if name in entry["include-name"]) for name in ("POST /orders", "GET /orders/{id}")
    )
    assert {key: entry["dictionary"] for key, entry in place["parameters"].items()} == {"body.market": "symbols", "body.price": "prices"}
    assert {key: entry["dictionary"] for key, entry in query["parameters"].items()} == {"query.market": "symbols"}


def test_documented_refusals_of_valid_requests_are_no_violation(settings: dict[str, Any]) -> None:
    expected = {
        name: entry["checks"]["positive_data_acceptance"]["expected-statuses"]
        for entry in settings["operations"]
        for name in entry["include-name"]
    }
    assert {"400", "451"} <= set(expected["POST /orders"])
    assert "4xx" in expected["GET /orders/{id}"]
    assert "400" not in expected["GET /time"]


def test_an_order_may_be_read_after_it_was_cancelled(settings: dict[str, Any]) -> None:
    enabled = {name: entry["checks"]["use_after_free"]["enabled"] for entry in settings["operations"] for name in entry["include-name"]}
    assert enabled == {"GET /time": True, "POST /orders": True, "GET /orders/{id}": False}


def test_the_plan_says_what_is_signed_and_holds_no_secret(tmp_path: Path, settings: dict[str, Any]) -> None:
    plan = json.loads((tmp_path / "plan.json").read_text())
    assert plan["operations"]["GET /time"] == {"signed": False, "declared": [], "interval_s": 0.1}
    assert plan["operations"]["POST /orders"] == {
        "signed": True,
        "declared": [["body", "market"], ["body", "price"]],
        "interval_s": 0.1,
    }
    written = "".join((tmp_path / name).read_text() for name in ("plan.json", "schemathesis.toml", "description.json"))
    assert "first" not in written


def test_overlays_are_applied_before_the_tool_reads_the_description(
    tmp_path: Path, api: Api, snapshot: SpecSnapshot, profile: ExchangeProfile, sandbox_at: SandboxAt
) -> None:
    overlay = tmp_path / "overlay.yaml"
    overlay.write_text("overlay: 1.0.0\ninfo: {title: t, version: '1'}\nactions: [{target: '$.info', update: {title: Mended}}]\n")
    changed = replace(snapshot, overlays=(str(overlay),))
    write_plan(tmp_path, api=api, snapshot=changed, profile=profile, sandbox=sandbox_at(), budget=Budget())
    assert json.loads((tmp_path / "description.json").read_text())["info"]["title"] == "Mended"


def test_a_profile_without_trading_or_signing_is_tested_too(
    tmp_path: Path, api: Api, snapshot: SpecSnapshot, profile: ExchangeProfile, sandbox_at: SandboxAt
) -> None:
    bare = profile.model_copy(update={"trading": None, "signing": None, "rate_limit": ()})
    write_plan(tmp_path, api=api, snapshot=snapshot, profile=bare, sandbox=sandbox_at(), budget=Budget())
    settings = tomllib.loads((tmp_path / "schemathesis.toml").read_text())
    assert not {"dictionaries", "rate-limit", "headers"} & set(settings)
    assert json.loads((tmp_path / "plan.json").read_text())["recipe"] is None
    assert all(entry["checks"]["use_after_free"]["enabled"] for entry in settings["operations"])


@pytest.mark.parametrize(
    ("requests", "seconds", "expected"),
    [(100, 1, "100/s"), (1200, 60, "20/s"), (30, 60, "30/m"), (1, 120, "30/h"), (1, 7200, "12/d"), (1, 10**9, "1/d")],
)
def test_a_budget_becomes_an_even_rate(requests: int, seconds: int, expected: str) -> None:
    assert _rate((RateBudget(requests=requests, per_seconds=seconds), RateBudget(requests=10**6, per_seconds=1))) == expected


VALUES = st.recursive(
    st.booleans() | st.integers(-(2**53), 2**53) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
)


@given(st.dictionaries(TEXT, VALUES, max_size=4))
def test_settings_survive_toml(settings: dict[str, Any]) -> None:
    assert tomllib.loads(_toml(settings)) == settings


@pytest.mark.parametrize("path", list_profiles(), ids=lambda path: path.parent.name)
def test_every_profiles_recipe_survives_json(path: Path) -> None:
    recipe = load_profile(path).signing
    assert recipe is None or recipe_from_json(json.loads(json.dumps(recipe_to_json(recipe)))) == recipe
