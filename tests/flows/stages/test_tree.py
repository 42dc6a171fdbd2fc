"""A generated tree never touches what somebody wrote by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from certification.errors import CertificationError
from flows.stages.tree import LISTING, differences, with_hand_written, write_source
from sdkgen.language import Language
from sdkgen.source import SdkOptions, SdkSource, SourceFile
from tests.flows.conftest import Certify
from tests.simulators.small_exchange import write_description, write_exchange

OPTIONS = SdkOptions(package="small", version="0.1.0", exchange_id="small", exchange_name="Small")


def source(**files: str) -> SdkSource:
    """A tree with these files, ``__`` for ``/``."""
    made = {path.replace("__", "/"): content.encode() for path, content in files.items()}
    return SdkSource(
        language=Language.GO,
        package="small",
        version="0.1.0",
        files=tuple(SourceFile(path=path, content=made[path]) for path in sorted(made)),
        harness=(),
        operations=0,
        types=0,
        fields=0,
        extensions="extensions",
    )


def put(file: Path, text: str = "mine") -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def test_what_was_generated_goes_and_what_was_written_by_hand_stays(tmp_path: Path) -> None:
    write_source(source(old__a="1", both="1"), tmp_path)
    put(tmp_path / "extensions" / "deep" / "mine.go")
    write_source(source(both="2", new="2"), tmp_path)
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == [LISTING, "both", "mine.go", "new"]
    assert not (tmp_path / "old").exists(), "no empty folder is left behind"
    assert (tmp_path / "both").read_text() == "2"
    assert differences(source(both="2", new="2"), tmp_path) == ()


def test_a_file_of_a_stranger_elsewhere_is_refused_and_nothing_is_removed(tmp_path: Path) -> None:
    write_source(source(a="1"), tmp_path)
    put(tmp_path / "extensions.go")
    with pytest.raises(CertificationError, match=r"1 files that were not generated, such as extensions\.go"):
        write_source(source(a="2"), tmp_path)
    assert (tmp_path / "a").read_text() == "1"
    assert differences(source(a="1"), tmp_path) == ("extensions.go",)


def test_a_tree_without_a_place_for_extensions_has_none(tmp_path: Path) -> None:
    put(tmp_path / "extensions" / "a")
    with pytest.raises(CertificationError, match="not generated"):
        write_source(replace(source(a="1"), extensions=""), tmp_path)


def test_an_extension_that_left_the_profile_leaves_the_tree(tmp_path: Path) -> None:
    write_source(source(extensions__a="of the profile"), tmp_path)
    assert differences(source(), tmp_path) == ("extensions/a",)
    write_source(source(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [LISTING]


def test_an_extension_of_the_profile_that_was_changed_in_the_tree_differs(tmp_path: Path) -> None:
    write_source(source(extensions__a="of the profile"), tmp_path)
    put(tmp_path / "extensions" / "a", "changed")
    assert differences(source(extensions__a="of the profile"), tmp_path) == ("extensions/a",)


def test_the_interpreters_caches_are_in_nobodys_way(tmp_path: Path) -> None:
    write_source(source(old__a="1"), tmp_path)
    put(tmp_path / "old" / "__pycache__" / "a.pyc")
    assert differences(source(old__a="1"), tmp_path) == ()
    write_source(source(new="2"), tmp_path)
    assert differences(source(new="2"), tmp_path) == ()


def test_a_link_in_the_tree_is_no_file_of_ours(tmp_path: Path) -> None:
    (tmp_path / "tree").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "tree" / "src").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(CertificationError, match="such as src"):
        write_source(source(src__a="1"), tmp_path / "tree")
    assert not any((tmp_path / "elsewhere").iterdir())


def test_a_path_outside_the_tree_is_not_written(tmp_path: Path) -> None:
    outside = replace(source(), files=(SourceFile(path="../a", content=b""),))
    with pytest.raises(ValueError, match="outside its folder"):
        write_source(outside, tmp_path / "tree")
    assert not (tmp_path / "a").exists()


def test_what_is_written_by_hand_becomes_part_of_the_package(tmp_path: Path) -> None:
    given = replace(OPTIONS, extensions=(SourceFile(path="profile.go", content=b"1"),))
    write_source(source(extensions__profile__go="1"), tmp_path)
    put(tmp_path / "extensions" / "mine.go")
    found = with_hand_written(given, Language.GO, tmp_path)
    assert {file.path: file.content for file in found.extensions} == {"mine.go": b"mine", "profile.go": b"1"}


def test_the_same_file_by_hand_and_in_the_profile_is_one_and_another_one_is_refused(tmp_path: Path) -> None:
    given = replace(OPTIONS, extensions=(SourceFile(path="a.go", content=b"mine"),))
    put(tmp_path / "extensions" / "a.go")
    assert with_hand_written(given, Language.GO, tmp_path) == given
    put(tmp_path / "extensions" / "a.go", "another")
    with pytest.raises(CertificationError, match="written by hand, and the profile has an extension of the same name"):
        with_hand_written(given, Language.GO, tmp_path)


def test_extensions_live_through_generating_checking_and_stamps(certify: Certify, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    description = write_exchange(tmp_path / "exchanges", "small")
    monkeypatch.setenv("CERTIFY_EXCHANGES", str(tmp_path / "exchanges"))
    tree = tmp_path / "sdks" / "small" / "typescript"
    generate = ("generate", "small", "--language", "typescript")
    assert certify(*generate).exit_code == 0
    assert "extensions" not in (tree / "package.json").read_text()
    put(tree / "src" / "extensions" / "mine.ts", "export const mine = 1;\n")
    assert certify(*generate, "--check").exit_code == 1, "the package does not export it yet"
    assert certify(*generate).exit_code == 0
    assert '"./extensions/mine"' in (tree / "package.json").read_text()
    assert certify(*generate, "--check").exit_code == 0
    assert "unchanged" in certify(*generate).out
    put(tmp_path / "exchanges" / "small" / "extensions" / "typescript" / "ours.ts", "export const ours = 1;\n")
    assert "unchanged" not in certify(*generate).out
    write_description(description, without="/report")
    assert certify(*generate).exit_code == 0
    assert sorted(file.name for file in (tree / "src" / "extensions").iterdir()) == ["mine.ts", "ours.ts"]
    assert certify(*generate, "--check").exit_code == 0
