"""No order outside its authority ever executes: judged from what was carried out."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessions import SCENARIOS, blueprint, random_input, session
from sim.engine import inputs, kinds
from sim.engine.inputs import Input
from sim.engine.journal import EventId
from sim.engine.staff_risk import StaffRisk
from sim.engine.tasks import Task
from sim.engine.ticks import DAY, HOUR
from sim.engine.world import World
from small_mission import plan as small_plan

every_scenario = pytest.mark.parametrize("scenario", SCENARIOS)
random_play = pytest.mark.parametrize("seed", [1, 2, 3])


def may_order(world: World, seat: str, action: str, unit: str) -> bool:
    """Whether a response is a seat's to order: its office's, or that of a unit under it which is able to do it."""
    plan = world.blueprint
    response = plan.doctrine.responses[action]
    if response.performed_by == "office":
        roles = {plan.seats[seat].role, *(one.role for one in plan.seats.values() if deputy(world, one.id) == seat)}
        return bool(roles.intersection(response.issued_by))
    spec = plan.units[unit]
    able = plan.doctrine.unit_types[spec.type].capabilities.get(response.performed_by, 0.0) > 0.0
    return able and seat in (spec.controller, *spec.under)


def deputy(world: World, seat: str) -> str:
    return world.procedure.deputy(seat)


def carried_out(world: World) -> list[tuple[Task, EventId]]:
    """Every task that began, with the row of its beginning."""
    return [(world.command.tasks[row.subject], row.id) for row in world.journal.rows() if row.kind is kinds.TASK_BEGAN]


def origins(world: World, row: EventId) -> list[EventId]:
    """A row and everything that it goes back to."""
    seen, open_ = {row}, [row]
    while open_:
        for cause in world.journal.causes(open_.pop()):
            if cause not in seen:
                seen.add(cause)
                open_.append(cause)
    return sorted(seen)


class Acting:
    """Who stood in for whom whenever something was put in or issued: being away ends."""

    def __init__(self) -> None:
        self.allowed: dict[str, bool] = {}

    def watch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from sim.engine.command import Command

        real = Command._make

        def made(command: Command, kind: str, seat: str, response: object, unit: object, *more: object) -> Task:
            task = real(command, kind, seat, response, unit, *more)  # type: ignore[arg-type]
            if kind == "order":
                name = "" if task.unit is None else task.unit.id
                self.allowed[task.name] = may_order(command._world, seat, task.response.id, name)
            return task

        monkeypatch.setattr(Command, "_make", made)


@every_scenario
@random_play
def test_whatever_is_carried_out_was_somebodys_to_order(
    scenario: str, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Orders only, by a seat that may give them; requests and directions begin nothing until somebody orders it."""
    acting = Acting()
    acting.watch(monkeypatch)
    world = World(blueprint(scenario=scenario), seed)
    refused = sum(not receipt.accepted for _, receipt in session(world, seed, 80))
    world.advance(12 * DAY)
    began = carried_out(world)
    for task, _ in began:
        assert task.kind in ("order", "reaction", "evacuation"), task.name
        if task.kind == "order":
            assert acting.allowed[task.name], task.name
        elif task.kind == "reaction":
            assert task.response.id == "physical-protection", task.name
        else:
            assert task.response.id == "evacuate-wounded", task.name
    assert len(began) > 10
    assert refused > 5


@every_scenario
def test_what_the_door_refuses_is_not_in_the_world(scenario: str) -> None:
    world = World(blueprint(scenario=scenario), 8)
    rows = world.journal.count
    luck = random.Random(8)
    refused = 0
    for _ in range(300):
        entry = random_input(luck, world)
        if isinstance(entry, inputs.AskedWhy) or not world._objection_to(world._addressed(entry)):
            continue
        assert not world.apply(entry).accepted
        refused += 1
        assert world.journal.count == rows, entry
    assert refused > 20


