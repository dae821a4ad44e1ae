"""A fight is between two."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.checks.subject import Finding, Subject
from sim.scenario.problems import shown


class Fights:
    """A hostility of a group with itself, or a group that is its own enemy or friend."""

    def findings(self, subject: Subject) -> Iterator[Finding]:
        """Every group that is set against itself."""
        if subject.scenario is None:
            return
        for name, hostility in subject.scenario.hostilities.items():
            one, other = hostility.parties
            if one == other:
                said = f"{shown(name)} is a fight of {one} with itself."
                yield Finding(("hostilities", name, "parties", 1), "fight", other, said, "Name two groups.")
        for name, group in subject.scenario.groups.items():
            for key, others in (("enemies", group.enemies), ("allies", group.allies)):
                for index, other in enumerate(others):
                    if other == name:
                        said = f"{shown(name)} is among its own {key}."
                        yield Finding(("groups", name, key, index), "fight", other, said, "Take it out.")
