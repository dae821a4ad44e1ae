"""What can go wrong with an experiment, each with its own class and its mend."""

from __future__ import annotations

from sim.errors import MissionError


class ExperimentError(MissionError):
    """An experiment that cannot be carried out as asked."""

    title = "This experiment is not possible"


class MissingExtra(ExperimentError):
    """A part of the program that is not installed."""

    title = "A part of the program is not installed"

    def __init__(self, what: str, extra: str) -> None:
        self.extra = extra
        super().__init__(f'{what}. Install it with: python -m pip install ".[{extra}]"')
