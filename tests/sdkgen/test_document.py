"""Changelog, badge and proof in each package: what they say, and that they never lead nowhere."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sdkgen.document import badge, changelog_text, verification
from sdkgen.generate import generate
from sdkgen.language import Language
from sdkgen.source import SdkOptions
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
