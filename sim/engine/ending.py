"""The end of an exercise: first a question, then what happened, the numbers, and what they go back to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sim.engine import kinds
from sim.engine.explain import explain, spoken
from sim.engine.journal import Row
from sim.engine.kinds import Kind
from sim.engine.measures import MeasureValue
from sim.engine.pictures import day_and_hour
from sim.engine.ticks import DAY, Tick

if TYPE_CHECKING:
    from sim.engine.world import World

COUNTED: Final = ("people", "attacks", "objections", "decisions")
"""Units that the label says already."""

GATES: Final = {"open": "opened", "shut": "shut", "search": "opened, with a search for weapons"}

QUESTION: Final = "What would you do differently?"

TURNING_POINTS: Final[Mapping[Kind, str]] = {
    kinds.ONSET: "Fighting breaks out: {subject}.",
    kinds.GATE: "The gate of {subject}: {state}.",
    kinds.FORCED_ENTRY: "The crowd forces the gate of {subject}.",
    kinds.FULL: "{subject} is full.",
    kinds.CRUSH: "A crush at {subject}: {killed} dead.",
    kinds.OBJECTION: "{subject} objects to its task.",
    kinds.OBJECTION_ENDED: "{subject}: the objection ends, {outcome}.",
    kinds.DECISION_ANSWERED: "Decided: {subject} {option}.",
    kinds.DECISION_EXPIRED: "Nobody decided. {subject} {option}.",
    kinds.RELOCATED: "Staff leave {subject}.",
    kinds.EVACUATED: "Flown out by {subject}: {wounded} wounded.",
    kinds.AGREEMENT: "An agreement is signed: {subject}.",
    kinds.AGREEMENT_BROKEN: "The agreement is broken: {subject}.",
    kinds.SPOKEN: "{subject} {verb}.",
    kinds.CALLED_OFF: "{by} calls {subject} off {place}.",
    kinds.NAMED: "The mission names {subject} in public.",
    kinds.LINE_DECLARED: "{subject} is announced.",
    kinds.LINE_CROSSED: "{subject}: a column crosses {line}.",
    kinds.LINE_WITHDRAWN: "{subject} is withdrawn.",
    kinds.TERMS_AGREED: "{subject}: terms are agreed.",
    kinds.TERMS_BROKEN: "{subject}: the terms are broken.",
    kinds.BASE_OPENED: "A temporary base opens at {subject}.",
    kinds.BASE_CLOSED: "The base at {subject} is given up.",
}
"""What belongs in the story whenever it happens."""

BODY: Final = (
    "civilians_killed", "displaced_peak", "home_share_end", "reinforcement_hours", "caveat_hours_lost",
    "consent_host_end",
)  # fmt: skip
"""Measures whose causes are told."""


@dataclass(frozen=True, slots=True)
class Ending:
    """What the last screen shows."""

    question: str
    headline: str
    story: tuple[tuple[str, str], ...]
    """When, and what."""
    numbers: tuple[tuple[str, str, str], ...]
    """Label, value, and a note on what it means."""
    causes: tuple[tuple[str, tuple[str, ...]], ...]


def ending(world: World) -> Ending:
    """Tell a run that is over. Reads and changes nothing."""
    values = world.measures.values()
    return Ending(
        QUESTION,
        _headline(world, values),
        tuple(_story(world)) if world.keeps_journal else (),
        tuple(_numbers(world, values)),
        tuple(_causes(world)) if world.keeps_journal else (),
    )


def _headline(world: World, values: Mapping[str, MeasureValue]) -> str:
    def whole(name: str) -> str:
        value = values[name].value
        return "0" if value is None else f"{value:,.0f}"

    home = values["home_share_end"].value
    at_home = "" if home is None else f" At the end {home:.0%} of the living were at home."
    return (
        f"{whole('displaced_peak')} people were displaced at the worst hour, {whole('at_base_peak')} of them "
        f"at the base; {whole('civilians_killed')} civilians were killed.{at_home}"
    )


def _story(world: World) -> list[tuple[str, str]]:
    names = world.blueprint.reading.names
    story: list[tuple[Tick, str]] = []
    arrivals: dict[str, bool] = {}
    attacks = 0
    for row in world.journal.rows():
        if row.tick >= world.end:
            break
        if row.kind is kinds.ATTACK:
            attacks += 1
            if attacks == 1:
                story.append((row.tick, f"The first attack on civilians: {_place(names, row)}."))
        elif row.kind is kinds.ARRIVED:
            unit = world.blueprint.units.get(row.subject)
            place = str(row.fields["place"])
            if unit is not None and unit.at != place and not arrivals.get(row.subject):
                arrivals[row.subject] = True
                story.append((row.tick, f"{spoken(names, row.subject)} arrives at {spoken(names, place)}."))
        elif row.kind is kinds.TASK_SENT and any(world.journal.kind(cause) is kinds.INPUT for cause in row.causes):
            story.append((row.tick, f"You: {spoken(names, row.subject)}."))
        elif row.kind in TURNING_POINTS and row.fields.get("staff", 1):
            story.append((row.tick, _told(world, row)))
    for name, label in (("displaced_peak", "people are displaced"), ("at_base_peak", "people are at the base")):
        for made in world.measures.contributions(name):
            story.append((made.tick, f"The highest number: {made.amount:,.0f} {label}."))
    story.sort(key=lambda each: each[0])
    return [(day_and_hour(world.blueprint.start, tick), text) for tick, text in story]


def _told(world: World, row: Row) -> str:
    names = world.blueprint.reading.names
    said = {
        name: spoken(names, value) if isinstance(value, str) else f"{value:,}"
        for name, value in row.fields.items()
        if isinstance(value, str | int)
    }
    subject = row.subject
    said["subject"] = spoken(names, subject)
    if subject.startswith("decision/"):
        decision = world.blueprint.decisions.get(subject.removeprefix("decision/"))
        if decision is not None:
            said["subject"] = decision.title if decision.title.endswith("?") else f"{decision.title}:"
            option = decision.options.get(str(row.fields.get("option", "")))
            said["option"] = option.label if option is not None else said.get("option", "")
    if row.kind is kinds.GATE:
        said["state"] = GATES.get(str(row.fields["state"]), said["state"])
    text = TURNING_POINTS[row.kind].format_map(said)
    return text[:1].upper() + text[1:]


def _place(names: Mapping[str, str], row: Row) -> str:
    return spoken(names, str(row.fields.get("place", row.subject)))


def _numbers(world: World, values: Mapping[str, MeasureValue]) -> list[tuple[str, str, str]]:
    catalogue = world.blueprint.doctrine.measures
    found = []
    asked = world.blueprint.reading.measures
    for name in world.blueprint.reading.first(values):
        value, spec = values[name], catalogue.get(name)
        # A mechanism that this scenario does not use would fill the page with noughts.
        if spec is not None and (not asked or name in asked or value.value):
            found.append((spec.label, written(value, spec.unit), spec.help))
    home = catalogue.get("home_share_end")
    for mark, later in world.measures.epilogue().items():
        if home is not None and mark > world.end:
            day = f"D+{mark // DAY}"
            found.append((f"{home.label}, {day}", written(later["home_share_end"], home.unit), "Epilogue, not scored."))
    return found


def written(value: MeasureValue, unit: str) -> str:
    """A measure as people write it."""
    if value.value is None:
        return "not within the exercise" if value.censored else "undefined"
    if unit == "share":
        return f"{value.value:.0%}"
    text = f"{value.value:,.0f}" if value.value == round(value.value) else f"{value.value:,.1f}"
    return text if unit in COUNTED else f"{text} {unit}"


def _causes(world: World) -> list[tuple[str, tuple[str, ...]]]:
    catalogue = world.blueprint.doctrine.measures
    told = []
    for name in BODY:
        explanation = explain(world, name)
        spec = catalogue.get(name)
        events = [part for part in explanation.parts if part.row >= 0]
        lines: list[str] = []
        for part in sorted(events, key=lambda part: (-abs(part.amount), part.tick))[:2]:
            amount = f"{part.amount:+.1%}" if spec is not None and spec.unit == "share" else f"{part.amount:+,.1f}"
            lines.append(f"{amount}  {part.text}" if part.amount else part.text)
            lines += [f"  because of {step}" for step in part.chain]
        if explanation.roots:
            shares = ", ".join(f"{kind} {share:.0%}" for kind, share in explanation.roots.items())
            lines.append(f"Goes back to: {shares}.")
        if lines:
            told.append((spec.label if spec is not None else name, tuple(lines)))
    return told
