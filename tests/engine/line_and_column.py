"""A town with a line around it, a group that wants it, and a mission with a company and two helicopters.

Every seat of the mission is held, so that whatever happens is what a test has ordered.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from sim.engine import inputs
from sim.engine.blueprint import Blueprint, compile_scenario
from sim.engine.column import Column
from sim.engine.journal import Row
from sim.engine.kinds import Kind
from sim.engine.ticks import HOUR, Tick
from sim.engine.world import World
from sim.scenario import load_text

TEXT = """\
format: 1
title: A line before a town
start: 2017-02-01T06:00+01:00
duration: 20d
mission: {name: A mission, headquarters: capital-base, sunrise: "06:00", sunset: "18:00", road_detour: 1.2}
mandate: {type: multidimensional, tasks: [protection-of-civilians]}
seats:
  head-of-mission: {role: head-of-mission, at: capital-base}
  force-commander: {role: force-commander, at: capital-base, under: head-of-mission}
  chief-of-staff: {role: chief-of-staff, at: capital-base, under: head-of-mission}
  joc: {role: joc, at: capital-base, under: chief-of-staff}
  legal: {role: legal, at: capital-base, under: head-of-mission}
  headquarters: {role: headquarters, level: outside}
  control: {role: control, level: control}
places:
  capital-base: {kind: headquarters, at: [5.9, 18.6], hospital: 3}
  town: {kind: town, at: [5.76, 20.67]}
  mine: {kind: village, at: [5.9, 21.0]}
  crossing: {kind: village, at: [6.1, 21.3]}
  camp: {kind: town, at: [6.3, 21.8]}
  hills: {kind: village, at: [5.2, 21.2]}
routes:
  - {between: [town, mine], km: 40}
  - {between: [mine, crossing], km: 40}
  - {between: [crossing, camp], km: 60}
  - {between: [town, hills], km: 80}
  - {between: [town, capital-base], km: 250}
contributors:
  tcc-a: {kind: tcc, office_hours: [8, 17]}
units:
  company-1: {type: infantry-company, contributor: tcc-a, at: town, languages: 0.3}
  company-2: {type: infantry-company, contributor: tcc-a, at: mine}
  helicopters: {type: attack-helicopter, contributor: tcc-a, at: town}
  drones: {type: drone, contributor: tcc-a, at: town}
groups:
  column-men:
    kind: rebels
    home: camp
    strength: 200
    commanders: 3
    aggression: 60
  hill-men: {kind: rebels, home: hills, strength: 80, enemies: [column-men]}
communities:
  townspeople: {place: town, people: 30000}
  miners: {place: mine, people: 4000}
red_lines:
  town-line: {around: town, km: 20, exceptions: [herders]}
information:
  market: {kind: traders, places: [town, mine, crossing], detects: 1.0, delay: {uniform: [5m, 10m]}, to: [joc]}
"""
ANNOUNCED = ("exceptions: [herders]}", "exceptions: [herders], announced: true}")
ONE_BOUND = ("exceptions: [herders]}", "exceptions: [herders], groups: [column-men]}")
EAGER = {"columns__gain": 4.0, "columns__loss": 4.0, "columns__mixed_chance": 0.1}


@cache
def plan(*pairs: tuple[str, str]) -> Blueprint:
    """The scenario with each text replaced by another, compiled once a process; every text must be there."""
    text = TEXT
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return compile_scenario(load_text(text, "line"))


def mission(
    *pairs: tuple[str, str], seed: int = 1, hours: float = 0.0, held: bool = True, **parameters: float
) -> World:
    """A world in which everybody waits; parameters are named with ``__`` for the point."""
    made = {name.replace("__", "."): value for name, value in parameters.items()}
    world = World(plan(*pairs), seed, parameters=made)
    for seat in world.blueprint.seats.values():
        if held and seat.level in ("mission", "sector", "site"):
            world.apply(inputs.SeatHeld(seat.id, True))
    world.advance(round(hours * HOUR))
    return world


def send(world: World, toward: str = "town", band: int = 100, purpose: str = "assault", civilians: int = 0) -> Column:
    """A column sets out, with so many civilians on its trucks."""
    group = world.groups.state["column-men"]
    column = world.columns.send(group, f"test/{purpose}", toward, band, purpose, (world.beginning,))
    assert column is not None
    column.civilians = civilians
    return column


def order(
    world: World, action: str, unit: str = "", place: str = "", seat: str = "force-commander", **given: object
) -> str:
    """Give an order and return its name; the door must take it."""
    receipt = world.apply(inputs.Order(seat, action, unit, place, **given))  # type: ignore[arg-type]
    assert receipt.accepted, receipt.reason
    return receipt.ref


def release(world: World, action: str, *, delegate: bool = False) -> None:
    """The head of mission releases reserved means."""
    entry = inputs.Direction("head-of-mission", "force-commander", action, delegate=delegate)
    receipt = world.apply(entry)
    assert receipt.accepted, receipt.reason


def until(world: World, *kinds: Kind, hours: float = 240.0) -> Row | None:
    """Let time pass until one of these rows is written, hour by hour; nothing if none is."""
    seen = len(list(world.journal.rows()))
    end: Tick = world.now + round(hours * HOUR)
    while world.now < end:
        world.advance(world.now + HOUR)
        for row in list(world.journal.rows())[seen:]:
            if row.kind in kinds:
                return row
    return None


def known(world: World, seat: str, subject: str, attribute: str) -> object:
    """What a seat believes; nothing where no report has told it."""
    leaf = world.picture(seat).facts.get((subject, attribute))
    return None if leaf is None else leaf.value


def rows(world: World, *kinds: Kind) -> list[Row]:
    return list(_rows(world, kinds))


def _rows(world: World, kinds: tuple[Kind, ...]) -> Iterator[Row]:
    for row in world.journal.rows():
        if row.kind in kinds:
            yield row
