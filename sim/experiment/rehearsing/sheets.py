"""Findings as tables of numbers, one line a thing and player, for whoever computes on."""

from __future__ import annotations

from collections.abc import Iterator

from sim.experiment.rehearsing.findings import DesignCheck, Share, Times, Waiting
from sim.experiment.reporting.sheets import Cell, Sheet

_SHARE = ("share", "low", "high")
_TIMES = ("hours_early", "hours_middle", "hours_late")


def sheets(check: DesignCheck) -> Iterator[Sheet]:
    """Every table of a design check."""
    yield Sheet(
        "injects",
        ("inject", "title", "kind", "storyline", "objective", "player", "runs", "came", *_SHARE, *_TIMES, "waits_for"),
        tuple(
            (
                found.id, found.title, found.kind, found.storyline, found.objective, each.player,
                *_of(each.came), *_at(each.times), _waits(each.waits),
            )
            for found in check.injects for each in found.by_player
        ),
    )  # fmt: skip
    yield Sheet(
        "decisions",
        (
            "decision", "title", "to", "within_hours", "player", "runs", "offered", *_SHARE, *_TIMES,
            "expired", "expired_share", "absent", "taken_hours_early", "taken_hours_middle", "taken_hours_late",
            "options_taken", "waits_for",
        ),
        tuple(
            (
                found.id, found.title, found.to, found.within_hours, each.player, *_of(each.offered), *_at(each.times),
                each.expired.count, _value(each.expired), each.absent.count, *_at(each.taken),
                "; ".join(f"{option} {count}" for option, count in each.options), _waits(each.waits),
            )
            for found in check.decisions for each in found.by_player
        ),
    )  # fmt: skip
    yield Sheet(
        "phases",
        (
            "kind", "phase", "title", "player", "runs", "reached", *_SHARE, *_TIMES, "skipped",
            "late_hours_early", "late_hours_middle", "late_hours_late",
        ),
        tuple(
            (
                found.kind, found.id, found.title, each.player, *_of(each.reached), *_at(each.times),
                None if each.skipped is None else each.skipped.count, *_at(each.late),
            )
            for found in check.phases for each in found.by_player
        ),
    )  # fmt: skip
    yield Sheet(
        "seats",
        (
            "seat", "title", "role", "player", "reports_median", "reports_p95", "reports_busiest_hour", "open_median",
            "open_p95", "idle_share", "collisions_per_run",
        ),
        tuple(
            (
                found.id, found.title, found.role, each.player, each.items_middle, each.items_high, each.items_busiest,
                each.open_middle, each.open_high, each.idle_share, each.collisions,
            )
            for found in check.seats for each in found.by_player
        ),
    )  # fmt: skip
    yield Sheet(
        "objectives",
        ("objective", "injects", "player", "runs", "observable", *_SHARE, *_TIMES),
        tuple(
            (found.id, ", ".join(found.injects), each.player, *_of(each.came), *_at(each.times))
            for found in check.objectives for each in found.by_player
        ),
    )  # fmt: skip
    yield Sheet(
        "leverage",
        (
            "decision", "title", "runs", "histories", "verdict", "measure", "unit", *_SHARE, "shown", "compared",
            "changed", "means",
        ),
        tuple(
            (
                found.decision, found.title, found.runs, found.histories, found.verdict, each.measure, each.unit,
                *((None,) * 3 if each.share is None else (each.share.value, each.share.low, each.share.high)),
                int(each.shown), each.changed.of, each.changed.count,
                "; ".join(f"{option} {mean!r}" for option, mean in each.means),
            )
            for found in check.leverage for each in found.on
        ),
    )  # fmt: skip


def _of(share: Share) -> tuple[Cell, ...]:
    if share.interval is None:
        return (share.of, share.count, None, None, None)
    return (share.of, share.count, share.interval.value, share.interval.low, share.interval.high)


def _value(share: Share) -> float | None:
    return None if share.interval is None else share.interval.value


def _at(times: Times | None) -> tuple[Cell, ...]:
    return (None, None, None) if times is None else (times.early, times.middle, times.late)


def _waits(waits: tuple[Waiting, ...]) -> str:
    return "; ".join(f"{each.words} ({each.count})" for each in waits)
