"""Answers as rich as real ones, made up: every field is filled, some with the edges that happen."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from sim.experiment.answers import (
    About,
    Asked,
    Assumptions,
    AssumptionShare,
    Best,
    Comparison,
    Difference,
    Dominance,
    Exceedance,
    Fan,
    HarmMap,
    HarmPlace,
    Interval,
    Level,
    Look,
    Opening,
    PatternAbout,
    PlannerLine,
    PlannerRow,
    Spread,
    Stop,
    Sweep,
    SweepPoint,
    Tornado,
    TornadoBar,
    Verdict,
)

N: Final = 2250
REFERENCE: Final = "point"
PATTERNS: Final = (
    PatternAbout(
        "point",
        "Two bases",
        "Everybody at the two permanent bases, strong, fed, near a doctor, and days from villages.",
    ),
    PatternAbout(
        "area",
        "Platoons everywhere",
        "One platoon in each village that can be reached. Near everybody, weak everywhere.",
    ),
    PatternAbout(
        "tob", "Two temporary bases", "A company base at the junction in the east and one at the market in the west."
    ),
)
OVER_50: Final = Asked(
    "P(civilians_killed>50)", "More than 50 civilians killed", "civilians_killed", "share of histories", "lower", 0.03
)
OVER_200: Final = Asked(
    "P(civilians_killed>200)", "More than 200 civilians killed", "civilians_killed", "share of histories", "lower", 0.03
)
HARMED_MEDIAN: Final = Asked(
    "Q(civilians_killed>0,0.5)",
    "Civilians killed, median of runs with harm",
    "civilians_killed",
    "people",
    "lower",
    10,
)
KILLED: Final = Asked("civilians_killed", "Civilians killed, mean", "civilians_killed", "people", "lower", 10)
DISPLACED: Final = Asked(
    "displaced_peak", "Most people displaced at one time", "displaced_peak", "people", "lower", 2000
)
HOME: Final = Asked(
    "home_share_end", "Share of the living at home at the end", "home_share_end", "share", "higher", 0.05
)
MET: Final = Asked(
    "immediate_response_share", "Share of attacks answered while they went on", "immediate_response_share", "share",
    "higher", 0.1,
)  # fmt: skip
HOURS: Final = Asked(
    "reinforcement_hours", "Time until the first reinforcement, at most the horizon", "reinforcement_hours", "hours",
    "lower", 6,
)  # fmt: skip
NEVER: Final = Asked(
    "never(reinforcement_hours)",
    "No reinforcement ever came",
    "reinforcement_hours",
    "share of histories",
    "lower",
    0.03,
)
LOST: Final = Asked("peacekeepers_killed", "Peacekeepers killed", "peacekeepers_killed", "people", "lower", 1)
OUTSIDE: Final = Asked(
    "outside_10_1_2_hours", "Hours of units too far from a surgeon", "outside_10_1_2_hours", "hours", "lower", 48
)
CONSENT: Final = Asked(
    "consent_host_end", "Host-state consent, lowest counterpart", "consent_host_end", "points of 100", "higher", 5
)
CREDIBLE: Final = Asked(
    "credibility_min_end", "Credibility, lowest group", "credibility_min_end", "points of 100", "higher", 5
)
AWAY: Final = Asked("unit_days_away", "Days of units away from their base", "unit_days_away", "days", "lower", 10)
FLYING: Final = Asked("flight_hours", "Flying hours", "flight_hours", "hours", "lower", 5)
DECIDED: Final = Asked("decisions_taken", "Decisions taken", "decisions_taken", "decisions", "neither", 1)

Figures = tuple[float, float, float, float]
"""Level of the reference, difference, its standard error, effective pairs."""


def an_about(**changes: object) -> About:
    known: dict[str, object] = {
        "scenario": "upper_nile_tob",
        "title": "Upper Nile - a battalion and a sector",
        "scenario_hash": "5f1d0c0e7ab4425c9f6a",
        "model_version": "2",
        "experiment": "c0ffee5eed1234567890",
        "master_seed": 1,
        "patterns": PATTERNS,
        "reference": REFERENCE,
        "options": {"threat": "raids", "rains": "early"},
        "days": 30.0,
        "command": "mlt compare upper_nile_tob --patterns point,area,tob --until-ci 'P(civilians_killed>50)=0.03' "
        "--max-runs 20000 --out nile",
        "digest": "9b74c9897bac770ffc029102a200c5de",
        "runs": 3 * N,
        "failed_runs": 4,
        "failures": {"running: ZeroDivisionError": 3, "lost: WorkerDied": 1},
    }
    return About(**{**known, **changes})  # type: ignore[arg-type]


def a_difference(
    quantity: Asked, pattern: str, value: float, error: float, n_eff: float = 400.0, verdict: Verdict | None = None
) -> Difference:
    half = 1.96 * error
    sign = -1 if quantity.direction == "lower" else 1
    if verdict is None:
        verdict = Verdict.UNDECIDED
        if value - half > 0 or value + half < 0:
            verdict = Verdict.BETTER if value * sign > 0 else Verdict.WORSE
            if quantity.direction == "neither":
                verdict = Verdict.DIFFERENT
        elif quantity.worthwhile is not None and abs(value) + half < quantity.worthwhile:
            verdict = Verdict.NO_MATERIAL_DIFFERENCE
    ahead, behind = (640, 95) if verdict is not Verdict.WORSE else (95, 640)
    return Difference(
        quantity=quantity,
        pattern=pattern,
        reference=REFERENCE,
        interval=Interval(value, value - half, value + half),
        running=Interval(value, value - 1.6 * half, value + 1.6 * half),
        n=N - 2,
        n_eff=n_eff,
        failed_pairs=2,
        undefined_pairs=0,
        identical=N - 2 - ahead - behind,
        excluded_share=None,
        variance_reduction=5.23,
        bounds=(value - error / 2, value + error / 2),
        histories=(ahead, behind, N - 2 - ahead - behind),
        verdict=verdict,
    )


def the_same(quantity: Asked, pattern: str) -> Difference:
    return Difference(
        quantity, pattern, REFERENCE, Interval(0.0, 0.0, 0.0), Interval(0.0, 0.0, 0.0), N, 0.0, 0, 0, N, 3 / N, None,
        None, (0, 0, N), Verdict.IDENTICAL,
    )  # fmt: skip


def a_line(quantity: Asked, area: Figures, tob: Figures, note: str = "", undefined: int = 0) -> PlannerLine:
    base, error = area[0], max(area[2], 1e-9)
    levels = [Level("point", Interval(base, base - 2 * error, base + 2 * error), N - undefined, undefined)]
    differences = []
    for pattern, (_, change, own_error, n_eff) in (("area", area), ("tob", tob)):
        level = base + change
        levels.append(
            Level(pattern, Interval(level, level - 2 * own_error, level + 2 * own_error), N - undefined, undefined)
        )
        verdict = Verdict.UNESTIMATED if n_eff < 30 else None
        differences.append(
            a_difference(quantity, pattern, change, own_error, n_eff, verdict)
            if own_error
            else the_same(quantity, pattern)
        )
    sign = -1 if quantity.direction == "lower" else 1
    best = max(sign * level.interval.value for level in levels if level.interval)
    regret = {level.pattern: best - sign * level.interval.value for level in levels if level.interval}
    return PlannerLine(
        quantity, tuple(levels), tuple(differences), {} if quantity.direction == "neither" else regret, note
    )


def the_rows() -> tuple[PlannerRow, ...]:
    return (
        PlannerRow("killed", "People killed", (
            a_line(OVER_50, (0.312, -0.071, 0.0112, 412), (0.312, -0.034, 0.0125, 350)),
            a_line(OVER_200, (0.094, -0.012, 0.0071, 121), (0.094, -0.021, 0.0069, 118)),
            a_line(HARMED_MEDIAN, (64.0, -12.0, 4.1, 300), (64.0, -7.0, 4.4, 310), "Runs without harm are not in it."),
            a_line(KILLED, (81.4, -31.0, 18.2, 11.4), (81.4, -22.0, 17.5, 9.8)),
        )),
        PlannerRow("displaced", "Displaced, and home again", (
            a_line(DISPLACED, (14230.0, -2310.0, 310.0, 900), (14230.0, -1220.0, 330.0, 870)),
            a_line(HOME, (0.612, 0.041, 0.012, 600), (0.612, 0.028, 0.013, 590)),
        )),
        PlannerRow("met", "Threats reached while it mattered", (
            a_line(MET, (0.127, 0.214, 0.011, 800), (0.127, 0.102, 0.012, 700), undefined=212),
        )),
        PlannerRow("arrival", "Hours to arrival", (
            a_line(HOURS, (61.3, -8.4, 2.2, 450), (61.3, 1.2, 2.4, 470)),
            a_line(NEVER, (0.052, -0.004, 0.003, 52), (0.052, 0.0, 0.0, 0)),
        )),
        PlannerRow("peacekeepers", "Peacekeepers killed or wounded", (
            a_line(LOST, (0.412, 0.331, 0.061, 88), (0.412, 0.112, 0.052, 74)),
        )),
        PlannerRow("surgeon", "Time outside 10-1-2", (
            a_line(OUTSIDE, (112.0, 2410.0, 31.0, 2100), (112.0, 1320.0, 28.0, 2080)),
        )),
        PlannerRow("standing", "Host consent and credibility at the end", (
            a_line(CONSENT, (57.1, -0.21, 0.42, 900), (57.1, -1.3, 0.44, 880)),
            a_line(CREDIBLE, (41.0, 3.1, 0.61, 700), (41.0, 2.2, 0.58, 690)),
        )),
        PlannerRow("cost", "Cost", (
            a_line(AWAY, (3.1, 171.0, 0.9, 2200), (3.1, 176.0, 1.1, 2190)),
            a_line(FLYING, (41.2, 22.4, 1.1, 1800), (41.2, 9.6, 1.0, 1750)),
        )),
    )  # fmt: skip


def an_exceedance(quantity: Asked = KILLED) -> Exceedance:
    thresholds = (0.0, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0)

    def curve(scale: float, whole: float) -> tuple[float, ...]:
        return tuple(
            whole * 0.5 * math.erfc((math.log(one + 0.5) - scale) / (1.5 * math.sqrt(2))) for one in thresholds
        )

    curves = {"point": curve(3.6, 0.62), "area": curve(3.25, 0.60), "tob": curve(3.2, 0.66)}
    differences = {
        pattern: tuple(own - base for own, base in zip(curves[pattern], curves["point"], strict=True))
        for pattern in ("area", "tob")
    }
    wide = {"area": 0.022, "tob": 0.026}
    return Exceedance(
        quantity,
        thresholds,
        curves,
        differences,
        {pattern: tuple(one - wide[pattern] for one in own) for pattern, own in differences.items()},
        {pattern: tuple(one + wide[pattern] for one in own) for pattern, own in differences.items()},
        {"area": (), "tob": (4.1,)},
    )


def a_spread(quantity: Asked, pattern: str, seed: int, centre: float, wide: float) -> Spread:
    drawn = np.random.default_rng(seed).normal(centre, wide, 735)
    counts, edges = np.histogram(drawn, bins=24)
    return Spread(quantity, pattern, tuple(map(float, edges)), tuple(map(int, counts)), N - 2 - 735)


def a_fan(quantity: Asked = DISPLACED) -> Fan:
    hours = tuple(float(hour) for hour in range(0, 721, 24))
    shares = (0.05, 0.25, 0.5, 0.75, 0.95)

    def lines(top: float) -> tuple[tuple[float, ...], ...]:
        return tuple(
            tuple(top * (0.25 + 1.5 * share) * (1 - math.exp(-hour / 180)) * (1 - 0.2 * hour / 720) for hour in hours)
            for share in shares
        )

    return Fan(quantity, hours, shares, {"point": lines(14000), "area": lines(11800), "tob": lines(12900)})


PLACES: Final = {
    "north-base": (10.20, 32.00), "south-base": (9.30, 32.05), "ferry": (9.80, 32.12), "fish-landing": (9.92, 31.92),
    "mission-village": (9.60, 31.78), "west-market": (9.78, 31.45), "marsh-village": (9.25, 31.60),
    "east-junction": (9.86, 32.48), "grass-camps": (9.62, 32.62), "well-camps": (10.05, 32.85),
    "hill-village": (9.70, 33.02), "border-post": (10.15, 33.20),
}  # fmt: skip
ROADS: Final = (
    ("north-base", "fish-landing"), ("fish-landing", "ferry"), ("fish-landing", "mission-village"),
    ("fish-landing", "west-market"), ("mission-village", "west-market"), ("mission-village", "south-base"),
    ("west-market", "marsh-village"), ("south-base", "marsh-village"), ("ferry", "east-junction"),
    ("ferry", "grass-camps"), ("east-junction", "grass-camps"), ("east-junction", "well-camps"),
    ("east-junction", "hill-village"), ("grass-camps", "hill-village"), ("well-camps", "hill-village"),
    ("well-camps", "border-post"), ("north-base", "well-camps"),
)  # fmt: skip


def a_harm_map(names: Mapping[str, str] | None = None, patterns: Sequence[str] = ("point", "area", "tob")) -> HarmMap:
    drawn = np.random.default_rng(5)
    places = []
    for place, (latitude, longitude) in PLACES.items():
        base = 0.0 if place == "ferry" else float(drawn.gamma(0.6, 12))
        killed = {pattern: base * 0.83**step for step, pattern in enumerate(patterns)}
        places.append(
            HarmPlace(
                place,
                (names or {}).get(place, place.replace("-", " ").capitalize()),
                latitude,
                longitude,
                killed,
                {pattern: min(0.9, mean / 40) for pattern, mean in killed.items()},
            )
        )
    return HarmMap(tuple(places), tuple((PLACES[one], PLACES[two]) for one, two in ROADS))


def a_stop() -> Stop:
    looks = tuple(
        Look(
            n,
            0.62 / math.sqrt(n) * 1.96,
            n / 5,
            {
                "area": Interval(-0.071, -0.071 - 1.9 / math.sqrt(n), -0.071 + 1.9 / math.sqrt(n)),
                "tob": Interval(-0.034, -0.034 - 1.9 / math.sqrt(n), -0.034 + 1.9 / math.sqrt(n)),
            },
            ("point", "area", "tob") if n < 1000 else ("area", "tob"),
            "half-width above the target: go on" if n < 2250 else "half-width reached and enough pairs carry it",
        )
        for n in (100, 150, 225, 337, 505, 757, 1135, 1702, 2250)
    )
    return Stop("until-ci", True, "The half-width of 3 in 100 histories was reached at the look at 2,250.", looks)


def a_comparison(**changes: object) -> Comparison:
    known: dict[str, object] = {
        "about": an_about(),
        "primary": OVER_50,
        "n": N,
        "stop": a_stop(),
        "sentence": "In this model, with Platoons everywhere more than 50 civilians were killed in 7 fewer of 100 "
        "histories than with Two bases (5 to 9 fewer; 2,248 pairs).",
        "rows": the_rows(),
        "others": (
            a_line(DECIDED, (31.0, 4.1, 0.3, 1500), (31.0, 2.2, 0.3, 1400)),
            a_line(
                Asked("turned_away", "People turned away at the gate", "turned_away", "people", "lower", 500),
                (1210.0, -130.0, 90.0, 210),
                (1210.0, 40.0, 95.0, 190),
            ),
        ),
        "best": Best(
            {"point": 0.0004, "area": 0.97, "tob": 0.0296},
            {"point": 21.3, "area": 44.2, "tob": 34.5},
            ("area", "tob"),
            {"area": 0.004, "tob": 0.061},
            a_difference(OVER_50, "area", -0.063, 0.012),
        ),
        "dominance": (
            Dominance("area", "point", "does not dominate", "Worse on Peacekeepers killed or wounded."),
            Dominance("tob", "point", "undecided", "Hours to arrival holds both answers."),
            Dominance("area", "tob", "does not dominate", "Worse on Time outside 10-1-2."),
        ),
        "exceedance": (an_exceedance(), an_exceedance(DISPLACED)),
        "spreads": (
            a_spread(KILLED, "area", 1, -25.0, 40.0),
            a_spread(KILLED, "tob", 2, -12.0, 45.0),
        ),
        "fans": (a_fan(),),
        "harm": a_harm_map(),
        "warnings": (
            "4 runs failed; if every one had gone the other way the answer would still stand.",
            "Civilians killed, mean: carried by about 11 histories, so no interval is given to it.",
        ),
        "openings": (
            Opening(
                "Platoons everywhere, a history in the middle of all.",
                "mlt run upper_nile_tob --pattern area --seed 9176422400804903422 --option threat=raids",
            ),
        ),
    }
    return Comparison(**{**known, **changes})  # type: ignore[arg-type]


def an_assumptions(**changes: object) -> Assumptions:
    bars = (
        ("caveat.rigidity", "caveats", "How rigid objections are", 20, 90, "points", 0.081, 0.013),
        ("flight.rain_share", "support", "Share of flights lost to rain", 0.05, 0.5, "share", -0.052, 0.012),
        ("raid.size_sd", "groups", "Scatter of the size of raids", 0.3, 1.1, "", 0.041, 0.011),
        ("detection.alarm_share", "information", "Share of alarms that arrive", 0.2, 0.9, "share", -0.033, 0.012),
        ("people.flee_hours", "people", "Hours until people flee", 1, 12, "hours", 0.012, 0.012),
        ("command.hop_minutes", "command", "Minutes a hop of command", 5, 60, "minutes", 0.006, 0.011),
    )  # fmt: skip
    known: dict[str, object] = {
        "about": an_about(runs=60000),
        "over": "ranges",
        "draws": 500,
        "pairs": 40,
        "primary": OVER_50,
        "sentence": "In this model, in about 85 of 100 assumption sets tried, Platoons everywhere does better than Two "
        "bases by more than is worth acting on.",
        "shares": (
            AssumptionShare(
                OVER_50, "area", "point", Interval(0.85, 0.8, 0.9), Interval(0.0, 0.0, 0.05), Interval(0.15, 0.1, 0.2),
                500, 40, 0.62, True, 0.021, "In about 85 of 100 assumption sets tried it is better.",
                0.131, Interval(-0.061, -0.068, -0.054),
            ),
            AssumptionShare(
                OVER_50, "tob", "point", Interval(0.55, 0.45, 0.65), Interval(0.05, 0.0, 0.1), Interval(0.4, 0.3, 0.5),
                500, 40, 0.93, False, 0.043, "No dependence on the assumptions can be detected.",
            ),
        ),
        "tornados": tuple(
            Tornado(
                OVER_50, pattern, "point",
                tuple(
                    TornadoBar(
                        parameter, mechanism, label, low, high, unit,
                        Interval(change * step, change * step - 1.96 * error, change * step + 1.96 * error),
                        "The authors", "assumed",
                    )
                    for parameter, mechanism, label, low, high, unit, change, error in bars
                ),
                0.024, 152, {"caveats": 0.44, "support": 0.21, "groups": 0.2, "information": 0.1, "command": 0.05},
                {"caveat.rigidity": Interval(0.31, 0.2, 0.42)} if pattern == "area" else {},
                "Objections as rigid as 85 or more and half of all flights lost to rain.",
            )
            for pattern, step in (("area", 1.0), ("tob", 0.7))
        ),
        "warnings": ("The luck of few runs is 93 of 100 parts of the scatter for Two temporary bases.",),
    }  # fmt: skip
    return Assumptions(**{**known, **changes})  # type: ignore[arg-type]


def a_sweep(factors: Mapping[str, tuple[str, ...]] | None = None, **changes: object) -> Sweep:
    varied = factors or {"caveat.rigidity": ("20", "55", "90"), "threat": ("raids", "columns")}
    points = []
    combinations: list[dict[str, str]] = [{}]
    for factor, choices in varied.items():
        combinations = [{**one, factor: choice} for one in combinations for choice in choices]
    for number, values in enumerate(combinations):
        levels = tuple(
            Level(pattern, Interval(base, base - 0.02, base + 0.02), 398, 0)
            for pattern, base in (("point", 0.3 + 0.02 * number), ("area", 0.24 + 0.03 * number), ("tob", 0.27))
        )
        differences = tuple(
            a_difference(OVER_50, pattern, change, 0.021)
            for pattern, change in (("area", -0.06 + 0.012 * number), ("tob", -0.03 - 0.01 * number))
        )
        points.append(SweepPoint(number, values, 398, 2, levels, differences))
    known: dict[str, object] = {
        "about": an_about(runs=400 * 3 * len(points)),
        "design": "factorial",
        "factors": varied,
        "primary": OVER_50,
        "points": tuple(points),
        "sentence": "In this model, Platoons everywhere does better at 4 of 6 points; at none does it do worse.",
        "warnings": ("2 runs failed at each point.",),
    }
    return Sweep(**{**known, **changes})  # type: ignore[arg-type]
