"""The Kubernetes resources: valid against the schemas, one Deployment for each service, probes that exist."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from forms.certificates import CERTIFICATE, KEY, ROOT
from motcua_stack.registry import SERVICES

FOLDER = Path(__file__).parents[2] / "deploy" / "k8s"
FILES = sorted(file for file in FOLDER.rglob("*.yaml") if file.name != "kustomization.yaml")
VERSION = "1.34"


def resources() -> Iterator[tuple[str, dict[str, Any]]]:
    for file in FILES:
        for resource in yaml.safe_load_all(file.read_text(encoding="utf-8")):
            yield f"{file.name}/{resource['kind']}", resource


@pytest.mark.parametrize(("name", "resource"), list(resources()), ids=lambda value: value if isinstance(value, str) else "")
def test_every_resource_is_valid_against_the_schemas(name: str, resource: dict[str, Any]) -> None:
    kubernetes_validate.validate(resource, VERSION, strict=True)


def test_a_misspelt_field_is_noticed() -> None:
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(
            {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "x"}, "spec": {"replica": 1}}, VERSION, strict=True
        )


def test_every_service_has_its_deployment_and_the_kustomization_names_it() -> None:
    deployments = {resource["metadata"]["name"] for _, resource in resources() if resource["kind"] == "Deployment"}
    assert deployments == {service.name for service in SERVICES if service.database}
    named = set(yaml.safe_load((FOLDER / "kustomization.yaml").read_text(encoding="utf-8"))["resources"])
    assert named == {str(file.relative_to(FOLDER)) for file in FILES}


def test_probes_ask_ports_that_the_container_opens() -> None:
    for name, resource in resources():
        if resource["kind"] == "Deployment":
            (container,) = resource["spec"]["template"]["spec"]["containers"]
            ports = {port["name"] for port in container["ports"]}
            for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
                assert container[probe]["httpGet"]["port"] in ports, name


def test_the_schema_of_every_service_is_made_in_its_own_image_before_the_topics() -> None:
    (job,) = (resource for _, resource in resources() if resource["kind"] == "Job")
    pod = job["spec"]["template"]["spec"]
    assert [container["name"] for container in pod["initContainers"]] == [service.name for service in SERVICES if service.database]
    for container in pod["initContainers"]:
        assert container["image"].startswith(f"motcua/{container['name']}:")
        assert container["command"] == ["python", "-m", "chassis.set_up", "schema"]
        assert {"name": "MOTCUA_SERVICE", "value": container["name"]} in container["env"]
        assert {"secretRef": {"name": container["name"]}} in container["envFrom"]
    (topics,) = pod["containers"]
    assert topics["command"] == ["python", "-m", "chassis.set_up", "topics"]


def test_nobody_but_the_set_up_knows_the_owner_of_the_database() -> None:
    knowing = {name for name, resource in resources() if "MOTCUA_OWNER_URL" in str(resource)}
    assert knowing == {"set-up.yaml/Job"}


@pytest.mark.parametrize(
    ("service", "files"), [("results", {f"signer/{name}" for name in (KEY, CERTIFICATE, ROOT)}), ("intake", {"personal-roots.pem"})]
)
def test_who_signs_or_checks_signatures_finds_its_certificates_in_a_secret(service: str, files: set[str]) -> None:
    (pod,) = (r["spec"]["template"]["spec"] for _, r in resources() if r["kind"] == "Deployment" and r["metadata"]["name"] == service)
    (container,) = pod["containers"]
    (place,) = (mount["mountPath"] for mount in container["volumeMounts"] if mount["name"] == "certificates")
    assert {"name": "MOTCUA_CERTIFICATES", "value": place} in container["env"]
    (secret,) = (volume["secret"] for volume in pod["volumes"] if volume["name"] == "certificates")
    assert {item["path"] for item in secret["items"]} == files
