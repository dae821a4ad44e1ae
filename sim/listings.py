"""What ``mlt scenarios``, ``mlt run``, ``mlt differ`` and ``mlt config`` print."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sim import folders
from sim.exit_codes import ExitCode
from sim.printing import table
from sim.versions import FILE_SCHEMA, MODEL_VERSION, PACKAGE_VERSION, PROTOCOL, SCENARIO_FORMAT

if TYPE_CHECKING:
    from sim.engine.differ import Difference
    from sim.engine.explain import Explanation
    from sim.headless import Outcome, Result
    from sim.scenario import Scenario

WIDTH: Final = 100


def scenario_sheet(scenario: Scenario) -> Iterator[str]:
    """One scenario in full: what it is about, who can be played, and what can be chosen."""
    yield scenario.title
    yield ""
    yield from textwrap.wrap(scenario.summary, WIDTH)
    yield ""
    yield f"Starts {scenario.start:%d %B %Y, %H:%M}"
    yield from _section("Seats", {seat: entry.title for seat, entry in scenario.seats.items() if entry.playable})
    yield from _section("Patterns", {name: entry.title for name, entry in scenario.patterns.items()})
    for name, option in scenario.options.items():
        choices = {
            f"{name}={choice}": entry.title + (" (unless said otherwise)" if choice == option.default else "")
            for choice, entry in option.choices.items()
        }
        yield from _section(option.title, choices)
    if scenario.warning:
        yield ""
        yield from textwrap.wrap(scenario.warning, WIDTH)


def run_sheet(result: Result) -> Iterator[str]:
    """What became of a run: its measures at the end, and at each mark of the epilogue beside it."""
    pattern = f"pattern {result.pattern}" if result.pattern else "no pattern"
    yield f"{result.scenario}, {pattern}, seed {result.seed}, {result.until:g} hours"
    yield ""
    later = [(mark, measures) for mark, measures in result.epilogue.items() if measures != result.measures]
    head = ["measure", "value", *(mark for mark, _ in later), "unit", "value is", "matters from", "better"]
    rows = [
        [
            name,
            _number(found.value),
            *(_number(measures[name].value) for _, measures in later),
            found.unit,
            _share(found),
            _number(found.worthwhile),
            found.direction,
        ]
        for name, found in result.measures.items()
    ]
    numbers = {*range(1, 2 + len(later)), len(head) - 2}
    yield from table(head, rows, right=frozenset(numbers))
    yield ""
    yield f"model version {result.engine}, digest {result.digest}"
    yield "One run is one story: what it shows holds in this model, for this seed."


MOST_TIMES: Final = 3
"""Times at which something came that are told one by one: the first."""


def written_sheet(result: Result) -> Iterator[str]:
    """What of the file came in a run, and what the rest of it waits for."""
    # NOTE: whoever only lists scenarios does not pay for the engine.
    from sim.engine.awaited import written
    from sim.engine.pictures import day_and_hour

    start = result.world.blueprint.start
    found = written(result.world)
    yield ""
    yield "What came"
    for each in found:
        if each.came:
            when = [day_and_hour(start, tick) for tick in each.came[:MOST_TIMES]]
            more = [f"and {len(each.came) - MOST_TIMES} more"] if len(each.came) > MOST_TIMES else []
            yield f"  {each.section} {each.id}: {', '.join([*when, *more])}"
            yield from (f"      {line}" for line in each.became)
    yield "What did not come, and what it waits for"
    silent = [each for each in found if not each.came]
    for each in silent:
        yield f"  {each.section} {each.id}: {'; '.join(each.waits)}"
    if not silent:
        yield "  nothing: all of it came"


MOST_PARTS: Final = 6
"""Parts of a measure that are told one by one: the heaviest."""


def explanation_sheet(found: Explanation) -> Iterator[str]:
    """Why a measure is what it is: its heaviest parts, the way back from each, and where all of them began."""
    yield ""
    yield f"Why {found.measure} is {_number(found.value)}"
    heaviest = sorted(found.parts, key=lambda part: -abs(part.amount))
    for part in heaviest[:MOST_PARTS]:
        yield f"  {part.amount:+,.6g}  {part.text}"
        for line in part.chain:
            yield f"      because {line}"
    if len(found.parts) > MOST_PARTS:
        yield f"  and {len(found.parts) - MOST_PARTS} more"
    shares = sorted(found.roots.items(), key=lambda root: -root[1])
    yield "  It began with: " + (", ".join(f"{kind} {share:.0%}" for kind, share in shares) or "nothing")


def difference_sheet(found: Difference, names: tuple[str, str]) -> Iterator[str]:
    """Where two runs part, in plain sentences, and how that reaches each measure that differs."""
    yield f"{names[0]} and {names[1]}: {found.aligned:,} happenings alike of {found.rows[0]:,} and {found.rows[1]:,}"
    yield "Meant to differ: " + ("; ".join(found.declared) or "nothing")
    yield ""
    if found.first is None:
        yield "Besides that the two runs are the same."
        return
    yield "Here they part"
    yield from _beside(found.first.texts, names)
    if found.first.unequal:
        yield f"  Not the same: {'; '.join(found.first.unequal)}"
    for moved in found.moved:
        yield ""
        yield f"{moved.measure}: {_number(moved.values[0])} in {names[0]}, {_number(moved.values[1])} in {names[1]}"
        for part in moved.parts[:MOST_PARTS]:
            yield f"  {part.amount:+,.6g}, as {names[part.run]} has it"
            for line in part.chain:
                yield f"      {line}"
            instead = f"instead: {part.instead}" if part.instead else "nothing of the kind where this began"
            yield f"      In {names[1 - part.run]}, {instead}"
        if len(moved.parts) > MOST_PARTS:
            yield f"  and {len(moved.parts) - MOST_PARTS} more"
    if not found.moved:
        yield ""
        yield "No measure differs."


def _beside(texts: tuple[str, str], names: tuple[str, str]) -> Iterator[str]:
    for name, text in zip(names, texts, strict=True):
        yield f"  {name}: {text or 'nothing of the kind'}"


def _share(found: Outcome) -> str:
    if found.numerator is None or found.denominator is None:
        return ""
    return f"{_number(found.numerator)} of {_number(found.denominator)}"


def _number(value: float | None) -> str:
    if value is None:
        return "undefined"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"


def configuration() -> Iterator[str]:
    """Every folder and file in use, the versions, and what the exit codes mean."""
    yield from _aligned(
        {
            "program": f"mission-leadership-tabletop {PACKAGE_VERSION}",
            "model version": str(MODEL_VERSION),
            "scenario format": str(SCENARIO_FORMAT),
            "file schema": str(FILE_SCHEMA),
            "protocol": str(PROTOCOL),
            "python": f"{sys.version.split()[0]}, {sys.executable}",
            "package": str(folders.package_folder()),
            "scenarios": _library(),
            "games": str(folders.data_folder()),
            "settings": str(folders.settings_file()) + ("" if folders.settings_file().is_file() else " (not there)"),
            "logs": str(folders.log_folder()),
            "one folder for all": f"set {folders.HOME_VARIABLE}",
        }
    )
    yield from _section("Exit codes", {str(code.value): code.meaning for code in ExitCode})


def _library() -> str:
    from sim.scenario.shipped import library, shipped

    return str(Path(shipped(library()[0])[0]).parent) if library() else "none"


def _section(title: str, entries: Mapping[str, str]) -> Iterator[str]:
    if entries:
        yield ""
        yield title
        yield from _aligned(entries, indent="  ")


def _aligned(entries: Mapping[str, str], indent: str = "") -> Iterator[str]:
    width = max(len(name) for name in entries)
    for name, text in entries.items():
        yield f"{indent}{name.ljust(width)}  {text}".rstrip()
