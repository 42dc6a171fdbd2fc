"""Requests about orders make sense: they place what can rest, and name what is there.

Runs where Schemathesis runs, loaded by ``hooks``. Which answers hold the names of orders is told to the tool's own graph, from which its
pool of values and its links follow. What ends an order gets one that rests, as long as one does: the pool would name the same one again
and again, and all but the first call would be refused. Three valid requests of four are rounded off so; the fourth stays as it was drawn,
and so does everything that the tool spoils, or tries on purpose.

NOTE: Schemathesis 4.32 finds such connections by the names of schemas and parameters alone: an answer called ``PlacedOrder`` makes no
``Order`` there.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.meta import TestPhase
from schemathesis.resources import Cardinality
from schemathesis.specs.openapi.stateful.dependencies.models import DefinitionSource, InputSlot, OutputSlot, ResourceDefinition

from certification.evidence.statuses import TURNED_AWAY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemathesis.generation.case import Case
    from schemathesis.generation.meta import CaseMetadata
    from schemathesis.resources import PoolDraw
    from schemathesis.resources.repository import ResourceInstance

    Place = tuple[str, str]
    """Location and name of a parameter, or of a member of the body."""

_FAILED = 500
_AS_DRAWN = 4
"""One valid request of so many stays as it was drawn."""


@dataclass(frozen=True, slots=True)
class _Named:
    """How an operation names an object."""

    resource: str
    """In the tool's graph."""
    member: str
    place: Place
    ends: bool
    spare: tuple[Place, ...]
    """What it can do without: another name of the same object would have to agree."""
    resting: dict[str, tuple[str, frozenset[str]]]
    """Label of what makes such objects -> the member that says how one stands, and the words for one that rests."""


@dataclass(frozen=True, slots=True)
class _Made:
    """What an operation needs to make an object."""

    usual: tuple[tuple[Place, Any], ...]
    spare: tuple[Place, ...]


@dataclass(slots=True)
class Objects:
    """What the plan says of orders and withdrawals, and which of them have ended."""

    _named: dict[str, _Named] = field(default_factory=dict)
    """By the operation's label."""
    _made: dict[str, _Made] = field(default_factory=dict)
    _ended: set[tuple[str, str]] = field(default_factory=set)
    """Resource and name."""
    _turns: dict[str, int] = field(default_factory=dict)

    def connect(self, schema: Any, kinds: list[dict[str, Any]]) -> None:
        """Tell the tool's graph which answers hold what which requests name; its pool and its links follow from that."""
        nodes = schema.analysis.dependency_graph.operations
        for told in kinds:
            self._made |= {
                each["label"]: _Made(tuple(((carrier, name), value) for carrier, name, value in each["usual"]), _places(each["spare"]))
                for each in told["made"]
            }
            made = [producer for producer in told["producers"] if producer["label"] in nodes]
            taken = [consumer for consumer in told["consumers"] if consumer["label"] in nodes]
            if not made or not taken:
                continue
            resource = _resource(told)
            for producer in made:
                nodes[producer["label"]].outputs.append(_output(resource, producer))
            resting = {each["label"]: (each["told"], frozenset(each["resting"])) for each in made if "told" in each}
            for each in taken:
                (place,) = _places([each["named"]])
                nodes[each["label"]].inputs[:] = _inputs(nodes[each["label"]].inputs, resource, place)
                self._named[each["label"]] = _Named(resource.name, told["member"], place, each["ends"], _places(each["spare"]), resting)

        self._end_last(schema.analysis.dependency_layers or ())

    def _end_last(self, layers: Sequence[list[str]]) -> None:
        """Let what may end many orders at once (``DELETE /openOrders``) come after all that needs one."""
        late = [label for layer in layers for label in layer if label not in self._named and _may_end(label)]
        for label in late if self._named else ():
            for layer in layers:
                layer[:] = [each for each in layer if each != label]
            layers[-1].append(label)

    def round_off(self, case: Case[Any]) -> None:
        """Give a valid request what it needs to be accepted, and take away what may contradict that."""
        label, meta = case.operation.label, case.meta
        if (label not in self._named and label not in self._made) or meta is None or not _is_free(meta):
            return
        self._turns[label] = self._turns.get(label, 0) + 1
        if self._turns[label] % _AS_DRAWN == 0:
            return
        if named := self._named.get(label):
            self._name(case, meta, named)
        elif meta.phase.name is not TestPhase.COVERAGE:
            made = self._made[label]
            for place, value in made.usual:
                container = _container(case, place[0])
                if container is not None:
                    container.setdefault(place[1], value)
            _leave_out(case, made.spare)

    def note(self, case: Case[Any], status: int) -> None:
        """Whatever was decided on a request that ends something: that has ended, or was never there."""
        named = self._named.get(case.operation.label)
        if named is not None and named.ends and status not in TURNED_AWAY and status < _FAILED:
            self._ended.add((named.resource, _text(case, named.place)))

    def _name(self, case: Case[Any], meta: CaseMetadata, named: _Named) -> None:
        """Name something that is there, and by one name alone."""
        container, draw = _container(case, named.place[0]), _draw(meta, named)
        if container is None or draw is None:
            return
        resting = self._resting(case, named) if named.ends else ()
        if (named.resource, _text(case, named.place)) in self._ended:
            if not resting:
                return
            fresh = resting[-1]
            value, old = fresh.data[named.member], container.get(named.place[1])
            container[named.place[1]] = str(value) if isinstance(old, str) else value
            drawn = replace(draw, source_operation=fresh.source_operation, source_status=fresh.status_code, source_identity=fresh.identity)
            meta.pool_draws = tuple(drawn if each is draw else each for each in meta.pool_draws)
        _leave_out(case, named.spare)

    def _resting(self, case: Case[Any], named: _Named) -> list[ResourceInstance]:
        """What rests, as far as is known, the newest last."""
        source = case.operation.schema.analysis.extra_data_source
        known = [each for each in source.repository.iter_instances(named.resource) if named.member in each.data and not each.from_example]
        for each in known:
            told, words = named.resting.get(each.source_operation, ("", frozenset()))
            if told in each.data and str(each.data[told]) not in words:
                self._ended.add((named.resource, str(each.data[named.member])))
        return [each for each in known if (named.resource, str(each.data[named.member])) not in self._ended]


