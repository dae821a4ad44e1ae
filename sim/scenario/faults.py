"""From what the schema refuses to problems an author understands, each at its place in the file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, Final, TypeAlias, Union, get_args, get_origin

from pydantic import BaseModel, Tag, ValidationError
from pydantic_core import ErrorDetails

from sim.scenario.problems import MOST_FINDINGS, Problem, choose_from, shown
from sim.scenario.reader import Mark

Way: TypeAlias = tuple[str | int, ...]

_KEY_STEP: Final = "[key]"
_WORDS: Final[dict[str, tuple[str, str]]] = {
    "int": ("is no whole number.", "Write digits only, without quotes."),
    "float": ("is no number.", "Write it without quotes or units."),
    "string": ("is no text.", "Put it in quotes."),
    "bool": ("is neither true nor false.", "Write true or false."),
    "tuple": ("is no list.", 'Write [a, b], or one line with "- " for each.'),
    "list": ("is no list.", 'Write [a, b], or one line with "- " for each.'),
    "dict": ("is no mapping.", "Write key: value, one a line."),
    "model": ("is no mapping.", "Write key: value, one a line."),
    "datetime": ("is no date and time.", 'Write it such as "2014-03-05T06:00+03:00".'),
}
_LIMITS: Final[dict[str, tuple[str, str]]] = {
    "greater_than": ("gt", "above"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "below"),
    "less_than_equal": ("le", "at most"),
}


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the file and the steps that lead to it."""

    line: int
    column: int
    way: Way


def spot(mark: Mark, loc: Sequence[str | int], *, at_key: bool = False) -> Spot:
    """Follow ``loc`` through the file, leaving out the steps that are the schema's own (branches of a union).

    A scalar is found at its value; a collection, and everything when ``at_key`` is set, at its key.
    """
    here, line, column = mark, mark.line, mark.column
    way: list[str | int] = []
    for step in loc:
        if step == _KEY_STEP:
            at_key = True
        child = here.child(step)
        if child is None:
            continue
        way.append(step)
        line, column = child.line, child.column
        if isinstance(step, str) and (at_key or child.keys or child.items):
            line, column = here.keys[step].line, here.keys[step].column
        here = child
    return Spot(line, column, tuple(way))


def faults(error: ValidationError, model: type[BaseModel], mark: Mark, file: str) -> list[Problem]:
    """Every fault the schema found. Branches of one union that all refuse a value are one problem."""
    found: dict[tuple[Spot, str | int], Problem] = {}
    for detail in error.errors(include_url=False)[:MOST_FINDINGS]:
        unknown = detail["type"] == "extra_forbidden"
        within = _within(detail)
        about_key = unknown or detail["type"] == "missing" or within != detail["loc"]
        at = spot(mark, within, at_key=about_key)
        rule, message, mend = _said(detail, model)
        problem = Problem(file, at.line, at.column, rule, _value(detail), message, mend)
        same = (at, detail["loc"][-1] if unknown or rule == "missing" else "")
        found[same] = _either(found[same], problem) if same in found else problem
    return list(found.values())


def _within(detail: ErrorDetails) -> Way:
    # A condition knows which of its keys is the wrong one.
    key = detail.get("ctx", {}).get("key")
    return (*detail["loc"], key) if isinstance(key, str) else detail["loc"]


def _either(first: Problem, second: Problem) -> Problem:
    said = f"{second.message} {second.mend}".strip()
    if said in f"{first.message} {first.mend}":
        return first
    return Problem(
        first.file, first.line, first.column, first.rule, first.value, first.message, f"{first.mend} Or: {said}".strip()
    )


def _value(detail: ErrorDetails) -> str:
    if detail["type"] in ("extra_forbidden", "missing"):
        return str(detail["loc"][-1])
    value = detail["input"]
    return value[:200] if isinstance(value, str) else shown(value).strip('"')


def _said(detail: ErrorDetails, model: type[BaseModel]) -> tuple[str, str, str]:
    kind, value, ctx = detail["type"], shown(detail["input"]), detail.get("ctx", {})
    last = detail["loc"][-1] if detail["loc"] else ""
    if kind == "missing":
        return "missing", f"{shown(last)} is missing{_where(detail)}.", f"Add: {last}: ..."
    if kind == "extra_forbidden":
        known = keys_known(model, detail["loc"][:-1])
        return "unknown-key", f"{shown(last)} is no key{_where(detail)}.", choose_from(last, known)
    if kind == "literal_error":
        allowed = re.findall(r"'([^']*)'", str(ctx.get("expected", "")))
        return (
            "word",
            f"{value} is not one of the words allowed here.",
            choose_from(detail["input"], allowed, "Allowed"),
        )
    if kind in _LIMITS:
        name, word = _LIMITS[kind]
        return "range", f"{value} must be {word} {ctx.get(name)}.", "Change the number."
    if kind in ("too_short", "too_long"):
        bound = f"at least {ctx.get('min_length')}" if kind == "too_short" else f"at most {ctx.get('max_length')}"
        return "length", f"This has {ctx.get('actual_length')} entries, but must have {bound}.", ""
    if kind == "string_pattern_mismatch":
        return "form", f"{value} has not the form asked for here.", f"It must match {ctx.get('pattern')}."
    family = kind.split("_", 1)[0]
    if family in _WORDS:
        return "type", f"{value} {_WORDS[family][0]}", _WORDS[family][1]
    return kind.replace("_", "-"), detail["msg"], ""


def _where(detail: ErrorDetails) -> str:
    steps = [str(step) for step in detail["loc"][:-1] if not str(step).startswith(("<", "function-"))]
    return f" of {'.'.join(steps)}" if steps else " of a scenario"


def keys_known(model: type[BaseModel], loc: Sequence[str | int]) -> set[str]:
    """The keys that the schema knows at a place, for the hint beside an unknown one."""
    types = list(_alternatives(model))
    for step in loc:
        types = [alternative for each in types for alternative in _behind(each, step)] or types
    return {name for kind, _ in types if _is_model(kind) for name in _names(kind)}


def _alternatives(annotation: Any, tag: str = "") -> Iterator[tuple[Any, str]]:
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *notes = get_args(annotation)
        tag = next((note.tag for note in notes if isinstance(note, Tag)), tag)
        yield from _alternatives(inner, tag)
    elif origin is Union or origin is UnionType:
        for each in get_args(annotation):
            yield from _alternatives(each)
    else:
        yield annotation, tag


def _behind(candidate: tuple[Any, str], step: str | int) -> Iterator[tuple[Any, str]]:
    kind, tag = candidate
    if step in (tag, getattr(kind, "__name__", None)):
        yield kind, ""
    elif tag:
        return
    elif _is_model(kind):
        for name, each in kind.model_fields.items():
            if step == (each.alias or name):
                yield from _alternatives(each.annotation)
    elif get_origin(kind) is dict:
        yield from _alternatives(get_args(kind)[1])
    elif get_origin(kind) in (list, tuple) and isinstance(step, int):
        inner = get_args(kind)
        yield from _alternatives(
            inner[0] if len(inner) < 2 or inner[1] is Ellipsis else inner[min(step, len(inner) - 1)]
        )


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _names(model: type[BaseModel]) -> Iterator[str]:
    for name, each in model.model_fields.items():
        yield each.alias or name
