"""What a check is given and what it gives back."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Subject:
    """A scenario under examination.

    ``data`` is what the file says, wrong types included: a check that reads it can speak even where the
    schema has refused something else. ``scenario`` is there only when the schema accepted the whole.
    """

    data: Mapping[str, Any]
    scenario: schema.Scenario | None
    doctrine: Doctrine

    def ids(self, section: str) -> list[str]:
        """The ids of a section, whatever stands behind them."""
        entries = self.data.get(section)
        return [key for key in entries if isinstance(key, str)] if isinstance(entries, Mapping) else []


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
    if isinstance(value, Mapping):
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


def conditions(data: Any) -> Iterator[tuple[Way, Mapping[str, Any]]]:
    """Every condition of the file and every condition inside one."""
    for path in CONDITIONS:
        waiting = deque(each(data, path))
        while waiting:
            way, value = waiting.popleft()
            if not isinstance(value, Mapping):
                continue
            yield way, value
            for step in ("all.*", "any.*", "not"):
                waiting.extend(((*way, *inner), part) for inner, part in each(value, step))


def in_conditions(data: Any, path: str) -> Iterator[tuple[Way, Any]]:
    """Every value behind ``path`` within any condition of the file."""
    yield from _within(conditions(data), path)


def in_actions(data: Any, path: str) -> Iterator[tuple[Way, Any]]:
    """Every value behind ``path`` within any action of the file."""
    for where in ACTIONS:
        yield from _within(each(data, where), path)


def _within(places: Iterator[tuple[Way, Any]], path: str) -> Iterator[tuple[Way, Any]]:
    for way, value in places:
        for inner, found in each(value, path):
            yield (*way, *inner), found


Walk: TypeAlias = Callable[[Any, str], Iterator[tuple[Way, Any]]]
