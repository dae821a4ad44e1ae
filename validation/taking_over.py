"""Putting the medoid of a calibration into ``parameters.yaml``, line by line, so that comments and order stay."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from sim.doctrine import doctrine_from, source_texts

PARAMETERS = Path(__file__).parents[1] / "sim" / "doctrine" / "parameters.yaml"
NOTE = "Medoid of what history matching did not rule out."


def with_values(text: str, medoid: Mapping[str, float]) -> str:
    """The file with these values; a parameter's own note stays and says where the value is from.

    Raises:
        ValueError: when a parameter is not found as one line of the form ``id: {value: ...}``.
    """
    for id_, value in medoid.items():
        line = re.compile(rf"^({re.escape(id_)}: {{value: )([^,}}]+)(.*)}}$", re.MULTILINE)
        found = line.search(text)
        if found is None:
            raise ValueError(f"{id_} is not a line of parameters.yaml: write it as one, `{id_}: {{value: ..., ...}}`.")
        text = text[: found.start()] + f"{found[1]}{value:g}{_noted(found[3])}}}" + text[found.end() :]
    return text


def _noted(rest: str) -> str:
    if NOTE in rest:
        return rest
    note = re.search(r'note: "((?:[^"\\]|\\.)*)"', rest)
    if note is None:
        return f'{rest}, note: "{NOTE}"'
    return f'{rest[: note.start()]}note: "{note[1]} {NOTE}"{rest[note.end() :]}'


def take_over(medoid: Mapping[str, float], path: Path = PARAMETERS) -> None:
    """Write the values into the file, after a look whether the doctrine can still be read with them."""
    text = with_values(path.read_text(encoding="utf-8"), medoid)
    doctrine_from({**source_texts(), "parameters.yaml": text})
    path.write_text(text, encoding="utf-8")
