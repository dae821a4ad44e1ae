"""The engine's source keeps the promises of reproducibility: read as a tree, not as text.

A number with a meaning in the world belongs to ``doctrine/parameters.yaml``, where it has a source and
a range. What may stand in Python is arithmetic and the technical constants listed here, each with its reason.
"""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

SPEC: Final = importlib.util.find_spec("sim.engine")
assert SPEC is not None
assert SPEC.submodule_search_locations
ENGINE: Final = Path(next(iter(SPEC.submodule_search_locations)))
MODULES: Final = sorted(ENGINE.rglob("*.py"))

ARITHMETIC: Final = {0, 1, 2, -1, 0.5, 100}
"""Allowed anywhere: nothing, one, doubling, halving, the last of a list, and the end of the scale of standings."""

TECHNICAL_NAMES: Final = {
    "agenda": {"SAME_INSTANT_LIMIT", "RANK_BITS"},
    "chance": {"BLOCK", "TO_UNIT", "SMALLEST"},
    "inputs": {"MAX_TEXT", "MAX_ITEMS"},
    "journal": {"WINDOW", "FIXED", "MOST_CAUSES"},
    "ledger": {"LOWEST", "HIGHEST"},
    "places": {"EARTH_RADIUS_KM"},
    "ticks": {"SECOND", "MINUTE", "HOUR", "DAY"},
}
"""Constants about time units, storage and limits of size: none of them changes what a world means."""

TECHNICAL_LITERALS: Final[dict[str, set[float]]] = {
    # bits of a draw and bytes of a key; the journal row's head is four numbers long
    "chance": {8, 11, 16},
    "journal": {3, 4},
    # events shown when an instant runs away
    "agenda": {8},
    # most causes of a row, and the bits of a fixed-point field
    "caveats": {8},
    "forces": {20},
    # two digits of a count
    "sources": {10},
    # kilometres in the unit of a parameter
    "patrols": {1000},
    # people in the unit of a parameter that counts per thousand of them
    "admission": {1000},
    "arrests": {1000},
    "dangers": {1000},
    "perimeter": {1000},
    "public_order": {1000},
    "works": {1000},
    # days of a week
    "support": {7},
    # what is still a number in an input that came from outside
    "inputs": {1e9},
}

WHOLE_NUMBERS: Final = frozenset({"strength"})
"""Attributes that hold heads: adding them up is exact in any order."""

NUMPY_TRANSCENDENTAL: Final = frozenset(
    "exp exp2 expm1 log log2 log10 log1p power float_power sin cos tan arcsin arccos arctan arctan2 hypot "
    "sinh cosh tanh arcsinh arccosh arctanh cbrt logaddexp sum mean std var dot matmul".split()
)

FORBIDDEN_IMPORTS: Final = frozenset(
    "random secrets uuid time threading multiprocessing asyncio socket os io pathlib tempfile sqlite3 pickle "
    "concurrent subprocess shutil logging scipy pandas".split()
)

CLOCK_READS: Final = frozenset({"now", "utcnow", "today"})

ORDER_OF_MEMORY: Final = frozenset({"hash", "id", "open", "input", "eval", "exec"})


@pytest.fixture(params=MODULES, ids=lambda path: path.stem)
def module(request: pytest.FixtureRequest) -> Path:
    return request.param  # type: ignore[no-any-return]


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def test_the_engine_is_found() -> None:
    assert {"world", "chance", "journal", "ledger"} <= {path.stem for path in MODULES}


def test_no_number_with_a_meaning_in_the_world_stands_in_python(module: Path) -> None:
    tree = parsed(module)
    exempt = set(_technical(tree, TECHNICAL_NAMES.get(module.stem, set())))
    allowed = ARITHMETIC | TECHNICAL_LITERALS.get(module.stem, set())
    found = [
        f"{module.name}:{node.lineno}: {node.value!r}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, int | float)
        and not isinstance(node.value, bool)
        and node not in exempt
        and node.value not in allowed
    ]
    assert not found, "move it to doctrine/parameters.yaml, or name it here as technical:\n" + "\n".join(found)


def test_no_order_of_float_additions_is_left_to_the_interpreter(module: Path) -> None:
    """``sum`` of floats changed in Python 3.12. Counts may use it; amounts use ``math.fsum`` or a written loop."""
    found = [
        f"{module.name}:{call.lineno}: sum({ast.unparse(call.args[0])})"
        for call in _calls(parsed(module))
        if isinstance(call.func, ast.Name) and call.func.id == "sum" and not _counts(call.args[0])
    ]
    assert not found, "\n".join(found)


def test_no_numpy_function_differs_from_machine_to_machine(module: Path) -> None:
    tree = parsed(module)
    aliases = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
        if alias.name == "numpy"
    }
    taken = [
        f"{module.name}:{node.lineno}: {ast.unparse(node)}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in NUMPY_TRANSCENDENTAL
        and isinstance(node.value, ast.Name)
        and node.value.id in aliases
    ]
    imported = [
        f"{module.name}:{node.lineno}: from numpy import {alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "numpy"
        for alias in node.names
        if alias.name in NUMPY_TRANSCENDENTAL
    ]
    assert not taken + imported


