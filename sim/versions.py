"""Every version number of the product, in one place."""

from __future__ import annotations

from typing import Final

PACKAGE_VERSION: Final = "0.1.0"
"""Version of the distribution ``mission-leadership-tabletop``."""

MODEL_VERSION: Final = 2
"""Raised whenever the digest of a pinned run moves: records replay only under the version that made them."""

SCENARIO_FORMAT: Final = 1
"""Version of the scenario language (the ``format`` key of a scenario file)."""

FILE_SCHEMA: Final = 1
"""Version of the exercise file (``FILE.mlt``)."""

PROTOCOL: Final = 1
"""Version of the messages between host and seats."""
