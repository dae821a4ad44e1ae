"""What the package offers, and what importing a part of it costs."""

from __future__ import annotations

import subprocess
import sys

import pytest

import sim.scenario
from sim.scenario import shipped


def loaded_after(statement: str) -> set[str]:
    code = f"{statement}\nimport sys\nprint(*(m for m in ('pydantic', 'yaml') if m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "statement",
    [
        "import sim.scenario",
        "import sim.scenario.tree, sim.scenario.values",
        "from sim.scenario import library, ScenarioError",
        "from sim.doctrine import Doctrine, Response",
    ],
)
def test_what_a_worker_imports_pulls_in_neither_pydantic_nor_yaml(statement):
    assert not loaded_after(statement)


def test_every_public_name_resolves():
    for name in sim.scenario.__all__:
        assert getattr(sim.scenario, name) is not None
    assert sorted(sim.scenario.__all__) == dir(sim.scenario)


def test_an_unknown_name_is_refused_with_those_that_exist():
    with pytest.raises(AttributeError, match=r"no attribute 'laod'.*load, load_text"):
        _ = sim.scenario.laod


def test_a_packed_library_stands_before_the_one_of_a_checkout(tmp_path, monkeypatch):
    shelf = tmp_path / "_scenarios"
    shelf.mkdir()
    (shelf / "packed.yaml").write_text("format: 1")
    (shelf / "notes.txt").write_text("no scenario")
    monkeypatch.setattr(shipped, "files", lambda package: tmp_path)
    assert shipped.library() == ["packed"]
    assert shipped.shipped("packed") == (str(shelf / "packed.yaml"), b"format: 1")
    with pytest.raises(KeyError):
        shipped.shipped("notes")


def test_a_program_without_any_library_has_none(tmp_path, monkeypatch):
    monkeypatch.setattr(shipped, "_shelf", lambda: tmp_path / "gone")
    assert shipped.library() == []
