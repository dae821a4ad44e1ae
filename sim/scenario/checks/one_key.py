"""An action or an effect is one thing: exactly one of its keys is given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sim.scenario import schema
from sim.scenario.checks.subject import ACTIONS, Finding, Subject, Way, each


class OneKey:
    """An action or effect with no key, or with several."""

    def findings(self, subject: Subject) -> Iterator[Finding]:
        """Every action and effect that is not exactly one thing."""
        for path in ACTIONS:
            yield from self._each(subject.data, path, "action", list(schema.Action.model_fields))
        yield from self._each(subject.data, "injects.*.effects.*", "effect", list(schema.Effect.model_fields))

    def _each(self, data: Any, path: str, kind: str, known: list[str]) -> Iterator[Finding]:
        for way, entry in each(data, path):
            if isinstance(entry, Mapping) and len(entry) != 1:
                yield self._finding(way, entry, kind, known)

    def _finding(self, way: Way, entry: Mapping[str, Any], kind: str, known: list[str]) -> Finding:
        given = ", ".join(str(key) for key in entry) or "none"
        said = f"An {kind} has exactly one key, here: {given}."
        return Finding(way, "one-key", given, said, f"Write one {kind} an entry. Known: {', '.join(known)}.")
