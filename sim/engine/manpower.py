"""How groups keep up their strength: supply, recruits, those who come back after breaking, those who leave for good.

Supply is a stock in days, used every day and filled while the way to its source is open. Recruits come on ordinary days
and after abuses against the community a group comes from; the mission's own misconduct counts as one. A broken group
scatters and comes back in parties over days, unless somebody stands where it gathers.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from sim.engine import kinds
from sim.engine.agenda import At, Phase, Watch
from sim.engine.chance import exponential, lognormal, share_of
from sim.engine.disarmament import Disarmament
from sim.engine.journal import EventId, fixed, grain
from sim.engine.ticks import DAY, Tick

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.engine.armed_group import GroupState
    from sim.engine.tasks import Task
    from sim.engine.world import World

CUTTING: Final = ("guard-terrain", "interposition")
"""Responses whose unit lets no supply of a group through its place."""


class Stock:
    """What a group has to live and fight on, in days."""

    __slots__ = ("days", "most", "per_day", "row", "since", "watch", "word")

    def __init__(self, days: float, row: EventId) -> None:
        self.days = self.most = days
        self.per_day = 0.0
        self.since: Tick = 0
        self.row = row
        self.watch: Watch | None = None
        self.word = ""

    def at(self, tick: Tick) -> float:
        return min(self.most, max(0.0, self.days + self.per_day * (tick - self.since) / DAY))


class Manpower:
    """Supply, recruits and returns of all groups."""

    __slots__ = (
        "_attempts",
        "_avenged",
        "_contact_chance",
        "_contact_minutes",
        "_loot_days",
        "_low_days",
        "_misconduct",
        "_parties",
        "_party",
        "_pending",
        "_per_abused",
        "_pool",
        "_reach_km",
        "_resupply",
        "_return_days",
        "_return_share",
        "_return_sigma",
        "_scattered",
        "_stocks",
        "_use",
        "_world",
        "broken",
        "disarmament",
    )

    def __init__(self, world: World) -> None:
        self._world = world
        value = world.parameters
        self._use = value["manpower.use_per_day"]
        self._resupply = value["manpower.resupply_per_day"]
        self._low_days = value["manpower.low_days"]
        self._loot_days = value["manpower.loot_days"]
        self._party = value["manpower.recruit_party"]
        self._per_abused = value["manpower.recruits_per_abused"]
        self._pool = value["manpower.recruits_most_share"]
        self._misconduct = value["manpower.misconduct_as_abused"]
        self._scattered = value["manpower.scattered_share"]
        self._return_share = value["manpower.return_share"]
        self._return_days = value["manpower.return_days"]
        self._return_sigma = value["manpower.return_sigma"]
        self._parties = round(value["manpower.return_parties"])
        self._attempts = round(value["manpower.return_attempts"])
        self._reach_km = value["manpower.denial_reach_km"]
        self._contact_chance = value["manpower.denial_contact_chance"]
        self._contact_minutes = value["manpower.denial_contact_minutes"]
        self._avenged: dict[str, int] = {}
        self._pending: dict[str, At] = {}
        self._stocks: dict[str, Stock] = {}
        self.broken: dict[str, int] = {}
        """How often each group has broken."""
        self.disarmament = Disarmament(world)

    def begin(self) -> None:
        world = self._world
        for group in world.groups.state.values():
            if group.spec.supply_days is not None:
                stock = self._stocks[group.id] = Stock(group.spec.supply_days, world.beginning)
                stock.watch = Watch(world.agenda, Phase.GROUPS, group.rank, self._looker(group))
                self._revise(group, stock, world.beginning)
            if group.spec.recruits_per_day > 0.0:
                self._next_recruits(group)
        world.truth.provide("supply", self._truth_supply, self._supply_reaches)
        world.tasks.provide("denial", begins=self._stands_by, ends=self._stands_down)
        world.tasks.provide("ddr", begins=self.disarmament.begins, ends=self.disarmament.ends)

    # Supply

    def supply(self, group: GroupState) -> float:
        """Days it can go on; without end for a group to which supply is no limit."""
        stock = self._stocks.get(group.id)
        return math.inf if stock is None else stock.at(self._world.now)

    def want(self, group: GroupState) -> float:
        """How badly it lacks supply, 0 to 1."""
        stock = self._stocks.get(group.id)
        if stock is None:
            return 0.0
        return max(0.0, 1.0 - stock.at(self._world.now) / self._low_days)

    def looted(self, group: GroupState, row: EventId) -> None:
        """What it took feeds it."""
        self.supplied(group, self._loot_days, row)

    def supplied(self, group: GroupState, days: float, row: EventId) -> None:
        """Supply comes to a group, or is taken from it."""
        stock = self._stocks.get(group.id)
        if stock is not None:
            stock.days = grain(min(stock.most, max(0.0, stock.at(self._world.now) + days)))
            stock.since = self._world.now
            self._written(group, stock, row)

    def moved(self, group: GroupState, row: EventId) -> None:
        """It is somewhere else: its supply comes by another way, or not at all."""
        self._revise(group, self._stocks[group.id], row)

    def presence_changed(self, place: str, row: EventId) -> None:
        """Somebody came to stand on a way, or left it."""
        for id_, stock in self._stocks.items():
            self._revise(self._world.groups.state[id_], stock, row)

    def _revise(self, group: GroupState, stock: Stock, row: EventId) -> None:
        per_day = -self._use
        if self._way_open(group):
            per_day += self._resupply
        if per_day != stock.per_day:
            stock.days = grain(stock.at(self._world.now))
            stock.since = self._world.now
            stock.per_day = per_day
            self._written(group, stock, row)

    def _written(self, group: GroupState, stock: Stock, row: EventId) -> None:
        world = self._world
        causes = (row,) if row == stock.row else (row, stock.row)
        stock.row = world.journal.write(
            kinds.GROUP_SUPPLY, world.now, group.key, causes, fixed(stock.at(world.now)), fixed(stock.per_day)
        )
        stock.word = self._word(stock)
        world.truth.changed(group.id, "supply", stock.row)
        self._expect(stock)

    def _expect(self, stock: Stock) -> None:
        """Look again when it runs low, or out."""
        floor = self._low_days if stock.word == "enough" else 0.0 if stock.word == "low" else -1.0
        if stock.per_day < 0.0 and floor >= 0.0 and stock.watch is not None:
            wait = (stock.at(self._world.now) - floor) / -stock.per_day
            stock.watch.expect(self._world.now + math.floor(wait * DAY) + 1)

    def _looker(self, group: GroupState) -> Callable[[], None]:
        return lambda: self._look(group)

    def _look(self, group: GroupState) -> None:
        stock = self._stocks[group.id]
        # NOTE: nothing is rebased here: a rounded level could stand on the other side of what it has just crossed.
        if self._word(stock) != stock.word:
            self._written(group, stock, stock.row)
        else:
            self._expect(stock)

    def _word(self, stock: Stock) -> str:
        days = stock.at(self._world.now)
        return "out" if days <= 0.0 else "low" if days < self._low_days else "enough"

    def _way_open(self, group: GroupState) -> bool:
        """Whether what it lives on reaches it: no enemy across the road, no unit of the mission on it."""
        world = self._world
        source, at = group.spec.supplied_from, group.at
        if not source or not at:
            return False
        if source == at:
            return True
        way = world.places.way(source, at)
        if world.groups.roadblocks.closed_to(group, way):
            return False
        lasting = world.tasks.lasting
        if any(task.target == route.id for route in way for task in lasting("checkpoint")):
            return False
        here = source
        for route in way:
            if any(lasting(response, here) for response in CUTTING):
                return False
            here = route.spec.b if here == route.spec.a else route.spec.a
        return bool(way)

    # Recruits

    def _next_recruits(self, group: GroupState) -> None:
        """Parties of recruits on ordinary days; the hungry and the settled find none."""
        world = self._world
        stream = world.chance.stream(f"{group.id}/recruits")
        wait, luck = stream(), stream()
        tick = world.now + round(exponential(wait, DAY * self._party / group.spec.recruits_per_day))
        self._pending[group.id] = world.agenda.at(tick, Phase.GROUPS, group.rank, self._recruits, (group, luck))

    def _recruits(self, event: At) -> None:
        group, luck = event.payload
        self._next_recruits(group)
        world = self._world
        keeps = 1.0 - self.want(group)
        if world.bargaining.disarming(group):
            keeps = 0.0
        if luck < keeps:
            self._join(group, round(self._party), ())

    def forked(self) -> None:
        """Another future begins: recruits come at other times."""
        for id_, pending in list(self._pending.items()):
            pending.cancel()
            self._next_recruits(self._world.groups.state[id_])

    def harmed_at(
        self, place: str, people: int, row: EventId, *, by: GroupState | None = None, community: str = ""
    ) -> None:
        """People were hurt at a place: of one community, or of all who live or shelter there, by their numbers."""
        communities = self._world.people.communities
        if community:
            self.abused(community, people, row, by=by)
            return
        here = {
            state.id: (state.home if state.place == place else 0) + state.away.get(place, 0)
            for state in communities.values()
        }
        everybody = math.fsum(here.values())
        for id_, count in here.items():
            if count:
                self.abused(id_, people * count / everybody, row, by=by)

    def misconduct(self, place: str, row: EventId) -> None:
        """The mission's own people did harm at a place: for a group's recruiters that is a gift."""
        self.harmed_at(place, round(self._misconduct), row)

    def abused(self, community: str, people: float, row: EventId, *, by: GroupState | None = None) -> None:
        """Somebody hurt people of a community: some of its own join the groups that come from it."""
        world = self._world
        for group in world.groups.state.values():
            spec = group.spec
            if spec.community != community or spec.recruits_per_day <= 0.0 or group is by:
                continue
            state = world.people.communities.get(community)
            most = math.inf if state is None else self._pool * state.population
            ordinal = self._avenged[group.id] = self._avenged.get(group.id, 0) + 1
            wanted = math.floor(people * self._per_abused + world.chance.draw(f"{group.id}/avengers", ordinal))
            fighters = min(wanted, math.floor(max(0.0, most - group.strength)))
            if fighters > 0:
                self._join(group, fighters, (row,))

    def _join(self, group: GroupState, fighters: int, causes: tuple[EventId, ...]) -> None:
        row = self._world.journal.write(kinds.RECRUITED, self._world.now, group.key, causes, fighters)
        self._world.measures.count("recruited", fighters, row)
        self._grow(group, fighters, row)

    def _grow(self, group: GroupState, fighters: int, row: EventId) -> None:
        world = self._world
        group.strength += fighters
        group.row = row
        world.truth.changed(group.id, "strength", row)
        world.groups.opportunities.excited((group,))

    # Breaking and coming back

    def broke(self, group: GroupState, band: int, row: EventId) -> None:
        """A band that broke scatters; part of it comes back in parties, to where its group rests."""
        world = self._world
        time = self.broken[group.id] = self.broken.get(group.id, 0) + 1
        name = f"{group.id}/broken/{time}"
        draw = world.chance.draw
        gone = share_of(band, self._scattered, draw(f"{name}/scattered"))
        if not gone:
            return
        group.strength -= gone
        scattered = world.journal.write(kinds.SCATTERED, world.now, group.key, (row,), gone)
        world.truth.changed(group.id, "strength", scattered)
        back = share_of(gone, self._return_share, draw(f"{name}/back"))
        for party in range(self._parties):
            fighters = back // self._parties + (1 if party < back % self._parties else 0)
            if fighters:
                self._sets_out(group, f"{name}/{party}", fighters, 0, scattered)

    def _sets_out(self, group: GroupState, name: str, fighters: int, attempt: int, row: EventId) -> None:
        days = lognormal(self._world.chance.draw(f"{name}/days", attempt), self._return_days, self._return_sigma)
        self._world.agenda.after(
            max(1, round(days * DAY)), Phase.GROUPS, group.rank, self._comes_back, (group, name, fighters, attempt, row)
        )

    def _comes_back(self, event: At) -> None:
        group, name, fighters, attempt, row = event.payload
        world = self._world
        denying = self.denying(group)
        shares = [self._share(task) for task in denying]
        passes = 1.0
        for share in shares:
            passes *= 1.0 - share
        denied = world.chance.draw(f"{name}/denied", attempt) >= passes
        causes = (row, *(task.row for task in denying[:2])) if denied else (row,)
        came = world.journal.write(kinds.CAME_BACK, world.now, group.key, causes, fighters, int(denied))
        if not denied:
            self._grow(group, fighters, came)
            return
        world.measures.count("returns_denied", fighters, came)
        left = fighters - self._meets(group, denying[0], f"{name}/met/{attempt}", fighters, came)
        if left and attempt + 1 < self._attempts:
            self._sets_out(group, name, left, attempt + 1, came)

    def denying(self, group: GroupState) -> list[Task]:
        """Tasks whose unit stands where a group gathers again."""
        world = self._world
        where = group.at or group.spec.home
        found = []
        for task in world.tasks.lasting("deny-recovery"):
            unit = task.unit
            if unit is None or not unit.place or task.target not in ("", group.id):
                continue
            if world.places.km(unit.place, where) <= self._reach_km:
                found.append(task)
        return found

    def _share(self, task: Task) -> float:
        world = self._world
        if task.unit is None:
            return 0.0
        armed = world.forces.capability(task.unit, "combat")
        return world.tasks.effect(task, "denial") * world.groups.opportunities.weight(armed)

    def _meets(self, group: GroupState, task: Task, name: str, fighters: int, row: EventId) -> int:
        """To stand in their way is to be shot at now and then; return how many of them that cost."""
        world = self._world
        unit = task.unit
        if unit is None or world.chance.draw(f"{name}/contact") >= self._contact_chance:
            return 0
        heads = round(world.forces.capability(unit, "combat"))
        if heads < 1:
            return 0
        fight = world.contact.fight(name, fighters, heads, self._contact_minutes)
        lost, unit_lost = fight.losses(fight.ends)
        killed, wounded = world.contact.split(f"{name}/fighters", lost)
        un_killed, un_wounded = world.contact.split(f"{name}/peacekeepers", unit_lost)
        ended = world.journal.write(
            kinds.CONTACT_ENDED, world.now, group.key, (row,), killed, wounded, un_killed, un_wounded
        )
        if unit_lost:
            world.forces.lose(unit, un_killed, un_wounded, (ended,))
        return lost

    def _stands_by(self, task: Task) -> None:
        self._world.groups.task_began(task)
        self._world.presence_changed(task.place, task.row)

    def _stands_down(self, task: Task) -> None:
        self._world.groups.task_ended(task)
        self._world.presence_changed(task.place, task.row)

    # What conditions ask

    def _truth_supply(self, subject: str) -> float | None:
        stock = self._stocks.get(subject)
        return None if stock is None else stock.at(self._world.now)

    def _supply_reaches(self, subject: str, level: float) -> Tick | None:
        stock = self._stocks.get(subject)
        if stock is None or not stock.per_day:
            return None
        now = self._world.now
        wait = (level - stock.at(now)) / stock.per_day
        return now + math.ceil(wait * DAY) if wait > 0.0 else None
