"""Reading YAML: what it means, where it stands, and what is refused fast."""

from __future__ import annotations

import re
import time

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from sim.scenario import reader
from sim.scenario.reader import MAX_NODES, Reading, read, scalar


def data(text):
    reading = read(text, "x.yaml")
    assert not reading.problems
    return reading.data


def only_problem(text):
    (problem,) = read(text, "x.yaml").problems
    return problem


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on", "on"),
        ("NO", "NO"),
        ("yes", "yes"),
        ("14:20", "14:20"),
        ("0123", 123),
        ("0o17", 15),
        ("0x1F", 31),
        ("-7", -7),
        ("+3", 3),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("-1.", -1.0),
        ("1_000", "1_000"),
        ("2014-03-05", "2014-03-05"),
        ("2014-03-05T06:00+03:00", "2014-03-05T06:00+03:00"),
        ("true", True),
        ("False", False),
        ("tRue", "tRue"),
        ("~", None),
        ("null", None),
        ("", None),
        ("-", "-"),
        ("1.2.3", "1.2.3"),
        ("0o9", "0o9"),
    ],
)
def test_plain_scalars_follow_yaml_1_2(text, value):
    found = scalar(text)
    assert (found, type(found)) == (value, type(value))


def test_quoted_scalars_are_text():
    assert data("a: '5'\nb: \"true\"\nc: |\n  7\n") == {"a": "5", "b": "true", "c": "7\n"}


def test_keys_are_text_whatever_they_look_like():
    assert data("on: 1\n0123: 2\ntrue: 3\n~: 4\n1.5: 5") == {"on": 1, "0123": 2, "true": 3, "~": 4, "1.5": 5}


def test_keys_keep_the_order_of_the_file():
    assert list(data("z: 1\na: 2\nm: 3")) == ["z", "a", "m"]


def test_aliases_and_merges_are_written_out():
    text = "a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\nc: {<<: [*a, {y: 9, z: 1}], w: 0}\nd: *a\n"
    assert data(text) == {
        "a": {"x": 1, "y": 2},
        "b": {"x": 1, "y": 3},
        "c": {"x": 1, "y": 2, "z": 1, "w": 0},
        "d": {"x": 1, "y": 2},
    }


def test_marks_count_from_one_and_follow_aliases_to_their_text():
    mark = read("first: 1\nlist:\n  - &p {at: [1, 2]}\n  - *p\nmerged: {<<: *p, far: 3}\n", "x").mark
    assert (mark.keys["first"].line, mark.keys["first"].column) == (1, 1)
    assert (mark.keys["first"].child.line, mark.keys["first"].child.column) == (1, 8)
    items = mark.keys["list"].child.items
    assert (items[0].keys["at"].line, items[0].keys["at"].column) == (3, 9)
    assert items[1].keys["at"].child.items[1].column == 17
    merged = mark.keys["merged"].child
    assert (merged.keys["at"].line, merged.keys["far"].line) == (3, 5)
    assert mark.child("nothing") is None
    assert mark.keys["list"].child.child(7) is None


@pytest.mark.parametrize(
    ("text", "place", "rule"),
    [
        ("a: 1\nb: 2\na: 3", (3, 1), "duplicate"),
        ("a: !!str 5", (1, 4), "tag"),
        ("a: !!python/object:os.system x", (1, 4), "tag"),
        ("a: ! x", (1, 4), "tag"),
        ("a: !!map {b: 1}", (1, 4), "tag"),
        ("b: [1, &a [*a]]", (1, 12), "alias"),
        ("a: &a {b: {c: *a}}", (1, 15), "alias"),
        ("a: *b", (1, 4), "alias"),
        ("? [a, b]\n: 1", (1, 3), "key"),
        ("{[a]: b}", (1, 2), "key"),
        ("&a a: 1\n*a : 2", (2, 1), "key"),
        ("'<<': {a: 1}", (1, 1), "key"),
        ("a: {<<: 5}", (1, 5), "merge"),
        ("a: {<<: [{b: 1}, 5]}", (1, 5), "merge"),
        ("a: .inf", (1, 4), "number"),
        ("a: -.INF", (1, 4), "number"),
        ("a: .nan", (1, 4), "number"),
        ("a: 1e999", (1, 4), "number"),
        ("a: 1234567890123456789", (1, 4), "number"),
        ("a: [1, 2\nb: 3", (2, 2), "yaml"),
        ("a:\n\t- b", (2, 1), "yaml"),
        ("a: 1\n---\nb: 2", (2, 1), "yaml"),
        ("", (1, 1), "yaml"),
        ("# nothing\n", (1, 1), "yaml"),
        ("ok: 1\nbad: \x07", (2, 6), "yaml"),
        ("a\0b", (1, 2), "yaml"),
        (b"ok: 1\n\xff", (2, 1), "encoding"),
        ("ok: 1\nbad: \ud800", (2, 6), "encoding"),
    ],
)
def test_what_is_refused_is_named_with_its_place(text, place, rule):
    problem = only_problem(text)
    assert ((problem.line, problem.column), problem.rule) == (place, rule)
    assert problem.message.endswith((".", "?"))
    assert problem.mend


