from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest

from certification.checks import conduct, errors, hygiene
from certification.evidence.record import Advisories, Advisory, Endurance, ErrorCase, Evidence, Hygiene, SdkEvidence
from certification.model import Answer, Outcome
from sdkgen.language import Language

SDK = SdkEvidence(language=Language.PYTHON, package=None, operations=1, types=0, fields=0)
THROTTLED = ErrorCase(operation="getOrder", situation="429", expected="rate_limit", observed="rate_limit", told_to_wait_ms=7000)
STEADY = Endurance(calls=1000, growth_bytes=0, start_ms=40, bare_start_ms=10)
CLEAN = Hygiene(licence="MIT", typed=True, dependencies=("a>=1",), unbounded=(), packages=2, size=2048)


def ask(check: Callable[[Evidence], Iterable[Answer]], **known: object) -> Answer:
    (answer,) = check(Evidence(sdks=(replace(SDK, **known),)))  # type: ignore[arg-type]
    return answer


@pytest.mark.parametrize(
    ("found", "outcome"),
    [
        pytest.param(None, Outcome.NOT_OBSERVED, id="nobody looked"),
        pytest.param((), Outcome.PASSED, id="none"),
        pytest.param(("standard error shows the secret: with (hidden)",), Outcome.FAILED, id="in the log"),
    ],
)
def test_secrets_that_show_are_found(found: tuple[str, ...] | None, outcome: Outcome) -> None:
    answer = ask(conduct.secrets_stay_out_of_logs_and_errors, leaks=found)
    assert answer.outcome is outcome
    assert answer.evidence == (found or ())


def test_an_sdk_that_signs_nothing_has_no_secret_to_show() -> None:
    assert ask(conduct.secrets_stay_out_of_logs_and_errors, leaks=None, wire=()).outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("errors", "outcome"),
    [
        pytest.param(None, Outcome.NOT_OBSERVED, id="no failure tried"),
        pytest.param((replace(THROTTLED, told_to_wait_ms=None, again_after_ms=5),), Outcome.NOT_OBSERVED, id="none throttled"),
        pytest.param((THROTTLED,), Outcome.PASSED, id="not repeated"),
        pytest.param((replace(THROTTLED, again_after_ms=7000),), Outcome.PASSED, id="in time"),
        pytest.param((replace(THROTTLED, again_after_ms=6951),), Outcome.PASSED, id="as sharp as clocks are"),
        pytest.param((replace(THROTTLED, again_after_ms=6949),), Outcome.FAILED, id="too soon"),
    ],
)
def test_an_sdk_that_does_not_wait_is_found(errors: tuple[ErrorCase, ...] | None, outcome: Outcome) -> None:
    answer = ask(conduct.throttled_sdks_wait_as_long_as_told, errors=errors)
    assert answer.outcome is outcome
    if outcome is Outcome.FAILED:
        assert answer.evidence == ("429: again after 6949 ms, told to wait 7000 ms",)


@pytest.mark.parametrize(
    ("growth", "outcome"), [(0, Outcome.PASSED), (1000 * 16 * 1024, Outcome.PASSED), (1000 * 16 * 1024 + 1, Outcome.FAILED)]
)
def test_memory_that_grows_with_each_call_is_found(growth: int, outcome: Outcome) -> None:
    answer = ask(hygiene.memory_stays_bounded, endurance=replace(STEADY, growth_bytes=growth))
    assert answer.outcome is outcome
    assert answer.summary.startswith(f"1,000 more calls took {growth // 1024:,} KiB more memory")
    assert ask(hygiene.memory_stays_bounded).outcome is Outcome.NOT_OBSERVED


@pytest.mark.parametrize(("growth", "outcome"), [(1000 * 200, Outcome.PASSED), (1000 * 201, Outcome.FAILED)])
def test_memory_that_is_counted_may_grow_less(growth: int, outcome: Outcome) -> None:
    answer = ask(hygiene.memory_stays_bounded, endurance=replace(STEADY, growth_bytes=growth, exact=True))
    assert answer.outcome is outcome
    assert outcome is Outcome.PASSED or "201 bytes a call stay behind" in answer.summary


