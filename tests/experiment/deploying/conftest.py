"""Lets the tests of deployments share their small mission, and those of the engine."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path += [str(HERE), str(HERE.parents[1] / "engine")]
