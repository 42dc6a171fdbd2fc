"""What a long run's measures are read as, and what the meter measures."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from certification.evidence.record import Endurance
from certification.evidence.sdk import endurance, meter
from certification.evidence.sdk.endurance import endure
from certification.evidence.sdk.plan import plan_exercise
from certification.isolation.process import ProcessRunner
from certification.sdks.program import Program
from sdkgen.api.load import load
from tests.simulators.small_description import DESCRIPTION, RECIPE

WRITES_ONLY = json.loads(DESCRIPTION)
WRITES_ONLY["paths"] = {
    path: {method: told for method, told in item.items() if method != "get"} for path, item in WRITES_ONLY["paths"].items()
}


def taken(name: str, **changes: int) -> dict[str, Any]:
    return {"name": name, "exit_code": 0, "cpu_ms": 50, "peak_kib": 1000, "returned": 0} | changes


WHOLE = (
    taken("start", cpu_ms=44),
    taken("start", cpu_ms=40),
    taken("first", returned=1000),
    taken("more", returned=2500, peak_kib=1010),
    taken("bare", cpu_ms=12),
    taken("bare", cpu_ms=11),
)


def lines(*documents: dict[str, Any]) -> bytes:
    return b"noise\n[1]\n" + b"".join(json.dumps(document).encode() + b"\n" for document in documents)


def test_the_least_start_and_the_growth_between_both_runs_count() -> None:
    assert endurance._read(lines(*WHOLE)) == Endurance(calls=1500, growth_bytes=10 * 1024, start_ms=40, bare_start_ms=11)


STEADY = taken("steady", returned=1200) | {"held": [5000, 9000, 11000]}


def test_what_a_program_counts_itself_is_exact() -> None:
    whole = Endurance(calls=600, growth_bytes=4000, start_ms=40, bare_start_ms=11, exact=True)
    assert endurance._read(lines(*WHOLE[:2], STEADY, *WHOLE[4:])) == whole
    assert endurance._read(lines(*WHOLE[:2], STEADY | {"held": [5000, 4000, 90000]})) == replace(whole, growth_bytes=0, bare_start_ms=None)


@pytest.mark.parametrize("broken", [{"held": [5000, 6000]}, {"returned": 1199}], ids=["it does not count", "a call went wrong"])
def test_a_count_that_is_not_whole_counts_for_nothing(broken: dict[str, Any]) -> None:
    assert endurance._read(lines(*WHOLE[:2], STEADY | broken)) is None


def test_a_compiled_program_has_no_bare_start_and_a_smaller_peak_is_no_growth() -> None:
    shrunk = (*WHOLE[:3], WHOLE[3] | {"peak_kib": 900})
    assert endurance._read(lines(*shrunk)) == Endurance(calls=1500, growth_bytes=0, start_ms=40, bare_start_ms=None)


@pytest.mark.parametrize(
    "documents",
    [
        pytest.param(WHOLE[:3], id="no long run"),
        pytest.param((*WHOLE[:3], WHOLE[3] | {"exit_code": 1}), id="it broke"),
        pytest.param((*WHOLE[:3], WHOLE[3] | {"returned": 2499}), id="a call went wrong"),
    ],
)
def test_a_run_that_did_not_come_to_its_end_measures_nothing(documents: tuple[dict[str, Any], ...]) -> None:
    assert endurance._read(lines(*documents)) is None


def test_the_meter_says_what_a_command_took(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in").write_text('{"returned"}\n{"id":1,"measured":{"bytes":77}}\n{"returned"}\n')
    big = "import sys; kept = b'x' * 50_000_000; sys.stdout.write(sys.stdin.read()); sys.exit(3)"
    plan = [
        {"name": "big", "argv": [sys.executable, "-c", big], "stdin": str(tmp_path / "in")},
        {"name": "small", "argv": [sys.executable, "-c", "pass"], "stdin": None},
    ]
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    meter.main(str(tmp_path / "plan.json"))
    large, small = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (large["name"], large["exit_code"], large["returned"], large["held"]) == ("big", 3, 2, [77])
    assert (small["name"], small["exit_code"], small["returned"]) == ("small", 0, 0)
    assert large["peak_kib"] > 48_000


@pytest.mark.parametrize(("image", "description"), [("somebody/sdk@sha256:0", DESCRIPTION), ("toolbox", json.dumps(WRITES_ONLY).encode())])
def test_what_can_not_be_measured_is_not(image: str, description: bytes, tmp_path: Path) -> None:
    plan = plan_exercise(load(description), description, recipe=RECIPE, seed=1, exchange="small")

    def nowhere(_: Path) -> Any:
        raise AssertionError("nothing is served")

    with ProcessRunner(state=tmp_path / "state") as runner:
        assert endure(Program(argv=("x",), folder=tmp_path, image=image), plan, runner, tmp_path, nowhere) is None


def test_the_long_run_takes_the_longest_answer_of_a_call_that_is_known_to_return() -> None:
    plan = plan_exercise(load(DESCRIPTION), DESCRIPTION, recipe=RECIPE, seed=1, exchange="small")
    longest = endurance._call_of(plan, None)
    assert longest is not None
    others = frozenset(call.lane for call in plan.calls) - {longest.lane}
    chosen = endurance._call_of(plan, others)
    assert chosen is not None
    assert len(chosen.answer.planned.body) <= len(longest.answer.planned.body)
    assert chosen.lane != longest.lane
    assert endurance._call_of(plan, frozenset()) is None
