"""What is wrong with a scenario, where, and how to mend it: findings are data, all of them are shown at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from typing import Final

from sim.errors import MissionError

SHOWN_VALUE: Final = 60
SHOWN_PROBLEMS: Final = 200
SHOWN_CHOICES: Final = 12
MOST_FINDINGS: Final = 300
_MOST_COMPARED: Final = 1_000
_MOST_RANKED: Final = 120


def plain(text: str) -> str:
    """One line that a terminal shows as text: control, escape and direction characters become escapes."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode("ascii") for sign in text)


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: its place (line and column count from 1), the rule, the value, what is wrong, what to do."""

    file: str
    line: int
    column: int
    rule: str
    value: str
    message: str
    mend: str = ""

    def __str__(self) -> str:
        line = f"{self.file}:{self.line}:{self.column}: [{self.rule}] {self.message} {self.mend}"
        return plain(line.rstrip())


class ScenarioError(MissionError):
    """A scenario that cannot be used, with every problem found in it."""

    title = "The scenario cannot be used"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        lines = [str(problem) for problem in self.problems[:SHOWN_PROBLEMS]]
        if len(self.problems) > SHOWN_PROBLEMS:
            lines.append(f"... and {len(self.problems) - SHOWN_PROBLEMS} more.")
        super().__init__("\n".join(lines))

    def __reduce__(self) -> tuple[type[ScenarioError], tuple[tuple[Problem, ...]]]:
        # An exception is rebuilt from its message by default, and this one is made from its problems.
        return type(self), (self.problems,)


class UnknownScenario(ScenarioError):
    """A name that is no shipped scenario and no file."""

    title = "No such scenario"


class UnknownVariant(UnknownScenario):
    """A pattern or an option that the scenario does not have."""

    title = "No such variant of the scenario"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems)
        # It was typed, not read: there is no place in the file to name.
        self.message = "\n".join(plain(f"{problem.message} {problem.mend}") for problem in self.problems)


def shown(value: object) -> str:
    """A value of the file in double quotes, short enough for a line."""
    text = value if isinstance(value, str) else _briefly(value)
    return f'"{text[: SHOWN_VALUE - 3]}..."' if len(text) > SHOWN_VALUE else f'"{text}"'


def _briefly(value: object) -> str:
    # Text of a whole section would be built only to be cut again, and an expanded alias can be very long.
    if isinstance(value, dict):
        return "{" + ", ".join(str(key) for key in list(value)[:4]) + ("...}" if len(value) > 4 else "}")
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}"
    if isinstance(value, bool):
        return str(value).lower()
    return "nothing" if value is None else str(value)


def nearest(value: object, known: Iterable[str]) -> str | None:
    """The known word that a misspelt one most likely stands for."""
    text = str(value)[:SHOWN_VALUE]
    by_lower = {choice.lower(): choice for choice in sorted(set(known))}
    for asked in (text.lower(), text.lower().replace("_", "-"), text.lower().replace("-", "_")):
        if asked in by_lower:
            return by_lower[asked]
    near = get_close_matches(text.lower(), list(by_lower), 1, 0.6)
    return by_lower[near[0]] if near else None


def choose_from(value: object, known: Iterable[str], word: str = "Known") -> str:
    """The mend of a wrong name: the nearest right one, and what there is."""
    choices = set(known)
    if not choices:
        return "None is defined."
    if len(choices) > _MOST_COMPARED:
        # Comparing with each costs 5 microseconds, and a hostile file has many of both.
        return f"{word}: {len(choices)} others."
    return _nearest_and_all(value, sorted(choices), word)


def _nearest_and_all(value: object, choices: list[str], word: str) -> str:
    near = nearest(value, choices)
    hint = f"Did you mean {shown(near)}? " if near else ""
    if len(choices) <= SHOWN_CHOICES:
        return f"{hint}{word}: {', '.join(choices)}."
    most_like = _most_like(str(value)[:SHOWN_VALUE].lower(), choices)
    return f"{hint}{word}: {', '.join(most_like)} and {len(choices) - SHOWN_CHOICES} more."


def _most_like(text: str, choices: list[str]) -> list[str]:
    """Of many, those most like what was written, and not those that happen to begin with an a."""
    if len(choices) > _MOST_RANKED:
        return choices[:SHOWN_CHOICES]
    matcher = SequenceMatcher(b=text)

    def unlike(choice: str) -> float:
        matcher.set_seq1(choice)
        return -matcher.ratio()

    return sorted(sorted(choices, key=unlike)[:SHOWN_CHOICES])
