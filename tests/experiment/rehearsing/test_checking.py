"""The whole flow: runs kept in a folder, gone on with, and read back as what they were."""

from __future__ import annotations

import pickle
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from small_exercise import TEXT, rehearsal, runs, small

from sim.experiment import means
from sim.experiment.estimating import Estimate, NotAgreed
from sim.experiment.faults import ExperimentError
from sim.experiment.means import Means
from sim.experiment.model import Spec
from sim.experiment.rehearsing.checking import Wanted, checked, design_check, judging, plan
from sim.experiment.rehearsing.findings import DesignCheck
from sim.experiment.rehearsing.lines import WIDTH, lines
from sim.experiment.rehearsing.page import page
from sim.experiment.rehearsing.rows import Rows
from sim.experiment.running import Progress, Store
from sim.scenario import load_text

BARE = TEXT[: TEXT.index("injects:\n")]
SERIAL = Means(workers=0)
FEW = Wanted(runs=6, leverage_runs=4, seed=7)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, DesignCheck]:
    folder = tmp_path_factory.mktemp("kept") / "check"
    return folder, design_check(small(), FEW, folder, means=SERIAL)


def test_what_is_read_back_from_a_folder_is_what_was_run(kept: tuple[Path, DesignCheck]) -> None:
    made = plan(small(), FEW)
    players = runs(rehearsal(), made.players, range(6))
    forced = runs(rehearsal(), [each for each in made.model.patterns if each not in made.players], range(4))
    rows = Rows.of_runs(made.model.columns, [*players, *forced])

    assert checked(made, rows, kept[1].about, judging(made.model.blueprint, None)) == kept[1]


def test_what_is_there_is_not_run_again(kept: tuple[Path, DesignCheck]) -> None:
    told: list[Progress] = []
    again = design_check(small(), FEW, kept[0], Means(workers=0, tell=lambda far, *_: told.append(far)))

    assert again == kept[1]
    with Store.read(kept[0]) as store:
        assert len(store) == plan(small(), FEW).cost


def test_more_runs_go_on_in_the_same_folder_and_give_what_they_would_have_given_at_once(
    kept: tuple[Path, DesignCheck], tmp_path: Path
) -> None:
    more = replace(FEW, runs=8)
    grown, at_once = (design_check(small(), more, folder, means=SERIAL) for folder in (kept[0], tmp_path / "new"))

    assert grown == at_once
    assert {player.runs for player in grown.players} == {8}
    # And what is there beyond the question does not count.
    assert design_check(small(), FEW, kept[0], means=SERIAL) == kept[1]


def test_two_workers_say_what_one_says(kept: tuple[Path, DesignCheck]) -> None:
    assert design_check(small(), FEW, means=Means(workers=2)) == kept[1]


def test_fewer_players_say_less_and_the_same(kept: tuple[Path, DesignCheck]) -> None:
    few = design_check(small(), replace(FEW, players=("none", "slow"), leverage_runs=0), means=SERIAL)

    assert [each.id for each in few.players] == ["none", "slow"]
    assert few.leverage == ()
    assert few.about.reference == "none"
    for mine, all_ in zip(few.injects, kept[1].injects, strict=True):
        assert mine.by_player == tuple(each for each in all_.by_player if each.player in ("none", "slow"))
    assert "\n".join(lines(few))


def test_a_scenario_with_nothing_to_decide_is_checked_all_the_same() -> None:
    found = design_check(load_text(BARE, "bare"), Wanted(runs=3), means=SERIAL)

    assert (found.injects, found.decisions, found.objectives, found.phases, found.leverage) == ((), (), (), (), ())
    assert any(line.startswith("No decision is ever put to") for line in found.warnings)
    assert max(map(len, lines(found))) <= WIDTH
    assert "What to look at" in page(found)


def test_a_worker_needs_neither_the_schema_nor_what_writes_results(tmp_path: Path) -> None:
    sent = tmp_path / "model.pickle"
    sent.write_bytes(pickle.dumps(rehearsal()))
    code = (
        "import pathlib, pickle, sys\n"
        "from sim.experiment.model import Spec\n"
        f"model = pickle.loads(pathlib.Path({str(sent)!r}).read_bytes())\n"
        "model.begin()\n"
        "print(*[model.run(Spec(0, 0, 0, pattern, 1)).digest for pattern in model.patterns])\n"
        "print(*[name for name in ('pydantic', 'typer', 'pyarrow', 'yaml', 'scipy') if name in sys.modules])\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    digests, heavy = run.stdout.split("\n")[:2]

    assert digests.split() == [rehearsal().run(Spec(0, 0, 0, each, 1)).digest for each in rehearsal().patterns]
    assert heavy == ""


def test_the_folder_of_other_players_is_refused(kept: tuple[Path, DesignCheck]) -> None:
    with pytest.raises(ExperimentError):
        design_check(small(), replace(FEW, players=("none",)), kept[0], means=SERIAL)


def test_long_work_is_asked_about_and_not_begun_without_a_yes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(means, "ASKS_ABOVE_MINUTES", 0.0)
    asked: list[Estimate] = []

    with pytest.raises(NotAgreed, match="say --yes"):
        design_check(small(), FEW, tmp_path, Means(workers=0, agree=lambda estimate: bool(asked.append(estimate))))
    assert [estimate.runs for estimate in asked] == [plan(small(), FEW).cost - len(rehearsal().patterns)]
    with Store.read(tmp_path) as store:
        assert len(store) == len(rehearsal().patterns)


def test_the_command_makes_it_again(kept: tuple[Path, DesignCheck]) -> None:
    about = kept[1].about

    assert about.command == "mlt design-check quiet-week --runs 6 --leverage-runs 4 --seed 7"
    assert (about.runs, about.failed_runs, about.reference) == (plan(small(), FEW).cost, 0, "doctrinal")
    assert [each.id for each in about.patterns] == ["none", "doctrinal", "slow", "cautious", "random"]
