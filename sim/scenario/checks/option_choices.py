"""Where sources differ, every choice that is named exists."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.checks.subject import Finding, Subject, Way
from sim.scenario.problems import choose_from, shown


class OptionChoices:
    """A default, a pattern or a condition that names a choice its option does not have."""

    def findings(self, subject: Subject) -> Iterator[Finding]:
        """Every choice that is none."""
        choices: dict[str, list[str]] = {}
        for way, option in subject.each("options.*"):
            offered = option.get("choices") if isinstance(option, dict) else None
            choices[str(way[1])] = list(offered) if isinstance(offered, dict) else []
        named = [
            *(((*way, "default"), str(way[1]), value) for way, value in _defaults(subject)),
            *((way, str(way[-1]), value) for way, value in subject.each("patterns.*.options.*")),
            *((way, str(way[-1]), value) for way, value in subject.in_conditions("option.*")),
        ]
        for way, option, choice in named:
            if isinstance(choice, str) and option in choices and choice not in choices[option]:
                said = f"{shown(choice)} is no choice of {shown(option)}."
                yield Finding(way, "reference", choice, said, choose_from(choice, choices[option], "Choices"))


def _defaults(subject: Subject) -> Iterator[tuple[Way, object]]:
    for way, option in subject.each("options.*"):
        if isinstance(option, dict) and "default" in option:
            yield way, option["default"]
