"""Messages that ask over a stream, and what their replies mean, without a connection."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from sdkgen.python.runtime.answer import hiding
from sdkgen.python.runtime.asking import Asking, Heard
from sdkgen.python.runtime.behaviour import Behaviour, Errors
from sdkgen.python.runtime.channels import AskingRule, ChannelRule, MarkRule, Match, MessageKind, RequestRule
from sdkgen.python.runtime.codec import ANY, DECIMAL
from sdkgen.python.runtime.errors import ApiError, DecodeError, Refusal
from sdkgen.python.runtime.recipe import Part, Placement, Recipe
from sdkgen.python.runtime.settings import Settings
from tests.sdkgen.python.calls import settings_for

RULE = RequestRule(
    "place", ChannelRule("c", ""), MessageKind("Place", ANY, correlation="meta.id"), (MessageKind("Placed", ANY, correlation="id"),)
)
ASKING = AskingRule(errors=Errors(success={"code": ("0",)}, code=("error.code", "code"), codes={"-7": "clock"}), retry_after="wait")
NOW = 1_700_000_000_000


def settings(**changes: Any) -> Settings:
    return settings_for("http://x", behaviour=Behaviour(), clock=lambda: NOW, **changes)


def asking(value: Any, rule: RequestRule = RULE, rules: AskingRule = ASKING) -> Asking:
    return Asking(rule, rules, settings(), value)


def test_the_id_is_the_last_member_where_the_description_puts_it_and_the_caller_s_gives_way() -> None:
    given = {"meta": {"id": "mine", "a": 1}, "b": 2}
    message, is_reply = asking(given).message(7)
    assert message == {"meta": {"a": 1, "id": 7}, "b": 2}
    assert given == {"meta": {"id": "mine", "a": 1}, "b": 2}
    answers: list[Any] = [{"id": 7}, {"id": "7"}, {"id": 8}, {"meta": {"id": 7}}]
    assert [is_reply(each) for each in answers] == [True, True, False, False]


def test_an_acknowledgement_is_no_reply() -> None:
    _, is_reply = asking({}, rules=ASKING._replace(acknowledged=Match((("ack", "true"),)))).message(1)
    assert [is_reply({"id": 1, "ack": True}), is_reply({"id": 1})] == [False, True]


def test_a_reply_without_an_id_is_told_by_its_marks_or_its_type() -> None:
    marked = MessageKind("Pong", ANY, (MarkRule(("op",), ('"pong"',)),))
    rule = RULE._replace(message=MessageKind("Ping", ANY), replies=(marked, MessageKind("Price", DECIMAL)))
    _, is_reply = asking({}, rule).message(1)
    answers: list[Any] = [{"op": "pong"}, {"op": "ping"}, Decimal("1.10"), "x"]
    assert [is_reply(each) for each in answers] == [True, False, True, False]


def test_a_message_is_signed_anew_each_time_and_the_caller_s_own_stays_as_it_is() -> None:
    recipe = Recipe(
        "hmac-sha256",
        (Placement("body", "nonce", "nonce", within="params", number=True), Placement("body", "sig", "signature", within="params")),
        payload=(Part("pairs", literal="params"),),
    )
    given = {"params": {"sig": "not mine", "q": "1"}}
    it = asking(given, RULE._replace(places=(0, 1)), ASKING._replace(recipe=recipe))
    said: list[Any] = [it.message(number)[0] for number in (1, 2)]
    first, second = said
    assert first["params"] != second["params"]
    assert list(first["params"]) == ["q", "nonce", "sig"]
    assert given == {"params": {"sig": "not mine", "q": "1"}}
    assert it.is_signed


@pytest.mark.parametrize(
    ("reply", "status", "wait"),
    [
        ({"status": 429, "wait": 30}, 429, 30),
        ({"status": 400, "wait": NOW + 1500}, 400, 1500),
        ({"status": 400, "wait": NOW - 1500}, 400, 0),
        ({"status": 400, "wait": "soon"}, 400, None),
        ({"code": "7"}, None, None),
        ({"error": {"code": -7}}, None, None),
        ({"error": ["EOrder:Unknown"]}, None, None),
        ({"error": "no"}, None, None),
        ({"error": True}, None, None),
        ({"status": 200, "error": {"code": 1}}, 200, None),
    ],
)
def test_a_reply_that_refuses_is_an_error(reply: dict[str, Any], status: int | None, wait: int | None) -> None:
    it = asking({})
    with pytest.raises(ApiError) as raised:
        it.reply(it.heard(reply), 0)
    assert (raised.value.status, raised.value.retry_after_ms) == (status, wait)


@pytest.mark.parametrize("error", [None, False, "", [], {}, 0, 5])
def test_an_empty_error_is_none(error: Any) -> None:
    it = asking({})
    assert it.reply(it.heard({"code": "0", "status": "NEW", "error": error}), 0) == {"code": "0", "status": "NEW", "error": error}
    assert it.heard({"status": 99}).status is None


def test_what_a_code_means_is_known_without_a_status() -> None:
    with pytest.raises(ApiError) as raised:
        asking({}).reply(Heard(None, {"error": {"code": -7}}), 0)
    assert (raised.value.refusal, raised.value.kind, raised.value.code) == (Refusal.CLOCK, "bad_request", "-7")


def test_an_order_is_repeatable_with_an_id_of_its_own() -> None:
    rule = RULE._replace(order_id="params.mine")
    told = [asking(each, rule).is_repeatable for each in ({"params": {"mine": "x"}}, {"params": {"mine": ""}}, {}, {"params": None})]
    assert told == [True, False, False, False]
    assert asking({}, RULE._replace(repeatable=True)).is_repeatable


def test_a_reply_of_no_kind_can_t_be_read() -> None:
    with pytest.raises(DecodeError):
        asking({}, RULE._replace(replies=())).reply(Heard(200, {}), 0)


def test_credentials_that_an_answer_repeats_are_hidden() -> None:
    answer: Any = {"msg": "no key my-key, no secret of it", "echo": {"apiKey": "my-key", "a": "abc"}}
    with pytest.raises(ApiError) as raised:
        asking({}).reply(Heard(401, answer), 0)
    hidden = hiding(raised.value, ("the-secret", None, "my-key", "abc"))
    assert (type(hidden), hidden.status, hidden.operation) == (type(raised.value), 401, "place")
    assert "my-key" not in f"{hidden}{hidden.text}{hidden.body}{hidden.message}"
    assert hidden.body == {"msg": "no key ***, no secret of it", "echo": {"apiKey": "***", "a": "abc"}}
    assert hiding(hidden, ("the-secret", None)) is hidden
