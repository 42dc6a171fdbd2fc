"""What the tools of Go's own ecosystem say of a module: staticcheck with all its checks; gofmt and vet are asked wherever one is built."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.simulators.go_sdk import GoSdk, go_root

pytestmark = pytest.mark.toolchain

STATICCHECK = "honnef.co/go/tools/cmd/staticcheck@v0.8.2"


@pytest.fixture(scope="session")
def staticcheck(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """The tool in a pinned version, and the environment that it runs in."""
    folder = tmp_path_factory.mktemp("staticcheck")
    binaries = go_root() / "bin"
    environment = dict(os.environ) | {
        "GOBIN": str(folder),
        "GOFLAGS": "-mod=mod",
        "GOTOOLCHAIN": "local",
        "GOROOT": str(go_root()),
        "CGO_ENABLED": "0",
        "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}",
    }
    ended = subprocess.run((str(binaries / "go"), "install", STATICCHECK), env=environment, capture_output=True, text=True, check=False)
    if ended.returncode:
        pytest.skip(f"staticcheck can't be had from a Go module proxy: {ended.stderr.strip().splitlines()[-1][:200]}")
    return folder / "staticcheck", environment


def test_staticcheck_finds_nothing(built: GoSdk, staticcheck: tuple[Path, dict[str, str]]) -> None:
    program, environment = staticcheck
    command = (str(program), "-checks", "all", "./...")
    ended = subprocess.run(command, cwd=built.sdk, env=environment | {"GOPROXY": "off"}, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout + ended.stderr) == (0, "")
