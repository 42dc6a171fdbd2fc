"""What an answer's own text tells of the cause: an error sent as a success, an exception that came through, a page instead of data."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from certification.evidence.facts import status_class, texts
from certification.evidence.record import REFUSAL

if TYPE_CHECKING:
    from certification.evidence.record import Call
    from certification.explanation.case import Case

_OK = 2
_ERROR_WORDS = frozenset(("error", "errors", "err", "error_code", "errorcode", "errormsg", "error_message", "exception"))
_TRACES = re.compile(
    r"Traceback \(most recent call last\)|\bat [\w.$]+\([\w.]+:\d+\)|goroutine \d+ \["
    r"|\b(?:NullPointer|Type|Key|Value)\w*(?:Error|Exception)\b"
)


def accepted_with_an_error(case: Case) -> str:
    """A status that says success over a body that says failure."""
    call = next((call for call in _calls(case) if _is_error_in_success(call)), None)
    refused = any(status_class(step) == _OK and texts(step, REFUSAL) for step in (case.story.steps if case.story else ()))
    if call is None or (case.story is not None and not refused):
        return ""
    asked = call.request.start.partition("?")[0]
    return f"{asked} is answered with status {call.status} and the body of an error: a refusal is sent as if it were a success"


def _is_error_in_success(call: Call) -> bool:
    if call.response is None or not 200 <= (call.status or 0) < 300:  # noqa: PLR2004 - RFC 9110, section 15.3
        return False
    try:
        body = json.loads(call.response.body)
    except ValueError:
        return False
    named = (
        {name.lower() for name, value in body.items() if value not in (None, 0, "", "0", [], {}, False)}
        if isinstance(body, dict)
        else set()
    )
    return bool(named & _ERROR_WORDS) or {"code", "msg"} <= named or {"code", "message"} <= named


def crash(case: Case) -> str:
    """Text of an exception in an answer."""
    body = case.violation.call.response.body if case.violation and case.violation.call and case.violation.call.response else ""
    return "an exception of the exchange's own code reaches the client: its text stands in the answer" if _TRACES.search(body) else ""


def json_by_another_name(case: Case) -> str:
    """A content type that the body belies, or a body that is no answer of an API."""
    call = case.violation.call if case.violation and case.finding.check == "contract.content_types_as_described" else None
    if call is None or call.response is None:
        return ""
    kind = next((value for name, value in call.response.headers if name == "content-type"), "")
    try:
        json.loads(call.response.body)
    except ValueError:
        html = call.response.body.lstrip()[:9].lower().startswith(("<!doctype", "<html"))
        return "a page of HTML is sent: a gateway or a framework answers in place of the API" if html else ""
    return f"the body is JSON: only the header says {kind.partition(';')[0]}" if "json" not in kind else ""


def _calls(case: Case) -> Iterator[Call]:
    if case.violation is not None and case.violation.call is not None:
        yield case.violation.call
    yield from (step.call for step in (case.story.steps if case.story else ()) if step.call is not None)
