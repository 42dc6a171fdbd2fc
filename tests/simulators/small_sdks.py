"""The smallest SDK in each language that builds, installs and has a harness program: it decodes whatever it is given."""

from __future__ import annotations

from sdkgen.language import Language
from sdkgen.source import SdkSource, SourceFile

HARNESS_PYTHON = """\
import json
import sys

from small import echo

for line in sys.stdin:
    document = json.loads(line)
    print(json.dumps({"id": document["id"], "decoded": echo(document["decode"]["value"])}))
"""

PYPROJECT = """\
[project]
name = "small-sdk"
version = "1.2.3"
requires-python = ">=3.11"
description = "small"
readme = "README.md"
license = "Apache-2.0"
license-files = ["LICENSE"]

[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[tool.hatch.build.targets.wheel]
packages = ["src/small"]
"""

TSCONFIG = """\
{"compilerOptions": {"target": "es2022", "module": "nodenext", "outDir": "dist", "rootDir": "src", "declaration": true}, "include": ["src"]}
"""

HARNESS_TYPESCRIPT = """\
import { createInterface } from "node:readline";
import { echo } from "@small/sdk";

for await (const line of createInterface({ input: process.stdin })) {
  const document = JSON.parse(line);
  console.log(JSON.stringify({ id: document.id, decoded: echo(document.decode.value) }));
}
"""

HARNESS_GO = """\
package main

import (
	"encoding/json"
	"os"

	small "example.com/Small/sdk"
)

func main() {
	input, output := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	for {
		var document struct {
			ID     int `json:"id"`
			Decode struct {
				Value any `json:"value"`
			} `json:"decode"`
		}
		if input.Decode(&document) != nil {
			return
		}
		if output.Encode(map[string]any{"id": document.ID, "decoded": small.Echo(document.Decode.Value)}) != nil {
			os.Exit(1)
		}
	}
}
"""


def small_sdk(language: Language, **changes: str | None) -> SdkSource:
    """The SDK, with files replaced, added (paths with ``__`` for ``/`` and ``_dot_`` for ``.``) or, by ``None``, left out."""
    files, harness = _FILES[language]
    named = {path.replace("__", "/").replace("_dot_", "."): content for path, content in changes.items()}
    changed = {path: content for path, content in {**files, **named}.items() if content is not None}
    return SdkSource(
        language=language,
        package={Language.PYTHON: "small-sdk", Language.TYPESCRIPT: "@small/sdk", Language.GO: "example.com/Small/sdk"}[language],
        version="1.2.3",
        files=_source_files(changed),
        harness=_source_files(harness),
        operations=1,
        types=1,
        fields=1,
    )


def _source_files(files: dict[str, str]) -> tuple[SourceFile, ...]:
    return tuple(SourceFile(path=path, content=files[path].encode()) for path in sorted(files))


_FILES: dict[Language, tuple[dict[str, str], dict[str, str]]] = {
    Language.PYTHON: (
        {
            "LICENSE": "free",
            "README.md": "# small",
            "pyproject.toml": PYPROJECT,
            "src/small/__init__.py": "def echo(value: object) -> object:\n    return value\n",
            "src/small/py.typed": "",
        },
        {"main.py": HARNESS_PYTHON},
    ),
    Language.TYPESCRIPT: (
        {
            "LICENSE": "free",
            "README.md": "# small",
            "package.json": '{"name": "@small/sdk", "version": "1.2.3", "type": "module", "exports": "./dist/index.js"}',
            "src/index.ts": "export function echo(value: unknown): unknown {\n  return value;\n}\n",
            "tsconfig.json": TSCONFIG,
        },
        {"main.mjs": HARNESS_TYPESCRIPT, "package.json": '{"private": true, "type": "module"}'},
    ),
    Language.GO: (
        {
            "LICENSE": "free",
            "README.md": "# small",
            "go.mod": "module example.com/Small/sdk\n\ngo 1.24\n",
            "small.go": "// Package small is small.\npackage small\n\n// Echo gives back.\nfunc Echo(value any) any { return value }\n",
            "examples/go.mod": "module example.com/Small/sdk/examples\n\ngo 1.24\n",
            "examples/main.go": "package main\n\nfunc main() {}\n",
        },
        {"go.mod": "module example.com/consumer\n\ngo 1.24\n", "main.go": HARNESS_GO},
    ),
}
