"""The reader's pages of the model name every mechanism and parameter, cite what exists, and link to what is there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

ROOT: Final = Path(__file__).parents[1]
MODEL: Final = ROOT / "docs" / "model"
MECHANISMS: Final = MODEL / "mechanisms"
ENGINE: Final = ROOT / "sim" / "engine"
PARAMETERS: Final = ROOT / "sim" / "doctrine" / "parameters.yaml"

INFRASTRUCTURE: Final = (
    "__init__", "agenda", "blueprint", "chance", "compiling", "journal", "kinds", "ticks", "world",
)  # fmt: skip
"""Modules below the mechanisms: the page on the order of one instant says what each is for."""

pytestmark = pytest.mark.skipif(not MECHANISMS.exists(), reason="docs/ is not beside the tests")

NAMED: Final = re.compile(r"`([a-z_]+)`")
LINK: Final = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
SOURCE: Final = re.compile(r"(?<![\w/#.`-])([CDEFHKMOPT]\d{1,2}(?:\.\d{1,2})?)(?![\w.]*\w)")
PARAMETER: Final = re.compile(r"(?<![\w.])([a-z_]+)\.([a-z_]+[a-z0-9_]*|<)")


def pages() -> list[Path]:
    return [MODEL / "README.md", *sorted(MECHANISMS.glob("*.md"))]


def words(page: Path) -> str:
    return page.read_text(encoding="utf-8")


@cache
def parameters() -> Mapping[str, Any]:
    # NOTE: without the C loader the file takes a second.
    return dict(yaml.load(PARAMETERS.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))


@cache
def families() -> frozenset[str]:
    return frozenset(name.partition(".")[0] for name in parameters())


def anchor(heading: str) -> str:
    """The anchor that a heading gets on the sites where these pages are read."""
    kept = re.sub(r"[^\w\- ]", "", heading.strip().lower().replace("`", ""))
    return kept.replace(" ", "-")


@cache
def anchors(page: Path) -> frozenset[str]:
    return frozenset(anchor(line.lstrip("#")) for line in words(page).splitlines() if re.match(r"#{1,6} ", line))


def links() -> Iterator[tuple[Path, str]]:
    for page in pages():
        for target in LINK.findall(words(page)):
            yield page, target


def sections() -> Iterator[tuple[str, str]]:
    """Each module that a heading of a mechanism page names, with the text below that heading."""
    for page in sorted(MECHANISMS.glob("*.md")):
        for section in re.split(r"^## ", words(page), flags=re.MULTILINE)[1:]:
            heading, _, text = section.partition("\n")
            for module in NAMED.findall(heading):
                yield module, text


def test_every_mechanism_of_the_engine_stands_beside_a_heading_of_one_page() -> None:
    named = [module for module, _ in sections()]
    modules = {path.stem for path in ENGINE.glob("*.py")} - set(INFRASTRUCTURE)
    assert sorted(modules - set(named)) == [], "a module of the engine is described on no page"
    assert sorted(set(named) - modules) == [], "a heading names a module that does not exist"
    assert sorted(name for name in set(named) if named.count(name) > 1) == [], "a module is described twice"


def test_the_modules_below_the_mechanisms_are_named_where_the_order_of_one_instant_is_told() -> None:
    instant = words(MODEL / "instant.md")
    assert [name for name in INFRASTRUCTURE if f"`{name}`" not in instant] == []


def test_every_family_of_parameters_is_linked_where_the_module_that_reads_it_is_described() -> None:
    described = dict(sections())
    wrong = []
    for name, parameter in parameters().items():
        family = name.partition(".")[0]
        for module in parameter["used_by"]:
            if module not in INFRASTRUCTURE and f"(../parameters.md#{family})" not in described.get(module, ""):
                wrong.append(f"{module}: {family}")
    assert sorted(set(wrong)) == []
    everything = "".join(described.values())
    assert [family for family in sorted(families()) if f"(../parameters.md#{family})" not in everything] == []


def test_every_parameter_named_in_an_equation_exists() -> None:
    known, wrong = parameters(), []
    for page in pages():
        for family, name in PARAMETER.findall(LINK.sub("", words(page))):
            whole = f"{family}.{name.removesuffix('<')}"
            there = whole in known or (whole.endswith(("_", ".")) and any(each.startswith(whole) for each in known))
            if family in families() and not there:
                wrong.append(f"{page.name}: {whole}")
    assert wrong == []


def test_every_link_leads_somewhere() -> None:
    wrong = []
    for page, target in links():
        if "://" in target:
            continue
        path, _, part = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        if not there.exists() or (part and part not in anchors(there)):
            wrong.append(f"{page.name}: {target}")
    assert wrong == []


def test_every_source_that_is_cited_is_a_row_of_the_table() -> None:
    rows = re.findall(r"^\| ([A-Z][0-9.]+) \|", words(MODEL / "sources.md"), re.MULTILINE)
    wrong = [f"{page.name}: {id_}" for page in pages() for id_ in SOURCE.findall(words(page)) if id_ not in rows]
    assert wrong == []


def test_every_mechanism_says_where_it_ends_and_one_with_parameters_what_they_rest_on() -> None:
    described = dict(sections())
    assert [module for module, text in described.items() if "Limits:" not in text] == []
    unsourced = [module for module, text in described.items() if "Parameters:" in text and "Sources:" not in text]
    assert unsourced == []


def test_the_overview_links_every_page_of_the_folder() -> None:
    linked = {target.partition("#")[0] for page, target in links() if page.name == "README.md"}
    assert [page.name for page in MECHANISMS.glob("*.md") if f"mechanisms/{page.name}" not in linked] == []
    assert [page.name for page in MODEL.glob("*.md") if page.name != "README.md" and page.name not in linked] == []
