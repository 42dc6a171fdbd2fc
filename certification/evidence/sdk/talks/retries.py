"""Talks about repetitions: what is safe is sent again, freshly signed and not without end; what is not is left to the caller."""

from __future__ import annotations

from email.utils import formatdate
from typing import TYPE_CHECKING

from certification.evidence.sdk.difference import difference
from certification.evidence.sdk.plan import NOW_MS
from certification.evidence.sdk.request import received
from certification.evidence.sdk.talks.ground import JSON, Ground, question, unsound
from certification.evidence.sdk.talks.talk import Heard, Talk, differs
from certification.sandboxes.mock.plan import Fault, PlannedAnswer
from sdkgen.refusal import Refusal
from sdkgen.signing.recipe import MOMENTS, TimestampFormat, Value
from sdkgen.signing.request import text_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certification.evidence.sdk.planned import PlannedCall
    from sdkgen.api.json_text import JsonValue

_REPEATING = (("retries", 2), ("seed", 1), ("rate_limits", False))
_OWN_TIME = (("now_ms", None), ("nonce", None))
_UNAVAILABLE = PlannedAnswer(status=503, headers=(("content-type", "text/html"),), body=b"<title>Maintenance</title>\n")
_SILENT = PlannedAnswer(status=200, fault=Fault.SILENCE)
_CLOSED = PlannedAnswer(status=200, fault=Fault.CLOSE)
_BAN_S = 3600
_PATIENT_MS = 1_000
"""Longer than an answer takes on a slow machine that has much else to do."""
_LATER_MS = 7_000
_FIRST_PAUSE_MS = 250


def retry_talks(ground: Ground) -> Iterator[Talk]:
    """All about repetitions."""
    reading, changing, ordering = ground.reading(), ground.changing(), ground.ordering()
    if reading is not None:
        yield _repeated(reading)
        yield _endless(reading)
        yield _waits(ground, reading)
    if changing is not None:
        yield _once(ground, changing)
    if changing is not None and reading is not None:
        yield _banned(changing, reading)
    if ordering is not None:
        yield _ordered(ground, ordering)


def _repeated(call: PlannedCall) -> Talk:
    """A read that meets a time-out and then maintenance is asked for again, and the hooks are told of all of it."""

    def judge(heard: Heard) -> Iterator[str]:
        yield from _returned(call, heard)
        yield from differs("requests", 3, len(heard.arrivals))
        yield from unsound(call, heard)
        yield from _fresh(call, heard)
        yield from _told(call, heard)

    return Talk(
        id="retries.reads-are-sent-again",
        answers=(_SILENT, _UNAVAILABLE, call.answer.planned),
        questions=(question(call),),
        judge=judge,
        settings=(*_REPEATING, *_OWN_TIME, ("timeout_ms", _PATIENT_MS), ("hooks", True)),
    )


def _fresh(call: PlannedCall, heard: Heard) -> Iterator[str]:
    """Each attempt is signed with the clock of its own moment, and with a nonce of its own."""
    signing = call.expected.signing
    for placement in signing.placements if signing is not None else ():
        coarse = placement.value is not Value.NONCE and signing is not None and signing.recipe.timestamp is TimestampFormat.SECONDS
        if placement.value not in MOMENTS or coarse:
            continue
        texts = [text_at(received(arrival), placement) for arrival in heard.arrivals[:2]]  # between these two a time-out passes
        if len(texts) > 1 and texts[0] == texts[1]:
            yield f"the second attempt has the {placement.value.value} of the first: {texts[0]}"


def _told(call: PlannedCall, heard: Heard) -> Iterator[str]:
    told = next((each for each in _documents(heard, "told")), None)
    if told is None:
        yield "the hooks were told nothing"
        return
    status = call.answer.planned.status
    second = (None, "timeout") if _took(heard) >= _PATIENT_MS else (503, "server")
    wanted = [
        ("on_request", 1),
        ("on_response", 1, None, "timeout"),
        ("on_retry", 1, None, "timeout"),
        ("on_request", 2),
        ("on_response", 2, *second),
        ("on_retry", 2, *second),
        ("on_request", 3),
        ("on_response", 3, status, None),
    ]
    found = [_telling(each) for each in told]
    yield from differs("the hooks were told", wanted, found)
    path = heard.arrivals[0].target.partition("?")[0] if heard.arrivals else ""
    about = (call.operation, call.expected.request.method, path)
    for each in told:
        yield from differs("a hook was told of", about, (each.get("operation"), each.get("method"), each.get("path")))
        pause = each.get("pause_ms")
        if each.get("hook") == "on_retry" and not (isinstance(pause, int) and 0 <= pause <= 2 * _FIRST_PAUSE_MS):
            yield f"a hook was told of a pause of {pause} ms"


def _took(heard: Heard) -> int:
    """Milliseconds between the second attempt and the third: more than a time-out where a slow machine let that pass, too."""
    return heard.arrivals[2].at_ms - heard.arrivals[1].at_ms if len(heard.arrivals) > 2 else 0  # noqa: PLR2004 - the third


def _telling(told: dict[str, JsonValue]) -> tuple[object, ...]:
    known = (told.get("hook"), told.get("attempt"))
    return known if told.get("hook") == "on_request" else (*known, told.get("status"), told.get("error_kind"))


def _documents(heard: Heard, name: str) -> Iterator[list[dict[str, JsonValue]]]:
    for result in heard.results:
        found = result.beside(name)
        if isinstance(found, list):
            yield [each for each in found if isinstance(each, dict)]


