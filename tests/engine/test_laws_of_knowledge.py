"""No seat's picture holds what it has not been told: every statement traces to a report that it got."""

from __future__ import annotations

import json
import math
import random
from functools import cache

import pytest

import line_and_column
from sessions import SCENARIOS, blueprint, session
from sim.engine import inputs, kinds
from sim.engine.pictures import Picture
from sim.engine.reports import Told
from sim.engine.ticks import DAY, HOUR, Tick
from sim.engine.world import World
from sim.exercise.clock import ClockState
from sim.exercise.view import Views

every_scenario = pytest.mark.parametrize("scenario", SCENARIOS)
random_play = pytest.mark.parametrize("seed", [1, 2])


@cache
def played(scenario: str, seed: int) -> World:
    """Ten days of random play that several laws look at; nobody changes it."""
    world = World(blueprint(scenario=scenario), seed)
    list(session(world, seed, 80))
    world.advance(10 * DAY)
    return world


def deliveries(world: World, seat: str) -> list[Tick]:
    """By the journal alone: when reports reach a seat, in order."""
    found = [
        round(row.fields["to"][seat])
        for row in world.journal.rows()
        if row.kind is kinds.REPORT and seat in row.fields["to"]
    ]
    return sorted(tick for tick in found if tick <= world.now)


def statements(picture: Picture) -> dict[tuple[str, str], list[tuple[Told, int]]]:
    """What the reports delivered say of each attribute of each subject, with the numbers of the reports."""
    found: dict[tuple[str, str], list[tuple[Told, int]]] = {}
    for report in picture.reports:
        for told in report.says:
            found.setdefault((told.subject, told.attribute), []).append((told, report.number))
    return found


def every_leaf_traces_to_a_report(world: World) -> set[str]:
    """The attributes that some seat knows of, each statement held against the reports delivered to that seat."""
    attributes: set[str] = set()
    for seat in world.blueprint.seats:
        picture = world.picture(seat)
        said = statements(picture)
        assert [report.number for report in picture.reports] == list(range(1, len(picture.reports) + 1))
        assert [report.delivered for report in picture.reports] == deliveries(world, seat)
        assert {report.addressee for report in picture.reports} <= {seat}
        for about, leaf in picture.facts.items():
            attributes.add(about[1])
            told = said[about]
            (named,) = [report for report in picture.reports if report.number == leaf.report]
            assert about in {(one.subject, one.attribute) for one in named.says}, (seat, about)
            assert leaf.as_of <= named.delivered <= world.now, (seat, about)
            assert leaf.as_of in {one.as_of for one, _ in told}, (seat, about)
            assert leaf.grade in {one.grade for one, _ in told}, (seat, about)
            values = [one.value for one, _ in told]
            if leaf.value not in values:
                # Fresh counts of several sources stand together as one range, no wider than what they said.
                assert isinstance(leaf.value, tuple), (seat, about)
                ends = {float(end) for one in values for end in (one if isinstance(one, tuple) else (one, one))}
                assert set(map(float, leaf.value)) <= ends, (seat, about)
    return attributes


@every_scenario
@random_play
def test_every_leaf_of_every_picture_says_what_a_report_delivered_to_that_seat_has_said(
    scenario: str, seed: int
) -> None:
    """Of units, places, groups, crowds, rumours, tasks and whatever else there is."""
    assert len(every_leaf_traces_to_a_report(played(scenario, seed))) > 10


def test_lines_columns_and_people_held_are_known_from_reports_too() -> None:
    world = line_and_column.mission()
    line_and_column.order(world, "declare-red-line", seat="head-of-mission", target="town-line")
    line_and_column.send(world)
    unit = next(iter(world.forces.units.values()))
    world.custody.taken("town", "column-men", 12, unit, world.beginning)
    world.crowds.gather("town", 900, "mission", world.beginning)
    line_and_column.order(world, "release-detainees", seat="head-of-mission", place="town")
    known: set[str] = set()
    for _ in range(12):
        world.advance(world.now + 12 * HOUR)
        known |= every_leaf_traces_to_a_report(world)
    assert {"confirmed", "column", "column-strength", "detained", "crowd"} <= known


