"""A design check in a terminal."""

from __future__ import annotations

from textwrap import wrap
from typing import Final

from sim.experiment.rehearsing.findings import DesignCheck
from sim.experiment.rehearsing.grids import Grid, grids
from sim.printing import printable, table

WIDTH: Final = 100
_LONGEST: Final = 26
"""Characters of a first column; longer ids lose their end."""


def lines(check: DesignCheck) -> list[str]:
    """What an author reads, in lines of at most 100 columns."""
    runs = sorted({player.runs for player in check.players})
    each = f"{runs[0]:,}" if len(runs) == 1 else f"{runs[0]:,} to {runs[-1]:,}" if runs else "0"
    out = [
        *_wrapped(f"Design check of {check.about.title}: {len(check.players)} players, {each} runs each."),
        *_wrapped(f"In this model; {check.about.runs:,} runs in all, {check.about.failed_runs:,} failed."),
        "",
        "What to look at",
    ]
    for warning in check.warnings or ("Nothing stands out.",):
        out += _wrapped(warning, "- ")
    for grid in grids(check):
        out += _lines_of(grid)
    return [*out, "", *_wrapped(f"Again: {check.about.command}")]


def _lines_of(grid: Grid) -> list[str]:
    kept = [at for at, head in enumerate(grid.heads) if not head.page]
    if not kept:
        return []
    rows = [[_short(row[at], _LONGEST) if at == 0 else row[at] for at in kept] for row in grid.rows]
    right = frozenset(place for place, at in enumerate(kept) if grid.heads[at].number)
    drawn = table([grid.heads[at].text for at in kept], rows, right)
    return ["", *_wrapped(grid.title), *_wrapped(grid.caption), *drawn]


def _wrapped(text: str, mark: str = "") -> list[str]:
    return wrap(" ".join(printable(text).split()), WIDTH, initial_indent=mark, subsequent_indent=" " * len(mark))


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "~"
