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
    """A place, unit, group, community, route or counterpart."""
    attribute: Id
    """Which of its attributes."""
    value: int | float | str | tuple[int, int]
    """The value as it is said; `[low, high]` for a range."""


class RumourEffect(Section):
    """Talk of an attack to come; with a chance it is so."""

    place: Id
    """The place that the talk is about."""
    true_with: Share = 0.3
    """The chance that it is so."""
    within: DurationDistribution
    """When the attack comes if the talk is true."""


class StandingEffect(Section):
    of: Id
    """The standing."""
    amount: Annotated[float, Field(strict=True, ge=-100.0, le=100.0)]
    """What it gains or loses."""


class AbsentEffect(Section):
    """A principal is away; an officer-in-charge hesitates."""

    seat: Id
    """Who is away."""
    hours: DurationDistribution
    """For how long."""


class PressureEffect(Section):
    """A counterpart presses a demand on the mission."""

    counterpart: Id
    """Who presses."""
    demand: Literal["no-camp", "entry", "quick-return"]
    """For what. Unanswered, it acts."""


class FearEffect(Section):
    place: Id
    """Where."""
    amount: float
    """Points of fear, 0 to 100."""


class ConductEffect(Section):
    """An allegation of misconduct against a member of a unit."""

    unit: Id
    """Whose member is accused."""


class LimitEffect(Section):
    """A contributor extends (positive) or cuts the time limit of a detached unit."""

    unit: Id
    """The detached unit."""
    hours: float
    """Hours more (or less)."""


class AgreementEffect(Section):
    """The elders of both sides agree, whatever the mission did."""

    hostility: Id
    """The fight that it ends."""
    clauses: tuple[Literal["women", "market", "road", "monitoring"], ...] = ()
    """What it contains besides the end of fighting."""


class ColumnEffect(Section):
    """A group sets out for a place; whether it goes through with it is its own choice on the way."""

    group: Id
    """The group."""
    toward: Id
    """The place."""
    share: Share = 0.5
    """Share of its fighters who go."""
    start: Id = ""
    """Where they set out: a path nobody watched, a camp nobody knew of; where the group is, if none is given."""


class CrowdEffect(Section):
    """People gather, angry, at a place."""

    place: Id
    """Where they gather."""
    people: NumberDistribution
    """How many."""
    against: Literal["mission", "authorities", "community"] = "mission"
    """Whom they are angry with."""


class DisinformationEffect(Section):
    """A false story goes round at a place; believed, it costs whoever it is about."""

    place: Id
    """Where it goes round."""
    about: Literal["mission", "attack", "poison", "partiality"] = "mission"
    """What it says: something of the mission, an attack to come, poisoned water, or whose side the mission is on."""
    reach: Share = 0.5
    """Share of the people there who hear it."""


class UnserviceableEffect(Section):
    """A unit's vehicles or aircraft fail."""

    unit: Id
    """The unit."""
    hours: DurationDistribution
    """For how long."""


class ObstructEffect(Section):
    """A counterpart shuts one of its gates for a time."""

    counterpart: Id
    """Who shuts it."""
    gate: Literal["flight", "convoy", "camp", "entry", "curfew"]
    """Which gate."""
    hours: DurationDistribution
    """For how long."""


class SupplyEffect(Section):
    """A group gains (positive) or loses days of supply."""

    group: Id
    """The group."""
    days: float
    """Days gained or lost."""


class MineEffect(Section):
    """A mine or bomb is found on a route."""

    between: tuple[Id, Id]
    """The two ends of the route."""
    share: Share = 0.2
    """Share of its length that is in doubt from now on."""


class Effect(Section):
    """What an inject does to the world besides saying something; exactly one key."""

    rumour: RumourEffect | None = None
    """Talk of an attack to come."""
    standing: StandingEffect | None = None
    """A standing moves."""
    absent: AbsentEffect | None = None
    """A principal is away."""
    dust: Duration | None = None
    """A dust storm closes the sky for this long."""
    pressure: PressureEffect | None = None
    """A counterpart presses a demand."""
    fear: FearEffect | None = None
    """People grow more afraid, or less."""
    conduct: ConductEffect | None = None
    """An allegation of misconduct."""
    limit: LimitEffect | None = None
    """A time limit is changed."""
    agreement: AgreementEffect | None = None
    """The elders agree."""
    column: ColumnEffect | None = None
    """A group sets out."""
    crowd: CrowdEffect | None = None
    """A crowd gathers."""
    disinformation: DisinformationEffect | None = None
    """A false story goes round."""
    unserviceable: UnserviceableEffect | None = None
    """Vehicles or aircraft fail."""
    obstruct: ObstructEffect | None = None
    """A gate is shut."""
    supply: SupplyEffect | None = None
    """A group is supplied, or runs short."""
    mine: MineEffect | None = None
    """A mine is found."""


class Inject(Section):
    """An event of the exercise: timed, conditional or from the pool."""

    storyline: Id = ""
    """The thread it belongs to; facilitators drop whole threads."""
    title: Text = ""
    """For the facilitator's list."""
    at: Moment | DurationDistribution | None = None
    """When it comes, if it is timed."""
    when: Condition | None = None
    """What must be true in the world, told or not, if it is conditional."""
    pool: bool = False
    """It comes only when control fires it."""
    delay: DurationDistribution | None = None
    """How long after its `when` it comes."""
    repeat: bool = False
    """Whether it may come again."""
    sender: Id = Field(alias="from")
    """Who speaks; written `from`."""
    to: tuple[Id, ...]
    """Seats it reaches."""
    means: Literal["phone", "radio", "letter", "visit", "email", "press", "message"] = "message"
    """How it reaches them."""
    text: Text
    """What is said."""
    grade: Annotated[str, Field(pattern=r"^[A-F][1-6]$")] = "C3"
    """How the source and the item are graded, A to F and 1 to 6."""
    urgent: bool = False
    """Whether it interrupts."""
    expect: Text = ""
    """What a good team would do: for the facilitator and the review."""
    objective: Id = ""
    """The training objective it serves, in a word of your own."""
    control_note: Text = ""
    """For control only."""
    cue: Text = ""
    """The question the facilitator asks the room."""
    facts: tuple[Reported, ...] = ()
    """What it says in figures and words that pictures and conditions can read."""
    effects: tuple[Effect, ...] = ()
    """What it does to the world."""


