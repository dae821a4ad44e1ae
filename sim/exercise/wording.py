"""What people read: names from the scenario's naming table, times as ``D+1 06:20``, ranges, words for levels."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sim.engine.pictures import Leaf, Report, day_and_hour, origin
from sim.engine.ticks import DAY, HOUR, MINUTE, Tick
from sim.exercise.terms import COUNTED, LABELS, MOODS, NAMES, OPTIONS, STEPS, UNITS, VALUES, WORDS, Steps

if TYPE_CHECKING:
    from sim.engine.blueprint import Blueprint
    from sim.engine.watching import Value
    from sim.engine.world import World

TASK_STATES: Final = {"moving": "under way", "executing": "under way", "withdrawn": "cancelled", "lapsed": "refused"}
TASK_KINDS: Final = frozenset({"direction", "order", "reaction", "request"})
ALERTS: Final = "alert-network/"
"""How the source that is a place's own alert network is called."""

HEADS: Final = ("people", "column-strength")
ROUNDED_FROM: Final = 100
"""Heads of a crowd are told to two figures from here on: whoever counted them did not count every one."""


class Wording:
    """The words of one exercise."""

    def __init__(self, blueprint: Blueprint) -> None:
        self._blueprint = blueprint
        self._names = blueprint.reading.names

    def name(self, id: str) -> str:
        """The name of whatever an id stands for: from the naming table, else from the catalogues."""
        if id in self._names:
            return self._names[id]
        response = self._blueprint.doctrine.responses.get(id)
        if response is not None:
            return response.label
        seat = self._blueprint.seats.get(id)
        if seat is not None:
            return seat.title
        if id in NAMES:
            return NAMES[id]
        if id.startswith(ALERTS):
            return f"callers from {self.name(id.removeprefix(ALERTS))}"
        if "--" in id:
            return " - ".join(self.name(end) for end in id.split("--"))
        return id.replace("-", " ")

    def option(self, id: str) -> str:
        """How an option of an order is called."""
        return OPTIONS.get(id) or self.name(id)

    def gate(self, id: str) -> str:
        """What the host state can clear or refuse. Some of these are called like an action, and are not one."""
        return self._names.get(id) or NAMES.get(id) or self.name(id)

    def name_of_task(self, id: str) -> str:
        """The name of a task, made of its parts; of anything else, its own."""
        kind, _, rest = id.partition("/")
        parts = rest.split("/", 2)
        if kind not in TASK_KINDS or len(parts) < 3:
            return self.name(id)
        _, action, performer = parts
        return f"{self.name(action)}, {self.name(performer.rpartition('#')[0])}"

    def source(self, world: World, id: str) -> str:
        """Whom a statement comes from."""
        return self.name(id) if id in self._names or id.startswith(ALERTS) else origin(world, id)

    def when(self, tick: Tick) -> str:
        """A tick as ``D+1 06:20``."""
        return day_and_hour(self._blueprint.start, tick)

    def date(self, tick: Tick) -> str:
        """A tick as a date and time of day."""
        moment = self._blueprint.start + timedelta(milliseconds=tick)
        return f"{moment.day} {moment:%B %Y %H:%M}"

    def value(self, attribute: str, value: Value) -> str:
        """A fact in words: ranges for what was counted, words for levels, names for ids."""
        if isinstance(value, str):
            words = WORDS.get(attribute, {}).get(value)
            return words if words is not None else self.plain(value)
        if attribute in STEPS:
            return level(STEPS[attribute], value)
        if attribute in COUNTED and value == 0:
            return "none"
        if attribute == "supply":
            return days(value)
        text = self.plain(value)
        return f"{text} {UNITS[attribute]}" if attribute in UNITS else text

    def stated(self, attribute: str, leaf: Leaf) -> str:
        """A fact with the time and grade of what it rests on."""
        return f"{self.value(attribute, leaf.value)} ({self.when(leaf.as_of)}, {leaf.grade})"

    def note(self, attribute: str, leaf: Leaf) -> str:
        """A fact with its label, time and grade."""
        return f"{self.label(attribute)}: {self.stated(attribute, leaf)}"

    def plain(self, value: Any) -> str:
        """A value of a report: a number, a range, or the name of what it names."""
        if isinstance(value, tuple):
            return span(*value)
        if isinstance(value, str):
            return self.name(value) if value else "nothing"
        return number(value)

    def label(self, attribute: str) -> str:
        """What a fact is called."""
        if attribute.startswith("gate-"):
            return f"Clearance, {self.gate(attribute.removeprefix('gate-'))}"
        return LABELS.get(attribute, attribute.replace("-", " ").capitalize())

    def title(self, report: Report) -> str:
        """The heading of a report."""
        if report.phrase.startswith("inject:"):
            inject = self._blueprint.injects.get(report.phrase.removeprefix("inject:"))
            return (inject.title if inject is not None else "") or _first_words(report.text)
        phrase = self._blueprint.doctrine.phrases.get(report.phrase)
        return self._filled(phrase.title, report) if phrase is not None else _first_words(report.text)

    def text(self, world: World, report: Report) -> str:
        """A report in full: what it says, the words of whoever speaks, and what it rests on."""
        parts = []
        phrase = self._blueprint.doctrine.phrases.get(report.phrase)
        if phrase is not None:
            parts.append(self._filled(phrase.text, report))
        if report.text:
            parts.append(f"“{report.text}”" if phrase is not None else report.text)
        if report.phrase in ("situation-summary", "assessment", "patrol-report"):
            parts += self.statements(world, report)
        return "\n".join(parts)

    def statements(self, world: World, report: Report) -> list[str]:
        """The items of a summary, each with its source, time and grade."""
        said = []
        for told in report.says:
            if told.subject.startswith("objection/"):
                # The unit's own state says it already.
                continue
            by = "" if told.source == report.sender else f"{self.source(world, told.source)}, "
            said.append(
                f"{self.name_of_task(told.subject)}, {self.label(told.attribute).lower()}: "
                f"{self.value(told.attribute, told.value)} ({by}{self.when(told.as_of)}, {told.grade})"
            )
        return said

    def said(self, key: str, value: Any) -> str:
        """A value as the sentence of a report says it: heads in round numbers, nought as a word."""
        if isinstance(value, str):
            return VALUES.get(key, {}).get(value) or (self.gate(value) if key == "gate" else self.plain(value))
        if key in ("killed", "wounded") and value == 0:
            return "none"
        if key == "days":
            return days(value)
        if key in HEADS and not isinstance(value, tuple) and value >= ROUNDED_FROM:
            return number(rounded(value))
        return self.plain(value)

    def _filled(self, template: str, report: Report) -> str:
        for key, value in report.values:
            if value == "":
                template = template.replace(f", {{{key}}}", "").replace(f" about {{{key}}}", "")
        filled = template.format_map(_Values({key: self.said(key, value) for key, value in report.values}))
        return filled[:1].upper() + filled[1:]


