import io
import json
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from certification.errors import BuildError
from certification.isolation.process import ProcessRunner
from certification.isolation.runner import Job
from certification.model import SdkPackage
from certification.sdks.build import build, install
from certification.sdks.package import indexed
from certification.sdks.typescript import TOOLS
from sdkgen.language import Language
from sdkgen.source import SdkSource
from tests.simulators.small_sdks import small_sdk

pytestmark = pytest.mark.toolchain


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[ProcessRunner]:
    with ProcessRunner(tools=(TOOLS,), state=tmp_path / "state") as started:
        yield started


def names(content: bytes) -> list[str]:
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return archive.namelist()
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as archive:
        return archive.getnames()


PACKED = {
    Language.PYTHON: [
        "small/__init__.py",
        "small/py.typed",
        "small_sdk-1.2.3.dist-info/METADATA",
        "small_sdk-1.2.3.dist-info/WHEEL",
        "small_sdk-1.2.3.dist-info/licenses/LICENSE",
        "small_sdk-1.2.3.dist-info/RECORD",
    ],
    Language.TYPESCRIPT: [
        "package/LICENSE",
        "package/README.md",
        "package/dist/index.d.ts",
        "package/dist/index.js",
        "package/package.json",
        "package/src/index.ts",
    ],
    Language.GO: [
        "example.com/Small/sdk@v1.2.3/LICENSE",
        "example.com/Small/sdk@v1.2.3/README.md",
        "example.com/Small/sdk@v1.2.3/go.mod",
        "example.com/Small/sdk@v1.2.3/small.go",
    ],
}


@pytest.mark.parametrize("language", list(Language))
def test_an_sdk_is_built_installed_from_an_index_and_used(language: Language, runner: ProcessRunner, tmp_path: Path) -> None:
    source = small_sdk(language)
    first, steps = build(source, runner, tmp_path / "first")
    second, _ = build(source, runner, tmp_path / "second")
    assert first is not None, steps
    assert first == second
    assert names((tmp_path / "first" / first.artefacts[0].file.path).read_bytes()) == PACKED[language]
    assert {step.exit_code for step in steps} == {0}

    program, installed = install(first, source, runner, tmp_path / "first")
    assert program is not None, installed
    assert {step.exit_code for step in installed} == {0}
    lines = tmp_path / "lines"
    lines.write_text('{"id": 7, "decode": {"type": "Any", "value": {"a": ["b"]}}}\n')
    result = runner.run(Job(name="use", argv=program.argv, folder=program.folder, environment=program.environment, stdin=lines))
    assert json.loads(result.stdout) == {"id": 7, "decoded": {"a": ["b"]}}, result.stderr


GO_THAT_VET_DISLIKES = 'package small\n\nimport "fmt"\n\nfunc Echo(value any) any { fmt.Printf("%d"); return value }\n'

BROKEN = {
    Language.PYTHON: small_sdk(Language.PYTHON, pyproject_dot_toml="[project]\n"),
    Language.TYPESCRIPT: small_sdk(Language.TYPESCRIPT, src__index_dot_ts="export const x: number = 'y';\n"),
    Language.GO: small_sdk(Language.GO, small_dot_go='package small\n\nvar x int = "y"\n'),
}


@pytest.mark.parametrize("language", list(Language))
def test_what_does_not_build_is_evidence_and_no_package(language: Language, runner: ProcessRunner, tmp_path: Path) -> None:
    package, steps = build(BROKEN[language], runner, tmp_path / "out")
    assert package is None
    assert [step.name for step in steps] == ["build"]
    assert steps[0].exit_code != 0
    assert steps[0].output
    assert str(tmp_path) not in steps[0].output


@pytest.mark.parametrize(
    ("source", "step"),
    [
        pytest.param(small_sdk(Language.PYTHON, src__small__worse_dot_py="def f(x): return x\n"), "type-check", id="python"),
        pytest.param(
            small_sdk(
                Language.GO, small_dot_go='package small\n\nimport "fmt"\n\nfunc Echo(value any) any { fmt.Printf("%d"); return value }\n'
            ),
            "vet",
            id="go",
        ),
    ],
)
def test_what_builds_and_does_not_check_is_a_package_with_a_failed_step(
    source: SdkSource, step: str, runner: ProcessRunner, tmp_path: Path
) -> None:
    package, steps = build(source, runner, tmp_path / "out")
    assert package is not None, steps
    assert [(ended.name, ended.exit_code == 0) for ended in steps] == [("build", True), (step, False)]


def test_an_sdk_without_a_harness_is_installed_and_not_run(runner: ProcessRunner, tmp_path: Path) -> None:
    for language in Language:
        source = small_sdk(language)
        source = SdkSource(
            language=language,
            package=source.package,
            version=source.version,
            files=source.files,
            harness=(),
            operations=1,
            types=1,
            fields=1,
        )
        folder = tmp_path / language
        package, _ = build(source, runner, folder)
        assert package is not None
        program, steps = install(package, source, runner, folder)
        assert program is None
        assert "install" in [step.name for step in steps]
        assert {step.exit_code for step in steps} == {0}


def test_a_package_that_was_changed_after_its_build_is_not_installed(runner: ProcessRunner, tmp_path: Path) -> None:
    package, _ = build(small_sdk(Language.GO), runner, tmp_path)
    assert isinstance(package, SdkPackage)
    path = tmp_path / package.artefacts[0].file.path
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(BuildError, match="is not what was built"):
        indexed(package, tmp_path)
    path.unlink()
    with pytest.raises(BuildError, match="can't be read"):
        indexed(package, tmp_path)
