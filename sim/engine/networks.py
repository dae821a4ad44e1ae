"""Community alert networks, interpreters and surveys: how the mission comes to hear, and what it can tell (F34, O5).

A network of telephones and people who trust the mission grows with time and fades when nobody keeps it up. Those who
belong to it live there: they advise their neighbours, and they can be found out.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from sim.engine import kinds
from sim.engine.blueprint import InformationSpec
from sim.engine.chance import lognormal
from sim.engine.journal import EventId, fixed
from sim.engine.ticks import DAY, HOUR, MINUTE, Tick
from sim.scenario import values

if TYPE_CHECKING:
    from sim.engine.tasks import Task
    from sim.engine.world import World

ALERTS: Final = "alert-network"
RELIABILITY: Final = "C"
"""Neighbours who call: usually right, and seldom first-hand."""
MISSION, AUTHORITIES, NOBODY = "mission", "authorities", "nobody"


class Network:
    """What holds a place's telephones together: how far it reached, since when, and whether somebody tends it."""

    __slots__ = ("reach", "row", "since", "target", "tended")

    def __init__(self, row: EventId) -> None:
        self.reach = 0.0
        self.since: Tick = 0
        self.target = 0.0
        self.tended = 0
        self.row = row


class AlertNetworks:
    """Who tells the mission because the mission asked them to, and who understands them."""

    __slots__ = (
        "_addressed", "_addressed_far", "_advised", "_alerts", "_build_rate", "_by_mission", "_calm",
        "_delay", "_delay_sigma", "_error", "_fade_rate", "_heard", "_hired", "_near_km", "_networks", "_phones",
        "_protected", "_unheard", "_world",
    )  # fmt: skip

    def __init__(self, world: World) -> None:
        self._world = world
        value = world.parameters
        self._phones = value["networks.phone_share"]
        self._build_rate = 1.0 / (value["networks.build_hours"] * HOUR)
        self._fade_rate = math.log(2.0) / (value["networks.half_life_days"] * DAY)
        self._heard = value["networks.heard"]
        self._delay = value["networks.delay_minutes"]
        self._delay_sigma = value["networks.delay_sigma"]
        self._error = value["networks.error_sigma"]
        self._addressed = value["networks.addressed_share"]
        self._addressed_far = value["networks.addressed_far_share"]
        self._by_mission = value["networks.by_mission_share"]
        self._near_km = value["networks.near_km"]
        self._calm = value["networks.addressed_calm"]
        self._unheard = value["networks.unheard_trust"]
        self._networks: dict[str, Network] = {}
        self._hired: dict[str, float] = {}
        self._advised: dict[str, EventId] = {}
        self._protected: dict[str, int] = {}
        self._alerts: dict[str, int] = {}

    def begin(self) -> None:
        world = self._world
        world.tasks.provide("alert-network", begins=self._tend, ends=self._leave)
        world.tasks.provide("security-survey", completes=self._surveyed)
        world.tasks.provide("interpreters", completes=self._hire)
        world.tasks.provide("source-protection", begins=self._protect, ends=self._expose)
        world.truth.provide("interpreters", self._hired.get)
        world.truth.provide("network", lambda place: self.coverage(place) if place in self._networks else None)

    # What others ask

    def coverage(self, place: str) -> float:
        """The share of a place's people through whom an alarm would come, 0 to 1."""
        network = self._networks.get(place)
        return 0.0 if network is None else self._reach(network)

    def voice(self, place: str) -> InformationSpec | None:
        """The network as a source of its own, where the mission has built one."""
        network = self._networks.get(place)
        if network is None:
            return None
        rank = len(self._world.blueprint.information)
        delay = values.fixed(self._delay * MINUTE)
        return InformationSpec(
            f"{ALERTS}/{place}", rank, ALERTS, (place,), self._heard * self._reach(network), delay,
            RELIABILITY, ("joc",), self._error, True,
        )  # fmt: skip

    def delay(self, luck: str) -> Tick:
        """How long an alarm takes from the one who saw it to the one who can tell the mission."""
        return round(lognormal(self._world.chance.draw(f"{luck}/alarm", 1), self._delay, self._delay_sigma) * MINUTE)

    def interpreters(self, place: str) -> float:
        """The share of the local languages that those hired for a place speak; nothing where nobody was hired."""
        return self._hired.get(place, 0.0)

    def courage(self, place: str) -> float:
        """The share of staff from a place who come to work there: they have families in it, and are afraid (F34)."""
        return self._world.security.staff_present(place)

    def protects(self, place: str) -> float:
        """How far sources at a place are kept out of sight, at the price of what they say."""
        if not self._protected.get(place):
            return 0.0
        return self._world.parameters["response.protect_sources_cover"]

    def sheltered(self, place: str) -> float:
        """What is left of the harm of an attack where people know where to run and whom to warn."""
        if place not in self._advised and place not in self._networks:
            return 1.0
        share = 0.0
        if place in self._advised:
            share = self._world.parameters["response.security_survey_shelter"]
        warned = self.coverage(place) * self._world.parameters["response.alert_network_shelter"]
        return (1.0 - share) * (1.0 - warned)

    def alerted(self, place: str, row: EventId) -> None:
        """An alarm came from a place: somebody sees to it, the mission, the authorities, or nobody (O5)."""
        world = self._world
        self._alerts[place] = ordinal = self._alerts.get(place, 0) + 1
        near = self._somebody_near(place)
        share = self._addressed if near else self._addressed_far
        own = self._by_mission if near else 0.0
        odds = {MISSION: share * own, AUTHORITIES: share * (1.0 - own), NOBODY: 1.0 - share}
        taken = world.chance.choose(f"alert/{place}#{ordinal}", odds, causes=(row,))
        name = world.journal.name
        written = world.journal.write(kinds.ALERT, world.now, name(place), (taken.row,), name(taken.outcome))
        world.measures.count("alerts", 1, written)
        if taken.outcome == NOBODY:
            self._lose_trust(place, written)
            return
        world.measures.count("alerts_addressed", 1, written)
        if self.coverage(place):
            world.people.reassure(place, self._calm * self.coverage(place), written)

    def _somebody_near(self, place: str) -> bool:
        """Whether a unit of the mission stands within reach of a place."""
        km = self._world.places.km
        return any(
            unit.present and km(unit.place, place) <= self._near_km for unit in self._world.forces.units.values()
        )

    # What responses do

    def _tend(self, task: Task) -> None:
        network = self._networks.get(task.place)
        if network is None:
            network = self._networks[task.place] = Network(task.row)
        network.reach = self._reach(network)
        network.since = self._world.now
        network.tended += 1
        network.row = task.row
        network.target = self._phones * self._world.people.trust_of(task.place)
        self._write(task.place, network, task.row)

    def _leave(self, task: Task) -> None:
        network = self._networks[task.place]
        network.reach = self._reach(network)
        network.since = self._world.now
        network.tended = max(0, network.tended - 1)
        self._write(task.place, network, task.row)

    def _write(self, place: str, network: Network, row: EventId) -> None:
        world = self._world
        name = world.journal.name
        written = world.journal.write(kinds.NETWORK, world.now, name(place), (row,), fixed(network.reach))
        world.truth.changed(place, "network", written)

    def _reach(self, network: Network) -> float:
        """A closed form: towards the target while somebody tends it, fading when nobody does."""
        passed = self._world.now - network.since
        if network.tended:
            return network.target + (network.reach - network.target) * math.exp(-self._build_rate * passed)
        return network.reach * math.exp(-self._fade_rate * passed)

    def _surveyed(self, task: Task) -> None:
        """Exposed people, paths and doors are known now; those who live there are told where to run."""
        world = self._world
        name = world.journal.name
        exposed = sum(int(state.home) for state in world.people.living_at(task.place))
        row = world.journal.write(kinds.SURVEYED, world.now, name(task.place), (task.row,), exposed)
        self._advised[task.place] = row
        world.people.reassure(task.place, world.tasks.effect(task, "reassurance"), row)
        world.intelligence.tell(
            "survey-done", task.seat, ("joc", task.seat), row, values={"place": task.place, "people": exposed},
            facts=((task.place, "people", world.truth.value(task.place, "people") or 0),), grade="B2",
        )  # fmt: skip

    def _hire(self, task: Task) -> None:
        """Interpreters are found among those who live there: few, known to everybody, and soon afraid."""
        world = self._world
        name = world.journal.name
        spoken = world.tasks.effect(task, "languages")
        self._hired[task.place] = max(self._hired.get(task.place, 0.0), spoken)
        row = world.journal.write(kinds.HIRED, world.now, name(task.place), (task.row,), fixed(spoken))
        world.truth.changed(task.place, "interpreters", row)
        world.intelligence.tell(
            "interpreters-hired", task.seat, ("joc", task.seat), row, values={"place": task.place}, grade="A1"
        )
        world.intelligence.sources.exposed(task.place, task.name, row)

    def _protect(self, task: Task) -> None:
        self._protected[task.place] = self._protected.get(task.place, 0) + 1

    def _expose(self, task: Task) -> None:
        self._protected[task.place] -= 1

    def _lose_trust(self, place: str, row: EventId) -> None:
        for state in self._world.people.living_at(place):
            self._world.standing(state.trust.id, -self._unheard, (row,), "alert-unanswered")
