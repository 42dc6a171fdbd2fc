from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from certification.errors import IsolationError, SandboxError
from certification.isolation import owner
from certification.isolation.process import ProcessRunner
from certification.isolation.runner import Input, Job, JobLimits, Service

SERVER = (
    "import http.server,sys; http.server.HTTPServer((sys.argv[1], int(sys.argv[2])), http.server.SimpleHTTPRequestHandler).serve_forever()"
)


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[ProcessRunner]:
    with ProcessRunner(state=tmp_path / "state", cache=tmp_path / "cache") as made:
        yield made


def python(folder: Path, code: str, *arguments: str, limits: JobLimits | None = None, inputs: tuple[Input, ...] = ()) -> Job:
    return Job(name="test", argv=("python", "-c", code, *arguments), folder=folder, limits=limits or JobLimits(timeout_s=30), inputs=inputs)


def gone(pid: int, *, within_s: float = 5.0) -> bool:
    deadline = time.monotonic() + within_s
    while owner.start_time(pid) is not None and time.monotonic() < deadline:
        time.sleep(0.01)
    return owner.start_time(pid) is None


def wait_for(condition: Callable[[], bool], *, within_s: float = 10.0) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_job_gives_its_output_and_its_exit_code(runner: ProcessRunner, folder: Path) -> None:
    result = runner.run(python(folder, "import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"))
    assert (result.exit_code, result.stdout, result.stderr) == (3, b"out\n", b"err\n")
    assert not result.timed_out
    assert not result.truncated


def test_a_job_writes_into_its_folder_and_reads_its_standard_input(runner: ProcessRunner, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "in.txt").write_text("hello")
    code = "import sys; open('out.txt', 'w').write(sys.stdin.read())"
    runner.run(Job(name="test", argv=("python", "-c", code), folder=folder, stdin=tmp_path / "in.txt"))
    assert (folder / "out.txt").read_text() == "hello"


def test_a_job_sees_only_the_environment_it_was_given(runner: ProcessRunner, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CERTIFY_SECRET", "s3cret")
    code = "import os; print('\\n'.join(sorted(set(os.environ) - {'LC_CTYPE'})))"
    job = Job(name="test", argv=("python", "-c", code), folder=folder, environment=(("GIVEN", "1"),))
    assert runner.run(job).stdout.decode().split() == ["CERTIFY_RUN", "GIVEN", "GOCACHE", "GOTOOLCHAIN", "HOME", "LANG", "PATH", "TMPDIR"]


def test_what_a_job_does_to_its_inputs_reaches_no_original(runner: ProcessRunner, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "given").mkdir()
    original = tmp_path / "given" / "a.txt"
    original.write_text("original")
    code = "import os; os.chmod('lib/given/a.txt', 0o600); open('lib/given/a.txt', 'a').write('!'); print(open('lib/given/a.txt').read())"
    result = runner.run(python(folder, code, inputs=(Input(name="lib/given", source=tmp_path / "given"),)))
    assert result.stdout == b"original!\n"
    assert original.read_text() == "original"
    assert not (folder / "lib/given").exists()


@pytest.mark.parametrize("name", ["../out", "/etc/passwd", "a/../../b", ""])
def test_an_input_never_leads_out_of_the_folder(runner: ProcessRunner, folder: Path, tmp_path: Path, name: str) -> None:
    with pytest.raises(IsolationError, match="leads out"):
        runner.run(python(folder, "", inputs=(Input(name=name, source=tmp_path),)))


def test_an_input_never_replaces_a_file_of_the_folder(runner: ProcessRunner, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "a").write_text("new")
    (folder / "a").write_text("mine")
    with pytest.raises(IsolationError, match="there is one of that name"):
        runner.run(python(folder, "", inputs=(Input(name="a", source=tmp_path / "a"),)))
    assert (folder / "a").read_text() == "mine"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param({"name": "Bad name"}, "its name", id="name"),
        pytest.param({"folder": Path("/nowhere/at/all")}, "does not exist", id="folder"),
        pytest.param({"inputs": (Input(name="a", source=Path("/nowhere/at/all")),)}, "is missing at", id="input"),
    ],
)
def test_a_job_that_makes_no_sense_is_refused(runner: ProcessRunner, folder: Path, change: dict[str, object], message: str) -> None:
    arguments: dict[str, object] = {"name": "test", "argv": ("python", "-V"), "folder": folder, **change}
    with pytest.raises(IsolationError, match=message):
        runner.run(Job(**arguments))  # type: ignore[arg-type]


