"""What some faults do to a finished answer: each a small pure change of one operation's document, status or headers."""

from __future__ import annotations

from collections.abc import Callable
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


def server_error_on_conflict(answer: Answer) -> Answer:
    """500 for 409."""
    if answer.status != 409:  # noqa: PLR2004 - the status of a conflict
        return answer
    return replace(answer, status=500, document=error_document("INTERNAL", "list.remove(x): x not in list"))


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


def _each_item(answer: Answer, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Answer:
    """Every item of a page changed."""
    if not _is_success(answer):
        return answer
    return _with(answer, answer.document | {"items": [item | change(item) for item in answer.document["items"]]})


def fee_in_base(answer: Answer) -> Answer:
    """Fills whose fee is said to be in what is traded, and not in what it is paid with."""
    return _each_item(answer, lambda fill: {"fee_asset": fill["symbol"].partition("-")[0]})


def ended_as_filled(answer: Answer) -> Answer:
    """A history in which every cancelled order was filled."""
    return _each_item(answer, lambda order: {"status": "filled"} if order["status"] == "cancelled" else {})


def without_fees(answer: Answer) -> Answer:
    """A statement that says nothing of fees."""
    if not _is_success(answer):
        return answer
    return _with(answer, answer.document | {"items": [item for item in answer.document["items"] if item["kind"] != "fee"]})


def balance_before(answer: Answer) -> Answer:
    """A statement whose entries tell the balance before them."""
    return _each_item(answer, lambda entry: {"balance": f"{Decimal(entry['balance']) - Decimal(entry['amount']):f}"})


def reference_of_the_next(answer: Answer) -> Answer:
    """A statement whose entries name what comes after what they are of."""
    return _each_item(answer, lambda entry: {"reference": None if entry["reference"] is None else str(int(entry["reference"]) + 2)})


def without_newest(answer: Answer) -> Answer:
    """A page without its newest item."""
    return _with(answer, answer.document | {"items": answer.document["items"][1:]}) if _is_success(answer) else answer


def _order(answer: Answer, **changes: Callable[[dict[str, Any]], Any]) -> Answer:
    """An order with other values."""
    if not _is_success(answer):
        return answer
    return _with(answer, answer.document | {name: change(answer.document) for name, change in changes.items()})


def notional_at_limit(answer: Answer) -> Answer:
    """An order whose notional is that of its limit, not of its fills."""
    return _order(
        answer,
        notional=lambda order: order["notional"] if order["price"] is None else Decimal(order["price"]) * Decimal(order["filled_quantity"]),
    )


def part_fill_untold(answer: Answer) -> Answer:
    """An order that is filled in part says that nothing was filled."""
    return _order(answer, filled_quantity=lambda order: "0" if order["status"] == "partially_filled" else order["filled_quantity"])


def updated_before_created(answer: Answer) -> Answer:
    """An order that changed before it was there."""
    return _order(answer, updated_at=lambda order: order["created_at"] - 1)


def rounded_quantity(answer: Answer) -> Answer:
    """An order that echoes its quantity with three places only."""
    return _order(answer, quantity=lambda order: f"{Decimal(order['quantity']).quantize(Decimal('0.001')).normalize():f}")


def rounded_amount(answer: Answer) -> Answer:
    """A withdrawal whose amount is told with four places."""
    return _order(answer, amount=lambda each: f"{Decimal(each['amount']).quantize(Decimal('0.0001')).normalize():f}")


def cut_client_id(answer: Answer) -> Answer:
    """An order whose client order id lost its end."""
    return _order(answer, client_order_id=lambda order: order["client_order_id"][:16])


def ids_through_float(answer: Answer) -> Answer:
    """Orders whose ids went through a binary float."""
    if not _is_success(answer):
        return answer
    return _with(answer, [order | {"order_id": int(float(order["order_id"]))} for order in answer.document])


def without_oldest_of_several(answer: Answer) -> Answer:
    """A list of several without its last item."""
    return _with(answer, answer.document[:-1]) if _is_success(answer) and len(answer.document) > 1 else answer


def total_without_held(answer: Answer) -> Answer:
    """Balances whose total leaves out what is held."""
    return _with(answer, [each | {"total": each["available"]} for each in answer.document]) if _is_success(answer) else answer


def high_at_open(answer: Answer) -> Answer:
    """Candles whose high is where they opened."""
    return _with(answer, [[*each[:2], each[1], *each[3:]] for each in answer.document]) if _is_success(answer) else answer


def double_volume(answer: Answer) -> Answer:
    """Candles that count both sides of each trade."""
    if not _is_success(answer):
        return answer
    return _with(answer, [[*each[:5], f"{Decimal(each[5]) * 2:f}", *each[6:]] for each in answer.document])


def bid_for_ask(answer: Answer) -> Answer:
    """A ticker whose best ask is its best bid."""
    return _with(answer, answer.document | {"a": answer.document["b"]}) if _is_success(answer) else answer


def last_at_bid(answer: Answer) -> Answer:
    """A ticker whose last price is the best bid, whatever was traded."""
    return _with(answer, answer.document | {"last": answer.document["b"]}) if _is_success(answer) else answer
