"""The corpus finds descriptions in any folder, plans what it promises, and calls nothing a pass that is none."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.corpus import main, totals
from benchmarks.corpus_examine import Outcome, Work, examine
from benchmarks.corpus_found import descriptions
from benchmarks.corpus_values import ANSWER, with_instances
from benchmarks.cost import BenchmarkError
from certification.evidence.sdk import plan_exercise
from sdkgen.api.json_text import dumps_exact
from sdkgen.api.load import load
from sdkgen.language import Language
from tests.simulators.descriptions import description

PRICE = {"type": "object", "required": ["price"], "properties": {"price": {"type": "number"}, "note": {"type": "string"}}}


def answering(schema: object) -> dict[str, object]:
    return {"responses": {"200": {"description": "ok", "content": {"application/json": {"schema": schema}}}}}


SHOP = json.dumps(
    description(
        schemas={"Price": PRICE, "Unused": {"type": "object", "properties": {"a": {"type": "string"}}}},
        paths={
            "/price": {"get": answering({"$ref": "#/components/schemas/Price"})},
            "/prices": {"get": answering({"type": "array", "items": {"$ref": "#/components/schemas/Price"}})},
        },
    )
).encode()


def test_a_folder_without_a_manifest_is_searched_for_what_says_that_it_is_one(tmp_path: Path) -> None:
    (tmp_path / "venue").mkdir()
    (tmp_path / "venue" / "rest v1.json").write_bytes(SHOP)
    (tmp_path / "streams.yaml").write_text('# first\nasyncapi: "3.0.0"\n')
    (tmp_path / "old.yml").write_text("swagger: '2.0'\n")
    (tmp_path / "other.json").write_text('{"name": "openapi", "version": 1}')
    (tmp_path / "readme.txt").write_text("openapi: 3.0.0")
    found = {each.name: (each.family(), each.slug()) for each in descriptions(tmp_path)}
    assert found == {"old": ("REST", "old"), "streams": ("streams", "streams"), "venue/rest v1": ("REST", "venue-rest-v1")}


def test_a_manifest_says_which_files_count(tmp_path: Path) -> None:
    for name in ("a.json", "b.json"):
        (tmp_path / name).write_bytes(SHOP)
    (tmp_path / "manifest.json").write_text('[{"file": "b.json"}]')
    assert [each.name for each in descriptions(tmp_path)] == ["b"]


@pytest.mark.parametrize("manifest", [None, "no json", '[{"name": "x"}]', '[{"file": "gone.json"}]'])
def test_a_folder_without_descriptions_is_told(tmp_path: Path, manifest: str | None) -> None:
    if manifest is not None:
        (tmp_path / "manifest.json").write_text(manifest)
    with pytest.raises(BenchmarkError, match="give another folder"):
        descriptions(tmp_path)


def test_every_answer_gets_its_instances(tmp_path: Path) -> None:
    api = load(SHOP)
    plan = replace(plan_exercise(api, SHOP, recipe=None, seed=1), errors=())
    made = with_instances(api, plan, 20, calls=False)
    decoded = [each for each in made.plan.decodes if each.type == "Price" and each.origin.startswith("generated")]
    assert made.responses == 2
    assert len({dumps_exact(each.value) for each in decoded}) == 20
    assert [call.lane for call in made.plan.calls] == list(range(1, 21))
    assert all(call.case.startswith(ANSWER) and isinstance(call.answer.value, list) for call in made.plan.calls)
    assert any(each.type == "Unused" for each in made.plan.decodes)
    kept = with_instances(api, plan, 20, calls=True).plan.calls
    assert [call.lane for call in kept] == list(range(1, len(plan.calls) + 21))
    assert all(call.expected.prefix.endswith(f"~{call.lane}") for call in kept)


def test_what_can_not_be_read_is_a_row_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text('{"openapi": "3.0.0", "paths": [')
    [found] = descriptions(tmp_path)
    [outcome] = examine(Work(found=found, languages=(Language.GO,), calls=False, instances=6))
    assert not outcome.good
    assert "no JSON" in outcome.reasons[0]


def test_a_verdict_names_the_stages_that_fail() -> None:
    passing = Outcome(description="x", language=Language.GO, whole=True, built=True, typed=True, same=True)
    assert (passing.good, passing.verdict()) == (True, "pass")
    failing = replace(passing, typed=False, same=False)
    assert (failing.good, failing.verdict()) == (False, "types trips")


def test_totals_tell_apart_what_is_missing_from_what_does_not_work() -> None:
    passing = Outcome(description="x", language=Language.GO, whole=True, built=True, typed=True, same=True)
    others = (replace(passing, description="y", whole=False), replace(passing, description="z", typed=False))
    [line, everything] = totals([passing, *others], (Language.GO,))
    assert line == "REST, go: 1 of 3 descriptions pass (33.3 %), 2 but for missing parts (66.7 %); 0 values there and back, 0 lost"
    assert everything == "REST, all: 1 of 3 descriptions pass (33.3 %), 2 but for missing parts (66.7 %)"


def test_a_name_that_nobody_has_is_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.json").write_bytes(SHOP)
    assert main([str(tmp_path), "--only", "nobody"]) == 2
    assert "no description is named nobody; the names are a" in capsys.readouterr().err
