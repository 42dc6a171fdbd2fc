"""What the profile knows of orders, told to the contract test's tool, so that its requests about orders make sense."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation import GenerationMode
from schemathesis.generation.meta import (
    CaseMetadata,
    ComponentInfo,
    CoveragePhaseData,
    CoverageScenario,
    ExamplesPhaseData,
    FuzzingPhaseData,
    GenerationInfo,
    PhaseInfo,
    TestPhase,
)
from schemathesis.resources import PoolDraw

from certification.evidence.contract.live import Objects
from certification.evidence.contract.objects import objects_of
from certification.evidence.contract.plan import label
from certification.profile import ExchangeProfile
from sdkgen.api.load import load
from tests.certification.evidence.contract.conftest import PROFILE

TEXT = {"type": "string"}
PLACED = {"type": "object", "properties": {"orderId": {"type": "integer"}, "state": TEXT}}
ASKED = {
    "type": "object",
    "required": ["market"],
    "properties": {"market": TEXT, "price": {"type": "number"}, "kind": TEXT, "note": TEXT, "clientId": TEXT},
}


@pytest.fixture(autouse=True)
def job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A job's folder without anything to sign: hooks that other tests load read it whenever a description is loaded."""
    (tmp_path / "plan.json").write_text('{"recipe": null, "operations": {}}')
    monkeypatch.chdir(tmp_path)


def answered(schema: dict[str, Any]) -> dict[str, Any]:
    return {"200": {"description": "ok", "content": {"application/json": {"schema": schema}}}}


def parameter(name: str, *, required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": required, "schema": {"type": "integer"} if name == "orderId" else TEXT}


BY_NAME = [parameter("market", required=True), parameter("orderId"), parameter("clientId"), parameter("X-Key")]
DESCRIPTION: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Small", "version": "1"},
    "components": {"schemas": {"Placed": PLACED, "Asked": ASKED}},
    "paths": {
        "/order": {
            "post": {
                "operationId": "place",
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Asked"}}}},
                "responses": answered({"$ref": "#/components/schemas/Placed"}),
            },
            "get": {"operationId": "query", "parameters": BY_NAME, "responses": answered({"type": "object"})},
            "delete": {"operationId": "cancel", "parameters": BY_NAME, "responses": answered({"type": "object"})},
        },
        "/orders": {
            "get": {"operationId": "open", "responses": answered({"type": "object"})},
            "delete": {"operationId": "cancelAll", "responses": answered({"type": "object"})},
        },
    },
}
ROLES: dict[str, Any] = {
    "place": {
        "operation": "place",
        "arguments": {"symbol": "body.market", "price": "body.price", "type": "body.kind", "client_order_id": "body.clientId"},
        "constants": {"body.note": "x"},
        "fields": {"order_id": "orderId", "status": "state"},
        "values": {"type": {"limit": "LMT"}, "status": {"open": "NEW"}},
    },
    "open_orders": {"operation": "open", "fields": {"order_id": "data.rows[].orderId", "status": "data.rows[].state"}},
    "query": {"operation": "query", "arguments": {"order_id": "query.orderId", "client_order_id": "query.clientId"}},
    "cancel": {"operation": "cancel", "arguments": {"symbol": "query.market", "order_id": "query.orderId"}},
}
PLACE, CANCEL, QUERY = ("POST /order", "DELETE /order", "GET /order")


def profile(**roles: dict[str, Any]) -> ExchangeProfile:
    trading = PROFILE["trading"] | {"roles": ROLES | roles}
    return ExchangeProfile.model_validate(PROFILE | {"trading": trading})


