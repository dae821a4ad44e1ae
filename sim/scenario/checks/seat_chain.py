"""The chain of seats has an upper end."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.checks.circles import circles
from sim.scenario.checks.subject import Finding, Subject
from sim.scenario.problems import shown


class SeatChain:
    """A seat that stands under itself, over one step or several; a scenario nobody can play."""

    def findings(self, subject: Subject) -> Iterator[Finding]:
        """Every seat in a circle."""
        if subject.scenario is None:
            return
        seats = subject.scenario.seats
        caught = circles({name: seat.under for name, seat in seats.items()})
        for name, seat in seats.items():
            if name in caught:
                said = f"{shown(name)} stands under itself."
                yield Finding(("seats", name, "under"), "chain", seat.under, said, "Name a seat above it, or none.")
        if not any(seat.playable for seat in seats.values()):
            yield Finding(("seats",), "chain", "", "No seat can be played.", "Leave out playable: false on one.")