def test_an_untrusted_job_is_refused_with_the_reason(runner: ProcessRunner, folder: Path) -> None:
    with pytest.raises(IsolationError, match="untrusted and runs in containers only"):
        runner.run(Job(name="test", argv=("python", "-V"), folder=folder, trusted=False))


def test_a_missing_program_says_so(runner: ProcessRunner, folder: Path) -> None:
    result = runner.run(Job(name="test", argv=("no-such-tool",), folder=folder))
    assert result.exit_code == 127
    assert result.stderr == b"no-such-tool: can't be started: No such file or directory\n"


def test_a_signal_that_ends_a_job_shows_in_its_exit_code(runner: ProcessRunner, folder: Path) -> None:
    assert runner.run(python(folder, "import os, signal; os.kill(os.getpid(), signal.SIGTERM)")).exit_code == 143


def test_a_time_out_ends_children_that_left_the_group_too(runner: ProcessRunner, folder: Path) -> None:
    code = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'], start_new_session=True)\n"
        "print(child.pid, flush=True); time.sleep(60)"
    )
    result = runner.run(python(folder, code, limits=JobLimits(timeout_s=1.0)))
    assert result.timed_out
    assert result.elapsed_ms < 10_000
    assert owner.start_time(int(result.stdout)) is None


def test_a_child_that_outlives_its_job_is_ended(runner: ProcessRunner, folder: Path) -> None:
    code = (
        "import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'], start_new_session=True).pid)"
    )
    result = runner.run(python(folder, code))
    assert result.exit_code == 0
    assert owner.start_time(int(result.stdout)) is None


def test_a_job_that_prints_too_much_is_ended(runner: ProcessRunner, folder: Path) -> None:
    result = runner.run(python(folder, "while True: print('x' * 1000)", limits=JobLimits(output_bytes=100_000, timeout_s=30)))
    assert result.truncated
    assert not result.timed_out
    assert len(result.stdout) == 100_000


def test_a_job_that_takes_too_much_memory_is_ended(runner: ProcessRunner, folder: Path) -> None:
    limits = JobLimits(memory_bytes=100 * 1024**2, timeout_s=30)
    assert runner.run(python(folder, "x = bytearray(400 * 1024**2); print(len(x))", limits=limits)).exit_code != 0


def test_children_count_together_against_the_memory_limit(runner: ProcessRunner, folder: Path) -> None:
    code = (
        "import subprocess, sys, time\n"
        "for _ in range(4): subprocess.Popen([sys.executable, '-c', 'x = b\"1\" * (60 * 1024**2); import time; time.sleep(60)'])\n"
        "time.sleep(60)"
    )
    result = runner.run(python(folder, code, limits=JobLimits(memory_bytes=150 * 1024**2, timeout_s=30)))
    assert result.exit_code == 137
    assert b"of memory, more than the 150 it may" in result.stderr


def test_a_job_that_starts_too_many_processes_is_ended(runner: ProcessRunner, folder: Path) -> None:
    code = "import subprocess, time\nfor _ in range(9): subprocess.Popen(['sleep', '60'])\ntime.sleep(60)"
    result = runner.run(python(folder, code, limits=JobLimits(pids=5, timeout_s=30)))
    assert (result.exit_code, result.stderr) == (137, b"ended: it used more than 5 processes\n")


