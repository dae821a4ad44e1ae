"""Views of the shipped scenario: made of pictures alone, in words, and cheap enough to make five times a second."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from sim.engine.blueprint import Blueprint, compile_scenario
from sim.engine.choosing import ACTIONS
from sim.engine.inputs import Order
from sim.engine.ticks import DAY, HOUR
from sim.engine.world import StopWhen, World
from sim.exercise.clock import ClockState
from sim.exercise.staging import leadership_team, playable_seats
from sim.exercise.terms import INTENTS, STEPS
from sim.exercise.view import Views
from sim.exercise.wording import Wording, confidence, left, mood, number, span, trend
from sim.net.protocol import difference
from sim.scenario import load

HEAD = "head-of-mission"


@pytest.fixture(scope="module")
def blueprint() -> Blueprint:
    return compile_scenario(load("saraf_umra"))


@pytest.fixture(scope="module")
def middle(blueprint: Blueprint) -> World:
    """The world after four days, nobody playing."""
    world = World(blueprint, 7)
    world.advance(4 * DAY)
    return world


def view_of(world: World, *seats: str, state: Any = "paused") -> dict[str, Any]:
    views = Views(world.blueprint, seed=world.seed, path="game.mlt")
    return views.view(world, seats or leadership_team(world.blueprint), ClockState(world.now, state), frozenset(seats))


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)
    elif isinstance(value, str):
        yield value


class OnlyPictures:
    """A world that answers nothing but what a view may ask."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.blueprint = world.blueprint
        self.now = world.now
        self.picture = world.picture
        self.asked: set[str] = set()


def test_a_view_asks_the_world_for_pictures_and_nothing_else(middle: World) -> None:
    whole = Views(middle.blueprint, seed=7, path="x")
    veiled: Any = OnlyPictures(middle)
    for seat in playable_seats(middle.blueprint):
        view = whole.view(veiled, (seat,), ClockState(middle.now, "paused"), frozenset())
        assert view["single"]["seat"]["ids"] == [seat]


