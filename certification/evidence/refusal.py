"""Whether an answer refuses what was asked, whatever its status: some exchanges say no with 200, and a code in the body."""

from __future__ import annotations

from typing import Any

from certification.evidence.places import read
from sdkgen.refusal import Errors, Refusal


def refusal_in(errors: Errors, status: int | None, document: Any) -> Refusal | None:
    """Why an answer refuses: with a status of 2xx whatever its reason, with 4xx for a reason that is known; ``None`` otherwise.

    Args:
        errors: where the exchange's answers say so.
        status: of the answer.
        document: its JSON; ``None`` where it has none.
    """
    code = next((text for place in errors.code for text in read(document, place)), "")
    match (status or 0) // 100:
        case 2 if any(text not in good for place, good in errors.success.items() for text in read(document, place)):
            return errors.codes.get(code, Refusal.INVALID_REQUEST)
        case 4:
            return errors.codes.get(code)
        case _:
            return None
