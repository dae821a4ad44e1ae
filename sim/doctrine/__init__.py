"""Doctrine: the catalogues shipped with the engine and their typed access.

The functions that read files are resolved on first use: the engine needs the types, and PyYAML only who loads.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from sim.doctrine.building import DoctrineError, build
from sim.doctrine.catalogue import (
    CATALOGUES,
    CaveatKind,
    Doctrine,
    Lever,
    MeasureSpec,
    Parameter,
    Phrase,
    Response,
    Role,
    Telling,
    UnitType,
)

if TYPE_CHECKING:
    from sim.doctrine.files import doctrine_from, load_doctrine, source_texts

__all__ = [
    "CATALOGUES",
    "CaveatKind",
    "Doctrine",
    "DoctrineError",
    "Lever",
    "MeasureSpec",
    "Parameter",
    "Phrase",
    "Response",
    "Role",
    "Telling",
    "UnitType",
    "build",
    "doctrine_from",
    "load_doctrine",
    "source_texts",
]

_FROM_FILES: Final = frozenset({"doctrine_from", "load_doctrine", "source_texts"})


def __getattr__(name: str) -> Any:
    if name not in _FROM_FILES:
        raise AttributeError(f"module 'sim.doctrine' has no attribute {name!r}. It offers: {', '.join(__all__)}.")
    return getattr(import_module("sim.doctrine.files"), name)
