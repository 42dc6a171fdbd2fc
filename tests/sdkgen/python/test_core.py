"""Attempts, decided without I/O: the steps are played by hand."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from sdkgen.python.runtime.behaviour import Behaviour, Clock, Errors, RateLimit
from sdkgen.python.runtime.codec import ANY, STRING
from sdkgen.python.runtime.core import Core, Pause, Send
from sdkgen.python.runtime.errors import (
    ApiError,
    ArgumentError,
    BadRequestError,
    ConfigurationError,
    ConflictError,
    DeadlineError,
    DecodeError,
    NotFoundError,
    RateLimitError,
    Refusal,
    SdkError,
    ServerError,
    TransportError,
    UnprocessableError,
)
from sdkgen.python.runtime.hooks import Hooks, Told
from sdkgen.python.runtime.http1 import Answer, origin_of
from sdkgen.python.runtime.operation import SIGNED, Body, Operation, Parameter, Returned
from sdkgen.python.runtime.rawcall import RawCall, raw_draft
from sdkgen.python.runtime.recipe import Placement, Recipe
from tests.sdkgen.python.calls import GET, Price, settings_for

CLOCK: Operation[Any] = Operation("getTime", "GET", "/time", returned=(Returned("200", "json", "application/json", ANY),))
PLACE: Operation[Any] = Operation(
    "placeOrder",
    "POST",
    "/orders",
    body=Body("json", "application/json", ANY),
    returned=(Returned("200", "json", "application/json", ANY),),
    signed=SIGNED,
)
CANCEL: Operation[None] = Operation("cancel", "DELETE", "/orders/1", signed=SIGNED)
RESET: Operation[None] = Operation("reset", "PUT", "/reset", parameters=(Parameter("query", "id", "id", STRING),))
BEHAVIOUR = Behaviour(
    errors=Errors(
        success={"code": ("0", "00")},
        codes={
            "-1021": "clock",
            "busy": "rate_limit",
            "down": "unavailable",
            "who-knows": "unknown_outcome",
            "dup": "duplicate_order",
            "gone": "unknown_order",
            "tick": "invalid_order",
            "odd": "market_closed",
        },
    ),
    clock=Clock("getTime", "data.time"),
    repeatable=frozenset({"reset"}),
    order_ids={"placeOrder": "body.client_id"},
)
FINE = Answer(200, {}, b'{"price":1}')
PRICE = ("X", None, None, None)
LOST = TransportError("reset", sent=True)


class Play:
    """One call, played by hand against the results that it is given."""

    def __init__(self, **changes: Any) -> None:
        self.told: list[tuple[str, Told]] = []
        hooks = Hooks(*(self.hook(name) for name in ("request", "response", "retry")))
        given = {"retries": 2, "behaviour": BEHAVIOUR, "operations": {"getTime": CLOCK}.__getitem__, "hooks": hooks, "chance": lambda: 1.0}
        self.settings = settings_for("http://x", **{**given, **changes})
        self.core = Core(self.settings, origin_of("http://x/base"), own_servers=False)
        self.sent: list[Send] = []
        self.pauses: list[float] = []

    def hook(self, name: str) -> Any:
        return lambda told: self.told.append((name, told))

    def steps(self, steps: Any, *results: object) -> Any:
        waiting: Iterator[object] = iter(results)
        step = next(steps)
        try:
            while True:
                if isinstance(step, Pause):
                    self.pauses.append(step.seconds)
                    step = steps.send(None)
                    continue
                self.sent.append(step)
                result = next(waiting)
                step = steps.throw(result) if isinstance(result, Exception) else steps.send(result)
        except StopIteration as done:
            assert not list(waiting)
            return done.value

    def call(self, operation: Operation[Any], *results: object, arguments: tuple[Any, ...] = (), body: Any = None) -> Any:
        given = PRICE if operation is GET else arguments
        return self.steps(self.core.call(operation, given, body, 5.0), *results).value

    def fails(self, operation: Operation[Any], *results: object, body: Any = None, arguments: tuple[Any, ...] = ()) -> SdkError:
        with pytest.raises(SdkError) as raised:
            self.call(operation, *results, body=body, arguments=arguments)
        return raised.value


def error(status: int, body: str = "{}", **headers: str) -> Answer:
    return Answer(status, headers, body.encode())


@pytest.mark.parametrize(
    ("first", "again"),
    [
        (TransportError("refused", sent=False), {"get", "place", "reset"}),
        (DeadlineError("no connection", sent=False), {"get", "place", "reset"}),
        (error(418), {"get", "place", "reset"}),
        (error(429), {"get", "place", "reset"}),
        (error(400, '{"code":"busy"}'), {"get", "place", "reset"}),
        (error(503, '{"code":"down"}'), {"get", "place", "reset"}),
        (error(200, '{"code":"down"}'), {"get", "place"}),
        (LOST, {"get", "reset"}),
        (DeadlineError("late"), {"get", "reset"}),
        (error(408), {"get", "reset"}),
        (error(500), {"get", "reset"}),
        (error(502), {"get", "reset"}),
        (error(503), {"get", "reset"}),
        (error(504), {"get", "reset"}),
        (error(400, '{"code":"who-knows"}'), {"get", "reset"}),
        (error(501), set()),
        (error(400), set()),
        (error(404), set()),
        (error(200, "<html>"), set()),
    ],
)
@pytest.mark.parametrize("name", ["get", "place", "reset"])
def test_what_is_known_of_an_attempt_decides_whether_another_follows(name: str, first: object, again: set[str]) -> None:
    operation, arguments, body = {"get": (GET, PRICE, None), "place": (PLACE, (), {"size": 1}), "reset": (RESET, (None,), None)}[name]
    play = Play()
    if name in again:
        assert play.call(operation, first, FINE if name == "get" else error(200, '{"code":0}'), arguments=arguments, body=body) is not False
        assert len(play.sent) == 2
    elif isinstance(first, Answer) and first.status == 200 and name == "reset":
        assert play.call(operation, first, arguments=arguments) is None
    else:
        failure = play.fails(operation, first, arguments=arguments, body=body)
        assert (len(play.sent), failure.attempts) == (1, 1)


def test_an_order_with_its_own_id_is_sent_again_and_signed_anew() -> None:
    times = iter(range(100))
    play = Play(clock=lambda: next(times))
    play.call(PLACE, LOST, error(200, '{"code":"0"}'), body={"client_id": "mine"})
    first, second = (each.request.target for each in play.sent)
    assert first.startswith("/base/orders?time=")
    assert first != second
    assert {each.request.body for each in play.sent} == {b'{"client_id":"mine"}'}
    assert len(Play().fails(PLACE, LOST, body={"client_id": ""}).args) == 1


def test_a_repeated_order_that_the_exchange_knows_already_stands() -> None:
    failure = Play().fails(PLACE, LOST, error(409, '{"code":"dup"}'), body={"client_id": "mine"})
    assert isinstance(failure, ConflictError)
    assert (failure.repeated, failure.may_have_happened, failure.attempts) == (True, True, 2)
    fresh = Play().fails(PLACE, error(409, '{"code":"dup"}'), body={"client_id": "mine"})
    assert (fresh.repeated, fresh.may_have_happened, fresh.attempts) == (False, False, 1)


@pytest.mark.parametrize(
    ("results", "may"),
    [
        ((LOST,), True),
        ((error(500),), True),
        ((error(400),), False),
        ((error(200, "<html>"),), True),
        ((TransportError("x", sent=False), error(429), LOST), True),
        ((TransportError("x", sent=False), error(429), error(429)), False),
    ],
)
def test_an_error_says_whether_the_call_may_have_happened(results: tuple[object, ...], may: bool) -> None:
    failure = Play().fails(PLACE, *results, body={"size": 1})
    assert failure.may_have_happened is may
    assert failure.attempts == len(results)


def test_what_one_attempt_left_open_stays_open_whatever_the_later_ones_say() -> None:
    failure = Play().fails(PLACE, LOST, error(422), body={"client_id": "mine"})
    assert (failure.may_have_happened, type(failure)) == (True, UnprocessableError)


def test_three_attempts_are_the_most_and_pauses_grow() -> None:
    play = Play()
    failure = play.fails(GET, LOST, LOST, LOST)
    assert (failure, failure.attempts) == (LOST, 3)
    assert play.pauses == [0.25, 0.5]
    patient = Play(retries=9)
    patient.fails(GET, *[LOST] * 10)
    assert patient.pauses == [0.25, 0.5, 1, 2, 4, 8, 8, 8, 8]
    assert Play(chance=lambda: 0.0).fails(GET, LOST, LOST, LOST).attempts == 3
    with pytest.raises(ConfigurationError, match="retries"):
        Play(retries=-1)


def test_retry_after_is_waited_for_in_full_and_holds_everybody_back() -> None:
    now = [100.0]
    play = Play(monotonic=lambda: now[0])
    steps = play.core.call(GET, PRICE, None, 5.0)
    next(steps)
    assert steps.send(error(429, **{"retry-after": "7"})) == Pause(7.0)
    now[0] = 103.0
    other = play.core.call(GET, PRICE, None, 5.0)
    assert next(other) == Pause(4.0)
    now[0] = 107.5
    assert isinstance(next(other), Send)
    assert isinstance(steps.send(None), Send)


def test_a_ban_that_is_too_long_is_an_error_at_once_and_later_calls_send_nothing() -> None:
    play = Play(monotonic=lambda: 100.0)
    failure = play.fails(GET, error(418, **{"retry-after": "31"}))
    assert (failure.retry_after_ms, failure.attempts, play.pauses) == (31_000, 1, [])
    held = play.fails(GET)
    assert isinstance(held, RateLimitError)
    assert (held.status, held.retry_after_ms, held.attempts, held.kind) == (None, 31_000, 0, "rate_limit")
    assert len(play.sent) == 1
    free = Play(rate_limits=False, monotonic=lambda: 100.0)
    free.fails(GET, error(418, **{"retry-after": "31"}))
    assert free.call(GET, FINE).price == 1


def test_a_wrong_clock_is_corrected_once_and_the_call_sent_again() -> None:
    play = Play(clock=lambda: 1_000)
    refused = error(400, '{"code":-1021}')
    told = error(200, '{"code":"0","data":{"time":61000}}')
    play.call(PLACE, refused, told, error(200, '{"code":"0"}'), body={})
    assert [each.request.target.partition("?")[0] for each in play.sent] == ["/base/orders", "/base/time", "/base/orders"]
    assert (play.settings.offset_ms, play.settings.now(), play.pauses) == (60_000, 61_000, [])
    assert "time=1000&" in play.sent[0].request.target
    assert "time=61000&" in play.sent[2].request.target
    again = Play(clock=lambda: 1_000)
    failure = again.fails(PLACE, refused, told, refused, body={})
    assert (failure.refusal, failure.attempts, failure.may_have_happened) == (Refusal.CLOCK, 2, False)
    helpless = Play().fails(PLACE, refused, error(404), body={})
    assert helpless.refusal is Refusal.CLOCK
    unknown = Play(behaviour=BEHAVIOUR._replace(clock=None)).fails(PLACE, refused, body={})
    assert unknown.attempts == 1


def test_the_clock_s_offset_counts_from_the_middle_of_the_exchange() -> None:
    times = iter([1_000, 1_200])
    play = Play(clock=lambda: next(times), hooks=Hooks())
    assert play.steps(play.core.clock(5.0), error(200, '{"data":{"time":"5100"}}')) == 4_000
    with pytest.raises(DecodeError, match="an instant"):
        Play().steps(Play().core.clock(5.0), error(200, '{"data":{}}'))
    with pytest.raises(ConfigurationError, match="not known"):
        Play(behaviour=Behaviour()).steps(Play(behaviour=Behaviour()).core.clock(5.0))


@pytest.mark.parametrize(
    ("body", "kind", "refusal"),
    [
        ('{"code":"gone"}', NotFoundError, Refusal.UNKNOWN_ORDER),
        ('{"code":"tick"}', UnprocessableError, Refusal.INVALID_ORDER),
        ('{"code":"dup"}', ConflictError, Refusal.DUPLICATE_ORDER),
        ('{"code":"who-knows"}', ServerError, Refusal.UNKNOWN_OUTCOME),
        ('{"code":"odd"}', BadRequestError, Refusal.MARKET_CLOSED),
        ('{"code":51000}', BadRequestError, None),
    ],
)
def test_a_success_that_says_otherwise_is_the_error_of_its_refusal(body: str, kind: type[ApiError], refusal: Refusal | None) -> None:
    failure = Play(retries=0).fails(PLACE, error(200, body), body={})
    assert type(failure) is kind
    assert isinstance(failure, ApiError)
    assert (failure.status, failure.refusal) == (200, refusal)


def test_a_success_without_the_place_is_one() -> None:
    assert Play().call(PLACE, error(200, '{"price":1.50}'), body={}) == {"price": Decimal("1.50")}
    assert Play().call(PLACE, error(200, '{"code":"00"}'), body={}) == {"code": "00"}


def test_hooks_are_told_of_every_attempt_and_of_no_secret() -> None:
    now = iter([1.0, 1.25, 1.25, 1.25, 2.0, 2.0])
    play = Play(monotonic=lambda: next(now, 9.0), behaviour=BEHAVIOUR._replace(limits=(RateLimit("r", 100, 1000, 7),)))
    play.call(PLACE, error(429), error(200, '{"code":"0"}'), body={"secret": "hush"})
    assert [(name, each.attempt, each.status, each.error) for name, each in play.told] == [
        ("request", 1, None, None),
        ("response", 1, 429, "rate_limit"),
        ("retry", 1, 429, "rate_limit"),
        ("request", 2, None, None),
        ("response", 2, 200, None),
    ]
    told = play.told[2][1]
    assert (told.operation, told.method, told.path, told.weight, told.pause_ms) == ("placeOrder", "POST", "/base/orders", 7, 250)
    assert all("sig" not in repr(each) and "hush" not in repr(each) for _, each in play.told)
    lost = Play(retries=0)
    lost.fails(GET, LOST)
    assert (lost.told[-1][1].status, lost.told[-1][1].error) == (None, "transport")


def test_a_hook_that_raises_ends_the_call() -> None:
    def hook(_told: Told) -> None:
        raise LookupError

    with pytest.raises(LookupError):
        Play(hooks=Hooks(on_response=hook)).call(GET, FINE)


def test_a_call_that_waits_in_vain_gives_its_place_back() -> None:
    limits = (RateLimit("r", 1, 1000),)
    play = Play(monotonic=lambda: 5.0, behaviour=BEHAVIOUR._replace(limits=limits))
    play.call(GET, FINE)
    cancelled = play.core.call(GET, PRICE, None, 5.0)
    assert next(cancelled) == Pause(1.0)
    cancelled.close()
    waiting = play.core.call(GET, PRICE, None, 5.0)
    assert next(waiting) == Pause(1.0)


def test_retries_keep_what_is_known_when_the_limits_have_no_room_for_them() -> None:
    limits = (RateLimit("r", 1, 3_600_000),)
    failure = Play(behaviour=BEHAVIOUR._replace(limits=limits)).fails(GET, LOST)
    assert (failure.kind, failure.attempts, failure.may_have_happened) == ("rate_limit", 1, True)


def raw(play: Play, call: RawCall, *results: object, signed: bool = False) -> Any:
    return play.steps(play.core.request(raw_draft(play.settings, call), signed=signed, timeout=5.0), *results)


def test_a_raw_request_is_signed_retried_and_read_as_exact_json() -> None:
    play = Play(base_url="http://x/base")
    reply = raw(
        play, RawCall("get", "/v9/new", (("a", "1 2"), ("b", [1, 2])), None, {"X-A": "b"}), LOST, error(200, '{"p":1.10}'), signed=True
    )
    assert (reply.value, reply.status) == ({"p": Decimal("1.10")}, 200)
    assert play.sent[1].request.target.startswith("/base/v9/new?a=1%202&b=1&b=2&time=1700000000123&sig=")
    assert play.sent[1].request.headers["X-A"] == "b"
    assert {each.operation for _, each in play.told} == {"raw"}


def test_a_raw_request_with_a_body_is_not_sent_again_and_signed_in_its_body() -> None:
    places = (Placement("query", "sig", "signature"), Placement("body", "sig", "signature"), Placement("header", "K", "key"))
    play = Play(recipe=Recipe(algorithm="hmac-sha256", placements=places))
    with pytest.raises(TransportError):
        raw(play, RawCall("POST", "/x", (), {"a": 1}, {}), LOST, signed=True)
    request = play.sent[0].request
    assert request.target == "/x"
    assert request.body is not None
    assert request.body.startswith(b'{"a":1,"sig":"')
    listed = Play()
    raw(listed, RawCall("POST", "/x", (), [1], {}), error(204, ""))
    assert (listed.sent[0].request.body, "sig" in listed.sent[0].request.target) == (b"[1]", False)


def test_a_raw_request_fails_as_others_do() -> None:
    with pytest.raises(NotFoundError):
        raw(Play(), RawCall("GET", "/x", (), None, {}), error(200, '{"code":"gone"}'))
    with pytest.raises(DecodeError):
        raw(Play(), RawCall("GET", "/x", (), None, {}), error(200, "<html>"))
    for method, path in (("GET", "x"), ("G T", "/x"), ("GET", "/x?a=1"), ("GET", "/x y"), ("GET", "/é")):
        with pytest.raises(ArgumentError, match="percent-encoded"):
            raw_draft(Play().settings, RawCall(method, path, (), None, {}))


def test_typed_prices_come_through() -> None:
    assert Play().call(GET, FINE) == Price(price=Decimal(1))
