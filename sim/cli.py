"""The command ``mlt``.

stdout is the result, stderr the story, the exit code one of ``ExitCode``. Every import that costs
something stands inside the command that needs it: ``mlt --help`` must answer at once, and ``play``
starts the host before it pays for the screens.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from enum import StrEnum
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Final

import typer

from sim import printing
from sim.errors import MissionError
from sim.exit_codes import ExitCode, exit_code

HIGHEST_SEED: Final = 2**63 - 1
RECORD_SUFFIX: Final = ".mlt"

app = typer.Typer(
    name="mlt",
    help="Mission Leadership Tabletop: crisis management of UN peace operations, from one YAML file.",
    epilog="stdout is the result, stderr the story. Exit codes: 'mlt config' lists them.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class Format(StrEnum):
    """How a result is written."""

    TEXT = "text"
    JSON = "json"


class BadCommand(MissionError):
    """A command line that cannot be carried out as it stands."""

    title = "This command makes no sense"


Pattern = Annotated[str | None, typer.Option(metavar="P", help="Deployment pattern; the scenario's own if left out.")]
Options = Annotated[
    list[str] | None,
    typer.Option("--option", metavar="NAME=VALUE", help="Set an option of the scenario. May be repeated."),
]
Seed = Annotated[int | None, typer.Option(min=0, max=HIGHEST_SEED, help="Seed of all chance; 0 is a seed.")]
Scenario = Annotated[str, typer.Argument(metavar="NAME|FILE.yaml", help="A shipped scenario or a scenario file.")]
Record = Annotated[Path, typer.Argument(metavar="FILE.mlt", help="An exercise file.")]


def _version(wanted: bool) -> None:
    if wanted:
        from sim.versions import MODEL_VERSION, PACKAGE_VERSION

        printing.result(f"mlt {PACKAGE_VERSION}, model version {MODEL_VERSION}")
        raise typer.Exit(ExitCode.OK)


@app.callback()
def _top(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    pass


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
    _check_save(save)
    if target.endswith(RECORD_SUFFIX):
        if pattern is not None or seed is not None or option or save is not None:
            raise BadCommand(
                f"{target} holds a game with its own pattern, seed and options: they cannot be changed on resuming. "
                f"Leave --pattern, --seed, --option and --save out, or begin a new game from a scenario."
            )
        game = playing.existing_game(Path(target), seat)
    else:
        game = playing.new_game(target, seat=seat, pattern=pattern, seed=seed, options=_pairs(option), save=save)
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

    _check_scenario(scenario)
    _check_save(save)
    loaded = load(scenario)
    headless.check_measures(loaded, explain or ())
    done = headless.run(loaded, seed=seed, pattern=pattern, until=until, options=_pairs(option))
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

    _check_scenario(scenario)
    first, comma, second = patterns.partition(",")
    if not (first and comma and second) or "," in second:
        raise BadCommand(f"--patterns {patterns} does not name two patterns. Write them such as --patterns base,P.")
    loaded = load(scenario)
    headless.check_measures(loaded, measure or ())
    found = headless.compare(loaded, (first, second), seed=seed, options=_pairs(option), measures=measure or ())
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


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out a command line and return its exit code. User errors are told, never traced."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A title in another script must not end a run on a terminal that cannot write it.
            stream.reconfigure(errors="replace")
    try:
        code = _carry_out(argv)
        printing.flush()
    except printing.PipeClosed:
        code = ExitCode.PIPE_CLOSED
    except OSError as error:
        code = _tell_storage(error)
    return code


def _carry_out(argv: Sequence[str] | None) -> int:
    code: int = ExitCode.OK
    try:
        app(args=None if argv is None else list(argv), prog_name="mlt")
    except SystemExit as done:
        code = done.code if isinstance(done.code, int) else ExitCode.OK
    except MissionError as error:
        printing.story(f"{error.title}: {error.message}")
        code = exit_code(error)
    except KeyboardInterrupt:
        code = ExitCode.INTERRUPTED
    return code


def _tell_storage(error: OSError) -> ExitCode:
    place = f"{error.filename}: " if error.filename else ""
    printing.story(f"A file could not be read or written: {place}{error.strerror or error}.")
    return ExitCode.STORAGE


def _check_scenario(scenario: str) -> None:
    if scenario.endswith(RECORD_SUFFIX):
        file = shlex.quote(scenario)
        raise BadCommand(
            f"{scenario} is named like a saved game, and a run begins from a scenario. "
            f"Go on with it by: mlt play {file}. Replay it by: mlt verify {file}."
        )


def _check_save(save: Path | None) -> None:
    if save is not None and save.suffix != RECORD_SUFFIX:
        raise BadCommand(
            f"--save {save}: a saved game is known by its ending. Name it {save.with_name(save.name + RECORD_SUFFIX)}."
        )


def _pairs(options: list[str] | None) -> dict[str, str]:
    pairs = {}
    for text in options or ():
        name, equals, value = text.partition("=")
        if not (name and equals and value):
            raise BadCommand(f"--option {text} is not of the form NAME=VALUE, such as --option attackers=militia.")
        pairs[name] = value
    return pairs


if __name__ == "__main__":
    sys.exit(main())
