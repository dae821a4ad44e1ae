"""Strength in few places: point defence, and a hub with a reserve that moves (S1 4.1.6)."""

from __future__ import annotations

import math

from sim.engine.ticks import to_hours
from sim.experiment.deploying import orders
from sim.experiment.deploying.force import Body
from sim.experiment.deploying.plan import Plan
from sim.experiment.deploying.restrictions import HOLDING
from sim.experiment.deploying.wording import hours_apart, listed


def point(plan: Plan) -> None:
    """Everybody at the permanent bases: strong, fed, near a doctor, and far from whoever is attacked elsewhere."""
    plan.title = "Point: everybody at the permanent bases"
    plan.opening = (
        "Every unit that stands elsewhere comes back to the nearest permanent base. Strong, fed and near a doctor, and "
        "as far from the villages as the bases are."
    )
    if not plan.force.out:
        plan.opening = "Every unit that can be moved stands at a permanent base already, or is fed by one."
    come_in(plan)
    plan.leave_the_others("it is a permanent base, or fed by one")


def hub_and_reserve(plan: Plan) -> None:
    """The villages are left to a reserve that stands ready at the best placed base, in the air where it can be."""
    force = plan.force
    plan.title = "Hub and reserve"
    if not force.hub:
        plan.note("The mission has no permanent base, so there is no hub for a reserve.")
        plan.leave_the_others("there is no hub")
        return
    come_in(plan)
    aircraft = _aircraft(plan)
    reserve = force.reserve(come_in=True, platoons=bool(aircraft))
    if not reserve:
        plan.opening = "No unit can be spared for a reserve: each guards the base where it stands."
        plan.leave_the_others("no reserve")
        return
    plan.title = f"Hub and reserve at {plan.name(force.hub)}"
    plan.opening = (
        f"Everybody at the permanent bases, and a reserve on call at {plan.name(force.hub)}, from which most people "
        "under threat are soonest reached. Anywhere soon, nowhere for long."
    )
    for body in reserve:
        _stands_ready(plan, body)
    flying = _fly(plan, reserve, aircraft)
    sent = orders.commit(plan, reserve)
    orders.feed(plan)
    plan.found.append(
        f"The reserve is {listed([plan.name(body.unit) for body in reserve], 4)}; {_how(plan, reserve, flying)}."
    )
    if sent:
        plan.found.append("Standing orders send it where people are attacked and the scenario has none that do.")
    plan.leave_the_others("within call, not in reserve")


def _how(plan: Plan, reserve: tuple[Body, ...], flying: list[str]) -> str:
    """How the reserve goes."""
    if len(flying) == len(reserve):
        return "it goes by helicopter, by day"
    if flying:
        return f"{listed([plan.name(unit) for unit in flying], 3)} by helicopter, by day, the others by road"
    return "it goes by road"


def come_in(plan: Plan) -> None:
    """Those who stand away from every permanent base go to the nearest one."""
    force, knowledge = plan.force, plan.force.knowledge
    for body in force.out:
        if body.unit in plan.reasons:
            continue
        base = knowledge.nearest_base(body.at)
        here = plan.name(body.at)
        forbids = force.restrictions.forbids(body.unit, base, *HOLDING) if base else ""
        if not base:
            plan.note(f"{plan.name(body.unit)} stays at {here}: no open road leads to a base.")
            plan.put(body, body.at, "Stays: no open road leads to a base.")
        elif forbids:
            plan.note(f"{plan.name(body.unit)} stays at {here}: {plan.name(base)} is outside what was declared for it.")
            plan.put(body, body.at, f"Stays: its contributor's declared restriction {forbids} keeps it from the base.")
        else:
            way = hours_apart(knowledge.hours(body.at, base))
            plan.put(body, base, f"Comes in from {here}, {way} away: the nearest permanent base.")


def _stands_ready(plan: Plan, body: Body) -> None:
    force, knowledge = plan.force, plan.force.knowledge
    hub = force.hub
    hours = knowledge.hours(body.at, hub)
    forbids = force.restrictions.forbids(body.unit, hub, *HOLDING) if body.at != hub else ""
    if body.at == hub or hours == math.inf or forbids:
        here = plan.place_of(body.unit)
        plan.put(body, here, f"In reserve at {plan.name(here)}, at high readiness.")
    else:
        plan.put(body, hub, f"In reserve at the hub, at high readiness; {hours_apart(hours)} from where it stood.")
    plan.raise_posture(body)
    if force.restrictions.stays_in_at_night(body.unit):
        plan.note(f"{plan.name(body.unit)} is held back at night by what its contributor declared.")


def _aircraft(plan: Plan) -> list[str]:
    """Transport aircraft that can be tied to a reserve: those at the hub first, and some left for the wounded (F24)."""
    knowledge = plan.force.knowledge
    lift = [
        unit for unit in knowledge.units
        if knowledge.can(unit, "air") and knowledge.can(unit, "lift") and not knowledge.fights(unit)
    ]  # fmt: skip
    units = knowledge.units
    lift.sort(key=lambda unit: (units[unit].at != plan.force.hub, -units[unit].rank))
    return lift[: max(0, len(lift) - round(knowledge.rules["air.kept"]))]


def _fly(plan: Plan, reserve: tuple[Body, ...], aircraft: list[str]) -> list[str]:
    """Tie aircraft to platoons of the reserve: those fly from now on, and the aircraft do nothing else."""
    knowledge = plan.force.knowledge
    each = round(knowledge.rules["air.platoons_per_aircraft"])
    able = [body for body in reserve if plan.force.flying_type(body.unit)]
    if not any(knowledge.can(unit, "lift") for unit in knowledge.units):
        plan.note("The force has no transport aircraft: the reserve drives.")
    elif not aircraft:
        plan.note("The only transport aircraft stays with the wounded and the supply: the reserve drives.")
    elif not able:
        plan.note("No platoon of the reserve is of a kind that flies: it drives, and the aircraft keep their work.")
    flying: list[str] = []
    for index, machine in enumerate(aircraft):
        group = able[index * each : (index + 1) * each]
        if not group:
            break
        for body in group:
            kind = knowledge.blueprint.doctrine.unit_types[plan.force.flying_type(body.unit)]
            plan.change(body.unit, type=kind.id, vehicles=list(kind.vehicles))
            plan.reasons[body.unit] += f" It flies: {plan.name(machine)} is tied to it."
            flying.append(body.unit)
        _tie(plan, machine, [body.unit for body in group])
    return flying


def _tie(plan: Plan, machine: str, units: list[str]) -> None:
    knowledge = plan.force.knowledge
    run = math.ceil(to_hours(max(knowledge.blueprint.duration, knowledge.blueprint.epilogue)))
    seat = knowledge.units[machine].controller or knowledge.commander
    names = listed([plan.name(unit) for unit in units], 3)
    plan.injects[plan.order_id("ties", machine)] = {
        "title": f"{plan.name(machine)} on call",
        "at": "1m",
        "from": machine,
        "to": [seat] if seat else [],
        "text": f"From today {plan.name(machine)} waits for {names}, and flies for nobody else.",
        "grade": "A1",
        # The model has no word for an aircraft on call: for everybody else it does not fly.
        "effects": [{"unserviceable": {"unit": machine, "hours": f"{run}h"}}],
    }
    plan.reasons[machine] = f"Waits for {names}; for everybody else it counts as not flying."
