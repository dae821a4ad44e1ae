"""The plain sentence that may be quoted: what was found, how sure it is, and on how many histories it rests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sim.experiment.answers import About, Asked, Best, Difference, Interval, Level, Verdict
from sim.experiment.statistics.conventions import LEVEL
from sim.experiment.statistics.intervals import excluded_share, t_quantile
from sim.experiment.statistics.quantities import Kind, Quantity, number
from sim.experiment.statistics.questions import Question
from sim.experiment.statistics.wording import HISTORIES, SHARE, amount, in_unit, listed, of_hundred, percent


def sentence(
    question: Question,
    about: About,
    levels: Mapping[str, Level],
    differences: Sequence[Difference],
    best: Best,
) -> str:
    """What may be quoted of a comparison.

    Args:
        levels: of the primary quantity, by pattern.
        differences: in the primary quantity, of every pattern but the reference.
    """
    named = _names(about)
    if len(question.patterns) == 2:
        return f"In this model, {_pair(question, named, levels, differences[0])}."
    return f"In this model, {_many(question, named, levels, differences, best)}."


def _pair(question: Question, named: Mapping[str, str], levels: Mapping[str, Level], found: Difference) -> str:
    pattern, reference = named[found.pattern], named[found.reference]
    quantity, on = question.primary, f"in {found.n:,} pairs of histories with the same luck"
    match found.verdict:
        case Verdict.IDENTICAL:
            excluded = "" if found.excluded_share is None else percent(found.excluded_share)
            return (
                f"{pattern} and {reference} are the same in {_what(quantity)} in {found.n:,} of {found.n:,} histories; "
                f"a difference in more than {excluded} of them is excluded"
            )
        case Verdict.UNESTIMATED:
            return (
                f"it cannot be estimated with {found.n:,} histories how {pattern} and {reference} differ in "
                f"{_what(quantity)}: a handful of histories ({found.n_eff:.0f} pairs) carries the answer"
            )
    if found.n == 0 or found.interval is None:
        return f"{_what(quantity)} was measured in no history of both {pattern} and {reference}"
    evidence = f"{_levels(quantity, named, levels, found)}{_histories(quantity, found)}, {on}"
    match found.verdict:
        case Verdict.BETTER:
            return f"{pattern} is better than {reference}: {evidence}"
        case Verdict.WORSE:
            return f"{pattern} is worse than {reference}: {evidence}"
        case Verdict.DIFFERENT:
            return f"{pattern} and {reference} differ: {evidence}"
        case Verdict.NO_MATERIAL_DIFFERENCE:
            return f"{pattern} and {reference} differ by less than what is worth acting on: {evidence}"
        case _:
            return f"it is undecided whether {pattern} or {reference} is better: {evidence}{_left_open(found)}"


def _many(
    question: Question,
    named: Mapping[str, str],
    levels: Mapping[str, Level],
    differences: Sequence[Difference],
    best: Best,
) -> str:
    quantity = question.primary
    n = max(level.n for level in levels.values())
    if all(found.verdict is Verdict.IDENTICAL for found in differences):
        least = min(found.n for found in differences)
        return (
            f"{listed([named[each] for each in question.patterns])} are the same in {_what(quantity)} in all of "
            f"{least:,} histories; a difference in more than {percent(excluded_share(least))} of them is excluded"
        )
    if quantity.carried_by_few and all(found.verdict is Verdict.UNESTIMATED for found in differences):
        names = listed([named[each] for each in question.patterns])
        return (
            f"it cannot be estimated with {n:,} histories how {names} differ in {_what(quantity)}: a handful of "
            "histories carries the answer"
        )
    if not best.best_in:
        return "; ".join(_pair(question, named, levels, found) for found in differences)
    often = {each: of_hundred(best.best_in[each] / 100) for each in best.set}
    if len(best.set) == 1:
        (chosen,) = best.set
        said = (
            f"{named[chosen]} is the best of {len(question.patterns)} patterns by {_what(quantity)}: each other one is "
            f"surely worse, in {n:,} histories of the same luck. It did best in {often[chosen]} of 100 histories, "
            "ties shared"
        )
    else:
        ahead = min(best.set, key=lambda each: best.bounds[each])
        bound = in_unit(quantity.asked, best.bounds[ahead], apart=True)
        alike = [named[each] for each in best.set]
        rest = [named[each] for each in question.patterns if each not in best.set]
        worse = f"; {listed(rest)} {'is' if len(rest) == 1 else 'are'} surely worse" if rest else ""
        histories = ", ".join(f"{named[each]} in {often[each]}" for each in best.set)
        said = (
            f"{listed(alike)} cannot be told apart as the best of {len(question.patterns)} patterns by "
            f"{_what(quantity)}{worse}, in {n:,} histories of the same luck: none of them is better than "
            f"{named[ahead]} by more than {bound}. Of 100 histories, ties shared, best were {histories}"
        )
    fresh = best.fresh
    if fresh is None or fresh.interval is None:
        return said
    versus = f"{named[fresh.pattern]} against {named[fresh.reference]}"
    return f"{said}. On {fresh.n:,} fresh histories, {versus}: {_change(quantity, fresh, fresh.interval)}"


def _levels(quantity: Quantity, named: Mapping[str, str], levels: Mapping[str, Level], found: Difference) -> str:
    """Both levels and the difference, such as: in 12 of 100 histories under A and 18 under B, 6 fewer."""
    assert found.interval is not None
    change = _change(quantity, found, found.interval)
    own, other = levels[found.pattern].interval, levels[found.reference].interval
    if own is None or other is None:
        return f"{_what(quantity)}, {change}"
    asked, error = quantity.asked, _error(found)
    return (
        f"{_what(quantity)}{' in' if quantity.is_share else ','} {in_unit(asked, own.value, error)} under "
        f"{named[found.pattern]} and {_number(asked, other.value, error)} under {named[found.reference]}, {change}"
    )


def _change(quantity: Quantity, found: Difference, interval: Interval) -> str:
    """The difference with its interval, such as: 6 fewer of 100 (95 % interval: 4 to 8 fewer)."""
    asked, error = quantity.asked, _error(found)
    less, more = ("fewer of 100", "more of 100") if quantity.is_share else ("less", "more")
    points = " points" if asked.unit == SHARE else ""

    def told(value: float) -> str:
        return _number(asked, abs(value), error).removesuffix(" %")

    if interval.high <= 0:
        span = f"{told(interval.high)} to {told(interval.low)}{points} {less}"
    elif interval.low >= 0:
        span = f"{told(interval.low)} to {told(interval.high)}{points} {more}"
    else:
        span = f"{told(interval.low)} {less} to {told(interval.high)}{points} {more}"
    word = less if interval.value < 0 else more
    return f"{told(interval.value)}{points} {word} ({100 * LEVEL:.0f} % interval: {span})"


def _number(asked: Asked, value: float, error: float | None) -> str:
    """An amount without its unit, but for the per cent."""
    if asked.unit == SHARE:
        return in_unit(asked, value, error)
    return of_hundred(value, error) if asked.unit == HISTORIES else amount(value, error)


def _histories(quantity: Quantity, found: Difference) -> str:
    total = sum(found.histories)
    if not total or quantity.spec.direction == "neither":
        return ""
    better, worse, same = (of_hundred(each / total) for each in found.histories)
    return f"; of 100 histories it does better in {better}, worse in {worse}, the same in {same}"


def _left_open(found: Difference) -> str:
    assert found.interval is not None
    if found.interval.low <= 0 <= found.interval.high or found.running is None:
        return ""
    return " (the interval that allows for looking again as often as one likes still holds both answers)"


def _what(quantity: Quantity) -> str:
    label = quantity.spec.label[:1].lower() + quantity.spec.label[1:]
    match quantity.kind:
        case Kind.EXCEEDANCE:
            return f"{label} above {number(quantity.at)}"
        case Kind.BETTER:
            return f"histories that end better less those that end worse in {label}"
        case Kind.LOG:
            return f"{label} on a log scale"
        case Kind.CAPPED:
            return f"{label} (more than {number(quantity.at)} counted as {number(quantity.at)})"
        case Kind.NEVER:
            return f"{label} (never)"
        case _:
            return label


def _error(found: Difference) -> float | None:
    """The standard error behind the plain interval."""
    if found.interval is None or found.n < 2:
        return None
    return (found.interval.high - found.interval.low) / 2 / t_quantile(0.5 + LEVEL / 2, found.n - 1) or None


def _names(about: About) -> dict[str, str]:
    """Patterns by title, and by id where two have the same one."""
    titles = {each.id: " ".join(each.title.split()) or each.id for each in about.patterns}
    known = list(titles.values())
    return {id_: f"“{title}”" if known.count(title) == 1 else f"“{title}” ({id_})" for id_, title in titles.items()}
