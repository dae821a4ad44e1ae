"""The page for readers: what was compared with what, what came out, and what cannot be concluded from it."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from validation.calibration import Calibration
from validation.cases import part, usable
from validation.dominance import Finding
from validation.runs import Row
from validation.shares import Share
from validation.statistics import ENOUGH, Estimate, effective, mean, median, quantile, replays, verdict, wilson

Lines = list[str]
WIDTH = 118

READING = """\
# Validation

This page holds the model against the public record of a crisis, and says where it misses. It is written by
`python -m validation`; nobody edits it.

## How to read it

**What is compared.** One crisis is on record well enough to be measured: Saraf Umra, North Darfur, March 2014 (P15).
The model runs it many times, each time with other luck, and every number that the record gives is held against what the
runs give. Beside it stand a comparison whose band is our own (P14: what an undeclared national restriction costs) and
demonstrations whose probabilities are our own (P16, P19, P20). Those show what the mechanisms do. They validate
nothing. Two numbers of another crisis, Bria 2016, on which nothing was calibrated, are a look outside the case.

**What it can show.** The model was built by people who knew this record, and some of its constants come from it. So
agreement means that the mechanisms can carry the record. It does not mean that they are true, and it says nothing about
another crisis. A miss says more, and misses stay on the page: no band was moved and no constant was tuned by hand to
meet one. Deaths and arrivals per day are not on record; neither is tested.

**How a verdict is made.** Each number had its band before the first run. *Inside*: the whole 90 % interval of the
estimate lies in the band. *Outside*: all of it lies out of the band. *Undecided*: it lies across an end of it. Since
history happened once, two more questions are asked. Does what was observed lie in the central 90 % of the model's runs?
And is that range no wider than was stated beforehand? Otherwise a model that allows everything would pass.

