"""The exercise file: whole or not there, never overwritten, nothing acknowledged lost, hostile bytes refused."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.engine.inputs import Order, Receipt, encode
from sim.errors import MissionError
from sim.exercise import container, stored
from sim.exercise import record as records
from sim.exercise.record import (
    AlreadyThere,
    DamagedRecord,
    NewerRecord,
    NoSuchRecord,
    NotAnExercise,
    Origin,
    OtherModel,
    Record,
    RecordFull,
    RecordInUse,
    RecordUnwritable,
    StoredInput,
    create,
    open_record,
)
from sim.versions import FILE_SCHEMA, MODEL_VERSION

ORIGIN = Origin(
    scenario="toy",
    source="title: Toy\n" * 50,
    pattern="base",
    seed=0,
    options={"attackers": "militia"},
    parameters={"x.y": 0.25},
    doctrine={"roles.yaml": "{}"},
)


def entry(number: int, *, tick: int = 0, text: str = "") -> StoredInput:
    order = Order("head-of-mission", "patrol", text=text)
    return StoredInput(number, tick, "head-of-mission", f"c{number}", encode(order), "pending")


def add(record: Record, many: int, *, text: str = "") -> None:
    for _ in range(many):
        stored = entry(record.next_sequence(), tick=record.reached + 1, text=text)
        record.add_input(stored).result()
        record.admit(stored)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "game.mlt"


def test_what_was_stored_is_read_again(path: Path) -> None:
    with create(path, ORIGIN) as record:
        add(record, 2)
        receipt = Receipt(True, 1, 1, ref="order/1", answer=("a", "b"))
        record.settle(1, "applied", receipt)
        record.settle(2, "void", None, "Traceback")
        record.reach(77, [(1000, "ab")])
        record.checkpoint(77, 1200, "cd")
        record.note_clock(77, "pause", 60.0, "tea")
        record.add_journal(0, [[0, 5, "kind", "subject", [], {"a": 1}], [1, 6, "kind", "subject", [0], {}]])
        record.add_pictures(50, {"head-of-mission": {"tables": {}}})
        record.finish(80, {"measures": {"x": 1}}).result()
    with open_record(path) as record:
        assert record.origin == ORIGIN
        assert [stored.status for stored in record.inputs] == ["applied", "void"]
        assert record.inputs[0].receipt == receipt
        assert record.inputs[1].traceback == "Traceback"
        assert record.find("head-of-mission", "c2") == record.inputs[1]
        assert record.reached == 80
        assert record.marks == {1000: "ab"}
        assert record.checkpoints[0].digest == "cd"
        assert [(event.event, event.ratio, event.reason) for event in record.clock_history()] == [("pause", 60, "tea")]
        assert [row[1] for row in record.journal_rows()] == [5, 6]
        assert record.pictures("head-of-mission") == [(50, {"tables": {}})]
        assert record.finished == {"measures": {"x": 1}}


def test_a_seed_of_zero_and_a_large_one_are_kept(tmp_path: Path) -> None:
    for seed in (0, 2**63 - 1):
        with create(tmp_path / f"{seed}.mlt", Origin("toy", "", "base", seed)) as record:
            assert record.origin.seed == seed


def test_a_new_game_never_takes_the_place_of_a_file(path: Path) -> None:
    path.write_text("mine")
    with pytest.raises(AlreadyThere, match="never overwritten"):
        create(path, ORIGIN)
    assert path.read_text() == "mine"


def test_a_new_game_leaves_no_draft_behind(path: Path) -> None:
    create(path, ORIGIN).close()
    assert os.listdir(path.parent) == [path.name]


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RecordUnwritable, match="file"):
        create(tmp_path / "file" / "game.mlt", ORIGIN)


def test_the_same_command_twice_is_refused_by_the_file_itself(path: Path) -> None:
    with create(path, ORIGIN) as record:
        add(record, 1)
        with pytest.raises(RecordUnwritable, match="UNIQUE"):
            record.add_input(StoredInput(2, 9, "head-of-mission", "c1", entry(2).data, "pending")).result()


def test_one_bad_write_does_not_take_its_group_down(path: Path) -> None:
    with create(path, ORIGIN) as record:
        good = [record.add_input(entry(1)), record.add_input(entry(2))]
        bad = record.add_input(entry(1))
        for future in good:
            future.result()
        with pytest.raises(RecordUnwritable):
            bad.result()
    with open_record(path) as record:
        assert len(record.inputs) == 2


def test_going_back_makes_the_last_input_void_and_keeps_its_text(path: Path) -> None:
    with create(path, ORIGIN) as record:
        add(record, 3)
        record.reach(99).result()
        record.withdraw_from(3, "boom").result()
    with open_record(path) as record:
        assert [stored.status for stored in record.inputs] == ["pending", "pending", "void"]
        assert record.inputs[2].data["action"] == "patrol"
        assert record.reached == record.inputs[2].tick == 3


def test_a_running_game_can_be_copied(path: Path, tmp_path: Path) -> None:
    with create(path, ORIGIN) as record:
        add(record, 5)
        record.copy_to(tmp_path / "copy.mlt").result()
        with pytest.raises(AlreadyThere):
            record.copy_to(tmp_path / "copy.mlt")
    with open_record(tmp_path / "copy.mlt") as copy:
        assert len(copy.inputs) == 5


def test_a_closed_game_has_no_journal_file_beside_it(path: Path) -> None:
    with create(path, ORIGIN) as record:
        add(record, 1)
    assert os.listdir(path.parent) == [path.name]


def test_a_missing_file_a_folder_and_an_empty_file_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(NoSuchRecord):
        open_record(tmp_path / "none.mlt")
    with pytest.raises(NotAnExercise, match="folder"):
        open_record(tmp_path)
    (tmp_path / "empty.mlt").write_bytes(b"")
    with pytest.raises(NotAnExercise, match="empty"):
        open_record(tmp_path / "empty.mlt")


def test_a_database_of_another_program_is_refused_untouched(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE meta (key TEXT)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(NotAnExercise, match="another program"):
        open_record(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "change",
    [
        "CREATE TABLE extra (x)",
        "CREATE TRIGGER t AFTER INSERT ON inputs BEGIN DELETE FROM inputs; END",
        "CREATE VIEW v AS SELECT * FROM inputs",
        "ALTER TABLE inputs ADD COLUMN more TEXT",
        "DROP TABLE marks",
    ],
)
def test_a_file_with_other_tables_is_refused(path: Path, change: str) -> None:
    create(path, ORIGIN).close()
    alter(path, change)
    with pytest.raises(NotAnExercise, match="tables"):
        open_record(path)


def test_a_file_of_a_later_schema_names_the_mend(path: Path) -> None:
    create(path, ORIGIN).close()
    alter(path, f"PRAGMA user_version={FILE_SCHEMA + 1}")
    with pytest.raises(NewerRecord, match=r"Install a newer"):
        open_record(path)


def test_a_file_of_another_model_names_the_version_to_install(path: Path) -> None:
    create(path, ORIGIN).close()
    alter(
        path,
        f"UPDATE meta SET value = '{MODEL_VERSION + 1}' WHERE key = 'model_version'",
        "UPDATE meta SET value = '\"9.8.7\"' WHERE key = 'package_version'",
    )
    with pytest.raises(OtherModel, match=r"==9\.8\.7"):
        open_record(path)
    with open_record(path, any_model=True) as record:
        assert record.origin.model_version == MODEL_VERSION + 1


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE meta SET value = 'nonsense' WHERE key = 'seed'",
        "UPDATE meta SET value = '\"seven\"' WHERE key = 'seed'",
        "DELETE FROM meta WHERE key = 'source'",
        "DELETE FROM progress",
        'UPDATE inputs SET input = \'{"kind":"launch"}\'',
        "UPDATE inputs SET input = '[[[['",
        "UPDATE inputs SET tick = 'late'",
        "UPDATE inputs SET sequence = 9 WHERE sequence = 2",
        "UPDATE inputs SET tick = 1000 WHERE sequence = 1",
        "UPDATE inputs SET receipt = '{}'",
        "UPDATE meta SET value = CAST(x'ff00ff' AS TEXT) WHERE key = 'source'",
    ],
)
def test_contents_that_cannot_be_are_called_damaged(path: Path, change: str) -> None:
    with create(path, ORIGIN) as record:
        add(record, 2)
    alter(path, change)
    with pytest.raises(DamagedRecord, match="damaged"):
        open_record(path)


def test_a_game_open_elsewhere_is_left_alone(path: Path) -> None:
    create(path, ORIGIN).close()
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys; from pathlib import Path; from sim.exercise.record import open_record;"
            "r = open_record(Path(sys.argv[1])); print('held', flush=True); sys.stdin.read()",
            str(path),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(records.__file__).parents[2],
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(RecordInUse, match="another program"):
            open_record(path)
    finally:
        holder.kill()
        holder.wait()
        for pipe in (holder.stdin, holder.stdout):
            if pipe is not None:
                pipe.close()
    open_record(path).close()


def test_a_full_disk_loses_nothing_that_was_stored(path: Path) -> None:
    with create(path, ORIGIN) as record:
        record.limit_pages(record.pages() + 5)
        kept = 0
        with pytest.raises(RecordFull, match="room"):
            for _ in range(200):
                add(record, 1, text="x" * 500)
                kept += 1
        assert kept == len(record.inputs) > 5
        record.limit_pages(10_000)
        add(record, 1, text="y" * 500)
    with open_record(path) as record:
        assert len(record.inputs) == kept + 1


def test_many_writes_share_few_commits(path: Path) -> None:
    with create(path, ORIGIN) as record:
        futures = [record.add_input(entry(number)) for number in range(1, 401)]
        for future in futures:
            future.result()
        assert record.pages() > 0
    with open_record(path) as record:
        assert len(record.inputs) == 400


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("played") / "game.mlt"
    with create(path, ORIGIN) as record:
        add(record, 60, text="some words about a patrol")
        record.add_journal(0, [[n, n, "kind", "subject", [], {}] for n in range(500)])
        record.add_pictures(10, {"head-of-mission": {"a": list(range(500))}}).result()
    return path.read_bytes()


def opens_or_is_refused(path: Path) -> None:
    """The only two ends: a usable record, or an error written for a user."""
    try:
        with open_record(path) as record:
            try:
                list(record.journal_rows())
                record.pictures("head-of-mission")
            except ValueError:
                pytest.fail("a stored part that cannot be read must be called damaged")
            except MissionError:
                pass
    except MissionError as error:
        assert str(path) in error.message


def test_a_file_cut_off_anywhere_is_refused(path: Path, played: bytes) -> None:
    for size in range(0, len(played), 977):
        path.write_bytes(played[:size])
        with pytest.raises(MissionError):
            open_record(path).close()


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=30))
def test_a_file_with_changed_bytes_opens_or_is_refused(
    tmp_path: Path, played: bytes, changes: list[tuple[float, int]]
) -> None:
    data = bytearray(played)
    for where, value in changes:
        data[int(where * len(data))] = value
    path = tmp_path / "changed.mlt"
    for leftover in tmp_path.iterdir():
        leftover.unlink()
    path.write_bytes(data)
    opens_or_is_refused(path)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=4096), st.booleans())
def test_random_bytes_are_refused(tmp_path: Path, noise: bytes, with_header: bool) -> None:
    path = tmp_path / "noise.mlt"
    for leftover in tmp_path.iterdir():
        leftover.unlink()
    header = b"SQLite format 3\x00" + bytes(44) + FILE_SCHEMA.to_bytes(4, "big") + bytes(4)
    header += container.APPLICATION_ID.to_bytes(4, "big") + bytes(28)
    path.write_bytes(header + noise if with_header else noise)
    with pytest.raises(MissionError):
        open_record(path).close()


def test_a_stored_part_that_unpacks_without_end_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with create(path, ORIGIN) as record:
        record.add_journal(0, [["x" * 100_000]]).result()
        monkeypatch.setattr(stored, "LARGEST_VALUE", 10_000)
        with pytest.raises(DamagedRecord, match="too large"):
            list(record.journal_rows())


@pytest.mark.strace
def test_an_input_is_on_the_disk_before_it_is_answered(tmp_path: Path, path: Path) -> None:
    """Under strace: for every answer there is an fsync of the file itself between the write and the answer."""
    program = """
