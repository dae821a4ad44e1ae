"""The words that scenarios may use are those that the engine provides; the table of them stands in one place.

Whoever provides an attribute or tells of an event adds it to sim/scenario/vocabulary.py, and nowhere else.
"""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from sessions import blueprint
from sim.engine import kinds
from sim.engine.choosing import ACTIONS
from sim.engine.truth import ALSO_KNOWN_AS, Truth
from sim.engine.world import SHARED_STANDINGS, World
from sim.scenario.vocabulary import (
    AT_SITES,
    ATTRIBUTES,
    EVENTS,
    GROUP_ACTIONS,
    MEANINGS,
    STANDING_FAMILIES,
    STANDINGS,
    STANDINGS_OPENED_LATER,
    TOLD,
    WORDS,
    attributes_of,
)
from small_mission import plan

SPEC: Final = importlib.util.find_spec("sim.engine")
assert SPEC is not None
assert SPEC.submodule_search_locations
ENGINE: Final = Path(next(iter(SPEC.submodule_search_locations)))
SECTIONS: Final = (
    "places",
    "units",
    "groups",
    "communities",
    "counterparts",
    "hostilities",
    "red_lines",
    "patrons",
    "routes",
)
NAMED_BY_KIND: Final = ("decision-answered", "decision-expired", "group-entered", "group-left")
"""Events whose name is that of the row's kind, and stands in the engine nowhere else."""
TABLE: Final = "add it to the table in sim/scenario/vocabulary.py"


def told_in_source() -> Iterator[str]:
    """Names of events as they stand in calls of ``truth.event``."""
    for path in ENGINE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("truth.event"):
                name = node.args[0]
                if isinstance(name, ast.Constant):
                    yield str(name.value)


def test_every_attribute_that_the_engine_provides_can_be_asked_for() -> None:
    missing = [name for name in World(blueprint(), 1).truth.attributes() if name not in ATTRIBUTES]
    assert not missing, f"{missing}: {TABLE}"


def test_no_attribute_of_the_table_is_one_that_nobody_provides() -> None:
    assert not set(ATTRIBUTES) - set(World(blueprint(), 1).truth.attributes())


def test_every_attribute_is_explained_to_authors() -> None:
    missing = {*ATTRIBUTES, *TOLD} - set(MEANINGS)
    assert not missing, f"{sorted(missing)}: say what it means in sim/scenario/vocabulary.py"


@pytest.mark.parametrize("made", [blueprint, plan], ids=["saraf-umra", "small"])
def test_every_kind_of_subject_has_the_attributes_that_the_table_gives_it(made: object) -> None:
    assert callable(made)
    world = World(made(), 1)
    sections = {section: list(getattr(world.blueprint, section)) for section in SECTIONS} | {"mission": ["mission"]}
    for section, subjects in sections.items():
        for name in world.truth.attributes():
            held = any(world.truth.value(each, name) is not None for each in subjects)
            # What is answered for nobody at all is the same for everybody, and is asked of the mission.
            if held and world.truth.value("nobody", name) is None:
                assert name in attributes_of(section, told=False), f"{name} of {section}: {TABLE}"


def test_every_event_that_the_engine_tells_of_can_be_waited_for() -> None:
    missing = {*told_in_source(), *ALSO_KNOWN_AS.values()} - set(EVENTS)
    assert not missing, f"{sorted(missing)}: {TABLE}"


def test_no_event_of_the_table_is_one_that_never_comes() -> None:
    known = {*told_in_source(), *ALSO_KNOWN_AS.values(), *NAMED_BY_KIND}
    assert not set(EVENTS) - known
    assert set(NAMED_BY_KIND) <= {kind.name for kind in kinds.BY_CODE}


@pytest.mark.parametrize("seed", [1, 2])
def test_no_report_speaks_of_what_no_condition_could_ask_for(seed: int) -> None:
    world = World(blueprint(), seed)
    world.advance(world.end)
    section = {id_: section for section in SECTIONS for id_ in getattr(world.blueprint, section)}
    section["mission"] = "mission"
    for message in world.intelligence.pictures.sent:
        for fact in message.facts:
            kind = "objections" if fact[0].startswith("objection/") else section.get(fact[0], "")
            if kind:
                assert fact[1] in attributes_of(kind, told=True), f"{fact[:2]} in {message.phrase}: {TABLE}"


@pytest.mark.parametrize("made", [blueprint, plan], ids=["saraf-umra", "small"])
def test_an_event_happens_to_what_the_table_says(made: object, monkeypatch: pytest.MonkeyPatch) -> None:
    assert callable(made)
    happened: set[tuple[str, str]] = set()
    told = Truth.event

    def event(truth: Truth, name: str, subject: str, row: int) -> None:
        happened.add((name, subject))
        told(truth, name, subject, row)

    monkeypatch.setattr(Truth, "event", event)
    world = World(made(), 1, keep_journal=False)
    world.advance(world.end)
    section = {id_: section for section in SECTIONS for id_ in getattr(world.blueprint, section)}
    odd = [(name, about) for name, about in sorted(happened) if about in section and EVENTS[name][0] != section[about]]
    assert happened
    assert odd == []


def test_what_a_group_can_choose_is_what_its_options_may_name() -> None:
    assert set(GROUP_ACTIONS) == set(ACTIONS)


@pytest.mark.parametrize("made", [blueprint, plan], ids=["saraf-umra", "small"])
def test_every_standing_that_an_inject_may_move_is_open_from_the_start(made: object) -> None:
    assert callable(made)
    world = World(made(), 1)
    plan_ = world.blueprint
    sites = [place.id for place in plan_.places.values() if place.site is not None]
    named = {*STANDINGS, *plan_.standings}
    for family, (section, _) in STANDING_FAMILIES.items():
        named |= {f"{family}/{each}" for each in (sites if section == "sites" else getattr(plan_, section))}
    assert named <= set(world.ledger.standings)
    assert set(SHARED_STANDINGS) <= set(STANDINGS)
    assert not {name.partition("/")[0] for name in world.ledger.standings} & set(STANDINGS_OPENED_LATER)


def test_what_only_a_base_has_is_held_by_bases_and_by_no_other_place() -> None:
    world = World(blueprint(), 1)
    for place in world.blueprint.places.values():
        for name in AT_SITES:
            assert (world.truth.value(place.id, name) is not None) == (place.site is not None), f"{name} of {place.id}"


@pytest.mark.parametrize("seed", [1, 2])
def test_no_report_uses_a_word_that_the_table_does_not_have(seed: int) -> None:
    world = World(blueprint(), seed)
    world.advance(world.end)
    stated = {fact for inject in world.blueprint.injects.values() for fact in inject.facts}
    odd = [
        fact
        for message in world.intelligence.pictures.sent
        for fact in message.facts
        if fact[1] in WORDS and fact[2] not in WORDS[fact[1]] and tuple(fact[:3]) not in stated
    ]
    assert odd == []
