"""The validation is no part of the package: it stands beside it, and is found from here."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
if str(ROOT) not in sys.path:
    # Appended, so that an installed package is still the one under test.
    sys.path.append(str(ROOT))
