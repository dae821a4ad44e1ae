"""A small made-up exercise whose answers are known: what comes when, what never does, what settles what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from sim.experiment.model import Failure, Model, Run, RunFailed, Spec, Stage, Value
from sim.experiment.rehearsing.catalogue import Player, habits
from sim.experiment.rehearsing.rehearsal import RehearsalModel, every_answer
from sim.experiment.seeds import seed_of
from sim.scenario import Scenario, load, load_text

SHIPPED = ("saraf_umra", "bambari", "upper_nile_tob", "terrain_camp", "near_and_blind")
TEXT = """\
format: 1
title: A quiet week
start: 2014-03-05T06:00+03:00
duration: 3d
epilogue: 10d
mission: {name: A mission, headquarters: capital-base, sunrise: "06:00", sunset: "18:00", road_detour: 1.3}
mandate: {type: multidimensional}
seats:
  head-of-mission: {role: head-of-mission, at: capital-base}
  force-commander: {role: force-commander, at: capital-base, under: head-of-mission}
  mission-support: {role: mission-support, at: capital-base, under: head-of-mission}
  chief-of-staff: {role: chief-of-staff, at: capital-base, under: head-of-mission}
  joc: {role: joc, at: capital-base, under: chief-of-staff}
  site: {role: team-site-commander, level: site, at: base, under: force-commander}
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
  post: {kind: base, at: [13.4, 23.4]}
routes:
  - {between: [town, base], km: 2}
  - {between: [base, post], km: 20}
  - {between: [base, capital-base], km: 200}
contributors:
  tcc-a: {kind: tcc, office_hours: [8, 17]}
  mission: {kind: mission, office_hours: [0, 24]}
units:
  company-1: {type: infantry-company, contributor: tcc-a, at: base, under: [site], languages: 0.3}
  company-2: {type: infantry-company, contributor: tcc-a, at: base, under: [site], languages: 0.3}
  helicopter: {type: transport-helicopter, contributor: mission, at: capital-base}
groups:
  farmers-men: {kind: community-fighters, home: town, strength: {uniform: [100, 200]}, enemies: [riders], talks: 60}
  riders: {kind: community-fighters, home: town, strength: {uniform: [100, 200]}, enemies: [farmers-men], talks: 60}
hostilities:
  wells: {place: town, parties: [farmers-men, riders], onset: {uniform: [10h, 20h]}}
communities:
  farmers: {place: town, people: 5000, kin: {base: 1}}
counterparts:
  capital: {kind: capital, at: capital-base, consent: 50, gates: [flight]}
information:
  site-watch: {kind: presence, places: [base], detects: 1.0, delay: {uniform: [5m, 10m]}, reliability: A, to: [joc]}
injects:
  on-time:
    storyline: morning
    title: A call at nine
    at: "D+0 09:00"
    from: headquarters
    to: [head-of-mission]
    means: phone
    text: How are you?
    objective: listen
  never:
    storyline: crowd
    title: A million at the wire
    when: {people-at: {place: base, above: 900000}}
    from: site
    to: [head-of-mission]
    means: radio
    text: They are all here.
    objective: shelter
  if-told-to-wait:
    storyline: morning
    title: They waited
    when: {event: {name: decision-expired, subject: same}}
    from: headquarters
    to: [head-of-mission]
    means: phone
    text: Did you answer?
    objective: listen
  by-hand:
    pool: true
    title: Control's own
    from: headquarters
    to: [head-of-mission]
    means: phone
    text: One more.
    objective: extra
  afterwards:
    title: A tax post
    at: "D+9 09:00"
    from: headquarters
    to: [head-of-mission]
    means: phone
    text: It began again.
    objective: epilogue
decisions:
  same:
    title: Nothing either way
    text: Both do nothing.
    when: {after: 1h}
    to: head-of-mission
    within: 2h
    options:
      yes: {label: "Yes", text: Nothing., touches: {consent: 0.5}}
      no: {label: "No", text: Nothing., touches: {consent: 0.1}}
    otherwise: no
  move:
    title: Move or not
    text: One sends the company away, the other does not.
    when: {after: 90m}
    to: force-commander
    within: 2h
    options:
      stay: {label: Stay, text: Nobody moves., touches: {presence: 0.1}}
      go:
        label: Go
        text: The company goes for good.
        do: [{order: {action: reinforce, unit: company-1, place: post, hours: 200}}]
        touches: {presence: 0.5}
    otherwise: stay
  unasked:
    title: Never put
    text: Nobody comes.
    when: {people-at: {place: base, above: 900000}}
    to: force-commander
    within: 1h
    options:
      yes: {label: "Yes", text: Nothing.}
      no: {label: "No", text: Nothing.}
    otherwise: no
procedure:
  - {id: report, title: Flash report, owner: joc, within: 1h, evidence: {event: submitted}}
  - id: team
    title: Crisis team
    owner: chief-of-staff
    within: 2h
    evidence: {task: {action: activate-crisis-team, state: executing}}
standing_orders:
  say-yes:
    seat: head-of-mission
    when: {after: 1h}
    within: {uniform: [30m, 90m]}
    do: [{answer: {decision: same, option: "yes"}}]
  sit-together:
    seat: chief-of-staff
    when: {after: 4h}
    within: {uniform: [10m, 30m]}
    do: [{order: {action: activate-crisis-team}}]
  ring:
    seat: force-commander
    when: {after: 5h}
    within: {uniform: [10m, 30m]}
    do: [{order: {action: outer-perimeter, unit: company-2, place: base}}]
  ask-for-a-patrol:
    seat: chief-of-staff
    when: {after: 8h}
    within: {uniform: [10m, 30m]}
    do: [{request: {to: force-commander, action: visible-patrol, place: town}}]
benchmarks:
  sat: {label: The team has sat, when: {task: {action: activate-crisis-team, state: executing}}}
"""


AWAY = """\
  abroad:
    title: Called away
    at: "D+0 06:30"
    from: headquarters
    to: [head-of-mission]
    means: phone
    text: Come at once.
    effects: [{absent: {seat: head-of-mission, hours: 24h}}]
"""


@cache
def small() -> Scenario:
    return load_text(TEXT, "quiet-week")


@cache
def without_a_head() -> Scenario:
    """The same, with the head of mission away when the first decision comes."""
    return load_text(TEXT.replace("decisions:\n", f"{AWAY}decisions:\n", 1), "away")


@cache
def rehearsal(scenario: str = "", *, forced: bool = True) -> RehearsalModel:
    """All players, and all answers, of the small exercise or a shipped scenario."""
    loaded = load(scenario) if scenario else small()
    players = tuple(habits().players.values())
    plain = RehearsalModel(loaded, players)
    return RehearsalModel(loaded, players, forced=every_answer(plain.blueprint)) if forced else plain


def player(id_: str) -> Player:
    return habits().players[id_]


def reading(model: RehearsalModel, pattern: str, seed: int) -> Mapping[str, Value]:
    """One run's columns by name."""
    values = model.run(Spec(0, 0, 0, pattern, seed)).values
    return dict(zip((column.name for column in model.columns), values, strict=True))


def runs(model: Model, patterns: Iterable[str], replications: Sequence[int], master: int = 7) -> list[Run]:
    """Runs in this process, one after the other."""
    made = []
    for pattern in patterns:
        for replication in replications:
            spec = Spec(0, 0, replication, pattern, seed_of(master, 0, replication))
            try:
                made.append(Run(spec, model.run(spec), None, 0.0, ""))
            except RunFailed as error:
                made.append(Run(spec, None, Failure(Stage.RUNNING, type(error).__name__, str(error)), 0.0, ""))
    return made
