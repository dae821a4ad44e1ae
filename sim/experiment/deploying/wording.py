"""Numbers and lists as people say them."""

from __future__ import annotations

import math
from collections.abc import Sequence


def many(people: float) -> str:
    """How many people, as roughly as it is known: two figures."""
    if people < 100.0:
        return f"some {round(people)} people"
    figures = 10 ** (int(math.log10(people)) - 1)
    return f"some {round(people / figures) * figures:,} people"


def hours_apart(hours: float) -> str:
    """How long a way takes."""
    if hours < 0.75:
        return f"{max(5, 5 * round(hours * 12))} minutes"
    rounded = round(hours * 2) / 2
    return f"{rounded:g} hour" + ("" if rounded == 1.0 else "s")


def listed(names: Sequence[str], most: int) -> str:
    """Names in a row, so many of them."""
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)
