"""What a group believes will happen if it acts: capability it sees, words it heard, and the record.

Perceived P(response) = capability x communication x credibility (D1). Capability fades with distance (M16)
and counts less where it is not seen. Words fade, and a contradicting word undoes them. Credibility is a Beta record
(M15) kept in the ledger: what the mission did after earlier breaches, and several times that where it had
announced what it would do.

It falls if and only if a commitment that was communicated to the group is seen not to be met. Two things communicate
one: words that it has heard and that cover the place, and armed troops of the mission in sight of it, because a
mandate to protect holds within capabilities and areas of deployment. Where neither is, nobody had promised anything.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from sim.engine import kinds
from sim.engine.journal import EventId, fixed
from sim.engine.ledger import HIGHEST, Standing
from sim.engine.ticks import Tick, from_hours

if TYPE_CHECKING:
    from sim.engine.armed_group import GroupState
    from sim.engine.forces import UnitState
    from sim.engine.world import World


class Record:
    """What one group knows of the mission's words and deeds."""

    __slots__ = ("heard", "heard_at", "heard_row", "heard_since", "since", "size", "standing", "warnings")

    def __init__(self, standing: Standing, size: float) -> None:
        self.standing = standing
        self.size = size
        self.since: Tick = 0
        self.heard = 0.0
        self.heard_since: Tick = 0
        self.heard_at: Tick = 0
        self.heard_row: EventId | None = None
        self.warnings: dict[str, tuple[Tick, EventId]] = {}
        """The latest warning about each place; one that names no place is about all of them."""


class Shown:
    """Strength put on display at a place; it is remembered for a while."""

    __slots__ = ("level", "since")

    def __init__(self) -> None:
        self.level = 0.0
        self.since: Tick = 0


