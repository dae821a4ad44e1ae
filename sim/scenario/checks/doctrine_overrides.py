"""What a scenario changes in the doctrine must still be doctrine."""

from __future__ import annotations

from collections.abc import Iterator

from sim.doctrine import DoctrineError
from sim.scenario.checks.subject import Finding, Subject, each
from sim.scenario.problems import shown


class DoctrineOverrides:
    """An override of an unknown catalogue, an unknown key, or a value of another type."""

    def findings(self, subject: Subject) -> Iterator[Finding]:
        """Every override that cannot be used, entry by entry."""
        for (_, catalogue), entries in each(subject.data, "doctrine.*"):
            if not isinstance(entries, dict):
                continue
            for id_, entry in entries.items() or [("", {})]:
                try:
                    subject.doctrine.with_overrides({str(catalogue): {id_: entry}})
                except DoctrineError as error:
                    way = ("doctrine", catalogue, id_) + ((error.key.split(".")[0],) if error.key else ())
                    said = f"{shown(error.key)}: {error.reason}" if error.key else error.reason
                    yield Finding(way, "doctrine", str(id_), said, at_key=True)
