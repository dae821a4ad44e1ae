"""Laying a pattern (or an option's choice) over the base: a deep merge by id that keeps every place in the file.

Mappings merge key by key; a mapping laid over a list of entries with an ``id`` merges entry by entry; the word
``absent`` takes an entry away; anything else replaces what was there, conditions and distributions as a whole.
The base is never changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from sim.scenario.problems import MOST_FINDINGS, Problem, choose_from, shown
from sim.scenario.reader import Data, KeyMark, Mark
from sim.scenario.values import DISTRIBUTIONS

ABSENT: Final = "absent"
CONDITION_FIELDS: Final = frozenset({"when", "evidence"})


@dataclass(slots=True)
class Overlay:
    """Lays one mapping over another and remembers what could not be taken away."""

    file: str
    problems: list[Problem] = field(default_factory=list)

    def lay(self, data: Data, mark: Mark, over: Data, over_mark: Mark) -> tuple[Data, Mark]:
        """The merged value and its marks: the overlay's own where it says something, the base's elsewhere."""
        if not isinstance(over, dict) or _is_distribution(over):
            return over, over_mark
        if isinstance(data, dict):
            return self._mapping(data, mark, over, over_mark)
        if isinstance(data, list) and data and all(isinstance(item, dict) and "id" in item for item in data):
            return self._entries(data, mark, over, over_mark)
        return self._mapping({}, Mark(over_mark.line, over_mark.column, {}, []), over, over_mark)

    def _mapping(
        self, data: dict[str, Data], mark: Mark, over: dict[str, Data], over_mark: Mark
    ) -> tuple[dict[str, Data], Mark]:
        merged, marks = dict(data), dict(mark.keys)
        for key, value in over.items():
            at = over_mark.keys[key]
            if value == ABSENT:
                if key not in merged:
                    self._not_there(key, at, merged)
                merged.pop(key, None)
                marks.pop(key, None)
                continue
            if key in CONDITION_FIELDS or key not in merged:
                base, below = None, Mark(at.line, at.column, {}, [])
            else:
                base, below = merged[key], marks[key].child
            merged[key], child = self.lay(base, below, value, at.child)
            marks[key] = KeyMark(at.line, at.column, child)
        return merged, Mark(over_mark.line, over_mark.column, marks, [])

    def _entries(self, data: list[Data], mark: Mark, over: dict[str, Data], over_mark: Mark) -> tuple[list[Data], Mark]:
        by_id = {str(item["id"]): item for item in data}
        keys = {str(item["id"]): KeyMark(at.line, at.column, at) for item, at in zip(data, mark.items, strict=True)}
        merged, merged_mark = self._mapping(by_id, Mark(mark.line, mark.column, keys, []), over, over_mark)
        items, item_marks = [], []
        for name, item in merged.items():
            items.append({"id": name, **item} if isinstance(item, dict) else item)
            item_marks.append(merged_mark.keys[name].child)
        return items, Mark(over_mark.line, over_mark.column, {}, item_marks)

    def _not_there(self, key: str, at: KeyMark, known: dict[str, Data]) -> None:
        if len(self.problems) >= MOST_FINDINGS:
            return
        said = f"{shown(key)} is not in the base, so it cannot be absent."
        self.problems.append(Problem(self.file, at.line, at.column, "absent", key, said, choose_from(key, known)))


def _is_distribution(value: dict[str, Data]) -> bool:
    if len(value) != 1 or (name := next(iter(value))) not in DISTRIBUTIONS:
        return False
    # An entry may bear such a name as its id, and is then no distribution.
    body = value[name]
    if not isinstance(body, dict) or "median" in body:
        return True
    return all(isinstance(weight, int | float) for weight in body.values())


def places(mark: Mark) -> Iterator[tuple[int, int]]:
    """Line and column of everything a mark holds."""
    waiting = [mark]
    while waiting:
        each = waiting.pop()
        yield each.line, each.column
        for key in each.keys.values():
            yield key.line, key.column
            waiting.append(key.child)
        waiting.extend(each.items)
