"""Every place can be put on the map, and a route joins two different ones."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.checks.circles import circles
from sim.scenario.checks.subject import Finding, Subject
from sim.scenario.problems import shown


class Positions:
    """A place without coordinates, or near a place that is itself only near it; a route from a place to itself."""

    def findings(self, subject: Subject) -> Iterator[Finding]:
        """Every place and route that cannot be drawn."""
        scenario = subject.scenario
        if scenario is None:
            return
        caught = circles({name: place.near for name, place in scenario.places.items() if place.at is None})
        for name, place in scenario.places.items():
            if place.at is None and not place.near:
                said = f"{shown(name)} has no position."
                mend = "Add at: [latitude, longitude], or near: another place with km: and bearing:."
                yield Finding(("places", name), "position", name, said, mend)
            elif place.at is not None and place.near:
                said = f"{shown(name)} has two positions, at and near."
                yield Finding(("places", name, "near"), "position", name, said, "Keep one of them.")
            elif name in caught:
                said = f"{shown(name)} is near a place that is near it in turn."
                mend = "Give one place of the circle its coordinates."
                yield Finding(("places", name, "near"), "position", place.near, said, mend)
        for index, route in enumerate(scenario.routes):
            if route.between[0] == route.between[1]:
                said = f"The route joins {shown(route.between[0])} with itself."
                yield Finding(
                    ("routes", index, "between", 1), "position", route.between[1], said, "Name another place."
                )