import os, sys
from pathlib import Path
from sim.engine.inputs import Order, encode
from sim.exercise.record import Origin, StoredInput, create
record = create(Path(sys.argv[1]), Origin("toy", "", "base", 1))
for number in range(1, 21):
    os.write(1, b"ask %d\\n" % number)
    stored = StoredInput(number, 0, "s", f"c{number}", encode(Order("s", "a")), "pending")
    record.add_input(stored).result()
    os.write(1, b"answer %d\\n" % number)
record.close()
"""
    trace = tmp_path / "trace"
    done = subprocess.run(
        ["strace", "-f", "-y", "-e", "trace=write,pwrite64,fsync,fdatasync", "-o", str(trace),
         sys.executable, "-c", program, str(path)],
        cwd=Path(records.__file__).parents[2], capture_output=True, text=True, check=False,
    )  # fmt: skip
    if "ptrace" in done.stderr and "not permitted" in done.stderr:
        pytest.skip("this machine does not allow tracing")
    assert done.returncode == 0, done.stderr
    _assert_synced_before_each_answer(trace.read_text(), path)


def _assert_synced_before_each_answer(trace: str, path: Path) -> None:
    journal, database = re.escape(f"{path}-journal"), re.escape(str(path))
    state = ""
    answers = 0
    for line in trace.splitlines():
        if '"ask ' in line:
            state = "asked"
        elif re.search(rf"pwrite64\(\d+<{database}>", line):
            assert state in ("journal safe", "written"), f"the file was written before its journal was safe: {line}"
            state = "written"
        elif re.search(rf"f(data)?sync\(\d+<{journal}>", line) and state == "asked":
            state = "journal safe"
        elif re.search(rf"f(data)?sync\(\d+<{database}>", line) and state == "written":
            state = "safe"
        elif '"answer ' in line:
            assert state == "safe", f"answered while {state}"
            answers += 1
    assert answers == 20


def alter(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()


def test_a_copy_of_the_file_alone_after_a_kill_has_everything_answered(tmp_path: Path, path: Path) -> None:
    """Rollback mode: what was answered is in FILE.mlt itself, not in a file beside it."""
    program = """
