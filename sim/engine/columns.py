"""Armed groups on the road: columns that march, are seen, are stopped, or arrive.

A column walks the routes of the shortest way from mark to mark: a place that it passes, a line that somebody may have
drawn across its way, a unit that bars it. What it does at each is its own choice, by what it expects. Those who see it
count everybody on the trucks, fighters or not. A group has one column at a time, and its own strength counts
whoever is away with it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from sim.engine import kinds
from sim.engine.agenda import At, Phase
from sim.engine.chance import lognormal, share_of
from sim.engine.column import (
    ARRIVED,
    ASSAULT,
    CROSSED,
    HALTED,
    LEAVING,
    MOVING,
    NONE,
    REINFORCE,
    TURNED,
    Column,
)
from sim.engine.journal import EventId
from sim.engine.marches import LINE, PLACE, Mark, way_back, way_to
from sim.engine.ticks import Tick, from_hours
from sim.engine.venturing import Venturing

if TYPE_CHECKING:
    from sim.engine.armed_group import GroupState
    from sim.engine.forces import UnitState
    from sim.engine.tasks import Task
    from sim.engine.views import Value
    from sim.engine.world import World

BARRING: Final = ("guard-terrain", "interposition", "redeploy-guard", "physical-protection")
"""Responses whose unit stands in the way of whoever comes through its place."""


class Columns:
    """All columns of a run."""

    __slots__ = (
        "_concern", "_friction", "_loud", "_mixed", "_mixed_most", "_most_halts", "_night_share",
        "_ordered", "_pace", "_quiet", "_stay", "_under_fire", "_wait_hours", "_wait_sigma", "_words", "_world",
        "on_the_road", "venturing",
    )  # fmt: skip

    def __init__(self, world: World) -> None:
        self._world = world
        value = world.parameters
        self._pace = value["columns.pace"]
        self._night_share = value["columns.night_share"]
        self._friction = value["columns.friction_sigma"]
        self._mixed = value["columns.mixed_chance"]
        self._mixed_most = value["columns.civilians_most_share"]
        self._loud = value["columns.loudness"]
        self._quiet = value["columns.leaving_loudness"]
        self._wait_hours = value["columns.wait_hours"]
        self._wait_sigma = value["columns.wait_sigma"]
        self._most_halts = round(value["columns.most_halts"])
        self._under_fire = value["columns.under_fire_expected"]
        self._stay = from_hours(value["columns.stay_hours"])
        self._words: dict[str, str] = {}
        self._ordered: dict[str, int] = {}
        self._concern: dict[str, bool] = {}
        self.on_the_road: dict[str, Column] = {}
        """The column of each group that has one."""
        self.venturing = Venturing(world)
        truth = world.truth
        truth.provide("column", lambda group: self.word(group) if group in world.blueprint.groups else None)
        truth.provide("column-toward", self._reading(lambda column: column.toward, ""))
        truth.provide("column-at", self._reading(lambda column: column.passed, ""))
        truth.provide("column-strength", self._reading(lambda column: column.strength, 0))

    def begin(self) -> None:
        """Places the mission cares for: its own, those it drew a line around, those people shelter at."""
        blueprint = self._world.blueprint
        cared_for = {*(line.around for line in blueprint.red_lines.values()), *(u.at for u in blueprint.units.values())}
        for place in blueprint.places.values():
            self._concern[place.id] = place.site is not None or place.id in cared_for

    # What others ask

    def of(self, group: str) -> Column | None:
        return self.on_the_road.get(group)

    def word(self, group: str) -> str:
        """How the last column of a group stands, in a word."""
        return self._words.get(group, NONE)

    def away(self, group: str) -> int:
        """Fighters of a group who are on the road and nowhere else."""
        column = self.on_the_road.get(group)
        return 0 if column is None else column.strength

    def concerns(self, place: str) -> bool:
        """Whether the mission cares if armed men come to a place."""
        return self._concern[place]

    def km(self, column: Column, tick: Tick) -> float:
        """How far along its way a column is."""
        if column.timer is None or column.state == HALTED or tick >= column.until:
            return column.km
        share = (tick - column.set_off) / (column.until - column.set_off)
        return column.km + share * (column.marks[column.index].km - column.km)

    def stretch(self, column: Column) -> tuple[str, str]:
        """The places between which a column is; the same one twice where it stands at a place."""
        if column.index >= len(column.marks):
            return column.passed, column.passed
        ahead = next(mark.id for mark in column.marks[column.index :] if mark.kind == PLACE)
        return column.passed, ahead

    def nearest(self, column: Column) -> str:
        """The place a column is nearest to, by its way."""
        here = self.km(column, self._world.now)
        behind, ahead = self.stretch(column)
        back = max((mark.km for mark in column.marks[: column.index] if mark.kind == PLACE), default=0.0)
        front = next((mark.km for mark in column.marks[column.index :] if mark.kind == PLACE), here)
        return behind if here - back <= front - here else ahead

    def toward(self, place: str) -> list[Column]:
        """Columns that are on their way to a place or through it."""
        return [
            column
            for column in self.on_the_road.values()
            if column.on_the_way and any(mark.id == place for mark in column.marks[column.index :])
        ]

    def about(self, place: str) -> list[Column]:
        """Columns on a road that begins or ends at a place, or standing there."""
        return [column for column in self.on_the_road.values() if place in self.stretch(column)]

    # Setting out

    def ordered(self, group: str, toward: str, share: float, row: EventId, start: str = "") -> Column | None:
        """A share of a group sets out for a place, whoever wanted it; from where the group is, or from a start."""
        state = self._world.groups.state[group]
        self._ordered[group] = ordinal = self._ordered.get(group, 0) + 1
        band = max(1, round(share * state.strength))
        return self.send(state, f"{group}/ordered/{ordinal}", toward, band, ASSAULT, (row,), start)

    def send(
        self,
        group: GroupState,
        name: str,
        toward: str,
        band: int,
        purpose: str,
        causes: tuple[EventId, ...],
        start: str = "",
    ) -> Column | None:
        """Let fighters of a group set out; nothing where it has a column on the road, or is there already.

        Args:
            name: of the occasion; the luck of the whole march hangs on it.
            band: fighters who go, never more than there are.
            purpose: what they set out to do.
            start: where they come out onto the road; where the group is, if none is given.
        """
        world = self._world
        origin = start or group.at or group.spec.home
        band = min(band, group.strength)
        if band < 1 or group.id in self.on_the_road or toward == origin:
            return None
        draw = world.chance.draw
        name = f"{name}/column"
        column = Column(group, name, origin, toward, band, purpose)
        column.civilians = self._among(name, band, purpose)
        column.commander = min(math.floor(draw(f"{name}/commander") * group.spec.commanders), group.spec.commanders - 1)
        column.friction = lognormal(draw(f"{name}/friction"), 1.0, self._friction)
        column.marks = way_to(world, origin, toward)
        journal = world.journal
        row = journal.write(
            kinds.COLUMN_LEFT, world.now, group.key, causes,
            journal.name(origin), journal.name(toward), band, journal.name(purpose),
        )  # fmt: skip
        column.row = row
        self.on_the_road[group.id] = column
        self._say(column, MOVING, row)
        world.truth.event("column-left", group.id, row)
        self._seen(column, origin, row, self._quiet)
        self._march(column)
        return column

    def _among(self, name: str, band: int, purpose: str) -> int:
        """Families go with those who leave; herders and traders sometimes ride with any column."""
        draw = self._world.chance.draw
        if purpose not in LEAVING and draw(f"{name}/among") >= self._mixed:
            return 0
        share = self._mixed_most * draw(f"{name}/civilians")
        return share_of(band, share / (1.0 - share), draw(f"{name}/heads"))

    # On the road

    def _march(self, column: Column) -> None:
        """On to the next mark."""
        world = self._world
        mark = column.marks[column.index]
        hours = world.places.on_surface(
            mark.km - column.km, mark.surface, self._pace / column.friction, self._night_share, world.now
        )
        column.set_off = world.now
        column.until = world.now + max(1, from_hours(hours))
        column.timer = world.agenda.at(column.until, Phase.MOVEMENT, column.group.rank, self._reaches, column)

    def _reaches(self, event: At) -> None:
        column: Column = event.payload
        column.timer = None
        mark = column.marks[column.index]
        column.km = mark.km
        column.index += 1
        if mark.kind == LINE:
            self._at_line(column, mark)
            return
        column.passed = mark.id
        if column.index == len(column.marks):
            self._arrives(column)
            return
        world = self._world
        if column.state != TURNED:
            column.row = world.journal.write(
                kinds.COLUMN_SEEN, world.now, column.group.key, (column.row,), world.journal.name(mark.id)
            )
            world.truth.changed(column.group.id, "column-at", column.row)
            self._seen(column, mark.id, column.row, self._loud)
        self._goes_on(column)

    def _goes_on(self, column: Column) -> None:
        """Past whoever stands in the way, if anybody does."""
        if column.on_the_way and column.purpose not in LEAVING:
            unit = self._barred(column)
            if unit is not None:
                self._at_bar(column, unit)
                return
        self._march(column)

    def _at_line(self, column: Column, mark: Mark) -> None:
        """At a line that it knows of it thinks again; one that nobody announced is only a point of a road."""
        world = self._world
        lines = world.red_lines
        if column.state == TURNED or not lines.holds(mark.id, column) or mark.id in column.met:
            self._march(column)
            return
        column.met.append(mark.id)
        expected = lines.expected(mark.id, column)
        choice = self.venturing.choose(
            f"{column.name}/line/{mark.id}", column, expected, (column.row, lines.row(mark.id))
        )
        if choice.outcome != "on":
            lines.heeded(mark.id, column, choice.row)
            self.turn_back(column, choice.row, "line")
            return
        column.crossed = True
        self._say(column, CROSSED, choice.row)
        column.row = lines.crossed(mark.id, column, choice.row)
        self._seen(column, self.nearest(column), column.row, self._loud)
        if column.timer is None and column.on_the_way and column.state != HALTED:
            self._march(column)

    def _barred(self, column: Column) -> UnitState | None:
        """The first unit that stands in the way where a column is, or on the road it takes next."""
        tasks = self._world.tasks
        route = column.marks[column.index].route
        barring: list[Task] = []
        if self._at_place(column):
            barring += [task for response in BARRING for task in tasks.lasting(response, column.passed)]
        barring += [task for task in tasks.lasting("checkpoint") if task.target == route and route]
        for task in barring:
            unit = task.unit
            if unit is not None and unit.id not in column.met and self._world.forces.capability(unit, "combat") >= 1.0:
                return unit
        return None

    def _at_place(self, column: Column) -> bool:
        """It stands at the place that it passes, and not on the road beyond it."""
        if not column.index:
            return column.km == 0.0
        behind = column.marks[column.index - 1]
        return behind.kind == PLACE and column.km == behind.km

    def _at_bar(self, column: Column, unit: UnitState) -> None:
        """Somebody bars the road: turn, wait, or fight."""
        world = self._world
        choice = self.venturing.against(
            f"{column.name}/bar/{unit.id}/{column.halts}", column, unit, (column.row, unit.row)
        )
        row = column.row = world.journal.write(
            kinds.COLUMN_BARRED, world.now, column.group.key, (choice.row,),
            unit.key, world.journal.name(column.passed), world.journal.name(choice.outcome),
        )  # fmt: skip
        world.intelligence.happened(
            "column-barred", column.passed, row,
            values={"unit": unit.id, "group": column.group.id, "place": column.passed, "column-strength": column.heads},
            facts=self._facts(column, column.passed), urgent=True, to=(unit.spec.controller,),
            name=f"{column.name}/bar/{unit.id}/{column.halts}",
        )  # fmt: skip
        world.red_lines.answered(column, row)
        if choice.outcome == "turn" or column.halts >= self._most_halts:
            self.turn_back(column, row, "barred")
        elif choice.outcome == "wait":
            self.halt(column, row, self.waits(column))
        else:
            column.met.append(unit.id)
            world.engagements.forces_through(column, unit, row)

    def waits(self, column: Column) -> Tick:
        """How long it stands about before it thinks again."""
        drawn = self._world.chance.draw(f"{column.name}/waits", column.halts)
        return from_hours(lognormal(drawn, self._wait_hours, self._wait_sigma))

    # What others do to it

    def halt(self, column: Column, row: EventId, length: Tick) -> None:
        """It stands where it is for a time, and then goes on or turns."""
        world = self._world
        self.hold_still(column)
        column.halts += 1
        halted = column.row = world.journal.write(
            kinds.COLUMN_HALTED, world.now, column.group.key, (row,), world.journal.name(self.nearest(column))
        )
        self._say(column, HALTED, halted)
        column.timer = world.agenda.after(max(1, length), Phase.GROUPS, column.group.rank, self._thinks, column)

    def _thinks(self, event: At) -> None:
        """After a halt: on, or home."""
        column: Column = event.payload
        world = self._world
        column.timer = None
        expected = world.red_lines.expected_at(column.toward, column)
        if column.struck:
            expected = max(expected, self._under_fire)
        choice = self.venturing.choose(f"{column.name}/halt/{column.halts}", column, expected, (column.row,))
        if choice.outcome != "on" or column.halts > self._most_halts:
            self.turn_back(column, choice.row, "halted")
            return
        column.row = choice.row
        self._say(column, CROSSED if column.crossed else MOVING, choice.row)
        self._goes_on(column)

    def resume(self, column: Column, row: EventId) -> None:
        """It goes on from where it was stopped."""
        if column.timer is None and column.on_the_way:
            column.row = row
            self._say(column, CROSSED if column.crossed else MOVING, row)
            self._goes_on(column)

    def turn_back(self, column: Column, row: EventId, why: str) -> None:
        """It goes home by the way it came."""
        world = self._world
        if column.state == TURNED or self.on_the_road.get(column.group.id) is not column:
            return
        turned = self._homeward(column, row, why)
        world.truth.event("column-turned", column.group.id, turned)
        world.red_lines.turned(column, turned)
        self._seen(column, column.passed, turned, self._loud, "column-turned")
        world.groups.turned_back(column, turned)

    def _homeward(self, column: Column, row: EventId, why: str) -> EventId:
        world = self._world
        self.hold_still(column)
        column.marks = way_back(column.origin, column.marks, column.index, column.km)
        column.index, column.km, column.toward = 0, 0.0, column.origin
        turned = column.row = world.journal.write(
            kinds.COLUMN_TURNED, world.now, column.group.key, (row,),
            world.journal.name(column.passed), world.journal.name(why),
        )  # fmt: skip
        self._say(column, TURNED, turned)
        self._march(column)
        return turned

    def hit(self, column: Column, killed: int, wounded: int, row: EventId, *, broke: bool) -> None:
        """Losses of a column are losses of its group."""
        lost = min(killed + wounded, column.strength)
        column.struck = True
        column.strength -= lost
        column.lost += lost
        self._world.groups.weaken(column.group, lost, row, broke=False)
        if self.on_the_road.get(column.group.id) is not column:
            return
        self._world.truth.changed(column.group.id, "column-strength", row)
        if column.strength <= 0:
            self._over(column, NONE, row)
        elif broke:
            self.turn_back(column, row, "broke")

    def shrink(self, group: GroupState, row: EventId) -> None:
        """A group that has lost men has no more of them on the road than it has at all."""
        column = self.on_the_road.get(group.id)
        if column is not None and column.strength > group.strength:
            column.strength = group.strength
            self._world.truth.changed(group.id, "column-strength", row)
            if not column.strength:
                self._over(column, NONE, row)

    def hold_still(self, column: Column) -> None:
        """Whatever happens to it keeps it where it is until it is resumed, halted or turned."""
        if column.timer is not None:
            column.km = self.km(column, self._world.now)
            column.timer.cancel()
            column.timer = None

    def _arrives(self, column: Column) -> None:
        world = self._world
        if column.state == TURNED:
            row = world.journal.write(
                kinds.COLUMN_HOME, world.now, column.group.key, (column.row,), world.journal.name(column.passed)
            )
            self._over(column, NONE, row)
            world.groups.enter(column.group, column.passed, row)
            return
        row = column.row = world.journal.write(
            kinds.COLUMN_ARRIVED, world.now, column.group.key, (column.row,),
            world.journal.name(column.passed), column.strength,
        )  # fmt: skip
        if column.purpose not in (*LEAVING, REINFORCE):
            world.measures.count("columns_arrived", 1, row)
        self._say(column, ARRIVED, row)
        world.engagements.entered(column.group.id, column.passed, column.heads, row)
        world.truth.event("column-arrived", column.group.id, row)
        self._seen(column, column.passed, row, self._loud, "column-arrived")
        world.red_lines.arrived(column, row)
        world.groups.column_arrived(column, row)
        if column.passed in column.group.places:
            self._over(column, ARRIVED, row)
        else:
            column.timer = world.agenda.after(self._stay, Phase.GROUPS, column.group.rank, self._stayed, column)

    def _stayed(self, event: At) -> None:
        """What it came for is done, or has failed: whoever did not take the place goes home."""
        column: Column = event.payload
        column.timer = None
        if column.passed in column.group.places:
            self._over(column, ARRIVED, column.row)
        elif column.strength > 0:
            self._homeward(column, column.row, "done")
        else:
            self._over(column, NONE, column.row)

    def _over(self, column: Column, word: str, row: EventId) -> None:
        self.hold_still(column)
        self.on_the_road.pop(column.group.id, None)
        self._say(column, word, row)

    # What can be seen of it

    def _say(self, column: Column, word: str, row: EventId) -> None:
        group = column.group.id
        column.state = word
        self._words[group] = word
        for attribute in ("column", "column-toward", "column-at", "column-strength"):
            self._world.truth.changed(group, attribute, row)

    def facts(self, column: Column) -> tuple[tuple[str, str, int | str], ...]:
        """What anybody who sees it can tell."""
        return self._facts(column, self.nearest(column))

    def _facts(self, column: Column, at: str) -> tuple[tuple[str, str, int | str], ...]:
        group = column.group.id
        return (
            (group, "column", column.state),
            (group, "column-toward", column.toward),
            (group, "column-at", at),
            (group, "column-strength", column.heads),
        )

    def _seen(self, column: Column, place: str, row: EventId, loud: float, phrase: str = "column-moving") -> None:
        self._world.intelligence.happened(
            phrase, place, row,
            values={
                "group": column.group.id, "place": place, "toward": column.toward, "column-strength": column.heads,
            },
            facts=self._facts(column, place),
            urgent=self._concern[column.toward] and phrase != "column-turned", loud=loud,
            name=f"{column.name}/seen",
        )  # fmt: skip

    # What conditions ask

    def _reading(self, read: Callable[[Column], Value], otherwise: Value) -> Callable[[str], Value | None]:
        """What a condition reads of the column of a group, and of a group without one."""

        def asked(subject: str) -> Value | None:
            column = self.on_the_road.get(subject)
            if column is not None:
                return read(column)
            return otherwise if subject in self._world.blueprint.groups else None

        return asked
