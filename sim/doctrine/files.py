"""The YAML files beside this module, read into the catalogues.

A blueprint carries its doctrine with it: a worker that is sent one needs neither these files nor PyYAML.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

import yaml

from sim.doctrine.building import DoctrineError, build
from sim.doctrine.catalogue import CATALOGUES, Doctrine

E = TypeVar("E")


def source_texts() -> dict[str, str]:
    """The catalogues as they are written, by file name; a record keeps them."""
    return {f"{name}.yaml": _text(f"{name}.yaml") for name in CATALOGUES}


@cache
def load_doctrine() -> Doctrine:
    """The shipped doctrine, read once a process.

    Raises:
        DoctrineError: when a catalogue is missing or wrong.
    """
    return doctrine_from(source_texts())


def doctrine_from(texts: Mapping[str, str]) -> Doctrine:
    """The doctrine that these files say, as `source_texts` gave them.

    Raises:
        DoctrineError: when a catalogue is missing or wrong.
    """
    return Doctrine(**{name: _catalogue(kind, f"{name}.yaml", texts) for name, kind in CATALOGUES.items()})


def entries(kind: type[E], name: str) -> dict[str, E]:
    """A file of entries by id that is no catalogue: no run depends on it, and no record keeps it.

    Raises:
        DoctrineError: when the file is missing or wrong.
    """
    file = f"{name}.yaml"
    return _catalogue(kind, file, {file: _text(file)})


def _catalogue(kind: type[E], file: str, texts: Mapping[str, str]) -> dict[str, E]:
    if file not in texts:
        raise DoctrineError(file, "", "the catalogue is missing. Reinstall the package.")
    try:
        entries = yaml.load(texts[file], Loader=_Loader)
    except yaml.YAMLError as error:
        raise DoctrineError(file, "", f"YAML cannot be read: {error}") from error
    if not isinstance(entries, Mapping):
        raise DoctrineError(file, "", "is no mapping of ids to entries.")
    return {
        str(id_): build(kind, {"id": str(id_), **entry} if isinstance(entry, Mapping) else entry, f"{file}: {id_}")
        for id_, entry in entries.items()
    }


def _text(file: str) -> str:
    try:
        return files("sim.doctrine").joinpath(file).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise DoctrineError(file, "", "the catalogue is missing. Reinstall the package.") from None


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Safe, and two entries of one id are an error instead of the second winning."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value != "<<":
                if key.value in seen:
                    twice = f"the key {key.value!r} stands twice"
                    raise yaml.constructor.ConstructorError(None, None, twice, key.start_mark)
                seen.add(key.value)
        mapping: dict[Any, Any] = super().construct_mapping(node, deep)
        return mapping
