"""Speaking terms with one group: what it asks, what it is offered, whether it leaves (D10, S1 4.4).

One conversation for each group, over rounds. Spoilers stand on three axes: those inside the process settle, those who
live off the war bargain for a price and test what they can take meanwhile, and those outside who will not talk refuse.
What presses a group at the table is what presses it anyway: a response it expects, a line it was told of, a patron, an
empty store, losses. Terms make an agreement easier or harder to have, and decide what comes of it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from sim.engine import kinds
from sim.engine.campaigning import PROBE
from sim.engine.choosing import INTIMIDATE, LOOT, RAID, quantal_response
from sim.engine.departures import Departures
from sim.engine.journal import EventId, fixed, grain
from sim.engine.ledger import HIGHEST
from sim.engine.ticks import Tick, from_hours

if TYPE_CHECKING:
    from sim.engine.armed_group import GroupState
    from sim.engine.tasks import Task
    from sim.engine.world import World

NONE, TALKING, OFFERED, AGREED, LEAVING, LEFT, REFUSED = (
    "none", "talking", "offered", "agreed", "leaving", "left", "refused",
)  # fmt: skip
DEPARTURE, DISARM, FAMILIES = "departure", "disarm", "families-protected"
NO_ESCORT, WARNED, ACCOUNTABILITY = "no-escort", "receiving-area-warned", "accountability-kept"
TERMS: Final = (DEPARTURE, DISARM, FAMILIES, NO_ESCORT, WARNED, ACCOUNTABILITY)
SETTLED: Final = (AGREED, LEAVING, LEFT)
TELLS: Final = ("head-of-mission", "deputy-political", "joc")


class Conversation:
    """Where things stand with one group."""

    __slots__ = (
        "agreed", "cooled", "demand", "group", "heard_at", "heard_from", "heard_terms", "place", "progress", "rounds",
        "row", "stage", "terms",
    )  # fmt: skip

    def __init__(self, group: GroupState) -> None:
        self.group = group
        self.stage = NONE
        self.rounds = 0
        self.progress = 0.0
        """What earlier rounds have brought, in utility."""
        self.demand = 0.0
        """The price it asks beside the terms, in utility; only who lives off the war asks for one."""
        self.terms: tuple[str, ...] = ()
        self.place = ""
        self.row: EventId = 0
        self.agreed: EventId = 0
        self.cooled: Tick = 0
        """Until when there is nothing to be had from it after a refusal."""
        self.heard_from = ""
        self.heard_terms: tuple[str, ...] = ()
        self.heard_at: Tick = -1


class Bargaining:
    """All conversations with armed groups about themselves."""

    __slots__ = (
        "_bargain",
        "_base",
        "_cooling",
        "_demand",
        "_demand_most",
        "_demand_step",
        "_departures",
        "_impunity",
        "_losses",
        "_patron",
        "_persuaded",
        "_precedent",
        "_press_line",
        "_press_seen",
        "_price",
        "_process",
        "_progress",
        "_sharpness",
        "_talks",
        "_term",
        "_test_gain",
        "_total",
        "_total_below",
        "_want",
        "_window",
        "_world",
        "conversations",
        "precedents",
    )  # fmt: skip

    def __init__(self, world: World) -> None:
        self._world = world
        value = world.parameters
        self._sharpness = value["groups.sharpness"]
        self._base = value["bargaining.base"]
        self._talks = value["bargaining.talks_weight"]
        self._process = {
            "inside": value["bargaining.inside"],
            "outside": value["bargaining.outside"],
            "profit": value["bargaining.profit"],
        }
        self._total = value["bargaining.total_spoiler"]
        self._total_below = value["bargaining.total_below"]
        self._progress = value["bargaining.progress_per_round"]
        self._demand = value["bargaining.demand"]
        self._demand_step = value["bargaining.demand_step"]
        self._demand_most = value["bargaining.demand_most"]
        self._price = value["bargaining.price_legitimacy"]
        self._precedent = value["bargaining.precedent"]
        self._impunity = value["bargaining.impunity_legitimacy"]
        self._bargain = value["bargaining.bargain_gain"]
        self._test_gain = value["bargaining.test_gain"]
        self._press_seen = value["bargaining.press_response"]
        self._press_line = value["bargaining.press_line"]
        self._patron = value["bargaining.press_patron"]
        self._want = value["bargaining.press_want"]
        self._losses = value["bargaining.press_losses"]
        self._cooling = from_hours(value["bargaining.cooling_hours"])
        self._window = from_hours(value["talks.contradiction_window_hours"])
        self._persuaded = value["bargaining.settled_persuasion"]
        self._term: Mapping[str, float] = {
            DEPARTURE: value["bargaining.accepts_departure"],
            DISARM: value["bargaining.accepts_disarm"],
            FAMILIES: value["bargaining.accepts_families"],
            NO_ESCORT: value["bargaining.accepts_no_escort"],
            WARNED: value["bargaining.accepts_warned"],
            ACCOUNTABILITY: value["bargaining.accepts_accountability"],
        }
        self.precedents = 0
        """Prices paid and crimes let pass: what others have learned to ask for."""
        self.conversations: dict[str, Conversation] = {}
        self._departures = Departures(world, self)

    def begin(self) -> None:
        world = self._world
        self.conversations = {id_: Conversation(group) for id_, group in world.groups.state.items()}
        world.tasks.provide("bargaining", completes=self.negotiated)
        world.truth.provide("terms", self._truth_terms)

    # What others ask

    def stage(self, group: str) -> str:
        return self.conversations[group].stage

    def disarming(self, group: GroupState) -> bool:
        """It has agreed to give up its arms, and has not broken its word."""
        conversation = self.conversations.get(group.id)
        return conversation is not None and conversation.stage in SETTLED and DISARM in conversation.terms

    def can_open(self, group: GroupState) -> bool:
        """Whether the group could ask for talks: nobody talks with it yet, and it has not just refused."""
        conversation = self.conversations[group.id]
        return conversation.stage in (NONE, REFUSED) and self._world.now >= conversation.cooled

    def pressure(self, group: GroupState, place: str) -> float:
        """What presses a group to settle now, in utility."""
        world = self._world
        where = group.at or place or group.spec.home
        seen = self._press_seen * world.deterrence.perceived(group, where, battle=True)
        line = self._press_line * self._line(group, where)
        patron = self._patron * world.patrons.pressure(group.id)
        want = self._want * world.manpower.want(group)
        return seen + line + patron + want + self._losses * group.lost()

    def _line(self, group: GroupState, place: str) -> float:
        """How clearly it was told where the mission will not give way."""
        bound = self._world.red_lines.binding(group.id, place)
        if bound or self._world.deterrence.announced(group.id) is None:
            return bound
        return self._world.deterrence.communication(group.id, place)

    # Talking

    def opened(self, group: GroupState, row: EventId) -> None:
        """The group sends word that it would talk."""
        conversation = self.conversations[group.id]
        self._stage(conversation, TALKING, (row,))
        self._tell("group-asks-for-talks", conversation, TELLS)

    def negotiated(self, task: Task) -> None:
        """A round with a group is over: it agrees, bargains on, or refuses."""
        world = self._world
        conversation = self.conversations.get(task.target)
        if conversation is None or conversation.stage in SETTLED:
            return
        if self._two_voices(conversation, task):
            return
        group = conversation.group
        conversation.rounds += 1
        conversation.place = task.place or group.at or group.spec.home
        if group.spec.process == "profit" and conversation.rounds == 1:
            conversation.demand = grain(min(self._demand_most, self._demand + self._precedent * self.precedents))
        odds, terms = self.odds(conversation, task.options)
        row = self._stage(conversation, TALKING, (task.row,))
        choice = world.chance.choose(
            f"bargaining/{group.id}/round#{conversation.rounds}", odds, causes=self._pressing(group, row), terms=terms
        )
        match choice.outcome:
            case "agrees":
                self.agree(conversation, tuple(term for term in TERMS if term in task.options), choice.row)
            case "bargains":
                self._bargains(conversation, task, choice.row)
            case _:
                self._refuses(conversation, task, choice.row)

    def odds(self, conversation: Conversation, offered: tuple[str, ...]) -> tuple[dict[str, float], dict[str, float]]:
        """Odds of each answer to an offer, and what they are made of."""
        group = conversation.group
        spec = group.spec
        terms = {
            "talks": self._talks * spec.talks / HIGHEST,
            "process": self._process[spec.process],
            "pressure": self.pressure(group, conversation.place),
            "progress": conversation.progress,
            "persuasion": self._world.groups.persuasion(group),
            "terms": self._offered(offered),
        }
        if self.total_spoiler(group):
            terms["total-spoiler"] = -self._total
        if conversation.demand:
            terms["demand"] = -conversation.demand
        worth = self._base + sum_of(terms)
        options = {"agrees": worth, "refuses": 0.0}
        if spec.process == "profit":
            options["bargains"] = self._bargain
        elif not self.total_spoiler(group):
            options["bargains"] = min(0.0, worth)
        return quantal_response(options, self._sharpness), terms

    def total_spoiler(self, group: GroupState) -> bool:
        """Outside the process, and not willing to talk at all."""
        return group.spec.process == "outside" and group.spec.talks < self._total_below

    def _offered(self, offered: tuple[str, ...]) -> float:
        """What the terms on the table add to its willingness, or take from it."""
        worth = sum_of({term: self._term[term] for term in TERMS if term in offered})
        if ACCOUNTABILITY in offered:
            worth -= self._precedent * self.precedents
        return worth

    def _pressing(self, group: GroupState, row: EventId) -> tuple[EventId, ...]:
        patron = self._world.patrons.row(group.id)
        announced = self._world.deterrence.announced(group.id)
        return (row, *(cause for cause in (patron, announced) if cause is not None))

    def _two_voices(self, conversation: Conversation, task: Task) -> bool:
        """Two seats that name different terms within a day undo each other, and what was gained."""
        world = self._world
        now = world.now
        options = tuple(term for term in TERMS if term in task.options)
        last, terms = conversation.heard_from, conversation.heard_terms
        contradicts = last not in ("", task.seat) and terms != options and now - conversation.heard_at < self._window
        conversation.heard_from, conversation.heard_terms, conversation.heard_at = task.seat, options, now
        if not contradicts:
            return False
        row = world.journal.write(
            kinds.CONTRADICTION, now, world.journal.name(task.seat), (task.row, conversation.row),
            world.journal.name(last),
        )  # fmt: skip
        conversation.progress = 0.0
        conversation.row = row
        world.deterrence.heard(conversation.group.id, row, contradicts=True)
        world.intelligence.tell(
            "two-voices", task.seat, (task.seat, *TELLS), row, values={"group": conversation.group.id}, grade="A2"
        )
        return True

    # What comes of a round

    def _bargains(self, conversation: Conversation, task: Task, row: EventId) -> None:
        """It talks on; who wants a price names one, and tests meanwhile what it can take."""
        group = conversation.group
        conversation.progress = grain(conversation.progress + self._progress)
        if group.spec.process != "profit":
            self._stage(conversation, OFFERED, (row,))
            self._tell("group-bargains", conversation, (task.seat, *TELLS))
            return
        conversation.demand = grain(min(self._demand_most, conversation.demand + self._demand_step))
        offered = self._stage(conversation, OFFERED, (row,))
        self._tell("group-names-price", conversation, (task.seat, *TELLS))
        where = group.at or group.spec.home
        name = f"bargaining/{group.id}/test#{conversation.rounds}"
        self._world.groups.decide(
            group, name, where, (offered,), only=(INTIMIDATE, LOOT, RAID, PROBE), bonus=self._test_gain
        )

    def _refuses(self, conversation: Conversation, task: Task, row: EventId) -> None:
        conversation.cooled = self._world.now + self._cooling
        conversation.progress = 0.0
        self._stage(conversation, REFUSED, (row,))
        self._tell("group-refuses", conversation, (task.seat, *TELLS))

    def agree(self, conversation: Conversation, terms: tuple[str, ...], row: EventId) -> None:
        """Terms are settled: what they cost the mission now, and what the group is to do."""
        world = self._world
        group = conversation.group
        conversation.terms = terms
        conversation.place = conversation.place or group.at or group.spec.home
        agreed = conversation.agreed = world.journal.write(kinds.TERMS_AGREED, world.now, group.key, (row,), len(terms))
        self._stage(conversation, AGREED, (agreed,))
        world.measures.count("terms_agreed", 1, agreed)
        if conversation.demand:
            world.standing("legitimacy", -self._price * conversation.demand, (agreed,), "price-paid")
            self.precedents += 1
        if ACCOUNTABILITY not in terms:
            world.standing("legitimacy", -self._impunity, (agreed,), "impunity")
            self.precedents += 1
        world.groups.persuade(group.id, self._persuaded, agreed)
        world.truth.event("terms-agreed", group.id, agreed)
        self._tell("group-agrees", conversation, TELLS)
        if DEPARTURE in terms:
            self._departures.expect(conversation, agreed)
        self._followers(conversation, agreed)

    def _followers(self, conversation: Conversation, row: EventId) -> None:
        """Groups under its command take the same terms, or go their own way."""
        groups = self._world.groups
        principal = conversation.group
        for group in groups.relations.followers(principal):
            own = self.conversations[group.id]
            if own.stage in SETTLED or group.strength <= 0:
                continue
            follows, chosen = groups.relations.follows(group, principal, f"bargaining/{principal.id}", row)
            if follows:
                own.place = conversation.place if conversation.place in group.places else group.at
                self.agree(own, conversation.terms, chosen)

    # Leaving

    def leaves(self, conversation: Conversation, row: EventId) -> None:
        self._stage(conversation, LEAVING, (row,))
        self._tell("group-leaves", conversation, TELLS)

    def broken(self, conversation: Conversation, reason: str, causes: tuple[EventId, ...]) -> EventId:
        """It does not do what it agreed to."""
        world = self._world
        row = world.journal.write(
            kinds.TERMS_BROKEN, world.now, conversation.group.key, causes, world.journal.name(reason)
        )
        conversation.cooled = world.now + self._cooling
        conversation.terms = ()
        self._stage(conversation, REFUSED, (row,))
        world.truth.event("terms-broken", conversation.group.id, row)
        self._tell("group-breaks-terms", conversation, TELLS)
        return row

    def arrived(self, group: GroupState, row: EventId) -> None:
        """A group that left is where it said it would go."""
        conversation = self.conversations[group.id]
        if conversation.stage == LEAVING:
            self._stage(conversation, LEFT, (row,))
            self._departures.settled(conversation, row)
            self._tell("group-has-left", conversation, TELLS)

    # What can be known

    def _stage(self, conversation: Conversation, stage: str, causes: tuple[EventId, ...]) -> EventId:
        world = self._world
        conversation.stage = stage
        group = conversation.group
        row = conversation.row = world.journal.write(
            kinds.BARGAINED, world.now, group.key, causes, world.journal.name(stage), fixed(conversation.demand)
        )
        world.truth.changed(group.id, "terms", row)
        return row

    def _tell(self, phrase: str, conversation: Conversation, to: tuple[str, ...]) -> None:
        group = conversation.group
        self._world.intelligence.tell(
            phrase, group.id, tuple(dict.fromkeys(to)), conversation.row,
            values={"group": group.id, "place": conversation.place or group.at or group.spec.home},
            facts=((group.id, "terms", conversation.stage),), grade="B2", urgent=True,
        )  # fmt: skip

    def _truth_terms(self, subject: str) -> str | None:
        conversation = self.conversations.get(subject)
        return None if conversation is None else conversation.stage


def sum_of(parts: Mapping[str, float]) -> float:
    """The sum of named parts, exact in any order."""
    return math.fsum(parts.values())
