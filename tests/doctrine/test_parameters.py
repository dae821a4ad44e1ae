"""Every constant is read by the modules it names, every id that is read exists, every source can be looked up.

The engine is read as a tree: an id that stands nowhere in its source is a number that nothing depends on, and an id
that the doctrine lacks is an error that waits for the scenario that needs it.
"""

from __future__ import annotations

import ast
import importlib.util
import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any, Final, get_args, get_type_hints

import pytest
import yaml

from sim.doctrine import load_doctrine, source_texts
from sim.engine.choosing import ACTIONS, ATTACK_SITE, CLASH, RAID, VIOLENT, under
from sim.engine.journeys import REFUGES
from sim.engine.needs import LACKS
from sim.engine.talks import VIOLENCE_TERMS
from sim.engine.world import SHARED_STANDINGS
from sim.scenario import schema

SPEC: Final = importlib.util.find_spec("sim.engine")
assert SPEC is not None
assert SPEC.submodule_search_locations
ENGINE: Final = Path(next(iter(SPEC.submodule_search_locations)))

ROOT: Final = Path(__file__).parents[2]
SOURCES: Final = ROOT / "docs" / "model" / "sources.md"
SCENARIOS: Final = ROOT / "scenarios"

PARAMETERS: Final = load_doctrine().parameters
ID: Final = re.compile(r"[a-z_]+\.[a-z0-9_*]+")
"""An id, or a family of ids with stars where something is filled in."""


def choices(model: type[Any], field: str) -> list[str]:
    """What a scenario may write in a field."""
    return [under(str(value)) for value in get_args(get_type_hints(model)[field])]


SURFACES: Final = choices(schema.Route, "surface")
SEASONS: Final = choices(schema.Mission, "season")
POSTURES: Final = load_doctrine().responses["strong-posture"].options
KINDS: Final = choices(schema.Group, "kind")
SITE_EVENTS: Final = "shots attack police weapons rumour forced crush unrest firewood aid".split()


def members(pattern: str, *words: Iterable[str]) -> list[str]:
    return [pattern.replace("*", "{}").format(*map(under, filled)) for filled in product(*words)]


FAMILIES: Final = {
    "movement.*_*_kmh": members("movement.*_*_kmh", SURFACES, SEASONS),
    "forces.available_*_share": members("forces.available_*_share", POSTURES),
    "groups.bound_*": members("groups.bound_*", KINDS),
    "groups.cost_*": members("groups.cost_*", VIOLENT),
    "groups.failure_*": members("groups.failure_*", VIOLENT),
    "groups.loss_*": members("groups.loss_*", VIOLENT),
    "groups.minutes_*": members("groups.minutes_*", (CLASH, RAID, ATTACK_SITE)),
    "groups.night_*": members("groups.night_*", VIOLENT),
    "groups.per_hour_*": members("groups.per_hour_*", KINDS),
    "groups.regard_*": members("groups.regard_*", VIOLENT),
    "intelligence.summary_hours*": members("intelligence.summary_hours*", ("", "_in_crisis")),
    "people.attraction_*": members("people.attraction_*", REFUGES),
    "sites.tension_*": members("sites.tension_*", SITE_EVENTS),
    "sites.weight_*": members("sites.weight_*", LACKS),
    "standing.*_start": members("standing.*_start", (name.replace("/", "_") for name in SHARED_STANDINGS)),
    "talks.agreement_under_*": members("talks.agreement_under_*", VIOLENCE_TERMS),
}
"""What the engine fills into a name, so that each member of a family is looked for by itself."""

OPTIONAL: Final = {"groups.gain_*_*", "response.*_*"}
"""Families of which only what the doctrine has is read: gains a kind of group sees, effects a response has."""


