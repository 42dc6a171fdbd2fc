"""What an SDK's subscriptions heard is held against what the relay passed on."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from certification.evidence.record import Trial
from certification.evidence.sdk.harness import Result
from certification.evidence.trials.listening import Ear, ListenOrder, ears_of, listening, listening_trials
from certification.folders import EXCHANGES
from certification.profiles import load_profile
from certification.sandboxes.mock.trouble import PING, PONG, Passage, Trouble
from sdkgen.api.json_text import JsonValue
from sdkgen.api.load import load

EARS = (
    Ear(channel="depth", arguments=(("symbol", "BTC-USD"),), private=False),
    Ear(channel="orders", arguments=(), private=True),
)
ORDERS = tuple(
    ListenOrder(arguments=(), price=f"10{number}.5", trouble=Trouble.CUT_STREAM if number == 1 else Trouble.NONE) for number in range(8)
)
PUBLIC, PRIVATE = range(2)


def message(order: int, number: int) -> JsonValue:
    return {"type": "Delta", "value": {"price": ORDERS[order].price, "number": number}}


RECONNECTED: JsonValue = {"type": "Reconnected", "value": None}
GARBLED: JsonValue = {"type": "DecodeError", "value": None}
HEARD: dict[int, list[JsonValue]] = {
    PUBLIC: [message(0, 1), RECONNECTED, message(2, 3), message(3, 4)],
    PRIVATE: [message(0, 11), RECONNECTED, message(2, 13), message(3, 14)],
}


def passed(*orders: int) -> tuple[Passage, ...]:
    return tuple(Passage(marker=ORDERS[order].price, trouble=ORDERS[order].trouble, at_ms=1, status=None) for order in orders)


PINGED = Passage(marker=PING, trouble=Trouble.NONE, at_ms=1, status=None)
PASSED = (PINGED, *passed(0, 0, 1, 2, 2, 3, 3, 4, 5), Passage(marker=PONG, trouble=Trouble.NONE, at_ms=2, status=None))


def asked() -> list[dict[str, JsonValue]]:
    return list(listening(EARS, ORDERS, lambda arguments: {"operation": "place", "body": dict(arguments)}))


def trials(heard: dict[int, list[JsonValue]], passages: tuple[Passage, ...], *, refused: int | None = None) -> dict[str, Trial]:
    """Everything is heard at the end: when an ear was asked does not matter."""
    results: dict[int, Result] = {}
    for document in asked():
        key = int(str(document["id"]))
        if "subscribe" in document:
            results[key] = Result(kind="raised" if key - 5000 == refused else "subscribed", content={"kind": "timeout"}, text="")
        wanted = document.get("hear")
        if isinstance(wanted, dict):
            drains = key >= 5400
            stream = int(str(wanted["stream"])) - 1
            results[key] = Result(kind="heard", content={"messages": heard[stream] if drains else []}, text="")
    return {trial.id: trial for trial in listening_trials(EARS, ORDERS, results, passages)}


def wrong(given: Iterable[Trial]) -> set[str]:
    return {trial.id.removeprefix("streams.") for trial in given if not trial.held}


def test_a_client_that_hears_everything_once_holds() -> None:
    found = trials(HEARD, PASSED)
    assert wrong(found.values()) == set()
    assert len(found) == 6


def test_a_new_connection_may_begin_with_what_the_last_one_told() -> None:
    state: JsonValue = {"type": "Status", "value": {"open": True}}
    again = [state, *HEARD[PUBLIC], RECONNECTED, state]
    assert wrong(trials(HEARD | {PUBLIC: again}, PASSED).values()) == set()


@pytest.mark.parametrize(
    ("heard", "passages", "found"),
    [
        pytest.param(HEARD | {PRIVATE: HEARD[PRIVATE][1:]}, PASSED, {"messages-are-heard-before"}, id="a message lost"),
        pytest.param(HEARD | {PRIVATE: HEARD[PRIVATE][:-1]}, PASSED, {"messages-are-heard-after"}, id="a message lost after the cut"),
        pytest.param(
            HEARD | {PRIVATE: HEARD[PRIVATE][:2]},
            (PINGED, *passed(0, 0, 1, 2), PASSED[-1]),
            {"messages-are-heard-after"},
            id="not subscribed again",
        ),
        pytest.param(
            HEARD | {PUBLIC: [HEARD[PUBLIC][0], *HEARD[PUBLIC]]},
            PASSED,
            {"messages-are-heard-before", "messages-are-told-as-they-are"},
            id="told twice",
        ),
        pytest.param(
            {ear: [item for item in items if item != RECONNECTED] for ear, items in HEARD.items()},
            PASSED,
            {"messages-are-told-as-they-are"},
            id="the reconnect hidden",
        ),
        pytest.param(
            HEARD | {PUBLIC: [*HEARD[PUBLIC], GARBLED]},
            PASSED,
            {"messages-are-told-as-they-are"},
            id="not understood",
        ),
        pytest.param(HEARD, PASSED[:-1], {"pings-are-answered"}, id="no pong"),
        pytest.param(HEARD, (*PASSED, *passed(7)), {"listeners-leave"}, id="told after all had left"),
        pytest.param(HEARD, (*PASSED, *passed(5)), {"listeners-leave"}, id="told after some had left"),
    ],
)
def test_what_was_not_heard_as_it_was_said_is_found(
    heard: dict[int, list[JsonValue]], passages: tuple[Passage, ...], found: set[str]
) -> None:
    assert wrong(trials(heard, passages).values()) == found


def test_a_subscription_that_is_refused_is_told_and_nothing_else() -> None:
    found = trials(HEARD, PASSED, refused=1)
    assert set(found) == {"streams.subscriptions-open"}
    assert found["streams.subscriptions-open"].told == "orders: raised timeout"


def test_without_a_ping_nobody_must_answer() -> None:
    assert "streams.pings-are-answered" not in trials(HEARD, PASSED[1:])


def test_who_left_is_no_longer_asked() -> None:
    kinds = [next(key for key in document if key != "id") for document in asked()]
    assert kinds.count("unsubscribe") == 2
    asks = [(place, document["hear"]) for place, document in enumerate(asked()) if "hear" in document]
    assert [stream for place, stream in asks if place > kinds.index("unsubscribe")] == [{"stream": 2, "count": 500, "timeout_ms": 750}]


def test_what_needs_more_than_a_symbol_is_not_listened_to() -> None:
    folder = EXCHANGES / "reference"
    profile = load_profile(folder / "profile.yaml")
    api = load((folder / "openapi.yaml").read_bytes(), streams=(folder / "asyncapi.yaml").read_bytes())
    streams = profile.behaviour.streams
    assert streams is not None
    assert [(ear.channel, ear.private) for ear in ears_of(api, streams, "BTC-USD")] == [
        ("depth", False),
        ("trades", False),
        ("orders", True),
    ]
    assert ears_of(load((folder / "openapi.yaml").read_bytes()), streams, "BTC-USD") == ()
