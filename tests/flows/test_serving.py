"""The process tree of ``certify serve``, with small members in place of the large ones."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest

from certification.errors import CertificationError, UnavailableError
from flows.serving import Member, free_port, members, require_free, run_tree

_LISTENS = """
import http.server, os, signal, subprocess, sys, pathlib
folder, name, port = pathlib.Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
with (folder / "told").open("a") as told:
    told.write(f"start {name} {os.getpid()} {child.pid}\\n")

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments):
        pass

def end(*_):
    with (folder / "told").open("a") as told:
        told.write(f"end {name} 0 0\\n")
    sys.exit(0)

signal.signal(signal.SIGTERM, end)
http.server.HTTPServer(("127.0.0.1", port), Handler).serve_forever()
"""


def listening(folder: Path, name: str) -> Member:
    port = free_port()
    return Member(name=name, argv=(sys.executable, "-c", _LISTENS, str(folder), name, str(port)), health_url=f"http://127.0.0.1:{port}/")


def dying(exit_code: int, *, port: int | None = None) -> Member:
    url = f"http://127.0.0.1:{port}/" if port else None
    return Member(name="dying", argv=(sys.executable, "-c", f"import sys; sys.exit({exit_code})"), health_url=url)


def told(folder: Path) -> list[tuple[str, str, int, int]]:
    lines = [line.split() for line in (folder / "told").read_text().splitlines()]
    return [(what, name, int(process), int(child)) for what, name, process, child in lines]


def lives(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def all_gone(folder: Path) -> bool:
    """Whether none lives, soon: a process that was killed may take a moment to be gone."""
    waiting = threading.Event()
    for _ in range(100):
        if not any(lives(process) for entry in told(folder) for process in entry[2:] if process):
            return True
        waiting.wait(0.05)
    return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_members_start_in_order_and_a_signal_ends_them_last_first(tmp_path: Path, number: signal.Signals) -> None:
    tree = tuple(listening(tmp_path, name) for name in ("first", "second", "third"))
    before = signal.getsignal(number)

    def ready() -> None:
        assert all(httpx.get(str(member.health_url), trust_env=False).is_success for member in tree)
        threading.Timer(0, os.kill, (os.getpid(), number)).start()

    assert run_tree(tree, os.environ, ready=ready) == 0
    assert [entry[:2] for entry in told(tmp_path)] == [
        *(("start", name) for name in ("first", "second", "third")),
        *(("end", name) for name in ("third", "second", "first")),
    ]
    assert all_gone(tmp_path), "a member's own children end with it"
    assert signal.getsignal(number) is before


def test_a_member_that_ends_by_itself_ends_the_tree(tmp_path: Path) -> None:
    tree = (listening(tmp_path, "first"), dying(7))
    with pytest.raises(UnavailableError, match="dying ended by itself with exit code 7") as caught:
        run_tree(tree, os.environ, ready=lambda: None)
    assert caught.value.exit_code == 3
    assert all_gone(tmp_path)


def test_a_member_that_never_starts_is_named(tmp_path: Path) -> None:
    tree = (listening(tmp_path, "first"), dying(9, port=free_port()))
    with pytest.raises(UnavailableError, match=r"dying did not start \(exit code 9\)"):
        run_tree(tree, os.environ, ready=lambda: pytest.fail("it is not ready"))
    assert all_gone(tmp_path)


def test_a_signal_during_the_start_ends_what_has_started(tmp_path: Path) -> None:
    silent = Member(
        name="silent", argv=(sys.executable, "-c", "import time; time.sleep(600)"), health_url=f"http://127.0.0.1:{free_port()}/"
    )
    first = listening(tmp_path, "first")
    program = "import os, signal; os.kill(os.getppid(), signal.SIGTERM)"
    teller = Member(name="teller", argv=(sys.executable, "-c", program))
    assert run_tree((first, teller, silent), os.environ, ready=lambda: pytest.fail("it is not ready")) == 0
    assert all_gone(tmp_path)


_TREE = """
import os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from flows.serving import run_tree
from tests.flows.test_serving import listening
run_tree((listening(Path(sys.argv[1]), "first"),), os.environ, ready=lambda: print("ready", flush=True))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a member ends when its own connections do")
def test_members_end_when_we_are_killed(tmp_path: Path) -> None:
    repository = str(Path(__file__).parents[2])
    with subprocess.Popen((sys.executable, "-c", _TREE, str(tmp_path), repository), stdout=subprocess.PIPE, cwd=repository) as tree:
        assert tree.stdout is not None
        assert tree.stdout.readline() == b"ready\n"
        tree.kill()
    ended = threading.Event()
    for _ in range(200):
        if len(told(tmp_path)) == 2:
            break
        ended.wait(0.05)
    assert told(tmp_path)[-1][:2] == ("end", "first")
    os.kill(told(tmp_path)[0][3], signal.SIGKILL)


def test_a_taken_port_is_refused_with_advice() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CertificationError, match=rf"port {port} on 127\.0\.0\.1 can't be had: .*--port"):
            require_free("127.0.0.1", port)
    require_free("127.0.0.1", port)


@pytest.mark.parametrize(("host", "health"), [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("::", "[::1]")])  # noqa: S104 - not bound
def test_the_real_tree_keeps_prefect_on_loopback(host: str, health: str) -> None:
    prefect, worker, portal = members(host=host, port=8460, prefect_port=4200)
    assert [member.name for member in (prefect, worker, portal)] == ["prefect", "worker", "portal"]
    assert prefect.argv[prefect.argv.index("--host") + 1] == "127.0.0.1"
    assert worker.health_url == "http://127.0.0.1:4200/api/deployments/name/watch/watch", "deployed last: then all are"
    assert portal.argv[portal.argv.index("--host") + 1] == host
    assert portal.health_url == f"http://{health}:8460/health"


def test_a_member_may_be_asked_as_by_ctrl_c_and_what_it_leaves_is_ended(tmp_path: Path) -> None:
    first = listening(tmp_path, "first")
    program = first.argv[2].replace("signal.SIGTERM, end", "signal.SIGINT, end")
    asked = Member(name="first", argv=(first.argv[0], "-c", program, *first.argv[3:]), health_url=first.health_url, interrupted=True)
    assert run_tree((asked,), os.environ, ready=lambda: threading.Timer(0, os.kill, (os.getpid(), signal.SIGTERM)).start()) == 0
    assert [entry[:2] for entry in told(tmp_path)] == [("start", "first"), ("end", "first")]
    assert all_gone(tmp_path)
