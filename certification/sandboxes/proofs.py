"""How many calls with a broken proof of identity a sandbox is made to bear: exchanges lock accounts and addresses that send many."""

from __future__ import annotations

from certification.profile import SandboxSpec
from certification.profile_parts import is_this_machine


def broken_proofs(spec: SandboxSpec | None, url: str | None = None) -> int | None:
    """How many of them may be sent to each operation in a row; ``None`` where nothing bounds them.

    A run's own sandboxes bear all of them, and so do one that nobody else uses and one on this machine: nobody is locked out there.

    Args:
        spec: the profile's sandbox.
        url: an address that is tested instead.
    """
    spec = spec or SandboxSpec()
    address = url or spec.url
    if address is None or is_this_machine(address) or (spec.is_exclusive and url is None):
        return None
    return spec.broken_proofs
