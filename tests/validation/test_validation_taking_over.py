"""The medoid goes into the catalogue and leaves everything else as it stood."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.doctrine import DoctrineError, doctrine_from, source_texts
from validation.taking_over import NOTE, take_over, with_values

TEXT = source_texts()["parameters.yaml"]
MEDOID = {"people.flight_per_hour": 0.2175, "people.fear_half_life_h": 50.5}


def test_values_change_and_nothing_else_does() -> None:
    changed = with_values(TEXT, MEDOID)
    before, after = TEXT.splitlines(), changed.splitlines()
    assert len(before) == len(after)
    apart = [new for old, new in zip(before, after, strict=True) if old != new]
    assert [line.partition(":")[0] for line in apart] == ["people.flight_per_hour", "people.fear_half_life_h"]
    doctrine = doctrine_from({**source_texts(), "parameters.yaml": changed})
    for id_, value in MEDOID.items():
        assert doctrine.parameters[id_].value == value
        assert doctrine.parameters[id_].note.endswith(NOTE)
        assert doctrine.parameters[id_].calibrate


def test_taking_over_twice_says_it_once() -> None:
    once = with_values(TEXT, MEDOID)
    assert with_values(once, MEDOID) == once


def test_a_constant_that_is_not_there_is_named() -> None:
    with pytest.raises(ValueError, match=r"people\.courage"):
        with_values(TEXT, {"people.courage": 1.0})


def test_a_value_outside_its_range_leaves_the_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "parameters.yaml"
    path.write_text(TEXT, encoding="utf-8")
    with pytest.raises(DoctrineError, match="range"):
        take_over({"people.flight_per_hour": 99.0}, path)
    assert path.read_text(encoding="utf-8") == TEXT
    take_over(MEDOID, path)
    assert path.read_text(encoding="utf-8") == with_values(TEXT, MEDOID)
