"""The most memory of a contract test, ours and plain ``schemathesis run`` with the same settings, at Binance spot's 382 operations."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from benchmarks.cost import Cost, measure
from benchmarks.subject import BIN, REPOSITORY, binance_spot
from benchmarks.table import Table, seconds, size
from certification.evidence.contract.jobs import job_for
from certification.evidence.contract.plan import Budget, write_plan
from certification.evidence.contract.run import Subject
from certification.profiles import find_profile, load_profile
from certification.sandboxes.open import Sandbox, SandboxKind
from flows.settings import read_settings
from flows.stages.read import read_api
from flows.stages.take import take_snapshot
from sdkgen.signing.request import Credentials

_SEED = 20260101
_LIMIT = 512 * 1024**2
_BUDGET = Budget(examples_per_operation=5, sequences=5)
_ANSWER = b'{"code": -1121, "msg": "Invalid symbol."}'
_ACCOUNTS = tuple(Credentials(key=f"{name}-key", secret=f"{name}-secret") for name in ("first", "second"))


def measured() -> tuple[Table, ...]:
    """Both, one after the other, each against a server that refuses every call as Binance does.

    Raises:
        BenchmarkError: the description is not there, or a test did not come to its end.
    """
    with tempfile.TemporaryDirectory(prefix="certify-bench-") as name, _refusing() as url:
        subject = _subject(Path(name), url)
        ours = _tested(subject, Path(name) / "ours", signed=True)
        plain = _tested(subject, Path(name) / "plain", signed=False)
    rows = tuple(_row(title, cost) for title, cost in (("schemathesis with our hooks", ours), ("schemathesis, plain", plain)))
    verdict = "inside" if ours.peak_bytes <= _LIMIT else "beyond"
    return (
        Table(
            title="Contract test of 382 operations: memory",
            columns=("", "peak", "in all", "processor"),
            rows=rows,
            notes=(
                f"{verdict} the 512 MiB that are allowed; resident, all processes together",
                f"the same description, settings and seed ({_SEED}); {_BUDGET.examples_per_operation} examples for each operation",
            ),
        ),
    )


def _row(title: str, cost: Cost) -> tuple[str, ...]:
    return title, size(cost.peak_bytes), seconds(cost.wall_s), seconds(cost.cpu_s)


def _subject(home: Path, url: str) -> Subject:
    settings = read_settings({**os.environ, "CERTIFY_HOME": str(home / "home")})
    profile = load_profile(find_profile("binance-spot", settings.exchanges))
    unpaced = {"rate_limit": (), "behaviour": replace(profile.behaviour, limits=())}
    bare = profile.model_copy(update={"spec": profile.spec.model_copy(update={"streams": None}), **unpaced})
    snapshot = take_snapshot(bare, str(binance_spot()), settings)
    sandbox = Sandbox(url=url, host_url=url, base_path="", accounts=_ACCOUNTS, headers=(), kind=SandboxKind.REMOTE)
    return Subject(api=read_api(snapshot), snapshot=snapshot, profile=bare, sandbox=sandbox)


def _tested(subject: Subject, work: Path, *, signed: bool) -> Cost:
    work.mkdir()
    sandbox = subject.sandbox
    profile = subject.profile if signed else subject.profile.model_copy(update={"signing": None})
    write_plan(work, api=subject.api, snapshot=subject.snapshot, profile=profile, sandbox=sandbox, budget=_BUDGET)
    file = work / "schemathesis.toml"
    if not signed:
        file.write_text("\n".join(line for line in file.read_text().splitlines() if not line.startswith('"hooks"')) + "\n")
    argv = (str(BIN / "schemathesis"), "--config-file", file.name, "run", "description.json", "--url", sandbox.url, "--seed", str(_SEED))
    accounts = dict(job_for("contract-test", argv, work, replace(sandbox, kind=SandboxKind.REFERENCE), timeout_s=1).environment)
    # It ends with 1 where it found something, which the shell turns into "done".
    return measure(
        ("sh", "-c", '"$@"; test $? -le 1', "sh", *argv), folder=work, environment={**os.environ, **accounts, "PYTHONPATH": str(REPOSITORY)}
    )


class _Refusal(BaseHTTPRequestHandler):
    """Answers everything as Binance answers a symbol that it does not know."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    """Head and body go in two pieces: the second would wait for the first's acknowledgement, 40 ms a call."""

    def _refuse(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(400)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(_ANSWER)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(_ANSWER)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = do_TRACE = _refuse  # noqa: N815 - the base class's names

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""


@contextmanager
def _refusing() -> Iterator[str]:
    """The address of such a server on a free port, while the context is open."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Refusal)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
