"""``python -m validation``: run the cases, hold them against the frozen bands, write the page.

``--freeze`` notes the hashes of bands, ranges and estimators; do it before the first print. ``--calibrate`` runs the
history matching and ships what it leaves; ``--apply`` makes its medoid the defaults. Results are kept in a folder, so
that a command that was stopped goes on where it stood.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import yaml

from sim.doctrine import load_doctrine
from sim.doctrine.draws import FILE, calibrated_draws
from sim.scenario import load
from sim.scenario.shipped import library
from sim.versions import MODEL_VERSION
from validation import page
from validation.calibration import Calibration, Wave, calibrate, check_declaration
from validation.cases import SCENARIO, Task, histories
from validation.demonstrations import Task as Shown
from validation.demonstrations import shown
from validation.designs import around_calibrated, full_ranges
from validation.dominance import decisions
from validation.elsewhere import SCENARIO as BRIA
from validation.elsewhere import Task as Elsewhere
from validation.elsewhere import gathered
from validation.over_draws import histories_of, shares_of
from validation.runs import ROOT, Row, Runner, blocks, blueprint, digest, engine_hash, model_hash, patterns
from validation.taking_over import take_over

HERE = Path(__file__).parent
PAGE = ROOT / "docs" / "model" / "validation.md"
FROZEN = HERE / "frozen.json"
CALIBRATED = HERE / "calibrated.json"
DRAWS = ROOT / "sim" / "doctrine" / FILE
ESTIMATORS = (
    "statistics", "shares", "cases", "over_draws", "demonstrations", "dominance", "designs", "emulation", "calibration",
    "elsewhere",
)  # fmt: skip
FIXED = ("bands", "ranges", "calibration", "estimators")
SECTIONS = ("defaults", "elsewhere", "draws", "demonstrations", "dominance")


def main(arguments: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    if given.freeze:
        FROZEN.write_text(json.dumps(hashes(), indent=2) + "\n", encoding="utf-8")
        print(FROZEN.read_text(encoding="utf-8"), end="")
        return 0
    if given.apply:
        return _apply()
    sizes = {key: value for key, value in _sizes(given).items() if value}
    bands = {**_yaml("bands.yaml"), **sizes}
    settings = _yaml("calibration.yaml")
    check_declaration(settings, load_doctrine().parameters)
    runner = Runner(given.store, given.workers)
    if given.calibrate:
        return _calibrate({**settings, **_overridden(given.calibrate_with)}, bands, runner, given.ship)
    written = "\n".join(_page(bands, settings, runner, given.only or SECTIONS, list(sizes))).rstrip() + "\n"
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(written, encoding="utf-8")
    print(written)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m validation", description=__doc__)
    parser.add_argument("--freeze", action="store_true", help="note the hashes and stop")
    parser.add_argument("--calibrate", action="store_true", help="run the history matching, ship its draws, and stop")
    parser.add_argument("--apply", action="store_true", help="make the medoid of the last calibration the defaults")
    parser.add_argument("--only", nargs="+", choices=SECTIONS, help="sections to run for the page (default: all)")
    parser.add_argument("--runs", type=int, help="seeds of each pattern (default: as frozen)")
    parser.add_argument("--draws", type=int, help="sets of assumptions of each kind (default: as frozen)")
    parser.add_argument("--runs-per-draw", type=int, help="histories of each set (default: as frozen)")
    parser.add_argument("--dominance-runs", type=int, help="histories of each answer (default: as frozen)")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes (default: all cores)")
    parser.add_argument("--store", type=Path, default=ROOT / ".validation-runs", help="where results are kept")
    parser.add_argument("--out", type=Path, default=PAGE, help="the page")
    parser.add_argument(
        "--calibrate-with", nargs="*", default=[], metavar="KEY=NUMBER",
        help="sizes of a trial (points, runs, waves, candidates, kept); a trial ships nothing unless --ship",
    )  # fmt: skip
    parser.add_argument("--ship", action="store_true", help="ship what a trial calibration leaves")
    return parser


def _sizes(given: argparse.Namespace) -> dict[str, Any]:
    dominance = given.dominance_runs and {"others": given.dominance_runs}
    return {
        "runs": given.runs, "draws": given.draws, "runs_per_draw": given.runs_per_draw, "dominance_runs": dominance,
    }  # fmt: skip


def _overridden(pairs: Sequence[str]) -> dict[str, int]:
    return {key: int(value) for key, _, value in (pair.partition("=") for pair in pairs)}


def _yaml(name: str) -> dict[str, Any]:
    return dict(yaml.safe_load((HERE / name).read_text(encoding="utf-8")))


def hashes() -> dict[str, str]:
    """What must not change unseen between freezing and printing, and what else decides the numbers."""
    parameters = load_doctrine().parameters
    ranges = {
        id_: [*parameter.range, parameter.confidence, parameter.calibrate] for id_, parameter in parameters.items()
    }
    return {
        "bands": digest((HERE / "bands.yaml").read_text(encoding="utf-8")),
        "ranges": digest(json.dumps(ranges, sort_keys=True)),
        "calibration": digest((HERE / "calibration.yaml").read_text(encoding="utf-8")),
        "estimators": digest(*((HERE / f"{name}.py").read_text(encoding="utf-8") for name in ESTIMATORS)),
        "parameters": digest(json.dumps({id_: parameter.value for id_, parameter in sorted(parameters.items())})),
        "calibrated_draws": digest(DRAWS.read_text(encoding="utf-8")) if DRAWS.exists() else "none",
        "scenario": digest(load(SCENARIO).source_text),
        "engine": engine_hash(SCENARIO),
        "model_version": str(MODEL_VERSION),
    }


def _page(
    bands: Mapping[str, Any],
    settings: Mapping[str, Any],
    runner: Runner,
    only: Sequence[str],
    other_sizes: Sequence[str],
) -> list[str]:
    frozen = json.loads(FROZEN.read_text(encoding="utf-8")) if FROZEN.exists() else {}
    defaults = {id_: parameter.value for id_, parameter in load_doctrine().parameters.items()}
    lines: list[str] = []
    if "defaults" in only:
        rows = _at_defaults(bands, runner)
        lines += [*page.reconstruction(bands, rows), *page.restriction(bands, rows)]
    if "elsewhere" in only:
        lines += page.outside_the_case(bands, _elsewhere(bands, runner))
    demonstrated = page.demonstrations(bands, _demonstrated(bands, runner) if "demonstrations" in only else {})
    judged = [*lines, *demonstrated]
    lines += page.over_assumptions(
        bands, _over_draws(bands, runner) if "draws" in only else {}, bands["draws"], bands["runs_per_draw"]
    )
    lines += page.calibration(settings, _last_calibration(), defaults, _changed_since_calibration())
    lines += demonstrated
    lines += page.dominance(bands["planner"], _dominance(bands, runner) if "dominance" in only else {})
    return [*page.head(hashes(), frozen, FIXED, other_sizes), *page.in_short(judged), *lines]


def _at_defaults(bands: Mapping[str, Any], runner: Runner) -> list[Row]:
    tasks = {
        f"{first}-{last}": Task(tuple(range(first, last + 1)), bands, pairs=True)
        for first, last in blocks(bands["runs"])
    }
    found = runner.results("defaults", histories, tasks, model_hash(SCENARIO))
    return [row for rows in found.values() for row in rows]


def _elsewhere(bands: Mapping[str, Any], runner: Runner) -> list[Row]:
    tasks = {
        f"{first}-{last}": Elsewhere(tuple(range(first, last + 1)), bands["elsewhere"])
        for first, last in blocks(bands["runs"])
    }
    found = runner.results("elsewhere", gathered, tasks, model_hash(BRIA))
    return [row for rows in found.values() for row in rows]


def _over_draws(bands: Mapping[str, Any], runner: Runner) -> dict[str, Any]:
    parameters, many, seed = load_doctrine().parameters, bands["draws"], bands["draws_seed"]
    designs = {"full": full_ranges(parameters, many, seed)}
    vectors = calibrated_draws()
    if len(vectors):
        designs["calibrated"] = around_calibrated(parameters, vectors, many, seed)
    return {
        kind: shares_of(histories_of(kind, draws, bands["runs_per_draw"], bands, runner), bands)
        for kind, draws in designs.items()
    }


def _demonstrated(bands: Mapping[str, Any], runner: Runner) -> dict[tuple[str, str], list[Row] | str]:
    made: dict[tuple[str, str], list[Row] | str] = {}
    for case, spec in bands["demonstrations"].items():
        scenario = spec["scenario"]
        for pattern in dict.fromkeys(row["pattern"] for row in spec["rows"]):
            if scenario not in library():
                made[case, pattern] = f"no scenario `{scenario}` is shipped"
            elif pattern and pattern not in patterns(scenario):
                made[case, pattern] = f"`{scenario}` has no pattern `{pattern}`"
            elif (place := spec.get("town") or spec["place"]) not in blueprint(scenario, pattern).places:
                made[case, pattern] = f"`{scenario}` has no place `{place}`"
            else:
                tasks = {
                    f"{first}-{last}": Shown(case, scenario, pattern, tuple(range(first, last + 1)), spec)
                    for first, last in blocks(bands["runs"])
                }
                found = runner.results(f"{case}-{pattern or 'plain'}", shown, tasks, model_hash(scenario))
                made[case, pattern] = [row for rows in found.values() for row in rows]
    return made


def _dominance(bands: Mapping[str, Any], runner: Runner) -> dict[str, Any]:
    made = {}
    for scenario in library():
        runs = bands["dominance_runs"].get(scenario, bands["dominance_runs"]["others"])
        made[scenario] = (runs, decisions(scenario, runs, bands["planner"], runner))
    return made


def _calibrate(settings: Mapping[str, Any], bands: Mapping[str, Any], runner: Runner, ship: bool) -> int:
    if find_spec("sklearn") is None:
        print(
            "The calibration needs scikit-learn: pip install 'mission-leadership-tabletop[validation]'", file=sys.stderr
        )
        return 1
    made = calibrate(settings, bands, runner)
    trial = any(
        settings[key] != value for key, value in _yaml("calibration.yaml").items() if not isinstance(value, dict)
    )
    print(
        "\n".join(page.calibration(settings, made, {id_: one.value for id_, one in load_doctrine().parameters.items()}))
    )
    if trial and not ship:
        print("A trial: nothing is shipped.", file=sys.stderr)
        return 0
    kept = {**dataclasses.asdict(made), "vectors": len(made.vectors), "hashes": hashes()}
    CALIBRATED.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    if made.vectors:
        lines = [",".join(made.ids), *(",".join(f"{value:.4g}" for value in vector) for vector in made.vectors)]
        DRAWS.write_text("\n".join(lines) + "\n", encoding="utf-8")
        print(f"{len(made.vectors)} vectors stand in {DRAWS}. Next: python -m validation --apply", file=sys.stderr)
    else:
        print("Nothing is left: no draws are shipped, the defaults stay. This is a finding.", file=sys.stderr)
    return 0


def _last_calibration() -> Calibration | None:
    if not CALIBRATED.exists():
        return None
    kept = json.loads(CALIBRATED.read_text(encoding="utf-8"))
    return Calibration(
        tuple(kept["ids"]), [Wave(**wave) for wave in kept["waves"]],
        [list(vector) for vector in calibrated_draws().vectors], kept["medoid"], kept["least"], kept["expected"],
    )  # fmt: skip


def _changed_since_calibration() -> list[str]:
    """What the last calibration rested on and is different now; its own medoid among the constants is not."""
    if not CALIBRATED.exists():
        return []
    then, now = json.loads(CALIBRATED.read_text(encoding="utf-8"))["hashes"], hashes()
    return [name for name in (*FIXED, "engine") if then.get(name) != now[name]]


def _apply() -> int:
    made = _last_calibration()
    if made is None or not made.medoid:
        print("There is no medoid to take over: run python -m validation --calibrate first.", file=sys.stderr)
        return 1
    take_over(made.medoid)
    for id_, value in made.medoid.items():
        print(f"{id_}: {value:g}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
