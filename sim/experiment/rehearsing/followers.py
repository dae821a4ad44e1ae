"""Teams that do what the standing orders of their seats say, each in its own way and time."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

from sim.engine.blueprint import OptionSpec, StandingOrderSpec
from sim.engine.inputs import Answer, Direction, Input, Levers, Order, Request
from sim.engine.pictures import OpenDecision
from sim.engine.ticks import MINUTE, Tick, from_hours
from sim.experiment.rehearsing.asked import RELEASE, USUAL_HOURS, Asked, order_for, release_of
from sim.experiment.rehearsing.catalogue import FORCE, Player
from sim.experiment.rehearsing.luck import Luck
from sim.experiment.rehearsing.table import Table
from sim.experiment.rehearsing.team import Team


@dataclass(slots=True)
class _Followed:
    """A standing order that a team carries out itself."""

    spec: StandingOrderSpec
    answers: str
    given: int = 0
    latest: Tick = 0
    due: Tick | None = None


class Follower(Team):
    """Carries out the standing orders of its seats in a time of its own; the doctrine's first match first."""

    def __init__(self, table: Table, player: Player, luck: Luck) -> None:
        super().__init__(table, player, luck)
        self._orders = [_Followed(spec, answered(spec)) for spec in table.standing_orders]
        self._asked: list[Asked] = []

    def acts(self) -> Iterator[Input]:
        open_ = {question.id for question in self.table.questions()}
        for order in self._orders:
            if order.answers and order.answers not in open_:
                order.due = None
            elif order.due is not None:
                if order.due <= self.table.now:
                    yield from self._give(order)
            elif self._wanted(order):
                order.due = self.table.now + self._takes(order)
        self._read()
        due = [asked for asked in self._asked if asked.due <= self.table.now]
        self._asked = [asked for asked in self._asked if asked.due > self.table.now]
        for asked in due:
            entry = self.does(asked)
            if entry is not None:
                yield entry

    def plans(self) -> Iterator[Tick]:
        yield from (order.due for order in self._orders if order.due is not None)
        yield from (asked.due for asked in self._asked)

    def does(self, asked: Asked) -> Input | None:
        """What it does about something that a seat was asked for: what the staff of an empty seat would do."""
        if asked.report.phrase == RELEASE:
            chance = self.table.blueprint.parameters["command.release_chance"]
            return release_of(asked) if self.luck.draw(f"{asked.task}/release") < chance else None
        return order_for(self.table, asked)

    def carries_out(self, entry: Input) -> Input | None:
        """What it makes of one part of a standing order; nothing if it leaves it."""
        return entry

    def _read(self) -> None:
        parameters = self.table.blueprint.parameters
        for seat in self.table.seats:
            for report in self.table.unread(seat):
                if report.phrase in USUAL_HOURS:
                    asked = Asked(seat, report, 0)
                    usual = from_hours(parameters[USUAL_HOURS[report.phrase]])
                    asked.due = self.table.now + round(usual * self._pace(f"{asked.task}/answer"))
                    self._asked.append(asked)

    def _pace(self, name: str) -> float:
        return self.luck.between(f"{name}/pace", *self.player.pace)

    def _wanted(self, order: _Followed) -> bool:
        if order.given and not (order.spec.repeat and self.table.now >= order.latest + order.spec.repeat):
            return False
        return self.table.calls_for(order.spec)

    def _takes(self, order: _Followed) -> Tick:
        name = f"{order.spec.id}#{order.given}"
        within = order.spec.within
        usual = 0 if within is None else within.ticks(self.luck.draw(f"{name}/within"))
        return max(round(usual * self._pace(name)), round(self.player.least_minutes * MINUTE))

    def _give(self, order: _Followed) -> Iterator[Input]:
        order.due = None
        if order.given and not self.table.calls_for(order.spec):
            return
        order.given += 1
        order.latest = self.table.now
        for entry in order.spec.do:
            seated = dataclasses.replace(entry, seat=entry.seat or order.spec.seat)
            done = self.carries_out(seated) if seated.seat in self.table.seats else None
            if done is not None:
                yield done


class Cautious(Follower):
    """Touches as little as it can, asks upward for what is strong, and offers nothing."""

    def __init__(self, table: Table, player: Player, luck: Luck) -> None:
        super().__init__(table, player, luck)
        seats = table.blueprint.seats.values()
        self._head = next((seat.id for seat in seats if seat.role == "head-of-mission"), "")
        self._answers: dict[str, Tick] = {}

    def acts(self) -> Iterator[Input]:
        for question in self.table.questions():
            at = question.opened + round((question.due - question.opened) * self.player.answers_at_share)
            self._answers.setdefault(question.id, at)
            if self.table.now >= at:
                yield Answer(question.seat, question.id, self.least(question).id)
        yield from super().acts()

    def plans(self) -> Iterator[Tick]:
        yield from super().plans()
        yield from self._answers.values()

    def least(self, question: OpenDecision) -> OptionSpec:
        """The option without reserved means that touches least; of two alike what happens anyway, then the first."""
        spec = self.table.blueprint.decisions[question.id]
        return min(
            spec.options.values(),
            key=lambda option: (
                any(self._reserved(entry) for entry in option.do),
                sum(abs(touch) for touch in option.touches.values()),
                option.id != spec.otherwise,
            ),
        )

    def does(self, asked: Asked) -> Input | None:
        if asked.report.phrase == RELEASE:
            return None
        order = order_for(self.table, asked)
        return None if order is None or self._too_strong(order) else order

    def carries_out(self, entry: Input) -> Input | None:
        match entry:
            case Answer():
                return None
            case Levers():
                return dataclasses.replace(entry, levers=(), hours=0.0, offer="") if entry.ask else None
            case Order() | Direction() if self._too_strong(entry):
                if entry.seat == self._head or self._head not in self.table.seats:
                    return None
                unit = entry.unit if isinstance(entry, Order) else ""
                return Request(entry.seat, self._head, entry.action, unit, entry.place, entry.target)
        return entry

    def _too_strong(self, entry: Order | Direction) -> bool:
        response = self.table.blueprint.doctrine.responses[entry.action]
        return response.reserved or FORCE.index(response.force_level) > FORCE.index(self.player.strongest)

    def _reserved(self, entry: Input) -> bool:
        action = entry.action if isinstance(entry, Order | Direction | Request) else ""
        return bool(action) and self.table.blueprint.doctrine.responses[action].reserved


def answered(spec: StandingOrderSpec) -> str:
    """The decision that a standing order is there for; empty for any other."""
    return next((entry.decision for entry in spec.do if isinstance(entry, Answer)), "")
