"""Opening the place where an exchange can be tried: a remote URL, an exchange's own container image, or the embedded reference."""

from __future__ import annotations

import itertools
import socket
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, assert_never
from urllib.parse import urlsplit

import httpx

from certification.errors import SandboxError
from certification.isolation.runner import Job, JobLimits, Network, Service
from certification.model import Isolation
from certification.sandboxes.reference.accounts import demo_environment
from certification.specs.guard import is_public
from sdkgen.signing.request import Credentials

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager

    from certification.isolation.runner import Runner
    from certification.profile import Account, ExchangeProfile, SandboxSpec

_ANSWER_TIMEOUT_S = 15.0
_START_TIMEOUT_S = 60.0
_LIFETIME_S = 24 * 3600.0
_NUMBERS = itertools.count(1)
"""So that several of one run have names of their own on its network."""


class SandboxKind(StrEnum):
    """What stands behind the address."""

    REMOTE = "remote"
    IMAGE = "image"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sandbox:
    """An exchange that answers, and who may call it."""

    url: str
    """For jobs of the same runner; no trailing slash, base path not included."""
    host_url: str
    """The same for this process."""
    base_path: str
    """Between the address and an operation's path: empty, or with a slash at its beginning and none at its end."""
    accounts: tuple[Credentials, ...]
    """The first trades; the second must not see the first's orders."""
    headers: tuple[tuple[str, str], ...]
    """Sent with every request."""
    kind: SandboxKind
    observer: Credentials | None = None
    """A key of the first account that may only read."""
    faults: tuple[str, ...] = ()
    """Those of the embedded reference that are switched on."""
    another: Callable[[], AbstractContextManager[Sandbox]] | None = field(default=None, repr=False, compare=False)
    """Opens another one, as it was at the beginning; ``None`` where there is only one (a remote one)."""

    @property
    def network(self) -> Network:
        """What a job that calls it needs."""
        return Network.OUTBOUND if self.kind is SandboxKind.REMOTE else Network.INTERNAL


@contextmanager
def open_sandbox(
    profile: ExchangeProfile,
    runner: Runner,
    *,
    environment: Mapping[str, str],
    url: str | None = None,
    faults: tuple[str, ...] = (),
    rate_limit: int | None = None,
    public_only: bool = False,
) -> Iterator[Sandbox]:
    """Open the profile's sandbox, or the one at ``url``, while the context is open.

    Args:
        profile: whose sandbox; its ``sandbox`` part may be absent where ``url`` is given.
        runner: what containers and the embedded reference run in; entered already.
        environment: where the variables that the profile's accounts name are looked up.
        url: an address to test instead of the profile's.
        faults: of the embedded reference, by name.
        rate_limit: of the embedded reference, in calls per account and ten seconds; ``None`` leaves it its own.
        public_only: a stranger asks: refuse addresses of private networks, and send the profile's credentials to no address but
            the profile's own.

    Raises:
        SandboxError: there is none, it does not answer, it aims at a private address, or credentials are missing; and whatever
            ``Runner.serve`` raises.
    """
    spec = profile.sandbox
    if url is not None or (spec is not None and spec.url):
        address = url or (spec.url if spec else None) or ""
        known = None if public_only and not _same_place(address, spec) else spec
        yield _remote(address.rstrip("/"), known, runner, environment, base_path=_base_path(spec), public_only=public_only)
        return
    if spec is None or not (spec.image or spec.reference):
        raise SandboxError(f"exchange {profile.id} names no sandbox; give one with --sandbox URL")
    if faults and not spec.reference:
        raise SandboxError(f"exchange {profile.id} is not the embedded reference; only that has faults to switch on")
    defaults = demo_environment(environment) if spec.reference else {}
    accounts = _credentials(spec.accounts, {**defaults, **environment})
    with tempfile.TemporaryDirectory(prefix="certify-sandbox-") as folder:
        service = _reference(Path(folder), defaults, faults, rate_limit) if spec.reference else _image(Path(folder), spec)
        service = replace(service, job=replace(service.job, name=f"{service.job.name}-{next(_NUMBERS)}"))
        with runner.serve(service) as endpoint:
            yield Sandbox(
                url=endpoint.url,
                host_url=endpoint.host_url,
                base_path=_base_path(spec),
                accounts=accounts,
                headers=tuple(sorted(spec.headers.items())),
                kind=SandboxKind.REFERENCE if spec.reference else SandboxKind.IMAGE,
                observer=_observer(spec, {**defaults, **environment}),
                faults=faults,
                another=lambda: open_sandbox(profile, runner, environment=environment, faults=faults, rate_limit=rate_limit),
            )