def test_reading_goes_on_after_what_can_be_skipped():
    reading = read("a: 1\na: 2\nb: !!str x\nc: .inf\nd: {<<: 5, e: 6}", "x.yaml")
    assert [problem.rule for problem in reading.problems] == ["duplicate", "tag", "number", "merge"]
    assert reading.data == {"a": 1, "b": "x", "c": None, "d": {"e": 6}}
    assert reading.complete


def test_the_quoted_merge_sign_merges_nothing():
    assert read("a: {'<<': {b: 1}}", "x").problems[0].rule == "key"


def _aliases(levels: int) -> str:
    lines = ["a0: &a0 {x: 1, y: 2}"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, levels)]
    return "\n".join(lines)


def _merges(levels: int) -> str:
    lines = ["a0: &a0 {x: 1, y: 2}"]
    lines += [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}], k{n}: 1}}" for n in range(1, levels)]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("[" * 200_000, "depth"),
        ("- " * 97_500, "depth"),
        ("{a: " * 50_000, "depth"),
        ("a:\n" + "".join(" " * n + "a:\n" for n in range(1, 900)), "depth"),
        ("? " * 50_000, "key"),
        (_aliases(40), "size"),
        (_merges(40), "size"),
        ("x" * 5_000_001, "size"),
        (b"x" * 5_000_001, "size"),
    ],
    ids=["brackets", "dashes", "braces", "indents", "keys", "aliases", "merges", "long text", "long bytes"],
)
def test_bombs_are_refused_fast(text, rule):
    begun = time.process_time()
    assert only_problem(text).rule == rule
    # Measured at 6 ms for the slowest; composing these crashes, or takes half a minute.
    assert time.process_time() - begun < 0.5


def test_a_flat_flood_stops_at_the_limit_of_values():
    reading = read("- 1\n" * (MAX_NODES + 10), "x")
    assert not reading.complete
    assert reading.problems[0].rule == "size"


def test_a_flood_of_mistakes_is_cut_off():
    reading = read("\n".join(["a: 1"] * 100_000), "x")
    assert len(reading.problems) == reader.MAX_PROBLEMS
    assert not reading.complete


def test_the_deepest_allowed_text_is_read():
    assert read("[" * 40 + "]" * 40, "x").complete
    assert not read("[" * 41 + "]" * 41, "x").complete


def test_without_the_c_parser_the_same_is_read(monkeypatch):
    text = "a: &a {x: 1, y: '2'}\nb: {<<: *a, y: [1, {z: on}]}\nc: 0123\n"
    fast = read(text, "x")
    monkeypatch.setattr(reader, "_PARSER", yaml.SafeLoader)
    slow = read(text, "x")
    assert (slow.data, slow.problems) == (fast.data, fast.problems)
    assert slow.mark == fast.mark
    assert [read(bad, "x").problems[0].rule for bad in ("a: [", "a: \x07", "&a [*a]")] == ["yaml", "yaml", "alias"]


@given(st.text() | st.binary())
@example("\ufeffa: 1")
@example("%TAG ! tag:x,2000:\n---\n!a b")
@example("%YAML 9.9\n---\na")
@example("a: \u2028b")
@example("? a\n? b\n: c")
def test_nothing_escapes_from_any_text(text):
    reading = read(text, "x.yaml")
    assert isinstance(reading, Reading)
    assert reading.complete or reading.problems


YAMLISH = st.lists(
    st.sampled_from(
        ["a", "b", ": ", "- ", "[", "]", "{", "}", ", ", "&a ", "*a ", "<<: ", "\n", "  ", "? ", "'", '"', "!t ", "|",
         ">", "#", "1", ".inf", "---\n", "...\n", "%"]
    ),
    max_size=40,
).map("".join)  # fmt: skip


@given(YAMLISH)
def test_nothing_escapes_from_text_that_looks_like_yaml(text):
    reading = read(text, "x.yaml")
    lines = text.split("\n")
    for problem in reading.problems:
        assert 1 <= problem.line <= len(lines) + 1
        assert problem.column >= 1
    assert reading.nodes <= MAX_NODES or reading.problems


NUMBER_IN_ONE_VERSION = re.compile(r"[-+]?(0[0-9_]+|0o[0-7]+|[0-9_.]+([eE][-+]?[0-9]+)?)")
"""Texts such as 08 that the dumper, which writes YAML 1.1, leaves bare and that are numbers in 1.2."""
WORDS = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), max_size=12).filter(
    lambda text: not NUMBER_IN_ONE_VERSION.fullmatch(text)
)
KEYS = st.text("abcdef", min_size=1, max_size=4)
PLAIN = st.recursive(
    st.booleans() | st.none() | st.integers(-(10**17), 10**17) | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)


@given(PLAIN)
def test_what_a_safe_dumper_writes_is_read_back(value):
    # Only what YAML 1.1 and 1.2 mean alike: quoting text keeps 1.1's truth values out of it.
    text = yaml.dump(value, Dumper=yaml.SafeDumper, default_style=None, allow_unicode=True)
    found = read(text, "x")
    if "!!" in text:
        return
    assert found.data == value
