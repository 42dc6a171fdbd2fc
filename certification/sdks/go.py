"""Builds Go SDKs: vet and build, then the module zip that a Go proxy hands out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certification.isolation.runner import Job, Network
from certification.sdks.archive import EPOCH_S, zip_bytes
from certification.sdks.index import ArtefactContent, IndexFile, PackageVersion, go_proxy_tree
from certification.sdks.package import package
from certification.sdks.program import Program
from certification.sdks.step import Ended, run_step
from certification.sdks.tree import write
from sdkgen.source import SourceFile

if TYPE_CHECKING:
    from pathlib import Path

    from certification.evidence.record import BuildStep
    from certification.isolation.runner import Endpoint, Runner
    from certification.model import SdkPackage
    from sdkgen.source import SdkSource

_EVERYWHERE = (
    ("CGO_ENABLED", "0"),
    ("GONOSUMCHECK", "1"),
    ("GONOSUMDB", "*"),
    ("GOSUMDB", "off"),
    ("GOTELEMETRY", "off"),
    ("GOTOOLCHAIN", "local"),
    ("GOWORK", "off"),
    ("SOURCE_DATE_EPOCH", str(EPOCH_S)),
)
# Without the paths of a job's own temporary folders in its objects, Go's cache serves the next job, and the next run, as well.
_ENVIRONMENT = (*_EVERYWHERE, ("GOFLAGS", "-mod=mod -trimpath"))
OFFLINE = (*_EVERYWHERE, ("GOPROXY", "off"))
"""What a job's Go sees that has all its modules beside it."""


def build(source: SdkSource, runner: Runner, folder: Path) -> tuple[SdkPackage | None, tuple[BuildStep, ...]]:
    """See ``certification.sdks.build``."""
    workshop = folder / "build"
    write(source.files, workshop)
    built = _step(runner, workshop, "build", ("go", "build", "./..."))
    if not built.succeeded:
        return None, (built.step,)
    vetted = _step(runner, workshop, "vet", ("go", "vet", "./..."))
    content = ArtefactContent(kind="go-module-zip", name=f"{_short_name(source)}-v{source.version}.zip", content=module_zip(source))
    return package(source, (content,), folder), (built.step, vetted.step)


def module_zip(source: SdkSource) -> bytes:
    """The module as Go's zip format wants it: every file below ``<module>@v<version>/``, nested modules left out.

    See go.dev/ref/mod#zip-files.
    """
    nested = {file.path.removesuffix("go.mod") for file in source.files if file.path.endswith("/go.mod")}
    root = f"{source.package}@v{source.version}"
    kept = (file for file in source.files if not any(file.path.startswith(folder) for folder in nested))
    return zip_bytes(SourceFile(path=f"{root}/{file.path}", content=file.content) for file in sorted(kept, key=lambda file: file.path))


def index(version: PackageVersion) -> tuple[IndexFile, ...]:
    """The staging proxy of one module."""
    return go_proxy_tree((version,))


def install(source: SdkSource, runner: Runner, folder: Path, registry: Endpoint) -> tuple[Program | None, tuple[BuildStep, ...]]:
    """See ``certification.sdks.install``."""
    write(source.harness or (SourceFile(path="go.mod", content=b"module example.com/consumer\n"),), folder)
    proxy = (("GOPROXY", registry.url),)
    installed = _step(runner, folder, "install", ("go", "get", f"{source.package}@v{source.version}"), proxy=proxy)
    if not (source.harness and installed.succeeded):
        return None, (installed.step,)
    vetted = _step(runner, folder, "consumer-vet", ("go", "vet", "."), proxy=proxy)
    made = _step(runner, folder, "consumer-build", ("go", "build", "-o", "harness-program", "."), proxy=proxy)
    program = Program(argv=("./harness-program",), folder=folder) if made.succeeded else None
    return program, (installed.step, vetted.step, made.step)


def _step(runner: Runner, folder: Path, name: str, argv: tuple[str, ...], *, proxy: tuple[tuple[str, str], ...] = ()) -> Ended:
    environment = (*_ENVIRONMENT, *(proxy or (("GOPROXY", "off"),)))
    network = Network.INTERNAL if proxy else Network.NONE
    return run_step(runner, Job(name=f"go-{name}", argv=argv, folder=folder, environment=environment, network=network), name=name)


def _short_name(source: SdkSource) -> str:
    return source.package.rpartition("/")[2]
