"""The compiled scenario: frozen, picklable, free of pydantic. Made once per process, run many times.

Times are ticks, references are checked, defaults are filled in from the doctrine. A ``World`` never
changes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sim.doctrine import Doctrine
from sim.engine.inputs import Input
from sim.engine.ticks import Tick
from sim.scenario.tree import Condition
from sim.scenario.values import Distribution

if TYPE_CHECKING:
    from sim.engine.roads import Roads
    from sim.scenario import Scenario


@dataclass(frozen=True, slots=True)
class SeatSpec:
    id: str
    rank: int
    role: str
    title: str
    level: str
    at: str
    under: str
    playable: bool


@dataclass(frozen=True, slots=True)
class SiteSpec:
    room_m2: float
    gate_m2: float
    water_m3_per_day: float
    own_water_m3_per_day: float
    water_stock_m3: float
    fuel_days: float
    latrines: int
    beds: int
    gate: str


@dataclass(frozen=True, slots=True)
class PlaceSpec:
    id: str
    rank: int
    kind: str
    latitude: float
    longitude: float
    map_rank: int
    site: SiteSpec | None
    hospital: int
    threat_per_day: float
    people: int
    aid_from: str = ""
    aid_days: float = 0.0


@dataclass(frozen=True, slots=True)
class RouteSpec:
    id: str
    rank: int
    a: str
    b: str
    surface: str
    km: float
    path: tuple[tuple[float, float], ...]
    checkpoints: int
    held_by: str
    mined: float
    closed_in_rains: bool
    blocked_by: str


@dataclass(frozen=True, slots=True)
class CaveatSpec:
    id: str
    declared: bool
    detached: bool
    tasks: tuple[str, ...]
    away_from: str
    beyond_km_of_level_2: float
    night: bool
    force_level: str
    longer_than: Tick
    ground: str
    rigidity: float
    needs: tuple[str, ...]
    says: str
    answers: str
    outside: tuple[str, ...] = ()
    weather: bool = False
    against_host: bool = False


@dataclass(frozen=True, slots=True)
class ContributorSpec:
    id: str
    rank: int
    kind: str
    office_hours: tuple[float, float]
    caveats: tuple[CaveatSpec, ...]
    unknown_caveat: float


@dataclass(frozen=True, slots=True)
class UnitSpec:
    """A unit as the run starts; a detachable part is a unit of its own with a ``parent``."""

    id: str
    rank: int
    type: str
    component: str
    contributor: str
    parent: str
    at: str
    under: tuple[str, ...]
    controller: str
    """The seat of the component head who may order it."""
    posture: str
    strength: int
    vehicles: tuple[int, int]
    mindset: float
    clarity: float
    protects: str
    languages: float
    days_in_theatre: int
    supply_days: float


@dataclass(frozen=True, slots=True)
class GroupSpec:
    id: str
    rank: int
    kind: str
    home: str
    strength: Distribution
    community: str
    enemies: tuple[str, ...]
    cohesion: float
    aggression: float
    talks: float
    respects: float
    options: Mapping[str, float]
    process: str
    holds: tuple[str, ...]
    aims: Mapping[str, float]
    allies: tuple[str, ...]
    under: str
    commanders: int
    supply_days: float | None
    supplied_from: str
    recruits_per_day: float
    gathers: Distribution | None = None


@dataclass(frozen=True, slots=True)
class PatronSpec:
    id: str
    rank: int
    over: Mapping[str, float]
    listens: float


@dataclass(frozen=True, slots=True)
class LineSpec:
    """A red line that can be announced; ``groups`` are all armed groups where the scenario names none."""

    id: str
    rank: int
    around: str
    km: float
    groups: tuple[str, ...]
    trigger: str
    consequence: str
    exceptions: tuple[str, ...]
    announced: bool


@dataclass(frozen=True, slots=True)
class HostilitySpec:
    id: str
    rank: int
    place: str
    parties: tuple[str, str]
    onset: Distribution
    """Ticks from the start."""
    intensity: float


@dataclass(frozen=True, slots=True)
class CommunitySpec:
    id: str
    rank: int
    place: str
    people: Distribution
    fear: float
    trust: float
    kin: Mapping[str, float]
    children: float
    women: float
    threatened_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CounterpartSpec:
    id: str
    rank: int
    kind: str
    at: str
    consent: float
    base: float
    gates: tuple[str, ...]
    forces: tuple[str, ...]
    obstructs_per_day: float


@dataclass(frozen=True, slots=True)
class InformationSpec:
    id: str
    rank: int
    kind: str
    places: tuple[str, ...]
    detects: float
    delay: Distribution
    """Ticks."""
    reliability: str
    to: tuple[str, ...]
    error: float
    at_risk: bool


@dataclass(frozen=True, slots=True)
class StandingSpec:
    id: str
    value: float
    base: float
    half_life: Tick


@dataclass(frozen=True, slots=True)
class EffectSpec:
    """One effect of an inject: its key and its plain values (ticks, distributions, ids)."""

    kind: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class InjectSpec:
    id: str
    rank: int
    title: str
    storyline: str
    at: Distribution | None
    """Ticks from the start, where it is timed."""
    when: Condition | None
    pool: bool
    delay: Distribution | None
    repeat: bool
    sender: str
    to: tuple[str, ...]
    means: str
    text: str
    grade: str
    urgent: bool
    objective: str
    facts: tuple[tuple[str, str, Any], ...]
    effects: tuple[EffectSpec, ...]


@dataclass(frozen=True, slots=True)
class OptionSpec:
    id: str
    label: str
    text: str
    do: tuple[Input, ...]
    touches: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class DecisionSpec:
    id: str
    rank: int
    title: str
    text: str
    when: Condition
    to: str
    within: Tick
    options: Mapping[str, OptionSpec]
    otherwise: str
    considerations: tuple[str, ...]
    known: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class StepSpec:
    id: str
    title: str
    owner: str
    within: Tick
    evidence: Condition


@dataclass(frozen=True, slots=True)
class StandingOrderSpec:
    """A policy's rule: when its seat's picture shows this, it does that, within a time of its own."""

    id: str
    rank: int
    seat: str
    when: Condition
    do: tuple[Input, ...]
    within: Distribution | None
    """Ticks."""
    repeat: Tick


@dataclass(frozen=True, slots=True)
class BenchmarkSpec:
    id: str
    label: str
    when: Condition


@dataclass(frozen=True, slots=True)
class Reading:
    """Texts for people. No mechanism reads them and no digest holds them."""

    title: str
    summary: str
    mission: str
    mandate: str
    force: str
    warning: str
    readahead: tuple[tuple[str, str, tuple[str, ...]], ...]
    sources: tuple[tuple[str, str], ...]
    names: Mapping[str, str]
    presses_for: Mapping[str, str]
    measures: tuple[str, ...] = ()
    """Measures that the author wants to see first."""

    def first(self, names: Iterable[str]) -> list[str]:
        """Measures in the order in which they are shown: the author's own, then the others as they come."""
        there = list(names)
        own = [name for name in self.measures if name in there]
        return [*own, *(name for name in there if name not in own)]


