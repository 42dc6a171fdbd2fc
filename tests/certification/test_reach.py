from __future__ import annotations

from typing import Any

import pytest

from certification.model import Level, Part
from certification.profile import ExchangeProfile
from certification.profiles import list_profiles, load_profile
from certification.reach import reach

PROFILES = {file.parent.name: load_profile(file) for file in list_profiles()}
REFERENCE = PROFILES["reference"]
FIRST = {"key": "A_KEY", "secret": "A_SECRET"}
SECOND = {"key": "B_KEY"}
OBSERVER = {"key": "C_KEY"}
ALL_SET = frozenset({"A_KEY", "A_SECRET", "B_KEY", "C_KEY"})


def profile(**changes: Any) -> ExchangeProfile:
    """The reference exchange's profile, changed: the one that lacks nothing."""
    document = REFERENCE.model_dump(mode="json", exclude_none=True)
    for place, value in changes.items():
        *around, last = place.split("__")
        part = document
        for name in around:
            part = part[name]
        if value is None:
            part.pop(last, None)
        else:
            part[last] = value
    return ExchangeProfile.model_validate(document)


def sandbox(**parts: Any) -> dict[str, Any]:
    return {"image": "exchange:1", "accounts": [FIRST, SECOND], "observer": OBSERVER} | parts


def reasons(given: ExchangeProfile, level: Level, *, part: Part = Part.SDKS, variables: frozenset[str] = ALL_SET) -> list[str]:
    found = next(each for each in reach(given, variables) if each.part is part)
    return [f"{obstacle.reason}: {obstacle.detail}".removesuffix(": ") for obstacle in found.obstacles if obstacle.level is level]


def levels(given: ExchangeProfile, variables: frozenset[str] = ALL_SET) -> tuple[Level, Level]:
    api, sdks = reach(given, variables)
    return api.level, sdks.level


def test_what_lacks_nothing_lacks_only_nights() -> None:
    assert levels(REFERENCE, frozenset()) == (Level.GOLD, Level.GOLD)
    assert levels(profile(sandbox=sandbox())) == (Level.GOLD, Level.GOLD)
    assert reach(REFERENCE, frozenset())[0].next == ("needs a row of nightly runs that passed",)


def test_without_a_sandbox_the_description_is_read_and_sdks_build() -> None:
    for nowhere in (None, {"accounts": [FIRST, SECOND]}):
        given = profile(sandbox=nowhere)
        assert levels(given) == (Level.BRONZE, Level.BRONZE)
        assert reasons(given, Level.SILVER) == ["no sandbox"]


@pytest.mark.parametrize(
    ("changes", "variables", "complaints"),
    [
        pytest.param({}, frozenset({"A_KEY", "B_KEY"}), ["the sandbox's credentials are not set: A_SECRET"], id="a variable is missing"),
        pytest.param({"accounts": []}, ALL_SET, ["the sandbox's credentials are not named: sandbox.accounts"], id="no accounts"),
        pytest.param({"accounts": [FIRST]}, ALL_SET, ["a second account's credentials are not named: sandbox.accounts"], id="one account"),
        pytest.param(
            {"accounts": [FIRST, SECOND]}, ALL_SET - {"B_KEY"}, ["a second account's credentials are not set: B_KEY"], id="the second's"
        ),
    ],
)
def test_silver_needs_two_accounts_whose_variables_are_set(
    changes: dict[str, Any], variables: frozenset[str], complaints: list[str]
) -> None:
    given = profile(sandbox=sandbox(**changes))
    found = reasons(given, Level.SILVER, variables=variables)
    assert [complaint for complaint in complaints if complaint not in found] == []
    assert levels(given, variables) == (Level.BRONZE, Level.BRONZE)


def test_silver_needs_a_recipe_and_the_private_roles() -> None:
    assert reasons(profile(signing=None), Level.SILVER) == ["no signing recipe: private calls can't be made"]
    assert reasons(profile(trading=None), Level.SILVER) == ["no trading roles"]
    fewer = profile(trading__roles__fills=None, trading__roles__query=None)
    assert reasons(fewer, Level.SILVER) == ["no trading role query, fills"]


def test_gold_needs_what_the_stories_of_money_need() -> None:
    remote = profile(sandbox=sandbox(image=None, url="https://sandbox.example.com"))
    assert reasons(remote, Level.GOLD) == [
        "a shared sandbox: a documented limit is only broken where nobody else calls: sandbox.exclusive, or an image"
    ]
    assert levels(remote) == (Level.SILVER, Level.SILVER)
    assert levels(profile(sandbox=sandbox(image=None, url="https://sandbox.example.com", exclusive=True))) == (Level.GOLD, Level.GOLD)
    blind = profile(sandbox=sandbox(observer=None))
    assert reasons(blind, Level.GOLD) == ["no key that may only read: sandbox.observer"]
    assert reasons(profile(sandbox=sandbox()), Level.GOLD, variables=ALL_SET - {"C_KEY"}) == [
        "the key that may only read is not set: C_KEY"
    ]
    assert reasons(profile(trading__fees=None), Level.GOLD) == [
        "no documented fee: trading.taker_fee",
        "how fees are charged is not said: trading.fees",
    ]
    assert reasons(profile(trading__roles__time=None), Level.GOLD) == ["no trading role time"]
    assert reasons(profile(trading__roles__balances__fields__held=None), Level.GOLD) == ["the role balances reads no held"]
    assert reasons(profile(trading__roles__place__arguments__client_order_id=None), Level.GOLD) == [
        "the role place takes no client order id"
    ]


def test_gold_needs_streams_only_where_there_are_some() -> None:
    assert reasons(profile(trading__streams=None), Level.GOLD) == ["how streams are spoken to is not said: trading.streams"]
    assert reasons(profile(trading__streams=None, spec__streams=None), Level.GOLD) == []
    deaf = profile(trading__streams__heard__order=None, trading__streams__send__login=None)
    assert reasons(deaf, Level.GOLD) == ["streams without login, order: trading.streams"]
    listen_key = {"create": "a", "keep_alive": "b", "place": "listenKey", "argument": "query.listenKey"}
    keyed = profile(trading__streams__heard__logged_in=None, trading__streams__send__login=None, behaviour__streams__listen_key=listen_key)
    assert reasons(keyed, Level.GOLD) == []


@pytest.mark.parametrize("given", PROFILES.values(), ids=PROFILES)
def test_every_exchange_is_told_why_not_more(given: ExchangeProfile) -> None:
    for each in reach(given, frozenset()):
        assert each.level < Level.PLATINUM
        assert each.next
        assert [obstacle.level for obstacle in each.obstacles] == sorted(obstacle.level for obstacle in each.obstacles)
