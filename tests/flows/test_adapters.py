import json
from pathlib import Path

import jsonschema
import pytest

from certification.adapters.manifest import read_adapter
from certification.errors import AdapterError
from flows.request import RunRequest
from flows.stages.adapters import check_adapters
from tests.flows.conftest import Certify
from tests.simulators.small_adapter import MANIFEST, small_adapter
from tests.simulators.stages import reference_profile

REPOSITORY = Path(__file__).resolve().parents[2]
FOR_REFERENCE = MANIFEST.replace("exchange: small", "exchange: reference")


@pytest.fixture
def adapter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "adapter-wheels"))
    return small_adapter(tmp_path / "adapter", operations=("getTime",), manifest=FOR_REFERENCE)


def test_a_third_party_s_sdk_is_reported_under_its_own_name_and_never_published(
    certify: Certify, prefect: None, adapter: Path, home: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    ended = certify("run", "reference", "--adapter", str(adapter), "--isolation", "process", "--seed", "1", "--out", str(out))
    assert ended.exit_code == 3, ended.err
    report = json.loads((out / "report.json").read_bytes())
    jsonschema.validate(report, json.loads((REPOSITORY / "reports" / "schema" / "report.schema.json").read_bytes()))
    assert report["sdks"] == []
    assert report["exchange"]["name"].endswith(": small-thing 1.0.0 (third party)")
    (third,) = report["third_parties"]
    assert (third["adapter"], third["package"], third["version"], third["operations"]) == ("small-thing", "small-thing", "1.0.0", 1)
    assert third["digest"].startswith("sha256:")
    assert third["outcome"] == "inconclusive"
    known = [each for each in report["findings"] if each["check"] == "hygiene.dependencies_have_no_known_vulnerabilities"]
    assert [(each["outcome"], "PIP_NO_INDEX is set" in each["summary"]) for each in known] == [("not_observed", True)]
    statement = json.loads((out / "report.intoto.json").read_bytes())
    assert "payload" in statement
    html = (out / "report.html").read_text()
    assert "SDKs of third parties" in html
    assert third["adapter_digest"] in html
    assert (out / "evidence" / "sdk-small-thing.json").is_file()
    assert read_adapter(out / "evidence" / "adapters" / "small-thing").digest == third["adapter_digest"]
    assert not (out / "packages").exists()
    assert not (home / "registry").exists()
    assert 'name="small-thing"' in (out / "report.junit.xml").read_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--language", "python"), "--adapter examines SDKs of third parties"),
        (("--backend", "native"), "--adapter examines SDKs of third parties"),
    ],
)
def test_what_does_not_go_together_is_one_line(certify: Certify, adapter: Path, arguments: tuple[str, ...], message: str) -> None:
    ended = certify("run", "reference", "--adapter", str(adapter), *arguments)
    assert ended.exit_code == 2
    assert message in ended.complaint


def test_two_adapters_of_one_name_are_refused(adapter: Path) -> None:
    request = RunRequest(exchange="reference", adapters=(str(adapter), str(adapter)))
    with pytest.raises(AdapterError, match="another adapter is called small-thing too"):
        check_adapters(request, reference_profile())


def test_an_adapter_of_another_exchange_is_refused_at_once(certify: Certify, tmp_path: Path) -> None:
    ended = certify("run", "reference", "--adapter", str(small_adapter(tmp_path / "adapter")))
    assert ended.exit_code == 2
    assert "it is for small, and this run examines reference" in ended.complaint


def test_whoever_writes_an_adapter_is_told_which_rule_it_keeps(certify: Certify, adapter: Path) -> None:
    ended = certify("adapter", "check", str(adapter), "--isolation", "process")
    assert ended.exit_code == 0, ended.out
    assert ended.out.count("✓") == 8
    (adapter / "main.py").write_text((adapter / "main.py").read_text().replace("set(())", "{'odd kinds'}"))
    ended = certify("adapter", "check", str(adapter), "--isolation", "process")
    assert ended.exit_code == 1
    assert "✗ a status 500 is answered by raised" in ended.out
