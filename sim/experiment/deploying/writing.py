"""Generated patterns as text of the scenario language, with what was thought beside it."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sim.experiment.deploying.plan import GeneratedPattern

WIDTH: Final = 116
_PLAIN: Final = re.compile(r"[a-z][a-z0-9/_-]*|[0-9]+(\.[0-9]+)?[dhms]|[A-F][1-6]")
"""Ids that begin with a letter, durations and grades: nothing that YAML takes for a number, a date or a truth value."""
_WORDS_OF_YAML: Final = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
_TEXTS: Final = ("text",)


def as_yaml(patterns: Mapping[str, GeneratedPattern], *, indent: int = 2, step: int = 2) -> str:
    """The patterns as they stand under ``patterns:`` of a scenario file, each unit with its reason beside it.

    Args:
        indent: how far the ids are set in.
        step: how far each further level is.
    """
    lines: list[str] = []
    for pattern in patterns.values():
        lines += _pattern(pattern, indent, step)
    return "\n".join(lines) + "\n" if lines else ""


def _pattern(pattern: GeneratedPattern, indent: int, step: int) -> Iterator[str]:
    yield f"{' ' * indent}{_scalar(pattern.id)}:"
    inner = indent + step
    data = pattern.data
    yield f"{' ' * inner}title: {_scalar(data['title'])}"
    yield from _folded("text", data["text"], inner, step)
    yield from _comments((f"Could not be done: {note}" for note in pattern.notes), inner)
    units = data.get("units", {})
    staying = {unit: why for unit, why in pattern.reasons.items() if unit not in units}
    if units:
        yield f"{' ' * inner}units:"
        for unit, entry in units.items():
            yield from _comments([pattern.reasons.get(unit, "")], inner + step)
            yield f"{' ' * (inner + step)}{_scalar(unit)}: {_flow(entry)}"
    yield from _comments((f"{unit}: {why}" for unit, why in staying.items()), inner + (step if units else 0))
    for section, entries in data.items():
        if section in ("title", "text", "units"):
            continue
        yield f"{' ' * inner}{section}:"
        for name, entry in entries.items():
            yield f"{' ' * (inner + step)}{_scalar(name)}:"
            yield from _block(entry, inner + 2 * step, step)


def _block(entry: Mapping[str, Any], indent: int, step: int) -> Iterator[str]:
    """An order or an inject, one key a line; what is done and what is asked one a line too."""
    for key, value in entry.items():
        if key in _TEXTS:
            yield from _folded(key, value, indent, step)
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            yield f"{' ' * indent}{key}:"
            yield from (f"{' ' * (indent + step)}- {_flow(each)}" for each in value)
        elif isinstance(value, Mapping) and isinstance(value.get("any"), list):
            yield f"{' ' * indent}{key}:"
            yield f"{' ' * (indent + step)}any:"
            yield from (f"{' ' * (indent + 2 * step)}- {_flow(each)}" for each in value["any"])
        else:
            yield f"{' ' * indent}{key}: {_flow(value)}"


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_scalar(key)}: {_flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return f"[{', '.join(_flow(each) for each in value)}]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    """A number as it is; a word as it is where YAML cannot take it for anything else, and in quotes elsewhere."""
    if not isinstance(value, str):
        return json.dumps(value)
    if _PLAIN.fullmatch(value) and value not in _WORDS_OF_YAML:
        return value
    return json.dumps(value, ensure_ascii=False)


def _folded(key: str, text: str, indent: int, step: int) -> Iterator[str]:
    yield f"{' ' * indent}{key}: >-"
    inner = " " * (indent + step)
    width = max(20, WIDTH - len(inner))
    yield from (inner + line for line in textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False))


def _comments(sentences: Iterator[str] | list[str], indent: int) -> Iterator[str]:
    """Sentences as comments: whatever is in a name, a comment stays on its lines."""
    before = " " * indent + "# "
    for sentence in sentences:
        plain = "".join(letter if letter.isprintable() else " " for letter in sentence)
        yield from (before + line for line in textwrap.wrap(plain, max(20, WIDTH - len(before))))
