"""What an experiment leaves: an answer, and the rows it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from sim.experiment.running import Store

if TYPE_CHECKING:
    import pandas
    import pyarrow

A_co = TypeVar("A_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Kept(Generic[A_co]):
    """An answer and the folder of its rows."""

    answer: A_co
    folder: Path

    def table(self, columns: Sequence[str] | None = None) -> pyarrow.Table:
        """The rows as an Arrow table; all columns if none are named."""
        with Store.read(self.folder) as store:
            return store.table(columns)

    def frame(self, columns: Sequence[str] | None = None) -> pandas.DataFrame:
        """The rows as a DataFrame of pandas."""
        with Store.read(self.folder) as store:
            return store.frame(columns)
