"""Our own client holds every talk as it should; what a careless one would have said or sent is found in each."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from certification.evidence.sdk.exercise import mock_exchange
from certification.evidence.sdk.harness import Result
from certification.evidence.sdk.plan import plan_exercise
from certification.evidence.sdk.talks.ground import Ground
from certification.evidence.sdk.talks.run import Manners, heard_in, hold, talks_of
from certification.evidence.sdk.talks.talk import Heard, Talk
from certification.folders import EXCHANGES
from certification.isolation.process import ProcessRunner
from certification.isolation.runner import Endpoint, JobResult
from certification.profiles import load_profile
from certification.sandboxes.mock.log import Arrival
from sdkgen.api.json_text import JsonValue, dumps_exact, loads_exact
from sdkgen.api.load import load
from sdkgen.behaviour import PLAIN, Pagination, Paging, RateLimit
from sdkgen.behaviour_check import fitted
from sdkgen.generate import generate
from sdkgen.language import Language
from sdkgen.source import SdkOptions
from tests.simulators.small_description import DESCRIPTION, RECIPE, small_api

_FOLDER = EXCHANGES / "reference"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Talks that were really held."""

    talks: dict[str, Talk]
    heard: dict[str, Heard]
    manners: Manners

    def wrong(self, name: str, change: Callable[[Heard], Heard]) -> str:
        """What a talk's judge says where something was heard otherwise."""
        return "; ".join(self.talks[name].judge(change(self.heard[name])))


@pytest.fixture(scope="module")
def reference() -> Ground:
    profile = load_profile(_FOLDER / "profile.yaml")
    description = (_FOLDER / "openapi.yaml").read_bytes()
    api = load(description)
    behaviour = fitted(profile.behaviour, api)
    return Ground(api=api, behaviour=behaviour, plan=plan_exercise(api, description, recipe=profile.signing, seed=1, behaviour=behaviour))


