"""Whoever makes the runs, the rows are the same; and what a run does to its worker harms nobody else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from types import MappingProxyType

import pytest
from batches import PAIR, batch, manifest, specs

from sim.experiment.faults import ClusterAway, ClusterDiffers, ExecutorFailed, ModelCannotBegin, WorkersDie
from sim.experiment.model import Column, Kind, Reading, RunFailed, Spec, Stage, Value
from sim.experiment.running import Progress, Store, cluster, make, opened, working
from sim.experiment.toy import Toy

WANTED = specs(150)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> str:
    return batch(tmp_path_factory.mktemp("undisturbed"), Toy(), WANTED, workers=0)[0]


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_any_number_of_workers_gives_the_same_rows(workers: int, undisturbed: str, tmp_path: Path) -> None:
    assert batch(tmp_path, Toy(), WANTED, workers=workers)[0] == undisturbed


def test_an_executor_of_the_callers_gives_the_same_rows_and_is_not_shut_down(undisturbed: str, tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as threads, ProcessPoolExecutor(2) as processes:
        for number, executor in enumerate((threads, processes)):
            assert batch(tmp_path / str(number), Toy(), WANTED, executor=executor)[0] == undisturbed
            assert executor.submit(abs, -1).result() == 1


def test_a_worker_that_does_not_know_the_model_is_sent_it() -> None:
    assert working.work_sent("unheard of", None, [(0, 0, 0, "a", 1)]) is None


def test_an_executor_that_was_shut_down_is_said_to_be(tmp_path: Path) -> None:
    executor = ThreadPoolExecutor(1)
    executor.shutdown()
    with pytest.raises(ExecutorFailed, match="pass a new executor"):
        batch(tmp_path, Toy(), WANTED, executor=executor)


def test_an_executor_whose_workers_die_is_left_to_its_owner_and_what_was_finished_is_kept(tmp_path: Path) -> None:
    with ProcessPoolExecutor(1) as executor, pytest.raises(ExecutorFailed):
        batch(tmp_path, Toy(kills=frozenset({100})), WANTED, executor=executor)
    kept = len(Store.read(tmp_path))
    assert 0 < kept < 300
    assert batch(tmp_path, Toy(), WANTED, workers=0)[1].there == kept


def test_a_worker_killed_once_loses_nothing(undisturbed: str, tmp_path: Path) -> None:
    toy = Toy(kills_once=frozenset({0, 70, 71}), marks=str(tmp_path))
    digest, summary = batch(tmp_path / "x", toy, WANTED, workers=2)
    assert len(list(tmp_path.glob("killed-*"))) == 3
    assert (digest, summary.made, summary.failed) == (undisturbed, 300, 0)


@pytest.mark.parametrize("poison", [frozenset({0}), frozenset({60}), frozenset({20, 21, 149})], ids=str)
def test_a_run_that_kills_its_workers_is_given_up_and_nothing_else_is_lost(
    poison: frozenset[int], undisturbed: str, tmp_path: Path
) -> None:
    digest, summary = batch(tmp_path, Toy(kills=poison), WANTED, workers=2)
    assert (summary.made, summary.failed) == (300, 2 * len(poison))
    store = Store.read(tmp_path)
    assert store.failures() == {"lost: WorkerDied": 2 * len(poison)}
    failed = [row for row in store.table().to_pylist() if row["status"] == "failed"]
    assert {row["replication"] for row in failed} == poison
    assert all(row["deaths"] is None for row in failed)
    assert digest != undisturbed
    others = [spec for spec in WANTED if spec.replication not in poison]
    batch(tmp_path / "others", Toy(), others, workers=0)
    assert store.digest(others) == Store.read(tmp_path / "others").digest()


def test_a_run_that_raises_is_data_and_counts_as_a_complete_replication(tmp_path: Path) -> None:
    toy = Toy(raises=frozenset({3, 7}))
    serial, summary = batch(tmp_path / "serial", toy, specs(10), workers=0)
    assert (summary.made, summary.failed) == (20, 4)
    assert batch(tmp_path / "local", toy, specs(10), workers=2)[0] == serial
    store = Store.read(tmp_path / "local")
    assert store.failures() == {"running: ZeroDivisionError": 4}
    results = store.results(PAIR)
    assert results.n == 10
    assert results.failed("b").nonzero()[0].tolist() == [3, 7]
    assert not results.same_history("a", "a")[3]
    row = next(row for row in store.table().to_pylist() if row["replication"] == 3)
    assert row["failure_message"] == "told to fail in replication 3"


class Wild:
    """A model that goes wrong in every way, by replication."""

    identity: Mapping[str, str] = MappingProxyType({"scenario_hash": "wild", "model_version": "1"})
    columns = (Column("amount", Kind.AMOUNT), Column("count", Kind.COUNT), Column("line", Kind.SERIES))

    def begin(self) -> None: ...

    def run(self, spec: Spec) -> Reading:
        match spec.replication:
            case 0:
                raise RunFailed(Stage.SETTING_UP, KeyError("bridge"))
            case 1:
                raise SystemExit(3)
            case 2:
                raise ValueError("long " * 1_000 + "\ud800")
            case 3:
                return Reading((1.0,), "")
            case 4:
                return Reading((1.0, 2.5, ()), "")  # type: ignore[arg-type]
            case 5:
                return Reading(("many", 1, ()), "")  # type: ignore[arg-type]
            case 6:
                raise Unspeakable
            case 7:
                raise ValueError(f"{object()} is odd")
        values: tuple[Value, ...] = (float("nan"), None, (1.0, float("nan")))
        return Reading(values, "same")


class Unspeakable(Exception):
    """An error whose message cannot be read."""

    def __str__(self) -> str:
        raise RuntimeError


def test_whatever_a_run_raises_or_returns_is_put_down(tmp_path: Path) -> None:
    with opened(workers=0) as pool, Store.open(tmp_path, manifest(Wild())) as store:
        make(Wild(), specs(9), store, pool)
        rows = {row["replication"]: row for row in store.table().to_pylist()}
        failed = {number: (row["failure_stage"], row["failure_type"]) for number, row in rows.items() if number < 8}
        assert failed == {
            0: ("setting up", "KeyError"),
            1: ("running", "SystemExit"),
            2: ("running", "ValueError"),
            3: ("reading", "ValueError"),
            4: ("reading", "TypeError"),
            5: ("reading", "ValueError"),
            6: ("running", "Unspeakable"),
            7: ("running", "ValueError"),
        }
        assert len(rows[2]["failure_message"]) == working.LONGEST_MESSAGE
        assert rows[7]["failure_message"] == "<object object at 0x…> is odd"
        assert (rows[8]["status"], rows[8]["amount"], rows[8]["count"]) == ("ok", None, None)
        assert rows[8]["line"][0] == 1.0


class Unready:
    """A model that no worker can set up."""

    identity, columns, run = Wild.identity, Wild.columns, Wild.run

    def begin(self) -> None:
        raise RuntimeError("no map")


def test_a_model_that_cannot_begin_blames_no_run(tmp_path: Path) -> None:
    with pytest.raises(ModelCannotBegin, match="no map"):
        batch(tmp_path, Unready(), WANTED, workers=2)
    assert len(Store.read(tmp_path)) == 0


class Deadly:
    """A model that kills whoever takes it up."""

    identity, columns, run = Wild.identity, Wild.columns, Wild.run

    def begin(self) -> None:
        os.kill(os.getpid(), signal.SIGKILL)


def test_workers_that_die_before_their_first_run_blame_no_run(tmp_path: Path) -> None:
    with pytest.raises(WorkersDie, match="too little memory"):
        batch(tmp_path, Deadly(), WANTED, workers=2)
    assert len(Store.read(tmp_path)) == 0


def test_specs_may_be_a_generator_with_repetitions(undisturbed: str, tmp_path: Path) -> None:
    def wanted() -> Iterator[Spec]:
        yield from WANTED
        yield from WANTED

    seen: list[Progress] = []
    with opened(workers=2) as pool, Store.open(tmp_path, manifest(Toy())) as store:
        make(Toy(), wanted(), store, pool, progress=seen.append)
        assert (len(store), store.digest()) == (300, undisturbed)
    assert seen[-1].done == seen[-1].of
    with pytest.raises(ValueError, match="'c' is not of this experiment"):
        batch(tmp_path, Toy(), specs(1, ("c",)), workers=0)


def test_kinds_of_pools_exclude_each_other() -> None:
    with pytest.raises(ValueError, match="exclude"), opened(workers=2, cluster="tcp://127.0.0.1:1"):
        pass
    with pytest.raises(ValueError, match="-1 workers"), opened(workers=-1):
        pass


SCRIPT = """
import sys
from batches import *
from sim.experiment.toy import Toy
folder = Path(sys.argv[1])
begun = lambda progress: progress.done and folder.with_name("begun").touch()
batch(folder, Toy(loops={loops}), specs({n}), workers={workers}, progress=begun)
"""


def script(folder: Path, *, loops: int = 0, n: int = 150, workers: int = 2) -> list[str]:
    folder.parent.mkdir(exist_ok=True)
    (folder.parent / "script.py").write_text(SCRIPT.format(loops=loops, n=n, workers=workers))
    return [sys.executable, str(folder.parent / "script.py"), str(folder)]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join([os.environ["PYTHONPATH"], str(Path(__file__).parent)])}


def test_a_script_that_does_not_ask_whether_it_is_the_main_program_runs_once(undisturbed: str, tmp_path: Path) -> None:
    subprocess.run(script(tmp_path / "x"), check=True, env=environment(), timeout=60)
    assert Store.read(tmp_path / "x").digest() == undisturbed


def test_workers_import_neither_files_nor_command_line(tmp_path: Path) -> None:
    code = "import sys, sim.experiment.running.working; print(*sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60)
    assert not {"pyarrow", "pydantic", "typer", "scipy", "pandas", "distributed"} & set(found.stdout.split())


@pytest.mark.parametrize("workers", [0, 2])
def test_ctrl_c_keeps_what_was_finished_and_the_batch_goes_on_from_there(workers: int, tmp_path: Path) -> None:
    folder = tmp_path / "x"
    # A session of its own, so that workers get the signal too, as from a terminal.
    process = subprocess.Popen(
        script(folder, loops=400_000, n=400, workers=workers),
        env=environment(),
        start_new_session=True,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 30
    while not (tmp_path / "begun").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert said.count("Traceback") == 1
    assert said.rstrip().endswith("KeyboardInterrupt")
    kept = Store.read(folder)
    assert 0 < len(kept) < 800
    assert batch(folder, Toy(), specs(400), workers=0)[1].there == len(kept)


def test_a_cluster_that_is_away_is_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_ANSWER_SECONDS", 0.2)
    with pytest.raises(ClusterAway, match=r"tcp://127\.0\.0\.1:9"), opened(cluster="tcp://127.0.0.1:9"):
        pass
    with pytest.raises(ClusterAway, match="does not answer"), opened(cluster="no address"):
        pass


def test_a_cluster_gives_the_same_rows_and_loses_nothing_with_a_worker(
    undisturbed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    distributed = pytest.importorskip("distributed")
    import dask

    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 1, "logging.distributed": "critical"}),
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=60) as local,
    ):
        address = local.scheduler_address
        once = Toy(kills_once=frozenset({70}), marks=str(tmp_path))
        assert batch(tmp_path / "once", once, WANTED, cluster=address)[0] == undisturbed
        _, summary = batch(tmp_path / "poison", Toy(kills=frozenset({5})), specs(8), cluster=address)
        assert (summary.made, summary.failed) == (16, 2)
        here = working.versions()
        monkeypatch.setattr(working, "versions", lambda: {**here, "model version": "0"})
        with pytest.raises(ClusterDiffers, match="Install model version 0"), opened(cluster=address):
            pass
