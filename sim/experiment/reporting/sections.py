"""What stands on a report's page, part by part, in words that a planner uses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from sim.experiment.answers import About, Answer, Assumptions, Comparison, Difference, Sweep, Verdict
from sim.experiment.reporting import standing, tables, varied_tables, wording
from sim.experiment.reporting.drawing import Drawn
from sim.experiment.reporting.markup import Markup, element, joined, paragraphs

_MOST_CARDS: Final = 12
"""Patterns whose verdict stands on the first screen; the tables hold all of them."""
_LONG: Final = 200
"""Letters from which on the sentence is set smaller."""


# The first screen


def first_screen(answer: Answer) -> Markup:
    """The question, the answer, the verdicts, what to beware of, and what it does not say."""
    return element(
        "section",
        element("p", _question(answer), class_="question"),
        element("h2", "The answer", id="answer-head"),
        element("p", answer.sentence, class_="sentence long" if len(answer.sentence) > _LONG else "sentence"),
        _verdicts(answer) if isinstance(answer, Comparison) else Markup(""),
        _warnings(answer),
        element("h3", "What it does not say"),
        element("ul", *(element("li", line) for line in _not_said(answer))),
        id="answer",
        aria_labelledby="answer-head",
    )


def _question(answer: Answer) -> str:
    names = wording.listed([f"“{one}”" for one in standing.titles(answer.about).values()])
    asked = f"“{wording.clean(answer.primary.label)}” ({wording.about_quantity(answer.primary)})"
    days = f"{wording.number(answer.about.days)} days"
    if isinstance(answer, Comparison):
        return (
            f"Which deployment does better over {days}: {names}? Asked of one measure, declared before running: "
            f"{asked}. Each was tried in {answer.n:,} histories, all of them under the same luck."
        )
    if isinstance(answer, Assumptions):
        return (
            f"Does the comparison of {names} over {days} depend on what was assumed? Asked of {asked}, in "
            f"{answer.draws:,} sets of assumptions with {answer.pairs:,} pairs of histories each."
        )
    factors = wording.listed([wording.clean(factor) for factor in answer.factors])
    return (
        f"How does the comparison of {names} over {days} change with {factors}? Asked of {asked}, at "
        f"{wording.times_word(len(answer.points), 'points')}."
    )


def _verdicts(comparison: Comparison) -> Markup:
    named = standing.titles(comparison.about)
    cards = [_card(one, named) for one in standing.primary_differences(comparison)[:_MOST_CARDS]]
    together = [named.get(one, one) for one in comparison.best.set]
    if len(together) > 1:
        told = f"Cannot be told apart as the best: {wording.listed(together)}."
    elif together:
        told = f"Best by this measure: {together[0]}."
    else:
        told = ""
    return joined([element("div", *cards, class_="cards"), element("p", told) if told else ""])


def _card(one: Difference, named: Mapping[str, str]) -> Markup:
    change = wording.with_ends(one.interval, one.quantity, signed=True)
    lines = [
        element("p", tables.badge(one.verdict), class_="says"),
        element("p", wording.MEANINGS[one.verdict], class_="small"),
        element("p", f"{change} {wording.unit(one.quantity)}"),
        element(
            "p", f"Of 100 histories {wording.histories(one)}; {tables.by_what(one)}".strip("; ") + ".", class_="small"
        ),
        element("p", standing.stands_on([one]), class_="small"),
    ]
    return element(
        "div",
        element("h3", f"{named.get(one.pattern, one.pattern)} against {named.get(one.reference, one.reference)}"),
        *lines,
        class_="card",
    )


def _warnings(answer: Answer) -> Markup:
    if not answer.warnings:
        return Markup("")
    return element(
        "div",
        element("strong", "Beware"),
        element("ul", *(element("li", line) for line in answer.warnings)),
        class_="warnings",
    )


def _not_said(answer: Answer) -> Iterator[str]:
    yield (
        "It holds in this model and for this scenario. It is no forecast, and no ground for an operational decision "
        "about real people or places."
    )
    if isinstance(answer, Comparison):
        yield (
            f"It answers for one measure, “{wording.clean(answer.primary.label)}”. The other rows are descriptive: "
            "with so many of them, some differ by chance alone. There is no total score, since what to trade for "
            "what is yours to say."
        )
        yield (
            "Assumptions were held as they are shipped. In how many sets of assumptions it holds is another question: "
            "“mlt assumptions” asks it."
        )
        if any(one.verdict is Verdict.UNDECIDED for one in standing.primary_differences(answer)):
            yield "Undecided does not mean equal: these runs cannot tell."
    if isinstance(answer, Assumptions):
        yield (
            "The ranges of the assumptions are ours. A share of the sets tried is not the probability that something "
            "happens, and an assumption that nobody thought of was not tried."
        )
    if isinstance(answer, Sweep):
        yield "Points were chosen, not drawn from the world: how often a verdict occurs among them is no probability."


# The planner's page


def planners_page(comparison: Comparison) -> Markup:
    """Eight rows, the same in every report, and how to read them."""
    marks = (element("li", tables.badge(verdict), f": {meaning}.") for verdict, meaning in wording.MEANINGS.items())
    return joined(
        [
            element(
                "p",
                "Eight rows, in the same order in every report. A difference is the pattern minus the reference, in "
                "pairs of histories that share their luck.",
            ),
            tables.at_a_glance(comparison),
            element("h3", "How to read the verdicts"),
            element("ul", *marks),
        ]
    )


def best(comparison: Comparison) -> Markup:
    """Which is best, on fresh runs too; which dominates; what each choice gives up."""
    parts = [element("h3", "Best by the declared measure"), tables.best(comparison), tables.fresh(comparison)]
    if comparison.dominance:
        parts += [element("h3", "Does one pattern dominate another?"), tables.dominance(comparison)]
    regret = tables.regret(comparison)
    if regret:
        parts += [element("h3", "What each choice gives up"), regret]
    return joined(parts)


def details(comparison: Comparison) -> Markup:
    """Each of the eight rows with all that is needed to judge it."""
    parts = []
    for place, row in enumerate(comparison.rows, 1):
        differences = [one for line in row.lines for one in line.differences]
        title = f"{place}. {wording.clean(row.title)}"
        parts += [
            element("h3", title),
            tables.in_detail(comparison.about, row.lines, f"{title}: {standing.stands_on(differences)}"),
        ]
    return joined(parts)


def others(comparison: Comparison) -> Markup:
    """Every further measure that differs anywhere: descriptive."""
    if not comparison.others:
        return Markup("")
    differences = [one for line in comparison.others for one in line.differences]
    caption = f"Descriptive only: with so many measures some differ by chance. {standing.stands_on(differences)}"
    return tables.in_detail(comparison.about, comparison.others, caption)


def tornados(answer: Assumptions) -> Markup:
    """What moves the difference, pattern by pattern, and what would turn the answer round."""
    named = standing.titles(answer.about)
    parts: list[Markup] = []
    for found in answer.tornados:
        parts += [
            element(
                "h3", f"{named.get(found.pattern, found.pattern)} against {named.get(found.reference, found.reference)}"
            ),
            varied_tables.tornado(found, named),
        ]
        if found.mechanisms:
            shares = [
                f"{wording.clean(name)} {wording.of_hundred(share, 1.0)}" for name, share in found.mechanisms.items()
            ]
            parts.append(element("p", f"Of 100 parts of the scatter that is explained: {wording.listed(shares)}."))
        if found.reversal:
            parts.append(element("p", found.reversal))
    return joined(parts)


def figure(drawing: Drawn) -> Markup:
    """A figure with the sentence that it shows and how it is read."""
    picture = drawing.picture
    return element(
        "figure",
        element("h3", picture.title),
        element("p", picture.reading, class_="reading"),
        element(
            "div", drawing.inline, class_="plot", tabindex="0", role="group", aria_label="Figure; it slides sideways"
        ),
        element("p", "Slide the figure sideways to see all of it.", class_="slide small"),
        element("figcaption", picture.caption),
    )


# How it was run, and what it cannot carry


def how(answer: Answer) -> Markup:
    """What was run, so that a reader can make it again."""
    about, named = answer.about, standing.titles(answer.about)
    parts = [
        element("h3", "Patterns"),
        element(
            "dl",
            *(
                joined(
                    [element("dt", named[one.id], f" ({wording.clean(one.id)})"), element("dd", paragraphs(one.text))]
                )
                for one in about.patterns
            ),
            class_="facts",
        ),
        element("h3", "Make it again"),
        element("pre", element("code", about.command)),
        element("dl", *_facts(answer, named), class_="facts"),
        element("h3", "Open a single history"),
        *_single(answer),
    ]
    if isinstance(answer, Comparison):
        parts += [
            element("h3", "Why it stopped"),
            element("p", answer.stop.reason),
            tables.looks(answer) if answer.stop.looks else Markup(""),
        ]
    return joined(parts)


def _facts(answer: Answer, named: Mapping[str, str]) -> Iterator[Markup]:
    about = answer.about
    yield from _fact("Scenario", f"{wording.clean(about.scenario)}, {wording.number(about.days)} days")
    yield from _fact("Reference", named.get(about.reference, about.reference))
    options = ", ".join(f"{wording.clean(name)} = {wording.clean(choice)}" for name, choice in about.options.items())
    yield from _fact("Options", options or "as the scenario has them")
    yield from _fact("Runs", f"{about.runs:,}, of which failed: {about.failed_runs:,}{_failures(about)}")
    if isinstance(answer, Assumptions):
        yield from _fact("Assumptions", f"{answer.draws:,} sets x {answer.pairs:,} pairs, from the {answer.over}")
    if isinstance(answer, Sweep):
        yield from _fact("Design", f"{answer.design}, {wording.times_word(len(answer.points), 'points')}")
        for factor, values in answer.factors.items():
            yield from _fact(f"Factor {wording.clean(factor)}", ", ".join(wording.clean(value) for value in values))
    yield from _fact("Scenario hash", about.scenario_hash, code=True)
    yield from _fact("Model version", about.model_version, code=True)
    yield from _fact("Experiment hash", about.experiment, code=True)
    yield from _fact("Master seed", str(about.master_seed), code=True)
    yield from _fact("Digest of the rows", about.digest, code=True)


def _fact(name: str, said: str, *, code: bool = False) -> tuple[Markup, Markup]:
    return element("dt", name), element("dd", element("code", said) if code else said)


def _failures(about: About) -> str:
    if not about.failures:
        return ""
    return f" ({', '.join(f'{wording.clean(name)}: {many:,}' for name, many in about.failures.items())})"


def _single(answer: Answer) -> Iterator[Markup]:
    yield element(
        "p",
        "Each row of the results holds its seed, its pattern and all that was varied: a run with the same is the same "
        "history, event for event.",
    )
    if isinstance(answer, Comparison):
        for one in answer.openings:
            yield element("p", one.said)
            yield element("pre", element("code", one.command))


def limits(answer: Answer) -> Markup:
    """What the report cannot carry, what is in it, and who does not stand behind it."""
    lines = [
        "Every number holds in this model: a causal simulation in which many constants are assumed. It is no "
        "forecast and no ground for an operational decision, for targeting, or for any statement about a real "
        "person, unit or community.",
        "Intervals tell the luck of the draw within the model. They do not hold what the model leaves out or has "
        "wrong.",
        "Failed runs are dropped with their pair and counted. Runs fail more often in violent histories, so read "
        "the bounds where any failed.",
    ]
    if isinstance(answer, Comparison):
        lines.append(
            f"An interval that fewer than {wording.TRUSTED_FROM} effective pairs carry is not to be trusted; it is "
            "marked."
        )
    content = (
        "This report counts people killed, wounded and driven from their homes, in histories that did not happen. "
        "Readers may have lived through something like it. The numbers are small beside what each of them would be."
    )
    endorsement = (
        "This is an independent work. It is not a product of the United Nations and not endorsed by it, by any "
        "Member State or by any institution whose publications it draws on."
    )
    return joined(
        [
            element("ul", *(element("li", line) for line in lines)),
            element("h3", "Content"),
            element("p", content),
            element("h3", "No endorsement"),
            element("p", endorsement),
        ]
    )
