"""An inject is timed, conditional or from the pool."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.checks.subject import Finding, Subject
from sim.scenario.problems import shown


class InjectTriggers:
    """An inject that nothing fires, or that two things fire, or that is to wait after nothing."""

    def findings(self, subject: Subject) -> Iterator[Finding]:
        """Every inject without exactly one trigger, and every delay that has nothing to follow."""
        if subject.scenario is None:
            return
        for name, inject in subject.scenario.injects.items():
            fired = {"at": inject.at is not None, "when": inject.when is not None, "pool": inject.pool}
            given = [word for word, there in fired.items() if there]
            if len(given) != 1:
                said = f"{shown(name)} is fired by {' and '.join(given) or 'nothing'}."
                yield Finding(("injects", name), "trigger", name, said, "Give exactly one of: at, when, pool: true.")
            elif inject.delay is not None and inject.when is None:
                said = f"{shown(name)} waits for no condition, so its delay never begins."
                yield Finding(("injects", name, "delay"), "trigger", name, said, "Put it into at, or give it a when.")
