"""The messages: what is written is read again, and nothing hostile gets through."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.net.protocol import (
    Act,
    Bye,
    Clock,
    Delta,
    Goodbye,
    Hello,
    Notice,
    ProtocolError,
    ReceiptFor,
    Resync,
    Snapshot,
    difference,
    merge,
    read_client,
    read_host,
    seats_wanted,
    write,
)

VIEW: dict[str, Any] = {"single": {"clock": {"tick": 1}}, "tables": {"inbox": {"a": {"order": 1}}}}


@pytest.mark.parametrize(
    "message",
    [
        Hello(("head-of-mission",), have=3),
        Hello(("*",)),
        Act("a-1", {"kind": "order", "seat": "s", "text": "über <b>[bold] \x1b[31m"}),
        Clock("c", "run", 60.0, heed=False),
        Clock("c", "until", to="needs"),
        Clock("c", "until", 10.0, 5_000),
        Resync(),
        Bye(),
    ],
)
def test_a_clients_message_is_read_as_it_was_written(message: Any) -> None:
    assert read_client(write(message)) == message


@pytest.mark.parametrize(
    "message",
    [
        Snapshot(1, VIEW),
        Delta(1, 2, {"clock": None}, {"inbox": {"a": None}}),
        ReceiptFor("a", True, ref="r", answer=("x",)),
        Notice("warning", "text"),
        Goodbye("over", final=False),
    ],
)
def test_a_hosts_message_is_read_as_it_was_written(message: Any) -> None:
    assert read_host(write(message)) == message


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "JSON"),
        ("[]", "JSON"),
        ("[" * 100_000, "JSON"),
        ('{"type":"input","id":"a","input":{"hours":NaN}}', "JSON"),
        ('{"type":"input","id":"a","input":{"hours":Infinity}}', "JSON"),
        ('{"type":"input","id":"a","input":{"text":"\\ud800"}}', "JSON"),
        ('{"type":"input","id":"a","input":{"\\udfff":1}}', "JSON"),
        ("1" * 5000, "JSON"),
        ('{"type":"launch"}', "no message"),
        ('{"type":["hello"]}', "no message"),
        ('{"type":"hello","protocol":1,"seats":[]}', "seats"),
        ('{"type":"hello","protocol":1,"seats":"*"}', "seats"),
        ('{"type":"hello","protocol":1,"seats":[1]}', "seat"),
        ('{"type":"hello","protocol":true,"seats":["*"]}', "protocol"),
        ('{"type":"hello","protocol":1,"seats":["*"],"token":"x"}', "token"),
        ('{"type":"input","id":"","input":{}}', "id"),
        ('{"type":"input","id":"session/1","input":{}}', "id"),
        ('{"type":"input","id":"a","input":[]}', "object"),
        ('{"type":"clock","id":"a","action":"rewind"}', "action"),
        ('{"type":"clock","id":"a","action":"run","ratio":"fast"}', "ratio"),
        ('{"type":"clock","id":"a","action":"run","ratio":1e999}', "ratio"),
        ('{"type":"clock","id":"a","action":"until","to":1.5}', "to"),
        ('{"type":"clock","id":"a","action":"run","heed":1}', "heed"),
    ],
)
def test_what_is_no_message_is_refused_with_its_fault(text: str, what: str) -> None:
    with pytest.raises(ProtocolError, match=what):
        read_client(text)


def test_bytes_are_no_message() -> None:
    with pytest.raises(ProtocolError):
        read_client(b'{"type":"bye"}')


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
FIELDS = st.sampled_from(
    ["type", "protocol", "seats", "have", "id", "input", "action", "ratio", "to", "heed", "view", "single", "tables"]
)
TYPES = st.sampled_from(["hello", "input", "clock", "resync", "bye", "snapshot", "delta", "receipt", "notice"])


@given(st.dictionaries(FIELDS, JSON, max_size=6), TYPES | JSON)
def test_whatever_comes_it_is_a_message_or_refused(fields: dict[str, Any], kind: Any) -> None:
    text = json.dumps({**fields, "type": kind})
    for read in (read_client, read_host):
        try:
            message = read(text)
        except ProtocolError as error:
            assert error.message
        else:
            assert read(write(message)) == message


@given(st.text() | st.binary())
def test_noise_is_refused(noise: str | bytes) -> None:
    for read in (read_client, read_host):
        with pytest.raises(ProtocolError):
            read(noise)


ROWS = st.dictionaries(st.sampled_from("abc"), st.integers(0, 3).map(lambda n: {"order": n}), max_size=3)
VIEWS = st.builds(
    lambda clock, inbox, units: {"single": {"clock": clock}, "tables": {"inbox": inbox, "units": units}},
    st.integers(0, 3),
    ROWS,
    ROWS,
)


@given(VIEWS, VIEWS)
def test_a_difference_merged_into_the_old_view_gives_the_new_one(old: dict[str, Any], new: dict[str, Any]) -> None:
    single, tables = difference(old, new)
    view = {"single": dict(old["single"]), "tables": {name: dict(rows) for name, rows in old["tables"].items()}}
    merge(view, single, tables)
    assert view == new
    if old == new:
        assert (single, tables) == ({}, {})


def test_the_whole_team_and_single_seats_are_resolved_in_the_exercises_order() -> None:
    known, team = ("a", "b", "c", "site"), ("a", "b", "c")
    assert seats_wanted(["*"], known, team) == team
    assert seats_wanted(["site", "b"], known, team) == ("b", "site")
    with pytest.raises(ProtocolError, match="control"):
        seats_wanted(["control"], known, team)
