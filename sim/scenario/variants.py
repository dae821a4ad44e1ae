"""How a scenario is named where its patterns stand side by side."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

BASE: Final = "base"
"""The scenario without a pattern, unless the author took the word for one."""


def own_pattern(name: str, patterns: Collection[str]) -> str | None:
    """The pattern of the scenario that a name stands for; nothing for the scenario as it is."""
    return None if name == BASE and BASE not in patterns else name


def all_patterns(patterns: Collection[str]) -> tuple[str, ...]:
    """Everything that can be set side by side, the scenario as it is first."""
    return (BASE, *(name for name in patterns if name != BASE))
