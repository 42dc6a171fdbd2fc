from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from certification.evidence.contract.confirm import Replay, read
from certification.evidence.contract.ids import Ids
from certification.evidence.contract.standalone import Creation, with_creation, without_proofs
from sdkgen.api.model import Api

CREATION = Creation(
    case={"method": "POST", "path": "/orders", "body": {"price": "1"}, "media_type": "application/json", "auth_identity": "first"},
    request={"uri": "http://h/orders"},
    response={"status_code": 201},
    answer={"ok": True, "data": [{"a/b": 7, "price": Decimal("60.0050")}]},
)


def step(value: str = "7", **more: Any) -> dict[str, Any]:
    meta = {"pool_draws": [{"location": "path", "parameter_name": "id"}]}
    given = {"headers": {"X-Sign": "s", "X-Other": "o"}, "path_parameters": {"id": value}, "meta": meta, "link": None, "parent_index": None}
    return {**given, "checks": [{"name": "not_a_server_error"}], **more}


def crash(*steps: dict[str, Any]) -> dict[str, Any]:
    return {"operation": "GET /orders/{id}", "sequence": list(steps)}


def test_old_proofs_are_not_sent_again() -> None:
    (cleaned,) = without_proofs(crash(step()), frozenset({"x-sign"}))["sequence"]
    assert cleaned["headers"] == {"X-Other": "o"}


def test_what_a_request_reads_is_created_first_and_linked() -> None:
    whole = with_creation(crash(step(), step(parent_index=0)), (CREATION,))
    assert whole is not None
    created, reads, peer = whole["sequence"]
    assert (created["method"], created["case_body"], created["auth_identity"]) == (
        "POST",
        {"encoding": "json", "value": {"price": "1"}},
        "first",
    )
    assert created["response"]["body"] == '{"ok":true,"data":[{"a/b":7,"price":60.0050}]}'
    assert reads["parent_index"] == 0
    assert reads["link"]["parameters"] == {"path.id": "$response.body#/data/0/a~1b"}
    assert (peer["parent_index"], peer["link"]) == (1, None)


@pytest.mark.parametrize(
    "lonely",
    [
        pytest.param(step("8"), id="created-by-nobody-we-saw"),
        pytest.param(step("True"), id="a-truth-is-no-id"),
        pytest.param(step(meta=None), id="without-origin"),
        pytest.param(step(link={"operationId": "x", "parameters": {}}), id="linked-already"),
        pytest.param(step(path_parameters={}), id="without-value"),
        pytest.param(step(meta={"pool_draws": [{"location": "body", "parameter_name": "id"}]}), id="in-a-body"),
    ],
)
def test_a_request_that_reads_nothing_created_stays_as_it_is(lonely: dict[str, Any]) -> None:
    assert with_creation(crash(lonely), (CREATION,)) is None


def test_a_creation_without_a_body_is_sent_without_one() -> None:
    bare = Creation(case={"method": "PUT", "path": "/x"}, request={"uri": "u"}, response={"status_code": 200}, answer="7")
    whole = with_creation(crash(step()), (bare,))
    assert whole is not None
    assert whole["sequence"][0]["case_body"] == {"encoding": "none"}


def test_of_several_replays_that_which_shows_most_counts(api: Api, tmp_path: Path) -> None:
    told = {"a.json": "fixed", "b.json": "failed", "c.whole.json": "flaky", "d.json": "errored"}
    for name in told:
        (tmp_path / name).write_text(json.dumps(crash(step())))
    printed = "\n".join(
        ["noise", *(json.dumps({"file": name, "status": status}) for name, status in told.items()), '{"file": "gone.json"}']
    )
    replays = read(printed.encode(), tmp_path, Ids(api))
    assert replays == {("not_a_server_error", "getOrder"): Replay(reproduced=True, file="c.whole.json")}


@pytest.mark.parametrize(("status", "reproduced"), [("failed", True), ("flaky", True), ("fixed", False), ("errored", None)])
def test_a_replays_status_says_whether_to_believe(api: Api, tmp_path: Path, status: str, reproduced: bool | None) -> None:
    (tmp_path / "a.json").write_text(json.dumps(crash(step())))
    (replay,) = read(json.dumps({"file": "a.json", "status": status}).encode(), tmp_path, Ids(api)).values()
    assert replay.reproduced is reproduced
