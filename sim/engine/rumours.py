"""Stories that are not true, how far they go, and what they do.

A story is a report too: it goes round, some believe it, and what they believe moves fear, trust and crowds. It can be
answered, soon and with one voice; to deny what is true costs more than the story did.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from sim.engine import kinds
from sim.engine.chance import lognormal
from sim.engine.journal import EventId, fixed
from sim.engine.ticks import HOUR, Tick

if TYPE_CHECKING:
    from sim.engine.tasks import Task
    from sim.engine.world import World

MISSION, ATTACK, POISON, PARTIALITY = "mission", "attack", "poison", "partiality"
AGAINST: Final = (MISSION, POISON, PARTIALITY)
"""Stories about the mission itself, which cost it regard and may bring a crowd."""


class Story:
    """One story at one place: what it says, who believes it, and whether it is so."""

    __slots__ = ("about", "answered", "believed", "cost", "fear", "place", "row", "since", "true")

    def __init__(self, place: str, about: str, true: bool, row: EventId, since: Tick) -> None:
        self.place = place
        self.about = about
        self.true = true
        self.row = row
        self.since = since
        self.believed = 0.0
        self.fear = 0.0
        """Points of fear it brought; what an answer can give back."""
        self.cost = 0.0
        """Points of legitimacy it took."""
        self.answered = 0.0
        """The share of it that has been undone."""


class Rumours:
    """What goes round, and what is said against it."""

    __slots__ = (
        "_backfire", "_believe", "_believe_sigma", "_crowd_from", "_crowd_share", "_fear", "_half_life", "_last_voice",
        "_legitimacy", "_numbers", "_said", "_trust", "_two_voices", "_window", "_world",
    )  # fmt: skip

    def __init__(self, world: World) -> None:
        self._world = world
        value = world.parameters
        self._believe = value["rumours.believed_without_trust"]
        self._believe_sigma = value["rumours.believed_sigma"]
        self._fear = value["rumours.fear"]
        self._legitimacy = value["rumours.legitimacy"]
        self._trust = value["rumours.trust"]
        self._crowd_from = value["rumours.crowd_from"]
        self._crowd_share = value["rumours.crowd_share"]
        self._half_life = value["rumours.answer_half_life_hours"] * HOUR
        self._backfire = value["rumours.denial_backfires"]
        self._window = value["talks.contradiction_window_hours"] * HOUR
        self._two_voices = value["rumours.two_voices"]
        self._said: dict[str, list[Story]] = {}
        self._numbers: dict[str, int] = {}
        self._last_voice: tuple[str, Tick] = ("", 0)

    def begin(self) -> None:
        self._world.tasks.provide("counter-rumour", completes=self._answer)

    def believed(self, place: str) -> float:
        """The share of a place's people who believe the worst story that goes round there now."""
        stories = self._said.get(place, ())
        return max((story.believed * (1.0 - story.answered) for story in stories), default=0.0)

    # Going round

    def spread(self, place: str, about: str, reach: float, row: EventId) -> EventId:
        """A false story goes round at a place; how many believe it hangs on how far the mission is trusted there."""
        world = self._world
        self._numbers[place] = number = self._numbers.get(place, 0) + 1
        name = f"story/{place}/{number}"
        doubt = 1.0 - world.people.trust_of(place) if about in AGAINST else 1.0
        luck = lognormal(world.chance.draw(name), 1.0, self._believe_sigma)
        believed = min(1.0, reach * self._believe * doubt * luck)
        journal = world.journal
        written = journal.write(
            kinds.STORY, world.now, journal.name(place), (row,), journal.name(about), fixed(believed)
        )
        story = Story(place, about, False, written, world.now)
        story.believed = believed
        self._said.setdefault(place, []).append(story)
        self._tell(story, written)
        story.fear = self._fear * believed
        world.people.shock(place, story.fear, written)
        if about in AGAINST:
            story.cost = self._legitimacy * believed
            world.standing("legitimacy", -story.cost, (written,), "story")
            for state in world.people.living_at(place):
                world.standing(state.trust.id, -self._trust * believed, (written,), "story")
            if believed >= self._crowd_from:
                people = math.floor(world.people.at(place) * believed * self._crowd_share)
                world.crowds.gather(place, people, MISSION, written)
        return written

    def known(self, place: str, true: bool, row: EventId) -> None:
        """Talk of an attack that came up elsewhere goes round here; it may be so."""
        story = Story(place, ATTACK, true, row, self._world.now)
        story.believed = self._believe
        story.fear = self._world.parameters["people.rumour_fear"]
        self._said.setdefault(place, []).append(story)

    def _tell(self, story: Story, row: EventId) -> None:
        """Those who tell the mission what people say tell it this too."""
        world = self._world
        world.truth.event("story", story.place, row)
        world.intelligence.happened(
            f"story-{story.about}", story.place, row, values={"place": story.place},
            facts=((story.place, "story", story.about),),
        )  # fmt: skip

    # Answering

    def _answer(self, task: Task) -> None:
        """Somebody goes to where the story is told, with facts, and answers it there."""
        world = self._world
        world.people.reassure(task.place, world.tasks.effect(task, "reassurance"), task.row)
        self.answered(task, world.tasks.effect(task, "answer"), denies="deny" in task.options)

    def message(self, task: Task, line: str) -> None:
        """A public line reaches places where stories go round; less than somebody who comes and listens."""
        self.answered(task, self._world.tasks.effect(task, "answer"), denies=line == "deny")

    def answered(self, task: Task, strength: float, *, denies: bool) -> None:
        """Undo part of what stories at a place did: more when it comes soon, and when the mission has one voice."""
        world = self._world
        one_voice = self._one_voice(task)
        for story in self._said.get(task.place, ()):
            if denies and story.true:
                self._caught(story, task)
                continue
            age = world.now - story.since
            share = strength * one_voice * math.exp(-math.log(2.0) * age / self._half_life)
            undone = share * (1.0 - story.answered)
            if story.true or undone <= 0.0:
                continue
            story.answered += undone
            name = world.journal.name
            row = world.journal.write(
                kinds.STORY_ANSWERED, world.now, name(story.place), (task.row, story.row), name(story.about),
                fixed(undone),
            )  # fmt: skip
            world.people.reassure(story.place, story.fear * undone, row)
            world.standing("legitimacy", story.cost * undone, (row,), task.response.id)

    def _one_voice(self, task: Task) -> float:
        """Two who answer within the window undo each other by half, unless it is the same office."""
        seat, at = self._last_voice
        now = self._world.now
        self._last_voice = (task.seat, now)
        return self._two_voices if seat and seat != task.seat and now - at < self._window else 1.0

    def _caught(self, story: Story, task: Task) -> None:
        """The mission denied what was so, and people there know it."""
        world = self._world
        name = world.journal.name
        row = world.journal.write(
            kinds.STORY_ANSWERED, world.now, name(story.place), (task.row, story.row), name(story.about), fixed(-1.0)
        )
        world.standing("legitimacy", -self._backfire, (row,), "denial")
        for state in world.people.living_at(story.place):
            world.standing(state.trust.id, -self._backfire, (row,), "denial")
