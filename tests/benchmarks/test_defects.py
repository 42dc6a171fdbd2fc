"""The table of defects: what counts as found, and what is not tried twice."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from benchmarks.defects import Line, failures_in, main

FOUND = Line(defect="wrong-fee", kind="exchange", check="model.fills_agree_with_the_model", again=True, plain=False, elapsed_s=3.0)
MISSED = Line(defect="ioc-rests", kind="exchange", check="", again=False, plain=True, elapsed_s=3.0)


@pytest.mark.parametrize(
    ("lines", "code", "said"), [((FOUND,), 0, "ours 1 (100%)"), ((FOUND, MISSED), 1, "ours 1 (50%), plain schemathesis 1 (50%)")]
)
def test_what_is_known_is_not_tried_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], lines: tuple[Line, ...], code: int, said: str
) -> None:
    file = tmp_path / "known.jsonl"
    file.write_text("".join(json.dumps(asdict(line)) + "\n" for line in lines))
    only = [word for line in lines for word in ("--only", line.defect)]
    assert main(["--out", str(file), *only]) == code
    assert said in capsys.readouterr().out
    assert len(file.read_text().splitlines()) == len(lines)


def test_only_failed_checks_of_the_tools_report_count(tmp_path: Path) -> None:
    report = tmp_path / "report.ndjson"
    checks = [{"name": "not_a_server_error", "status": "success"}, {"name": "response_schema_conformance", "status": "failure"}]
    event = {"ScenarioFinished": {"recorder": {"label": "GET /x", "checks": {"a": checks}}}}
    report.write_text(json.dumps({"Initialize": {"seed": 1}}) + "\n" + json.dumps(event) + "\n")
    assert set(failures_in(report)) == {"GET /x response_schema_conformance"}
