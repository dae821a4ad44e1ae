"""What an author wrote and what came of it: nothing is silent about why it did not come."""

from __future__ import annotations

import pytest

from sim.engine.awaited import Written, written
from sim.engine.blueprint import compile_scenario
from sim.engine.world import World
from sim.scenario import load_text

FILE = """\
format: 1
title: Two villages
start: 2026-02-04T06:00+01:00
duration: 3d
mission: {name: A mission, headquarters: base}
mandate: {type: multidimensional}
seats:
  head-of-mission: {role: head-of-mission, at: base}
  force-commander: {role: force-commander, at: base, under: head-of-mission}
places:
  base: {kind: base, at: [10.2, 20.4], site: {room_m2: 9000, water_m3_per_day: 9}}
  village: {kind: village, near: base, km: 9, bearing: 90}
  far: {kind: village, near: base, km: 30, bearing: 180}
routes:
  - {between: [base, village]}
  - {between: [base, far], blocked_by: idlers}
contributors:
  tcc-a: {kind: tcc}
units:
  company-1: {type: infantry-company, contributor: tcc-a, at: base}
groups:
  idlers: {kind: looters, home: far, strength: 20}
  riders: {kind: militia, home: village, strength: 50}
  guards: {kind: militia, home: village, strength: 50}
hostilities:
  the-well: {place: village, parties: [riders, guards], onset: 20h}
injects:
  morning: {at: "D+0 09:00", from: village, to: [head-of-mission], text: A dog barks.}
  by-hand: {pool: true, from: village, to: [head-of-mission], text: A dog barks.}
  crowded: {when: {people-at: {place: base, above: 900000}}, from: village, to: [head-of-mission], text: Full.}
decisions:
  question:
    title: Stay or go?
    when: {after: 10h}
    to: head-of-mission
    within: 1h
    options:
      stay: {label: Stay}
      go: {label: Go, do: [{order: {action: visible-patrol, unit: company-1, place: village}}]}
    otherwise: go
  unheard:
    title: They fight?
    when: {event: onset}
    to: head-of-mission
    within: 1h
    options: {a: {label: A}, b: {label: B}}
    otherwise: a
standing_orders:
  go-far:
    seat: force-commander
    when: {after: 2h}
    do: [{order: {action: redeploy-guard, unit: company-1, place: far}}]
  never:
    seat: force-commander
    when: {all: [{fact: {subject: far, attribute: crowd, equals: armed}}, {not: {after: 1h}}]}
    do: [{order: {action: visible-patrol, unit: company-1, place: far}}]
"""


@pytest.fixture(scope="module")
def found() -> dict[str, Written]:
    world = World(compile_scenario(load_text(FILE, "two")), 1)
    world.advance(world.end)
    return {each.id: each for each in written(world)}


def test_what_came_tells_when_and_what_became_of_it(found: dict[str, Written]) -> None:
    assert found["morning"].came
    assert not found["morning"].waits
    assert found["question"].became[0] == "expired: go"
    assert found["question"].became[1].startswith("visible-patrol: ")


def test_an_order_that_ended_in_a_refusal_says_why(found: dict[str, Written]) -> None:
    assert found["go-far"].became == ("redeploy-guard: refused (no-road)",)


def test_what_did_not_come_says_what_it_waits_for(found: dict[str, Written]) -> None:
    assert found["by-hand"].waits == ("control fires it by hand",)
    assert found["crowded"].waits[0].startswith("people of base above 900,000 (now ")
    assert "crowd of far armed (not known to its seat)" in found["never"].waits


def test_a_question_whose_event_happened_unheard_says_so(found: dict[str, Written]) -> None:
    assert not found["unheard"].came
    assert found["unheard"].waits[0].startswith("word of the event onset (it happened D+")


def test_a_group_without_a_fight_or_an_aim_is_told_to_wait_for_one(found: dict[str, Written]) -> None:
    assert not found["idlers"].came
    assert "a fight of its own" in found["idlers"].waits[0]
    assert found["riders"].came or found["guards"].came


def test_asking_moves_nothing() -> None:
    world = World(compile_scenario(load_text(FILE, "two")), 1)
    world.advance(world.end)
    before = world.digest()
    assert written(world) == written(world)
    assert world.digest() == before
