"""What can go wrong with an experiment, each with its own class and its mend."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Final

from sim.errors import MissionError

_LONGEST: Final = 80
"""Characters of a name that are compared with those there are."""
_MOST_SHOWN: Final = 20
"""Names that an error lists."""


class ExperimentError(MissionError):
    """An experiment that cannot be carried out as asked."""

    title = "This experiment is not possible"


class BadQuestion(ExperimentError):
    """A question that cannot be answered as it was put: an unknown pattern or measure, a target without a unit."""

    title = "This question makes no sense"


class MissingExtra(ExperimentError):
    """A part of the program that is not installed."""

    title = "A part of the program is not installed"

    def __init__(self, what: str, extra: str) -> None:
        self.extra = extra
        super().__init__(f'{what}. Install it with: python -m pip install ".[{extra}]"')


class UnknownPattern(BadQuestion):
    """A pattern that the scenario does not have."""

    def __init__(self, pattern: str, known: Sequence[str]) -> None:
        self.pattern = pattern
        super().__init__(f"'{pattern:.60}' is no pattern of this scenario. {hint(pattern, known, 'Patterns')}")


class UnknownMeasure(BadQuestion):
    """A measure that the doctrine does not have."""

    def __init__(self, measure: str, known: Sequence[str]) -> None:
        self.measure = measure
        super().__init__(f"'{measure:.60}' is no measure. {hint(measure, known, 'Measures')}")


class UnknownCaveat(BadQuestion):
    """A caveat that a scenario, with the pattern and the options at hand, does not have."""

    def __init__(self, contributor: str, caveat: str, known: Sequence[str]) -> None:
        self.contributor, self.caveat = contributor, caveat
        wanted = f"{contributor}/{caveat}"
        super().__init__(f"'{wanted:.80}' is no caveat of a contributor here. {hint(wanted, known, 'Caveats')}")


def hint(wanted: str, known: Sequence[str], what: str) -> str:
    """What may have been meant, and what there is: the end of an error's message."""
    near = get_close_matches(wanted[:_LONGEST], known, 3, 0.6)
    meant = f"Did you mean {' or '.join(near)}? " if near else ""
    if not known:
        return f"{what}: none."
    if len(known) > _MOST_SHOWN:
        return meant or f"{what}: {', '.join(known[:_MOST_SHOWN])} and {len(known) - _MOST_SHOWN} more."
    return f"{meant}{what}: {', '.join(known)}."
