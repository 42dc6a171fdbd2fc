from __future__ import annotations

from pathlib import Path

import pytest

from certification.files import create_atomically, digest_of, write_atomically


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


def test_what_is_no_content_leaves_what_was_there(tmp_path: Path) -> None:
    write_atomically(tmp_path / "file", b"old")
    with pytest.raises(TypeError):
        write_atomically(tmp_path / "file", "no bytes")  # type: ignore[arg-type]
    assert (tmp_path / "file").read_bytes() == b"old"
    assert names(tmp_path) == ["file"]


@pytest.mark.usefixtures("full_disk")
def test_a_full_disk_leaves_the_old_content_and_no_other_file(tmp_path: Path) -> None:
    write_atomically(tmp_path / "file", b"old")

    for write in (write_atomically, create_atomically):
        with pytest.raises(OSError, match="too large"):
            write(tmp_path / "file", b"x" * 5000)
    assert (tmp_path / "file").read_bytes() == b"old"
    assert names(tmp_path) == ["file"]


def test_a_digest_is_that_of_the_bytes(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"abc")

    assert digest_of(tmp_path / "file") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
