"""Whether the answers of a contract test say anything of the exchange."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certification.evidence.statuses import THROTTLED
from certification.model import Hindrance, Obstacle

if TYPE_CHECKING:
    from certification.evidence.contract.events import Folded

_REFUSALS = (401, 403)
_FIRST_SERVER_ERROR = 500


def vacuity(folded: Folded) -> Obstacle | None:
    """Why the answers prove nothing of the exchange; ``None`` where they do."""
    answers = sum(count for _, count in folded.statuses)
    seen = {status for status, _ in folded.statuses}
    if answers == 0:
        return Obstacle(reason="the sandbox answered no call")
    if all(status >= _FIRST_SERVER_ERROR for status in seen):
        return Obstacle(reason=f"the sandbox answered every call with a server error ({_listed(seen)})")
    throttled = sum(count for status, count in folded.statuses if status in THROTTLED)
    if not any(_is_success(status) for status in seen) and 2 * throttled > answers:
        # Not every call: a server refuses an unknown method before it counts.
        words = _listed(seen & THROTTLED)
        reason = f"the sandbox accepted no call and refused most with {words}; lower the rate limit in the profile, or come back later"
        return Obstacle(reason=reason, hindrance=Hindrance.THROTTLED)
    return _refused(folded, seen)


def _refused(folded: Folded, seen: set[int]) -> Obstacle | None:
    """Why we were not let in; ``None`` where we were."""
    signed = folded.signed
    if signed.clock and signed.clock == signed.calls:
        reason = "the sandbox refused every signed call for its time: this machine's clock and the sandbox's differ; set what is wrong"
        return Obstacle(reason=reason, hindrance=Hindrance.CLOCK)
    if seen <= set(_REFUSALS):
        reason = f"the sandbox refused every call with {_listed(seen)}; look at the credentials"
        return Obstacle(reason=reason, hindrance=Hindrance.CREDENTIALS)
    if signed.calls and signed.calls == signed.refused:
        reason = "the sandbox refused our credentials: every signed call was answered 401 or 403; look at them and at the signing recipe"
        return Obstacle(reason=reason, hindrance=Hindrance.CREDENTIALS)
    return None


def _is_success(status: int) -> bool:
    return status // 100 == 2  # noqa: PLR2004 - RFC 9110, section 15.3


def _listed(statuses: set[int]) -> str:
    return ", ".join(str(status) for status in sorted(statuses))
