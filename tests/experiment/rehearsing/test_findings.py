"""What an author is told: closed forms on a small exercise, and every shipped scenario with a few runs."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_exercise import SHIPPED, rehearsal, runs, small

from sim.experiment.answers import About
from sim.experiment.faults import BadQuestion, UnknownMeasure, UnknownPlayer
from sim.experiment.rehearsing import tallies
from sim.experiment.rehearsing.advice import never
from sim.experiment.rehearsing.catalogue import habits
from sim.experiment.rehearsing.checking import Plan, Wanted, checked, judging, plan
from sim.experiment.rehearsing.findings import Coming, DecisionPut, DesignCheck, LeverageFinding
from sim.experiment.rehearsing.grids import grids
from sim.experiment.rehearsing.leverage import leverage
from sim.experiment.rehearsing.lines import WIDTH, lines
from sim.experiment.rehearsing.rows import Rows
from sim.experiment.rehearsing.words import wanted
from sim.scenario import tree

N = 40


@cache
def check(scenario: str = "", histories: int = N, *, forced: bool = True) -> DesignCheck:
    """A design check made in this process."""
    model = rehearsal(scenario, forced=forced)
    players = tuple(habits().players)
    made = Plan(model, players, histories, histories if forced else 0, 7)
    rows = Rows.of_runs(model.columns, runs(model, model.patterns, range(histories)))
    about = About(
        scenario or "quiet-week", small().title, "", "", "", 7, (), "doctrinal", {}, 3.0, "mlt design-check", "",
        made.cost, 0, {},
    )  # fmt: skip
    return checked(made, rows, about, judging(model.blueprint, ("unit_days_away", "civilians_killed", "flight_hours")))


def inject(id_: str) -> dict[str, Coming]:
    return {each.player: each for found in check().injects if found.id == id_ for each in found.by_player}


def decision(id_: str) -> dict[str, DecisionPut]:
    return {each.player: each for found in check().decisions if found.id == id_ for each in found.by_player}


def settles(id_: str) -> LeverageFinding:
    return next(found for found in check().leverage if found.decision == id_)


# Injects, decisions, phases, objectives


def test_an_inject_at_a_fixed_time_comes_in_every_run_at_that_time() -> None:
    for found in inject("on-time").values():
        assert (found.came.count, found.came.of) == (N, N)
        assert found.came.interval is not None
        assert found.came.interval.low == pytest.approx(1 - 3 / N)
        assert found.times is not None
        assert (found.times.early, found.times.middle, found.times.late) == (3.0, 3.0, 3.0)
        assert found.waits == ()


def test_an_inject_that_can_never_come_reads_never_with_the_rule_of_three_and_what_it_waits_for() -> None:
    for found in inject("never").values():
        assert found.came.count == 0
        assert found.came.interval is not None
        assert found.came.interval.high == pytest.approx(3 / N)
        assert found.times is None
        assert [(waiting.words, waiting.count) for waiting in found.waits] == [("people of base above 900,000", N)]
    warned = next(line for line in check().warnings if line.startswith("Inject never "))
    assert "never came, whoever played" in warned
    assert "people of base above 900,000" in warned
    assert f"{100 * 3 / (5 * N):.2g} % of runs" in warned


def test_an_inject_that_hangs_on_silence_comes_where_nobody_answers() -> None:
    found = inject("if-told-to-wait")

    assert found["none"].came.count == N
    assert found["doctrinal"].came.count == found["cautious"].came.count == 0
    assert 0 < found["slow"].came.count < N
    assert found["slow"].came.count == decision("same")["slow"].expired.count


def test_what_control_fires_by_hand_is_not_held_against_the_scenario() -> None:
    assert all(found.came.count == 0 and not found.waits for found in inject("by-hand").values())
    assert not [line for line in check().warnings if "by-hand" in line]
    assert any("rest on control alone" in line and line.endswith(": extra.") for line in check().warnings)


def test_tables_say_by_hand_or_later_where_nothing_can_come_by_itself() -> None:
    rows = {
        row[0]: set(row[1:6]) for grid in grids(check()) for row in grid.rows if grid.id in ("injects", "objectives")
    }

    assert rows["by-hand"] == rows["extra"] == {"by hand"}
    assert rows["afterwards"] == rows["epilogue"] == {"later"}
    assert rows["never"] == rows["shelter"] == {"never"}
    assert rows["on-time"] == {"always"}


def test_what_comes_after_the_end_is_not_held_against_the_scenario() -> None:
    found = next(each for each in check().injects if each.id == "afterwards")

    assert found.kind == "epilogue"
    assert all(each.came.count == 0 and not each.waits for each in found.by_player)
    assert not [line for line in check().warnings if "afterwards" in line or "epilogue" in line]


def test_a_decision_is_counted_by_who_answers_it_and_how() -> None:
    found = decision("same")

    assert {each.offered.count for each in found.values()} == {N}
    assert found["none"].expired.count == N
    assert found["doctrinal"].expired.count == 0
    assert dict(found["doctrinal"].options) == {"yes": N, "no": 0}
    assert dict(found["cautious"].options) == {"yes": 0, "no": N}
    taken = dict(found["random"].options)
    assert min(taken.values()) > 0
    assert sum(taken.values()) == N
    assert all(each.absent.count == 0 for each in found.values())


def test_a_decision_that_is_never_put_says_what_it_waits_for() -> None:
    assert all(each.offered.count == 0 and each.expired.of == 0 for each in decision("unasked").values())
    warned = next(line for line in check().warnings if line.startswith("Decision unasked was never put"))
    assert "people of base above 900,000 (as its seat is told)" in warned


def test_a_decision_that_nobody_answers_by_the_book_is_told() -> None:
    assert any("Decision move always ran out under the scenario's own standing orders" in at for at in check().warnings)


def test_steps_storylines_and_benchmarks_are_reached_or_skipped() -> None:
    found = {(phase.kind, phase.id): {each.player: each for each in phase.by_player} for phase in check().phases}

    assert set(found) == {
        ("step", "report"), ("step", "team"), ("storyline", "morning"), ("storyline", "crowd"), ("benchmark", "sat")
    }  # fmt: skip
    assert found["step", "team"]["doctrinal"].reached.count == N
    skipped = found["step", "report"]["doctrinal"].skipped
    assert skipped is not None
    assert skipped.count == N
    assert found["step", "team"]["doctrinal"].skipped is None
    nobody = found["step", "report"]["none"].skipped
    assert nobody is not None
    assert nobody.count == 0
    assert found["storyline", "morning"]["none"].times is not None
    assert found["storyline", "crowd"]["none"].reached.count == 0
    assert found["benchmark", "sat"]["doctrinal"].times is not None


def test_an_objective_is_observable_when_any_of_its_injects_comes() -> None:
    found = {objective.id: objective for objective in check().objectives}

    assert found["listen"].injects == ("on-time", "if-told-to-wait")
    assert all(each.came.count == N for each in found["listen"].by_player)
    assert all(each.came.count == 0 for each in found["shelter"].by_player)
    assert any(line.startswith("Objective shelter was never to be observed") for line in check().warnings)


def test_seats_without_a_decision_are_named_and_the_team_sees_all() -> None:
    found = {seat.id: seat for seat in check().seats}

    assert found["head-of-mission"].decisions == ("same",)
    assert found["joc"].decisions == ()
    assert found["the team"].decisions == ("same", "move", "unasked")
    assert any(
        line.startswith("No decision is ever put to: mission-support, chief-of-staff, joc") for line in check().warnings
    )
    nobody = next(each for each in found["the team"].by_player if each.player == "none")
    assert nobody.collisions == 1.0
    assert nobody.items_middle is None


# Leverage


def test_a_decision_whose_options_do_the_same_has_no_leverage() -> None:
    found = settles("same")

    assert found.verdict == "decoration"
    for on in found.on:
        assert on.share is not None
        assert (on.share.value, on.share.high, on.changed.count) == (0.0, 0.0, 0)


def test_a_decision_that_settles_the_outcome_has_nearly_all_of_it() -> None:
    found = settles("move")
    first = found.on[0]

    assert found.verdict == "trap door"
    assert first.measure == "unit_days_away"
    assert first.share is not None
    assert first.share.value > 0.95
    assert first.changed.count == found.histories == N
    assert any("A trap door" in line for line in check().warnings)


def test_nothing_is_said_of_a_decision_that_is_never_put() -> None:
    found = settles("unasked")

    assert (found.verdict, found.histories) == ("seldom put", 0)
    assert all(on.share is None for on in found.on)


def test_below_thirty_histories_nothing_is_said() -> None:
    assert {found.verdict for found in check(histories=8).leverage} == {"seldom put"}


@pytest.mark.parametrize("common", [0.0, 0.8])
@pytest.mark.parametrize("true", [0.0, 0.1, 0.5, 0.9])
def test_leverage_finds_the_share_that_is_the_choice(true: float, common: float) -> None:
    """Options 3, histories 100, of which a part is common to all options; the interval covers in nine of ten."""
    luck = np.random.default_rng(4)
    effects = np.array([-1.0, 0.0, 1.0]) * np.sqrt(true / (1 - true))
    estimates, covered = [], 0
    for _ in range(60):
        shared = luck.normal(size=100) * np.sqrt(common)
        y = effects[:, None] + shared[None] + luck.normal(size=(3, 100)) * np.sqrt(1 - common)
        found, _shown = leverage(y)
        estimates.append(found.value)
        covered += found.low <= true <= found.high
    assert np.mean(estimates) == pytest.approx(true, abs=0.02)
    assert covered >= 52


def test_leverage_shows_nothing_by_chance_among_many_measures() -> None:
    luck = np.random.default_rng(5)
    shown = sum(any(leverage(luck.normal(size=(3, 60)), among=12)[1] for _ in range(12)) for _ in range(6))

    assert shown <= 1


@given(st.integers(2, 4), st.integers(2, 30), st.floats(-1e6, 1e6), st.floats(0.1, 1e3))
def test_leverage_has_no_unit_and_stays_a_share(options: int, histories: int, shift: float, scale: float) -> None:
    y = np.random.default_rng(options * 100 + histories).normal(size=(options, histories))
    found, moved = leverage(y)[0], leverage(shift + scale * y)[0]

    assert 0.0 <= found.low <= found.value <= found.high <= 1.0
    assert moved.value == pytest.approx(found.value, abs=1e-4)


# Small statistics


@given(st.lists(st.lists(st.integers(0, 30), min_size=1, max_size=40), min_size=1, max_size=6))
def test_quantiles_of_pooled_hours_are_those_of_all_hours(by_run: list[list[int]]) -> None:
    histograms = [tuple(float(run.count(many)) for many in range(max(run) + 1)) for run in by_run]
    everything = sorted(hour for run in by_run for hour in run)
    pooled = tallies.pooled(histograms)

    assert sum(pooled) == len(everything)
    for at in (0.5, 0.95):
        assert tallies.quantile(pooled, at) == everything[int(np.ceil(at * len(everything) - 1e-9)) - 1]


@given(st.integers(0, 60), st.integers(1, 60))
def test_a_share_lies_in_its_interval(count: int, of: int) -> None:
    found = tallies.share_of(min(count, of), of)

    assert found.interval is not None
    assert 0.0 <= found.interval.low <= found.interval.value <= found.interval.high <= 1.0
    assert found.interval.low < found.interval.high or of <= 3


@pytest.mark.parametrize(("of", "says"), [(500, "0.6 %"), (150, "2 %"), (60, "5 %"), (20, "15 %"), (2, "100 %")])
def test_never_is_a_bound_in_plain_figures(of: int, says: str) -> None:
    assert never(of) == f"in fewer than {says} of runs, at 95 %"


def test_what_is_not_known_is_not_counted() -> None:
    assert tallies.share([True, None, False, None]).of == 2
    assert tallies.share([]).interval is None
    assert tallies.times([None, None]) is None


@pytest.mark.parametrize(
    ("leaf", "told", "words"),
    [
        (tree.Fact("town", "gate", "one-of", ("open", "shut")), False, "gate of Town one of open, shut"),
        (tree.Fact("base", "water", "below", 7.5), True, "water of base below 7.5 (as its seat is told)"),
        (tree.StandingIs("legitimacy", "above", 60.0), False, "standing legitimacy above 60"),
        (tree.Event("attack", "town"), True, "word of the event attack about Town"),
        (tree.After(5_400_000, "attack", "town"), False, "1.5 h after the event attack about Town"),
        (tree.After(1_800_000), False, "30 min after the start"),
        (tree.TaskIs("liaison", "executing", "company-1"), False, "a task liaison of company-1 executing"),
        (tree.OptionIs("attackers", "host-state"), False, "the option attackers=host-state"),
    ],
)  # fmt: skip
def test_parts_of_conditions_are_told_in_words(leaf: tree.Leaf, told: bool, words: str) -> None:
    assert wanted(leaf, {"town": "Town"}, told=told) == words


# Whole answers


@pytest.mark.parametrize("scenario", SHIPPED)
def test_every_shipped_scenario_is_checked_and_told_in_lines_that_fit(scenario: str) -> None:
    found = check(scenario, 1, forced=False)
    told = lines(found)
    blueprint = rehearsal(scenario).blueprint

    assert [each.id for each in found.injects] == list(blueprint.injects)
    assert [each.id for each in found.decisions] == list(blueprint.decisions)
    assert all(each.runs == 1 and each.failed == 0 for each in found.players)
    assert max(map(len, told)) <= WIDTH
    text = "\n".join(told)
    for each in (*found.injects, *found.decisions):
        assert each.id[:20] in text


def test_failed_runs_are_counted_and_told() -> None:
    model = rehearsal()
    made = runs(model, ["none", "doctrinal"], range(3))
    broken = [run if run.spec.replication else run.__class__(run.spec, None, None, 0.0, "") for run in made]
    rows = Rows.of_runs(model.columns, broken)

    assert rows.failed == {"none": 1, "doctrinal": 1}
    assert rows.many("none") == 2


# What is asked


def test_the_cost_is_known_before_anything_is_run() -> None:
    made = plan(small(), Wanted(runs=100))
    options = sum(len(spec.options) for spec in made.model.blueprint.decisions.values())

    assert made.cost == 5 * 100 + options * 20 == len(list(made.specs()))
    assert plan(small(), Wanted(runs=100, leverage_runs=0)).cost == 500
    assert len(list(made.specs(1))) == len(made.model.patterns)


def test_players_and_forced_answers_share_the_luck_of_a_replication() -> None:
    seeds = {(spec.replication, spec.seed) for spec in plan(small(), Wanted(runs=10)).specs()}

    assert len(seeds) == 10


@pytest.mark.parametrize(
    ("wanted", "error", "says"),
    [
        (Wanted(runs=0), BadQuestion, "tell nothing"),
        (Wanted(leverage_runs=-1), BadQuestion, "tell nothing"),
        (Wanted(players=()), BadQuestion, "Nobody would play"),
        (Wanted(players=("doctinal",)), UnknownPlayer, "Did you mean doctrinal"),
        (Wanted(pattern="elsewhere"), BadQuestion, "'elsewhere' is no pattern"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_run(
    wanted: Wanted, error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        plan(small(), wanted)


def test_decisions_are_judged_by_killed_civilians_first_and_never_by_counts_of_decisions() -> None:
    saraf = rehearsal("saraf_umra").blueprint
    chosen = judging(saraf, None)

    assert chosen[0] == "civilians_killed"
    assert set(chosen) == set(saraf.reading.measures) - {"decisions_expired"}
    assert judging(saraf, ["displaced_peak"]) == ("displaced_peak",)
    with pytest.raises(UnknownMeasure, match="Did you mean civilians_killed"):
        judging(saraf, ["civilian_killed"])
