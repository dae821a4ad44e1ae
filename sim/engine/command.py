"""The chain of command: orders, requests and directions on their way, hop by hop.

Every hop takes time and leaves an event (C8, C9); upward approval is only for reserved means. The
crisis management team speeds work across components and slows the rest (S1 2.4).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.engine import kinds
from sim.engine.agenda import At, Phase
from sim.engine.air import AIR_FIRE
from sim.engine.chance import lognormal
from sim.engine.forces import UnitState
from sim.engine.inputs import Direction, Order, Request
from sim.engine.journal import EventId
from sim.engine.order_reports import tell_of_order
from sim.engine.releases import Releases
from sim.engine.staff_work import StaffWork
from sim.engine.tasks import Task
from sim.engine.ticks import HOUR, MINUTE, Tick, from_hours

if TYPE_CHECKING:
    from sim.doctrine import Response
    from sim.engine.world import World

PROTECTION: Final = "physical-protection"
"""The response of a commander who goes without an order."""
HIGH_READINESS: Final = "high-readiness"
"""The posture of a unit whose men sit beside their vehicles."""
EVACUATION: Final = "evacuate-wounded"
"""The response of an aircraft that goes for the mission's own wounded."""


class Command:
    """Orders, requests and directions on their way."""

    __slots__ = (
        "_absent", "_bound", "_brief_notice", "_crisis_across", "_crisis_within", "_night_limit", "_notice",
        "_ordinals", "_pending", "_preparing", "_reach", "_ready_notice", "_sector_pause", "_sigma", "_staff",
        "_staff_work", "_to_sector", "_to_site", "_to_unit", "_world", "crisis_team_active", "releases", "tasks",
    )  # fmt: skip

    def __init__(self, world: World) -> None:
        self._world = world
        parameters = world.parameters
        self._to_sector = parameters["command.hop_headquarters_sector_minutes"]
        self._to_site = parameters["command.hop_sector_site_minutes"]
        self._to_unit = parameters["command.hop_tactical_minutes"]
        self._staff = parameters["command.staff_work_hours"]
        self._sigma = parameters["command.hop_sigma"]
        self._notice = parameters["command.notice_to_move_hours"]
        self._ready_notice = parameters["command.high_readiness_notice_factor"]
        self._brief_notice = parameters["command.reaction_notice_minutes"]
        self._sector_pause = parameters["command.sector_objection_hours"]
        self._night_limit = parameters["command.night_move_limit_km"]
        self._crisis_across = parameters["command.crisis_team_across_factor"]
        self._crisis_within = parameters["command.crisis_team_within_factor"]
        self._reach = parameters["command.reaction_reach_km"]
        self._ordinals: dict[str, int] = {}
        self._pending: dict[str, Task] = {}
        self._preparing: dict[str, Task] = {}
        self._bound: dict[str, list[str]] = {}
        self._absent: dict[str, Tick] = {}
        self.tasks: dict[str, Task] = {}
        self.releases = Releases(world)
        self._staff_work = StaffWork(world)
        self.crisis_team_active = False

    def begin(self) -> None:
        return None

    # Taking inputs

    def order(self, entry: Order, row: EventId) -> Task:
        """An order by a component head, or work for a seat's own office."""
        world = self._world
        response = world.blueprint.doctrine.responses[entry.action]
        unit = world.forces.units.get(entry.unit)
        task = self._make("order", entry.seat, response, unit, entry, row, entry.hours, entry.options)
        if unit is None:
            world.agenda.after(
                self._office_delay(task), Phase.REPORTS, self._rank(entry.seat), self._office_begins, task
            )
            return task
        self._pass_on(task, unit, row)
        return task

    def request(self, entry: Request, row: EventId) -> Task:
        """A request across components: whoever is asked decides."""
        world = self._world
        response = world.blueprint.doctrine.responses[entry.action]
        unit = world.forces.units.get(entry.unit)
        task = self._make("request", entry.seat, response, unit, entry, row, 0.0, ())
        task.to = entry.to
        delay = self._delay(f"{task.name}/hop/0", self._to_unit * MINUTE, across=True)
        world.intelligence.tell(
            "request-made", entry.seat, (entry.to,), row,
            values={"action": response.id, "unit": entry.unit, "place": entry.place, "task": task.name},
            grade="A1", urgent=True, delay=delay, text=entry.text,
        )  # fmt: skip
        if not world.policy.held(entry.to):
            thinking = self._thinking(f"{task.name}/answer", entry.to)
            world.agenda.after(delay + thinking, Phase.POLICIES, self._rank(entry.to), self._staff_work.granted, task)
        return task

    def direct(self, entry: Direction, row: EventId) -> Task:
        """A direction of the head of mission: the lead turns it into orders; delegation raises clarity."""
        world = self._world
        response = world.blueprint.doctrine.responses[entry.action]
        task = self._make("direction", entry.seat, response, None, entry, row, 0.0, ())
        task.to = entry.lead
        delay = self._delay(f"{task.name}/hop/0", self._to_unit * MINUTE, across=True)
        if entry.delegate and not response.reserved:
            world.initiative.delegated[entry.place] = row
        answers = response.reserved and self.releases.directed(entry, row)
        world.intelligence.tell(
            "direction-given", entry.seat, (entry.lead,), row,
            values={"action": response.id, "place": entry.place, "task": task.name},
            grade="A1", urgent=True, delay=delay, text=entry.text,
        )  # fmt: skip
        if not world.policy.held(entry.lead) and not answers:
            work = self._thinking(f"{task.name}/staff-work", entry.lead)
            if entry.by_hours > 0.0:
                work = min(work, from_hours(entry.by_hours))
            world.agenda.after(delay + work, Phase.POLICIES, self._rank(entry.lead), self._staff_work.granted, task)
        return task

    # On the way down

    def _make(
        self, kind: str, seat: str, response: Response, unit: UnitState | None, entry: Order | Request | Direction,
        row: EventId, hours: float, options: tuple[str, ...],
    ) -> Task:  # fmt: skip
        world = self._world
        target = entry.target
        about = unit.id if unit is not None else (target or entry.place or "mission")
        stem = f"{kind}/{seat}/{response.id}/{about}"
        ordinal = self._ordinals[stem] = self._ordinals.get(stem, 0) + 1
        name = f"{stem}#{ordinal}"
        key = world.journal.name(name)
        here = unit.place if unit is not None else ""
        place = entry.place or world.places.nearer_end(target, here) or here
        sent = world.journal.write(
            kinds.TASK_SENT, world.now, key, (row,),
            world.journal.name(response.id), world.journal.name(unit.id if unit else ""), world.journal.name(place),
        )  # fmt: skip
        task = Task(name, key, kind, seat, response, unit, place, target, options, hours, world.now, sent)
        task.text = entry.text
        task.asked = entry.place
        self.tasks[name] = task
        return task

    def _pass_on(self, task: Task, unit: UnitState, row: EventId) -> None:
        """Hop by hop from the component head through sector and site to the unit; delays drawn at birth."""
        world = self._world
        at = world.now
        if task.place != unit.place and unit.place:
            self._bound.setdefault(task.place, []).append(unit.id)
        medians = (self._to_sector, self._to_site, self._to_unit)
        stops = [*unit.spec.under, ""]
        for index, stop in enumerate(stops):
            median = medians[-1] if not stop else medians[min(index, 1)]
            at += self._delay(f"{task.name}/hop/{index}", median * MINUTE, across=False)
            if index == 0 and stop and self._sector_objects(task, unit):
                at += from_hours(lognormal(world.chance.draw(f"{task.name}/sector"), self._sector_pause, self._sigma))
                world.intelligence.tell(
                    "sector-objects", stop, (task.seat,), task.row,
                    values={"unit": unit.id, "place": unit.spec.protects}, grade="B2", urgent=True,
                    delay=at - world.now,
                )  # fmt: skip
            if stop:
                world.agenda.at(at, Phase.REPORTS, unit.rank, self._hop, (task, stop))
            else:
                world.agenda.at(at, Phase.REPORTS, unit.rank, self._received, task)

    def _sector_objects(self, task: Task, unit: UnitState) -> bool:
        protects = unit.spec.protects
        return bool(protects) and protects == unit.place != task.place

    def _hop(self, event: At) -> None:
        task, stop = event.payload
        world = self._world
        task.row = world.journal.write(kinds.HOP, world.now, task.key, (task.row,), world.journal.name(stop))

    def _received(self, event: At) -> None:
        """The unit has it: is it able, does its contributor allow it, is the means reserved?"""
        task: Task = event.payload
        unit = task.unit
        assert unit is not None
        world = self._world
        same = self._same_work(task, unit)
        if same is not None:
            task.row = world.journal.write(kinds.TASK_ALREADY, world.now, task.key, (task.row, same.row))
            task.state = "done"
            self._unbind(task)
            self.report_on(task, "order-already", task.row)
            return
        row = task.row = world.journal.write(kinds.HOP, world.now, task.key, (task.row,), unit.key)
        task.state = "received"
        if unit.place:
            self._consider(task, row)
        else:
            world.agenda.at(world.forces.settles(unit), Phase.REPORTS, unit.rank, self._settled_first, task)

    def _settled_first(self, event: At) -> None:
        """An order that found its unit on the road is looked at where the unit stops."""
        task: Task = event.payload
        unit = task.unit
        assert unit is not None
        if unit.place:
            self._consider(task, task.row)
        else:
            at = self._world.forces.settles(unit)
            self._world.agenda.at(at, Phase.REPORTS, unit.rank, self._settled_first, task)

    def _consider(self, task: Task, row: EventId) -> None:
        unit = task.unit
        assert unit is not None
        if unit.strength <= 0:
            self.give_up(task, row, "unable")
            return
        # An order without a place is for where the unit is, and one sent to a unit on the road learns that here.
        task.place = task.place or unit.place
        unit.tasks += 1
        world = self._world
        stopped = world.staff_risk.stops(task)
        if stopped is not None:
            self.give_up(task, stopped, "risk")
        elif (
            world.caveats.check(task, row) is None
            and world.lawfulness.clears(task, row)
            and world.initiative.commits(task, row)
            and not world.bases.objects(task, row)
        ):
            self.proceed(task, row)

    def _same_work(self, task: Task, unit: UnitState) -> Task | None:
        """A task that the unit carries out, or is getting ready for, and that asks for nothing else."""
        if unit.task is not None and unit.task.same_work(task):
            return unit.task
        pending = self._pending.get(unit.id)
        if pending is not None and pending is not task and pending.same_work(task):
            return (
                pending
                if pending.state in ("received", "preparing", "moving", "objected", "awaiting-release")
                else None
            )
        self._pending[unit.id] = task
        return None

    def proceed(self, task: Task, row: EventId) -> None:
        """Nothing forbids it any more: approval if reserved, then preparation."""
        world = self._world
        unit = task.unit
        assert unit is not None
        if unit.state == "objecting":
            unit.state = "executing" if unit.task is not None else "ready"
            world.truth.changed(unit.id, "state", row)
        if task.response.reserved and task.seat != self.releases.head:
            released = self.releases.asked(task, row)
            if released is None:
                return
            row = released
        self._prepare(task, row)

    def released(self, task: Task, row: EventId) -> None:
        """The head of mission has released what was reserved."""
        self._prepare(task, row)

    def _prepare(self, task: Task, row: EventId) -> None:
        world = self._world
        unit = task.unit
        assert unit is not None
        if not unit.place:
            world.agenda.at(world.forces.settles(unit), Phase.REPORTS, unit.rank, self._settled, task)
            return
        if task.response.performed_by == AIR_FIRE:
            # Attack aircraft are tasked where they stand; where the target is, they find out when they leave.
            task.place = unit.place
        moves = task.place != unit.place
        far = moves and (unit.capabilities.get("air") or world.places.km(unit.place, task.place) > self._reach)
        median = self._notice if far else self._brief_notice * MINUTE / HOUR
        if far:
            wanted, held = max(1, unit.spec.vehicles[1]), max(1, unit.vehicles)
            median *= wanted / held if unit.spec.vehicles[1] else 1.0
        if unit.posture == HIGH_READINESS:
            median *= self._ready_notice
        ready = world.now + from_hours(lognormal(world.chance.draw(f"{task.name}/notice"), median, self._sigma))
        if moves and not unit.capabilities.get("air"):
            km = world.places.km(unit.place, task.place)
            if km > self._night_limit and world.places.is_night(ready):
                ready = world.places.next_dawn(ready)
        if moves and unit.capabilities.get("air"):
            ready = world.support.air_ready(unit, task, ready)
        if task.kind == "order":
            earlier = self._preparing.get(unit.id)
            if earlier is not None and earlier is not task and earlier.state == "preparing":
                self.supersede(earlier, row)
            self._preparing[unit.id] = task
        task.row = world.journal.write(kinds.TASK_PREPARING, world.now, task.key, (row,), ready)
        task.state = "preparing"
        unit.state = "preparing"
        world.truth.changed(unit.id, "state", task.row)
        world.agenda.at(ready, Phase.MOVEMENT, unit.rank, self._ready, task)

    def _settled(self, event: At) -> None:
        self._prepare(event.payload, event.payload.row)

    def _ready(self, event: At) -> None:
        task: Task = event.payload
        unit = task.unit
        assert unit is not None
        world = self._world
        if task.state != "preparing":
            return
        if unit.strength <= 0:
            self.give_up(task, task.row, "unable")
            return
        if not unit.place:
            world.agenda.at(world.forces.settles(unit), Phase.MOVEMENT, unit.rank, self._ready, task)
            return
        if unit.capabilities.get("air") and task.place != unit.place and world.support.grounded(unit):
            again = world.support.flyable(unit, task.place, world.now)
            world.agenda.at(again, Phase.MOVEMENT, unit.rank, self._ready, task)
            return
        if unit.task is not None:
            world.tasks.finish(unit.task, "superseded", (task.row,))
        if task.place == unit.place:
            self._starts(task, task.row)
            return
        barred = world.forces.road_moves.cannot_go(task)
        if barred:
            unit.state = "ready"
            self.give_up(task, task.row, barred)
            return
        task.state = "moving"
        task.origin = unit.place
        world.forces.move(
            unit, task.place, task.name, (task.row,), lambda row: self._starts(task, row),
            insists=world.forces.road_moves.insists(task),
        )  # fmt: skip
        self.report_on(task, "departed", unit.row)

    def _starts(self, task: Task, row: EventId) -> None:
        self._unbind(task)
        self._world.tasks.start(task, (row, task.row) if row != task.row else (row,))
        self.limit_changed(task, task.row)

    def limit_changed(self, task: Task, row: EventId) -> None:
        """A detachment with a time limit ends when the limit is reached."""
        if task.limit:
            rank = task.unit.rank if task.unit is not None else 0
            self._world.agenda.at(task.limit, Phase.MOVEMENT, rank, self._limit_reached, (task, task.limit, row))

    def _limit_reached(self, event: At) -> None:
        task, limit, row = event.payload
        unit = task.unit
        if task.limit != limit or unit is None or task.state != "under way":
            return
        world = self._world
        ended = world.journal.write(kinds.DETACHED_ENDED, world.now, unit.key, (row,), world.journal.name("time-limit"))
        world.tasks.finish(task, "time-limit", (ended,))
        world.intelligence.tell(
            "detachment-ended", unit.id, (unit.spec.controller,), ended,
            values={"unit": unit.id, "place": unit.place}, grade="A1", urgent=True,
        )  # fmt: skip
        if unit.place and unit.place != unit.home:
            world.forces.move(unit, unit.home, f"{task.name}/home", (ended,), lambda _: None)

    def stand_down(self, task: Task) -> None:
        """A timed task away from its base is over: the unit goes back to where it came from."""
        unit = task.unit
        if unit is None or not task.origin or unit.place != task.place or unit.task is not None:
            return
        pending = self._pending.get(unit.id)
        if pending is not None and pending is not task and pending.state in ("received", "preparing", "objected"):
            return
        base = task.origin if self._world.blueprint.places[task.origin].site is not None else unit.home
        if base == unit.place:
            return
        if unit.capabilities.get("air"):
            self._world.support.returns(unit, task, task.row)
        else:
            self._world.forces.move(unit, base, f"{task.name}/back", (task.row,), lambda _: None)

    def give_up(self, task: Task, row: EventId, reason: str) -> None:
        """The order will not be carried out; whoever gave it hears so, later."""
        world = self._world
        unit = task.unit
        task.state = "refused"
        task.row = world.journal.write(kinds.TASK_REFUSED, world.now, task.key, (row,), world.journal.name(reason))
        self._unbind(task)
        if unit is not None and unit.state == "objecting":
            unit.state = "executing" if unit.task is not None else "ready"
            world.truth.changed(unit.id, "state", task.row)
        world.truth.task(task.response.id, task.performer, "refused", task.row)
        world.truth.event("task-refused", task.performer, task.row)
        self.report_on(task, f"order-refused-{reason}", task.row)

    def supersede(self, task: Task, row: EventId) -> None:
        """A unit does what it was told last: the order it had not begun yet lapses, and its giver hears so."""
        world = self._world
        task.state = "cancelled"
        self.releases.dropped(task)
        task.row = world.journal.write(
            kinds.TASK_CANCELLED, world.now, task.key, (task.row, row), world.journal.name("superseded")
        )
        self._unbind(task)
        self.report_on(task, "order-refused-cancelled", task.row)

    def replace_by_parent(self, task: Task, row: EventId) -> None:
        """The whole unit is sent in place of the platoon."""
        unit = task.unit
        assert unit is not None
        assert unit.parent is not None
        entry = Order(task.seat, task.response.id, unit.parent.id, task.place, task.target, task.options, task.hours)
        self.order(entry, row)

    def bound_for(self, place: str) -> list[str]:
        """Units under orders to go to a place."""
        return self._bound.get(place, [])

    def _unbind(self, task: Task) -> None:
        bound = self._bound.get(task.place)
        if bound is not None and task.unit is not None and task.unit.id in bound:
            bound.remove(task.unit.id)

    # Offices, requests and policies

    def _office_begins(self, event: At) -> None:
        task: Task = event.payload
        stopped = self._world.staff_risk.stops(task)
        if stopped is not None:
            self.give_up(task, stopped, "risk")
        else:
            self._world.tasks.start(task, (task.row,))

    def _office_delay(self, task: Task) -> Tick:
        return self._delay(f"{task.name}/hop/0", self._to_unit * MINUTE, across=False)

    def absent(self, seat: str, length: Tick, row: EventId) -> None:
        """A principal is away; the officer-in-charge hesitates."""
        world = self._world
        until = world.now + length
        self._absent[seat] = until
        row = world.journal.write(kinds.ABSENT, world.now, self._key(seat), (row,), until)
        world.procedure.stands_in(seat, row)

    def is_absent(self, seat: str) -> bool:
        return self._absent.get(seat, 0) > self._world.now

    def crisis_team(self, task: Task) -> None:
        """The crisis management team sits: across components faster, within one slower (design §5)."""
        world = self._world
        self.crisis_team_active = True
        world.journal.write(kinds.CRISIS_TEAM, world.now, self._key(task.seat), (task.row,), 1)
        world.intelligence.joined_up(True, task.row)

    def _thinking(self, name: str, seat: str) -> Tick:
        factor = self._world.parameters["command.absent_factor"] if self.is_absent(seat) else 1.0
        if self._world.places.is_night(self._world.now):
            factor *= self._world.parameters["command.night_decision_factor"]
        return self._delay(name, self._staff * HOUR * factor, across=True)

    def _delay(self, name: str, median: float, *, across: bool) -> Tick:
        if self.crisis_team_active:
            median *= self._crisis_across if across else self._crisis_within
        return round(lognormal(self._world.chance.draw(name), median, self._sigma))

    def react(self, unit: UnitState, place: str, row: EventId) -> None:
        """A commander goes to where people are attacked, on his own word."""
        response = self._world.blueprint.doctrine.responses[PROTECTION]
        entry = Order(unit.spec.controller, response.id, unit.id, place)
        task = self._make("reaction", unit.id, response, unit, entry, row, 0.0, ())
        self._prepare(task, task.row)

    def evacuate(self, unit: UnitState, place: str, row: EventId) -> None:
        """An aircraft goes for wounded of the mission's own: nobody has to ask for it."""
        response = self._world.blueprint.doctrine.responses[EVACUATION]
        entry = Order(unit.spec.controller, response.id, unit.id, place)
        task = self._make("evacuation", unit.id, response, unit, entry, row, 0.0, ())
        self._prepare(task, task.row)

    # Telling

    def report_on(self, task: Task, phrase: str, row: EventId) -> None:
        """What became of an order travels back to who gave it."""
        delay = 0
        if task.unit is not None:
            delay = self._delay(f"{task.name}/back/{phrase}", self._to_unit * MINUTE, across=False)
        tell_of_order(self._world, task, phrase, row, delay)

    def _rank(self, seat: str) -> int:
        return self._world.blueprint.seats[seat].rank

    def _key(self, seat: str) -> int:
        return self._world.journal.name(seat)
