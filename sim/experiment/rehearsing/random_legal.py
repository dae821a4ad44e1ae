"""A team without any judgement: whatever its seats may do, at any moment, meant or not.

What it reaches shows what the exercise can come to at all; what even it never reaches, nobody will.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sim.doctrine import Response
from sim.engine.authority import ADDRESSEES
from sim.engine.inputs import Answer, Direction, Input, Levers, Order, Receipt, Request
from sim.engine.ticks import HOUR, Tick
from sim.experiment.rehearsing.catalogue import Player
from sim.experiment.rehearsing.luck import Luck
from sim.experiment.rehearsing.powers import OFFICE, able, may_order
from sim.experiment.rehearsing.table import Table
from sim.experiment.rehearsing.team import Team

MOST_LEVERS: Final = 3


class RandomLegal(Team):
    """Answers with any option or with silence; gives from each seat what the seat may give."""

    def __init__(self, table: Table, player: Player, luck: Luck) -> None:
        super().__init__(table, player, luck)
        self._pause = player.hours_between_orders * HOUR
        self._answers: dict[str, tuple[Tick, str]] = {}
        self._turns = dict.fromkeys(table.seats, 0)
        self._over: set[str] = set()
        self._next = {seat: self._after(seat, 0) for seat in table.seats}
        self._tasks = {seat: list(self._tasks_of(seat)) for seat in table.seats}

    def acts(self) -> Iterator[Input]:
        now = self.table.now
        for question in self.table.questions():
            if question.id not in self._answers:
                options = ("", *self.table.blueprint.decisions[question.id].options)
                option = self.luck.choose(f"answer/{question.id}", options)
                at = self.luck.between(f"answer/{question.id}/at", question.opened, question.due)
                self._answers[question.id] = (int(at), option)
            at, option = self._answers[question.id]
            if option and at <= now:
                yield Answer(question.seat, question.id, option)
        for seat in self.table.seats:
            while self._next[seat] <= now:
                self._turns[seat] += 1
                self._next[seat] += self._after(seat, self._turns[seat])
                entry = self._something(seat, f"{seat}#{self._turns[seat]}")
                if entry is not None:
                    yield entry

    def heard(self, entry: Input, receipt: Receipt) -> None:
        # A conversation may be over before its seat has heard so; whoever speaks into it learns that.
        if isinstance(entry, Levers) and not receipt.accepted:
            self._over.add(entry.objection)

    def plans(self) -> Iterator[Tick]:
        yield from self._next.values()
        yield from (at for at, option in self._answers.values() if option)

    def _after(self, seat: str, turn: int) -> Tick:
        # Between nothing and twice the mean.
        return 1 + int(self.luck.between(f"{seat}#{turn}/pause", 0.0, 2.0 * self._pause))

    def _something(self, seat: str, turn: str) -> Input | None:
        """An answer to an objection if one waits, half of the time; else any other thing that the seat may do."""
        objections = [found for found in self.table.objections(seat) if found.id not in self._over]
        if objections and self.luck.draw(f"{turn}/talks") < 0.5:
            found = self.luck.choose(f"{turn}/objection", objections)
            levers = tuple(
                dict.fromkeys(
                    self.luck.choose(f"{turn}/lever/{at}", list(self.table.blueprint.doctrine.levers))
                    for at in range(self.luck.choose(f"{turn}/levers", range(MOST_LEVERS + 1)))
                )
            )
            return Levers(seat, found.id, levers, ask=not levers)
        kinds = ["order"] if self._tasks[seat] else []
        gives = self.table.blueprint.doctrine.roles[self.table.blueprint.seats[seat].role].gives
        kinds += [kind for kind in ("direction", "request") if kind in gives]
        if not kinds:
            return None
        match self.luck.choose(f"{turn}/kind", kinds):
            case "order":
                return self._order(seat, turn)
            case "direction":
                return self._direction(seat, turn)
            case _:
                return self._request(seat, turn)

    def _order(self, seat: str, turn: str) -> Input | None:
        response, unit = self.luck.choose(f"{turn}/task", self._tasks[seat])
        named = self._named(response, turn)
        if named is None:
            return None
        options = tuple(option for option in response.options if self.luck.draw(f"{turn}/option/{option}") < 0.25)
        return Order(seat, response.id, unit, *named, options)

    def _request(self, seat: str, turn: str) -> Input | None:
        blueprint = self.table.blueprint
        response = self.luck.choose(f"{turn}/response", list(blueprint.doctrine.responses.values()))
        named = self._named(response, turn)
        others = [one.id for one in blueprint.seats.values() if one.id != seat and one.level != "control"]
        if named is None or not others:
            return None
        units = [
            unit for unit in blueprint.units if response.performed_by != OFFICE and able(blueprint, unit, response)
        ] or [""]
        return Request(
            seat, self.luck.choose(f"{turn}/to", others), response.id, self.luck.choose(f"{turn}/unit", units), *named
        )

    def _direction(self, seat: str, turn: str) -> Input | None:
        blueprint = self.table.blueprint
        response = self.luck.choose(f"{turn}/response", list(blueprint.doctrine.responses.values()))
        named = self._named(response, turn)
        others = [one.id for one in blueprint.seats.values() if one.id != seat and one.level == "mission"]
        if named is None or not others:
            return None
        place, target = named
        return Direction(
            seat, self.luck.choose(f"{turn}/lead", others), response.id, place, target=target,
            delegate=self.luck.draw(f"{turn}/delegate") < 0.5,
        )  # fmt: skip

    def _named(self, response: Response, turn: str) -> tuple[str, str] | None:
        """A place and somebody to whom the response can be addressed; nothing where there is nobody."""
        blueprint = self.table.blueprint
        places = list(blueprint.places)
        if response.needs == "site":
            places = [place.id for place in blueprint.places.values() if place.site is not None]
        targets = [target for kind in response.targets for target in getattr(blueprint, ADDRESSEES[kind])]
        if not places or (response.needs == "target" and not targets):
            return None
        target = self.luck.choose(f"{turn}/target", targets) if targets else ""
        return self.luck.choose(f"{turn}/place", places), target

    def _tasks_of(self, seat: str) -> Iterator[tuple[Response, str]]:
        """What a seat may order: work of its own office, and each task of each unit that takes its orders."""
        blueprint = self.table.blueprint
        if "order" not in blueprint.doctrine.roles[blueprint.seats[seat].role].gives:
            return
        for response in blueprint.doctrine.responses.values():
            for unit in ("", *blueprint.units):
                if may_order(blueprint, seat, response, unit):
                    yield response, unit
