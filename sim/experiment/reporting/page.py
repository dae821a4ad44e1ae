"""The report: one page that a planner can read, print and send on, with nothing fetched from anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sim.experiment.answers import Answer, Assumptions, Comparison
from sim.experiment.faults import MissingExtra
from sim.experiment.reporting import sections, shell, varied_tables, wording
from sim.experiment.reporting.drawing import drawn
from sim.experiment.reporting.figures import pictures
from sim.experiment.reporting.files import write_bytes, write_text
from sim.experiment.reporting.markup import Markup, element, joined
from sim.experiment.reporting.sheets import as_json, csv_text, sheets
from sim.experiment.reporting.shell import DATA, PAGE, TABLES

FIGURES: Final = "figures"
_NEW_PAGES: Final = frozenset({"rows", "figures", "run"})

_KINDS: Final = {
    Comparison: "Comparison of deployment patterns",
    Assumptions: "Assumptions behind a comparison",
}


def write_report(answer: Answer, folder: Path) -> Path:
    """Write the page, its figures as SVG and PNG, its tables as CSV, and the answer as JSON.

    Without matplotlib there are no figures, and the page says which extra draws them.

    Args:
        answer: what is said of an experiment.
        folder: made where it does not exist; files of an earlier report in it are replaced.

    Returns:
        Where the page is.

    Raises:
        ReportNotWritten: when the disk is full or the folder cannot be written to.
    """
    try:
        drawings = [drawn(picture) for picture in pictures(answer)]
        figures = joined(sections.figure(drawing) for drawing in drawings)
    except MissingExtra as missing:
        drawings, figures = [], element("p", str(missing))
    for drawing in drawings:
        write_text(folder / FIGURES / f"{drawing.picture.name}.svg", drawing.svg)
        write_bytes(folder / FIGURES / f"{drawing.picture.name}.png", drawing.png)
    for sheet in sheets(answer):
        write_text(folder / TABLES / f"{sheet.name}.csv", csv_text(sheet))
    write_text(folder / DATA, as_json(answer))
    write_text(folder / PAGE, html(answer, figures))
    return folder / PAGE


def html(answer: Answer, figures: Markup) -> str:
    """The whole page, figures inside."""
    kind = _KINDS.get(type(answer), "Sweep of deployment patterns")
    title = wording.clean(answer.about.title)
    parts = [part for part in _sections(answer, figures) if part[2]]
    return shell.whole(kind, title, sections.first_screen(answer), parts, skip="To the answer", new_pages=_NEW_PAGES)


def _sections(answer: Answer, figures: Markup) -> Iterator[tuple[str, str, Markup]]:
    if isinstance(answer, Comparison):
        yield "rows", "The planner's page", sections.planners_page(answer)
        yield "best", "Best of all, and at what price", sections.best(answer)
    elif isinstance(answer, Assumptions):
        yield "shares", "In how many sets of assumptions it holds", varied_tables.shares(answer)
    yield "figures", "Figures", figures
    if isinstance(answer, Comparison):
        yield "detail", "Row by row", sections.details(answer)
        yield "others", "All other measures that differ", sections.others(answer)
    elif isinstance(answer, Assumptions):
        yield "tornado", "What moves the answer", sections.tornados(answer)
    else:
        yield "points", "Point by point", varied_tables.points(answer)
    yield "run", "How it was run", sections.how(answer)
    yield "limits", "Limits", sections.limits(answer)
