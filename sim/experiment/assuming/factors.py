"""What a sweep varies, as it is written on the command line and in a notebook.

people.flight_per_hour=0.05:0.2          a constant of the model over a range
people.flight_per_hour=0.05,0.1,0.2      at levels
option.attackers=militia,army            an option of the scenario
caveat.pcc-b/whole-unit-only=on,off      a contributor's caveat, kept or taken away
caveat.pcc-b/whole-unit-only.declared=on,off
caveat.pcc-b/whole-unit-only.rigidity=20:90
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeAlias

from sim.doctrine import Parameter
from sim.doctrine.draws import value_at
from sim.experiment.assuming.designs import Design, full_factorial, latin_hypercube, scrambled_sobol, stream
from sim.experiment.faults import BadDesign, BadFactor, hint
from sim.experiment.settings import CaveatChange, Setting, caveats_of

if TYPE_CHECKING:
    from sim.engine.blueprint import Blueprint
    from sim.scenario import Scenario

OPTION: Final = "option."
CAVEAT: Final = "caveat."
MOST_LEVELS: Final = 1000
_SWITCH: Final = {"on": True, "off": False}
_SHARES: Final = frozenset({"share", "probability"})
"""Units whose values lie between 0 and 1."""
_MOST_RIGID: Final = 100.0
"""Points; the scale of a caveat in a scenario file."""

Value: TypeAlias = str | float | bool


class Subject(StrEnum):
    """What a factor changes."""

    PARAMETER = "parameter"
    OPTION = "option"
    CAVEAT = "caveat"
    DECLARED = "declared"
    RIGIDITY = "rigidity"


@dataclass(frozen=True, slots=True)
class Variable:
    """What there is to vary in a scenario."""

    parameters: Mapping[str, Parameter]
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Choices by option."""
    caveats: tuple[str, ...] = ()
    """``CONTRIBUTOR/CAVEAT``."""
    own: frozenset[str] = frozenset()
    """Constants that the scenario sets itself."""
    fixed: frozenset[str] = frozenset()
    """Options that are chosen for the whole experiment."""


@dataclass(frozen=True, slots=True)
class Factor:
    """Something that is varied, over levels or over a range."""

    name: str
    """As written before the equals sign."""
    subject: Subject
    about: str
    """The parameter, the option, or ``CONTRIBUTOR/CAVEAT``."""
    levels: tuple[Value, ...] = ()
    """Empty for a range."""
    span: Parameter | None = None
    """The range with its scale; nothing for levels."""

    @property
    def said(self) -> tuple[str, ...]:
        """The levels, or the range, as written."""
        if self.span is not None:
            return (":".join(_said(end) for end in self.span.range),)
        return tuple(_said(level) for level in self.levels)

    @property
    def is_number(self) -> bool:
        """Whether its values are numbers."""
        return self.subject in (Subject.PARAMETER, Subject.RIGIDITY)

    def at(self, share: float) -> Value:
        """What lies so far through the range, or the level in whose slice it lies.

        Args:
            share: from 0 up to but not including 1.
        """
        if self.span is None:
            return self.levels[min(int(share * len(self.levels)), len(self.levels) - 1)]
        # Six digits, so that what is printed is what was run.
        return float(f"{value_at(self.span, share):.6g}")


@dataclass(frozen=True, slots=True)
class DesignPoint:
    """A combination of what is varied."""

    values: Mapping[str, str]
    """By factor, as it would be written."""
    setting: Setting


def varied_in(scenario: Scenario, blueprints: Iterable[Blueprint], options: Mapping[str, str]) -> Variable:
    """What a scenario leaves to be varied.

    Args:
        blueprints: the scenario compiled with each pattern of the experiment.
        options: choices that hold in the whole experiment.
    """
    from sim.experiment.assuming.draws import set_by_scenario

    made = list(blueprints)
    return Variable(
        parameters=made[0].doctrine.parameters,
        options={id_: tuple(choice.choices) for id_, choice in scenario.options.items()},
        # One that a pattern does not have could not be changed in all of them.
        caveats=tuple(sorted(set.intersection(*({*caveats_of(blueprint)} for blueprint in made)))),
        own=set_by_scenario(made),
        fixed=frozenset(options),
    )


def parse_factors(texts: Iterable[str], variable: Variable) -> tuple[Factor, ...]:
    """What is varied, by name so that the order in which it was written does not matter.

    Raises:
        BadFactor: for a text that cannot be used, or two on the same thing.
    """
    found: dict[str, Factor] = {}
    for text in texts:
        factor = parse_factor(text, variable)
        if factor.name in found:
            raise BadFactor(text, f"{factor.name} is varied twice. Write all its levels in one.")
        found[factor.name] = factor
    return tuple(found[name] for name in sorted(found))


