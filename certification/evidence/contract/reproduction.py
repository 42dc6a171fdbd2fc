"""A command for each violation that a person can paste into a shell to see it again. No secret ever stands in it."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from certification.sandboxes.open import SandboxKind

if TYPE_CHECKING:
    from certification.evidence.record import Call, Violation
    from certification.sandboxes.open import Sandbox

_OWN_HEADERS = frozenset({"user-agent", "accept-encoding", "accept", "connection", "content-length", "host", "x-schemathesis-testcaseid"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where the evidence of a test is kept, and of whom it is."""

    folder: Path
    """Relative to the folder that holds the report, where commands are given."""
    exchange: str
    """An id, or the path of a profile in that folder."""
    seed: int


def command_for(violation: Violation, crash: str | None, sandbox: Sandbox, origin: Origin) -> str:
    """``curl`` where one unsigned call to a remote sandbox shows it; else our replay, which signs anew and starts what is needed."""
    call = violation.call
    if call is not None and sandbox.kind is SandboxKind.REMOTE and call.actor == "anonymous":
        return curl(call, sandbox)
    if crash is None:
        return f"certify run {shlex.quote(origin.exchange)} --part api --seed {origin.seed}"
    words = ["python", "-m", "certification.evidence.contract.replay", (origin.folder / "crashes" / crash).as_posix()]
    words += ["--profile", origin.exchange]
    if sandbox.kind is SandboxKind.REMOTE:
        words += ["--sandbox", sandbox.host_url]
    for fault in sandbox.faults:
        words += ["--fault", fault]
    return shlex.join(words)


def curl(call: Call, sandbox: Sandbox) -> str:
    """The call as a command that prints status, headers and body."""
    method, _, target = call.request.start.partition(" ")
    words = ["curl", "--include", "--globoff", "--path-as-is", "--request", method]
    for name, value in call.request.headers:
        if name not in _OWN_HEADERS:
            words += ["--header", f"{name}: {value}"]
    if call.request.body and not call.request.base64:
        words += ["--data-raw", call.request.body]
    return shlex.join([*words, sandbox.host_url + target])