def told(**roles: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(
        json.dumps(objects_of(load(json.dumps(DESCRIPTION).encode()), profile(**roles), label), default=str)
    )
    return found


def test_answers_and_requests_that_name_orders_are_told_by_role() -> None:
    orders, withdrawals = told()
    assert orders["member"] == "orderId"
    assert orders["producers"] == [
        {"label": PLACE, "status": "200", "pointer": "/", "many": False, "told": "state", "resting": ["NEW", "partially_filled"]},
        {
            "label": "GET /orders",
            "status": "200",
            "pointer": "/data/rows",
            "many": True,
            "told": "state",
            "resting": ["open", "partially_filled"],
        },
    ]
    assert orders["consumers"] == [
        {"label": QUERY, "ends": False, "named": ["query", "orderId"], "spare": [["query", "clientId"], ["query", "X-Key"]]},
        {"label": CANCEL, "ends": True, "named": ["query", "orderId"], "spare": [["query", "clientId"], ["query", "X-Key"]]},
    ]
    (made,) = orders["made"]
    assert made["usual"] == [["body", "note", "x"], ["body", "market", "BTC-USD"], ["body", "price", 50000], ["body", "kind", "LMT"]]
    assert made["spare"] == [["body", "clientId"]]
    assert (withdrawals["producers"], withdrawals["consumers"]) == ([], [])


@pytest.mark.parametrize(
    "place",
    [
        pytest.param("rows[0].orderId", id="one of a list"),
        pytest.param("rows[].data.orderId", id="deep in a list"),
        pytest.param("rows{}.orderId", id="under keys that are data"),
        pytest.param("rows[]", id="a list of names"),
        pytest.param("id", id="called otherwise"),
        pytest.param("", id="not read"),
    ],
)
def test_what_is_no_member_of_an_order_of_that_name_is_not_told_of(place: str) -> None:
    (orders, _) = told(open_orders={"operation": "open", "fields": {"order_id": place}})
    assert [each["label"] for each in orders["producers"]] == [PLACE]


def test_without_roles_nothing_is_told() -> None:
    api = load(json.dumps(DESCRIPTION).encode())
    assert objects_of(api, profile().model_copy(update={"trading": None}), label) == []
    elsewhere = told(cancel={"operation": "gone"}, query={"operation": "query", "arguments": {"order_id": "body.deep.id"}})
    assert elsewhere[0]["consumers"] == []
    schema = schemathesis.openapi.from_dict(DESCRIPTION)
    Objects().connect(schema, elsewhere)


class Desk:
    """The tool with one kind of object: what it drew, and what it would send."""

    def __init__(self) -> None:
        self.schema: Any = schemathesis.openapi.from_dict(json.loads(json.dumps(DESCRIPTION)))
        self.objects = Objects()
        self.objects.connect(self.schema, told())

    def answered(self, operation: str, payload: Any) -> None:
        self.schema.analysis.extra_data_source.repository.record_response(
            operation=operation, status_code=200, payload=payload, identity="first"
        )

    def case(self, operation: str, drawn: Any = None, phase: TestPhase = TestPhase.FUZZING, about: str = "", **given: Any) -> Any:
        method, _, path = operation.partition(" ")
        where = ParameterLocation.QUERY if about else None
        common: dict[str, Any] = {"description": "d", "location": None, "parameter": about or None, "parameter_location": where}
        data: Any = FuzzingPhaseData(**common)
        if phase is TestPhase.COVERAGE:
            data = CoveragePhaseData(scenario=CoverageScenario.VALID_STRING, **common)
        if phase is TestPhase.EXAMPLES:
            data = ExamplesPhaseData(mutations=(), **common)
        draw = PoolDraw(
            location="query",
            parameter_name="orderId",
            resource_name="order",
            resource_field="orderId",
            source_operation="GET /orders",
            source_status=200,
        )
        made = self.schema[path][method].Case(**given)
        made._meta = CaseMetadata(
            generation=GenerationInfo(time=0.0, mode=GenerationMode.POSITIVE),
            components={},
            phase=PhaseInfo(name=phase, data=data),
            pool_draws=(draw,) if drawn is not None else (),
        )
        if drawn is not None:
            made.query["orderId"] = drawn
        return made

    def sent(self, case: Any) -> Any:
        self.objects.round_off(case)
        return case.body if case.operation.method.upper() == "POST" else dict(case.query)


@pytest.fixture
def tester(job: None) -> Desk:
    return Desk()


def test_the_tool_knows_which_answers_hold_what_is_asked_for(tester: Desk) -> None:
    links = [link for links in tester.schema.analysis.dependency_graph.iter_links() for link in links.links.values()]
    assert {(link.operation_ref, tuple(link.parameters.items())) for link in links} >= {
        ("#/paths/~1order/delete", (("query.orderId", "$response.body#/orderId"),)),
        ("#/paths/~1order/get", (("query.orderId", "$response.body#/data/rows/*/orderId"),)),
    }
    tester.answered(PLACE, {"orderId": 7, "state": "NEW"})
    source = tester.schema.analysis.extra_data_source
    assert source.pick_correlated_values(operation=tester.schema["/order"]["GET"]).values[ParameterLocation.QUERY, "orderId"] == 7
    assert tester.schema.analysis.dependency_layers[-1][-1] == "DELETE /orders", "what may end them all comes last"


def test_what_has_ended_is_not_ended_again_while_something_rests(tester: Desk) -> None:
    tester.answered(PLACE, {"orderId": 7, "state": "NEW"})
    tester.answered(
        "GET /orders", {"data": {"rows": [{"orderId": 8, "state": "open"}, {"orderId": 9, "state": "closed"}, {"state": "open"}]}}
    )
    first = tester.case(CANCEL, 7, query={"market": "m", "clientId": "c"})
    assert tester.sent(first) == {"market": "m", "orderId": 7}
    tester.objects.note(first, 401)
    tester.objects.note(first, 500)
    assert tester.sent(tester.case(CANCEL, 7, query={})) == {"orderId": 7}, "it was not decided on"
    tester.objects.note(first, 200)
    again = tester.case(CANCEL, "7", query={})
    assert tester.sent(again) == {"orderId": "8"}, "written as what it stands for"
    (draw,) = again.meta.pool_draws
    assert (draw.source_operation, draw.source_identity) == ("GET /orders", "first")
    assert tester.sent(tester.case(QUERY, 7, query={})) == {"orderId": 7}, "it is still there to be read"
    tester.objects.note(again, 404)
    tester.objects._turns.clear()
    assert tester.sent(tester.case(CANCEL, 9, query={"clientId": "c"})) == {"orderId": 9, "clientId": "c"}, "nothing rests"


def test_one_of_four_and_whatever_is_tried_on_purpose_stays_as_it_was_drawn(tester: Desk) -> None:
    tester.answered(PLACE, {"orderId": 7, "state": "NEW"})
    drawn = [tester.sent(tester.case(QUERY, 7, query={"clientId": "c"})) for _ in range(8)]
    assert [("clientId" in each) for each in drawn] == [False, False, False, True] * 2
    assert tester.sent(tester.case(QUERY, 7, TestPhase.EXAMPLES, query={"clientId": "c"})) == {"orderId": 7, "clientId": "c"}
    assert tester.sent(tester.case(QUERY, 7, TestPhase.COVERAGE, "clientId", query={"clientId": "c"})) == {"orderId": 7, "clientId": "c"}
    assert tester.sent(tester.case(QUERY, 7, TestPhase.COVERAGE, "orderId", query={"clientId": "c"})) == {"orderId": 7, "clientId": "c"}
    assert tester.sent(tester.case(QUERY, None, query={"clientId": "c"})) == {"clientId": "c"}
    spoilt = tester.case(QUERY, 7, query={"clientId": "c"})
    spoilt.meta.components[ParameterLocation.QUERY] = ComponentInfo(mode=GenerationMode.NEGATIVE)
    spoilt._sync_validated_hashes()
    assert "clientId" in tester.sent(spoilt)
    spoilt = tester.case(QUERY, 7, query={"clientId": "c"})
    spoilt.meta.generation.mode = GenerationMode.NEGATIVE
    assert "clientId" in tester.sent(spoilt)
    assert "clientId" in tester.sent(tester.schema["/order"]["GET"].Case(query={"clientId": "c"})), "not made by the tool"


def test_an_order_gets_what_it_needs_to_rest(tester: Desk) -> None:
    whole = {"market": "BTC-USD", "price": 1, "kind": "LMT", "note": "x"}
    sent = tester.sent(tester.case(PLACE, body={"price": 1, "clientId": "c"}))
    assert sent == whole
    assert tester.sent(tester.case(PLACE, phase=TestPhase.COVERAGE, body={"price": 1, "clientId": "c"})) == {"price": 1, "clientId": "c"}
    assert tester.sent(tester.case(PLACE, body=[1])) == [1]
    assert tester.sent(tester.case("GET /orders")) == {}
