"""A list of one-line rows with a cursor, drawn line by line: only rows that changed are drawn again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.visual import RenderOptions

__all__ = ["ListRow", "RowList"]


@dataclass(frozen=True)
class ListRow:
    """A row: its key (empty for a heading, which the cursor skips), its text and what a copy of it holds."""

    key: str
    content: Content
    copy: str = ""

    def __eq__(self, other: object) -> bool:
        # Contents are equal to Textual when their letters are; here a change of colour counts too.
        if not isinstance(other, ListRow):
            return NotImplemented
        return (self.key, self.copy) == (other.key, other.copy) and self.content.is_same(other.content)

    def __hash__(self) -> int:
        return hash((self.key, self.content.plain, self.copy))


class RowList(ScrollView, can_focus=True):
    """Rows under a cursor; Enter or a second click opens, the arrows move."""

    ALLOW_SELECT = False

    DEFAULT_CSS = """
    RowList { width: 1fr; height: 1fr; overflow-x: hidden; overflow-y: auto;
              scrollbar-size-vertical: 1; scrollbar-gutter: stable; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("pageup", "move(-10)", "Page up", show=False),
        Binding("pagedown", "move(10)", "Page down", show=False),
        Binding("home", "move(-100000)", "First", show=False),
        Binding("end", "move(100000)", "Last", show=False),
        Binding("enter", "open", "Open", show=False),
    ]

    class Highlighted(Message):
        """The cursor came to another row."""

        def __init__(self, rows: RowList, key: str) -> None:
            super().__init__()
            self.rows = rows
            self.key = key

        @property
        def control(self) -> RowList:
            return self.rows

    class Opened(Message):
        """Enter or a second click on a row."""

        def __init__(self, rows: RowList, key: str) -> None:
            super().__init__()
            self.rows = rows
            self.key = key

        @property
        def control(self) -> RowList:
            return self.rows

    def __init__(
        self,
        empty: str = "",
        *,
        on_width: Callable[[int], None] | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._rows: list[ListRow] = []
        self._cursor = -1
        self._strips: dict[int, Strip] = {}
        self._empty = empty
        self._on_width = on_width

    @property
    def columns(self) -> int:
        """The cells a row has, the scroll bar left out."""
        return self.scrollable_content_region.width

    @property
    def rows(self) -> Sequence[ListRow]:
        return self._rows

    @property
    def key(self) -> str:
        """The key under the cursor, empty when there is none."""
        return self._rows[self._cursor].key if 0 <= self._cursor < len(self._rows) else ""

    @property
    def copy_text(self) -> str:
        row = self._rows[self._cursor] if 0 <= self._cursor < len(self._rows) else None
        return (row.copy or row.content.plain) if row else ""

    def show(self, rows: Sequence[ListRow], *, keep: str = "") -> None:
        """Replace the rows; the cursor stays on its key, or goes to *keep*."""
        rows = list(rows)
        key = keep or self.key
        if rows == self._rows and not keep:
            return
        before, first_before = self._rows, self._selectable(0, 1)
        self._rows = rows
        if not keep and not self.has_focus and self._cursor == first_before:
            # Nobody is reading here: the newest stays in sight.
            key = ""
        cursor = next((index for index, row in enumerate(rows) if row.key and row.key == key), -1)
        if cursor < 0:
            cursor = self._selectable(min(max(self._cursor, 0), len(rows) - 1) if key else 0, 1)
        old_cursor, self._cursor = self._cursor, cursor
        if len(before) != len(rows):
            self.virtual_size = Size(self.columns, len(rows))
            self._strips.clear()
            self.refresh()
        else:
            changed = {index for index, row in enumerate(rows) if row != before[index]} | {old_cursor, cursor}
            self._redraw(changed)
        if old_cursor != cursor:
            self._show_cursor()

    def highlight(self, key: str) -> None:
        """Put the cursor on a key, without saying so to anyone."""
        index = next((index for index, row in enumerate(self._rows) if row.key == key), -1)
        if index >= 0 and index != self._cursor:
            self._go(index, tell=False)

    def action_move(self, step: int) -> None:
        if not self._rows:
            return
        target = min(max(self._cursor + step, 0), len(self._rows) - 1)
        index = self._selectable(target, 1 if step > 0 else -1)
        if index < 0:
            index = self._selectable(target, -1 if step > 0 else 1)
        if index >= 0:
            self._go(index)
            if index == self._selectable(0, 1):
                self.scroll_to(y=0, animate=False)

    def action_open(self) -> None:
        if self.key:
            self.post_message(self.Opened(self, self.key))

    def render_line(self, y: int) -> Strip:
        index = y + round(self.scroll_offset.y)
        strip = self._strips.get(index)
        if strip is None:
            strip = self._strips[index] = self._paint(index)
        return strip

    def on_resize(self, event: events.Resize) -> None:
        self._strips.clear()
        self.virtual_size = Size(self.columns, len(self._rows))
        if self._on_width is not None:
            self._on_width(self.columns)
        self._show_cursor()

    def on_click(self, event: events.Click) -> None:
        index = event.y + round(self.scroll_offset.y)
        if 0 <= index < len(self._rows) and self._rows[index].key:
            self._go(index)
            if event.chain > 1:
                self.action_open()

    def on_focus(self) -> None:
        self._redraw({self._cursor})
        if self.key:
            self.post_message(self.Highlighted(self, self.key))

    def on_blur(self) -> None:
        self._redraw({self._cursor})

    def notify_style_update(self) -> None:
        self._strips.clear()
        super().notify_style_update()

    def _selectable(self, start: int, step: int) -> int:
        index = start
        while 0 <= index < len(self._rows):
            if self._rows[index].key:
                return index
            index += step
        return -1

    def _go(self, index: int, *, tell: bool = True) -> None:
        before, self._cursor = self._cursor, index
        self._redraw({before, index})
        self._show_cursor()
        if tell:
            self.post_message(self.Highlighted(self, self.key))

    def _show_cursor(self) -> None:
        if self._cursor >= 0 and self.size.height:
            self.scroll_to_region(Region(0, self._cursor, 1, 1), animate=False, force=True, immediate=True)

    def _redraw(self, indexes: set[int]) -> None:
        top = round(self.scroll_offset.y)
        regions = []
        for index in indexes:
            self._strips.pop(index, None)
            if top <= index < top + self.size.height:
                regions.append(Region(0, index - top, self.columns, 1))
        if regions:
            self.refresh(*regions)

    def _paint(self, index: int) -> Strip:
        width = self.columns
        style = self.visual_style
        if 0 <= index < len(self._rows):
            content = self._rows[index].content
            if index == self._cursor:
                style = style + self._get_style("on $row-cursor" if self.has_focus else "on $bar")
        elif index == 0 and self._empty:
            content = Content.styled(self._empty, "$ink-dim")
        else:
            return Strip.blank(width, style.rich_style)
        options = RenderOptions(self._get_style, {"text_wrap": "nowrap", "text_overflow": "ellipsis"})
        strips = content.render_strips(width, 1, style, options)
        strip = strips[0] if strips else Strip.blank(width)
        return strip.adjust_cell_length(width, style.rich_style)
