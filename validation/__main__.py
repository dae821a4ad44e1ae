"""``python -m validation``: run the reconstruction, hold it against the frozen bands, write the page.

``--freeze`` notes the hash of parameters, scenario, bands and estimators; do it before the first print.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import yaml

from sim.doctrine import source_texts
from sim.scenario import load
from sim.versions import MODEL_VERSION
from validation.runs import SCENARIO, answered, blueprint, many, reconstruct, returning
from validation.statistics import Estimate, effective, mean, median, quantile, replays, verdict, wilson

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "model" / "validation.md"
FROZEN = HERE / "frozen.json"


def hashes() -> dict[str, str]:
    """What must not change unseen between freezing and printing."""
    parameters = blueprint("historical").parameters
    return {
        "parameters": _hash(json.dumps(dict(sorted(parameters.items())))),
        "doctrine": _hash("".join(source_texts().values())),
        "scenario": _hash(load(SCENARIO).source_text),
        "bands": _hash((HERE / "bands.yaml").read_text(encoding="utf-8")),
        "estimators": _hash((HERE / "statistics.py").read_text(encoding="utf-8")),
        "model_version": str(MODEL_VERSION),
    }


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m validation", description=__doc__)
    parser.add_argument("--freeze", action="store_true", help="note the hashes and stop")
    parser.add_argument("--runs", type=int, help="runs of the reconstruction (default: as frozen)")
    parser.add_argument("--dominance-runs", type=int, help="policy runs per answer (default: as frozen)")
    parser.add_argument("--out", type=Path, default=PAGE)
    given = parser.parse_args(arguments)
    if given.freeze:
        FROZEN.write_text(json.dumps(hashes(), indent=2) + "\n", encoding="utf-8")
        print(FROZEN.read_text(encoding="utf-8"), end="")
        return 0
    bands = yaml.safe_load((HERE / "bands.yaml").read_text(encoding="utf-8"))
    runs = given.runs or bands["runs"]
    lines = [*_head(runs), *_p15(bands, runs), *_p14(bands, runs)]
    lines += _dominance(bands, given.dominance_runs or bands["dominance_runs"])
    page = "\n".join(lines).rstrip() + "\n"
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(page, encoding="utf-8")
    print(page)
    return 0


def _head(runs: int) -> list[str]:
    now = hashes()
    frozen = json.loads(FROZEN.read_text(encoding="utf-8")) if FROZEN.exists() else {}
    changed = [name for name, value in now.items() if frozen.get(name) != value]
    state = "unchanged since they were frozen" if not changed else f"changed since the freeze: {', '.join(changed)}"
    return [
        "# Validation",
        "",
        f"Written by `python -m validation --runs {runs}`. A model of one crisis held against its own record:",
        "several of its values come from the same record, so agreement shows that the mechanisms can carry it,",
        "not that they are true. No band was moved.",
        "",
        f"Hashes ({state}): " + ", ".join(f"{name} `{value}`" for name, value in now.items()),
        "",
    ]


def _p15(bands: dict[str, Any], runs: int) -> list[str]:
    t_hours = float(bands["T_hours"])
    rows = many(reconstruct, [("historical", seed, t_hours) for seed in range(1, runs + 1)])
    back = many(
        returning,
        [(seed, t_hours, bands["agreement_after_T_days"], bands["home_after_T_days"]) for seed in range(1, runs + 1)],
    )
    reached = [row["first_reinforcement_h"] for row in rows]
    values: dict[str, list[float]] = {
        "peak-at-base": [row["at_base_peak"] for row in rows],
        "share-at-base": [row["at_base_share_peak"] for row in rows if row["at_base_share_peak"] is not None],
        "reinforcement-days": [(hours - t_hours) / 24.0 for hours in reached if hours is not None],
        "home-share": [row["home_share"] for row in back if row["home_share"] is not None],
        "wounded-treated": [row["wounded_treated"] for row in rows],
    }
    out = [
        f"## P15: the reconstruction, {runs} seeds of `historical`",
        "",
        "| part | estimate [90 %] | band | verdict | model's central 90 % | record in it | no wider than stated |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, band in bands["P15"].items():
        if band["statistic"] == "probability":
            kept = sum(not row["attack_on_site"] for row in rows)
            estimate = wilson(kept, len(rows))
            out.append(_line(band["label"], estimate, band["band"], verdict(estimate, band["band"]), "", "", ""))
            continue
        found = values[name]
        if len(found) < len(rows) / 2:
            out.append(f"| {band['label']} | undefined in most runs | {band['band']} | outside | | | |")
            continue
        estimate = median(found)
        seen, narrow, low, high = replays(found, band["observed"], band["widest"])
        central = f"{_number(low)} to {_number(high)}"
        out.append(
            _line(
                band["label"],
                estimate,
                band["band"],
                verdict(estimate, band["band"]),
                central,
                _yes(seen),
                _yes(narrow),
            )
        )
    never = sum(hours is None for hours in reached)
    out += [
        "",
        f"No reinforcement reached the site in {never} of {len(rows)} runs. Deaths and arrivals per day are not",
        "in the record and are not tested: in the model the dead number "
        f"{_number(quantile([row['civilians_killed'] for row in rows], 0.05))} to "
        f"{_number(quantile([row['civilians_killed'] for row in rows], 0.95))} (central 90 %).",
        "",
    ]
    return out


def _p14(bands: dict[str, Any], runs: int) -> list[str]:
    band = bands["P14"]
    horizon = float(band["horizon_hours"])
    t_hours = float(bands["T_hours"])
    tasks = [(pattern, seed, t_hours) for pattern in ("historical", "no_caveat") for seed in range(1, runs + 1)]
    rows = many(reconstruct, tasks)
    with_, without = rows[:runs], rows[runs:]

    def hours(row: dict[str, Any]) -> float:
        return float(row["platoon_h"]) if row["platoon_h"] is not None else horizon

    earlier = [hours(a) - hours(b) for a, b in zip(with_, without, strict=True)]
    harm = [float(b["civilians_killed"] - a["civilians_killed"]) for a, b in zip(with_, without, strict=True)]
    both = [
        difference
        for difference, a, b in zip(earlier, with_, without, strict=True)
        if a["platoon_h"] is not None and b["platoon_h"] is not None
    ]
    early, more = mean(earlier), mean(harm)
    late, in_time = (sum(row["platoon_h"] is None for row in part) for part in (with_, without))
    fewer, same = sum(value < 0 for value in harm), sum(value == 0 for value in harm)
    sooner = _yes(early.low > 0)
    middle = median(both) if both else Estimate(0.0, 0.0, 0.0)
    worse = sum(value > 0 for value in harm)
    margin = float(band["harm_margin_people"])
    return [
        "## P14: the undeclared caveat (assumed, not observed)",
        "",
        f"`historical` against `no_caveat`, {runs} pairs with common random numbers. The platoon of formed police is",
        "what the caveat holds back; a run in which it never comes counts with the whole horizon.",
        "",
        "| question | estimate [90 %] | band | verdict |",
        "| --- | --- | --- | --- |",
        f"| hours earlier without the caveat, median where it came in both | {_interval(middle)} | "
        f"{band['earlier_hours_band']} | {verdict(middle, band['earlier_hours_band'])} |",
        f"| hours earlier, mean, never counted as {horizon:g} | {_interval(early)} | positive | {sooner} |",
        f"| people killed, more without the caveat, mean | {_interval(more)} | not above {margin:g} | "
        f"{'inside' if more.high <= margin else 'undecided' if more.low <= margin else 'outside'} |",
        "",
        f"It never came with the caveat in {late} runs, without it in {in_time}. More were killed without the caveat",
        f"in {worse} of {runs} pairs (chance alone does that), fewer in {fewer}, as many in {same};",
        f"{effective(harm):.0f} pairs carry the variance of the deaths.",
        "",
    ]


def _dominance(bands: dict[str, Any], runs: int) -> list[str]:
    planner = bands["planner"]
    out = [
        "## Is one answer best on everything?",
        "",
        f"Every decision answered in each of its ways as soon as it is put, {runs} policy runs each, same seeds.",
        "One answer dominates another when it is not worse by more than the difference worth acting on in any row",
        "(one-sided 95 %, each row) and better by more than it in one. Rows: "
        + ", ".join(f"`{name}`" for name in planner)
        + ".",
        "Time outside the ten-one-two window is not among them: the model does not yet keep it as a measure.",
        "",
        "| decision | put in runs | answers | dominated |",
        "| --- | --- | --- | --- |",
    ]
    for decision, spec in blueprint("historical").decisions.items():
        options = list(spec.options)
        tasks = [(decision, option, seed) for option in options for seed in range(1, runs + 1)]
        rows = many(answered, tasks)
        by_option = {option: rows[i * runs : (i + 1) * runs] for i, option in enumerate(options)}
        asked = [index for index in range(runs) if all(by_option[option][index]["asked"] for option in options)]
        found = []
        for one, other in combinations(options, 2):
            for better, worse in ((one, other), (other, one)):
                if len(asked) > 20 and _dominates(by_option[better], by_option[worse], asked, planner):
                    found.append(f"{better} over {worse}")
        out.append(f"| {decision} | {len(asked)} of {runs} | {', '.join(options)} | {'; '.join(found) or 'none'} |")
        print(out[-1], file=sys.stderr)
    return [*out, ""]


def _dominates(
    better: list[dict[str, Any]], worse: list[dict[str, Any]], asked: list[int], planner: dict[str, Any]
) -> bool:
    gains = []
    for name, row in planner.items():
        sign = 1.0 if row["better"] == "higher" else -1.0
        pairs = [
            sign * (better[index][name] - worse[index][name])
            for index in asked
            if better[index][name] is not None and worse[index][name] is not None
        ]
        if len(pairs) < 2:
            continue
        estimate = mean(pairs)
        if estimate.low < -row["worthwhile"]:
            return False
        gains.append(estimate.low > row["worthwhile"])
    return any(gains)


def _line(label: str, estimate: Estimate, band: Sequence[float], *rest: str) -> str:
    return f"| {label} | {_interval(estimate)} | {_number(band[0])} to {_number(band[1])} | {' | '.join(rest)} |"


def _interval(estimate: Estimate) -> str:
    return f"{_number(estimate.value)} [{_number(estimate.low)}, {_number(estimate.high)}]"


def _number(value: float) -> str:
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"


def _yes(value: bool) -> str:
    return "yes" if value else "no"


if __name__ == "__main__":
    sys.exit(main())
