"""Builds TypeScript SDKs: the compiler in strict mode, then the tarball that npm takes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from certification.isolation.runner import Job, Network
from certification.sdks.archive import tar_gz_bytes
from certification.sdks.index import ArtefactContent, IndexFile, PackageVersion, npm_packument
from certification.sdks.package import package
from certification.sdks.program import Program
from certification.sdks.step import Ended, run_step
from certification.sdks.tree import write
from sdkgen.source import SourceFile

if TYPE_CHECKING:
    from certification.evidence.record import BuildStep
    from certification.isolation.runner import Endpoint, Runner
    from certification.model import SdkPackage
    from sdkgen.source import SdkSource

TOOLS = Path(__file__).parent / "toolchain" / "node_modules" / ".bin"
"""Where ``make setup`` puts ``tsc``: what a process runner needs beside the interpreter's own tools."""

_PACKED = ("package.json", "README.md", "LICENSE", "LICENSE.txt", "CHANGELOG.md")
_PACKED_FOLDERS = ("dist/", "src/")
_CONSUMER = ("--noEmit", "--strict", "--target", "es2022", "--module", "nodenext", "--pretty", "false", "--ignoreConfig")
"""How a careful user compiles: strictly, declarations of libraries included."""

_ENVIRONMENT = (
    ("NPM_CONFIG_AUDIT", "false"),
    ("NPM_CONFIG_FUND", "false"),
    ("NPM_CONFIG_UPDATE_NOTIFIER", "false"),
    ("NPM_CONFIG_IGNORE_SCRIPTS", "true"),
    ("NPM_CONFIG_PROGRESS", "false"),
    ("NO_COLOR", "1"),
)


def build(source: SdkSource, runner: Runner, folder: Path) -> tuple[SdkPackage | None, tuple[BuildStep, ...]]:
    """See ``certification.sdks.build``."""
    workshop = folder / "build"
    write(source.files, workshop)
    built = _step(runner, workshop, "build", ("tsc", "--project", "tsconfig.json", "--strict", "--pretty", "false"))
    if not built.succeeded:
        return None, (built.step,)
    content = ArtefactContent(kind="npm-tarball", name=f"{_file_name(source)}-{source.version}.tgz", content=_tarball(source, workshop))
    return package(source, (content,), folder), (built.step,)


def index(version: PackageVersion, *, base_url: str) -> tuple[IndexFile, ...]:
    """The staging registry of one package."""
    return npm_packument((version,), base_url=base_url)


def install(source: SdkSource, runner: Runner, folder: Path, registry: Endpoint) -> tuple[Program | None, tuple[BuildStep, ...]]:
    """See ``certification.sdks.install``."""
    write(source.harness or (SourceFile(path="package.json", content=b'{"private": true}\n'),), folder)
    wanted = ("npm", "install", "--registry", registry.url, "--loglevel", "warn", f"{source.package}@{source.version}")
    installed = _step(runner, folder, "install", wanted, network=Network.INTERNAL)
    if not installed.succeeded:
        return None, (installed.step,)
    write((_consumer(source),), folder)
    checked = _step(runner, folder, "consumer-type-check", ("tsc", *_CONSUMER, "consumer.ts"))
    program = Program(argv=("node", _entry(source)), folder=folder) if source.harness else None
    return program, (installed.step, checked.step)


def _step(runner: Runner, folder: Path, name: str, argv: tuple[str, ...], *, network: Network = Network.NONE) -> Ended:
    job = Job(name=f"typescript-{name}", argv=argv, folder=folder, environment=_ENVIRONMENT, network=network)
    return run_step(runner, job, name=name)


def _tarball(source: SdkSource, workshop: Path) -> bytes:
    """What ``npm pack`` would take by the names that npm always takes, and dist and src; all below ``package/``."""
    compiled = sorted(path for path in (workshop / "dist").rglob("*") if path.is_file())
    files = {path.relative_to(workshop).as_posix(): path.read_bytes() for path in compiled}
    files |= {file.path: file.content for file in source.files if file.path in _PACKED or file.path.startswith(_PACKED_FOLDERS)}
    return tar_gz_bytes(SourceFile(path=f"package/{path}", content=files[path]) for path in sorted(files))


def _consumer(source: SdkSource) -> SourceFile:
    """A program that imports whatever the package exports as a module."""
    manifest = next((file.content for file in source.files if file.path == "package.json"), b"{}")
    exports = json.loads(manifest).get("exports")
    paths = (
        [path for path, target in exports.items() if path.startswith(".") and isinstance(target, dict)] if isinstance(exports, dict) else []
    )
    modules = [f"{source.package}{path[1:]}" for path in paths or ["."]]
    lines = [f"import * as part{index} from {json.dumps(module)};\n" for index, module in enumerate(modules)]
    names = ", ".join(f"part{index}" for index in range(len(modules)))
    return SourceFile(path="consumer.ts", content=f"{''.join(lines)}export default [{names}];\n".encode())


def _file_name(source: SdkSource) -> str:
    """``@scope/name`` as ``scope-name``, as ``npm pack`` names it."""
    return source.package.removeprefix("@").replace("/", "-")


def _entry(source: SdkSource) -> str:
    paths = [file.path for file in source.harness if file.path.endswith((".mjs", ".js"))]
    return next((path for path in paths if path.rpartition("/")[2].startswith(("main.", "harness."))), paths[0])
