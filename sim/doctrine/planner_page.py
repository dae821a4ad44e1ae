"""The planner's page: by which rows patterns are compared, in which order. It is data beside the catalogues."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from sim.doctrine.files import entries


@dataclass(frozen=True, slots=True)
class PageLine:
    """One quantity, written as on the command line; without a threshold, at each threshold of the measure."""

    quantity: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class PageRow:
    """What a planner asks first, and the quantities that answer."""

    id: str
    title: str
    lines: tuple[PageLine, ...]

    def __post_init__(self) -> None:
        if not self.lines:
            raise ValueError("a row without lines says nothing. Give it one, such as - quantity: displaced_peak.")


@cache
def planner_page() -> tuple[PageRow, ...]:
    """The rows in their order, read once a process.

    Raises:
        DoctrineError: when the file is missing or wrong.
    """
    return tuple(entries(PageRow, "planner_page").values())