def _endless(call: PlannedCall) -> Talk:
    def judge(heard: Heard) -> Iterator[str]:
        yield from differs("the error", ("server",), heard.kinds())
        yield from differs("requests", 2, len(heard.arrivals))
        yield from differs("attempts", (2,), heard.members("attempts"))
        yield from differs("the error names the status", (503,), heard.members("status"))

    return Talk(
        id="retries.attempts-come-to-an-end",
        answers=(_UNAVAILABLE,),
        questions=(question(call),),
        judge=judge,
        settings=(*_REPEATING, ("retries", 1)),
    )


def _once(ground: Ground, call: PlannedCall) -> Talk:
    """What may change something is sent once, whatever happens, and the error says whether it may have happened."""
    good = call.answer.planned
    half = PlannedAnswer(status=good.status, headers=good.headers, body=good.body[: max(1, len(good.body) // 2)])
    troubles = (_UNAVAILABLE, _CLOSED, half, ground.refusal("", "no"))
    kinds = ("server", "transport", "decode", "bad_request")

    def judge(heard: Heard) -> Iterator[str]:
        yield from differs("the errors", kinds, heard.kinds())
        yield from differs("requests", len(troubles), len(heard.arrivals))
        yield from differs("it may have happened", (True, True, True, False), heard.members("may_have_happened"))
        yield from differs("attempts", (1,) * len(troubles), heard.members("attempts"))
        yield from unsound(call, heard)

    return Talk(
        id="retries.changes-are-sent-once",
        answers=troubles,
        questions=(question(call),) * len(troubles),
        judge=judge,
        settings=_REPEATING,
    )


def _ordered(ground: Ground, call: PlannedCall) -> Talk:
    """An order with an id of its own is sent again under the same id; that the exchange knows it then means that it stands."""
    code = ground.code_of(Refusal.DUPLICATE_ORDER)
    known = () if code is None else (_CLOSED, ground.refusal(code, "used", status=409))

    def judge(heard: Heard) -> Iterator[str]:
        yield from _returned(call, heard)
        yield from differs("requests", 2 + len(known), len(heard.arrivals))
        yield from unsound(call, heard)
        if known:
            last = heard.results[-1]
            found = (last.kind, last.member("repeated"), last.member("refusal"), last.member("attempts"))
            yield from differs("the refusal of the second attempt", ("raised", True, "duplicate_order", 2), found)

    return Talk(
        id="retries.orders-keep-their-id",
        answers=(_CLOSED, call.answer.planned, *known),
        questions=(question(call),) * (2 if known else 1),
        judge=judge,
        settings=_REPEATING,
    )


def _banned(changing: PlannedCall, reading: PlannedCall) -> Talk:
    """Told to wait longer than it may, the client says so at once, and sends nothing else meanwhile."""
    answer = PlannedAnswer(status=429, headers=(*JSON, ("retry-after", str(_BAN_S))), body=b"{}")

    def judge(heard: Heard) -> Iterator[str]:
        yield from differs("the errors", ("rate_limit", "rate_limit"), heard.kinds())
        yield from differs("requests", 1, len(heard.arrivals))
        first, second = heard.results
        yield from differs("the time to wait", _BAN_S * 1000, first.member("retry_after_ms"))
        yield from differs("it may have happened", (False, False), heard.members("may_have_happened"))
        yield from differs("attempts", (1, 0), heard.members("attempts"))
        wait = second.member("retry_after_ms")
        if not (isinstance(wait, int) and (_BAN_S - 60) * 1000 <= wait <= _BAN_S * 1000):
            yield f"the call that was held back says to wait {wait} ms"

    return Talk(
        id="retries.bans-silence-the-client",
        answers=(answer,),
        questions=(question(changing), question(reading)),
        judge=judge,
        settings=(*_REPEATING, ("rate_limits", True), ("max_wait_ms", 50)),
    )


def _waits(ground: Ground, call: PlannedCall) -> Talk:
    """How long to wait is told in seconds or as a date, with 429 or with 503, or not at all."""
    frozen = ground.plan.credentials is not None  # else nothing is signed, and the clock is the machine's
    date = formatdate((NOW_MS + _LATER_MS) // 1000, usegmt=True)
    told = (("429", "7"), ("503", "7"), ("429", date), ("429", ""), ("418", "3"))
    waits = (_LATER_MS, _LATER_MS, (NOW_MS + _LATER_MS) // 1000 * 1000 - NOW_MS, None, 3000)
    answers = tuple(
        PlannedAnswer(status=int(status), headers=(*JSON, *((("retry-after", wait),) if wait else ())), body=b"{}") for status, wait in told
    )
    counted = tuple(number for number in range(len(told)) if frozen or told[number][1] != date)

    def judge(heard: Heard) -> Iterator[str]:
        found = heard.members("retry_after_ms")
        yield from differs("the time to wait", [waits[number] for number in counted], [found[number] for number in counted])

    return Talk(
        id="retries.waits-are-understood",
        answers=answers,
        questions=(question(call),) * len(told),
        judge=judge,
    )


def _returned(call: PlannedCall, heard: Heard) -> Iterator[str]:
    first = heard.results[0]
    if first.kind != "returned":
        yield f"the call ended in {first.failure()}"
    elif (changed := difference(call.answer.value, first.member("value"))) is not None:
        yield f"the answer changed at {changed}"
