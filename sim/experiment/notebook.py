"""Experiments from Python: what the commands do, with tables that a notebook can go on with.

import sim

done = sim.compare("upper_nile_tob", ["point", "tob"], runs=200, out="first")
done.answer.sentence
done.frame(["pattern", "replication", "civilians_killed"])
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING

from sim.experiment import comparing, varying
from sim.experiment.answers import Assumptions, Comparison, Sweep
from sim.experiment.asking import Wanted
from sim.experiment.assuming.designs import Design
from sim.experiment.assuming.draws import Over
from sim.experiment.kept import Kept
from sim.experiment.means import HERE, Means
from sim.experiment.rehearsing import checking
from sim.experiment.rehearsing.findings import DesignCheck
from sim.experiment.varying import Assuming, Varying
from sim.scenario.variants import BASE

if TYPE_CHECKING:
    from sim.scenario import Scenario


def compare(
    scenario: Scenario | str | Path,
    patterns: Sequence[str],
    *,
    out: str | PathLike[str] | None = None,
    runs: int | None = None,
    until_ci: str | None = None,
    until_decided: bool = False,
    max_runs: int | None = None,
    primary: str | None = None,
    reference: str | None = None,
    series: Sequence[str] | None = None,
    options: Mapping[str, str] | None = None,
    seed: int = 1,
    means: Means = HERE,
) -> Kept[Comparison]:
    """Compare deployment patterns under the same luck.

    Args:
        scenario: a loaded one, the name of a shipped one, or a file.
        out: folder of the rows; a folder of its own among the temporary files if left out.
        runs: histories of each pattern, or else ``until_ci`` or ``until_decided`` with ``max_runs``.

    Raises:
        MissionError: for a question, scenario or folder that cannot be used.
    """
    wanted = Wanted(
        patterns=tuple(patterns),
        reference=reference,
        runs=runs,
        until_ci=until_ci,
        until_decided=until_decided,
        max_runs=max_runs,
        primary=primary,
        series=None if series is None else tuple(series),
        options=options,
        seed=seed,
    )
    return comparing.compare(_loaded(scenario), wanted, _folder(out), means)


def assumptions(
    scenario: Scenario | str | Path,
    patterns: Sequence[str],
    *,
    out: str | PathLike[str] | None = None,
    primary: Sequence[str] = (),
    reference: str | None = None,
    over: str = Over.RANGES.value,
    draws: int | None = None,
    pairs: int | None = None,
    deep: bool = False,
    options: Mapping[str, str] | None = None,
    seed: int = 1,
    means: Means = HERE,
) -> Kept[Assumptions]:
    """Say in how many sets of assumptions an answer holds, and which assumptions move it.

    Raises:
        MissionError: for a question, scenario or folder that cannot be used.
    """
    wanted = Assuming(
        patterns=tuple(patterns),
        reference=reference,
        primary=tuple(primary),
        over=Over(over),
        draws=draws,
        pairs=pairs,
        deep=deep,
        options=options,
        seed=seed,
    )
    return varying.assumptions(_loaded(scenario), wanted, _folder(out), means)


def sweep(
    scenario: Scenario | str | Path,
    patterns: Sequence[str],
    vary: Sequence[str],
    *,
    out: str | PathLike[str] | None = None,
    design: str | None = None,
    points: int = 0,
    runs: int = 100,
    primary: str | None = None,
    reference: str | None = None,
    options: Mapping[str, str] | None = None,
    seed: int = 1,
    means: Means = HERE,
) -> Kept[Sweep]:
    """Compare patterns over what is varied on purpose.

    Args:
        vary: such as ``people.flight_per_hour=0.05:0.2``.

    Raises:
        MissionError: for a question, scenario or folder that cannot be used.
    """
    wanted = Varying(
        patterns=tuple(patterns),
        vary=tuple(vary),
        reference=reference,
        primary=primary,
        design=None if design is None else Design(design),
        points=points,
        runs=runs,
        options=options,
        seed=seed,
    )
    return varying.sweep(_loaded(scenario), wanted, _folder(out), means)


def design_check(
    scenario: Scenario | str | Path,
    *,
    out: str | PathLike[str] | None = None,
    runs: int = checking.RUNS,
    players: Sequence[str] | None = None,
    leverage_runs: int | None = None,
    pattern: str = BASE,
    options: Mapping[str, str] | None = None,
    seed: int = 1,
    means: Means = HERE,
) -> DesignCheck:
    """Rehearse a scenario with player models, and say what its author should know.

    Raises:
        MissionError: for a question, scenario or folder that cannot be used.
    """
    wanted = checking.Wanted(
        runs=runs,
        leverage_runs=leverage_runs,
        players=None if players is None else tuple(players),
        pattern=pattern,
        options=options,
        seed=seed,
    )
    return checking.design_check(_loaded(scenario), wanted, None if out is None else Path(out), means)


def _loaded(scenario: Scenario | str | Path) -> Scenario:
    if isinstance(scenario, str | PathLike):
        from sim.scenario import load

        return load(scenario)
    return scenario


def _folder(out: str | PathLike[str] | None) -> Path:
    return Path(tempfile.mkdtemp(prefix="mlt-")) if out is None else Path(fspath(out))
