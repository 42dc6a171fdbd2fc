"""Compose file, manifests, alerts and dashboard: they parse, and they agree with the settings, the portal and each other."""

from __future__ import annotations

import importlib.util
import json
import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from starlette.routing import Route

from flows.commands.serve import command as serve
from flows.deployed import LAST_DEPLOYED
from flows.settings import read_settings
from portal.app import create_app
from portal.metrics import Metrics
from portal.settings import PortalSettings
from reports.registries.static import StaticRegistry
from reports.store import open_store

REPOSITORY = Path(__file__).parents[2]
INFRA = REPOSITORY / "infra"
COMPOSE = yaml.safe_load((INFRA / "compose" / "compose.yaml").read_text())
PORT = next(option.default for option in serve.params if option.name == "port")
SETTINGS = frozenset(re.findall(r"CERTIFY_[A-Z_]+", (REPOSITORY / "flows" / "settings.py").read_text()))
VERSION = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]["version"]
SECRET = {"CERTIFY_API_TOKEN", "CERTIFY_DATABASE_URL", "CERTIFY_GITHUB_TOKEN"}


def documents() -> Iterator[dict[str, Any]]:
    for file in sorted((INFRA / "kubernetes").glob("*.yaml")):
        yield from yaml.safe_load_all(file.read_text())


def of_kind(kind: str) -> dict[str, Any]:
    (found,) = (document for document in documents() if document["kind"] == kind)
    return found


POD = of_kind("Deployment")["spec"]["template"]["spec"]
CONTAINERS = {container["name"]: container for container in POD["containers"]}


def test_kustomize_takes_every_manifest() -> None:
    manifests = {file.name for file in (INFRA / "kubernetes").glob("*.yaml")} - {"kustomization.yaml"}
    assert set(of_kind("Kustomization")["resources"]) == manifests
    assert all(document["apiVersion"] and document["kind"] for document in documents())


def test_every_variable_is_one_that_the_settings_read(tmp_path: Path) -> None:
    given = dict(of_kind("ConfigMap")["data"])
    for container in CONTAINERS.values():
        given |= {entry["name"]: "sqlite:///x" for entry in container.get("env", ())}
    composed = COMPOSE["services"]["certify"]["environment"]
    example = re.findall(r"^([A-Z_]+)=", (INFRA / "compose" / ".env.example").read_text(), re.MULTILINE)
    for name in (*given, *composed, *example):
        assert not name.startswith("CERTIFY_") or name in SETTINGS, name
    assert read_settings(given).home == Path("/data")
    assert set(re.findall(r"\$\{([A-Z_]+)", (INFRA / "compose" / "compose.yaml").read_text())) == set(example)


def test_secrets_come_from_a_secret_and_stand_in_no_file() -> None:
    assert not SECRET & of_kind("ConfigMap")["data"].keys()
    for container in CONTAINERS.values():
        for entry in container.get("env", ()):
            assert "value" not in entry
            assert entry["valueFrom"]["secretKeyRef"]["name"] == "certify-secrets"
    assert all(
        value.startswith("${") or "${" in value for name, value in COMPOSE["services"]["certify"]["environment"].items() if name in SECRET
    )
    empty = [line for line in (INFRA / "compose" / ".env.example").read_text().splitlines() if re.match(r"[A-Z_]*(TOKEN|PASSWORD)=", line)]
    assert all(line.endswith("=") for line in empty)


def test_every_port_is_the_portal_s() -> None:
    assert CONTAINERS["portal"]["ports"] == [{"name": "http", "containerPort": PORT}]
    assert CONTAINERS["portal"]["command"][-1] == str(PORT)
    assert of_kind("Service")["spec"]["ports"][0]["targetPort"] == "http"
    assert of_kind("NetworkPolicy")["spec"]["ingress"][0]["ports"] == [{"protocol": "TCP", "port": PORT}]
    assert of_kind("Deployment")["spec"]["template"]["metadata"]["annotations"]["prometheus.io/port"] == str(PORT)
    assert COMPOSE["services"]["certify"]["ports"] == [f"127.0.0.1:{PORT}:{PORT}"]
    (job,) = yaml.safe_load((INFRA / "prometheus" / "prometheus.yaml").read_text())["scrape_configs"]
    assert job["static_configs"][0]["targets"] == [f"certify:{PORT}"]
    assert f"EXPOSE {PORT}" in (INFRA / "images" / "service" / "Dockerfile").read_text()


def test_our_image_is_this_version_and_others_are_pinned() -> None:
    (ours,) = of_kind("Kustomization")["images"]
    assert (ours["name"], ours["newTag"]) == ("openxapi-certify", VERSION)
    assert {container["image"] for container in CONTAINERS.values()} == {ours["name"]}
    images = {name: service["image"] for name, service in COMPOSE["services"].items()}
    assert images.pop("certify") == f"openxapi-certify:{VERSION}"
    assert all(re.fullmatch(r"[a-z/]+:v?\d+\.\d+[\w.-]*", image) for image in images.values())


