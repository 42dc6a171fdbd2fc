from __future__ import annotations

import dataclasses
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

import reports
from certification.evidence.record import ContractEvidence, Message, Observation, SdkEvidence, ThirdParty, WireCase
from certification.model import ChangeClass, Finding, Level, Place, Severity, SubjectLevel, VerdictOutcome
from reports import canonical, codec
from reports.assemble import ExaminedSdk, assemble
from reports.errors import DocumentError
from reports.report import (
    ComparedFinding,
    Comparison,
    PlannedRetry,
    Report,
    ReportedChange,
    StreamsSummary,
    is_run_id,
    new_run_id,
    parse,
    severity_rank,
)
from reports.statement import result_statement
from sdkgen.language import Language
from tests.simulators.built_sdks import build_all
from tests.simulators.certified_run import FINDINGS, NOW, STARTED, CertifiedRun, contract, facts, report, snapshot, verdict

SCHEMA = json.loads((Path(reports.__file__).parent / "schema" / "report.schema.json").read_text())
CHANGE = ReportedChange(change_class=ChangeClass.BREAKING, rule="operation-removed", operation=None, summary="cancelAll is gone")
COMPARISON = Comparison(run_id="20260201T120000Z-00000000", level=Level.BRONZE, spec_digest="3" * 64, changes=(CHANGE,))


@pytest.fixture
def made(tmp_path: Path) -> Report:
    return report(build_all(tmp_path))


def document(made: Report) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(made.to_bytes())
    return found


def test_a_report_comes_back_as_it_was_written(made: Report) -> None:
    compared = dataclasses.replace(made, comparison=COMPARISON)

    assert parse(made.to_bytes()) == made
    assert parse(compared.to_bytes()) == compared


def test_a_report_that_was_signed_before_a_field_came_still_reads(made: Report) -> None:
    older = document(dataclasses.replace(made, comparison=COMPARISON))
    assert older["spec"].pop("streams") is None
    assert older.keys().isdisjoint({"retries", "third_parties"})
    assert older["comparison"].keys() == {"run_id", "level", "spec_digest", "changes"}

    jsonschema.Draft202012Validator(SCHEMA).validate(older)
    read = parse(canonical.write(older))
    assert read == dataclasses.replace(made, comparison=COMPARISON)
    del older["sdks"]
    with pytest.raises(DocumentError, match="'sdks' is missing"):
        parse(canonical.write(older))


def test_a_report_says_which_streams_were_examined_beside(made: Report) -> None:
    examined = dataclasses.replace(snapshot(), streams=f"/history/objects/33/{'3' * 64}", streams_source="/home/someone/asyncapi.yaml")
    beside = assemble(facts=facts(), snapshot=examined, contract=contract(), sdks=(), verdict=verdict(), findings=FINDINGS)

    assert beside.spec.streams == StreamsSummary(digest="3" * 64, source="asyncapi.yaml")
    assert parse(beside.to_bytes()) == beside
    jsonschema.Draft202012Validator(SCHEMA).validate(document(beside))
    configuration = json.loads(result_statement(beside, "0" * 64))["predicate"]["configuration"]
    assert [entry["digest"]["sha256"] for entry in configuration] == ["1" * 64, "3" * 64, "2" * 64]
    assert made.spec.streams is None


def test_a_report_is_of_the_published_schema(made: Report) -> None:
    validator = jsonschema.Draft202012Validator(SCHEMA)
    jsonschema.Draft202012Validator.check_schema(SCHEMA)

    validator.validate(document(made))
    entry = ComparedFinding(fingerprint="0" * 16, check="a.b", subject="api", severity=Severity.LOW, summary="", since=made.run_id)
    followed = dataclasses.replace(COMPARISON, new=(entry,), still_open=(entry,), mended=(entry,), unseen=(entry,))
    retries = (PlannedRetry(stage="scenarios", reason="down", again_at=NOW, automatic=True),)
    explained = dataclasses.replace(
        made.findings[0], place=Place(pointer="/paths", line=1), likely_cause="a float", same_cause_as="wire.x api"
    )
    full = dataclasses.replace(made, comparison=followed, retries=retries, findings=(explained, *made.findings[1:]))
    validator.validate(document(full))
    assert parse(full.to_bytes()) == full


