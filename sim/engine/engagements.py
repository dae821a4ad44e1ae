"""Ground forces against armed groups: barring a road, confronting whoever is there, going for a group where it sits.

Every fight is a course of armed contact with losses on both sides, people caught between, and an end (M1-M10). What
comes of it goes back to the column, the group, the unit, and whoever had been promised that somebody would act.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine import kinds
from sim.engine.agenda import At, Phase
from sim.engine.chance import share_of
from sim.engine.contact import ATTACKER, DEFENDER, Fight
from sim.engine.journal import EventId

if TYPE_CHECKING:
    from sim.engine.armed_group import GroupState
    from sim.engine.column import Column
    from sim.engine.forces import UnitState
    from sim.engine.tasks import Task
    from sim.engine.views import Value
    from sim.engine.world import World

GROUP_ATTACKS, UNIT_ATTACKS = "group", "unit"
FOUND, GONE = "found", "gone"


class Engagement:
    """A unit and armed men in contact."""

    __slots__ = ("attacker", "column", "fight", "group", "place", "row", "task", "unit")

    def __init__(
        self, unit: UnitState, group: GroupState, column: Column | None, place: str, attacker: str, fight: Fight,
        task: Task | None, row: EventId,
    ) -> None:  # fmt: skip
        self.unit = unit
        self.group = group
        self.column = column
        self.place = place
        self.attacker = attacker
        self.fight = fight
        self.task = task
        self.row = row


class Engagements:
    """What units do against groups on the ground."""

    __slots__ = (
        "_captured", "_collateral", "_empty_fear", "_empty_legitimacy", "_found_base", "_found_known",
        "_minutes", "_ordinals", "_surprise", "_world", "zones",
    )  # fmt: skip

    def __init__(self, world: World) -> None:
        self._world = world
        value = world.parameters
        self._minutes = value["engagements.minutes"]
        self._collateral = value["engagements.collateral_per_loss"]
        self._captured = value["engagements.captured_share"]
        self._surprise = value["engagements.surprise_skill"]
        self._found_base = value["engagements.found_unknown"]
        self._found_known = value["engagements.found_known"]
        self._empty_fear = value["engagements.empty_fear"]
        self._empty_legitimacy = value["engagements.empty_legitimacy"]
        self._ordinals: dict[str, int] = {}
        self.zones: dict[str, Task] = {}
        """Places that are watched so that no armed group enters unseen."""

    def begin(self) -> None:
        tasks = self._world.tasks
        tasks.provide("bar", begins=self.bars, ends=self.unbars)
        tasks.provide("confrontation", begins=self.confronts, ends=self.unbars)
        tasks.provide("targeted", begins=self._stands, completes=self.strikes)
        tasks.provide("zone", begins=self.watches, ends=self.unwatched)

    # In the way

    def bars(self, task: Task) -> None:
        """A unit stands across a way: whoever comes along it has to decide."""
        world = self._world
        world.people.reassure(task.place, world.tasks.effect(task, "reassurance"), task.row)
        world.groups.task_began(task)
        world.presence_changed(task.place, task.row)

    def unbars(self, task: Task) -> None:
        self._world.groups.task_ended(task)
        self._world.presence_changed(task.place, task.row)

    def forces_through(self, column: Column, unit: UnitState, row: EventId) -> None:
        """A column fights its way past a unit that bars the road."""
        self._engage(
            f"{column.name}/through/{unit.id}", unit, column.group, column, column.passed, GROUP_ATTACKS, None, row
        )

    # Confrontation

    def confronts(self, task: Task) -> None:
        """A unit goes for a group where it is: whoever is there decides whether to stand or to go."""
        self.bars(task)
        world = self._world
        group = world.groups.state[task.target]
        column = world.columns.of(task.target)
        unit = task.unit
        assert unit is not None
        if column is not None and column.on_the_way and column.passed == task.place and column.state == "halted":
            self._meets(task, unit, column)
        elif column is None and self._is_there(group, task.place):
            self._clears(task, unit, group)
        # Otherwise the unit waits in the way of whoever comes.

    def _meets(self, task: Task, unit: UnitState, column: Column) -> None:
        world = self._world
        review = world.lawfulness.review(task, task.target, task.place)
        choice = world.columns.venturing.against(f"{task.name}/meets", column, unit, (review.row, column.row))
        world.red_lines.answered(column, choice.row)
        if choice.outcome == "turn":
            world.columns.turn_back(column, choice.row, "confronted")
        else:
            world.lawfulness.used(task, choice.row)
            self._engage(f"{task.name}/meets", unit, column.group, column, task.place, UNIT_ATTACKS, task, choice.row)

    def _clears(self, task: Task, unit: UnitState, group: GroupState) -> None:
        world = self._world
        review = world.lawfulness.review(task, group.id, task.place)
        band = max(1, round(group.usual_band()))
        strength = world.forces.capability(unit, "combat")
        odds = world.groups.choosing.stands(band, strength)
        choice = world.chance.choose(
            f"{task.name}/stands", {"stand": odds, "withdraw": 1.0 - odds}, causes=(review.row,),
            terms={"band": float(band), "opposed-by": strength},
        )  # fmt: skip
        world.lawfulness.used(task, choice.row)
        if choice.outcome == "withdraw":
            world.groups.weaken(group, 0, choice.row, broke=True, band=band)
            word = world.deterrence.covering(group.id, task.place)
            world.deterrence.observed(group.id, True, choice.row, word=word, unit=unit)
            return
        self._engage(f"{task.name}/clears", unit, group, None, task.place, UNIT_ATTACKS, task, choice.row, band)

    def _is_there(self, group: GroupState, place: str) -> bool:
        return group.strength > 0 and place in group.places

    # Targeted operation

    def _stands(self, task: Task) -> None:
        """It is being prepared where the unit stands: nobody sees anything yet."""

    def strikes(self, task: Task) -> None:
        """The operation goes in: what is known of the group decides whether it finds it."""
        world = self._world
        unit, group = task.unit, world.groups.state[task.target]
        assert unit is not None
        review = world.lawfulness.review(task, group.id, task.place)
        odds = self.found(task, group)
        choice = world.chance.choose(
            f"{task.name}/finds", {FOUND: odds, GONE: 1.0 - odds}, causes=(task.row, review.row),
            terms={"known": odds},
        )  # fmt: skip
        if choice.outcome == FOUND and group.strength > 0:
            world.lawfulness.used(task, choice.row)
            band = max(1, round(group.usual_band()))
            self._engage(f"{task.name}/strikes", unit, group, None, task.place, UNIT_ATTACKS, task, choice.row, band)
            return
        row = world.journal.write(
            kinds.FOUND_NOBODY, world.now, unit.key, (choice.row,), group.key, world.places.state[task.place].key
        )
        world.people.shock(task.place, self._empty_fear, row)
        world.standing("legitimacy", -self._empty_legitimacy, (row,), task.response.id)
        world.intelligence.tell(
            "operation-found-nobody", unit.id, (task.seat, "joc"), row,
            values={"unit": unit.id, "group": group.id, "place": task.place}, grade="A1",
        )  # fmt: skip

    def found(self, task: Task, group: GroupState) -> float:
        """Odds of finding the group, by what the seat that ordered it knows of where it is (M3, D5)."""
        world = self._world
        if not self._is_there(group, task.place):
            return 0.0
        known = 0.0
        desk = world.intelligence.pictures.desks[task.seat]
        if desk.value(group.id, "at") == task.place or desk.value(group.id, "column-at") == task.place:
            known += 0.5
        if desk.value(group.id, "strength") is not None or world.tasks.lasting("collect-information", task.place):
            known += 0.5
        return self._found_base + (self._found_known - self._found_base) * known

    # Zones

    def watches(self, task: Task) -> None:
        self.bars(task)
        self.zones[task.place] = task

    def unwatched(self, task: Task) -> None:
        self.unbars(task)
        if self.zones.get(task.place) is task:
            del self.zones[task.place]

    def entered(self, group: str, place: str, heads: int, row: EventId) -> None:
        """Armed men come into a place; where a zone is watched the watchers report it at once."""
        task = self.zones.get(place)
        if task is None or task.unit is None:
            return
        world = self._world
        seen: dict[str, Value] = {"unit": task.unit.id, "group": group, "place": place, "column-strength": heads}
        values, _ = world.intelligence.counted(seen, (), f"{task.name}/counted")
        world.intelligence.tell(
            "zone-entered", task.unit.id, (task.seat, "joc", "head-of-mission"), row,
            values=values,
            facts=((group, "at", place), (group, "column-at", place)), grade="A1", urgent=True,
        )  # fmt: skip

    # Contact

    def _engage(
        self, name: str, unit: UnitState, group: GroupState, column: Column | None, place: str, attacker: str,
        task: Task | None, cause: EventId, band: int = 0,
    ) -> None:  # fmt: skip
        world = self._world
        self._ordinals[name] = ordinal = self._ordinals.get(name, 0) + 1
        name = f"{name}#{ordinal}"
        armed = column.strength if column is not None else band
        heads = max(1, round(world.forces.capability(unit, "combat")))
        skill = unit.capabilities.get("combat", 1.0)
        row = world.journal.write(
            kinds.CONTACT, world.now, group.key, (cause,), unit.key, world.places.state[place].key
        )
        if column is not None:
            world.columns.hold_still(column)
        if attacker == GROUP_ATTACKS:
            fight = world.contact.fight(name, armed, heads, self._minutes, prepared=True, defender_skill=skill)
        else:
            surprise = self._surprise if column is None else 1.0
            fight = world.contact.fight(name, heads, armed, self._minutes, ambush=True, attacker_skill=skill * surprise)
        engagement = Engagement(unit, group, column, place, attacker, fight, task, row)
        world.people.shock(place, world.parameters["engagements.shock"], row, group.id)
        world.truth.event("contact", place, row)
        world.intelligence.happened(
            "unit-in-contact", place, row,
            values={"unit": unit.id, "group": group.id, "place": place}, urgent=True,
            to=(unit.spec.controller,), name=name,
        )  # fmt: skip
        world.agenda.at(fight.ends, Phase.CONTACT, unit.rank, self._ends, engagement)

    def _ends(self, event: At) -> None:
        engagement: Engagement = event.payload
        world = self._world
        fight, unit, group, column = engagement.fight, engagement.unit, engagement.group, engagement.column
        first, second = fight.losses(fight.ends)
        theirs, ours = (first, second) if engagement.attacker == GROUP_ATTACKS else (second, first)
        broke = fight.broke == (ATTACKER if engagement.attacker == GROUP_ATTACKS else DEFENDER)
        killed, wounded = world.contact.split(f"{fight.name}/theirs", theirs)
        our_killed, our_wounded = world.contact.split(f"{fight.name}/ours", ours)
        row = world.journal.write(
            kinds.CONTACT_ENDED, world.now, group.key, (engagement.row,), killed, wounded, our_killed, our_wounded
        )
        world.truth.event("contact-ended", engagement.place, row)
        world.custody.remains(engagement.place, group.id, killed, row)
        if ours:
            world.forces.lose(unit, our_killed, our_wounded, (row,))
            world.intelligence.happened(
                "peacekeepers-hit", engagement.place, row,
                values={"unit": unit.id, "place": engagement.place, "killed": our_killed, "wounded": our_wounded},
                urgent=True, to=(unit.spec.controller,), name=f"{fight.name}/hit",
            )  # fmt: skip
        self._caught_between(fight.name, engagement.place, theirs + ours, unit.id, row)
        if broke:
            self._captures(engagement, row)
        if column is not None:
            world.columns.hit(column, killed, wounded, row, broke=broke)
            if column.on_the_way and column.strength > 0:
                if ours and fight.broke and not broke:
                    world.columns.resume(column, row)
                else:
                    world.columns.halt(column, row, world.columns.waits(column))
        else:
            armed = fight.attackers if engagement.attacker == GROUP_ATTACKS else fight.defenders
            world.groups.weaken(group, theirs, row, broke=broke, band=armed)
            word = world.deterrence.covering(group.id, engagement.place)
            world.deterrence.observed(group.id, True, row, word=word, unit=unit)

    def _caught_between(self, name: str, place: str, losses: int, unit: str, row: EventId) -> None:
        """People near the fight: whoever is there is hurt by both sides."""
        world = self._world
        if not losses or not world.people.at(place):
            return
        killed, wounded = world.groups.attacks.hurt(name, place, losses * self._collateral, row)
        if killed + wounded:
            world.custody.harmed_by_mission(place, killed + wounded, unit, row)

    def _captures(self, engagement: Engagement, row: EventId) -> None:
        """Men who give themselves up have to be held, registered, and handed to somebody."""
        world = self._world
        column, group = engagement.column, engagement.group
        left = column.strength if column is not None else round(group.usual_band())
        people = share_of(left, self._captured, world.chance.draw(f"{engagement.fight.name}/captured"))
        if not people:
            return
        if column is not None:
            column.strength -= people
        world.groups.weaken(group, people, row, broke=False)
        world.custody.taken(engagement.place, group.id, people, engagement.unit, row)
