"""No order is carried out outside its authority, whoever gives it and whatever it names."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from line_and_column import mission, plan, rows, send
from sim.engine import inputs, kinds
from sim.engine.ticks import HOUR

SEATS = list(plan().seats)
ACTIONS = list(plan().doctrine.responses)
UNITS = ["", *plan().units]
PLACES = ["", *plan().places]
TARGETS = ["", "column-men", "hill-men", "town-line", "tcc-a", "townspeople"]


@settings(max_examples=60, deadline=None)
@given(
    seat=st.sampled_from(SEATS), action=st.sampled_from(ACTIONS), unit=st.sampled_from(UNITS),
    place=st.sampled_from(PLACES), target=st.sampled_from(TARGETS),
)  # fmt: skip
def test_an_order_is_carried_out_by_its_own_people_or_not_at_all(
    seat: str, action: str, unit: str, place: str, target: str
) -> None:
    world = mission()
    send(world, toward="mine")
    receipt = world.apply(inputs.Order(seat, action, unit, place, target))
    if not receipt.accepted:
        assert not rows(world, kinds.TASK_SENT)
        return
    world.advance(world.now + 20 * HOUR)
    blueprint = world.blueprint
    response = blueprint.doctrine.responses[action]
    if unit and response.performed_by != "office":
        spec = blueprint.units[unit]
        assert seat == spec.controller or seat in spec.under
        assert world.forces.units[unit].capabilities.get(response.performed_by)
    else:
        assert blueprint.seats[seat].role in response.issued_by
    if response.reserved:
        # Nobody released it: the seat of the head of mission is held, and silent.
        assert not rows(world, kinds.TASK_BEGAN)
        assert not rows(world, kinds.AIR_ACTION)


@settings(max_examples=25, deadline=None)
@given(seat=st.sampled_from(SEATS), action=st.sampled_from(ACTIONS), delegate=st.booleans())
def test_only_a_head_of_mission_directs(seat: str, action: str, delegate: bool) -> None:
    world = mission()
    receipt = world.apply(inputs.Direction(seat, "force-commander", action, "town", delegate=delegate))
    if seat != "head-of-mission":
        assert not receipt.accepted
        assert not rows(world, kinds.TASK_SENT, kinds.APPROVAL)
