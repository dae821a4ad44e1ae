"""The command about deployment patterns: those that a scenario has, and new ones written for its force and map."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from sim import printing
from sim.cli.app import BadCommand, Scenario, app, check_scenario


@app.command()
def patterns(
    scenario: Scenario,
    generate: Annotated[
        str | None,
        typer.Option(metavar="KIND,KIND,...", help="Write patterns of these kinds: point, area, hub-and-reserve, tob."),
    ] = None,
    into: Annotated[
        Path | None,
        typer.Option(metavar="NEW.yaml", help="Write the whole scenario with them to a new file, ready to compare."),
    ] = None,
) -> None:
    """List deployment patterns, or write some.

    Without --generate: those of the scenario, and what each changes. With it: patterns for the
    scenario's own force and map, to be read, changed and compared.
    """
    from sim.experiment.deploying import as_yaml, generated, pattern_lines, with_patterns, write_new
    from sim.scenario import load

    check_scenario(scenario)
    if generate is None:
        if into is not None:
            raise BadCommand("--into writes generated patterns to a file. Say which with --generate point,area.")
        for line in pattern_lines(load(scenario)):
            printing.result(line)
        return
    loaded = load(scenario)
    made = generated(loaded, [kind.strip() for kind in generate.split(",") if kind.strip()])
    if into is None:
        printing.result(as_yaml(made).rstrip())
        return
    write_new(into, with_patterns(loaded, made))
    printing.story(
        f"Written: {into}. Compare them with: mlt compare {shlex.quote(str(into))} "
        f"--patterns {','.join(made)} --runs 200 --out {into.stem}-compared"
    )
