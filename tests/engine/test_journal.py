"""Rows, their digest, and what the journal refuses."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.engine import kinds
from sim.engine.journal import FIXED, WINDOW, Journal, fixed, grain, unfixed

WORDS = st.text(max_size=8)
ENTRIES = st.lists(st.tuples(WORDS, st.integers(-(2**62), 2**62), st.integers(0, 2**40)), max_size=20)


def written(entries: list[tuple[str, int, int]], *, keep: bool = True, times: int = 1) -> Journal:
    journal = Journal(keep)
    journal.write(kinds.SCENARIO, 0, journal.name("scenario"), ())
    for _ in range(times):
        for subject, amount, tick in entries:
            journal.write(kinds.LEDGER, tick, journal.name(subject), (journal.count - 1,), amount, 0, journal.name("r"))
    return journal


@given(ENTRIES)
def test_a_row_reads_as_it_was_written(entries: list[tuple[str, int, int]]) -> None:
    journal = written(entries)
    rows = list(journal.rows())[1:]
    assert [(row.subject, row.fields["amount"], row.tick) for row in rows] == [
        (subject, amount / FIXED, tick) for subject, amount, tick in entries
    ]
    assert [row.causes for row in rows] == [(number,) for number in range(len(entries))]
    assert [journal.causes(row.id) for row in rows] == [row.causes for row in rows]
    assert all(journal.kind(row.id) is kinds.LEDGER and journal.tick(row.id) == row.tick for row in rows)


def test_pairs_of_names_and_amounts_stand_between_other_fields() -> None:
    journal = Journal()
    name = journal.name
    row = journal.write(
        kinds.CHOICE,
        3,
        name("branch"),
        (),
        name("a"),
        77,
        2,
        name("a"),
        fixed(0.25),
        name("b"),
        fixed(0.75),
        1,
        name("t"),
        fixed(-2.0),
    )
    assert journal.row(row).fields == {
        "outcome": "a", "uniform": 77, "odds": {"a": 0.25, "b": 0.75}, "terms": {"t": -2.0},
    }  # fmt: skip


@given(ENTRIES)
def test_the_digest_does_not_depend_on_whether_rows_are_kept(entries: list[tuple[str, int, int]]) -> None:
    assert written(entries).digest() == written(entries, keep=False).digest()


def test_the_chain_of_digests_does_not_depend_on_whether_rows_are_kept() -> None:
    entries = [("a", 1, 2), ("b", 3, 4), ("c", 5, 6)]
    kept, dropped = written(entries, times=1_000), written(entries, keep=False, times=1_000)
    assert [count for count, _ in kept.marks] == [WINDOW, 2 * WINDOW, 3 * WINDOW]
    assert kept.marks == dropped.marks
    assert kept.digest() == dropped.digest()


def test_a_changed_row_changes_the_mark_of_its_window_and_every_later_one() -> None:
    entries = [(str(number), number, number) for number in range(3_500)]
    other = list(entries)
    other[1_500] = ("1500", -1, 1_500)
    one, two = written(entries).marks, written(other).marks
    assert [a == b for a, b in zip(one, two, strict=True)] == [True, False, False]


def test_the_name_of_a_subject_is_part_of_the_digest() -> None:
    assert written([("a", 1, 2)]).digest() != written([("b", 1, 2)]).digest()


def test_reading_a_digest_changes_nothing() -> None:
    journal = written([("a", 1, 2)])
    first = journal.digest()
    assert journal.digest() == first
    journal.write(kinds.SCENARIO, 9, journal.name("scenario"), ())
    assert journal.digest() != first


@pytest.mark.parametrize("amount", [math.nan, math.inf, -math.inf])
def test_an_amount_that_is_not_finite_is_refused(amount: float) -> None:
    with pytest.raises((ValueError, OverflowError)):
        fixed(amount)
    with pytest.raises((ValueError, OverflowError)):
        grain(amount)


@given(st.floats(-1e6, 1e6))
def test_a_grain_is_the_nearest_multiple_of_two_to_the_minus_twenty_and_stays(amount: float) -> None:
    assert abs(grain(amount) - amount) <= 0.5 / FIXED
    assert grain(grain(amount)) == grain(amount) == unfixed(fixed(amount))


def test_only_rows_of_the_world_count_as_such() -> None:
    journal = written([("a", 1, 2), ("b", 1, 2)])
    assert (journal.count, journal.world_rows) == (3, 1)
