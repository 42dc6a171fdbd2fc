"""Builds the images of ``infra/images`` once for what goes into them, without a network inside the build.

``python -m certification.isolation.images toolbox [--base IMAGE]`` builds by hand; ``--context FOLDER`` only writes the build context.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click
import platformdirs

from certification.errors import CertificationError, IsolationError
from certification.isolation import engine
from certification.isolation.downloads import node_modules, wheels

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docker import DockerClient

_LOG = logging.getLogger(__name__)
_ROOT = Path(__file__).resolve().parents[2]
FOLDER = _ROOT / "infra" / "images"
DEFAULT_BASE = "python:3.12-slim-bookworm"
_TYPESCRIPT = _ROOT / "certification" / "sdks" / "toolchain"
_PROBE = "import json,platform,sys; print(json.dumps([sys.version_info[0], sys.version_info[1], platform.machine()]))"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What goes into one image beside its own folder."""

    name: str
    typescript: bool = False
    """The TypeScript compiler, as node modules."""
    sources: tuple[str, ...] = ()
    """Files and folders of this repository; as few as it runs with, because a change in any makes a new image."""


_REFERENCE = (
    "certification/__init__.py",
    "certification/errors.py",
    "certification/model.py",
    "certification/sandboxes/__init__.py",
    "certification/sandboxes/reference",
    "exchanges/reference",
    "sdkgen/__init__.py",
    "sdkgen/language.py",
)
RECIPES = {
    "toolbox": Recipe(name="toolbox", typescript=True),
    "reference-exchange": Recipe(name="reference-exchange", sources=_REFERENCE),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Base:
    """The image that a build starts from, and what wheels fit its Python."""

    reference: str
    id: str
    python: str
    machine: str


def ensure(name: str, *, client: DockerClient, base: str | None = None, cache: Path | None = None) -> str:
    """The reference of the image, built when no image with the same content is there.

    Args:
        name: a folder of ``infra/images``.
        client: the engine.
        base: the image to start from (Python 3.11+ with ``venv``, glibc); a public one unless given.
        cache: where downloads are kept between builds; the user's cache folder unless given.

    Raises:
        IsolationError: there is no such image, its base can't be had, or the build failed; with the last line that it printed.
    """
    recipe = RECIPES.get(name)
    if recipe is None:
        raise IsolationError(f"image {name} is none of {', '.join(RECIPES)}; name one of them or a full reference")
    base_id = engine.image_id(client, base or DEFAULT_BASE)
    tag = f"certify-{name}:{_digest(recipe, base_id)}"
    if engine.has_image(client, tag):
        return tag
    _LOG.info("building %s from %s; this takes a minute or two, once", tag, base or DEFAULT_BASE)
    with tempfile.TemporaryDirectory(prefix="certify-image-") as folder:
        context = Path(folder) / "context"
        write_context(name, context, client=client, base=base, cache=cache)
        engine.build_image(client, context, tag=tag, base=base or DEFAULT_BASE)
    return tag


def write_context(name: str, context: Path, *, client: DockerClient, base: str | None = None, cache: Path | None = None) -> None:
    """Write everything that the build needs into a new folder.

    Raises:
        IsolationError: the base does not answer, or a download failed.
    """
    recipe = RECIPES[name]
    probed = _probe(client, base or DEFAULT_BASE)
    downloads = (cache or platformdirs.user_cache_path("openxapi-certify")) / "images"
    shutil.copytree(FOLDER / name, context)
    shutil.copytree(
        wheels(context / "requirements.lock", python=probed.python, machine=probed.machine, folder=downloads), context / "wheels"
    )
    if recipe.typescript:
        shutil.copytree(node_modules(_TYPESCRIPT, folder=downloads), context / "node_modules", symlinks=True)
    for source in recipe.sources:
        for path in _files(_ROOT / source):
            target = context / "sources" / path.relative_to(_ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)


def _digest(recipe: Recipe, base_id: str) -> str:
    """Names the content: base, build files and sources."""
    total = hashlib.sha256(base_id.encode())
    folders = [FOLDER / recipe.name, *(_ROOT / source for source in recipe.sources)]
    if recipe.typescript:
        folders.append(_TYPESCRIPT)
    for path in (path for folder in folders for path in _files(folder)):
        total.update(f"{path.relative_to(_ROOT)} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()[:16]


def _files(folder: Path) -> Iterator[Path]:
    """The file itself, or the folder's files in order, without what tools leave in it."""
    if folder.is_file():
        yield folder
    for top, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in {"__pycache__", "node_modules"} and not name.startswith("."))
        yield from (Path(top) / name for name in sorted(names) if not name.startswith("."))


def _probe(client: DockerClient, base: str) -> _Base:
    printed = engine.run_once(client, base, ("python3", "-c", _PROBE))
    try:
        major, minor, machine = json.loads(printed)
    except (ValueError, TypeError) as error:
        raise IsolationError(f"image {base} can't be built on: its python3 says {printed[:80]!r}; name a base with Python 3.11+") from error
    return _Base(reference=base, id=engine.image_id(client, base), python=f"{major}.{minor}", machine=str(machine))


@click.command()
@click.argument("name", type=click.Choice(sorted(RECIPES)))
@click.option("--base", help=f"The image to start from instead of {DEFAULT_BASE}.")
@click.option("--context", type=click.Path(path_type=Path, exists=False), help="Only write the build context into this new folder.")
def main(name: str, base: str | None, context: Path | None) -> None:
    """Build one of our images and print its reference."""
    try:
        client = engine.connect()
        if context is None:
            click.echo(ensure(name, client=client, base=base))
        else:
            write_context(name, context, client=client, base=base)
            click.echo(str(context))
    except CertificationError as error:
        click.echo(str(error), err=True)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