def parse_factor(text: str, variable: Variable) -> Factor:
    """One thing that is varied.

    Raises:
        BadFactor: when it cannot be used, with what may have been meant.
    """
    name, equals, written = (part.strip() for part in text.partition("="))
    if not equals or not name or not written:
        raise BadFactor(text, "write NAME=LOW:HIGH or NAME=LEVEL,LEVEL, such as people.flight_per_hour=0.05:0.2.")
    if name.startswith(OPTION):
        return _option(text, name, written, variable)
    if name.startswith(CAVEAT):
        return _caveat(text, name, written, variable)
    return _parameter(text, name, written, variable)


def design_points(factors: Sequence[Factor], design: Design, points: int, seed: int) -> tuple[DesignPoint, ...]:
    """The combinations that a design tries.

    Args:
        points: how many; a full factorial has as many as there are combinations and needs none.

    Raises:
        BadDesign: when the design cannot be made of these factors.
    """
    if not factors:
        raise BadDesign("Nothing is varied. Name something, such as people.flight_per_hour=0.05:0.2.")
    if design is Design.FACTORIAL:
        for factor in factors:
            if factor.span is not None:
                raise BadDesign(
                    f"A full factorial needs levels, and {factor.name} has the range {factor.said[0]}. "
                    f"Write its levels with commas, or take a {Design.LATIN_HYPERCUBE}."
                )
        combinations = full_factorial([len(factor.levels) for factor in factors])
        rows: list[list[Value]] = [
            [factor.levels[int(at)] for factor, at in zip(factors, row, strict=True)] for row in combinations
        ]
    else:
        if points < 1:
            raise BadDesign(f"{points} points cannot be run. Ask for at least 1.")
        if design is Design.SOBOL:
            cube = scrambled_sobol(points, len(factors), seed)
        else:
            cube = latin_hypercube(points, len(factors), stream(seed, "latin-hypercube"))
        rows = [[factor.at(float(share)) for factor, share in zip(factors, row, strict=True)] for row in cube]
    return tuple(
        DesignPoint(
            {factor.name: _said(value) for factor, value in zip(factors, row, strict=True)}, _setting(factors, row)
        )
        for row in rows
    )


def _setting(factors: Sequence[Factor], values: Sequence[Value]) -> Setting:
    options: dict[str, str] = {}
    parameters: dict[str, float] = {}
    caveats: dict[str, CaveatChange] = {}
    for factor, value in zip(factors, values, strict=True):
        if factor.subject is Subject.OPTION:
            options[factor.about] = str(value)
            continue
        if factor.subject is Subject.PARAMETER:
            parameters[factor.about] = float(value)
            continue
        contributor, _, caveat = factor.about.partition("/")
        change = caveats.get(factor.about, CaveatChange(contributor, caveat))
        if factor.subject is Subject.CAVEAT:
            change = dataclasses.replace(change, on=bool(value))
        elif factor.subject is Subject.DECLARED:
            change = dataclasses.replace(change, declared=bool(value))
        else:
            change = dataclasses.replace(change, rigidity=float(value))
        caveats[factor.about] = change
    return Setting(options, parameters, tuple(caveats.values()))


def _option(text: str, name: str, written: str, variable: Variable) -> Factor:
    about = name.removeprefix(OPTION)
    if about not in variable.options:
        known = hint(about, [*variable.options], "Options")
        raise BadFactor(text, f"'{about:.60}' is no option of this scenario. {known}")
    if about in variable.fixed:
        raise BadFactor(text, f"{about} is chosen for the whole experiment. Choose it or vary it, not both.")
    choices = variable.options[about]
    levels = _listed(text, written)
    for level in levels:
        if level not in choices:
            raise BadFactor(text, f"'{level:.60}' is no choice of {about}. {hint(level, choices, 'Choices')}")
    return Factor(name, Subject.OPTION, about, tuple(levels))


def _caveat(text: str, name: str, written: str, variable: Variable) -> Factor:
    about = name.removeprefix(CAVEAT)
    subject = Subject.CAVEAT
    for aspect in (Subject.DECLARED, Subject.RIGIDITY):
        if about.endswith(f".{aspect}"):
            about, subject = about.removesuffix(f".{aspect}"), aspect
            break
    if about not in variable.caveats:
        known = hint(about, variable.caveats, "Caveats")
        raise BadFactor(
            text,
            f"'{about:.60}' is no caveat of this scenario. A caveat is CONTRIBUTOR/CAVEAT; after it may stand "
            f".declared or .rigidity. {known}",
        )
    if subject is Subject.RIGIDITY:
        return _rigidity(text, name, about, written)
    levels = _listed(text, written)
    for level in levels:
        if level not in _SWITCH:
            raise BadFactor(text, f"'{level:.60}' is neither on nor off.")
    return Factor(name, subject, about, tuple(_SWITCH[level] for level in levels))


