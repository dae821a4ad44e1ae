"""The report: complete, escaped, self-contained, and readable without its looks."""

from __future__ import annotations

import dataclasses
import json
import math
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, TypeAlias

import an_answer
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from page_reader import Element, read

from sim.experiment.answers import Answer, Comparison, Interval, PatternAbout
from sim.experiment.faults import ReportNotWritten
from sim.experiment.reporting import standing, wording
from sim.experiment.reporting.markup import Markup, element
from sim.experiment.reporting.page import html, write_report

ANSWERS: Final = {
    "comparison": an_answer.a_comparison(),
    "assumptions": an_answer.an_assumptions(),
    "sweep": an_answer.a_sweep(),
}
Pages: TypeAlias = dict[str, tuple[Path, Element]]
FETCHING: Final = frozenset(
    {"script", "link", "iframe", "img", "image", "object", "embed", "base", "form", "foreignobject"}
)
HOSTILE: Final = (
    "<script>alert(1)</script>",
    '"><img src="http://example.org/x.png" onerror=alert(1)>',
    "</style><style>@import url(http://example.org/x.css)</style>",
    "]]>--><svg/onload=alert(1)>",
    "$\\frac{1}{0}$ \\undefined",
    "\x1b[2J\u202eevil\x00",
    '=HYPERLINK("http://example.org")',
    "' onmouseover='alert(1)",
    "&lt;b&gt; &amp;",
)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    folder = tmp_path_factory.mktemp("reports")
    written = {name: write_report(answer, folder / name) for name, answer in ANSWERS.items()}
    return {name: (path, read(path.read_text(encoding="utf-8"))) for name, path in written.items()}


def elements(root: Element) -> Iterator[Element]:
    yield root
    for child in root.children:
        if isinstance(child, Element):
            yield from elements(child)


