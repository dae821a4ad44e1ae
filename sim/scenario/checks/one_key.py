"""An action or an effect is one thing: exactly one of its keys is given."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario import schema
from sim.scenario.checks.subject import ACTIONS, Finding, Subject


class OneKey:
    """An action or effect with no key, or with several."""

    def findings(self, subject: Subject) -> Iterator[Finding]:
        """Every action and effect that is not exactly one thing."""
        for path in ACTIONS:
            yield from self._several(subject, path, "action", schema.Action)
        yield from self._several(subject, "injects.*.effects.*", "effect", schema.Effect)

    def _several(self, subject: Subject, path: str, kind: str, model: type[schema.Section]) -> Iterator[Finding]:
        for way, entry in subject.each(path):
            if isinstance(entry, dict) and len(entry) != 1:
                given = ", ".join(entry) or "none"
                mend = f"Write one {kind} an entry. Known: {', '.join(model.model_fields)}."
                yield Finding(way, "one-key", given, f"An {kind} has exactly one key, here: {given}.", mend)
