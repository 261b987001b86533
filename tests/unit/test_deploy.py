"""What is shipped to deploy with is valid by its schemas and in step with queues, settings, metrics and runbooks."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import promql_parser
import pytest
import yaml

from moderation.settings import Settings, load_routes
from tests.docs.test_documents import names
from workers.exporter import ALIVE_S
from workers.metrics import BEAT_EVERY_S, COUNTED, SECONDS, SEEN
from workers.routing import all_queues

ROOT = Path(__file__).parent.parent.parent
DEPLOY = ROOT / "configs" / "deploy"
RUNBOOKS = ROOT / "docs" / "operations" / "runbooks"
KUBERNETES = "1.33"
QUEUES = all_queues(load_routes().routes)
PORT = "9464"


def documents(file: Path) -> list[Any]:
    return list(yaml.safe_load_all(file.read_text(encoding="utf-8")))


COMPOSE: dict[str, Any] = documents(DEPLOY / "compose.yaml")[0]
MANIFESTS = sorted(set((DEPLOY / "kubernetes").glob("*.yaml")) - {DEPLOY / "kubernetes" / "kustomization.yaml"})
OBJECTS: list[dict[str, Any]] = [document for file in MANIFESTS for document in documents(file)]
ALERTS: list[dict[str, Any]] = [
    rule for group in documents(DEPLOY / "alerts.yaml")[0]["groups"] for rule in group["rules"]
]
BY_ALERT = [pytest.param(alert, id=alert["alert"]) for alert in ALERTS]


def of_kind(*kinds: str) -> list[dict[str, Any]]:
    return [one for one in OBJECTS if one["kind"] in kinds]


def pods() -> Iterator[dict[str, Any]]:
    for one in of_kind("Deployment", "StatefulSet"):
        yield one["spec"]["template"]["spec"]


def queues_of(arguments: list[str]) -> list[str]:
    return arguments[arguments.index("--queues") + 1].split(",") if "--queues" in arguments else []


def check_compose(file: Path) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(file)]
    return subprocess.run(words, capture_output=True, text=True, check=False)


# by schema ------------------------------------------------------------------------------------------------------------
@pytest.mark.slow
def test_the_compose_file_is_one(tmp_path: Path) -> None:
    done = check_compose(DEPLOY / "compose.yaml")
    assert done.returncode == 0, done.stdout
    wrong = tmp_path / "compose.yaml"
    wrong.write_text((DEPLOY / "compose.yaml").read_text("utf-8").replace("restart:", "restarts:"), "utf-8")
    assert check_compose(wrong).returncode == 1


@pytest.mark.parametrize(
    "document", [pytest.param(one, id=f"{one['kind']}-{one['metadata']['name']}") for one in OBJECTS]
)
def test_every_manifest_is_one(document: dict[str, Any]) -> None:
    kubernetes_validate.validate(document, KUBERNETES, strict=True)


def test_a_manifest_with_a_misspelt_field_is_none() -> None:
    (budget, *_) = of_kind("PodDisruptionBudget")
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate({**budget, "spec": {"maxUnavailables": 1}}, KUBERNETES, strict=True)


def test_kustomize_takes_every_manifest_but_the_form_of_the_secret() -> None:
    (kustomization,) = documents(DEPLOY / "kubernetes" / "kustomization.yaml")
    assert {*kustomization["resources"], "secret.template.yaml"} == {file.name for file in MANIFESTS}


# queues ---------------------------------------------------------------------------------------------------------------
def test_every_queue_has_a_service_and_a_deployment() -> None:
    services = [queue for one in COMPOSE["services"].values() for queue in queues_of(one.get("command", []))]
    deployed = [queue for pod in pods() for queue in queues_of(pod["containers"][0].get("args", []))]
    assert sorted(services) == sorted(deployed) == sorted(QUEUES)


def test_every_worker_scales_by_the_age_of_its_queue_and_survives_a_drain() -> None:
    workers = {
        one["metadata"]["name"]: queues_of(one["spec"]["template"]["spec"]["containers"][0].get("args", []))
        for one in of_kind("Deployment")
    }
    scaled = {one["spec"]["scaleTargetRef"]["name"]: one["spec"] for one in of_kind("HorizontalPodAutoscaler")}
    assert scaled.keys() == {name for name, queues in workers.items() if queues}
    for name, spec in scaled.items():
        metric = spec["metrics"][0]["external"]["metric"]
        assert metric["name"] in SEEN
        assert metric["selector"]["matchLabels"]["queue"] in workers[name]
    assert {one["metadata"]["name"] for one in of_kind("PodDisruptionBudget")} == scaled.keys()


# settings and secrets -------------------------------------------------------------------------------------------------
def test_every_variable_is_a_setting() -> None:
    files = [file for file in DEPLOY.rglob("*") if file.is_file()]
    page = (ROOT / "docs" / "operations" / "README.md").read_text(encoding="utf-8")
    text = "\n".join(file.read_text(encoding="utf-8") for file in files) + page
    known = {"MODERATION_" + name.replace(".", "__").upper() for name in paths(Settings)} | {"MODERATION_CONFIG"}
    used = set(re.findall(r"MODERATION_[A-Z_]*[A-Z]", text))
    assert used - known == set()
    assert {"MODERATION_REDIS_URL", "MODERATION_STORE_URL", "MODERATION_LOG"} <= used


def paths(model: Any, prefix: str = "") -> Iterator[str]:
    """Every setting with the names of what it stands in."""
    for name, field in model.model_fields.items():
        inner = getattr(field.annotation, "model_fields", None)
        yield from paths(field.annotation, f"{prefix}{name}.") if inner else [prefix + name]


def test_the_names_of_settings_are_those_of_the_settings_file() -> None:
    assert {path.rpartition(".")[2] for path in paths(Settings)} == {
        name.rpartition(".")[2] for name in names(Settings)
    }


def test_no_secret_stands_in_a_file() -> None:
    (form,) = of_kind("Secret")
    assert set(form["stringData"].values()) == {""}
    for file in (file for file in DEPLOY.rglob("*") if file.is_file()):
        for url in re.findall(r"\b(?:rediss?|postgresql(?:\+psycopg)?|amqps?)://\S+", file.read_text(encoding="utf-8")):
            assert "PASSWORD" in url, f"{file.name}: {url}"


# hardening ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", COMPOSE["services"])
def test_a_service_is_no_root_writes_nowhere_and_says_that_it_is_well(name: str) -> None:
    service = COMPOSE["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["user"].partition(":")[0] not in {"", "0", "root"}
    assert service["healthcheck"]["test"]
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))


def test_a_pod_is_no_root_and_writes_nowhere() -> None:
    for pod in pods():
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["automountServiceAccountToken"] is False
        for container in pod["containers"]:
            context = container["securityContext"]
            assert context["readOnlyRootFilesystem"] is True
            assert context["allowPrivilegeEscalation"] is False
            assert context["capabilities"] == {"drop": ["ALL"]}
            assert {"requests", "limits"} <= container["resources"].keys()
            assert {"livenessProbe", "readinessProbe"} <= container.keys()


def test_a_worker_is_probed_where_it_answers_and_given_time() -> None:
    found = 0
    for pod in pods():
        (container,) = pod["containers"]
        if "--queues" not in container.get("args", []):
            continue
        found += 1
        assert container["ports"] == [{"name": "metrics", "containerPort": int(PORT)}]
        assert container["args"][-4:] == ["--metrics-port", PORT, "--metrics-host", "0.0.0.0"]
        live, ready = container["livenessProbe"], container["readinessProbe"]
        assert (live["httpGet"]["path"], ready["httpGet"]["path"]) == ("/healthz", "/readyz")
        assert live["periodSeconds"] * live["failureThreshold"] > ALIVE_S > BEAT_EVERY_S
        assert pod["terminationGracePeriodSeconds"] >= 60
    assert found == len(of_kind("HorizontalPodAutoscaler"))


def test_nobody_speaks_with_anybody_unless_it_is_said() -> None:
    (nobody,) = [one for one in of_kind("NetworkPolicy") if one["spec"]["podSelector"] == {}]
    assert nobody["spec"]["policyTypes"] == ["Ingress", "Egress"]
    assert not {"ingress", "egress"} & nobody["spec"].keys()


def test_the_image_runs_as_no_root_and_is_built_of_what_is_there() -> None:
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    build, _, final = text.rpartition("\nFROM ")
    assert "AS build" in build
    assert re.search(r"^USER 10001", final, re.MULTILINE)
    let_in = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").split()
    for line in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE):
        for source in line.split():
            assert (ROOT / source).exists(), source
            assert f"!{source}" in let_in, source
    assert PORT in final


# alerts ---------------------------------------------------------------------------------------------------------------
def series() -> dict[str, set[str]]:
    """Every name under which a figure of ours is stored, with its labels."""
    found = {f"{name}_total": set(labels) for name, (_, labels) in COUNTED.items()}
    found |= {name: set(labels) for name, (_, labels) in SEEN.items()}
    return found | {f"{SECONDS}_{part}": {"le"} if part == "bucket" else set() for part in ("bucket", "sum", "count")}


def selectors(expression: str) -> list[Any]:
    nodes: list[Any] = []
    promql_parser.walk(promql_parser.parse(expression), nodes.append)
    matrices = [node.vector_selector for node in nodes if isinstance(node, promql_parser.MatrixSelector)]
    return [*matrices, *(node for node in nodes if isinstance(node, promql_parser.VectorSelector))]


@pytest.mark.parametrize("alert", BY_ALERT)
def test_an_alert_asks_for_figures_that_there_are(alert: dict[str, Any]) -> None:
    known = series() | {"up": {"job"}}
    asked = selectors(alert["expr"])
    assert asked
    for selector in asked:
        assert selector.name in known, selector.name
        assert {matcher.name for matcher in selector.matchers.matchers} <= known[selector.name]
    grouped = {label for labels in re.findall(r"by \(([^)]*)\)", alert["expr"]) for label in labels.split(", ")}
    assert grouped <= {"instance"}.union(*(known[selector.name] for selector in asked))
    shown = set(re.findall(r"\$labels\.(\w+)", alert["annotations"]["summary"]))
    assert shown <= grouped


@pytest.mark.parametrize("alert", BY_ALERT)
def test_an_alert_has_a_runbook_that_says_all_four_things(alert: dict[str, Any]) -> None:
    page = ROOT / alert["annotations"]["runbook"]
    kebab = re.sub(r"(?<!^)(?=[A-Z])", "-", alert["alert"]).lower()
    assert page == RUNBOOKS / f"{kebab}.md"
    text = page.read_text(encoding="utf-8")
    assert f"`{alert['alert']}`" in text
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert headings == ["What it means", "What to look at", "What to do", "When it is over"]
    assert alert["labels"]["severity"] in {"page", "ticket"}


def test_every_runbook_belongs_to_an_alert_and_is_listed() -> None:
    pages = {page.name for page in RUNBOOKS.glob("*.md")}
    assert pages == {Path(alert["annotations"]["runbook"]).name for alert in ALERTS}
    index = (ROOT / "docs" / "operations" / "README.md").read_text(encoding="utf-8")
    assert all(f"(runbooks/{page})" in index for page in pages)


def test_prometheus_asks_every_worker_and_reads_the_alerts() -> None:
    (configuration,) = documents(DEPLOY / "prometheus.yaml")
    assert configuration["rule_files"] == ["alerts.yaml"]
    (found,) = next(job for job in configuration["scrape_configs"] if job["job_name"] == "moderation")["dns_sd_configs"]
    workers = {name for name, one in COMPOSE["services"].items() if queues_of(one.get("command", []))}
    assert set(found["names"]) == workers
    assert found["port"] == int(PORT)


def test_every_figure_stands_in_the_page_of_operations() -> None:
    page = (ROOT / "docs" / "operations" / "README.md").read_text(encoding="utf-8")
    wanted = {f"{name}_total" for name in COUNTED} | SEEN.keys() | {SECONDS}
    assert wanted == {name for name in re.findall(r"`(moderation_\w+)`", page) if not name.endswith("_")}
