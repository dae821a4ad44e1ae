"""One instant has phases, time is half open, and a prediction keeps one timer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.engine.agenda import SAME_INSTANT_LIMIT, Agenda, At, Phase, RunawayInstant, Watch

DUE = st.tuples(st.integers(0, 5), st.sampled_from(list(Phase)), st.integers(0, 3))


@given(st.lists(DUE, max_size=30))
def test_events_run_by_tick_then_phase_then_rank_then_the_order_in_which_they_were_written(
    due: list[tuple[int, Phase, int]],
) -> None:
    agenda = Agenda()
    ran: list[int] = []
    for number, (tick, phase, rank) in enumerate(due):
        agenda.at(tick, phase, rank, lambda event: ran.append(event.payload), number)
    agenda.run(10)
    assert ran == sorted(range(len(due)), key=lambda number: (*due[number], number))


def test_a_run_handles_every_tick_below_its_end_and_none_at_it() -> None:
    agenda = Agenda()
    ran: list[int] = []
    for tick in (4, 5, 6):
        agenda.at(tick, Phase.PEOPLE, 0, lambda event: ran.append(event.tick))
    assert agenda.run(5) == 5
    assert ran == [4]
    assert agenda.now == 5
    agenda.run(6)
    assert ran == [4, 5]


def test_what_is_wanted_in_the_past_happens_now() -> None:
    agenda = Agenda()
    agenda.run(100)
    assert agenda.at(3, Phase.PEOPLE, 0, lambda event: None).tick == 100


def test_a_stop_finishes_its_tick_and_stands_at_the_next() -> None:
    agenda = Agenda()
    ran: list[str] = []
    agenda.at(7, Phase.MOVEMENT, 0, lambda event: agenda.stop_after_this_tick())
    agenda.at(7, Phase.INJECTS, 0, lambda event: ran.append("same tick"))
    agenda.at(8, Phase.INPUTS, 0, lambda event: ran.append("next tick"))
    assert agenda.run(100) == 8
    assert ran == ["same tick"]


def test_a_cancelled_call_passes_in_silence() -> None:
    agenda = Agenda()
    ran: list[int] = []
    agenda.at(3, Phase.PEOPLE, 0, lambda event: ran.append(3)).cancel()
    agenda.at(3, Phase.PEOPLE, 0, lambda event: ran.append(4))
    agenda.run(10)
    assert ran == [4]


def test_too_many_events_in_one_tick_are_an_error_that_names_the_chain() -> None:
    agenda = Agenda()

    def answers_itself(event: At) -> None:
        agenda.after(0, Phase.GROUPS, 0, answers_itself)

    agenda.at(5, Phase.GROUPS, 0, answers_itself)
    with pytest.raises(RunawayInstant, match="answers_itself") as caught:
        agenda.run(10)
    assert caught.value.tick == 5
    assert len(caught.value.chain) > 1


def test_a_crowded_tick_below_the_limit_is_no_error_and_each_tick_counts_for_itself() -> None:
    agenda = Agenda()
    left = [SAME_INSTANT_LIMIT - 10]

    def again(event: At) -> None:
        left[0] -= 1
        if left[0]:
            agenda.after(0, Phase.GROUPS, 0, again)

    for tick in (5, 6):
        left[0] = SAME_INSTANT_LIMIT - 10
        agenda.at(tick, Phase.GROUPS, 0, again)
        agenda.run(tick + 1)
        assert left[0] == 0


class Predicted:
    """Something that crosses a line at a tick which can move; it looks when its watch says so."""

    def __init__(self) -> None:
        self.agenda = Agenda()
        self.watch = Watch(self.agenda, Phase.PEOPLE, 0, self.look)
        self.crosses = 0
        self.looks: list[int] = []

    def predict(self, tick: int) -> None:
        self.crosses = tick
        self.watch.expect(tick)

    def look(self) -> None:
        self.looks.append(self.agenda.now)
        if self.agenda.now < self.crosses:
            self.watch.expect(self.crosses)


def test_a_watch_is_rearmed_only_for_an_earlier_tick_and_looks_again_when_it_was_early() -> None:
    thing = Predicted()
    thing.predict(50)
    thing.predict(90)
    thing.agenda.run(200)
    assert thing.looks == [50, 90]


def test_a_watch_that_was_armed_earlier_looks_once_at_the_earlier_tick() -> None:
    thing = Predicted()
    thing.predict(90)
    thing.predict(40)
    thing.agenda.run(200)
    assert thing.looks == [40]


@given(st.lists(st.integers(1, 500), min_size=1, max_size=12))
def test_a_watch_never_misses_the_last_prediction(ticks: list[int]) -> None:
    thing = Predicted()
    for tick in ticks:
        thing.predict(tick)
    thing.agenda.run(1_000)
    assert thing.looks[-1] == ticks[-1]
    assert len(thing.looks) <= 2
