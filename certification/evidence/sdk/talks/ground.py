"""What talks are made of: calls of the plan that suit them, and answers by which the exchange refuses."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from certification.evidence.places import read, write
from certification.evidence.sdk.answers import answers_with_an_object
from certification.evidence.sdk.arguments import Samples
from certification.evidence.sdk.request import mismatches
from certification.sandboxes.mock.plan import PlannedAnswer
from sdkgen.api.json_text import dumps_exact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certification.evidence.sdk.plan import ExercisePlan
    from certification.evidence.sdk.planned import PlannedCall
    from certification.evidence.sdk.talks.talk import Heard
    from certification.sandboxes.mock.log import Arrival
    from sdkgen.api.json_text import JsonValue
    from sdkgen.api.model import Api, Operation
    from sdkgen.behaviour import Behaviour
    from sdkgen.refusal import Refusal

JSON = (("content-type", "application/json"),)
_HEADER = "header"
_READING = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One API, its behaviour, and the plan whose calls are made again."""

    api: Api
    behaviour: Behaviour
    plan: ExercisePlan

    def samples_of(self, seed: int) -> Samples:
        """Made-up values of the API's types."""
        return Samples(self.api, seed=seed)

    def operation(self, identity: str) -> Operation:
        """An operation by its id."""
        return next(each for each in self.api.operations if each.id == identity)

    def call(self, identity: str) -> PlannedCall | None:
        """The plan's first call of an operation: with what must be there."""
        return next((call for call in self.plan.calls if call.operation == identity), None)

    def telling(self) -> tuple[PlannedCall, ...]:
        """A call of each operation that answers with a JSON value worth comparing, signed ones first."""
        samples = self.samples_of(self.plan.seed)
        worth = {each.id for each in self.api.operations if answers_with_an_object(each, samples)}
        firsts: dict[str, PlannedCall] = {}
        for call in self.plan.calls:
            if call.operation in worth and call.answer.is_json and not call.misfits:
                firsts.setdefault(call.operation, call)
        return tuple(sorted(firsts.values(), key=lambda call: call.expected.signing is None))

    def reading(self) -> PlannedCall | None:
        """A call that only reads."""
        return next((call for call in self.telling() if _method(call) == "GET"), None)

    def changing(self) -> PlannedCall | None:
        """A call that may change something and is not safe to repeat."""
        return next((call for call in self.telling() if not self.is_repeatable(call)), None)

    def ordering(self) -> PlannedCall | None:
        """A call that places an order with an id of the caller's, which makes it safe to repeat."""
        worth = {call.operation for call in self.telling()}
        return next(
            (call for call in self.plan.calls if call.operation in worth and not call.misfits and self._order_id(call) is not None), None
        )

    def is_repeatable(self, call: PlannedCall) -> bool:
        """Whether a client may send it again when nobody knows what became of it."""
        known = _method(call) in _READING or call.operation in self.behaviour.repeatable
        return known or self._order_id(call) is not None

    def _order_id(self, call: PlannedCall) -> str | None:
        place = self.behaviour.order_ids.get(call.operation, "")
        carrier, _, name = place.partition(".")
        given = call.arguments.document().get(carrier) if name else None
        return next((text for text in read(given, name) if text not in {"", "null"}), None) if given is not None else None

    def weight(self, call: PlannedCall) -> int:
        """The largest weight that a call has in any limit."""
        weights = (
            limit.weights.get(call.operation, limit.weight)
            for limit in self.behaviour.limits
            if call.expected.signing is not None or not limit.signed_only
        )
        return max(weights, default=0)

    def code_of(self, meaning: Refusal) -> str | None:
        """A code of the exchange's that means it."""
        return next((code for code, known in self.behaviour.errors.codes.items() if known == meaning), None)

    @property
    def words_are_the_code(self) -> bool:
        """Whether the exchange's code and its words stand in one place."""
        errors = self.behaviour.errors
        return _first(errors.code, "code") == _first(errors.message, "message")

    def refusal(self, code: str, message: str, *, status: int = 400) -> PlannedAnswer:
        """An answer by which the exchange refuses, with its code and its words where its errors have them."""
        errors = self.behaviour.errors
        body: dict[str, Any] = {}
        headers: tuple[tuple[str, str], ...] = JSON
        said = [(place, f"not {texts[0]}") for place, texts in errors.success.items()]
        said += [(_first(errors.message, "message"), message), (_first(errors.code, "code"), code)]
        if self.words_are_the_code and not code:
            said.pop()
        for place, text in said:
            carrier, _, name = place.partition(".")
            if carrier == _HEADER and name:
                headers = (*headers, (name, text))
            elif not any(letter in place for letter in "[{"):
                write(body, place, text)
        return PlannedAnswer(status=status, headers=headers, body=dumps_exact(body).encode())


def question(call: PlannedCall) -> dict[str, JsonValue]:
    """The document that makes a call of the plan."""
    return {"call": {"operation": call.operation, **call.arguments.document()}}


def unsound(call: PlannedCall, heard: Heard, arrivals: tuple[Arrival, ...] | None = None) -> Iterator[str]:
    """Where requests are not what the call asks for, signatures included."""
    for number, arrival in enumerate(heard.arrivals if arrivals is None else arrivals, start=1):
        expected = replace(call.expected, prefix=heard.prefix)
        yield from (f"request {number}: {sentence}" for sentence in mismatches(expected, arrival))


def _first(places: tuple[str, ...], usual: str) -> str:
    return next((place for place in places if not any(letter in place for letter in "[{")), usual)


def _method(call: PlannedCall) -> str:
    return call.expected.request.method