@dataclass(frozen=True, slots=True)
class Blueprint:
    """Everything a ``World`` is made of."""

    name: str
    pattern: str
    options: Mapping[str, str]
    start: datetime
    duration: Tick
    epilogue: Tick
    marks: tuple[Tick, ...]
    sunrise: Tick
    """Ticks after local midnight."""
    sunset: Tick
    first_midnight: Tick
    """Tick of the midnight at or before the start (zero or negative)."""
    season: str
    rains: Distribution | None
    """When the rainy season begins, in ticks from the start; nothing where it does not."""
    road_detour: float
    roads: Roads
    headquarters: str
    mandate_tasks: tuple[str, ...]
    seats: Mapping[str, SeatSpec]
    places: Mapping[str, PlaceSpec]
    routes: Mapping[str, RouteSpec]
    contributors: Mapping[str, ContributorSpec]
    units: Mapping[str, UnitSpec]
    groups: Mapping[str, GroupSpec]
    hostilities: Mapping[str, HostilitySpec]
    communities: Mapping[str, CommunitySpec]
    counterparts: Mapping[str, CounterpartSpec]
    patrons: Mapping[str, PatronSpec]
    red_lines: Mapping[str, LineSpec]
    information: Mapping[str, InformationSpec]
    standings: Mapping[str, StandingSpec]
    injects: Mapping[str, InjectSpec]
    decisions: Mapping[str, DecisionSpec]
    procedure: tuple[StepSpec, ...]
    standing_orders: tuple[StandingOrderSpec, ...]
    benchmarks: Mapping[str, BenchmarkSpec]
    doctrine: Doctrine
    parameters: Mapping[str, float]
    reading: Reading


def compile_scenario(
    scenario: Scenario,
    pattern: str | None = None,
    options: Mapping[str, str] | None = None,
    *,
    fictional: bool = False,
    doctrine: Doctrine | None = None,
) -> Blueprint:
    """Compile a checked scenario with a pattern and choices laid over it.

    Args:
        fictional: read names from the naming table's fictional column; nothing else differs.
        doctrine: the one that a record keeps; the shipped one if left out.

    Raises:
        ScenarioError: for an unknown pattern, option or choice.
    """
    # The compiler needs the schema, and with it pydantic; a worker that unpickles a blueprint does not.
    from sim.engine.compiling import compiled

    return compiled(scenario, pattern, options or {}, fictional=fictional, doctrine=doctrine)