def _may_end(label: str) -> bool:
    """Whether an operation looks as if it ended something."""
    method, _, path = label.partition(" ")
    return method == "DELETE" or "cancel" in path.lower()


def _places(told: list[list[str]]) -> tuple[Place, ...]:
    return tuple((carrier, name) for carrier, name in told)


def _is_free(meta: CaseMetadata) -> bool:
    """Whether a case is a valid request in which nothing is tried on purpose."""
    if meta.generation.mode.is_negative or meta.phase.name is TestPhase.EXAMPLES:
        return False
    return not any(meta.is_negative_at(location) for location in meta.components)


def _draw(meta: CaseMetadata, named: _Named) -> PoolDraw | None:
    """The draw that named the object; ``None`` where nothing was drawn, or its place is what the case is about."""
    if (meta.phase.data.parameter_location, meta.phase.data.parameter) == (ParameterLocation(named.place[0]), named.place[1]):
        return None
    return next((draw for draw in meta.pool_draws if (draw.location, draw.parameter_name) == named.place), None)


def _leave_out(case: Case[Any], spare: tuple[Place, ...]) -> None:
    """Take away what can be spared, but for what the case is about."""
    data = case.meta.phase.data if case.meta is not None else None
    for location, name in spare:
        container = _container(case, location)
        if container is not None and (data is None or (data.parameter_location, data.parameter) != (ParameterLocation(location), name)):
            container.pop(name, None)


def _resource(told: dict[str, Any]) -> ResourceDefinition:
    return ResourceDefinition(
        name=told["name"],  # in small letters: the tool's own begin with a large one
        fields=[told["member"]],
        types={},
        source=DefinitionSource.SCHEMA_WITH_PROPERTIES,
        fk_fields=[],
        nested_fk_fields=[],
    )


def _output(resource: ResourceDefinition, producer: dict[str, Any]) -> OutputSlot:
    return OutputSlot(
        resource=resource,
        pointer=producer["pointer"],
        cardinality=Cardinality.MANY if producer["many"] else Cardinality.ONE,
        status_code=producer["status"],
        response_fields=frozenset(resource.fields),
    )


def _inputs(known: list[InputSlot], resource: ResourceDefinition, place: Place) -> list[InputSlot]:
    """What a request takes: what the profile knows of it in the place of what the tool guessed."""
    location, name = ParameterLocation(place[0]), place[1]
    others = [slot for slot in known if (slot.parameter_location, slot.parameter_name) != (location, name)]
    ours = InputSlot(resource=resource, resource_field=resource.fields[0], parameter_name=name, parameter_location=location)
    return [*others, ours]


def _text(case: Case[Any], place: Place) -> str:
    return str((_container(case, place[0]) or {}).get(place[1]))


def _container(case: Case[Any], location: str) -> dict[str, Any] | None:
    """Where a case keeps the parameters of a location; ``None`` where it has none."""
    found: Any = {"path": case.path_parameters, "query": case.query}.get(location, case.body)
    return found if isinstance(found, dict) else None
