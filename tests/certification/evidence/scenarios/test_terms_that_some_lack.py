"""What stories ask of exchanges whose orders lack a term, or that decide a moment after they have answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal

import pytest

from certification.evidence.facts import holdings, text, texts
from certification.evidence.scenarios.amend import _amend, _excluded
from certification.evidence.scenarios.nonsense import _meaningless
from certification.evidence.scenarios.run import Stage, venue_on
from certification.evidence.scenarios.settling import balances_settled
from certification.evidence.scenarios.venue import Venue
from certification.profile import ExchangeProfile, Role
from tests.certification.evidence.scenarios.test_beyond_orders import but, roles_without
from tests.simulators.scripted_server import Scripted, ScriptedServer, scripted_server
from tests.simulators.stages import credentials, reference_api, reference_profile
from tests.simulators.told import step


@contextmanager
def spoken_to(
    profile: ExchangeProfile, *answers: bytes, sleep: Callable[[float], None] = lambda _: None
) -> Iterator[tuple[Venue, ScriptedServer]]:
    with scripted_server() as server:
        server.coming = [Scripted(body=body) for body in answers]
        stage = Stage(base_url=server.url, headers=(), accounts=(credentials("FIRST"),), ours=False)
        with venue_on(profile.model_copy(update={"rate_limit": ()}), reference_api(), stage, sleep=sleep) as venue:
            yield venue, server


def amendable(*arguments: str, held_for_buys: object = "as it is") -> ExchangeProfile:
    """The reference exchange's profile, with amendments of these terms (by its operation for cancellations, which nobody calls)."""
    trading = reference_profile().trading
    assert trading is not None
    entry = trading.roles["place"].model_copy(
        update={"arguments": {"order_id": "body.client_order_id"} | {name: f"body.{name}" for name in arguments}, "values": {}}
    )
    roles: dict[str, Role] = {**{str(name): role for name, role in trading.roles.items()}, "amend": entry}
    return but(roles=roles) if held_for_buys == "as it is" else but(roles=roles, held_for_buys=held_for_buys)


def test_what_an_amendment_has_no_place_for_is_not_told_as_asked() -> None:
    with spoken_to(amendable("quantity")) as (venue, _):
        amended = _amend(venue, {"order_id": "1"}, label="amend", price=Decimal(9), quantity=Decimal(3))
    assert (texts(amended, "asked.price"), texts(amended, "asked.quantity")) == ((), ("3",))


@pytest.mark.parametrize(
    ("profile", "tried"),
    [
        pytest.param(amendable("price", "quantity"), ["beyond means", "off the grid"], id="both"),
        pytest.param(amendable("price", "quantity", held_for_buys=None), ["off the grid"], id="on margin"),
        pytest.param(amendable("quantity"), ["beyond means", "off the grid"], id="no price"),
        pytest.param(amendable("price"), ["off the grid"], id="no quantity"),
        pytest.param(amendable(), [], id="neither"),
    ],
)
def test_an_amendment_is_broken_in_the_terms_that_it_has(profile: ExchangeProfile, tried: list[str]) -> None:
    with spoken_to(profile) as (venue, _):
        excluded = dict(_excluded(venue, venue.price, venue.quantity, Decimal(1000)))
        assert list(excluded) == tried
        for changes in (excluded[what] for what in tried if what == "off the grid"):
            steps = {"price": venue.price_step, "quantity": venue.quantity_step}
            assert [name for name, value in changes.items() if value % steps[name]] == [
                "price" if venue.takes("amend", "price") else "quantity"
            ]


@pytest.mark.parametrize(
    ("lacking", "unsent"),
    [
        pytest.param("type", "place without a price", id="an order without a price is a market order"),
        pytest.param("side", "place with a quantity below nought", id="a quantity below nought is a sale"),
    ],
)
def test_what_may_mean_something_is_not_sent_as_nonsense(lacking: str, unsent: str) -> None:
    told = []
    for profile in (reference_profile(), but(**roles_without(lacking, "place"))):
        with spoken_to(profile) as (venue, _):
            told.append([each.label for each in _meaningless(venue)])
    assert unsent in told[0]
    assert unsent not in told[1]
    assert "place without a quantity" in told[1]


def balances(held: str) -> bytes:
    return f'[{{"asset": "USD", "available": "1", "held": "{held}"}}]'.encode()


@pytest.mark.parametrize(
    ("answers", "held", "waits"),
    [
        pytest.param(("5",), "5", 0, id="at once"),
        pytest.param(("4",), "4", 0, id="less than before"),
        pytest.param(("7", "5"), "5", 1, id="a moment later"),
        pytest.param(("7", "7", "7", "7", "5"), "7", 3, id="too late"),
    ],
)
def test_balances_are_given_a_moment_to_settle(answers: Sequence[str], held: str, waits: int) -> None:
    before = step("balances before", {"asset": "USD", "free": "1", "held": "5"})
    waited: list[float] = []
    with spoken_to(reference_profile(), *map(balances, answers), sleep=waited.append) as (venue, _):
        told = balances_settled(venue, before, label="balances after")
    assert holdings(told)["USD"][1] == Decimal(held)
    assert [wait for wait in waited if wait == 0.5] == [0.5] * waits
    assert told.label == "balances after"
    assert text(told, "asset") == "USD"
