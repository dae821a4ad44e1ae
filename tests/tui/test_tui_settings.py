"""Settings come from a file, then from the environment; what has no meaning is refused with its place and mend."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.tui.settings import Settings, SettingsError, load_settings


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "none.yaml", {}) == Settings()


def test_a_file_sets_theme_glyphs_motion_rate_and_keys(tmp_path: Path) -> None:
    path = written(
        tmp_path, "theme: mission-contrast\nglyphs: ascii\nmotion: none\nupdate_rate: 2\nkeys:\n  order: p\n"
    )
    settings = load_settings(path, {})
    assert (settings.theme, settings.glyphs, settings.motion, settings.update_rate) == (
        "mission-contrast",
        "ascii",
        "none",
        2.0,
    )
    assert settings.keys == {"order": "p"}


def test_the_environment_overrides_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, "glyphs: ascii\n")
    settings = load_settings(path, {"MLT_GLYPHS": "wgl4", "MLT_UPDATE_RATE": "10", "TEXTUAL_ANIMATIONS": "none"})
    assert (settings.glyphs, settings.update_rate, settings.motion) == ("wgl4", 10.0, "none")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("thema: dark\n", "'thema' is no setting"),
        ("glyphs: emoji\n", "glyphs cannot be 'emoji'"),
        ("update_rate: 1000\n", "update_rate cannot be '1000'"),
        ("update_rate: fast\n", "update_rate cannot be 'fast'"),
        ("keys:\n  fly: f\n", "'fly' is no action"),
        ("keys:\n  order: d\n", "'d' is given to both"),
        ("keys: [1]\n", "keys must be a list of"),
        ("- a\n- b\n", "must hold 'key: value' lines"),
        ("theme: [unclosed\n", "cannot be read"),
    ],
)
def test_what_has_no_meaning_is_refused_with_its_place(tmp_path: Path, text: str, named: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(SettingsError, match=r".*") as raised:
        load_settings(path, {})
    assert named in raised.value.message
    assert str(path) in raised.value.message


def test_an_enormous_file_is_refused_unread(tmp_path: Path) -> None:
    path = written(tmp_path, "x" * 200_000)
    with pytest.raises(SettingsError, match="larger than"):
        load_settings(path, {})


def test_a_wrong_variable_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="MLT_MOTION: motion cannot be 'maybe'"):
        load_settings(tmp_path / "none.yaml", {"MLT_MOTION": "maybe"})