class OrderAction(Section):
    seat: Id = ""
    """Who orders. Where nobody is named it is the head of the unit's component, whosever rule this is; for office work
    the seat of the rule or decision if its role may do it, else the first seat whose role may."""
    action: Id
    """The response of the catalogue."""
    unit: Id = ""
    """Who carries it out; nobody for work of an office."""
    place: Id = ""
    """Where."""
    target: Id = ""
    """Whom or what it is addressed to, where the response asks for it."""
    options: tuple[Id, ...] = ()
    """Options of the response."""
    hours: float = 0.0
    """How many hours; the response's own time where none is given."""


class RequestAction(Section):
    seat: Id = ""
    """Who asks; the seat of the decision or rule where nobody is named."""
    to: Id
    """Who is asked."""
    action: Id
    """The response of the catalogue."""
    unit: Id = ""
    """The unit meant, if one is."""
    place: Id = ""
    """Where."""
    target: Id = ""
    """Whom or what it is addressed to."""


class DirectionAction(Section):
    seat: Id = ""
    """Who directs; only a head of mission can."""
    lead: Id
    """Who turns it into orders."""
    action: Id
    """The response of the catalogue."""
    place: Id = ""
    """Where."""
    by_hours: float = 0.0
    """By when, in hours."""
    delegate: bool = False
    """The decision is left to the lead from now on; reserved means are released."""
    target: Id = ""
    """Against whom, where a reserved means is released for one of them only."""


class LeversAction(Section):
    seat: Id = ""
    """Who speaks with the contingent; the head of the component where nobody is named."""
    unit: Id = ""
    """The objecting unit; the latest objection where none is named."""
    levers: tuple[Id, ...] = ()
    """What is offered, from the catalogue of levers."""
    ask: bool = False
    """Ask what it would take."""
    hours: float = 0.0
    """A time limit, where one is offered."""
    offer: Id = ""
    """Another unit, where one is offered."""


class AnswerAction(Section):
    seat: Id = ""
    """Who answers."""
    decision: Id
    """The decision."""
    option: Id
    """The option taken."""


class SubmitAction(Section):
    seat: Id = ""
    """Who hands it in."""
    to: Id
    """Who receives it."""
    product: Id
    """What it is, in a word of your own such as flash-report, sitrep, special-incident-report or code-cable."""
    about: Id = ""
    """The place, group or unit it is about."""


class Action(Section):
    """One input, as a scenario writes it; exactly one key."""

    order: OrderAction | None = None
    """An order to a unit, or work of an office."""
    request: RequestAction | None = None
    """A request across components."""
    direction: DirectionAction | None = None
    """A direction of the head of mission."""
    levers: LeversAction | None = None
    """What is offered to a contingent that objects."""
    answer: AnswerAction | None = None
    """An answer to a decision."""
    submit: SubmitAction | None = None
    """A product that is handed in."""


class Option(Section):
    """One way to decide."""

    label: Text
    """What stands on the button."""
    text: Text = ""
    """What it means, in a sentence."""
    do: tuple[Action, ...] = ()
    """What is done when it is taken."""
    touches: dict[Id, Annotated[float, Field(strict=True, ge=-1.0, le=1.0)]] = Field(default_factory=dict)
    """Poles that the option pulls at, -1 to 1, in words of your own: protect-civilians, consent, safety-of-personnel,
    impartiality. Those below 0 are shown beside it as what it costs. One is read by the model: delegation, by which
    commanders on the spot see whether they are trusted."""


class Decision(Section):
    """A question with a time box. Silence is an answer: ``otherwise``."""

    title: Text
    """The question."""
    text: Text = ""
    """What the one who decides is told."""
    when: Condition
    """When it opens: by what the seat that decides has been told; by the world only where a `standing` is asked for."""
    to: Id
    """Who decides."""
    within: Duration
    """The time box."""
    options: dict[Id, Option]
    """The ways to decide; by id."""
    otherwise: Id
    """The option that silence takes."""
    considerations: tuple[Text, ...] = ()
    """What pulls either way, a sentence each."""
    known: tuple[tuple[Id, Id], ...] = ()
    """Facts (subject, attribute) shown beside it as known or unknown."""


class Step(Section):
    """A step of the mission's own crisis procedure."""

    id: Id
    """Its name."""
    title: Text
    """What is to be done."""
    owner: Id
    """The seat whose step it is."""
    within: Duration
    """The standard: time from the first urgent report."""
    evidence: Condition
    """What shows that it was done."""


class StandingOrder(Section):
    """A rule of the policy that plays a seat: data, first match, over what that seat knows."""

    seat: Id
    """Whose rule it is."""
    when: Condition
    """What the seat's picture must show: what it has been told, late and roughly. A clock (`after`) needs no report."""
    do: tuple[Action, ...]
    """What it then does."""
    within: DurationDistribution | None = None
    """How long it takes over it."""
    repeat: Duration = 0
    """Earliest repetition, while the picture still shows it; none means once in the whole run."""


class Benchmark(Section):
    """A condition on the world by which the exercise is judged."""

    label: Text
    """What people read."""
    when: Condition
    """What must be true in the world."""
