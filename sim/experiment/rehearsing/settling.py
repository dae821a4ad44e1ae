"""What each decision settles, from runs in which it was forced each way."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.doctrine import MeasureSpec
from sim.engine.blueprint import Blueprint, DecisionSpec
from sim.experiment.answers import Interval
from sim.experiment.rehearsing.catalogue import LeverageLimits
from sim.experiment.rehearsing.findings import LeverageFinding, LeverageOn
from sim.experiment.rehearsing.leverage import leverage
from sim.experiment.rehearsing.rehearsal import Forced
from sim.experiment.rehearsing.rows import Rows
from sim.experiment.rehearsing.tallies import share_of
from sim.experiment.statistics.intervals import excluded_share

DECORATION = "decoration"
MATTERS = "matters"
TRAP_DOOR = "trap door"
NOT_SHOWN = "not shown"
SELDOM = "seldom put"


def settled(
    rows: Rows, blueprint: Blueprint, spec: DecisionSpec, measures: Sequence[str], limits: LeverageLimits
) -> LeverageFinding:
    """What one decision settles, over the histories in which it was put to every option.

    Args:
        measures: by which it is judged.
    """
    options = [Forced(spec.id, option).pattern for option in spec.options]
    offered = [rows.by_replication(option, f"offered/{spec.id}") for option in options]
    common = [each for each in offered[0] if all(each in own and own[each] for own in offered)]
    found = tuple(
        on(rows, blueprint.doctrine.measures[measure], list(spec.options), options, common, limits, len(measures))
        for measure in measures
    )
    verdict, said = judged(found, len(common), limits)
    runs = min((rows.many(option) for option in options), default=0)
    return LeverageFinding(spec.id, spec.title, len(common), runs, verdict, said, found)


def on(
    rows: Rows, measure: MeasureSpec, names: Sequence[str], options: Sequence[str], common: Sequence[int],
    limits: LeverageLimits, among: int,
) -> LeverageOn:  # fmt: skip
    """What a decision settles in one measure; histories in which any option leaves it undefined do not count."""
    columns = [rows.by_replication(option, measure.id) for option in options]
    y = np.array([[_number(column[each]) for each in common] for column in columns], dtype=np.float64)
    y = y.reshape(len(options), len(common))
    y = y[:, np.isfinite(y).all(axis=0)]
    changed = share_of(int((y != y[:1]).any(axis=0).sum()), y.shape[1])
    means = tuple((name, float(own.mean())) for name, own in zip(names, y, strict=True) if own.size)
    if y.shape[1] < limits.least_histories or len(options) < 2:
        return LeverageOn(measure.id, measure.label, measure.unit, None, False, changed, means)
    share, shown = leverage(np.log1p(y) if measure.heavy_tailed else y, among)
    return LeverageOn(measure.id, measure.label, measure.unit, share, shown, changed, means)


def judged(found: Sequence[LeverageOn], histories: int, limits: LeverageLimits) -> tuple[str, str]:
    """A word and a sentence for what a decision settles; the first measure says whether it is a trap door."""
    shares = [(each, each.share) for each in found if each.share is not None]
    if not shares:
        return SELDOM, (
            f"Put in {histories} of the histories tried; nothing is said below {limits.least_histories}."
            if histories
            else "Never put in the histories tried."
        )
    if not any(each.changed.count for each, _ in shares):
        return DECORATION, (
            f"Decoration: in all {histories} histories none of the measures by which it is judged differs, whatever is "
            f"chosen; a difference in more than {percent(excluded_share(histories))} of them is excluded."
        )
    first, interval = shares[0]
    if interval.low > limits.trap_door:
        return TRAP_DOOR, f"A trap door: the choice settles {_told(first, interval)}; hardly anything later does."
    most = max(shares, key=lambda pair: pair[1].value)
    if all(own.high < limits.decoration for _, own in shares):
        return DECORATION, f"Decoration: it settles hardly anything; the most is {_told(*most)}."
    shown = [pair for pair in shares if pair[0].shown]
    if shown:
        most = max(shown, key=lambda pair: pair[1].value)
        little = " a little" if most[1].value < limits.decoration else ""
        return MATTERS, f"It matters{little}, most for {_told(*most)}."
    return NOT_SHOWN, f"Not shown to matter; more runs would tell. The most is {_told(*most)}."


def _told(on: LeverageOn, share: Interval) -> str:
    ends = f"{percent(share.low)} to {percent(share.high)}"
    return f"{on.label.lower()} ({percent(share.value)} of what differs between histories, {ends})"


def percent(value: float) -> str:
    """A share of 100, small ones told apart from none."""
    return "under 1 %" if 0 < value < 0.01 else f"{100 * value:.0f} %"


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else float("nan")