def test_the_schema_names_every_field_and_no_other() -> None:
    assert list(SCHEMA["properties"]) == [field.name for field in dataclasses.fields(Report)]
    assert list(SCHEMA["$defs"]["finding"]["properties"]) == [field.name for field in dataclasses.fields(Finding)]


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        pytest.param(("run_id",), "../../etc", "run_id", id="a run id that is a path"),
        pytest.param(("schema",), "https://elsewhere.test/v9", "schema", id="another schema"),
        pytest.param(("verdict", "level"), "diamond", "verdict: level: 'diamond' is not a level", id="a level that is none"),
        pytest.param(("verdict", "outcome"), None, "outcome: None is not", id="no outcome"),
        pytest.param(("spec", "operations"), "3", "operations: '3' is not an integer", id="text for a number"),
        pytest.param(("spec", "operations"), True, "operations: True is not an integer", id="a truth value for a number"),
        pytest.param(("spec",), [], "spec: .* is not an object", id="a list for an object"),
        pytest.param(("findings",), {}, "findings: .* is not a list", id="an object for a list"),
        pytest.param(("started_at",), "2026-03-01T12:00:00+00:00", "started_at", id="another form of time"),
        pytest.param(("started_at",), "2026-3-1T12:00:00Z", "started_at", id="a time without its zeros"),
        pytest.param(("known_gaps", 0, "until"), "soon", r"known_gaps\[0\]: until", id="no date"),
        pytest.param(("environment", "tools"), {"go": 1}, "tools.go", id="a number for a version"),
        pytest.param(("sdks", 0, "artefacts", 0, "path"), "../x.whl", "leaves the folder", id="a path outwards"),
        pytest.param(("sdks", 0, "artefacts", 0, "path"), "/etc/passwd", "leaves the folder", id="an absolute path"),
        pytest.param(("sdks", 0, "artefacts", 0, "path"), "a\\..\\b", "leaves the folder", id="a path of another system"),
        pytest.param(("sdks", 0, "artefacts", 0, "digest"), "A" * 64, "is not a SHA-256", id="a digest in capitals"),
        pytest.param(("more",), 1, "the field 'more' is unknown", id="a field too many"),
    ],
)
def test_a_document_of_another_form_is_refused(made: Report, place: tuple[str | int, ...], value: object, said: str) -> None:
    changed: Any = document(made)
    holder = changed
    for step in place[:-1]:
        holder = holder[step]
    holder[place[-1]] = value

    with pytest.raises(DocumentError, match=said):
        parse(canonical.write(changed))


def test_a_missing_field_is_named(made: Report) -> None:
    changed = document(made)
    del changed["verdict"]["asked"]

    with pytest.raises(DocumentError, match=r"report.json: verdict: the field 'asked' is missing"):
        parse(canonical.write(changed))
    with pytest.raises(DocumentError, match="not as canonical JSON has it"):
        parse(json.dumps(document(made), indent=1).encode())


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    assert report(build_all(tmp_path / "a")).to_bytes() == report(build_all(tmp_path / "b")).to_bytes()


def test_the_report_counts_what_the_contract_test_did(made: Report) -> None:
    assert (made.api.operations, made.api.operations_exercised, made.api.calls) == (3, 2, 130)
    assert made.api.level is Level.SILVER
    assert made.api.missing == ("streams.gaps_are_noticed: not_observed",)
    assert [(entry.status, entry.count) for entry in made.api.coverage[0].statuses] == [(201, 60), (422, 60)]


@pytest.mark.parametrize(
    ("evidence", "observation"),
    [
        pytest.param(None, "skipped", id="not asked for"),
        pytest.param(
            ContractEvidence(tool="schemathesis", seed=1, observation=Observation.UNAVAILABLE, reason="nobody answers"),
            "unavailable",
            id="sandbox down",
        ),
    ],
)
def test_an_api_that_was_not_seen_is_said_so(evidence: ContractEvidence | None, observation: str) -> None:
    made = assemble(facts=facts(), snapshot=snapshot(), contract=evidence, sdks=(), verdict=verdict(), findings=FINDINGS)

    assert made.api.observation == observation
    assert made.api.reason != ""
    assert made.api.calls == 0


def test_orders_that_could_not_be_taken_back_are_named() -> None:
    left = replace(contract(), left_behind=tuple(f"order {number} of first" for number in range(7)))
    made = assemble(facts=facts(), snapshot=snapshot(), contract=left, sdks=(), verdict=verdict(), findings=FINDINGS)
    told = ", ".join(left.left_behind[:5])
    assert made.api.reason == f"7 of the test's orders could not be cancelled: {told} …"


@pytest.mark.parametrize(
    ("source", "told"),
    [
        pytest.param("/home/signer/private/openapi.yaml", "openapi.yaml", id="file"),
        pytest.param("https://api.sample.test/openapi.yaml", "https://api.sample.test/openapi.yaml", id="url"),
        pytest.param("github:owner/name@main:a/openapi.yaml", "github:owner/name@main:a/openapi.yaml", id="github"),
    ],
)
def test_a_report_tells_nothing_of_the_signers_own_disk(source: str, told: str) -> None:
    taken = dataclasses.replace(snapshot(), source=source)
    made = assemble(facts=facts(), snapshot=taken, contract=None, sdks=(), verdict=verdict(), findings=())
    assert made.spec.source == told


