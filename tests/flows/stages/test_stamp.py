"""Making the same again is left out, and nothing else is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flows.stages.stamp import STAMP, Asked, Stamps
from sdkgen.language import Language
from tests.flows.conftest import Certify
from tests.simulators.small_exchange import write_description, write_exchange

ASKED = Asked(exchange="small", exchanges=Path("exchanges"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in.yaml").write_text("a: 1\n")
    (tmp_path / "out" / "go" / "inner").mkdir(parents=True)
    (tmp_path / "out" / "go" / "inner" / "a.go").write_text("package a\n")
    Stamps(tmp_path / "out", ASKED).write(Language.GO, inputs=(tmp_path / "in.yaml",), said="go 0.1.0")
    return tmp_path


def line(folder: Path, asked: Asked = ASKED, language: Language = Language.GO) -> str | None:
    return Stamps(folder / "out", asked).line_for(language)


def test_the_same_again_says_what_was_said(folder: Path) -> None:
    assert line(folder) == "go 0.1.0"


@pytest.mark.parametrize(
    ("path", "text"),
    [("in.yaml", "a: 2\n"), ("out/go/inner/a.go", "package b\n"), ("out/go/extra.go", ""), (f"out/{STAMP}", "[]"), (f"out/{STAMP}", "{")],
)
def test_whatever_differs_is_made_again(folder: Path, path: str, text: str) -> None:
    (folder / path).write_text(text)
    assert line(folder) is None


@pytest.mark.parametrize("path", ["in.yaml", "out/go/inner/a.go", f"out/{STAMP}"])
def test_whatever_is_gone_is_made_again(folder: Path, path: str) -> None:
    (folder / path).unlink()
    assert line(folder) is None


def test_another_question_has_no_answer_yet(folder: Path) -> None:
    assert line(folder, Asked(exchange="other", exchanges=Path("exchanges"))) is None
    assert line(folder, language=Language.PYTHON) is None


def test_another_generator_makes_it_again(folder: Path) -> None:
    stamp = folder / "out" / STAMP
    known = json.loads(stamp.read_text())
    known["go"]["generator"] = "0" * 64
    stamp.write_text(json.dumps(known))
    assert line(folder) is None


def test_a_tree_that_is_about_to_be_written_is_forgotten(folder: Path) -> None:
    Stamps(folder / "out", ASKED).forget(Language.GO)
    assert line(folder) is None


def test_a_stamp_names_no_place_of_this_machine(folder: Path) -> None:
    assert str(folder) not in (folder / "out" / STAMP).read_text()


def test_generating_twice_writes_once(certify: Certify, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_exchange(tmp_path / "exchanges", "small")
    monkeypatch.setenv("CERTIFY_EXCHANGES", str(tmp_path / "exchanges"))
    first, again = certify("generate", "small", "--language", "go"), certify("generate", "small", "--language", "go")
    assert [line.endswith(", unchanged") for line in (*first.out.splitlines(), *again.out.splitlines())] == [False, True]
    file = tmp_path / "sdks" / "small" / "go" / "go.mod"
    written = file.read_bytes()
    file.write_bytes(b"module changed-by-hand\n")
    assert certify("generate", "small", "--language", "go", "--check").exit_code == 1
    assert "unchanged" not in certify("generate", "small", "--language", "go").out
    assert file.read_bytes() == written
    write_description(tmp_path / "exchanges" / "small" / "openapi.json", without="/report")
    assert "unchanged" not in certify("generate", "small", "--language", "go").out


def test_a_neighbour_that_changes_makes_it_again_and_what_is_not_there_is_told(certify: Certify, tmp_path: Path) -> None:
    item = {"$ref": "./part.yaml"}
    top = {"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": {"/a": item, "/b": {"$ref": "./gone.yaml"}}}
    (tmp_path / "shop.json").write_text(json.dumps(top))
    (tmp_path / "part.yaml").write_text("get: {operationId: getA, responses: {}}")
    first, again = (certify("generate", str(tmp_path / "shop.json"), "--language", "go").out for _ in range(2))
    assert "1 operations" in first
    assert "without 1 parts of the description that can't be read" in first
    assert again.endswith(", unchanged\n")
    (tmp_path / "part.yaml").write_text("{get: {operationId: getA, responses: {}}, put: {operationId: putA, responses: {}}}")
    assert "2 operations" in certify("generate", str(tmp_path / "shop.json"), "--language", "go").out
