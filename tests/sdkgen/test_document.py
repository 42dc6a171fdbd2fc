"""Changelog, badge and proof in each package: what they say, and that they never lead nowhere."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from itertools import pairwise

import pytest

from certification.folders import EXCHANGES
from sdkgen.api.load import load
from sdkgen.document import badge, changelog_text, verification
from sdkgen.generate import generate
from sdkgen.language import Language
from sdkgen.source import SdkOptions, SdkSource
from tests.simulators.small_description import small_api

PORTAL = "https://certify.example"
FILES = {
    Language.PYTHON: "openxapi_small_x-1.2.3-py3-none-any.whl",
    Language.TYPESCRIPT: "openxapi-small.X-1.2.3.tgz",
    Language.GO: '"$(go env GOMODCACHE)/cache/download/example.test/!small-go/@v/v1.2.3.zip"',
}
PACKAGES = {Language.PYTHON: "OpenXAPI.small-X", Language.TYPESCRIPT: "@openxapi/small.X", Language.GO: "example.test/Small-go"}


def options(language: Language = Language.PYTHON, *, portal: str = "", changelog: str = "", exchange_id: str = "small") -> SdkOptions:
    given = SdkOptions(package=PACKAGES[language], version="1.2.3", exchange_id=exchange_id, exchange_name="Small")
    return replace(given, portal=portal, changelog=changelog)


def texts(language: Language, *, portal: str = "", changelog: str = "") -> dict[str, str]:
    source = generate(small_api(), language, options(language, portal=portal, changelog=changelog))
    return {file.path: file.content.decode() for file in source.files if file.path in {"README.md", "CHANGELOG.md"}}


@pytest.mark.parametrize("language", Language)
def test_each_package_says_what_changed(language: Language) -> None:
    first = texts(language)["CHANGELOG.md"]
    assert first.startswith("# Changelog\n\n")
    assert first.endswith("\n\n## 1.2.3\n\nFirst version.\n")
    later = texts(language, changelog="## 1.2.3\n\nThis and that.\n")["CHANGELOG.md"]
    assert later.endswith("\n\n## 1.2.3\n\nThis and that.\n")
    assert "First version" not in later
    assert "CHANGELOG.md" in texts(language)["README.md"]


@pytest.mark.parametrize("language", Language)
def test_a_readme_shows_the_badge_and_how_to_verify_the_package(language: Language) -> None:
    text = texts(language, portal=PORTAL)["README.md"]
    title, _, shown, *_ = text.splitlines()
    assert title.startswith("# ")
    assert shown == f"[![certified]({PORTAL}/badges/small.svg)]({PORTAL}/exchanges/small)"
    assert f"certify verify {FILES[language]} --trust trust.json --registry {PORTAL}/packages\n" in text


@pytest.mark.parametrize("language", Language)
def test_without_a_portal_no_link_leads_nowhere(language: Language) -> None:
    text = texts(language)["README.md"]
    assert "badge" not in text
    assert "http://127.0.0.1" not in text
    assert FILES[language] in text, "the file can be verified all the same"


@pytest.mark.parametrize(
    "portal", ["ftp://a.example", "https://a.example)[x](https://b.example", "https://a.example\n# x", "a", "https://"]
)
def test_what_is_no_address_is_not_written(portal: str) -> None:
    assert badge(options(portal=portal)) == ""
    assert portal not in verification(options(portal=portal), fetch="fetch", file="file") or portal == "a"


def test_an_id_that_is_no_word_is_not_written() -> None:
    assert badge(options(portal=PORTAL, exchange_id="a)[")) == ""


def test_a_changelog_is_what_was_given() -> None:
    assert changelog_text(options(changelog="## 2\n")).endswith("\n\n## 2\n")


def _reference(language: Language) -> SdkSource:
    folder = EXCHANGES / "reference"
    api = load((folder / "openapi.yaml").read_bytes(), streams=(folder / "asyncapi.yaml").read_bytes())
    return generate(api, language, options(language))


def _undocumented_python(body: list[ast.stmt]) -> list[str]:
    kinds = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    public = [node for node in body if isinstance(node, kinds) and not node.name.startswith("_")]
    inner = [name for node in public if isinstance(node, ast.ClassDef) for name in _undocumented_python(node.body)]
    return [node.name for node in public if not ast.get_docstring(node)] + inner


def _undocumented(text: str, exported: str) -> list[str]:
    lines = text.splitlines()
    said = [(before.strip(), line) for before, line in pairwise(lines) if re.match(exported, line)]
    return [line for before, line in said if not before.startswith("//") and not before.endswith("*/")]


@pytest.mark.parametrize("language", Language)
def test_the_reference_documentation_of_what_is_public_is_complete(language: Language) -> None:
    found: dict[str, list[str]] = {}
    for file in _reference(language).files:
        text = file.content.decode()
        match language:
            case Language.PYTHON if file.path.endswith(".py") and file.path.startswith("src/"):
                found[file.path] = _undocumented_python(ast.parse(text).body)
            case Language.TYPESCRIPT if file.path.endswith(".ts"):
                found[file.path] = _undocumented(text, r"export (abstract |async )*(class|function|interface|type|const|enum) (?!\{)")
            case Language.GO if file.path.endswith(".go") and not file.path.endswith("_test.go"):
                found[file.path] = _undocumented(text, r"(func (\(\w* ?\*?[A-Z]\w*(\[\w+\])?\) )?[A-Z]|(type|var|const) [A-Z])")
            case _:
                pass
    assert len(found) > 20
    assert {path: names for path, names in found.items() if names} == {}
