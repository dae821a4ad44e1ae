"""What the demonstrations read from a journal: written by hand, so that the answer is known."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from sim.engine import kinds
from sim.engine.journal import FIXED, EventId, Journal
from sim.engine.kinds import BY_CODE, Kind
from sim.engine.ticks import HOUR
from validation.demonstrations import bambari, compound, near_and_blind

COMPOUND = {"place": "compound", "within_hours": 4}
TOWN = {"town": "town", "within_hours": 6, "hit_within_hours": 24, "phrases": ["attack-over"]}


class Story:
    """A run of which only the journal, the groups, the seats and the units are asked."""

    def __init__(self) -> None:
        self.journal = Journal()
        self.blueprint = SimpleNamespace(
            groups={"army": SimpleNamespace(kind="host-army"), "group": SimpleNamespace(kind="rebels")},
            seats={
                "joc": SimpleNamespace(level="mission"),
                "site": SimpleNamespace(level="site"),
                "headquarters": SimpleNamespace(level="outside"),
            },
        )
        self.forces = SimpleNamespace(units={"company": None})
        self.start = self.write(kinds.SCENARIO, 0, "scenario")

    def write(self, kind: Kind, hours: float, subject: str, *causes: EventId, **fields: Any) -> EventId:
        name = self.journal.name
        values: list[int] = []
        for field, type_ in kind.fields:
            value = fields.get(field, 0)
            if isinstance(value, dict):
                values += [len(value), *(part for seat, tick in value.items() for part in (name(seat), tick * FIXED))]
            elif type_ is kinds.NAME:
                values.append(name(str(value)))
            else:
                values.append(0 if type_ is kinds.PAIRS else int(value))
        return self.journal.write(kind, round(hours * HOUR), name(subject), causes or (0,), *values)

    def attack(self, place: str, hours: float = 10, group: str = "army") -> EventId:
        return self.write(kinds.ATTACK, hours, group, target="people", place=place)

    def report(self, cause: EventId, hours: float, seat: str, phrase: str = "attack-over") -> EventId:
        return self.write(kinds.REPORT, hours, "source", cause, phrase=phrase, to={seat: round(hours * HOUR)})


@pytest.fixture
def story() -> Any:
    return Story()


def test_nobody_who_comes_in_time_is_no_response(story: Any) -> None:
    story.attack("compound")
    story.write(kinds.ARRIVED, 15, "company", place="compound")
    story.write(kinds.ARRIVED, 11, "company", place="base")
    assert compound(story, COMPOUND) == {"no_response": True}


def test_a_unit_that_comes_or_fires_within_four_hours_is_a_response(story: Any) -> None:
    story.attack("compound")
    story.write(kinds.ARRIVED, 13, "company", place="compound")
    assert compound(story, COMPOUND) == {"no_response": False}
    other: Any = Story()
    attack = other.attack("compound")
    other.write(kinds.RESPONSE, 12, "company", attack, unit="company", immediate=1)
    assert compound(other, COMPOUND) == {"no_response": False}


def test_without_an_attack_there_is_nothing_to_respond_to(story: Any) -> None:
    story.attack("town")
    story.attack("compound", group="group")
    assert compound(story, COMPOUND) == {"no_response": None}


@pytest.mark.parametrize(
    ("hours", "seat", "told"), [(12, "joc", True), (12, "site", True), (17, "joc", False), (12, "headquarters", False)]
)
def test_the_mission_is_told_when_a_seat_of_its_own_has_the_report_in_time(
    story: Any, hours: float, seat: str, told: bool
) -> None:
    attack = story.attack("town")
    ended = story.write(kinds.ATTACK_ENDED, 11, "group", attack, killed=20, wounded=3, reason="done")
    story.report(ended, hours, seat)
    assert near_and_blind(story, TOWN) == {"told": told}


def test_a_report_of_something_else_tells_nothing_of_the_killings(story: Any) -> None:
    attack = story.attack("town")
    story.report(story.start, 12, "joc")
    story.report(attack, 12, "joc", "people-arriving")
    assert near_and_blind(story, TOWN) == {"told": False}


KIND = {kind.name: kind for kind in BY_CODE}
needs_lines = pytest.mark.skipif("line-crossed" not in KIND, reason="the engine has no lines yet")


@needs_lines
@pytest.mark.parametrize(("purpose", "place", "reached"), [("assault", "town", True), ("depart", "town", False),
                                                           ("assault", "base", False)])  # fmt: skip
def test_only_an_assault_that_arrives_in_the_town_has_reached_it(
    story: Any, purpose: str, place: str, reached: bool
) -> None:
    left = story.write(KIND["column-left"], 1, "group", origin="away", toward=place, strength=40, purpose=purpose)
    halted = story.write(KIND["column-halted"], 2, "group", left, place="road")
    story.write(KIND["column-arrived"], 3, "group", halted, place=place, strength=40)
    assert bambari(story, TOWN)["reached"] is reached


@needs_lines
def test_a_column_that_left_and_turned_back_has_not_reached_the_town(story: Any) -> None:
    left = story.write(KIND["column-left"], 1, "group", origin="away", toward="town", strength=40, purpose="assault")
    story.write(KIND["column-turned"], 3, "group", left, place="road", reason="warned")
    assert bambari(story, TOWN)["reached"] is False


@needs_lines
def test_losses_to_peacekeepers_after_a_crossing_belong_to_the_test_and_no_others_do(story: Any) -> None:
    for hours in (10, 100):
        story.write(KIND["line-crossed"], hours, "group", line="line", place="road")
    struck = story.write(KIND["air-action"], 11, "helicopter", group="group", place="road")
    story.write(KIND["air-action-ended"], 11.2, "helicopter", struck, killed=1, wounded=7)
    fought = story.write(kinds.CONTACT, 101, "group", against="company", place="road")
    story.write(kinds.CONTACT_ENDED, 102, "group", fought, killed=2, wounded=4)
    clashed = story.write(kinds.CONTACT, 101, "group", against="other-group", place="road")
    story.write(kinds.CONTACT_ENDED, 102, "group", clashed, killed=50, wounded=50)
    late = story.write(KIND["air-action"], 150, "helicopter", group="group", place="road")
    story.write(KIND["air-action-ended"], 151, "helicopter", late, killed=30, wounded=30)
    found = bambari(story, TOWN)
    assert (found["tests"], found["hit_per_test"]) == (2, 7.0)


@needs_lines
def test_without_a_test_there_is_no_loss_per_test(story: Any) -> None:
    assert bambari(story, TOWN)["hit_per_test"] is None
