from __future__ import annotations

import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from reports.clearance import Requirements, verify_folder
from reports.errors import KeyFileError, LogError, PublishError, ReportError
from reports.files import create_atomically, digest_of, write_atomically
from reports.issue import issue
from reports.log import Log, LogEntry
from reports.registries import pypi
from reports.registries.static import StaticRegistry
from reports.signers import open_keys
from tests.simulators.certified_run import FINISHED, NOW, CertifiedRun


@pytest.fixture
def full_disk() -> Iterator[None]:
    """Every file ends after 100 bytes: the system refuses the next one, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_replaced_whole_and_left_alone_where_it_is_the_same(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "file"

    write_atomically(path, b"one")
    first = path.stat()
    write_atomically(path, b"one")
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (first.st_ino, first.st_mtime_ns)
    write_atomically(path, b"two")
    assert path.read_bytes() == b"two"
    assert path.stat().st_ino != first.st_ino
    assert names(path.parent) == ["file"]


def test_a_file_is_created_by_one_only(tmp_path: Path) -> None:
    assert create_atomically(tmp_path / "file", b"one", mode=0o600)
    assert not create_atomically(tmp_path / "file", b"two")
    assert (tmp_path / "file").read_bytes() == b"one"
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o600
    assert names(tmp_path) == ["file"]


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()

    with pytest.raises(OSError, match="directory"):
        write_atomically(tmp_path / "folder", b"content")
    assert names(tmp_path) == ["folder"]


@pytest.mark.usefixtures("full_disk")
def test_a_full_disk_leaves_the_old_content_and_no_other_file(tmp_path: Path) -> None:
    write_atomically(tmp_path / "file", b"old")

    for write in (write_atomically, create_atomically):
        with pytest.raises(OSError, match="too large"):
            write(tmp_path / "file", b"x" * 5000)
    assert (tmp_path / "file").read_bytes() == b"old"
    assert names(tmp_path) == ["file"]


def test_a_full_disk_is_one_clear_line_everywhere(run: CertifiedRun, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    clearance = verify_folder(run.folder, Requirements(trust=run.keys.trust, now=NOW))
    entry = LogEntry(kind="certificate", envelope="f" * 64, exchange="sample", run_id="r", logged_at=NOW)
    request.getfixturevalue("full_disk")

    with pytest.raises(ReportError, match=r"the report can't be written .* free space") as report:
        issue(run.report, tmp_path / "other", signers=(run.keys.signer,), log=run.log, now=FINISHED)
    with pytest.raises(LogError, match="the log can't be written"):
        run.log.append(entry)
    with pytest.raises(KeyFileError, match="the keys can't be used"):
        open_keys(tmp_path / "new-keys", now=NOW)
    with pytest.raises(PublishError, match=r"the registry can't be written .* publish again"):
        pypi.publish(run.packages[0], clearance, StaticRegistry(folder=tmp_path / "registry"))
    assert "\n" not in str(report.value)
    assert Log(tmp_path / "log", signer=run.keys.signer, trust=run.keys.trust).entries()[0].run_id == run.report.run_id


def test_a_digest_is_that_of_the_bytes(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"abc")

    assert digest_of(tmp_path / "file") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_issuing_again_gives_the_same_files(run: CertifiedRun) -> None:
    before = {path.name: path.read_bytes() for path in run.folder.glob("report*")}

    again = issue(run.report, run.folder, signers=(run.keys.signer,), log=run.log, now=NOW)

    assert again == run.issued
    assert {path.name: path.read_bytes() for path in run.folder.glob("report*")} == before
    assert len(run.log.entries()) == 1
