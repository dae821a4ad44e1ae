"""A design check as one page that an author can read, print and send on, and as tables for whoever computes on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Final

from sim.experiment.rehearsing.findings import DesignCheck
from sim.experiment.rehearsing.grids import Grid, grids
from sim.experiment.rehearsing.sheets import sheets
from sim.experiment.reporting.files import write_text
from sim.experiment.reporting.markup import Markup, element, joined
from sim.experiment.reporting.sheets import csv_text
from sim.experiment.reporting.shell import DATA, PAGE, TABLES, whole
from sim.experiment.reporting.tables import Column, table
from sim.experiment.reporting.wording import clean

KIND: Final = "Design check"
LIMITS: Final = (
    "Players are habits, not people. What none of them reaches may still be reached by people; what all of them reach "
    "will most likely come.",
    "Nobody sits in control: what is fired by hand never comes here, and neither does what hangs on it.",
    "Leverage is what the choice moves in the measures looked at, with everything else by the book. A decision that "
    "moves none of them may still be worth talking about.",
    "A load of reports is what arrives in an hour. What people write to each other and say aloud comes on top.",
    "It holds in this model and for this scenario.",
)


def write_page(check: DesignCheck, folder: Path) -> Path:
    """Write the page, its tables as CSV, and the answer as JSON.

    Args:
        folder: made where it does not exist; files of an earlier one in it are replaced.

    Returns:
        Where the page is.

    Raises:
        ReportNotWritten: when the disk is full or the folder cannot be written to.
    """
    for sheet in sheets(check):
        write_text(folder / TABLES / f"{sheet.name}.csv", csv_text(sheet))
    write_text(folder / DATA, json.dumps(asdict(check), allow_nan=False, ensure_ascii=False, indent=1) + "\n")
    write_text(folder / PAGE, page(check))
    return folder / PAGE


def page(check: DesignCheck) -> str:
    """The whole page; nothing in it is fetched from anywhere."""
    title = clean(check.about.title)
    parts = list(_parts(check))
    return whole(KIND, title, _first_screen(check), parts, skip="To what to look at")


def _first_screen(check: DesignCheck) -> Markup:
    about = check.about
    return element(
        "section",
        element(
            "p",
            f"Does the exercise work before people sit in it? {len(check.players)} players that are no people have "
            f"played it, {about.runs:,} runs in all, {about.failed_runs:,} of them failed.",
            class_="question",
        ),
        element("h2", "What to look at", id="answer-head"),
        element(
            "div",
            element("ul", *(element("li", warning) for warning in check.warnings or ("Nothing stands out.",))),
            class_="warnings",
        ),
        id="answer",
        aria_labelledby="answer-head",
    )


def _parts(check: DesignCheck) -> Iterator[tuple[str, str, Markup]]:
    for grid in grids(check):
        yield grid.id, grid.title, _table(grid)
    yield "players", "Who played", element(
        "dl",
        *(
            joined([element("dt", f"{each.title} ({each.id})"), element("dd", f"{each.text} {each.runs:,} runs.")])
            for each in check.players
        ),
        class_="facts",
    )  # fmt: skip
    yield "run", "How it was run", joined(
        [
            element("pre", check.about.command),
            element(
                "dl",
                *(
                    joined([element("dt", name), element("dd", value)])
                    for name, value in (
                        ("Scenario", f"{check.about.scenario} ({check.about.scenario_hash})"),
                        ("Model version", check.about.model_version),
                        ("Options", ", ".join(f"{name}={choice}" for name, choice in check.about.options.items())),
                        ("Experiment", check.about.experiment),
                        ("Digest of the rows", check.about.digest),
                    )
                    if value
                ),
                class_="facts",
            ),
        ]
    )  # fmt: skip
    yield "limits", "Limits", element("ul", *(element("li", limit) for limit in LIMITS))


def _table(grid: Grid) -> Markup:
    columns = [Column(head.text, number=head.number, wide=head.page) for head in grid.heads]
    return table(grid.caption, columns, grid.rows)
