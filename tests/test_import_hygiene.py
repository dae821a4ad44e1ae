"""Each room pulls in only what it needs. Static contracts stand in pyproject.toml; here the interpreter is asked."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("numpy", "pydantic", "simpy", "textual", "rich", "websockets", "typer", "yaml", "sqlite3", "asyncio")

ALLOWED = {
    "import sim": frozenset[str](),
    "import sim.folders, sim.exit_codes, sim.printing": frozenset[str](),
    "import sim.cli": frozenset({"typer"}),
    "import sim.net.protocol": frozenset[str](),
    "import sim.net.client": frozenset({"asyncio", "websockets"}),
    "import sim.net.plain": frozenset({"asyncio", "websockets"}),
    "import sim.net.launch": frozenset({"asyncio"}),
    "import sim.engine.world": frozenset({"numpy", "simpy"}),
    "import sim.doctrine": frozenset({"yaml"}),
    "import sim.scenario": frozenset({"pydantic", "yaml"}),
    "import sim.exercise": frozenset({"numpy", "simpy", "sqlite3"}),
    "import sim.tui.app": frozenset({"textual", "rich", "asyncio", "numpy", "websockets"}),
}


def loaded_after(statement: str) -> set[str]:
    code = f"{statement}\nimport sys\nprint(*(m for m in {HEAVY!r} if m in sys.modules))"
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


@pytest.mark.parametrize("statement", ALLOWED)
def test_a_room_leaves_the_weight_of_others_alone(statement: str) -> None:
    leaked = loaded_after(statement) - ALLOWED[statement]
    assert not leaked, f"{statement!r} pulled in {sorted(leaked)}"


def test_every_public_name_resolves() -> None:
    import sim

    for name in sim.__all__:
        assert getattr(sim, name) is not None


def test_an_unknown_public_name_is_refused_with_those_that_exist() -> None:
    import sim

    with pytest.raises(AttributeError, match=r"no attribute 'replay'.*load, run"):
        _ = sim.replay
