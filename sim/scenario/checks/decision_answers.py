"""A decision is a choice, and silence is one of its answers."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.checks.subject import Finding, Subject
from sim.scenario.problems import choose_from, shown


class DecisionAnswers:
    """Fewer than two options, an ``otherwise`` that is none of them, an answer that no decision offers."""

    def findings(self, subject: Subject) -> Iterator[Finding]:
        """Every decision that cannot be answered, and every answer that fits no decision."""
        if subject.scenario is None:
            return
        decisions = subject.scenario.decisions
        for name, decision in decisions.items():
            if len(decision.options) < 2:
                said = f"{shown(name)} has {len(decision.options)} option."
                yield Finding(
                    ("decisions", name, "options"), "decision", name, said, "Offer at least two.", at_key=True
                )
            if decision.otherwise not in decision.options:
                said = f"{shown(decision.otherwise)} is no option of {shown(name)}."
                mend = choose_from(decision.otherwise, decision.options, "Options")
                yield Finding(("decisions", name, "otherwise"), "reference", decision.otherwise, said, mend)
            if decision.within <= 0:
                said = f"{shown(name)} leaves no time to decide."
                yield Finding(("decisions", name, "within"), "decision", name, said, "Give it a time such as 4h.")
        for way, answer in subject.in_actions("answer"):
            asked = decisions.get(answer.get("decision", "")) if isinstance(answer, dict) else None
            if asked is not None and answer.get("option") not in asked.options:
                said = f"{shown(answer.get('option'))} is no option of {shown(answer['decision'])}."
                mend = choose_from(answer.get("option"), asked.options, "Options")
                yield Finding((*way, "option"), "reference", str(answer.get("option")), said, mend)
