from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = (
    "prefect",
    "pydantic",
    "jinja2",
    "schemathesis",
    "docker",
    "httpx",
    "sqlalchemy",
    "rich",
    "yaml",
    "requests",
    "fastapi",
    "starlette",
)


@pytest.mark.parametrize("module", ["flows.cli", "flows.commands.verify"])
def test_what_must_start_fast_imports_nothing_heavy(module: str) -> None:
    script = f"import sys, {module}; print(*sorted(set(sys.modules) & set(sys.argv[1:])))"
    found = subprocess.run((sys.executable, "-c", script, *HEAVY), capture_output=True, text=True, check=True, timeout=120)
    assert found.stdout.split() == []
