"""Every name under which chance is asked has a row in the table of draws, and every row is of a name that exists."""

from __future__ import annotations

import ast
import importlib.util
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from sim.engine.blueprint import compile_scenario
from sim.engine.chance import Chance, Choice
from sim.engine.world import World
from sim.scenario import load

TABLE: Final = Path(__file__).parents[2] / "docs" / "model" / "draws.md"
SPEC: Final = importlib.util.find_spec("sim.engine")
assert SPEC is not None
assert SPEC.submodule_search_locations
ENGINE: Final = Path(next(iter(SPEC.submodule_search_locations)))
KINDS: Final = {"Streams": "stream", "Choices": "choose", "Draws": "draw"}

pytestmark = pytest.mark.skipif(not TABLE.exists(), reason="docs/ is not beside the tests")


class Named(NamedTuple):
    kind: str
    name: str
    owner: str

    def covers(self, name: str) -> bool:
        pieces = re.split(r"(\{[^}]+\})", self.name)
        return bool(re.fullmatch("".join(".+" if each[:1] == "{" else re.escape(each) for each in pieces), name))


def table() -> Iterator[Named]:
    kind = ""
    for line in TABLE.read_text("utf-8").splitlines():
        if line.startswith("## "):
            kind = KINDS[line[3:]]
        elif line.startswith("| `"):
            names, owner = line.split("|")[1:3]
            for name in re.findall(r"`([^`]+)`", names):
                yield Named(kind, name, owner.strip())


def asked() -> set[tuple[str, str]]:
    """The modules that ask chance for something, and for what."""
    return {
        (node.attr, path.stem)
        for path in ENGINE.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr in KINDS.values()
        and ast.unparse(node.value).endswith("chance")
    }


def test_the_table_names_the_modules_that_draw_and_no_others() -> None:
    assert {(row.kind, row.owner) for row in table()} == asked()


def test_the_words_of_a_name_stand_in_the_engine() -> None:
    source = "\n".join(path.read_text("utf-8") for path in ENGINE.glob("*.py"))
    words = {word for row in table() for word in re.split(r"\{[^}]+\}|[/#]", row.name) if word}
    assert not {word for word in words if word not in source}


@pytest.mark.parametrize("pattern", ["historical", "no_reinforcement"])
def test_every_name_a_run_draws_under_is_in_the_table(pattern: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: set[tuple[str, str]] = set()
    _listen(monkeypatch, seen)
    world = World(compile_scenario(load("saraf_umra"), pattern), 7)
    world.advance(world.horizon)
    assert {kind for kind, _ in seen} == set(KINDS.values())
    rows = list(table())
    unknown = [
        (kind, name) for kind, name in sorted(seen) if not any(row.kind == kind and row.covers(name) for row in rows)
    ]
    assert not unknown


def _listen(monkeypatch: pytest.MonkeyPatch, seen: set[tuple[str, str]]) -> None:
    draw, stream, choose = Chance.draw, Chance.stream, Chance.choose

    def drawn(self: Chance, name: str, ordinal: int = 0, **given: Any) -> float:
        seen.add(("draw", name))
        return draw(self, name, ordinal, **given)

    def streamed(self: Chance, name: str) -> Callable[[], float]:
        seen.add(("stream", name))
        return stream(self, name)

    def chosen(self: Chance, name: str, odds: Mapping[str, float], **given: Any) -> Choice:
        seen.add(("choose", name))
        return choose(self, name, odds, **given)

    monkeypatch.setattr(Chance, "draw", drawn)
    monkeypatch.setattr(Chance, "stream", streamed)
    monkeypatch.setattr(Chance, "choose", chosen)
