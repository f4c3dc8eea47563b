"""The chat's interface as its document describes it (docs/openapi.yaml)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import yaml
from jsonschema import Draft202012Validator, RefResolver  # type: ignore[import-untyped]

from offre_bailleurs.settings import PROJECT_ROOT

DOCUMENT = PROJECT_ROOT / "docs" / "openapi.yaml"


@cache
def document() -> Mapping[str, Any]:
    """The document, as read."""
    read: Mapping[str, Any] = yaml.safe_load(DOCUMENT.read_text(encoding="utf-8"))
    return read


def resolved(node: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a node of the document says, its `$ref` followed."""
    reference = node.get("$ref")
    if reference is None:
        return node
    found: Any = document()
    for step in str(reference).removeprefix("#/").split("/"):
        found = found[step]
    return resolved(found)


def validator(schema: Mapping[str, Any]) -> Draft202012Validator:
    """Validates against a schema of the document, or against a `$ref` to one."""
    return Draft202012Validator(schema, resolver=RefResolver("", document()))


@cache
def named(schema: str) -> Draft202012Validator:
    """Validates against one of the document's named schemas."""
    return validator({"$ref": f"#/components/schemas/{schema}"})
