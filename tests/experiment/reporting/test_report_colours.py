"""Colours of a report: each can be read on its ground, by day and by night."""

from __future__ import annotations

import re

import pytest

from sim.experiment.reporting import drawing
from sim.experiment.reporting.style import STYLE

BLOCKS = [
    dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))
    for block in re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)
]


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, two: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(two)))
    return (lighter + 0.05) / (darker + 0.05)


def test_there_is_a_day_and_a_night_with_the_same_names() -> None:
    day, night = BLOCKS
    assert day.keys() == night.keys()


@pytest.mark.parametrize("colours", BLOCKS, ids=["day", "night"])
def test_letters_stand_out_from_every_ground(colours: dict[str, str]) -> None:
    for ground in ("paper", "ground", "note"):
        for letters in ("ink", "soft", "accent", "good", "bad", "open", "even"):
            assert contrast(colours[letters], colours[ground]) >= 4.5, f"{letters} on {ground}"


def test_letters_and_lines_stand_out_in_figures() -> None:
    for letters in (drawing.INK, drawing.SOFT):
        assert contrast(letters, "#ffffff") >= 4.5
    patterns = tuple(drawing.looks(_about()).values())
    assert all(contrast(look.colour, "#ffffff") >= 2.3 for look in patterns)


def _about() -> drawing.About:
    import an_answer

    ids = [f"p{at}" for at in range(drawing.MOST_PATTERNS)]
    return an_answer.an_about(patterns=tuple(an_answer.PatternAbout(id_, id_, "") for id_ in ids), reference="p0")
