"""What contributors have declared that their units do not do. What they have not declared nobody can plan with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.engine.ticks import to_hours

if TYPE_CHECKING:
    from sim.engine.blueprint import CaveatSpec
    from sim.experiment.deploying.knowledge import Knowledge

HOLDING: Final = ("physical-protection", "visible-patrol")
"""What a unit that stands among people is there to do."""
BASING: Final = "establish-base"
DETACHED: Final = "detached"


class Restrictions:
    """The declared caveats of a scenario, put to each unit."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge

    def keeps_together(self, unit: str) -> bool:
        """Whether its contributor has said that units are not taken apart."""
        return any(caveat.detached for caveat in self._declared(unit))

    def stays_in_at_night(self, unit: str) -> bool:
        return any(caveat.night for caveat in self._declared(unit))

    def forbids(self, unit: str, place: str, *tasks: str) -> str:
        """The declared caveat that keeps a unit from living at a place for these tasks; empty where none does."""
        for caveat in self._declared(unit):
            if caveat.tasks and not set(tasks) & set(caveat.tasks):
                continue
            # What holds only at night, in dust, for a part, for long or against the state keeps nobody away.
            if caveat.night or caveat.weather or caveat.against_host or caveat.detached or caveat.longer_than:
                continue
            if (caveat.tasks or self._bound_to_ground(caveat)) and self._matches(caveat, place):
                return caveat.id
        return ""

    def longest_hours(self, unit: str, hours: float) -> float:
        """For how long a unit may be given a task, of the hours that are wanted."""
        allowed = [to_hours(caveat.longer_than) for caveat in self._declared(unit) if caveat.longer_than]
        return min([hours, *allowed])

    def _declared(self, unit: str) -> tuple[CaveatSpec, ...]:
        return self._knowledge.declared(self._knowledge.blueprint.units[unit].contributor)

    def _bound_to_ground(self, caveat: CaveatSpec) -> bool:
        return bool(caveat.away_from or caveat.outside or caveat.beyond_km_of_level_2)

    def _matches(self, caveat: CaveatSpec, place: str) -> bool:
        """All that it says of ground holds there."""
        if place in caveat.outside or place == caveat.away_from:
            return False
        near = caveat.beyond_km_of_level_2
        return not near or self._knowledge.km_to_surgeon(place) > near
