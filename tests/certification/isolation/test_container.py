from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from certification.errors import IsolationError, SandboxError
from certification.isolation import engine
from certification.isolation.container import ContainerRunner
from certification.isolation.runner import Input, Job, JobLimits, Network, Runner, Service
from certification.profiles import find_profile, load_profile
from certification.sandboxes.open import open_sandbox

pytestmark = [pytest.mark.container, pytest.mark.timeout(600)]

SERVER = (
    "import http.server,sys; http.server.HTTPServer((sys.argv[1], int(sys.argv[2])), http.server.SimpleHTTPRequestHandler).serve_forever()"
)
LOOK_AROUND = """
import os, pathlib
status = dict(line.split(':', 1) for line in open('/proc/self/status'))
def refused(path):
    try:
        pathlib.Path(path).write_text('x')
    except OSError:
        return True
print(os.getuid() != 0, int(status['CapEff'], 16) == 0, status['NoNewPrivs'].strip() == '1', refused('/etc/x'), refused('/opt/tools/x'),
      refused('given/a.txt'), refused('given/b.txt'), open('given/a.txt').read(), os.environ.get('CERTIFY_SECRET'), sep=',')
pathlib.Path('out.txt').write_text('written')
pathlib.Path('/tmp/x').write_text('x')
"""


def python(folder: Path, code: str, *arguments: str, limits: JobLimits | None = None, network: Network = Network.NONE) -> Job:
    return Job(
        name="test", argv=("python", "-c", code, *arguments), folder=folder, limits=limits or JobLimits(timeout_s=60), network=network
    )


