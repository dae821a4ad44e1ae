"""Text with roles: every piece goes through `plain`, every style is a theme variable.

Styles are written as Textual style strings (``"$ink-dim"``, ``"bold $ink-un"``), so one text follows any theme.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypeAlias

from rich.cells import cell_len, set_cell_size
from textual.content import Content

from sim.tui.plain_text import plain, plain_block

Part: TypeAlias = "str | tuple[str, str] | Content"

DIM: Final = "$ink-dim"
SOFT: Final = "$ink-soft"
STRONG: Final = "bold $ink-strong"
TITLE: Final = "bold $ink-title"
WARN: Final = "$ink-warn"
ALARM: Final = "bold $ink-alarm"
GOOD: Final = "$ink-good"
UN: Final = "$ink-un"

SIDE_STYLES: Final = {"un": "$ink-un", "host": "$ink-host", "armed": "$ink-armed", "aid": "$ink-aid"}

__all__ = [
    "ALARM",
    "DIM",
    "GOOD",
    "SIDE_STYLES",
    "SOFT",
    "STRONG",
    "TITLE",
    "UN",
    "WARN",
    "Part",
    "block",
    "bullets",
    "column",
    "hanging",
    "line",
    "lines",
    "spread",
    "width_of",
]


def line(*parts: Part) -> Content:
    """One line of text from strings and (text, style) pairs."""
    return Content.assemble(*(_clean(part) for part in parts))


def block(text: object, style: str = "") -> Content:
    """Several lines of one style, line breaks kept."""
    return Content.assemble((plain_block(text), style))


def lines(rows: Iterable[Content]) -> Content:
    return Content("\n").join(rows)


def column(text: object, width: int, style: str = "") -> tuple[str, str]:
    """A piece of a table row: exactly *width* cells, cut with an ellipsis."""
    value = plain(text)
    if cell_len(value) > width:
        value = set_cell_size(value, max(width - 1, 0)).rstrip() + "…"
    return set_cell_size(value, width), style


def hanging(head: Content, value: Content, width: int) -> list[Content]:
    """*value* wrapped in the room beside *head*, which stands before its first line."""
    blank = Content(" " * head.cell_length)
    wrapped = value.wrap(max(width - head.cell_length, 8)) or [Content("")]
    return [(blank if index else head) + row for index, row in enumerate(wrapped)]


def bullets(items: Iterable[object], width: int) -> list[Content]:
    """A list of points; each hangs in its own column."""
    head = Content.styled("• ", DIM)
    return [row for item in items for row in hanging(head, line(str(item)), width)]


def width_of(text: str) -> int:
    return cell_len(plain(text))


def spread(left: Content, right: Content, width: int) -> Content:
    """Two texts at the ends of one line; the left one gives way."""
    room = width - right.cell_length
    if room <= 1:
        return right.truncate(width, ellipsis=True)
    return left.truncate(room - 1, ellipsis=True).pad_right(room - min(left.cell_length, room - 1)) + right


def _clean(part: Part) -> Part:
    if isinstance(part, Content):
        return part
    if isinstance(part, tuple):
        return plain(part[0]), part[1]
    return plain(part)
