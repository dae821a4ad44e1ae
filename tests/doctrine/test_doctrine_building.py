"""From mappings to frozen dataclasses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.doctrine import DoctrineError, build


@dataclass(frozen=True, slots=True)
class Ring:
    minutes: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    id: str
    size: float
    word: Literal["a", "b"] = "a"
    tier: Literal[1, 2] | None = None
    span: tuple[float, float] = (0.0, 1.0)
    names: tuple[str, ...] = ()
    weights: Mapping[str, float] = field(default_factory=dict)
    ring: Ring | None = None
    rings: tuple[Ring, ...] = ()
    since: date | None = None
    flag: bool = False
    free: Any = None

    def __post_init__(self) -> None:
        if self.size < 0:
            raise ValueError("size is below 0.")


def test_the_annotations_are_the_schema():
    made = build(
        Entry,
        {
            "id": "x", "size": 3, "word": "b", "tier": 2, "span": [1, 2.5], "names": ["p"], "weights": {"q": 1},
            "ring": {"minutes": 10}, "rings": [{"minutes": 1, "note": "n"}], "since": "2017-02-01", "flag": True,
            "free": {"any": [1]},
        },
        "x.yaml: x",
    )  # fmt: skip
    assert made == Entry(
        "x",
        3.0,
        "b",
        2,
        (1.0, 2.5),
        ("p",),
        {"q": 1.0},
        Ring(10),
        (Ring(1, "n"),),
        date(2017, 2, 1),
        True,
        {"any": [1]},
    )
    assert type(made.size) is float
    assert build(Entry, {"id": "x", "size": 1.0, "tier": None, "since": date(2017, 2, 1)}, "").tier is None


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("size", "3", "not a number"),
        ("size", True, "not a number"),
        ("size", float("inf"), "no number to compute with"),
        ("size", float("nan"), "no number to compute with"),
        ("size", -1, "size is below 0"),
        ("word", "c", "Allowed: a, b"),
        ("tier", 3, "Allowed: 1, 2"),
        ("tier", True, "Allowed: 1, 2"),
        ("span", [1], "has 1 entries, needs 2"),
        ("span", 5, "no list"),
        ("names", "p", "no list"),
        ("names", [1], "not text"),
        ("weights", {"q": "1"}, "not a number"),
        ("weights", {1: 1}, "not text"),
        ("weights", [], "no mapping"),
        ("ring", {"minutes": 1.5}, "not a whole number"),
        ("ring", {"minuts": 1}, "Did you mean 'minutes'?"),
        ("ring", {}, "minutes: missing"),
        ("rings", [5], "no mapping"),
        ("since", "soon", "no date"),
        ("since", 2017, "not a date"),
        ("flag", 1, "not true or false"),
        ("siez", 3, "Did you mean 'size'?"),
        (5, 3, "unknown key"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(key, value, said):
    with pytest.raises(DoctrineError, match=r"^x\.yaml: x: ") as refusal:
        build(Entry, {"id": "x", "size": 1, key: value}, "x.yaml: x")
    assert said in str(refusal.value)


def test_a_missing_key_is_named():
    with pytest.raises(DoctrineError, match=r"x\.yaml: size: missing"):
        build(Entry, {"id": "x"}, "x.yaml")
    with pytest.raises(DoctrineError, match="is no mapping"):
        build(Entry, ["id"], "x.yaml")


VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from(list(Entry.__dataclass_fields__))


@given(st.dictionaries(KEYS, VALUES))
def test_nothing_but_a_doctrine_error_comes_out(data):
    try:
        made = build(Entry, data, "x")
    except DoctrineError:
        return
    assert isinstance(made.id, str)
    assert isinstance(made.size, float)
