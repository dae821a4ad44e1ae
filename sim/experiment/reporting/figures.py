"""Which figures an answer has."""

from __future__ import annotations

from collections.abc import Iterator

from sim.experiment.answers import Answer, Assumptions, Comparison
from sim.experiment.reporting import bars, curves, maps, varied
from sim.experiment.reporting.drawing import Picture


def pictures(answer: Answer) -> list[Picture]:
    """The figures of an answer in the order of its page; nothing is drawn yet."""
    return [picture for picture in _planned(answer) if picture is not None]


def _planned(answer: Answer) -> Iterator[Picture | None]:
    if isinstance(answer, Comparison):
        for place, exceeded in enumerate(answer.exceedance, 1):
            yield curves.exceedance(answer, exceeded, f"exceedance-{place}")
        yield bars.intervals(answer, "rows")
        for place, spread in enumerate(answer.spreads, 1):
            yield curves.spread(answer, spread, f"pairs-{place}")
        for place, fan in enumerate(answer.fans, 1):
            yield curves.fan(answer, fan, f"fan-{place}")
        if answer.harm is not None and answer.harm.places:
            yield maps.harm(answer, answer.harm, "harm")
    elif isinstance(answer, Assumptions):
        yield bars.shares(answer, "shares")
        for place, tornado in enumerate(answer.tornados, 1):
            yield bars.tornado(answer, tornado, f"tornado-{place}")
    else:
        yield varied.sweep(answer, "sweep")
