"""From a planned picture to files: the same bytes each time, legible in colour, in grey and without fonts of ours."""

from __future__ import annotations

import io
import warnings
import xml.etree.ElementTree as Tree
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sim.experiment.answers import About
from sim.experiment.faults import MissingExtra
from sim.experiment.reporting import wording
from sim.experiment.reporting.markup import Markup

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH: Final = 7.2
"""Inches; with letters of 9 points it reads on paper and on a screen."""
MOST_PATTERNS: Final = 7
"""Patterns that one figure tells apart by colour, line and mark."""
INK: Final = "#1a1d21"
SOFT: Final = "#4d545c"
FAINT: Final = "#d4d8dd"
GROUND: Final = "#eceef0"
BETTER: Final = "#0072B2"
WORSE: Final = "#D55E00"
EVEN: Final = "#b9bfc6"

_DOTS_AN_INCH: Final = 160
_FONT: Final = "DejaVu Sans"
_INSTEAD: Final = f"'{_FONT}', Verdana, 'Noto Sans', 'Liberation Sans', Arial, sans-serif"
_SVG: Final = "{http://www.w3.org/2000/svg}"
_LINK: Final = "{http://www.w3.org/1999/xlink}href"

_STYLE: Final[Mapping[str, Any]] = {
    "font.family": _FONT,
    "font.size": 9,
    "axes.titlesize": 9.5,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.labelsize": 9,
    "axes.labelcolor": INK,
    "axes.edgecolor": SOFT,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "legend.fontsize": 8.5,
    "legend.frameon": False,
    "legend.handlelength": 3.2,
    "grid.color": FAINT,
    "grid.linewidth": 0.6,
    "hatch.linewidth": 0.7,
    "hatch.color": INK,
    "text.color": INK,
    # What authors write is no formula.
    "text.parse_math": False,
    "text.usetex": False,
    "svg.fonttype": "none",
    "figure.dpi": 100,
}


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure that is planned: what it is called, what it says, how it is read, what one sees, and who draws it."""

    name: str
    title: str
    reading: str
    caption: str
    seen: str
    size: tuple[float, float]
    draw: Callable[[Figure], None]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A figure as files, and as it stands in the page."""

    picture: Picture
    svg: str
    png: bytes
    inline: Markup


def drawn(picture: Picture) -> Drawn:
    """Draw a picture.

    Raises:
        MissingExtra: without matplotlib.
    """
    try:
        # matplotlib is 300 ms, and only figures need it
        from matplotlib import style
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingExtra("The figures are not drawn, since matplotlib is not installed", "plots") from error
    svg, png = io.BytesIO(), io.BytesIO()
    nothing = {"Date": None, "Creator": None, "Format": None, "Type": None}
    with style.context(["default", {**_STYLE, "svg.hashsalt": picture.name}]), warnings.catch_warnings():
        # A letter that the font lacks is drawn as a box in the PNG; the SVG keeps the letter itself.
        warnings.filterwarnings("ignore", "Glyph .* missing")
        figure = Figure(figsize=picture.size, layout="constrained")
        picture.draw(figure)
        figure.savefig(svg, format="svg", metadata=nothing)
        figure.savefig(png, format="png", dpi=_DOTS_AN_INCH, metadata={"Software": None})
    root = _unnamed(svg.getvalue(), picture)
    inline = Markup(Tree.tostring(root, encoding="unicode"))
    root.set("xmlns", _SVG.strip("{}"))
    whole = '<?xml version="1.0" encoding="utf-8"?>\n' + Tree.tostring(root, encoding="unicode") + "\n"
    return Drawn(picture, whole, png.getvalue(), inline)


