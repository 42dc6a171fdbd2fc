"""Builds a generated SDK and installs it as a stranger would, in whichever language it is."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from certification.isolation.runner import Input, Job, Network, Service
from certification.sdks import go, python, typescript
from certification.sdks.index import serve
from certification.sdks.package import indexed
from certification.sdks.tree import write
from sdkgen.language import Language
from sdkgen.source import SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certification.evidence.record import BuildStep
    from certification.isolation.runner import Endpoint, Runner
    from certification.model import SdkPackage
    from certification.sdks.index import IndexFile, PackageVersion
    from certification.sdks.program import Program
    from sdkgen.source import SdkSource


def build(source: SdkSource, runner: Runner, folder: Path) -> tuple[SdkPackage | None, tuple[BuildStep, ...]]:
    """Build the artefacts into ``folder/packages`` (their paths are relative to ``folder``) and check types strictly.

    ``folder`` is empty or does not exist. The same source gives the same bytes, in every isolation. ``None`` stands for the package
    where the source does not build; the steps say why.

    Raises:
        BuildError: a tool is missing, or the source's paths are not allowed.
        IsolationError: a job can't be started.
    """
    match source.language:
        case Language.PYTHON:
            return python.build(source, runner, folder)
        case Language.TYPESCRIPT:
            return typescript.build(source, runner, folder)
        case Language.GO:
            return go.build(source, runner, folder)


def install(built: SdkPackage, source: SdkSource, runner: Runner, folder: Path) -> tuple[Program | None, tuple[BuildStep, ...]]:
    """Install the package from a registry that offers nothing else into a clean environment, ``folder/consumer``.

    The language's own tool does it. Then the source's harness program is type-checked and made ready against the installed package;
    ``None`` stands for it where the package does not install, the program does not build, or there is none.

    Raises:
        BuildError: a tool is missing, or a built file is gone or changed.
        IsolationError: a job can't be started.
        SandboxError: the registry does not start.
    """
    consumer = folder / "consumer"
    consumer.mkdir(parents=True, exist_ok=True)
    version = indexed(built, folder)
    with _registry(runner, folder / "registry") as (endpoint, tree):
        _offer(_index(built.language, version, endpoint.url), tree)
        match source.language:
            case Language.PYTHON:
                return python.install(source, runner, consumer, endpoint)
            case Language.TYPESCRIPT:
                return typescript.install(source, runner, consumer, endpoint)
            case Language.GO:
                return go.install(source, runner, consumer, endpoint)


def _index(language: Language, version: PackageVersion, base_url: str) -> tuple[IndexFile, ...]:
    match language:
        case Language.PYTHON:
            return python.index(version)
        case Language.TYPESCRIPT:
            return typescript.index(version, base_url=base_url)
        case Language.GO:
            return go.index(version)


@contextmanager
def _registry(runner: Runner, folder: Path) -> Iterator[tuple[Endpoint, Path]]:
    """A registry that serves what is in its tree at the moment of each request, so that the tree may name the registry's address."""
    tree = folder / "tree"
    tree.mkdir(parents=True, exist_ok=True)
    argv = ("python", "serve.py", "--folder", "tree", "--host", "{host}", "--port", "{port}")
    program = Input(name="serve.py", source=Path(serve.__file__))
    job = Job(name="staging-registry", argv=argv, folder=folder, inputs=(program,), network=Network.INTERNAL)
    with runner.serve(Service(job=job)) as endpoint:
        yield endpoint, tree


def _offer(files: tuple[IndexFile, ...], tree: Path) -> None:
    write((SourceFile(path=file.path, content=file.content) for file in files), tree)
