"""Whatever ends a batch, what was finished is kept, and going on gives the rows of a batch that nothing ended."""

from __future__ import annotations

import errno
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
from batches import PAIR, batch, manifest, specs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.experiment.faults import CannotWrite, DamagedRows, DiskFull, ExperimentError
from sim.experiment.model import Spec
from sim.experiment.running import Design, Store, make, opened
from sim.experiment.running import folder as files
from sim.experiment.running.present import Present
from sim.experiment.toy import Toy

WANTED: Final = specs(2_500)
BATCH: Final = """
import sys
from batches import *
from sim.experiment.running import pools, store
from sim.experiment.toy import Toy
store.FLUSH_SECONDS = pools.LocalPool.seconds_per_task = 0.05
batch(Path(sys.argv[1]), Toy(loops=100_000), specs(2_500), workers=2)
"""


def parts_of(folder: Path) -> list[Path]:
    """Files with results that are whole."""
    return list((folder / "parts").glob("part-*.parquet"))


def gone(group: int) -> bool:
    """Whether all processes of a group have ended, after a while."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


def test_a_batch_killed_at_ten_random_moments_ends_with_the_rows_of_an_undisturbed_one(tmp_path: Path) -> None:
    whole, _ = batch(tmp_path / "whole", Toy(), WANTED, workers=0)
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join([os.environ["PYTHONPATH"], str(Path(__file__).parent)])}
    command = [sys.executable, "-c", BATCH, str(tmp_path / "x")]
    chance, kept = random.Random(20), [0]
    for number in range(10):
        process = subprocess.Popen(command, env=environ, start_new_session=True, stderr=subprocess.DEVNULL)
        # Moments are counted in files written, and a little time: a busy machine is slow at random.
        more, deadline = len(parts_of(tmp_path / "x")) + chance.choice([0, 1, 1, 2]), time.monotonic() + 30
        while len(parts_of(tmp_path / "x")) < more and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.005)
        time.sleep(chance.uniform(0.0, 0.1))
        # Everything at once, or only the process that keeps the results: then its workers leave by themselves.
        with suppress(ProcessLookupError):
            (os.killpg if number % 2 else os.kill)(process.pid, signal.SIGKILL)
        process.wait(10)
        if number == 4:
            assert gone(process.pid)
        kept.append(len(Store.read(tmp_path / "x")) if (tmp_path / "x" / "parts").exists() else 0)
    assert kept == sorted(kept)
    assert len(set(kept)) > 4, f"too few of the moments were in the middle of the work: {kept}"
    digest, summary = batch(tmp_path / "x", Toy(), WANTED, workers=2)
    assert digest == whole
    assert summary.there == kept[-1]
    assert Store.read(tmp_path / "x").digest() == whole


class PowerCut(BaseException):
    """Nothing after this happens."""


@pytest.fixture
def power(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int], None]]:
    """Call it with a number: the power fails at that change of the disk."""
    left = [sys.maxsize]

    def counted(change: Callable[..., Any]) -> Callable[..., Any]:
        def changing(*args: Any, **named: Any) -> Any:
            left[0] -= 1
            if left[0] < 0:
                raise PowerCut
            return change(*args, **named)

        return changing

    monkeypatch.setattr(files.os, "fsync", counted(os.fsync))
    monkeypatch.setattr(Path, "replace", counted(Path.replace))
    monkeypatch.setattr(Path, "unlink", counted(Path.unlink))

    def fail_at(number: int) -> None:
        left[0] = number

    yield fail_at
    left[0] = sys.maxsize


def test_the_power_may_fail_at_any_change_of_the_disk(tmp_path: Path, power: Callable[[int], None]) -> None:
    design = Design([0], [0], {"pace": [1.0]})
    whole: set[str] = set()
    cuts = 0
    for number in range(200):
        folder = tmp_path / str(number)
        keeping: Store | None = None
        power(number)
        try:
            with opened(workers=0) as pool:
                for replications in (5, 12):
                    keeping = Store.open(folder, manifest(Toy(), design=design))
                    make(Toy(), specs(replications), keeping, pool)
                    if replications == 12:
                        make(Toy(), specs(replications + 1), keeping, pool)
                    keeping.close()
            cut = False
        except PowerCut:
            cut = True
        power(sys.maxsize)
        if keeping is not None:
            # The system takes the lock back from the dead.
            keeping.release()
        with opened(workers=0) as pool, Store.open(folder, manifest(Toy(), design=design)) as again:
            make(Toy(), specs(13), again, pool)
            whole.add(again.digest())
            assert again.results(PAIR).n == 13
        assert Store.read(folder).digest() in whole
        assert not list(folder.rglob("part-*")) + list(folder.rglob("*.unfinished"))
        cuts += cut
        if not cut:
            break
    assert len(whole) == 1
    assert cuts > 20


def test_the_same_rows_in_two_files_count_once(tmp_path: Path) -> None:
    whole, _ = batch(tmp_path / "x", Toy(raises=frozenset({2})), specs(20), workers=0)
    part = tmp_path / "part"
    with Store.open(tmp_path / "z", manifest(Toy(raises=frozenset({2})))) as keeping, opened(workers=0) as pool:
        make(Toy(raises=frozenset({2})), specs(12), keeping, pool)
        part.write_bytes(next((tmp_path / "z" / "parts").iterdir()).read_bytes())
    (tmp_path / "x" / "parts" / "part-000077.parquet").write_bytes(part.read_bytes())
    twice = Store.read(tmp_path / "x")
    assert (len(twice), twice.digest(), len(twice.table())) == (40, whole, 40)
    assert twice.results(PAIR).n == 20
    assert twice.failures() == {"running: ZeroDivisionError": 2}
    with Store.open(tmp_path / "x", manifest(Toy(raises=frozenset({2})))):
        pass
    assert Store.read(tmp_path / "x").digest() == whole


def test_a_full_disk_stops_the_batch_and_what_was_written_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not os.access("/dev/full", os.W_OK):
        pytest.skip("this system has no device that is always full")
    whole, _ = batch(tmp_path / "whole", Toy(), specs(60), workers=0)
    batch(tmp_path / "x", Toy(), specs(20), workers=0)
    real = open
    for workers in (0, 2):
        with (
            pytest.raises(DiskFull, match=r"40 runs are written and kept\. Make room and give the same command again"),
            monkeypatch.context() as patched,
            opened(workers=workers) as pool,
            Store.open(tmp_path / "x", manifest(Toy())) as keeping,
        ):
            patched.setattr(files, "open", lambda path, mode: real("/dev/full", mode), raising=False)
            make(Toy(), specs(60), keeping, pool)
        assert len(Store.read(tmp_path / "x")) == 40
    assert batch(tmp_path / "x", Toy(), specs(60), workers=2)[0] == whole


def test_without_room_to_compact_the_parts_stay_and_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not os.access("/dev/full", os.W_OK):
        pytest.skip("this system has no device that is always full")
    real = open
    with opened(workers=0) as pool, Store.open(tmp_path, manifest(Toy())) as keeping:
        make(Toy(), specs(20), keeping, pool)
        digest = keeping.digest()
        with monkeypatch.context() as patched:
            patched.setattr(files, "open", lambda path, mode: real("/dev/full", mode), raising=False)
            keeping.compact()
        assert "no room" in keeping.warnings[0]
        assert Store.read(tmp_path).digest() == keeping.digest() == digest


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(path: Path, mode: str) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(files, "open", refused, raising=False)
    with pytest.raises(CannotWrite, match=r"experiment\.json: cannot be written \(Permission denied\)"):
        Store.open(tmp_path, manifest(Toy()))


JSON: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@pytest.fixture(scope="module")
def some(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("some")
    batch(folder, Toy(hours=2), specs(20), workers=0)
    return folder


@given(data=st.data())
@settings(max_examples=150)
def test_any_manifest_is_understood_or_refused_with_a_reason(some: Path, data: st.DataObject) -> None:
    path = some / "experiment.json"
    real = path.read_bytes()
    good = json.loads(real)
    key = st.sampled_from(sorted(good))
    changed = st.builds(lambda name, value: {**good, name: value}, key, JSON)
    without = st.builds(lambda name: {own: good[own] for own in good if own != name}, key)
    text = st.binary() | st.builds(lambda value: json.dumps(value).encode(), changed | without | JSON)
    try:
        path.write_bytes(data.draw(text))
        for opening in (Store.read, lambda folder: Store.open(folder, manifest(Toy(hours=2)))):
            try:
                with opening(some) as found:
                    assert len(found) == 40
            except ExperimentError as error:
                assert str(some) in error.message
    finally:
        path.write_bytes(real)


@given(at=st.floats(0, 1, exclude_max=True), junk=st.binary(min_size=1, max_size=40), cut=st.booleans())
@settings(max_examples=150)
def test_damaged_rows_are_never_taken_for_others(some: Path, at: float, junk: bytes, cut: bool) -> None:
    path = some / "runs.parquet"
    real = path.read_bytes()
    place = int(at * len(real))
    whole = Store.read(some).digest()
    try:
        path.write_bytes(real[:place] + junk + (b"" if cut else real[place + len(junk) :]))
        try:
            assert Store.read(some).digest() == whole
        except DamagedRows as error:
            assert "Delete it" in error.message
    finally:
        path.write_bytes(real)


@given(
    runs=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3), st.integers(0, 10**12), st.integers(0, 2))),
    others=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3), st.integers(0, 300), st.integers(0, 2))),
)
def test_runs_that_are_present_are_a_set(
    runs: list[tuple[int, int, int, int]], others: list[tuple[int, int, int, int]]
) -> None:
    present, plain = Present(3), set()
    for run in runs:
        assert present.add(*run) == (run not in plain)
        plain.add(run)
    columns = zip(*others, strict=True) if others else [()] * 4
    fresh = present.add_all(*columns)
    assert int(fresh.sum()) == len({*others} - plain)
    assert len(present) == len(plain | {*others})
    assert all(present.has(*run) for run in runs + others)


@given(seed=st.integers(0, 2**32), parts=st.integers(1, 6))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_digest_knows_neither_the_order_of_runs_nor_the_parts_they_came_in(
    tmp_path_factory: pytest.TempPathFactory, some: Path, seed: int, parts: int
) -> None:
    chance = random.Random(seed)
    wanted = specs(20)
    chance.shuffle(wanted)
    size = -(-len(wanted) // parts)
    folder = tmp_path_factory.mktemp("shuffled")
    with opened(workers=0) as pool, Store.open(folder, manifest(Toy(hours=2))) as keeping:
        for first in range(0, len(wanted), size):
            make(Toy(hours=2), wanted[first : first + size], keeping, pool)
            if chance.random() < 0.3:
                keeping.compact()
        assert keeping.digest() == Store.read(some).digest()
        assert keeping.table().column("replication").to_pylist() == sorted([*range(20)] * 2)


def test_one_value_changed_changes_the_digest(tmp_path: Path) -> None:
    class Other(Toy):
        def run(self, spec: Spec) -> Any:
            reading = super().run(spec)
            if (spec.replication, spec.pattern) == (7, "b"):
                return type(reading)((np.nextafter(reading.values[0], 1.0), *reading.values[1:]), reading.digest)
            return reading

    one, _ = batch(tmp_path / "one", Toy(), specs(20), workers=0)
    other, _ = batch(tmp_path / "other", Other(), specs(20), workers=0)
    assert one != other
