"""What a move costs where it starts: the place a unit leaves has a threat of its own, and fewer who answer it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine import kinds
from sim.engine.agenda import At, Phase
from sim.engine.chance import exponential
from sim.engine.journal import MOST_CAUSES, EventId, fixed
from sim.engine.ticks import DAY

if TYPE_CHECKING:
    from sim.engine.forces import UnitState
    from sim.engine.world import World


class Origins:
    """Places whose protectors are away, and what happens there meanwhile (S1 4.2, dilemmas)."""

    __slots__ = ("_factor", "_seen", "_stripped", "_threatening", "_world")

    def __init__(self, world: World) -> None:
        self._world = world
        self._factor = world.parameters["forces.stripped_threat_factor"]
        self._stripped: dict[str, dict[str, EventId]] = {}
        self._seen: dict[str, int] = {}
        self._threatening: dict[str, At] = {}

    def exposed(self, unit: UnitState, origin: str, row: EventId) -> None:
        """A unit leaves the place it protects.

        Trucks and aircraft are missed too, but nobody is attacked for want of them.
        """
        world = self._world
        guards = unit.capabilities.get("combat") or unit.capabilities.get("public-order")
        if not guards or unit.spec.protects != origin:
            return
        away = self._stripped.setdefault(origin, {})
        away[unit.id] = row
        share = self._share_away(origin)
        stripped = away[unit.id] = world.journal.write(
            kinds.STRIPPED, world.now, unit.key, (row,), world.journal.name(origin), fixed(share)
        )
        world.measures.exposed(origin, share, stripped)
        if origin not in self._threatening:
            self._next_threat(origin)

    def covered(self, unit: UnitState, place: str, row: EventId) -> None:
        """A unit is back where it belongs."""
        away = self._stripped.get(place)
        if not away or away.pop(unit.id, None) is None:
            return
        if away:
            self._world.measures.exposed(place, self._share_away(place), row)
            return
        self._world.measures.covered(place, row)
        threat = self._threatening.pop(place, None)
        if threat is not None:
            threat.cancel()

    def forked(self) -> None:
        """Another future begins: threats that were waited for are drawn anew."""
        for origin, threat in list(self._threatening.items()):
            threat.cancel()
            self._next_threat(origin)

    def _share_away(self, place: str) -> float:
        """How much of the strength that protected a place is away from it now."""
        forces = self._world.forces
        gone = 0.0
        for unit in self._stripped[place]:
            gone += forces.available(forces.units[unit])
        whole = gone + forces.presence(place)
        return gone / whole if whole else 0.0

    def _next_threat(self, origin: str) -> None:
        """The next occasion at a place whose protectors are away, at its bounding rate, with its luck."""
        world = self._world
        rate = world.blueprint.places[origin].threat_per_day * self._factor
        if rate <= 0.0:
            return
        stream = world.chance.stream(f"origin/{origin}")
        wait, accept, severity = stream(), stream(), stream()
        tick = world.now + round(exponential(wait, DAY / rate))
        self._threatening[origin] = world.agenda.at(
            tick, Phase.GROUPS, world.places.state[origin].rank, self._threat, (origin, accept, severity)
        )

    def _threat(self, event: At) -> None:
        origin, accept, severity = event.payload
        world = self._world
        away = list(self._stripped[origin].values())
        share = self._share_away(origin)
        self._seen[origin] = ordinal = self._seen.get(origin, 0) + 1
        accepted = accept < share
        candidate = world.journal.write(
            kinds.CANDIDATE, world.now, world.places.state[origin].key, tuple(away[-MOST_CAUSES:]),
            ordinal, int(accepted), fixed(share), world.journal.name(origin),
        )  # fmt: skip
        if accepted:
            world.groups.attack_elsewhere(origin, severity, candidate)
        self._next_threat(origin)
