"""The scenario language as a JSON Schema, so that an editor completes keys and marks mistakes while one types."""

from __future__ import annotations

import copy
from typing import Any, Final

from sim.scenario import schema
from sim.scenario.field_docs import field_docs
from sim.scenario.overlay import ABSENT
from sim.versions import SCENARIO_FORMAT

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_DEFINITIONS: Final = "#/$defs/"
_ALIASES: Final = {"sender": "from"}
"""Keys whose field has another name; elsewhere a field is written with dashes, or without the dash at its end."""


def json_schema() -> dict[str, Any]:
    """What an author may write, shorthand included; an overlay may name a part of an entry, or ``absent``."""
    made = schema.Scenario.model_json_schema(by_alias=True, mode="validation")
    definitions: dict[str, Any] = made["$defs"]
    _explain({"Scenario": made, **definitions})
    overlay = definitions["Pattern"]["properties"]
    for section, sketch in overlay.items():
        entries = _entries(made["properties"].get(section, {}))
        anything = _entries(sketch)
        if entries is None or "$ref" not in entries or anything is None or anything:
            continue
        name = entries["$ref"].removeprefix(_DEFINITIONS)
        definitions[f"{name}Overlay"] = _partial(definitions[name])
        anything["anyOf"] = [{"const": ABSENT}, {"$ref": f"{_DEFINITIONS}{name}Overlay"}]
    return {
        "$schema": _DIALECT,
        **made,
        "title": f"Scenario of the Mission Leadership Tabletop, format {SCENARIO_FORMAT}",
    }


def _explain(definitions: dict[str, dict[str, Any]]) -> None:
    """Put under each key what the schema says of it, for whoever hovers over it in an editor."""
    docs = field_docs()
    for name, definition in definitions.items():
        for field, text in docs.get(name.rpartition("__")[2], {}).items():
            key = _ALIASES.get(field, field.rstrip("_").replace("_", "-"))
            sketch = definition["properties"].get(field) or definition["properties"].get(key)
            if sketch is not None:
                sketch["description"] = text


def _entries(section: dict[str, Any]) -> dict[str, Any] | None:
    """The schema of the entries of a section that maps ids to them."""
    by_pattern = list(section.get("patternProperties", {}).values())
    return by_pattern[0] if len(by_pattern) == 1 else None


def _partial(definition: dict[str, Any]) -> dict[str, Any]:
    """An entry of which every key may be left out or taken away, to whatever depth: the whole is checked on loading."""
    partial = copy.deepcopy(definition)
    partial.pop("required", None)
    partial["properties"] = {
        key: {"anyOf": [{"const": ABSENT}, {"type": "object"}, value]} for key, value in partial["properties"].items()
    }
    return partial
