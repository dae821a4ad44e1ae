"""A small sound scenario for the tests of single mechanisms: one base, two posts, a town, and nobody who gives orders.

Every mission, sector and site seat is held, so that whatever happens is what a test has ordered.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from sim.engine import inputs
from sim.engine.blueprint import Blueprint, compile_scenario
from sim.engine.journal import Row
from sim.engine.kinds import Kind
from sim.engine.ticks import HOUR
from sim.engine.world import World
from sim.scenario import load_text

TEXT = """\
format: 1
title: Two posts and a base
start: 2014-03-05T06:00+03:00
duration: 15d
mission: {name: A mission, headquarters: capital-base, sunrise: "06:00", sunset: "18:00", road_detour: 1.3}
mandate: {type: multidimensional}
seats:
  head-of-mission: {role: head-of-mission, at: capital-base}
  force-commander: {role: force-commander, at: capital-base, under: head-of-mission}
  police-commissioner: {role: police-commissioner, at: capital-base, under: head-of-mission}
  mission-support: {role: mission-support, at: capital-base, under: head-of-mission}
  deputy-political: {role: deputy-political, at: capital-base, under: head-of-mission}
  spokesperson: {role: spokesperson, at: capital-base, under: head-of-mission}
  chief-of-staff: {role: chief-of-staff, at: capital-base, under: head-of-mission}
  joc: {role: joc, at: capital-base, under: chief-of-staff}
  sector: {role: sector-commander, level: sector, at: post, under: force-commander}
  site: {role: team-site-commander, level: site, at: base, under: sector}
  headquarters: {role: headquarters, level: outside}
  control: {role: control, level: control}
places:
  capital-base: {kind: headquarters, at: [13.6, 25.3], hospital: 3}
  town: {kind: town, at: [13.4, 23.2]}
  base:
    kind: base
    near: town
    km: 2
    bearing: 90
    site: {room_m2: 100000, gate_m2: 2000, water_m3_per_day: 10, own_water_m3_per_day: 10, water_stock_m3: 50, beds: 5}
  post: {kind: base, at: [13.5, 24.0], threat_per_day: 0.5, people: 20000}
  depot: {kind: base, at: [13.4, 23.4]}
routes:
  - {between: [town, base], km: 2}
  - {between: [base, depot], km: 20}
  - {between: [depot, post], km: 60, checkpoints: 2, held_by: governor}
  - {between: [post, capital-base], km: 200}
contributors:
  tcc-a: {kind: tcc, office_hours: [8, 17]}
  pcc-b:
    kind: pcc
    office_hours: [8, 16]
    caveats:
      - id: whole-unit-only
        declared: false
        detached: true
        ground: national-instruction
        rigidity: 60
        needs: [rule-on-mou, limit-time]
        says: The unit is not split.
        answers: For how long, and who says that it is in the memorandum.
  mission: {kind: mission, office_hours: [0, 24]}
units:
  company-1: {type: infantry-company, contributor: tcc-a, at: base, under: [sector, site], languages: 0.3}
  company-2: {type: infantry-company, contributor: tcc-a, at: post, under: [sector], protects: post}
  company-3: {type: infantry-company, contributor: tcc-a, at: depot, under: [sector]}
  fpu: {type: formed-police-unit, contributor: pcc-b, at: post, protects: post}
  fpu/1: {type: formed-police-platoon, contributor: pcc-b, at: post}
  fpu/2: {type: formed-police-platoon, contributor: pcc-b, at: post}
  police: {type: individual-police, contributor: mission, at: base}
  interpreters: {type: civilian-team, contributor: mission, at: base, languages: 0.9}
  trucks: {type: water-trucks, contributor: mission, at: depot}
  helicopter: {type: transport-helicopter, contributor: mission, at: capital-base}
groups:
  farmers-men: {kind: community-fighters, home: town, strength: {uniform: [100, 200]}, enemies: [riders], talks: 60}
  riders: {kind: community-fighters, home: town, strength: {uniform: [100, 200]}, enemies: [farmers-men], talks: 60}
hostilities:
  wells: {place: town, parties: [farmers-men, riders], onset: {uniform: [13d, 14d]}}
communities:
  farmers: {place: town, people: 5000, kin: {base: 1}}
counterparts:
  capital: {kind: capital, at: capital-base, consent: 50, gates: [flight]}
  governor: {kind: governor, at: capital-base, consent: 50, gates: [convoy, camp]}
information:
  site-watch: {kind: presence, places: [base], detects: 1.0, delay: {uniform: [5m, 10m]}, reliability: A, to: [joc]}
"""


@cache
def plan(*pairs: tuple[str, str]) -> Blueprint:
    """The scenario with each text replaced by another, compiled once a process; every text must be there."""
    text = TEXT
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return compile_scenario(load_text(text, "two-posts"))


def mission(*pairs: tuple[str, str], seed: int = 1, hours: float = 0.0, **parameters: float) -> World:
    """A world in which everybody waits; parameters are named with ``__`` for the point."""
    made = {name.replace("__", "."): value for name, value in parameters.items()}
    world = World(plan(*pairs), seed, parameters=made)
    for seat in world.blueprint.seats.values():
        if seat.level in ("mission", "sector", "site"):
            world.apply(inputs.SeatHeld(seat.id, True))
    world.advance(round(hours * HOUR))
    return world


def order(world: World, action: str, unit: str = "", place: str = "", **given: Any) -> str:
    """Give an order by the seat whose it is, and return its name; the door must take it."""
    seat = given.pop("seat", "") or world.blueprint.units[unit].controller
    receipt = world.apply(inputs.Order(seat, action, unit, place, **given))
    assert receipt.accepted, receipt.reason
    return receipt.ref


def rows(world: World, kind: Kind, subject: str = "") -> list[Row]:
    """Rows of a kind, of one subject where one is named."""
    return list(_rows(world, kind, subject))


def _rows(world: World, kind: Kind, subject: str) -> Iterator[Row]:
    for row in world.journal.rows():
        if row.kind is kind and (not subject or row.subject == subject):
            yield row
