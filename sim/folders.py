"""Where a user's games, settings and logs are kept.

``MLT_HOME`` puts everything under one folder, for a class room, a memory stick or a test.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

HOME_VARIABLE: Final = "MLT_HOME"
RECORD_SUFFIX: Final = ".mlt"
_APP: Final = "mission-leadership-tabletop"


def data_folder() -> Path:
    """The folder that holds games without a name of their own."""
    return _folder("data")


def config_folder() -> Path:
    """The folder of the settings file."""
    return _folder("config")


def log_folder() -> Path:
    """The folder of the hosts' log files."""
    return _folder("log")


def settings_file() -> Path:
    """The settings of the screens; it need not exist."""
    return config_folder() / "config.yaml"


def package_folder() -> Path:
    """Where the running program is installed."""
    return Path(__file__).parent


def free_game_paths(scenario: str, seed: int) -> Iterator[Path]:
    """Names for a new game, the best first, none of them taken when it is offered.

    Another process may take a name between the offer and its use, so whoever creates the file does it
    exclusively and asks for the next name when it lost the race.
    """
    folder = data_folder()
    stem = f"{re.sub(r'[^A-Za-z0-9_-]+', '-', scenario)[:60].strip('-') or 'game'}-{seed}"
    ordinal = 1
    while True:
        path = folder / (f"{stem}{RECORD_SUFFIX}" if ordinal == 1 else f"{stem}-{ordinal}{RECORD_SUFFIX}")
        if not path.exists():
            yield path
        ordinal += 1


def _folder(kind: str) -> Path:
    home = os.environ.get(HOME_VARIABLE)
    if home:
        return Path(home).expanduser().absolute() / kind
    from platformdirs import PlatformDirs

    folders = PlatformDirs(_APP, appauthor=False)
    return {
        "data": folders.user_data_path,
        "config": folders.user_config_path,
        "log": folders.user_log_path,
    }[kind]
