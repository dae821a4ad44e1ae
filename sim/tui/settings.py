"""The player's own settings: one YAML file, overridden by environment variables."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from sim.errors import MissionError

__all__ = ["Settings", "SettingsError", "load_settings", "settings_path"]

GLYPH_NAMES: Final = ("wgl4", "ascii")
ROAD_NAMES: Final = ("auto", "braille", "blocks", "strokes")
MOTION_NAMES: Final = ("full", "none")
LOWEST_RATE, HIGHEST_RATE = 1.0, 20.0
MAX_BYTES: Final = 100_000


class SettingsError(MissionError):
    """The settings file or an override holds something that has no meaning."""

    title = "Settings"


@dataclass(frozen=True)
class Settings:
    """How the client looks and answers; never anything that changes a run."""

    theme: str = "mission-dark"
    """Name of a theme; the palette lists them all."""
    glyphs: str = "wgl4"
    """``wgl4`` (the default) or ``ascii``."""
    roads: str = "auto"
    """``auto``, ``braille``, ``blocks`` or ``strokes``: how lines are drawn where a font lacks braille."""
    motion: str = "full"
    """``full`` or ``none``."""
    update_rate: float = 5.0
    """Redraws a second, at most."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Action id to key, as in ``order: o``."""


def settings_path() -> Path:
    """Where the file is looked for."""
    from platformdirs import user_config_dir

    return Path(user_config_dir("mission-leadership-tabletop", appauthor=False)) / "config.yaml"


def load_settings(path: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Read the file if there is one, then the environment.

    Raises:
        SettingsError: naming the file or variable, the key, the value and what is allowed.
    """
    environ = os.environ if environ is None else environ
    path = settings_path() if path is None else path
    settings = Settings()
    if path.is_file():
        for key, value in _read(path).items():
            settings = _with(settings, str(key), value, str(path))
    for key in ("theme", "glyphs", "roads", "motion", "update_rate"):
        variable = f"MLT_{key.upper()}"
        if environ.get(variable):
            settings = _with(settings, key, environ[variable], variable)
    if environ.get("TEXTUAL_ANIMATIONS") == "none":
        settings = replace(settings, motion="none")
    return settings


def _read(path: Path) -> Mapping[Any, Any]:
    # PyYAML is 15 ms that a player without a settings file does not pay.
    import yaml

    try:
        if path.stat().st_size > MAX_BYTES:
            raise SettingsError(f"{path} is larger than {MAX_BYTES:,} bytes; a settings file is a dozen lines.")
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, RecursionError, yaml.YAMLError) as error:
        raise SettingsError(f"{path} cannot be read: {error}. Mend it, or remove it to play with defaults.") from error
    if data is None:
        return {}
    if not isinstance(data, Mapping):
        raise SettingsError(f"{path} must hold 'key: value' lines, such as 'theme: mission-dark'.")
    return data


def _with(settings: Settings, key: str, value: Any, source: str) -> Settings:
    match key:
        case "theme":
            return replace(settings, theme=str(value))
        case "glyphs":
            return replace(settings, glyphs=_one_of(GLYPH_NAMES, key, value, source))
        case "roads":
            return replace(settings, roads=_one_of(ROAD_NAMES, key, value, source))
        case "motion":
            return replace(settings, motion=_one_of(MOTION_NAMES, key, value, source))
        case "update_rate":
            return replace(settings, update_rate=_rate(value, source))
        case "keys":
            return replace(settings, keys=_keys(value, source))
    known = "theme, glyphs, roads, motion, update_rate, keys"
    raise SettingsError(f"{source}: '{key:.40}' is no setting. Known: {known}.")


def _one_of(names: tuple[str, ...], key: str, value: Any, source: str) -> str:
    # YAML reads an unquoted `none` as text but `no` and `off` as false.
    name = "none" if value is False or value is None else str(value)
    if name not in names:
        raise SettingsError(f"{source}: {key} cannot be '{name:.40}'. Allowed: {', '.join(names)}.")
    return name


def _rate(value: Any, source: str) -> float:
    try:
        rate = float(value)
    except (TypeError, ValueError):
        rate = 0.0
    if not LOWEST_RATE <= rate <= HIGHEST_RATE:
        limits = f"{LOWEST_RATE:g} to {HIGHEST_RATE:g} redraws a second"
        raise SettingsError(f"{source}: update_rate cannot be '{value!s:.40}'. Allowed: {limits}.")
    return rate


def _keys(value: Any, source: str) -> dict[str, str]:
    from sim.tui.actions import ACTIONS

    if not isinstance(value, Mapping):
        raise SettingsError(f"{source}: keys must be a list of 'action: key' lines, such as 'order: o'.")
    known = {action.id: action for action in ACTIONS}
    keys: dict[str, str] = {}
    for name, key in value.items():
        if str(name) not in known:
            raise SettingsError(f"{source}: keys: '{name!s:.40}' is no action. Known: {', '.join(sorted(known))}.")
        keys[str(name)] = str(key)
    taken: dict[str, str] = {}
    for name in known:
        key = keys.get(name, known[name].key)
        if key and key in taken and (name in keys or taken[key] in keys):
            raise SettingsError(f"{source}: keys: '{key}' is given to both '{taken[key]}' and '{name}'.")
        taken.setdefault(key, name)
    return keys
