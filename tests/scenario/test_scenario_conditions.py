"""The condition language: what it accepts, what it becomes, and how it names a mistake."""

from __future__ import annotations

import pickle
from datetime import datetime

import pytest
from pydantic import TypeAdapter, ValidationError

from sim.scenario import conditions, tree
from sim.scenario.conditions import Condition

START = datetime(2014, 3, 5, 6, 0)
HOUR = 3_600_000
ADAPTER: TypeAdapter[Condition] = TypeAdapter(Condition)


def compiled(written):
    return ADAPTER.validate_python(written).compile(START)


def complaints(written):
    with pytest.raises(ValidationError) as refusal:
        ADAPTER.validate_python(written)
    return [error["msg"] for error in refusal.value.errors()]


CROWD = {"people-at": {"place": "team-site", "above": 20_000}}
GATE = {"subject": "gate", "attribute": "state"}
CROWD_FACT = tree.Fact("team-site", "people", "above", 20_000.0)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (CROWD, CROWD_FACT),
        ({"fact": {"subject": "team-site", "attribute": "people", "above": 20_000}}, CROWD_FACT),
        (
            {"fact": {"subject": "gate", "attribute": "state", "equals": "open"}},
            tree.Fact("gate", "state", "equals", "open"),
        ),
        ({"fact": {**GATE, "equals": 3}}, tree.Fact("gate", "state", "equals", 3.0)),
        ({"fact": {**GATE, "not": "open"}}, tree.Fact("gate", "state", "not", "open")),
        (
            {"fact": {**GATE, "one-of": ["open", "search"]}},
            tree.Fact("gate", "state", "one-of", ("open", "search")),
        ),
        ({"all": [CROWD, {"after": "12h"}]}, tree.All((CROWD_FACT, tree.After(12 * HOUR)))),
        ({"any": [CROWD]}, tree.Any_((CROWD_FACT,))),
        ({"not": CROWD}, tree.Not(CROWD_FACT)),
        ({"after": "12h"}, tree.After(12 * HOUR)),
        ({"after": {"event": "onset", "by": "12h"}}, tree.After(12 * HOUR, "onset")),
        ({"after": {"event": "attack", "by": "1h", "subject": "gate"}}, tree.After(HOUR, "attack", "gate")),
        ({"at-or-after": "D+2 06:00"}, tree.After(48 * HOUR)),
        ({"event": "onset"}, tree.Event("onset")),
        ({"event": {"name": "attack", "subject": "team-site"}}, tree.Event("attack", "team-site")),
        ({"unit-refused": "fpu-3/1"}, tree.Event("unit-refused", "fpu-3/1")),
        ({"task": {"action": "patrol", "state": "done"}}, tree.TaskIs("patrol", "done")),
        (
            {"task": {"action": "patrol", "state": "executing", "unit": "c-1"}},
            tree.TaskIs("patrol", "executing", "c-1"),
        ),
        ({"standing": {"of": "consent/capital", "below": 40}}, tree.StandingIs("consent/capital", "below", 40.0)),
        ({"option": {"attacker": "militia"}}, tree.OptionIs("attacker", "militia")),
        ({"option": {"a": "x", "b": "y"}}, tree.All((tree.OptionIs("a", "x"), tree.OptionIs("b", "y")))),
        ({**CROWD, "for": "6h"}, tree.Held(CROWD_FACT, 6 * HOUR)),
        ({"all": [CROWD], "for": "6h"}, tree.Held(tree.All((CROWD_FACT,)), 6 * HOUR)),
        ({"all": []}, tree.ALWAYS),
    ],
)
def test_each_kind_becomes_a_plain_tree(written, expected):
    made = compiled(written)
    assert made == expected
    assert pickle.loads(pickle.dumps(made)) == expected


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({"al": []}, 'Did you mean "all"?'),
        ({"people_at": {}}, 'Did you mean "people-at"?'),
        ({**CROWD, "fro": "6h"}, 'Did you mean "for"?'),
        ({"all": [], "any": []}, "2 keys (all, any)"),
        ({"for": "6h"}, "no key that says what to test"),
        ({}, "Known: all, any, not"),
        ("team-site", "is no condition"),
        (None, "is no condition"),
        ([CROWD], "is no condition"),
        ({"fact": {"subject": "a", "attribute": "b"}}, "exactly one of: above, below, equals, not, one-of"),
        ({"fact": {"subject": "a", "attribute": "b", "above": 1, "below": 2}}, "exactly one of"),
        ({"people-at": {"place": "a"}}, "exactly one of: above, below"),
        ({"people-at": {"place": "a", "above": True}}, "is no number"),
        ({"people-at": {"place": "a", "above": None}}, "is no number"),
        ({"not": {"not": {"ll": 3}}}, '"ll" is no condition'),
        ({"after": "12"}, "is no duration"),
        ({"after": {"event": "onset", "by": "12"}}, "is no duration"),
        ({"at-or-after": "noon"}, "is no moment"),
        ({"event": 4}, "valid dictionary"),
        ({"option": {}}, "at least 1"),
        ({"task": {"action": "patrol", "state": "begun"}}, "executing"),
    ],
)
def test_a_mistake_is_named_once_however_many_kinds_there_are(written, said):
    (complaint,) = complaints(written)
    assert said in complaint


