import json
from pathlib import Path
from typing import Any

import pytest

from certification.adapters.manifest import locked_packages, module_digest, read_adapter, requirements
from certification.errors import AdapterError, ProfileError
from tests.simulators.small_adapter import MANIFEST, small_adapter

HASH = "a" * 64
NPM = MANIFEST.replace("ecosystem: pypi", "ecosystem: npm").replace("[python, main.py]", "[node, main.mjs]")


def npm_lock(**changes: object) -> dict[str, Any]:
    entry: dict[str, Any] = {"version": "1.0.0", "integrity": "sha512-abc=="} | changes
    root = {"dependencies": {"small-thing": "1.0.0"}}
    return {"lockfileVersion": 3, "packages": {"": root, "node_modules/small-thing": {k: v for k, v in entry.items() if v is not None}}}


def test_a_folder_is_read_with_its_digest_and_without_what_tools_leave_in_it(tmp_path: Path) -> None:
    folder = small_adapter(tmp_path / "adapter")
    first = read_adapter(folder)
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "main.pyc").write_bytes(b"x")
    assert read_adapter(folder) == first
    assert first.files == ("adapter.yaml", "main.py", "requirements.lock")
    assert first.manifest.command == ("python", "main.py")
    (folder / "main.py").write_text("pass\n")
    assert read_adapter(folder).digest != first.digest


def test_a_folder_without_a_manifest_is_no_adapter(tmp_path: Path) -> None:
    with pytest.raises(AdapterError, match=r"it has no adapter\.yaml"):
        read_adapter(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param("name: small-thing", "name: python", "stands for SDKs of OpenXAPI", id="our name"),
        pytest.param("name: small-thing", "name: Small Thing", "adapter.yaml:1: name", id="name"),
        pytest.param("ecosystem: pypi", "ecosystem: cpan", "adapter.yaml:4: ecosystem", id="ecosystem"),
        pytest.param("ecosystem: pypi", "ecosystem: image", "image belongs to the ecosystem image", id="image missing"),
        pytest.param("command: [python, main.py]", "command: []", "adapter.yaml:7: command", id="command"),
        pytest.param("command: [python, main.py]", 'command: [sh, "-c", "a b"]', "command.2", id="shell words"),
        pytest.param("language: python", "languages: python", "languages: unknown field", id="unknown field"),
    ],
)
def test_a_mistake_in_the_manifest_is_one_line_with_its_place(tmp_path: Path, old: str, new: str, message: str) -> None:
    folder = small_adapter(tmp_path / "adapter", manifest=MANIFEST.replace(old, new))
    with pytest.raises(ProfileError) as caught:
        read_adapter(folder)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_image_is_pinned_by_its_digest(tmp_path: Path) -> None:
    image = MANIFEST.replace("ecosystem: pypi", f"ecosystem: image\nimage: small/thing@sha256:{HASH}")
    assert read_adapter(small_adapter(tmp_path / "good", manifest=image)).manifest.image == f"small/thing@sha256:{HASH}"
    with pytest.raises(ProfileError, match="image"):
        read_adapter(small_adapter(tmp_path / "bad", manifest=image.replace(f"@sha256:{HASH}", ":latest")))


@pytest.mark.parametrize(
    "line",
    [
        "small-thing==1.0.0",
        f"small-thing>=1.0.0 --hash=sha256:{HASH}",
        "-r other.txt",
        f"--index-url http://127.0.0.1/ --hash=sha256:{HASH}",
        f"small-thing @ file:///etc/passwd --hash=sha256:{HASH}",
        "small-thing==1.0.0 --hash=md5:1234",
    ],
)
def test_a_lock_of_requirements_pins_every_line_by_digest_and_names_nothing_else(tmp_path: Path, line: str) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text(f"good==1 --hash=sha256:{HASH}\n{line}\n")
    with pytest.raises(AdapterError, match="is no requirement pinned by"):
        requirements(lock)


