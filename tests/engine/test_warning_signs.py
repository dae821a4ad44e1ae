"""Signs before violence are seen by those who live there, late or early, and some of them mean nothing."""

from __future__ import annotations

from sim.engine import kinds
from sim.engine.ticks import DAY, HOUR
from sim.engine.warning_signs import INDICATORS
from small_mission import mission, rows

SOON = ("onset: {uniform: [13d, 14d]}", "onset: {uniform: [71h, 72h]}")
TRADERS = (
    "information:\n",
    "information:\n  traders: {kind: traders, places: [town], detects: 0.9, delay: {uniform: [1h, 2h]}}\n",
)


def test_signs_of_a_fight_show_in_the_two_days_before_it_and_not_long_before() -> None:
    leads = []
    for seed in range(40):
        world = mission(SOON, seed=seed, hours=96, signs__false_per_day=0.05)
        onset = rows(world, kinds.ONSET)[0].tick
        leads += [(onset - tick) / HOUR for tick, sign in world.warning_signs.of("town") if sign.true]
    assert len(leads) > 60
    assert all(lead >= 0 for lead in leads)
    early = [lead for lead in leads if lead > 48]
    assert len(early) < 0.15 * len(leads)


def test_some_signs_mean_nothing_and_come_at_a_rate_of_their_own() -> None:
    many = 0
    for seed in range(30):
        world = mission(seed=seed, hours=24 * 10)
        many += sum(1 for _, sign in world.warning_signs.of("town") if not sign.true)
    assert 0.5 < many / (30 * 10 * 0.15) < 1.5


def test_a_sign_reaches_the_mission_through_those_who_live_there_and_never_says_what_it_is() -> None:
    world = mission(SOON, TRADERS, seed=3, hours=96, signs__shown_share=0.75)
    told = [row for row in rows(world, kinds.REPORT, "traders") if row.fields["phrase"].startswith("sign-")]
    assert told
    facts = world.picture("joc").facts
    seen = {what: facts["town", what].value for what in INDICATORS if ("town", what) in facts}
    assert seen
    assert all(INDICATORS[what] == word for what, word in seen.items())
    unmanned = mission(SOON, seed=3, hours=96, signs__shown_share=0.75)
    assert not [row for row in rows(unmanned, kinds.REPORT) if row.fields["phrase"].startswith("sign-")]


def test_an_attack_that_was_planned_shows_and_a_rumour_without_a_plan_does_not() -> None:
    world = mission(hours=1, signs__shown_share=0.75, signs__false_per_day=0.05)
    world.warning_signs.coming("town", world.now + 40 * HOUR, world.beginning)
    world.advance(world.now + 2 * DAY)
    true = [sign for _, sign in world.warning_signs.of("town") if sign.true]
    assert true
    assert {sign.cause for sign in true} == {world.beginning}


def test_signs_leave_what_happens_as_it_was() -> None:
    loud = mission(SOON, seed=5, hours=120)
    silent = mission(SOON, seed=5, hours=120, signs__shown_share=0.25, signs__false_per_day=0.05)
    for kind in (kinds.ATTACK, kinds.CONTACT, kinds.FLED, kinds.LOOTED):
        assert [(row.tick, row.fields) for row in rows(loud, kind)] == [
            (row.tick, row.fields) for row in rows(silent, kind)
        ]