def test_pods_have_no_power() -> None:
    assert POD["automountServiceAccountToken"] is False
    assert POD["securityContext"]["runAsNonRoot"] is True
    for container in CONTAINERS.values():
        least = container["securityContext"]
        assert (least["allowPrivilegeEscalation"], least["readOnlyRootFilesystem"], least["capabilities"]) == (
            False,
            True,
            {"drop": ["ALL"]},
        )
        assert container["resources"]["limits"]["memory"]
        assert {mount["mountPath"] for mount in container["volumeMounts"]} == {"/data", "/tmp"}  # noqa: S108 - the container's own
    composed = COMPOSE["services"]["certify"]
    assert (composed["read_only"], composed["cap_drop"], composed["user"]) == (True, ["ALL"], "65532:65532")
    assert of_kind("Deployment")["spec"]["strategy"] == {"type": "Recreate"}, "two pods would write one volume"


def test_only_its_own_pod_reaches_prefect() -> None:
    command = CONTAINERS["prefect"]["command"]
    assert command[command.index("--host") + 1] == "127.0.0.1"
    api = urlsplit(of_kind("ConfigMap")["data"]["PREFECT_API_URL"])
    assert (api.hostname, api.port) == ("127.0.0.1", int(command[command.index("--port") + 1]))
    assert CONTAINERS["worker"]["startupProbe"]["exec"]["command"][-1].count(f"/api/deployments/name/{LAST_DEPLOYED}'") == 1
    public = next(rule for rule in of_kind("NetworkPolicy")["spec"]["egress"] if "ipBlock" in rule["to"][0])
    assert {"10.0.0.0/8", "169.254.0.0/16", "192.168.0.0/16"} <= set(public["to"][0]["ipBlock"]["except"])


@pytest.fixture
def portal_settings(tmp_path: Path) -> PortalSettings:
    return PortalSettings(
        database_url=f"sqlite:///{tmp_path / 'x.sqlite'}",
        registry=StaticRegistry(folder=tmp_path),
        exchanges=tmp_path,
        trust=tmp_path / "trust.json",
        public_url="https://certify.example",
    )


def test_probes_ask_what_the_portal_answers(portal_settings: PortalSettings) -> None:
    known = {route.path for route in create_app(portal_settings).routes if isinstance(route, Route)}
    probes = [CONTAINERS["portal"][kind] for kind in ("startupProbe", "readinessProbe", "livenessProbe")]
    asked = {probe["httpGet"]["path"] for probe in probes}
    asked |= set(re.findall(rf"127\.0\.0\.1:{PORT}(/\w+)", " ".join(COMPOSE["services"]["certify"]["healthcheck"]["test"])))
    (job,) = yaml.safe_load((INFRA / "prometheus" / "prometheus.yaml").read_text())["scrape_configs"]
    asked.add(job["metrics_path"])
    assert asked <= known
    assert "/health" in asked


@pytest.mark.parametrize("name", ["prefect", "worker", "portal"])
def test_every_command_is_a_module_that_there_is(name: str) -> None:
    python, dash_m, module, *_ = CONTAINERS[name]["command"]
    assert (python, dash_m) == ("python", "-m")
    assert importlib.util.find_spec(module) is not None


def test_alerts_and_dashboard_ask_for_numbers_that_the_portal_tells(portal_settings: PortalSettings) -> None:
    metrics = Metrics()
    metrics.count("home", "GET", 200, 0.1)
    with open_store(portal_settings.database_url) as store:
        told = set(re.findall(r"^(certify_\w+)", bytes(metrics.answer(store, datetime.now(UTC)).body).decode(), re.MULTILINE))
    alerts = yaml.safe_load((INFRA / "prometheus" / "alerts.yaml").read_text())
    rules = [rule for group in alerts["groups"] for rule in group["rules"]]
    panels = json.loads((INFRA / "dashboards" / "certify.json").read_text())["panels"]
    asked = [rule["expr"] for rule in rules] + [target["expr"] for panel in panels for target in panel["targets"]]
    assert set(re.findall(r"certify_\w+", " ".join(asked))) <= told
    assert all(rule["annotations"]["summary"] and rule["labels"]["severity"] in {"info", "warning", "critical"} for rule in rules)
    states = set(re.findall(r'state="(\w+)"', " ".join(asked)))
    assert states <= {"finished", "failed", "revoked"}


def test_what_compose_mounts_is_there() -> None:
    for service in COMPOSE["services"].values():
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            assert source in COMPOSE["volumes"] or (INFRA / "compose" / source).exists(), source
