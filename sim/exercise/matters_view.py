"""What a view says of actors, and what waits for an answer: assessments, decisions, objections."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from sim.engine.pictures import Leaf, ObjectionView, OpenDecision
from sim.exercise import wording
from sim.exercise.knowledge import Knowledge
from sim.exercise.map_view import ON_THE_ROAD, last_seen
from sim.exercise.wording import Wording

if TYPE_CHECKING:
    from sim.engine.blueprint import Blueprint

Row: TypeAlias = dict[str, Any]
Rows: TypeAlias = dict[str, Row]


class MatterRows:
    """Makes the tables of actors, decisions and objections."""

    def __init__(self, blueprint: Blueprint, wording: Wording) -> None:
        self._blueprint = blueprint
        self._wording = wording

    def levers(self) -> list[Row]:
        """The catalogue of levers."""
        return [
            {"id": lever.id, "label": lever.label, "help": lever.help, "cost": lever.cost}
            for lever in self._blueprint.doctrine.levers.values()
        ]

    def actors(self, known: Knowledge) -> Rows:
        """Counterparts, communities, groups and contributors, assessed in words."""
        rows: Rows = {}
        blueprint = self._blueprint
        for counterpart in blueprint.counterparts.values():
            facts = known.of(counterpart.id)
            consent = facts.pop("consent", None)
            words = "not assessed" if consent is None else self._wording.value("consent", consent.value)
            presses = blueprint.reading.presses_for.get(counterpart.id, "")
            notes = [f"Presses for: {presses}"] if presses else []
            self._actor(rows, counterpart.id, "counterpart", words, consent, facts, notes)
        for community in blueprint.communities.values():
            facts = known.of(community.id)
            displaced = facts.pop("displaced", None)
            words = f"{self._wording.name(community.place)}"
            if displaced is not None:
                words = f"{self._wording.value('displaced', displaced.value)} displaced"
            self._actor(rows, community.id, "community", words, displaced, facts, [])
        for group in blueprint.groups.values():
            facts = known.of(group.id)
            if not facts and last_seen(group.id, known) is None:
                continue
            intent = facts.pop("intent", None)
            words = "intent not known" if intent is None else self._wording.value("intent", intent.value)
            self._actor(rows, group.id, "group", words, intent, facts, self._column(facts))
        for objection in known.objections:
            contributor = blueprint.units[objection.unit].contributor
            words = f"{self._wording.name(objection.unit)}: {objection.state}"
            as_of = Leaf(objection.state, objection.lines[-1][0] if objection.lines else objection.since, 0, "A1")
            self._actor(rows, contributor, "contributor", words, as_of, {}, [])
        return rows

    def _column(self, facts: dict[str, Leaf]) -> list[str]:
        """What was seen of a group on the road, in one sentence; where it went is old news once it is there."""
        column = facts.pop("column", None)
        parts = {name: facts.pop(f"column-{name}", None) for name in ("toward", "at", "strength")}
        if column is None or column.value == "none":
            return []
        said = self._wording.value("column", column.value)
        for name, before, after in (
            ("toward", " towards ", ""),
            ("at", ", last seen at ", ""),
            ("strength", ", ", " heads"),
        ):
            leaf = parts[name]
            if leaf is not None and leaf.value and column.value in ON_THE_ROAD:
                said += before + self._wording.value(f"column-{name}", leaf.value) + after
        return [f"{self._wording.label('column')}: {said} ({self._wording.when(column.as_of)}, {column.grade})"]

    def _actor(
        self, rows: Rows, id: str, kind: str, words: str, leaf: Leaf | None, facts: Mapping[str, Leaf],
        notes: Iterable[str],
    ) -> None:  # fmt: skip
        rows[id] = {
            "order": len(rows) + 1,
            "id": id,
            "name": self._wording.name(id),
            "kind": kind,
            "assessed": words,
            "confidence": "low" if leaf is None else wording.confidence(leaf.grade),
            "as_of": "" if leaf is None else self._wording.when(leaf.as_of),
            "notes": [
                *notes,
                *(self._wording.note(name, each) for name, each in facts.items()),
            ],
        }

    def decisions(self, known: Knowledge) -> Rows:
        """The questions put to these seats, with what is known and what is not."""
        return {
            decision.id: self._decision(order, decision, known) for order, decision in enumerate(known.decisions, 1)
        }

    def _decision(self, order: int, decision: OpenDecision, known: Knowledge) -> Row:
        spec = self._blueprint.decisions[decision.id]
        said: list[str] = []
        unsaid: list[str] = []
        for subject, attribute in spec.known:
            leaf = known.facts.get((subject, attribute))
            what = f"{self._wording.name(subject)}, {self._wording.label(attribute).lower()}"
            if leaf is None:
                unsaid.append(what)
            else:
                said.append(f"{what}: {self._wording.stated(attribute, leaf)}")
        chosen = spec.options.get(decision.option)
        return {
            "order": order,
            "id": decision.id,
            "seat": decision.seat,
            "seat_title": self._wording.name(decision.seat),
            "title": spec.title,
            "text": spec.text,
            "opened": self._wording.when(decision.opened),
            "due_tick": decision.due,
            "due": self._wording.when(decision.due),
            "left": wording.left(decision.due - known.now) if decision.state == "open" else "",
            "state": decision.state,
            "options": [
                {
                    "id": option.id,
                    "label": option.label,
                    "text": option.text,
                    "tensions": [self._wording.name(pole) for pole, way in option.touches.items() if way < 0],
                }
                for option in spec.options.values()
            ],
            "otherwise": spec.options[spec.otherwise].label if spec.otherwise in spec.options else spec.otherwise,
            "known": said,
            "unknown": unsaid,
            "considerations": list(spec.considerations),
            "answer": "" if chosen is None else chosen.label,
        }

    def objections(self, known: Knowledge) -> Rows:
        """The conversations with contingents that object."""
        levers = self.levers()
        return {
            objection.id: self._objection(order, objection, levers)
            for order, objection in enumerate(known.objections, 1)
        }

    def _objection(self, order: int, objection: ObjectionView, levers: list[Row]) -> Row:
        return {
            "order": order,
            "id": objection.id,
            "unit": objection.unit,
            "unit_name": self._wording.name(objection.unit),
            "seat": objection.seat,
            "state": objection.state,
            "since": self._wording.when(objection.since),
            "lines": [
                {
                    "when": self._wording.when(tick),
                    "who": self._wording.name(who),
                    "text": words or self._phrase(phrase, objection.unit),
                }
                for tick, who, phrase, words in objection.lines
            ],
            "needs": objection.needs,
            "said": [self._lever_label(lever) for lever in objection.levers],
            "levers": levers,
        }

    def _phrase(self, phrase: str, unit: str) -> str:
        found = self._blueprint.doctrine.phrases.get(phrase)
        if found is None:
            return phrase.replace("-", " ")
        return found.title.replace("{unit}", self._wording.name(unit))

    def _lever_label(self, lever: str) -> str:
        found = self._blueprint.doctrine.levers.get(lever)
        return lever if found is None else found.label
