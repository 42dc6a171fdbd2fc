"""How an SDK behaves beyond its requests: what it gives away, and whether it waits when it is told to."""

from __future__ import annotations

from collections.abc import Iterator

from certification.checks.catalogue import check
from certification.checks.per_sdk import Complaint, Findings, Silence, each_sdk
from certification.evidence.record import ErrorCase, Evidence, SdkEvidence
from certification.model import Answer, Outcome

_LATE_MS = 50
"""Clocks and schedulers are no sharper."""


@check(
    requirement="No secret that an SDK is given shows in its log, its answers or its errors.",
    remediation="Take the secret out of what is logged and out of exceptions' texts; log the key's last characters, if anything.",
)
def secrets_stay_out_of_logs_and_errors(evidence: Evidence) -> Iterator[Answer]:
    """Everything that the SDK printed and told while it was exercised, failures included, is searched for the secret and the passphrase.

    As they are, percent-encoded, in JSON and in base64. Logs are read by many, kept for long and sent to other companies.
    """

    def question(sdk: SdkEvidence) -> Findings | Silence | None:
        if sdk.leaks is None and sdk.wire is not None:
            return Silence(reason="nothing is signed, so the SDK was given no secret", outcome=Outcome.NOT_APPLICABLE)
        if sdk.leaks is None:
            return None
        shown = tuple(Complaint(about="", sentence="a secret shows in what the SDK prints or tells", shows=(leak,)) for leak in sdk.leaks)
        return Findings(passed="no secret showed in what it printed and told", complaints=shown)

    return each_sdk(evidence, question, unobserved="the SDK made no call")


@check(
    requirement="After 429 or 418 with Retry-After an SDK sends nothing again before that time (RFC 9110, section 10.2.3).",
    remediation="Keep Retry-After, and let nothing of the same client go out before it; exchanges ban addresses that go on.",
)
def throttled_sdks_wait_as_long_as_told(evidence: Evidence) -> Iterator[Answer]:
    """A throttled call is not repeated by itself before the time that the answer told."""

    def question(sdk: SdkEvidence) -> Findings | None:
        told = [case for case in sdk.errors or () if case.told_to_wait_ms is not None]
        if not told:
            return None
        hasty = tuple(_hasty(case) for case in told if _is_hasty(case))
        return Findings(passed=f"{len(told)} throttled calls, none repeated too soon", complaints=hasty)

    return each_sdk(evidence, question, unobserved="no call was throttled")


def _is_hasty(case: ErrorCase) -> bool:
    wait = case.told_to_wait_ms
    return case.again_after_ms is not None and wait is not None and case.again_after_ms + _LATE_MS < wait


def _hasty(case: ErrorCase) -> Complaint:
    shown = f"{case.situation}: again after {case.again_after_ms} ms, told to wait {case.told_to_wait_ms} ms"
    return Complaint(about=case.operation, sentence="a throttled call was sent again before the time that the answer told", shows=(shown,))
