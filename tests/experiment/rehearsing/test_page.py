"""A design check as a page and as tables."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from small_exercise import small

from sim.experiment.means import Means
from sim.experiment.rehearsing.checking import Wanted, design_check
from sim.experiment.rehearsing.findings import DesignCheck
from sim.experiment.rehearsing.grids import grids
from sim.experiment.rehearsing.lines import WIDTH, lines
from sim.experiment.rehearsing.page import page, write_page
from sim.experiment.rehearsing.sheets import sheets

HOSTILE = '<script>alert(1)</script>"\x1b[31m'


class Read(HTMLParser):
    """Which elements and addresses a page has, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self.open: list[str] = []
        self.addresses: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        if tag != "meta":
            self.open.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def read(text: str) -> Read:
    parser = Read()
    parser.feed(text)
    parser.close()
    return parser


@pytest.fixture(scope="module")
def check() -> DesignCheck:
    return design_check(small(), Wanted(runs=4, leverage_runs=2), means=Means(workers=0))


def test_the_page_is_whole_and_fetches_nothing(check: DesignCheck) -> None:
    found = read(page(check))

    assert found.open == []
    assert all(address.startswith("#") for address in found.addresses)
    assert not {"script", "link", "img", "iframe"} & set(found.names)
    ids = {part.partition('"')[0] for part in page(check).split(' id="')[1:]}
    assert {address.removeprefix("#") for address in found.addresses} <= ids


def test_the_page_says_every_warning_and_every_cell_of_every_table(check: DesignCheck) -> None:
    text = " ".join(" ".join(read(page(check)).words).split())

    assert check.warnings
    for said in (*check.warnings, *(cell for grid in grids(check) for row in grid.rows for cell in row)):
        assert " ".join(said.split()) in text


def test_text_of_an_author_stays_text(check: DesignCheck) -> None:
    nasty = replace(
        check,
        about=replace(check.about, title=HOSTILE),
        warnings=(HOSTILE,),
        injects=tuple(replace(each, id=HOSTILE) for each in check.injects),
    )
    found = read(page(nasty))

    assert "script" not in found.names
    assert "\x1b" not in page(nasty)
    told = lines(nasty)
    assert all("\x1b" not in line for line in told)
    assert max(map(len, told)) <= WIDTH


def test_tables_hold_a_line_for_each_thing_and_player(check: DesignCheck, tmp_path: Path) -> None:
    assert write_page(check, tmp_path) == tmp_path / "report.html"
    found = {}
    for sheet in sheets(check):
        with (tmp_path / "tables" / f"{sheet.name}.csv").open(encoding="utf-8", newline="") as file:
            found[sheet.name] = list(csv.DictReader(file))
        assert all(len(row) == len(sheet.head) for row in sheet.rows)

    assert len(found["injects"]) == 5 * len(check.injects)
    assert len(found["decisions"]) == 5 * len(check.decisions)
    assert len(found["leverage"]) == sum(len(each.on) for each in check.leverage)
    never = [row for row in found["injects"] if row["inject"] == "never"]
    assert {(row["runs"], row["came"], row["high"], row["hours_middle"]) for row in never} == {("4", "0", "0.75", "")}
    kept = json.loads((tmp_path / "answer.json").read_text(encoding="utf-8"))
    assert kept["warnings"] == list(check.warnings)
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == page(check)


def test_without_a_decision_or_an_inject_there_is_still_a_page(check: DesignCheck) -> None:
    bare = replace(check, injects=(), decisions=(), leverage=(), objectives=(), phases=(), seats=(), warnings=())

    assert "Nothing stands out." in page(bare)
    assert "Nothing stands out." in "\n".join(lines(bare))
