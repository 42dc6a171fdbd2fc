from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from certification.errors import IsolationError
from certification.isolation import downloads, engine, images


def test_the_same_content_has_the_same_name_and_any_other_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = images.RECIPES["reference-exchange"]
    first = images._digest(recipe, "sha256:1")
    assert first == images._digest(recipe, "sha256:1")
    assert first != images._digest(recipe, "sha256:2")
    assert first != images._digest(images.RECIPES["toolbox"], "sha256:1")


def test_what_tools_leave_behind_is_no_content(tmp_path: Path) -> None:
    for name in ("a.py", "b/c.txt", "__pycache__/a.pyc", "node_modules/x.js", ".cache/y", ".hidden"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert [path.relative_to(tmp_path).as_posix() for path in images._files(tmp_path)] == ["a.py", "b/c.txt"]
    assert list(images._files(tmp_path / "a.py")) == [tmp_path / "a.py"]


def test_a_download_is_made_once_and_whole(tmp_path: Path) -> None:
    (tmp_path / "in.txt").write_text("given")
    command = [sys.executable, "-c", "open('out.txt', 'w').write(open('in.txt').read())"]
    made = downloads.made(tmp_path / "cache" / "x", command, inputs=(tmp_path / "in.txt",))
    assert (made / "out.txt").read_text() == "given"
    assert downloads.made(tmp_path / "cache" / "x", ["false"]) == made
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["x"]


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ([sys.executable, "-c", "import sys; sys.exit('first\\nno such package')"], "no such package"),
        (["no-such-tool-at-all"], "No such file"),
    ],
)
def test_a_failed_download_leaves_nothing_and_says_its_last_line(tmp_path: Path, command: list[str], message: str) -> None:
    with pytest.raises(IsolationError, match=message):
        downloads.made(tmp_path / "cache" / "x", command)
    assert not list((tmp_path / "cache").iterdir())


def test_by_hand_without_an_engine_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    result = CliRunner().invoke(images.main, ["toolbox"])
    assert result.exit_code == 3
    assert result.output.startswith("no container engine answers")


@pytest.mark.container
def test_an_engine_says_what_it_lacks() -> None:
    try:
        client = engine.connect()
    except IsolationError as error:
        pytest.skip(str(error))
    with pytest.raises(IsolationError, match="is none of toolbox, reference-exchange"):
        images.ensure("unheard-of", client=client)
    with pytest.raises(IsolationError, match="is not here and can't be pulled"):
        images.ensure("toolbox", client=client, base="no-such-image.invalid/base:1")
    assert not engine.has_image(client, "no-such-image.invalid/base:1")
    client.close()


@pytest.mark.container
@pytest.mark.timeout(600)
def test_a_context_holds_all_that_a_build_needs(tmp_path: Path) -> None:
    base = os.environ.get("CERTIFY_BASE_IMAGE")
    arguments = ["reference-exchange", "--context", str(tmp_path / "context"), *(("--base", base) if base else ())]
    result = CliRunner().invoke(images.main, arguments)
    if result.exit_code == 3:
        pytest.skip(result.output)
    context = tmp_path / "context"
    assert (context / "sources/certification/sandboxes/reference/__main__.py").is_file()
    assert (context / "sources/exchanges/reference/openapi.yaml").is_file()
    assert list((context / "wheels").glob("starlette-*.whl"))
