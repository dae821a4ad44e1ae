"""What is made of a measure, and how it is written."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from some_results import ARRIVAL, CATALOGUE, KILLED, SEEN, SHARE, SHELTERED, arrivals, held, ratios, two_columns

from sim.doctrine import load_doctrine
from sim.experiment.faults import BadQuantity, BadQuestion, BadTarget, UnknownMeasure
from sim.experiment.results import Held
from sim.experiment.statistics.grammar import Target, parse
from sim.experiment.statistics.quantities import Kind, Quantity

numbers = st.one_of(st.integers(0, 10**6).map(float), st.floats(0, 1e12, allow_nan=False))
quantities = st.one_of(
    st.builds(Quantity, st.just(Kind.MEAN), st.sampled_from(list(CATALOGUE.values()))),
    st.builds(Quantity, st.just(Kind.EXCEEDANCE), st.sampled_from(list(CATALOGUE.values())), numbers),
    st.builds(Quantity, st.just(Kind.CAPPED), st.sampled_from(list(CATALOGUE.values())), numbers.filter(bool)),
    st.builds(Quantity, st.just(Kind.LOG), st.sampled_from(list(CATALOGUE.values()))),
    st.builds(Quantity, st.just(Kind.BETTER), st.sampled_from([KILLED, SHELTERED, SHARE, ARRIVAL])),
    st.just(Quantity(Kind.NEVER, ARRIVAL)),
)


@given(quantities)
def test_a_quantity_is_read_back_as_it_is_written(quantity: Quantity) -> None:
    assert parse(quantity.id, CATALOGUE) == quantity
    assert parse(f"  {quantity.id} ".replace("(", " ( "), CATALOGUE) == quantity


@given(quantities, st.floats(1e-6, 1e9), st.booleans())
def test_a_target_is_read_back_as_it_is_written(quantity: Quantity, value: float, relative: bool) -> None:
    text = f"{quantity.id}={value!r}{'%' if relative else ''}"
    if quantity.carried_by_few or (relative and not quantity.has_levels):
        with pytest.raises(BadTarget):
            Target.parse(text, CATALOGUE)
    else:
        target = Target.parse(text, CATALOGUE)
        assert (target.quantity, target.relative) == (quantity, relative)
        assert target.value == pytest.approx(value / 100 if relative else value)


@given(st.one_of(st.text(max_size=80), st.from_regex(r"(P|better|log|never|capped|Q)?\(?[a-z_]{0,12}[>=<,.0-9e%()-]*")))
def test_whatever_is_written_is_understood_or_refused_in_words(text: str) -> None:
    for read in (parse, Target.parse):
        try:
            read(text, CATALOGUE)
        except BadQuestion as error:
            assert error.message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("P(killed)", "needs a threshold"),
        ("P(killed>=50)", "Write P(killed>50)"),
        ("P(killed>nan)", "Write P(killed>number)"),
        ("P(killed>1e999)", "Write P(killed>number)"),
        ("median(killed)", "'median' is nothing that can be made of a measure"),
        ("better(seen)", "neither more nor less"),
        ("never(killed)", "Measures of what may never come: arrival"),
        ("capped(killed)", "Write capped(killed,1000)"),
        ("Q(killed>0,0.5)", "cannot be compared by a quantile"),
        ("", "Write"),
        ("killed>50", "write P(measure>number)"),
    ],
)
def test_a_quantity_that_makes_no_sense_is_refused_with_the_mend(text: str, words: str) -> None:
    with pytest.raises(BadQuantity) as error:
        parse(text, CATALOGUE)
    assert words.lower() in error.value.message.lower()


def test_an_unknown_measure_is_refused_with_what_may_have_been_meant() -> None:
    with pytest.raises(UnknownMeasure, match="Did you mean civilians_killed"):
        parse("P(civilian_killed>50)", load_doctrine().measures)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0.05", "a number alone has no unit. Say of what: P(killed>50)=0.03"),
        ("5%", "a number alone has no unit"),
        ("sheltered", "the value is missing"),
        ("sheltered=", "no number above 0"),
        ("sheltered=0", "no number above 0"),
        ("sheltered=-5%", "no number above 0"),
        ("sheltered=inf", "no number above 0"),
        ("killed=5", "Use P(killed>50), better(killed) or log(killed)"),
        ("mean(killed)=5%", "a handful of histories carries the mean"),
        ("better(killed)=5%", "one pattern alone has no better(killed)"),
    ],
)
def test_a_target_that_makes_no_sense_is_refused_with_the_mend(text: str, words: str) -> None:
    with pytest.raises(BadTarget) as error:
        Target.parse(text, CATALOGUE)
    assert words in error.value.message


def test_a_percentage_is_taken_of_the_mean_of_the_reference() -> None:
    target = Target.parse("sheltered=5%", CATALOGUE)
    assert target.half_width(held([900, 900], [100, 300], "sheltered"), "b") == pytest.approx(10)
    assert Target.parse("sheltered=5", CATALOGUE).half_width(held([1], [2], "sheltered"), "b") == 5


def test_each_kind_makes_of_a_history_what_it_says() -> None:
    results = held([0, 60, 300], [0, 60, 40])
    assert list(parse("P(killed>50)", CATALOGUE).differences(results, "a", "b")) == [0, 0, 1]
    assert list(parse("better(killed)", CATALOGUE).differences(results, "a", "b")) == [0, 0, -1]
    assert list(parse("capped(killed,100)", CATALOGUE).differences(results, "a", "b")) == [0, 0, 60]
    assert parse("log(killed)", CATALOGUE).values(results, "a")[1] == pytest.approx(np.log(61))
    assert list(parse("killed", CATALOGUE).values(results, "a")) == [0, 60, 300]
    assert np.isnan(parse("Q(killed>0,0.5)", CATALOGUE, levels=True).values(results, "a")[0])


def test_better_follows_the_direction_of_the_measure() -> None:
    assert list(parse("better(sheltered)", CATALOGUE).differences(held([5, 1], [3, 3], "sheltered"), "a", "b")) == [
        1,
        -1,
    ]


counts = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)).map(lambda pair: (min(pair), max(pair))), min_size=1)


@given(counts)
def test_the_mean_of_a_linearised_ratio_is_the_ratio_of_sums(pairs: list[tuple[int, int]]) -> None:
    parts, wholes = zip(*pairs, strict=True)
    values = parse("share", CATALOGUE).values(Held({"a": ratios(parts, wholes)}), "a")
    if sum(wholes) == 0:
        assert np.isnan(values).all()
    else:
        assert values.mean() == pytest.approx(sum(parts) / sum(wholes))


def test_the_scatter_of_a_linearised_ratio_is_that_of_the_ratio_over_repetitions() -> None:
    luck = np.random.default_rng(5)
    quantity, found, said = parse("share", CATALOGUE), [], []
    for _ in range(2000):
        wholes = luck.poisson(2.0, 200)
        parts = luck.binomial(wholes, 0.3)
        values = quantity.values(Held({"a": ratios(parts.astype(float), wholes.astype(float))}), "a")
        found.append(values.mean())
        said.append(values.std(ddof=1) / np.sqrt(200))
    assert np.mean(said) == pytest.approx(np.std(found), rel=0.06)


def test_a_history_without_attacks_says_nothing_of_the_share_answered_and_spoils_no_pair() -> None:
    results = Held({"a": ratios([1, 0, 2], [1, 0, 4]), "b": ratios([0, 0, 1], [2, 0, 1])})
    quantity = parse("share", CATALOGUE)
    assert list(quantity.undefined(results, "a")) == [False, True, False]
    assert list(quantity.same(results, "a", "b")) == [False, True, False]
    assert quantity.differences(results, "a", "b").mean() == pytest.approx(3 / 5 - 1 / 3)


def test_a_measure_that_is_written_as_a_ratio_and_leaves_no_numerator_is_taken_by_the_history() -> None:
    columns = {"share": [0.5, 1.0], "share.numerator": [np.nan, np.nan], "share.denominator": [4.0, 1.0]}
    assert list(parse("share", CATALOGUE).values(Held({"a": columns}), "a")) == [0.5, 1.0]


def test_what_never_came_counts_for_as_long_as_it_was_watched_for() -> None:
    results = Held({"a": arrivals([4, None, 30], 48), "b": arrivals([4, 6, None], 48)})
    assert list(parse("arrival", CATALOGUE).differences(results, "a", "b")) == [0, 42, -18]
    assert list(parse("never(arrival)", CATALOGUE).values(results, "a")) == [0, 1, 0]
    assert list(parse("P(arrival>60)", CATALOGUE).values(results, "a")) == [0, 1, 0]


def test_what_there_was_no_reason_to_wait_for_is_undefined() -> None:
    columns = arrivals([4, None], 48)
    columns["arrival"].append(np.nan)
    columns["arrival.censored"].append(0.0)
    columns["arrival.horizon"].append(0.0)
    results = Held({"a": columns})
    for text in ("arrival", "never(arrival)", "P(arrival>5)", "log(arrival)"):
        assert list(np.isnan(parse(text, CATALOGUE).values(results, "a"))) == [False, False, True]
        assert list(parse(text, CATALOGUE).undefined(results, "a")) == [False, False, True]


@given(two_columns(), quantities.filter(lambda each: each.spec is KILLED))
def test_swapping_the_patterns_turns_every_difference_round(
    columns: tuple[list[float], list[float]], quantity: Quantity
) -> None:
    results = held(*columns)
    there, back = quantity.differences(results, "a", "b"), quantity.differences(results, "b", "a")
    assert np.array_equal(there, -back)


@given(two_columns())
def test_a_pattern_differs_in_nothing_from_itself(columns: tuple[list[float], list[float]]) -> None:
    results = held(columns[0], columns[0])
    for text in ("P(killed>50)", "better(killed)", "log(killed)", "killed", "capped(killed,10)"):
        quantity = parse(text, CATALOGUE)
        assert not quantity.differences(results, "a", "b").any()
        assert quantity.same(results, "a", "b").all()


def test_each_quantity_says_its_unit_direction_and_what_is_worth_acting_on() -> None:
    asked = {text: parse(text, CATALOGUE).asked for text in ("P(killed>50)", "better(killed)", "log(killed)", "killed")}
    assert [each.direction for each in asked.values()] == ["lower", "higher", "lower", "lower"]
    assert [each.worthwhile for each in asked.values()] == [0.05, 0.05, pytest.approx(np.log(1.1)), 10]
    assert asked["P(killed>50)"].label == "People killed: more than 50"
    assert asked["P(killed>50)"].unit == "share of histories"
    assert parse("mean(seen)", CATALOGUE).sign == 0
    assert SEEN.direction == "neither"