@every_scenario
def test_only_control_moves_what_is_controls(scenario: str) -> None:
    world = World(blueprint(scenario=scenario), 1)
    for seat in world.blueprint.seats.values():
        for entry in (
            inputs.AdjustStanding(seat.id, "legitimacy", 5.0), inputs.AddInject(seat.id, "x", "press", (seat.id,)),
            inputs.Rule(seat.id, "anything", "at-all"), inputs.FireInject(seat.id, next(iter(world.blueprint.injects))),
        ):  # fmt: skip
            assert world.apply(entry).accepted is (seat.role == "control"), (seat.id, entry)


@settings(max_examples=150)
@given(data=st.data())
def test_the_door_takes_an_order_of_right_form_exactly_where_it_is_the_seats_to_give(data: st.DataObject) -> None:
    world = World(small_plan(), 1)
    plan = world.blueprint
    response = plan.doctrine.responses[data.draw(st.sampled_from(sorted(plan.doctrine.responses)), "response")]
    seat = data.draw(st.sampled_from(sorted(plan.seats)), "seat")
    unit = "" if response.performed_by == "office" else data.draw(st.sampled_from(sorted(plan.units)), "unit")
    targets = [
        *plan.groups, *plan.counterparts, *plan.hostilities, *plan.contributors, *plan.communities, *plan.routes,
    ]  # fmt: skip
    fitting = ["", *(one for one in targets if world.authority._kind_of(one) in response.targets)]
    entry = inputs.Order(seat, response.id, unit, "base", data.draw(st.sampled_from(fitting), "target"))
    form = response.needs != "target" or bool(entry.target)
    assert world.apply(entry).accepted is (form and may_order(world, seat, response.id, unit)), entry


# Reserved means


def reserved_play(luck: random.Random, world: World) -> Input:
    """Reserved means ordered, released, delegated, asked for, and the seat of whoever releases them taken and left."""
    plan = world.blueprint
    head = next(seat.id for seat in plan.seats.values() if seat.role == "head-of-mission")
    reserved = [response for response in plan.doctrine.responses.values() if response.reserved]
    response = luck.choice(reserved)
    group = luck.choice(list(plan.groups))
    able = [
        unit for unit in plan.units.values()
        if plan.doctrine.unit_types[unit.type].capabilities.get(response.performed_by, 0.0) > 0.0
    ]  # fmt: skip
    match luck.randrange(10):
        case 0 | 1 | 2 | 3 | 4 if able:
            unit = luck.choice(able)
            return inputs.Order(unit.controller, response.id, unit.id, target=group)
        case 5:
            lead = luck.choice([unit.controller for unit in able] or [head])
            target = luck.choice([group, ""])
            return inputs.Direction(head, lead, response.id, target=target, delegate=luck.random() < 0.2)
        case 6:
            return inputs.Request(luck.choice(list(plan.seats)), head, response.id, "", "", group)
        case 7:
            # Somebody who may not release tries to.
            return inputs.Direction(luck.choice(list(plan.seats)), head, response.id, target=group, delegate=True)
        case _:
            return inputs.SeatHeld(head, luck.random() < 0.6)


@every_scenario
@random_play
def test_reserved_means_are_never_used_without_a_release_and_silence_of_a_person_is_none(
    scenario: str, seed: int
) -> None:
    """A release goes back to a direction of the head of mission, or to the policy of a seat that nobody held then."""
    world = World(blueprint(scenario=scenario), seed)
    head = next((seat.id for seat in world.blueprint.seats.values() if seat.role == "head-of-mission"), "")
    held: list[tuple[int, bool]] = [(0, False)]
    for entry, receipt in session(world, seed, 60, reserved_play, (0.3, 2.0, 8.0)):
        if isinstance(entry, inputs.SeatHeld) and entry.seat == head and receipt.accepted:
            held.append((world.now, entry.held))
    world.advance(12 * DAY)
    journal = world.journal
    releases = {
        row.subject: row for row in journal.rows() if row.kind is kinds.APPROVAL and row.fields["granted"]
    }  # fmt: skip
    for task, began in carried_out(world):
        if not task.response.reserved or task.seat == head:
            continue
        release = releases[task.name]
        assert release.id < began, task.name
        assert release.id in origins(world, began), task.name
        causes = [journal.row(cause) for cause in release.causes]
        spoken = [row for row in causes if row.kind in (kinds.INPUT, kinds.POLICY) and row.subject == head]
        thought = [row for row in causes if row.kind is kinds.CHOICE and row.fields["outcome"] == "released"]
        assert spoken or thought, task.name
        if not spoken:
            sat_there = [is_held for tick, is_held in held if tick <= release.tick][-1]
            assert not sat_there, task.name


