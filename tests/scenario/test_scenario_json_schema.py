"""The JSON Schema that editors use."""

from __future__ import annotations

import json
import re

from sim.scenario.json_schema import json_schema


def entries(section):
    (only,) = section["patternProperties"].values()
    return only


def test_it_is_plain_json_and_every_reference_in_it_leads_somewhere():
    made = json_schema()
    text = json.dumps(made)
    assert json.loads(text) == made
    for name in set(re.findall(r'"#/\$defs/([^"]+)"', text)):
        assert name in made["$defs"]


def test_it_covers_the_shorthand_of_times_and_chances():
    made = json_schema()
    duration = made["properties"]["duration"]["anyOf"][0]
    assert all(re.search(duration["pattern"], written) for written in ("90m", "6h", "2d", "1d 6h"))
    assert not re.search(duration["pattern"], "6")
    onset = made["$defs"]["Hostility"]["properties"]["onset"]["anyOf"]
    kinds = {key for each in onset for key in each.get("properties", {})}
    assert kinds == {"uniform", "triangular", "lognormal", "exponential", "choice"}


def test_it_offers_every_kind_of_condition():
    made = json_schema()
    when = made["$defs"]["Benchmark"]["properties"]["when"]
    offered = [made["$defs"][each["$ref"].removeprefix("#/$defs/")] for each in when["oneOf"]]
    keys = {key for each in offered for key in each["properties"]} - {"for"}
    assert keys == {
        "all", "any", "not", "after", "at-or-after", "event", "fact", "people-at", "task", "unit-refused", "standing",
        "option",
    }  # fmt: skip
    assert all("for" in each["properties"] for each in offered)


def test_a_pattern_may_take_entries_away_or_change_a_part_of_them():
    made = json_schema()
    units = entries(made["$defs"]["Pattern"]["properties"]["units"])
    assert {"const": "absent"} in units["anyOf"]
    partial = made["$defs"]["UnitOverlay"]
    assert "required" not in partial
    assert partial["properties"].keys() == made["$defs"]["Unit"]["properties"].keys()
    assert "required" in made["$defs"]["Unit"]


def test_unknown_keys_are_errors_in_the_editor_too():
    made = json_schema()
    assert made["additionalProperties"] is False
    assert made["$defs"]["Unit"]["additionalProperties"] is False
