"""The simulations stand with the benchmarks, which repeat them oftener; they are found from here."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))
ROOT = Path(__file__).parents[3]
if str(ROOT) not in sys.path:
    # Appended, so that an installed package is still the one under test.
    sys.path.append(str(ROOT))
