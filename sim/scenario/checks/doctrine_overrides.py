"""What a scenario changes in the doctrine must still be doctrine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.doctrine import DoctrineError
from sim.scenario.checks.subject import Finding, Subject
from sim.scenario.problems import shown


class DoctrineOverrides:
    """An override of an unknown catalogue, an unknown key, or a value of another type."""

    def findings(self, subject: Subject) -> Iterator[Finding]:
        """Every override that cannot be used, entry by entry."""
        overrides = subject.data.get("doctrine")
        if not isinstance(overrides, dict) or not _refused(subject, overrides):
            return
        for (_, catalogue), entries in subject.each("doctrine.*"):
            for id_, entry in (entries or {"": {}}).items() if isinstance(entries, dict) else ():
                error = _refused(subject, {str(catalogue): {id_: entry}})
                if error is not None:
                    way = ("doctrine", catalogue, id_, error.key.split(".")[0])
                    said = f"{shown(error.key)}: {error.reason}" if error.key else error.reason
                    yield Finding(way, "doctrine", str(id_), said, at_key=True)


def _refused(subject: Subject, overrides: dict[str, Any]) -> DoctrineError | None:
    try:
        subject.doctrine.with_overrides(overrides)
    except DoctrineError as error:
        return error
    return None
