"""Checks of ours for Schemathesis: a spoilt request must not be accepted.

Run where Schemathesis runs, loaded by ``hooks``.

NOTE: Schemathesis 4.32's own ``negative_data_rejection`` asks the same. It gives up where any *other* parameter of the query is valid as
it was sent: in a request with a symbol and a limit, a limit below its minimum is never judged. And it takes what is sent empty for spoilt,
which servers of all kinds take for left out.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit, urlunsplit

import schemathesis
from schemathesis.core.failures import Failure
from schemathesis.core.media_types import is_form_urlencoded, is_json
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.case import Case
from schemathesis.generation.meta import CoveragePhaseData, CoverageScenario
from schemathesis.specs.openapi.checks import negative_data_rejection
from schemathesis.specs.openapi.utils import parameter_types, sent_text_is_valid

if TYPE_CHECKING:
    from schemathesis.checks import CheckContext
    from schemathesis.core.transport import Response

_VALUES = frozenset(
    {
        CoverageScenario.VALUE_ABOVE_MAXIMUM,
        CoverageScenario.VALUE_BELOW_MINIMUM,
        CoverageScenario.STRING_ABOVE_MAX_LENGTH,
        CoverageScenario.STRING_BELOW_MIN_LENGTH,
        CoverageScenario.INVALID_ENUM_VALUE,
        CoverageScenario.INVALID_PATTERN,
        CoverageScenario.INCORRECT_TYPE,
        CoverageScenario.NOT_MULTIPLE_OF,
    }
)
"""Ways of spoiling a value whose text alone tells that it is spoilt."""
_STRUCTURED = frozenset({"array", "object"})


@schemathesis.check
def spoilt_request_rejection(context: CheckContext, response: Response, case: Case[Any]) -> None:
    """The tool's ``negative_data_rejection``, of the request as it would be without what was sent empty."""
    left = without_empty(case)
    negative_data_rejection(context, response if left is case else _as_sent(response, left), left)


def without_empty(case: Case[Any]) -> Case[Any]:
    """The case without members and parameters that are an empty text, or ``null`` in JSON; itself where it has none."""
    body, query = case.body, case.query
    if isinstance(body, dict | list) and case.media_type is not None:
        body = _filled(body, null=is_json(case.media_type))
    if isinstance(query, dict):
        query = _filled(query, null=False)
    if body == case.body and query == case.query:
        return case
    return Case(
        operation=case.operation,
        method=case.method,
        path=case.path,
        id=case.id,
        path_parameters=case.path_parameters,
        headers=case.headers,
        cookies=case.cookies,
        query=query,
        body=body,
        media_type=case.media_type,
        # The tool looks anew at what has changed, and takes back what it knows to be spoilt where that is valid now: of this case alone.
        meta=copy.deepcopy(case.meta),
    )


def _filled(value: Any, *, null: bool) -> Any:
    match value:
        case dict():
            kept = ((name, member) for name, member in value.items() if not (_is_empty(member) or (null and member is None)))
            return {name: _filled(member, null=null) for name, member in kept}
        case list():
            return [_filled(item, null=null) for item in value]
        case _:
            return value


def _is_empty(value: Any) -> bool:
    return isinstance(value, str) and not value


def _as_sent(response: Response, case: Case[Any]) -> Response:
    """The answer, as if the request had been sent without what is empty."""
    sent = response.request.copy()
    parts = urlsplit(str(sent.url))
    sent.url = urlunsplit(parts._replace(query=urlencode(parse_qsl(parts.query))))
    if is_form_urlencoded(case.media_type or ""):
        body = sent.body or ""
        sent.body = urlencode(parse_qsl(body if isinstance(body, str) else body.decode("ascii", errors="replace")))
    other = copy.copy(response)
    other.request = sent
    return other


@schemathesis.check
def spoilt_parameter_rejection(_context: CheckContext, response: Response, case: Case[Any]) -> None:
    """A parameter that is missing, out of range or not of its kind makes a request fail."""
    spoilt = _spoilt(response, case)
    if spoilt and response.status_code // 100 == 2:  # noqa: PLR2004 - RFC 9110, section 15.3
        message = f"Invalid data should have been rejected: {spoilt}, and the answer has the status {response.status_code}"
        raise Failure(operation=case.operation.label, title="API accepted schema-violating request", message=message)


def _spoilt(response: Response, case: Case[Any]) -> str:
    """What is wrong with the one parameter that was spoilt, as it was sent; empty where nothing is."""
    data = case.meta.phase.data if case.meta is not None else None
    if not isinstance(data, CoveragePhaseData) or data.parameter_location is not ParameterLocation.QUERY or not data.parameter:
        return ""
    parameter: Any = case.operation.query.get(data.parameter)
    sent = parse_qs(urlsplit(str(response.request.url)).query, keep_blank_values=True).get(data.parameter)
    if parameter is None:
        return ""
    if data.scenario is CoverageScenario.MISSING_PARAMETER:
        return f"the required parameter `{data.parameter}` was left out" if parameter.is_required and sent is None else ""
    kinds = parameter_types(parameter.validation_schema)
    # An empty text often means what leaving it out means; lists are written in many ways.
    if data.scenario not in _VALUES or sent is None or len(sent) != 1 or not sent[0] or _STRUCTURED & set(kinds):
        return ""
    valid = sent_text_is_valid(sent[0], parameter.get_validator().is_valid, kinds)
    return "" if valid else f"parameter `{data.parameter}` was {sent[0]!r} ({data.description})"
