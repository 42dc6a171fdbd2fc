"""Installs a third party's SDK beside its adapter: the host downloads what the lock pins, a job without a network installs it."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from certification.adapters.manifest import Ecosystem, locked_packages, module_digest, normal, requirements
from certification.errors import AdapterError, IsolationError
from certification.evidence.record import BuildStep
from certification.files import digest_of
from certification.isolation.downloads import NPM_CI, node_modules, vendored, wheels
from certification.isolation.runner import Input, Job
from certification.sdks.go import OFFLINE
from certification.sdks.program import Program
from certification.sdks.step import run_step

if TYPE_CHECKING:
    from certification.adapters.manifest import Adapter
    from certification.isolation.runner import Runner

_WHICH_PYTHON = "import json,platform,sys; print(json.dumps(['%d.%d' % sys.version_info[:2], platform.machine()]))"
_PIP = (
    *("python", "-m", "pip", "install", "--no-index", "--find-links", "wheels", "--require-hashes", "--no-deps", "--only-binary=:all:"),
    *("--disable-pip-version-check", "--progress-bar", "off", "--no-color", "--target", "site"),
)


_GO_BUILD = ("go", "build", "-mod=vendor", "-trimpath", "-o", "harness-program", ".")


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """An SDK that was installed, or was not."""

    program: Program | None
    """``None`` where it does not install; the steps say why."""
    steps: tuple[BuildStep, ...]
    digest: str
    """The package's own: ``sha256:…``, ``sha512:…``, of a Go module ``h1:…``."""
    packages: Path | None = None
    """The folder that it and what it needs were installed into; ``None`` where an image holds them."""


def install(adapter: Adapter, runner: Runner, folder: Path, *, downloads: Path, trusted: bool) -> Installed:
    """Install the SDK and copy its adapter beside it.

    Args:
        adapter: read and checked.
        runner: where jobs run.
        folder: gets the adapter's files and the packages; made where it is missing.
        downloads: where downloads are kept between runs.
        trusted: whether a person asked for it to run as a process, with that person's rights.

    Raises:
        AdapterError: its packages can't be had.
        BuildError: a tool is missing.
        IsolationError: a job can't be started.
    """
    _copy(adapter, folder)
    match adapter.manifest.ecosystem:
        case Ecosystem.PYPI:
            return _with_pip(adapter, runner, folder, downloads=downloads, trusted=trusted)
        case Ecosystem.NPM:
            return _with_npm(adapter, folder, downloads=downloads, trusted=trusted)
        case Ecosystem.GO:
            return _with_go(adapter, runner, folder, downloads=downloads, trusted=trusted)
        case Ecosystem.IMAGE:
            return _in_image(adapter, folder)
        case _:
            assert_never(adapter.manifest.ecosystem)


def _copy(adapter: Adapter, folder: Path) -> None:
    for name in adapter.files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(adapter.folder / name, folder / name)


def _with_pip(adapter: Adapter, runner: Runner, folder: Path, *, downloads: Path, trusted: bool) -> Installed:
    python, machine = _python_of(runner, folder)
    try:
        found = wheels(adapter.lock, python=python, machine=machine, folder=downloads)
    except IsolationError as error:
        raise AdapterError(f"{adapter.lock}: {error}") from error
    job = Job(
        name="adapter-install",
        argv=(*_PIP, "--requirement", adapter.lock.name),
        folder=folder,
        inputs=(Input(name="wheels", source=found),),
        environment=(("PIP_CONFIG_FILE", "/dev/null"), ("PIP_NO_CACHE_DIR", "1")),
        trusted=trusted,
    )
    ended = run_step(runner, job, name="install")
    environment = (("PYTHONPATH", "site"), ("PYTHONDONTWRITEBYTECODE", "1"), ("PYTHONHASHSEED", "0"))
    program = Program(argv=adapter.manifest.command, folder=folder, environment=environment, trusted=trusted)
    return Installed(
        program=program if ended.succeeded else None,
        steps=(ended.step,),
        digest=_wheel_digest(adapter, found),
        packages=folder / "site" if ended.succeeded else None,
    )


def _python_of(runner: Runner, folder: Path) -> tuple[str, str]:
    """The version of the Python that jobs meet, and their machine: wheels must fit both."""
    job = Job(name="adapter-python", argv=("python", "-c", _WHICH_PYTHON), folder=folder)
    ended = run_step(runner, job, name="python")
    if not ended.succeeded:
        raise AdapterError(f"jobs have no python that starts: {ended.step.output[-200:]}; run `make setup`, or mend the toolbox image")
    version, machine = json.loads(ended.result.stdout)
    return str(version), str(machine)


def _wheel_digest(adapter: Adapter, found: Path) -> str:
    """The digest of the wheel that was taken of those that the lock allows."""
    wanted = f"{normal(adapter.manifest.package)}=={adapter.manifest.version}"
    allowed = requirements(adapter.lock)[wanted]
    taken = (digest_of(wheel) for wheel in sorted(found.glob("*.whl")))
    return next((f"sha256:{digest}" for digest in taken if digest in allowed), "")


def _with_npm(adapter: Adapter, folder: Path, *, downloads: Path, trusted: bool) -> Installed:
    packages = locked_packages(adapter.lock)
    # Written anew from the lock: an adapter's own package.json could name scripts, workspaces and folders of this machine.
    (folder / "package.json").write_text(json.dumps({"private": True, "dependencies": packages[""]["dependencies"]}, sort_keys=True))
    try:
        found = node_modules(folder, folder=downloads)
    except IsolationError as error:
        raise AdapterError(f"{adapter.lock}: {error}") from error
    shutil.copytree(found, folder / "node_modules", symlinks=True)
    step = BuildStep(name="install", command=("npm", *NPM_CI), exit_code=0, elapsed_ms=0, output="")
    program = Program(argv=adapter.manifest.command, folder=folder, trusted=trusted)
    integrity = str(packages[f"node_modules/{adapter.manifest.package}"]["integrity"])
    return Installed(program=program, steps=(step,), digest=integrity.replace("sha512-", "sha512:", 1), packages=folder / "node_modules")


def _with_go(adapter: Adapter, runner: Runner, folder: Path, *, downloads: Path, trusted: bool) -> Installed:
    """The modules come as source; the job that builds them, beside the adapter's program, has no network and runs nothing of them."""
    digest = module_digest(adapter)
    try:
        found = vendored(tuple(adapter.folder / name for name in adapter.files if "/" not in name), folder=downloads)
    except IsolationError as error:
        raise AdapterError(f"{adapter.lock}: {error}") from error
    shutil.copytree(found, folder / "vendor")
    job = Job(name="adapter-install", argv=_GO_BUILD, folder=folder, environment=OFFLINE, trusted=trusted)
    ended = run_step(runner, job, name="install")
    return Installed(
        program=Program(argv=adapter.manifest.command, folder=folder, trusted=trusted) if ended.succeeded else None,
        steps=(ended.step,),
        digest=digest,
        packages=folder / "vendor",
    )


def _in_image(adapter: Adapter, folder: Path) -> Installed:
    image = adapter.manifest.image or ""
    program = Program(argv=adapter.manifest.command, folder=folder, image=image, trusted=False)
    return Installed(program=program, steps=(), digest=image.partition("@")[2])
