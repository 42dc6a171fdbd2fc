import hashlib
import json
from pathlib import Path

import pytest

from certification.adapters.install import install
from certification.adapters.manifest import read_adapter
from certification.errors import AdapterError
from certification.isolation.process import ProcessRunner
from certification.isolation.runner import JobResult
from certification.sdks.hygiene import go_hygiene
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


def test_a_go_program_is_built_from_what_was_vendored_before_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "adapter"
    folder.mkdir()
    files = {
        "adapter.yaml": MANIFEST.replace("ecosystem: pypi", "ecosystem: go")
        .replace("[python, main.py]", "[./harness-program]")
        .replace("package: small-thing", "package: small.example/thing")
        .replace("version: 1.0.0", "version: v1.0.0"),
        "go.mod": "module example.com/adapter\n\ngo 1.24\n\nrequire small.example/thing v1.0.0\n",
        "go.sum": f"small.example/thing v1.0.0 h1:{'A' * 43}=\n",
        "main.go": "package main\n",
    }
    for name, content in files.items():
        (folder / name).write_text(content)
    needed = ("go.mod", "go.sum", "main.go")
    key = hashlib.sha256(b"".join(f"{name}\0{files[name]}\0".encode() for name in needed)).hexdigest()[:16]
    kept = tmp_path / "downloads" / f"go-{key}" / "vendor"
    (kept / "small.example" / "thing").mkdir(parents=True)
    (kept / "modules.txt").write_text("# small.example/thing v1.0.0\n## explicit; go 1.20\nsmall.example/thing\n# other.example/a v0.1.0\n")
    (kept / "small.example" / "thing" / "LICENSE").write_text("\nMIT License\n\nCopyright\n")
    runner = AnsweringRunner(JobResult(exit_code=0, stdout=b"", stderr=b"", elapsed_ms=1))
    done = install(read_adapter(folder), runner, tmp_path / "work", downloads=tmp_path / "downloads", trusted=False)
    assert done.digest == f"h1:{'A' * 43}="
    assert done.program is not None
    assert (done.program.argv, done.program.trusted) == (("./harness-program",), False)
    assert done.packages is not None
    found = go_hygiene("small.example/thing", done.packages)
    assert found is not None
    assert (found.licence, found.typed, found.packages, found.dependencies) == ("MIT License", None, 2, ("other.example/a v0.1.0",))
    assert [(each.ecosystem, each.name, each.version) for each in found.installed] == [
        ("go", "small.example/thing", "v1.0.0"),
        ("go", "other.example/a", "v0.1.0"),
    ]
    assert go_hygiene("small.example/thing", tmp_path) is None


def test_go_modules_that_can_not_be_had_are_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "adapter"
    folder.mkdir()
    (folder / "adapter.yaml").write_text(MANIFEST.replace("ecosystem: pypi", "ecosystem: go"))
    (folder / "go.mod").write_text("module example.com/adapter\n\ngo 1.20\n\nrequire small-thing 1.0.0\n".replace("thing 1", "thing v1"))
    (folder / "go.sum").write_text(f"small-thing v1.0.0 h1:{'A' * 43}=\n")
    (folder / "adapter.yaml").write_text((folder / "adapter.yaml").read_text().replace("version: 1.0.0", "version: v1.0.0"))
    (folder / "main.go").write_text('package main\n\nimport _ "small-thing/x"\n\nfunc main() {}\n')
    monkeypatch.setenv("GOPROXY", "off")
    monkeypatch.setenv("GOFLAGS", "-modcacherw")
    monkeypatch.setenv("GOMODCACHE", str(tmp_path / "modules"))
    runner = AnsweringRunner(JobResult(exit_code=0, stdout=b"", stderr=b"", elapsed_ms=1))
    with pytest.raises(AdapterError, match=r"go\.sum: .* can't be downloaded"):
        install(read_adapter(folder), runner, tmp_path / "work", downloads=tmp_path / "downloads", trusted=True)
