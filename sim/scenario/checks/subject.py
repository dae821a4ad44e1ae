"""What a check is given and what it gives back."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol, TypeAlias

from sim.doctrine import Doctrine
from sim.scenario import schema

Way: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not fit, at the end of ``way`` (the keys that lead to it in the file)."""

    way: Way
    rule: str
    value: str
    message: str
    mend: str = ""
    at_key: bool = False


@dataclass(frozen=True)
class Subject:
    """A scenario under examination.

    ``data`` is what the file says, wrong types included: a check that reads it can speak even where the
    schema has refused something else. ``scenario`` is there only when the schema accepted the whole.
    """

    data: dict[str, Any]
    scenario: schema.Scenario | None
    doctrine: Doctrine

    def ids(self, section: str) -> list[str]:
        """The ids of a section, whatever stands behind them."""
        entries = self.data.get(section)
        return list(entries) if isinstance(entries, dict) else []

    def each(self, path: str) -> Iterator[tuple[Way, Any]]:
        """Every value behind ``path`` in the file."""
        return each(self.data, path)

    def in_conditions(self, path: str) -> Iterator[tuple[Way, Any]]:
        """Every value behind ``path`` within any condition of the file."""
        return _within(self._conditions, path)

    def in_actions(self, path: str) -> Iterator[tuple[Way, Any]]:
        """Every value behind ``path`` within any action of the file."""
        return _within(self._actions, path)

    # A dozen paths are asked for below each condition, and each pattern is a whole file: found once, not each time.

    @cached_property
    def _conditions(self) -> list[tuple[Way, Any]]:
        return list(conditions(self.data))

    @cached_property
    def _actions(self) -> list[tuple[Way, Any]]:
        return [found for path in ACTIONS for found in each(self.data, path)]


class Check(Protocol):
    """One rule about a scenario."""

    def findings(self, subject: Subject) -> Iterator[Finding]:
        """Everything in the scenario that breaks the rule, in the order of the file."""
        ...


def each(data: Any, path: str) -> Iterator[tuple[Way, Any]]:
    """Every value behind a path such as ``routes.*.between.*``; a last ``@`` gives keys instead of values."""
    found: list[tuple[Way, Any]] = [((), data)]
    for step in path.split("."):
        found = [inner for way, value in found for inner in _inside(way, value, step)]
    yield from found


def _inside(way: Way, value: Any, step: str) -> Iterator[tuple[Way, Any]]:
    if isinstance(value, dict):
        if step == "@":
            yield from (((*way, key), key) for key in value)
        elif step == "*":
            yield from (((*way, key), inner) for key, inner in value.items())
        elif step in value:
            yield (*way, step), value[step]
    elif isinstance(value, list) and step == "*":
        yield from (((*way, index), inner) for index, inner in enumerate(value))
    elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
        yield (*way, int(step)), value[int(step)]


CONDITIONS = (
    "injects.*.when",
    "decisions.*.when",
    "procedure.*.evidence",
    "standing_orders.*.when",
    "benchmarks.*.when",
)
"""Where conditions stand in a file."""

ACTIONS = ("decisions.*.options.*.do.*", "standing_orders.*.do.*")
"""Where actions stand in a file."""


def conditions(data: Any) -> Iterator[tuple[Way, dict[str, Any]]]:
    """Every condition of the file and every condition inside one."""
    for path in CONDITIONS:
        waiting = deque(each(data, path))
        while waiting:
            way, value = waiting.popleft()
            if not isinstance(value, dict):
                continue
            yield way, value
            for step in ("all.*", "any.*", "not"):
                waiting.extend(((*way, *inner), part) for inner, part in each(value, step))


def _within(places: list[tuple[Way, Any]], path: str) -> Iterator[tuple[Way, Any]]:
    first = path.split(".", 1)[0]
    for way, value in places:
        if isinstance(value, dict) and first in value:
            for inner, found in each(value, path):
                yield (*way, *inner), found
