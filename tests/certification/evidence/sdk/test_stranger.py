from dataclasses import replace
from decimal import Decimal

import pytest

from certification.evidence.sdk.arguments import Arguments
from certification.evidence.sdk.difference import difference
from certification.evidence.sdk.stranger import FORM, as_asked, as_refusal, as_success, in_one_place, plausible, told_alike, without_window
from certification.evidence.sdk.traded import arguments_of, traded_calls
from certification.profiles import find_profile, load_profile
from certification.sandboxes.mock.log import Arrival
from sdkgen.api.json_text import JsonValue
from sdkgen.signing.recipe import Value
from sdkgen.source import ExampleCall

ARRIVAL = Arrival(lane=1, method="POST", target="/order?a=1&b=x", headers=(("Content-Type", "application/json"),), body=b"")


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        pytest.param(Decimal("1.10"), "1.10", id="number as text"),
        pytest.param(Decimal("1.10"), "1.1", id="number as text without its zero"),
        pytest.param(9007199254740993, "9007199254740993", id="id as text"),
        pytest.param({"a": None, "b": 1}, {"b": 1}, id="null left out"),
        pytest.param({"b": 1}, {"a": None, "b": 1}, id="null added"),
        pytest.param([{"a": Decimal("0.5")}], [{"a": "0.5"}], id="inside"),
    ],
)
def test_what_means_the_same_is_told_alike(expected: JsonValue, found: JsonValue) -> None:
    assert difference(expected, told_alike(expected, found)) is None


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        pytest.param(9007199254740993, 9007199254740992, id="rounded"),
        pytest.param(9007199254740993, "9007199254740992", id="rounded as text"),
        pytest.param(Decimal("1.1"), "about 1.1", id="other text"),
        pytest.param(1, True, id="truth value"),
        pytest.param(True, "1", id="truth value as text"),
        pytest.param({"a": 1}, {}, id="lost"),
        pytest.param({}, {"a": 1}, id="added"),
        pytest.param([1], [1, 2], id="longer"),
        pytest.param("1", 1, id="text as number"),
    ],
)
def test_what_differs_still_does(expected: JsonValue, found: JsonValue) -> None:
    assert difference(expected, told_alike(expected, found)) is not None


def test_what_a_binary_float_loses_is_overlooked_only_where_it_is_asked_about_elsewhere() -> None:
    exact, rounded = Decimal("0.1234567890123456789"), Decimal("0.12345678901234568")
    assert difference(exact, told_alike(exact, rounded, rounded=True)) is None
    assert difference(exact, told_alike(exact, rounded)) is not None
    assert difference(exact, told_alike(exact, Decimal("0.2"), rounded=True)) is not None
    assert difference(10**400, told_alike(10**400, 10**401, rounded=True)) is None


FORMED = replace(ARRIVAL, target="/order?t=1", headers=(("content-type", FORM),), body=b"a=%20x")


@pytest.mark.parametrize(
    ("arrival", "form", "target", "body"),
    [
        pytest.param(replace(ARRIVAL, headers=()), True, "/order", b"a=1&b=x", id="query into the form"),
        pytest.param(FORMED, True, "/order", b"t=1&a=%20x", id="both into the form"),
        pytest.param(FORMED, False, "/order?t=1&a=%20x", b"", id="both into the query"),
        pytest.param(replace(FORMED, target="/order"), False, "/order?a=%20x", b"", id="form into the query"),
        pytest.param(replace(FORMED, target="/order", body=b""), True, "/order", b"", id="nothing into the form"),
        pytest.param(replace(FORMED, target="/order", body=b""), False, "/order", b"", id="nothing into the query"),
    ],
)
def test_parameters_may_stand_in_query_and_form(arrival: Arrival, form: bool, target: str, body: bytes) -> None:
    moved = in_one_place(arrival, form=form)
    assert (moved.target, moved.body) == (target, body)
    assert (moved.header("content-type") == FORM) is (form and bool(body or arrival.header("content-type")))


def test_a_body_that_is_no_form_stays_where_it_is() -> None:
    with_body = replace(ARRIVAL, body=b"{}")
    assert in_one_place(with_body, form=True) == with_body
    assert in_one_place(with_body, form=False) == with_body


