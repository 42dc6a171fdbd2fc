"""What the harness is told of a sandbox: a client behind a relay, and calls by trading role."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from certification.evidence.places import write
from certification.evidence.scenarios.typed import body_value, value_of
from certification.evidence.sdk.harness import input_of, results_in
from certification.isolation.runner import Input, Job, JobLimits, Network, Service
from certification.sandboxes import mock
from certification.sandboxes.mock.trouble import write_relay_plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from certification.evidence.scenarios.venue import Venue
    from certification.evidence.sdk.harness import Result
    from certification.isolation.runner import Endpoint, Runner
    from certification.profile import ExchangeProfile, RoleName
    from certification.sandboxes.mock.trouble import RelayPlan
    from certification.sandboxes.open import Sandbox
    from certification.sdks.program import Program
    from sdkgen.api.json_text import JsonValue
    from sdkgen.api.model import Api

PATIENCE_MS = 1500
"""A client's usual time limit where an answer may never come: short."""
_MOST_WAIT_MS = 8000
_LIMITS = JobLimits(timeout_s=300)


def client_settings(endpoint: Endpoint, sandbox: Sandbox, *, timeout_ms: int = PATIENCE_MS) -> dict[str, JsonValue]:
    """What ``configure`` says of a client of the first account, behind a relay."""
    first = sandbox.accounts[0]
    return {
        "base_url": f"{endpoint.url}{sandbox.base_path}",
        "stream_url": f"ws{endpoint.url.removeprefix('http')}",
        "key": first.key,
        "secret": first.secret,
        "passphrase": first.passphrase,
        "timeout_ms": timeout_ms,
        "now_ms": None,
        "nonce": None,
        "retries": 2,
        "rate_limits": True,
        "max_wait_ms": _MOST_WAIT_MS,
        "seed": None,
    }


def stream_symbol(profile: ExchangeProfile) -> str:
    """The traded instrument's name in the streams."""
    trading = profile.trading
    if trading is None:
        return ""
    return (trading.streams.symbol if trading.streams is not None else None) or trading.symbol


def role_call(venue: Venue, api: Api, role: RoleName, arguments: Mapping[str, str]) -> dict[str, JsonValue]:
    """A role's call as the harness takes it; arguments that the role has no place for are left out."""
    draft = venue.draft(role, venue.only(role, arguments))
    call: dict[str, Any] = {"operation": draft.operation.id, "path": {}, "query": {}, "header": {}, "cookie": {}}
    types = {(parameter.location.value, parameter.wire_name): parameter.type for parameter in draft.operation.parameters}
    for place, text in draft.given:
        carrier, _, name = place.partition(".")
        if carrier == "body":
            write(call.setdefault("body", {}), name, body_value(api, draft.operation, name, text))
        else:
            call[carrier][name] = value_of(api, types.get((carrier, name)), text)
    return call


def relay_folder(plan: RelayPlan, folder: Path) -> Path:
    """Make the folder ``relay`` with the relay's plan; gives the place of its log."""
    place = folder / "relay"
    place.mkdir(parents=True, exist_ok=True)
    (place / "plan.json").write_bytes(write_relay_plan(plan))
    log = place / "log.jsonl"
    log.touch()
    return log


def relay_service(folder: Path, network: Network) -> Service:
    """The relay that a folder holds the plan (``plan.json``) and the log (``log.jsonl``) of."""
    argv = ("python", "-m", "mock.relay", "--plan", "plan.json", "--log", "log.jsonl", "--host", "{host}", "--port", "{port}")
    program = Input(name="mock", source=Path(mock.__file__).parent)
    return Service(job=Job(name="relay", argv=argv, folder=folder, inputs=(program,), network=network))


def speak(program: Program, runner: Runner, lines: Path, documents: Iterable[dict[str, JsonValue]]) -> dict[int, Result]:
    """What the harness program answers, by the documents' ids.

    Its input, the file ``lines``, holds the sandbox's credentials, so it goes as soon as it was read.

    Raises:
        IsolationError: the job can't be started.
    """
    lines.write_bytes(input_of(documents))
    job = Job(
        name="sdk-trial",
        argv=program.argv,
        folder=program.folder,
        environment=program.environment,
        stdin=lines,
        network=Network.INTERNAL,
        limits=_LIMITS,
    )
    try:
        return results_in(runner.run(job).stdout)
    finally:
        lines.unlink()
