"""The canned view and the app that shows it stand beside these tests."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))

from canned_app import sit

__all__ = ["sit"]
