"""The package metadata that we put in place of OpenAPI Generator's own: its names, our build tools."""

from __future__ import annotations

import json
import re
import tomllib
from typing import TYPE_CHECKING

from sdkgen.language import Language

if TYPE_CHECKING:
    from pathlib import Path

    from sdkgen.source import SdkOptions

_TSCONFIG = {
    "compilerOptions": {
        "target": "es2022",
        "module": "nodenext",
        "lib": ["es2022", "dom", "dom.iterable"],
        "types": [],
        "rootDir": "src",
        "outDir": "dist",
        "declaration": True,
        "strict": True,
    },
    "include": ["src"],
}
_GO_VERSION = "1.23"


def properties(language: Language, options: SdkOptions) -> dict[str, str]:
    """What the generator is told: names and version, nothing about how it generates."""
    match language:
        case Language.PYTHON:
            return {"packageName": import_name(options), "packageVersion": options.version, "projectName": options.package}
        case Language.TYPESCRIPT:
            return {"npmName": options.package, "npmVersion": options.version}
        case Language.GO:
            return {"packageName": re.sub(r"\W", "", options.package.rpartition("/")[2]), "packageVersion": options.version}


def import_name(options: SdkOptions) -> str:
    """The name that a Python program imports."""
    return options.package.replace("-", "_").replace(".", "_")


def files(language: Language, options: SdkOptions, generated: dict[str, bytes], folder: Path) -> dict[str, bytes]:
    """The metadata files, by path. ``folder`` is where the generator's own are."""
    match language:
        case Language.PYTHON:
            return {"pyproject.toml": _pyproject(options, (folder / "pyproject.toml").read_text(encoding="utf-8")).encode()}
        case Language.TYPESCRIPT:
            return {"package.json": _json(_package_json(options)), "tsconfig.json": _json(_TSCONFIG)}
        case Language.GO:
            return {"go.mod": _go_mod(options, generated, (folder / "go.mod").read_text(encoding="utf-8")).encode()}


def _json(document: object) -> bytes:
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()


def _pyproject(options: SdkOptions, theirs: str) -> str:
    """Theirs builds with setuptools; ours with hatchling, and with the dependencies that the code was generated for."""
    project = tomllib.loads(theirs).get("project", {})
    lines = [
        "[project]",
        f"name = {_toml(options.package)}",
        f"version = {_toml(options.version)}",
        f"description = {_toml(f'{options.exchange_name} API client')}",
        'readme = "README.md"',
        f"requires-python = {_toml(str(project.get('requires-python', '>=3.11')))}",
        f"license = {_toml(options.licence)}",
        f"dependencies = [{', '.join(_toml(str(each)) for each in project.get('dependencies', ()))}]",
        "",
        "[build-system]",
        'requires = ["hatchling"]',
        'build-backend = "hatchling.build"',
        "",
        "[tool.hatch.build.targets.wheel]",
        f"packages = [{_toml(import_name(options))}]",
        "",
    ]
    return "\n".join(lines)


def _toml(text: str) -> str:
    """A basic string: JSON's escapes are TOML's too, but for DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


def _package_json(options: SdkOptions) -> dict[str, object]:
    return {
        "name": options.package,
        "version": options.version,
        "description": f"{options.exchange_name} API client",
        "license": options.licence,
        "main": "./dist/index.js",
        "types": "./dist/index.d.ts",
        "files": ["dist", "src"],
        "sideEffects": False,
    }


def _go_mod(options: SdkOptions, generated: dict[str, bytes], theirs: str) -> str:
    """Theirs names a module of nobody's; what its code does not import is not required."""
    required = re.findall(r"^\s*(?:require\s+)?([\w./-]+\.[\w./-]+)\s+(v\S+)", theirs, flags=re.MULTILINE)
    sources = b"\n".join(content for path, content in generated.items() if path.endswith(".go"))
    used = [f"\t{module} {version}" for module, version in required if f'"{module}'.encode() in sources]
    requirements = "\nrequire (\n" + "\n".join(used) + "\n)\n" if used else ""
    return f"module {options.package}\n\ngo {_GO_VERSION}\n{requirements}"
