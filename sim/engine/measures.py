"""What the world is judged by: every number keeps what it is made of, so that it can be explained exactly.

Mechanisms report what happened with the row that says so; nothing is written for it. A measure is scored as of the
end of the exercise, whatever the epilogue brings, and again at each mark of the epilogue.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from sim.engine import kinds
from sim.engine.agenda import At, Phase
from sim.engine.journal import EventId
from sim.engine.ledger import Standing
from sim.engine.ticks import Tick, to_hours
from sim.engine.views import NO_ROW
from sim.engine.watching import Watcher

if TYPE_CHECKING:
    from sim.engine.forces import UnitState
    from sim.engine.world import World

COUNTS: Final = (
    "civilians_killed", "civilians_wounded", "peacekeepers_killed", "peacekeepers_wounded", "attacks_on_civilians",
    "attacks_on_site", "caveats_met", "caveat_hours_lost", "decisions_taken", "decisions_expired", "wounded_treated",
    "turned_away", "movement_denials", "host_abuses", "host_responses", "reprisals", "staff_hurt",
    "property_incidents", "detained", "detainee_clock_hours_over", "weapons_found", "people_evacuated",
    "people_rescued", "exploitation_allegations",
    "line_tests", "lines_not_kept", "columns_arrived", "civilians_harmed_by_mission",
    "harmed_where_group_went", "attacks_on_bases", "terms_agreed", "recruited", "returns_denied",
    "fighters_demobilised",
    "flight_hours", "convoy_days", "aid_convoys_arrived", "convoys_attacked", "mines_met", "km_cleared",
)  # fmt: skip

SPANS: Final = ("unit_days_away", "outside_10_1_2_hours", "aid_suspended_days")
"""Measures that are lengths of time, up to whenever they are read."""


@dataclass(frozen=True, slots=True)
class MeasureValue:
    """A measure, what it was made of, and the time it covers; no value where it is undefined."""

    value: float | None
    numerator: float | None
    denominator: float | None
    start: Tick
    end: Tick
    censored: bool = False


class Contribution(NamedTuple):
    """What one event adds to a measure. Row -1 stands for where it began."""

    tick: Tick
    amount: float
    row: EventId


@dataclass(frozen=True, slots=True)
class _Mark:
    """Levels that cannot be read afterwards, as they stood at a time."""

    home: int
    living: int
    displaced_peak: Contribution
    at_base_peak: Contribution
    at_base_share_peak: Contribution
    water: float | None
    density: float


class Measures:
    """All measures of a run."""

    __slots__ = ("_exposed", "_given_spans", "_marks", "_parts", "_reinforced", "_world", "benchmarks")

    def __init__(self, world: World) -> None:
        self._world = world
        self._parts: dict[str, list[Contribution]] = {}
        self._marks: dict[Tick, _Mark] = {}
        self._given_spans: dict[str, Callable[[Tick], list[tuple[Tick, float, EventId]]]] = {}
        self._reinforced: Contribution | None = None
        self._exposed: dict[str, list[tuple[Tick, float, EventId]]] = {}
        self.benchmarks: dict[str, list[tuple[Tick, bool, EventId]]] = {}

    def begin(self) -> None:
        world = self._world
        for tick in (world.end, *world.blueprint.marks):
            if world.end <= tick < world.horizon:
                # First of all in its tick: what happens then is not part of what is scored.
                world.agenda.at(tick, Phase.INPUTS, 0, self._remember)
        for rank, spec in enumerate(world.blueprint.benchmarks.values()):
            self.benchmarks[spec.id] = []
            Watcher(
                spec.when, world.truth, world.agenda, world.blueprint.options, Phase.INJECTS, rank,
                self._benchmark(spec.id, True), self._benchmark(spec.id, False),
            ).arm()  # fmt: skip

    # What mechanisms report

    def count(self, name: str, amount: float, row: EventId) -> None:
        """Add to a measure, or a sample to one that is made of samples."""
        contribution = Contribution(self._world.agenda.now, amount, row)
        found = self._parts.get(name)
        if found is None:
            self._parts[name] = [contribution]
        else:
            found.append(contribution)

    def reinforced(self, unit: UnitState, place: str, row: EventId) -> None:
        """A unit has come to a place it did not start at; the first one to a place of protection counts."""
        place_spec = self._world.blueprint.places[place]
        if self._reinforced is None and place != unit.home and place_spec.site is not None:
            self._reinforced = Contribution(self._world.now, 0.0, row)

    def lengths(self, name: str, spans: Callable[[Tick], list[tuple[Tick, float, EventId]]]) -> None:
        """Whoever knows a measure that is made of lengths of time says how to read them up to a tick."""
        self._given_spans[name] = spans

    def exposed(self, place: str, share: float, row: EventId) -> None:
        """A place lost a share of those who protected it."""
        self._exposed.setdefault(place, []).append((self._world.now, share, row))

    def covered(self, place: str, row: EventId) -> None:
        """They are back."""
        self._exposed.setdefault(place, []).append((self._world.now, 0.0, row))

    # Readings

    def _readings(self) -> dict[str, Callable[[Tick], MeasureValue]]:
        """How each measure is read; nobody reads one before the end of a run that nobody plays."""
        return {
            **{name: self._counted(name) for name in COUNTS},
            "displaced_peak": lambda end: self._peak(self._mark(end).displaced_peak, end),
            "at_base_peak": lambda end: self._peak(self._mark(end).at_base_peak, end),
            "at_base_share_peak": self._at_base_share,
            "home_share_end": self._home_share,
            "immediate_response_share": self._immediate_share,
            "response_hours_median": self._response_median,
            "arrival_hours": self._arrival,
            "never_reached_share": self._never_reached,
            "detection_hours": self._detection,
            "alerts_addressed_share": self._alerts_share,
            "reinforcement_hours": self._reinforcement,
            "water_l_per_person_day_min": lambda end: self._plain(self._mark(end).water, end),
            "crowd_density_peak": lambda end: self._plain(self._mark(end).density, end),
            "consent_host_end": lambda end: self._standing(self._lowest("consent/", end), end),
            "credibility_min_end": lambda end: self._standing(self._lowest("credibility/", end), end),
            "legitimacy_end": lambda end: self._standing(self._world.ledger.standings.get("legitimacy"), end),
            "origin_exposed_hours": self._origin_hours,
            **{name: self._spans(name) for name in SPANS},
        }

    def values(self, at: Tick | None = None) -> dict[str, MeasureValue]:
        """Every measure of the doctrine's catalogue, up to now or to the end of the exercise."""
        end = self.scored_at(at)
        return {name: read(end) for name, read in self._readings().items()}

    def value(self, name: str, at: Tick | None = None) -> MeasureValue:
        return self._readings()[name](self.scored_at(at))

    def names(self) -> tuple[str, ...]:
        return tuple(self._readings())

    def scored_at(self, at: Tick | None = None) -> Tick:
        """The tick up to which a measure is taken; a mark of the epilogue where one is asked for."""
        world = self._world
        return min(world.now, world.end) if at is None else min(world.now, at)

    def epilogue(self) -> dict[Tick, dict[str, MeasureValue]]:
        """The measures at each mark of the epilogue that has been reached."""
        now = self._world.now
        return {mark: self.values(mark) for mark in self._world.blueprint.marks if mark <= now}

    def contributions(self, name: str, at: Tick | None = None) -> tuple[Contribution, ...]:
        """What a measure is made of: for counts and standings the amounts add up to its value."""
        end = self.scored_at(at)
        mark = self._mark(end)
        match name:
            case "displaced_peak":
                return _only(mark.displaced_peak)
            case "at_base_peak":
                return _only(mark.at_base_peak)
            case "at_base_share_peak":
                return _only(mark.at_base_share_peak)
            case "immediate_response_share":
                return (*self._until("immediate_responses", end), *self._until("attacks_on_civilians", end))
            case "response_hours_median":
                return self._until("response_hours", end)
            case "arrival_hours" | "never_reached_share":
                return (*self._until("response_hours", end), *self._until("attacks_on_civilians", end))
            case "detection_hours":
                hours, found = self._detection(end).value, self._world.intelligence.attack_known()
                return () if hours is None or found is None else (Contribution(found[0], hours, found[1]),)
            case "alerts_addressed_share":
                return (*self._until("alerts_addressed", end), *self._until("alerts", end))
            case "reinforcement_hours":
                hours, came = self._reinforcement(end).value, self._reinforced
                return () if hours is None or came is None else (came._replace(amount=hours),)
            case "consent_host_end":
                return self._standing_parts(self._lowest("consent/", end), end)
            case "credibility_min_end":
                return self._standing_parts(self._lowest("credibility/", end), end)
            case "legitimacy_end":
                return self._standing_parts(self._world.ledger.standings.get("legitimacy"), end)
            case "origin_exposed_hours":
                return tuple(Contribution(begun, amount, row) for begun, amount, row in self._exposures(end))
            case _ if name in SPANS:
                return self._span_parts(name, end)
            case _:
                return self._until(name, end)

    # One reading each

    def _counted(self, name: str) -> Callable[[Tick], MeasureValue]:
        def read(end: Tick) -> MeasureValue:
            total = math.fsum(part.amount for part in self._until(name, end))
            return MeasureValue(total, total, None, 0, end)

        return read

    def _peak(self, peak: Contribution, end: Tick) -> MeasureValue:
        return MeasureValue(peak.amount, peak.amount, None, 0, end)

    def _plain(self, value: float | None, end: Tick) -> MeasureValue:
        return MeasureValue(value, value, None, 0, end)

    def _at_base_share(self, end: Tick) -> MeasureValue:
        mark = self._mark(end)
        share, people = mark.at_base_share_peak.amount, mark.at_base_peak.amount
        if not people:
            return MeasureValue(None, 0.0, 0.0, 0, end)
        return MeasureValue(share, people, float(round(people / share)) if share else None, 0, end)

    def _home_share(self, end: Tick) -> MeasureValue:
        mark = self._mark(end)
        return _share(mark.home, mark.living, end)

    def _immediate_share(self, end: Tick) -> MeasureValue:
        answered = math.fsum(part.amount for part in self._until("immediate_responses", end))
        attacks = math.fsum(part.amount for part in self._until("attacks_on_civilians", end))
        return _share(answered, attacks, end)

    def _response_median(self, end: Tick) -> MeasureValue:
        hours = sorted(part.amount for part in self._until("response_hours", end))
        if not hours:
            return MeasureValue(None, None, 0.0, 0, end)
        half = len(hours) // 2
        median = hours[half] if len(hours) % 2 else (hours[half - 1] + hours[half]) / 2
        return MeasureValue(median, None, float(len(hours)), 0, end)

    def _arrival(self, end: Tick) -> MeasureValue:
        """A restricted mean: to leave out what never came would reward coming to few."""
        longest = self._world.parameters["attacks.late_response_hours"]
        came = [part.amount for part in self._until("response_hours", end)]
        attacks = math.fsum(part.amount for part in self._until("attacks_on_civilians", end))
        waited = math.fsum(min(hours, longest) for hours in came) + (attacks - len(came)) * longest
        return _share(waited, attacks, end)

    def _never_reached(self, end: Tick) -> MeasureValue:
        attacks = math.fsum(part.amount for part in self._until("attacks_on_civilians", end))
        return _share(attacks - len(self._until("response_hours", end)), attacks, end)

    def _detection(self, end: Tick) -> MeasureValue:
        begun = self._world.truth.first("attack", "")
        known = self._world.intelligence.attack_known()
        if begun is None or begun >= end:
            return MeasureValue(None, None, None, end, end)
        if known is None or known[0] >= end:
            return MeasureValue(None, None, None, begun, end, censored=True)
        hours = to_hours(known[0] - begun)
        return MeasureValue(hours, hours, None, begun, end)

    def _alerts_share(self, end: Tick) -> MeasureValue:
        addressed = math.fsum(part.amount for part in self._until("alerts_addressed", end))
        return _share(addressed, math.fsum(part.amount for part in self._until("alerts", end)), end)

    def _reinforcement(self, end: Tick) -> MeasureValue:
        onset = self._world.truth.first("onset", "") or 0
        found = self._reinforced
        if found is None or found.tick >= end:
            return MeasureValue(None, None, None, min(onset, end), end, censored=True)
        hours = max(0.0, to_hours(found.tick - onset))
        return MeasureValue(hours, hours, None, min(onset, found.tick), end)

    def _standing(self, standing: Standing | None, end: Tick) -> MeasureValue:
        if standing is None:
            return MeasureValue(None, None, None, 0, end)
        value = math.fsum(part.amount for part in self._standing_parts(standing, end))
        return MeasureValue(value, value, None, 0, end)

    def _standing_parts(self, standing: Standing | None, end: Tick) -> tuple[Contribution, ...]:
        if standing is None:
            return ()
        rate = standing.rate
        began = standing.base + (standing.start - standing.base) * math.exp(-rate * end)
        parts = [Contribution(0, began, NO_ROW)]
        for tick, amount, row in standing.entries:
            # What an input does at the very end is stamped there and comes after the score.
            if tick < end or tick == 0:
                parts.append(Contribution(tick, amount * math.exp(-rate * (end - tick)), row))
        return tuple(parts)

    def _lowest(self, prefix: str, end: Tick) -> Standing | None:
        found: Standing | None = None
        lowest = math.inf
        for name, standing in self._world.ledger.standings.items():
            if name.startswith(prefix) and self._counts(prefix, name.removeprefix(prefix)):
                level = math.fsum(part.amount for part in self._standing_parts(standing, end))
                if level < lowest:
                    found, lowest = standing, level
        return found

    def _counts(self, prefix: str, owner: str) -> bool:
        blueprint = self._world.blueprint
        return owner in (blueprint.groups if prefix == "credibility/" else blueprint.counterparts)

    def _origin_hours(self, end: Tick) -> MeasureValue:
        total = math.fsum(hours for _, hours, _ in self._exposures(end))
        return MeasureValue(total, total, None, 0, end)

    def _spans(self, name: str) -> Callable[[Tick], MeasureValue]:
        def read(end: Tick) -> MeasureValue:
            total = math.fsum(part.amount for part in self.contributions(name, end))
            return MeasureValue(total, total, None, 0, end)

        return read

    def _span_parts(self, name: str, end: Tick) -> tuple[Contribution, ...]:
        spans = self._given_spans.get(name)
        return () if spans is None else tuple(Contribution(*span) for span in spans(end))

    def _exposures(self, end: Tick) -> list[tuple[Tick, float, EventId]]:
        """Hours during which places were without (a share of) those who had protected them."""
        found: list[tuple[Tick, float, EventId]] = []
        for changes in self._exposed.values():
            for at, (tick, share, row) in enumerate(changes):
                until = changes[at + 1][0] if at + 1 < len(changes) else end
                if share > 0.0 and tick < end:
                    found.append((tick, share * to_hours(min(until, end) - tick), row))
        return found

    def _until(self, name: str, end: Tick) -> tuple[Contribution, ...]:
        parts = self._parts.get(name, ())
        return tuple(part for part in parts if part.tick < end or part.tick == 0)

    # Levels that pass

    def _mark(self, end: Tick) -> _Mark:
        return self._marks.get(end) or self._level()

    def _remember(self, event: At) -> None:
        self._marks[self._world.now] = self._level()

    def _level(self) -> _Mark:
        people, sites = self._world.people, self._world.sites
        return _Mark(
            people.home(),
            people.population - people.dead,
            Contribution(people.displaced_peak_tick, float(people.displaced_peak), people.displaced_peak_row),
            Contribution(people.at_base_peak_tick, float(people.at_base_peak), people.at_base_peak_row),
            Contribution(people.at_base_peak_tick, people.at_base_share_peak, people.at_base_peak_row),
            sites.litres_least(),
            sites.density_peak(),
        )

    def _benchmark(self, benchmark: str, state: bool) -> Callable[[Watcher], None]:
        def turned(watcher: Watcher) -> None:
            world = self._world
            row = world.journal.write(
                kinds.BENCHMARK, world.now, world.journal.name(f"benchmark/{benchmark}"),
                watcher.causes() or (world.beginning,), int(state),
            )  # fmt: skip
            self.benchmarks[benchmark].append((world.now, state, row))

        return turned


def _share(part: float, whole: float, end: Tick) -> MeasureValue:
    """A share over nothing is undefined, never nothing."""
    return MeasureValue(part / whole if whole else None, float(part), float(whole), 0, end)


def _only(contribution: Contribution) -> tuple[Contribution, ...]:
    return (contribution,) if contribution.amount or contribution.tick else ()
