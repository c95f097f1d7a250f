"""The Kubernetes resources: valid against the schemas, one Deployment for each service, probes that exist."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

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
