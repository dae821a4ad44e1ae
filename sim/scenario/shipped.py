"""The library of scenarios that comes with the program."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    # importlib.abc.Traversable moved between 3.11 and 3.14; only the type checker needs its name.
    from importlib.resources.abc import Traversable

SUFFIX: Final = ".yaml"


def library() -> list[str]:
    """The names of the shipped scenarios, in alphabetical order."""
    shelf = _shelf()
    if not shelf.is_dir():
        return []
    return sorted(item.name.removesuffix(SUFFIX) for item in shelf.iterdir() if item.name.endswith(SUFFIX))


def shipped(name: str) -> tuple[str, bytes]:
    """Where the shipped scenario of this name stands, and its content.

    Raises:
        KeyError: when there is none of this name.
    """
    if name not in library():
        raise KeyError(name)
    entry = _shelf().joinpath(name + SUFFIX)
    return str(entry), entry.read_bytes()


def _shelf() -> Traversable:
    # A wheel carries the library inside the package; in a checkout it stands beside it.
    packed = files("sim").joinpath("_scenarios")
    return packed if packed.is_dir() else Path(__file__).resolve().parents[2] / "scenarios"
