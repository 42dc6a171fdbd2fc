from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest

from certification.checks import builds, errors, record, trading, values, wire
from certification.checks.catalogue import Check, catalogue
from certification.checks.per_sdk import cause_of
from certification.evidence.record import (
    BuildStep,
    DescriptionEvidence,
    ErrorCase,
    Evidence,
    Message,
    RoundTripLoss,
    RoundTrips,
    SdkEvidence,
    ThirdParty,
    WireCase,
)
from certification.model import Answer, Artefact, File, Obstacle, Outcome, SdkPackage
from sdkgen.language import Language

CheckFunction = Callable[[Evidence], Iterable[Answer]]

DESCRIPTION = DescriptionEvidence(operations_declared=2, operations_read=2, fields_declared=5, fields_read=5, issues=())
PACKAGE = SdkPackage(
    language=Language.PYTHON,
    package="x",
    version="1.0.0",
    source_digest="0",
    artefacts=(Artefact(kind="wheel", file=File(path="packages/x.whl", digest="1", size=1)),),
)


def step(name: str, exit_code: int = 0, output: str = "done") -> BuildStep:
    return BuildStep(name=name, command=("tool", name), exit_code=exit_code, elapsed_ms=1, output=output)


REQUEST = Message(start="GET /a?b=1", headers=(("x-time", "1"), ("user-agent", "x/1")))
CASES = tuple(
    WireCase(case=f"{operation} #1", operation=operation, call="{}", request=REQUEST, mismatches=(), result="{}")
    for operation in ("place", "cancel")
)
ERRORS = tuple(
    ErrorCase(operation="place", situation=situation, expected=expected, observed=expected)
    for situation, expected in (("404", "not_found"), ("reset", "transport"), ("silence", "timeout"), ("html", "decode"))
)
TRIPS = RoundTrips(documented=1, generated=2, precision=3, unknown=4, losses=())
GOOD = SdkEvidence(
    language=Language.PYTHON,
    package=PACKAGE,
    operations=2,
    types=1,
    fields=5,
    steps=(step("build"), step("type-check"), step("install"), step("consumer-type-check"), step("exercise")),
    round_trips=TRIPS,
    wire=CASES,
    errors=ERRORS,
    reproduce="certify run x --part sdks --language python --seed 1",
)
TWIN = replace(GOOD, language=Language.GO)


def loss(probe: str, type_: str = "Order", error: str = "changed at $.price: 1.10 became 1.1000000000000001") -> RoundTripLoss:
    returned = None if error.startswith("refused") else "{}"
    return RoundTripLoss(type=type_, origin="generated #1", probe=probe, value="{}", returned=returned, error=error)


def with_loss(probe: str, **more: str) -> SdkEvidence:
    return replace(GOOD, round_trips=replace(TRIPS, losses=(loss(probe, **more),)))


def with_mismatch(sentence: str) -> SdkEvidence:
    return replace(GOOD, wire=(replace(CASES[0], mismatches=(sentence,)), CASES[1]))


def with_error(index: int, observed: str) -> SdkEvidence:
    return replace(GOOD, errors=tuple(replace(case, observed=observed) if index == at else case for at, case in enumerate(ERRORS)))


UNBUILT = SdkEvidence(language=Language.PYTHON, package=None, operations=2, types=1, fields=5)

CHECKS: list[tuple[CheckFunction, SdkEvidence, str]] = [
    (builds.everything_is_generated, replace(GOOD, operations=1), "python"),
    (builds.everything_is_generated, replace(GOOD, fields=4), "python"),
    (builds.everything_is_generated, replace(UNBUILT, generation_error="no emitter"), "python"),
    (builds.packages_build, replace(GOOD, package=None, steps=(step("build", 1),)), "python"),
    (builds.packages_build, replace(GOOD, package=None), "python"),
    (builds.packages_install, replace(GOOD, steps=(step("build"), step("install", 1))), "python"),
    (builds.strict_type_checks_pass, replace(GOOD, steps=(step("build"), step("vet", 1))), "python"),
    (builds.strict_type_checks_pass, replace(GOOD, steps=(step("build"), step("consumer-type-check", 2))), "python"),
    (values.documented_examples_survive, with_loss("documented"), "python: Order"),
    (values.generated_values_survive, with_loss("generated"), "python: Order"),
    (values.generated_values_survive, with_loss("generated", error="refused: no such type"), "python: Order"),
    (values.numbers_stay_exact, with_loss("precision"), "python: Order"),
    (values.what_is_unknown_is_kept, with_loss("unknown"), "python: Order"),
    (wire.every_operation_can_be_called, replace(GOOD, wire=(replace(CASES[0], request=None), CASES[1])), "python: place"),
    (wire.every_operation_can_be_called, replace(GOOD, operations=3), "python"),
    (wire.every_operation_can_be_called, replace(GOOD, steps=(step("exercise", 1, "Traceback"),)), "python"),
    (wire.every_operation_can_be_called, replace(GOOD, wire=None, steps=(step("exercise", 1, "Traceback"),)), "python"),
    (wire.requests_match_the_description, with_mismatch("the query lacks a=1"), "python: place"),
    (wire.signatures_verify, with_mismatch("signature: header X-SIGN is missing"), "python: place"),
    (wire.answers_reach_the_caller_unchanged, replace(GOOD, wire=(replace(CASES[0], faults=("the answer changed",)),)), "python: place"),
    (errors.error_statuses_become_typed_errors, with_error(0, "api"), "python: place"),
    (errors.broken_connections_become_typed_errors, with_error(1, "timeout"), "python: place"),
    (errors.damaged_answers_become_typed_errors, with_error(3, "returned"), "python: place"),
    (errors.no_call_is_sent_twice, with_error(1, "raised, and the request was sent 2 times"), "python: place"),
]