@pytest.mark.parametrize(
    ("made", "sent"),
    [
        pytest.param(2**63, 2**53 + 1, id="beyond 64 bits"),
        pytest.param(2**63 - 1, 2**63 - 1, id="the last of 64 bits"),
        pytest.param(-(2**53) - 1, 2**53 + 1, id="far below zero"),
        pytest.param(-(2**53), -(2**53), id="below zero"),
        pytest.param({"a": [10**20, True, "x", Decimal("1e30")]}, {"a": [2**53 + 1, True, "x", Decimal("1e30")]}, id="inside"),
    ],
)
def test_large_whole_numbers_are_such_as_exchanges_send(made: JsonValue, sent: JsonValue) -> None:
    assert plausible(made) == sent


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        pytest.param("a=1.50&b=x", "a=1.5&b=x", id="same number"),
        pytest.param("a=1e0&b=x", "a=1e0&b=x", id="exponents are not for exchanges"),
        pytest.param("a=1.51&b=x", "a=1.51&b=x", id="other number"),
        pytest.param("a=1.5&b=x&c=True", "a=1.5&b=x", id="a default sent unasked"),
        pytest.param("a=1.5&b=x&c=false", "a=1.5&b=x&c=false", id="no default"),
    ],
)
def test_queries_and_forms_are_read_as_they_were_asked_for(sent: str, read: str) -> None:
    asked, defaults = (("a", "1.5"), ("b", "x")), (("c", "true"),)
    query = Arrival(lane=1, method="GET", target=f"/x?{sent}", headers=(), body=b"")
    assert as_asked(query, asked, defaults).target == f"/x?{read}"
    form = Arrival(lane=1, method="POST", target="/x", headers=(("content-type", FORM),), body=sent.encode())
    assert as_asked(form, asked, defaults).body == read.encode()


def test_answers_say_success_where_the_exchange_says_so() -> None:
    success = (("error[0]", ()), ("code", ("0",)))
    assert as_success({"error": ["x"], "code": "7", "a": 1}, success) == {"error": [], "code": "0", "a": 1}
    assert as_success({"code": 7}, success) == {"code": 0}
    assert as_success({"code": True}, (("code", ("true",)),)) == {"code": True}
    assert as_success({"code": [7]}, success) == {"code": [7]}
    assert as_refusal({"code": 7}, success) == {"code": 471_100_815}
    assert as_success({"code": 7}, (("code", ("ok",)),)) == {"code": 7}
    assert as_success(["x"], success) == ["x"]


def test_answers_say_that_the_exchange_refused_where_it_says_so_with_a_good_status() -> None:
    success = (("error[0]", ()), ("code", ("0",)))
    refused = as_refusal({"error": [], "result": {}}, success)
    assert isinstance(refused, dict)
    assert list(refused) == ["error"]
    assert refused["error"] != []
    coded = as_refusal({"code": "0", "data": []}, success)
    assert isinstance(coded, dict)
    assert coded["data"] == []
    assert coded["code"] != "0"
    assert as_refusal({"data": []}, success) is None
    assert as_refusal([], success) is None


def test_orders_are_placed_as_people_place_them() -> None:
    profile = load_profile(find_profile("binance-spot"))
    calls = traded_calls(profile)
    assert [call.operation for call in calls] == ["CreateOrderV3"] * 3 + ["DeleteOrderV3"]
    assert [dict(call.arguments)["body.quantity"] for call in calls[:3]] == ["0.001", "0.00001", "12345678901.12345678"]
    assert traded_calls(profile.model_copy(update={"trading": None})) == ()


def test_arguments_are_numbers_where_the_made_up_ones_are() -> None:
    shape = Arguments(path={"id": 1}, query={}, header={}, cookie={}, body=({"price": Decimal(1), "size": "1", "test": False},))
    call = ExampleCall(
        operation="x", arguments=(("path.id", "7"), ("body.price", "1.10"), ("body.size", "2"), ("body.test", "true"), ("o.d", ""))
    )
    made = arguments_of(call, shape)
    assert made.path == {"id": 7}
    assert type(made.path["id"]) is int
    assert made.body == ({"price": Decimal("1.10"), "size": "2", "test": True},)
    assert arguments_of(ExampleCall(operation="x", arguments=()), shape).body is None


def test_a_window_is_left_to_the_exchange() -> None:
    recipe = load_profile(find_profile("binance-spot")).signing
    assert recipe is not None
    assert any(placement.value is Value.WINDOW for placement in recipe.placements)
    assert not any(placement.value is Value.WINDOW for placement in without_window(recipe).placements)
