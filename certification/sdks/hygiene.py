"""Reads what an installed package says of itself: licence, types, what it needs, how big it is with all of that."""

from __future__ import annotations

import json
import re
from email.parser import Parser
from typing import TYPE_CHECKING, Any

from certification.evidence.record import Hygiene, InstalledPackage

if TYPE_CHECKING:
    from email.message import Message
    from pathlib import Path


_BOUNDS = re.compile(r"[<>=~!]")
_OPEN_NPM = frozenset(("", "*", "x", "latest"))
_UNKNOWN = frozenset(("", "unknown", "unlicensed"))
_REQUIRED = re.compile(r"^\s*(?:require\s+)?([a-z0-9][\w.~/-]*\.[\w.~/-]*/[\w.~/-]+)\s+(v\d[\w.+-]*)", re.MULTILINE)
_VENDORED = re.compile(r"^# ([a-z0-9][\w.~/-]*) (v\d[\w.+-]*)$", re.MULTILINE)
_MAX_BYTES = 1024**2


def python_hygiene(package: str, site: Path) -> Hygiene | None:
    """What an installed Python package says of itself; ``None`` where there is no readable metadata.

    Args:
        package: its name.
        site: the folder that it and all that it needs were installed into.
    """
    described = {_normal(folder.name.partition("-")[0]): folder for folder in site.glob("*.dist-info")}
    folder = described.get(_normal(package))
    if folder is None or not (folder / "METADATA").is_file():
        return None
    stated = Parser().parsestr(_read(folder / "METADATA"))
    needed = sorted(str(each) for each in stated.get_all("Requires-Dist", ()) if "extra ==" not in str(each))
    return Hygiene(
        licence=_python_licence(stated),
        typed=any(path.name == "py.typed" for path in _own_files(folder, site)),
        dependencies=tuple(needed),
        unbounded=tuple(each for each in needed if not _BOUNDS.search(each.partition(";")[0])),
        packages=len(described),
        size=_size(site),
        installed=tuple(_python_package(folder) for _, folder in sorted(described.items())),
    )


def node_hygiene(package: str, modules: Path) -> Hygiene | None:
    """What an installed npm package says of itself; ``None`` where there is no readable metadata.

    Args:
        package: its name.
        modules: the ``node_modules`` that hold it and all that it needs.
    """
    try:
        stated: Any = json.loads(_read(modules / package / "package.json"))
    except ValueError:
        return None
    if not isinstance(stated, dict):
        return None
    needed = stated.get("dependencies")
    wanted = {str(name): str(version) for name, version in needed.items()} if isinstance(needed, dict) else {}
    installed = [_node_package(file) for file in sorted(modules.rglob("package.json")) if _is_package(file.parent)]
    licence = stated.get("license")
    named = licence if isinstance(licence, str) else ""
    return Hygiene(
        licence=named[:100] if named.lower() not in _UNKNOWN else "",
        typed=bool(stated.get("types") or stated.get("typings")) or _exports_types(stated.get("exports")),
        dependencies=tuple(sorted(f"{name} {version}" for name, version in wanted.items())),
        unbounded=tuple(sorted(name for name, version in wanted.items() if version.strip() in _OPEN_NPM)),
        packages=len(installed),
        size=_size(modules),
        installed=tuple(each for each in installed if each.version),
    )


def go_hygiene(package: str, vendor: Path) -> Hygiene | None:
    """What a Go module and the modules that it needs say of themselves; ``None`` where nobody wrote down which they are.

    Args:
        package: its path.
        vendor: the folder that ``go mod vendor`` made.
    """
    modules = tuple(
        InstalledPackage(ecosystem="go", name=name, version=version) for name, version in _VENDORED.findall(_read(vendor / "modules.txt"))
    )
    if not modules:
        return None
    named = sorted(path for path in (vendor / package).glob("*") if path.name.upper().startswith(("LICENSE", "LICENCE", "COPYING")))
    lines = (line.strip() for path in named[:1] for line in _read(path).splitlines())
    return Hygiene(
        licence=next((line[:100] for line in lines if line), ""),
        typed=None,
        dependencies=tuple(f"{each.name} {each.version}" for each in modules if each.name != package),
        unbounded=(),
        packages=len(modules),
        size=_size(vendor),
        installed=modules,
    )


def go_required(module: str) -> tuple[InstalledPackage, ...]:
    """What a ``go.mod`` asks for, by module and version."""
    return tuple(InstalledPackage(ecosystem="go", name=name, version=version) for name, version in _REQUIRED.findall(module))


def _python_package(folder: Path) -> InstalledPackage:
    name, _, version = folder.name.removesuffix(".dist-info").partition("-")
    return InstalledPackage(ecosystem="pypi", name=_normal(name), version=version)


def _node_package(file: Path) -> InstalledPackage:
    """By its own folder's name: it is what the registry calls it, unless the lock renames it."""
    scoped = file.parent.parent.name.startswith("@")
    name = f"{file.parent.parent.name}/{file.parent.name}" if scoped else file.parent.name
    try:
        stated: Any = json.loads(_read(file))
    except ValueError:
        stated = {}
    version = stated.get("version") if isinstance(stated, dict) else None
    return InstalledPackage(ecosystem="npm", name=name, version=version if isinstance(version, str) else "")


def _is_package(folder: Path) -> bool:
    above = folder.parent
    return above.name == "node_modules" or (above.name.startswith("@") and above.parent.name == "node_modules")


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _own_files(folder: Path, site: Path) -> list[Path]:
    """The package's own files, by its record; nothing above the site."""
    names = (line.partition(",")[0] for line in _read(folder / "RECORD").splitlines())
    return [site / name for name in names if ".." not in name.split("/") and not name.startswith("/")]


def _python_licence(stated: Message) -> str:
    texts = [str(stated.get("License-Expression") or ""), str(stated.get("License") or "").strip().partition("\n")[0]]
    texts += [str(each).rpartition(" :: ")[2] for each in stated.get_all("Classifier", ()) if str(each).startswith("License ::")]
    return next((text[:100] for text in texts if text.strip().lower() not in _UNKNOWN), "")


def _exports_types(exports: Any) -> bool:
    return isinstance(exports, dict) and any(name == "types" or _exports_types(inner) for name, inner in exports.items())


def _read(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            return stream.read(_MAX_BYTES).decode(errors="replace")
    except OSError:
        return ""