@pytest.fixture(scope="module")
def held(reference: Ground, tmp_path_factory: pytest.TempPathFactory) -> Held:
    """By the client that blocks, as it is generated: nothing is built or installed."""
    folder = tmp_path_factory.mktemp("talks")
    options = SdkOptions(
        package="openxapi-reference",
        version="0.1.0",
        exchange_id="reference",
        exchange_name="Reference",
        recipe=reference.plan.recipe,
        behaviour=reference.behaviour,
    )
    source = generate(reference.api, Language.PYTHON, options)
    for file in (*source.files, *source.harness):
        place = folder / "sdk" / file.path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(file.content)
    talks = talks_of(reference, both_manners=False)
    outputs = []

    def speak(questions: bytes) -> JobResult:
        program = folder / "sdk" / "harness.py"
        known = {"PYTHONPATH": str(folder / "sdk" / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run([sys.executable, str(program)], input=questions, env=known, capture_output=True, timeout=60, check=True)
        outputs.append(done.stdout)
        return JobResult(exit_code=0, stdout=done.stdout, stderr=done.stderr, elapsed_ms=1)

    @contextmanager
    def exchange(place: Path) -> Iterator[Endpoint]:
        with ProcessRunner(state=folder / "state") as runner, runner.serve(mock_exchange(place)) as endpoint:
            yield endpoint

    manners = hold(talks, reference.plan, folder / "exchange", exchange, speak)
    heard = heard_in(talks, reference.plan, outputs[0], (folder / "exchange" / "log.jsonl").read_bytes())
    names = [talk.id for talk in talks]
    return Held(talks=dict(zip(names, talks, strict=True)), heard=dict(zip(names, heard, strict=True)), manners=manners)


def with_result(heard: Heard, index: int, result: Result) -> Heard:
    """The same talk, but for one result."""
    return replace(heard, results=tuple(result if place == index else each for place, each in enumerate(heard.results)))


def with_arrival(heard: Heard, index: int, arrival: Arrival) -> Heard:
    """The same talk, but for one request."""
    return replace(heard, arrivals=tuple(arrival if place == index else each for place, each in enumerate(heard.arrivals)))


def said(index: int, *, kind: str = "", **members: JsonValue) -> Callable[[Heard], Heard]:
    """The same talk, but for what one result says."""

    def change(heard: Heard) -> Heard:
        result = heard.results[index]
        content = {**result.content, **members} if isinstance(result.content, dict) else result.content
        return with_result(heard, index, Result(kind=kind or result.kind, content=content, text=result.text))

    return change


def arrived(*order: int) -> Callable[[Heard], Heard]:
    """The same talk, but for which requests arrived in which order."""
    return lambda heard: replace(heard, arrivals=tuple(heard.arrivals[index] for index in order))


def late(*at_ms: int) -> Callable[[Heard], Heard]:
    """The same talk, but for when requests came, on a machine that is slow."""
    return lambda heard: replace(
        heard, arrivals=tuple(replace(arrival, at_ms=at) for arrival, at in zip(heard.arrivals, at_ms, strict=True))
    )


def sent(index: int, before: str, after: str) -> Callable[[Heard], Heard]:
    """The same talk, but for the target of one request."""

    def change(heard: Heard) -> Heard:
        assert before in heard.arrivals[index].target
        return with_arrival(heard, index, replace(heard.arrivals[index], target=heard.arrivals[index].target.replace(before, after)))

    return change


def stamped(index: int, moment: str) -> Callable[[Heard], Heard]:
    """The same talk, but for the timestamp of one request."""

    def change(heard: Heard) -> Heard:
        arrival = heard.arrivals[index]
        headers = tuple((name, moment if name.lower() == "x-ref-timestamp" else value) for name, value in arrival.headers)
        return with_arrival(heard, index, replace(arrival, headers=headers))

    return change


def deaf(heard: Heard) -> Heard:
    """The hooks were told nothing at all."""
    return with_result(heard, 0, replace(heard.results[0], text="{}"))


def unhooked(heard: Heard) -> Heard:
    """The hooks were told nothing of the second attempt."""
    result = heard.results[0]
    document = loads_exact(result.text)
    assert isinstance(document, dict)
    told = document["told"]
    assert isinstance(told, list)
    document["told"] = [each for each in told if isinstance(each, dict) and each["attempt"] != 2]
    return replace(heard, results=(replace(result, text=dumps_exact(document)),))


def restless(heard: Heard) -> Heard:
    """The hook was told of a pause beyond all bounds."""
    result = heard.results[0]
    document = loads_exact(result.text)
    assert isinstance(document, dict)
    told = document["told"]
    assert isinstance(told, list)
    document["told"] = [each | {"pause_ms": 9000} for each in told if isinstance(each, dict)]
    return replace(heard, results=(replace(result, text=dumps_exact(document)),))


def reconnected(heard: Heard) -> Heard:
    """Each request came over a connection of its own."""
    return replace(heard, arrivals=tuple(replace(each, connection=number) for number, each in enumerate(heard.arrivals)))


def test_our_own_client_holds_every_talk(held: Held) -> None:
    assert {trial.id: trial.told for trial in held.manners.trials or () if not trial.held} == {}
    assert {trial.id.partition(".")[0] for trial in held.manners.trials or ()} == {
        "retries",
        "pages",
        "limits",
        "clock",
        "refusals",
        "answers",
        "raw",
    }
    assert held.manners.leaks == ()


@pytest.mark.parametrize(
    ("name", "change", "sentence"),
    [
        ("retries.reads-are-sent-again", said(0, kind="raised", kind_="x"), "the call ended in raised"),
        ("retries.reads-are-sent-again", arrived(0, 1), "requests: 2, not 3"),
        ("retries.reads-are-sent-again", arrived(0, 0, 2), "the second attempt has the timestamp of the first"),
        ("retries.reads-are-sent-again", stamped(1, "1700000000000"), "request 2: signature: "),
        ("retries.reads-are-sent-again", unhooked, "the hooks were told: "),
        ("retries.reads-are-sent-again", restless, "a pause of 9000 ms"),
        (
            "retries.reads-are-sent-again",
            lambda heard: replace(heard, results=(replace(heard.results[0], text="{}"),)),
            "were told nothing",
        ),
        ("retries.reads-are-sent-again", said(0, value={}), "the answer changed at "),
        ("retries.attempts-come-to-an-end", arrived(0, 1, 1), "requests: 3, not 2"),
        ("retries.attempts-come-to-an-end", said(0, attempts=1), "attempts: "),
        ("retries.changes-are-sent-once", arrived(0, 0, 1, 2, 3), "requests: 5, not 4"),
        ("retries.changes-are-sent-once", said(0, may_have_happened=False), "it may have happened: (False, True, True, False)"),
        ("retries.changes-are-sent-once", said(3, may_have_happened=True), "it may have happened: "),
        ("retries.changes-are-sent-once", said(1, kind="timeout"), "the errors: "),
        ("retries.orders-keep-their-id", arrived(0, 1, 2), "requests: 3, not 4"),
        ("retries.orders-keep-their-id", said(1, repeated=False), "the refusal of the second attempt"),
        ("retries.bans-silence-the-client", arrived(0, 0), "requests: 2, not 1"),
        ("retries.bans-silence-the-client", said(1, retry_after_ms=5), "says to wait 5 ms"),
        ("retries.waits-are-understood", said(2, retry_after_ms=0), "the time to wait: [7000, 7000, 0, None, 3000]"),
        ("pages.listTrades-to-the-end", said(0, items=[]), "the items of all pages differ at $: 4 items became 0"),
        ("pages.listTrades-to-the-end", said(0, kind="raised"), "reading the pages ended in raised"),
        ("pages.listTrades-to-the-end", arrived(0, 1), "requests: 2, not 3"),
        ("pages.listTrades-to-the-end", sent(2, "next%2F2", "next-1"), "the pages that were asked for"),
        ("pages.listTrades-that-fail", said(0, kind="iterated"), "a refused page ends in: "),
        ("pages.listTrades-in-a-circle", said(0, items=[1] * 50), "again and again gave 50 items"),
        ("pages.listTrades-in-a-circle", said(0, kind="missing", items=None), "again and again gave missing"),
        ("limits.told-budget-1", said(3, kind="returned"), "with room for 2 in private calls, calls: "),
        ("limits.told-budget-1", arrived(0, 1, 2, 2, 3), "requests: 5, not 4"),
        ("limits.told-budget-1", said(3, retry_after_ms=9997), "may be sent after 9997 ms; the window ends in 5000 ms at most"),
        ("limits.told-budget-1", said(3, retry_after_ms=1600), "may be sent after 1600 ms; the window"),
        ("limits.told-budget-1", said(3, attempts=1), "attempts of what was held back"),
        ("clock.is-asked-for", said(0, offset_ms=-90_000), "90000 ms ahead, and the client says -90000"),
        ("clock.is-asked-for", stamped(1, "1700000000123"), "the timestamp after the clock was corrected"),
        ("clock.is-corrected", arrived(0, 1), "requests: 2, not 3"),
        ("clock.is-corrected", stamped(2, "1700000000123"), "the timestamp after the clock was corrected"),
        ("refusals.keep-their-words-400", said(0, code=None), "the error of INSUFFICIENT_FUNDS: "),
        ("refusals.keep-their-words-400", said(1, refusal=None), "the error of PRICE_OFF_TICK: "),
        ("refusals.keep-their-words-400", said(0, message=""), "lost the exchange's words"),
        ("refusals.repeat-no-secret", said(0, kind="returned"), "the error: "),
        ("refusals.repeat-no-secret", said(1, kind="refused"), "what is shown: "),
        ("answers.arrive-in-any-clothes", said(1, value=None), "answer 2 (plain in chunks) became "),
        ("answers.arrive-in-any-clothes", said(2, kind="raised"), "answer 3 (gzip) became "),
        ("answers.share-a-connection", reconnected, "18 calls one after the other took 18 connections"),
        ("answers.share-a-connection", arrived(), "requests: 0, not 18"),
        ("answers.lead-nowhere-else", arrived(0, 0, 1), "requests: 3, not 2"),
        ("raw.requests-are-sent-as-given", sent(0, "a%26b", "a&b"), "the query: "),
        ("raw.requests-are-sent-as-given", sent(0, "a%26b", "a&b"), "signature over this request"),
        ("raw.requests-are-sent-as-given", said(0, value={}), "the answer changed at $.total"),
        ("raw.requests-are-sent-as-given", said(0, headers={}), "the answer's header x-certify: None, not yes"),
        ("raw.requests-are-sent-as-given", arrived(0, 0, 2), "the method and path: "),
    ],
)
def test_what_a_careless_client_would_do_is_found(held: Held, name: str, change: Callable[[Heard], Heard], sentence: str) -> None:
    assert sentence in held.wrong(name, change)


def test_a_slow_machine_is_no_careless_client(held: Held) -> None:
    slow = late(0, 900, 1700, 1800)
    assert held.wrong("limits.told-budget-1", lambda heard: said(3, retry_after_ms=1)(said(3, kind="returned")(slow(heard)))) == ""
    tired = late(0, 1, 2, 1700)
    assert held.wrong("limits.told-budget-1", lambda heard: said(3, retry_after_ms=1600)(tired(heard))) == ""
    assert "may be sent after 0 ms" in held.wrong("limits.told-budget-1", lambda heard: said(3, retry_after_ms=0)(tired(heard)))
    assert "the hooks were told" in held.wrong("retries.reads-are-sent-again", late(0, 1000, 2000))


def test_nothing_is_held_where_nothing_suits() -> None:
    bare = Ground(api=small_api(), behaviour=PLAIN, plan=plan_exercise(small_api(), DESCRIPTION, recipe=RECIPE, seed=1))
    assert {talk.id.partition(".")[0] for talk in talks_of(bare, both_manners=False)} == {"retries", "refusals", "answers", "raw"}
    assert len(talks_of(bare, both_manners=True)) == 2 * len(talks_of(bare, both_manners=False))
    unsigned = replace(bare, plan=plan_exercise(small_api(), DESCRIPTION, recipe=None, seed=1))
    assert "refusals.repeat-no-secret" not in {talk.id for talk in talks_of(unsigned, both_manners=False)}


@pytest.mark.parametrize(
    ("paging", "asked"),
    [
        pytest.param(Pagination(kind=Paging.PAGE, argument="query.limit", items="items"), ("1", "2", "3", "4"), id="page"),
        pytest.param(Pagination(kind=Paging.OFFSET, argument="query.limit", items="items"), ("0", "2", "3", "4"), id="offset"),
    ],
)
def test_pages_are_asked_for_by_number(reference: Ground, paging: Pagination, asked: tuple[str, ...]) -> None:
    numbered = replace(reference, behaviour=replace(reference.behaviour, paging={"listTrades": paging}))
    talk = next(talk for talk in talks_of(numbered, both_manners=False) if talk.id == "pages.listTrades-to-the-end")
    assert len(talk.answers) == 4
    silent = Heard(results=(Result(kind="iterated", content={"items": []}, text="{}"),), arrivals=(), prefix="/~1")
    assert f"the pages that were asked for: (), not {asked}" in list(talk.judge(silent))


def test_a_small_budget_is_used_up(reference: Ground) -> None:
    few = replace(reference, behaviour=replace(PLAIN, limits=(RateLimit(name="few", requests=3, per_ms=60_000),)))
    talk = next(talk for talk in talks_of(few, both_manners=False) if talk.id == "limits.whole-budget-1")
    assert len(talk.questions) == 4
    result = Result(kind="returned", content={}, text="{}")
    arrival = Arrival(lane=1, method="GET", target="/", headers=(), body=b"")
    heard = Heard(results=(result,) * 3 + (replace(result, kind="raised"),), arrivals=(arrival,) * 3, prefix="/~1")
    assert list(talk.judge(heard)) == []
    assert list(talk.judge(replace(heard, arrivals=()))) == ["no call went out, and few has room for 3"]
