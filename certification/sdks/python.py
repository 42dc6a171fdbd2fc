"""Builds Python SDKs: wheel and sdist through hatchling, mypy in strict mode over the source and over the consumer's program."""

from __future__ import annotations

import io
import shutil
import tarfile
import tomllib
import zipfile
from typing import TYPE_CHECKING

from certification.isolation.runner import Job, Network
from certification.sdks.archive import EPOCH_S, tar_gz_bytes, zip_bytes
from certification.sdks.index import ArtefactContent, IndexFile, PackageVersion, simple_index
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

_ENVIRONMENT = (
    ("PIP_CONFIG_FILE", "/dev/null"),
    ("PIP_DISABLE_PIP_VERSION_CHECK", "1"),
    ("PIP_NO_CACHE_DIR", "1"),
    ("PIP_NO_INPUT", "1"),
    ("PYTHONHASHSEED", "0"),
    ("SOURCE_DATE_EPOCH", str(EPOCH_S)),
)
_MYPY = ("mypy", "--strict", "--config-file=", "--no-color-output", "--no-error-summary", "--cache-dir=.mypy_cache")


def build(source: SdkSource, runner: Runner, folder: Path) -> tuple[SdkPackage | None, tuple[BuildStep, ...]]:
    """See ``certification.sdks.build``."""
    workshop = folder / "build"
    write(source.files, workshop)
    built = _step(runner, workshop, "build", ("python", "-m", "hatchling", "build", "-d", "out"))
    contents = _artefacts(workshop / "out") if built.succeeded else ()
    shutil.rmtree(workshop / "out", ignore_errors=True)
    if not contents:
        return None, (built.step,)
    checked = _step(runner, workshop, "type-check", (*_MYPY, *_typed_folders(source)))
    return package(source, contents, folder), (built.step, checked.step)


def index(version: PackageVersion) -> tuple[IndexFile, ...]:
    """The staging index of one package."""
    return simple_index((version,))


def install(source: SdkSource, runner: Runner, folder: Path, registry: Endpoint) -> tuple[Program | None, tuple[BuildStep, ...]]:
    """See ``certification.sdks.install``."""
    write(source.harness, folder / "harness")
    host = registry.url.partition("://")[2].partition(":")[0]
    made = _step(runner, folder, "environment", ("python", "-m", "venv", "--without-pip", "venv"))
    pip = ("python", "-m", "pip", "--python", "venv/bin/python", "install", "--no-color", "--progress-bar", "off")
    wanted = ("--index-url", f"{registry.url}/simple/", "--trusted-host", host, f"{source.package}=={source.version}")
    alone = ("--no-deps",) if _dependencies(source) else ()
    installed = _step(runner, folder, "install", (*pip, *alone, *wanted), network=Network.INTERNAL)
    steps = (made.step, installed.step)
    if not installed.succeeded:
        return None, steps
    write((_consumer(source),), folder)
    checked = _step(runner, folder, "consumer-type-check", (*_MYPY, "--python-executable", "venv/bin/python", "consumer.py"))
    program = Program(argv=("venv/bin/python", _entry(source)), folder=folder) if source.harness else None
    return program, (*steps, checked.step)


def _step(runner: Runner, folder: Path, name: str, argv: tuple[str, ...], *, network: Network = Network.NONE) -> Ended:
    job = Job(name=f"python-{name}", argv=argv, folder=folder, environment=_ENVIRONMENT, network=network)
    return run_step(runner, job, name=name)


def _typed_folders(source: SdkSource) -> tuple[str, ...]:
    """The packages that promise types; without any, the whole tree."""
    typed = tuple(file.path.rpartition("/")[0] for file in source.files if file.path.endswith("/py.typed"))
    return typed or (".",)


def _dependencies(source: SdkSource) -> list[str]:
    """What the package asks for beside itself: the staging index does not offer it. Our own SDKs ask for nothing."""
    content = next((file.content for file in source.files if file.path == "pyproject.toml"), b"")
    try:
        project = tomllib.loads(content.decode()).get("project", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return []
    return [str(each) for each in project.get("dependencies", ())]


def _consumer(source: SdkSource) -> SourceFile:
    """A program that uses every package that promises types, and its extensions.

    mypy refuses it where an installed package forgot its marker or a module.
    """
    names = sorted(file.path.split("/")[-2] for file in source.files if file.path.endswith("/py.typed"))
    names += [_module(file.path) for file in source.files if source.extensions and file.path.startswith(f"{source.extensions}/")]
    names = [name for name in names if name]
    return SourceFile(path="consumer.py", content="".join(f"import {name}\n\nprint({name}.__name__)\n" for name in names).encode())


def _module(path: str) -> str:
    """What the module is imported by whose source is there; empty where it is none."""
    words = path.removeprefix("src/").removesuffix(".py").removesuffix("/__init__").split("/")
    return ".".join(words) if path.endswith(".py") and all(word.isidentifier() for word in words) else ""


def _entry(source: SdkSource) -> str:
    paths = [file.path for file in source.harness if file.path.endswith(".py")]
    main = next((path for path in paths if path.rpartition("/")[2] in {"__main__.py", "main.py", "harness.py"}), paths[0])
    return f"harness/{main}"


def _artefacts(folder: Path) -> tuple[ArtefactContent, ...]:
    """Wheel and sdist, packed again so that only their content decides about their bytes."""
    wheel = next(iter(sorted(folder.glob("*.whl"))))
    sdist = next(iter(sorted(folder.glob("*.tar.gz"))))
    return (
        ArtefactContent(kind="wheel", name=wheel.name, content=_wheel(wheel.read_bytes())),
        ArtefactContent(kind="sdist", name=sdist.name, content=_sdist(sdist.read_bytes())),
    )


def _wheel(content: bytes) -> bytes:
    """Its files by name, with the metadata last and RECORD at the very end, as the format recommends."""
    with zipfile.ZipFile(io.BytesIO(content)) as wheel:
        files = [SourceFile(path=name, content=wheel.read(name)) for name in wheel.namelist() if not name.endswith("/")]
    return zip_bytes(sorted(files, key=lambda file: (".dist-info/" in file.path, file.path.endswith(".dist-info/RECORD"), file.path)))


def _sdist(content: bytes) -> bytes:
    files = []
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as sdist:
        for member in sdist:
            opened = sdist.extractfile(member)
            if opened is not None:
                files.append(SourceFile(path=member.name, content=opened.read()))
    return tar_gz_bytes(sorted(files, key=lambda file: file.path))
