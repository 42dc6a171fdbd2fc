import hashlib
import json
from pathlib import Path

import pytest

from certification.adapters.install import install
from certification.adapters.manifest import read_adapter
from certification.errors import AdapterError
from certification.isolation.process import ProcessRunner
from certification.isolation.runner import JobResult
from tests.simulators.answering_runner import AnsweringRunner
from tests.simulators.small_adapter import MANIFEST, small_adapter

NPM = MANIFEST.replace("ecosystem: pypi", "ecosystem: npm").replace("[python, main.py]", "[node, main.mjs]")
LOCK = {
    "lockfileVersion": 3,
    "packages": {
        "": {"dependencies": {"small-thing": "1.0.0"}, "scripts": {"preinstall": "touch /tmp/never"}},
        "node_modules/small-thing": {"version": "1.0.0", "integrity": "sha512-abc=="},
    },
}


def test_what_npm_downloaded_before_stands_beside_the_program_and_nothing_of_the_adapter_s_own_project(tmp_path: Path) -> None:
    folder = small_adapter(tmp_path / "adapter", manifest=NPM)
    (folder / "package-lock.json").write_text(json.dumps(LOCK))
    (folder / "package.json").write_text(json.dumps({"scripts": {"preinstall": "touch /tmp/never"}}))
    written = json.dumps({"private": True, "dependencies": {"small-thing": "1.0.0"}}, sort_keys=True)
    key = hashlib.sha256((folder / "package-lock.json").read_bytes() + written.encode()).hexdigest()[:16]
    kept = tmp_path / "downloads" / f"node-{key}" / "node_modules" / "small-thing"
    kept.mkdir(parents=True)
    (kept / "index.js").write_text("")
    with ProcessRunner(state=tmp_path / "state") as runner:
        done = install(read_adapter(folder), runner, tmp_path / "work", downloads=tmp_path / "downloads", trusted=False)
    assert done.digest == "sha512:abc=="
    assert done.program is not None
    assert (done.program.argv, done.program.trusted) == (("node", "main.mjs"), False)
    assert [step.name for step in done.steps] == ["install"]
    assert (tmp_path / "work" / "node_modules" / "small-thing" / "index.js").is_file()
    assert (tmp_path / "work" / "package.json").read_text() == written


def test_an_image_runs_its_own_program_and_is_never_trusted(tmp_path: Path) -> None:
    digest = f"sha256:{'a' * 64}"
    manifest = MANIFEST.replace("ecosystem: pypi", f"ecosystem: image\nimage: small/thing@{digest}")
    with ProcessRunner(state=tmp_path / "state") as runner:
        folder = small_adapter(tmp_path / "adapter", manifest=manifest)
        done = install(read_adapter(folder), runner, tmp_path / "work", downloads=tmp_path, trusted=True)
    assert done.program is not None
    assert (done.program.image, done.program.trusted, done.digest) == (f"small/thing@{digest}", False, digest)
    assert done.packages is None


def test_without_a_python_that_starts_nothing_is_downloaded(tmp_path: Path) -> None:
    runner = AnsweringRunner(JobResult(exit_code=1, stdout=b"", stderr=b"no python here", elapsed_ms=1))
    with pytest.raises(AdapterError, match="jobs have no python that starts: no python here"):
        install(read_adapter(small_adapter(tmp_path / "adapter")), runner, tmp_path / "work", downloads=tmp_path, trusted=True)


def test_a_wheel_that_does_not_install_leaves_no_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "adapter-wheels"))
    adapter = read_adapter(small_adapter(tmp_path / "adapter"))
    with ProcessRunner(state=tmp_path / "state") as runner:
        install(adapter, runner, tmp_path / "work", downloads=tmp_path / "downloads", trusted=True)
        next((tmp_path / "downloads").glob("wheels-*/*.whl")).write_bytes(b"changed since")
        done = install(adapter, runner, tmp_path / "again", downloads=tmp_path / "downloads", trusted=True)
    assert done.program is None
    assert done.steps[-1].exit_code != 0
    assert done.digest == ""