**What is assumed.** Most constants of the model are assumptions with a range; [sources](sources.md) says how far each
can be believed. A result at one value of each is one result among many. So the runs are repeated over sets of
assumptions: once with everything that is not verified drawn from its whole range, and once with the calibrated
constants taken together as the record allows. "In about 60 % of the sets" is a statement about our box of assumptions,
never a probability of the world.
"""


def head(
    now: Mapping[str, str], frozen: Mapping[str, str], fixed: Sequence[str], other_sizes: Sequence[str] = ()
) -> Lines:
    """What stood still since the freeze, and what else decides the numbers."""
    changed = [name for name in fixed if frozen.get(name) != now[name]]
    state = (
        "are as they were frozen before the first run"
        if not changed
        else f"**have changed since they were frozen: {', '.join(changed)}**"
    )
    said = f"""**What this page was made from.** Bands, ranges, the declaration of what is calibrated, and estimators
        {state}."""
    if other_sizes:
        said += f" Printed with other sizes than frozen: {', '.join(other_sizes)}."
    return [
        *READING.splitlines(),
        "",
        *_prose(said),
        "| | hash |",
        "| --- | --- |",
        *(f"| {name.replace('_', ' ')} | `{value}` |" for name, value in now.items()),
        "",
    ]


def in_short(sections: Sequence[str]) -> Lines:
    """What the tables below say, for those who read no further: everything that is not inside by name."""
    said: dict[str, Lines] = {"inside": [], "outside": [], "undecided": [], "gap": []}
    about = ""
    for line in sections:
        if line.startswith("## "):
            about = line[3:].split(":")[0]
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        found = next((cell.partition(",")[0] for cell in cells if cell.partition(",")[0] in said), None)
        if line.startswith("|") and found:
            # A demonstration has its case before its question, and its pattern behind.
            asked = (
                f"{cells[0].split()[0]} {cells[1]}" if about.startswith("Demonstrations") else f"{about}, {cells[0]}"
            )
            said[found].append(asked)
    out = ["## In short", "", f"Of what could be asked at the defaults, {len(said['inside'])} answers lie inside.", ""]
    for word, name in (("outside", "Outside"), ("undecided", "Undecided"), ("gap", "Cannot be asked yet")):
        if said[word]:
            out += [f"{name}:", "", *(f"- {each}" for each in said[word]), ""]
    return out


def reconstruction(bands: Mapping[str, Any], rows: Sequence[Row]) -> Lines:
    """P15 at the defaults."""
    whole = usable(rows)
    out = [
        f"## P15: the reconstruction, {len(rows)} histories at the defaults",
        "",
        *_prose(
            f"""The people at the base, the help that came, the wounded, and the return. The return is conditional: in a
            twin of each history the agreement is signed {bands["agreement_after_T_days"]} days after T, as it was,
            whatever the talks have brought. T is 00:00 on 7 March."""
        ),
        "| part | estimate [90 %] | band | verdict | model's central 90 % | record in it | no wider than stated |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, band in bands["P15"].items():
        values = [value for value in (part(name, row, bands) for row in whole) if math.isfinite(value)]
        if len(values) < max(2, len(whole) / 2):
            out.append(f"| {band['label']} | undefined in most runs | {ends(band['band'])} | outside | | | |")
            continue
        if band["statistic"] == "probability":
            estimate, rest = wilson(round(math.fsum(values)), len(values)), ["", "", ""]
        else:
            estimate = median(values)
            seen, narrow, low, high = replays(values, band["observed"], band["widest"])
            rest = [f"{number(low)} to {number(high)}", yes(seen), yes(narrow)]
        out.append(_line(band["label"], interval(estimate), ends(band["band"]), verdict(estimate, band["band"]), *rest))
    killed = [row["civilians_killed"] for row in whole]
    never = sum(row["first_reinforcement_h"] is None for row in whole)
    return [
        *out,
        "",
        *_prose(
            f"""Runs that could not be finished: {len(rows) - len(whole)}. No reinforcement reached the site in {never};
            such a run counts with the end of the exercise. Not in the record, and so not tested: in the model the dead
            number {number(quantile(killed, 0.05))} to {number(quantile(killed, 0.95))} (central 90 %)."""
        ),
    ]


def restriction(bands: Mapping[str, Any], rows: Sequence[Row]) -> Lines:
    """P14 at the defaults."""
    band, whole = bands["P14"], usable(rows)
    horizon, margin, above = band["horizon_hours"], float(band["harm_margin_people"]), band["killed_above"]
    earlier = [part("earlier-hours", row, bands) for row in whole]
    others = [row["without_caveat"] for row in whole]
    both = [
        row["platoon_h"] - other["platoon_h"]
        for row, other in zip(whole, others, strict=True)
        if row["platoon_h"] is not None and other["platoon_h"] is not None
    ]
    harm = [float(b["civilians_killed"] - a["civilians_killed"]) for a, b in zip(whole, others, strict=True)]
    often = [part("more-killed-share", row, bands) for row in whole]
    middle = median(both) if both else Estimate(0.0, 0.0, 0.0)
    early, more, share = mean(earlier), mean(harm), mean(often)
    late, in_time = (sum(row["platoon_h"] is None for row in each) for each in (whole, others))
    carried = effective(harm)
    weak = f", but carried by {carried:.0f} pairs" if carried < ENOUGH else ""
    return [
        "## P14: the undeclared restriction (a band of ours, not observed)",
        "",
        *_prose(
            f"""`historical` against `no_caveat`, {len(rows)} pairs that share their luck. What the restriction holds
            back is a platoon of formed police; a run in which it never comes counts with the whole {horizon:g} hours.
            No study counts such delays (C5), so nothing is calibrated on this."""
        ),
        "| question | estimate [90 %] | band | verdict |",
        "| --- | --- | --- | --- |",
        _line(
            "hours earlier without it, median where it came in both",
            interval(middle), ends(band["earlier_hours_band"]), verdict(middle, band["earlier_hours_band"]),
        ),
        _line("hours earlier, mean over all", interval(early), "positive", yes(early.low > 0)),
        _line(
            "more killed without it, mean", interval(more), f"not above {margin:g}",
            verdict(more, (-math.inf, margin)) + weak,
        ),
        _line(
            f"more histories with over {above:g} killed without it, share", _difference(often, share),
            f"not above {band['killed_share_margin']:g}", verdict(share, (-math.inf, band["killed_share_margin"])),
        ),
        "",
        *_prose(
            f"""It never came with the restriction in {late} histories, without it in {in_time}. More were killed
            without it in {sum(each > 0 for each in harm)} of {len(harm)} pairs (chance alone does that), fewer in
            {sum(each < 0 for each in harm)}, as many in {sum(each == 0 for each in harm)}."""
        ),
    ]  # fmt: skip


def outside_the_case(bands: Mapping[str, Any], rows: Sequence[Row]) -> Lines:
    """H8 and H9 at Bria."""
    whole = usable(rows)
    displaced = [row["displaced"] for row in whole]
    out = [
        f"## Outside the case: two numbers of Bria, {len(rows)} histories at the defaults",
        "",
        *_prose(
            f"""Bria, November 2016: 6,000 of 11,000 displaced were at the base after two days, some 5,000 after one
            (H8, H9). Nothing is calibrated on it, though two constants cite these rows for their ranges
            (`people.attraction_base`, `people.flight_per_hour`). How many flee at all hangs on the size of the town
            and of the fight, which are assumed, and is no test; in the model it is
            {number(quantile(displaced, 0.05))} to {number(quantile(displaced, 0.95))} (central 90 %)."""
        ),
        "| number | estimate [90 %] | band | verdict | model's central 90 % | record in it | no wider than stated |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name in ("H8", "H9"):
        band = bands["elsewhere"][name]
        values = [row[band["measure"]] for row in whole if row[band["measure"]] is not None]
        if len(values) < max(2, len(whole) / 2):
            out.append(
                _line(f"{name}: {band['label']}", "undefined in most runs", ends(band["band"]), "outside", "", "", "")
            )
            continue
        estimate = median(values)
        seen, narrow, low, high = replays(values, band["observed"], band["widest"])
        out.append(
            _line(
                f"{name}: {band['label']}", interval(estimate), ends(band["band"]), verdict(estimate, band["band"]),
                f"{number(low)} to {number(high)}", yes(seen), yes(narrow),
            )
        )  # fmt: skip
    return [*out, "", *_prose(f"Runs that could not be finished: {len(rows) - len(whole)}.")]


def over_assumptions(
    bands: Mapping[str, Any], found: Mapping[str, tuple[dict[str, Share], Share, int] | None], draws: int, runs: int
) -> Lines:
    """P14 and P15 over sets of assumptions."""
    labels = {
        **{name: band["label"] for name, band in bands["P15"].items()},
        "earlier-hours": f"P14: {ends(bands['P14']['earlier_hours_band'])} hours earlier without the restriction",
        "more-killed-share": f"P14: no more histories with over {bands['P14']['killed_above']:g} killed without it",
    }
    out = [
        "## The same over sets of assumptions",
        "",
        *_prose(
            f"""Each kind: {draws} sets of assumptions, {runs} histories of each, no luck shared between sets. The share
            of sets inside a band is what is left when the luck of few runs is taken off: the variance between sets is
            that of their results less the noise within them, and the share is that of a normal distribution with it.
            The interval comes from resampling the sets and is never given narrower than five points to either side.
            *All parts of P15* is the share of sets in which all six hold at once."""
        ),
        "| part | calibrated sets inside [90 %] | whole ranges inside [90 %] | chance in the scatter |",
        "| --- | --- | --- | --- |",
    ]
    kinds = ("calibrated", "full")
    for name, label in labels.items():
        shares = [found[kind][0][name] if found.get(kind) else None for kind in kinds]  # type: ignore[index]
        noise = ", ".join(percent(share.noise) if share else "-" for share in shares)
        out.append(_line(label, *(_share(share) for share in shares), noise))
    together = [found[kind][1] if found.get(kind) else None for kind in kinds]  # type: ignore[index]
    out.append(_line("**all parts of P15**", *(_share(share) for share in together), ""))
    out.append("")
    for kind, name in zip(kinds, ("calibrated sets", "sets over the whole ranges"), strict=True):
        entry = found.get(kind)
        if entry is None:
            out += _prose(f"The {name} were not run for this page.")
            continue
        dropped = draws - entry[1].draws
        out += _prose(
            f"""Of the {name}, {dropped} left a part undefined in every run and are not counted; {entry[2]} single runs
            could not be finished."""
        )
    noisy = sorted({labels[n] for entry in found.values() if entry for n, share in entry[0].items() if share.noisy})
    if noisy:
        out += _prose(
            f"Where chance makes over 90 % of the scatter, little is said on assumptions: {'; '.join(noisy)}."
        )
    return out


def _share(share: Share | None) -> str:
    if share is None:
        return "not run"
    bounds = f"[{five(share.estimate.low)}, {five(share.estimate.high)}]"
    note = "" if share.detectable else ", no dependence on the assumptions detectable"
    return f"about {five(share.estimate.value)} % {bounds}{note}"


def calibration(
    settings: Mapping[str, Any], made: Calibration | None, defaults: Mapping[str, float], changed: Sequence[str] = ()
) -> Lines:
    """What was open, what the waves left."""
    out = [
        "## Calibration by history matching",
        "",
        *_prose(
            f"""{len(settings["parameters"])} constants were declared open, by mechanism and by confidence; none of them
            is verified or read in a source. The misses of an earlier page were known when they were chosen: at hand-set
            defaults too few people were home, and perhaps too many wounded treated. Every other constant that is not
            verified was drawn from its range at each point."""
        ),
        *_prose(
            f"""Nothing here looks for the best fit. Waves of runs rule out what cannot give the record, by the
            implausibility |E - z| / sqrt(V emulator + V observed + V discrepancy): the second-largest of the six parts
            of P15 must stay below {settings["cut"]:g}. P14 is no target. With six numbers for twelve constants, much
            must be left; calibration says which constants go together, not what they are."""
        ),
        "| constant | why it is open | default |",
        "| --- | --- | --- |",
        *(
            _line(f"`{id_}`", each["why"].strip(), f"{defaults[id_]:g}" if id_ in defaults else "-")
            for id_, each in settings["parameters"].items()
        ),
        "",
    ]
    if made is None:
        return [*out, "**The calibration has not been run for this version: the defaults are not its medoid.**", ""]
    if changed:
        out += _prose(f"**Changed since this calibration: {', '.join(changed)}.** What follows is of the model before.")
    out += [
        "| wave | points | not ruled out of the box | foreseen by the wave before | runs that failed |",
        "| --- | --- | --- | --- | --- |",
    ]
    for at, wave in enumerate(made.waves, start=1):
        foreseen = ", ".join(percent(share) for share in wave.foreseen.values()) or "-"
        out.append(_line(str(at), str(wave.points), percent(wave.left, 2), foreseen, str(wave.failed_runs)))
    out += [
        "",
        *_prose(
            """*Foreseen*: points of a wave that lie within two deviations of what the emulators of the wave before
            expected, for each part in the order above. About 95 % is right; much less says that the emulators promise
            too much."""
        ),
    ]
    least = ", ".join(f"{name} {value:.1f}" for name, value in made.least.items())
    if not made.medoid:
        return [
            *out,
            *_prose(
                f"""**Nothing is left.** No vector of the calibrated constants gives the record within what it may be
                missed by; the smallest implausibility of each part was {least}. The structure is wrong somewhere, or a
                range is. The defaults stay as they were, and no calibrated sets are shipped."""
            ),
        ]
    moved = [id_ for id_, value in made.medoid.items() if not math.isclose(value, defaults.get(id_, math.nan))]
    expected = ", ".join(f"{name} {number(value)}" for name, value in made.expected.items())
    return [
        *out,
        *_prose(
            f"""{len(made.vectors)} vectors that were not ruled out are shipped as the calibrated sets. The defaults are
            {"the vector in their middle (the medoid)" if not moved else f"**not** their medoid: {', '.join(moved)}"}.
            Over everything else the emulators expect there: {expected}. The smallest implausibility that any vector
            reached after the last wave: {least}. One part may be missed by any amount."""
        ),
    ]


def demonstrations(bands: Mapping[str, Any], found: Mapping[tuple[str, str], list[Row] | str]) -> Lines:
    """P16, P19, P20: rows of the runs, or why there are none."""
    out = [
        "## Demonstrations (P16, P19, P20)",
        "",
        *_prose(
            """The probabilities of these bands are ours: no source gives them. They show that a mechanism does what it
            is meant to do, and no more. Shares with Wilson 90 % bounds. A gap is a case that cannot be asked yet."""
        ),
        "| case | what is asked | pattern | estimate [90 %] | our band | verdict | histories |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for case, spec in bands["demonstrations"].items():
        for row in spec["rows"]:
            rows = found.get((case, row["pattern"]), "not run for this page")
            shown = row["pattern"] or "as written"
            if isinstance(rows, str):
                out.append(_line(f"{case} {spec['label']}", row["label"], shown, rows, _band(row), "gap", "0"))
                continue
            values = [each[row["measure"]] for each in usable(rows) if each[row["measure"]] is not None]
            if not values:
                text, said = "undefined in every run", "gap"
            else:
                estimate = wilson(sum(values), len(values)) if row["statistic"] == "probability" else median(values)
                text, said = interval(estimate), verdict(estimate, row["band"]) if row["band"] else "-"
            failed = len(rows) - len(usable(rows))
            many = f"{len(values)} of {len(rows)}" + (f", {failed} failed" if failed else "")
            out.append(_line(f"{case} {spec['label']}", row["label"], shown, text, _band(row), said, many))
    return [*out, ""]


def dominance(planner: Mapping[str, Any], found: Mapping[str, tuple[int, list[Finding]]]) -> Lines:
    """Per decision of each scenario, whether an answer is best on everything."""
    out = [
        "## Is one answer best on everything?",
        "",
        *_prose(
            f"""Every decision of every scenario, answered in each of its ways as soon as it is put. An answer dominates
            another when it is not worse by more than the difference worth acting on in any row (one-sided 95 %, each
            row) and better by more than that in one (Holm). An answer that dominates all others would make its decision
            an ornament. Rows: {", ".join(f"`{name}`" for name in planner)}."""
        ),
        *_prose(
            """*Trade-offs* are pairs of answers of which each is shown worse somewhere; *open* are pairs for which this
            number of histories shows neither. Rows that a scenario leaves undefined are left out for it. Nothing is
            compared where a decision was put in fewer than 30 histories."""
        ),
    ]
    for scenario, (runs, findings) in found.items():
        out += [
            f"### {scenario}: {runs} histories of each answer, same seeds",
            "",
            "| decision | put in | answers | dominated | trade-offs | open |",
            "| --- | --- | --- | --- | --- | --- |",
        ]
        for one in findings:
            said = "; ".join(f"{better} over {worse}" for better, worse in one.dominated) or "none"
            said = _best(one) + said
            failed = f" ({one.failed} failed)" if one.failed else ""
            cells = (one.decision, f"{one.put} of {one.runs}{failed}", ", ".join(one.options), said)
            out.append(_line(*cells, str(one.trade_offs), str(one.undecided)))
        out.append("")
    return out if found else [*out, "Not run for this page.", ""]


def _difference(pairs: Sequence[float], estimate: Estimate) -> str:
    """No difference in any pair is not certainty: the rule of three says what is excluded."""
    if any(pairs):
        return interval(estimate)
    return f"the same in all {len(pairs)}; over {300 / len(pairs):.0f} % different is excluded"


def _best(one: Finding) -> str:
    over = [better for better, _ in one.dominated]
    best = [option for option in one.options if over.count(option) == len(one.options) - 1]
    return f"**{best[0]} dominates all**: " if best else ""


def _prose(text: str) -> Lines:
    """A paragraph, broken where a reader of the file would break it, and an empty line."""
    return [*textwrap.wrap(" ".join(text.split()), WIDTH, break_long_words=False, break_on_hyphens=False), ""]


def _band(row: Mapping[str, Any]) -> str:
    return ends(row["band"]) if row["band"] else "none"


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def ends(band: Sequence[float]) -> str:
    return f"{number(band[0])} to {number(band[1])}"


def interval(estimate: Estimate) -> str:
    return f"{number(estimate.value)} [{number(estimate.low)}, {number(estimate.high)}]"


def number(value: float) -> str:
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"


def percent(share: float, digits: int = 0) -> str:
    return f"{100 * share:.{digits}f} %"


def five(share: float) -> int:
    """To the nearest five of a hundred: more would claim a precision that the form does not have."""
    return 5 * round(20 * share)


def yes(value: bool) -> str:
    return "yes" if value else "no"
