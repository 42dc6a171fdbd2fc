"""Talks about rate limits: what counts is counted, together, and what finds no room is held back before it is sent."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from certification.evidence.sdk.talks.ground import Ground, question
from certification.evidence.sdk.talks.talk import Heard, Talk, differs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certification.evidence.sdk.planned import PlannedCall
    from certification.sandboxes.mock.log import Arrival
    from certification.sandboxes.mock.plan import PlannedAnswer
    from sdkgen.behaviour import RateLimit

_SETTINGS = (("rate_limits", True), ("max_wait_ms", 50))
_MOST_CALLS = 60
_RESET_S = 60
"""How long the headers say that the window still lasts, where it is so long: a slow machine must not see it end."""
_SHORT_MS = 10_000
"""Of a shorter window most may have passed, unseen, when a call is held back."""


def budget_talks(ground: Ground) -> Iterator[Talk]:
    """For each limit: one that answers' headers tell to be nearly used up, and one that is small enough to use up."""
    for number, limit in enumerate(ground.behaviour.limits, start=1):
        counted = [call for call in ground.telling() if _weight(limit, call) > 0]
        alone = [call for call in counted if not _others(ground, limit, call)]
        if limit.remaining_header or limit.used_header:
            yield from _told(ground, limit, number, tuple(alone or counted))
        small = min(counted, key=lambda call: -_weight(limit, call), default=None)
        if small is not None and limit.requests // _weight(limit, small) < _MOST_CALLS:
            yield _used_up(limit, number, small)


def _weight(limit: RateLimit, call: PlannedCall) -> int:
    if limit.signed_only and call.expected.signing is None:
        return 0
    return limit.weights.get(call.operation, limit.weight)


def _others(ground: Ground, limit: RateLimit, call: PlannedCall) -> bool:
    """Whether the call counts in another limit, which might hold it back."""
    return any(other is not limit and _weight(other, call) > 0 for other in ground.behaviour.limits)


def _told(ground: Ground, limit: RateLimit, number: int, counted: tuple[PlannedCall, ...]) -> Iterator[Talk]:
    """Headers leave room for one call of each of two operations; the third has none, and is not sent."""
    if not counted:
        return
    one = counted[0]
    other = next((call for call in counted if call.operation != one.operation), one)
    left = _weight(limit, one) + _weight(limit, other)
    if left > limit.requests:
        return
    free = next((call for call in ground.telling() if not ground.weight(call)), None)
    asked = (one, one, other, one, other, *((free,) if free is not None else ()))
    answers = tuple(_counting(limit, call.answer.planned, left) for call in (one, one, other, *((free,) if free is not None else ())))

    def judge(heard: Heard) -> Iterator[str]:
        longest = min(limit.per_ms, _reset(limit) * limit.reset_unit_ms) if limit.reset_header else limit.per_ms
        if _took_ms(heard.arrivals[:3]) >= longest // 3:
            return  # so slow a machine may have seen the window end, and with it the reason to hold anything back
        kinds = ("returned", "returned", "returned", "rate_limit", "rate_limit", *(("returned",) if free is not None else ()))
        yield from differs(f"with room for {left} in {limit.name}, calls", kinds, heard.kinds())
        yield from differs("requests", len(answers), len(heard.arrivals))
        held = heard.results[3]
        yield from differs("attempts of what was held back", 0, held.member("attempts"))
        wait = held.member("retry_after_ms")
        quick = _took_ms(heard.arrivals) < longest // 3 if free is not None else longest >= _SHORT_MS
        if not (isinstance(wait, int) and (longest // 3 if quick else 0) < wait <= longest):
            yield f"what was held back may be sent after {wait} ms; the window ends in {longest} ms at most"

    asking = tuple(question(call) for call in asked)
    yield Talk(
        id=f"limits.told-budget-{number}",
        answers=answers,
        questions=asking,
        judge=judge,
        settings=_SETTINGS,
    )


def _counting(limit: RateLimit, answer: PlannedAnswer, left: int) -> PlannedAnswer:
    """The answer with headers by which so much is left."""
    headers = [*answer.headers]
    if limit.remaining_header:
        headers.append((limit.remaining_header, str(left)))
    if limit.used_header:
        headers.append((limit.used_header, str(limit.requests - left)))
    if limit.reset_header:
        headers.append((limit.reset_header, str(_reset(limit))))
    return replace(answer, headers=tuple(headers))


def _took_ms(arrivals: tuple[Arrival, ...]) -> int:
    """From the first of some requests to the last."""
    return arrivals[-1].at_ms - arrivals[0].at_ms if arrivals else 0


def _reset(limit: RateLimit) -> int:
    """What the header of the window's end says, in its own unit: less than a whole window, so that a client is seen to heed it."""
    return max(1, min(_RESET_S * 1000, limit.per_ms // 2) // limit.reset_unit_ms)


def _used_up(limit: RateLimit, number: int, call: PlannedCall) -> Talk:
    """As many calls as the budget has room for, and one more."""
    room = limit.requests // _weight(limit, call)

    def judge(heard: Heard) -> Iterator[str]:
        sent = len(heard.arrivals)
        if room and not sent:
            yield f"no call went out, and {limit.name} has room for {room}"
        if sent > room and limit.per_ms > _MOST_CALLS * 50:
            yield f"{sent} calls went out, and {limit.name} has room for {room}"
        returned = sum(kind == "returned" for kind in heard.kinds())
        if returned < min(room, sent):
            yield f"{returned} of {sent} calls returned"

    return Talk(
        id=f"limits.whole-budget-{number}",
        answers=(call.answer.planned,),
        questions=(question(call),) * (room + 1),
        judge=judge,
        settings=_SETTINGS,
    )
