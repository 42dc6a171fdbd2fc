"""The files that make a folder of sources a package."""

from __future__ import annotations

import json
from importlib import resources
from typing import TYPE_CHECKING

from sdkgen.typescript.text import one_line

if TYPE_CHECKING:
    from sdkgen.api.model import Api
    from sdkgen.source import SdkOptions


def package_json(options: SdkOptions, api: Api) -> str:
    """The npm manifest."""
    people = [one_line(author, 100) for author in options.authors]
    entry = {"types": "./dist/index.d.ts", "default": "./dist/index.js"}
    table = {"types": "./dist/operations.d.ts", "default": "./dist/operations.js"}
    manifest = {
        "name": options.package,
        "version": options.version,
        "description": f"{one_line(options.exchange_name, 100)} API client: typed, exact, without dependencies",
        "license": one_line(options.licence, 100),
        **({"author": people[0]} if people else {}),
        **({"contributors": people[1:]} if people[1:] else {}),
        **({"homepage": one_line(options.website)} if options.website else {}),
        "type": "module",
        "sideEffects": False,
        "engines": {"node": ">=20"},
        "exports": {".": entry, "./operations": table, **_extension_exports(options), "./package.json": "./package.json"},
        "types": "./dist/index.d.ts",
        "files": ["dist", "src", "CHANGELOG.md"],
        "scripts": {"build": "tsc -p .", "test": "node --test"},
        "openxapi": {"exchange": options.exchange_id, "description": f"sha256:{api.digest}"},
    }
    return json.dumps(manifest, indent=2) + "\n"


def extensions_folder(options: SdkOptions) -> str:  # noqa: ARG001 - the same for every package; other languages' depends on its name
    """Where hand-written modules live."""
    return "src/extensions"


def _extension_exports(options: SdkOptions) -> dict[str, dict[str, str]]:
    """A sub-path for each hand-written module: ``…/extensions/book`` for ``book.ts``, ``…/extensions`` for ``index.ts``."""
    modules = sorted(
        file.path[: -len(".ts")] for file in options.extensions if file.path.endswith(".ts") and not file.path.endswith(".d.ts")
    )
    return {
        "/".join(("./extensions", *([] if module == "index" else [module]))): {
            "types": f"./dist/extensions/{module}.d.ts",
            "default": f"./dist/extensions/{module}.js",
        }
        for module in modules
    }


def tsconfig_json() -> str:
    """The compiler's settings: as strict as they get, and nothing taken from the machine that compiles."""
    settings = {
        "compilerOptions": {
            "target": "ES2022",
            "module": "NodeNext",
            "moduleResolution": "NodeNext",
            "lib": ["ES2022", "DOM", "DOM.Iterable"],
            "types": [],
            "rootDir": "src",
            "outDir": "dist",
            "declaration": True,
            "strict": True,
            "exactOptionalPropertyTypes": True,
            "noUncheckedIndexedAccess": True,
            "noImplicitOverride": True,
            "noImplicitReturns": True,
            "noFallthroughCasesInSwitch": True,
            "noPropertyAccessFromIndexSignature": True,
            "noUnusedLocals": True,
            "noUnusedParameters": True,
            "isolatedModules": True,
            "verbatimModuleSyntax": True,
            "erasableSyntaxOnly": True,
            "newLine": "lf",
        },
        "include": ["src"],
    }
    return json.dumps(settings, indent=2) + "\n"


def licence_text(options: SdkOptions) -> str:
    """The licence that the package carries: its whole text where we have it, else its SPDX identifier."""
    holders = ", ".join(one_line(author, 100) for author in options.authors) or "the authors"
    head = f"Copyright {holders}\nSPDX-License-Identifier: {options.licence}\n"
    known = resources.files("sdkgen.typescript") / "templates" / f"{options.licence}.txt"
    return f"{head}\n{known.read_text(encoding='utf-8')}" if options.licence == "Apache-2.0" and known.is_file() else head