def test_a_job_has_no_power_beyond_its_folder(
    container_runner: Runner, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CERTIFY_SECRET", "s3cret")
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    (private / "a.txt").write_text("original")
    (private / "a.txt").chmod(0o600)
    job = Job(name="look", argv=("python", "-c", LOOK_AROUND), folder=folder, inputs=(Input(name="given", source=private),))
    result = container_runner.run(job)
    assert result.stdout.decode().strip() == "True,True,True,True,True,True,True,original,None"
    assert (result.exit_code, result.stderr) == (0, b"")
    assert [path.name for path in folder.iterdir()] == ["out.txt"]
    assert (folder / "out.txt").stat().st_uid == os.getuid()


def test_a_job_reads_its_standard_input_and_gives_output_and_exit_code(container_runner: Runner, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "in.txt").write_text("hello")
    code = "import sys; print(sys.stdin.read()); print('err', file=sys.stderr); sys.exit(3)"
    result = container_runner.run(Job(name="test", argv=("python", "-c", code), folder=folder, stdin=tmp_path / "in.txt"))
    assert (result.exit_code, result.stdout, result.stderr) == (3, b"hello\n", b"err\n")


def test_every_tool_is_in_the_toolbox(container_runner: Runner, folder: Path) -> None:
    (folder / "go.mod").write_text("module x\n\ngo 1.22\n")
    (folder / "main.go").write_text(
        'package main\n\nimport (\n\t"fmt"\n\t"net/http"\n)\n\nfunc main() { fmt.Println(http.StatusText(200)) }\n'
    )
    tools = ("python", "node", "npm", "tsc", "mypy", "schemathesis", "pyproject-build")
    script = " && ".join((*(f"{tool} --version" for tool in tools), "GOFLAGS=-trimpath go build -x -o program . && ./program"))
    result = container_runner.run(Job(name="tools", argv=("sh", "-ec", script), folder=folder))
    assert result.exit_code == 0, result.stderr.decode()
    assert result.stdout.endswith(b"OK\n")
    assert result.stderr.count(b"/compile -o ") == 1, "Go's own packages were compiled when the image was built"


@pytest.mark.parametrize(
    ("code", "limits", "flags"),
    [
        pytest.param("import time; time.sleep(60)", JobLimits(timeout_s=1), (True, False), id="time"),
        pytest.param("while True: print('x' * 1000)", JobLimits(output_bytes=100_000, timeout_s=60), (False, True), id="output"),
        pytest.param("x = b'1' * 400 * 1024**2", JobLimits(memory_bytes=100 * 1024**2, timeout_s=60), (False, False), id="memory"),
        pytest.param("import os\nwhile os.fork() or 1: pass", JobLimits(pids=20, timeout_s=60), (False, False), id="processes"),
    ],
)
def test_a_job_that_uses_too_much_is_ended(
    container_runner: Runner, folder: Path, code: str, limits: JobLimits, flags: tuple[bool, bool]
) -> None:
    result = container_runner.run(python(folder, code, limits=limits))
    assert result.exit_code != 0
    assert (result.timed_out, result.truncated) == flags
    assert len(result.stdout) <= 100_000
    assert result.elapsed_ms < 40_000
    if "400" in code:
        assert result.stderr.endswith(b"ended: it used more memory than it may\n")


def test_services_meet_by_name_and_reach_nothing_else(container_runner: Runner, folder: Path, tmp_path: Path) -> None:
    (folder / "a.txt").write_text("served")
    code = (
        "import urllib.request, sys, socket\n"
        "print(urllib.request.urlopen(sys.argv[1] + '/a.txt').read())\n"
        "for host in ('192.0.2.1', '172.17.0.1'):\n"
        "    try:\n        socket.create_connection((host, 80), 2)\n    except OSError:\n        print('unreachable')\n"
    )
    client = tmp_path / "client"
    client.mkdir()
    service = Service(job=Job(name="server", argv=("python", "-c", SERVER, "{host}", "{port}"), folder=folder), health_path="/a.txt")
    with container_runner.serve(service) as endpoint:
        assert endpoint.url == "http://server:8080"
        with urllib.request.urlopen(f"{endpoint.host_url}/a.txt") as answer:  # noqa: S310 - our own server
            assert answer.read() == b"served"
        inside = container_runner.run(python(client, code, endpoint.url, network=Network.INTERNAL))
        assert inside.stdout == b"b'served'\nunreachable\nunreachable\n"
        outbound = container_runner.run(python(client, code, endpoint.url, network=Network.OUTBOUND))
        assert outbound.stdout.startswith(b"b'served'\n")
        alone = container_runner.run(python(client, code, endpoint.url))
        assert alone.exit_code == 1


def test_a_service_that_ends_says_its_last_line(container_runner: Runner, folder: Path) -> None:
    service = Service(job=python(folder, "import sys; sys.exit('first\\nport taken')"))
    with pytest.raises(SandboxError, match="service test ended before it answered: port taken"), container_runner.serve(service):
        pass


def test_an_image_that_is_nowhere_is_an_isolation_error(container_runner: Runner, folder: Path) -> None:
    job = Job(name="test", argv=("true",), folder=folder, image="no-such-image.invalid/x:1")
    with pytest.raises(IsolationError, match=r"image no-such-image.invalid/x:1 is not here and can't be pulled"):
        container_runner.run(job)


def test_an_untrusted_job_runs_with_a_cache_of_its_own(container_runner: Runner, folder: Path) -> None:
    code = "import pathlib; pathlib.Path('/cache/mark').touch(); print(pathlib.Path('/cache/go-build').is_dir())"
    untrusted = Job(name="test", argv=("python", "-c", code), folder=folder, trusted=False)
    assert container_runner.run(untrusted).stdout == b"True\n"
    assert container_runner.run(python(folder, "import os; print(os.path.exists('/cache/mark'))")).stdout == b"False\n"


VICTIM = """
import os, sys
from pathlib import Path
from certification.isolation.container import ContainerRunner
from certification.isolation.runner import Job, Network
with ContainerRunner(base_image=os.environ.get("CERTIFY_BASE_IMAGE")) as runner:
    code = "open('ready', 'w'); import time; time.sleep(120)"
    runner.run(Job(name="victim", argv=("python", "-c", code), folder=Path(sys.argv[1]), network=Network.INTERNAL))
"""


def test_what_a_killed_run_left_is_swept_at_the_next_start(container_runner: Runner, folder: Path) -> None:
    client = engine.connect()
    with subprocess.Popen([sys.executable, "-c", VICTIM, str(folder)], cwd=Path(__file__).parents[3]) as parent:
        deadline = time.monotonic() + 60
        while not (folder / "ready").exists():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        parent.kill()
    only: dict[str, str | list[str] | bool] = {"label": engine.RUN_LABEL}
    assert any("victim" in str(container.name) for container in client.containers.list(filters=only))
    with ContainerRunner(client):
        assert not any("victim" in str(container.name) for container in client.containers.list(all=True, filters=only))
    assert engine.sweep(client) == ()
    client.close()


def test_leaving_the_runner_removes_all_of_it(container_runner: Runner, folder: Path) -> None:
    client = engine.connect()
    with ContainerRunner(client, base_image=os.environ.get("CERTIFY_BASE_IMAGE")) as runner:
        service = Service(job=Job(name="server", argv=("python", "-c", SERVER, "{host}", "{port}"), folder=folder))
        left_open = runner.serve(service)
        left_open.__enter__()
    names = [str(container.name) for container in client.containers.list(all=True)]
    names += [str(network.name) for network in client.networks.list()] + [str(volume.name) for volume in client.volumes.list()]
    assert not [name for name in names if runner._run[:12] in name]
    left_open.__exit__(None, None, None)
    client.close()


def test_the_reference_exchange_answers_out_of_its_image(container_runner: Runner) -> None:
    reference = load_profile(find_profile("reference"))
    with open_sandbox(reference, container_runner, environment={}, faults=("unsigned-accepted",)) as sandbox:
        assert sandbox.url.startswith("http://reference-exchange-")
        with urllib.request.urlopen(f"{sandbox.host_url}/v1/balances") as answer:  # noqa: S310 - our own server
            assert answer.status == 200
