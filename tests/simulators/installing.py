"""Plain pip, npm and go that install from an index into empty projects, with nothing of this machine's own settings."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_BINARIES = Path(sys.executable).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project with a package installed, and the command that runs its program."""

    folder: Path
    program: Path
    command: tuple[str, ...]
    environment: dict[str, str]

    def run(self, source: str, **variables: str) -> str:
        """Write the program, run it, and give what it prints."""
        self.program.write_text(source)
        environment = self.environment | variables
        ended = subprocess.run(self.command, check=False, cwd=self.folder, env=environment, capture_output=True, text=True)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout + ended.stderr

    def shell(self, command: str) -> str:
        """Give a command line in the project's folder, as a person would; what it prints."""
        ended = subprocess.run(("bash", "-c", command), check=False, cwd=self.folder, env=self.environment, capture_output=True, text=True)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout


def with_pip(folder: Path, index: str, package: str) -> Project:
    """A Python project."""
    site = folder / "site"
    folder.mkdir()
    options = ("-q", "--isolated", "--disable-pip-version-check", "--no-cache-dir", "--index-url", index, "--target", str(site))
    _run((sys.executable, "-m", "pip", "install", *options, package), folder, _clean(folder))
    program = folder / "main.py"
    command = (sys.executable, str(program))
    environment = _clean(folder) | {"PYTHONPATH": str(site), "PIP_INDEX_URL": index, "PIP_CONFIG_FILE": os.devnull}
    return Project(folder=folder, program=program, command=command, environment=environment)


def with_npm(folder: Path, registry: str, package: str) -> Project:
    """A Node.js project."""
    folder.mkdir()
    environment = _clean(folder) | {"npm_config_cache": str(folder / "npm-cache"), "npm_config_registry": registry}
    options = ("--silent", "--no-audit", "--no-fund", f"--registry={registry}")
    _run((str(_BINARIES / "npm"), "install", *options, package), folder, environment)
    program = folder / "main.mjs"
    return Project(folder=folder, program=program, command=(str(_BINARIES / "node"), str(program)), environment=environment)


def with_go(folder: Path, proxy: str, module: str) -> Project:
    """A Go project. Compiled packages of the standard library are shared with other builds on this machine; nothing else is."""
    folder.mkdir()
    environment = _clean(folder) | {
        "GOPROXY": proxy,
        "GONOSUMDB": "*",
        "GOFLAGS": "-mod=mod -modcacherw",
        "GOTOOLCHAIN": "local",
        "GOCACHE": str(Path.home() / ".cache" / "go-build"),
    }
    tool = str(_BINARIES / "go")
    _run((tool, "mod", "init", "try.test/it"), folder, environment)
    _run((tool, "get", module if "@" in module else f"{module}@latest"), folder, environment)
    return Project(folder=folder, program=folder / "main.go", command=(tool, "run", "."), environment=environment)


def _clean(folder: Path) -> dict[str, str]:
    return {"PATH": f"{_BINARIES}{os.pathsep}{os.environ['PATH']}", "HOME": str(folder)}


def _run(command: tuple[str, ...], folder: Path, environment: dict[str, str]) -> None:
    ended = subprocess.run(command, check=False, cwd=folder, env=environment, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr
