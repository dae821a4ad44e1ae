"""The patterns that a scenario has, and how each differs from the deployment it begins with."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from sim.scenario.overlay import ABSENT

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.scenario.schema import Pattern

WIDTH: Final = 100
_OWN: Final = ("title", "text", "units", "standing_orders", "options")


def pattern_lines(scenario: Scenario) -> list[str]:
    """Each pattern with its title, its text and what differs from the base: what ``mlt patterns`` prints."""
    lines: list[str] = []
    for name, pattern in scenario.patterns.items():
        if lines:
            lines.append("")
        lines.append(f"{name}  {pattern.title}".rstrip())
        lines += textwrap.wrap(pattern.text, WIDTH, initial_indent="  ", subsequent_indent="  ")
        changes = [*_units(scenario, pattern), *_orders(scenario, pattern), *_others(pattern)]
        for change in changes or ["nothing differs from the base"]:
            lines += textwrap.wrap(
                change, WIDTH, initial_indent="    ", subsequent_indent="      ", break_on_hyphens=False
            )
    return lines or [f"{scenario.name} has no patterns."]


def _units(scenario: Scenario, pattern: Pattern) -> Iterator[str]:
    moved: list[str] = []
    absent: list[str] = []
    otherwise: list[str] = []
    added: list[str] = []
    for unit, entry in pattern.units.items():
        base = scenario.units.get(unit)
        if entry == ABSENT:
            absent.append(unit)
        elif not isinstance(entry, Mapping):
            continue
        elif base is None:
            added.append(f"{unit} at {entry.get('at', 'no place')}")
        else:
            if entry.get("at", base.at) != base.at:
                moved.append(f"{unit} from {base.at} to {entry['at']}")
            for key, value in entry.items():
                if key not in ("at", "protects"):
                    otherwise.append(f"{unit}: {key} {_said(value)}")
    for word, names in (("moved", moved), ("absent", absent), ("added", added), ("otherwise", otherwise)):
        if names:
            yield f"units {word}: {', '.join(names)}"


def _orders(scenario: Scenario, pattern: Pattern) -> Iterator[str]:
    words: dict[str, list[str]] = {}
    for rule, entry in pattern.standing_orders.items():
        word = "absent" if entry == ABSENT else "changed" if rule in scenario.standing_orders else "added"
        words.setdefault(word, []).append(rule)
    for word in ("added", "changed", "absent"):
        if word in words:
            yield f"standing orders {word}: {', '.join(words[word])}"


def _others(pattern: Pattern) -> Iterator[str]:
    if pattern.options:
        yield f"options: {', '.join(f'{option}={choice}' for option, choice in pattern.options.items())}"
    for section in type(pattern).model_fields:
        entries = getattr(pattern, section)
        if section not in _OWN and entries:
            yield f"{section.replace('_', ' ')} that differ: {', '.join(entries)}"


def _said(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
