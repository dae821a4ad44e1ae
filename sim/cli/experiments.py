"""Commands about many runs: patterns compared, assumptions tried, and an exercise tested before people sit in it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Annotated

import typer

from sim import printing
from sim.cli.app import HIGHEST_SEED, BadCommand, Options, Pattern, Scenario, app, check_scenario, pairs

if TYPE_CHECKING:
    from sim.experiment.answers import Answer
    from sim.experiment.estimating import Estimate
    from sim.experiment.means import Means
    from sim.experiment.reporting.progress import ProgressLine

Patterns = Annotated[
    str, typer.Option(metavar="A,B,...", help="Patterns of the scenario; 'base' is the scenario without one.")
]
Reference = Annotated[
    str | None, typer.Option(metavar="P", help="The pattern that the others are compared with; the first if left out.")
]
Primary = Annotated[
    str | None,
    typer.Option(
        metavar="QUANTITY",
        help="What is compared, declared beforehand: 'P(civilians_killed>50)', 'better(M)', 'log(M)' or a measure M.",
    ),
]
Out = Annotated[Path, typer.Option(metavar="DIR", help="Folder of the results; work in it goes on where it was left.")]
Master = Annotated[int, typer.Option("--seed", min=0, max=HIGHEST_SEED, help="Seed of all luck; 0 is a seed.")]
Workers = Annotated[
    int | None,
    typer.Option(min=0, metavar="N", help="Processes; 0 runs all in this one. As many as cores if left out."),
]
Cluster = Annotated[str | None, typer.Option(metavar="ADDRESS", help="A Dask scheduler, such as tcp://host:8786.")]
Yes = Annotated[bool, typer.Option("--yes", help="Begin, however long it takes.")]


class Designs(StrEnum):
    """Designs of a sweep."""

    FACTORIAL = "factorial"
    LATIN_HYPERCUBE = "latin-hypercube"
    SOBOL = "sobol"


class Sets(StrEnum):
    """Where sets of assumptions come from."""

    RANGES = "ranges"
    CALIBRATED = "calibrated"


@app.command()
def compare(
    scenario: Scenario,
    patterns: Patterns,
    out: Out,
    runs: Annotated[int | None, typer.Option(min=1, metavar="N", help="So many histories of each pattern.")] = None,
    until_ci: Annotated[
        str | None,
        typer.Option(metavar="QUANTITY=VALUE", help="Until its interval is as narrow: 'P(civilians_killed>50)=0.03'."),
    ] = None,
    until_decided: Annotated[bool, typer.Option("--until-decided", help="Until the verdict is clear.")] = False,
    max_runs: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Histories of each pattern at most; needed with --until-*.")
    ] = None,
    primary: Primary = None,
    reference: Reference = None,
    series: Annotated[
        str | None, typer.Option(metavar="M,M,...", help="Measures to follow over time; 'none' for none.")
    ] = None,
    option: Options = None,
    seed: Master = 1,
    workers: Workers = None,
    cluster: Cluster = None,
    yes: Yes = False,
) -> None:
    """Compare deployment patterns.

    The same luck for each; runs are made until the answer can be trusted, and the answer says how sure it is.
    """
    from sim.experiment.asking import Wanted
    from sim.experiment.comparing import compare as compared
    from sim.experiment.reopening import NO_SERIES
    from sim.scenario import load

    check_scenario(scenario)
    wanted = Wanted(
        patterns=_names(patterns),
        reference=reference,
        runs=runs,
        until_ci=until_ci,
        until_decided=until_decided,
        max_runs=max_runs,
        primary=primary,
        series=None if series is None else () if series == NO_SERIES else _names(series),
        options=pairs(option),
        seed=seed,
    )
    with _means(out, workers, cluster, yes) as means:
        done = compared(load(scenario), wanted, out, means)
    _tell(done.answer, out)


@app.command()
def assumptions(
    scenario: Scenario,
    patterns: Patterns,
    out: Out,
    primary: Annotated[
        list[str] | None,
        typer.Option(metavar="QUANTITY", help="As in compare. May be repeated; the first is declared."),
    ] = None,
    reference: Reference = None,
    over: Annotated[
        Sets, typer.Option(help="Whole ranges of all constants, or the sets that the record did not rule out.")
    ] = Sets.RANGES,
    draws: Annotated[int | None, typer.Option(min=2, metavar="N", help="Sets of assumptions; 500.")] = None,
    pairs_each: Annotated[
        int | None, typer.Option("--pairs", min=2, metavar="N", help="Pairs of each set; 40.")
    ] = None,
    deep: Annotated[bool, typer.Option("--deep", help="2,000 sets of 20 pairs, and variance indices.")] = False,
    option: Options = None,
    seed: Master = 1,
    workers: Workers = None,
    cluster: Cluster = None,
    yes: Yes = False,
) -> None:
    """Try an answer under other assumptions.

    In what share of the sets tried it holds, in what share it turns round, and which assumptions move it.
    """
    from sim.experiment.assuming.draws import Over
    from sim.experiment.varying import Assuming
    from sim.experiment.varying import assumptions as assumed
    from sim.scenario import load

    check_scenario(scenario)
    wanted = Assuming(
        patterns=_names(patterns),
        reference=reference,
        primary=tuple(primary or ()),
        over=Over(over.value),
        draws=draws,
        pairs=pairs_each,
        deep=deep,
        options=pairs(option),
        seed=seed,
    )
    with _means(out, workers, cluster, yes) as means:
        done = assumed(load(scenario), wanted, out, means)
    _tell(done.answer, out)


@app.command()
def sweep(
    scenario: Scenario,
    patterns: Patterns,
    vary: Annotated[
        list[str],
        typer.Option(
            metavar="NAME=VALUES",
            help="A constant, 'option.NAME' or 'caveat.CONTRIBUTOR/ID': levels A,B,C or a range LOW:HIGH. Repeat it.",
        ),
    ],
    out: Out,
    design: Annotated[
        Designs | None, typer.Option(help="How values are combined: all, or a hypercube where anything has a range.")
    ] = None,
    points: Annotated[int, typer.Option(min=0, metavar="N", help="Points of a hypercube or of Sobol' points.")] = 0,
    runs: Annotated[int, typer.Option(min=1, metavar="N", help="Histories of each pattern at each point.")] = 100,
    primary: Primary = None,
    reference: Reference = None,
    option: Options = None,
    seed: Master = 1,
    workers: Workers = None,
    cluster: Cluster = None,
    yes: Yes = False,
) -> None:
    """Vary something on purpose.

    Constants of the model, options of the scenario, caveats of contributors: patterns compared at each point.
    """
    from sim.experiment.assuming.designs import Design
    from sim.experiment.varying import Varying
    from sim.experiment.varying import sweep as swept
    from sim.scenario import load

    check_scenario(scenario)
    wanted = Varying(
        patterns=_names(patterns),
        vary=tuple(vary),
        reference=reference,
        primary=primary,
        design=None if design is None else Design(design.value),
        points=points,
        runs=runs,
        options=pairs(option),
        seed=seed,
    )
    with _means(out, workers, cluster, yes) as means:
        done = swept(load(scenario), wanted, out, means)
    _tell(done.answer, out)


@app.command("design-check")
def design_check(
    scenario: Scenario,
    runs: Annotated[int, typer.Option(min=1, metavar="N", help="Histories of each player.")] = 500,
    players: Annotated[
        str | None,
        typer.Option(metavar="P,P,...", help="Player models: none, doctrinal, slow, cautious, random. All."),
    ] = None,
    leverage_runs: Annotated[
        int | None,
        typer.Option(min=0, metavar="N", help="Histories with each answer to each decision; a fifth of --runs."),
    ] = None,
    measures: Annotated[
        str | None, typer.Option(metavar="M,M,...", help="By which decisions are judged; the first finds trap doors.")
    ] = None,
    pattern: Pattern = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Keep runs, page and tables here, and go on where it was left.")
    ] = None,
    option: Options = None,
    seed: Master = 1,
    workers: Workers = None,
    cluster: Cluster = None,
    yes: Yes = False,
) -> None:
    """Test an exercise before people sit in it.

    Player models play it many times: what comes, what never does, who has too much to do, what a choice settles.
    """
    from sim.experiment.rehearsing.checking import Wanted
    from sim.experiment.rehearsing.checking import design_check as checked
    from sim.experiment.rehearsing.lines import lines
    from sim.experiment.rehearsing.page import write_page
    from sim.scenario import load
    from sim.scenario.variants import BASE

    check_scenario(scenario)
    wanted = Wanted(
        runs=runs,
        leverage_runs=leverage_runs,
        players=None if players is None else _names(players),
        pattern=pattern or BASE,
        measures=None if measures is None else _names(measures),
        options=pairs(option),
        seed=seed,
    )
    with _means(out, workers, cluster, yes) as means:
        found = checked(load(scenario), wanted, out, means)
    for line in lines(found):
        printing.result(line)
    if out is not None:
        printing.story(f"Report: {write_page(found, out)}")


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _tell(answer: Answer, folder: Path) -> None:
    """The answer on stdout, the report in the folder."""
    from sim.experiment.reporting.page import write_report
    from sim.experiment.reporting.terminal import WIDTH, lines

    page = write_report(answer, folder)
    # A log is read on wide screens, a terminal on its own.
    for line in lines(answer, min(WIDTH, get_terminal_size((WIDTH, 0)).columns)):
        printing.result(line)
    printing.story(f"Report: {page}")


def _agreeing(yes: bool, line: ProgressLine) -> Callable[[Estimate], bool]:
    """Whoever is asked before work that takes long: told how long, and asked where somebody can answer."""
    from sim.experiment.estimating import ASKS_ABOVE_MINUTES

    def agreed(estimate: Estimate) -> bool:
        line.close()
        printing.story(str(estimate))
        if yes or estimate.minutes <= ASKS_ABOVE_MINUTES:
            return True
        return sys.stdin.isatty() and typer.confirm("Begin?", err=True)

    return agreed


@contextmanager
def _means(folder: Path | None, workers: int | None, cluster: str | None, yes: bool) -> Iterator[Means]:
    """Who makes the runs. How far it is stands on stderr; after Ctrl-C, how to go on."""
    from sim.experiment.means import Means
    from sim.experiment.reporting.progress import ProgressLine

    if workers is not None and cluster is not None:
        raise BadCommand("--workers counts processes of this machine, --cluster names other ones. Give one of them.")
    line = ProgressLine(sys.stderr)
    try:
        yield Means(workers=workers, cluster=cluster, tell=line.show, agree=_agreeing(yes, line))
    except KeyboardInterrupt:
        line.close()
        kept = (
            "Nothing is kept."
            if folder is None
            else f"What was finished is kept in {folder}; the same command goes on."
        )
        printing.story(f"Stopped. {kept}")
        raise
    finally:
        line.close()
