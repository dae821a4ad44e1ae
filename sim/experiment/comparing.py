"""Comparing patterns: runs are made until the rule says stop, and what may be said of them is said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sim.experiment.answers import About, Comparison, Fan
from sim.experiment.asking import Wanted
from sim.experiment.histories import fan, harm_map
from sim.experiment.kept import Kept
from sim.experiment.means import HERE, Means
from sim.experiment.model import Kind, Spec
from sim.experiment.reopening import about, command, openings
from sim.experiment.results import Numbers, Ragged, Results, first
from sim.experiment.running import Manifest, Pool, Progress, Store, make
from sim.experiment.scenario_model import SERIES, ScenarioModel
from sim.experiment.seeds import seed_of
from sim.experiment.statistics.comparison import compare_answer
from sim.experiment.statistics.grammar import parse
from sim.experiment.statistics.questions import Question
from sim.experiment.statistics.screening import screen
from sim.experiment.statistics.stopping import Decision, judge, looks

if TYPE_CHECKING:
    from sim.doctrine import MeasureSpec
    from sim.scenario import Scenario

PILOT: Final = 3
"""Replications from which the time is estimated; they belong to the experiment."""
FRESH_AT_MOST: Final = 1000
"""Replications on which the best of many is estimated anew."""
DEFAULT_SERIES: Final = ("civilians_killed", "home_share_end")
FAN_HISTORIES: Final = 4000
"""Histories behind a fan: its quantiles move no more, and a million lines need no room."""


@dataclass(frozen=True, slots=True)
class Histories:
    """Replications ``start`` to ``stop`` of some patterns, all patterns of a replication after each other."""

    patterns: tuple[str, ...]
    start: int
    stop: int
    master: int

    def __len__(self) -> int:
        return max(0, self.stop - self.start) * len(self.patterns)

    def __iter__(self) -> Iterator[Spec]:
        for replication in range(self.start, self.stop):
            seed = seed_of(self.master, 0, replication)
            for pattern in self.patterns:
                yield Spec(0, 0, replication, pattern, seed)


def compare(scenario: Scenario, wanted: Wanted, folder: Path, means: Means = HERE) -> Kept[Comparison]:
    """Compare deployment patterns under the same luck.

    Args:
        folder: where the rows are kept; work in it goes on where it was left.

    Raises:
        MissionError: for a question, scenario, folder or cluster that cannot be used.
        KeyboardInterrupt: when all that was finished is kept.
    """
    model = ScenarioModel(scenario, wanted.patterns, options=wanted.options, series=_series(wanted))
    catalogue = model.blueprint(wanted.patterns[0]).doctrine.measures
    question = wanted.question(catalogue)
    manifest = Manifest.of(
        model, kind="compare", patterns=question.patterns, master_seed=wanted.seed, asked=_as_json(question)
    )
    with Store.open(folder, manifest) as store, means.pool() as pool:
        flow = _Flow(scenario, model, question, wanted, store, pool, means)
        flow.begin()
        flow.run()
        answer = flow.answer(catalogue)
    return Kept(answer, folder)


class _Flow:
    """One comparison under way."""

    def __init__(
        self,
        scenario: Scenario,
        model: ScenarioModel,
        question: Question,
        wanted: Wanted,
        store: Store,
        pool: Pool,
        means: Means,
    ) -> None:
        self._scenario, self._model, self._question, self._wanted = scenario, model, question, wanted
        self._store, self._pool, self._means = store, pool, means
        self._decisions: list[Decision] = []
        self._made = dict.fromkeys(question.patterns, 0)
        self._fresh: tuple[str, str, int] | None = None

    def begin(self) -> None:
        """Make a few runs and say how long the others will take.

        Raises:
            NotAgreed: when it takes long and nobody agreed.
        """
        question = self._question
        self._make(question.patterns, 0, min(PILOT, question.max_runs))
        self._means.ask(self._most() - len(self._store), self._seconds(), self._pool)

    def _most(self) -> int:
        """Runs that it may take, those on which the best of many is estimated anew among them."""
        question = self._question
        fresh = 2 * min(FRESH_AT_MOST, question.max_runs) if len(question.patterns) > 2 else 0
        return question.max_runs * len(question.patterns) + fresh

    def _seconds(self) -> float:
        known = self._store.seconds_per_run()
        return fmean(known.values()) if known else 0.0

    def run(self) -> None:
        """Make runs from look to look, and those on which the winner is estimated anew."""
        question = self._question
        survivors = question.patterns
        for n in looks(question.rule, question.max_runs, len(question.patterns)):
            self._make(survivors, max(self._made[pattern] for pattern in survivors), n)
            self._made.update(dict.fromkeys(survivors, n))
            decision = judge(question, self._results(survivors), n, survivors)
            self._decisions.append(decision)
            survivors = decision.survivors
            if decision.done:
                break

    def _make(self, patterns: tuple[str, ...], start: int, stop: int) -> None:
        specs = Histories(patterns, start, stop, self._wanted.seed)
        make(self._model, specs, self._store, self._pool, progress=self._tell)

    def _tell(self, told: Progress) -> None:
        """Say how far the whole of it is; what was told is one look's."""
        if self._means.tell is None:
            return
        question, there = self._question, len(self._store)
        planned = max(there, self._most())
        rate = told.per_second
        whole = Progress(there, planned, rate, (planned - there) / rate if rate else None, self._failed_runs())
        running = self._decisions[-1].look.running if self._decisions else {}
        self._means.tell(whole, question.stops_on.asked, running)

    def _failed_runs(self) -> int:
        return sum(self._store.failures().values())

    def _results(self, patterns: Sequence[str]) -> Results:
        return self._store.results(patterns, start=0)

    def answer(self, catalogue: Mapping[str, MeasureSpec]) -> Comparison:
        """What may be said of the runs."""
        by_pattern = {pattern: first(self._results([pattern]), made) for pattern, made in self._made.items()}
        results = Ragged(by_pattern, lambda one, other: self._results((one, other)))
        answer = compare_answer(
            self._question,
            results,
            self._decisions,
            self._fresh_results(),
            self._about(),
            catalogue,
            fans=tuple(self._fans(catalogue)),
            harm=harm_map(by_pattern, self._model.blueprint(self._question.reference)),
        )
        return replace(
            answer,
            warnings=(*self._store.warnings, *answer.warnings),
            openings=tuple(openings(self._question, results, self._wanted, self._scenario)),
        )

    def _about(self) -> About:
        return about(
            self._scenario,
            self._model,
            self._question.patterns,
            self._question.reference,
            self._store,
            self._counted(),
            seed=self._wanted.seed,
            command=command(self._question, self._wanted, self._scenario),
        )

    def _counted(self) -> Iterator[Spec]:
        """The runs that the answer rests on; others may lie in the folder from another question."""
        for pattern, made in self._made.items():
            yield from Histories((pattern,), 0, made, self._wanted.seed)
        if self._fresh is not None:
            best, rival, many = self._fresh
            yield from Histories(
                (best, rival), max(self._made.values()), max(self._made.values()) + many, self._wanted.seed
            )

    def _fresh_results(self) -> Results | None:
        """Replications that did not choose the best of many, of it and of the next best."""
        question = self._question
        if len(question.patterns) < 3:
            return None
        best, rival = self._leaders()
        chosen_on = max(self._made.values())
        many = min(FRESH_AT_MOST, chosen_on)
        self._make((best, rival), chosen_on, chosen_on + many)
        self._fresh = (best, rival, many)
        return self._store.results((best, rival), start=chosen_on)

    def _leaders(self) -> tuple[str, str]:
        """The best pattern by the primary quantity, and the one that comes nearest to it."""
        question = self._question
        survivors = self._decisions[-1].survivors
        best = screen(question.primary, self._results(survivors), survivors, among=len(question.patterns)).best
        rivals = [pattern for pattern in (survivors if len(survivors) > 1 else question.patterns) if pattern != best]
        return best, min(rivals, key=lambda rival: self._loss(rival, best))

    def _loss(self, pattern: str, best: str) -> float:
        quantity = self._question.primary
        differences = quantity.differences(self._results((pattern, best)), pattern, best)
        known = differences[np.isfinite(differences)]
        return -quantity.sign * float(known.mean()) if len(known) else np.inf

    def _fans(self, catalogue: Mapping[str, MeasureSpec]) -> Iterator[Fan]:
        for column in self._model.columns:
            if column.kind is Kind.SERIES:
                measure = column.name.removeprefix(SERIES)
                lines = {pattern: self._lines(pattern, column.name) for pattern in self._question.patterns}
                yield fan(lines, parse(measure, catalogue).asked, self._model.hours)

    def _lines(self, pattern: str, column: str) -> Numbers:
        """A series in the histories that are counted, as far as a fan needs them."""
        wanted = min(FAN_HISTORIES, self._made[pattern])
        return self._store.results([pattern], start=0).series(pattern, column, first=wanted)


def _series(wanted: Wanted) -> tuple[str, ...]:
    """What is followed over time: deaths and homes, unless something else is wanted."""
    return DEFAULT_SERIES if wanted.series is None else wanted.series


def _as_json(question: Question) -> dict[str, Any]:
    return {
        "patterns": list(question.patterns),
        "reference": question.reference,
        "primary": question.primary.id,
        "rule": question.rule.value,
        "max_runs": question.max_runs,
        "target": None if question.target is None else question.target.text,
    }