def test_making_views_changes_nothing(blueprint: Blueprint) -> None:
    watched, quiet = World(blueprint, 3), World(blueprint, 3)
    views = Views(blueprint, seed=3, path="x")
    for day in range(1, 11):
        watched.advance(day * DAY // 2)
        for seats in (leadership_team(blueprint), (HEAD,)):
            views.view(watched, seats, ClockState(watched.now, "paused"), frozenset())
    quiet.advance(5 * DAY)
    assert watched.digest() == quiet.digest()


def test_a_view_is_plain_data(middle: World) -> None:
    view = view_of(middle)
    assert json.loads(json.dumps(view)) == view


def test_every_table_has_rows_with_an_order_and_their_own_id(middle: World) -> None:
    tables = view_of(middle)["tables"]
    assert set(tables) == {
        "places", "routes", "units", "flows", "lines", "inbox", "tasks", "actors", "decisions", "objections", "forms",
        "seats",
    }  # fmt: skip
    for name in ("places", "routes", "units", "inbox", "tasks", "actors", "decisions", "forms", "seats"):
        assert tables[name], name
        for id, row in tables[name].items():
            assert row["id"] == id
            assert isinstance(row["order"], int)


def test_names_stand_where_names_belong_and_no_sentence_has_a_gap(middle: World) -> None:
    tables = view_of(middle)["tables"]
    for table, key in (("places", "name"), ("units", "name"), ("actors", "name"), ("seats", "title")):
        for row in tables[table].values():
            assert row[key]
            assert "-" not in row["id"] or row[key] != row["id"]
    for row in tables["inbox"].values():
        assert "{" not in row["title"] + row["text"]
        assert "(not said)" not in row["title"]


def test_standings_are_words_and_levels_are_never_numbers(middle: World) -> None:
    view = view_of(middle)
    for row in view["tables"]["actors"].values():
        if row["kind"] in ("counterpart", "group"):
            assert not re.search(r"\d", row["assessed"]), row["assessed"]
        assert row["confidence"] in ("low", "medium", "high")
    for place in view["tables"]["places"].values():
        for fact in place["facts"]:
            if fact["attribute"] == "tension":
                assert not re.search(r"\d", fact["text"])


def test_people_are_ranges_with_time_and_grade(middle: World) -> None:
    figures = {figure["id"]: figure for figure in view_of(middle)["single"]["figures"]}
    people = figures["team-site/people"]
    assert re.fullmatch(r"[\d,]+ - [\d,]+", people["text"])
    assert re.fullmatch(r"D\+\d \d\d:\d\d", people["as_of"])
    assert re.fullmatch(r"[A-F][1-6]", people["grade"])


def test_one_seat_has_its_own_numbers_without_gaps(middle: World) -> None:
    inbox = view_of(middle, "force-commander")["tables"]["inbox"]
    assert sorted(row["order"] for row in inbox.values()) == list(range(1, len(inbox) + 1))
    assert {row["seat"] for row in inbox.values()} == {"force-commander"}


def test_one_message_to_many_seats_is_one_letter_to_the_team(middle: World) -> None:
    team = leadership_team(middle.blueprint)
    together = view_of(middle, *team)["tables"]["inbox"]
    apart = sum(len(view_of(middle, seat)["tables"]["inbox"]) for seat in team)
    assert len(together) < apart / 2
    assert sorted(row["order"] for row in together.values()) == list(range(1, len(together) + 1))
    assert any("more" in row["to"] for row in together.values())


def test_letters_keep_their_numbers_as_time_goes_on(blueprint: Blueprint) -> None:
    world = World(blueprint, 5)
    views = Views(blueprint, seed=5, path="x")
    team = leadership_team(blueprint)
    known: dict[str, int] = {}
    for hour in range(6, 24 * 6, 6):
        world.advance(hour * HOUR)
        inbox = views.view(world, team, ClockState(world.now, "paused"), frozenset())["tables"]["inbox"]
        for id, order in known.items():
            assert inbox[id]["order"] == order
        known = {id: row["order"] for id, row in inbox.items()}
    assert len(known) > 50


def test_a_quiet_moment_is_a_small_difference(blueprint: Blueprint) -> None:
    world = World(blueprint, 7)
    views = Views(blueprint, seed=7, path="x")
    team = leadership_team(blueprint)
    world.advance(5 * DAY)
    before = views.view(world, team, ClockState(world.now, "running"), frozenset())
    world.advance(world.now + 10_000)
    after = views.view(world, team, ClockState(world.now, "running"), frozenset())
    assert len(json.dumps(difference(before, after))) < len(json.dumps(after)) / 20


def test_a_seat_sees_forms_for_what_it_may_do(middle: World) -> None:
    def forms(*seats: str) -> list[dict[str, Any]]:
        return list(view_of(middle, *seats)["tables"]["forms"].values())

    assert {form["kind"] for form in forms(HEAD)} == {"direction", "order", "request", "report"}
    assert {form["kind"] for form in forms("joc")} == {"request", "report"}
    patrol = next(form for form in forms("force-commander") if form["id"].endswith("order/force-commander/reinforce"))
    assert {"id": "company-2", "name": "2 Company"} in patrol["units"]
    assert all(unit["id"].startswith("company") or "observers" in unit["id"] for unit in patrol["units"])
    team = leadership_team(middle.blueprint)
    for form in forms(*team):
        if form["kind"] == "request":
            assert not {to["id"] for to in form["to"]} & set(team)


def test_an_objection_is_known_from_the_first_word_and_shows_on_its_order(blueprint: Blueprint) -> None:
    world = World(blueprint, 11)
    order = Order("police-commissioner", "reinforce", "fpu-3/1", "team-site")
    assert world.apply(order).accepted
    stopped = world.advance(2 * DAY, StopWhen(frozenset({"police-commissioner"})))
    while not world.picture("police-commissioner").objections and stopped.reason == "needs":
        stopped = world.advance(2 * DAY, StopWhen(frozenset({"police-commissioner"})))
    first = view_of(world)["tables"]["objections"]
    world.advance(world.now + 6 * HOUR)
    tables = view_of(world)["tables"]
    assert [row["since"] for row in tables["objections"].values()] == [row["since"] for row in first.values()] != []
    assert [task["state"] for task in tables["tasks"].values() if task["unit_id"] == "fpu-3/1"] == ["objected"]


def test_hours_are_asked_only_where_they_mean_something(middle: World) -> None:
    forms = view_of(middle)["tables"]["forms"]
    assert forms[f"order/{HEAD}/shut-gate"]["hours"] is None
    usual = middle.blueprint.doctrine.responses["visible-patrol"].hours
    assert usual is not None
    assert forms["order/force-commander/visible-patrol"]["hours"] == list(usual)


def test_what_is_told_of_a_task_bears_the_names_of_its_parts(blueprint: Blueprint) -> None:
    wording = Wording(blueprint)
    named = wording.name_of_task("order/police-commissioner/reinforce/fpu-3/1#1")
    assert named == f"Reinforce, {wording.name('fpu-3/1')}"
    assert wording.name_of_task("fpu-3/1") == wording.name("fpu-3/1")


def test_every_intent_of_a_group_has_words() -> None:
    assert set(ACTIONS) <= set(INTENTS)


def test_every_form_of_a_seat_passes_its_door(middle: World) -> None:
    from sim.engine.inputs import Direction, Request, Submit

    for form in view_of(middle, "force-commander")["tables"]["forms"].values():
        first = {key: form[key][0]["id"] if form[key] else "" for key in ("units", "places", "targets", "to")}
        seat, action = form["seat"], form["action"]
        where = {"place": first["places"], "target": first["targets"], "unit": first["units"]}
        entry: Any = Order(seat, action, **where)
        if form["kind"] == "request":
            entry = Request(seat, first["to"], action, **where)
        if form["kind"] == "direction":
            entry = Direction(seat, first["to"], action, first["places"])
        if form["kind"] == "report":
            entry = Submit(seat, first["to"], action, about=first["places"])
        assert middle._objection_to(entry) == "", (form["id"], middle._objection_to(entry))


def test_a_decision_shows_what_is_known_beside_what_is_not(blueprint: Blueprint) -> None:
    world = World(blueprint, 7)
    stopped = world.advance(world.end, StopWhen(frozenset({HEAD})))
    while not world.picture(HEAD).decisions:
        stopped = world.advance(world.end, StopWhen(frozenset({HEAD})))
    views = Views(blueprint, seed=7, path="x")
    clock = ClockState(world.now, "paused", seat=stopped.seat, about=stopped.about)
    view = views.view(world, (HEAD,), clock, frozenset({HEAD}))
    (card,) = view["tables"]["decisions"].values()
    assert card["state"] == "open"
    assert card["known"]
    assert len(card["known"]) + len(card["unknown"]) == len(blueprint.decisions[card["id"]].known)
    assert re.fullmatch(r"\d+:\d\d", card["left"])
    assert card["otherwise"] in [option["label"] for option in card["options"]]
    assert view["single"]["clock"]["reason"].endswith(" (Joint Special Representative)")


def test_the_ending_is_shown_once_it_is_over(blueprint: Blueprint) -> None:
    world = World(blueprint, 7)
    world.advance(world.horizon)
    ending = view_of(world, HEAD, state="ended")["single"]["ending"]
    assert ending["question"].endswith("?")
    assert ending["story"]
    assert ending["numbers"]
    assert ending["causes"]
    assert ending["resume"] == "mlt play game.mlt"
    assert view_of(world, HEAD, state="paused")["single"]["ending"] is None


def test_a_snapshot_of_every_seat_holds_facts_with_their_source(middle: World) -> None:
    from sim.exercise.snapshots import Snapshooter
    from sim.exercise.wording import Wording

    taken = Snapshooter(Wording(middle.blueprint)).take(middle)
    assert "control" not in taken
    subject, attribute, value, as_of, report, grade = taken[HEAD]["facts"][0]
    leaf = middle.picture(HEAD).facts[subject, attribute]
    assert (value, as_of, report, grade) == (leaf.value, leaf.as_of, leaf.report, leaf.grade)
    assert json.dumps(taken)


@pytest.mark.parametrize(
    ("value", "words"),
    [(0, "calm"), (40, "tense"), (99, "close to breaking"), ((10, 60), "calm to very tense"), ((41, 42), "tense")],
)
def test_levels_become_words(value: Any, words: str) -> None:
    assert mood(value) == words


def test_numbers_are_written_as_people_write_them() -> None:
    assert span(4000, 9000) == "4,000 - 9,000"
    assert span(8, 8) == "8"
    assert [number(value) for value in (1234.0, 2.5, 0.214)] == ["1,234", "2.5", "0.21"]
    assert [left(ticks) for ticks in (24 * 60_000, 3 * HOUR, 65 * HOUR, -5)] == ["0:24", "3:00", "2 d 17 h", "0:00"]


def test_confidence_follows_the_grade() -> None:
    assert [confidence(grade) for grade in ("A1", "B2", "C2", "B3", "C4", "D1", "F6", "")] == [
        "high", "high", "medium", "medium", "low", "low", "low", "low",
    ]  # fmt: skip


def test_a_trend_needs_three_values() -> None:
    assert trend([1, 2]) == ""
    assert trend([0, 4, 8]) == "▁▅█"
    assert trend([0, 0, 0]) == "▁▁▁"


class TestWords:
    """What is measured is told in words; what is counted is rounded; nothing is called by its id."""

    @pytest.fixture(scope="class")
    def wording(self, blueprint: Blueprint) -> Wording:
        return Wording(blueprint)

    @pytest.mark.parametrize(
        ("attribute", "value", "words"),
        [
            ("confirmed", 0.0, "no commander yet"),
            ("confirmed", 0.3333, "some commanders"),
            ("confirmed", (0.45, 1.0), "about half of the commanders to all commanders"),
            ("anger", 62.5, "very angry"),
            ("network", 0.41, "fair"),
            ("works", 20.0, "begun"),
            ("control", "mission-police", "police of the mission"),
            ("column", "crossed", "a column inside the line"),
            ("terms", "left", "kept: they have left"),
            ("stance", "prey", "take what they want from people"),
            ("status", "held", "held by the host state"),
            ("risk", "very-high", "very high"),
            ("story", "poison", "the mission's water makes sick"),
            ("state", "unserviceable", "not serviceable"),
            ("tests", 0, "none"),
            ("supply", 1.5, "1 to 2 days"),
            ("untreated", (0, 3), "up to 3"),
        ],
    )
    def test_a_fact_is_told_in_words(self, wording: Wording, attribute: str, value: Any, words: str) -> None:
        assert wording.value(attribute, value) == words

    def test_every_measured_level_has_words_to_its_end(self, wording: Wording) -> None:
        for attribute in STEPS:
            for value in (0.0, 0.37, 1.0, 37.0, 100.0):
                assert not re.search(r"\d", wording.value(attribute, value)), attribute

    @pytest.mark.parametrize(
        ("key", "value", "words"),
        [
            ("people", 11_378, "11,000"),
            ("people", 24, "24"),
            ("people", (1100, 1500), "1,100 - 1,500"),
            ("killed", 0, "none"),
            ("days", 0.2, "less than a day"),
            ("days", 14.0, "14 days"),
            ("against", "mission", "the mission"),
            ("level", "pc2", "PC2"),
            ("result", "unclear", "it cannot be said any more whether it was justified"),
            ("gate", "curfew", "a curfew"),
        ],
    )
    def test_a_report_says_a_value_as_people_do(self, wording: Wording, key: str, value: Any, words: str) -> None:
        assert wording.said(key, value) == words

    def test_an_alert_network_is_called_after_its_place(self, wording: Wording) -> None:
        assert wording.name("alert-network/saraf-umra") == "callers from Saraf Umra"

    def test_every_option_of_an_order_has_a_label(self, blueprint: Blueprint, wording: Wording) -> None:
        for response in blueprint.doctrine.responses.values():
            for option in response.options:
                assert wording.option(option) != option.replace("-", " "), (response.id, option)


def test_no_fact_of_any_shipped_scenario_is_told_as_an_id_or_a_fraction() -> None:
    for name in ("bambari", "upper_nile_tob", "terrain_camp", "near_and_blind"):
        blueprint = compile_scenario(load(name))
        world = World(blueprint, 4)
        world.advance(min(blueprint.duration, 20 * DAY))
        view = view_of(world)
        for table in ("places", "units", "actors", "decisions", "inbox"):
            for text in texts(view["tables"][table]):
                assert not re.search(r"\b0\.\d\d\d", text), text
                assert "alert-network/" not in text
                assert "(not said)" not in text


def test_a_group_on_the_road_is_one_sentence_and_its_road_is_forgotten_when_it_is_there() -> None:
    blueprint = compile_scenario(load("bambari"))
    world = World(blueprint, 4)
    said = []
    for day in range(4, 44, 4):
        world.advance(day * DAY)
        for row in view_of(world)["tables"]["actors"].values():
            said += [note for note in row["notes"] if note.startswith("On the road")]
            assert not any(note.startswith("Column") for note in row["notes"])
    assert any("heads" in note for note in said)
    assert any("arrived" in note or "turned back" in note for note in said)
    assert not any("heads" in note for note in said if "arrived" in note or "turned back" in note)
