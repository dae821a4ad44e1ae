"""A scenario file with generated patterns in it: the author's own text with a section added, ready to be changed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.experiment.deploying.plan import GeneratedPattern
from sim.experiment.deploying.writing import as_yaml
from sim.experiment.faults import NotWritten, PatternIsThere
from sim.scenario.loader import load, load_text
from sim.scenario.reader import Mark, Reading, read

if TYPE_CHECKING:
    from sim.scenario import Scenario

SECTION = "patterns"


def with_patterns(source: str | Path | Scenario, patterns: Mapping[str, GeneratedPattern]) -> str:
    """The text of a whole scenario file with these patterns in it, which loads.

    The author's text stays as it is, comments included, with the patterns after those that are there. Only what is
    written in braces is written anew: the patterns that are there, or a whole file.

    Args:
        source: a shipped scenario's name, a scenario file, or a scenario that was loaded.
        patterns: as `generated` gave them.

    Raises:
        PatternIsThere: when the file has a pattern of the same id.
        ScenarioError: when there is no such scenario, or it does not load.
    """
    scenario = load(source) if isinstance(source, str | Path) else source
    for name in patterns:
        if name in scenario.patterns:
            raise PatternIsThere(name, scenario.name)
    text = scenario.source_text
    if not patterns:
        return text
    reading = read(text, scenario.name)
    wanted = _wanted(reading, patterns)
    for write in (_inserted, _replaced):
        written = write(text, reading, patterns)
        if read(written, scenario.name).data == wanted:
            break
    else:
        written = _anew(wanted)
    load_text(written, scenario.name)
    return written


def write_new(file: Path, text: str) -> None:
    """Write a scenario to a file that is not there yet.

    Raises:
        NotWritten: when it is there, or cannot be written.
    """
    try:
        with file.open("x", encoding="utf-8", newline="") as stream:
            stream.write(text)
    except FileExistsError:
        raise NotWritten(str(file), "there is such a file already.", "Name another one, or remove it.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise NotWritten(str(file), f"it cannot be written ({reason}).", "Name a file in a folder of yours.") from error


def _wanted(reading: Reading, patterns: Mapping[str, GeneratedPattern]) -> dict[str, Any]:
    """What the file is to say."""
    there = reading.data.get(SECTION)
    added = {name: read(as_yaml({name: pattern}, indent=0), name).data[name] for name, pattern in patterns.items()}
    return {**reading.data, SECTION: {**(there if isinstance(there, dict) else {}), **added}}


def _inserted(text: str, reading: Reading, patterns: Mapping[str, GeneratedPattern]) -> str:
    """The text with the patterns behind those of the section, or in a section of their own at the end."""
    lines = _lines(text)
    section = reading.mark.keys.get(SECTION)
    if section is None:
        return _spliced(lines, len(lines), len(lines), f"\n{SECTION}:\n{as_yaml(patterns)}")
    indent = min((key.column for key in section.child.keys.values()), default=3) - 1
    at = _behind(reading.mark, section.line, lines)
    return _spliced(lines, at, at, as_yaml(patterns, indent=max(1, indent)))


def _replaced(text: str, reading: Reading, patterns: Mapping[str, GeneratedPattern]) -> str:
    """The text with the whole section written anew, for one that is written in braces."""
    section = reading.mark.keys.get(SECTION)
    if section is None:
        return text
    there = reading.data[SECTION]
    before = _anew({SECTION: there}) if there else f"{SECTION}:\n"
    lines = _lines(text)
    return _spliced(lines, section.line - 1, _behind(reading.mark, section.line, lines), before + as_yaml(patterns))


def _lines(text: str) -> list[str]:
    """Its lines, each with its end: those that YAML counts, not every separator there is."""
    lines = [line + "\n" for line in text.split("\n")]
    if lines[-1] == "\n":
        lines.pop()
    return lines


def _spliced(lines: list[str], start: int, end: int, block: str) -> str:
    """The lines with a block in place of some of them, with the ends of line that they have."""
    if lines and lines[0].endswith("\r\n"):
        block = block.replace("\n", "\r\n")
    return "".join([*lines[:start], block, *lines[end:]])


def _behind(mark: Mark, line: int, lines: list[str]) -> int:
    """The first line after a section: where the next one begins, without the comments that belong to it."""
    later = [key.line for key in mark.keys.values() if key.line > line]
    at = min(later) - 1 if later else len(lines)
    while at > line and (not lines[at - 1].strip() or lines[at - 1].startswith("#")):
        at -= 1
    return at


def _anew(data: dict[str, Any]) -> str:
    import yaml

    return str(yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=120))
