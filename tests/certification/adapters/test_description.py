from pathlib import Path

import pytest

from certification.adapters.description import read_described
from certification.adapters.manifest import Adapter, read_adapter
from certification.errors import AdapterError
from certification.evidence.sdk.harness import Result
from certification.evidence.sdk.stranger import CAPABILITIES
from sdkgen.api.json_text import JsonValue
from tests.simulators.small_adapter import small_adapter

SAID: dict[str, JsonValue] = {
    "protocol": 3,
    "package": "small-thing",
    "version": "1.0.0",
    "operations": ["getOrder"],
    "capabilities": ["timeout", "base_path", "flies"],
}


@pytest.fixture
def adapter(tmp_path: Path) -> Adapter:
    return read_adapter(small_adapter(tmp_path / "adapter"))


def answer(**changes: JsonValue) -> Result:
    content: JsonValue = {name: value for name, value in (SAID | changes).items() if value is not None}
    return Result(kind="described", content=content, text="")


def test_what_a_program_can_is_what_we_know_of_what_it_says(adapter: Adapter) -> None:
    described = read_described(answer(), adapter)
    assert described.capabilities == ("base_path", "timeout")
    assert described.operations == ("getOrder",)
    assert described.types == ()


def test_calls_that_an_sdk_takes_are_told_as_they_are_on_the_wire(adapter: Adapter) -> None:
    told: JsonValue = {"getOrder": [{"path": {"id": 7}, "query": {"open": True, "side": "BUY"}}, {"body": {"price": "1.10"}}]}
    first, second = read_described(answer(examples=told), adapter).examples
    assert (first.operation, first.arguments) == ("getOrder", (("path.id", "7"), ("query.open", "true"), ("query.side", "BUY")))
    assert second.arguments == (("body.price", "1.10"),)
    assert read_described(answer(), adapter).examples == ()


def test_a_program_of_version_2_can_do_all(adapter: Adapter) -> None:
    assert read_described(answer(protocol=2, capabilities=None), adapter).capabilities == CAPABILITIES


@pytest.mark.parametrize(
    ("result", "message"),
    [
        pytest.param(Result(kind="refused", content={}, text=""), "is 'refused', not 'described'", id="refused"),
        pytest.param(answer(operations="getOrder"), "operations: Input should be a valid list", id="no list"),
        pytest.param(answer(operations=[7]), r"operations\.0", id="no name"),
        pytest.param(answer(protocol=4), "protocol 4 is none of 2, 3", id="later version"),
        pytest.param(answer(version="2.0.0"), r"about small-thing 2\.0\.0, and the manifest about small-thing 1\.0\.0", id="other version"),
        pytest.param(answer(capabilities=None), "capabilities is missing", id="no capabilities"),
        pytest.param(answer(examples={"a": [{"query": {"x": [1]}}]}), r"examples\.a\.0\.query\.x", id="example of no plain value"),
        pytest.param(answer(examples={"a": [{"cookies": {}}]}), r"examples\.a\.0\.cookies", id="example elsewhere"),
        pytest.param(answer(examples={"a": [{}] * 6}), r"examples\.a: List should have at most 5", id="too many examples"),
        pytest.param(Result(kind="described", content=[], text=""), "described: ", id="no object"),
    ],
)
def test_what_a_program_says_wrongly_is_one_line(adapter: Adapter, result: Result, message: str) -> None:
    with pytest.raises(AdapterError, match=message) as caught:
        read_described(result, adapter)
    assert "\n" not in str(caught.value)
