"""Whether values survive an SDK: decoded into its types and encoded again, nothing may be lost, rounded or renamed."""

from __future__ import annotations

from collections.abc import Iterator

from certification.checks.catalogue import check
from certification.checks.per_sdk import Complaint, Findings, each_sdk
from certification.evidence.record import Evidence, RoundTripLoss, RoundTrips, SdkEvidence
from certification.model import Answer

_SHOWN = 300
_UNOBSERVED = "no value was decoded: the SDK was not built, or has no harness program"


@check(
    requirement="Every example that the description gives is the same after it was decoded and encoded again.",
    remediation="Compare the value with what came back; if the example contradicts its own schema, mend the description.",
)
def documented_examples_survive(evidence: Evidence) -> Iterator[Answer]:
    """The exchange's own examples go through the SDK's types and come back unchanged, numbers compared as exact decimals."""
    return each_sdk(evidence, lambda sdk: _survive(sdk, "documented"), unobserved=_UNOBSERVED)


@check(
    requirement="Every value that the description allows is the same after it was decoded and encoded again.",
    remediation="Compare the value with what came back and report it to OpenXAPI: the SDK's type for it is wrong.",
)
def generated_values_survive(evidence: Evidence) -> Iterator[Answer]:
    """Made-up values of every named type go through the SDK's types and come back unchanged.

    They have optional parts present and absent, nulls, and texts with unusual characters.
    """
    return each_sdk(evidence, lambda sdk: _survive(sdk, "generated"), unobserved=_UNOBSERVED)


@check(
    requirement="No number of money passes through binary floating point, in any language.",
    remediation="Read JSON numbers into exact decimals and big integers, and write them from those; never through a float.",
)
def numbers_stay_exact(evidence: Evidence) -> Iterator[Answer]:
    """Numbers that a binary float can't hold come back digit for digit: long fractions, whole numbers beyond 2^53.

    0.1 + 0.2 is not 0.3 in binary floating point; a balance kept in it is a wrong balance.
    """
    return each_sdk(evidence, lambda sdk: _survive(sdk, "precision"), unobserved=_UNOBSERVED)


@check(
    requirement="Fields and enum values that the description does not know are kept, not dropped and not refused.",
    remediation="Keep unknown keys beside the known ones, and unknown enum values as they came.",
)
def what_is_unknown_is_kept(evidence: Evidence) -> Iterator[Answer]:
    """A field or enum value that the exchange adds tomorrow passes through today's SDK unharmed."""
    return each_sdk(evidence, lambda sdk: _survive(sdk, "unknown"), unobserved=_UNOBSERVED)


@check(
    requirement="A value of another kind than its field's is an error, wherever it stands.",
    remediation="Read each field under its exact name, and let what does not fit its type raise; report it to OpenXAPI.",
)
def other_kinds_are_refused(evidence: Evidence) -> Iterator[Answer]:
    """Each field of each type holds a list, an object or a text where it takes none: a typed SDK refuses it and names the place.

    One that accepts it does not read the field at all: it stands under another name, or in an untyped heap.
    """

    def question(sdk: SdkEvidence) -> Findings | None:
        trips = sdk.round_trips
        if trips is None or not trips.misfits:
            return None
        losses = tuple(
            Complaint(about=loss.type, sentence=loss.error, shows=(loss.value[:_SHOWN],)) for loss in trips.losses if loss.probe == "misfit"
        )
        return Findings(passed=f"{trips.misfits} values of another kind were refused", complaints=losses)

    return each_sdk(evidence, question, unobserved=_UNOBSERVED)


def _survive(sdk: SdkEvidence, probe: str) -> Findings | None:
    trips = sdk.round_trips
    if trips is None:
        return None
    losses = tuple(_complaint(loss) for loss in trips.losses if loss.probe == probe)
    return Findings(passed=_passed(trips, probe), complaints=losses)


def _passed(trips: RoundTrips, probe: str) -> str:
    counts = {"documented": trips.documented, "generated": trips.generated, "precision": trips.precision, "unknown": trips.unknown}
    return f"{counts[probe]} values came back unchanged" if counts[probe] else "the description gives no such value"


def _complaint(loss: RoundTripLoss) -> Complaint:
    sentence = f"the value {loss.error or 'changed'}" if loss.returned is not None else f"the value was not decoded: {loss.error}"
    shows = (f"{loss.origin}: {loss.value[:_SHOWN]}", *((f"came back as: {loss.returned[:_SHOWN]}",) if loss.returned is not None else ()))
    return Complaint(about=loss.type, sentence=sentence, shows=shows)