def test_random_play_does_use_reserved_means_somewhere() -> None:
    """Otherwise the law above would hold of nothing."""
    used = 0
    for seed in range(6):
        world = World(blueprint(scenario="bambari"), seed)
        list(session(world, seed, 60, reserved_play, (0.3, 2.0, 8.0)))
        world.advance(12 * DAY)
        used += sum(task.response.reserved for task, _ in carried_out(world))
    assert used > 3


# The gate of staff security


def risky_play(luck: random.Random, world: World) -> Input:
    """Covered people are sent about, agreements on what is worth a risk come and go, and some orders are another's."""
    plan = world.blueprint
    seats = list(plan.seats.values())
    place = luck.choice(list(plan.places))
    action, roles = luck.choice(
        [
            ("programme-criticality", ("head-of-mission", "deputy-rc-hc")),
            ("collect-information", ("joc", "jmac")), ("hire-interpreters", ("chief-of-staff", "mission-support")),
            ("threat-assessment", ("jmac", "force-commander")), ("community-engagement", ()), ("liaison", ()),
        ]
    )  # fmt: skip
    covered = [unit for unit in plan.units.values() if world.security.covered(world.forces.units[unit.id])]
    if covered and luck.random() < 0.5:
        unit = luck.choice(covered)
        doing = luck.choice(["community-engagement", "weapons-screening", "security-survey", "joint-liaison"])
        target = next(iter(plan.counterparts), "")
        return inputs.Order(unit.controller, doing, unit.id, place, target if doing == "joint-liaison" else "")
    holders = [seat.id for seat in seats if seat.role in roles] or [luck.choice(seats).id]
    options = (luck.choice(["pc1", "pc3", "pc4"]),) if action == "programme-criticality" else ()
    return inputs.Order(luck.choice(holders), action, "", place, "", options)


def risky(scenario: str, seed: int) -> World:
    """Eight days of it, with some places reported to be dangerous; what is said of each is the same in every run."""
    world = World(blueprint(scenario=scenario), seed)
    for place in world.blueprint.places:
        world.intelligence.tell(
            "patrol-report", place, ("joc", "security-adviser", "head-of-mission"), world.beginning,
            facts=[(place, "violence", random.Random(place).choice(["quiet", "incidents", "fighting"]))],
            values={"place": place},
        )  # fmt: skip
    world.advance(HOUR)
    list(session(world, seed, 60, risky_play, (0.3, 2.0)))
    world.advance(8 * DAY)
    return world


def test_the_gate_of_staff_security_does_stop_somebody_somewhere() -> None:
    """Otherwise the law below would hold of nothing."""
    assert sum(risky(scenario, 1).staff_risk.refused for scenario in SCENARIOS) > 3


@every_scenario
@random_play
def test_nobody_under_the_security_system_goes_where_the_risk_is_not_accepted(
    scenario: str, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is sent out was asked about before, and whatever was stopped never begins."""
    asked: dict[str, bool] = {}
    real = StaffRisk.stops

    def stops(risk: StaffRisk, task: Task) -> EventId | None:
        permitted = not (task.place and risk.covers(task)) or risk.allows(task.place)
        row = real(risk, task)
        assert (row is None) is permitted, task.name
        asked[task.name] = permitted
        return row

    monkeypatch.setattr(StaffRisk, "stops", stops)
    world = risky(scenario, seed)
    for task, _ in carried_out(world):
        if task.kind == "order":
            assert asked[task.name], task.name
        else:
            assert not world.staff_risk.covers(task), task.name
