"""When to look at the results, what each look finds, and when no more runs are made."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sim.experiment.answers import Interval, Look, Stop
from sim.experiment.results import Results, first
from sim.experiment.statistics.conventions import ENOUGH_PAIRS, FIRST_LOOK, LOOK_FACTOR, SCREENING_FACTOR
from sim.experiment.statistics.intervals import Sample, excluded_share, sample
from sim.experiment.statistics.questions import Question, Rule
from sim.experiment.statistics.screening import Screened, look_times, screen
from sim.experiment.statistics.wording import amount, percent, span


@dataclass(frozen=True, slots=True)
class Decision:
    """What follows from a look: whether to go on, and with which patterns."""

    look: Look
    done: bool
    reached: bool
    reason: str

    @property
    def survivors(self) -> tuple[str, ...]:
        """The patterns worth running on."""
        return self.look.survivors


def looks(rule: Rule, max_runs: int, patterns: int = 2) -> Iterator[int]:
    """After how many histories of each pattern the results are looked at, and never elsewhere."""
    screening = rule is Rule.UNTIL_DECIDED and patterns > 2
    yield from look_times(SCREENING_FACTOR if screening else LOOK_FACTOR, max_runs)


def judge(question: Question, results: Results, n: int, survivors: Sequence[str] | None = None) -> Decision:
    """Look at the first ``n`` histories.

    Args:
        question: what was asked.
        results: with at least ``n`` complete replications of the survivors.
        n: one of the `looks`.
        survivors: patterns that no look before left out; all if left out.
    """
    left = question.patterns if survivors is None else tuple(survivors)
    part = first(results, n)
    against = {
        pattern: sample(question.stops_on.differences(part, pattern, question.reference))
        for pattern in question.others
        if pattern in left and question.reference in left
    }
    found = _found(question, part, left, against)
    at_end = n >= question.max_runs
    reason = _ended(question, n, found) if at_end and not found.reached else found.said
    look = Look(
        n=n,
        half_width=max((each.half_width() for each in against.values() if each.n > 1), default=None),
        n_eff=min((each.n_eff for each in against.values()), default=0.0),
        running={pattern: _running(each) for pattern, each in against.items()},
        survivors=found.survivors,
        said=f"After {n} histories: {found.said}.",
    )
    return Decision(look, found.reached or at_end, found.reached, f"{reason[:1].upper()}{reason[1:]}.")


def stop(question: Question, decisions: Sequence[Decision]) -> Stop:
    """Why no more runs were made, with every look that led there."""
    last = decisions[-1]
    return Stop(question.rule.value, last.reached, last.reason, tuple(each.look for each in decisions))


@dataclass(frozen=True, slots=True)
class _Found:
    """``few`` are the pairs that carry the answer where they are too few; ``needed`` the histories it would take."""

    reached: bool
    said: str
    survivors: tuple[str, ...]
    few: float | None = None
    needed: float | None = None


def _found(question: Question, part: Results, left: tuple[str, ...], against: Mapping[str, Sample]) -> _Found:
    match question.rule:
        case Rule.RUNS:
            return _Found(
                part.n >= question.max_runs, f"{part.n} of {question.max_runs} histories of each pattern", left
            )
        case Rule.UNTIL_CI:
            return _narrow(question, part, left, against)
        case Rule.UNTIL_DECIDED if len(question.patterns) == 2:
            return _decided(question, left, against[question.others[0]])
        case Rule.UNTIL_DECIDED:
            return _settled(question, part.n, screen(question.primary, part, left, among=len(question.patterns)))


def _narrow(question: Question, part: Results, left: tuple[str, ...], against: Mapping[str, Sample]) -> _Found:
    assert question.target is not None
    wanted = question.target.half_width(part, question.reference)
    if wanted == 0:
        nothing = f"{question.reference} has none of {question.stops_on.id}, so that a percentage of it says nothing"
        return _Found(False, nothing, left)
    equal = [pattern for pattern, found in against.items() if found.is_all_zero]
    if equal:
        said = [_identical(question, (each, question.reference), against[each].n) for each in equal]
        return _Found(False, "; ".join(said), left)
    widest = max(found.half_width() for found in against.values())
    fewest = min(found.n_eff for found in against.values())
    narrowed = f"±{amount(widest)} where ±{wanted:.3g} is asked ({question.stops_on.asked.unit}); {_carried(fewest)}"
    if fewest < ENOUGH_PAIRS:
        return _Found(False, narrowed, left, few=fewest)
    needed = part.n * (widest / wanted) ** 2 if widest > wanted else None
    return _Found(widest <= wanted and part.n >= FIRST_LOOK, narrowed, left, needed=needed)


def _decided(question: Question, left: tuple[str, ...], found: Sample) -> _Found:
    pattern, reference, primary = question.others[0], question.reference, question.primary
    if found.n == 0 or found.is_all_zero:
        return _Found(False, _identical(question, (pattern, reference), found.n), left)
    running = found.running()
    if math.isinf(running.low):
        return _Found(False, f"fewer than the {FIRST_LOOK} pairs that a verdict needs", left)
    said = f"{primary.id} of {pattern} less that of {reference} is {span(running, found.error)} whenever one looks"
    if not found.is_trusted:
        return _Found(False, f"{said}; {_carried(found.n_eff)}", left, few=found.n_eff)
    worthwhile = primary.worthwhile or 0.0
    if -worthwhile < running.low and running.high < worthwhile:
        less = f"no material difference: {said}, less than the {amount(worthwhile)} worth acting on"
        return _Found(True, less, left)
    if running.low <= 0 <= running.high:
        return _Found(False, f"undecided: {said}", left)
    better = pattern if (running.low > 0) == (primary.sign > 0) else reference
    return _Found(True, f"{better} is better: {said}", left)


def _settled(question: Question, n: int, step: Screened) -> _Found:
    if len(step.survivors) == 1:
        return _Found(True, f"{step.best} is the best: each of the others is surely worse", step.survivors)
    unit = question.primary.asked.unit
    bound = f"none can be better than {step.best} by more than {amount(step.bounds[step.best])} ({unit})"
    names = " and ".join([", ".join(step.survivors[:-1]), step.survivors[-1]])
    if step.alike:
        bound = "; ".join([bound, *(_identical(question, (each, step.best), n) for each in step.alike)])
    if step.settled:
        apart = f"{names} cannot be told apart by what is worth acting on: {bound}"
        return _Found(True, apart, step.survivors)
    few = step.n_eff if step.n_eff < ENOUGH_PAIRS else None
    carried = "" if few is None else f"; {_carried(few)}"
    return _Found(False, f"{names} are left: {bound}{carried}", step.survivors, few=few)


def _ended(question: Question, n: int, found: _Found) -> str:
    """Why the budget was not enough, in words."""
    ended = f"the budget of {n} histories is used up: {found.said}"
    if found.few is not None:
        return (
            f"{ended}. A handful of histories carries the answer, {ENOUGH_PAIRS} are needed: {question.stops_on.id} "
            "cannot be estimated with this budget; look at the exceedance curves"
        )
    if found.needed is not None:
        return f"{ended}. It would take about {amount(found.needed)} histories"
    return ended


def _carried(pairs: float) -> str:
    return f"{math.floor(pairs)} pairs carry it"


def _running(found: Sample) -> Interval:
    return found.running() if found.n else Interval(math.nan, -math.inf, math.inf)


def _identical(question: Question, pair: tuple[str, str], n: int) -> str:
    if n == 0:
        return f"in no history is there any {question.stops_on.id} of both {pair[0]} and {pair[1]}"
    return (
        f"{pair[0]} and {pair[1]} are identical in {n} of {n} histories in {question.stops_on.id}; "
        f"a difference in more than {percent(excluded_share(n))} of them is excluded"
    )
