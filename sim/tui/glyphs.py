"""The characters of the screens, in two sets.

The default stays inside WGL4, which nearly every font of a terminal covers; the other is pure ASCII.
No emoji in either: their width differs between terminals.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

__all__ = ["ASCII", "GLYPH_SETS", "WGL4", "Glyphs"]


@dataclass(frozen=True)
class Glyphs:
    """One character for each thing that can be drawn."""

    name: str
    roads: str
    """How lines are drawn: ``braille``, ``blocks`` or ``strokes``."""
    sides: dict[str, str]
    """Side of a unit to its symbol."""
    police: str
    air: str
    places: dict[str, str]
    arrows: dict[str, str]
    cut: str
    counts: dict[int, str]
    running: str
    paused: str
    ended: str
    linked: str
    unlinked: str
    urgent: str
    unread: str
    read: str
    ellipsis: str
    rule: str
    separator: str
    bullet: str
    chosen: str
    unchosen: str
    scale: tuple[str, str, str]
    grid: str
    line_samples: dict[str, str] = field(default_factory=dict)

    def count(self, number: int) -> str:
        """The small number behind a symbol that stands for several units."""
        return self.counts.get(number) or (str(number) if number < 10 else "+")

    def place(self, kind: str) -> str:
        return self.places.get(kind, self.places["town"])


_ARROWS = {"": "↔", "N": "↑", "NE": "→", "E": "→", "SE": "→", "S": "↓", "SW": "←", "W": "←", "NW": "←"}
_PLAIN_ARROWS = {"": "↔", "N": "^", "NE": ">", "E": ">", "SE": ">", "S": "v", "SW": "<", "W": "<", "NW": "<"}

WGL4: Final = Glyphs(
    name="wgl4",
    roads="braille",
    sides={"un": "●", "host": "■", "armed": "▲", "aid": "+"},
    police="◘",
    air="►",
    places={
        "town": "○",
        "village": "◦",
        "base": "□",
        "headquarters": "◊",
        "camp": "⌂",
        "displacement-site": "⌂",
        "refuge": "⌂",
        "compound": "▪",
        "crossing": "≈",
    },
    arrows=_ARROWS,
    cut="×",
    counts={2: "²", 3: "³"},
    running="►",
    paused="‖",
    ended="■",
    linked="●",
    unlinked="○",
    urgent="▲",
    unread="•",
    read="·",
    ellipsis="…",
    rule="─",
    separator="·",
    bullet="•",
    chosen="●",
    unchosen="○",
    scale=("├", "─", "┤"),
    grid="·",
    line_samples={"open": "────", "slow": "── ─", "cut": "- ×-", "unknown": "·  ·", "line": "── ──"},
)

ASCII: Final = Glyphs(
    name="ascii",
    roads="strokes",
    sides={"un": "U", "host": "H", "armed": "A", "aid": "+"},
    police="P",
    air="F",
    places={
        "town": "O",
        "village": "o",
        "base": "B",
        "headquarters": "Q",
        "camp": "D",
        "displacement-site": "D",
        "refuge": "D",
        "compound": "C",
        "crossing": "=",
    },
    arrows=_PLAIN_ARROWS,
    cut="x",
    counts={},
    running=">",
    paused="=",
    ended="#",
    linked="*",
    unlinked="-",
    urgent="!",
    unread="*",
    read=".",
    ellipsis="~",
    rule="-",
    separator="-",
    bullet="*",
    chosen="*",
    unchosen="-",
    scale=("|", "-", "|"),
    grid=".",
    line_samples={"open": "----", "slow": "-- -", "cut": "- x-", "unknown": ".  .", "line": "-- --"},
)

GLYPH_SETS: Final = {"wgl4": WGL4, "ascii": ASCII}
