"""A check of ours for Schemathesis: a request with one parameter of its query spoilt, and nothing else, must not be accepted.

Runs where Schemathesis runs, loaded by ``hooks``.

NOTE: Schemathesis 4.32's own ``negative_data_rejection`` asks the same, but gives up where any *other* parameter of the query is valid as
it was sent: in a request with a symbol and a limit, a limit below its minimum is never judged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import schemathesis
from schemathesis.core.failures import Failure
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.meta import CoveragePhaseData, CoverageScenario
from schemathesis.specs.openapi.utils import parameter_types, sent_text_is_valid

if TYPE_CHECKING:
    from schemathesis.checks import CheckContext
    from schemathesis.core.transport import Response
    from schemathesis.generation.case import Case

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
