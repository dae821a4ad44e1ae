"""Where a user's files go."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim import folders


def test_one_variable_moves_everything_under_one_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(folders.HOME_VARIABLE, str(tmp_path))
    places = {folders.data_folder(), folders.config_folder(), folders.log_folder()}
    assert len(places) == 3
    assert all(place.parent == tmp_path for place in places)


def test_without_the_variable_the_systems_own_folders_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(folders.HOME_VARIABLE)
    assert "mission-leadership-tabletop" in str(folders.data_folder())
    assert folders.data_folder() != folders.config_folder()


def test_a_new_game_never_takes_the_name_of_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(folders.HOME_VARIABLE, str(tmp_path))
    folders.data_folder().mkdir()
    taken = []
    for _ in range(4):
        path = next(folders.free_game_paths("saraf_umra", 7))
        assert not path.exists()
        path.touch()
        taken.append(path.name)
    assert taken == ["saraf_umra-7.mlt", "saraf_umra-7-2.mlt", "saraf_umra-7-3.mlt", "saraf_umra-7-4.mlt"]


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b", "", "\x1b[31m", "x" * 500, "سرف عمرة"])
def test_a_scenarios_name_cannot_lead_out_of_the_folder(name: str) -> None:
    path = next(folders.free_game_paths(name, 0))
    assert path.parent == folders.data_folder()
    assert path.name.isascii()
    assert len(path.name) < 100
