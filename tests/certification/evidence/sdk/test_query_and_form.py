"""Requests of strangers to an exchange that takes parameters in the query, in a form, or some here and some there."""

import hashlib
import hmac
import json

import pytest

from certification.evidence.sdk.plan import NOW_MS, plan_exercise
from certification.evidence.sdk.request import mismatches
from certification.evidence.sdk.stranger import FORM, Stranger
from certification.profiles import find_profile, load_profile
from certification.sandboxes.mock.log import Arrival
from sdkgen.api.load import load

NAMES = ("symbol", "timestamp", "signature")
TEXT = {"type": "string"}
QUERY = [{"name": name, "in": "query", "required": True, "schema": TEXT | {"example": "AB"}} for name in NAMES]
FIELDS = {"schema": {"type": "object", "required": list(NAMES), "properties": dict.fromkeys(NAMES, TEXT)}}
ANSWER = {"200": {"description": "d", "content": {"application/json": {"schema": {"type": "object"}}}}}
DESCRIPTION = json.dumps(
    {
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1"},
        "servers": [{"url": "https://x.example"}],
        "security": [{"key": []}],
        "components": {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-MBX-APIKEY"}}},
        "paths": {
            "/order": {
                "post": {"operationId": "place", "requestBody": {"required": True, "content": {FORM: FIELDS}}, "responses": ANSWER},
                "delete": {"operationId": "cancel", "parameters": QUERY, "responses": ANSWER},
            }
        },
    }
).encode()
STRANGER = Stranger(operations=("place", "cancel"), types=(), capabilities=("base_path",), forms_in_query=True)
PLAN = plan_exercise(load(DESCRIPTION), DESCRIPTION, recipe=load_profile(find_profile("binance-spot")).signing, seed=1, stranger=STRANGER)


def sent(operation: str, query: str, body: str, *, signed: str | None = None) -> tuple[str, ...]:
    """What is wrong with a request of these parameters, ``SYMBOL`` and ``SIGNATURE`` filled in."""
    call = next(call for call in PLAN.calls if call.operation == operation)
    given = call.arguments.body[0] if call.arguments.body else call.arguments.query
    assert isinstance(given, dict)
    assert PLAN.credentials is not None
    query, body = (text.replace("SYMBOL", f"symbol={given['symbol']}").replace("TIME", f"timestamp={NOW_MS}") for text in (query, body))
    bare = (query + body).replace("&SIGNATURE", "").replace("SIGNATURE", "") if signed is None else signed
    signature = hmac.new((PLAN.credentials.secret or "").encode(), bare.encode(), hashlib.sha256).hexdigest()
    query, body = (text.replace("SIGNATURE", f"signature={signature}") for text in (query, body))
    headers = (("X-MBX-APIKEY", PLAN.credentials.key or ""), *((("Content-Type", FORM),) if body else ()))
    target = f"/~{call.lane}/order" + (f"?{query}" if query else "")
    return mismatches(
        call.expected, Arrival(lane=call.lane, method=call.expected.request.method, target=target, headers=headers, body=body.encode())
    )


@pytest.mark.parametrize(
    ("operation", "query", "body"),
    [
        pytest.param("place", "", "SYMBOL&TIME&SIGNATURE", id="a form as asked for"),
        pytest.param("place", "SYMBOL&TIME&SIGNATURE", "", id="a form in the query"),
        pytest.param("place", "TIME&SIGNATURE", "SYMBOL", id="a form in part in the query"),
        pytest.param("cancel", "SYMBOL&TIME&SIGNATURE", "", id="a query as asked for"),
        pytest.param("cancel", "TIME&SIGNATURE", "SYMBOL", id="a query in part in a form"),
    ],
)
def test_each_place_is_as_good_as_the_other(operation: str, query: str, body: str) -> None:
    assert sent(operation, query, body) == ()


def test_what_is_missing_too_much_or_signed_wrongly_is_told_all_the_same() -> None:
    assert any("lacks" in each for each in sent("place", "TIME&SIGNATURE", ""))
    assert any("more" in each for each in sent("cancel", "TIME&SIGNATURE", "SYMBOL&more=1"))
    assert any(each.startswith("signature: ") for each in sent("place", "TIME&SIGNATURE", "SYMBOL", signed="other"))
    assert any(each.startswith("signature: ") for each in sent("cancel", "TIME&SIGNATURE", "SYMBOL", signed="other"))
