"""What each seat knew at a moment, as the record keeps it: facts with their sources, and the reports since before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.engine.pictures import Picture, Report
from sim.exercise.replay import PICTURE_EVERY
from sim.exercise.wording import Wording

if TYPE_CHECKING:
    from sim.engine.world import World


class Snapshooter:
    """Takes the pictures of all seats that the review will look at, so that it needs no replay."""

    def __init__(self, wording: Wording) -> None:
        self._wording = wording

    def take(self, world: World) -> dict[str, dict[str, Any]]:
        """The picture of every seat that has heard something since the last one; the others stand as they were."""
        seats = (seat.id for seat in world.blueprint.seats.values() if seat.level not in ("outside", "control"))
        taken = {seat: self._picture(world, world.picture(seat)) for seat in seats}
        return {seat: picture for seat, picture in taken.items() if picture["reports"]}

    def _picture(self, world: World, picture: Picture) -> dict[str, Any]:
        since = world.now - PICTURE_EVERY
        return {
            "facts": [
                [subject, attribute, leaf.value, leaf.as_of, leaf.report, leaf.grade]
                for (subject, attribute), leaf in picture.facts.items()
            ],
            "reports": [
                self._report(world, report)
                for report in picture.reports
                if report.delivered > since or (world.now <= PICTURE_EVERY and report.delivered == 0)
            ],
            "decisions": [[each.id, each.state, each.option, each.due] for each in picture.decisions],
            "tasks": [[each.id, each.state, each.as_of] for each in picture.tasks],
            "objections": [[each.id, each.state, list(each.levers)] for each in picture.objections],
        }

    def _report(self, world: World, report: Report) -> dict[str, Any]:
        return {
            "number": report.number,
            "delivered": report.delivered,
            "written": report.written,
            "sender": report.sender,
            "grade": report.grade,
            "urgent": report.urgent,
            "phrase": report.phrase,
            "title": self._wording.title(report),
            "text": self._wording.text(world, report),
        }