class Deterrence:
    """P(response) as each group sees it at each place."""

    __slots__ = (
        "_announced_for",
        "_announced_weight",
        "_base_words",
        "_carry_km",
        "_committed_km",
        "_contradiction_share",
        "_contradiction_within",
        "_forces",
        "_gain_words",
        "_half_km",
        "_half_life",
        "_host_share",
        "_match",
        "_near",
        "_police",
        "_reach_km",
        "_records",
        "_seen",
        "_shares",
        "_shown",
        "_shown_rate",
        "_size",
        "_start",
        "_unseen",
        "_witness_weight",
        "_words_rate",
        "_world",
    )

    def __init__(self, world: World) -> None:
        self._world = world
        parameters = world.parameters
        alpha, beta = parameters["deterrence.prior_kept"], parameters["deterrence.prior_ignored"]
        self._size = alpha + beta
        self._start = HIGHEST * alpha / self._size
        self._half_life = from_hours(parameters["deterrence.record_half_life_hours"])
        self._announced_weight = parameters["deterrence.announced_weight"]
        self._announced_for = from_hours(parameters["deterrence.announced_for_hours"])
        self._witness_weight = parameters["deterrence.witness_weight"]
        self._carry_km = parameters["deterrence.carry_half_km"]
        self._committed_km = parameters["deterrence.committed_km"]
        self._base_words = parameters["deterrence.unspoken_share"]
        self._gain_words = parameters["deterrence.message_gain"]
        self._words_rate = math.log(2.0) / from_hours(parameters["deterrence.message_half_life_hours"])
        self._contradiction_share = parameters["deterrence.contradiction_share"]
        self._contradiction_within = from_hours(parameters["deterrence.contradiction_hours"])
        self._half_km = parameters["deterrence.half_km"]
        self._reach_km = parameters["deterrence.reach_km"]
        self._unseen = parameters["deterrence.unseen_share"]
        self._match = parameters["deterrence.match"]
        self._police = {"looters": 1.0, "community-fighters": parameters["deterrence.police_communal_share"]}
        self._shares = (0.0, *dict.fromkeys(self._police.values()))
        self._host_share = parameters["deterrence.host_share"]
        self._shown_rate = math.log(2.0) / from_hours(parameters["deterrence.shown_half_life_hours"])
        self._records: dict[str, Record] = {}
        self._shown: dict[str, Shown] = {}
        self._forces: dict[tuple[str, float], float] = {}
        self._seen: dict[tuple[str, float], float] = {}
        self._near: dict[str, tuple[tuple[str, float], ...]] = {}

    def begin(self) -> None:
        ledger = self._world.ledger
        for group in self._world.blueprint.groups:
            name = f"credibility/{group}"
            standing = ledger.standings.get(name) or ledger.open(name, self._start, self._start, self._half_life)
            self._records[group] = Record(standing, self._size)

    # Beliefs

    def perceived(self, group: GroupState, place: str, *, battle: bool = False) -> float:
        """P(response) the group expects if it acts at the place, from 0 to 1.

        Args:
            battle: it acts against armed men, where police do not step in (E5).
        """
        seen = self.capability(group, place, battle=battle) * self.communication(group.id, place)
        chance = seen * self.credibility(group.id) / HIGHEST
        return chance * self._host_share if group.host else chance

    def capability(self, group: GroupState, place: str, *, battle: bool = False) -> float:
        """Strength that could come, beside what the group would bring: S / (S + k x own)."""
        police = 0.0 if battle else self._police.get(group.kind, 0.0)
        strength = self._seen.get((place, police))
        if strength is None:
            strength = self._seen[(place, police)] = self._strength(place, police)
        if self._world.air.attack_aircraft:
            strength += self._world.air.capability_from_air(place)
        if strength <= 0.0:
            return 0.0
        return strength / (strength + self._match * group.usual_band())

    def answering(self, unit: UnitState, group: GroupState) -> float:
        """Heads with which a unit can answer this group: troops anybody, police crowds and communal violence."""
        forces = self._world.forces
        police = self._police.get(group.kind, 0.0)
        return max(forces.capability(unit, "combat"), police * forces.capability(unit, "public-order"))

    def communication(self, group: str, place: str) -> float:
        """How clearly the group has been told, by a line, by other words or by what it was shown."""
        lines = self._world.red_lines
        return self.words(group, place, lines.binding(group, place) if lines.lines else 0.0)

    def words(self, group: str, place: str, told: float) -> float:
        """How clear it is to the group that somebody answers, where a line has told it so much."""
        now = self._world.now
        record = self._records[group]
        told = max(told, record.heard * math.exp(-self._words_rate * (now - record.heard_since)))
        shown = self._shown.get(place)
        if shown is not None:
            told = max(told, shown.level * math.exp(-self._shown_rate * (now - shown.since)))
        return self._base_words + (1.0 - self._base_words) * told

    def credibility(self, group: str) -> float:
        """The group's belief that the mission does what it says, 0 to 100."""
        return self._records[group].standing.value_at(self._world.now)

    def announced(self, group: str) -> EventId | None:
        """The latest warning to the group, if it is still fresh."""
        record = self._records[group]
        if record.heard_row is None or self._world.now - record.heard_at > self._announced_for:
            return None
        return record.heard_row

    # Commitments

    def covering(self, group: str, place: str) -> EventId | None:
        """The latest warning to the group that is still fresh and about the place, or about somewhere in its sight."""
        world = self._world
        found = [
            said
            for about, said in self._records[group].warnings.items()
            if world.now - said[0] <= self._announced_for
            and (not about or about == place or world.places.km(about, place) <= self._committed_km)
        ]
        return max(found)[1] if found else None

    def deployed(self, place: str) -> UnitState | None:
        """The mission's nearest armed troops in sight of a place: their being there says what the mandate says."""
        world = self._world
        nearest: UnitState | None = None
        least = self._committed_km
        for other in world.blueprint.places:
            km = world.places.km(other, place) if other != place else 0.0
            if km < least or (nearest is None and km == least):
                armed = [unit for unit in world.forces.at(other) if world.forces.capability(unit, "combat") >= 1.0]
                if armed:
                    nearest, least = armed[0], km
        return nearest

    # What changes them

    def heard(self, group: str, row: EventId, *, place: str = "", contradicts: bool = False) -> None:
        """The group receives a warning, or a word that contradicts one: within a day that undoes part of it.

        Args:
            place: what the warning is about; everywhere if it names no place.
        """
        now = self._world.now
        record = self._records[group]
        level = record.heard * math.exp(-self._words_rate * (now - record.heard_since))
        if contradicts:
            if record.heard_row is None or now - record.heard_at > self._contradiction_within:
                return
            record.heard = level * self._contradiction_share
            record.heard_since = now
            return
        record.heard = level + (1.0 - level) * self._gain_words
        record.heard_at = record.heard_since = now
        record.heard_row = row
        record.warnings[place] = (now, row)

    def shown(self, place: str, level: float) -> None:
        """Strength is displayed at a place (show of force, visible patrols)."""
        now = self._world.now
        shown = self._shown.setdefault(place, Shown())
        shown.level = max(shown.level * math.exp(-self._shown_rate * (now - shown.since)), level)
        shown.since = now

    def observed(
        self, group: str, responded: bool, row: EventId, *,
        weight: float = 1.0, word: EventId | None = None, unit: UnitState | None = None,
    ) -> EventId | None:  # fmt: skip
        """The group saw a breach answered or ignored: one observation of its Beta record, fading with time.

        An announcement ignored weighs several times an ordinary one; one that is kept weighs once. What nobody was
        committed to cannot be ignored, and leaves the record as it is.

        Args:
            word: the announcement that it tests.
            unit: the troops whose being there it tests, where there was no announcement.
        """
        if not responded and word is None and unit is None:
            return None
        world = self._world
        now = world.now
        record = self._records[group]
        commitment = unit.row if word is None and unit is not None else word
        causes = (row,) if commitment is None or commitment == row else (row, commitment)
        if word is not None and not responded:
            weight *= self._announced_weight
        mean = record.standing.value_at(now) / HIGHEST
        size = self._faded_size(record, now)
        after = (mean * size + (weight if responded else 0.0)) / (size + weight)
        seen = world.journal.write(
            kinds.CREDIBILITY, now, record.standing.key, causes,
            int(responded), int(word is not None), fixed(after),
            world.journal.name(unit.id if unit is not None and word is None else ""),
        )  # fmt: skip
        record.size = size + weight
        record.since = now
        return world.ledger.enter(record.standing, HIGHEST * (after - mean), (seen,), world.journal.name("deterrence"))

    def witnessed(
        self, actor: str, responded: bool, row: EventId, place: str, *, unit: UnitState | None = None
    ) -> None:
        """Everybody draws his conclusion from a breach: the one who acted, and less so those who watched.

        Args:
            place: where; a line that is drawn there against attacks was tested too, with those who had been told.
            unit: who was attacked, where it was the mission itself.
        """
        lines = self._world.red_lines
        tested = lines.attacked(actor, place, row, responded) if lines.lines else ()
        there = unit if unit is not None else self.deployed(place)
        for group in self._records:
            if tested and (responded or any(line.confirmed.get(group) for line in tested)):
                continue
            weight = 1.0 if group == actor else self._witness_weight
            self.observed(group, responded, row, weight=weight, word=self.covering(group, place), unit=there)

    def tested(self, actor: str, kept: bool, row: EventId, place: str, told: Mapping[str, EventId]) -> None:
        """A line was tested at a place, and kept or not: the news fades with the distance from there (M16).

        Whoever had not been told sees an answer, but no word broken.

        Args:
            told: groups that had heard of the line, with the row of that.
        """
        world = self._world
        for group in self._records:
            weight = 1.0
            if group != actor:
                km = world.places.km(place, world.blueprint.groups[group].home)
                weight = self._witness_weight * 2.0 ** (-km / self._carry_km)
            self.observed(group, kept, row, weight=weight, word=told.get(group))

    def presence_changed(self, place: str, row: EventId) -> None:
        """Units came, left or changed posture: what groups see is looked at anew."""
        for police in self._shares:
            self._forces.pop((place, police), None)
        self._seen.clear()

    # Strength within reach

    def _force(self, place: str, police: float) -> float:
        """Heads at a place that can answer, police as far as they count against this kind of group (E17, F7)."""
        strength = self._forces.get((place, police))
        if strength is None:
            forces = self._world.forces
            strength = 0.0
            for unit in forces.at(place):
                strength += max(forces.capability(unit, "combat"), police * forces.capability(unit, "public-order"))
            self._forces[(place, police)] = strength
        return strength

    def _strength(self, place: str, police: float) -> float:
        near = self._near.get(place)
        if near is None:
            near = self._near[place] = self._weights(place)
        return math.fsum([self._force(other, police) * weight for other, weight in near])

    def _weights(self, place: str) -> tuple[tuple[str, float], ...]:
        places = self._world.places
        weights = [(place, 1.0)]
        for other in self._world.blueprint.places:
            if other == place:
                continue
            km = places.km(other, place)
            if km <= self._reach_km:
                weights.append((other, self._unseen * 2.0 ** (-km / self._half_km)))
        return tuple(weights)

    def _faded_size(self, record: Record, now: Tick) -> float:
        rate = record.standing.rate
        return self._size + (record.size - self._size) * math.exp(-rate * (now - record.since))
