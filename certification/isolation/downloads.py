"""Downloads locked packages once for what is asked of them; the host does it, so that jobs and image builds need no network."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from certification.errors import IsolationError
from certification.isolation import staging

_GLIBC = ("2_35", "2_34", "2_31", "2_28", "2_27", "2_26", "2_24", "2_17", "2_12", "2_5")
_TOOL_TIMEOUT_S = 600

NPM_CI = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent")
"""How npm installs what a lock pins: exactly that, running nothing of it."""


def wheels(lock: Path, *, python: str, machine: str, folder: Path) -> Path:
    """A folder with a lock's wheels for one Python, downloaded once below ``folder``. Nothing of them is run.

    Args:
        lock: requirements with hashes.
        python: the Python's version, such as ``3.12``.
        machine: the machine's architecture, such as ``x86_64``.
        folder: where downloads are kept.

    Raises:
        IsolationError: they can't be downloaded; with the last line that pip printed.
    """
    key = hashlib.sha256(f"{python} {machine} {lock.read_text()}".encode()).hexdigest()[:16]
    tag = "cp" + python.replace(".", "")
    platforms = [f"manylinux_{version}_{machine}" for version in _GLIBC] + [
        f"manylinux2014_{machine}",
        f"linux_{machine}",
        "any",
    ]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"]
    command += [
        "--only-binary=:all:",
        "--python-version",
        python,
        "--implementation",
        "cp",
        "--abi",
        tag,
        "--abi",
        "abi3",
        "--abi",
        "none",
    ]
    command += [word for platform in platforms for word in ("--platform", platform)]
    return made(folder / f"wheels-{key}", [*command, "--requirement", str(lock), "--dest", "."])


def node_modules(project: Path, *, folder: Path) -> Path:
    """The ``node_modules`` of a project's ``package.json`` and ``package-lock.json``, downloaded once below ``folder``.

    No script of any package is run.

    Raises:
        IsolationError: they can't be downloaded; with the last line that npm printed.
    """
    lock, manifest = project / "package-lock.json", project / "package.json"
    key = hashlib.sha256(lock.read_bytes() + manifest.read_bytes()).hexdigest()[:16]
    npm = shutil.which("npm", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])) or "npm"
    command = [npm, *NPM_CI]
    return made(folder / f"node-{key}", command, inputs=(manifest, lock)) / "node_modules"


def vendored(files: tuple[Path, ...], *, folder: Path) -> Path:
    """The ``vendor`` folder of a Go program: the source of all modules that it needs, downloaded once below ``folder``.

    Nothing of them is built or run, and no version control is asked: they come from the module proxy, by the digests of ``go.sum``.

    Args:
        files: the program's own: ``go.mod``, ``go.sum`` and its source.
        folder: where downloads are kept.

    Raises:
        IsolationError: they can't be downloaded; with the last line that Go printed.
    """
    needed = tuple(sorted(file for file in files if file.suffix == ".go" or file.name in {"go.mod", "go.sum"}))
    key = hashlib.sha256(b"".join(file.name.encode() + b"\0" + file.read_bytes() + b"\0" for file in needed)).hexdigest()[:16]
    go = shutil.which("go", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])) or "go"
    settings = ("GOTOOLCHAIN=local", "GOVCS=*:off", "GOWORK=off", "GOFLAGS=-mod=readonly", "GOTELEMETRY=off")
    return made(folder / f"go-{key}", ["env", *settings, go, "mod", "vendor"], inputs=needed) / "vendor"


def made(folder: Path, command: list[str], inputs: tuple[Path, ...] = ()) -> Path:
    """The folder that the command fills when run in it; whole or not there, however many make it at a time.

    Raises:
        IsolationError: the command failed; with the last line that it printed.
    """
    if folder.is_dir():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f"{folder.name}-", dir=folder.parent))
    try:
        for given in inputs:
            shutil.copy(given, draft)
        subprocess.run(command, cwd=draft, check=True, capture_output=True, timeout=_TOOL_TIMEOUT_S, stdin=subprocess.DEVNULL)
        with suppress(OSError):  # another run was faster
            draft.rename(folder)
    except (OSError, subprocess.SubprocessError) as error:
        printed = getattr(error, "stderr", None) or b""
        last = printed.decode(errors="replace").strip().rpartition("\n")[2] or str(error)
        raise IsolationError(f"what jobs need can't be downloaded: {last}; look at the package registry's settings") from error
    finally:
        staging.remove(draft)
    return folder