@every_scenario
@random_play
def test_a_seat_knows_of_no_task_question_or_conversation_that_it_was_not_part_of_or_told_of(
    scenario: str, seed: int
) -> None:
    world = played(scenario, seed)
    for seat in world.blueprint.seats:
        picture = world.picture(seat)
        words = [dict(report.values) for report in picture.reports]
        tasks = {value["task"] for value in words if "task" in value}
        for task in picture.tasks:
            assert task.seat == seat or task.id in tasks, (seat, task)
            leaf = picture.facts.get((task.id, "state"))
            assert task.state == ("sent" if leaf is None else leaf.value), (seat, task)
            asked = world.command.tasks[task.id].asked
            known = picture.facts.get((task.unit, "place"))
            assert task.place in (asked, "" if known is None else known.value), (seat, task)
        assert all(question.seat == seat for question in picture.decisions)
        talked_of = {value["objection"] for value in words if "objection" in value}
        for conversation in picture.objections:
            assert conversation.id in talked_of, (seat, conversation)
            assert conversation.seat == seat or not (conversation.levers or conversation.asked), (seat, conversation)


def upheaval(world: World, luck: random.Random) -> None:
    """Change what is true behind everybody's back: no row, no report."""
    for group in world.groups.state.values():
        group.strength = luck.randrange(5_000)
        group.intent = "attack-site"
        group.at = luck.choice(list(world.blueprint.places))
    for site in world.sites.state.values():
        site.inside, site.waiting, site.gate, site.weapons = 7, 7_777, "shut", 77
        site.litres = 0.5
    for unit in world.forces.units.values():
        unit.place, unit.state, unit.strength = luck.choice(list(world.blueprint.places)), "objecting", 1
    for line in world.red_lines.lines.values():
        line.state, line.tests, line.kept = "withdrawn", 77, 66
        line.confirmed.clear()
    for column in world.columns.on_the_road.values():
        column.strength, column.civilians, column.toward = 7_777, 777, luck.choice(list(world.blueprint.places))
    for state in world.people.communities.values():
        state.home, state.dead, state.moving = 0, 777, 7_777
    for crowd in world.crowds.state.values():
        crowd.people, crowd.mood = 7_777, "armed"
    for standing in world.ledger.standings.values():
        standing.value = 77.7
    for route in world.places.routes.values():
        route.status = "blocked"


def shown(world: World, seat: str) -> str:
    """All that the screen of a seat gets."""
    views = Views(world.blueprint, seed=world.seed, path="x")
    view = views.view(world, (seat,), ClockState(world.now, "paused"), frozenset({seat}))
    return json.dumps(view, sort_keys=True, default=str)


@every_scenario
def test_what_changes_without_a_report_changes_no_picture(scenario: str) -> None:
    """Truth is turned upside down; whoever looks still knows what he was told, and when he was told it."""
    worlds = []
    for _ in range(2):
        world = World(blueprint(scenario=scenario), 6)
        list(session(world, 6, 60))
        world.advance(8 * DAY)
        worlds.append(world)
    told, turned = worlds
    upheaval(turned, random.Random(6))
    for seat in told.blueprint.seats:
        one, other = told.picture(seat), turned.picture(seat)
        assert one.facts == other.facts, seat
        assert one.reports == other.reports, seat
        assert one.tasks == other.tasks, seat
        assert one.objections == other.objections, seat
        assert one.decisions == other.decisions, seat
        assert shown(told, seat) == shown(turned, seat), seat
        for subject in (*told.blueprint.places, *told.blueprint.groups, *told.blueprint.red_lines):
            question = inputs.AskedWhy(seat, subject)
            assert told.apply(question).answer == turned.apply(question).answer, (seat, subject)


@every_scenario
def test_what_a_seat_knew_then_is_what_it_knew_then(scenario: str) -> None:
    """Looked at afterwards, a picture as of a moment is the picture of that moment: nothing of later came into it."""
    world = World(blueprint(scenario=scenario), 9)
    list(session(world, 9, 40))
    world.advance(3 * DAY)
    then = {seat: world.picture(seat) for seat in world.blueprint.seats}
    moment = world.now
    world.advance(8 * DAY)
    for seat, picture in then.items():
        again = world.intelligence.picture(seat, moment)
        assert again.facts == picture.facts, seat
        assert again.reports == picture.reports, seat
        assert all(math.isfinite(report.delivered) and report.delivered <= moment for report in again.reports)
