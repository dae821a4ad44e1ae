"""What a reader is told: verdicts by the rule, misses by name, gaps as gaps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from validation import page
from validation.calibration import Calibration, Wave
from validation.dominance import Finding

ROOT = Path(__file__).parents[2]
BANDS = yaml.safe_load((ROOT / "validation" / "bands.yaml").read_text("utf-8"))
SETTINGS = yaml.safe_load((ROOT / "validation" / "calibration.yaml").read_text("utf-8"))


def history(**changes: Any) -> dict[str, Any]:
    return {
        "at_base_peak": 55_000, "at_base_share_peak": 0.85, "first_reinforcement_h": 90.0, "home_share": 0.95,
        "wounded_treated": 35, "attack_on_site": False, "civilians_killed": 40, "platoon_h": 80.0,
        "without_caveat": {"platoon_h": 60.0, "civilians_killed": 40}, **changes,
    }  # fmt: skip


def test_a_model_that_gives_the_record_is_inside_everywhere() -> None:
    lines = page.reconstruction(BANDS, [history() for _ in range(300)])
    rows = [line for line in lines if line.startswith("| ") and "| inside |" in line]
    assert len(rows) == len(BANDS["P15"])


def test_what_is_not_inside_stands_at_the_top_by_name() -> None:
    lines = [
        *page.reconstruction(BANDS, [history(home_share=0.5) for _ in range(300)]),
        *page.demonstrations(BANDS, {}),
    ]
    said = "\n".join(page.in_short(lines))
    assert "- P15, home by T + 11 days" in said.partition("Outside:")[2].partition("Cannot")[0]
    assert "P19 no peacekeeper comes within four hours" in said.partition("Cannot be asked yet:")[2]
    assert "peak at the base" not in said


def test_runs_that_failed_are_counted_and_left_out() -> None:
    rows = [*(history() for _ in range(60)), {"failed": "why"}]
    assert "could not be finished: 1" in " ".join(page.reconstruction(BANDS, rows))


def test_deaths_that_a_handful_of_pairs_carries_are_called_weak() -> None:
    rows = [history() for _ in range(299)] + [history(civilians_killed=400)]
    row = next(line for line in page.restriction(BANDS, rows) if line.startswith("| more killed without it, mean"))
    assert "carried by 1 pairs" in row


def test_no_difference_in_any_pair_is_said_with_what_it_excludes() -> None:
    lines = page.restriction(BANDS, [history() for _ in range(300)])
    assert any("the same in all 300; over 1 % different is excluded" in line for line in lines)


def test_a_missing_scenario_is_a_gap_and_no_verdict() -> None:
    found: dict[tuple[str, str], Any] = {("P16", "historical"): "no scenario `bambari` is shipped"}
    row = next(line for line in page.demonstrations(BANDS, found) if "| historical |" in line)
    assert "no scenario `bambari` is shipped" in row
    assert "| gap |" in row


def test_a_demonstration_counts_only_runs_in_which_its_question_arises() -> None:
    rows = [{"no_response": value} for value in [True] * 80 + [False] * 10 + [None] * 10]
    found: dict[tuple[str, str], Any] = {("P19", "historical_shape"): rows}
    row = next(line for line in page.demonstrations(BANDS, found) if "historical_shape" in line)
    assert "90 of 100" in row
    assert "0.89" in row
    assert "| inside |" in row


def calibration(**changes: Any) -> Calibration:
    wave = Wave(117, 0, 0.3, {}, {})
    made = Calibration(tuple(SETTINGS["parameters"]), [wave], [[1.0]] * 500, {"people.stay_share": 0.2}, {}, {})
    for name, value in changes.items():
        setattr(made, name, value)
    return made


@pytest.mark.parametrize(
    ("made", "defaults", "said"),
    [
        (None, {}, "has not been run"),
        (calibration(), {"people.stay_share": 0.2}, "the vector in their middle"),
        (calibration(), {"people.stay_share": 0.12}, "**not** their medoid: people.stay_share"),
        (calibration(vectors=[], medoid={}, least={"home-share": 4.2}), {}, "Nothing is left"),
    ],
)
def test_the_page_says_what_the_calibration_left(made: Calibration | None, defaults: Any, said: str) -> None:
    assert said in " ".join(page.calibration(SETTINGS, made, defaults))


def test_a_calibration_of_another_model_is_called_that() -> None:
    assert "Changed since this calibration: engine" in " ".join(
        page.calibration(SETTINGS, calibration(), {}, ["engine"])
    )


def test_an_answer_that_beats_all_others_stands_out() -> None:
    finding = Finding("gate", ("open", "shut", "wait"), 90, 100, 0, (("open", "shut"), ("open", "wait")), 1, 0)
    lines = page.dominance(BANDS["planner"], {"town": (100, [finding])})
    assert any("**open dominates all**: open over shut; open over wait" in line for line in lines)


def test_what_changed_since_the_freeze_is_named() -> None:
    now = {"bands": "1", "ranges": "2", "engine": "3"}
    assert "changed since they were frozen: ranges" in " ".join(page.head(now, {"bands": "1"}, ("bands", "ranges")))
    assert "as they were frozen" in " ".join(page.head(now, now, ("bands", "ranges")))