def literals(tree: ast.AST) -> Iterator[str]:
    """Every string of a module but its docstrings, with a star for each value that is filled in."""
    inside = {part for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in inside:
            yield node.value


def effects(tree: ast.AST) -> Iterator[str]:
    """Names of effects that a module asks a response for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "effect":
            yield from (arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str))


@cache
def trees() -> dict[str, ast.Module]:
    return {path.stem: ast.parse(path.read_text("utf-8")) for path in sorted(ENGINE.glob("*.py"))}


@cache
def mentioned() -> dict[str, set[str]]:
    """Ids and families that stand in the source, and the modules where they do."""
    sections = {id_.partition(".")[0] for id_ in PARAMETERS}
    found: dict[str, set[str]] = {}
    for module, tree in trees().items():
        for text in literals(tree):
            if ID.fullmatch(text) and text.partition(".")[0] in sections:
                found.setdefault(text, set()).add(module)
    return found


@cache
def readers() -> dict[str, set[str]]:
    """The modules that read each id, families filled in."""
    found: dict[str, set[str]] = {}
    for name, modules in mentioned().items():
        for id_ in FAMILIES.get(name, () if "*" in name else (name,)):
            found.setdefault(id_, set()).update(modules)
    for id_ in members("groups.gain_*_*", KINDS, ACTIONS):
        if id_ in PARAMETERS:
            found.setdefault(id_, set()).update(mentioned()["groups.gain_*_*"])
    for module, tree in trees().items():
        for id_ in members("response.*_*", load_doctrine().responses, set(effects(tree))):
            if id_ in PARAMETERS:
                found.setdefault(id_, set()).add(module)
    return found


def tokens(source: str) -> list[str]:
    """The single references of a source: a range such as C13-C15 stands for each of its rows."""
    found: list[str] = []
    for part in source.split(","):
        span = re.fullmatch(r"([A-Z])(\d+)-\1(\d+)", part.strip())
        found += [f"{span[1]}{number}" for number in range(int(span[2]), int(span[3]) + 1)] if span else [part.strip()]
    return found


def cited(text: str) -> list[str]:
    """Rows that running text refers to: notes of parameters, comments of scenarios."""
    return re.findall(r"(?<![\w+-])(?:T\d(?:\.\d+)?|[CDEFHKMOP]\d+)(?![\w.]\d|\w)", text)


@cache
def documented() -> set[str]:
    """What the first column of a table explains."""
    cells = re.findall(r"^\| ([^|]+?) \|", SOURCES.read_text("utf-8"), re.MULTILINE)
    return {each.strip() for cell in cells for each in cell.split(",")}


def unexplained(references: Iterable[str]) -> list[str]:
    """Chapters of S1 and S2 resolve with the book."""
    known = documented()
    return [each for each in references if each not in known and each.split(" ")[0] not in known & {"S1", "S2"}]


needs_sources = pytest.mark.skipif(not SOURCES.exists(), reason="docs/ is not beside the tests")


def test_every_family_of_ids_in_the_engine_is_known_here() -> None:
    """A new f-string is a new family: say above what can be filled in."""
    families = {name for name in mentioned() if "*" in name}
    assert families == FAMILIES.keys() | OPTIONAL


def test_the_engine_reads_no_parameter_that_the_doctrine_lacks() -> None:
    absent = {id_: sorted(modules) for id_, modules in readers().items() if id_ not in PARAMETERS}
    assert not absent


def test_every_parameter_is_read() -> None:
    idle = [id_ for id_ in PARAMETERS if id_ not in readers()]
    assert not idle, "nothing depends on these; delete them:\n" + "\n".join(idle)


def test_every_parameter_names_the_modules_that_read_it() -> None:
    wrong = []
    for id_, parameter in PARAMETERS.items():
        named, found = set(parameter.used_by), readers().get(id_, set())
        # Which of the readers of an effect a response reaches is decided by its mechanism.
        right = bool(named) and named <= found if id_.startswith("response.") else named == found
        if not right:
            wrong.append(f"{id_}: names {sorted(named)}, is read by {sorted(found)}")
    assert not wrong, "\n".join(wrong)


def test_every_value_lies_within_its_range_and_has_a_unit() -> None:
    for id_, parameter in PARAMETERS.items():
        low, high = parameter.range
        assert low <= parameter.value <= high, id_
        assert parameter.unit.strip(), id_
        assert parameter.source.strip(), id_


def test_what_is_only_known_in_general_or_assumed_is_swept() -> None:
    """A guess without a range would be sold as knowledge."""
    fixed = [
        id_
        for id_, parameter in PARAMETERS.items()
        if parameter.confidence in {"general", "assumed"} and parameter.range[0] == parameter.range[1]
    ]
    assert not fixed


@needs_sources
@pytest.mark.parametrize("catalogue", source_texts())
def test_every_source_of_the_doctrine_can_be_looked_up(catalogue: str) -> None:
    entries = yaml.safe_load(source_texts()[catalogue]).items()
    missing = [
        f"{id_}: {token}"
        for id_, entry in entries
        for token in unexplained(tokens(entry["source"]) if "source" in entry else ())
    ]
    assert not missing, "\n".join(missing)


@needs_sources
def test_every_row_that_a_note_refers_to_can_be_looked_up() -> None:
    missing = [f"{id_}: {each}" for id_, one in PARAMETERS.items() for each in unexplained(cited(one.note))]
    assert not missing, "\n".join(missing)


@needs_sources
@pytest.mark.parametrize(
    "path", sorted([*SCENARIOS.glob("*.yaml"), *(ROOT / "validation").glob("*.yaml")]), ids=lambda path: path.stem
)
def test_every_row_that_a_scenario_or_a_band_refers_to_can_be_looked_up(path: Path) -> None:
    comments = "\n".join(re.findall(r"(?:^|\s)# (.*)$", path.read_text("utf-8"), re.MULTILINE))
    assert not unexplained(cited(comments))


@needs_sources
def test_every_row_that_the_engine_refers_to_can_be_looked_up() -> None:
    missing = [
        f"{module}: {each}"
        for module, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        for each in unexplained(cited(ast.get_docstring(node) or ""))
    ]
    assert not missing


@needs_sources
def test_the_table_explains_nothing_that_nobody_cites() -> None:
    """A row without a reader is a claim that nobody checks."""
    files = [*SCENARIOS.glob("*.yaml"), *(ROOT / "validation").glob("*.yaml"), *ENGINE.glob("*.py")]
    texts = [*source_texts().values(), *(path.read_text("utf-8") for path in files)]
    spans = [token for text in texts for span in re.findall(r"\b[A-Z]\d+-[A-Z]?\d+\b", text) for token in tokens(span)]
    used = {*spans, *(each for text in texts for each in re.findall(r"\b[A-Z]\d+(?:\.\d+)?\b", text))}
    rows = {row for row in documented() - {"S1", "S2"} if re.fullmatch(r"[A-Z]\d+(\.\d+)?", row)}
    assert not rows - used


def test_references_are_taken_apart() -> None:
    assert tokens("C13-C15, S1 box UNAMID") == ["C13", "C14", "C15", "S1 box UNAMID"]
    assert cited("the 3:1 rule (M7, T1.2); D+1 12:00, H8. A/68/787, co-C5x") == ["M7", "T1.2", "H8"]


def test_a_string_in_the_source_is_read_with_its_gaps() -> None:
    tree = ast.parse('"""a.docstring with words"""\nx = p[f"groups.loss_{under(a)}"] + p["groups.rest_hours"]\n')
    assert {text for text in literals(tree) if ID.fullmatch(text)} == {"groups.loss_*", "groups.rest_hours"}
