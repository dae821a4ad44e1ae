"""A fight between two parties: it breaks out, feeds on itself, and fades.

Heat is what drives the parties; each violent act adds to it and it decays with a half-life, so that violence
comes in bursts and persists (E25). Trouble is what anybody in the place can see and hear; its words are
quiet, incidents and fighting.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from sim.engine import kinds
from sim.engine.agenda import At, Phase, Watch
from sim.engine.blueprint import HostilitySpec
from sim.engine.chance import lognormal
from sim.engine.journal import EventId, grain
from sim.engine.ledger import HIGHEST
from sim.engine.ticks import Tick, from_hours
from sim.scenario.values import fixed

if TYPE_CHECKING:
    from sim.engine.armed_group import GroupState
    from sim.engine.world import World

QUIET, INCIDENTS, FIGHTING = "quiet", "incidents", "fighting"


class Hostility:
    """One pair of parties at one place."""

    __slots__ = ("_heat", "began", "id", "key", "parties", "place", "rank", "row", "since", "spec", "truce")

    def __init__(self, spec: HostilitySpec, key: int) -> None:
        self.spec = spec
        self.id = spec.id
        self.key = key
        self.rank = spec.rank
        self.place = spec.place
        self.parties = spec.parties
        self.began = False
        self.truce = 0.0
        self.since: Tick = 0
        self.row: EventId | None = None
        """What last fed it."""
        self._heat = 0.0

    def heat_at(self, tick: Tick, rate: float) -> float:
        return self._heat * math.exp(-rate * (tick - self.since)) if self._heat else 0.0

    def set_heat(self, tick: Tick, heat: float, row: EventId) -> None:
        self._heat = grain(heat)
        self.since = tick
        self.row = row


class Trouble:
    """What can be seen and heard of violence at a place."""

    __slots__ = ("level", "place", "row", "since", "watch", "word")

    def __init__(self, place: str, row: EventId) -> None:
        self.place = place
        self.level = 0.0
        self.since: Tick = 0
        self.row = row
        self.word = QUIET
        self.watch: Watch | None = None


class Hostilities:
    """All fights of a run, and the trouble they make."""

    __slots__ = (
        "_carried",
        "_excited",
        "_fighting",
        "_full",
        "_incidents",
        "_limit",
        "_rate",
        "_relapse",
        "_spread",
        "_trouble_rate",
        "_truce_cut",
        "_truce_effect",
        "_world",
        "all",
        "broke_out",
        "troubles",
    )

    def __init__(self, world: World, excited: Callable[[str], None]) -> None:
        """``excited`` is told of every place whose heat has risen."""
        self._world = world
        self._excited = excited
        parameters = world.parameters
        self._full = parameters["hostilities.heat_at_full"]
        self._spread = parameters["hostilities.heat_sigma"]
        self._carried = parameters["hostilities.carried_heat"]
        self._limit = parameters["hostilities.heat_limit"]
        self._rate = math.log(2.0) / from_hours(parameters["hostilities.half_life_hours"])
        self._relapse = parameters["hostilities.relapse_heat"]
        self._truce_effect = parameters["hostilities.truce_effect"]
        self._truce_cut = parameters["hostilities.truce_cut"]
        self._trouble_rate = math.log(2.0) / from_hours(parameters["hostilities.trouble_half_life_hours"])
        self._fighting = parameters["hostilities.fighting_level"]
        self._incidents = parameters["hostilities.incidents_level"]
        name = world.journal.name
        self.all: dict[str, Hostility] = {
            spec.id: Hostility(spec, name(spec.id)) for spec in world.blueprint.hostilities.values()
        }
        self.troubles: dict[str, Trouble] = {}
        self.broke_out: Callable[[Hostility, EventId], None] = lambda hostility, row: None

    def begin(self) -> None:
        world = self._world
        for hostility in self.all.values():
            tick = hostility.spec.onset.ticks(world.chance.draw(f"{hostility.id}/onset"))
            world.agenda.at(tick, Phase.GROUPS, hostility.rank, self._break_out, hostility)

    def _break_out(self, event: At) -> None:
        hostility: Hostility = event.payload
        world = self._world
        row = world.journal.write(
            kinds.ONSET, world.now, hostility.key, (world.beginning,), world.journal.name(hostility.place)
        )
        hostility.began = True
        outbreak = lognormal(world.chance.draw(f"{hostility.id}/heat"), self._full, self._spread)
        heat = hostility.heat_at(world.now, self._rate) + hostility.spec.intensity / HIGHEST * outbreak
        hostility.set_heat(world.now, heat, row)
        world.truth.event("onset", hostility.place, row)
        self._excited(hostility.place)
        self.broke_out(hostility, row)

    def carried(self, group: GroupState, enemy: GroupState, place: str, row: EventId) -> None:
        """Two enemies meet at a place where they have no fight of their own yet: now they have."""
        pair = (group.id, enemy.id)
        for hostility in self.all.values():
            if hostility.place == place and group.id in hostility.parties and enemy.id in hostility.parties:
                return
        id_ = f"{group.id}/{enemy.id}/{place}"
        spec = HostilitySpec(id_, group.rank, place, pair, fixed(0.0), 0.0)
        hostility = self.all[id_] = Hostility(spec, self._world.journal.name(id_))
        hostility.began = True
        hostility.set_heat(self._world.now, self._carried, row)

    # Heat

    def fights_of(self, group: str, home: str) -> list[Hostility]:
        """The fights a group is party to, or else those of the place where it is at home."""
        own = [hostility for hostility in self.all.values() if group in hostility.parties]
        return own or [hostility for hostility in self.all.values() if hostility.place == home]

    def heat(self, fights: list[Hostility], tick: Tick) -> float:
        """What drives those concerned by these fights, less what a truce holds back."""
        total = 0.0
        for hostility in fights:
            # NOTE: asked at every opportunity of a group, and half of them come before the fight.
            if hostility._heat:
                total += hostility.heat_at(tick, self._rate) * (1.0 - hostility.truce * self._truce_effect)
        return total

    def spark(self, fights: list[Hostility]) -> EventId | None:
        """The row that last fed one of these fights."""
        return max((hostility.row for hostility in fights if hostility.row is not None), default=None)

    def excite(self, group: str, place: str, amount: float, row: EventId) -> None:
        """A violent act feeds the fights of its author; the hotter they are, the less it adds."""
        now = self._world.now
        fed = False
        for hostility in self.all.values():
            if group in hostility.parties or hostility.place == place:
                heat = hostility.heat_at(now, self._rate)
                hostility.set_heat(now, heat + amount * max(0.0, 1.0 - heat / self._limit), row)
                fed = True
        if fed:
            self._excited(place)

    def agreed(self, place: str, credibility: float, row: EventId) -> None:
        """The parties agree to stop; how far they keep to it is the agreement's credibility (0 to 1)."""
        now = self._world.now
        for hostility in self.all.values():
            if hostility.place == place:
                hostility.truce = credibility
                heat = hostility.heat_at(now, self._rate)
                hostility.set_heat(now, heat * (1.0 - credibility * self._truce_cut), row)

    def broken(self, place: str, row: EventId) -> None:
        """The agreement no longer holds, and the grievance of its breach is added."""
        now = self._world.now
        for hostility in self.all.values():
            if hostility.place == place:
                hostility.truce = 0.0
                hostility.set_heat(now, hostility.heat_at(now, self._rate) + self._relapse, row)
        self._excited(place)

    # Trouble

    def word(self, place: str) -> str:
        """Quiet, incidents or fighting, as it is heard at the place now."""
        trouble = self.troubles.get(place)
        return QUIET if trouble is None else self._word(self._level(trouble, self._world.now))

    def level(self, place: str) -> float:
        trouble = self.troubles.get(place)
        return 0.0 if trouble is None else self._level(trouble, self._world.now)

    def disturb(self, place: str, amount: float, row: EventId) -> None:
        """Something violent happens at a place."""
        world = self._world
        trouble = self.troubles.get(place)
        if trouble is None:
            trouble = self.troubles[place] = Trouble(place, row)
            rank = world.blueprint.places[place].rank
            trouble.watch = Watch(world.agenda, Phase.GROUPS, rank, lambda: self._look(trouble))
        trouble.level = grain(self._level(trouble, world.now) + amount)
        trouble.since = world.now
        trouble.row = row
        self._settle(trouble)

    def _look(self, trouble: Trouble) -> None:
        self._settle(trouble)

    def _settle(self, trouble: Trouble) -> None:
        """Give the level its word, tell of a change, and expect the next one."""
        world = self._world
        level = self._level(trouble, world.now)
        word = self._word(level)
        if word != trouble.word:
            trouble.word = word
            world.truth.changed(trouble.place, "violence", trouble.row)
        floor = self._fighting if word == FIGHTING else self._incidents if word == INCIDENTS else 0.0
        if floor and trouble.watch is not None:
            wait = math.log(level / floor) / self._trouble_rate
            trouble.watch.expect(world.now + math.floor(wait) + 1)

    def _level(self, trouble: Trouble, tick: Tick) -> float:
        return trouble.level * math.exp(-self._trouble_rate * (tick - trouble.since))

    def _word(self, level: float) -> str:
        if level >= self._fighting:
            return FIGHTING
        return INCIDENTS if level >= self._incidents else QUIET
