"""Talks about refusals: the exchange's code, its words and what they mean reach the caller, and no secret that it repeats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certification.evidence.sdk.talks.ground import Ground, question
from certification.evidence.sdk.talks.talk import Heard, Talk, differs
from certification.sandboxes.mock.plan import Fault, PlannedAnswer
from sdkgen.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certification.evidence.sdk.planned import PlannedCall
    from sdkgen.api.json_text import JsonValue

_MEANINGS = (
    Refusal.INSUFFICIENT_FUNDS,
    Refusal.INVALID_ORDER,
    Refusal.DUPLICATE_ORDER,
    Refusal.UNKNOWN_ORDER,
    Refusal.UNKNOWN_SYMBOL,
    Refusal.PERMISSION,
    Refusal.AUTHENTICATION,
    Refusal.INVALID_REQUEST,
)
_KINDS = {
    Refusal.AUTHENTICATION: "authentication",
    Refusal.PERMISSION: "permission_denied",
    Refusal.UNKNOWN_ORDER: "not_found",
    Refusal.UNKNOWN_SYMBOL: "not_found",
    Refusal.DUPLICATE_ORDER: "conflict",
    Refusal.INVALID_ORDER: "unprocessable",
    Refusal.INSUFFICIENT_FUNDS: "unprocessable",
    Refusal.INVALID_REQUEST: "bad_request",
}
"""Of refusals with a good status (``sdkgen/RUNTIME.md``, Errors)."""
_WORDS = "no, for the reason 4711"
_UNHEARD = "CODE_OF_TOMORROW"


def refusal_talks(ground: Ground) -> Iterator[Talk]:
    """Each meaning that the exchange's codes have, a code that nobody knows, and an answer that repeats what it should not."""
    call = ground.changing() or ground.reading()
    if call is None:
        return
    meant = [(code, meaning) for meaning in _MEANINGS if (code := ground.code_of(meaning)) is not None]
    yield _worded(ground, call, (*meant, (_UNHEARD, None)), status=400)
    if ground.behaviour.errors.success:
        yield _worded(ground, call, tuple(meant), status=200)
    if ground.plan.credentials is not None:
        yield _repeating(ground, call)


def _worded(ground: Ground, call: PlannedCall, meant: tuple[tuple[str, Refusal | None], ...], *, status: int) -> Talk:
    def judge(heard: Heard) -> Iterator[str]:
        for (code, meaning), result in zip(meant, heard.results, strict=True):
            kind = "bad_request" if status != 200 or meaning is None else _KINDS[meaning]  # noqa: PLR2004
            told = (result.member("kind"), result.member("status"), result.member("code"), result.member("refusal"))
            yield from differs(f"the error of {code}", (kind, status, code, None if meaning is None else meaning.value), told)
            if (code if ground.words_are_the_code else _WORDS) not in str(result.member("message")):
                yield f"the error of {code} lost the exchange's words: {result.member('message')}"

    answers = tuple(ground.refusal(code, _WORDS, status=status) for code, _ in meant)
    return Talk(id=f"refusals.keep-their-words-{status}", answers=answers, questions=(question(call),) * len(meant), judge=judge)


def _repeating(ground: Ground, call: PlannedCall) -> Talk:
    """What the answer repeats of the credentials is looked for in everything that the SDK says (see ``leaks``)."""
    known = ground.plan.credentials
    words = f"{known.secret} {known.passphrase}" if known is not None else ""

    def judge(heard: Heard) -> Iterator[str]:
        yield from differs("the error", ("bad_request",), heard.kinds()[:1])
        yield from differs("what is shown", ("shown",) * len(answers), heard.kinds()[1::2])

    failed, closed = PlannedAnswer(status=500, body=words.encode()), PlannedAnswer(status=200, fault=Fault.CLOSE)
    answers = (ground.refusal(_UNHEARD, words), failed, closed)
    shown: dict[str, JsonValue] = {"show": {}}
    questions = tuple(each for _ in answers for each in (question(call), shown))
    return Talk(id="refusals.repeat-no-secret", answers=answers, questions=questions, judge=judge)
