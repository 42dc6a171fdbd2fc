"""What a profile's folder may hold for its SDKs, and what is refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from certification.errors import ProfileError
from certification.extensions import extensions_digest, extensions_of, read_extensions
from sdkgen.language import Language
from sdkgen.source import SourceFile


def put(folder: Path, path: str, content: str = "x = 1\n") -> Path:
    file = folder / "extensions" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content)
    return file


def paths(folder: Path, language: Language = Language.PYTHON) -> list[str]:
    return [file.path for file in extensions_of(folder, language)]


def test_a_profile_without_the_folder_has_none(tmp_path: Path) -> None:
    assert [extensions_of(tmp_path, language) for language in Language] == [(), (), ()]


def test_files_come_sorted_by_their_paths_and_only_in_their_language(tmp_path: Path) -> None:
    for path in ("python/z.py", "python/a/b.py", "go/a.go"):
        put(tmp_path, path)
    assert extensions_of(tmp_path, Language.PYTHON) == (
        SourceFile(path="a/b.py", content=b"x = 1\n"),
        SourceFile(path="z.py", content=b"x = 1\n"),
    )
    assert (paths(tmp_path, Language.GO), paths(tmp_path, Language.TYPESCRIPT)) == (["a.go"], [])


def test_caches_hidden_files_and_notes_beside_the_languages_are_left_out(tmp_path: Path) -> None:
    for path in ("README.md", ".git/config", "python/.hidden", "python/__pycache__/a.pyc", "python/a.py"):
        put(tmp_path, path)
    assert paths(tmp_path) == ["a.py"]


def test_a_folder_of_no_language_is_a_mistake(tmp_path: Path) -> None:
    put(tmp_path, "pyton/a.py")
    with pytest.raises(ProfileError, match="pyton: extensions lie in a folder per language; use go, python, typescript"):
        extensions_of(tmp_path, Language.PYTHON)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("python/go.mod", "a module inside a module"),
        ("python/a b.py", "the name 'a b.py' is not allowed"),
        ("python/\u202ea.py", "is not allowed"),
        (f"python/{'d' * 120}/{'e' * 121}.py", "is not allowed"),
    ],
)
def test_what_would_not_arrive_everywhere_is_refused(tmp_path: Path, path: str, reason: str) -> None:
    put(tmp_path, path)
    with pytest.raises(ProfileError, match=reason):
        extensions_of(tmp_path, Language.PYTHON)


def test_names_that_differ_in_case_only_are_refused(tmp_path: Path) -> None:
    put(tmp_path, "python/Spread.py")
    put(tmp_path, "python/spread.py")
    with pytest.raises(ProfileError, match="when case is ignored"):
        extensions_of(tmp_path, Language.PYTHON)


@pytest.mark.parametrize("link", ["extensions", "extensions/python", "extensions/python/a.py", "extensions/python/inner"])
def test_no_link_leads_a_file_of_this_machine_into_a_package(tmp_path: Path, link: str) -> None:
    secret = tmp_path / "secret"
    (secret / "python").mkdir(parents=True)
    (secret / "id").write_text("private")
    place = tmp_path / "profile" / link
    place.parent.mkdir(parents=True)
    place.symlink_to(secret / "id" if link.endswith(".py") else secret)
    with pytest.raises(ProfileError, match="link"):
        extensions_of(tmp_path / "profile", Language.PYTHON)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(put(tmp_path, "python/a.py").with_name("pipe.py"))
    with pytest.raises(ProfileError, match="plain file"):
        extensions_of(tmp_path, Language.PYTHON)


def test_what_is_a_package_of_its_own_by_size_is_refused(tmp_path: Path) -> None:
    put(tmp_path, "python/a.py", "#" * 1_999_990)
    assert paths(tmp_path) == ["a.py"]
    put(tmp_path, "python/b.py", "#" * 11)
    with pytest.raises(ProfileError, match="more than 2,000,000 bytes"):
        extensions_of(tmp_path, Language.PYTHON)


def test_what_is_a_package_of_its_own_by_number_is_refused(tmp_path: Path) -> None:
    for number in range(501):
        (tmp_path / f"a{number}.py").touch()
    with pytest.raises(ProfileError, match="more than 500 files"):
        read_extensions(tmp_path)


def test_a_change_in_any_language_is_another_digest(tmp_path: Path) -> None:
    seen = {extensions_digest(tmp_path)}
    for path in ("python/a.py", "python/b.py", "go/a.py", "typescript/a.ts"):
        put(tmp_path, path)
        seen.add(extensions_digest(tmp_path))
    put(tmp_path, "go/a.py", "changed")
    assert len(seen | {extensions_digest(tmp_path)}) == 6
