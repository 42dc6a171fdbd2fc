"""Names and words of a profile that nothing knows are told, with what may have been meant."""

from __future__ import annotations

import pytest

from certification.folders import EXCHANGES
from certification.neutral_words import ARGUMENTS, FIELDS, HEARD, SENT, WORDS, unknown_words
from certification.profile import Role, Trading
from certification.profile_streams import Crowd, Heard
from certification.profiles import load_profile

PROFILES = sorted((*EXCHANGES.glob("*/profile.yaml"), *EXCHANGES.parent.glob("benchmarks/*/profile.yaml")))


@pytest.fixture(scope="module")
def trading() -> Trading:
    told = load_profile(EXCHANGES / "reference" / "profile.yaml").trading
    assert told is not None
    return told


def with_fills(trading: Trading, **changed: object) -> Trading:
    fills: Role = trading.roles["fills"].model_copy(update=changed)
    return trading.model_copy(update={"roles": {**trading.roles, "fills": fills}})


@pytest.mark.parametrize("file", PROFILES, ids=lambda file: file.parent.name)
def test_our_own_profiles_say_nothing_that_nobody_knows(file: object) -> None:
    told = load_profile(file).trading  # type: ignore[arg-type]
    assert told is None or unknown_words(told) == ()


def test_a_misspelt_name_is_told_with_what_may_be_meant(trading: Trading) -> None:
    misspelt = with_fills(trading, arguments={"lmit": "query.limit"}, fields={"ordr_id": "items[].id", "zzz": "items[].z"})
    assert [(each.role, each.sentence) for each in unknown_words(misspelt)] == [
        ("fills", "argument lmit: nothing knows it; is limit meant?"),
        ("fills", "field ordr_id: nothing knows it; is order_id meant?"),
        ("fills", "field zzz: nothing knows it"),
    ]


def test_a_word_that_is_none_of_a_names_is_told(trading: Trading) -> None:
    misspelt = with_fills(trading, values={"liquidity": {"maker": "M", "takr": "T"}, "sied": {"buy": "B"}, "asset": {"BTC": "XBT"}})
    assert [each.sentence for each in unknown_words(misspelt)] == [
        "values of sied: nothing knows it; is side meant?",
        "values of liquidity, word takr: nothing knows it; is taker meant?",
    ]


def test_messages_of_streams_are_held_to_their_own_names(trading: Trading) -> None:
    assert trading.streams is not None
    odd = Heard(when={"e": "trade"}, fields={"liquidity": "m"}, values={"side": {"bought": "b"}})
    streams = trading.streams.model_copy(update={"heard": {"trade": odd}})
    assert [(each.role, each.sentence) for each in unknown_words(trading.model_copy(update={"streams": streams}))] == [
        ("streams.heard.trade", "field liquidity: nothing knows it"),
        ("streams.heard.trade", "values of side, word bought: nothing knows it"),
    ]


def test_a_place_in_a_message_that_nothing_fills_is_told(trading: Trading) -> None:
    assert trading.streams is not None
    send = {"trades": {"op": "subscribe", "args": [{"channel": "trades", "instId": "{sybmol}", "id": "{id#}"}]}}
    crowd = Crowd(most=1, send=({"channel": "{topic}.{symbol}"},), symbols=("A", "B"))
    streams = trading.streams.model_copy(update={"send": send, "crowd": crowd, "payload": "{time}GET{key}", "heard": {}})
    assert [(each.role, each.sentence) for each in unknown_words(trading.model_copy(update={"streams": streams}))] == [
        ("streams.payload", "place time: nothing knows it; is timestamp meant?"),
        ("streams.send.trades", "place sybmol: nothing knows it; is symbol meant?"),
        ("streams.crowd.send", "place topic: nothing knows it"),
    ]


def test_whoever_writes_a_profile_can_read_of_every_name_and_word() -> None:
    readme = (EXCHANGES / "README.md").read_text(encoding="utf-8")
    words = {word for known in WORDS.values() for word in known}
    assert [name for name in SENT if f"{{{name}}}" not in readme] == []
    assert sorted(name for name in {*ARGUMENTS, *FIELDS, *HEARD, *words} if f"`{name}`" not in readme) == []
