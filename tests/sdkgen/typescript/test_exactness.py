from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, localcontext
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sdkgen.api.json_text import loads_exact, same_json
from sdkgen.api.model import Reference
from sdkgen.api.values import Values
from tests.simulators.typescript_sdk import Harness, Installed, conversation, program

if TYPE_CHECKING:
    from sdkgen.api.model import Api

pytestmark = pytest.mark.toolchain

Ask = Callable[..., str | None]

MANY = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
EXACT = Context(prec=5000, Emax=MAX_EMAX, Emin=MIN_EMIN)

numbers = st.from_regex(r"-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,2})?", fullmatch=True)
texts = st.text(alphabet=st.characters(exclude_categories=[]))
documents = st.recursive(
    st.none() | st.booleans() | texts | st.integers() | st.decimals(allow_nan=False, allow_infinity=False, places=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts | st.just("__proto__"), inner, max_size=4),
    max_leaves=12,
)


@pytest.fixture(scope="module")
def ask(installed: Installed) -> Iterator[Ask]:
    with conversation(installed, program("calculates.mjs")) as talk:

        def asked(*question: str) -> str | None:
            answer: str | None = json.loads(talk(json.dumps(question)))
            return answer

        yield asked


def as_decimal(text: str | None) -> Decimal:
    assert text is not None
    return Decimal(text)


@MANY
@given(left=numbers, right=numbers)
def test_calculation_is_exact(ask: Ask, left: str, right: str) -> None:
    with localcontext(EXACT):
        a, b = Decimal(left), Decimal(right)
        assert ask("compare", left, right) == str(int(a.compare(b)))
        assert ask("equals", left, right) == str(a == b).lower()
        assert as_decimal(ask("add", left, right)) == a + b
        assert as_decimal(ask("sub", left, right)) == a - b
        assert as_decimal(ask("mul", left, right)) == a * b


@MANY
@given(text=numbers)
def test_plain_digits_are_the_number_with_its_zeros(ask: Ask, text: str) -> None:
    assert ask("plain", text) == (text if "e" not in text.lower() else format(Decimal(text), "f"))
    assert ask("text", text) == f'{text} ["{text}"]'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1e399", "1" + "0" * 399),
        ("1e-8", "0.00000001"),
        ("1.50e1", "15.0"),
        ("-0", "-0"),
        ("0e5", "0"),
        ("0e-3", "0.000"),
        ("1.10", "1.10"),
        ("1e9999", "1e9999"),
        ("-1E-9999", "-1E-9999"),
    ],
)
def test_exponents_are_written_out_within_reason(ask: Ask, text: str, expected: str) -> None:
    assert ask("plain", text) == expected


@pytest.mark.parametrize("text", ["", " 1", "1 ", "+1", "01", "1.", ".5", "1e", "NaN", "Infinity", "0x1", "1,5", "1_0", "\uff11"])
def test_what_is_no_number_is_refused(ask: Ask, text: str) -> None:
    assert ask("plain", text) is None


def test_numbers_too_far_apart_are_compared_but_not_written_out(ask: Ask) -> None:
    assert ask("compare", "1e99999999", "1") == "1"
    assert ask("compare", "-1e99999999", "1") == "-1"
    assert ask("compare", "0e99999999", "-0") == "0"
    assert ask("add", "1e99999999", "1") is None
    assert ask("mul", "1e9999", "1e9999") is None
    assert ask("compare", "1e99999999999999999999", "1") is None


@MANY
@given(document=documents)
def test_json_comes_back_as_it_went(ask: Ask, document: object) -> None:
    text = json.dumps(document, default=str)
    written = ask("json", text)
    assert written is not None
    assert same_json(loads_exact(written), loads_exact(text))


@MANY
@given(text=st.text(alphabet='{}[]",:\\u12ae.+-0tfn \n') | texts)
def test_json_is_accepted_where_python_accepts_it(ask: Ask, text: str) -> None:
    def never(_: str) -> None:
        raise ValueError

    try:
        json.loads(text, parse_constant=never)
    except ValueError:
        assert ask("json", text) is None
    else:
        assert ask("json", text) is not None


def test_a_decoded_value_is_written_back_as_it_came(running: Harness, hostile_api: Api) -> None:
    values = Values(hostile_api)
    types = {declared.name.pascal(): values.examples(Reference(name=declared.name), seed=7, count=150) for declared in hostile_api.types}
    samples = [(name, sample.value) for name, made in types.items() for sample in made]
    assert len(samples) > 1000
    questions = (f'{{"id":{at},"decode":{{"type":"{name}","value":{value}}}}}' for at, (name, value) in enumerate(samples))
    for (name, value), answer in zip(samples, running.ask_all(questions), strict=True):
        assert "decoded" in answer, (name, value, answer)
        assert same_json(answer["decoded"], loads_exact(value)), (name, value)
