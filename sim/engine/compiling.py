"""From a checked scenario to a blueprint: ticks for times, routes measured, chains of command resolved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sim.doctrine import Doctrine, load_doctrine
from sim.engine import inputs
from sim.engine.blueprint import (
    BenchmarkSpec,
    Blueprint,
    CaveatSpec,
    CommunitySpec,
    ContributorSpec,
    CounterpartSpec,
    DecisionSpec,
    EffectSpec,
    GroupSpec,
    HostilitySpec,
    InformationSpec,
    InjectSpec,
    LineSpec,
    OptionSpec,
    PatronSpec,
    PlaceSpec,
    Reading,
    RouteSpec,
    SeatSpec,
    SiteSpec,
    StandingOrderSpec,
    StandingSpec,
    StepSpec,
    UnitSpec,
)
from sim.engine.inputs import Input
from sim.engine.places import bearing_to, great_circle_km
from sim.engine.roads import measure
from sim.engine.ticks import HOUR, MINUTE, Tick
from sim.scenario.values import Distribution, Moment, fixed

if TYPE_CHECKING:
    from sim.scenario import Scenario, schema


def compiled(
    scenario: Scenario,
    pattern: str | None,
    options: Mapping[str, str],
    *,
    fictional: bool = False,
    doctrine: Doctrine | None = None,
) -> Blueprint:
    """Lay pattern and options over a scenario and compile the whole."""
    whole = scenario.resolve(pattern, options)
    doctrine = load_doctrine() if doctrine is None else doctrine
    if whole.doctrine:
        doctrine = doctrine.with_overrides(whole.doctrine)
    return _Compiler(whole, doctrine).blueprint(pattern or "", fictional)


class _Compiler:
    """One compilation."""

    def __init__(self, scenario: Scenario, doctrine: Doctrine) -> None:
        self.scenario = scenario
        self.doctrine = doctrine
        self.start = scenario.start
        self.places = self._places()
        self.heads = self._heads()

    def blueprint(self, pattern: str, fictional: bool) -> Blueprint:
        scenario = self.scenario
        clock = self.start.hour * HOUR + self.start.minute * MINUTE
        routes = self._routes()
        detour = scenario.mission.road_detour
        return Blueprint(
            name=scenario.name,
            pattern=pattern,
            options=dict(scenario.chosen),
            start=self.start,
            duration=scenario.duration,
            epilogue=scenario.epilogue,
            marks=tuple(scenario.epilogue_marks),
            sunrise=_clock(scenario.mission.sunrise),
            sunset=_clock(scenario.mission.sunset),
            first_midnight=-clock,
            season=scenario.mission.season,
            rains=scenario.mission.rains,
            road_detour=detour,
            roads=measure(self.places, routes, detour),
            headquarters=scenario.mission.headquarters,
            mandate_tasks=scenario.mandate.tasks,
            seats=self._seats(),
            places=self.places,
            routes=routes,
            contributors=self._contributors(),
            units=self._units(),
            groups=self._groups(),
            hostilities={
                id_: HostilitySpec(id_, rank, one.place, one.parties, one.onset, one.intensity)
                for rank, (id_, one) in enumerate(scenario.hostilities.items())
            },
            communities={
                id_: CommunitySpec(
                    id_, rank, one.place, one.people, one.fear, one.trust, dict(one.kin), one.children, one.women,
                    one.threatened_by,
                )
                for rank, (id_, one) in enumerate(scenario.communities.items())
            },
            counterparts={
                id_: CounterpartSpec(
                    id_, rank, one.kind, one.at, one.consent, one.consent if one.base is None else one.base,
                    tuple(one.gates), one.forces, one.obstructs_per_day,
                )
                for rank, (id_, one) in enumerate(scenario.counterparts.items())
            },
            patrons={
                id_: PatronSpec(id_, rank, dict(one.over), one.listens)
                for rank, (id_, one) in enumerate(scenario.patrons.items())
            },
            red_lines={
                id_: LineSpec(
                    id_, rank, one.around, one.km, one.groups or tuple(scenario.groups), one.trigger, one.consequence,
                    one.exceptions, one.announced,
                )
                for rank, (id_, one) in enumerate(scenario.red_lines.items())
            },
            information={
                id_: InformationSpec(
                    id_, rank, one.kind, one.places, one.detects, one.delay, one.reliability, one.to, one.error,
                    one.at_risk,
                )
                for rank, (id_, one) in enumerate(scenario.information.items())
            },
            standings={
                id_: StandingSpec(id_, one.value, one.value if one.base is None else one.base, one.half_life)
                for id_, one in scenario.standings.items()
            },
            injects=self._injects(),
            decisions=self._decisions(),
            procedure=tuple(
                StepSpec(one.id, one.title, one.owner, one.within, one.evidence.compile(self.start))
                for one in scenario.procedure
            ),
            standing_orders=self._standing_orders(),
            benchmarks={
                id_: BenchmarkSpec(id_, one.label, one.when.compile(self.start))
                for id_, one in scenario.benchmarks.items()
            },
            doctrine=self.doctrine,
            parameters={id_: one.value for id_, one in self.doctrine.parameters.items()},
            reading=self._reading(fictional),
        )  # fmt: skip

    # The map

    def _places(self) -> dict[str, PlaceSpec]:
        made: dict[str, PlaceSpec] = {}
        for rank, (id_, one) in enumerate(self.scenario.places.items()):
            latitude, longitude = self._position(id_, one, ())
            site = None
            if one.site is not None:
                site = SiteSpec(**one.site.model_dump())
            made[id_] = PlaceSpec(
                id_,
                rank,
                one.kind,
                latitude,
                longitude,
                one.rank,
                site,
                one.hospital,
                one.threat_per_day,
                one.people,
                one.aid_from,
                one.aid_days,
            )
        return made

    def _position(self, id_: str, one: schema.Place, seen: tuple[str, ...]) -> tuple[float, float]:
        if one.at is not None:
            return one.at
        if one.near not in self.scenario.places or one.near in seen:
            return (0.0, 0.0)
        origin = self._position(one.near, self.scenario.places[one.near], (*seen, id_))
        return bearing_to(*origin, one.bearing, one.km)

    def _routes(self) -> dict[str, RouteSpec]:
        made: dict[str, RouteSpec] = {}
        for rank, one in enumerate(self.scenario.routes):
            a, b = one.between
            start, end = self.places[a], self.places[b]
            path = (
                (start.latitude, start.longitude),
                *((point[0], point[1]) for point in one.via),
                (end.latitude, end.longitude),
            )
            km = one.km
            if km is None:
                straight = great_circle_km(start.latitude, start.longitude, end.latitude, end.longitude)
                km = straight * self.scenario.mission.road_detour
            id_ = f"{a}--{b}"
            made[id_] = RouteSpec(
                id_, rank, a, b, one.surface, km, path, one.checkpoints, one.held_by, one.mined,
                one.closed_in_rains, one.blocked_by,
            )  # fmt: skip
        return made

    # The mission

    def _seats(self) -> dict[str, SeatSpec]:
        return {
            id_: SeatSpec(
                id_, rank, one.role, one.title or self.doctrine.roles[one.role].title, one.level, one.at, one.under,
                one.playable,
            )
            for rank, (id_, one) in enumerate(self.scenario.seats.items())
        }  # fmt: skip

    def _heads(self) -> dict[str, str]:
        """The mission-level seat that commands each component: the first in the scenario's order."""
        heads: dict[str, str] = {}
        for id_, seat in self.scenario.seats.items():
            if seat.level == "mission":
                for component in self.doctrine.roles[seat.role].commands:
                    heads.setdefault(component, id_)
        return heads

    def _contributors(self) -> dict[str, ContributorSpec]:
        made: dict[str, ContributorSpec] = {}
        for rank, (id_, one) in enumerate(self.scenario.contributors.items()):
            caveats = tuple(CaveatSpec(**caveat.model_dump()) for caveat in one.caveats)
            made[id_] = ContributorSpec(id_, rank, one.kind, one.office_hours, caveats, one.unknown_caveat)
        return made

    def _units(self) -> dict[str, UnitSpec]:
        made: dict[str, UnitSpec] = {}
        for rank, (id_, one) in enumerate(self.scenario.units.items()):
            type_ = self.doctrine.unit_types[one.type]
            parent = id_.rpartition("/")[0]
            made[id_] = UnitSpec(
                id=id_,
                rank=rank,
                type=one.type,
                component=type_.component,
                contributor=one.contributor,
                parent=parent if parent in self.scenario.units else "",
                at=one.at,
                under=one.under,
                controller=self.heads.get(type_.component, ""),
                posture=one.posture,
                strength=one.strength or type_.strength,
                vehicles=one.vehicles or type_.vehicles,
                mindset=one.mindset,
                clarity=one.clarity,
                protects=one.protects,
                languages=one.languages,
                days_in_theatre=one.days_in_theatre,
                supply_days=one.supply_days,
            )
        return made

    def _groups(self) -> dict[str, GroupSpec]:
        return {
            id_: GroupSpec(
                id_, rank, one.kind, one.home, one.strength, one.community, one.enemies, one.cohesion, one.aggression,
                one.talks, one.respects, dict(one.options), one.process, one.holds, dict(one.aims), one.allies,
                one.under, one.commanders, one.supply_days, one.supplied_from, one.recruits_per_day,
                one.gathers,
            )
            for rank, (id_, one) in enumerate(self.scenario.groups.items())
        }  # fmt: skip

    # The exercise

    def _injects(self) -> dict[str, InjectSpec]:
        made: dict[str, InjectSpec] = {}
        for rank, (id_, one) in enumerate(self.scenario.injects.items()):
            made[id_] = InjectSpec(
                id=id_,
                rank=rank,
                title=one.title,
                storyline=one.storyline,
                at=self._when(one.at),
                when=one.when.compile(self.start) if one.when is not None else None,
                pool=one.pool,
                delay=one.delay,
                repeat=one.repeat,
                sender=one.sender,
                to=one.to,
                means=one.means,
                text=one.text,
                grade=one.grade,
                urgent=one.urgent,
                objective=one.objective,
                facts=tuple((fact.subject, fact.attribute, fact.value) for fact in one.facts),
                effects=tuple(self._effect(effect) for effect in one.effects),
            )
        return made

    def _when(self, at: Moment | Distribution | None) -> Distribution | None:
        if isinstance(at, Moment):
            return fixed(at.ticks(self.start))
        return at

    def _effect(self, effect: schema.Effect) -> EffectSpec:
        (kind,) = effect.model_fields_set
        value = getattr(effect, kind)
        if isinstance(value, int):
            return EffectSpec(kind, {"ticks": value})
        return EffectSpec(kind, {name: getattr(value, name) for name in type(value).model_fields})

    def _decisions(self) -> dict[str, DecisionSpec]:
        made: dict[str, DecisionSpec] = {}
        for rank, (id_, one) in enumerate(self.scenario.decisions.items()):
            options = {
                name: OptionSpec(
                    name, option.label, option.text, tuple(self._input(action, one.to) for action in option.do),
                    dict(option.touches),
                )
                for name, option in one.options.items()
            }  # fmt: skip
            made[id_] = DecisionSpec(
                id_, rank, one.title, one.text, one.when.compile(self.start), one.to, one.within, options,
                one.otherwise, one.considerations, one.known,
            )  # fmt: skip
        return made

    def _standing_orders(self) -> tuple[StandingOrderSpec, ...]:
        return tuple(
            StandingOrderSpec(
                id_, rank, one.seat, one.when.compile(self.start),
                tuple(self._input(action, one.seat) for action in one.do), one.within, one.repeat,
            )
            for rank, (id_, one) in enumerate(self.scenario.standing_orders.items())
        )  # fmt: skip

    def _input(self, action: schema.Action, seat: str) -> Input:
        """The input an action stands for; an order goes by the seat that may give it."""
        if action.order is not None:
            order = action.order
            by = order.seat or self._orderer(order.unit, order.action, seat)
            return inputs.Order(by, order.action, order.unit, order.place, order.target, order.options, order.hours)
        if action.request is not None:
            request = action.request
            return inputs.Request(
                request.seat or seat, request.to, request.action, request.unit, request.place, request.target
            )
        if action.direction is not None:
            direction = action.direction
            return inputs.Direction(
                direction.seat or seat, direction.lead, direction.action, direction.place,
                by_hours=direction.by_hours, delegate=direction.delegate, target=direction.target,
            )  # fmt: skip
        if action.levers is not None:
            levers = action.levers
            by = levers.seat or self._orderer(levers.unit, "", seat)
            return inputs.Levers(by, levers.unit, levers.levers, levers.ask, levers.hours, levers.offer)
        if action.answer is not None:
            return inputs.Answer(action.answer.seat or seat, action.answer.decision, action.answer.option)
        assert action.submit is not None
        submit = action.submit
        return inputs.Submit(submit.seat or seat, submit.to, submit.product, about=submit.about)

    def _orderer(self, unit: str, action: str, seat: str) -> str:
        """Who must give it: the head of the unit's component, or a seat whose office does it."""
        if unit in self.scenario.units:
            component = self.doctrine.unit_types[self.scenario.units[unit].type].component
            return self.heads.get(component, seat)
        response = self.doctrine.responses.get(action)
        if response is None or response.performed_by != "office":
            return seat
        if self.scenario.seats[seat].role in response.issued_by:
            return seat
        for id_, one in self.scenario.seats.items():
            if one.role in response.issued_by:
                return id_
        return seat

    # Texts

    def _reading(self, fictional: bool) -> Reading:
        scenario = self.scenario
        naming = scenario.naming
        names = dict(naming.names)
        if fictional:
            names.update(naming.fictional)
        for id_, seat in scenario.seats.items():
            names.setdefault(id_, seat.title or self.doctrine.roles[seat.role].title)
        return Reading(
            title=scenario.title,
            summary=scenario.summary,
            mission=scenario.mission.name,
            mandate=scenario.mandate.text,
            force=scenario.mandate.force,
            warning=scenario.warning,
            readahead=tuple((one.title, one.text, one.seats) for one in scenario.readahead),
            sources=tuple((one.title, one.note) for one in scenario.sources),
            names=names,
            presses_for={id_: one.presses_for for id_, one in scenario.counterparts.items()},
            measures=scenario.measures,
        )


def _clock(text: str) -> Tick:
    hours, _, minutes = text.partition(":")
    return int(hours) * HOUR + int(minutes) * MINUTE