def test_an_sdk_that_did_not_build_is_named_and_not_certified() -> None:
    sdk = ExaminedSdk(language=Language.GO, name="example.test/go", version="1.0.0", package=None)

    (summary,) = assemble(facts=facts(), snapshot=snapshot(), contract=contract(), sdks=(sdk,), verdict=verdict(), findings=FINDINGS).sdks

    assert (summary.package, summary.digest, summary.artefacts, summary.outcome) == (
        "example.test/go",
        None,
        (),
        VerdictOutcome.NOT_CERTIFIED,
    )


@pytest.mark.parametrize("outcome", [VerdictOutcome.NOT_CERTIFIED, VerdictOutcome.INCONCLUSIVE])
def test_an_sdk_below_the_level_asked_for_is_no_better_than_the_run(tmp_path: Path, outcome: VerdictOutcome) -> None:
    made = report(build_all(tmp_path), judged=verdict(outcome))

    assert {sdk.outcome for sdk in made.sdks} == {outcome}


@pytest.mark.parametrize("outcome", list(VerdictOutcome))
def test_a_third_party_s_sdk_that_reached_the_level_is_certified_only_where_nothing_grave_refused_it(outcome: VerdictOutcome) -> None:
    judged = dataclasses.replace(
        verdict(), outcome=outcome, subjects=(SubjectLevel(subject="theirs", level=Level.SILVER, missing=()),), level=Level.SILVER
    )
    third = ThirdParty(adapter="theirs", adapter_digest="0" * 64, language="c", ecosystem="image", package="p", version="1", digest="")
    called = Message(start="GET /a", headers=())
    wire = tuple(
        WireCase(case=f"{name} #1", operation=name, call="", request=request, mismatches=(), result="")
        for name, request in (("b", called), ("a", called), ("c", None))
    )
    sdk = SdkEvidence(language=None, package=None, operations=3, types=0, fields=0, wire=wire, third_party=third)

    (summary,) = assemble(
        facts=facts(), snapshot=snapshot(), contract=None, sdks=(), verdict=judged, findings=(), third_parties=(sdk,)
    ).third_parties

    assert (summary.outcome, summary.level) == (outcome, Level.SILVER)
    assert (summary.operations, summary.covers) == (2, ("a", "b"))


def test_a_subject_without_a_level_has_none(tmp_path: Path) -> None:
    made = report(build_all(tmp_path), judged=dataclasses.replace(verdict(), subjects=()))

    assert {sdk.level for sdk in made.sdks} == {Level.NONE}
    assert made.api.level is Level.NONE


def test_texts_that_utf8_can_not_say_are_cleaned(tmp_path: Path) -> None:
    hostile = dataclasses.replace(FINDINGS[1], summary="half \ud83d a face", evidence=("\udc00", "\U0001f600"))

    made = assemble(facts=facts(), snapshot=snapshot(), contract=None, sdks=(), verdict=verdict(), findings=(hostile,))

    assert made.findings[0].summary == "half \ufffd a face"
    assert made.findings[0].evidence == ("\ufffd", "\U0001f600")
    assert parse(made.to_bytes()) == made


def test_a_certificate_holds_90_days_unless_told_otherwise(run: CertifiedRun) -> None:
    assert run.report.expires_at - run.report.finished_at == timedelta(days=90)
    short = assemble(facts=facts(), snapshot=snapshot(), contract=None, sdks=(), verdict=verdict(), findings=(), validity=timedelta(days=7))
    assert short.expires_at - short.finished_at == timedelta(days=7)


def test_run_ids_sort_by_time_and_are_safe_names() -> None:
    earlier, later = new_run_id(STARTED), new_run_id(NOW)

    assert earlier.startswith("20260301T120000Z-")
    assert earlier < later
    assert is_run_id(earlier)
    assert not is_run_id(f"{earlier}\n")
    assert not is_run_id("../x")
    assert new_run_id(STARTED) != earlier


def test_findings_can_be_ranked(made: Report) -> None:
    assert [severity_rank(finding.severity) for finding in made.findings] == [1, 2, 1]


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001
def test_moments_survive(moment: datetime) -> None:
    whole = moment.replace(microsecond=0, tzinfo=UTC)

    assert codec._moment(codec.moment_text(whole)) == whole
