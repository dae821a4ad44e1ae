"""The program itself, and the words that its commands share."""

from __future__ import annotations

import shlex
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from sim import printing
from sim.errors import MissionError
from sim.exit_codes import ExitCode

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


def check_scenario(scenario: str) -> None:
    """Refuse a saved game where a scenario is wanted."""
    if scenario.endswith(RECORD_SUFFIX):
        file = shlex.quote(scenario)
        raise BadCommand(
            f"{scenario} is named like a saved game, and a run begins from a scenario. "
            f"Go on with it by: mlt play {file}. Replay it by: mlt verify {file}."
        )


def check_save(save: Path | None) -> None:
    """Refuse a name by which a saved game would not be known again."""
    if save is not None and save.suffix != RECORD_SUFFIX:
        raise BadCommand(
            f"--save {save}: a saved game is known by its ending. Name it {save.with_name(save.name + RECORD_SUFFIX)}."
        )


def pairs(options: list[str] | None) -> dict[str, str]:
    """Options of the scenario as they were typed."""
    chosen = {}
    for text in options or ():
        name, equals, value = text.partition("=")
        if not (name and equals and value):
            raise BadCommand(f"--option {text} is not of the form NAME=VALUE, such as --option attackers=militia.")
        chosen[name] = value
    return chosen
