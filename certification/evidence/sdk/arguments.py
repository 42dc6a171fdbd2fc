"""Chooses the arguments of planned calls: what must be there, all there is, and what the description itself gives as examples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from certification.evidence.sdk.written import cookie_text, header_text, path_text, query_pairs
from sdkgen.api.json_text import loads_exact
from sdkgen.api.model import AliasType, ListOf, Location, Nullable, ObjectType, Reference, UnionType
from sdkgen.api.values import GENERATED, PRECISION, Sample, examples
from sdkgen.signing.recipe import managed_parameters

if TYPE_CHECKING:
    from certification.evidence.sdk.awkward import Awkward
    from certification.evidence.sdk.described import DescribedParameter, DescribedRequest
    from sdkgen.api.json_text import JsonValue
    from sdkgen.api.model import Api, Content, Operation, Parameter, Type
    from sdkgen.signing.recipe import Recipe

_KINDS = 6
"""Samples per type: as many as ``values.examples`` has kinds of."""

_MORE_PRECISE = 4

_FIRST_PRINTABLE = 0x20
_LAST_LATIN = 0xFF


@dataclass(frozen=True, slots=True, kw_only=True)
class Arguments:
    """What a call is given, named as on the wire."""

    path: dict[str, JsonValue]
    query: dict[str, JsonValue]
    header: dict[str, JsonValue]
    cookie: dict[str, JsonValue]
    body: tuple[JsonValue] | None
    """The body in a tuple; ``None`` where none is passed."""

    def outside_the_body(self) -> dict[str, dict[str, JsonValue]]:
        """By location."""
        return {"path": self.path, "query": self.query, "header": self.header, "cookie": self.cookie}

    def document(self) -> dict[str, JsonValue]:
        """As the harness takes them."""
        document: dict[str, JsonValue] = dict(self.outside_the_body())
        if self.body is not None:
            document["body"] = self.body[0]
        return document


class Samples:
    """Made-up values of one API's types, made once per type."""

    def __init__(self, api: Api, *, seed: int) -> None:
        self._api = api
        self._seed = seed
        self._made: dict[tuple[Type, bool], tuple[Sample, ...]] = {}

    def of(self, wanted: Type, *, plain: bool = False) -> tuple[Sample, ...]:
        """The type's samples, one of each kind that it has."""
        key = (wanted, plain)
        if key not in self._made:
            self._made[key] = examples(self._api, wanted, seed=self._seed, count=_KINDS, plain=plain)
        return self._made[key]

    def of_and_more_precise(self, wanted: Type) -> tuple[Sample, ...]:
        """The same, with more numbers that binary floats can't hold: one alone may happen to be one that they can."""
        seeds = range(self._seed + 1, self._seed + 1 + _MORE_PRECISE)
        more = (sample for seed in seeds for sample in examples(self._api, wanted, seed=seed, count=_KINDS) if sample.probe == PRECISION)
        return (*self.of(wanted), *more)

    def has_fields(self, wanted: Type) -> bool:
        """Whether a type, or what it is a list of, has named fields or is a choice among such."""
        if isinstance(wanted, ListOf | Nullable):
            return self.has_fields(wanted.items if isinstance(wanted, ListOf) else wanted.inner)
        declared = next((each for each in self._api.types if isinstance(wanted, Reference) and each.name == wanted.name), None)
        match declared:
            case ObjectType():
                return bool(declared.fields)
            case AliasType():
                return self.has_fields(declared.target)
            case _:
                return isinstance(declared, UnionType)