def normal(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("name", ANSWERS)
def test_a_page_refers_to_nothing_outside_itself(name: str, pages: Pages) -> None:
    path, page = pages[name]
    text = path.read_text(encoding="utf-8")
    ids = {one.get("id") for one in elements(page)}
    for one in elements(page):
        assert one.name not in FETCHING
        for key, value in one.attributes.items():
            assert not key.startswith("on")
            if key in {"src", "href", "xlink:href", "action", "data", "srcset"}:
                assert value is not None
                assert value.startswith("#"), f"<{one.name} {key}={value!r}>"
                assert value[1:] in ids
    assert not re.search(r"@import|url\((?!#)", text)
    assert "http" not in text.replace("http-equiv", "")


@pytest.mark.parametrize("name", ANSWERS)
def test_a_browser_is_told_to_fetch_and_run_nothing(name: str, pages: Pages) -> None:
    _, page = pages[name]
    policy = next(one.get("content") for one in page.all("meta") if one.get("http-equiv") == "Content-Security-Policy")
    assert policy == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


@pytest.mark.parametrize("name", ANSWERS)
def test_the_sentence_stands_first_and_whole(name: str, pages: Pages) -> None:
    _, page = pages[name]
    body = normal(page.all("main")[0].text)
    sentence = ANSWERS[name].sentence
    assert sentence in body
    assert body.index(sentence) < body.index("What it does not say") < body.index("How it was run")


@pytest.mark.parametrize("name", ANSWERS)
def test_it_says_what_it_cannot_carry(name: str, pages: Pages) -> None:
    text = normal(pages[name][1].text)
    for said in ("in this model", "no forecast", "no ground for an operational decision", "not endorsed", "Content"):
        assert said in text


@pytest.mark.parametrize("name", ANSWERS)
def test_headings_step_down_one_at_a_time(name: str, pages: Pages) -> None:
    levels = [int(one.name[1]) for one in elements(pages[name][1]) if re.fullmatch("h[1-6]", one.name)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("name", ANSWERS)
def test_tables_have_heads_for_rows_and_columns_and_a_caption(name: str, pages: Pages) -> None:
    tables = pages[name][1].all("table")
    assert tables
    for table in tables:
        assert normal(table.all("caption")[0].text)
        columns = table.all("thead")[0].all("th")
        assert {one.get("scope") for one in columns} == {"col"}
        for row in (row for body in table.all("tbody") for row in body.all("tr")):
            heads = row.all("th")
            assert [one.get("scope") for one in heads] in (["row"], ["rowgroup"])
            width = sum(int(one.get("colspan") or 1) for one in (*heads, *row.all("td")))
            assert width == len(columns)


@pytest.mark.parametrize("name", ["comparison", "sweep"])
def test_every_table_of_differences_says_what_it_stands_on(name: str, pages: Pages) -> None:
    for table in pages[name][1].all("table"):
        text = normal(table.text)
        for said in ("n_eff", "ailed pairs", "dentical", "ariance reduction"):
            assert said in text, normal(table.all("caption")[0].text)


@pytest.mark.parametrize("name", ANSWERS)
def test_a_figure_says_what_is_seen_to_those_who_do_not_see_it(name: str, pages: Pages) -> None:
    figures = pages[name][1].all("figure")
    assert figures
    for figure in figures:
        drawing = figure.all("svg")[0]
        assert drawing.get("role") == "img"
        assert len(drawing.get("aria-label")) > 60
        assert normal(drawing.all("desc")[0].text)
        assert normal(figure.all("p")[0].text).endswith(".")
        assert "in this model" in normal(figure.all("figcaption")[0].text).lower()


@pytest.mark.parametrize("name", ANSWERS)
def test_no_id_is_given_twice(name: str, pages: Pages) -> None:
    ids = [one.get("id") for one in elements(pages[name][1]) if one.get("id")]
    # matplotlib defines a shared mark once for each axis that uses it, under one id and with one shape
    shapes: dict[str, set[str]] = {}
    for one in elements(pages[name][1]):
        if one.get("id"):
            shapes.setdefault(one.get("id"), set()).add(one.get("d"))
    assert all(len(found) == 1 for found in shapes.values())
    assert len(ids) - len(set(ids)) < 0.2 * len(ids)


def test_numbers_of_the_answer_stand_on_the_page(pages: Pages) -> None:
    answer, text = ANSWERS["comparison"], normal(pages["comparison"][1].text)
    assert isinstance(answer, Comparison)
    for row in answer.rows:
        assert row.title in text
        for line in row.lines:
            assert line.quantity.label in text
            for level in line.levels:
                assert wording.level(level, line.quantity) in text
            for one in line.differences:
                if one.excluded_share is None:
                    assert wording.with_ends(one.interval, one.quantity, signed=True) in text
                assert wording.histories(one) in text


def test_a_row_of_the_planners_page_holds_its_own_numbers(pages: Pages) -> None:
    answer = ANSWERS["comparison"]
    assert isinstance(answer, Comparison)
    glance = pages["comparison"][1].all("table")[0]
    rows = {normal(row.all("th")[0].text): row for row in glance.all("tr")}
    for line in (line for row in answer.rows for line in row.lines):
        row = next(row for head, row in rows.items() if head.startswith(line.quantity.label))
        cells = [normal(cell.text) for cell in row.all("td")]
        assert len(cells) == len(line.levels)
        for cell, level in zip(cells, line.levels, strict=True):
            assert cell.startswith(wording.level(level, line.quantity))
        for cell, one in zip(cells[1:], line.differences, strict=True):
            assert cell.endswith(wording.VERDICTS[one.verdict])


def test_what_was_run_can_be_made_again_from_the_page(pages: Pages) -> None:
    for name, answer in ANSWERS.items():
        text = normal(pages[name][1].text)
        about = answer.about
        for said in (
            about.command,
            about.scenario_hash,
            about.experiment,
            about.digest,
            "threat = raids",
            "WorkerDied",
        ):
            assert said in text


AUTHORED: Final = frozenset(
    {"title", "label", "said", "sentence", "because", "reason", "name", "note", "reversal", "mechanism", "unit"}
)


def with_texts(value: Any, text: str) -> Any:
    """An answer in which every text of an author is another."""
    if isinstance(value, PatternAbout):
        return dataclasses.replace(value, title=f"{text} {value.id}", text=text)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        changed = {}
        for one in dataclasses.fields(value):
            held = getattr(value, one.name)
            if one.name in AUTHORED and isinstance(held, str):
                changed[one.name] = text
            elif one.name == "warnings":
                changed[one.name] = (text,)
            else:
                changed[one.name] = with_texts(held, text)
        return dataclasses.replace(value, **changed)
    if isinstance(value, tuple):
        return tuple(with_texts(one, text) for one in value)
    return value


def shown_as_text(html: str, text: str) -> None:
    page = read(html)
    assert {one.name for one in elements(page)}.isdisjoint({"script", "img", "iframe", "link"})
    assert len(page.all("style")) == 1
    assert not any(key.startswith("on") for one in elements(page) for key in one.attributes)
    assert normal(wording.clean(text)) in normal(page.text)
    assert not re.search("[\x00-\x08\x1b\u202e]", html)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("name", ANSWERS)
def test_whatever_an_author_wrote_is_shown_as_text(name: str, text: str) -> None:
    shown_as_text(html(with_texts(ANSWERS[name], text), Markup("")), text)


@pytest.mark.parametrize("name", ANSWERS)
def test_figures_show_it_as_text_too(name: str, tmp_path: Path) -> None:
    answer = an_answer.a_comparison(rows=an_answer.the_rows()[:1], exceedance=(), fans=())
    text = " ".join(HOSTILE)
    path = write_report(with_texts(answer if name == "comparison" else ANSWERS[name], text), tmp_path)
    shown_as_text(path.read_text(encoding="utf-8"), text)
    for drawing in (tmp_path / "figures").glob("*.svg"):
        assert {one.name for one in elements(read(drawing.read_text(encoding="utf-8").partition("?>")[2]))}.isdisjoint(
            FETCHING
        )


words = st.text(min_size=1, max_size=30) | st.sampled_from(HOSTILE)


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(words)
def test_no_text_breaks_the_page_apart(text: str) -> None:
    answer = an_answer.a_comparison(rows=an_answer.the_rows()[:1], others=(), dominance=())
    page = read(html(with_texts(answer, text), Markup("")))
    plain = read(html(with_texts(answer, "word"), Markup("")))
    assert [one.name for one in elements(page)] == [one.name for one in elements(plain)]


@given(words, words)
def test_text_in_an_element_comes_out_as_it_went_in(content: str, value: str) -> None:
    found = read(element("p", content, data_label=value)).all("p")[0]
    assert normal(found.text) == normal(wording.clean(content))
    assert found.get("data-label") == wording.clean(value)


def test_many_patterns_make_several_tables_and_each_difference_is_in_one(tmp_path: Path) -> None:
    answer = many_patterns(10)
    page = read(write_report(answer, tmp_path).read_text(encoding="utf-8"))
    heads = [normal(one.text) for table in page.all("table")[:3] for one in table.all("thead")[0].all("th")]
    for pattern in answer.about.patterns[1:]:
        assert heads.count(pattern.title) == 1
    text = normal(page.text)
    assert "3 further patterns are in the tables only" in text


def many_patterns(many: int) -> Comparison:
    ids = [f"p{at}" for at in range(many)]
    line = an_answer.a_line(an_answer.OVER_50, (0.3, -0.05, 0.01, 300), (0.3, -0.05, 0.01, 300))
    levels = tuple(dataclasses.replace(line.levels[0], pattern=id_) for id_ in ids)
    differences = tuple(dataclasses.replace(line.differences[0], pattern=id_, reference=ids[0]) for id_ in ids[1:])
    line = dataclasses.replace(line, levels=levels, differences=differences, regret=dict.fromkeys(ids, 0.0))
    row = dataclasses.replace(an_answer.the_rows()[0], lines=(line,))
    about = an_answer.an_about(patterns=tuple(PatternAbout(id_, f"Pattern {id_}", "") for id_ in ids), reference=ids[0])
    best = dataclasses.replace(an_answer.a_comparison().best, set=(ids[1],), bounds={}, fresh=None)
    curves = dict.fromkeys(ids, an_answer.an_exceedance().curves["point"])
    apart = dict.fromkeys(ids[1:], an_answer.an_exceedance().differences["area"])
    exceedance = dataclasses.replace(
        an_answer.an_exceedance(), curves=curves, differences=apart, low=apart, high=apart, crossings={}
    )
    return an_answer.a_comparison(
        about=about, rows=(row,), others=(), best=best, dominance=(), exceedance=(exceedance,), spreads=(), fans=(),
        harm=an_answer.a_harm_map(patterns=ids),
    )  # fmt: skip


def test_a_sweep_of_many_points_shows_the_first_and_says_where_the_others_are() -> None:
    answer = an_answer.a_sweep({"a": tuple(map(str, range(15))), "b": tuple(map(str, range(15)))})
    page = read(html(answer, Markup("")))
    assert "25 further ones are in tables/points.csv" in normal(page.text)
    groups = [one for one in elements(page) if one.name == "th" and one.get("scope") == "rowgroup"]
    assert len(groups) == 200


def test_an_answer_with_nothing_in_it_still_makes_a_page(tmp_path: Path) -> None:
    bare = an_answer.a_comparison(
        rows=(), others=(), dominance=(), exceedance=(), spreads=(), fans=(), harm=None, warnings=(), openings=(),
        stop=dataclasses.replace(an_answer.a_stop(), looks=()),
        best=dataclasses.replace(an_answer.a_comparison().best, set=(), bounds={}, fresh=None),
    )  # fmt: skip
    page = read(write_report(bare, tmp_path).read_text(encoding="utf-8"))
    assert bare.sentence in normal(page.text)
    for empty in (an_answer.an_assumptions(shares=(), tornados=()), an_answer.a_sweep(points=())):
        assert empty.sentence in normal(read(write_report(empty, tmp_path).read_text(encoding="utf-8")).text)


def test_numbers_that_are_not_finite_are_dashes_on_the_page_and_null_in_the_data(tmp_path: Path) -> None:
    endless = Interval(math.nan, -math.inf, math.inf)
    line = an_answer.the_rows()[0].lines[0]
    differences = tuple(
        dataclasses.replace(one, interval=endless, running=endless, n_eff=math.nan, variance_reduction=math.inf)
        for one in line.differences
    )
    row = dataclasses.replace(an_answer.the_rows()[0], lines=(dataclasses.replace(line, differences=differences),))
    answer = an_answer.a_comparison(rows=(row,), exceedance=(), spreads=(), fans=(), harm=None)
    path = write_report(answer, tmp_path)
    text = normal(read(path.read_text(encoding="utf-8")).text)
    assert not re.search(r"\bnan\b|\binf\b", text)
    held = json.loads((tmp_path / "answer.json").read_text(encoding="utf-8"))
    interval = held["rows"][0]["lines"][0]["differences"][0]["interval"]
    assert interval == {"value": None, "low": None, "high": None}


def test_without_matplotlib_the_page_comes_with_tables_and_says_how_to_get_figures(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['matplotlib'] = None\n"
        "import an_answer\nfrom pathlib import Path\nfrom sim.experiment.reporting.page import write_report\n"
        f"print(write_report(an_answer.a_comparison(), Path({str(tmp_path)!r})))"
    )
    paths = os.pathsep.join([str(Path(__file__).parent), os.environ["PYTHONPATH"]])
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": paths},
    )
    assert done.returncode == 0, done.stderr
    page = read((tmp_path / "report.html").read_text(encoding="utf-8"))
    assert not page.all("svg")
    assert ".[plots]" in page.text
    assert (tmp_path / "tables" / "planner.csv").exists()
    assert not (tmp_path / "figures").exists()


def test_a_report_that_cannot_be_written_says_where_and_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ReportNotWritten, match=r"file.*The results are safe"):
        write_report(an_answer.a_sweep(), tmp_path / "file")


def test_a_second_report_replaces_the_first_and_leaves_no_parts_behind(tmp_path: Path) -> None:
    write_report(an_answer.a_sweep(), tmp_path)
    path = write_report(an_answer.a_sweep(sentence="In this model, another answer."), tmp_path)
    assert "another answer" in path.read_text(encoding="utf-8")
    assert not list(tmp_path.rglob("*.part"))


def test_two_patterns_of_one_title_are_told_apart_by_their_ids() -> None:
    twins = (PatternAbout("one", "Bases", ""), PatternAbout("two", "Bases", ""), PatternAbout("three", "", ""))
    assert standing.titles(an_answer.an_about(patterns=twins)) == {
        "one": "Bases (one)",
        "two": "Bases (two)",
        "three": "three",
    }


def test_every_kind_of_answer_is_tested_here() -> None:
    from typing import get_args

    assert {type(answer) for answer in ANSWERS.values()} == set(get_args(Answer))