def _rigidity(text: str, name: str, about: str, written: str) -> Factor:
    ends, levels = _numbers(text, written)
    values = ends or levels
    for value in values:
        if not 0.0 <= value <= _MOST_RIGID:
            raise BadFactor(text, f"{value:g} is no rigidity: it goes from 0 to {_MOST_RIGID:g} points.")
    if all(value <= 1.0 for value in values) and any(value != int(value) for value in values):
        raise BadFactor(text, f"rigidity is in points from 0 to {_MOST_RIGID:g}, not a share: write 20:90 for 0.2:0.9.")
    span = Parameter(name, ends[0], ends, "points", "", "assumed") if ends else None
    return Factor(name, Subject.RIGIDITY, about, levels, span)


def _parameter(text: str, name: str, written: str, variable: Variable) -> Factor:
    if name not in variable.parameters:
        raise BadFactor(
            text,
            f"'{name:.60}' is neither a constant of the model, option.NAME nor caveat.CONTRIBUTOR/CAVEAT. "
            f"{hint(name, [*variable.parameters], 'Constants')} sim/doctrine/parameters.yaml has them all.",
        )
    if name in variable.own:
        raise BadFactor(
            text,
            f"the scenario sets {name} itself: that is its statement about its case. "
            "Change it in the scenario's doctrine section, or vary something else.",
        )
    parameter = variable.parameters[name]
    ends, levels = _numbers(text, written)
    for value in ends or levels:
        if parameter.range[0] >= 0.0 and value < 0.0:
            raise BadFactor(text, f"{value:g} is below 0, and {name} ({parameter.unit}) cannot be.")
        if parameter.unit in _SHARES and value > 1.0:
            raise BadFactor(text, f"{value:g} is above 1, and {name} is a {parameter.unit}.")
    span = dataclasses.replace(parameter, value=ends[0], range=ends) if ends else None
    return Factor(name, Subject.PARAMETER, name, levels, span)


def beyond_range(factors: Iterable[Factor], parameters: Mapping[str, Parameter]) -> tuple[str, ...]:
    """Constants that are varied beyond the range that the doctrine gives them, each in a sentence."""
    said = []
    for factor in factors:
        if factor.subject is Subject.PARAMETER:
            low, high = parameters[factor.about].range
            values = [float(value) for value in (factor.span.range if factor.span is not None else factor.levels)]
            if min(values) < low or max(values) > high:
                said.append(f"{factor.name} is varied beyond {low:g} to {high:g}, the range its source supports.")
    return tuple(said)


def _listed(text: str, written: str) -> list[str]:
    levels = [level.strip() for level in written.split(",")]
    if "" in levels:
        raise BadFactor(text, "a level between two commas is missing.")
    _check_levels(text, levels)
    return levels


def _numbers(text: str, written: str) -> tuple[tuple[float, float] | tuple[()], tuple[float, ...]]:
    """The ends of a range, or else levels."""
    if ":" in written:
        ends = [_number(text, end.strip()) for end in written.split(":")]
        if len(ends) != 2:
            raise BadFactor(text, "a range has two ends: LOW:HIGH.")
        low, high = ends
        if low >= high:
            raise BadFactor(text, f"the range goes from {low:g} to {high:g}: write the lower end first.")
        return (low, high), ()
    levels = [_number(text, level) for level in _listed(text, written)]
    _check_levels(text, levels)
    return (), tuple(levels)


def _number(text: str, written: str) -> float:
    try:
        # Underscores and unusual digits would pass as numbers.
        value = float(written) if written.isascii() and "_" not in written else math.nan
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise BadFactor(text, f"'{written:.40}' is not a number.")
    return value


def _check_levels(text: str, levels: Collection[str] | Collection[float]) -> None:
    if len(levels) > MOST_LEVELS:
        raise BadFactor(text, f"{len(levels)} levels are more than {MOST_LEVELS}. Give a range instead.")
    if len(set(levels)) != len(levels):
        raise BadFactor(text, "a level is there twice.")


def _said(value: Value) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return value if isinstance(value, str) else f"{value:.6g}"
