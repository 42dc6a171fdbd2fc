import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from certification.sdks.hygiene import go_required, node_hygiene, python_hygiene
from tests.simulators.small_adapter import small_wheel


@pytest.fixture
def site(tmp_path: Path) -> Path:
    with zipfile.ZipFile(small_wheel(tmp_path)) as wheel:
        wheel.extractall(tmp_path / "site")
    return tmp_path / "site"


def metadata(site: Path, text: str) -> None:
    (site / "small_thing-1.0.0.dist-info" / "METADATA").write_text(f"Metadata-Version: 2.1\nName: small-thing\nVersion: 1.0.0\n{text}")


def test_a_python_package_says_what_it_is(site: Path) -> None:
    found = python_hygiene("Small.Thing", site)
    assert found is not None
    assert (found.licence, found.typed, found.dependencies, found.unbounded, found.packages) == ("MIT", True, ("other>=1",), (), 1)
    assert found.size > 100
    assert python_hygiene("other", site) is None


@pytest.mark.parametrize(
    ("text", "licence"),
    [
        ("License-Expression: Apache-2.0\n", "Apache-2.0"),
        ("License: UNKNOWN\nClassifier: License :: OSI Approved :: MIT License\n", "MIT License"),
        ("Summary: none\n", ""),
    ],
)
def test_a_python_licence_is_found_wherever_it_is_named(site: Path, text: str, licence: str) -> None:
    metadata(site, text)
    found = python_hygiene("small-thing", site)
    assert found is not None
    assert found.licence == licence


def test_dependencies_of_any_version_and_missing_types_are_told(site: Path) -> None:
    metadata(
        site,
        "Requires-Dist: free\nRequires-Dist: bound (<2)\nRequires-Dist: extra-one ; extra == 'x'\nRequires-Dist: m ; os_name == 'nt'\n",
    )
    record = site / "small_thing-1.0.0.dist-info" / "RECORD"
    record.write_text("small_thing/__init__.py,,\n../../py.typed,,\n/etc/py.typedx,,\n")
    found = python_hygiene("small-thing", site)
    assert found is not None
    assert found.unbounded == ("free", "m ; os_name == 'nt'")
    assert found.dependencies == ("bound (<2)", "free", "m ; os_name == 'nt'")
    assert found.typed is False


def package(folder: Path, document: Any) -> None:
    folder.mkdir(parents=True)
    (folder / "package.json").write_text(document if isinstance(document, str) else json.dumps(document))


def test_an_npm_package_says_what_it_is(tmp_path: Path) -> None:
    modules = tmp_path / "node_modules"
    package(modules / "@a" / "thing", {"license": "MIT", "types": "x.d.ts", "dependencies": {"b": "^1.0.0", "c": "*"}})
    package(modules / "b", {})
    package(modules / "b" / "node_modules" / "c", {})
    package(modules / "b" / "test" / "fixture", {})
    found = node_hygiene("@a/thing", modules)
    assert found is not None
    assert (found.licence, found.typed, found.dependencies, found.unbounded) == ("MIT", True, ("b ^1.0.0", "c *"), ("c",))
    assert found.packages == 3


@pytest.mark.parametrize(
    ("document", "typed"),
    [
        ({"exports": {".": {"types": "./x.d.ts", "default": "./x.js"}}, "license": "UNLICENSED"}, True),
        ({"exports": "./x.js", "license": {"type": "MIT"}, "dependencies": []}, False),
    ],
)
def test_types_in_exports_count_and_odd_metadata_is_nothing(tmp_path: Path, document: dict[str, Any], typed: bool) -> None:
    package(tmp_path / "node_modules" / "thing", document)
    found = node_hygiene("thing", tmp_path / "node_modules")
    assert found is not None
    assert (found.typed, found.licence, found.dependencies) == (typed, "", ())


@pytest.mark.parametrize("document", ["no json", "[]", ""])
def test_metadata_that_can_not_be_read_is_none(tmp_path: Path, document: str) -> None:
    package(tmp_path / "node_modules" / "thing", document)
    assert node_hygiene("thing", tmp_path / "node_modules") is None


def test_what_is_installed_is_named_with_its_version(site: Path, tmp_path: Path) -> None:
    found = python_hygiene("small-thing", site)
    assert found is not None
    assert [(each.ecosystem, each.name, each.version) for each in found.installed] == [("pypi", "small-thing", "1.0.0")]
    modules = tmp_path / "node_modules"
    for name, text in (("one", '{"name": "one", "version": "1.0.0"}'), ("@a/b", '{"version": "2.0.0"}'), ("bad", "["), ("odd", "[]")):
        (modules / name).mkdir(parents=True)
        (modules / name / "package.json").write_text(text)
    told = node_hygiene("one", modules)
    assert told is not None
    assert [(each.ecosystem, each.name, each.version) for each in told.installed] == [("npm", "@a/b", "2.0.0"), ("npm", "one", "1.0.0")]
    assert told.packages == 4


def test_a_go_module_says_what_it_asks_for() -> None:
    module = "module example.com/m\n\ngo 1.24\n\nrequire example.com/a v1.2.3\nrequire (\n\tb.org/c/v2 v2.0.0-rc.1 // indirect\n)\n"
    assert [(each.name, each.version) for each in go_required(module)] == [("example.com/a", "v1.2.3"), ("b.org/c/v2", "v2.0.0-rc.1")]
    assert go_required("module example.com/m\n\ngo 1.24\n") == ()