def test_requirements_are_known_by_their_normal_names(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text(
        f"# made by a tool\nSmall_Thing[fast]==1.0 ; python_version >= '3' \\\n  --hash=sha256:{HASH} \\\n  --hash=sha256:{'b' * 64}\n"
    )
    assert requirements(lock) == {"small-thing==1.0": (HASH, "b" * 64)}


def test_a_lock_must_hold_the_package_and_be_there(tmp_path: Path) -> None:
    folder = small_adapter(tmp_path / "adapter")
    (folder / "requirements.lock").write_text(f"other==1 --hash=sha256:{HASH}\n")
    with pytest.raises(AdapterError, match=r"does not hold small-thing==1\.0\.0"):
        read_adapter(folder)
    (folder / "requirements.lock").unlink()
    with pytest.raises(AdapterError, match="can't be read"):
        read_adapter(folder)


def test_an_npm_lock_is_read(tmp_path: Path) -> None:
    folder = small_adapter(tmp_path / "adapter", manifest=NPM)
    (folder / "package-lock.json").write_text(json.dumps(npm_lock()))
    assert read_adapter(folder).lock.name == "package-lock.json"


@pytest.mark.parametrize(
    ("lock", "message"),
    [
        pytest.param("not json", "no lock of npm", id="no json"),
        pytest.param("{}", "no lock of npm", id="no packages"),
        pytest.param({"packages": {"": {"dependencies": {"a": 1}}}}, "no objects", id="no versions"),
        pytest.param(npm_lock(integrity=None), "not pinned by integrity", id="no digest"),
        pytest.param(npm_lock(integrity="sha1-abc"), "not pinned by integrity", id="weak digest"),
        pytest.param(npm_lock(link=True), "not pinned by integrity", id="link"),
        pytest.param(npm_lock(resolved="git+ssh://host/x"), "comes from elsewhere", id="git"),
        pytest.param(npm_lock(resolved="http://127.0.0.1/x.tgz"), "comes from elsewhere", id="private address"),
        pytest.param(npm_lock(version="2.0.0"), "does not hold small-thing", id="other version"),
    ],
)
def test_an_npm_lock_pins_packages_of_the_registry_by_digest(tmp_path: Path, lock: str | dict[str, Any], message: str) -> None:
    folder = small_adapter(tmp_path / "adapter", manifest=NPM)
    (folder / "package-lock.json").write_text(lock if isinstance(lock, str) else json.dumps(lock))
    with pytest.raises(AdapterError, match=message):
        read_adapter(folder)


def test_a_package_s_place_stays_below_node_modules(tmp_path: Path) -> None:
    lock = tmp_path / "package-lock.json"
    document = npm_lock()
    document["packages"]["../outside"] = {"version": "1.0.0", "integrity": "sha512-abc=="}
    lock.write_text(json.dumps(document))
    with pytest.raises(AdapterError, match="not pinned"):
        locked_packages(lock)


def test_a_link_and_a_heap_of_files_are_refused(tmp_path: Path) -> None:
    linked = small_adapter(tmp_path / "linked")
    (linked / "passwords").symlink_to("/etc/passwd")
    with pytest.raises(AdapterError, match="a link"):
        read_adapter(linked)
    heap = small_adapter(tmp_path / "heap")
    (heap / "big").write_bytes(b"\0" * (4 * 1024**2 + 1))
    with pytest.raises(AdapterError, match="a small program"):
        read_adapter(heap)


GO = MANIFEST.replace("ecosystem: pypi", "ecosystem: go").replace("[python, main.py]", "[./harness-program]")
GO = GO.replace("package: small-thing", "package: small.example/thing/v2").replace("version: 1.0.0", "version: v2.1.0")
GO_MOD = """module example.com/adapter // ours

go 1.24

require small.example/thing/v2 v2.1.0

require (
\tother.example/a_b v0.0.0-20200101000000-abcdefabcdef // indirect
)
"""
H1 = f"h1:{'A' * 43}="


def go_adapter(
    folder: Path, *, mod: str = GO_MOD, sums: str = f"small.example/thing/v2 v2.1.0 {H1}\nsmall.example/thing/v2 v2.1.0/go.mod {H1}\n"
) -> Path:
    small_adapter(folder, manifest=GO)
    (folder / "go.mod").write_text(mod)
    (folder / "go.sum").write_text(sums)
    return folder


def test_a_go_module_is_pinned_by_its_sum(tmp_path: Path) -> None:
    adapter = read_adapter(go_adapter(tmp_path / "adapter"))
    assert adapter.lock.name == "go.sum"
    assert module_digest(adapter) == H1


@pytest.mark.parametrize(
    ("mod", "sums", "message"),
    [
        pytest.param(f"{GO_MOD}replace small.example/thing/v2 => ../elsewhere\n", None, "go.mod: 'replace small.example", id="replace"),
        pytest.param(f"{GO_MOD}toolchain go1.99\n", None, "go.mod: 'toolchain go1.99' is none of", id="toolchain"),
        pytest.param(f"{GO_MOD}require ../elsewhere v1.0.0\n", None, "go.mod: 'require ../elsewhere", id="path"),
        pytest.param(GO_MOD, f"other.example/a_b v1.0.0 {H1}\n", "does not hold small.example/thing/v2 v2.1.0", id="not pinned"),
        pytest.param(GO_MOD, f"small.example/thing/v2 v2.1.0/go.mod {H1}\n", "does not hold small.example/thing/v2 v2.1.0", id="half"),
        pytest.param(GO_MOD, "small.example/thing/v2 v2.1.0 h1:short\n", "is no line of a go.sum", id="short"),
    ],
)
def test_a_go_module_that_is_not_pinned_or_comes_from_elsewhere_is_refused(
    tmp_path: Path, mod: str, sums: str | None, message: str
) -> None:
    more = {} if sums is None else {"sums": sums}
    with pytest.raises(AdapterError) as caught:
        read_adapter(go_adapter(tmp_path / "adapter", mod=mod, **more))
    assert message in str(caught.value)