class _Values(dict[str, str]):
    """What a report does not say is left open in its sentence."""

    def __missing__(self, key: str) -> str:
        return "(not said)"


def number(value: float) -> str:
    """A number as people write it."""
    if value == round(value):
        return f"{value:,.0f}"
    return f"{value:,.1f}" if abs(value) >= 1 else f"{value:.2g}"


def span(low: float, high: float) -> str:
    """A range as people write it: ``4,000 - 9,000``."""
    if low == high:
        return number(low)
    return f"up to {number(high)}" if low == 0 else f"{number(low)} - {number(high)}"


def rounded(value: float) -> float:
    """A count of heads to two figures."""
    step = 10 ** max(0, len(str(int(abs(value)))) - 2)
    return float(math.floor(value / step + 0.5) * step)


def days(value: float | tuple[float, float]) -> str:
    """How long something lasts: whole days, never a fraction of one."""
    low, high = value if isinstance(value, tuple) else (math.floor(value), math.ceil(value))
    low, high = math.floor(low), math.ceil(high)
    if low < 1:
        return "less than a day" if high <= 1 else f"less than {number(high)} days"
    most = "1 day" if high == 1 else f"{number(high)} days"
    return most if low == high else f"{number(low)} to {most}"


def level(steps: Steps, value: float | tuple[float, float]) -> str:
    """A level in words; a range of levels in the words of its ends."""
    if isinstance(value, tuple):
        low, high = level(steps, value[0]), level(steps, value[1])
        return low if low == high else f"{low} to {high}"
    return next((word for end, word in steps if value < end), steps[-1][1])


def mood(value: float | tuple[float, float]) -> str:
    """A level of tension between 0 and 100 in words."""
    return level(MOODS, value)


def confidence(grade: str) -> str:
    """How far an assessment can be relied on, from the grade of what it rests on."""
    source, item = grade[:1], grade[1:2]
    if source in ("A", "B") and item in ("1", "2"):
        return "high"
    if source in ("A", "B", "C") and item in ("1", "2", "3"):
        return "medium"
    return "low"


def left(ticks: Tick) -> str:
    """Time that is left, as ``0:24``; in days once it is more than two of them."""
    ticks = max(0, ticks)
    if ticks > 2 * DAY:
        return f"{ticks // DAY} d {ticks % DAY // HOUR} h"
    return f"{ticks // HOUR}:{ticks % HOUR // MINUTE:02d}"


def trend(values: list[float]) -> str:
    """A few numbers as a row of blocks, the largest the highest; nothing for fewer than three."""
    if len(values) < 3:
        return ""
    top = max(values)
    blocks = "▁▂▃▄▅▆▇█"
    return "".join(blocks[min(7, int(8 * value / top)) if top > 0 else 0] for value in values)


def _first_words(text: str) -> str:
    first = text.strip().split("\n")[0]
    return first if len(first) <= 60 else first[:57].rsplit(" ", 1)[0] + "..."
