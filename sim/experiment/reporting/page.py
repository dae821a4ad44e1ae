"""The report: one page that a planner can read, print and send on, with nothing fetched from anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sim.experiment.answers import Answer, Assumptions, Comparison
from sim.experiment.faults import MissingExtra
from sim.experiment.reporting import sections, varied_tables, wording
from sim.experiment.reporting.drawing import drawn
from sim.experiment.reporting.figures import pictures
from sim.experiment.reporting.files import write_bytes, write_text
from sim.experiment.reporting.markup import Markup, element, joined
from sim.experiment.reporting.sheets import as_json, csv_text, sheets
from sim.experiment.reporting.style import STYLE

PAGE: Final = "report.html"
DATA: Final = "answer.json"
FIGURES: Final = "figures"
TABLES: Final = "tables"

_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""A browser that reads the page fetches nothing and runs nothing, whatever a scenario's author wrote."""

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
    body = joined(
        [
            element("a", "To the answer", href="#answer", class_="skip"),
            element("header", element("p", kind, class_="kind"), element("h1", title)),
            element(
                "main",
                sections.first_screen(answer),
                element(
                    "nav",
                    element("ul", *(element("li", element("a", head, href=f"#{id_}")) for id_, head, _ in parts)),
                    aria_label="Contents",
                ),
                *(_section(id_, head, content) for id_, head, content in parts),
            ),
            element("footer", element("p", f"{kind}: {title}. What it says holds {wording.IN_THIS_MODEL}.")),
        ]
    )
    head = joined(
        [
            element("meta", charset="utf-8"),
            element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
            element("meta", name="viewport", content="width=device-width, initial-scale=1"),
            element("meta", name="referrer", content="no-referrer"),
            element("meta", name="color-scheme", content="light dark"),
            element("title", f"{title}: {kind.lower()}"),
            element("style", Markup(STYLE)),
        ]
    )
    return f"<!DOCTYPE html>\n{element('html', element('head', head), element('body', body), lang='en')}\n"


def _section(id_: str, head: str, content: Markup) -> Markup:
    new_page = "page" if id_ in ("rows", "figures", "run") else None
    return element(
        "section",
        element("h2", head, class_=new_page, id=f"{id_}-head"),
        content,
        id=id_,
        aria_labelledby=f"{id_}-head",
    )


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
