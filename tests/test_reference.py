"""The reference says what the schema and the catalogues say, and every key of the schema has a sentence."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Final

import pytest
from pydantic import BaseModel

from sim.scenario import actors, conditions, events, ground, schema, vocabulary
from sim.scenario.field_docs import field_docs
from sim.scenario.json_schema import json_schema

WRITER: Final = Path(__file__).parents[1] / "docs" / "reference.py"
needs_docs = pytest.mark.skipif(not WRITER.exists(), reason="docs/ is not beside the tests")
MODULES: Final = (schema, ground, actors, events, conditions)


@pytest.fixture(scope="module")
def writer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_reference", WRITER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def models() -> list[type[BaseModel]]:
    return [
        kind
        for module in MODULES
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, BaseModel) and kind.__module__ == module.__name__
    ]


@needs_docs
def test_the_committed_pages_are_what_the_schema_and_the_catalogues_say(writer: ModuleType) -> None:
    stale = [path.name for path, text in writer.pages().items() if path.read_text(encoding="utf-8") != text]
    assert not stale, f"{stale}: run python docs/reference.py"


@needs_docs
def test_every_section_of_the_schema_has_a_place_in_the_reference(writer: ModuleType) -> None:
    page = writer.pages()[WRITER.parent / "authoring" / "reference.md"]
    missing = [
        f"{model.__name__}.{name}"
        for model in models()
        for name, field in model.model_fields.items()
        if name != "for_" and f"`{field.alias or name}`" not in page and f"### {field.alias or name}" not in page
    ]
    assert missing == []


def test_every_key_of_the_schema_has_a_sentence_for_authors() -> None:
    docs = field_docs()
    without = [
        f"{model.__name__}.{name}"
        for model in models()
        for name in model.model_fields
        if not any(name in docs.get(kind.__name__, {}) for kind in model.__mro__)
    ]
    assert without == []


def test_the_json_schema_shows_the_sentence_of_a_key() -> None:
    group = json_schema()["$defs"]["Group"]["properties"]
    assert group["aims"]["description"] == field_docs()["Group"]["aims"]


def test_every_attribute_that_a_condition_can_ask_for_has_its_value_explained() -> None:
    assert set(vocabulary.MEANINGS) == {*vocabulary.ATTRIBUTES, *vocabulary.TOLD}
