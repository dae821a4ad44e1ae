"""What the distribution promises: its metadata, the data it carries, and the lines a newcomer types."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import pytest

import sim
from sim import versions

CHECKOUT: Final = Path(__file__).resolve().parents[1]
needs_checkout = pytest.mark.skipif(
    not (CHECKOUT / "sim" / "versions.py").exists(), reason="the checkout is not around the tests"
)
DISTRIBUTION: Final = "mission-leadership-tabletop"


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def readme() -> str:
    return (CHECKOUT / "README.md").read_text("utf-8")


@pytest.fixture(scope="module")
def installed() -> metadata.Distribution:
    try:
        return metadata.distribution(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        pytest.skip("runs from the checkout: the distribution is not installed")


@needs_checkout
def test_the_version_has_one_home(project: dict[str, Any]) -> None:
    assert "version" in project["project"]["dynamic"]
    assert project["tool"]["hatch"]["version"]["path"] == "sim/versions.py"
    assert sim.__version__ == versions.PACKAGE_VERSION


def test_the_installed_version_is_that_of_the_module(installed: metadata.Distribution) -> None:
    assert installed.version == versions.PACKAGE_VERSION


def test_the_installed_distribution_brings_its_licence_and_its_notice(installed: metadata.Distribution) -> None:
    names = {Path(str(file)).name for file in installed.files or ()}
    assert {"LICENSE", "NOTICE", "py.typed"} <= names
    assert installed.metadata["License-Expression"] == "MIT"


def test_the_command_is_installed(installed: metadata.Distribution) -> None:
    commands = {entry.name: entry.value for entry in installed.entry_points if entry.group == "console_scripts"}
    assert commands == {"mlt": "sim.cli:main"}


@needs_checkout
def test_the_base_installation_is_these_eight_and_no_more(project: dict[str, Any]) -> None:
    names = [re.match(r"[a-z]+", line)[0] for line in project["project"]["dependencies"]]  # type: ignore[index]
    assert names == ["simpy", "numpy", "pyyaml", "pydantic", "textual", "websockets", "typer", "platformdirs"]


def test_the_catalogues_and_the_scenarios_travel_with_the_package() -> None:
    from sim.scenario import library, load

    assert any(item.name == "parameters.yaml" for item in files("sim.doctrine").iterdir())
    assert "saraf_umra" in library()
    assert load("saraf_umra").title


@needs_checkout
def test_the_readme_has_the_two_commands_to_the_letter(readme: str) -> None:
    blocks = re.findall(r"```sh\n(.*?)```", readme, re.S)
    assert "python -m pip install . && mlt play saraf_umra\n" in blocks
    assert 'python -m pip install ".[dev]" && pytest\n' in blocks


@needs_checkout
def test_the_readme_makes_an_environment_on_each_system_before_the_commands(readme: str) -> None:
    before = readme[: readme.index("pip install")]
    assert all(re.search(rf"\| {system} \| `.*-m venv .venv", before) for system in ("Linux", "macOS", "Windows"))


@needs_checkout
def test_every_file_the_readme_shows_or_links_exists(readme: str) -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", readme)
    assert "docs/images/saraf_umra.svg" in targets
    assert [target for target in targets if not (CHECKOUT / target).exists()] == []


@needs_checkout
def test_the_readme_names_every_verb_and_no_other(readme: str) -> None:
    from sim.cli import app

    verbs = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    assert set(re.findall(r"^\| `mlt ([\w-]+)", readme, re.M)) == verbs


@needs_checkout
def test_the_changelog_has_a_heading_for_changed_results() -> None:
    text = (CHECKOUT / "CHANGELOG.md").read_text("utf-8")
    assert f"## {versions.PACKAGE_VERSION}" in text
    assert "### Changed results" in text


@needs_checkout
def test_the_notice_says_who_does_not_endorse_and_whose_data_is_used() -> None:
    text = " ".join((CHECKOUT / "NOTICE").read_text("utf-8").split())
    assert "not endorsed" in text
    assert "Geo-PKO" in text
    assert "Creative Commons Attribution 4.0" in text
