"""Whether the command that a finding gives shows the same once more."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

_TIMEOUT_S = 180.0


def shown_again(command: str, folder: Path) -> bool:
    """Give the command in the folder of its evidence: our own say by exit code 1 that they saw the same, ``curl`` prints an answer."""
    words = shlex.split(command)
    if not words:
        return False
    here = Path(sys.executable).parent
    program = str(here / words[0]) if (here / words[0]).exists() else words[0]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent)}
    folder.mkdir(parents=True, exist_ok=True)
    try:
        ended = subprocess.run([program, *words[1:]], cwd=folder, env=environment, capture_output=True, check=False, timeout=_TIMEOUT_S)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return ended.returncode == 0 and bool(ended.stdout) if words[0] == "curl" else ended.returncode == 1
