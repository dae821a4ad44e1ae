"""Whatever is selected, in full: a place, a unit, a task, an actor or a report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from sim.tui import ink
from sim.tui.glyphs import WGL4, Glyphs
from sim.tui.panes.actors import confidence_style
from sim.tui.panes.base import Pane
from sim.tui.panes.units import task_style, unit_symbol, words
from sim.tui.view_model import Row, SeatView

__all__ = ["DetailsPane", "describe", "fact_lines", "since"]

LABEL = 11

_STATUS_STYLES = {
    "open": ink.GOOD,
    "slow": ink.WARN,
    "cut": ink.ALARM,
    "blocked": ink.ALARM,
    "held": ink.ALARM,
    "unknown": ink.DIM,
}


class DetailsPane(Pane):
    """Facts carry the date and grade of the report they come from."""

    NUMBER = 4
    HEADING = "Details"
    NEEDS = frozenset({"places", "routes", "units", "actors", "inbox", "tasks", "flows", "lines"})

    def __init__(self, glyphs: Glyphs = WGL4, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.glyphs = glyphs
        self._view = SeatView()
        self._subject: tuple[str, str] = ("", "")
        self._shown = Content("")

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="details-scroll", can_focus=True):
            yield Static("", markup=False, id="details-text")

    @property
    def subject(self) -> tuple[str, str]:
        return self._subject

    @property
    def copy_text(self) -> str:
        return self._shown.plain

    def show_view(self, view: SeatView) -> None:
        self._view = view
        self._draw()

    def select(self, kind: str, key: str) -> None:
        if (kind, key) != self._subject:
            self._subject = (kind, key)
            self._draw()
            self.query_one(VerticalScroll).scroll_home(animate=False)

    def on_resize(self, event: events.Resize) -> None:
        self._draw()

    def _draw(self) -> None:
        width = max((self.size.width or 40) - 3, 20)
        title, content = describe(self._view, *self._subject, self.glyphs, width)
        self.head(heading=title)
        if content.plain != self._shown.plain or content.spans != self._shown.spans:
            self._shown = content
            self.query_one("#details-text", Static).update(content)


def describe(view: SeatView, kind: str, key: str, glyphs: Glyphs, width: int) -> tuple[str, Content]:
    """The heading and the text of a subject, wrapped so that values stay in their column."""
    tables = {
        "place": "places",
        "unit": "units",
        "task": "tasks",
        "actor": "actors",
        "report": "inbox",
        "flow": "flows",
    }
    row = view.row(tables.get(kind, ""), key)
    if row is None:
        return "Details", ink.line(("Select a place, a unit, an actor or a report.", ink.DIM))
    match kind:
        case "place":
            heading, entries = _capital(row.get("name") or key), _place(view, row, glyphs)
        case "unit":
            heading, entries = _capital(row.get("name") or key), _unit(view, row)
        case "task":
            heading, entries = str(row.get("label") or "Task"), _task(view, row)
        case "actor":
            heading, entries = _capital(row.get("name") or key), _actor(row)
        case "report":
            heading, entries = "Report", _report(row)
        case _:
            heading, entries = "On the move", iter([("", ink.line(str(row.get("text") or "People moving")))])
    return heading, ink.lines(line for label, value in entries for line in _beside(label, value, width))


Entry = tuple[str, Content]


def _capital(name: object) -> str:
    text = str(name or "")
    return text[:1].upper() + text[1:]


def _beside(label: str, value: Content, width: int) -> Sequence[Content]:
    """A label and its value beside it; without a label the value takes the whole line."""
    if not label:
        return [value]
    if len(label) <= LABEL:
        return ink.hanging(ink.line(ink.column(label.strip(), LABEL, ink.SOFT), " "), value, width)
    # A long label stands before its value; what does not fit goes on in the column of the values.
    first, *rest = (ink.line((label, ink.SOFT), "  ") + value).wrap(width)
    if not rest:
        return [first]
    return [ink.line((label, ink.SOFT)), *ink.hanging(ink.line(" " * (LABEL + 1)), value, width)]


def fact_lines(facts: Iterable[Row], today: str = "") -> Iterable[Entry]:
    """Label, text, and in brackets when it was seen and how good the source is."""
    for fact in facts:
        source = ", ".join(str(part) for part in (since(fact.get("as_of"), today), fact.get("grade")) if part)
        yield _field(str(fact.get("label") or " "), fact.get("text") or "", "", source)


def since(as_of: object, today: str) -> str:
    """When something was seen; the day is left out when it is today."""
    text = str(as_of or "")
    day, _, time = text.rpartition(" ")
    return time if day and day == today else text


def _field(label: str, text: object, style: str = "", note: object = "") -> Entry:
    parts: list[ink.Part] = [(str(text), style)]
    if note:
        parts.append((f" ({note})", ink.DIM))
    return label or " ", ink.line(*parts)


def _place(view: SeatView, row: Row, glyphs: Glyphs) -> Iterable[Entry]:
    kind = str(row.get("kind") or "").replace("-", " ")
    yield "", ink.line((_capital(row.get("name")), ink.STRONG), (f"  {kind}", ink.SOFT))
    today = view.today
    if row.get("people"):
        yield _field("Sheltering", row["people"], ink.STRONG, since(row.get("people_as_of"), today))
    if row.get("violence"):
        yield _field("Violence", row["violence"], ("", ink.WARN, ink.WARN, ink.ALARM)[view.violence_level(row)])
    facts = row.get("facts") or []
    yield from fact_lines([fact for fact in facts if fact.get("attribute") not in ("people", "violence")], today)
    if not facts:
        for note in row.get("notes") or []:
            yield "", ink.line(str(note))
    for index, unit in enumerate(view.units_at(str(row.get("id")))):
        style = ink.SIDE_STYLES.get(str(unit.get("side")), ink.UN)
        yield (
            " " if index else "Here",
            ink.line(
                (unit_symbol(unit, glyphs), style),
                " " + str(unit.get("name") or ""),
                (f"  {unit['strength']}" if unit.get("strength") else "", ink.SOFT),
            ),
        )
    for line in view.rows("lines"):
        if line.get("around") == row.get("id"):
            told = f"told: {line['confirmed']}" if line.get("confirmed") else ""
            yield _field(
                "Red line", f"{line.get('km'):g} km, {line.get('state')}", "$red-line", told or line.get("as_of")
            )
    for index, route in enumerate(view.routes_of(str(row.get("id")))):
        other = route.get("b") if route.get("a") == row.get("id") else route.get("a")
        name = (view.row("places", str(other)) or {}).get("name") or other
        status = str(route.get("status") or "unknown")
        km = f" {route['km']:g} km" if isinstance(route.get("km"), int | float) else ""
        yield (
            " " if index else "Roads",
            ink.line((status, _STATUS_STYLES.get(status, ink.DIM)), f" to {name}", (km, ink.SOFT)),
        )


def _unit(view: SeatView, row: Row) -> Iterable[Entry]:
    yield "", ink.line((_capital(row.get("name")), ink.STRONG), (f"  {row.get('type') or ''}", ink.SOFT))
    for label, part in (
        ("Where", "where"),
        ("Task", "task"),
        ("Posture", "posture"),
        ("State", "state"),
        ("Strength", "strength"),
    ):
        if row.get(part):
            yield _field(label, words(row[part]) if part in ("task", "posture") else row[part])
    if row.get("controller"):
        yield _field("Tasked by", view.seat_title(str(row["controller"])))
    if row.get("as_of"):
        yield _field("Reported", row["as_of"], ink.SOFT, row.get("grade"))
    for task in view.rows("tasks"):
        if task.get("unit_id", task.get("unit")) == row.get("id"):
            when = str(task.get("when") or "")
            yield _field(when, f"{task.get('label')}: {task.get('state')}", task_style(task.get("state")))


def _task(view: SeatView, row: Row) -> Iterable[Entry]:
    yield "", ink.line((str(row.get("label") or ""), ink.STRONG), (f"  {row.get('kind') or ''}", ink.SOFT))
    state = str(row.get("state") or "")
    yield _field("State", state, task_style(state), row.get("as_of"))
    yield _field("From", row.get("seat_title") or row.get("seat") or "")
    if row.get("to"):
        yield _field("To", view.seat_title(str(row["to"])))
    for label, table, part in (("Unit", "units", "unit"), ("Place", "places", "place")):
        if row.get(part):
            yield _field(label, (view.row(table, str(row[part])) or {}).get("name") or row[part])
    yield _field("Sent", row.get("when") or "", ink.SOFT)
    if row.get("text"):
        yield "", ink.line("")
        yield "", ink.block(row["text"])


def _actor(row: Row) -> Iterable[Entry]:
    yield "", ink.line((_capital(row.get("name")), ink.STRONG), (f"  {row.get('kind') or ''}", ink.SOFT))
    confidence = row.get("confidence")
    yield _field("Assessed", row.get("assessed") or "not assessed", confidence_style(confidence))
    if confidence:
        yield _field("Confidence", confidence, confidence_style(confidence), row.get("as_of"))
    for note in row.get("notes") or []:
        yield "", ink.line(str(note))


def _report(row: Row) -> Iterable[Entry]:
    head: list[ink.Part] = [(str(row.get("sender") or ""), ink.STRONG), (f"  {row.get('when') or ''}", ink.SOFT)]
    if row.get("grade"):
        head.append((f"  [{row['grade']}]", ink.SOFT))
    yield "", ink.line(*head)
    if row.get("title"):
        yield "", ink.line((str(row["title"]), "bold" + (" $ink-alarm" if row.get("urgent") else "")))
    yield "", ink.block(row.get("text") or "")
