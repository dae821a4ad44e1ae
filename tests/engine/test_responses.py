"""Every response of the catalogue works: taken in a paired run it leaves rows that name it, and moves a mechanism."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sessions import blueprint
from sim.engine import inputs, kinds
from sim.engine.inputs import Order
from sim.engine.ticks import DAY, HOUR
from sim.engine.world import World

MORNING = 55 * HOUR
"""D+2 13:00: fighting has begun, people are coming, it is light."""
EVE = 20 * HOUR
"""Before the first shots: nobody has decided anything yet."""
BEFORE = {"outer-perimeter", "open-gate", "ration-water", "retain-essential-staff"}

BEFOREHAND = {"close-base": Order("force-commander", "establish-base", "company-1/2", "fassi", hours=600.0)}
"""What must be there, with and without the response, and is done on the eve."""
PLACE = {"close-base": "fassi"}
"""Where it is done, if not in the town or at its base."""

UNIT = {
    "checkpoint": "company-1",
    "long-range-patrol": "company-1",
    "escort-convoy": "company-1",
    "establish-base": "company-1",
    "resupply-base": "helicopter-1",
    "visible-patrol": "company-1",
    "strong-posture": "company-1",
    "community-engagement": "police-team-1",
    "interposition": "company-1",
    "show-of-force": "company-1",
    "redeploy-guard": "company-1",
    "physical-protection": "company-1",
    "outer-perimeter": "company-1",
    "inner-perimeter": "fpu-3",
    "reinforce": "company-2",
    "weapons-screening": "police-team-1",
    "secure-aid": "company-1",
    "firewood-patrol": "fpu-3",
    "monitor-return": "company-1",
    "joint-liaison": "police-team-1",
    "truck-water": "water-trucks-1",
    "evacuate-wounded": "helicopter-1",
    "crowd-control": "fpu-3",
    "apprehend": "company-1",
    "cordon-and-search": "company-1",
    "robust-defence": "company-1",
    "evacuate-civilians": "company-1",
    "search-and-rescue": "company-1",
    "force-passage": "company-2",
    "security-survey": "police-team-1",
}
TARGET = {
    "checkpoint": "saraf-umra--el-sireaf",
    "escort-convoy": "saraf-umra--el-sireaf",
    "joint-liaison": "security-service",
    "request-clearance": "capital",
    "good-offices": "wells-and-market",
    "local-mediation": "wells-and-market",
    "warn-group": "herder-riders",
    "liaison": "herder-riders",
    "demarche-host-state": "governor",
    "demarche-contributor": "pcc-b",
    "apprehend": "herder-riders",
    "transfer-detainees": "security-service",
    "evacuate-civilians": "team-site",
    "curfew": "security-service",
    "rule-of-law-support": "security-service",
    "due-diligence-assessment": "security-service",
    "support-host-forces": "security-service",
    "name-violations": "capital",
    "protest-violation": "governor",
}
ELSEWHERE = {
    # What these move is no part of the scenario used here; the module named tests it in one of its own.
    "aerial-reconnaissance": "test_air",
    "close-air-support": "test_air",
    "declare-red-line": "test_red_lines",
    "withdraw-red-line": "test_red_lines",
    "guard-terrain": "test_engagements",
    "targeted-operation": "test_engagements",
    "direct-confrontation": "test_engagements",
    "monitor-zone": "test_engagements",
    "negotiate-with-group": "test_bargaining",
    "engage-patron": "test_patrons",
    "deny-recovery": "test_manpower",
    "support-ddr": "test_disarmament",
}
COMMAND_KINDS = {
    kinds.TASK_SENT, kinds.HOP, kinds.TASK_PREPARING, kinds.TASK_BEGAN, kinds.TASK_DONE, kinds.REPORT,
    kinds.INPUT, kinds.TASK_CANCELLED, kinds.TASK_ALREADY, kinds.ROUTINE_PATROL, kinds.DEPARTED, kinds.ARRIVED,
    kinds.STRIPPED,
}  # fmt: skip


def taken(action: str) -> tuple[World, World, str]:
    """The same world with and without the response, ordered by the seat whose it is."""
    plan = blueprint("no_reinforcement")
    response = plan.doctrine.responses[action]
    usual = "team-site" if response.needs == "site" or action == "reinforce" else "saraf-umra"
    place = PLACE.get(action, usual)
    unit = UNIT.get(action, "")
    if unit:
        seat = plan.units[unit].controller
    else:
        seat = next(
            one.id
            for role in response.issued_by
            for one in plan.seats.values()
            if one.role == role and "order" in plan.doctrine.roles[role].gives
        )
    worlds = []
    for acts in (False, True):
        world = World(plan, 5)
        # Nobody else gives orders, so that whatever differs comes from this one.
        for held in plan.seats:
            if plan.seats[held].level in ("mission", "sector", "site"):
                world.apply(inputs.SeatHeld(held, True))
        begin = EVE if action in BEFORE else MORNING
        if action in BEFOREHAND:
            world.advance(EVE)
            world.apply(BEFOREHAND[action])
            begin = EVE + 5 * DAY
        world.advance(begin)
        if acts:
            options = tuple(response.options[:1])
            receipt = world.apply(Order(seat, action, unit, place, TARGET.get(action, ""), options))
            assert receipt.accepted, receipt.reason
            ref = receipt.ref
        world.advance(begin + 6 * DAY)
        worlds.append(world)
    return worlds[0], worlds[1], ref


def done_here() -> list[str]:
    """Responses that some unit or office of this scenario can carry out; others have tests with units of their own."""
    plan = blueprint()
    able = {ability for unit in plan.units.values() for ability in plan.doctrine.unit_types[unit.type].capabilities}
    return [
        one.id
        for one in plan.doctrine.responses.values()
        if one.performed_by in able | {"office"} and one.id not in ELSEWHERE
    ]


@pytest.mark.parametrize("action", done_here())
def test_each_response_leaves_rows_that_name_it_and_moves_a_mechanism(action: str) -> None:
    without, with_it, ref = taken(action)
    named = [row for row in with_it.journal.rows() if row.subject == ref]
    soon = named[0].tick + HOUR
    assert not [row for row in without.journal.rows() if row.subject == ref and row.tick < soon]
    assert kinds.TASK_BEGAN in [row.kind for row in named], [row.kind.name for row in named]
    assert with_it.digest() != without.digest()
    ours = {row.id for row in named}
    moved = set()
    for row in with_it.journal.rows():
        if row.id not in ours and ours.intersection(row.causes):
            ours.add(row.id)
            if row.kind not in COMMAND_KINDS:
                moved.add(row.kind.name)
    if action in WITHOUT_ROW:
        assert WITHOUT_ROW[action](with_it) > WITHOUT_ROW[action](without), f"{action} left its mechanism where it was"
    else:
        assert moved, f"{action} began and nothing came of it"


WITHOUT_ROW: dict[str, Callable[[World], float]] = {
    # What these change shows in no row of its own until something happens; it is read from the mechanism.
    "liaison": lambda world: world.groups.persuasion(world.groups.state["herder-riders"]),
    "protect-sources": lambda world: world.networks.protects("saraf-umra"),
    "request-clearance": lambda world: float(("capital", "flight") in world.host_state.cleared),
}


def ordered_on_the_eve(*orders: Order) -> World:
    """A world in which nobody gives orders but these, six hours later."""
    plan = blueprint("no_reinforcement")
    world = World(plan, 5)
    for seat in plan.seats.values():
        if seat.level in ("mission", "sector", "site"):
            world.apply(inputs.SeatHeld(seat.id, True))
    world.advance(EVE)
    for order in orders:
        receipt = world.apply(order)
        assert receipt.accepted, receipt.reason
    world.advance(EVE + 6 * HOUR)
    return world


def test_a_company_around_the_base_holds_the_outer_ring_and_no_longer_the_inner() -> None:
    inner, outer = ordered_on_the_eve().sites.cover("team-site")
    ringed = ordered_on_the_eve(Order("force-commander", "outer-perimeter", "company-1", "team-site"))
    inner_then, outer_then = ringed.sites.cover("team-site")
    assert outer_then > outer
    assert inner_then < inner


def test_a_source_notices_more_where_information_is_collected() -> None:
    source = blueprint("no_reinforcement").information["women-traders"]
    without = ordered_on_the_eve().intelligence.sources
    asked = ordered_on_the_eve(Order("jmac", "collect-information", "", "saraf-umra")).intelligence.sources
    assert asked._odds(source, "saraf-umra", 1.0) > without._odds(source, "saraf-umra", 1.0)
    assert asked._odds(source, "herder-camps", 1.0) == without._odds(source, "herder-camps", 1.0)


def test_the_catalogue_holds_every_force_mode_and_none() -> None:
    modes = {response.force_mode for response in blueprint().doctrine.responses.values()}
    assert modes == {"deter", "pre-empt", "neutralize", "consolidate", None}


def test_protective_responses_carry_tier_and_phase_together() -> None:
    for response in blueprint().doctrine.responses.values():
        assert (response.tier is None) == (response.phase is None), response.id


def test_every_mechanism_of_the_catalogue_is_one_the_engine_has() -> None:
    world = World(blueprint(), 1)
    known = world.tasks.mechanisms()
    assert {response.mechanism for response in blueprint().doctrine.responses.values()} <= known
