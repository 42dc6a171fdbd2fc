"""Every hostile text in every place where text may stand, in every language: none becomes code, a setting or a path."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.hostile_documents import HostileDocument, documents
from benchmarks.hostile_payloads import FILE, PAYLOADS, WORD
from benchmarks.hostile_source import leaks
from sdkgen.api.load import load
from sdkgen.generate import generate
from sdkgen.language import Language
from sdkgen.source import SdkOptions, SdkSource, SourceFile
from sdkgen.typescript.package import tsconfig_json
from tests.simulators.go_sdk import GoSdk, go
from tests.simulators.typescript_sdk import COMPILER, NODE, compiled

DOCUMENTS = documents()
EVERY_TENTH = DOCUMENTS[::10]


def sources(document: HostileDocument) -> list[SdkSource]:
    api = document.api()
    assert len(api.operations) == api.declared_operations
    return [generate(api, language, document.options(language)) for language in Language]


def plain(language: Language) -> SdkSource:
    document = next(each for each in DOCUMENTS if each.payload.name == "name-1")
    return generate(document.api(), language, document.options(language))


def changed(source: SdkSource, path: str, old: str, new: str) -> SdkSource:
    """The tree with a change in one of its files."""
    [file] = [file for file in source.files if file.path.endswith(path)]
    text = file.content.decode()
    assert old in text
    leaking = SourceFile(path=file.path, content=text.replace(old, new, 1).encode())
    return replace(source, files=tuple(leaking if each is file else each for each in source.files))


def test_there_are_thousands_of_cases() -> None:
    assert len({payload.text for payload in PAYLOADS}) == len(PAYLOADS)
    assert len({(document.payload.name, place) for document in DOCUMENTS for place in document.places}) > 5000


def test_no_hostile_text_becomes_code_or_leaves_its_folder() -> None:
    for document in DOCUMENTS:
        for source in sources(document):
            found = list(leaks(source))
            assert not found, (document.payload.name, source.language.value, found)


@pytest.mark.parametrize(
    ("language", "path", "old", "new", "said"),
    [
        pytest.param(
            Language.PYTHON, "hostile/client.py", "\nclass ", f"\n{WORD}()\nclass ", "has the text as code", id="a call in Python"
        ),
        pytest.param(Language.PYTHON, "hostile/client.py", "\nclass ", "\n'\nclass ", "does not parse", id="an open literal in Python"),
        pytest.param(
            Language.PYTHON, "pyproject.toml", "[build-system]", "[tool.hatch.build.hooks.custom]\n[build-system]", "settings", id="a hook"
        ),
        pytest.param(Language.PYTHON, "pyproject.toml", "[build-system]", "[project.scripts]\n[build-system]", "scripts", id="a script"),
        pytest.param(Language.PYTHON, "pyproject.toml", "[build-system]", "[tool.x]\n[build-system]", "tool's settings", id="a tool"),
        pytest.param(Language.PYTHON, "README.md", "#", "#\u202e", "U+202E", id="a mark of direction"),
        pytest.param(
            Language.TYPESCRIPT,
            "src/client.ts",
            "\nexport class",
            f"\n{WORD}();\nexport class",
            "has the text as code",
            id="a call in TypeScript",
        ),
        pytest.param(
            Language.TYPESCRIPT, "src/client.ts", "\nexport class", f"\n/* */ {WORD}; /* */ export class", "as code", id="behind a comment"
        ),
        pytest.param(
            Language.TYPESCRIPT,
            "src/client.ts",
            "\nexport class",
            "\n`\nexport class",
            "without an end",
            id="an open literal in TypeScript",
        ),
        pytest.param(
            Language.TYPESCRIPT,
            "src/client.ts",
            "\nexport class",
            f'\n/// <reference path="{WORD}" />\nexport class',
            "directive",
            id="a reference",
        ),
        pytest.param(
            Language.TYPESCRIPT, "package.json", '"scripts": {', '"scripts": {"postinstall": "x", ', "scripts", id="an install script"
        ),
        pytest.param(Language.GO, "sdk.go", "package", f"//go:generate {WORD}\npackage", "directive", id="a directive of Go"),
        pytest.param(Language.GO, "sdk.go", "\ntype Client", f"\nvar _ = {WORD}()\ntype Client", "as code", id="a call in Go"),
        pytest.param(Language.GO, "go.mod", "go 1", "replace x => ../../y; z\ngo 1", "do not write", id="a module elsewhere"),
    ],
)
def test_a_text_that_became_something_else_is_found(language: Language, path: str, old: str, new: str, said: str) -> None:
    assert any(said in sentence for sentence in leaks(changed(plain(language), path, old, new)))


@pytest.mark.parametrize("path", ["../x.py", "/x.py", "a/../../x.py", "a b.py", "a\\x.py"])
def test_a_path_that_leads_elsewhere_is_found(path: str) -> None:
    source = plain(Language.PYTHON)
    leaking = replace(source, files=(*source.files, SourceFile(path=path, content=b"")))
    assert any("leads elsewhere" in sentence for sentence in leaks(leaking))


def test_a_canary_that_is_run_leaves_its_file(tmp_path: Path) -> None:
    payload = next(payload for payload in PAYLOADS if payload.name == "python-1")
    program = payload.text.strip('"\n')
    subprocess.run((sys.executable, "-W", "ignore", "-c", program), cwd=tmp_path, check=True)
    assert [path.name for path in tmp_path.iterdir()] == [f"{FILE}-{WORD}"]


@pytest.mark.toolchain
def test_compilers_accept_every_tenth_hostile_package(tmp_path: Path) -> None:
    for number, document in enumerate(EVERY_TENTH):
        for source in sources(document):
            for file in source.files:
                path = tmp_path / source.language.value / f"case{number}" / file.path
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(file.content)
    settings = json.loads(tsconfig_json())
    settings["compilerOptions"] |= {"noEmit": True, "rootDir": ".", "declaration": False}
    (tmp_path / "typescript" / "tsconfig.json").write_text(json.dumps(settings | {"include": ["*/src"]}))
    (tmp_path / "typescript" / "package.json").write_text('{"type": "module"}')
    ended = subprocess.run((NODE, COMPILER, "-p", str(tmp_path / "typescript")), capture_output=True, text=True, check=False)
    assert ended.stdout == ""
    assert go("gofmt", "-l", "-e", ".", folder=tmp_path / "go") == ""


@pytest.mark.toolchain
def test_an_api_of_which_nothing_can_be_known_still_builds(tmp_path: Path) -> None:
    nothing = b'{"openapi": "3.0.0", "info": {"title": "n", "version": "1"}, "paths": {"/x": {"$ref": "./elsewhere.yaml"}}}'
    api = load(nothing)
    assert (api.operations, api.types) == ((), ())
    made = {
        language: generate(api, language, SdkOptions(package=package, version="0.1.0", exchange_id="n", exchange_name="N"))
        for language, package in ((Language.PYTHON, "nothing"), (Language.TYPESCRIPT, "nothing"), (Language.GO, "example.com/nothing-go"))
    }
    assert all(not list(leaks(source)) for source in made.values())
    assert compiled(made[Language.TYPESCRIPT], tmp_path / "typescript").node(
        'import { Client } from "nothing"; console.log(typeof Client);'
    )
    sdk = GoSdk(source=made[Language.GO], folder=tmp_path / "go")
    sdk.write()
    assert sdk.unformatted() == ""
    go("vet", ".", folder=sdk.harness)
