"""Figures: the same bytes each time, nothing of matplotlib left changed, and what is drawn is what was found."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
import xml.etree.ElementTree as Tree
from itertools import combinations
from typing import Final

import an_answer
import matplotlib as mpl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.experiment.answers import Answer, Fan, HarmMap, HarmPlace
from sim.experiment.reporting import drawing, maps
from sim.experiment.reporting.drawing import Picture, drawn
from sim.experiment.reporting.figures import pictures

COMPARISON: Final = an_answer.a_comparison()
PICTURES: Final = {
    picture.name: picture
    for answer in (COMPARISON, an_answer.an_assumptions(), an_answer.a_sweep())
    for picture in pictures(answer)
}

UNEVEN: Final = dataclasses.replace(
    COMPARISON.spreads[0], edges=(-100.0, -10.0, -1.0, 0.0, 1.0, 10.0), counts=(1, 9, 4, 4, 2)
)


def only(**changes: object) -> Answer:
    """A comparison without any figure but those that are asked for."""
    return an_answer.a_comparison(
        **{**dict.fromkeys(("exceedance", "rows", "spreads", "fans"), ()), "harm": None, **changes}
    )


def texts(picture: Picture) -> list[str]:
    root = Tree.fromstring(drawn(picture).svg)
    return [one.text or "" for one in root.iter("{http://www.w3.org/2000/svg}text")]


def test_an_answer_has_the_figures_of_its_kind() -> None:
    assert [picture.name for picture in pictures(COMPARISON)] == [
        *("exceedance-1", "exceedance-2", "rows", "pairs-1", "pairs-2", "fan-1", "harm"),
    ]
    assert [picture.name for picture in pictures(an_answer.an_assumptions())] == ["shares", "tornado-1", "tornado-2"]
    assert [picture.name for picture in pictures(an_answer.a_sweep())] == ["sweep"]


@pytest.mark.parametrize("name", ["exceedance-1", "harm", "rows"])
def test_a_figure_drawn_twice_is_the_same_to_the_byte(name: str) -> None:
    one, two = drawn(PICTURES[name]), drawn(PICTURES[name])
    assert one.svg == two.svg
    assert one.png == two.png


@pytest.mark.parametrize("name", PICTURES)
def test_a_drawing_is_svg_of_its_own_that_names_no_one_else(name: str) -> None:
    found = drawn(PICTURES[name])
    Tree.fromstring(found.svg)
    assert found.svg.replace('xmlns="http://www.w3.org/2000/svg"', "").count("http") == 0
    assert "<image" not in found.svg
    assert "Matplotlib" not in found.svg
    assert found.png.startswith(b"\x89PNG")


def test_settings_of_matplotlib_are_as_they_were() -> None:
    with mpl.rc_context({"font.size": 17.0, "svg.hashsalt": "mine"}):
        before = dict(mpl.rcParams)
        drawn(PICTURES["sweep"])
        assert dict(mpl.rcParams) == before


def test_settings_of_the_user_do_not_reach_a_figure() -> None:
    plain = drawn(PICTURES["sweep"])
    with mpl.rc_context({"font.size": 31.0, "axes.facecolor": "black"}):
        assert drawn(PICTURES["sweep"]).svg == plain.svg


def test_planning_figures_and_printing_lines_does_not_load_matplotlib() -> None:
    code = (
        "import sys\nfrom sim.experiment.reporting import page, progress, terminal\n"
        "print(*(m for m in ('matplotlib', 'pyarrow', 'scipy', 'pandas', 'pydantic', 'typer') if m in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []


def test_patterns_differ_by_line_and_mark_and_not_by_colour_alone() -> None:
    ids = [f"p{at}" for at in range(drawing.MOST_PATTERNS)]
    patterns = tuple(an_answer.PatternAbout(id_, id_, "") for id_ in ids)
    looks = list(drawing.looks(an_answer.an_about(patterns=patterns, reference="p0")).values())
    for field in ("colour", "line", "mark"):
        assert len({getattr(look, field) for look in looks}) == drawing.MOST_PATTERNS


def test_the_reference_and_the_best_are_drawn_when_there_are_too_many_patterns() -> None:
    patterns = tuple(an_answer.PatternAbout(f"p{at}", f"p{at}", "") for at in range(30))
    about = an_answer.an_about(patterns=patterns, reference="p17")
    chosen = drawing.shown(about, ["p29", "p28"])
    assert len(chosen) == drawing.MOST_PATTERNS
    assert chosen[0] == "p17"
    assert {"p28", "p29"} <= set(chosen)
    assert "23 further patterns" in drawing.left_out(about, chosen)


def test_where_a_band_leaves_zero_is_said_in_words() -> None:
    found = dataclasses.replace(
        an_answer.an_exceedance(),
        thresholds=(0.0, 10.0, 50.0, 100.0),
        curves=dict.fromkeys(("point", "area"), (0.5, 0.4, 0.3, 0.1)),
        differences={"area": (0.0, -0.05, -0.05, 0.05)},
        low={"area": (-0.01, -0.09, -0.09, 0.02)},
        high={"area": (0.01, -0.01, -0.01, 0.08)},
        crossings={"area": (72.0,)},
    )
    picture = pictures(an_answer.a_comparison(exceedance=(found,)))[0]
    assert picture.reading == (
        "Platoons everywhere: fewer histories above every number from 10 to 50 and more histories above 100; elsewhere "
        "no difference is not excluded. The curves cross at 72."
    )


def test_a_share_over_time_is_told_in_percent() -> None:
    lines = ((0.4, 0.4), (0.5, 0.612), (0.6, 0.7))
    fan = Fan(an_answer.HOME, (0.0, 24.0), (0.05, 0.5, 0.95), {"point": lines, "area": lines})
    (picture,) = pictures(only(fans=(fan,)))
    assert picture.reading.endswith("Platoons everywhere 61.2 %.")


def test_an_answer_that_says_nothing_is_not_read_as_one() -> None:
    flat = dict.fromkeys(("area", "tob"), (0.0,) * 12)
    wide = dict.fromkeys(flat, (0.05,) * 12)
    found = dataclasses.replace(
        an_answer.an_exceedance(), differences=flat, low=dict.fromkeys(flat, (-0.05,) * 12), high=wide, crossings={}
    )
    assert (
        "the band nowhere excludes that there is no difference"
        in pictures(an_answer.a_comparison(exceedance=(found,)))[0].reading
    )


def test_the_share_of_identical_pairs_is_said_on_the_histogram() -> None:
    assert any("67 of 100 pairs are identical" in text for text in texts(PICTURES["pairs-1"]))


def test_the_map_names_places_and_their_mean() -> None:
    assert COMPARISON.harm is not None
    worst = max(COMPARISON.harm.places, key=lambda place: place.killed["point"])
    assert any(text.startswith(worst.name) for text in texts(PICTURES["harm"]))


@given(st.integers(0, 10_000), st.integers(1, 40))
def test_names_on_a_map_never_overlap(seed: int, many: int) -> None:
    import numpy as np
    from matplotlib.figure import Figure

    drawn = np.random.default_rng(seed)
    where = drawn.uniform((9, 31), (10, 33), (many, 2))
    places = tuple(
        HarmPlace(f"p{at}", f"Place number {at}", float(latitude), float(longitude), {"a": float(mean)}, {"a": 0.1})
        for at, ((latitude, longitude), mean) in enumerate(zip(where, drawn.gamma(0.5, 9, many), strict=True))
    )
    figure = Figure(figsize=(3.6, 3.0))
    axes = figure.add_subplot()
    found = HarmMap(places, ())
    maps._map(axes, found, "a", 40.0)
    maps._names(axes, found, "a", 40.0)
    points = 72 / figure.dpi
    boxes = []
    for text in axes.texts:
        x, y = axes.transData.transform(text.xy) * points  # type: ignore[attr-defined]
        dx, dy = text.xyann  # type: ignore[attr-defined]
        wide, high = len(text.get_text()) * 7 * 0.58, 7 * 1.25
        boxes.append((x + dx - wide / 2, y + dy - high / 2, x + dx + wide / 2, y + dy + high / 2))
    assert boxes or many > 1
    for one, two in combinations(boxes, 2):
        beside = one[0] >= two[2] - 1e-6 or two[0] >= one[2] - 1e-6
        assert beside or one[1] >= two[3] - 1e-6 or two[1] >= one[3] - 1e-6


@pytest.mark.parametrize(
    "harm",
    [
        HarmMap((HarmPlace("a", "Only one", 10.0, 32.0, {"point": 3.0}, {"point": 0.2}),), ()),
        HarmMap((HarmPlace("a", "Nobody", 10.0, 32.0, {"point": 0.0, "area": 0.0}, {}),), ()),
        HarmMap(
            tuple(HarmPlace(f"p{at}", "Far north", 89.0 + at / 10, 10.0 * at, {"point": 1.0}, {}) for at in range(5)),
            (),
        ),
    ],
    ids=["one place", "nobody killed", "near the pole"],
)
def test_odd_maps_are_drawn(harm: HarmMap) -> None:
    picture = next(one for one in pictures(an_answer.a_comparison(harm=harm)) if one.name == "harm")
    assert drawn(picture).png


@pytest.mark.parametrize(
    "answer",
    [
        an_answer.a_sweep({"rigidity": ("0.1", "0.5", "0.9")}),
        an_answer.a_sweep({"a": ("1", "2"), "b": ("x", "y"), "c": ("1.5", "soon")}),
        an_answer.a_sweep({"a": ("0.12", "0.77"), "b": ("3", "9")}, design="sobol"),
        an_answer.an_assumptions(tornados=(dataclasses.replace(an_answer.an_assumptions().tornados[0], bars=()),)),
        only(spreads=(dataclasses.replace(COMPARISON.spreads[0], edges=(), counts=()),)),
        only(spreads=(UNEVEN,)),
    ],
    ids=["one factor", "three factors", "space filling", "no bars", "all pairs identical", "uneven classes"],
)  # fmt: skip
def test_edges_of_what_can_be_drawn_are_drawn(answer: Answer) -> None:
    for picture in pictures(answer):
        assert drawn(picture).svg