def _unnamed(svg: bytes, picture: Picture) -> Tree.Element:
    """The drawing with ids of its own, free of foreign names, and saying what one sees in it."""
    root = Tree.fromstring(svg)
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag.removeprefix(_SVG) in ("metadata", "style"):
                parent.remove(child)
    for one in root.iter():
        one.tag = one.tag.removeprefix(_SVG)
        for key, value in list(one.attrib.items()):
            one.attrib.pop(key)
            one.set(*_own(key, value, picture.name))
    for size in ("width", "height", "version"):
        root.attrib.pop(size, None)
    root.set("role", "img")
    root.set("aria-label", wording.clean(f"{picture.title}. {picture.seen}"))
    described = Tree.Element("desc")
    described.text = wording.clean(f"{picture.reading} {picture.caption}")
    root.insert(0, described)
    return root


def _own(key: str, value: str, name: str) -> tuple[str, str]:
    if key == _LINK:
        return "href", f"#{name}-{value.removeprefix('#')}"
    if key == "id":
        return "id", f"{name}-{value}"
    return key, value.replace("url(#", f"url(#{name}-").replace(f"'{_FONT}'", _INSTEAD)


# How patterns look


@dataclass(frozen=True, slots=True)
class Look:
    """How a pattern is drawn: told apart by colour, by line and by mark."""

    colour: str
    line: Any
    mark: str


_LOOKS: Final = (
    Look("#000000", "-", "o"),
    Look("#0072B2", (0, (6, 2)), "s"),
    Look("#D55E00", (0, (6, 2, 1.2, 2)), "^"),
    Look("#009E73", (0, (1.2, 1.4)), "D"),
    Look("#CC79A7", (0, (9, 2)), "v"),
    Look("#8a6d00", (0, (3, 1.2, 1, 1.2, 1, 1.2)), "P"),
    Look("#56B4E9", (0, (3, 3)), "X"),
)
"""Okabe and Ito's colours, yellow and orange left out or darkened for white paper."""


def looks(about: About) -> Mapping[str, Look]:
    """How each pattern is drawn; the reference is solid black, the others keep the order that was asked."""
    ids = [about.reference, *(one.id for one in about.patterns if one.id != about.reference)]
    return {id_: _LOOKS[at % len(_LOOKS)] for at, id_ in enumerate(ids)}


def shown(about: About, first: Sequence[str] = ()) -> list[str]:
    """The patterns that one figure holds: the reference, those that matter most, then the order that was asked."""
    wanted = [about.reference, *first, *(one.id for one in about.patterns)]
    chosen = set(list(dict.fromkeys(wanted))[:MOST_PATTERNS])
    return [id_ for id_ in looks(about) if id_ in chosen]


def left_out(about: About, chosen: Sequence[str]) -> str:
    """A sentence about the patterns that a figure does not hold."""
    missing = len(about.patterns) - len(chosen)
    return f" {missing} further patterns are in the tables only." if missing > 0 else ""


# Axes


def wrapped(text: str, width: int, most: int = 2) -> str:
    """Text in lines of at most so many letters."""
    import textwrap

    lines = textwrap.wrap(wording.clean(text), width, break_long_words=True) or [""]
    kept = lines[:most]
    if len(lines) > most:
        kept[-1] = wording.short(f"{kept[-1]} {lines[most]}", width)
    return "\n".join(kept)


def number_axis(axis: Any) -> None:
    """Ticks of an axis as the tables print numbers."""
    from matplotlib.ticker import FuncFormatter

    axis.set_major_formatter(FuncFormatter(lambda value, _: wording.number(round(value, 10))))


def spaced(axes: Axes, ticks: Sequence[float], most: int = 9) -> list[float]:
    """Of the values given, those that stand far enough apart on the x axis to be read."""
    low, high = axes.get_xlim()
    ends = axes.transScale.transform([(low, 0), (high, 0)])[:, 0]
    apart = (ends[1] - ends[0]) / most
    kept: list[float] = []
    at = float("-inf")
    for tick in sorted(ticks):
        position = float(axes.transScale.transform((tick, 0))[0])
        if position - at >= apart:
            kept.append(tick)
            at = position
    return kept
