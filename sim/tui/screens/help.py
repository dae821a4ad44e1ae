"""Help, made from the table of actions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from sim.tui import ink
from sim.tui.actions import ACTIONS, GROUPS, key_name
from sim.tui.glyphs import WGL4, Glyphs
from sim.tui.screens.base import Dialog, keys

__all__ = ["ITEM_WORDS", "SOURCE_WORDS", "HelpDialog", "grade_words", "help_text"]

SOURCE_WORDS = {
    "A": "completely reliable",
    "B": "usually reliable",
    "C": "fairly reliable",
    "D": "not usually reliable",
    "E": "unreliable",
    "F": "reliability cannot be judged",
}
ITEM_WORDS = {
    "1": "confirmed by others",
    "2": "probably true",
    "3": "possibly true",
    "4": "doubtful",
    "5": "improbable",
    "6": "truth cannot be judged",
}


def grade_words(grade: str) -> str:
    """A grade in words: the source, then the item."""
    source, item = SOURCE_WORDS.get(grade[:1]), ITEM_WORDS.get(grade[1:2])
    return f"source {source}, item {item}" if source and item else ""


def help_text(overrides: Mapping[str, str], glyphs: Glyphs = WGL4) -> Content:
    """Every action with its key, then the symbols and the grades."""
    rows: list[Content] = []
    for group in GROUPS:
        rows += [Content(""), ink.line((group, ink.STRONG))] if rows else [ink.line((group, ink.STRONG))]
        for entry in ACTIONS:
            if entry.group == group:
                names = " ".join(key_name(key) for key in (overrides.get(entry.id, entry.key), *entry.other_keys))
                rows.append(
                    ink.line(
                        ink.column(names, 10, "bold $ink-warn"), ink.column(entry.name, 18), (entry.help, ink.SOFT)
                    )
                )
    rows += [Content(""), ink.line(("In a pane or a dialog", ink.STRONG))]
    for key, text in (
        ("arrows", "move the cursor; on the map, pan (also h j k l, the mouse and its wheel)"),
        ("Tab", "go to the next field or pane"),
        ("^s", "send what is written"),
        ("^l", "in a conversation: what else could be said"),
        ("^y", "copy the open text"),
    ):
        rows.append(ink.line(ink.column(key, 10, "bold $ink-warn"), (text, ink.SOFT)))
    rows += [Content(""), ink.line(("Symbols", ink.STRONG))]
    symbols = [
        (glyphs.sides["un"], "military unit of the mission", "$ink-un"),
        (glyphs.police, "police of the mission", "$ink-un"),
        (glyphs.air, "aircraft of the mission", "$ink-un"),
        (glyphs.sides["host"], "forces of the host state", "$ink-host"),
        (glyphs.sides["armed"], "armed group", "$ink-armed"),
        (glyphs.sides["aid"], "aid organisation", "$ink-aid"),
        (glyphs.places["town"], "town", ""),
        (glyphs.places["village"], "village", ink.DIM),
        (glyphs.places["base"], "base of the mission, temporary ones too", "$ink-un"),
        (glyphs.places["compound"], "walled compound", ""),
        (glyphs.places["headquarters"], "headquarters", "$ink-un"),
        (glyphs.places["camp"], "displacement site or camp", "$ink-displaced"),
        (glyphs.places["crossing"], "crossing", ""),
        (glyphs.arrows["E"], "people on the move", "$ink-displaced"),
    ]
    for symbol, text, style in symbols:
        rows.append(ink.line(ink.column(symbol, 10, style), (text, ink.SOFT)))
    for status, style, text in (
        ("open", "$road", "road reported open"),
        ("slow", "$road-slow", "slow"),
        ("cut", "$road-cut", "cut, blocked or held"),
        ("unknown", "$road-unknown", "nothing known"),
        ("line", "$red-line", "a red line that was announced"),
    ):
        rows.append(ink.line(ink.column(glyphs.line_samples[status], 10, style), (text, ink.SOFT)))
    rows += [Content(""), ink.line(("Grades of reports", ink.STRONG))]
    for letter, (source, (number, item)) in zip(
        SOURCE_WORDS, zip(SOURCE_WORDS.values(), ITEM_WORDS.items(), strict=True), strict=True
    ):
        rows.append(
            ink.line(
                ink.column(letter, 3, "bold"),
                ink.column(source, 32, ink.SOFT),
                ink.column(number, 3, "bold"),
                (item, ink.SOFT),
            )
        )
    return ink.lines(rows)


class HelpDialog(Dialog[None]):
    """Over the screen, so that nothing behind it moves."""

    TITLE_TEXT = "Help"
    WIDTH = 100

    def __init__(self, overrides: Mapping[str, str], glyphs: Glyphs) -> None:
        super().__init__()
        self._text = help_text(overrides, glyphs)

    def body(self) -> Iterable[Widget]:
        scroll = VerticalScroll(Static(self._text, markup=False), classes="page-scroll")
        scroll.can_focus = True
        yield scroll

    def opened(self) -> None:
        self.foot(keys(("↑↓", "scroll"), ("Esc", "close")))
        self.query_one(VerticalScroll).focus()

    def copy_text(self) -> str:
        return self._text.plain
