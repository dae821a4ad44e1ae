"""Commands about one run: the scenarios, playing one, running one, and what became of it."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from sim import printing
from sim.cli.app import (
    HIGHEST_SEED,
    RECORD_SUFFIX,
    BadCommand,
    Format,
    Options,
    Pattern,
    Record,
    Scenario,
    Seed,
    app,
    check_save,
    check_scenario,
    pairs,
)
from sim.exit_codes import ExitCode


@app.command()
def scenarios(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="Show one scenario in full.")] = None,
) -> None:
    """List the scenarios, or show one.

    They come with the program. With NAME: its seats, patterns and options.
    """
    from sim.scenario import library, load

    if name is None:
        shipped = library()
        width = max((len(entry) for entry in shipped), default=0)
        for entry in shipped:
            printing.result(f"{entry.ljust(width)}  {load(entry).title}")
        return
    from sim.listings import scenario_sheet

    for line in scenario_sheet(load(name)):
        printing.result(line)


@app.command()
def play(
    target: Annotated[
        str,
        typer.Argument(
            metavar="NAME|FILE.yaml|FILE.mlt", help="A scenario to begin, or an exercise file to go on with."
        ),
    ],
    seat: Annotated[
        str | None, typer.Option(metavar="S", help="Hold one seat; the whole leadership team if left out.")
    ] = None,
    pattern: Pattern = None,
    seed: Seed = None,
    option: Options = None,
    save: Annotated[
        Path | None, typer.Option(metavar="FILE.mlt", help="Save the game here; in the data folder if left out.")
    ] = None,
    plain: Annotated[
        bool, typer.Option("--plain", help="Lines of text and typed commands instead of screens.")
    ] = False,
) -> None:
    """Lead the mission.

    The game is saved at every input and goes on exactly where it stopped.
    """
    from sim import playing

    if not plain:
        playing.check_terminal()
    check_save(save)
    if target.endswith(RECORD_SUFFIX):
        if pattern is not None or seed is not None or option or save is not None:
            raise BadCommand(
                f"{target} holds a game with its own pattern, seed and options: they cannot be changed on resuming. "
                f"Leave --pattern, --seed, --option and --save out, or begin a new game from a scenario."
            )
        game = playing.existing_game(Path(target), seat)
    else:
        game = playing.new_game(target, seat=seat, pattern=pattern, seed=seed, options=pairs(option), save=save)
    raise typer.Exit(playing.lead(game, seat, plain=plain))


@app.command()
def run(
    scenario: Scenario,
    seed: Annotated[int, typer.Option(min=0, max=HIGHEST_SEED, help="Seed of all chance; 0 is a seed.")] = 1,
    pattern: Pattern = None,
    until: Annotated[
        float | None, typer.Option(metavar="HOURS", help="Stop after so many hours; the scenario's end if left out.")
    ] = None,
    option: Options = None,
    format: Annotated[Format, typer.Option("--format", help="How the result is written.")] = Format.TEXT,
    journal: Annotated[
        Path | None, typer.Option(metavar="OUT.jsonl", help="Write every event of the run, one JSON object a line.")
    ] = None,
    save: Annotated[
        Path | None, typer.Option(metavar="FILE.mlt", help="Save the run; it opens in play and verify like any game.")
    ] = None,
    explain: Annotated[
        list[str] | None,
        typer.Option("--explain", metavar="MEASURE", help="Say why a measure is what it is; may be repeated."),
    ] = None,
    came: Annotated[
        bool,
        typer.Option("--came", help="Say which injects, decisions and rules came, and what the others wait for."),
    ] = False,
) -> None:
    """Run a scenario without people.

    Every seat is played by its policy; what became of it is printed.
    """
    from sim import headless
    from sim.scenario import load

    check_scenario(scenario)
    check_save(save)
    loaded = load(scenario)
    headless.check_measures(loaded, explain or ())
    done = headless.run(loaded, seed=seed, pattern=pattern, until=until, options=pairs(option))
    if journal is not None:
        headless.write_journal(done, journal)
        printing.story(f"Journal: {journal}")
    if save is not None:
        from sim import playing

        playing.save(done, loaded, save)
        printing.story(f"Saved: {save}. Look at it with: mlt play {shlex.quote(str(save))}")
    if format is Format.JSON:
        import json

        printing.result(json.dumps(done.as_dict(), allow_nan=False))
        return
    from sim.listings import explanation_sheet, run_sheet, written_sheet

    for line in run_sheet(done):
        printing.result(line)
    for measure in explain or ():
        for line in explanation_sheet(done.world.explain(measure)):
            printing.result(line)
    for line in written_sheet(done) if came else ():
        printing.result(line)


@app.command()
def differ(
    scenario: Scenario,
    patterns: Annotated[
        str, typer.Option(metavar="A,B", help="Two patterns of the scenario; 'base' is the scenario without one.")
    ],
    seed: Annotated[int, typer.Option(min=0, max=HIGHEST_SEED, help="Seed of all chance; 0 is a seed.")] = 1,
    option: Options = None,
    measure: Annotated[
        list[str] | None,
        typer.Option("--measure", metavar="M", help="Trace this measure; each that differs if left out."),
    ] = None,
    format: Annotated[Format, typer.Option("--format", help="How the result is written.")] = Format.TEXT,
) -> None:
    """Find where two patterns part.

    Both are run with the same luck; the first happening that is not the same is told, and how it
    reaches each measure.
    """
    from sim import headless
    from sim.scenario import load

    check_scenario(scenario)
    first, comma, second = patterns.partition(",")
    if not (first and comma and second) or "," in second:
        raise BadCommand(f"--patterns {patterns} does not name two patterns. Write them such as --patterns base,P.")
    loaded = load(scenario)
    headless.check_measures(loaded, measure or ())
    found = headless.difference(loaded, (first, second), seed=seed, options=pairs(option), measures=measure or ())
    if format is Format.JSON:
        import dataclasses
        import json

        about = {"scenario": loaded.name, "patterns": [first, second], "seed": seed}
        printing.result(json.dumps({**about, **dataclasses.asdict(found)}, allow_nan=False))
        return
    from sim.listings import difference_sheet

    for line in difference_sheet(found, (first, second)):
        printing.result(line)


@app.command()
def validate(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Scenario files, or names of shipped ones.")],
) -> None:
    """Check scenario files.

    Every problem is named at once, with its place and its mend.
    """
    from sim.scenario import validate as problems_of

    broken = 0
    for file in files:
        problems = problems_of(file)
        for problem in problems:
            printing.result(str(problem))
        if not problems:
            printing.result(f"{file}: ok")
        broken += bool(problems)
    if broken:
        printing.story(f"{broken} of {len(files)} with problems.")
        raise typer.Exit(ExitCode.SCENARIO)


@app.command()
def schema() -> None:
    """Print the JSON Schema of scenario files.

    For editors that complete and check while you write.
    """
    import json

    from sim.scenario.json_schema import json_schema

    printing.result(json.dumps(json_schema(), indent=2))


@app.command()
def verify(file: Record) -> None:
    """Replay a saved game and compare it.

    The digests of the replay are compared with those the file was saved with.
    """
    from sim import playing

    printing.result(playing.verified(file))


@app.command()
def config() -> None:
    """Print where everything is.

    Every folder and file in use, the versions, and what the exit codes mean.
    """
    from sim.listings import configuration

    for line in configuration():
        printing.result(line)
