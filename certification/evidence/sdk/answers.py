"""Chooses what the mock exchange answers: documented and made-up values of the described answer, and everything that can go wrong."""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from certification.evidence.sdk.stranger import as_refusal, as_success, plausible
from certification.sandboxes.mock.plan import Fault, PlannedAnswer
from sdkgen.api.json_text import dumps_exact, loads_exact
from sdkgen.api.lines import lines_text
from sdkgen.api.model import Encoding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certification.evidence.sdk.arguments import Samples
    from sdkgen.api.json_text import JsonValue
    from sdkgen.api.model import Content, Operation, Response

_JSON = "application/json"
_BODILESS = (HTTPStatus.NO_CONTENT, HTTPStatus.RESET_CONTENT, HTTPStatus.NOT_MODIFIED)
_BYTES = b"\x89certify\x00\xff\r\n"

SHORT_TIMEOUT_MS = 300
"""The time limit of calls that are never answered."""
_DRIP_MS = 4
"""Between two bytes: even a small answer takes longer than the limit, and a client that waits for it all loses seconds, not minutes."""

KINDS = {
    400: "bad_request",
    401: "authentication",
    403: "permission_denied",
    404: "not_found",
    409: "conflict",
    418: "rate_limit",
    422: "unprocessable",
    429: "rate_limit",
    451: "api",
    500: "server",
    503: "server",
}
"""The statuses that are tried, and the harness's error kinds for them."""

REFUSAL = "refusal"
"""What is expected of an answer that says, with a good status, that the exchange refused: an error of any kind."""

RETRY_AFTER_S = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer and what the caller has to get of it."""

    planned: PlannedAnswer
    value: JsonValue
    """As the harness writes it: ``null`` for an empty answer, ``{"base64": …}`` for bytes."""
    is_json: bool = False
    in_lines: bool = False
    """Whether the value's items are sent one after the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorAnswer:
    """An answer that is no success, and the error that the caller has to get."""

    situation: str
    planned: PlannedAnswer
    kind: str
    status: int | None = None
    """The status that the error has to name; ``None`` where the answer has none worth naming."""
    retry_after_ms: int | None = None
    timeout_ms: int | None = None
    """The client's time limit, where the usual one is too long."""


def answer(operation: Operation, samples: Samples, turn: int, *, documented: bool = False) -> Answer:
    """A successful answer: the turn-th documented example where asked for and there is one, else the turn-th made-up value."""
    response = operation.success()
    status = int(response.status) if response is not None and response.status.isdigit() else 200
    if response is None or not response.contents or status in _BODILESS or operation.method == "HEAD":
        return Answer(planned=PlannedAnswer(status=status), value=None)
    content = response.contents[0]
    if documented and content.examples:
        value = loads_exact(content.examples[turn % len(content.examples)].value)
    else:
        made = samples.of(content.type)
        value = loads_exact(made[turn % len(made)].value) if made else None
    return _written(status, content, value)


def _written(status: int, content: Content, value: JsonValue) -> Answer:
    headers = (("content-type", _media_type(content)),)
    match content.encoding:
        case Encoding.BINARY:
            written: JsonValue = {"base64": base64.b64encode(_BYTES).decode()}
            return Answer(planned=PlannedAnswer(status=status, headers=headers, body=_BYTES), value=written)
        case Encoding.TEXT:
            text = value if isinstance(value, str) else "text é"
            return Answer(planned=PlannedAnswer(status=status, headers=headers, body=text.encode()), value=text)
        case Encoding.LINES:
            lines = value if isinstance(value, list) else []
            body = lines_text(map(dumps_exact, lines), content.media_type).encode()
            return Answer(planned=PlannedAnswer(status=status, headers=headers, body=body), value=lines, in_lines=True)
        case Encoding.JSON | Encoding.FORM | Encoding.MULTIPART:
            return Answer(
                planned=PlannedAnswer(status=status, headers=headers, body=dumps_exact(value).encode()), value=value, is_json=True
            )


def _media_type(content: Content) -> str:
    if "*" in content.media_type:
        return _JSON if content.encoding is Encoding.JSON else "application/octet-stream"
    return content.media_type


def answers_with_an_object(operation: Operation, samples: Samples) -> bool:
    """Whether a successful answer is a JSON object or list with something in it, so that a damaged one can be told from a good one."""
    value = answer(operation, samples, 0).value
    response = operation.success()
    if response is None or not response.contents or response.contents[0].encoding is not Encoding.JSON:
        return False
    return isinstance(value, dict | list) and bool(value)


def successful(given: Answer, success: tuple[tuple[str, tuple[str, ...]], ...]) -> Answer:
    """The answer, saying success where the exchange says so (see ``Stranger.success``)."""
    if not success or not given.is_json:
        return given
    value = as_success(given.value, success)
    return replace(given, value=value, planned=replace(given.planned, body=dumps_exact(value).encode()))


