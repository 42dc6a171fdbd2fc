"""Which requests over a stream a recipe signs, and what their callers leave out."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from sdkgen.api.load import load
from sdkgen.api.model import Api
from sdkgen.behaviour import PLAIN, Behaviour, message_recipe
from sdkgen.errors import RecipeError
from sdkgen.refusal import Errors, Refusal
from sdkgen.signing.messages import filled_in_messages, message_places, placements_of
from sdkgen.signing.recipe import Algorithm, Carrier, Part, Placement, Recipe, Value
from sdkgen.stream_protocol import StreamProtocol, StreamRequests
from tests.simulators.message_desk import STREAMS

RECIPE = Recipe(
    algorithm=Algorithm.HMAC_SHA256,
    payload=(Part(value=Value.PAIRS, literal="params"),),
    placements=(
        Placement(carrier=Carrier.BODY, name="apiKey", value=Value.KEY, within="params"),
        Placement(carrier=Carrier.BODY, name="sent_at", value=Value.TIMESTAMP),
        Placement(carrier=Carrier.BODY, name="signature", value=Value.SIGNATURE, within="params"),
    ),
)


@pytest.fixture(scope="module")
def api() -> Api:
    return load(json.dumps(STREAMS).encode())


def places(api: Api, recipe: Recipe | None) -> dict[str, tuple[int, ...]]:
    return {request.id: message_places(api, request, recipe) for request in api.requests}


def test_what_the_description_secures_gets_every_placement(api: Api) -> None:
    assert places(api, RECIPE) == {"orderPlace": (0, 1, 2), "orderCancel": (0, 1, 2), "status": ()}


def test_a_recipe_for_what_is_declared_gives_no_message_what_it_has_no_place_for(api: Api) -> None:
    assert places(api, replace(RECIPE, only_declared=True)) == {"orderPlace": (0, 2), "orderCancel": (0, 2), "status": ()}


def test_nothing_is_signed_without_a_recipe(api: Api) -> None:
    assert set(places(api, None).values()) == {()}
    assert filled_in_messages(api, None) == frozenset()
    assert placements_of(api, api.requests[0], None) == ()


def test_callers_leave_out_what_is_placed_wherever_it_is_declared_to_go(api: Api) -> None:
    filled = {(owner.pascal(), name) for owner, name in filled_in_messages(api, RECIPE)}
    assert {name for owner, name in filled if "Params" in owner} == {"apiKey", "signature"}
    assert {name for owner, name in filled if "Params" not in owner} == {"sent_at"}


@pytest.mark.parametrize("carrier", [Carrier.HEADER, Carrier.QUERY])
def test_a_message_has_no_headers_and_no_query(carrier: Carrier) -> None:
    elsewhere = (*RECIPE.placements, Placement(carrier=carrier, name="X-Key", value=Value.KEY))
    with pytest.raises(RecipeError, match="carrier: body"):
        StreamRequests(signing=replace(RECIPE, placements=elsewhere))


def test_codes_stand_in_one_place() -> None:
    with pytest.raises(RecipeError, match=r"behaviour\.errors\.codes"):
        StreamRequests(errors=Errors(codes={"-1": Refusal.CLOCK}))


def test_the_recipe_of_messages_is_that_of_the_streams() -> None:
    assert message_recipe(PLAIN) is None
    assert message_recipe(Behaviour(streams=StreamProtocol(requests=StreamRequests(signing=RECIPE)))) == RECIPE
