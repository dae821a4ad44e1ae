"""The conventions of the statistics: numbers that are chosen, not measured, each with its reason.

They were checked by simulation on outcomes that are mostly zero and heavy-tailed; `benchmarks/coverage.py` repeats it.
"""

from __future__ import annotations

import math
from typing import Final

ERROR: Final = 0.05
"""How often an interval may miss and a verdict be false; the custom of the field."""

LEVEL: Final = 1 - ERROR
"""Of every interval."""

FIRST_LOOK: Final = 100
"""Histories before the results are looked at: with fewer, the variance of mostly zero differences is a guess."""

LOOK_FACTOR: Final = 1.5
"""Each look waits for half as many histories again: to look after every pair covers 16 % instead of 95 %."""

SCREENING_FACTOR: Final = 1.3
"""Screening pays for each look in its bounds, so that it may look oftener."""

ENOUGH_PAIRS: Final = 30
"""Pairs that must carry the variance before an interval is trusted; with fewer a handful of histories decides."""

SEQUENCE_TIGHTEST_AT: Final = 1000
"""Pairs at which the confidence sequence is narrowest relative to the plain interval; it holds at any number."""

RULE_OF_THREE: Final = 3.0
"""What happened in none of n histories happens in at most 3/n of them, at 95 % (Hanley and Lippman-Hand 1983)."""

WORTHWHILE_SHARE: Final = 0.05
"""Smallest difference worth acting on in how often something happens: 5 of 100 histories."""

WORTHWHILE_FACTOR: Final = 1.1
"""On a log scale: a tenth more or less."""

WORTHWHILE_LOG: Final = math.log(WORTHWHILE_FACTOR)

DRAWS: Final = 4000
"""Of a bootstrap: its share of 5 % is then known to a third of a point."""

DRAWS_SEED: Final = 20_170_201
"""The luck of a bootstrap is fixed, so that the same results always give the same answer."""

CURVE_POINTS: Final = 48
"""Thresholds of a drawn curve at most."""

SPREAD_BINS: Final = 40
"""Bins of a drawn distribution at most."""
