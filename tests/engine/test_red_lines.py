"""Red lines: who is bound, who tests them, and what is remembered of what the mission then did."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from line_and_column import ANNOUNCED, EAGER, ONE_BOUND, known, mission, order, release, rows, send, until
from sim.engine import kinds
from sim.engine.ticks import HOUR
from sim.engine.world import World

ALL = ("all-commanders", "in-writing", "through-head-of-office", "icrc-informed")
CROSSES = {**EAGER, "columns__loss": 6.0, "columns__gain": 4.0}


def declared(*options: str, seed: int = 1, **given_: float) -> World:
    world = mission(seed=seed, **given_)
    order(world, "declare-red-line", seat="head-of-mission", target="town-line", options=options)
    world.advance(12 * 24 * HOUR)
    return world


def crossing(seed: int = 1, *pairs: tuple[str, str], **given_: float) -> World:
    """A world in which a column has just crossed the announced line."""
    for attempt in range(40):
        world = mission(*(pairs or (ANNOUNCED,)), seed=seed + 100 * attempt, **{**CROSSES, **given_})
        send(world)
        row = until(world, kinds.LINE_CROSSED, kinds.COLUMN_TURNED)
        if row is not None and row.kind is kinds.LINE_CROSSED:
            return world
    raise AssertionError("nobody crossed")


def test_a_line_that_nobody_announced_binds_nobody_and_cannot_be_tested() -> None:
    world = mission()
    send(world)
    until(world, kinds.COLUMN_ARRIVED)
    assert world.truth.value("town-line", "state") == "draft"
    assert world.red_lines.binding("column-men", "town") == 0.0
    assert not rows(world, kinds.LINE_CROSSED)


def test_announcing_takes_an_office_and_each_commander_confirms_or_does_not() -> None:
    world = declared(*ALL)
    told = rows(world, kinds.LINE_TOLD)
    assert len(told) == 4
    share = sum(row.fields["confirmed"] for row in told) / len(told)
    assert world.truth.value("town-line", "state") == "announced"
    assert world.truth.value("town-line", "confirmed") == pytest.approx(share)
    assert known(world, "head-of-mission", "town-line", "confirmed") == pytest.approx(share, abs=0.05)


def test_telling_all_commanders_by_every_channel_reaches_more_of_them() -> None:
    def mean(*options: str) -> float:
        shares = [float(declared(*options, seed=seed).red_lines.confirmed("town-line")) for seed in range(12)]
        return math.fsum(shares) / len(shares)

    assert mean(*ALL) > mean("all-commanders") > mean()


def test_what_was_announced_is_forgotten_with_its_half_life_and_fades_beyond_its_distance() -> None:
    world = mission(ANNOUNCED, red_lines__half_life_hours=240.0)
    near, far = world.red_lines.binding("column-men", "town"), world.red_lines.binding("column-men", "mine")
    assert near == pytest.approx(1.0)
    assert 0.0 < far < near
    world.advance(240 * HOUR)
    assert world.red_lines.binding("column-men", "town") == pytest.approx(0.5)


def test_a_line_that_binds_some_and_not_others_costs_impartiality_with_those_it_binds() -> None:
    world = mission(ONE_BOUND)
    order(world, "declare-red-line", seat="head-of-mission", target="town-line")
    world.advance(48 * HOUR)
    standing = world.red_lines.impartiality("column-men")
    assert standing.value_at(world.now) < standing.start
    assert world.groups.persuasion(world.groups.state["column-men"]) < 0.0
    alike = declared()
    assert "impartiality/column-men" not in alike.ledger.standings


def test_a_line_without_people_to_protect_costs_headquarters_confidence_and_legal_standing() -> None:
    with_basis = mission()
    without = mission((", tasks: [protection-of-civilians]", ""))
    for world in (with_basis, without):
        order(world, "declare-red-line", seat="head-of-mission", target="town-line", options=("in-writing",))
        world.advance(30 * HOUR)
    assert without.ledger.value("headquarters") < with_basis.ledger.value("headquarters")
    assert "legal-status" in without.ledger.standings
    assert "legal-status" not in with_basis.ledger.standings


def test_a_crossing_that_nobody_answers_lowers_the_credibility_of_whoever_was_told() -> None:
    world = crossing()
    before = {group: world.deterrence.credibility(group) for group in ("column-men", "hill-men")}
    until(world, kinds.LINE_KEPT)
    (kept,) = rows(world, kinds.LINE_KEPT)
    assert kept.fields["kept"] == 0
    fell = {group: before[group] - world.deterrence.credibility(group) for group in before}
    assert fell["column-men"] > fell["hill-men"] > 0.0
    assert world.measures.value("line_tests").value == 1
    assert world.measures.value("lines_not_kept").value == 1


def test_a_crossing_that_is_answered_raises_it() -> None:
    world = crossing()
    before = world.deterrence.credibility("column-men")
    column = world.columns.of("column-men")
    assert column is not None
    world.red_lines.answered(column, column.row)
    assert world.deterrence.credibility("column-men") > before
    assert world.truth.value("town-line", "kept") == 1


def test_a_column_that_turns_by_itself_is_neither_kept_nor_broken() -> None:
    world = crossing()
    column = world.columns.of("column-men")
    assert column is not None
    before = world.deterrence.credibility("column-men")
    world.columns.turn_back(column, column.row, "rain")
    world.advance(world.now + 48 * HOUR)
    assert not rows(world, kinds.LINE_KEPT)
    assert world.deterrence.credibility("column-men") == pytest.approx(before, abs=0.5)


def test_the_commander_whom_nobody_told_expects_less() -> None:
    world = mission(ANNOUNCED)
    column = send(world)
    told = world.red_lines.expected("town-line", column)
    del world.red_lines.lines["town-line"].confirmed["column-men"][column.commander]
    assert world.red_lines.expected("town-line", column) < told


def test_a_line_makes_columns_turn_that_would_have_come() -> None:
    def came(*pairs: tuple[str, str]) -> int:
        found = 0
        for seed in range(30):
            world = mission(*pairs, seed=seed)
            send(world)
            row = until(world, kinds.COLUMN_ARRIVED, kinds.COLUMN_TURNED)
            found += row is not None and row.kind is kinds.COLUMN_ARRIVED
        return found

    assert came() > came(ANNOUNCED)


def test_herders_and_whoever_departs_by_agreement_test_nothing() -> None:
    for purpose, civilians in (("depart", 0), ("assault", 300)):
        world = mission(ANNOUNCED)
        send(world, purpose=purpose, civilians=civilians)
        until(world, kinds.COLUMN_ARRIVED)
        assert not rows(world, kinds.LINE_CROSSED)


def test_a_word_taken_back_costs_credibility_with_those_who_had_heard_it() -> None:
    world = mission(ANNOUNCED)
    world.red_lines.lines["town-line"].confirmed.pop("hill-men")
    before = {group: world.deterrence.credibility(group) for group in ("column-men", "hill-men")}
    order(world, "withdraw-red-line", seat="head-of-mission", target="town-line")
    world.advance(12 * HOUR)
    assert world.deterrence.credibility("column-men") < before["column-men"]
    assert world.deterrence.credibility("hill-men") == pytest.approx(before["hill-men"], abs=0.01)
    assert world.red_lines.binding("column-men", "town") == 0.0


def test_the_force_commander_may_announce_and_the_joc_may_not() -> None:
    world = mission()
    response = world.blueprint.doctrine.responses["declare-red-line"]
    assert "force-commander" in response.issued_by
    said = world.authority.refusal("joc", "declare-red-line", "", "", "town-line", "order")
    assert "not for this seat" in said
    assert world.authority.refusal("force-commander", "declare-red-line", "", "", "town-line", "order") == ""


@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 500), announced=st.booleans(), flies=st.booleans(), band=st.integers(20, 180),
    toward=st.sampled_from(["town", "mine"]),
)  # fmt: skip
def test_credibility_falls_through_a_line_if_and_only_if_a_word_that_was_heard_was_not_kept(
    seed: int, announced: bool, flies: bool, band: int, toward: str
) -> None:
    world = mission(*((ANNOUNCED,) if announced else ()), seed=seed, **CROSSES)
    if flies:
        release(world, "close-air-support", delegate=True)
    send(world, toward=toward, band=band)
    row = until(world, kinds.LINE_CROSSED, kinds.COLUMN_ARRIVED, kinds.COLUMN_TURNED)
    if flies and row is not None and row.kind is kinds.LINE_CROSSED:
        order(world, "close-air-support", "helicopters", target="column-men")
    world.advance(world.now + 72 * HOUR)
    broken = {row.id for row in rows(world, kinds.LINE_KEPT) if not row.fields["kept"]}
    announced_falls = [
        row for row in rows(world, kinds.CREDIBILITY) if row.fields["announced"] and not row.fields["kept"]
    ]
    assert all(broken.intersection(row.causes) for row in announced_falls)
    for each in broken:
        assert [row for row in announced_falls if each in row.causes and row.subject == "credibility/column-men"]
    if not announced:
        assert not announced_falls
        assert not broken
