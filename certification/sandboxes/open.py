"""Opening the place where an exchange can be tried: a remote URL, an exchange's own container image, or the embedded reference."""

from __future__ import annotations

import itertools
import socket
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, assert_never
from urllib.parse import urlsplit

import httpx

from certification.errors import SandboxCredentialsError, SandboxError, SandboxSetupError
from certification.isolation.runner import Job, JobLimits, Network, Service
from certification.model import Isolation
from certification.sandboxes.pin import Pin, http_client
from certification.sandboxes.proofs import broken_proofs
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
    pin: Pin | None = None
    """The only addresses that its name may mean, in this process and in jobs; ``None`` leaves it to the resolver."""
    broken_proofs: int | None = None
    """How many calls with a broken proof of identity each operation may be sent in a row; ``None`` for as many as there are ways."""
    another: Callable[[], AbstractContextManager[Sandbox]] | None = field(default=None, repr=False, compare=False)
    """Opens another one, as it was at the beginning; ``None`` where there is only one (a remote one)."""

    @property
    def network(self) -> Network:
        """What a job that calls it needs."""
        return Network.OUTBOUND if self.kind is SandboxKind.REMOTE else Network.INTERNAL


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What ``open_sandbox`` was asked for beside the profile; see there."""

    url: str | None
    faults: tuple[str, ...]
    rate_limit: int | None
    public_only: bool
    allow_private: bool


def open_sandbox(
    profile: ExchangeProfile,
    runner: Runner,
    *,
    environment: Mapping[str, str],
    url: str | None = None,
    faults: tuple[str, ...] = (),
    rate_limit: int | None = None,
    public_only: bool = False,
    allow_private: bool = False,
) -> AbstractContextManager[Sandbox]:
    """Open the profile's sandbox, or the one at ``url``, while the context is open.

    Args:
        profile: whose sandbox; its ``sandbox`` part may be absent where ``url`` is given.
        runner: what containers and the embedded reference run in; entered already.
        environment: where the variables that the profile's accounts name are looked up.
        url: an address to test instead of the profile's.
        faults: of the embedded reference, by name.
        rate_limit: of the embedded reference, in calls per account and ten seconds; ``None`` leaves it its own.
        public_only: a stranger asks: reach no address of a private network, whatever the name's resolver says later, and send the
            profile's credentials to no address but the profile's own.
        allow_private: the operator lets strangers ask for what the profile itself names in a private network.

    Raises:
        SandboxError: on entering. There is none, it does not answer, it aims at a private address, or credentials are missing; and
            whatever ``Runner.serve`` raises.
    """
    asked = _Asked(url=url, faults=faults, rate_limit=rate_limit, public_only=public_only, allow_private=allow_private)
    return _opened(profile, runner, environment, asked)


@contextmanager
def _opened(profile: ExchangeProfile, runner: Runner, environment: Mapping[str, str], asked: _Asked) -> Iterator[Sandbox]:
    spec = profile.sandbox
    if asked.url is not None or (spec is not None and spec.url):
        yield _remote(profile, runner, environment, asked)
        return
    if spec is None or not (spec.image or spec.reference):
        raise SandboxSetupError(f"exchange {profile.id} names no sandbox; give one with --sandbox URL")
    if asked.faults and not spec.reference:
        raise SandboxSetupError(f"exchange {profile.id} is not the embedded reference; only that has faults to switch on")
    with _served(spec, runner, environment, asked, another=partial(_opened, profile, runner, environment, asked)) as sandbox:
        yield sandbox


@contextmanager
def _served(
    spec: SandboxSpec,
    runner: Runner,
    environment: Mapping[str, str],
    asked: _Asked,
    *,
    another: Callable[[], AbstractContextManager[Sandbox]],
) -> Iterator[Sandbox]:
    """A sandbox that the runner serves: the embedded reference, or an exchange's own image."""
    defaults = demo_environment(environment) if spec.reference else {}
    known = {**defaults, **environment}
    accounts = _credentials(spec.accounts, known)
    with tempfile.TemporaryDirectory(prefix="certify-sandbox-") as folder:
        service = _reference(Path(folder), defaults, asked) if spec.reference else _image(Path(folder), spec)
        service = replace(service, job=replace(service.job, name=f"{service.job.name}-{next(_NUMBERS)}"))
        with runner.serve(service) as endpoint:
            yield Sandbox(
                url=endpoint.url,
                host_url=endpoint.host_url,
                base_path=_base_path(spec),
                accounts=accounts,
                headers=tuple(sorted(spec.headers.items())),
                kind=SandboxKind.REFERENCE if spec.reference else SandboxKind.IMAGE,
                observer=_observer(spec, known),
                faults=asked.faults,
                another=another,
            )


