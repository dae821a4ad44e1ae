"""What happens and what is decided, as an author writes it: injects, decisions, procedure, standing orders."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.scenario.annotations import Duration, DurationDistribution, Id, Moment, NumberDistribution, Text
from sim.scenario.conditions import Condition
from sim.scenario.section import Section, Share


class Reported(Section):
    """A fact that an inject reports, true or not."""

    subject: Id
    attribute: Id
    value: int | float | str | tuple[int, int]


class RumourEffect(Section):
    """Talk of an attack to come; with a chance it is so."""

    place: Id
    true_with: Share = 0.3
    within: DurationDistribution
    """When the attack comes if the talk is true."""


class StandingEffect(Section):
    of: Id
    amount: Annotated[float, Field(strict=True, ge=-100.0, le=100.0)]


class AbsentEffect(Section):
    """A principal is away; an officer-in-charge hesitates."""

    seat: Id
    hours: DurationDistribution


class PressureEffect(Section):
    """A counterpart presses a demand on the mission."""

    counterpart: Id
    demand: Literal["no-camp", "entry", "quick-return"]


class FearEffect(Section):
    place: Id
    amount: float


class ConductEffect(Section):
    """An allegation of misconduct against a member of a unit."""

    unit: Id


class LimitEffect(Section):
    """A contributor extends (positive) or cuts the time limit of a detached unit."""

    unit: Id
    hours: float


class AgreementEffect(Section):
    """The elders of both sides agree, whatever the mission did."""

    hostility: Id
    clauses: tuple[Literal["women", "market", "road", "monitoring"], ...] = ()


class ColumnEffect(Section):
    """A group sets out for a place; whether it goes through with it is its own choice on the way."""

    group: Id
    toward: Id
    share: Share = 0.5
    """Share of its fighters who go."""


class CrowdEffect(Section):
    """People gather, angry, at a place."""

    place: Id
    people: NumberDistribution
    against: Literal["mission", "authorities", "community"] = "mission"


class DisinformationEffect(Section):
    """A false story goes round at a place; believed, it costs whoever it is about."""

    place: Id
    about: Literal["mission", "attack", "poison", "partiality"] = "mission"
    reach: Share = 0.5
    """Share of the people there who hear it."""


class UnserviceableEffect(Section):
    """A unit's vehicles or aircraft fail."""

    unit: Id
    hours: DurationDistribution


class ObstructEffect(Section):
    """A counterpart shuts one of its gates for a time."""

    counterpart: Id
    gate: Literal["flight", "convoy", "camp", "entry", "curfew"]
    hours: DurationDistribution


class SupplyEffect(Section):
    """A group gains (positive) or loses days of supply."""

    group: Id
    days: float


class MineEffect(Section):
    """A mine or bomb is found on a route."""

    between: tuple[Id, Id]
    share: Share = 0.2
    """Share of its length that is in doubt from now on."""


class Effect(Section):
    """What an inject does to the world besides saying something; exactly one key."""

    rumour: RumourEffect | None = None
    standing: StandingEffect | None = None
    absent: AbsentEffect | None = None
    dust: Duration | None = None
    pressure: PressureEffect | None = None
    fear: FearEffect | None = None
    conduct: ConductEffect | None = None
    limit: LimitEffect | None = None
    agreement: AgreementEffect | None = None
    column: ColumnEffect | None = None
    crowd: CrowdEffect | None = None
    disinformation: DisinformationEffect | None = None
    unserviceable: UnserviceableEffect | None = None
    obstruct: ObstructEffect | None = None
    supply: SupplyEffect | None = None
    mine: MineEffect | None = None


class Inject(Section):
    """An event of the exercise: timed, conditional or from the pool."""

    storyline: Id = ""
    title: Text = ""
    at: Moment | DurationDistribution | None = None
    when: Condition | None = None
    pool: bool = False
    delay: DurationDistribution | None = None
    repeat: bool = False
    sender: Id = Field(alias="from")
    to: tuple[Id, ...]
    means: Literal["phone", "radio", "letter", "visit", "email", "press", "message"] = "message"
    text: Text
    grade: Annotated[str, Field(pattern=r"^[A-F][1-6]$")] = "C3"
    urgent: bool = False
    expect: Text = ""
    objective: Id = ""
    control_note: Text = ""
    cue: Text = ""
    """The question the facilitator asks the room."""
    facts: tuple[Reported, ...] = ()
    effects: tuple[Effect, ...] = ()


class OrderAction(Section):
    seat: Id = ""
    action: Id
    unit: Id = ""
    place: Id = ""
    target: Id = ""
    options: tuple[Id, ...] = ()
    hours: float = 0.0


class RequestAction(Section):
    seat: Id = ""
    to: Id
    action: Id
    unit: Id = ""
    place: Id = ""
    target: Id = ""


class DirectionAction(Section):
    seat: Id = ""
    lead: Id
    action: Id
    place: Id = ""
    by_hours: float = 0.0
    delegate: bool = False


class LeversAction(Section):
    seat: Id = ""
    unit: Id = ""
    """The objecting unit; the latest objection where none is named."""
    levers: tuple[Id, ...] = ()
    ask: bool = False
    hours: float = 0.0
    offer: Id = ""


class AnswerAction(Section):
    seat: Id = ""
    decision: Id
    option: Id


class SubmitAction(Section):
    seat: Id = ""
    to: Id
    product: Id
    about: Id = ""


class Action(Section):
    """One input, as a scenario writes it; exactly one key."""

    order: OrderAction | None = None
    request: RequestAction | None = None
    direction: DirectionAction | None = None
    levers: LeversAction | None = None
    answer: AnswerAction | None = None
    submit: SubmitAction | None = None


class Option(Section):
    """One way to decide."""

    label: Text
    text: Text = ""
    do: tuple[Action, ...] = ()
    touches: dict[Id, Annotated[float, Field(strict=True, ge=-1.0, le=1.0)]] = Field(default_factory=dict)
    """Poles that the option pulls at, -1 to 1."""


class Decision(Section):
    """A question with a time box. Silence is an answer: ``otherwise``."""

    title: Text
    text: Text = ""
    when: Condition
    to: Id
    within: Duration
    options: dict[Id, Option]
    otherwise: Id
    considerations: tuple[Text, ...] = ()
    known: tuple[tuple[Id, Id], ...] = ()
    """Facts (subject, attribute) shown beside it as known or unknown."""


class Step(Section):
    """A step of the mission's own crisis procedure."""

    id: Id
    title: Text
    owner: Id
    within: Duration
    evidence: Condition


class StandingOrder(Section):
    """A rule of the policy that plays a seat: data, first match, over what that seat knows."""

    seat: Id
    when: Condition
    do: tuple[Action, ...]
    within: DurationDistribution | None = None
    repeat: Duration = 0
    """Earliest repetition; none means once."""


class Benchmark(Section):
    """A condition on the world by which the exercise is judged."""

    label: Text
    when: Condition
