from dataclasses import replace
from decimal import Decimal

import pytest

from certification.evidence.sdk.described import DescribedParameter, DescribedRequest
from certification.evidence.sdk.request import Expected, Signing, mismatches
from certification.sandboxes.mock.log import Arrival
from sdkgen.api.json_text import JsonValue
from sdkgen.signing.recipe import Algorithm, Carrier, Part, Placement, Recipe, Value
from sdkgen.signing.request import Credentials, UnsignedRequest
from sdkgen.signing.sign import sign


def parameter(location: str, name: str) -> DescribedParameter:
    return DescribedParameter(name=name, location=location, style="form", explode=True, json_encoded=False, schema=None)


REQUEST = DescribedRequest(
    method="POST",
    path="/orders/{id}",
    parameters=(
        parameter("path", "id"),
        parameter("query", "q"),
        parameter("query", "ids"),
        parameter("header", "X-Trace"),
        parameter("cookie", "session"),
    ),
    media_types=("application/json",),
    body_schema=None,
    answer_schema=None,
)
EXPECTED = Expected(
    request=REQUEST,
    prefix="/base/~1",
    arguments={"path": {"id": "a/b c"}, "query": {"q": "x+y", "ids": [1, 2]}, "header": {"X-Trace": "t"}, "cookie": {"session": "s&1"}},
    body={"price": Decimal("1.10")},
    has_body=True,
    signing=None,
)
HEADERS = (
    ("Host", "127.0.0.1:1"),
    ("User-Agent", "openxapi-small/1.0.0"),
    ("Accept", "*/*"),
    ("X-TRACE", "t"),
    ("Cookie", "session=s%261"),
    ("Content-Type", "application/json"),
    ("Content-Length", "14"),
)
PLACE = "/base/~1/orders/a%2Fb%20c"
ARRIVAL = Arrival(lane=1, method="POST", target=f"{PLACE}?q=x%2By&ids=1&ids=2", headers=HEADERS, body=b'{"price":1.1}')


def changed(name: str, value: str | None) -> tuple[tuple[str, str], ...]:
    others = tuple(header for header in HEADERS if header[0].lower() != name.lower())
    return others if value is None else (*others, (name, value))


def test_a_request_that_is_what_was_asked_for_has_no_mismatch() -> None:
    assert mismatches(EXPECTED, ARRIVAL) == ()


def test_encoding_what_the_description_wants_as_it_is_is_a_mismatch() -> None:
    reserved = replace(REQUEST, parameters=(replace(parameter("query", "pair"), allow_reserved=True),), path="/a")
    expected = replace(EXPECTED, request=reserved, arguments={"query": {"pair": "BTC/USD"}})
    target = "/base/~1/a?pair={}"
    arrival = replace(ARRIVAL, headers=tuple(header for header in HEADERS if header[0] not in {"X-TRACE", "Cookie"}))
    assert mismatches(expected, replace(arrival, target=target.format("BTC/USD"))) == ()
    wrong = mismatches(expected, replace(arrival, target=target.format("BTC%2FUSD")))
    assert wrong == ("the query differs from the argument at $.pair: BTC/USD became BTC%2FUSD",)


@pytest.mark.parametrize(
    "target",
    [
        pytest.param("/base/~1/orders/a%2fb%20c?q=x%2By&ids=1&ids=2", id="hex in small letters"),
        pytest.param("/base/~1/orders/a%2Fb%20%63?ids=1&ids=2&q=%78%2By", id="order and needless encoding"),
    ],
)
def test_how_a_client_encodes_beyond_need_is_its_own_affair(target: str) -> None:
    assert mismatches(EXPECTED, replace(ARRIVAL, target=target)) == ()


