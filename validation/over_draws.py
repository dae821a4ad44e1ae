"""The parts of P14 and P15 over sets of assumptions: which runs, which columns, which ends of which bands."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from validation.cases import SCENARIO, Task, histories, part, usable
from validation.runs import Row, Runner, digest, model_hash
from validation.shares import Part, Share, shares


def parts(bands: Mapping[str, Any]) -> list[Part]:
    """The bands as shares meet them. A share cannot exceed one, so a band that ends there has no upper end."""
    made = []
    for name, band in bands["P15"].items():
        low, high = (float(end) for end in band["band"])
        share = name in {"share-at-base", "home-share", "no-attack-on-site"}
        made.append(
            Part(
                name, low, math.inf if share and high >= 1.0 else high,
                mean=band["statistic"] == "probability", log=name in {"peak-at-base", "wounded-treated"},
            )
        )  # fmt: skip
    return made


def pair_parts(bands: Mapping[str, Any]) -> list[Part]:
    """The same for P14: hours earlier without the caveat, and no more histories with many killed."""
    low, high = bands["P14"]["earlier_hours_band"]
    return [
        Part("earlier-hours", low, high),
        Part("more-killed-share", -math.inf, bands["P14"]["killed_share_margin"], mean=True),
    ]


def histories_of(
    kind: str, draws: Sequence[Mapping[str, float]], runs: int, bands: Mapping[str, Any], runner: Runner
) -> list[list[Row]]:
    """The runs of each draw, a draw a task."""
    # Seeds are disjoint between draws: shared luck over draws reads as no dependence on assumptions.
    start = bands["first_seed_of_draws"] * (1 if kind == "full" else 2)
    tasks = {
        f"{at}/{runs}": Task(tuple(range(start + at * runs, start + (at + 1) * runs)), bands, values, pairs=True)
        for at, values in enumerate(draws)
    }
    model = digest(model_hash(SCENARIO), repr(draws))
    return list(runner.results(f"draws-{kind}", histories, tasks, model).values())


def shares_of(rows: Sequence[Sequence[Row]], bands: Mapping[str, Any]) -> tuple[dict[str, Share], Share, int]:
    """Share inside per part, of the parts of P15 together, and the number of failed runs."""
    failed = sum(len(each) - len(usable(each)) for each in rows)
    wanted, pairs = parts(bands), pair_parts(bands)
    alone, together = shares(wanted, table(rows, wanted, bands), bands["draws_seed"])
    beside, _ = shares(pairs, table(rows, pairs, bands), bands["draws_seed"])
    return {**alone, **beside}, together, failed


def table(rows: Sequence[Sequence[Row]], wanted: Sequence[Part], bands: Mapping[str, Any]) -> Any:
    """Draws x runs x parts; a failed run is a line of nothing."""
    return np.array(
        [
            [[math.nan if "failed" in row else part(each.name, row, bands) for each in wanted] for row in draw]
            for draw in rows
        ]
    )