def test_a_service_answers_while_its_context_is_open(runner: ProcessRunner, folder: Path) -> None:
    (folder / "a.txt").write_text("served")
    job = Job(name="server", argv=("python", "-c", SERVER, "{host}", "{port}"), folder=folder)
    with runner.serve(Service(job=job)) as endpoint:
        assert endpoint.url == endpoint.host_url
        with urllib.request.urlopen(f"{endpoint.host_url}/a.txt") as answer:  # noqa: S310 - our own server
            assert answer.read() == b"served"
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(endpoint.host_url)  # noqa: S310 - our own server


def test_a_service_that_ends_says_its_last_line(runner: ProcessRunner, folder: Path) -> None:
    job = python(folder, "import sys; sys.exit('first\\nport \\x1b[31mtaken')")
    with pytest.raises(SandboxError, match=r"service test ended before it answered: port \?\[31mtaken"), runner.serve(Service(job=job)):
        pass


def test_a_service_that_never_listens_is_given_up(runner: ProcessRunner, folder: Path) -> None:
    service = Service(job=python(folder, "import time; time.sleep(60)"), start_timeout_s=0.3)
    with pytest.raises(SandboxError, match=r"did not answer at / within 0\.3 s"), runner.serve(service):
        pass


def test_leaving_the_runner_ends_what_still_runs(tmp_path: Path, folder: Path) -> None:
    with ProcessRunner(state=tmp_path / "state", cache=tmp_path / "cache") as runner:
        service = Service(job=Job(name="server", argv=("python", "-c", SERVER, "{host}", "{port}"), folder=folder))
        left_open = runner.serve(service)
        left_open.__enter__()
    assert not list((tmp_path / "state").iterdir())
    left_open.__exit__(None, None, None)


PARENT = """
import sys
from pathlib import Path
from certification.isolation.process import ProcessRunner
from certification.isolation.runner import Input, Job
top = Path(sys.argv[1])
with ProcessRunner(state=top / "state", cache=top / "cache") as runner:
    runner.run(Job(name="victim", argv=("python", "victim.py"), folder=top / "job", inputs=(Input(name="given", source=top / "given"),)))
"""
VICTIM = """
import os, subprocess, time
child = subprocess.Popen(["sleep", "60"], start_new_session=True)
with open("pids", "w") as file:
    file.write(f"{os.getpid()} {child.pid} {os.getppid()} {os.environ['HOME']}")
os.rename("pids", "ready")
time.sleep(60)
"""


@pytest.mark.parametrize("supervisor_too", [False, True])
def test_a_killed_parent_leaves_nothing_behind(tmp_path: Path, folder: Path, supervisor_too: bool) -> None:
    (tmp_path / "given").write_text("x")
    (folder / "victim.py").write_text(VICTIM)
    with subprocess.Popen([sys.executable, "-c", PARENT, str(tmp_path)], cwd=Path(__file__).parents[3]) as parent:
        wait_for((folder / "ready").exists)
        job, child, supervisor, home = (folder / "ready").read_text().split()
        parent.kill()
        if supervisor_too:
            os.kill(int(supervisor), signal.SIGKILL)
    assert gone(int(job))
    assert supervisor_too or gone(int(child))
    with ProcessRunner(state=tmp_path / "state", cache=tmp_path / "cache"):
        assert not Path(home).exists()
        assert not (folder / "given").exists()
        assert len(list((tmp_path / "state").iterdir())) == 1
        assert gone(int(child))


def test_a_living_runs_things_are_left_alone(tmp_path: Path, folder: Path) -> None:
    service = Service(job=Job(name="server", argv=("python", "-c", SERVER, "{host}", "{port}"), folder=folder))
    with ProcessRunner(state=tmp_path / "state", cache=tmp_path / "cache") as first, first.serve(service) as endpoint:
        with ProcessRunner(state=tmp_path / "state", cache=tmp_path / "cache"):
            pass
        with urllib.request.urlopen(endpoint.host_url) as answer:  # noqa: S310 - our own server
            assert answer.status == 200
