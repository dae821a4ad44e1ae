"""An inject is timed, conditional or from the pool."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.checks.subject import Finding, Subject
from sim.scenario.problems import shown


class InjectTriggers:
    """An inject that nothing fires, or that two things fire."""

    def findings(self, subject: Subject) -> Iterator[Finding]:
        """Every inject without exactly one trigger."""
        if subject.scenario is None:
            return
        for name, inject in subject.scenario.injects.items():
            fired = {"at": inject.at is not None, "when": inject.when is not None, "pool": inject.pool}
            given = [word for word, there in fired.items() if there]
            if len(given) != 1:
                said = f"{shown(name)} is fired by {' and '.join(given) or 'nothing'}."
                yield Finding(("injects", name), "trigger", name, said, "Give exactly one of: at, when, pool: true.")
