"""What a worker does: runs of one chunk after another, packed by the column so that they travel cheaply.

Workers import this and the model, nothing that writes files or talks to people.
"""

from __future__ import annotations

import gc
import operator
import os
import pickle
import re
import signal
import socket
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim.experiment.model import Column, Failure, Kind, Model, RunFailed, Spec, Stage, Value

LONGEST_MESSAGE: Final = 300
"""Characters of a failed run's message that are kept."""

Row: TypeAlias = tuple[int, int, int, str, int]
"""A spec as it travels: point, draw, replication, pattern, seed. A tuple pickles ten times faster than a dataclass."""

_ADDRESS: Final = re.compile(r"\b0x[0-9a-fA-F]{6,}")
_MODELS_KEPT: Final = 2


@dataclass(slots=True)
class Cells:
    """One column of a packet."""

    values: NDArray[np.generic]
    """Amounts: not a number where undefined. Flags: 0, 1, or -1 where undefined. Series: one after the other."""
    defined: NDArray[np.bool_] | None = None
    """Of counts and series: which there are; all if left out."""
    lengths: NDArray[np.int32] | None = None
    """Of series: how many numbers each has."""


@dataclass(slots=True)
class Packet:
    """What became of the first ``made`` runs of a chunk."""

    made: int
    cells: list[Cells]
    digests: list[str]
    failures: list[tuple[int, Failure]]
    """With the place of the run in the chunk."""
    seconds: NDArray[np.float64]
    worker: str
    host: str
    interrupted: bool = False
    """Whether somebody pressed Ctrl-C before the rest was run."""


class CannotBegin(Exception):
    """The model could not be set up in a worker: no run is to blame."""


def work(model: Model, rows: Sequence[Row]) -> Packet:
    """Make runs, one after the other. Whatever a run raises is data.

    Args:
        rows: specs as they travel.
    """
    columns = model.columns
    undefined: tuple[Value, ...] = (None,) * len(columns)
    values: list[tuple[Value, ...]] = []
    digests: list[str] = []
    failures: dict[int, Failure] = {}
    seconds: list[float] = []
    interrupted = False
    clock = time.perf_counter
    for number, row in enumerate(rows):
        start = clock()
        try:
            reading = model.run(Spec(*row))
            found, digest = reading.values, reading.digest
            if len(found) != len(columns):
                raise RunFailed(Stage.READING, ValueError(f"{len(found)} values for {len(columns)} columns"))
        except KeyboardInterrupt:
            interrupted = True
            break
        except RunFailed as error:
            failures[number] = _failure(error.stage, error.cause)
            found, digest = undefined, ""
        except (Exception, SystemExit) as error:
            failures[number] = _failure(Stage.RUNNING, error)
            found, digest = undefined, ""
        values.append(found)
        digests.append(digest)
        seconds.append(clock() - start)
    cells = _packed(columns, values, digests, failures)
    return Packet(
        made=len(values),
        cells=cells,
        digests=digests,
        failures=sorted(failures.items()),
        seconds=np.asarray(seconds, dtype=np.float64),
        worker=str(os.getpid()),
        host=socket.gethostname(),
        interrupted=interrupted,
    )


def lost(columns: Sequence[Column]) -> Packet:
    """What is put down for a single run that its workers did not survive."""
    failure = Failure(Stage.LOST, "WorkerDied", "two workers or more died of it, the last with nothing else to do")
    return Packet(
        made=1,
        cells=_packed(columns, [(None,) * len(columns)], [""], {}),
        digests=[""],
        failures=[(0, failure)],
        seconds=np.zeros(1),
        worker="",
        host="",
    )


def _packed(
    columns: Sequence[Column], values: list[tuple[Value, ...]], digests: list[str], failures: dict[int, Failure]
) -> list[Cells]:
    if not values:
        return [_cells(column.kind, ()) for column in columns]
    try:
        return [_cells(column.kind, own) for column, own in zip(columns, zip(*values, strict=True), strict=True)]
    except (TypeError, ValueError, OverflowError):
        # A value does not fit its column: find whose, so that the other runs of the chunk are kept.
        for number, run in enumerate(values):
            for column, value in zip(columns, run, strict=True):
                try:
                    _cells(column.kind, (value,))
                except (TypeError, ValueError, OverflowError) as error:
                    failures[number] = _failure(Stage.READING, type(error)(f"column {column.name}: {error}"))
                    values[number], digests[number] = (None,) * len(columns), ""
                    break
        return [_cells(column.kind, own) for column, own in zip(columns, zip(*values, strict=True), strict=True)]


