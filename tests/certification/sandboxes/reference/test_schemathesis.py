"""Plain Schemathesis, all checks and phases, on the exchange without a fault: it finds nothing, and warns of nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from certification.sandboxes.reference.assembly import ReferenceOptions
from certification.sandboxes.reference.serve import serve_reference
from tests.simulators.reference_desk import description_path

REPOSITORY = Path(__file__).resolve().parents[4]
CONFIGURATION = """
[warnings]
fail-on = true
"""


def examined(folder: Path, options: ReferenceOptions, *arguments: str) -> subprocess.CompletedProcess[str]:
    configuration = folder / "schemathesis.toml"
    configuration.write_text(CONFIGURATION)
    with serve_reference(options, environment={}) as url:
        command = (
            *(str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(configuration), "run"),
            *(str(description_path("openapi.yaml")), "--url", url, "--checks", "all", "--continue-on-failure", "--no-color", *arguments),
        )
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "PYTHONPATH": str(REPOSITORY),
            "SCHEMATHESIS_HOOKS": "tests.simulators.schemathesis_signing",
        }
        return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=folder, check=False)


@pytest.mark.toolchain
@pytest.mark.parametrize("seed", [1, 2])
def test_the_contract_tester_finds_nothing(tmp_path: Path, seed: int) -> None:
    ended = examined(tmp_path, ReferenceOptions(), "--max-examples", "5", "--seed", str(seed))
    assert ended.returncode == 0, ended.stdout[-6000:] + ended.stderr[-2000:]
    assert "No issues found" in ended.stdout


@pytest.mark.toolchain
def test_the_contract_tester_finds_what_is_there(tmp_path: Path) -> None:
    options = ReferenceOptions(faults=("missing-required-field",))
    ended = examined(tmp_path, options, "--include-operation-id", "listBalances", "--phases", "coverage", "--seed", "1")
    assert ended.returncode == 1
    assert '"total" is a required property' in ended.stdout
