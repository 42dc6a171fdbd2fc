from __future__ import annotations

import pytest

from certification.evidence.record import Call, Message
from certification.evidence.scenarios.answered import refusals
from sdkgen.refusal import Errors, Refusal

ENVELOPE = Errors(
    success={"code": ("0", "00000")},
    code=("data[0].sCode", "code"),
    codes={"51008": Refusal.INSUFFICIENT_FUNDS, "50102": Refusal.CLOCK},
)
LIST = Errors(success={"error[0]": ()}, code=("error[0]",), codes={"EOrder:Unknown order": Refusal.UNKNOWN_ORDER})


def answered(body: str, status: int | None = 200) -> Call:
    return Call(
        operation="place",
        actor="first",
        request=Message(start="POST /orders", headers=()),
        response=None if status is None else Message(start=str(status), headers=(), body=body),
        status=status,
        elapsed_ms=1,
    )


@pytest.mark.parametrize(
    ("errors", "body", "status", "meaning"),
    [
        pytest.param(ENVELOPE, '{"code": "0"}', 200, None, id="success"),
        pytest.param(ENVELOPE, '{"code": 0}', 200, None, id="a number is its text"),
        pytest.param(ENVELOPE, '{"code": "00000"}', 201, None, id="another word for it"),
        pytest.param(ENVELOPE, "{}", 200, None, id="nothing at the place"),
        pytest.param(ENVELOPE, "<html>", 200, None, id="no JSON"),
        pytest.param(ENVELOPE, '{"code": "1", "data": [{"sCode": "51008"}]}', 200, "insufficient_funds", id="the item's own code"),
        pytest.param(ENVELOPE, '{"code": "50102", "data": []}', 200, "clock", id="the answer's code"),
        pytest.param(ENVELOPE, '{"code": "9"}', 200, "invalid_request", id="a code that nobody explained"),
        pytest.param(ENVELOPE, '{"code": "50102"}', 401, "clock", id="a refusal by status, explained"),
        pytest.param(ENVELOPE, '{"code": "9"}', 400, None, id="a refusal by status, not explained"),
        pytest.param(ENVELOPE, '{"code": "50102"}', 503, None, id="a failure"),
        pytest.param(ENVELOPE, "", None, None, id="no answer"),
        pytest.param(LIST, '{"error": [], "result": {}}', 200, None, id="an empty list"),
        pytest.param(LIST, '{"error": ["EOrder:Unknown order"]}', 200, "unknown_order", id="a list of errors"),
        pytest.param(Errors(), '{"code": "1"}', 200, None, id="nothing is known of the exchange"),
    ],
)
def test_an_answer_s_refusal_is_read_as_the_behaviour_says(errors: Errors, body: str, status: int | None, meaning: str | None) -> None:
    assert refusals(errors, answered(body, status)) == (() if meaning is None else (("refusal", meaning),))
