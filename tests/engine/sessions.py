"""Random play on the shipped scenarios: inputs of every kind at arbitrary moments, most of them sensible."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from functools import cache

from sim.doctrine import Response
from sim.engine import inputs
from sim.engine.blueprint import Blueprint, compile_scenario
from sim.engine.inputs import Input, Receipt
from sim.engine.ticks import HOUR, Tick
from sim.engine.world import World
from sim.scenario import load

SCENARIOS = ("saraf_umra", "bambari", "upper_nile_tob", "terrain_camp", "near_and_blind")
"""Every scenario that is shipped; a test checks that none is missing."""


@cache
def blueprint(pattern: str = "", scenario: str = "saraf_umra", *, fictional: bool = False, **options: str) -> Blueprint:
    """A shipped scenario, compiled once a process; its first pattern where none is named."""
    loaded = load(scenario)
    return compile_scenario(loaded, pattern or next(iter(loaded.patterns)), options, fictional=fictional)


def random_input(luck: random.Random, world: World) -> Input:
    """One input: mostly of a form the door takes, sometimes not."""
    plan = world.blueprint
    seats, places, units = list(plan.seats), list(plan.places), list(plan.units)
    responses = list(plan.doctrine.responses.values())
    seat, unit = luck.choice(seats), luck.choice(units)
    response = luck.choice(responses)
    match luck.randrange(18):
        case 0 | 1 | 2 | 3:
            by = plan.units[unit].controller or seat
            able = [one for one in responses if can(plan, unit, one)] or responses
            response = luck.choice(able)
            return inputs.Order(
                by, response.id, unit, somewhere(luck, plan, response), somebody(luck, plan, response),
                some(luck, response.options), luck.choice([0.0, 0.0, 6.0, 48.0]),
            )  # fmt: skip
        case 4 | 5 | 6:
            response = luck.choice([one for one in responses if one.performed_by == "office"])
            holders = [one.id for one in plan.seats.values() if one.role in response.issued_by] or seats
            return inputs.Order(
                luck.choice(holders), response.id, "", somewhere(luck, plan, response),
                somebody(luck, plan, response), some(luck, response.options),
            )  # fmt: skip
        case 7:
            # Somebody orders what may well not be his to order.
            return inputs.Order(
                seat, response.id, luck.choice([unit, "", "nobody"]), luck.choice([*places, "", "nowhere"]),
                luck.choice([somebody(luck, plan, response), "", "nobody"]), ("nothing",) * luck.randint(0, 1),
            )  # fmt: skip
        case 8:
            to = luck.choice(seats)
            return inputs.Request(
                seat, to, response.id, luck.choice([unit, ""]), luck.choice(places), somebody(luck, plan, response)
            )
        case 9:
            reserved = [one for one in responses if one.reserved]
            response = luck.choice([response, *reserved])
            head = luck.choice([one.id for one in plan.seats.values() if one.role == "head-of-mission"] + [seat])
            return inputs.Direction(
                head, luck.choice(seats), response.id, luck.choice(places), somebody(luck, plan, response),
                delegate=luck.random() < 0.5,
            )  # fmt: skip
        case 10:
            decision = luck.choice(list(plan.decisions) or [""])
            options = list(plan.decisions[decision].options) if decision else [""]
            return inputs.Answer(plan.decisions[decision].to if decision else seat, decision, luck.choice(options))
        case 11:
            levers = luck.sample(list(plan.doctrine.levers), luck.randint(0, 4))
            return inputs.Levers(plan.units[unit].controller or seat, unit, tuple(levers), luck.random() < 0.5, 240.0)
        case 12 | 13:
            return inputs.SeatHeld(seat, luck.random() < 0.5)
        case 14:
            return inputs.AskedWhy(seat, luck.choice([*places, *units, *plan.groups, "mission"]))
        case 15:
            inject = luck.choice(list(plan.injects) or [""])
            kind = luck.choice([inputs.FireInject, inputs.FireInject, inputs.HoldInject, inputs.SkipInject])
            return kind(luck.choice(["control", "control", seat]), inject)
        case 16:
            who = luck.choice(["control", "control", seat])
            counterpart = luck.choice([*plan.counterparts, *plan.groups, ""])
            return luck.choice(
                [
                    inputs.AdjustStanding(who, luck.choice(list(world.ledger.standings)), luck.uniform(-30, 30)),
                    inputs.SpeakAs(who, counterpart, (seat,), "agreed", "flight", "words"),
                    inputs.AddInject(who, "one-more", "press", (seat,), text="Is it true?"),
                    inputs.Rule(who, "talks/wells-and-market/round#1", "agreed"),
                ]
            )
        case _:
            return inputs.Submit(seat, luck.choice(seats), "flash-report", (("displaced", 4000.0),), text="as of now")


def can(plan: Blueprint, unit: str, response: Response) -> bool:
    """Whether a unit is trained and equipped for a response."""
    capabilities = plan.doctrine.unit_types[plan.units[unit].type].capabilities
    return capabilities.get(response.performed_by, 0.0) > 0.0


def somewhere(luck: random.Random, plan: Blueprint, response: Response) -> str:
    """A place that the response can be meant for, more often than not one where something can happen."""
    sites = [place.id for place in plan.places.values() if place.site is not None]
    if response.needs == "site":
        return luck.choice(sites or list(plan.places))
    held = [group.home for group in plan.groups.values()]
    return luck.choice([*plan.places, *sites, *held, *([""] if response.needs != "place" else [])])


def somebody(luck: random.Random, plan: Blueprint, response: Response) -> str:
    """Somebody or something that the response can be addressed to."""
    found = [target for kind in response.targets for target in getattr(plan, TARGETS[kind])]
    return luck.choice(found) if found else ""


def some(luck: random.Random, options: Sequence[str]) -> tuple[str, ...]:
    return tuple(luck.sample(list(options), luck.randint(0, len(options))))


TARGETS = {
    "counterpart": "counterparts", "place": "places", "group": "groups", "contributor": "contributors",
    "hostility": "hostilities", "community": "communities", "route": "routes", "line": "red_lines",
    "patron": "patrons", "seat": "seats",
}  # fmt: skip


def play(
    seed: int, *, steps: int = 25, hours: float = 200.0, luck_seed: int | None = None, scenario: str = "saraf_umra"
) -> tuple[World, list[tuple[Tick, Input]]]:
    """Play a random session; return the world and what was put in, with its ticks."""
    world = World(blueprint(scenario=scenario), seed)
    record = [(world.now, entry) for entry, _ in session(world, seed if luck_seed is None else luck_seed, steps)]
    world.advance(round(hours * HOUR))
    return world, record


def session(
    world: World, luck_seed: int, steps: int, make: Callable[[random.Random, World], Input] = random_input,
    paces: Sequence[float] = (0.0, 0.3, 2.0, 12.0),
) -> Iterator[tuple[Input, Receipt]]:  # fmt: skip
    """Put in one input after the other at arbitrary moments, and show the world after each.

    Args:
        paces: hours between two inputs, at most; one of them is taken for each.
    """
    luck = random.Random(luck_seed)
    for _ in range(steps):
        pace = luck.choice(paces)
        world.advance(world.now + round(luck.random() * pace * HOUR) + luck.choice([0, 0, HOUR - world.now % HOUR]))
        entry = make(luck, world)
        yield entry, world.apply(entry)


def replay(seed: int, record: list[tuple[Tick, Input]], until: Tick, scenario: str = "saraf_umra") -> World:
    """The same inputs at the same ticks, in one go between them."""
    world = World(blueprint(scenario=scenario), seed)
    for tick, entry in record:
        world.advance(tick)
        world.apply(entry)
    world.advance(until)
    return world
