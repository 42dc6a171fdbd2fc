from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from certification.folders import EXCHANGES
from certification.profile_schema import FILE, profile_schema
from certification.profiles import list_profiles

PROFILES = list_profiles()
AGAIN = "the models changed; write the file anew with 'python -m certification.profile_schema'"


def validator() -> jsonschema.Draft202012Validator:
    schema: dict[str, Any] = json.loads(FILE.read_bytes())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def read(file: Path) -> Any:
    return yaml.safe_load(file.read_text())


def test_the_committed_schema_is_what_the_models_make() -> None:
    assert FILE.read_bytes() == profile_schema(), AGAIN


@pytest.mark.parametrize("file", PROFILES, ids=lambda file: file.parent.name)
def test_every_profile_keeps_the_schema(file: Path) -> None:
    assert [error.message for error in validator().iter_errors(read(file))] == []


@pytest.mark.parametrize(
    ("place", "field"),
    [
        pytest.param((), "sandbx", id="at the top"),
        pytest.param(("spec", "rest"), "ulr", id="in a source"),
        pytest.param(("signing",), "algoritm", id="in the recipe"),
        pytest.param(("signing", "placements", 0), "carier", id="in a placement"),
        pytest.param((), "folder", id="what only the loader knows"),
    ],
)
def test_a_field_that_is_not_known_is_refused(place: tuple[str | int, ...], field: str) -> None:
    profile = read(next(file for file in PROFILES if file.parent.name == "reference"))
    part = profile
    for step in place:
        part = part[step]
    part[field] = "x"
    assert any(field in error.message for error in validator().iter_errors(profile))


def test_fields_and_values_carry_the_texts_that_stand_under_them() -> None:
    schema = json.loads(profile_schema())
    assert schema["$defs"]["Role"]["properties"]["constants"]["description"] == "Place -> value that is always sent."
    assert schema["$defs"]["Recipe"]["properties"]["only_declared"]["description"].startswith("Whether query and body placements")
    places = (
        ("Book", "bids"),
        ("Errors", "success"),
        ("Clock", "operation"),
        ("Checksum", "place"),
        ("Fees", "maker"),
        ("Streams", "path"),
    )
    for part, name in places:
        assert schema["$defs"][part]["properties"][name]["description"], part
    assert "expires: ``timestamp`` plus ``lifetime_ms``, in the same format." in schema["$defs"]["Value"]["description"]


def test_the_reference_of_profiles_names_every_field_and_value() -> None:
    reference = (EXCHANGES / "README.md").read_text()
    schema = json.loads(profile_schema())
    parts = [schema, *schema["$defs"].values()]
    names = [name for part in parts for name in (*part.get("properties", {}), *part.get("enum", ()))]
    assert names
    assert [name for name in names if f"`{name}`" not in reference] == []
