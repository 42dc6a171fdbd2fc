"""Talks about the clock: the exchange's time is asked for, gone by, and asked for again where it refuses ours."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from certification.evidence.places import steps, write
from certification.evidence.sdk.plan import NOW_MS
from certification.evidence.sdk.request import received
from certification.evidence.sdk.talks.ground import Ground, question, unsound
from certification.evidence.sdk.talks.talk import Heard, Talk, differs
from sdkgen.api.json_text import dumps_exact, loads_exact
from sdkgen.refusal import Refusal
from sdkgen.signing.recipe import TimestampFormat, Value
from sdkgen.signing.request import text_at
from sdkgen.signing.sign import instant_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certification.evidence.sdk.planned import PlannedCall
    from certification.sandboxes.mock.log import Arrival
    from certification.sandboxes.mock.plan import PlannedAnswer
    from sdkgen.api.json_text import JsonValue
    from sdkgen.behaviour import Clock

_AHEAD_MS = 90_000
_SECOND_MS = 1000
_SYNC: dict[str, JsonValue] = {"sync_clock": {}}


def clock_talks(ground: Ground) -> Iterator[Talk]:
    """What becomes of a clock that is late."""
    clock, reading = ground.behaviour.clock, ground.reading()
    telling = ground.call(clock.operation) if clock is not None else None
    if clock is None or telling is None or ground.plan.credentials is None:
        return
    answer = _told(clock, telling)
    if answer is None or reading is None or reading.expected.signing is None:
        return
    yield _asked(ground, clock, answer, reading)
    code = ground.code_of(Refusal.CLOCK)
    if code is not None:
        yield _refused(ground, code, answer, reading)


def _told(clock: Clock, call: PlannedCall) -> PlannedAnswer | None:
    """The answer that tells a time ahead of the frozen clock; ``None`` where its place is not plain."""
    value: Any = loads_exact(dumps_exact(call.answer.value)) if call.answer.is_json else None
    if not isinstance(value, dict) or any(letter in clock.place for letter in "[{") or not steps(clock.place):
        return None
    text = instant_text(clock.format, NOW_MS + _AHEAD_MS)
    known: Any = value
    for step in steps(clock.place):
        known = known.get(step.key) if isinstance(known, dict) else None
    write(value, clock.place, Decimal(text) if isinstance(known, int | Decimal) else text)
    return replace(call.answer.planned, body=dumps_exact(value).encode())


def _asked(ground: Ground, clock: Clock, answer: PlannedAnswer, call: PlannedCall) -> Talk:
    def judge(heard: Heard) -> Iterator[str]:
        offset = heard.results[0].member("offset_ms")
        blur = _SECOND_MS if clock.format is TimestampFormat.SECONDS else 1
        if not (isinstance(offset, int) and abs(offset - _AHEAD_MS) <= blur):
            yield f"the exchange's clock is {_AHEAD_MS} ms ahead, and the client says {offset}"
        yield from differs("calls", ("synced", "returned"), heard.kinds())
        yield from unsound(call, heard, heard.arrivals[1:])
        yield from _late(ground, call, heard.arrivals[1:], offset)

    return Talk(id="clock.is-asked-for", answers=(answer, call.answer.planned), questions=(_SYNC, question(call)), judge=judge)


def _refused(ground: Ground, code: str, answer: PlannedAnswer, call: PlannedCall) -> Talk:
    def judge(heard: Heard) -> Iterator[str]:
        yield from differs("a call whose timestamp was refused", ("returned",), heard.kinds())
        yield from differs("requests", 3, len(heard.arrivals))
        yield from unsound(call, heard, heard.arrivals[2:])
        yield from _late(ground, call, heard.arrivals[2:], _AHEAD_MS)

    return Talk(
        id="clock.is-corrected",
        answers=(ground.refusal(code, "the clock"), answer, call.answer.planned),
        questions=(question(call),),
        judge=judge,
        settings=(("retries", 2),),
    )


def _late(ground: Ground, call: PlannedCall, arrivals: tuple[Arrival, ...], offset: JsonValue) -> Iterator[str]:
    """Requests that are not signed with the corrected clock."""
    recipe, signing = ground.plan.recipe, call.expected.signing
    if recipe is None or signing is None or not isinstance(offset, int):
        return
    wanted = instant_text(recipe.timestamp, NOW_MS + offset)
    for arrival in arrivals:
        for placement in signing.placements:
            if placement.value is Value.TIMESTAMP:
                yield from differs("the timestamp after the clock was corrected", wanted, text_at(received(arrival), placement))