import sys
from pathlib import Path
from sim.engine.inputs import Order, encode
from sim.exercise.record import Origin, StoredInput, create
record = create(Path(sys.argv[1]), Origin("toy", "", "base", 1))
for number in range(1, 100000):
    stored = StoredInput(number, 0, "s", f"c{number}", encode(Order("s", "a", text="x" * 200)), "pending")
    record.add_input(stored).result()
    print(number, flush=True)
"""
    for after in (1, 37, 120):
        path.unlink(missing_ok=True)
        Path(f"{path}-journal").unlink(missing_ok=True)
        child = subprocess.Popen(
            [sys.executable, "-c", program, str(path)],
            stdout=subprocess.PIPE,
            cwd=Path(records.__file__).parents[2],
        )
        assert child.stdout is not None
        answered = 0
        for line in child.stdout:
            answered = int(line)
            if answered >= after:
                child.kill()
                break
        answered = max([answered, *(int(line) for line in child.stdout if line.endswith(b"\n"))])
        child.wait()
        child.stdout.close()
        copy = tmp_path / "copy" / "game.mlt"
        copy.parent.mkdir(exist_ok=True)
        shutil.copy(path, copy)
        with open_record(copy) as record:
            assert len(record.inputs) >= answered
        Path(f"{copy}-journal").unlink(missing_ok=True)
