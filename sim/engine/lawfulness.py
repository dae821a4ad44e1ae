"""Necessity and proportion: whether force may be used here, now, against these, with this (D5).

Self-defence and an imminent threat to civilians need no warning where circumstances do not allow one. A deliberate use
of force without warning costs the mission's protected status (C20). A commander who is told to do what fails the test
objects, and some of those objections are right; whoever insists pays for it in standing, not the unit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from sim.engine import kinds
from sim.engine.journal import EventId

if TYPE_CHECKING:
    from sim.engine.armed_group import GroupState
    from sim.engine.tasks import Task
    from sim.engine.world import World

REVIEWED: Final = ("close-air-support", "direct-confrontation", "targeted-operation")
"""Responses that turn lethal force against a named group."""
LOOKS_FIRST: Final = "close-air-support"
"""The crew sees for itself who is on the trucks."""
AT_RISK: Final = "accept-civilian-risk"
UNLAWFUL: Final = "unlawful-task"
LEGAL_STATUS: Final = "legal-status"


class Review(NamedTuple):
    """What a legal adviser would say of one use of force."""

    necessary: bool
    proportionate: bool
    warned: bool
    imminent: bool
    """A threat to life that leaves no time to warn."""
    row: EventId

    @property
    def lawful(self) -> bool:
        return self.necessary and self.proportionate


class Lawfulness:
    """Reviews before force is used, and what it costs where they fail."""

    __slots__ = (
        "_civilians", "_imminent_km", "_insisted", "_insisted_legitimacy", "_near_share", "_per_civilian", "_rigidity",
        "_unwarned", "_unwarned_legitimacy", "_world", "latest",
    )  # fmt: skip

    def __init__(self, world: World) -> None:
        self._world = world
        value = world.parameters
        self._imminent_km = value["lawfulness.imminent_km"]
        self._civilians = value["lawfulness.civilians_per_fighter"]
        self._near_share = value["lawfulness.near_share"]
        self._rigidity = value["lawfulness.rigidity"]
        self._unwarned = value["lawfulness.unwarned_legal"]
        self._unwarned_legitimacy = value["lawfulness.unwarned_legitimacy"]
        self._insisted = value["lawfulness.insisted_legal"]
        self._per_civilian = value["lawfulness.points_per_civilian"]
        self._insisted_legitimacy = value["lawfulness.insisted_legitimacy"]
        self.latest: dict[str, Review] = {}
        """The last review of each task, by its name."""

    def begin(self) -> None:
        return None

    def clears(self, task: Task, row: EventId) -> bool:
        """Whether the unit's commander takes an order for lethal force as lawful; otherwise he objects."""
        if task.unit is None or task.response.id not in REVIEWED or task.target not in self._world.groups.state:
            return True
        column = self._world.columns.of(task.target)
        if task.response.id == LOOKS_FIRST and (column is None or not column.on_the_way):
            # Whoever ordered it believes in a column that is no longer there: the crew will tell him.
            return True
        review = self.review(task, task.target, task.place)
        if review.necessary and (
            review.proportionate or (task.response.id == LOOKS_FIRST and AT_RISK not in task.options)
        ):
            return True
        phrase = "unit-doubts-proportion" if review.necessary else "unit-doubts-necessity"
        return self._world.caveats.object(task, UNLAWFUL, self._rigidity, phrase, review.row) is None

    def review(self, task: Task, target: str, place: str) -> Review:
        """Look at one use of force against a group, as things are now, and put it on record."""
        world = self._world
        group = world.groups.state[target]
        imminent = self._imminent(group)
        necessary = imminent or self._threatens(group)
        proportionate = (imminent and self._attacking(group)) or self._spared(group, place)
        warned = self._warned(group)
        row = world.journal.write(
            kinds.FORCE_REVIEW, world.now, task.key, (task.row,),
            group.key, int(necessary), int(proportionate), int(warned), int(imminent),
        )  # fmt: skip
        review = self.latest[task.name] = Review(necessary, proportionate, warned, imminent, row)
        return review

    def used(self, task: Task, row: EventId) -> None:
        """Force was used: what was not lawful, or deliberate and without warning, costs standing (C20)."""
        review = self.latest.get(task.name)
        if review is None:
            return
        world = self._world
        causes = (row, review.row)
        if not review.lawful:
            self.status(-self._insisted, causes, UNLAWFUL)
            world.standing("legitimacy", -self._insisted_legitimacy, causes, UNLAWFUL)
        if not review.warned and not review.imminent:
            self.status(-self._unwarned, causes, "without-warning")
            world.standing("legitimacy", -self._unwarned_legitimacy, causes, "without-warning")

    def status(self, amount: float, causes: tuple[EventId, ...], reason: str) -> None:
        """Move the mission's legal standing; it is opened when somebody first has reason to look at it."""
        world = self._world
        if LEGAL_STATUS not in world.ledger.standings:
            world.ledger.open(LEGAL_STATUS, world.parameters["lawfulness.status_start"])
        world.standing(LEGAL_STATUS, amount, causes, reason)

    def harmed(self, people: int, row: EventId) -> None:
        """Civilians were hurt by what the mission did."""
        self.status(-self._per_civilian * people, (row,), "civilians-harmed")
        self._world.standing("legitimacy", -self._per_civilian * people, (row,), "civilians-harmed")

    # What the test asks

    def _attacking(self, group: GroupState) -> bool:
        return any(attack.group is group for attack in self._world.groups.attacks.under_way)

    def _imminent(self, group: GroupState) -> bool:
        """It attacks now, or armed men of it are about to be among people."""
        if self._attacking(group):
            return True
        world = self._world
        column = world.columns.of(group.id)
        if column is None or not column.on_the_way:
            return False
        left = column.marks[-1].km - world.columns.km(column, world.now)
        return left <= self._imminent_km and (world.columns.concerns(column.toward) or self._people(column.toward) > 0)

    def _threatens(self, group: GroupState) -> bool:
        """It has crossed a line that it was told of, or has attacked and was not answered."""
        world = self._world
        column = world.columns.of(group.id)
        if world.red_lines.open_against(group.id) is not None or (column is not None and column.inside):
            return True
        return any(attack.group is group for attack in world.groups.attacks.past)

    def _spared(self, group: GroupState, place: str) -> bool:
        """Few enough civilians stand near, beside those who carry arms."""
        column = self._world.columns.of(group.id)
        if column is not None:
            return column.civilians <= self._civilians * column.strength
        return self._near_share * self._people(place) <= self._civilians * group.usual_band()

    def _warned(self, group: GroupState) -> bool:
        world = self._world
        column = world.columns.of(group.id)
        if column is not None and column.warned is not None:
            return True
        place = column.toward if column is not None else (group.at or group.spec.home)
        told = world.red_lines.binding(group.id, place) > 0.0
        return told or world.deterrence.announced(group.id) is not None

    def _people(self, place: str) -> int:
        world = self._world
        return world.people.at(place) or world.blueprint.places[place].people