@pytest.mark.parametrize(
    ("arrival", "sentence"),
    [
        pytest.param(replace(ARRIVAL, method="PUT"), "the method is PUT, not POST", id="method"),
        pytest.param(replace(ARRIVAL, target="/base/~1/orders/a/b%20c?q=x%2By&ids=1&ids=2"), "the path is", id="slash not encoded"),
        pytest.param(replace(ARRIVAL, target="/base/~1/orders/a%2Fb+c?q=x%2By&ids=1&ids=2"), "the path is", id="plus in the path"),
        pytest.param(replace(ARRIVAL, target="/orders/a%2Fb%20c?q=x%2By&ids=1&ids=2"), "the path is", id="base path lost"),
        pytest.param(replace(ARRIVAL, target=f"{PLACE}?q=x+y&ids=1&ids=2"), "at $.q: x%2By became x+y", id="plus not encoded"),
        pytest.param(replace(ARRIVAL, target=f"{PLACE}?q=x%2By&ids=1"), "the query lacks ids=2", id="item lost"),
        pytest.param(replace(ARRIVAL, target=f"{PLACE}?q=x%2By&ids=1,2"), "at $.ids: 1 became 1,2", id="other style"),
        pytest.param(replace(ARRIVAL, target=f"{PLACE}?q=x%2By&ids=1&ids=2&z=1"), "the query holds z=1", id="undeclared query"),
        pytest.param(replace(ARRIVAL, headers=changed("X-Trace", None)), "the header X-Trace is missing", id="header lost"),
        pytest.param(replace(ARRIVAL, headers=changed("X-Trace", "u")), "the header X-Trace is u, not t", id="header changed"),
        pytest.param(replace(ARRIVAL, headers=(*HEADERS, ("X-More", "1"))), "the header x-more was not asked for", id="undeclared header"),
        pytest.param(replace(ARRIVAL, headers=(*HEADERS, ("x-trace", "t"))), "the header x-trace is sent 2 times", id="header twice"),
        pytest.param(replace(ARRIVAL, headers=changed("User-Agent", "")), "the User-Agent '' does not say", id="no user agent"),
        pytest.param(replace(ARRIVAL, headers=changed("User-Agent", "node")), "the User-Agent 'node' does not say", id="poor user agent"),
        pytest.param(replace(ARRIVAL, headers=changed("Cookie", None)), "the cookie session is missing", id="cookie lost"),
        pytest.param(
            replace(ARRIVAL, headers=changed("Cookie", "session=s%261; more=1")), "the cookie more=1 was not asked for", id="more cookies"
        ),
        pytest.param(replace(ARRIVAL, body=b'{"price":1.1000000000000001}'), "$.price: 1.10 became", id="number changed"),
    ],
)
def test_what_differs_is_named(arrival: Arrival, sentence: str) -> None:
    found = mismatches(EXPECTED, arrival)
    assert any(sentence in each for each in found), found


@pytest.mark.parametrize("location", ["query", "header", "cookie"])
def test_an_argument_that_the_description_does_not_know_shows_a_flaw_of_the_model(location: str) -> None:
    arguments: dict[str, dict[str, JsonValue]] = {**EXPECTED.arguments, location: {"new": "1"}}
    assert any("new" in each for each in mismatches(replace(EXPECTED, arguments=arguments), ARRIVAL))


RECIPE = Recipe(
    algorithm=Algorithm.HMAC_SHA256,
    placements=(
        Placement(carrier=Carrier.HEADER, name="X-KEY", value=Value.KEY),
        Placement(carrier=Carrier.QUERY, name="time", value=Value.TIMESTAMP),
        Placement(carrier=Carrier.BODY, name="nonce", value=Value.NONCE),
        Placement(carrier=Carrier.QUERY, name="signature", value=Value.SIGNATURE),
    ),
    payload=(Part(value=Value.PATH), Part(value=Value.QUERY), Part(value=Value.BODY)),
)
CREDENTIALS = Credentials(key="k", secret="s")


def signed(credentials: Credentials) -> Arrival:
    path, _, query = ARRIVAL.target.partition("?")
    request = UnsignedRequest(method="POST", host="127.0.0.1:1", path=path, query=query, headers=HEADERS, body=ARRIVAL.body)
    made = sign(RECIPE, credentials, request, now_ms=1, nonce="7")
    return Arrival(lane=1, method="POST", target=f"{made.path}?{made.query}", headers=made.headers, body=made.body)


def test_what_signing_adds_is_expected_and_verified() -> None:
    expected = replace(EXPECTED, signing=Signing(recipe=RECIPE, credentials=CREDENTIALS, declared=frozenset()))
    assert mismatches(expected, signed(CREDENTIALS)) == ()
    wrong = mismatches(expected, signed(Credentials(key="k", secret="other")))
    assert wrong == ("signature: query signature is no hmac-sha256 signature over this request",)
    assert any("is missing" in each for each in mismatches(expected, ARRIVAL))


def test_what_signing_adds_is_not_expected_of_an_unsigned_operation() -> None:
    found = mismatches(EXPECTED, signed(CREDENTIALS))
    assert {"the header x-key was not asked for", "the query holds time=1, which was not asked for"} <= set(found)
