"""What an author wrote and what came of it in a run: what was fired, and what the rest is still waiting for.

For whoever writes a scenario: an inject, a question or a rule that never comes says nothing by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sim.engine import kinds
from sim.engine.journal import EventId, Row
from sim.engine.pictures import day_and_hour
from sim.engine.ticks import Tick, to_hours
from sim.engine.views import Value, View, leaf_holds
from sim.engine.watching import Missing, Watcher
from sim.scenario import tree

if TYPE_CHECKING:
    from sim.engine.world import World

FATES: Final = {kinds.TASK_DONE: "done", kinds.TASK_REFUSED: "refused", kinds.TASK_CANCELLED: "cancelled"}
RELATIONS: Final = {"equals": "", "not": "not ", "one-of": "one of ", "above": "above ", "below": "below "}


@dataclass(frozen=True, slots=True)
class Written:
    """Something of the file: an inject, a decision, a standing order or a group, and what became of it."""

    section: str
    id: str
    came: tuple[Tick, ...]
    """When it came, or was acted on."""
    became: tuple[str, ...]
    """What became of it: the option taken, the orders and how they ended, what a group did."""
    waits: tuple[str, ...]
    """What it waits for, where it has not come."""


def written(world: World) -> tuple[Written, ...]:
    """Everything that an author wrote to come, in the order of the file. Reads the world and changes nothing."""
    record = _Record(world)
    return (*_injects(world, record), *_decisions(world, record), *_rules(world, record), *_groups(world, record))


class _Record:
    """What the journal says of each, read once."""

    def __init__(self, world: World) -> None:
        self.came: dict[str, list[Tick]] = {}
        self.orders: dict[str, dict[str, list[str]]] = {}
        self.acts: dict[str, dict[str, int]] = {}
        given: dict[EventId, str] = {}
        sent: dict[str, tuple[str, str]] = {}
        for row in world.journal.rows():
            if row.kind in (kinds.INJECT, kinds.DECISION_OPENED):
                self.came.setdefault(row.subject, []).append(row.tick)
            elif row.kind is kinds.POLICY:
                given[row.id] = str(row.fields["rule"])
                self._acted(str(row.fields["rule"]), row)
            elif row.kind is kinds.TASK_SENT:
                by = next((given[cause] for cause in row.causes if cause in given), "")
                if by:
                    sent[row.subject] = (by, str(row.fields["action"]))
                    self.orders.setdefault(by, {}).setdefault(str(row.fields["action"]), [])
            elif row.kind in FATES and row.subject in sent:
                by, action = sent[row.subject]
                reason = str(row.fields.get("reason", ""))
                self.orders[by][action].append(f"{FATES[row.kind]} ({reason})" if reason else FATES[row.kind])
            elif row.kind is kinds.GROUP_ACTED:
                acts = self.acts.setdefault(row.subject, {})
                acts[str(row.fields["action"])] = acts.get(str(row.fields["action"]), 0) + 1
                self.came.setdefault(row.subject, []).append(row.tick)

    def _acted(self, rule: str, row: Row) -> None:
        times = self.came.setdefault(rule, [])
        # A decision came when it was put; a rule that gives several orders at once came once.
        if rule.startswith("rule/") and (not times or times[-1] != row.tick):
            times.append(row.tick)

    def became(self, by: str) -> Iterator[str]:
        for action, fates in self.orders.get(by, {}).items():
            yield f"{action}: {', '.join(dict.fromkeys(fates)) or 'under way'}"


def _injects(world: World, record: _Record) -> Iterator[Written]:
    for id_, inject in world.injects.injects.items():
        came = tuple(record.came.get(f"inject/{id_}", ()))
        waits: tuple[str, ...] = ()
        if not came and inject.spec.pool:
            waits = ("control fires it by hand",)
        elif not came:
            waits = _due(world, inject.due) or _waits(world, inject.watcher)
        yield Written("inject", id_, came, (), waits)


def _decisions(world: World, record: _Record) -> Iterator[Written]:
    for id_, decision in world.decisions.decisions.items():
        name = f"decision/{id_}"
        came = tuple(record.came.get(name, ())) if decision.state != "armed" else ()
        became: tuple[str, ...] = ()
        if came:
            taken = f"{decision.state}: {decision.option}" if decision.option else decision.state
            became = (taken, *record.became(name))
        yield Written("decision", id_, came, became, () if came else _waits(world, decision.watcher))


def _rules(world: World, record: _Record) -> Iterator[Written]:
    for id_, rule in world.policy.rules.items():
        name = f"rule/{id_}"
        waits: tuple[str, ...] = ()
        if not rule.given and rule.waiting:
            waits = ("its seat to act: the condition holds",)
        elif not rule.given:
            waits = _waits(world, rule.watcher) or (f"the decision {rule.answers} to open",)
        came = tuple(record.came.get(name, ())) or ((rule.latest,) if rule.given else ())
        yield Written("standing order", id_, came, tuple(record.became(name)), waits)


def _groups(world: World, record: _Record) -> Iterator[Written]:
    for id_ in world.groups.state:
        acts = record.acts.get(id_, {})
        became = (", ".join(f"{action} {times}" for action, times in acts.items()),) if acts else ()
        waits = (
            () if acts else ("an opportunity: a fight of its own, a place that it wants, or an inject that sends it",)
        )
        yield Written("group", id_, tuple(record.came.get(id_, ())), became, waits)


def _due(world: World, due: Tick | None) -> tuple[str, ...]:
    return () if due is None else (f"its time, {day_and_hour(world.blueprint.start, due)}",)


def _waits(world: World, watcher: Watcher | None) -> tuple[str, ...]:
    if watcher is None:
        return ()
    told = watcher.view is not world.truth
    return tuple(_said(world, watcher.view, missing, told=told) for missing in watcher.missing())


def _said(world: World, view: View, missing: Missing, *, told: bool) -> str:
    leaf = missing.leaf
    match leaf:
        case tree.Fact(subject, attribute, relation, value):
            wanted = f"{attribute} of {subject} {RELATIONS[relation]}{_value(value)}"
            seen = "not known to its seat" if told else "not there"
            if missing.value is not None:
                seen = f"{'as told' if told else 'now'} {_value(missing.value)}"
            unwanted = leaf_holds(leaf, view, world.blueprint.options)
            return f"{'an end of ' if unwanted else ''}{wanted} ({seen})"
        case tree.StandingIs(of, relation, level):
            return f"standing {of} {relation} {level:g} (now {_value(missing.value)})"
        case tree.Event(name, subject):
            about = f" about {subject}" if subject else ""
            happened = world.truth.first(name, subject)
            if told and happened is not None:
                when = day_and_hour(world.blueprint.start, happened)
                return f"word of the event {name}{about} (it happened {when}, and its seat was not told)"
            return f"{'word of ' if told else ''}the event {name}{about}"
        case tree.After(delay, event, _):
            return f"{to_hours(delay):g} hours after {f'the event {event}' if event else 'the start'}"
        case tree.TaskIs(action, state, unit):
            return f"a task {action}{f' of {unit}' if unit else ''} {state}"
        case tree.OptionIs(name, choice):
            return f"the option {name}={choice}"


def _value(value: Value | tuple[str, ...] | None) -> str:
    match value:
        case (int() | float() as low, int() | float() as high):
            return f"{_value(low)} to {_value(high)}"
        case tuple():
            return ", ".join(str(word) for word in value)
        case float():
            return f"{value:,.0f}" if value.is_integer() else f"{value:,.2f}"
        case int():
            return f"{value:,}"
        case _:
            return str(value)