@pytest.mark.parametrize(
    ("start", "bare", "outcome"),
    [
        pytest.param(40, 10, Outcome.PASSED, id="quick"),
        pytest.param(1010, 10, Outcome.PASSED, id="a second"),
        pytest.param(1011, 10, Outcome.FAILED, id="more than a second"),
        pytest.param(4100, 100, Outcome.PASSED, id="on a slow machine"),
        pytest.param(4101, 100, Outcome.FAILED, id="slow even there"),
        pytest.param(40, None, Outcome.NOT_APPLICABLE, id="compiled"),
    ],
)
def test_an_import_that_takes_long_is_found(start: int, bare: int | None, outcome: Outcome) -> None:
    assert ask(hygiene.imports_are_quick, endurance=replace(STEADY, start_ms=start, bare_start_ms=bare)).outcome is outcome
    assert ask(hygiene.imports_are_quick).outcome is Outcome.NOT_OBSERVED


def test_known_vulnerabilities_are_told_and_silence_is_no_pass() -> None:
    check = hygiene.dependencies_have_no_known_vulnerabilities
    assert ask(check).outcome is Outcome.NOT_OBSERVED
    assert ask(check, advisories=Advisories(packages=1, reason="it answered 404")).summary == "it answered 404"
    assert ask(check, advisories=Advisories(packages=1, reason="it answered 404")).outcome is Outcome.NOT_OBSERVED
    assert ask(check, advisories=Advisories(packages=0)).summary == "it needs no other package"
    assert ask(check, advisories=Advisories(packages=3)).summary == "nothing is known against 3 packages"
    leak = Advisory(package="a", version="1.0", id="GHSA-1", summary="it leaks", fixed_in=("1.1",))
    answer = ask(check, advisories=Advisories(packages=3, found=(leak,)))
    assert (answer.outcome, answer.subject, answer.evidence) == (Outcome.FAILED, "python: a", ("it leaks",))
    assert answer.summary == "a 1.0 has the known vulnerability GHSA-1, mended in 1.1"
    plain = ask(check, advisories=Advisories(packages=3, found=(replace(leak, fixed_in=(), summary=""),)))
    assert (plain.summary, plain.evidence) == ("a 1.0 has the known vulnerability GHSA-1", ())


@pytest.mark.parametrize(
    ("check", "worse", "said"),
    [
        (hygiene.a_licence_is_named, replace(CLEAN, licence=""), "no licence is named"),
        (hygiene.types_are_shipped, replace(CLEAN, typed=False), "no types are shipped"),
        (hygiene.dependencies_are_bounded, replace(CLEAN, unbounded=("a", "b")), "2 dependencies fit in any version: a, b"),
        (hygiene.packages_stay_small, replace(CLEAN, size=65 * 1024**2), "2 packages of 65 MiB"),
    ],
)
def test_what_a_package_lacks_is_said(check: Callable[[Evidence], Iterable[Answer]], worse: Hygiene, said: str) -> None:
    assert ask(check).outcome is Outcome.NOT_OBSERVED
    assert ask(check, hygiene=CLEAN).outcome is Outcome.PASSED
    answer = ask(check, hygiene=worse)
    assert answer.outcome is Outcome.FAILED
    assert answer.summary.startswith(said)


@pytest.mark.parametrize(
    ("case", "said"),
    [
        (("refusal", "refusal", "returned"), "an answer whose body says that the exchange refused is returned as if it were a success"),
        (("409", "conflict", "unexpected with status None"), "the error names neither its kind nor the status that came"),
        (("misfit", "decode", "returned"), "misfit should be decode, and is returned"),
    ],
)
def test_what_a_failure_became_is_said_in_words(case: tuple[str, str, str], said: str) -> None:
    situation, expected, observed = case
    found = ErrorCase(operation="placeOrder", situation=situation, expected=expected, observed=observed)
    held = replace(found, observed=expected)
    check = errors.error_statuses_become_typed_errors if situation == "409" else errors.damaged_answers_become_typed_errors
    assert ask(check, errors=(held,)).outcome is Outcome.PASSED
    assert ask(check, errors=(found,)).summary == said


def test_a_language_with_types_of_its_own_ships_none() -> None:
    assert ask(hygiene.types_are_shipped, hygiene=replace(CLEAN, typed=None)).outcome is Outcome.NOT_APPLICABLE
