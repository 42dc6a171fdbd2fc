"""``certify``: finds the command, runs it, and turns every error into one line and an exit code.

Commands are imported when they are called, so that ``certify verify`` starts without Prefect.
"""

from __future__ import annotations

import errno
import importlib
import os
import sys
from collections.abc import Sequence

import click

EXIT_CERTIFIED = 0
EXIT_NOT_CERTIFIED = 1
EXIT_USAGE = 2
EXIT_INCONCLUSIVE = 3
EXIT_INTERRUPTED = 130

COMMANDS = {
    "demo": "The whole job on the embedded reference exchange; no network, no Docker, no account needed.",
    "run": "Certify one exchange.",
    "generate": "Write SDK sources only.",
    "describe": "What reading a description shows: what is in it, and what is wrong with it, with places.",
    "diff": "What changed between two descriptions, whether it breaks, and the version bump it asks for.",
    "watch": "Poll every exchange's description; certify what changed.",
    "serve": "The service: Prefect server, schedules, worker, portal.",
    "verify": "Check a report or package: signature, digests, log, expiry and revocation.",
    "keys": "Show or make the signing key and the trust root.",
    "revoke": "Withdraw a certificate.",
    "adapter": "Try whether an adapter of a third party's SDK keeps the harness's protocol.",
    "exchanges": "The exchanges with a profile.",
    "checks": "The catalogue of checks and what each weighs.",
    "replay": "Play one scenario again, step by step.",
    "sandbox": "Run a sandbox: the reference exchange.",
    "images": "Build the container images.",
}


class _LazyGroup(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"flows.commands.{cmd_name}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """List the commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="openxapi-certify", prog_name="certify")
def certify() -> None:
    """Certify exchanges' APIs and their SDKs.

    Exit codes: 0 certified or verified; 1 not certified or does not verify; 2 wrong usage or configuration; 3 inconclusive
    (sandbox, registry or engine unavailable).
    """


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    try:
        result = certify.main(args=list(arguments) if arguments is not None else None, prog_name="certify", standalone_mode=False)
    except BrokenPipeError:
        # Whoever read our output has gone (``certify checks | head``); there is nobody to complain to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_CERTIFIED
    except (Exception, KeyboardInterrupt) as error:
        if os.environ.get("CERTIFY_DEBUG"):
            raise
        message, exit_code = _explain(error)
        click.echo(f"certify: {_printable(' '.join(message.split()))}", err=True)
        return exit_code
    return result if isinstance(result, int) else EXIT_CERTIFIED


def _explain(error: BaseException) -> tuple[str, int]:
    """One line for a person, and the exit code."""
    match error:
        case click.UsageError():
            command = error.ctx.command_path if error.ctx else "certify"
            return f"{error.format_message()} (see '{command} --help')", EXIT_USAGE
        case click.Abort() | KeyboardInterrupt():
            return "interrupted; the same command goes on where it stopped", EXIT_INTERRUPTED
        case OSError():
            return _os_complaint(error), EXIT_USAGE
        case _:
            pass
    if _ours(error):
        return str(error), getattr(error, "exit_code", EXIT_USAGE)
    return f"internal error: {type(error).__name__}: {error}; set CERTIFY_DEBUG=1 for the traceback", EXIT_USAGE


def _ours(error: BaseException) -> bool:
    """Whether an exception is one of our packages', whose messages are written for people."""
    return any(base.__module__ in {"sdkgen.errors", "certification.errors", "reports.errors"} for base in type(error).__mro__)


def _os_complaint(error: OSError) -> str:
    advice = {
        errno.ENOSPC: "free some space, then give the same command again: it goes on where it stopped",
        errno.EDQUOT: "free some space, then give the same command again: it goes on where it stopped",
        errno.EACCES: "choose another place with --out or CERTIFY_HOME, or change its permissions",
        errno.EPERM: "choose another place with --out or CERTIFY_HOME, or change its permissions",
        errno.EROFS: "choose another place with --out or CERTIFY_HOME",
        errno.EADDRINUSE: "choose another with --port",
    }
    where = f"{error.filename}: " if error.filename else ""
    what = error.strerror or str(error) or type(error).__name__
    return f"{where}{what}" + (f"; {advice[error.errno]}" if error.errno in advice else "")


def _printable(text: str) -> str:
    """Text of strangers must not command the terminal."""
    return "".join(character if character.isprintable() else f"\\x{ord(character):02x}" for character in text)


if __name__ == "__main__":
    sys.exit(main())
