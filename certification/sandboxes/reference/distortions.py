"""What some faults do to a finished answer: each a small pure change of one operation's document, status or headers."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from certification.sandboxes.reference.web.answer import Answer, error_document


def _with(answer: Answer, document: Any) -> Answer:
    return replace(answer, document=document)


def _is_success(answer: Answer) -> bool:
    return answer.status < 300  # noqa: PLR2004 - the statuses of success end there


def price_as_number(answer: Answer) -> Answer:
    """The best bid as a JSON number."""
    if not _is_success(answer) or answer.document["b"] is None:
        return answer
    return _with(answer, answer.document | {"b": Decimal(answer.document["b"])})


def without_total(answer: Answer) -> Answer:
    """Balances without ``total``."""
    if not _is_success(answer):
        return answer
    return _with(answer, [{name: value for name, value in each.items() if name != "total"} for each in answer.document])


def null_last_quantity(answer: Answer) -> Answer:
    """A page whose last trade has no quantity."""
    if not _is_success(answer) or not answer.document["items"]:
        return answer
    *others, last = answer.document["items"]
    return _with(answer, answer.document | {"items": [*others, last | {"quantity": None}]})


def upper_case_status(answer: Answer) -> Answer:
    """An order whose status is in capitals."""
    if not _is_success(answer):
        return answer
    return _with(answer, answer.document | {"status": answer.document["status"].upper()})


def extra_field(answer: Answer) -> Answer:
    """A field more."""
    return _with(answer, answer.document | {"internal_id": 7}) if _is_success(answer) else answer


def accepted_status(answer: Answer) -> Answer:
    """202 for 200."""
    return replace(answer, status=202) if _is_success(answer) else answer


def plain_text(answer: Answer) -> Answer:
    """JSON that says it is text."""
    return replace(answer, media_type="text/plain")


def server_error_on_empty(answer: Answer) -> Answer:
    """500 for 404."""
    if answer.status != 404:  # noqa: PLR2004 - the status of nothing found
        return answer
    return replace(answer, status=500, document=error_document("INTERNAL", "list index out of range"))


def _without_header(answer: Answer, name: str) -> Answer:
    return replace(answer, headers=tuple(header for header in answer.headers if header[0] != name))


def without_remaining(answer: Answer) -> Answer:
    """No ``X-RateLimit-Remaining``."""
    return _without_header(answer, "X-RateLimit-Remaining")


def without_retry_after(answer: Answer) -> Answer:
    """No ``Retry-After``."""
    return _without_header(answer, "Retry-After")


def reversed_bids(answer: Answer) -> Answer:
    """Bids cheapest first."""
    return _with(answer, answer.document | {"bids": answer.document["bids"][::-1]}) if _is_success(answer) else answer


def crossed(answer: Answer) -> Answer:
    """The sides swapped at the best level: a bid above the asks."""
    if not _is_success(answer) or not answer.document["bids"] or not answer.document["asks"]:
        return answer
    bids, asks = answer.document["bids"], answer.document["asks"]
    return _with(answer, answer.document | {"bids": [asks[0], *bids[1:]], "asks": [bids[0], *asks[1:]]})


def short_candles(answer: Answer) -> Answer:
    """Candles without their last place."""
    return _with(answer, [candle[:-1] for candle in answer.document]) if _is_success(answer) else answer


def time_in_seconds(answer: Answer) -> Answer:
    """The clock in seconds."""
    return _with(answer, answer.document | {"time": answer.document["time"] // 1000}) if _is_success(answer) else answer
