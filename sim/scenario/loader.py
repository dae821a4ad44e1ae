"""Reading, checking and resolving scenarios, with every problem found in one go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from sim.doctrine import Doctrine, DoctrineError, load_doctrine
from sim.scenario import schema
from sim.scenario.checks import CHECKS, Finding, Subject
from sim.scenario.faults import faults, spot
from sim.scenario.loaded import Scenario
from sim.scenario.overlay import Overlay, places
from sim.scenario.problems import (
    MOST_FINDINGS,
    Problem,
    ScenarioError,
    UnknownScenario,
    UnknownVariant,
    choose_from,
    shown,
)
from sim.scenario.reader import MAX_BYTES, Data, Mark, Reading, read
from sim.scenario.shipped import library, shipped
from sim.versions import SCENARIO_FORMAT

MAX_PATTERN_NODES: Final = 1_000_000
"""Patterns and choices times the values of the file: each of them is checked as a whole scenario."""

_SUFFIXES: Final = (".yaml", ".yml")
_OWN_KEYS: Final = frozenset({"title", "text", "summary", "options"})
_LAID_OVER: Final = tuple(key for key in schema.Pattern.model_fields if key not in _OWN_KEYS)


def load(source: str | Path) -> Scenario:
    """Load a shipped scenario by its name, or a scenario file.

    Raises:
        UnknownScenario: when there is neither.
        ScenarioError: with every problem of the file.
    """
    file, name, content = _content(source)
    return _loaded(content, file, name)


def load_text(text: str, name: str, *, variants: bool = True) -> Scenario:
    """Load a scenario from its text, such as the one an exercise file keeps.

    Args:
        variants: check every pattern and choice too; without it only what is resolved later is checked, then.

    Raises:
        ScenarioError: with every problem of the text.
    """
    return _loaded(text, name, name, variants)


def validate(source: str | Path) -> list[Problem]:
    """Every problem of a scenario, each pattern with each choice of each option included; empty when it is sound."""
    try:
        file, name, content = _content(source)
    except ScenarioError as error:
        return list(error.problems)
    study = _Study.of(content, file, name)
    if not study.problems:
        study.cross()
    return study.sorted()


def _loaded(content: str | bytes, file: str, name: str, variants: bool = True) -> Scenario:
    study = _Study.of(content, file, name, variants)
    if study.base is None or study.problems:
        raise ScenarioError(study.sorted())
    return study.base


def _content(source: str | Path) -> tuple[str, str, bytes]:
    if isinstance(source, str) and "/" not in source and not source.endswith(_SUFFIXES):
        try:
            file, content = shipped(source)
        except KeyError:
            if not _is_there(Path(source)):
                said = f"{shown(source)} is no shipped scenario and no file."
                mend = choose_from(source, library(), "Shipped")
                raise UnknownScenario([Problem(source, 1, 1, "file", source, said, mend)]) from None
        else:
            return file, source, content
    path = Path(source)
    return str(path), path.stem, _file_content(path)


def _doctrine(data: dict[str, Any]) -> Doctrine:
    overrides = data.get("doctrine")
    try:
        return load_doctrine().with_overrides(overrides if isinstance(overrides, dict) else {})
    except DoctrineError:
        # A check tells what is wrong with the overrides, entry by entry.
        return load_doctrine()


def _same(problem: Problem) -> tuple[int, int, str, str]:
    # The mend may differ: a pattern adds entries, and each is one more that could have been meant.
    return problem.line, problem.column, problem.rule, problem.message


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _file_content(path: Path) -> bytes:
    def refused(said: str, mend: str) -> UnknownScenario:
        return UnknownScenario([Problem(str(path), 1, 1, "file", str(path), said, mend)])

    if not _is_there(path):
        raise refused("There is no such file.", choose_from(path.stem, library(), "Shipped scenarios"))
    if not path.is_file():
        raise refused("This is no regular file.", "Name a scenario file that ends in .yaml.")
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise refused(f"The file cannot be read: {error.strerror}.", "Check its permissions.") from error


@dataclass(frozen=True, slots=True)
class _Layer:
    """Something laid over the base: a pattern or a choice of an option."""

    data: Data
    mark: Mark
    line: int
    column: int


class _Study:
    """One scenario text under examination."""

    def __init__(self, file: str, name: str, text: str, data: dict[str, Any], reading: Reading) -> None:
        self.file, self.name, self.text = file, name, text
        self.data, self.mark, self.nodes = data, reading.mark, reading.nodes
        self.problems: list[Problem] = []
        self.told: set[tuple[int, int, str, str]] = set()
        self.base: Scenario | None = None

    @classmethod
    def of(cls, content: str | bytes, file: str, name: str, variants: bool = True) -> _Study:
        reading = read(content, file)
        text = content if isinstance(content, str) else content.decode("utf-8-sig", "replace")
        data = reading.data if isinstance(reading.data, dict) else {}
        study = cls(file, name, text, data, reading)
        study.problems.extend(reading.problems)
        if not reading.complete:
            return study
        if not isinstance(reading.data, dict):
            said = f"A scenario is a mapping, not {shown(reading.data)}."
            study.problems.append(Problem(file, 1, 1, "type", "", said, "Begin with: format: 1"))
        elif not study._too_new():
            study._examine(variants)
        return study

    def sorted(self) -> list[Problem]:
        return sorted(dict.fromkeys(self.problems), key=lambda each: (each.line, each.column))

    def _too_new(self) -> bool:
        written = self.data.get("format")
        if type(written) is not int or written <= SCENARIO_FORMAT:
            return False
        at = spot(self.mark, ("format",))
        said = f"The scenario has format {written}; this program reads up to {SCENARIO_FORMAT}."
        mend = "Install a newer release: python -m pip install --upgrade mission-leadership-tabletop"
        self.problems.append(Problem(self.file, at.line, at.column, "format", str(written), said, mend))
        return True

    def _examine(self, variants: bool) -> None:
        self.base, found = self._resolved(None, {})
        self.problems.extend(found)
        self.told.update(_same(problem) for problem in found)
        if not variants:
            return
        choices = list(self._other_choices())
        patterns = self._names("patterns")
        if self._affordable(len(patterns) + len(choices)):
            for option, choice in choices:
                self.problems.extend(self._only_here(None, {option: choice}))
            for pattern in patterns:
                self.problems.extend(self._only_here(pattern, {}))

    def cross(self) -> None:
        """Examine every pattern with every choice that is not the default."""
        patterns, choices = self._names("patterns"), list(self._other_choices())
        if self._affordable(len(patterns) * len(choices)):
            for pattern in patterns:
                for option, choice in choices:
                    self.problems.extend(self._only_here(pattern, {option: choice}))

    def _affordable(self, variants: int) -> bool:
        if variants * self.nodes <= MAX_PATTERN_NODES:
            return True
        at = spot(self.mark, ("patterns",), at_key=True)
        said = f"{variants} patterns and choices are too many to check for a file with {self.nodes:,} values."
        mend = "Remove some, or make the scenario smaller."
        self.problems.append(Problem(self.file, at.line, at.column, "size", "", said, mend))
        return False

    def _names(self, section: str) -> list[str]:
        entries = self.data.get(section)
        return list(entries) if isinstance(entries, dict) else []

    def _other_choices(self) -> Iterator[tuple[str, str]]:
        defaults = self._chosen(None, {})
        for option in self._names("options"):
            entry = self.data["options"][option]
            choices = entry.get("choices") if isinstance(entry, dict) else None
            for choice in choices if isinstance(choices, dict) else ():
                if choice != defaults.get(option):
                    yield option, choice

    def _chosen(self, pattern: str | None, options: Mapping[str, str]) -> dict[str, str]:
        chosen: dict[str, str] = {}
        entry = self.data["patterns"][pattern] if pattern is not None else {}
        wanted = entry.get("options") if isinstance(entry, dict) else None
        for option in self._names("options"):
            offer = self.data["options"][option]
            default = offer.get("default") if isinstance(offer, dict) else None
            by_pattern = wanted.get(option) if isinstance(wanted, dict) else None
            choice = options.get(option) or by_pattern or default
            if isinstance(choice, str):
                chosen[option] = choice
        return chosen

    def _layers(self, pattern: str | None, chosen: Mapping[str, str]) -> Iterator[_Layer]:
        for option, choice in chosen.items():
            yield from self._layer(("options", option, "choices", choice))
        if pattern is not None:
            yield from self._layer(("patterns", pattern))

    def _layer(self, way: tuple[str, ...]) -> Iterator[_Layer]:
        data: Data = self.data
        mark = self.mark
        for step in way:
            child = mark.child(step)
            if not isinstance(data, dict) or child is None:
                return
            data, mark = data[step], child
        at = spot(self.mark, way, at_key=True)
        if isinstance(data, dict):
            over = {key: value for key, value in data.items() if key in _LAID_OVER}
            yield _Layer(over, mark, at.line, at.column)

    def _resolved(self, pattern: str | None, options: Mapping[str, str]) -> tuple[Scenario | None, list[Problem]]:
        chosen = self._chosen(pattern, options)
        overlay = Overlay(self.file)
        data: Data = self.data
        mark = self.mark
        for layer in self._layers(pattern, chosen):
            data, mark = overlay.lay(data, mark, layer.data, layer.mark)
        scenario, found = self._checked(data, mark)
        problems = overlay.problems + found
        if scenario is None or problems:
            return None, problems
        return scenario.with_origin(self.name, self.text, pattern, chosen, self._resolve), []

    def _checked(self, data: dict[str, Any], mark: Mark) -> tuple[Scenario | None, list[Problem]]:
        problems: list[Problem] = []
        scenario: Scenario | None = None
        try:
            scenario = Scenario.model_validate(data)
        except ValidationError as error:
            problems.extend(faults(error, Scenario, mark, self.file))
        subject = Subject(data, scenario, _doctrine(data))
        refused = {(each.line, each.column) for each in problems}
        for check in CHECKS:
            for finding in islice(check.findings(subject), MOST_FINDINGS):
                problem = self._located(finding, mark)
                # The schema has already said what is wrong with this value.
                if (problem.line, problem.column) not in refused:
                    problems.append(problem)
        return scenario, problems

    def _located(self, finding: Finding, mark: Mark) -> Problem:
        at = spot(mark, finding.way, at_key=finding.at_key)
        return Problem(self.file, at.line, at.column, finding.rule, finding.value, finding.message, finding.mend)

    def _only_here(self, pattern: str | None, options: Mapping[str, str]) -> Iterator[Problem]:
        """What is wrong with a variant and was not told before, at the overlay's own place."""
        _, found = self._resolved(pattern, options)
        asked = {*self._chosen(pattern, options).items()} - {*self._chosen(None, {}).items()}
        layers = list(self._layers(pattern, self._chosen(pattern, options)))
        label = ", ".join(f"option {option}={choice}" for option, choice in sorted(asked))
        if pattern is not None:
            label = f"pattern {pattern}, {label}" if label else f"pattern {pattern}"
        own = {place for layer in layers for place in places(layer.mark)}
        for problem in found:
            if _same(problem) in self.told:
                continue
            if (problem.line, problem.column) in own:
                self.told.add(_same(problem))
                yield replace(problem, message=f"{label}: {problem.message}")
            else:
                said = f"{label}: {problem.message} (line {problem.line})"
                yield replace(problem, line=layers[-1].line, column=layers[-1].column, message=said)

    def _resolve(self, pattern: str | None, options: Mapping[str, str]) -> Scenario:
        self._must_exist("pattern", pattern, self._names("patterns"))
        for option, choice in options.items():
            self._must_exist("option", option, self._names("options"))
            self._must_exist(f"choice of {option}", choice, list(self.data["options"][option]["choices"]))
        scenario, problems = self._resolved(pattern, options)
        if scenario is None:
            raise ScenarioError(problems)
        return scenario

    def _must_exist(self, kind: str, name: str | None, known: list[str]) -> None:
        if name is not None and name not in known:
            said = f"{shown(name)} is no {kind} of {self.name}."
            raise UnknownVariant([Problem(self.file, 1, 1, "reference", name, said, choose_from(name, known))])
