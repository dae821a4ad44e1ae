"""What is looked at before anything is written to the folder of an experiment, or read from it."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Final

from sim.experiment.faults import CannotWrite, DamagedDesign, DamagedManifest, DamagedRows, NotAnExperiment, RowsMoved
from sim.experiment.running import folder as files
from sim.experiment.running import parts
from sim.experiment.running.manifest import Design, Manifest, Stored, parsed

_LARGEST_MANIFEST: Final = 64 * 1024 * 1024


def begin(folder: Path, manifest: Manifest) -> None:
    """Describe an experiment in its folder, or see that the one described there is the same.

    Raises:
        FolderError: when it is not, or cannot be read or written.
    """
    path = folder / files.MANIFEST
    if path.exists():
        stored = _stored(path)
        _with_design(folder, stored, manifest.design).check_same(manifest, folder)
    if manifest.design is not None:
        try:
            _design(folder, manifest.design.hash)
        except DamagedDesign:
            _write_design(folder, manifest.design)
    text = manifest.text().encode()
    if not (path.exists() and path.read_bytes() == text):
        files.write(path, lambda file: _put(file, text))
    for name in (files.PARTS, files.TIMING_PARTS):
        try:
            (folder / name).mkdir(exist_ok=True)
        except OSError as error:
            raise CannotWrite(folder / name, error) from error


def found(folder: Path) -> Manifest:
    """What the experiment in a folder is.

    Raises:
        FolderError: when there is none, or its description was changed.
    """
    path = folder / files.MANIFEST
    stored = _stored(path)
    manifest = _with_design(folder, stored, None)
    if manifest.experiment != stored.experiment:
        raise DamagedManifest(path, "its 'experiment' does not fit the rest: it was changed")
    return manifest


def _put(file: IO[bytes], data: bytes) -> None:
    file.write(data)


def _stored(path: Path) -> Stored:
    try:
        if path.stat().st_size > _LARGEST_MANIFEST:
            raise DamagedManifest(path, "it is far too large")
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NotAnExperiment(
            path.parent, f"there is no experiment here ({path.name} is missing). Name the folder given with --out."
        ) from error
    except UnicodeDecodeError as error:
        raise DamagedManifest(path, "it is not UTF-8 text") from error
    except OSError as error:
        raise DamagedManifest(path, error.strerror or "it cannot be read") from error
    return parsed(text, path)


def _with_design(folder: Path, found: Stored, wanted: Design | None) -> Manifest:
    """The manifest with its design, read from its own file unless it is the one that is wanted anyway."""
    if found.design_hash is None:
        return found.manifest
    if wanted is not None and wanted.hash == found.design_hash:
        return found.manifest.with_design(wanted)
    return found.manifest.with_design(_design(folder, found.design_hash))


def _design(folder: Path, expected: str) -> Design:
    path = folder / files.DESIGN
    try:
        with parts.reading(path):
            table = parts.arrow().parquet.read_table(path, page_checksum_verification=True)
            columns = {name: table.column(name).to_numpy() for name in table.column_names[2:]}
            design = Design(table.column("design_point").to_numpy(), table.column("draw").to_numpy(), columns)
    except RowsMoved as error:
        raise DamagedDesign(path, "it is not there") from error
    except (DamagedRows, ValueError, TypeError, KeyError) as error:
        raise DamagedDesign(path, "it cannot be read") from error
    if design.hash != expected:
        raise DamagedDesign(path, "it is not the one that the experiment was begun with")
    return design


def _write_design(folder: Path, design: Design) -> None:
    pa = parts.arrow()
    table = pa.table({"design_point": design.points, "draw": design.draws, **design.columns})
    files.write(folder / files.DESIGN, lambda file: parts.save(table, file))