def _reference(folder: Path, accounts: Mapping[str, str], faults: tuple[str, ...], rate_limit: int | None) -> Service:
    argv = ["python", "-m", "certification.sandboxes.reference", "--host", "{host}", "--port", "{port}"]
    for fault in faults:
        argv += ["--fault", fault]
    if rate_limit is not None:
        argv += ["--rate-limit", str(rate_limit)]
    job = Job(
        name="reference-exchange",
        argv=tuple(argv),
        folder=folder,
        image="reference-exchange",
        environment=tuple(sorted(accounts.items())),
        network=Network.INTERNAL,
        limits=JobLimits(timeout_s=_LIFETIME_S),
    )
    return Service(job=job, health_path="/v1/time", start_timeout_s=_START_TIMEOUT_S)


def _image(folder: Path, spec: SandboxSpec) -> Service:
    job = Job(
        name="exchange",
        argv=(),
        folder=folder,
        image=spec.image or "",
        network=Network.INTERNAL,
        limits=JobLimits(timeout_s=_LIFETIME_S),
        trusted=False,
    )
    return Service(job=job, port=spec.port, health_path=f"{_base_path(spec)}/", start_timeout_s=_START_TIMEOUT_S)


def _same_place(url: str, spec: SandboxSpec | None) -> bool:
    """Whether an address leads to the profile's own server, as encrypted as the profile has it."""
    parts, others = urlsplit(url), urlsplit((spec.url if spec else None) or "")
    return (parts.scheme, parts.netloc.lower()) == (others.scheme, others.netloc.lower())


def _remote(
    url: str, spec: SandboxSpec | None, runner: Runner, environment: Mapping[str, str], *, base_path: str, public_only: bool
) -> Sandbox:
    addresses = _resolved(url)
    if public_only and not all(is_public(address) for address in addresses):
        raise SandboxError(f"sandbox {url} is at an address of a private network, which a submitted profile must not name")
    match runner.isolation:
        case Isolation.CONTAINER if any(ip_address(address).is_loopback for address in addresses):
            raise SandboxError(f"sandbox {url} is this machine itself, which containers can't reach; use --isolation process")
        case Isolation.CONTAINER | Isolation.PROCESS:
            pass
        case _:
            assert_never(runner.isolation)
    _await_any_answer(f"{url}{base_path}/")
    return Sandbox(
        url=url,
        host_url=url,
        base_path=base_path,
        accounts=_credentials(spec.accounts if spec else (), environment),
        headers=tuple(sorted(spec.headers.items())) if spec else (),
        kind=SandboxKind.REMOTE,
        observer=_observer(spec, environment),
    )


def _resolved(url: str) -> tuple[str, ...]:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise SandboxError(f"sandbox {url} is no address; write it as https://host or http://host:port")
    if "@" in parts.netloc:
        raise SandboxError("credentials don't belong into a sandbox's address, which stands in the report; name them as accounts")
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, ValueError) as error:
        raise SandboxError(f"sandbox {url} can't be found: {getattr(error, 'strerror', None) or error}; look at the address") from error
    return tuple(sorted({str(entry[4][0]).partition("%")[0] for entry in found}))


def _await_any_answer(url: str) -> None:
    """One call: whatever the answer is, somebody answers. What a faulty answer means is for the test to say."""
    try:
        with httpx.stream("GET", url, timeout=_ANSWER_TIMEOUT_S, trust_env=False, follow_redirects=False):
            pass
    except httpx.TimeoutException as error:
        raise SandboxError(f"sandbox {url} did not answer within {_ANSWER_TIMEOUT_S:g} s; try again later") from error
    except httpx.HTTPError as error:
        raise SandboxError(f"sandbox {url} does not answer: {error}; start it, or look at the address") from error


def _base_path(spec: SandboxSpec | None) -> str:
    path = (spec.base_path if spec else "").strip("/")
    return f"/{path}" if path else ""


def _observer(spec: SandboxSpec | None, environment: Mapping[str, str]) -> Credentials | None:
    """The key that may only read; ``None`` where there is none, or its variables are not set."""
    account = spec.observer if spec else None
    named = [name for name in (account.key, account.secret, account.passphrase) if name] if account else []
    if account is None or not named or not all(environment.get(name) for name in named):
        return None
    return _credentials((account,), environment)[0]


def _credentials(accounts: tuple[Account, ...], environment: Mapping[str, str]) -> tuple[Credentials, ...]:
    """The accounts whose variables are set; none at all where the first's are missing."""
    found = []
    for number, account in enumerate(accounts):
        named = [name for name in (account.key, account.secret, account.passphrase) if name]
        missing = [name for name in named if not environment.get(name)]
        if missing and number == 0:
            raise SandboxError(f"the sandbox's credentials are missing: set {' and '.join(missing)} in the environment")
        if not missing:
            found.append(
                Credentials(
                    key=environment[account.key] if account.key else "",
                    secret=environment[account.secret] if account.secret else "",
                    passphrase=environment[account.passphrase] if account.passphrase else None,
                )
            )
    return tuple(found)
