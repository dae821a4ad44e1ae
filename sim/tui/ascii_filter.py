"""Pure ASCII output, for terminals and fonts that have nothing else: the last step before a line is sent."""

from __future__ import annotations

import unicodedata
from typing import Final

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

__all__ = ["AsciiFilter", "to_ascii"]

_PAIRS: Final = {
    "─━┄┅┈┉╌╍═▔▁": "-",
    "│┃┆┇┊┋╎╏║▏▕▎▍▌▐": "|",
    "┌┐└┘├┤┬┴┼╭╮╯╰╔╗╚╝╠╣╦╩╬╪": "+",
    "…": "~",
    "•·∙◦": "*",
    "●■◘◙▪": "#",
    "○□◊▫": "o",
    "▲↑": "^",
    "▼↓": "v",
    "◄←": "<",
    "►→": ">",
    "×": "x",
    "▂▃": "_",
    "▄▅": "=",
    "▆▇█": "#",
    "‖": "=",
    "–—−": "-",
    "‘’‚": "'",
    "“”„": '"',
    "\u2002\u2003\u00a0": " ",
    "°": "d",
    "⌂": "A",
}
_TABLE: Final = {ord(character): plain for group, plain in _PAIRS.items() for character in group}


def to_ascii(text: str) -> str:
    """The same number of cells, in ASCII: accents are dropped, what has no likeness becomes ``?``."""
    if text.isascii():
        return text
    return "".join(_one(character) for character in text.translate(_TABLE))


def _one(character: str) -> str:
    if character.isascii():
        return character
    base = unicodedata.normalize("NFKD", character)[0]
    width = cell_len(character)
    return base if base.isascii() and width == 1 else "?" * width


class AsciiFilter(LineFilter):
    """Lets nothing but ASCII through."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [
            segment if segment.text.isascii() else Segment(to_ascii(segment.text), segment.style, segment.control)
            for segment in segments
        ]