@pytest.mark.parametrize(("function", "broken", "subject"), CHECKS, ids=lambda value: getattr(value, "__name__", None))
def test_a_flaw_fails_its_check_and_names_its_subject(function: CheckFunction, broken: SdkEvidence, subject: str) -> None:
    (answer,) = function(Evidence(description=DESCRIPTION, sdks=(broken,)))
    assert (answer.outcome, answer.subject) == (Outcome.FAILED, subject)
    assert answer.reproduce == broken.reproduce
    assert answer.summary


FUNCTIONS: list[CheckFunction] = list(dict.fromkeys(function for function, _, _ in CHECKS))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_an_sdk_without_a_flaw_passes(function: CheckFunction) -> None:
    answers = tuple(function(Evidence(description=DESCRIPTION, sdks=(GOOD, TWIN))))
    assert [(answer.subject, answer.outcome) for answer in answers] == [("python", Outcome.PASSED), ("go", Outcome.PASSED)]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_what_was_not_seen_is_not_observed(function: CheckFunction) -> None:
    (without_sdks,) = function(Evidence(description=DESCRIPTION))
    assert (without_sdks.subject, without_sdks.outcome) == ("sdks", Outcome.NOT_OBSERVED)
    (unbuilt,) = function(Evidence(sdks=(UNBUILT,)))
    assert (unbuilt.subject, unbuilt.outcome) == ("python", Outcome.NOT_OBSERVED)


GONE = "the engine went away"


@pytest.mark.parametrize("entry", [pytest.param(entry, id=entry.id) for entry in catalogue()])
def test_of_an_sdk_whose_engine_went_away_nothing_is_said_but_that(entry: Check) -> None:
    unseen = SdkEvidence(language=Language.PYTHON, package=None, operations=0, types=0, fields=0, obstacle=Obstacle(reason=GONE))
    told = [answer for answer in entry.answer(Evidence(description=DESCRIPTION, sdks=(unseen,))) if answer.subject.startswith("python")]
    assert {answer.outcome for answer in told} <= {Outcome.NOT_OBSERVED}
    assert {answer.summary for answer in told} <= {GONE}


def test_what_was_seen_before_the_engine_went_away_still_counts() -> None:
    partly = replace(GOOD, trials=None, rebuilt=None, strategy=None, obstacle=Obstacle(reason=GONE))
    for function in FUNCTIONS:
        assert [answer.outcome for answer in function(Evidence(description=DESCRIPTION, sdks=(partly,)))] == [Outcome.PASSED]
    rest = (trading.orders_placed_through_the_sdk_are_whole, record.packages_build_reproducibly, record.the_reference_strategy_reconciles)
    for function in rest:
        (answer,) = function(Evidence(sdks=(partly,)))
        assert (answer.outcome, answer.summary) == (Outcome.NOT_OBSERVED, GONE)


@pytest.mark.parametrize(
    ("function", "flaw"),
    [
        (errors.error_statuses_become_typed_errors, with_error(0, "raised, and the request was sent 2 times")),
        (wire.requests_match_the_description, with_mismatch("signature: header X-SIGN is missing")),
        (wire.signatures_verify, with_mismatch("the query lacks a=1")),
    ],
)
def test_one_flaw_fails_one_check_only(function: CheckFunction, flaw: SdkEvidence) -> None:
    assert [answer.outcome for answer in function(Evidence(sdks=(flaw,)))] == [Outcome.PASSED]


def test_a_program_that_fell_silent_is_one_finding() -> None:
    silent = replace(GOOD, errors=tuple(replace(case, expected="api", observed="missing, nothing was sent") for case in ERRORS))
    (answer,) = errors.error_statuses_become_typed_errors(Evidence(sdks=(silent,)))
    assert answer.summary == "the program that uses the SDK gave no result"


def test_no_request_at_all_leaves_its_form_unobserved() -> None:
    silent = replace(GOOD, wire=tuple(replace(case, request=None) for case in CASES))
    (answer,) = wire.requests_match_the_description(Evidence(sdks=(silent,)))
    assert answer.outcome is Outcome.NOT_OBSERVED


