"""The manifests are what Kubernetes accepts, and what they promise each other."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import kubernetes_validate
import pytest
import yaml
from jsonschema import Draft202012Validator, RefResolver

from cli.environment import read_programs
from offre_bailleurs.settings import PROJECT_ROOT, read_settings

FOLDER = PROJECT_ROOT / "deploy" / "kubernetes"
VERSION = "v1.33.0-local-strict"
SCHEMAS = Path(kubernetes_validate.__file__).parent / "kubernetes-json-schema" / VERSION
"""The package's own function wants a newer jsonschema than Rasa holds: its schemas are read instead."""

Manifest = dict[str, Any]


@cache
def manifests() -> list[Manifest]:
    return [
        document
        for path in sorted(FOLDER.glob("*.yaml"))
        for document in yaml.safe_load_all(path.read_text(encoding="utf-8"))
    ]


@cache
def definitions() -> Any:
    return json.loads((SCHEMAS / "_definitions.json").read_text(encoding="utf-8"))


def of_kind(*kinds: str) -> list[Manifest]:
    return [each for each in manifests() if each["kind"] in kinds]


def pods() -> list[Manifest]:
    """Every pod's template."""
    templates = []
    for each in of_kind("Deployment", "Job", "CronJob"):
        spec = each["spec"]["jobTemplate"]["spec"] if each["kind"] == "CronJob" else each["spec"]
        templates.append(spec["template"])
    return templates


def named(manifest: Manifest) -> str:
    return f"{manifest['kind']} {manifest['metadata']['name']}"


@pytest.mark.parametrize("manifest", manifests(), ids=named)
def test_kubernetes_accepts_it(manifest: Manifest) -> None:
    group, _, version = manifest["apiVersion"].rpartition("/")
    prefix = f"{group.partition('.')[0]}-" if group else ""
    path = SCHEMAS / f"{manifest['kind'].lower()}-{prefix}{version}.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    shared = urljoin(schema["$id"], "_definitions.json")  # as it names them; nothing is fetched
    resolver = RefResolver.from_schema(schema, store={shared: definitions()})
    Draft202012Validator(schema, resolver=resolver).validate(manifest)


@pytest.mark.parametrize("pod", pods(), ids=lambda pod: pod["metadata"]["labels"]["app.kubernetes.io/name"])
def test_a_pod_runs_as_nobody_on_a_disk_that_it_cannot_write(pod: Manifest) -> None:
    spec = pod["spec"]
    assert spec["securityContext"]["runAsNonRoot"]
    assert spec["automountServiceAccountToken"] is False
    for container in spec["containers"]:
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert {"cpu", "memory"} == set(container["resources"]["requests"])
        assert "memory" in container["resources"]["limits"]
        assert {"secretRef": {"name": "offre-bailleurs"}} in container["envFrom"]


def test_no_manifest_holds_a_secret() -> None:
    assert not of_kind("Secret")
    (settings,) = of_kind("ConfigMap")
    secret = ("SECRET_KEY", "DATABASE_URL", "REDIS_URL", "RABBITMQ_URL", "MAIL_URL", "DESK_WEBHOOK_SECRET")
    assert not set(secret) & set(settings["data"])


def test_the_settings_are_settings_of_the_project() -> None:
    (settings,) = of_kind("ConfigMap")
    known = (PROJECT_ROOT / ".env.example").read_text(encoding="utf-8")
    assert [name for name in settings["data"] if f"#{name}=" not in known] == []
    read_settings({**settings["data"], "SECRET_KEY": "x" * 32})


def test_the_probes_ask_the_addresses_that_answer_them() -> None:
    asked = {}
    for server in of_kind("Deployment"):
        (container,) = server["spec"]["template"]["spec"]["containers"]
        if "readinessProbe" in container:
            kinds = ("startupProbe", "livenessProbe", "readinessProbe")
            asked[server["metadata"]["name"]] = [container[kind]["httpGet"]["path"] for kind in kinds]
    assert asked == {
        "rasa": ["/webhooks/webchat/vivant"] * 2 + ["/webhooks/webchat/pret"],
        "actions": ["/vivant"] * 2 + ["/pret"],
        "portal": ["/sante/vivant"] * 2 + ["/sante"],
    }


def test_everything_of_the_procfile_is_deployed_and_whoever_listens_can_be_lost() -> None:
    programs = {program.name for program in read_programs(read_settings({}))}
    deployed = {each["metadata"]["name"] for each in of_kind("Deployment")}
    assert deployed == programs
    servers = {"rasa", "actions", "portal"}
    for kind in ("Service", "HorizontalPodAutoscaler", "PodDisruptionBudget"):
        assert {each["metadata"]["name"] for each in of_kind(kind)} == servers
    assert all(each["spec"]["minReplicas"] >= 2 for each in of_kind("HorizontalPodAutoscaler"))


def test_a_replica_has_the_time_to_finish_its_turn() -> None:
    (settings,) = of_kind("ConfigMap")
    longest = read_settings({**settings["data"], "SECRET_KEY": "x" * 32})
    needed = longest.shutdown_delay + longest.turn_timeout + 15
    for server in of_kind("Deployment"):
        if server["metadata"]["name"] in ("rasa", "actions", "portal"):
            assert server["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] >= needed


def test_the_connections_of_every_replica_fit_into_postgresql() -> None:
    most = sum(each["spec"]["maxReplicas"] for each in of_kind("HorizontalPodAutoscaler"))
    workers = sum(each["spec"].get("replicas", 0) for each in of_kind("Deployment"))
    jobs = len(of_kind("Job", "CronJob"))
    a_pool = 5 + 10  # SQLAlchemy's, and what it may add
    assert (most + workers + jobs) * a_pool < 300


def test_the_ingress_leads_to_the_portal_and_of_rasa_to_the_chat_alone() -> None:
    paths = {
        path["path"]: path["backend"]["service"]["name"]
        for ingress in of_kind("Ingress")
        for rule in ingress["spec"]["rules"]
        for path in rule["http"]["paths"]
    }
    assert paths == {"/": "portal", "/webhooks/webchat/": "rasa"}


def test_of_what_was_sent_only_the_chat_may_be_asked_again_at_another_replica() -> None:
    key = "nginx.ingress.kubernetes.io/proxy-next-upstream"
    rules = {each["metadata"]["name"]: each["metadata"]["annotations"][key] for each in of_kind("Ingress")}
    assert rules == {"portal": "error timeout", "chat": "error timeout non_idempotent"}


def test_nobody_reaches_anybody_unless_it_is_said() -> None:
    policies = {each["metadata"]["name"]: each["spec"] for each in of_kind("NetworkPolicy")}
    assert policies["nothing"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    (actions,) = (each for each in policies.values() if each["podSelector"] == _pods_named("actions"))
    assert actions["ingress"][0]["from"] == [{"podSelector": _pods_named("rasa")}]


def _pods_named(name: str) -> Manifest:
    return {"matchLabels": {"app.kubernetes.io/name": name}}
