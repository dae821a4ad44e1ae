"""The page on deployment patterns keeps its word: its code runs, and what it shows is what is generated."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import pytest

from sim.doctrine.deployments import deployment_rules
from sim.experiment.deploying import KINDS, as_yaml, generated
from sim.scenario import load

PAGE: Final = Path(__file__).parents[3] / "docs" / "experiments" / "deployment-patterns.md"
pytestmark = pytest.mark.skipif(not PAGE.exists(), reason="docs/ is not beside the tests")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


def rows(width: int) -> list[list[str]]:
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    cells = [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in cells if len(row) == width]


def test_the_code_gives_a_scenario_with_the_patterns(capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = blocks("python")
    names: dict[str, Any] = {}
    exec(compile(code, str(PAGE), "exec"), names)
    assert list(names["patterns"]) == ["area-generated", "tob-generated"]
    assert set(names["patterns"]) <= set(names["mine"].patterns)
    assert "title:" in capsys.readouterr().out


def test_what_it_shows_is_what_is_generated() -> None:
    (shown,) = blocks("yaml")
    made = as_yaml(generated(load("upper_nile_tob"), ["tob"])).splitlines()
    assert [line for line in shown.splitlines() if line not in made] == []


def test_it_explains_each_kind_once() -> None:
    assert [kind for kind, _ in rows(2)] == list(KINDS)


def test_its_numbers_are_those_of_the_rules() -> None:
    rules = deployment_rules().values()
    assert rows(4) == [[rule.id, f"{rule.value:g}", rule.unit, rule.source] for rule in rules]