def _reference(folder: Path, accounts: Mapping[str, str], asked: _Asked) -> Service:
    argv = ["python", "-m", "certification.sandboxes.reference", "--host", "{host}", "--port", "{port}"]
    for fault in asked.faults:
        argv += ["--fault", fault]
    if asked.rate_limit is not None:
        argv += ["--rate-limit", str(asked.rate_limit)]
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


def same_place(url: str, spec: SandboxSpec | None) -> bool:
    """Whether an address leads to the profile's own server, as encrypted as the profile has it."""
    parts, others = urlsplit(url), urlsplit((spec.url if spec else None) or "")
    return (parts.scheme, parts.netloc.lower()) == (others.scheme, others.netloc.lower())


def _remote(profile: ExchangeProfile, runner: Runner, environment: Mapping[str, str], asked: _Asked) -> Sandbox:
    spec = profile.sandbox
    url = (asked.url or (spec.url if spec else None) or "").rstrip("/")
    own = same_place(url, spec)
    addresses = _resolved(url)
    pin = _pinned(url, addresses, profile.id, own=own) if asked.public_only and not (own and asked.allow_private) else None
    match runner.isolation:
        case Isolation.CONTAINER if any(ip_address(address).is_loopback for address in addresses):
            raise SandboxSetupError(f"sandbox {url} is this machine itself, which containers can't reach; use --isolation process")
        case Isolation.CONTAINER | Isolation.PROCESS:
            pass
        case _:
            assert_never(runner.isolation)
    base_path = _base_path(spec)
    _await_any_answer(f"{url}{base_path}/", pin)
    known = None if asked.public_only and not own else spec
    return Sandbox(
        url=url,
        host_url=url,
        base_path=base_path,
        accounts=_credentials(known.accounts if known else (), environment),
        headers=tuple(sorted(known.headers.items())) if known else (),
        kind=SandboxKind.REMOTE,
        observer=_observer(known, environment),
        pin=pin,
        broken_proofs=broken_proofs(spec, asked.url),
    )


def _pinned(url: str, addresses: tuple[str, ...], exchange: str, *, own: bool) -> Pin:
    """The addresses that a stranger's request may reach, and nothing else for as long as the sandbox is open."""
    if all(is_public(address) for address in addresses):
        return Pin(host=httpx.URL(url).host, addresses=addresses)
    if own:
        raise SandboxSetupError(
            f"the sandbox of {exchange} is at an address of a private network; "
            "whoever runs this service lets requests reach it with CERTIFY_ALLOW_PRIVATE=1"
        )
    raise SandboxSetupError(f"sandbox {url} is at an address of a private network, which a request must not name; name a public one")


def _resolved(url: str) -> tuple[str, ...]:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise SandboxSetupError(f"sandbox {url} is no address; write it as https://host or http://host:port")
    if "@" in parts.netloc:
        raise SandboxSetupError("credentials don't belong into a sandbox's address, which stands in the report; name them as accounts")
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, ValueError) as error:
        raise SandboxError(f"sandbox {url} can't be found: {getattr(error, 'strerror', None) or error}; look at the address") from error
    return tuple(sorted({str(entry[4][0]).partition("%")[0] for entry in found}))


def _await_any_answer(url: str, pin: Pin | None) -> None:
    """One call: whatever the answer is, somebody answers. What a faulty answer means is for the test to say."""
    try:
        with http_client(pin) as client, client.stream("GET", url, timeout=_ANSWER_TIMEOUT_S):
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
            raise SandboxCredentialsError(f"the sandbox's credentials are missing: set {' and '.join(missing)} in the environment")
        if not missing:
            found.append(
                Credentials(
                    key=environment[account.key] if account.key else "",
                    secret=environment[account.secret] if account.secret else "",
                    passphrase=environment[account.passphrase] if account.passphrase else None,
                )
            )
    return tuple(found)
