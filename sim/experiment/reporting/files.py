"""Files of a report: each is there whole or not at all."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from sim.experiment.faults import ReportNotWritten


def write_text(path: Path, text: str) -> None:
    """Write a file of text.

    Raises:
        ReportNotWritten: when the disk is full or the folder cannot be written to.
    """
    write_bytes(path, text.encode("utf-8", "replace"))


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file; what stood there before stays until the new one is whole.

    Raises:
        ReportNotWritten: when the disk is full or the folder cannot be written to.
    """
    beside = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(content)
        os.replace(beside, path)
    except OSError as error:
        with suppress(OSError):
            beside.unlink()
        raise ReportNotWritten(path, error) from error