def test_one_cause_is_one_finding() -> None:
    losses = tuple(loss("precision", type_=f"Type{n}", error=f"changed at $.f{n}: 1.{n} became 1.{n}1") for n in range(200))
    others = (loss("precision", type_="Other", error="refused: no such type"),)
    evidence = Evidence(sdks=(replace(GOOD, round_trips=replace(TRIPS, losses=losses + others)),))
    first, second = values.numbers_stay_exact(evidence)
    assert first.subject == "python: Type0"
    assert "and 199 more: Type1, Type2" in first.summary
    assert len(first.evidence) == 10
    assert second.subject == "python: Other"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("the value changed at $.a[1].b: 1.10 became 1.1", "the value changed at $.c: 2 became 3", True),
        ("the value changed at $.a: 1 is lost", "the answer changed at $.a: 1 is lost", False),
        ("the request was sent 2 times", "the request was sent 3 times", True),
        ('raised decode: "a" at x', 'raised decode: "b" at x', True),
        ("the query lacks a=1", "the header a is missing", False),
    ],
)
def test_sentences_about_the_same_flaw_share_their_cause(one: str, other: str, same: bool) -> None:
    assert (cause_of(one) == cause_of(other)) is same


@pytest.mark.parametrize(
    ("request_", "part"),
    [
        (replace(REQUEST, start="GET /a?b=2"), "method or target"),
        (replace(REQUEST, body="x"), "body"),
        (replace(REQUEST, headers=(("x-time", "2"),)), "header x-time"),
        (replace(REQUEST, headers=()), "header x-time"),
    ],
)
def test_languages_that_send_different_requests_are_told_apart(request_: Message, part: str) -> None:
    other = replace(TWIN, wire=(replace(CASES[0], request=request_), CASES[1]))
    (answer,) = wire.languages_send_the_same_request(Evidence(sdks=(GOOD, other)))
    assert (answer.subject, answer.outcome) == ("sdks: place", Outcome.FAILED)
    assert answer.summary == f"python and go send another {part} for place #1"
    assert answer.reproduce == "certify run x --part sdks --language python,go --seed 1"


def test_headers_of_the_http_client_itself_may_differ() -> None:
    other = replace(TWIN, wire=(replace(CASES[0], request=replace(REQUEST, headers=(("x-time", "1"), ("user-agent", "y/1")))), CASES[1]))
    (answer,) = wire.languages_send_the_same_request(Evidence(sdks=(GOOD, other)))
    assert answer.outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("sdks", "outcome"),
    [
        ((), Outcome.NOT_OBSERVED),
        ((GOOD,), Outcome.NOT_APPLICABLE),
        ((GOOD, replace(TWIN, wire=None)), Outcome.NOT_OBSERVED),
        ((GOOD, replace(TWIN, wire=())), Outcome.NOT_OBSERVED),
        ((GOOD, TWIN), Outcome.PASSED),
    ],
)
def test_agreement_takes_two_that_spoke(sdks: tuple[SdkEvidence, ...], outcome: Outcome) -> None:
    (answer,) = wire.languages_send_the_same_request(Evidence(sdks=sdks))
    assert (answer.subject, answer.outcome) == ("sdks", outcome)


def test_disagreements_are_not_listed_without_end() -> None:
    many = tuple(replace(CASES[0], case=f"place #{n}") for n in range(50))
    other = tuple(replace(case, request=replace(REQUEST, body="x")) for case in many)
    answers = tuple(wire.languages_send_the_same_request(Evidence(sdks=(replace(GOOD, wire=many), replace(TWIN, wire=other)))))
    assert len(answers) == 20


THIRD = ThirdParty(
    adapter="theirs", adapter_digest="0", language="rust", ecosystem="image", package="theirs", version="1", digest="", described=20
)
THEIRS = replace(GOOD, language=None, package=None, third_party=THIRD)


@pytest.mark.parametrize(
    ("sdk", "outcome", "told"),
    [
        pytest.param(THEIRS, Outcome.PASSED, "2 of 20 described operations were called through it", id="enough"),
        pytest.param(
            replace(THEIRS, third_party=replace(THIRD, described=21)),
            Outcome.NOT_OBSERVED,
            "2 of 21 described operations were called through it: less than 10 %, too few to certify",
            id="too few",
        ),
        pytest.param(
            replace(THEIRS, operations=20, wire=(replace(CASES[0], request=None), CASES[1])),
            Outcome.NOT_OBSERVED,
            "1 of 20 described operations were called through it: less than 10 %, too few to certify",
            id="named, and never called",
        ),
        pytest.param(replace(THEIRS, wire=None), Outcome.NOT_OBSERVED, "no call was made", id="never called"),
        pytest.param(GOOD, Outcome.NOT_APPLICABLE, "made from the whole description", id="ours"),
    ],
)
def test_a_third_party_s_sdk_is_judged_by_what_was_called(sdk: SdkEvidence, outcome: Outcome, told: str) -> None:
    (answer,) = builds.enough_is_offered(Evidence(sdks=(sdk,)))
    assert (answer.outcome, answer.summary) == (outcome, told)
