"""Where hand-written files stand in the package of each language."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from sdkgen.extension import extensions_folder
from sdkgen.generate import generate
from sdkgen.language import Language
from sdkgen.source import SdkOptions, SdkSource, SourceFile
from tests.simulators.small_description import small_api

PACKAGES = {Language.PYTHON: "openxapi-small", Language.TYPESCRIPT: "@openxapi/small", Language.GO: "example.test/small-go"}


def made(language: Language, version: str = "0.1.0", **files: str) -> SdkSource:
    extensions = tuple(SourceFile(path=path.replace("__", "/"), content=content.encode()) for path, content in files.items())
    options = SdkOptions(package=PACKAGES[language], version=version, exchange_id="small", exchange_name="Small", extensions=extensions)
    return generate(small_api(), language, options)


def text_of(source: SdkSource, path: str) -> str:
    return next(file.content for file in source.files if file.path == path).decode()


@pytest.mark.parametrize(
    ("language", "folder"),
    [(Language.PYTHON, "src/openxapi_small/extensions"), (Language.TYPESCRIPT, "src/extensions"), (Language.GO, "extensions")],
)
def test_they_are_shipped_as_they_are_in_a_folder_that_is_theirs_alone(language: Language, folder: str) -> None:
    plain = made(language)
    assert plain.extensions == folder
    assert not [file.path for file in plain.files if file.path.startswith(folder)], "nothing is generated there"
    extended = made(language, inner__note="by hand\n")
    assert text_of(extended, f"{folder}/inner/note") == "by hand\n"
    assert [file.path for file in extended.files] == sorted(file.path for file in extended.files)
    assert extended.digest() != plain.digest(), "an extension is part of what a version stands for"
    options = SdkOptions(package=PACKAGES[language], version="0.1.0", exchange_id="small", exchange_name="Small")
    assert extensions_folder(language, options) == folder
    assert extensions_folder(language, replace(options, version="3.0.0")) == folder


def test_typescript_exports_each_module_and_no_more() -> None:
    source = made(Language.TYPESCRIPT, **{"index.ts": "", "inner__book.ts": "", "types.d.ts": "", "notes.md": ""})
    exports = json.loads(text_of(source, "package.json"))["exports"]
    assert [path for path in exports if path.startswith("./extensions")] == ["./extensions", "./extensions/inner/book"]
    assert exports["./extensions"] == {"types": "./dist/extensions/index.d.ts", "default": "./dist/extensions/index.js"}
    assert exports["./extensions/inner/book"]["default"] == "./dist/extensions/inner/book.js"


GO = """package extensions

import (
\tsmall "example.test/small-go"
\t"example.test/small-go/extensions/inner" // ours
\t"example.test/small-goer"
)

import . "example.test/small-go/v7"

const said = "example.test/small-go"
"""


def test_go_imports_follow_the_modules_path_and_nothing_else_is_changed() -> None:
    first = text_of(made(Language.GO, **{"a.go": GO}), "extensions/a.go")
    assert first == GO.replace("small-go/v7", "small-go")
    later = text_of(made(Language.GO, "2.3.0", **{"a.go": GO, "a.txt": GO}), "extensions/a.go")
    assert [line for line in later.splitlines() if "example" in line] == [
        '\tsmall "example.test/small-go/v2"',
        '\t"example.test/small-go/v2/extensions/inner" // ours',
        '\t"example.test/small-goer"',
        'import . "example.test/small-go/v2"',
        'const said = "example.test/small-go"',
    ]
    assert text_of(made(Language.GO, "2.3.0", **{"a.txt": GO}), "extensions/a.txt") == GO
