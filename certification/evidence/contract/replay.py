"""Shows a violation again: ``python -m certification.evidence.contract.replay CRASH --profile EXCHANGE``.

Opens the exchange's sandbox, sends the recorded requests anew (signed anew, with credentials from the environment), and says what came
back and whether the promise is still broken. Ends with 1 where it is, 0 where it is not, 3 where that can't be known.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from certification.errors import CertificationError, SandboxError
from certification.evidence.contract.clearing import clear
from certification.evidence.contract.jobs import replay_job
from certification.evidence.contract.redact import Redactor, listen_key_of
from certification.isolation.choose import choose
from certification.isolation.output import last_line
from certification.profiles import find_profile, load_profile
from certification.sandboxes.open import SandboxKind, open_sandbox
from sdkgen.api.load import load

if TYPE_CHECKING:
    from collections.abc import Mapping

    from certification.isolation.choose import Preference
    from certification.profile import ExchangeProfile
    from certification.sandboxes.open import Sandbox

_NEEDED = ("plan.json", "schemathesis.toml", "description.json")


def replay(
    crash: Path,
    exchange: str,
    *,
    environment: Mapping[str, str],
    url: str | None = None,
    faults: tuple[str, ...] = (),
    isolation: Preference = "process",
) -> dict[str, Any]:
    """Replay one crash file of a contract test's evidence; gives what ``replays`` told of it, without credentials.

    Orders that it placed on somebody's sandbox are cancelled; ``left_behind`` names those that may rest there still.

    Raises:
        CertificationError: the profile, the sandbox or the evidence can't be used.
    """
    evidence = crash.resolve().parent.parent
    missing = [name for name in ("crashes/" + crash.name, *_NEEDED) if not (evidence / name).is_file()]
    if missing:
        raise SandboxError(f"{crash} can't be replayed: {missing[0]} is missing in {evidence}; give a file of evidence/contract/crashes")
    profile = load_profile(find_profile(exchange))
    with tempfile.TemporaryDirectory(prefix="certify-replay-") as name, choose(isolation).runner as runner:
        work = Path(name)
        for needed in _NEEDED:
            shutil.copyfile(evidence / needed, work / needed)
        (work / "crashes").mkdir()
        shutil.copyfile(crash, work / "crashes" / crash.name)
        with open_sandbox(profile, runner, environment=environment, url=url, faults=faults) as sandbox:
            result = runner.run(replay_job(work, sandbox))
            left = _cleared(work, profile, sandbox)
        redactor = Redactor(sandbox.accounts, profile.signing, listen_key_of(profile))
    try:
        told: dict[str, Any] = redactor.value(json.loads(result.stdout))
    except ValueError as error:
        raise SandboxError(f"{crash} can't be replayed: {redactor.text(last_line(result.stderr))}") from error
    return told | {"left_behind": left}


def _cleared(work: Path, profile: ExchangeProfile, sandbox: Sandbox) -> tuple[str, ...]:
    if sandbox.kind is not SandboxKind.REMOTE:  # it has ended, with all that rested there
        return ()
    return clear(work, load((work / "description.json").read_bytes()), profile, sandbox)


@click.command(help="Replay a recorded violation.")
@click.argument("crash", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--profile", "exchange", required=True, help="An exchange's id, or a path to its profile.")
@click.option("--sandbox", "url", help="Another address than the profile's.")
@click.option("--fault", "faults", multiple=True, help="A fault of the embedded reference exchange to switch on.")
@click.option("--isolation", type=click.Choice(["auto", "container", "process"]), default="process", show_default=True)
def main(crash: Path, exchange: str, url: str | None, faults: tuple[str, ...], isolation: Preference) -> None:
    """Print what happened, a line each."""
    try:
        told = replay(crash, exchange, environment=os.environ, url=url, faults=faults, isolation=isolation)
    except CertificationError as error:
        click.echo(str(error), err=True)
        sys.exit(error.exit_code)
    for step in told["steps"]:
        click.echo(printable(f"{step['request']} -> {step['status']} {step['body']}"))
    for failure in told.get("failures", ()):
        click.echo(printable(failure))
    for left in told["left_behind"]:
        click.echo(printable(f"{left} may rest there still: it could not be cancelled"))
    match told["status"]:
        case "failed" | "flaky":
            click.echo("the promise is still broken")
            sys.exit(1)
        case "fixed":
            click.echo("the promise is kept now")
        case _:
            click.echo(printable(f"this could not be replayed: {told['note']}"), err=True)
            sys.exit(3)


def printable(text: str) -> str:
    """What an exchange sent, harmless for a terminal."""
    return "".join(character if character.isprintable() or character == "\n" else "?" for character in text)


if __name__ == "__main__":
    main()
