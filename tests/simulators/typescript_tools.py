"""What runs and judges TypeScript packages beside Node.js and the compiler: installed by ``make tools``, from a lock of their own."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.simulators.typescript_sdk import NODE, REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

_MODULES = REPOSITORY / "tests" / "toolchain" / "node_modules"


def script(name: str) -> tuple[str, ...]:
    """The command of a tool that is written in JavaScript; skips the test where it is not there."""
    return str(NODE), str(_present(_MODULES / ".bin" / name))


def executable(pattern: str) -> str:
    """A tool that comes as one executable for this machine, such as ``@deno/*/deno``; skips the test where it is not there."""
    found = sorted(_MODULES.glob(pattern))
    return str(_present(found[0] if found else _MODULES / pattern))


def browser() -> str:
    """Chromium; skips the test where it is not installed."""
    found = shutil.which("chromium")
    if found is None:
        pytest.skip("no chromium; install the system's package of that name")
    return found


def _present(path: Path) -> Path:
    if not path.exists():
        pytest.skip(f"no {path.relative_to(REPOSITORY)}; run `make tools`")
    return path