def _cells(kind: Kind, values: Sequence[Value]) -> Cells:
    if kind is Kind.AMOUNT:
        # numpy reads None as not a number
        return Cells(np.array(values, dtype=np.float64))
    if kind is Kind.COUNT:
        # operator.index refuses 1.5, which numpy would cut off in silence
        counts = [0 if value is None else operator.index(value) for value in values]  # type: ignore[arg-type]
        whole = np.array(counts, dtype=np.int64)
        return Cells(whole, np.array([value is not None for value in values], dtype=np.bool_))
    if kind is Kind.FLAG:
        return Cells(np.array([-1 if value is None else int(bool(value)) for value in values], dtype=np.int8))
    lines = [np.array(() if value is None else value, dtype=np.float64).reshape(-1) for value in values]
    return Cells(
        np.concatenate(lines) if lines else np.zeros(0),
        np.array([value is not None for value in values], dtype=np.bool_),
        np.array([len(line) for line in lines], dtype=np.int32),
    )


def _failure(stage: Stage, error: BaseException) -> Failure:
    try:
        said = str(error)
    except Exception:
        said = "(its message could not be read)"
    # Addresses differ from process to process and rows may not; lone surrogates have no UTF-8 form.
    said = _ADDRESS.sub("0x…", said).encode("utf-8", "replace").decode("utf-8")
    if len(said) > LONGEST_MESSAGE:
        said = said[: LONGEST_MESSAGE - 1] + "…"
    return Failure(stage, type(error).__name__, said)


# Workers of a pool of one's own: they are made for one model and live as long as whoever made them.

_own: Model | None = None
_trouble: str = ""


def begin(data: bytes) -> None:
    """Set a worker up.

    Args:
        data: the model, pickled.
    """
    global _own, _trouble
    # Ctrl-C reaches the whole foreground group; only the process that keeps the results answers it. Its parent has
    # blocked it already where the system can.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    try:
        _own = _begun(data)
    except Exception as error:
        # Raising here would break the pool without a word; the first chunk says it instead.
        _trouble = f"{type(error).__name__}: {error}"
        return
    gc.collect()
    gc.freeze()


def work_here(rows: Sequence[Row]) -> Packet:
    """Make runs of the model that this worker was set up with."""
    if _own is None:
        raise CannotBegin(_trouble)
    return work(_own, rows)


def ready() -> bool:
    """Nothing but a sign of life."""
    return True


def _leave_with_parent() -> None:
    # A worker waits on a pipe whose other end it holds itself: after SIGKILL of its parent it would wait for ever.
    from multiprocessing import parent_process
    from multiprocessing.connection import wait

    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _begun(data: bytes) -> Model:
    model: Model = pickle.loads(data)
    model.begin()
    return model


# Workers of somebody else's executor: they may serve several batches, so a model goes by its hash.

_kept: OrderedDict[str, Model] = OrderedDict()
_keeping = threading.Lock()


def work_sent(key: str, data: bytes | None, rows: Sequence[Row]) -> Packet | None:
    """Make runs of a model that this worker may know already.

    Args:
        key: hash of the model.
        data: the model, pickled; nothing where the worker is thought to know it.

    Returns:
        Nothing when the worker does not know the model after all.
    """
    with _keeping:
        model = _kept.get(key)
        if model is None:
            if data is None:
                return None
            try:
                model = _begun(data)
            except Exception as error:
                raise CannotBegin(f"{type(error).__name__}: {error}") from error
            _kept[key] = model
            while len(_kept) > _MODELS_KEPT:
                _kept.popitem(last=False)
        else:
            _kept.move_to_end(key)
    return work(model, rows)


def the_same(data: bytes) -> bytes:
    """What it is given: for a cluster, which keeps the results of tasks and hands them to those who need them."""
    return data


def versions() -> dict[str, str]:
    """What must agree between machines for a run to be the same on both."""
    from sim.versions import MODEL_VERSION, PACKAGE_VERSION

    return {
        "Python": f"{sys.version_info[0]}.{sys.version_info[1]}",
        "mission-leadership-tabletop": PACKAGE_VERSION,
        "model version": str(MODEL_VERSION),
    }
