"""Nearness to people: a unit in each threatened place, or temporary bases where they cover most (S1 4.1.6, C19)."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sim.experiment.deploying import orders
from sim.experiment.deploying.concentrated import come_in
from sim.experiment.deploying.force import Body
from sim.experiment.deploying.plan import Plan
from sim.experiment.deploying.restrictions import BASING, HOLDING
from sim.experiment.deploying.wording import hours_apart, listed, many


def area(plan: Plan) -> None:
    """A unit to each threatened place that can be reached, most threatened and most populous first."""
    force = plan.force
    plan.title = "Area: a unit in each threatened place"
    plan.opening = (
        "A unit lives in each threatened place that can be reached within a day, where most people are under threat "
        "first; each base keeps a guard, and a reserve is held back. Near everybody, weak everywhere, and fed by road."
    )
    reserve = force.reserve()
    _hold_back(plan, reserve)
    held: dict[str, int] = {}
    for place in _unbased(plan):
        for body in force.bodies:
            if body.at == place and body.holds and body.unit not in plan.reasons and place not in held:
                plan.put(body, place, f"Stays among {_people(plan, place)}.")
                held[place] = 1
    _hand_out(plan, held)
    served = [place for place in _unbased(plan) if held.get(place)]
    if not served:
        plan.opening = (
            "No unit can live in a threatened place away from the bases; a reserve is held back where one can be."
        )
    else:
        plan.found.append(f"Units live in {listed([plan.name(place) for place in served], 8)}.")
    orders.feed(plan)
    plan.leave_the_others("nowhere needs it more that it can reach")


def temporary_bases(plan: Plan) -> None:
    """Temporary bases where they bring most people within reach; everybody else at the permanent ones."""
    force, knowledge = plan.force, plan.force.knowledge
    plan.title = "Temporary bases"
    reserve = force.reserve()
    _hold_back(plan, reserve)
    covered = [base for base in knowledge.bases if any(body.at == base for body in force.bodies)]
    chosen: list[str] = []
    while len(chosen) < knowledge.rules["tob.most_bases"]:
        place = _best_site(plan, covered, first=not chosen)
        if not place:
            break
        _open(plan, place, covered)
        chosen.append(place)
        covered.append(place)
    if not chosen:
        _no_site(plan)
        return
    many_bases = "Temporary bases" if len(chosen) > 1 else "A temporary base"
    plan.title = f"{many_bases} at {listed([plan.name(place) for place in chosen], 3)}"
    come_in(plan)
    orders.feed(plan)
    plan.leave_the_others("the temporary bases have enough")


# Area


def _unbased(plan: Plan) -> list[str]:
    """Threatened places that are not themselves a permanent base, in order of need."""
    knowledge = plan.force.knowledge
    return [place for place in knowledge.peopled if not knowledge.is_base(place)]


def _hand_out(plan: Plan, held: dict[str, int]) -> None:
    """One unit to each place first; then a second where most people are, while units are left."""
    knowledge = plan.force.knowledge
    nobody: dict[str, list[str]] = {}
    for wanted in range(1, round(knowledge.rules["area.most_at_a_place"]) + 1):
        for place in _unbased(plan):
            if held.get(place, 0) >= wanted:
                continue
            near = _nearest(plan, place, HOLDING)
            if near is not None:
                held[place] = held.get(place, 0) + 1
                way = f"{hours_apart(knowledge.hours(near.at, place))} from {plan.name(near.at)}"
                which = "Among" if wanted == 1 else "The second among"
                stood = "where it stood already" if near.at == place else way
                plan.put(near, place, f"{which} {_people(plan, place)}; {stood}.")
            elif wanted == 1:
                nobody.setdefault(_why_not(plan, place), []).append(plan.name(place))
    for why, names in nobody.items():
        plan.note(f"Nobody at {listed(names, 8)}: {why}.")


def _nearest(plan: Plan, place: str, tasks: Sequence[str]) -> Body | None:
    """The nearest body that is free to go there; of equally near ones the strongest."""
    hours = plan.force.knowledge.hours
    able = [body for body in _left(plan) if _may_live(plan, body, place, tasks)]
    return min(able, key=lambda body: (hours(body.at, place), -body.heads, body.rank), default=None)


def _left(plan: Plan) -> list[Body]:
    """Those about whom nothing is decided and who may leave where they stand."""
    force = plan.force
    return [body for body in (*force.free, *force.out) if body.unit not in plan.reasons and body.holds]


def _may_live(plan: Plan, body: Body, place: str, tasks: Sequence[str]) -> bool:
    within = plan.force.knowledge.hours(body.at, place) <= plan.force.knowledge.rules["reach.hours"]
    return within and (body.at == place or not plan.force.restrictions.forbids(body.unit, place, *tasks))


def _why_not(plan: Plan, place: str) -> str:
    force, knowledge = plan.force, plan.force.knowledge
    left = [body for body in (*force.free, *force.out) if body.holds]
    soonest = min((knowledge.hours(body.at, place) for body in left), default=math.inf)
    if not left or soonest <= knowledge.rules["reach.hours"]:
        near = [body for body in _left(plan) if knowledge.hours(body.at, place) <= knowledge.rules["reach.hours"]]
        return "what contributors declared keeps those away who are left" if near else "no unit is left"
    return "no open road leads there" if soonest == math.inf else "more than a day by road from any unit that could go"


def _hold_back(plan: Plan, reserve: Sequence[Body]) -> None:
    for body in reserve:
        plan.put(body, body.at, f"In reserve at {plan.name(body.at)}, at high readiness.")
        plan.raise_posture(body)
    if not reserve:
        plan.note("No unit can be spared for a reserve.")


def _people(plan: Plan, place: str) -> str:
    found = plan.force.knowledge.peopled[place]
    return many(found.people) + (", named as under threat" if found.named else ", of whom nobody is named as a target")


# Temporary bases


def _best_site(plan: Plan, covered: Sequence[str], *, first: bool) -> str:
    """Where a base brings most people within reach who are not; for the first, else where it saves most hours."""
    knowledge = plan.force.knowledge
    best, most = "", (0.0, 0.0)
    for place in _unbased(plan):
        nearest = _soonest(plan, place, knowledge.bases)
        a_post = knowledge.fed(place) or nearest < knowledge.rules["tob.least_hours_from_base"]
        if place in covered or a_post or not _company(plan, place):
            continue
        found = _gain(plan, place, covered)
        if found > most and (found[0] > 0.0 or first):
            best, most = place, found
    return best


def _gain(plan: Plan, place: str, covered: Sequence[str]) -> tuple[float, float]:
    """People under threat newly within reach, and hours that a base would be nearer to people, each counted."""
    knowledge = plan.force.knowledge
    farthest = knowledge.rules["reach.unreached_hours"]
    saved = [
        found.threatened * max(0.0, min(_soonest(plan, other, covered), farthest) - knowledge.hours(place, other))
        for other, found in knowledge.peopled.items()
    ]
    newly = [knowledge.peopled[other].threatened for other in _newly_covered(plan, place, covered)]
    return math.fsum(newly), math.fsum(saved)


def _newly_covered(plan: Plan, place: str, covered: Sequence[str]) -> list[str]:
    """Places within reach of a base there that are not within reach of those that stand."""
    knowledge = plan.force.knowledge
    within = knowledge.rules["reach.covered_hours"]
    return [
        other for other in knowledge.peopled
        if knowledge.hours(place, other) <= within < _soonest(plan, other, covered)
    ]  # fmt: skip


def _soonest(plan: Plan, place: str, bases: Sequence[str]) -> float:
    return min((plan.force.knowledge.hours(base, place) for base in bases), default=math.inf)


def _company(plan: Plan, place: str) -> list[Body]:
    """Those who would live there: the nearest first, to about the strength wanted; nobody where they are too few."""
    knowledge = plan.force.knowledge
    able = [body for body in _left(plan) if _may_live(plan, body, place, (BASING,))]
    able.sort(key=lambda body: (knowledge.hours(body.at, place), -body.heads, body.rank))
    chosen: list[Body] = []
    heads = 0
    for body in able:
        if not chosen or heads + body.heads / 2 <= knowledge.rules["tob.heads"]:
            chosen.append(body)
            heads += body.heads
    return chosen if heads >= knowledge.rules["tob.least_heads"] else []


def _open(plan: Plan, place: str, covered: Sequence[str]) -> None:
    knowledge = plan.force.knowledge
    newly = math.fsum(knowledge.peopled[other].people for other in _newly_covered(plan, place, covered))
    bodies = _company(plan, place)
    name = plan.name(place)
    for body in bodies:
        way = f"{hours_apart(knowledge.hours(body.at, place))} from {plan.name(body.at)}"
        came = "stands there already" if body.at == place else way
        plan.put(body, place, f"Builds and holds the temporary base at {name}; {came}.")
    orders.build(plan, place, bodies)
    who = listed([plan.name(body.unit) for body in bodies], 4)
    heads = sum(body.heads for body in bodies)
    gain = f"brings {many(newly)} within reach" if newly else "brings troops nearer to those around it"
    km = knowledge.km_to_surgeon(place)
    doctor = "there is no surgeon in the mission" if km == math.inf else f"the surgeon is {km:.0f} km away"
    plan.found.append(f"A base at {name} with {who} ({heads} heads) {gain}; {doctor}.")
    _engineers(plan, place)


def _engineers(plan: Plan, place: str) -> None:
    """Field accommodation takes half the time with engineers."""
    knowledge = plan.force.knowledge
    able = [
        unit for unit, spec in knowledge.units.items()
        if knowledge.can(unit, "engineering") and not knowledge.can(unit, "air") and unit not in plan.reasons
        and knowledge.hours(spec.at, place) < math.inf and not plan.force.restrictions.forbids(unit, place, BASING)
    ]  # fmt: skip
    if not able:
        plan.note(f"No engineers for {plan.name(place)}: building takes longer there.")
        return
    units = knowledge.units
    first = min(able, key=lambda unit: (knowledge.hours(units[unit].at, place), units[unit].rank))
    plan.support(first, place, f"Builds the base at {plan.name(place)} in less time.")


def _no_site(plan: Plan) -> None:
    """Nothing is gained by a temporary base: say why, and leave everything as it is."""
    plan.reasons.clear()
    plan.changes.clear()
    plan.notes.clear()
    far = [place for place in _unbased(plan) if not plan.force.knowledge.fed(place)]
    if not far:
        why = "every threatened place lies so near to a permanent base that it is fed and reached from there"
    elif not _left(plan):
        why = "every unit guards the base where it stands"
    else:
        why = "no place is far enough from a base and near enough to units that can be spared, in strength"
    plan.opening = f"No temporary base would bring anybody nearer to help: {why}."
    plan.leave_the_others("nothing changes")