def test_chance_comes_through_one_door(module: Path) -> None:
    """Only ``chance`` touches a generator, and it takes raw words: NumPy's own variates may change with a build.

    ``ISeedSequence`` is how a generator is given its key.
    """
    users = [
        node
        for node in ast.walk(parsed(module))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("numpy.random")
    ]
    names = {alias.name for node in users for alias in node.names}
    assert names <= ({"Philox", "ISeedSequence"} if module.stem == "chance" else set())


def test_the_engine_has_no_threads_no_files_and_no_luck_of_its_own(module: Path) -> None:
    found = [
        f"{module.name}: import {name}"
        for node in ast.walk(parsed(module))
        for name in _imported(node)
        if name.partition(".")[0] in FORBIDDEN_IMPORTS
    ]
    assert not found


def test_no_wall_clock_is_read(module: Path) -> None:
    found = [
        f"{module.name}:{call.lineno}: {ast.unparse(call)}"
        for call in _calls(parsed(module))
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in CLOCK_READS
        and ast.unparse(call.func.value).split(".")[-1] in {"datetime", "date"}
    ]
    assert not found


def test_nothing_depends_on_hashes_addresses_or_the_outside(module: Path) -> None:
    found = [
        f"{module.name}:{call.lineno}: {call.func.id}"
        for call in _calls(parsed(module))
        if isinstance(call.func, ast.Name) and call.func.id in ORDER_OF_MEMORY
    ]
    assert not found


def test_no_loop_runs_over_a_set(module: Path) -> None:
    """The order of a set of names differs from process to process."""
    tree = parsed(module)
    loops = [node.iter for node in ast.walk(tree) if isinstance(node, ast.For | ast.comprehension)]
    found = [f"{module.name}:{loop.lineno}: {ast.unparse(loop)}" for loop in loops if _is_set(loop)]
    assert not found


@pytest.mark.parametrize(
    ("source", "check"),
    [
        ("def f(x):\n    return x * 0.37\n", test_no_number_with_a_meaning_in_the_world_stands_in_python),
        ("SPEED = 30\n", test_no_number_with_a_meaning_in_the_world_stands_in_python),
        ("x = sum(unit.fuel for unit in units)\n", test_no_order_of_float_additions_is_left_to_the_interpreter),
        ("import numpy as np\nx = np.exp(2)\n", test_no_numpy_function_differs_from_machine_to_machine),
        ("from numpy import log\n", test_no_numpy_function_differs_from_machine_to_machine),
        ("from numpy.random import default_rng\n", test_chance_comes_through_one_door),
        ("import random\n", test_the_engine_has_no_threads_no_files_and_no_luck_of_its_own),
        ("from time import monotonic\n", test_the_engine_has_no_threads_no_files_and_no_luck_of_its_own),
        ("x = datetime.datetime.now()\n", test_no_wall_clock_is_read),
        ("x = hash('a')\n", test_nothing_depends_on_hashes_addresses_or_the_outside),
        ("for x in {1, 2} | other:\n    pass\n", test_no_loop_runs_over_a_set),
        ("y = [x for x in set(names)]\n", test_no_loop_runs_over_a_set),
    ],
)
def test_each_check_finds_what_it_is_for(source: str, check: object, tmp_path: Path) -> None:
    guilty = tmp_path / "guilty.py"
    guilty.write_text(source, "utf-8")
    with pytest.raises(AssertionError):
        check(guilty)  # type: ignore[operator]


def _technical(tree: ast.Module, names: set[str]) -> Iterator[ast.Constant]:
    """Numbers of listed module constants, and members of enumerations, which only order and tell apart."""
    for node in tree.body:
        named = isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id in names
        enumeration = isinstance(node, ast.ClassDef) and any("Enum" in ast.unparse(base) for base in node.bases)
        if named or enumeration:
            yield from (part for part in ast.walk(node) if isinstance(part, ast.Constant))


def _calls(tree: ast.Module) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _counts(argument: ast.expr) -> bool:
    if isinstance(argument, ast.Call) and ast.unparse(argument.func) == "map":
        return ast.unparse(argument.args[0]) == "int"
    if not isinstance(argument, ast.GeneratorExp | ast.ListComp):
        return False
    item = argument.elt
    counted = isinstance(item, ast.Constant) and isinstance(item.value, int)
    whole = isinstance(item, ast.Call) and isinstance(item.func, ast.Name) and item.func.id in {"len", "int", "round"}
    heads = isinstance(item, ast.Attribute) and item.attr in WHOLE_NUMBERS
    return counted or whole or heads or isinstance(item, ast.Compare)


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    return []


def _is_set(loop: ast.expr) -> bool:
    if isinstance(loop, ast.BinOp):
        return _is_set(loop.left) or _is_set(loop.right)
    if isinstance(loop, ast.Call):
        return isinstance(loop.func, ast.Name) and loop.func.id in {"set", "frozenset"}
    return isinstance(loop, ast.Set | ast.SetComp)
