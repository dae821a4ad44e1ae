"""Speaking with those who fight and those who flee: channels, mediation, agreements, messages.

Dialogue is an answer of its own, not an afterthought to force (S1 3, 4.2; POC tier I). Deals without
women, a market, a road or a monitoring clause come faster and die sooner (assumed, swept).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine import kinds
from sim.engine.agenda import At, Phase
from sim.engine.blueprint import HostilitySpec
from sim.engine.chance import exponential
from sim.engine.journal import EventId, fixed
from sim.engine.ledger import HIGHEST
from sim.engine.ticks import DAY, Tick, from_hours

if TYPE_CHECKING:
    from sim.engine.tasks import Task
    from sim.engine.world import World

CLAUSES = ("women", "market", "road", "monitoring")
VIOLENCE_TERMS = ("quiet", "incidents", "fighting")


class Dialogue:
    """Where the talks between two parties stand."""

    __slots__ = (
        "agreed",
        "clauses",
        "credibility",
        "key",
        "monitors",
        "progress",
        "rounds",
        "row",
        "signed",
        "spec",
        "stage",
        "strain",
    )

    def __init__(self, spec: HostilitySpec, key: int) -> None:
        self.spec = spec
        self.key = key
        self.stage = "none"
        self.progress = 0.0
        self.rounds = 0
        self.clauses: tuple[str, ...] = ()
        self.credibility = 0.0
        self.monitors = 0
        self.signed: Tick = 0
        self.row: EventId = 0
        self.agreed: EventId = 0
        """The row of the agreement in force; talking goes on without touching it."""
        self.strain: At | None = None


class Talks:
    """Mediation between parties, messages to the public, warnings to groups, and where people may go home."""

    __slots__ = (
        "_base", "_break_per_day", "_clause", "_contradiction", "_endorsed", "_host", "_last_line", "_monitoring",
        "_officials", "_per_round", "_violence", "_world", "dialogues",
    )  # fmt: skip

    def __init__(self, world: World) -> None:
        self._world = world
        parameters = world.parameters
        self._base = parameters["talks.agreement_base"]
        self._per_round = parameters["talks.progress_per_round"]
        self._violence = {word: parameters[f"talks.agreement_under_{word}"] for word in VIOLENCE_TERMS}
        self._clause = parameters["talks.credibility_per_clause"]
        self._host = parameters["talks.hosted_at_base_gain"]
        self._officials = parameters["talks.officials_in_chair_loss"]
        self._break_per_day = parameters["talks.break_opportunities_per_day"]
        self._monitoring = parameters["talks.monitoring_factor"]
        self._contradiction = from_hours(parameters["talks.contradiction_window_hours"])
        self._last_line: tuple[str, Tick, EventId] = ("", 0, 0)
        self._endorsed: dict[str, EventId] = {}
        self.dialogues = {
            spec.id: Dialogue(spec, world.journal.name(spec.id)) for spec in world.blueprint.hostilities.values()
        }
        world.truth.provide("agreement", self._agreement)

    def begin(self) -> None:
        return None

    def _agreement(self, subject: str) -> str:
        if subject in self.dialogues:
            return self.dialogues[subject].stage
        stages = [dialogue.stage for dialogue in self.dialogues.values()]
        for stage in ("broken", "signed", "talks"):
            if stage in stages:
                return stage
        return "none"

    # Mediation

    def good_offices(self, task: Task) -> None:
        """The head of mission's word moves both sides a step; it does not make a deal."""
        dialogue = self.dialogues.get(task.target)
        if dialogue is None:
            return
        self._advance(dialogue, self._world.tasks.effect(task, "progress"), (task.row,))
        for party in dialogue.spec.parties:
            self._world.groups.persuade(party, self._world.tasks.effect(task, "persuasion"), task.row)

    def _advance(self, dialogue: Dialogue, amount: float, causes: tuple[EventId, ...]) -> EventId:
        world = self._world
        if dialogue.stage in ("none", "broken"):
            dialogue.stage = "talks"
        dialogue.progress = min(1.0, dialogue.progress + amount)
        dialogue.row = world.journal.write(
            kinds.TALKS, world.now, dialogue.key, causes, world.journal.name(dialogue.stage)
        )
        world.truth.changed(dialogue.spec.id, "agreement", dialogue.row)
        world.truth.changed("mission", "agreement", dialogue.row)
        return dialogue.row

    def mediated(self, task: Task) -> None:
        """A round between elders of both sides ends: a deal, or a step towards one."""
        world = self._world
        dialogue = self.dialogues.get(task.target)
        if dialogue is None or dialogue.stage == "signed":
            return
        dialogue.rounds += 1
        row = self._advance(dialogue, self._per_round, (task.row,))
        place = dialogue.spec.place
        willing = self._willing(dialogue)
        violence = world.groups.violence(place)
        chance = self._base + (1.0 - self._base) * dialogue.progress
        chance *= self._violence[violence] * willing
        if "host-at-base" in task.options:
            chance *= 1.0 + self._host
        chance = min(chance * (1.0 - world.parameters["talks.effort_per_clause"]) ** self._count(task), 1.0)
        outcome = world.chance.choose(
            f"talks/{dialogue.spec.id}/round#{dialogue.rounds}", {"agreed": chance, "adjourned": 1.0 - chance},
            causes=(row,), terms={"progress": dialogue.progress, "willing": willing, f"violence-{violence}": 1.0},
        )  # fmt: skip
        if outcome.outcome == "agreed":
            clauses = tuple(option for option in task.options if option in CLAUSES)
            self.sign(dialogue, clauses, "officials-in-chair" in task.options, outcome.row)
        else:
            world.intelligence.tell(
                "talks-adjourned", task.seat, (task.seat, "head-of-mission"), outcome.row,
                values={"place": place}, facts=(("mission", "agreement", dialogue.stage),), grade="A2",
            )  # fmt: skip

    def _willing(self, dialogue: Dialogue) -> float:
        """The less willing of the two sides sets the pace."""
        groups = self._world.blueprint.groups
        return min(groups[party].talks for party in dialogue.spec.parties) / HIGHEST

    def longer(self, task: Task) -> float:
        """How much longer a round takes for each clause on the table."""
        return 1.0 + self._world.parameters["talks.hours_per_clause"] * self._count(task)

    def _count(self, task: Task) -> int:
        return len([option for option in task.options if option in CLAUSES])

    def sign(self, dialogue: Dialogue, clauses: tuple[str, ...], officials: bool, cause: EventId) -> None:
        """A local agreement: what it says decides how far people believe it and how long it holds."""
        world = self._world
        dialogue.stage = "signed"
        dialogue.clauses = clauses
        dialogue.signed = world.now
        credible = world.parameters["talks.credibility_base"] + self._clause * len(clauses)
        dialogue.credibility = min(max(credible - (self._officials if officials else 0.0), 0.0), 1.0)
        row = dialogue.row = dialogue.agreed = world.journal.write(
            kinds.AGREEMENT, world.now, dialogue.key, (cause,), len(clauses)
        )
        place = dialogue.spec.place
        world.groups.agreement(place, dialogue.credibility, row)
        world.people.settle(place, dialogue.credibility, row)
        world.truth.changed(dialogue.spec.id, "agreement", row)
        world.truth.changed("mission", "agreement", row)
        world.truth.event("agreement", dialogue.spec.id, row)
        world.intelligence.happened(
            "agreement-signed", place, row, values={"place": place},
            facts=(("mission", "agreement", "signed"),), urgent=True,
            to=("head-of-mission", "deputy-political", "joc"),
        )  # fmt: skip
        self._next_strain(dialogue)

    def force_agreement(self, hostility: str, clauses: tuple[str, ...], row: EventId) -> None:
        """Control, or an inject, says that the elders have agreed."""
        dialogue = self.dialogues[hostility]
        if dialogue.stage != "signed":
            self.sign(dialogue, clauses, False, row)

    def _next_strain(self, dialogue: Dialogue) -> None:
        """Occasions on which an agreement may break, at a bounding rate, each with its luck."""
        world = self._world
        stream = world.chance.stream(f"agreement/{dialogue.spec.id}")
        wait, luck = stream(), stream()
        tick = world.now + round(exponential(wait, DAY / self._break_per_day))
        dialogue.strain = world.agenda.at(
            tick, Phase.GROUPS, dialogue.spec.rank, self._strained, (dialogue, dialogue.agreed, luck)
        )

    def _strained(self, event: At) -> None:
        dialogue, row, luck = event.payload
        dialogue.strain = None
        if dialogue.stage != "signed" or dialogue.agreed != row:
            return
        world = self._world
        weakness = 1.0 - dialogue.credibility
        if dialogue.monitors:
            weakness *= self._monitoring
        broken = luck < weakness
        candidate = world.journal.write(
            kinds.CANDIDATE, world.now, dialogue.key, (row,), dialogue.rounds, int(broken), fixed(weakness),
            world.journal.name(dialogue.spec.place),
        )  # fmt: skip
        if not broken:
            self._next_strain(dialogue)
            return
        dialogue.stage = "broken"
        dialogue.progress /= 2
        dialogue.row = world.journal.write(kinds.AGREEMENT_BROKEN, world.now, dialogue.key, (candidate, row))
        place = dialogue.spec.place
        world.groups.agreement_broken(place, dialogue.row)
        world.people.unsettle(place, dialogue.row)
        if place in self._endorsed:
            blame = world.parameters["response.endorse_return_blame"]
            world.standing("legitimacy", -blame, (dialogue.row, self._endorsed.pop(place)), "endorse-return")
        world.truth.changed("mission", "agreement", dialogue.row)
        world.truth.event("agreement-broken", dialogue.spec.id, dialogue.row)
        world.intelligence.happened(
            "agreement-broken", place, dialogue.row, values={"place": place},
            facts=(("mission", "agreement", "broken"),), urgent=True, to=("head-of-mission", "joc"),
        )  # fmt: skip

    def forked(self) -> None:
        """Another future begins: the occasions on which agreements may break are drawn anew."""
        for dialogue in self.dialogues.values():
            if dialogue.strain is not None:
                dialogue.strain.cancel()
                self._next_strain(dialogue)

    def monitored(self, task: Task, begins: bool) -> None:
        """Monitors on the road home make an agreement harder to break."""
        for dialogue in self.dialogues.values():
            if dialogue.spec.place == task.place:
                dialogue.monitors = max(0, dialogue.monitors + (1 if begins else -1))

    # Channels and lines

    def visited(self, task: Task) -> None:
        """People saw for themselves: what they tell moves others more than any statement."""
        world = self._world
        world.people.reassure(task.place, world.tasks.effect(task, "reassurance"), task.row)
        world.people.encourage_return(task.place, world.tasks.effect(task, "return_factor"), task.row)

    def liaised(self, task: Task) -> None:
        world = self._world
        if task.target in world.blueprint.groups:
            world.groups.persuade(task.target, world.tasks.effect(task, "persuasion"), task.row)
        elif task.target in world.blueprint.communities:
            community = world.blueprint.communities[task.target]
            world.people.reassure(community.place, world.tasks.effect(task, "reassurance"), task.row)
        elif task.target in world.blueprint.counterparts:
            world.standing(f"consent/{task.target}", world.tasks.effect(task, "consent"), (task.row,), task.response.id)
            world.host_state.demands.pop(task.target, None)

    def message(self, task: Task) -> None:
        """A public line; another line within the window undoes it and itself."""
        world = self._world
        line = task.options[0] if task.options else "reassure"
        last, at, row = self._last_line
        written = world.journal.write(
            kinds.MESSAGE, world.now, world.journal.name(task.seat), (task.row,), world.journal.name(line)
        )
        self._last_line = (line, world.now, written)
        if last and last != line and world.now - at < self._contradiction:
            undone = world.journal.write(
                kinds.CONTRADICTION, world.now, world.journal.name(task.seat), (written, row), world.journal.name(last)
            )
            world.standing("legitimacy", -world.tasks.effect(task, "contradiction"), (undone,), "contradiction")
            for group in world.blueprint.groups:
                world.deterrence.heard(group, undone, contradicts=True)
            return
        world.people.reassure(task.place, world.tasks.effect(task, "reassurance"), written)
        world.standing("legitimacy", world.tasks.effect(task, "legitimacy"), (written,), task.response.id)
        world.rumours.message(task, line)

    def warned(self, task: Task) -> None:
        """A group hears what will follow, from somebody it believes or not."""
        world = self._world
        row = world.journal.write(
            kinds.WARNING, world.now, world.journal.name(task.target), (task.row,), world.journal.name(task.place)
        )
        world.deterrence.heard(task.target, row, place=task.place)

    def return_position(self, task: Task) -> None:
        """The mission endorses a return, or declines to: what it says is remembered if it proves wrong."""
        world = self._world
        if task.response.id == "endorse-return":
            self._endorsed[task.place] = task.row
            world.people.encourage_return(task.place, world.tasks.effect(task, "return_factor"), task.row)
            security = "security-service"
            for spec in world.blueprint.counterparts.values():
                if spec.kind == security or "camp" in spec.gates:
                    world.standing(
                        f"consent/{spec.id}", world.tasks.effect(task, "consent"), (task.row,), task.response.id
                    )
        else:
            for counterpart in list(world.host_state.demands):
                world.standing(
                    f"consent/{counterpart}", -world.tasks.effect(task, "consent"), (task.row,), task.response.id
                )
            world.standing("legitimacy", world.tasks.effect(task, "legitimacy"), (task.row,), task.response.id)
