"""Conditions under watch: each leaf listens for its own key, and nothing else is ever evaluated again.

A condition is tested over a view: the truth for injects, a seat's picture for standing orders. Event leaves
latch once the condition is armed, state leaves do not; ``held`` asks for a time without a break.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sim.engine.agenda import Agenda, At
from sim.engine.journal import MOST_CAUSES, EventId
from sim.engine.latches import Missing, missing, part_of
from sim.engine.views import Value, View
from sim.scenario import tree

__all__ = ["Missing", "Value", "View", "Watcher"]


class Watcher:
    """One armed condition. Its owner is called in the owner's own phase of the instant in which it turns true."""

    __slots__ = (
        "_ceased", "_root", "_scheduled", "_seen", "_was", "agenda", "armed", "options", "phase", "rank", "view",
    )  # fmt: skip

    def __init__(
        self,
        condition: tree.Condition,
        view: View,
        agenda: Agenda,
        options: Mapping[str, str],
        phase: int,
        rank: int,
        seen: Callable[[Watcher], None],
        ceased: Callable[[Watcher], None] | None = None,
    ) -> None:
        self.view = view
        self.agenda = agenda
        self.options = options
        self.phase = phase
        self.rank = rank
        self.armed = False
        self._seen = seen
        self._ceased = ceased
        self._was = False
        self._scheduled = False
        self._root = part_of(self, None, condition)

    @property
    def true(self) -> bool:
        return self._root.true

    def arm(self) -> None:
        """Start listening. A condition that already holds counts at once."""
        self.armed = True
        self._was = False
        self._root.arm()
        if self._root.true:
            self._schedule()

    def disarm(self) -> None:
        if self.armed:
            self.armed = False
            self._root.disarm()

    def rearm(self) -> None:
        """Forget what has latched and wait anew."""
        self.disarm()
        self.armed = True
        self._root.arm()
        self._was = self._root.true

    def turned(self, true: bool) -> None:
        if true is not self._was or not true:
            self._schedule()

    def causes(self) -> tuple[EventId, ...]:
        """The rows that made it true, the latest ones where there are too many."""
        return tuple(sorted(dict.fromkeys(self._root.rows()))[-MOST_CAUSES:])

    def missing(self) -> tuple[Missing, ...]:
        """Why it is not true yet: the leaves that are false (true under a ``not``), with what they see."""
        return tuple(missing(self._root, True)) if not self._root.true else ()

    def _schedule(self) -> None:
        if not self._scheduled:
            self._scheduled = True
            self.agenda.at(self.agenda.now, self.phase, self.rank, self._settle)

    def _settle(self, event: At) -> None:
        # What was true only between two events of one instant was never true.
        self._scheduled = False
        if self.armed and self._root.true is not self._was:
            self._was = self._root.true
            if self._was:
                self._seen(self)
            elif self._ceased is not None:
                self._ceased(self)
