"""Laying a pattern over the base."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.scenario import schema
from sim.scenario.conditions import Condition
from sim.scenario.faults import keys_known
from sim.scenario.overlay import CONDITION_FIELDS, Overlay, places
from sim.scenario.reader import read


def lay(base, over):
    below, above = read(base, "x"), read(over, "x")
    overlay = Overlay("x")
    data, mark = overlay.lay(below.data, below.mark, above.data, above.mark)
    return data, mark, overlay.problems


@pytest.mark.parametrize(
    ("base", "over", "expected"),
    [
        ("{a: {x: 1, y: 2}, b: 3}", "{a: {y: 5}}", {"a": {"x": 1, "y": 5}, "b": 3}),
        ("{a: {x: 1}, b: {x: 2}}", "{b: absent}", {"a": {"x": 1}}),
        ("{a: {x: 1, y: 2}}", "{a: {x: absent}}", {"a": {"y": 2}}),
        ("{a: {x: 1}}", "{b: {z: 2}}", {"a": {"x": 1}, "b": {"z": 2}}),
        ("{a: [1, 2]}", "{a: [3]}", {"a": [3]}),
        ("{a: [{id: p, x: 1}, {id: q, x: 2}]}", "{a: {q: {x: 5}}}", {"a": [{"id": "p", "x": 1}, {"id": "q", "x": 5}]}),
        ("{a: [{id: p}, {id: q}]}", "{a: {p: absent}}", {"a": [{"id": "q"}]}),
        ("{a: [{id: p}]}", "{a: {r: {x: 3}}}", {"a": [{"id": "p"}, {"id": "r", "x": 3}]}),
        ("{a: [{id: p}]}", "{a: [{id: z}]}", {"a": [{"id": "z"}]}),
        ("{i: {when: {event: x}, to: [a]}}", "{i: {when: {after: 6h}}}", {"i": {"when": {"after": "6h"}, "to": ["a"]}}),
        ("{g: {n: {triangular: [1, 2, 3]}}}", "{g: {n: {uniform: [1, 2]}}}", {"g": {"n": {"uniform": [1, 2]}}}),
        ("{g: {onset: 6h}}", "{g: {onset: {exponential: 2h}}}", {"g": {"onset": {"exponential": "2h"}}}),
        ("{o: {a: {label: x}}}", "{o: {choice: {label: y}}}", {"o": {"a": {"label": "x"}, "choice": {"label": "y"}}}),
        ("{a: 1}", "{a: {b: 2}}", {"a": {"b": 2}}),
        ("{a: {b: 2}}", "{a: 1}", {"a": 1}),
        ("{}", "{}", {}),
    ],
)  # fmt: skip
def test_an_overlay_changes_what_it_names(base, over, expected):
    data, _, problems = lay(base, over)
    assert data == expected
    assert not problems


def test_only_what_is_there_can_be_absent():
    _, _, problems = lay("{units: {fpu-3: {x: 1}}}", "{units: {fpu-4: absent}}")
    (problem,) = problems
    assert (problem.line, problem.column, problem.rule) == (1, 10, "absent")
    assert 'Did you mean "fpu-3"?' in problem.mend


def test_marks_point_to_whoever_said_it_last():
    _, mark, _ = lay("a: {x: 1, y: 2}\nb: 3", "\n\n\n\n\n\n\na: {y: 5}")
    inner = mark.child("a")
    assert (inner.keys["x"].line, inner.keys["y"].line) == (1, 8)
    assert mark.keys["b"].line == 2
    assert (8, 5) in set(places(mark))


BRANCHES = st.recursive(
    st.integers(0, 3) | st.just("absent") | st.text("xy", max_size=2),
    lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3) | st.lists(inner, max_size=2),
    max_leaves=12,
)
TREES = st.dictionaries(st.sampled_from("abc"), BRANCHES, max_size=3)


@given(TREES, TREES)
def test_the_base_is_never_changed_and_every_value_keeps_a_mark(base, over):
    below, above = read(repr(base), "x"), read(repr(over), "x")
    before = copy.deepcopy((below.data, below.mark))
    data, mark = Overlay("x").lay(below.data, below.mark, above.data, above.mark)
    assert (below.data, below.mark) == before
    waiting = [(data, mark)]
    while waiting:
        value, at = waiting.pop()
        if isinstance(value, dict):
            assert value.keys() == at.keys.keys()
            waiting.extend((value[key], at.keys[key].child) for key in value)
        elif isinstance(value, list):
            waiting.extend(zip(value, at.items, strict=True))


def test_every_field_that_holds_a_condition_is_replaced_as_a_whole():
    holding = {
        field.alias or name
        for kind in vars(schema).values()
        if isinstance(kind, type) and issubclass(kind, schema.Section)
        for name, field in kind.model_fields.items()
        if _holds_condition(field.annotation)
    }
    assert holding == CONDITION_FIELDS


def _holds_condition(annotation) -> bool:
    branches = Condition.__args__[0].__args__
    return any(branch in (annotation, *getattr(annotation, "__args__", ())) for branch in branches)


def test_the_known_keys_follow_unions_lists_and_mappings():
    assert "at" in keys_known(schema.Scenario, ("places", "x"))
    assert "rigidity" in keys_known(schema.Scenario, ("contributors", "x", "caveats", 3))
    assert keys_known(schema.Scenario, ("injects", "x", "when", "<fact>", "fact")) >= {"subject", "one-of"}
    assert "subject" not in keys_known(schema.Scenario, ("injects", "x", "when", "<people-at>", "people-at"))
