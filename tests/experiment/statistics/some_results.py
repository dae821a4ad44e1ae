"""Measures and results to compute on, small enough to see through."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st

from sim.doctrine import MeasureSpec
from sim.experiment.results import Held, Numbers

KILLED = MeasureSpec(
    "killed", "People killed", "people", "lower", 10.0, whole=True, heavy_tailed=True, thresholds=(50.0, 200.0)
)
SHELTERED = MeasureSpec("sheltered", "People sheltered", "people", "higher", 100.0)
SEEN = MeasureSpec("seen", "Movements seen", "movements", "neither", 5.0)
SHARE = MeasureSpec("share", "Share answered", "share", "higher", 0.1, "answered", "attacks")
ARRIVAL = MeasureSpec("arrival", "Hours to arrival", "hours", "lower", 6.0, may_not_happen=True)
CATALOGUE = {each.id: each for each in (KILLED, SHELTERED, SEEN, SHARE, ARRIVAL)}

harms = st.lists(st.one_of(st.just(0.0), st.floats(0, 1e6, width=32)), min_size=2, max_size=60)


@st.composite
def two_columns(draw: st.DrawFn) -> tuple[list[float], list[float]]:
    """Two columns of one length, with many zeros."""
    own = draw(harms)
    number = st.one_of(st.just(0.0), st.floats(0, 1e6, width=32))
    return own, draw(st.lists(number, min_size=len(own), max_size=len(own)))


def held(own: Sequence[float] | Numbers, other: Sequence[float] | Numbers, measure: str = "killed") -> Held:
    """Two patterns, ``a`` and ``b``, with one measure."""
    return Held({"a": {measure: own}, "b": {measure: other}})


def ratios(parts: Sequence[float], wholes: Sequence[float]) -> dict[str, Numbers]:
    """The columns of a share: undefined where there is nothing to take it of."""
    part, whole = np.asarray(parts, dtype=np.float64), np.asarray(wholes, dtype=np.float64)
    value = np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0)
    return {"share": value, "share.numerator": part, "share.denominator": whole}


def arrivals(hours: Sequence[float | None], horizon: float) -> dict[str, list[float]]:
    """The columns of a time that may never come; nothing stands for never."""
    return {
        "arrival": [np.nan if each is None else each for each in hours],
        "arrival.censored": [float(each is None) for each in hours],
        "arrival.horizon": [horizon for _ in hours],
    }
