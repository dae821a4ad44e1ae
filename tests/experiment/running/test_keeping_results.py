"""What a folder keeps, and how it is read again."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from batches import MASTER, PAIR, batch, manifest, specs

from sim.experiment.faults import (
    AnotherExperiment,
    DamagedDesign,
    DamagedManifest,
    DamagedRows,
    FolderInUse,
    ModelChanged,
    NewerExperiment,
    NotAnExperiment,
    RowsMoved,
)
from sim.experiment.model import Column, Kind, Model, Reading, Spec
from sim.experiment.running import Design, Manifest, Store, make, opened
from sim.experiment.running.manifest import FIXED
from sim.experiment.seeds import seed_of
from sim.experiment.toy import A_AGAIN, Toy, history


def test_rows_hold_what_the_model_gave_under_the_columns_everybody_has(tmp_path: Path) -> None:
    batch(tmp_path / "x", Toy(hours=3), specs(40), workers=0)
    table = pq.read_table(tmp_path / "x" / "runs.parquet")
    assert table.schema.names == [*FIXED, *(column.name for column in Toy(hours=3).columns)]
    assert [str(table.schema.field(name).type) for name in ("deaths", "attacks", "attacked", "series/deaths")] == [
        "double",
        "int64",
        "bool",
        "list<element: double>",
    ]
    for row in table.to_pylist():
        deaths, attacks = history(row["seed"], row["pattern"])
        assert row["seed"] == seed_of(MASTER, row["draw"], row["replication"])
        assert (row["deaths"], row["attacks"], row["attacked"]) == (deaths, attacks, attacks > 0)
        assert row["deaths_per_attack"] == (deaths if attacks else None)
        assert row["series/deaths"] == ([deaths * (hour / 3) for hour in (1, 2, 3)] if attacks else None)
        assert row["status"] == "ok"


def test_results_are_read_by_the_replication(tmp_path: Path) -> None:
    with opened(workers=0) as pool, Store.open(tmp_path, manifest(Toy(hours=2), (*PAIR, A_AGAIN))) as store:
        make(Toy(hours=2), specs(50, (*PAIR, A_AGAIN)), store, pool)
        for compacted in (False, True):
            if compacted:
                store.compact()
            results = store.results((A_AGAIN, "b"))
            assert (results.n, results.patterns) == (50, (A_AGAIN, "b"))
            expected = [history(seed_of(MASTER, 0, replication), "b")[0] for replication in range(50)]
            assert results.values("b", "deaths").tolist() == expected
            assert np.isnan(results.values("b", "deaths_per_attack")).tolist() == [not deaths for deaths in expected]
            assert results.series("b", "series/deaths")[:, -1].tolist() == pytest.approx(
                [deaths or float("nan") for deaths in expected], nan_ok=True
            )
            assert store.results(("a", A_AGAIN)).same_history("a", A_AGAIN).all()
            assert not results.same_history(A_AGAIN, "b").all()


def test_results_taken_before_compaction_can_still_be_asked_after_it(tmp_path: Path) -> None:
    with opened(workers=0) as pool, Store.open(tmp_path, manifest(Toy())) as store:
        make(Toy(), specs(20), store, pool)
        before = store.results(PAIR)
        make(Toy(), specs(30), store, pool)
        after = store.results(PAIR)
        store.compact()
        assert before.n == 20
        assert before.values("a", "deaths").tolist() == after.values("a", "deaths")[:20].tolist()


def test_results_stop_at_the_first_replication_that_is_not_complete(tmp_path: Path) -> None:
    wanted = [spec for spec in specs(20) if (spec.replication, spec.pattern) != (12, "b")]
    with opened(workers=0) as pool, Store.open(tmp_path, manifest(Toy())) as store:
        make(Toy(), wanted[::-1], store, pool)
        assert store.results(PAIR).n == 12
        assert store.results(("a",)).n == 20
        assert store.results(PAIR, start=13).n == 7
        assert store.results(PAIR, start=12).n == 0
        make(Toy(), specs(20), store, pool)
        assert store.results(PAIR).n == 20


def test_each_draw_has_its_own_replications_and_what_was_varied_stands_in_its_rows(tmp_path: Path) -> None:
    design = Design([0, 0, 1], [0, 1, 1], {"pace": [0.5, 1.5, 2.5], "posture": ["firm", "firm", "light"]})
    wanted = specs(5) + specs(5, draw=1, start=5) + specs(5, draw=1, start=10, point=1)
    with opened(workers=0) as pool, Store.open(tmp_path, manifest(Toy(), design=design)) as store:
        make(Toy(), wanted, store, pool)
        second = store.results(PAIR, draw=1)
        assert (second.start, second.n) == (5, 5)
        assert second.values("a", "deaths").tolist() == [history(seed_of(MASTER, 1, r), "a")[0] for r in range(5, 10)]
        assert store.results(PAIR, point=1).n == 0
        before = store.table()
    assert before.equals(pq.read_table(tmp_path / "runs.parquet").cast(before.schema))
    found = {(row["design_point"], row["draw"]): (row["pace"], row["posture"]) for row in before.to_pylist()}
    assert found == {(0, 0): (0.5, "firm"), (0, 1): (1.5, "firm"), (1, 1): (2.5, "light")}
    assert Store.read(tmp_path).manifest.design.hash == design.hash


def test_a_folder_goes_on_where_it_was_left(tmp_path: Path) -> None:
    whole, _ = batch(tmp_path / "whole", Toy(), specs(60), workers=0)
    batch(tmp_path / "parts", Toy(), specs(25), workers=0)
    batch(tmp_path / "parts", Toy(), specs(10, start=30), workers=0)
    digest, summary = batch(tmp_path / "parts", Toy(), specs(60), workers=0)
    assert digest == whole
    assert (summary.made, summary.there) == (50, 70)
    assert Store.read(tmp_path / "parts").digest() == whole
    assert batch(tmp_path / "parts", Toy(), specs(60), workers=0)[1].made == 0


def test_seed_zero_is_a_seed(tmp_path: Path) -> None:
    with opened(workers=0) as pool, Store.open(tmp_path, manifest(Toy())) as store:
        make(Toy(), [Spec(0, 0, 0, "a", 0), Spec(0, 0, 0, "b", 0)], store, pool)
        assert store.table(["seed"]).column("seed").to_pylist() == [0, 0]
        assert store.results(PAIR).values("a", "deaths").tolist() == [history(0, "a")[0]]


def test_any_run_reopens_with_its_seed(tmp_path: Path) -> None:
    batch(tmp_path, Toy(), specs(30), workers=2)
    for row in Store.read(tmp_path).table().to_pylist():
        again = Toy().run(Spec(row["design_point"], row["draw"], row["replication"], row["pattern"], row["seed"]))
        assert (again.digest, again.values[0]) == (row["digest"], row["deaths"])


def test_the_digest_of_chosen_runs_is_that_of_a_folder_with_just_these(tmp_path: Path) -> None:
    few, _ = batch(tmp_path / "few", Toy(), specs(20), workers=0)
    batch(tmp_path / "many", Toy(), specs(50), workers=0)
    store = Store.read(tmp_path / "many")
    assert store.digest(specs(20)) == few != store.digest()


def test_timing_stands_beside_the_rows_and_never_among_them(tmp_path: Path) -> None:
    batch(tmp_path, Toy(), specs(30), workers=2)
    assert not {"seconds", "worker", "host"} & set(pq.read_schema(tmp_path / "runs.parquet").names)
    times = pq.read_table(tmp_path / "timing.parquet")
    assert len(times) == 60
    assert {"seconds", "worker", "host"} <= set(times.schema.names)
    assert set(Store.read(tmp_path).seconds_per_run()) == set(PAIR)


def test_another_experiment_in_the_folder_is_named_with_what_differs(tmp_path: Path) -> None:
    batch(tmp_path, Toy(), specs(3), workers=0)
    with pytest.raises(AnotherExperiment, match="patterns was a, b and is now a, a_again"):
        Store.open(tmp_path, manifest(Toy(), ("a", A_AGAIN)))
    with pytest.raises(AnotherExperiment, match="master seed was 7 and is now 8"):
        Store.open(tmp_path, Manifest.of(Toy(), kind="compare", patterns=PAIR, master_seed=8))
    with pytest.raises(AnotherExperiment, match="what is varied was nothing and is now 1 lines"):
        Store.open(tmp_path, manifest(Toy(), design=Design([0], [0], {"pace": [1.0]})))


class Renamed:
    """The toy as a later version of itself."""

    def __init__(self) -> None:
        self.identity = {**Toy().identity, "model_version": "2"}
        self.columns = Toy().columns

    def begin(self) -> None: ...

    def run(self, spec: Spec) -> Reading:
        return Toy().run(spec)


def test_a_model_that_changed_since_is_refused_with_both_versions(tmp_path: Path) -> None:
    batch(tmp_path, Toy(), specs(3), workers=0)
    with pytest.raises(ModelChanged, match="model_version was 1 and is now 2"):
        Store.open(tmp_path, manifest(Renamed()))
    with opened(workers=0) as pool, Store.open(tmp_path, manifest(Toy())) as store, pytest.raises(ModelChanged):
        make(Renamed(), specs(5), store, pool)


def test_the_question_may_change_when_work_goes_on(tmp_path: Path) -> None:
    for runs in (10, 20):
        asked = Manifest.of(Toy(), kind="compare", patterns=PAIR, master_seed=MASTER, asked={"runs": runs})
        with opened(workers=0) as pool, Store.open(tmp_path, asked) as store:
            make(Toy(), specs(runs), store, pool)
    found = Store.read(tmp_path)
    assert (found.manifest.asked, len(found)) == ({"runs": 20}, 40)


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(NotAnExperiment, match=r"thesis\.txt"):
        Store.open(tmp_path, manifest(Toy()))
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
    with pytest.raises(NotAnExperiment, match="a file where the folder would be"):
        Store.open(tmp_path / "thesis.txt", manifest(Toy()))
    with pytest.raises(NotAnExperiment, match="no experiment here"):
        Store.read(tmp_path)


def test_two_commands_do_not_write_to_one_folder(tmp_path: Path) -> None:
    with Store.open(tmp_path, manifest(Toy())):
        with pytest.raises(FolderInUse):
            Store.open(tmp_path, manifest(Toy()))
        assert len(Store.read(tmp_path)) == 0
    with Store.open(tmp_path, manifest(Toy())):
        pass


def test_a_damaged_part_is_named_and_made_again_when_it_is_deleted(tmp_path: Path) -> None:
    whole, _ = batch(tmp_path, Toy(), specs(30), workers=0)
    damaged = tmp_path / "runs.parquet"
    data = damaged.read_bytes()
    for bad in (data[:-20], data[:100], b"", data[: len(data) // 3] + b"\0" * 64 + data[len(data) // 3 + 64 :]):
        damaged.write_bytes(bad)
        with pytest.raises(DamagedRows, match=r"runs\.parquet.*Delete it"):
            Store.read(tmp_path).digest()
    damaged.unlink()
    digest, summary = batch(tmp_path, Toy(), specs(30), workers=0)
    assert (digest, summary.made) == (whole, 60)


def test_rows_of_another_experiment_are_not_mixed_in(tmp_path: Path) -> None:
    batch(tmp_path / "one", Toy(), specs(5), workers=0)
    batch(tmp_path / "other", Toy(hours=2), specs(5), workers=0)
    (tmp_path / "other" / "runs.parquet").replace(tmp_path / "one" / "runs.parquet")
    with pytest.raises(DamagedRows, match="another experiment"):
        Store.read(tmp_path / "one")


def test_a_manifest_changed_by_hand_or_from_the_future_is_refused(tmp_path: Path) -> None:
    batch(tmp_path, Toy(), specs(3), workers=0)
    path = tmp_path / "experiment.json"
    data = json.loads(path.read_text())
    path.write_text(json.dumps({**data, "master_seed": 8}))
    with pytest.raises(DamagedManifest, match="changed"):
        Store.read(tmp_path)
    path.write_text(json.dumps({**data, "format": 2}))
    with pytest.raises(NewerExperiment):
        Store.read(tmp_path)


class Odd:
    """A model with columns that clash."""

    identity = Toy().identity
    columns = (Column("seed", Kind.AMOUNT),)

    def begin(self) -> None: ...

    def run(self, spec: Spec) -> Reading:
        raise NotImplementedError


def test_columns_that_would_stand_twice_are_refused() -> None:
    odd: Model = Odd()
    with pytest.raises(ValueError, match="twice in the results: seed"):
        manifest(odd)
    with pytest.raises(ValueError, match="deaths"):
        manifest(Toy(), design=Design([0], [0], {"deaths": [1.0]}))


def test_reading_writes_nothing(tmp_path: Path) -> None:
    with opened(workers=0) as pool, Store.open(tmp_path, manifest(Toy())) as store:
        make(Toy(), specs(10), store, pool)
        before = sorted((path, path.stat().st_mtime_ns) for path in tmp_path.rglob("*"))
        with Store.read(tmp_path) as reader:
            assert reader.results(PAIR).n == 10
            with pytest.raises(ValueError, match="for reading"):
                make(Toy(), specs(11), reader, pool)
        assert sorted((path, path.stat().st_mtime_ns) for path in tmp_path.rglob("*")) == before


def test_whoever_reads_while_rows_are_put_elsewhere_is_told_so(tmp_path: Path) -> None:
    with opened(workers=0) as pool, Store.open(tmp_path, manifest(Toy())) as store:
        make(Toy(), specs(10), store, pool)
        reader = Store.read(tmp_path)
        store.compact()
        with pytest.raises(RowsMoved, match="same command again"):
            reader.digest()
    assert Store.read(tmp_path).digest() == store.digest()


def test_a_design_that_was_lost_is_missed_by_readers_and_written_again_by_the_same_command(tmp_path: Path) -> None:
    design = Design([0], [0], {"pace": [1.0]})
    with Store.open(tmp_path, manifest(Toy(), design=design)):
        pass
    (tmp_path / "design.parquet").write_bytes(b"PAR1")
    with pytest.raises(DamagedDesign, match=r"design\.parquet.*cannot be read"):
        Store.read(tmp_path)
    (tmp_path / "design.parquet").unlink()
    with pytest.raises(DamagedDesign, match=r"not there.*writes the file anew"):
        Store.read(tmp_path)
    with Store.open(tmp_path, manifest(Toy(), design=design)):
        pass
    assert Store.read(tmp_path).manifest.design.hash == design.hash


def test_series_of_the_first_replications_are_read_alone(tmp_path: Path) -> None:
    with opened(workers=0) as pool, Store.open(tmp_path, manifest(Toy(hours=3))) as store:
        make(Toy(hours=3), specs(30), store, pool)
        results = store.results(PAIR)
        whole = results.series("b", "series/deaths")
        assert whole.shape == (30, 3)
        np.testing.assert_array_equal(results.series("b", "series/deaths", first=20), whole[:20])
        with pytest.raises(KeyError, match="holds series"):
            results.values("a", "series/deaths")
        with pytest.raises(KeyError, match="holds no series"):
            results.series("a", "deaths")
