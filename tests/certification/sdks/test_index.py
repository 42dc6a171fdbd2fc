import hashlib
import io
import json
import tarfile
import zipfile

import pytest

from certification.errors import BuildError
from certification.sdks.index import ArtefactContent, IndexFile, PackageVersion, go_mod, go_proxy_tree, npm_packument, simple_index


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def tarred(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


METADATA = b"Metadata-Version: 2.3\nName: open-x\nVersion: 1.2.0\nRequires-Python: >=3.11\n"


def python_version(version: str = "1.2.0", *, withdrawn: str = "") -> PackageVersion:
    stem = f"open_x-{version}"
    wheel = ArtefactContent(kind="wheel", name=f"{stem}-py3-none-any.whl", content=zipped({f"{stem}.dist-info/METADATA": METADATA}))
    sdist = ArtefactContent(kind="sdist", name=f"{stem}.tar.gz", content=tarred({f"{stem}/PKG-INFO": METADATA}))
    return PackageVersion(package="Open_X", version=version, artefacts=(wheel, sdist), withdrawn=withdrawn)


def npm_version(version: str = "1.2.0", *, withdrawn: str = "", published_at: str = "") -> PackageVersion:
    manifest = {"name": "@open/x", "version": version}
    content = tarred({"package/package.json": json.dumps(manifest).encode(), "package/README.md": b"hello"})
    artefact = ArtefactContent(kind="npm-tarball", name=f"open-x-{version}.tgz", content=content)
    return PackageVersion(package="@open/x", version=version, artefacts=(artefact,), withdrawn=withdrawn, published_at=published_at)


def go_version(version: str = "1.2.0", *, module: str = "example.com/Open/x", withdrawn: str = "") -> PackageVersion:
    content = zipped({f"{module}@v{version}/go.mod": f"module {module}\n\ngo 1.24\n".encode()})
    artefact = ArtefactContent(kind="go-module-zip", name=f"v{version}.zip", content=content)
    return PackageVersion(package=module, version=version, artefacts=(artefact,), withdrawn=withdrawn)


def by_path(files: tuple[IndexFile, ...]) -> dict[str, IndexFile]:
    assert [file.path for file in files] == sorted(file.path for file in files)
    return {file.path: file for file in files}


def test_a_python_project_is_listed_under_its_normalised_name_with_digests() -> None:
    version = python_version()
    files = by_path(simple_index((version,)))
    wheel, sdist = version.artefacts
    page = files["simple/open-x/index.html"].content.decode()
    assert f'href="{wheel.name}#sha256={hashlib.sha256(wheel.content).hexdigest()}"' in page
    assert f'href="{sdist.name}#sha256={hashlib.sha256(sdist.content).hexdigest()}"' in page
    assert 'data-requires-python="&gt;=3.11"' in page
    assert files[f"simple/open-x/{wheel.name}"].content == wheel.content
    assert files[f"simple/open-x/{wheel.name}.metadata"].content == METADATA
    assert f"simple/open-x/{sdist.name}.metadata" not in files
    assert '<a href="open-x/">' in files["simple/index.html"].content.decode()


def test_the_json_twin_says_the_same() -> None:
    version = python_version(withdrawn="loses money")
    files = by_path(simple_index((version,)))
    document = json.loads(files["simple/open-x/index.json"].content)
    wheel = document["files"][0]
    assert document["versions"] == ["1.2.0"]
    assert wheel["hashes"]["sha256"] == files[f"simple/open-x/{wheel['url']}"].digest
    assert wheel["core-metadata"]["sha256"] == files[f"simple/open-x/{wheel['url']}.metadata"].digest
    assert wheel["yanked"] == "loses money"
    assert wheel["requires-python"] == ">=3.11"
    assert "upload-time" not in wheel
    assert json.loads(files["simple/index.json"].content)["projects"] == [{"name": "open-x"}]


def test_a_name_out_of_an_artefact_can_not_leave_its_attribute() -> None:
    artefact = ArtefactContent(kind="wheel", name='"><script>.whl', content=zipped({"x.dist-info/METADATA": b'Requires-Python: "><b>\n'}))
    files = by_path(simple_index((PackageVersion(package="x", version="1.0.0", artefacts=(artefact,), withdrawn='"<i>'),)))
    page = files["simple/x/index.html"].content.decode()
    assert "<script>" not in page
    assert "<b>" not in page
    assert "<i>" not in page


def test_versions_stand_in_the_order_of_their_numbers() -> None:
    files = by_path(simple_index((python_version("1.10.0"), python_version("1.9.0"))))
    assert json.loads(files["simple/open-x/index.json"].content)["versions"] == ["1.9.0", "1.10.0"]


def test_a_packument_names_the_tarball_and_its_digests() -> None:
    version = npm_version(published_at="2025-01-31T12:00:00Z")
    files = by_path(npm_packument((version,), base_url="http://localhost:1"))
    packument = json.loads(files["@open/x/index.json"].content)
    dist = packument["versions"]["1.2.0"]["dist"]
    content = files["@open/x/-/x-1.2.0.tgz"].content
    assert content == version.artefacts[0].content
    assert dist["tarball"] == "http://localhost:1/@open/x/-/x-1.2.0.tgz"
    assert dist["shasum"] == hashlib.sha1(content, usedforsecurity=False).hexdigest()
    assert dist["integrity"].startswith("sha512-")
    assert dist["fileCount"] == 2
    assert packument["time"]["1.2.0"] == "2025-01-31T12:00:00Z"


def test_a_withdrawn_version_is_not_the_latest() -> None:
    versions = (npm_version("1.2.0"), npm_version("1.10.0", withdrawn="loses money"))
    packument = json.loads(by_path(npm_packument(versions, base_url="http://localhost:1"))["@open/x/index.json"].content)
    assert packument["dist-tags"] == {"latest": "1.2.0"}
    assert packument["versions"]["1.10.0"]["deprecated"] == "loses money"
    assert "time" not in packument
    go = by_path(go_proxy_tree((go_version("1.2.0"), go_version("1.10.0", withdrawn="loses money"))))
    assert go["example.com/!open/x/@v/list"].content == b"v1.2.0\n"
    assert json.loads(go["example.com/!open/x/@latest"].content)["Version"] == "v1.2.0"


def test_a_go_proxy_has_every_file_of_the_protocol() -> None:
    version = go_version()
    files = by_path(go_proxy_tree((version,)))
    root = "example.com/!open/x/@v"
    assert files[f"{root}/list"].content == b"v1.2.0\n"
    assert files[f"{root}/v1.2.0.mod"].content.startswith(b"module example.com/Open/x\n")
    assert files[f"{root}/v1.2.0.zip"].content == version.artefacts[0].content
    assert json.loads(files[f"{root}/v1.2.0.info"].content) == {"Version": "v1.2.0", "Time": "1980-01-01T00:00:00Z"}


@pytest.mark.parametrize(
    ("version", "words"),
    [
        pytest.param(go_version(module="example.com/a"), "holds no example.com/b@v1.2.0/go.mod", id="no go.mod"),
        pytest.param(
            PackageVersion(
                package="example.com/b",
                version="1.2.0",
                artefacts=(
                    ArtefactContent(kind="go-module-zip", name="v.zip", content=zipped({"example.com/b@v1.2.0/go.mod": b"module evil\n"})),
                ),
            ),
            "declares another module",
            id="another module",
        ),
    ],
)
def test_a_module_zip_of_another_module_is_refused(version: PackageVersion, words: str) -> None:
    renamed = PackageVersion(package="example.com/b", version="1.2.0", artefacts=version.artefacts)
    with pytest.raises(BuildError, match=words):
        go_mod(renamed, renamed.artefacts[0].content)


def npm_of(files: dict[str, bytes]) -> PackageVersion:
    return PackageVersion(
        package="x", version="1.0.0", artefacts=(ArtefactContent(kind="npm-tarball", name="x.tgz", content=tarred(files)),)
    )


@pytest.mark.parametrize(
    ("version", "words"),
    [
        pytest.param(npm_of({}), "holds no readable package/package.json", id="no manifest"),
        pytest.param(npm_of({"package/package.json": b"{"}), "holds no readable package/package.json", id="broken manifest"),
        pytest.param(npm_of({"package/package.json": b'{"name":"y","version":"1.0.0"}'}), "names another package", id="another name"),
        pytest.param(npm_of({"package/package.json": b"[]"}), "names another package", id="no object"),
        pytest.param(PackageVersion(package="x", version="1.0.0", artefacts=()), "has 0 artefacts", id="no tarball"),
    ],
)
def test_a_tarball_of_another_package_is_refused(version: PackageVersion, words: str) -> None:
    with pytest.raises(BuildError, match=words):
        npm_packument((version,), base_url="http://localhost:1")


@pytest.mark.parametrize(
    ("kind", "content", "words"),
    [
        pytest.param("wheel", zipped({}), "has no metadata", id="wheel without metadata"),
        pytest.param("wheel", b"no zip", "has no metadata", id="no zip"),
        pytest.param("sdist", tarred({}), "has no metadata", id="sdist without metadata"),
        pytest.param("sdist", b"no tar", "has no metadata", id="no tar"),
        pytest.param("egg", b"", "is no wheel or sdist", id="another kind"),
    ],
)
def test_a_broken_python_artefact_is_refused(kind: str, content: bytes, words: str) -> None:
    artefact = ArtefactContent(kind=kind, name="x-1.0.0.whl", content=content)
    with pytest.raises(BuildError, match=words):
        simple_index((PackageVersion(package="x", version="1.0.0", artefacts=(artefact,)),))


def test_the_same_version_twice_is_refused() -> None:
    with pytest.raises(BuildError, match="list each version once"):
        simple_index((python_version(), python_version()))


def test_the_same_input_gives_the_same_bytes() -> None:
    version = python_version()
    assert simple_index((version,)) == simple_index((version,))