def test_a_moment_before_the_start_is_found_on_compiling():
    with pytest.raises(ValueError, match="before the start"):
        compiled({"at-or-after": "D+0 05:00"})


def test_walking_gives_every_part_with_the_way_to_it():
    condition = ADAPTER.validate_python({"all": [{"not": CROWD}, {"any": [{"after": "1h"}]}]})
    assert [way for way, _ in conditions.walk(condition, ("when",))] == [
        ("when",),
        ("when", "all", 0),
        ("when", "all", 0, "not"),
        ("when", "all", 1),
        ("when", "all", 1, "any", 0),
    ]


def test_leaves_come_left_to_right_with_the_key_to_listen_for():
    made = compiled(
        {
            "any": [
                {"all": [CROWD, {"after": "1h"}], "for": "2h"},
                {"not": {"event": "onset"}},
                {"task": {"action": "patrol", "state": "done"}},
                {"standing": {"of": "trust/farmers", "above": 3}},
                {"option": {"attacker": "militia"}},
                {"after": {"event": "attack", "by": "1h"}},
            ]
        }
    )
    assert [leaf.key for leaf in tree.leaves(made)] == [
        ("team-site", "people"),
        tree.CLOCK,
        ("event", "onset"),
        ("task", "patrol"),
        ("standing", "trust/farmers"),
        ("option", "attacker"),
        ("event", "attack"),
    ]


@pytest.mark.parametrize(
    ("relation", "wanted", "true_for", "false_for"),
    [
        ("above", 5.0, [6, 5.1], [5, 5.0, 4, "open"]),
        ("below", 5.0, [4, 4.9], [5, 6, "open"]),
        ("equals", "open", ["open"], ["shut", 3.0]),
        ("not", "open", ["shut", 3.0], ["open"]),
        ("one-of", ("open", "search"), ["open", "search"], ["shut", 3.0]),
    ],
)
def test_a_comparison_has_one_meaning(relation, wanted, true_for, false_for):
    fact = tree.Fact("gate", "state", relation, wanted)
    assert all(fact.holds(value) for value in true_for)
    assert not any(fact.holds(value) for value in false_for)


def test_an_event_about_one_subject_is_not_another():
    assert tree.Event("attack", "gate").matches("attack", "gate")
    assert tree.Event("attack").matches("attack", "gate")
    assert not tree.Event("attack", "gate").matches("attack", "town")
    assert not tree.Event("attack").matches("onset", "gate")
