"""Finding circles where each entry names at most one above it."""

from __future__ import annotations

from collections.abc import Mapping


def circles(above: Mapping[str, str]) -> set[str]:
    """The names that come back to themselves, found in one pass over all of them."""
    found: set[str] = set()
    done: set[str] = set()
    for first in above:
        path: dict[str, int] = {}
        name = first
        while name in above and name not in done and name not in path:
            path[name] = len(path)
            name = above[name]
        if name in path:
            found.update(list(path)[path[name] :])
        done.update(path)
    return found
