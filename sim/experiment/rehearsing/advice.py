"""What an author should look at, in words: read off the findings, the gravest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from sim.experiment.rehearsing.catalogue import Habits
from sim.experiment.rehearsing.counting import BY_THEMSELVES_NEVER
from sim.experiment.rehearsing.findings import (
    DecisionFinding,
    InjectFinding,
    LeverageFinding,
    ObjectiveFinding,
    PhaseFinding,
    PlayerFinding,
    SeatFinding,
    Share,
    Waiting,
)
from sim.experiment.rehearsing.observing import TEAM
from sim.experiment.rehearsing.players import DOCTRINAL
from sim.experiment.rehearsing.settling import DECORATION, TRAP_DOOR, percent
from sim.experiment.rehearsing.tallies import share_of

RARE: Final = 0.05
"""Of all runs."""
MOSTLY: Final = 0.5


def advice(
    players: Sequence[PlayerFinding],
    injects: Sequence[InjectFinding],
    decisions: Sequence[DecisionFinding],
    seats: Sequence[SeatFinding],
    phases: Sequence[PhaseFinding],
    objectives: Sequence[ObjectiveFinding],
    leverage: Sequence[LeverageFinding],
    habits: Habits,
) -> Iterator[str]:
    """Sentences for the author."""
    for player in players:
        if player.failed:
            of = player.failed + player.runs
            yield f"{player.failed} of {of} runs of '{player.id}' failed; they are not counted."
    yield from _objectives(objectives, injects)
    yield from _injects(injects)
    yield from _decisions(decisions)
    yield from _leverage(leverage)
    yield from _phases(phases)
    yield from _seats(seats, habits)


def _objectives(objectives: Iterable[ObjectiveFinding], injects: Sequence[InjectFinding]) -> Iterator[str]:
    kinds = {inject.id: inject.kind for inject in injects}
    by_hand = []
    for objective in objectives:
        own = {kinds[inject] for inject in objective.injects}
        if own <= set(BY_THEMSELVES_NEVER):
            by_hand += [objective.id] if "pool" in own else []
        elif not any(each.came.count for each in objective.by_player):
            yield f"Objective {objective.id} was never to be observed, whoever played: none of its injects came."
        else:
            missed = [each for each in objective.by_player if each.came.of and each.came.count / each.came.of < MOSTLY]
            if missed:
                told = ", ".join(f"{each.player} {of_runs(each.came)}" for each in missed)
                yield f"Objective {objective.id} is observable in less than half of the runs under some: {told}."
    if by_hand:
        yield f"Objectives that rest on control alone, since all their injects are fired by hand: {', '.join(by_hand)}."


def _injects(injects: Iterable[InjectFinding]) -> Iterator[str]:
    for inject in injects:
        if inject.kind in BY_THEMSELVES_NEVER:
            continue
        count, of = (sum(getattr(each.came, name) for each in inject.by_player) for name in ("count", "of"))
        waits = _most(each.waits for each in inject.by_player)
        if not count:
            yield f"Inject {inject.id} never came, whoever played ({never(of)}): it waits for {waits}."
        elif of and count / of < RARE:
            yield f"Inject {inject.id} came in {count} of {of} runs over all players: mostly it waits for {waits}."
        else:
            without = [each.player for each in inject.by_player if not each.came.count and each.came.of]
            if without:
                runs = next(each.came.of for each in inject.by_player if each.player == without[0])
                own = _most(each.waits for each in inject.by_player if each.player in without)
                names = ", ".join(without)
                bound = never(runs, "runs of each")
                yield f"Inject {inject.id} never came under {names} ({bound}): it waits for {own}."


def _decisions(decisions: Iterable[DecisionFinding]) -> Iterator[str]:
    for decision in decisions:
        count, of = (sum(getattr(each.offered, name) for each in decision.by_player) for name in ("count", "of"))
        waits = _most(each.waits for each in decision.by_player)
        if not count:
            yield f"Decision {decision.id} was never put, whoever played ({never(of)}): it waits for {waits}."
            continue
        without = [each.player for each in decision.by_player if not each.offered.count and each.offered.of]
        if without:
            own = _most(each.waits for each in decision.by_player if each.player in without)
            yield f"Decision {decision.id} was never put under {', '.join(without)}: it waits for {own}."
        book = next((each for each in decision.by_player if each.player == DOCTRINAL), None)
        if book and book.expired.of and book.expired.count == book.expired.of:
            yield (
                f"Decision {decision.id} always ran out under the scenario's own standing orders: none of them "
                f"answers it within its {decision.within_hours:.3g} h."
            )
        away = sum(each.absent.count for each in decision.by_player)
        if away:
            yield f"Decision {decision.id} came while {decision.to} was away in {away} of {count} runs."


def _leverage(leverage: Iterable[LeverageFinding]) -> Iterator[str]:
    for found in leverage:
        if found.verdict in (DECORATION, TRAP_DOOR):
            yield f"Decision {found.decision}: {found.said}"


def _phases(phases: Iterable[PhaseFinding]) -> Iterator[str]:
    words = {"step": "Step", "storyline": "Storyline", "benchmark": "Benchmark"}
    for phase in phases:
        count, of = (sum(getattr(each.reached, name) for each in phase.by_player) for name in ("count", "of"))
        if not count and phase.kind != "storyline":
            yield f"{words[phase.kind]} {phase.id} was never reached, whoever played ({never(of)})."
        book = next((each for each in phase.by_player if each.player == DOCTRINAL), None)
        if count and book and book.skipped and book.skipped.of and book.skipped.count > MOSTLY * book.skipped.of:
            yield f"Step {phase.id} is skipped in {of_runs(book.skipped)} by the scenario's own standing orders."


def _seats(seats: Iterable[SeatFinding], habits: Habits) -> Iterator[str]:
    seats = list(seats)
    silent = [seat.id for seat in seats if not seat.decisions]
    if silent:
        yield f"No decision is ever put to: {', '.join(silent)}. Whoever sits there may find little to decide."
    for seat in seats:
        most = habits.load.reports(seat.role)
        busy = [each for each in seat.by_player if each.items_busiest is not None and each.items_busiest > most]
        if busy:
            told = ", ".join(f"{each.player} {each.items_busiest:.0f}" for each in busy)
            yield f"Seat {seat.id} gets more than the {most:g} reports that it can take in the busiest hour: {told}."
        if seat.id == TEAM:
            crowded = [each for each in seat.by_player if each.open_high > habits.load.open_decisions]
            if crowded:
                told = ", ".join(f"{each.player} {each.open_high:.0f}" for each in crowded)
                most_open = habits.load.open_decisions
                yield f"More than {most_open} decisions lie open at once in one hour of twenty: {told}."
    idle = [
        seat.id for seat in seats for each in seat.by_player
        if each.player == DOCTRINAL and each.idle_share is not None and each.idle_share > habits.load.idle_share
    ]  # fmt: skip
    if idle:
        yield (
            f"By the book nothing reaches these seats in more than {percent(habits.load.idle_share)} of the hours, "
            f"nights included: {', '.join(idle)}. Jump between moments, or give them more."
        )


def _most(waits: Iterable[Sequence[Waiting]], shown: int = 2) -> str:
    counts: dict[str, int] = {}
    for each in waits:
        for waiting in each:
            counts[waiting.words] = counts.get(waiting.words, 0) + waiting.count
    ordered = sorted(counts, key=lambda words: -counts[words])
    return "; ".join(ordered[:shown]) or "nothing that can be named"


def never(of: int, runs: str = "runs") -> str:
    """What can be said of what did not happen in so many runs."""
    found = share_of(0, of)
    if found.interval is None:
        return f"no {runs}"
    bound = 100 * found.interval.high
    return f"in fewer than {bound:{'.0f' if bound >= 10 else '.2g'}} % of {runs}, at 95 %"


def of_runs(share: Share) -> str:
    """A share as a count of runs."""
    return f"{share.count} of {share.of}"
