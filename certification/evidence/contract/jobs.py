"""The jobs of a contract test: what of ours they import, and how they learn the accounts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from certification.isolation.runner import Input, Job, JobLimits

if TYPE_CHECKING:
    from certification.sandboxes.open import Sandbox

_ROOT = Path(__file__).resolve().parents[3]
_SHIPPED = (
    "certification/__init__.py",
    "certification/evidence/__init__.py",
    "certification/evidence/pace.py",
    "certification/evidence/statuses.py",
    "certification/evidence/contract/__init__.py",
    "certification/evidence/contract/hooks.py",
    "certification/evidence/contract/live.py",
    "certification/evidence/contract/placed.py",
    "certification/evidence/contract/recipe_json.py",
    "certification/evidence/contract/replays.py",
    "certification/evidence/contract/spoilt.py",
    "sdkgen/__init__.py",
    "sdkgen/errors.py",
    "sdkgen/api/__init__.py",
    "sdkgen/api/model.py",
    "sdkgen/api/operation_model.py",
    "sdkgen/api/stream_model.py",
    "sdkgen/api/type_model.py",
    "sdkgen/signing",
)
"""What of ours the job imports."""
_REPLAY_TIMEOUT_S = 300.0


def job_for(name: str, argv: tuple[str, ...], work: Path, sandbox: Sandbox, *, timeout_s: float) -> Job:
    """A job beside the sandbox, with our hooks and, in its environment only, the accounts."""
    environment = {"PYTHONPATH": "lib", "NO_COLOR": "1"}
    for actor, account in zip(("FIRST", "SECOND"), sandbox.accounts, strict=False):
        environment |= {f"CERTIFY_{actor}_KEY": account.key, f"CERTIFY_{actor}_SECRET": account.secret}
        if account.passphrase is not None:
            environment[f"CERTIFY_{actor}_PASSPHRASE"] = account.passphrase
    if sandbox.pin is not None:
        environment["CERTIFY_PINNED"] = " ".join((sandbox.pin.host, *sandbox.pin.addresses))
    return Job(
        name=name,
        argv=argv,
        folder=work,
        inputs=tuple(Input(name=f"lib/{path}", source=_ROOT / path) for path in _SHIPPED),
        environment=tuple(sorted(environment.items())),
        network=sandbox.network,
        limits=JobLimits(timeout_s=timeout_s),
    )


def replay_job(work: Path, sandbox: Sandbox) -> Job:
    """The job that replays the files in ``crashes`` of its folder; prints what ``replays`` says."""
    argv = ("python", "-m", "certification.evidence.contract.replays", "crashes", sandbox.url + sandbox.base_path)
    return job_for("contract-replay", argv, work, sandbox, timeout_s=_REPLAY_TIMEOUT_S)
