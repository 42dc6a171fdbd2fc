"""What a recipe puts into messages over a stream: which requests are signed, and which fields their callers leave to the client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sdkgen.api.model import AliasType, Nullable, ObjectType, Reference, UnionType
from sdkgen.signing.recipe import Carrier
from sdkgen.signing.request import Place
from sdkgen.signing.sign import places_made

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sdkgen.api.model import Api, Name, Request, Type
    from sdkgen.signing.recipe import Placement, Recipe

_MOST_NAMES = 20


def message_places(api: Api, request: Request, recipe: Recipe | None) -> tuple[int, ...]:
    """The placements that the request's message gets, by their index in the recipe; none where it is not signed."""
    if recipe is None or not request.security or () in request.security:
        return ()
    made = places_made(recipe, _declared(api, request, recipe)) if recipe.only_declared else recipe.placements
    return tuple(index for index, placement in enumerate(recipe.placements) if placement in made)


def placements_of(api: Api, request: Request, recipe: Recipe | None) -> tuple[Placement, ...]:
    """What the request's message gets."""
    return () if recipe is None else tuple(recipe.placements[index] for index in message_places(api, request, recipe))


def filled_in_messages(api: Api, recipe: Recipe | None) -> frozenset[tuple[Name, str]]:
    """Fields of types (type and wire name) that the client fills where it sends them, so that no caller has to."""
    if recipe is None:
        return frozenset()
    return frozenset(
        (owner, placement.name)
        for request in api.requests
        for placement in placements_of(api, request, recipe)
        for owner in _owners(api, _sent(api, request), placement.within)
    )


def _sent(api: Api, request: Request) -> Type:
    return next(message.type for message in api.messages if message.name == request.message)


def _declared(api: Api, request: Request, recipe: Recipe) -> frozenset[Place]:
    sent = _sent(api, request)
    return frozenset(Place(Carrier.BODY, placement.name) for placement in recipe.placements if _declares(api, sent, placement))


def _declares(api: Api, sent: Type, placement: Placement) -> bool:
    objects = (api.type_named(owner) for owner in _owners(api, sent, placement.within))
    return any(isinstance(each, ObjectType) and placement.name in {field.wire_name for field in each.fields} for each in objects)


def _owners(api: Api, sent: Type, within: str) -> frozenset[Name]:
    """The object types that take what is placed."""
    outer = frozenset(_objects(api, sent))
    if not within:
        return outer
    members = (
        field.type
        for name in outer
        if isinstance(named := api.type_named(name), ObjectType)
        for field in named.fields
        if field.wire_name == within
    )
    return frozenset(name for member in members for name in _objects(api, member))


def _objects(api: Api, used: Type, names: int = _MOST_NAMES) -> Iterator[Name]:
    match used:
        case Nullable(inner=inner):
            yield from _objects(api, inner, names)
        case Reference(name=name) if names:
            match api.type_named(name):
                case ObjectType():
                    yield name
                case AliasType(target=target):
                    yield from _objects(api, target, names - 1)
                case UnionType(variants=variants):
                    for variant in variants:
                        yield from _objects(api, variant, names // 2)
                case _:
                    return
        case _:
            return
