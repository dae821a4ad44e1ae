"""A small war of movement for the tests of groups that campaign: a town that one group holds and another wants.

Nobody gives orders, the first fight is far off, and nothing but what a test changes is at work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

from sim.engine import inputs
from sim.engine.armed_group import GroupState
from sim.engine.blueprint import Blueprint, compile_scenario
from sim.engine.journal import Row
from sim.engine.kinds import Kind
from sim.engine.ticks import DAY, HOUR
from sim.engine.world import World
from sim.scenario import load_text

TEXT = """\
format: 1
title: A town that two groups want
start: 2017-02-01T06:00+01:00
duration: 60d
mission: {name: A mission, headquarters: capital-base, sunrise: "06:00", sunset: "18:00", road_detour: 1.2}
mandate: {type: multidimensional}
seats:
  head-of-mission: {role: head-of-mission, at: capital-base}
  force-commander: {role: force-commander, at: capital-base, under: head-of-mission}
  police-commissioner: {role: police-commissioner, at: capital-base, under: head-of-mission}
  mission-support: {role: mission-support, at: capital-base, under: head-of-mission}
  deputy-political: {role: deputy-political, at: capital-base, under: head-of-mission}
  deputy-rc-hc: {role: deputy-rc-hc, at: capital-base, under: head-of-mission}
  spokesperson: {role: spokesperson, at: capital-base, under: head-of-mission}
  chief-of-staff: {role: chief-of-staff, at: capital-base, under: head-of-mission}
  joc: {role: joc, at: capital-base, under: chief-of-staff}
  headquarters: {role: headquarters, level: outside}
  control: {role: control, level: control}
places:
  capital-base: {kind: headquarters, at: [4.4, 18.6], hospital: 3}
  town: {kind: town, at: [5.8, 20.7]}
  base: {kind: base, near: town, km: 3, bearing: 90}
  east: {kind: town, at: [6.2, 21.2]}
  mine: {kind: village, at: [5.9, 20.95]}
  south: {kind: town, at: [5.0, 21.2]}
routes:
  - {between: [town, base], km: 3}
  - {between: [town, mine], km: 30}
  - {between: [mine, east], km: 60}
  - {between: [town, south], km: 110}
  - {between: [town, capital-base], km: 380}
contributors:
  tcc-a: {kind: tcc, office_hours: [8, 17]}
units:
  company-1: {type: infantry-company, contributor: tcc-a, at: base}
  company-2: {type: infantry-company, contributor: tcc-a, at: capital-base}
groups:
  holders:
    kind: rebels
    home: town
    strength: {uniform: [200, 201]}
    community: herders
    enemies: [comers]
    cohesion: 60
    talks: 55
    process: outside
    aims: {town: 3}
  comers:
    kind: rebels
    home: east
    strength: {uniform: [400, 401]}
    enemies: [holders]
    talks: 40
    aims: {town: 4}
  friends: {kind: rebels, home: mine, strength: {uniform: [100, 101]}, allies: [comers], holds: [east]}
  juniors: {kind: rebels, home: town, strength: {uniform: [60, 61]}, under: holders, cohesion: 80, holds: [mine]}
hostilities:
  for-the-town: {place: town, parties: [holders, comers], onset: {uniform: [58d, 59d]}}
communities:
  farmers: {place: town, people: 20000, threatened_by: [holders]}
  herders: {place: town, people: 5000, threatened_by: [comers]}
  southerners: {place: south, people: 15000, threatened_by: [holders]}
counterparts:
  capital: {kind: capital, at: capital-base, consent: 50, gates: [flight]}
patrons:
  trader: {over: {holders: 0.8}, listens: 60}
information:
  site-watch: {kind: presence, places: [base, town], detects: 1.0, delay: {uniform: [5m, 10m]}, to: [joc]}
"""


@cache
def plan(*pairs: tuple[str, str]) -> Blueprint:
    """The scenario with each text replaced by another, compiled once a process; every text must be there."""
    text = TEXT
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return compile_scenario(load_text(text, "two-groups"))


def campaign(*pairs: tuple[str, str], seed: int = 1, days: float = 0.0, **parameters: float) -> World:
    """A world in which everybody waits, groups included unless a parameter says otherwise."""
    still = {"groups__quiet_per_day": 0.0, "groups__ambition_per_day": 0.0, "groups__living_off_per_day": 0.0}
    made = {name.replace("__", "."): value for name, value in {**still, **parameters}.items()}
    world = World(plan(*pairs), seed, parameters=made)
    for seat in world.blueprint.seats.values():
        if seat.level == "mission":
            world.apply(inputs.SeatHeld(seat.id, True))
    world.advance(round(days * DAY))
    return world


def group(world: World, name: str) -> GroupState:
    return world.groups.state[name]


def hours(world: World, length: float) -> World:
    world.advance(world.now + round(length * HOUR))
    return world


def order(world: World, action: str, unit: str = "", place: str = "", **given: object) -> str:
    """Give an order by the seat whose it is, and return its name; the door must take it."""
    seat = given.pop("seat", "") or (world.blueprint.units[unit].controller if unit else "head-of-mission")
    receipt = world.apply(inputs.Order(str(seat), action, unit, place, **given))  # type: ignore[arg-type]
    assert receipt.accepted, receipt.reason
    return receipt.ref


def rows(world: World, kind: Kind, subject: str = "") -> list[Row]:
    """Rows of a kind, of one subject where one is named."""
    return [row for row in world.journal.rows() if row.kind is kind and subject in ("", row.subject)]


def share(worlds: Iterable[World], holds: Callable[[World], bool]) -> float:
    """In what share of worlds something holds."""
    found = [holds(world) for world in worlds]
    return sum(found) / len(found)