def as_exchanges_send(given: Answer) -> Answer:
    """The answer with numbers as exchanges send them (see ``plausible``)."""
    if not given.is_json:
        return given
    value = plausible(given.value)
    return replace(given, value=value, planned=replace(given.planned, body=dumps_exact(value).encode()))


def refusals(operation: Operation, samples: Samples, success: tuple[tuple[str, tuple[str, ...]], ...]) -> Iterator[ErrorAnswer]:
    """An answer with a good status whose body says that the exchange refused, where the exchange has such answers."""
    good = answer(operation, samples, 0)
    refused = as_refusal(good.value, success) if good.is_json else None
    if refused is not None:
        planned = _damaged(good.planned, body=dumps_exact(refused).encode())
        yield ErrorAnswer(situation="refusal", planned=planned, kind=REFUSAL)


def sampled_answers(operation: Operation, samples: Samples) -> Iterator[tuple[str, str, Answer]]:
    """Origin, probe and answer of every documented and made-up value of a successful JSON answer."""
    response = operation.success()
    if response is None or not response.contents:
        return
    content = response.contents[0]
    status = int(response.status) if response.status.isdigit() else 200
    for example in content.examples:
        yield example.pointer, "documented", _written(status, content, loads_exact(example.value))
    # Where nothing is described, no number of money is: what is made up there proves nothing about numbers.
    made = samples.of_and_more_precise(content.type) if samples.has_fields(content.type) else samples.of(content.type)[:1]
    for number, sample in enumerate(made, start=1):
        yield f"generated #{number}", sample.probe, _written(status, content, loads_exact(sample.value))


def error_answers(operation: Operation, samples: Samples, *, slow: bool) -> Iterator[ErrorAnswer]:
    """Every documented kind of failure; those that take time only where ``slow``."""
    for status, kind in KINDS.items():
        yield _status_answer(operation, samples, status, kind)
    good = answer(operation, samples, 0).planned
    for fault, situation in ((Fault.RESET, "reset"), (Fault.CLOSE, "close"), (Fault.CUT, "cut")):
        yield ErrorAnswer(situation=situation, planned=_damaged(good, fault=fault), kind="transport")
    page = PlannedAnswer(status=200, headers=(("content-type", "text/html"),), body=b"<!doctype html><title>Maintenance</title>\n")
    yield ErrorAnswer(situation="html", planned=page, kind="decode")
    half = good.body[: max(1, len(good.body) // 2)]
    yield ErrorAnswer(situation="truncated", planned=_damaged(good, body=half), kind="decode")
    misfit = b'{"unheard":"of"}' if good.body.lstrip()[:1] == b"[" else b'"unheard of"'
    yield ErrorAnswer(situation="misfit", planned=_damaged(good, body=misfit), kind="decode")
    yield ErrorAnswer(situation="empty", planned=_damaged(good, body=b""), kind="decode")
    if slow:
        yield ErrorAnswer(situation="silence", planned=_damaged(good, fault=Fault.SILENCE), kind="timeout", timeout_ms=SHORT_TIMEOUT_MS)
        drip = _damaged(good, fault=Fault.DRIP)
        yield ErrorAnswer(situation="drip", planned=drip, kind="timeout", timeout_ms=SHORT_TIMEOUT_MS)


def _damaged(good: PlannedAnswer, *, fault: Fault = Fault.NONE, body: bytes | None = None) -> PlannedAnswer:
    content = good.body if body is None else body
    return PlannedAnswer(status=good.status, headers=good.headers, body=content, fault=fault, pause_ms=_DRIP_MS)


def _status_answer(operation: Operation, samples: Samples, status: int, kind: str) -> ErrorAnswer:
    """The error's documented body where there is one, else one that says little."""
    content = _error_content(operation, status)
    made = samples.of(content.type) if content is not None else ()
    body = made[0].value if made else '{"code":-1,"message":"no"}'
    headers: tuple[tuple[str, str], ...] = (("content-type", content.media_type if content is not None else _JSON),)
    limited = kind == "rate_limit"
    if limited:
        headers = (*headers, ("retry-after", str(RETRY_AFTER_S)))
    return ErrorAnswer(
        situation=str(status),
        planned=PlannedAnswer(status=status, headers=headers, body=body.encode()),
        kind=kind,
        status=status,
        retry_after_ms=RETRY_AFTER_S * 1000 if limited else None,
    )


def _error_content(operation: Operation, status: int) -> Content | None:
    described: dict[str, Response] = {response.status.upper(): response for response in operation.responses}
    for name in (str(status), f"{status // 100}XX", "DEFAULT"):
        if name in described:
            contents = described[name].contents
            return contents[0] if contents and contents[0].encoding is Encoding.JSON else None
    return None
