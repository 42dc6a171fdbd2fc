"""Lists that a third party's SDK reads page after page by itself."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from certification.checks import manners
from certification.evidence.record import Evidence, SdkEvidence, ThirdParty
from certification.evidence.sdk.plan import ExercisePlan, plan_exercise
from certification.evidence.sdk.stranger import Stranger
from certification.evidence.sdk.talks.ground import Ground
from certification.evidence.sdk.talks.pages import strangers_page_talks
from certification.evidence.sdk.talks.run import hold
from certification.isolation.runner import Endpoint, JobResult
from certification.model import Outcome
from certification.sandboxes.mock.log import write_arrival
from certification.sandboxes.mock.plan import read_plan
from sdkgen.api.load import load
from sdkgen.behaviour import Behaviour, Pagination, Paging
from tests.simulators.mock_exchange import mock_exchange

ITEM = {"type": "object", "required": ["id", "price"], "properties": {"id": {"type": "string"}, "price": {"type": "number"}}}
PAGE = {"type": "object", "required": ["items"], "properties": {"items": {"type": "array", "items": ITEM}, "next": {"type": "string"}}}
ANSWER = {"200": {"description": "d", "content": {"application/json": {"schema": PAGE}}}}
CURSOR = [{"name": "cursor", "in": "query", "schema": {"type": "string"}}]
DESCRIPTION = json.dumps(
    {
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1"},
        "paths": {f"/{name}": {"get": {"operationId": name, "parameters": CURSOR, "responses": ANSWER}} for name in ("trades", "orders")},
    }
).encode()
API = load(DESCRIPTION)
BEHAVIOUR = Behaviour(
    paging={
        "trades": Pagination(kind=Paging.CURSOR, argument="query.cursor", items="items", next="next"),
        "orders": Pagination(kind=Paging.LAST, argument="query.cursor", items="items", next="id"),
    }
)


def planned(*operations: str, capabilities: tuple[str, ...] = ("base_path", "iterate")) -> ExercisePlan:
    stranger = Stranger(operations=operations, types=(), capabilities=capabilities)
    return plan_exercise(API, DESCRIPTION, recipe=None, seed=3, stranger=stranger)


@contextmanager
def exchange(folder: Path) -> Iterator[Endpoint]:
    with mock_exchange(*read_plan((folder / "plan.jsonl").read_bytes()).values()) as mock:
        url = f"http://127.0.0.1:{mock.port}"
        yield Endpoint(url=url, host_url=url)
    (folder / "log.jsonl").write_bytes(b"".join(write_arrival(arrival) for arrival in mock.arrivals))


def pager(fault: str = "") -> Callable[[bytes], JobResult]:
    """Reads pages as a third party's SDK would, with a fault."""

    def get(url: str) -> tuple[int, Any]:
        place = urlsplit(url)
        with closing(http.client.HTTPConnection(place.netloc, timeout=10)) as connection:
            connection.request("GET", f"{place.path}?{place.query}" if place.query else place.path)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read(), parse_float=float if fault == "floats" else str)

    def items(base: str) -> dict[str, Any]:
        found: list[Any] = []
        cursor = ""
        while True:
            asked = quote(cursor, safe="/+&=" if fault == "not encoded" else "")
            status, page = get(f"{base}/trades?cursor={asked}" if cursor else f"{base}/trades")
            if status != 200 and fault != "ends quietly":
                return {"raised": {"kind": "unexpected", "message": "refused"}}
            found += page.get("items", []) if fault != "drops" or not cursor else page.get("items", [])[1:]
            cursor = page.get("next") or ""
            if not cursor or fault == "first page only":
                return {"iterated": {"items": found}}

    def speak(questions: bytes) -> JobResult:
        base, lines = "", []
        for document in map(json.loads, questions.splitlines()):
            base = document.get("configure", {}).get("base_url", base)
            answer = {"configured": {}} if "configure" in document else items(base)
            lines.append(json.dumps({"id": document["id"], **answer}))
        return JobResult(exit_code=0, stdout="\n".join(lines).encode(), stderr=b"", elapsed_ms=1)

    return speak


