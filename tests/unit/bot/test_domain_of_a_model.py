"""A server that reads a model's domain as JSON has the domain that Rasa would have read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.graph_components.providers.domain_provider import DomainProvider
from rasa.shared.core.domain import Domain

from bot.rasa_patches import domain as patch
from offre_bailleurs.settings import PROJECT_ROOT

RESOURCE = Resource("domain_provider")


class Importer:
    """What training asks for its domain."""

    def get_domain(self) -> Domain:
        return Domain.load([PROJECT_ROOT / "domain.yml"])


@pytest.fixture
def storage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LocalModelStorage:
    monkeypatch.setattr(DomainProvider, "_persist", DomainProvider._persist)  # what it was comes back
    patch.write_plain_domain()
    kept = LocalModelStorage(tmp_path)
    DomainProvider.create({}, kept, RESOURCE, _context()).provide_train(Importer())  # type: ignore[arg-type]
    return kept


def test_it_is_the_same_domain(storage: LocalModelStorage) -> None:
    patched, stock = _read(storage, patch._load), _read(storage, DomainProvider.load.__func__)  # type: ignore[attr-defined]
    assert patched.as_dict() == stock.as_dict()
    assert patched.fingerprint() == stock.fingerprint()
    assert {name: repr(value) for name, value in vars(patched).items() if name != "slots"} == {
        name: repr(value) for name, value in vars(stock).items() if name != "slots"
    }
    assert [slot.persistence_info() for slot in patched.slots] == [slot.persistence_info() for slot in stock.slots]
    assert patched.action_names_or_texts == stock.action_names_or_texts


def test_the_json_is_what_is_read(storage: LocalModelStorage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patch, "_load_as_rasa", _fail)
    assert _read(storage, patch._load).intents


def test_a_model_without_it_is_read_as_rasa_does(storage: LocalModelStorage) -> None:
    with storage.write_to(RESOURCE) as folder:
        (folder / "domain.json").unlink()
    assert _read(storage, patch._load).as_dict() == Importer().get_domain().as_dict()


def _read(storage: LocalModelStorage, load: Any) -> Domain:
    provider: DomainProvider = load(DomainProvider, {}, storage, RESOURCE, _context())
    return provider.provide_inference()


def _context() -> ExecutionContext:
    return ExecutionContext(GraphSchema({}))


def _fail(*_: object) -> None:
    raise AssertionError("the YAML was read")
