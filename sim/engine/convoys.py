"""Agencies on the road: who waits for them, what stops them, and who sees them come (F19).

Agencies bring aid to places that wait for it. They go by day at the pace of a heavy convoy; they wait where no road is
open, where people are being shot at along the way, and where soldiers they did not ask for would ride beside them.
They ask for an escort when there is no other way; to impose one costs the mission their trust.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.engine import kinds
from sim.engine.agenda import At, Phase
from sim.engine.campaigning import AMBUSH
from sim.engine.chance import lognormal
from sim.engine.journal import EventId
from sim.engine.ticks import DAY, Tick, from_hours

if TYPE_CHECKING:
    from sim.engine.groups import GroupState
    from sim.engine.places import RouteState
    from sim.engine.tasks import Task
    from sim.engine.world import World

AGENCIES: Final = "agencies"


class Convoy:
    """One convoy of an agency: where it wants to go, and where it is."""

    __slots__ = ("destination", "due", "key", "name", "origin", "rank", "reason", "row", "state", "timer", "way")

    def __init__(self, name: str, key: int, origin: str, destination: str, rank: int, due: Tick, row: EventId) -> None:
        self.name = name
        self.key = key
        self.origin = origin
        self.destination = destination
        self.rank = rank
        self.due = due
        self.row = row
        self.state = "waiting"
        self.reason = ""
        self.way: list[RouteState] = []
        self.timer: At | None = None


class Convoys:
    """Convoys of the agencies, and the escorts they asked for."""

    __slots__ = (
        "_again", "_danger_hours", "_danger_until", "_delay_sigma", "_escorts", "_guards_half", "_imposed",
        "_pace", "_suspended", "_waiting", "_world", "moving", "requested",
    )  # fmt: skip

    def __init__(self, world: World) -> None:
        self._world = world
        value = world.parameters
        self._pace = {"dry": value["convoys.km_per_day_dry"], "rainy": value["convoys.km_per_day_rainy"]}
        self._again = from_hours(value["convoys.look_again_hours"])
        self._danger_hours = from_hours(value["convoys.danger_hours"])
        self._delay_sigma = value["movement.friction_sigma"]
        self._guards_half = value["convoys.escort_half_strength"]
        self._imposed = value["convoys.escort_imposed"]
        self._danger_until: dict[str, Tick] = {}
        self._escorts: dict[str, Task] = {}
        self._waiting: list[Convoy] = []
        self._suspended: list[tuple[Tick, Tick, EventId]] = []
        world.measures.lengths("aid_suspended_days", self.suspended)
        self.moving: list[Convoy] = []
        self.requested: dict[str, EventId] = {}
        """Routes on which agencies have asked for an escort."""

    def begin(self) -> None:
        world = self._world
        world.tasks.provide("escort", begins=self._escort_begins, ends=self._escort_ends)
        world.truth.provide("escort", self._word)
        for place in world.blueprint.places.values():
            if place.aid_from and place.aid_days > 0.0:
                first = round(world.chance.draw(f"aid/{place.id}/first") * place.aid_days * DAY)
                world.agenda.after(max(1, first), Phase.MOVEMENT, place.rank, self._due, (place.id, 1))

    def _word(self, route: str) -> str | None:
        if route not in self._world.places.routes:
            return None
        if route in self._escorts:
            return "escorted"
        return "asked" if route in self.requested else "none"

    # What others ask

    def awaited(self, place: str) -> int:
        """Convoys that should be on their way to a place, or are."""
        return sum(1 for convoy in (*self._waiting, *self.moving) if convoy.destination == place)

    def exposed(self, place: str) -> float:
        """How much passes by a place unguarded now: an ambush's reason."""
        total = 0.0
        for convoy in self.moving:
            route = convoy.way[0] if convoy.way else None
            if route is not None and place in (route.spec.a, route.spec.b):
                total += 1.0 - self._guarded(route)
        return total

    def ambushed(self, place: str, group: GroupState, band: int, name: str, row: EventId) -> bool:
        """A group lies in wait at a place; whether it took what passed. The agencies do not come again soon."""
        world = self._world
        convoy = next((one for one in self.moving if one.way and place in (one.way[0].spec.a, one.way[0].spec.b)), None)
        if convoy is None:
            return False
        route = convoy.way[0]
        escort = self._escorts.get(route.id)
        taken = True
        if escort is not None and escort.unit is not None:
            guards = round(world.forces.capability(escort.unit, "combat"))
            fight = world.contact.fight(
                f"{name}/convoy", max(1, band), max(1, guards), world.parameters["convoys.fight_minutes"], ambush=True
            )
            theirs, ours = fight.losses(fight.ends)
            killed, wounded = world.contact.split(f"{name}/convoy/escort", ours)
            if killed + wounded:
                world.forces.lose(escort.unit, killed, wounded, (row,))
            world.groups.weaken(group, theirs, row, broke=fight.broke == "attacker", band=max(1, band))
            taken = fight.broke == "defender"
        hit = world.journal.write(
            kinds.CONVOY_HIT, world.now, convoy.key, (row, convoy.row), world.places.state[place].key, int(taken)
        )
        world.measures.count("convoys_attacked", 1, hit)
        self._danger_until[route.id] = world.now + self._danger_hours
        if taken:
            self.moving.remove(convoy)
            if convoy.timer is not None:
                convoy.timer.cancel()
            convoy.state = "lost"
        world.intelligence.happened(
            "convoy-attacked", place, hit, values={"place": convoy.destination, "group": group.id, "route": route.id},
            facts=((convoy.destination, "aid", "none"),), urgent=True, loud=2.0, to=("joc",),
        )  # fmt: skip
        return taken

    def suspended(self, end: Tick) -> list[tuple[Tick, float, EventId]]:
        """Days that aid which was due did not set out."""
        spans = [*self._suspended, *((one.due, end, one.row) for one in self._waiting)]
        return [(due, (min(until, end) - due) / DAY, row) for due, until, row in spans if due < end and until > due]

    def roads_changed(self) -> None:
        """A road is open again: whoever waited for it looks."""
        for convoy in list(self._waiting):
            self._look(convoy)

    # On the way

    def _due(self, event: At) -> None:
        place, number = event.payload
        world = self._world
        spec = world.blueprint.places[place]
        name = f"aid/{place}#{number}"
        row = world.journal.write(
            kinds.CONVOY_DUE, world.now, world.journal.name(name), (), world.places.state[place].key
        )
        convoy = Convoy(name, world.journal.name(name), spec.aid_from, place, spec.rank, world.now, row)
        world.agenda.after(round(spec.aid_days * DAY), Phase.MOVEMENT, spec.rank, self._due, (place, number + 1))
        if self.awaited(place):
            # One convoy is loaded at a time; what it could not bring is not made up for.
            return
        self._waiting.append(convoy)
        self._look(convoy)

    def _retry(self, event: At) -> None:
        convoy: Convoy = event.payload
        convoy.timer = None
        if convoy.state == "waiting":
            self._look(convoy)

    def _look(self, convoy: Convoy) -> None:
        """Set out where a road is open and nobody is shot at along it; otherwise wait, and say why."""
        world = self._world
        if convoy.timer is not None:
            convoy.timer.cancel()
            convoy.timer = None
        way = world.places.open_way(convoy.origin, convoy.destination)
        danger = None if way is None else self._dangerous(way)
        if way is None or danger is not None:
            reason = "no-road" if danger is None else danger.id
            if convoy.reason != reason:
                convoy.reason = reason
                convoy.row = world.journal.write(
                    kinds.CONVOY_HELD, world.now, convoy.key, (convoy.row,),
                    world.journal.name("no-road" if danger is None else "danger"),
                )  # fmt: skip
                self._ask(convoy, danger, convoy.row)
            convoy.timer = world.agenda.after(self._again, Phase.MOVEMENT, convoy.rank, self._retry, convoy)
            return
        self._waiting.remove(convoy)
        self._suspended.append((convoy.due, world.now, convoy.row))
        wait = world.host_state.permit_delay("convoy", f"{convoy.name}/permit", convoy.row)
        convoy.state = "moving"
        convoy.way = list(way)
        convoy.row = world.journal.write(
            kinds.CONVOY_LEFT, world.now, convoy.key, (convoy.row,), world.places.state[convoy.origin].key
        )
        self.moving.append(convoy)
        self._next_leg(convoy, wait)

    def _ask(self, convoy: Convoy, danger: RouteState | None, row: EventId) -> None:
        """A dangerous road is one on which they may ask for company."""
        world = self._world
        facts: list[tuple[str, str, str]] = [(convoy.destination, "aid", "suspended")]
        if danger is not None:
            self.requested.setdefault(danger.id, row)
            facts.append((danger.id, "escort", "asked"))
        world.intelligence.tell(
            "aid-waits" if danger is None else "escort-wanted", AGENCIES, ("joc", "mission-support", "force-commander"),
            row, values={"place": convoy.destination, "route": "" if danger is None else danger.id}, facts=facts,
            grade="A2", urgent=danger is not None,
        )  # fmt: skip

    def _dangerous(self, way: tuple[RouteState, ...]) -> RouteState | None:
        """The first route of a way on which agencies would not drive now."""
        world = self._world
        word = world.groups.hostilities.word
        for route in way:
            if route.id in self._escorts:
                if route.id in self.requested:
                    continue
                return route
            if self._danger_until.get(route.id, 0) > world.now or route.word != "open":
                return route
            if word(route.spec.a) == "fighting" or word(route.spec.b) == "fighting":
                return route
        return None

    def _next_leg(self, convoy: Convoy, wait: Tick = 0) -> None:
        world = self._world
        if not convoy.way:
            self._arrives(convoy)
            return
        route = convoy.way[0]
        legs = len(convoy.way)
        days = route.km / self._pace[world.places.season]
        days *= lognormal(world.chance.draw(f"{convoy.name}/leg/{legs}"), 1.0, self._delay_sigma)
        delay, people = world.mines.met(AGENCIES, route.id, f"{convoy.name}/leg/{legs}", (convoy.row,))
        if people:
            self._danger_until[route.id] = world.now + self._danger_hours
        length = wait + delay + round(days * DAY)
        convoy.timer = world.agenda.after(max(1, length), Phase.MOVEMENT, convoy.rank, self._leg_over, convoy)

    def _leg_over(self, event: At) -> None:
        convoy: Convoy = event.payload
        convoy.timer = None
        route = convoy.way[0]
        roadblocks = self._world.groups.roadblocks
        waiting = roadblocks.standing.get(route.id)
        if waiting is not None and waiting.purpose == AMBUSH:
            taken = self.ambushed(waiting.place, waiting.group, waiting.band, f"{waiting.name}/sprung", waiting.row)
            roadblocks.lift(route.id, waiting.row)
            if taken:
                return
        convoy.way.pop(0)
        self._next_leg(convoy)

    def _arrives(self, convoy: Convoy) -> None:
        world = self._world
        place = convoy.destination
        convoy.state = "arrived"
        self.moving.remove(convoy)
        row = world.journal.write(
            kinds.CONVOY_ARRIVED, world.now, convoy.key, (convoy.row,), world.places.state[place].key
        )
        world.measures.count("aid_convoys_arrived", 1, row)
        world.support.aid_reached(place, row)

    def _guarded(self, route: RouteState) -> float:
        task = self._escorts.get(route.id)
        if task is None or task.unit is None:
            return 0.0
        strength = self._world.forces.capability(task.unit, "combat")
        return strength / (strength + self._guards_half) if strength else 0.0

    # Escorts

    def _escort_begins(self, task: Task) -> None:
        """Soldiers ride along where they were asked to; where they were not, the agencies stay at home."""
        world = self._world
        if task.target not in world.places.routes:
            return
        self._escorts[task.target] = task
        world.groups.task_began(task)
        if task.target not in self.requested:
            world.standing("humanitarians", -self._imposed, (task.row,), "escort-convoy")
            world.intelligence.tell(
                "escort-imposed", AGENCIES, (task.seat, "joc"), task.row,
                values={"route": task.target, "place": task.place}, grade="A2",
            )  # fmt: skip
        world.truth.changed(task.target, "escort", task.row)
        self.roads_changed()

    def _escort_ends(self, task: Task) -> None:
        if self._escorts.get(task.target) is task:
            del self._escorts[task.target]
            self.requested.pop(task.target, None)
            self._world.groups.task_ended(task)
            self._world.truth.changed(task.target, "escort", task.row)
