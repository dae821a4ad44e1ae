"""Player models: what they see, what they do, and that they do it again."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest
from small_exercise import SHIPPED, player, reading, rehearsal

from sim.engine import inputs
from sim.engine.inputs import Answer, Input, Order, Receipt, Request, SeatHeld
from sim.engine.pictures import Report
from sim.engine.ticks import HOUR, Tick, to_hours
from sim.engine.world import StopWhen, World
from sim.experiment.faults import UnknownPlayer
from sim.experiment.model import Spec
from sim.experiment.rehearsing import catalogue, players
from sim.experiment.rehearsing.asked import RELEASE, Asked, nearest, order_for, release_of
from sim.experiment.rehearsing.catalogue import habits
from sim.experiment.rehearsing.followers import Follower
from sim.experiment.rehearsing.luck import Luck
from sim.experiment.rehearsing.players import play
from sim.experiment.rehearsing.table import Table, leadership
from sim.headless import run

PLAYERS = tuple(habits().players)
PATROL = "visible-patrol"
SEATED = ("slow", "cautious", "random")


class Record:
    """A world that writes down what is put in, and when."""

    def __init__(self, scenario: str, seed: int) -> None:
        self.world = World(rehearsal(scenario, forced=False).blueprint, seed)
        self.entries: list[tuple[Tick, Input]] = []
        self.receipts: list[Receipt] = []
        apply = self.world.apply

        def written(entry: Input) -> Receipt:
            self.entries.append((self.world.now, entry))
            self.receipts.append(apply(entry))
            return self.receipts[-1]

        self.world.apply = written  # type: ignore[method-assign]

    def played(self, who: str, seed: int = 5) -> Record:
        play(self.world, player(who), seed)
        return self


@cache
def recorded(scenario: str, who: str) -> Record:
    return Record(scenario, 5).played(who)


@pytest.mark.parametrize("scenario", SHIPPED)
def test_the_book_played_by_nobody_is_the_run_without_people(scenario: str) -> None:
    model = rehearsal(scenario, forced=False)
    hours = to_hours(model.blueprint.duration)

    assert model.run(Spec(0, 0, 0, "doctrinal", 5)).digest == run(scenario, seed=5, until=hours).digest


@pytest.mark.parametrize("who", PLAYERS)
@pytest.mark.parametrize("scenario", ["terrain_camp", "near_and_blind"])
def test_a_player_does_the_same_again(scenario: str, who: str) -> None:
    first, second = recorded(scenario, who), Record(scenario, 5).played(who)

    assert first.entries == second.entries
    assert first.world.digest() == second.world.digest()


def test_players_of_another_seed_have_other_luck() -> None:
    assert recorded("terrain_camp", "random").entries != Record("terrain_camp", 5).played("random", 6).entries


@pytest.mark.parametrize("scenario", SHIPPED)
def test_who_decides_nothing_answers_nothing(scenario: str) -> None:
    record = recorded(scenario, "none")

    assert {type(entry) for _, entry in record.entries} == {SeatHeld}
    put = [state for state in record.world.decisions.decisions.values() if state.state not in ("armed", "open")]
    assert put
    assert {state.state for state in put} == {"expired"}


@pytest.mark.parametrize("who", SEATED)
@pytest.mark.parametrize("scenario", SHIPPED)
def test_a_player_takes_the_seats_of_the_leadership_and_acts_from_no_other(scenario: str, who: str) -> None:
    record = recorded(scenario, who)
    seats = leadership(record.world.blueprint)
    taken = [entry for _, entry in record.entries if isinstance(entry, SeatHeld)]

    assert [entry.seat for entry in taken] == list(seats)
    assert {entry.seat for _, entry in record.entries} <= set(seats)
    assert {inputs.NAMES[type(entry)] for _, entry in record.entries}.isdisjoint(inputs.CONTROL_KINDS)


@pytest.mark.parametrize("who", SEATED)
@pytest.mark.parametrize("scenario", SHIPPED)
def test_what_a_player_does_is_of_a_form_and_authority_that_the_door_takes(scenario: str, who: str) -> None:
    record = recorded(scenario, who)
    refused = [
        (entry, receipt.reason)
        for (_, entry), receipt in zip(record.entries, record.receipts, strict=True)
        if not receipt.accepted
    ]

    # Whether a conversation is over is the contingent's to say, and its seat may not have heard so.
    assert not [found for found in refused if "conversation is over" not in found[1]]
    assert len(refused) <= len(record.world.caveats.objections)


def test_a_random_player_gives_orders_requests_directions_and_answers() -> None:
    given = {type(entry) for seed in range(3) for _, entry in Record("saraf_umra", seed).played("random").entries}

    assert {Order, Request, inputs.Direction, Answer, inputs.Levers} <= given


def test_a_slow_player_answers_as_the_book_does_and_later() -> None:
    for seed in range(4):
        book, slow = (reading(rehearsal(forced=False), who, seed) for who in ("doctrinal", "slow"))
        if not slow["expired/same"]:
            assert slow["option/same"] == book["option/same"] == 0
        assert float(slow["taken_hours/same"] or 0) >= 0.5


def test_some_answers_of_a_slow_player_come_too_late_and_some_do_not() -> None:
    late = [reading(rehearsal(forced=False), "slow", seed)["expired/same"] for seed in range(40)]

    assert {True, False} == set(late)


def test_a_cautious_player_touches_least_half_way_through_the_time() -> None:
    found = reading(rehearsal(forced=False), "cautious", 3)

    assert found["option/same"] == 1
    assert found["taken_hours/same"] == pytest.approx(1.0)
    assert found["option/move"] == 0


def test_a_cautious_player_asks_upward_for_what_is_strong() -> None:
    record = recorded("", "cautious")
    doctrine = record.world.blueprint.doctrine.responses
    ordered = {entry.action for _, entry in record.entries if isinstance(entry, Order)}
    asked = {(entry.seat, entry.to, entry.action) for _, entry in record.entries if isinstance(entry, Request)}

    assert ("force-commander", "head-of-mission", "outer-perimeter") in asked
    assert "activate-crisis-team" in ordered
    assert {doctrine[action].force_level for action in ordered} <= {"none", "presence"}


@pytest.mark.parametrize("who", ["slow", "cautious"])
def test_what_a_seat_is_asked_for_it_does_with_a_unit_of_its_own_once_it_has_heard(who: str) -> None:
    record = recorded("", who)
    asked = next(tick for tick, entry in record.entries if isinstance(entry, Request) and entry.action == PATROL)
    given = [(tick, entry) for tick, entry in record.entries if isinstance(entry, Order) and entry.action == PATROL]

    assert [(entry.seat, entry.place) for _, entry in given] == [("force-commander", "town")]
    assert given[0][1].unit in ("company-1", "company-2")
    assert given[0][0] > asked


def test_what_a_seat_cannot_do_it_leaves() -> None:
    world = World(rehearsal(forced=False).blueprint, 5)
    table = Table(world, leadership(world.blueprint))
    asked = [
        Asked(seat, report(action=action, place=place, unit=unit), 0)
        for seat, action, place, unit in (
            ("joc", PATROL, "town", ""),  # has no units
            ("mission-support", PATROL, "town", "company-1"),  # not its own
            ("force-commander", "demarche-host-state", "", ""),  # needs somebody
            ("force-commander", "open-gate", "town", ""),  # no base
            ("force-commander", "clear-route", "", "company-1"),  # not trained for it
        )
    ]

    assert [order_for(table, each) for each in asked] == [None] * len(asked)
    assert order_for(
        table, Asked("force-commander", report(action=PATROL, place="town", unit="company-2"), 0)
    ) == Order("force-commander", PATROL, "company-2", "town")


def test_the_nearest_unit_that_is_free_as_far_as_a_seat_knows_is_sent() -> None:
    world = World(rehearsal(forced=False).blueprint, 5)
    table = Table(world, leadership(world.blueprint))
    world.advance(HOUR)
    world.forces.units["company-1"].place = "capital-base"

    assert nearest(table, "force-commander", PATROL, "town") == "company-1"
    assert nearest(table, "mission-support", PATROL, "town") == ""


def test_a_slow_head_of_mission_releases_reserved_means_late_and_a_cautious_one_never() -> None:
    model = rehearsal("bambari", forced=False)
    asked = Asked("head-of-mission", report(RELEASE, action="close-air-support", unit="x", target="y", task="z"), 0)
    given: dict[str, set[bool]] = {}
    for who, seed in ((who, seed) for who in ("slow", "cautious") for seed in range(40)):
        table = Table(World(model.blueprint, 1), leadership(model.blueprint))
        team = players.TEAMS[who](table, player(who), Luck(seed, who))
        assert isinstance(team, Follower)
        given.setdefault(who, set()).add(team.does(asked) is not None)

    assert given == {"slow": {True, False}, "cautious": {False}}
    direction = release_of(asked)
    assert (direction.action, direction.lead, direction.target) == ("close-air-support", "force-commander", "y")
    world = World(model.blueprint, 1)
    assert world.apply(dataclasses.replace(direction, target=next(iter(model.blueprint.groups)))).accepted


def report(phrase: str = "request-made", **values: str) -> Report:
    return Report(1, 0, 0, "force-commander", "A1", True, "", phrase, tuple(values.items()), "", "", ())


def test_a_report_is_read_once() -> None:
    world = World(rehearsal(forced=False).blueprint, 5)
    table = Table(world, leadership(world.blueprint))
    world.advance(10 * HOUR)
    first = table.unread("head-of-mission")
    world.advance(20 * HOUR)
    second = table.unread("head-of-mission")

    assert first
    assert [each.number for each in (*first, *second)] == list(range(1, len(first) + len(second) + 1))
    assert table.unread("head-of-mission") == []
    with pytest.raises(LookupError):
        table.unread("site")


def test_a_cautious_player_never_uses_reserved_means_where_it_can_do_without() -> None:
    model = rehearsal("bambari", forced=False)
    options = list(model.blueprint.decisions["column"].options)
    taken = [reading(model, "cautious", seed)["option/column"] for seed in range(3)]

    assert all(each is None or options[int(each)] != "fire" for each in taken)  # type: ignore[arg-type]


# What a player can know


@contextmanager
def hidden(world: World, patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whoever asks what is true while a player thinks is caught."""

    def caught(*_: Any, **__: Any) -> Any:
        raise AssertionError("A player looked at the truth.")

    with patch.context() as inner:
        for name in ("value", "standing", "first", "in_state"):
            inner.setattr(type(world.truth), name, caught)
        inner.setattr(type(world.measures), "values", caught)
        inner.setattr(type(world.chance), "draw", caught)
        yield


