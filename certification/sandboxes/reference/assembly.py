"""Puts the exchange together from its parts, as the options say."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from certification.errors import ProfileError
from certification.sandboxes.reference.accounts import demo_credentials
from certification.sandboxes.reference.faults import Faults, faults_named
from certification.sandboxes.reference.venue import Clock, Venue, system_clock
from certification.sandboxes.reference.web.authentication import Authenticator
from certification.sandboxes.reference.web.budget import Budgets
from certification.sandboxes.reference.web.contract import Contract
from certification.sandboxes.reference.web.description import Description
from certification.sandboxes.reference.web.gateway import Gateway
from certification.sandboxes.reference.web.stream_session import StreamProtocol
from certification.sandboxes.reference.web.stream_socket import HEARTBEAT_S, Streams

DESCRIPTIONS = Path(__file__).resolve().parents[3] / "exchanges" / "reference"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceOptions:
    """How the exchange is started."""

    host: str = "127.0.0.1"
    port: int = 0
    """0 takes a free one."""
    faults: tuple[str, ...] = ()
    seed: int = 0
    rate_limit: int | None = None
    """Calls in any ten seconds; ``None`` is 3,000 for each address (public calls) and 5,000 for each account."""
    heartbeat_s: float = HEARTBEAT_S
    """How long a stream may be silent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembly:
    """The parts of a running exchange."""

    venue: Venue
    contract: Contract
    gateway: Gateway
    protocol: StreamProtocol
    streams: Streams


def assemble(options: ReferenceOptions, *, environment: Mapping[str, str] = os.environ, clock: Clock = system_clock) -> Assembly:
    """Make the exchange, with its history behind it.

    Raises:
        ProfileError: a fault has no such name.
    """
    faults = _faults(options)
    credentials = demo_credentials(environment)
    venue = Venue(credentials, seed=options.seed, rules=faults.engine, clock=clock)
    contract = Contract(DESCRIPTIONS / "openapi.yaml", faults.web)
    authenticator = Authenticator(credentials, faults.web)
    budgets = Budgets(options.rate_limit, faults.web)
    protocol = StreamProtocol(venue, authenticator, Description(DESCRIPTIONS / "asyncapi.yaml"), faults.web)
    return Assembly(
        venue=venue,
        contract=contract,
        gateway=Gateway(venue, contract, authenticator, budgets, faults),
        protocol=protocol,
        streams=Streams(venue, protocol, budgets, options.heartbeat_s),
    )


def _faults(options: ReferenceOptions) -> Faults:
    try:
        return faults_named(options.faults)
    except KeyError as error:
        raise ProfileError(f"the reference exchange has no fault {error}; --list-faults names them") from error
