"""What the types of a built SDK keep, and what they refuse."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sdkgen.api.model import Api, Reference
from sdkgen.api.values import examples
from tests.simulators.go_sdk import GoSdk, Harness, read_json

pytestmark = pytest.mark.toolchain

ORDER = '"id":1,"price":1,"quantity":null,"side":"BUY","raw":null'


def object_text(members: dict[str, str]) -> str:
    return "{" + ",".join(f"{json.dumps(key)}:{value}" for key, value in members.items()) + "}"


TEXT = st.text(st.characters(codec=None), max_size=12)
NUMBER = st.from_regex(r"-?(0|[1-9][0-9]{0,40})(\.[0-9]{1,40})?", fullmatch=True).filter(lambda text: text.strip("-0.") != "")
JSON = st.recursive(
    st.one_of(NUMBER, TEXT.map(json.dumps), st.sampled_from(["null", "true", "false"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{','.join(items)}]"),
        st.dictionaries(TEXT, inner, max_size=3).map(object_text),
    ),
    max_leaves=8,
)
UNKNOWN = st.dictionaries(TEXT.map("unknown {}".format), JSON, max_size=2)


FEES = st.one_of(
    NUMBER.map(lambda amount: f'{{"kind":"flat","amount":{amount}}}'),
    NUMBER.map(lambda share: f'{{"kind":"share","share":{share},"amount":"0.1"}}'),
    TEXT.filter(lambda kind: kind not in {"flat", "share"}).map(lambda kind: object_text({"kind": json.dumps(kind)})),
)
CANDLES = st.tuples(st.integers(-(2**63), 2**63 - 1).map(str), NUMBER, st.one_of(st.just("null"), TEXT.map(json.dumps)), JSON)
ORDERS = st.deferred(
    lambda: st.tuples(
        st.fixed_dictionaries(
            {
                "id": st.integers(-(2**200), 2**200).map(str),
                "price": NUMBER,
                "quantity": st.one_of(NUMBER, st.just("null")),
                "side": TEXT.map(json.dumps),
                "raw": JSON,
            },
            optional={
                "small": st.integers(-(2**63), 2**63 - 1).map(str),
                "m": TEXT.map(json.dumps),
                "M": st.sampled_from(["true", "false"]),
                'quote"`back\\slash': TEXT.map(json.dumps),
                "": TEXT.map(json.dumps),
                "новый ключ": st.integers().map(str),
                "Extra": TEXT.map(json.dumps),
                "level": st.integers().map(str),
                "mixed": JSON,
                "truth": st.sampled_from(["true", "false"]),
                "fee": FEES,
                "balances": st.dictionaries(TEXT, st.one_of(NUMBER, st.just("null")), max_size=3).map(object_text),
                "candle": st.tuples(CANDLES, st.integers(0, 4)).map(lambda pair: f"[{','.join(pair[0][: pair[1]])}]"),
                "tree": st.recursive(st.just("{}"), lambda inner: st.dictionaries(TEXT, inner, max_size=2).map(object_text), max_leaves=4),
                "legs": st.lists(st.just(f"{{{ORDER}}}"), max_size=2).map(lambda legs: f"[{','.join(legs)}]"),
                "parent": st.just(f'{{{ORDER},"m":"1","M":true}}'),
            },
        ),
        UNKNOWN,
    ).map(lambda parts: object_text(parts[0] | parts[1]))
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(order=ORDERS)
def test_every_order_survives_digit_by_digit(harness: Harness, order: str) -> None:
    assert harness.decoded("Order", order) == read_json(order)


@settings(max_examples=150, deadline=None)
@given(value=st.one_of(JSON.filter(lambda text: text[0] in '"['), UNKNOWN.map(object_text)))
def test_a_union_keeps_whatever_one_of_its_types_takes(harness: Harness, value: str) -> None:
    reply = harness.ask(f'{{"id": 1, "decode": {{"type": "Choice", "value": {value}}}}}')
    if value[0] == "[" and "raised" in reply:
        assert reply["raised"]["kind"] == "decode"
    else:
        assert reply["decoded"] == read_json(value)


def test_made_up_values_of_every_type_survive(harness: Harness, hostile_api: Api) -> None:
    for declared in hostile_api.types:
        for sample in examples(hostile_api, Reference(name=declared.name), seed=7, count=100):
            assert harness.decoded(declared.name.pascal(), sample.value) == json.loads(sample.value, parse_float=plain, parse_int=str)


def plain(number: str) -> str:
    """As WIRE.md has numbers written: without an exponent."""
    return format(Decimal(number), "f") if "e" in number.lower() else number


@pytest.mark.parametrize(
    ("type_name", "value", "written"),
    [
        pytest.param(
            "Order",
            f'{{{ORDER},"a":18446744073709551616,"b":1E+2,"c":-0.00}}',
            {"a": "18446744073709551616", "b": "100", "c": "-0.00"},
            id="numbers",
        ),
        pytest.param("Order", f'{{{ORDER},"decimal":"unknown value"}}', {"decimal": "unknown value"}, id="unknown-enum-value"),
        pytest.param("Order", f'{{{ORDER},"level":99999999999999999999}}', {"level": "99999999999999999999"}, id="huge-enum-value"),
        pytest.param("Order", f'{{{ORDER},"small":1e3}}', {"small": "1000"}, id="whole-exponent"),
        pytest.param("Order", f'{{{ORDER},"новый ключ":7.00}}', {"новый ключ": "7.00"}, id="whole-fraction"),
    ],
)
def test_numbers_and_unknown_values_are_kept(harness: Harness, type_name: str, value: str, written: dict[str, str]) -> None:
    assert harness.decoded(type_name, value).items() >= written.items()


@pytest.mark.parametrize(
    ("type_name", "value", "problem"),
    [
        pytest.param("Order", "[]", "$ is no object: []", id="no-object"),
        pytest.param("Order", "{}", "$.id is missing", id="missing"),
        pytest.param("Order", f'{{{ORDER},"m":1}}', "$.m is no string: 1", id="number-for-text"),
        pytest.param("Order", f'{{{ORDER},"m":null}}', "$.m may be absent, but not null", id="null"),
        pytest.param("Order", f'{{{ORDER},"M":"true"}}', "$.M is no boolean", id="text-for-boolean"),
        pytest.param(
            "Order",
            f'{{{ORDER},"legs":[{{{ORDER},"fee":{{"kind":"flat","amount":"1"}}}}]}}',
            '$.legs[0].fee.amount is no decimal: "1"',
            id="deep",
        ),
        pytest.param("Order", f'{{{ORDER},"balances":{{"a b":true}}}}', '$.balances["a b"] is no decimal', id="in-a-map"),
        pytest.param("Order", f'{{{ORDER},"candle":[1,"x"]}}', "$.candle[1] is no decimal", id="in-a-tuple"),
        pytest.param("Order", f'{{{ORDER},"small":9223372036854775808}}', "$.small is no integer of 64 bits", id="too-big"),
        pytest.param("Order", f'{{{ORDER},"small":1.5}}', "$.small is no integer of 64 bits", id="fraction"),
        pytest.param("Order", '{"id":1.5}', "$.id is no integer: 1.5", id="no-integer"),
        pytest.param("Order", '{"id":1,"price":1e999999999}', "$.price is no decimal", id="hostile-exponent"),
        pytest.param("Order", '{"id":"1"}', '$.id is no integer: "1"', id="text-for-integer"),
        pytest.param("Choice", "true", "fits none of its 5 variants", id="no-variant"),
        pytest.param("Level", '"1"', "is no number", id="text-for-number-enum"),
        pytest.param("Side", "1", "is no string", id="number-for-text-enum"),
        pytest.param("Candles", '[[1],["x"]]', "$[1][0] is no integer", id="list"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(harness: Harness, type_name: str, value: str, problem: str) -> None:
    assert problem in harness.problem(type_name, value)


@pytest.mark.parametrize(
    "line",
    [
        "nonsense",
        "{}",
        "[]",
        '{"id": 1, "unheard": {}}',
        '{"id": 1, "decode": {"type": "Nothing", "value": 1}}',
        '{"id": 1, "decode": []}',
        '{"id": 1, "call": {"operation": "nothing"}}',
        '{"id": 1, "decode": {"type": "Order", "value": {"id": 01}}}',
        '{"id": 1, "decode": {"type": "Order", "value": {"id" 1}}}',
        '{"id": 1, "decode": {"type": "Order", "value": "\\x"}}',
        '{"id": 1, "decode": {"type": "Order", "value": "\t"}}',
        '{"id": 1, "decode": {"type": "Order", "value": [1 2]}}',
        '{"id": 1, "decode": {"type": "Order", "value": nul}}',
        '{"id": 1, "decode": {"type": "Order", "value": {"m": "1", "m": "2"}}}',
        '{"id": 1, "decode": {"type": "Order", "value": {' + ",".join(f'"{number % 30}": 1' for number in range(31)) + "}}}",
        '{"id": 1, "decode": {"type": "Order", "value": ' + "[" * 2000 + "]" * 2000 + "}}",
    ],
)
def test_documents_without_sense_are_refused_and_the_program_lives_on(harness: Harness, line: str) -> None:
    reply = harness.ask(line)
    assert reply["refused"]["message"]
    assert harness.decoded("Side", '"SELL"') == "SELL"


def test_an_object_can_have_many_keys(harness: Harness) -> None:
    members = ",".join(f'"{number}":1.50' for number in range(100))
    assert harness.decoded("Filter", f"{{{members}}}") == {str(number): "1.50" for number in range(100)}


def test_the_harness_says_what_it_is(harness: Harness, hostile_api: Api) -> None:
    described = harness.ask({"id": 7, "describe": {}})["described"]
    assert (described["protocol"], described["language"], described["version"]) == ("2", "go", "0.1.0")
    assert described["package"] == "github.com/openxapi/hostile-go"
    assert sorted(described["operations"]) == sorted(each.id for each in hostile_api.operations)
    assert described["types"] == [each.name.pascal() for each in hostile_api.types]


def test_the_source_is_formatted_and_vetted(built: GoSdk) -> None:
    assert built.unformatted() == ""
    assert built.vet() == ""