class Chooser:
    """Chooses arguments for one operation."""

    def __init__(self, samples: Samples, operation: Operation, request: DescribedRequest, recipe: Recipe | None) -> None:
        self._samples = samples
        self._operation = operation
        self._request = request
        managed = managed_parameters(recipe, operation)
        self._parameters = [each for each in operation.parameters if (each.location, each.wire_name) not in managed]

    def minimal(self) -> Arguments | None:
        """What must be there, in plain values; ``None`` where something required has no value that could be sent."""
        chosen = [(each, self._chosen(each, self._samples.of(each.type, plain=True))) for each in self._parameters if each.required]
        body = self._operation.body
        content = body.contents[0] if body is not None and body.required and body.contents else None
        return self._arguments(chosen, self._body(content, smallest=True))

    def full(self) -> Arguments | None:
        """All there is: numbers that binary floats can't hold where there can be numbers, unusual characters in texts."""
        chosen = [(each, self._chosen(each, _tellingly(self._samples.of(each.type)))) for each in self._parameters]
        body = self._operation.body
        content = body.contents[0] if body is not None and body.contents else None
        return self._arguments(chosen, self._body(content, smallest=False))

    def awkward(self, rewriting: Awkward) -> Arguments | None:
        """All there is, its free texts full of characters that mean something where they stand; ``None`` where there are none."""
        whole = self.full()
        if whole is None:
            return None
        given = whole.outside_the_body()
        changed: list[tuple[Parameter, tuple[JsonValue] | None]] = []
        for each in self._parameters:
            plain = given[each.location.value].get(each.wire_name)
            value = rewriting.rewritten(each.type, plain)
            described = self._request.parameter(each.location.value, each.wire_name)
            fits = described is not None and can_be_sent(described, value)
            changed.append((each, None if plain is None else (value,) if fits else (plain,)))
        body = self._operation.body
        content = body.contents[0] if body is not None and body.contents else None
        made = whole.body if whole.body is None or content is None else (rewriting.rewritten(content.type, whole.body[0]),)
        found = self._arguments(changed, made)
        return None if found == whole else found

    def documented(self, turn: int) -> Arguments | None:
        """The description's own examples, the turn-th of each; where it gives none, what must be there in plain values."""
        chosen = []
        for each in self._parameters:
            given = _documented(each, turn)
            if given or each.required:
                chosen.append((each, self._chosen(each, (*given, *self._samples.of(each.type, plain=True)))))
        body = self._operation.body
        content = body.contents[0] if body is not None and body.contents else None
        if content is not None and content.examples:
            given_body = (loads_exact(content.examples[turn % len(content.examples)].value),)
            return self._arguments(chosen, given_body)
        needed = content if body is not None and body.required else None
        return self._arguments(chosen, self._body(needed, smallest=True))

    def examples(self) -> int:
        """How many turns of documented examples there are."""
        body = self._operation.body
        of_body = len(body.contents[0].examples) if body is not None and body.contents else 0
        return max((of_body, *(len(each.examples) for each in self._parameters)))

    def _body(self, content: Content | None, *, smallest: bool) -> tuple[JsonValue] | None:
        if content is None:
            return None
        samples = [each for each in self._samples.of(content.type) if each.probe in {GENERATED, PRECISION} and each.value != "null"]
        if not samples:
            return None
        if smallest:
            return (loads_exact(min(samples, key=lambda sample: len(sample.value)).value),)
        return (loads_exact(max(samples, key=lambda sample: (sample.probe == PRECISION, len(sample.value))).value),)

    def _chosen(self, parameter: Parameter, samples: tuple[Sample, ...]) -> tuple[JsonValue] | None:
        """The first value that can be sent there."""
        described = self._request.parameter(parameter.location.value, parameter.wire_name)
        if described is None:
            return None
        values = (loads_exact(sample.value) for sample in samples)
        return next(((value,) for value in values if can_be_sent(described, value)), None)

    def _arguments(self, chosen: list[tuple[Parameter, tuple[JsonValue] | None]], body: tuple[JsonValue] | None) -> Arguments | None:
        if any(parameter.required and value is None for parameter, value in chosen):
            return None
        by_location: dict[Location, dict[str, JsonValue]] = {location: {} for location in Location}
        for parameter, value in chosen:
            if value is not None:
                by_location[parameter.location][parameter.wire_name] = value[0]
        return Arguments(
            path=by_location[Location.PATH],
            query=by_location[Location.QUERY],
            header=by_location[Location.HEADER],
            cookie=by_location[Location.COOKIE],
            body=body,
        )


def can_be_sent(parameter: DescribedParameter, value: JsonValue) -> bool:
    """Whether a value has a text that may stand there, and is more than nothing."""
    try:
        return value is not None and _has_a_text(parameter, value)
    except UnicodeEncodeError:
        return False  # half a character, in the name or in the value, has no bytes


def _has_a_text(parameter: DescribedParameter, value: JsonValue) -> bool:
    match parameter.location:
        case "path":
            return path_text(parameter, value).strip(".;,=") != ""
        case "header":
            text = header_text(parameter, value)
            return text == text.strip() != "" and all(_is_header_letter(letter) for letter in text)
        case "cookie":
            return not cookie_text(parameter, value).endswith("=")
        case _:
            return bool(query_pairs(parameter, value))


def _is_header_letter(letter: str) -> bool:
    return _FIRST_PRINTABLE <= ord(letter) < 0x7F or 0xA0 <= ord(letter) <= _LAST_LATIN  # noqa: PLR2004 - DEL and C1 controls


def _documented(parameter: Parameter, turn: int) -> tuple[Sample, ...]:
    if not parameter.examples:
        return ()
    return (Sample(value=parameter.examples[turn % len(parameter.examples)].value, probe=GENERATED),)


def _tellingly(samples: tuple[Sample, ...]) -> tuple[Sample, ...]:
    """Those that the description knows, the most telling first: precise numbers, then what is made last (unusual characters)."""
    precise = tuple(sample for sample in samples if sample.probe == PRECISION)
    return (*precise, *(sample for sample in reversed(samples) if sample.probe == GENERATED))
