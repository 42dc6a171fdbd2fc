from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from flows.leash import MARK, leashed, main, marked

REPOSITORY = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(not Path("/proc").is_dir(), reason="no /proc here")

_RUN = """
import os, subprocess, sys, tempfile, time
from flows.leash import MARK, leashed
with leashed():
    ignore = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); " * int(sys.argv[1])
    sleep = "print('up', flush=True); import time; time.sleep(600)"
    child = subprocess.Popen([sys.executable, "-c", ignore + sleep], stdout=subprocess.PIPE)
    child.stdout.readline()
    print(os.environ[MARK], tempfile.mkdtemp(), flush=True)
    time.sleep(600)
"""


@pytest.mark.parametrize("stubborn", [0, 1])
def test_what_a_killed_run_started_ends_with_it(stubborn: int) -> None:
    with subprocess.Popen((sys.executable, "-c", _RUN, str(stubborn)), stdout=subprocess.PIPE, cwd=REPOSITORY) as run:
        assert run.stdout is not None
        token, temporary = run.stdout.readline().decode().split()
        assert Path(temporary).is_dir()
        assert len(marked(token)) == 1
        run.kill()
    waiting = threading.Event()
    for _ in range(300):
        if not marked(token) and not Path(temporary).parent.exists():
            break
        waiting.wait(0.1)
    assert marked(token) == ()
    assert not Path(temporary).parent.exists()


def test_a_run_that_ends_by_itself_ends_nothing_else() -> None:
    with leashed():
        token = os.environ[MARK]
        child = subprocess.Popen((sys.executable, "-c", "input()"), stdin=subprocess.PIPE)
    assert MARK not in os.environ
    assert marked(token) == (child.pid,)
    child.communicate(b"\n")
    assert child.returncode == 0
    assert marked(token) == ()


def test_what_gets_an_environment_of_its_own_is_not_held() -> None:
    with leashed(), subprocess.Popen((sys.executable, "-c", "input()"), stdin=subprocess.PIPE, env={}) as child:
        assert marked(os.environ[MARK]) == ()
        child.communicate(b"\n")


@pytest.mark.parametrize(("said", "lives"), [(b"done", True), (b"", False)])
def test_the_holder_ends_what_is_marked_only_where_nobody_said_that_it_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: bytes, lives: bool
) -> None:
    token = f"token-{os.getpid()}-{lives}"
    folder = tmp_path / "certify-run-of-a-test"
    folder.mkdir()
    emptied: list[bool] = []
    with subprocess.Popen((sys.executable, "-c", "input()"), stdin=subprocess.PIPE, env={MARK: token}) as child:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(said)))
        ended = threading.Thread(target=child.wait)
        ended.start()
        assert main(token, "1 0 a-machine-that-is-not-this-one", str(folder), lambda: emptied.append(True), patience_s=0.2) == 0
        assert (child.poll() is None) is lives
        child.terminate()
        ended.join()
    assert folder.exists() is lives
    assert bool(emptied) is not lives


def test_a_run_s_temporary_files_have_a_folder_that_ends_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    before = tempfile.gettempdir()
    monkeypatch.setenv("TMPDIR", before)
    with leashed():
        folder = Path(tempfile.mkdtemp()).parent
        assert folder == Path(os.environ["TMPDIR"]) != Path(before)
    assert not folder.exists()
    assert (tempfile.gettempdir(), os.environ["TMPDIR"]) == (before, before)
