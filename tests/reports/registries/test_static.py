from __future__ import annotations

import dataclasses
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from certification.model import Level, VerdictOutcome
from reports.clearance import Requirements, verify_folder
from reports.errors import DigestError, PublishError
from reports.registries import go, npm, pypi
from reports.registries.static import StaticRegistry, records
from sdkgen.language import Language
from tests.simulators.certified_run import NOW, CertifiedRun, finish, verdict

PUBLISH = {Language.PYTHON: pypi.publish, Language.TYPESCRIPT: npm.publish, Language.GO: go.publish}


def publish_all(run: CertifiedRun, registry: StaticRegistry) -> list[bool]:
    clearance = verify_folder(run.folder, Requirements(trust=run.keys.trust, now=NOW))
    return [PUBLISH[package.language](package, clearance, registry).changed for package in run.packages]


def tree_of(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {str(path): (path.read_bytes(), path.stat().st_mtime_ns) for path in sorted(folder.rglob("*")) if path.is_file()}


def test_publishing_twice_changes_nothing(run: CertifiedRun, registry: StaticRegistry) -> None:
    assert publish_all(run, registry) == [True, True, True]
    before = tree_of(registry.folder)

    assert publish_all(run, registry) == [False, False, False]
    assert tree_of(registry.folder) == before


def test_what_is_published_is_byte_for_byte_what_was_cleared(run: CertifiedRun, registry: StaticRegistry) -> None:
    publish_all(run, registry)

    for artefact in run.report.artefacts:
        original = (run.folder / artefact.path).read_bytes()
        assert (registry.folder / "files" / artefact.digest).read_bytes() == original
        assert (registry.folder / "proofs" / "by-digest" / artefact.digest).read_text() == run.report.run_id
    wheel = registry.folder / "pypi/simple/openxapi-sample/openxapi_sample-1.2.0-py3-none-any.whl"
    assert wheel.read_bytes() == (run.folder / "packages/openxapi_sample-1.2.0-py3-none-any.whl").read_bytes()


def test_other_bytes_at_a_published_version_are_refused(run: CertifiedRun, registry: StaticRegistry, tmp_path: Path) -> None:
    publish_all(run, registry)
    other = finish(tmp_path, run_id="20260301T130000Z-00000001", greeting="good day")
    before = tree_of(registry.folder)

    with pytest.raises(PublishError, match=r"openxapi-sample 1.2.0 is published with another .*raise the version"):
        publish_all(other, registry)
    assert tree_of(registry.folder) == before


def test_a_file_that_changed_after_its_clearance_is_not_published(run: CertifiedRun, asked: Requirements, registry: StaticRegistry) -> None:
    clearance = verify_folder(run.folder, asked)
    (run.folder / run.report.sdks[0].artefacts[1].path).write_bytes(b"something else")

    with pytest.raises(DigestError, match="changed since they were cleared"):
        pypi.publish(run.packages[0], clearance, registry)
    assert records(registry) == ()


def test_a_file_that_vanished_after_its_clearance_is_one_clear_line(
    run: CertifiedRun, asked: Requirements, registry: StaticRegistry
) -> None:
    clearance = verify_folder(run.folder, asked)
    (run.folder / run.report.sdks[0].artefacts[0].path).unlink()

    with pytest.raises(PublishError, match=r"\.whl: can't be read"):
        pypi.publish(run.packages[0], clearance, registry)


def test_a_package_that_the_clearance_does_not_cover_is_refused(
    run: CertifiedRun, asked: Requirements, registry: StaticRegistry, tmp_path: Path
) -> None:
    clearance = verify_folder(run.folder, asked)
    stranger = finish(tmp_path / "else", greeting="good day").packages[0]

    with pytest.raises(PublishError, match="does not cover it"):
        pypi.publish(stranger, clearance, registry)
    with pytest.raises(PublishError, match="names no such package"):
        pypi.publish(dataclasses.replace(stranger, version="9.0.0"), clearance, registry)


def test_an_sdk_below_the_level_asked_for_is_not_published(tmp_path: Path, registry: StaticRegistry) -> None:
    judged = verdict()
    weaker = tuple(dataclasses.replace(entry, level=Level.NONE) if entry.subject == "go" else entry for entry in judged.subjects)
    run = finish(tmp_path, judged=dataclasses.replace(judged, subjects=weaker))
    clearance = verify_folder(run.folder, Requirements(trust=run.keys.trust, now=NOW))
    assert run.report.sdks[2].outcome is VerdictOutcome.NOT_CERTIFIED

    with pytest.raises(PublishError, match="outcome is not_certified"):
        go.publish(run.packages[2], clearance, registry)


def test_each_registry_takes_its_own_language_only(run: CertifiedRun, asked: Requirements, registry: StaticRegistry) -> None:
    clearance = verify_folder(run.folder, asked)
    python, typescript, _ = run.packages

    for publish, package in ((pypi.publish, typescript), (npm.publish, python), (go.publish, python)):
        with pytest.raises(PublishError, match="does not go into"):
            publish(package, clearance, registry)


def test_nothing_is_published_without_a_clearance(run: CertifiedRun, registry: StaticRegistry) -> None:
    with pytest.raises(TypeError, match="demands a Clearance"):
        pypi.publish(run.packages[0], None, registry)  # type: ignore[arg-type]


@pytest.mark.parametrize("kept", ["files", "records", "proofs", "pypi", "nothing"])
def test_a_crash_half_way_is_mended_by_publishing_again(run: CertifiedRun, registry: StaticRegistry, kept: str, tmp_path: Path) -> None:
    publish_all(run, registry)
    whole = {name: content for name, (content, _) in tree_of(registry.folder).items()}
    for folder in registry.folder.iterdir():
        # a record stands only once its files and proofs do
        if folder.is_dir() and folder.name != kept and not (kept == "records" and folder.name == "proofs"):
            shutil.rmtree(folder)

    publish_all(run, registry)

    assert {name: content for name, (content, _) in tree_of(registry.folder).items()} == whole


def test_packages_of_several_runs_stand_side_by_side(run: CertifiedRun, registry: StaticRegistry, tmp_path: Path) -> None:
    publish_all(run, registry)
    newer = finish(tmp_path, run_id="20260301T130000Z-00000001", version="1.10.0")
    publish_all(newer, registry)

    page = json.loads((registry.folder / "pypi/simple/openxapi-sample/index.json").read_text())
    assert page["versions"] == ["1.2.0", "1.10.0"]
    packument = json.loads((registry.folder / "npm/@openxapi/sample/index.json").read_text())
    assert packument["dist-tags"] == {"latest": "1.10.0"}
    listing = registry.folder / "go/example.test/openxapi/sample-go/@v/list"
    assert listing.read_text() == "v1.2.0\nv1.10.0\n"


def test_a_withdrawn_version_stays_but_is_marked(run: CertifiedRun, registry: StaticRegistry) -> None:
    publish_all(run, registry)

    assert pypi.withdraw(registry, "openxapi-sample", "1.2.0", "revoked").changed
    assert not pypi.withdraw(registry, "openxapi-sample", "1.2.0", "revoked").changed
    npm.withdraw(registry, "@openxapi/sample", "1.2.0", "revoked")
    go.withdraw(registry, "example.test/openxapi/sample-go", "1.2.0", "revoked")

    page = json.loads((registry.folder / "pypi/simple/openxapi-sample/index.json").read_text())
    assert [file["yanked"] for file in page["files"]] == ["revoked", "revoked"]
    packument = json.loads((registry.folder / "npm/@openxapi/sample/index.json").read_text())
    assert packument["versions"]["1.2.0"]["deprecated"] == "revoked"
    assert (registry.folder / "go/example.test/openxapi/sample-go/@v/list").read_text() == ""
    with pytest.raises(PublishError, match="holds no openxapi-sample 9"):
        pypi.withdraw(registry, "openxapi-sample", "9.9.9", "revoked")


def test_a_damaged_record_is_named(run: CertifiedRun, registry: StaticRegistry) -> None:
    publish_all(run, registry)
    path = registry.folder / "records/python/openxapi-sample/1.2.0.json"
    path.write_bytes(path.read_bytes() + b"\n")

    with pytest.raises(PublishError, match=r"1\.2\.0\.json.*restore the registry"):
        publish_all(run, registry)


def test_a_folder_that_can_not_be_written_is_one_clear_line(run: CertifiedRun, tmp_path: Path) -> None:
    (tmp_path / "registry").write_text("a file where the folder should be")

    with pytest.raises(PublishError, match="can't be written"):
        publish_all(run, StaticRegistry(folder=tmp_path / "registry"))


@pytest.mark.toolchain
def test_plain_pip_npm_and_go_install_from_it(run: CertifiedRun, registry: StaticRegistry, served: str, tmp_path: Path) -> None:
    publish_all(run, registry)
    index = (registry.folder / "pypi/simple").as_uri()

    options = (
        "-q",
        "--isolated",
        "--disable-pip-version-check",
        "--no-cache-dir",
        "--index-url",
        index,
        "--target",
        str(tmp_path / "site"),
    )
    subprocess.run((sys.executable, "-m", "pip", "install", *options, "openxapi-sample"), check=True)
    program = "import openxapi_sample; print(openxapi_sample.greet())"
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(tmp_path / "site")}
    assert subprocess.check_output((sys.executable, "-c", program), env=environment) == b"hello\n"

    project = tmp_path / "node"
    project.mkdir()
    (project / "main.mjs").write_text('import { greet } from "@openxapi/sample"; console.log(greet());')
    binaries = Path(sys.executable).parent
    subprocess.run(
        (str(binaries / "npm"), "install", "--silent", "--no-audit", "--no-fund", f"--registry={served}/npm", "@openxapi/sample"),
        cwd=project,
        env=environment | {"npm_config_cache": str(tmp_path / "npm-cache")},
        check=True,
    )
    assert subprocess.check_output((str(binaries / "node"), "main.mjs"), cwd=project, env=environment) == b"hello\n"

    module = tmp_path / "module"
    module.mkdir()
    (module / "main.go").write_text(
        'package main\n\nimport sample "example.test/openxapi/sample-go"\n\nfunc main() { println(sample.Greet()) }\n'
    )
    go_environment = environment | {
        "GOPROXY": (registry.folder / "go").as_uri(),
        "GONOSUMDB": "*",
        "GOFLAGS": "-mod=mod -modcacherw",
        "GOTOOLCHAIN": "local",
    }
    tool = str(binaries / "go")
    subprocess.run((tool, "mod", "init", "try.test/it"), cwd=module, env=go_environment, check=True, capture_output=True)
    subprocess.run((tool, "get", "example.test/openxapi/sample-go@latest"), cwd=module, env=go_environment, check=True, capture_output=True)
    ran = subprocess.run((tool, "run", "."), cwd=module, env=go_environment, check=True, capture_output=True)
    assert ran.stderr == b"hello\n"
