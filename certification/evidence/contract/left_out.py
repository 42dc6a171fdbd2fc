"""Which operations a contract test does not call, and why: what the profile leaves out, and what takes assets off somebody's sandbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certification.errors import ProfileError
from certification.sandboxes.open import SandboxKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from certification.profile import ExchangeProfile
    from certification.sandboxes.open import Sandbox
    from sdkgen.api.model import Api

LEAVES = "it takes assets away from an account of somebody's sandbox, so its stories alone call it (contract.withdrawals)"


def left_out(api: Api, profile: ExchangeProfile, sandbox: Sandbox) -> Mapping[str, str]:
    """``Operation.id`` -> why it is not called.

    Raises:
        ProfileError: the profile leaves out what the description does not have, so that something else would be called.
    """
    reasons = {each.operation: each.reason for each in profile.contract.leave_out}
    if unknown := reasons.keys() - {operation.id for operation in api.operations}:
        message = f"profile {profile.id}: contract.leave_out names {min(unknown)}, which is no operation of the description; mend the name"
        raise ProfileError(message)
    withdraw = profile.trading.roles.get("withdraw") if profile.trading else None
    if withdraw is not None and sandbox.kind is SandboxKind.REMOTE and not profile.contract.withdrawals:
        reasons.setdefault(withdraw.operation, LEAVES)
    return reasons
