"""Random play on the real world: inputs of every kind at arbitrary moments, most of them sensible."""

from __future__ import annotations

import random
from functools import cache

from sim.engine import inputs
from sim.engine.blueprint import Blueprint, compile_scenario
from sim.engine.inputs import Input
from sim.engine.ticks import HOUR, Tick
from sim.engine.world import World
from sim.scenario import load


@cache
def blueprint(pattern: str = "historical", **options: str) -> Blueprint:
    """Saraf Umra, compiled once a process."""
    return compile_scenario(load("saraf_umra"), pattern, options)


def random_input(luck: random.Random, world: World) -> Input:
    """One input: mostly of a form the door takes, sometimes not."""
    plan = world.blueprint
    seats = list(plan.seats)
    places = list(plan.places)
    units = list(plan.units)
    responses = list(plan.doctrine.responses)
    targets = [*plan.hostilities, *plan.counterparts, *plan.groups, *plan.contributors, *plan.communities]
    seat = luck.choice(seats)
    unit = luck.choice(units)
    match luck.randrange(16):
        case 0 | 1 | 2 | 3:
            by = plan.units[unit].controller or seat
            able = [one for one in responses if plan.doctrine.responses[one].performed_by != "office"]
            return inputs.Order(by, luck.choice(able), unit, luck.choice([*places, "team-site", "team-site"]))
        case 4 | 5:
            response = plan.doctrine.responses[luck.choice(responses)]
            holders = [one.id for one in plan.seats.values() if one.role in response.issued_by] or seats
            return inputs.Order(
                luck.choice(holders), response.id, "", luck.choice([*places, "team-site"]), luck.choice(targets),
                tuple(luck.sample(response.options, luck.randint(0, len(response.options)))),
            )  # fmt: skip
        case 6:
            return inputs.Request(seat, luck.choice(seats), luck.choice(responses), unit, luck.choice(places))
        case 7:
            return inputs.Direction(
                "head-of-mission", luck.choice(seats), luck.choice(responses), luck.choice(places),
                delegate=luck.random() < 0.5,
            )  # fmt: skip
        case 8:
            decision = luck.choice(list(plan.decisions) or [""])
            options = list(plan.decisions[decision].options) if decision else [""]
            return inputs.Answer(plan.decisions[decision].to if decision else seat, decision, luck.choice(options))
        case 9:
            levers = luck.sample(list(plan.doctrine.levers), luck.randint(0, 4))
            return inputs.Levers(plan.units[unit].controller or seat, unit, tuple(levers), luck.random() < 0.5, 240.0)
        case 10:
            return inputs.SeatHeld(seat, luck.random() < 0.5)
        case 11:
            return inputs.AskedWhy(seat, luck.choice([*places, *units, "mission"]))
        case 12:
            return inputs.FireInject("control", luck.choice(list(plan.injects)))
        case 13:
            kind = luck.choice([inputs.HoldInject, inputs.SkipInject])
            return kind("control", luck.choice(list(plan.injects)))
        case 14:
            return luck.choice(
                [
                    inputs.AdjustStanding("control", luck.choice(list(world.ledger.standings)), luck.uniform(-30, 30)),
                    inputs.SpeakAs(
                        "control", luck.choice(list(plan.counterparts)), (seat,), "agreed", "flight", "words"
                    ),
                    inputs.AddInject("control", "one-more", "press", (seat,), text="Is it true?"),
                    inputs.Rule("control", "talks/wells-and-market/round#1", "agreed"),
                ]
            )
        case _:
            return inputs.Submit(seat, luck.choice(seats), "flash-report", (("displaced", 4000.0),), text="as of now")


def play(
    seed: int, *, steps: int = 25, hours: float = 200.0, luck_seed: int | None = None
) -> tuple[World, list[tuple[Tick, Input]]]:
    """Play a random session; return the world and what was put in, with its ticks."""
    luck = random.Random(seed if luck_seed is None else luck_seed)
    world = World(blueprint(), seed)
    record: list[tuple[Tick, Input]] = []
    for _ in range(steps):
        pace = luck.choice([0.0, 0.3, 2.0, 12.0])
        world.advance(world.now + round(luck.random() * pace * HOUR) + luck.choice([0, 0, HOUR - world.now % HOUR]))
        entry = random_input(luck, world)
        record.append((world.now, entry))
        world.apply(entry)
    world.advance(round(hours * HOUR))
    return world, record


def replay(seed: int, record: list[tuple[Tick, Input]], until: Tick) -> World:
    """The same inputs at the same ticks, in one go between them."""
    world = World(blueprint(), seed)
    for tick, entry in record:
        world.advance(tick)
        world.apply(entry)
    world.advance(until)
    return world