@pytest.mark.parametrize("who", SEATED)
@pytest.mark.parametrize("scenario", ["saraf_umra", "terrain_camp"])
def test_a_player_never_looks_at_the_truth(scenario: str, who: str, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(rehearsal(scenario, forced=False).blueprint, 5)
    table = Table(world, leadership(world.blueprint))
    table.sit_down()
    team = players.TEAMS[who](table, player(who), Luck(5, who))
    acted = 0
    while world.now < min(world.end, 80 * HOUR):
        with hidden(world, monkeypatch):
            entries = list(team.acts())
        for entry in entries:
            team.heard(entry, table.put(entry))
        acted += len(entries)
        with hidden(world, monkeypatch):
            until = team.next_look()
        table.wait(until)
    assert acted


@pytest.mark.parametrize("who", SEATED)
def test_a_hidden_fact_that_nobody_reports_changes_nothing_a_player_does(who: str) -> None:
    """Two worlds alike but for a moment before each look, in which one is turned upside down and nobody is told."""
    worlds = [World(rehearsal("saraf_umra", forced=False).blueprint, 5) for _ in range(2)]
    tables = [Table(world, leadership(world.blueprint)) for world in worlds]
    teams = [players.TEAMS[who](table, player(who), Luck(5, who)) for table in tables]
    for table in tables:
        table.sit_down()
    acted = 0
    while worlds[0].now < 60 * HOUR:
        plain = list(teams[0].acts())
        with upside_down(worlds[1]):
            changed = list(teams[1].acts())
        assert plain == changed
        acted += len(plain)
        for table, team in zip(tables, teams, strict=True):
            for entry in plain:
                team.heard(entry, table.put(entry))
            table.wait(team.next_look())
        assert worlds[0].now == worlds[1].now
    assert acted


@contextmanager
def upside_down(world: World) -> Iterator[None]:
    strengths = {id_: group.strength for id_, group in world.groups.state.items()}
    places = {id_: unit.place for id_, unit in world.forces.units.items()}
    standings = {id_: standing.base for id_, standing in world.ledger.standings.items()}
    for group in world.groups.state.values():
        group.strength *= 1000
    for unit in world.forces.units.values():
        unit.place = "nowhere"
    for standing in world.ledger.standings.values():
        standing.base = 100.0
    yield
    for id_, group in world.groups.state.items():
        group.strength = strengths[id_]
    for id_, unit in world.forces.units.items():
        unit.place = places[id_]
    for id_, standing in world.ledger.standings.items():
        standing.base = standings[id_]


@pytest.mark.parametrize("who", SEATED)
def test_thinking_moves_nothing_in_the_world(who: str) -> None:
    """Looking again and again at pictures, questions and objections leaves the history as it is."""
    plain, looked = (World(rehearsal("terrain_camp", forced=False).blueprint, 5) for _ in range(2))
    table = Table(looked, leadership(looked.blueprint))
    while plain.now < plain.end:
        plain.advance(plain.now + HOUR)
        looked.advance(looked.now + HOUR, StopWhen(frozenset(table.seats)))
        while looked.now < plain.now:
            looked.advance(plain.now)
        for seat in table.seats:
            table.picture(seat)
            list(table.objections(seat))
        list(table.questions())
        [table.calls_for(order) for order in table.standing_orders]
        list(players.TEAMS[who](table, player(who), Luck(5, who)).acts())

    assert plain.digest() == looked.digest()


def test_a_table_shows_no_other_seat_and_acts_for_none() -> None:
    world = World(rehearsal(forced=False).blueprint, 5)
    table = Table(world, leadership(world.blueprint))

    for use in (lambda: table.picture("site"), lambda: table.put(SeatHeld("control", True))):
        with pytest.raises(LookupError, match="another table"):
            use()


# Who there is


def test_five_habits_are_named_and_described() -> None:
    assert PLAYERS == ("none", "doctrinal", "slow", "cautious", "random")
    assert set(players.TEAMS) | {players.NONE, players.DOCTRINAL} == set(PLAYERS)
    assert all(each.title and each.text.endswith(".") for each in habits().players.values())


def test_a_player_model_that_there_is_not_is_named_with_what_was_meant() -> None:
    with pytest.raises(UnknownPlayer, match=r"'cautius' is no player model\. Did you mean cautious"):
        catalogue.habits().named(["doctrinal", "cautius"])
