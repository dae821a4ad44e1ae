"""The outbox of a seat: newer values replace older ones, events keep their order, nothing grows without bound."""

from __future__ import annotations

from typing import Any

from sim.net.outbox import MOST_EVENTS, MOST_KEYS, Outbox
from sim.net.protocol import Delta, Notice, Snapshot


def view(tick: int, rows: int = 0, *, at: int = 0) -> dict[str, Any]:
    return {"single": {"clock": tick}, "tables": {"units": {f"u{n}": {"at": at} for n in range(rows)}}}


def test_the_first_view_goes_out_whole() -> None:
    outbox = Outbox()
    outbox.show(view(1, 2))
    assert outbox.wake.is_set()
    assert outbox.take() == [Snapshot(1, view(1, 2))]
    assert outbox.take() == []


def test_later_values_replace_earlier_ones_that_were_not_sent() -> None:
    outbox = Outbox()
    outbox.show(view(1, 2))
    outbox.take()
    for tick in range(2, 50):
        outbox.show(view(tick, 2, at=tick))
    (delta,) = outbox.take()
    assert delta == Delta(1, 2, {"clock": 49}, {"units": {"u0": {"at": 49}, "u1": {"at": 49}}})


def test_a_row_that_is_gone_is_sent_as_nothing() -> None:
    outbox = Outbox()
    outbox.show(view(1, 2))
    outbox.take()
    outbox.show(view(1, 1))
    assert outbox.take() == [Delta(1, 2, {}, {"units": {"u1": None}})]


def test_values_go_before_the_receipts_that_speak_of_them() -> None:
    outbox = Outbox()
    outbox.show(view(1))
    outbox.take()
    outbox.tell(Notice("info", "first"))
    outbox.show(view(2))
    outbox.tell(Notice("info", "second"))
    delta, first, second = outbox.take()
    assert isinstance(delta, Delta)
    assert (first, second) == (Notice("info", "first"), Notice("info", "second"))


def test_too_many_keys_become_a_snapshot() -> None:
    outbox = Outbox()
    outbox.show(view(1))
    outbox.take()
    outbox.show(view(2, MOST_KEYS + 1))
    assert outbox.take() == [Snapshot(2, view(2, MOST_KEYS + 1))]


def test_too_many_events_are_dropped_for_a_snapshot() -> None:
    outbox = Outbox()
    outbox.show(view(1))
    outbox.take()
    for number in range(MOST_EVENTS + 1):
        outbox.tell(Notice("info", str(number)))
    outbox.tell(Notice("info", "last"))
    assert outbox.take() == [Snapshot(2, view(1)), Notice("info", "last")]


def test_a_resync_sends_the_newest_view() -> None:
    outbox = Outbox()
    outbox.show(view(1))
    outbox.take()
    outbox.show(view(2))
    outbox.resync()
    assert outbox.take() == [Snapshot(2, view(2))]
