"""Stories go round, cost regard, and can be answered: soon, with one voice, and never by denying what is so."""

from __future__ import annotations

from sim.engine import kinds
from sim.engine.ticks import HOUR
from sim.engine.world import World
from small_mission import mission, order, rows


def legitimacy(world: World) -> float:
    return world.ledger.standings["legitimacy"].value_at(world.now)


def fear(world: World) -> float:
    found = world.truth.value("farmers", "fear")
    assert isinstance(found, float)
    return found


def told(about: str = "mission", reach: float = 0.8, *pairs: tuple[str, str], seed: int = 1) -> World:
    world = mission(*pairs, seed=seed, hours=1)
    world.rumours.spread("town", about, reach, world.beginning)
    return world


def test_a_story_about_the_mission_costs_it_regard_and_frightens() -> None:
    before, after = mission(hours=1), told()
    assert legitimacy(after) < legitimacy(before)
    assert after.truth.value("farmers", "trust") < before.truth.value("farmers", "trust")
    assert fear(after) > fear(before)
    assert rows(after, kinds.STORY)[0].fields["about"] == "mission"


def test_a_story_that_many_believe_brings_a_crowd() -> None:
    poor = ("farmers: {place: town, people: 5000, kin: {base: 1}}",
            "farmers: {place: town, people: 5000, kin: {base: 1}, trust: 5}")  # fmt: skip
    world = told("partiality", 1.0, poor)
    assert rows(world, kinds.CROWD_GATHERED)
    assert not rows(told("partiality", 0.1), kinds.CROWD_GATHERED)


def test_those_who_trust_the_mission_believe_less_of_it() -> None:
    trusting = ("farmers: {place: town, people: 5000, kin: {base: 1}}",
                "farmers: {place: town, people: 5000, kin: {base: 1}, trust: 90}")  # fmt: skip
    assert told("mission", 0.8, trusting).rumours.believed("town") < told().rumours.believed("town")
    assert told("mission", 0.2).rumours.believed("town") < told().rumours.believed("town")


def test_a_story_of_an_attack_frightens_and_takes_nothing_from_the_mission() -> None:
    world = told("attack")
    assert fear(world) > fear(mission(hours=1))
    assert legitimacy(world) == legitimacy(mission(hours=1))


def regained(after: float, *orders: tuple[str, str, tuple[str, ...]], known: bool | None = None) -> float:
    """Legitimacy a day and a half after the story, against leaving it alone."""
    worlds = []
    for acts in (False, True):
        world = told()
        if known is not None:
            world.rumours.known("town", known, world.beginning)
        world.advance(round(after * HOUR))
        for seat, action, options in orders if acts else ():
            order(world, action, "", "town", seat=seat, options=options)
        world.advance(72 * HOUR)
        worlds.append(world)
    return legitimacy(worlds[1]) - legitimacy(worlds[0])


def test_an_answer_undoes_part_of_it_and_less_the_later_it_comes() -> None:
    soon = regained(2, ("spokesperson", "counter-rumour", ("facts",)))
    late = regained(40, ("spokesperson", "counter-rumour", ("facts",)))
    assert soon > late > 0.0


def test_two_voices_undo_each_other() -> None:
    parameters = mission().parameters
    one = regained(2, ("spokesperson", "counter-rumour", ("facts",)))
    both = regained(
        2, ("spokesperson", "counter-rumour", ("facts",)), ("police-commissioner", "counter-rumour", ("facts",))
    )
    twice = one * (2.0 - parameters["response.counter_rumour_answer"])
    assert both < twice


def test_denying_what_is_so_costs_more_than_silence() -> None:
    assert regained(2, ("spokesperson", "counter-rumour", ("deny",)), known=True) < 0.0
    assert regained(2, ("spokesperson", "counter-rumour", ("deny",)), known=False) > 0.0


def test_a_public_line_answers_too_but_less_than_somebody_who_comes() -> None:
    world, left = told(), told()
    order(world, "strategic-message", "", "town", seat="spokesperson", options=("reassure",))
    for each in (world, left):
        each.advance(12 * HOUR)
    answered = rows(world, kinds.STORY_ANSWERED)
    assert answered
    assert answered[0].fields["undone"] < world.parameters["response.counter_rumour_answer"]
    assert legitimacy(world) > legitimacy(left)


def test_an_inject_spreads_a_story_at_its_place() -> None:
    added = (
        "information:\n",
        "injects:\n  film:\n    at: 3h\n    from: mission\n    to: [spokesperson]\n    text: A film goes round.\n"
        "    effects: [{disinformation: {place: town, about: poison, reach: 0.7}}]\n"
        "information:\n",
    )
    world = mission(added, hours=5)
    story = rows(world, kinds.STORY)[0]
    assert (story.subject, story.fields["about"]) == ("town", "poison")
    assert world.rumours.believed("town") > 0.0