def test_lists_whose_pages_name_the_next_one_are_read_and_no_other() -> None:
    ground = Ground(api=API, behaviour=BEHAVIOUR, plan=planned("trades", "orders"))
    assert [talk.id for talk in strangers_page_talks(ground)] == ["pages.trades-to-the-end", "pages.trades-that-fail"]
    assert list(strangers_page_talks(Ground(api=API, behaviour=BEHAVIOUR, plan=planned("orders")))) == []


@pytest.mark.parametrize("answer", [{"refused": {"message": "no pages"}}, {"raised": {"kind": "configuration", "message": "a key"}}])
def test_a_list_that_its_adapter_can_not_ask_for_is_not_observed(tmp_path: Path, answer: dict[str, Any]) -> None:
    plan = planned("trades")
    talks = tuple(strangers_page_talks(Ground(api=API, behaviour=BEHAVIOUR, plan=plan)))

    def speak(questions: bytes) -> JobResult:
        lines = (json.dumps({"id": json.loads(line)["id"], **answer}) for line in questions.splitlines())
        return JobResult(exit_code=0, stdout="\n".join(lines).encode(), stderr=b"", elapsed_ms=1)

    assert hold(talks, plan, tmp_path, exchange, speak).trials == ()


@pytest.mark.parametrize(
    ("cursor", "required", "ending"),
    [
        ({"type": "string"}, [], {}),
        ({"type": "string", "nullable": True}, [], {"next": None}),
        ({"type": "string"}, ["next"], {"next": ""}),
    ],
)
def test_the_last_page_is_one_that_the_description_allows(cursor: dict[str, Any], required: list[str], ending: dict[str, Any]) -> None:
    document = json.loads(DESCRIPTION)
    for path in document["paths"].values():
        schema = path["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        schema["properties"]["next"], schema["required"] = cursor, ["items", *required]
    description = json.dumps(document).encode()
    plan = plan_exercise(load(description), description, recipe=None, seed=3, stranger=planned("trades").stranger)
    whole, _ = strangers_page_talks(Ground(api=load(description), behaviour=BEHAVIOUR, plan=plan))
    last = json.loads(whole.answers[-1].body)
    assert {name: value for name, value in last.items() if name == "next"} == ending


@pytest.mark.parametrize(
    ("fault", "wrong"),
    [
        ("", {}),
        ("floats", {}),
        (
            "first page only",
            {"pages.trades-to-the-end": "the items of all pages differ", "pages.trades-that-fail": "a refused page ends in: ('iterated',)"},
        ),
        ("drops", {"pages.trades-to-the-end": "the items of all pages differ"}),
        ("not encoded", {"pages.trades-to-the-end": "the pages that were asked for"}),
        ("ends quietly", {"pages.trades-that-fail": "a refused page ends in: ('iterated',), not ('bad_request',)"}),
    ],
)
def test_what_an_sdk_makes_of_pages_is_seen(tmp_path: Path, fault: str, wrong: dict[str, str]) -> None:
    plan = planned("trades")
    talks = tuple(strangers_page_talks(Ground(api=API, behaviour=BEHAVIOUR, plan=plan)))
    trials = hold(talks, plan, tmp_path, exchange, pager(fault)).trials or ()
    failed = {trial.id: trial.told for trial in trials if not trial.held}
    assert failed.keys() == wrong.keys()
    assert all(failed[name].startswith(told) for name, told in wrong.items()), failed
    third = ThirdParty(adapter="theirs", adapter_digest="0", language="c", ecosystem="image", package="p", version="1", digest="")
    sdk = SdkEvidence(language=None, package=None, operations=1, types=0, fields=0, third_party=third, manners=trials)
    outcomes = {answer.outcome for answer in manners.pages_are_read_to_their_end(Evidence(sdks=(sdk,)))}
    assert outcomes == {Outcome.FAILED if wrong else Outcome.PASSED}
    (other,) = manners.budgets_are_kept(Evidence(sdks=(sdk,)))
    assert (other.outcome, other.summary) == (Outcome.NOT_OBSERVED, "no talk was held with the mock exchange")
