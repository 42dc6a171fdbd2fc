"""How many calls with a broken proof of identity a sandbox is made to bear: exchanges lock accounts and addresses that send many."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from certification.profile import SandboxSpec


def broken_proofs(spec: SandboxSpec | None, url: str | None = None) -> int | None:
    """How many of them may be sent to each operation in a row; ``None`` where nothing bounds them.

    A run's own sandboxes bear all of them, and so do one that nobody else uses and one on this machine: nobody is locked out there.

    Args:
        spec: the profile's sandbox.
        url: an address that is tested instead.
    """
    spec = spec or SandboxSpec()
    address = url or spec.url
    if address is None or _is_here(address) or (spec.exclusive and url is None):
        return None
    return spec.broken_proofs


def _is_here(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
