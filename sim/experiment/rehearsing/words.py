"""Parts of a condition in plain words, for whoever wrote it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sim.engine.ticks import Tick, to_hours
from sim.scenario import tree

RELATIONS: Final = {"equals": "", "not": "not ", "one-of": "one of ", "above": "above ", "below": "below "}
ITS_TIME: Final = "its time, which lies after the end of the exercise"
ITS_DELAY: Final = "the rest of its delay: the condition had come true"


def wanted(leaf: tree.Leaf, names: Mapping[str, str], *, told: bool) -> str:
    """What a part of a condition waits for.

    Args:
        names: of the scenario, by id.
        told: it is tested on what a seat knows, so that a report must say it.
    """
    match leaf:
        case tree.Fact(subject, attribute, relation, value):
            known = " (as its seat is told)" if told else ""
            return f"{attribute} of {names.get(subject, subject)} {RELATIONS[relation]}{_value(value)}{known}"
        case tree.StandingIs(of, relation, level):
            return f"standing {of} {relation} {level:g}"
        case tree.Event(name, subject):
            about = f" about {names.get(subject, subject)}" if subject else ""
            return f"{'word of ' if told else ''}the event {name}{about}"
        case tree.After(delay, event, subject):
            about = f" about {names.get(subject, subject)}" if subject else ""
            return f"{hours(delay)} after {f'the event {event}{about}' if event else 'the start'}"
        case tree.TaskIs(action, state, unit):
            return f"a task {action}{f' of {names.get(unit, unit)}' if unit else ''} {state}"
        case tree.OptionIs(name, choice):
            return f"the option {name}={choice}"


def hours(ticks: Tick) -> str:
    """A length of time as an author writes it."""
    length = to_hours(ticks)
    return f"{length * 60:.0f} min" if length < 1 else f"{length:.3g} h"


def _value(value: float | str | tuple[str, ...]) -> str:
    match value:
        case tuple():
            return ", ".join(value)
        case int() | float():
            return f"{value:,.0f}" if float(value).is_integer() else f"{value:g}"
        case _:
            return value
