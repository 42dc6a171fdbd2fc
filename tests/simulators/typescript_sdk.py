"""A TypeScript SDK as its user has it: compiled, installed, and driven through its harness."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sdkgen.source import SdkSource

REPOSITORY = Path(__file__).resolve().parents[2]
NODE = Path(sys.prefix) / "bin" / "node"
COMPILER = REPOSITORY / "certification" / "sdks" / "toolchain" / "node_modules" / "typescript" / "bin" / "tsc"

_IMPORTS = re.compile(r'from "(\./[^"]+|\.\./[^"]+)"')

_CONSUMER = {
    "compilerOptions": {
        "noEmit": True,
        "strict": True,
        "exactOptionalPropertyTypes": True,
        "noUncheckedIndexedAccess": True,
        "skipLibCheck": False,
        "target": "es2022",
        "module": "nodenext",
        "lib": ["es2022", "dom", "dom.iterable"],
        "types": [],
    },
}
"""How a careful user compiles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """A package in a ``node_modules`` folder, with the harness beside it."""

    folder: Path
    package: Path

    def node(self, program: str, lines: str = "") -> str:
        """Run a module in the folder and give back what it prints."""
        (self.folder / "program.mjs").write_text(program, encoding="utf-8")
        ended = subprocess.run(
            (NODE, "program.mjs"), cwd=self.folder, input=lines, capture_output=True, text=True, timeout=120, check=False
        )
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    def type_errors(self, *programs: str) -> str:
        """What the compiler says of programs that use the package."""
        names = [f"consumer{at}.mts" for at in range(len(programs))]
        for name, text in zip(names, programs, strict=True):
            (self.folder / name).write_text(text, encoding="utf-8")
        (self.folder / "node.d.ts").write_text("declare const process: { env: Record<string, string | undefined> };", encoding="utf-8")
        settings = {**_CONSUMER, "files": ["node.d.ts", *names]}
        (self.folder / "tsconfig.json").write_text(json.dumps(settings), encoding="utf-8")
        checked = (NODE, COMPILER, "-p", str(self.folder))
        return subprocess.run(checked, capture_output=True, text=True, timeout=120, check=False).stdout


def write(source: SdkSource, folder: Path) -> Path:
    """The package's files in its place below ``node_modules``."""
    package = folder / "node_modules" / source.package
    for file in source.files:
        path = package / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)
    for file in source.harness:
        (folder / file.path).write_bytes(file.content)
    return package


def compiled(source: SdkSource, folder: Path) -> Installed:
    """Compile the package as its own settings say; nothing may be wrong."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    package = write(source, folder)
    ended = subprocess.run((NODE, COMPILER, "-p", str(package)), capture_output=True, text=True, timeout=300, check=False)
    assert ended.returncode == 0, ended.stdout[:3000]
    return Installed(folder=folder, package=package)


def exact(text: str) -> Any:
    """JSON in which every number keeps its digits."""
    return json.loads(text, parse_float=Decimal)


@contextmanager
def conversation(installed: Installed, text: str = "") -> Iterator[Callable[[str], str]]:
    """Start a program (the harness, unless told otherwise) that answers each line with one line.

    It ends by itself, and well, at the end of its input.
    """
    name = "harness.mjs"
    if text:
        name = "conversation.mjs"
        (installed.folder / name).write_text(text, encoding="utf-8")
    process = subprocess.Popen(
        (NODE, name), cwd=installed.folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8", bufsize=1
    )
    assert process.stdin is not None
    assert process.stdout is not None
    asked, answered = process.stdin, process.stdout

    def ask(line: str) -> str:
        asked.write(line + "\n")
        return answered.readline()

    try:
        yield ask
        asked.close()
        assert process.wait(timeout=10) == 0
    finally:
        process.kill()
        process.wait()
        answered.close()


@dataclass(frozen=True, slots=True)
class Harness:
    """A running harness: documents in, documents out."""

    line: Callable[[str], str]

    def ask(self, document: str | dict[str, Any]) -> Any:
        """One document's answer."""
        return exact(self.line(document if isinstance(document, str) else json.dumps(document)))

    def ask_all(self, documents: Iterable[str | dict[str, Any]]) -> Iterator[Any]:
        """Every document's answer, one after the other."""
        return map(self.ask, documents)


@contextmanager
def harness(installed: Installed) -> Iterator[Harness]:
    """Start the harness."""
    with conversation(installed) as line:
        yield Harness(line)


def readme_programs(installed: Installed) -> tuple[str, ...]:
    """The programs that the package's README shows."""
    text = (installed.package / "README.md").read_text(encoding="utf-8")
    return tuple(block.partition("\n```")[0] for block in text.split("```ts\n")[1:])


def reached(package: Path, *names: str) -> set[str]:
    """The compiled modules that these lead to."""
    waiting = [(package / "dist" / name).resolve() for name in names]
    found: set[Path] = set()
    while waiting:
        module = waiting.pop()
        if module not in found:
            found.add(module)
            waiting += [(module.parent / each).resolve() for each in _IMPORTS.findall(module.read_text(encoding="utf-8"))]
    return {module.name for module in found}


def program(name: str) -> str:
    """The text of a program in ``tests/sdkgen/typescript/programs``."""
    return (REPOSITORY / "tests" / "sdkgen" / "typescript" / "programs" / name).read_text(encoding="utf-8")
