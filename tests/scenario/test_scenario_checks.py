"""What must hold between the entries of a scenario."""

from __future__ import annotations

import pytest

from sim.doctrine import load_doctrine
from sim.scenario import ScenarioError, load_text, schema
from sim.scenario.checks import CHECKS, Subject, references, subject
from sim.scenario.checks.circles import circles
from sim.scenario.checks.references import References


def told(text: str) -> list[str]:
    with pytest.raises(ScenarioError) as refusal:
        load_text(text, "x")
    return [str(problem) for problem in refusal.value.problems]


INJECT = "  rumour:\n    when: {all: [{people-at: {place: team-site, above: 200}}, {after: 12h}]}\n"
TEXT = "    text: They say"
OPEN = "label: Open it"
HEAD = "role: head-of-mission, at: capital-base"
RIDERS = "groups:\n  riders: {{kind: militia, home: town, strength: 50, options: {}}}\n"
FEUD = "hostilities:\n  feud: {place: town, parties: [riders, riders], onset: 3h}\n"
CAMELS = "epilogue: 10d\ndoctrine: {unit_types: {camels: {label: a, component: military, strength: 9}}}"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("at: [13.4, 23.2]", "rank: 1", '"town" has no position'),
        ("at: [13.4, 23.2]", "at: [13.4, 23.2], near: team-site", "two positions"),
        ("at: [13.4, 23.2]", "near: team-site", "near a place that is near it in turn"),
        ("between: [town, team-site]", "between: [town, town]", 'joins "town" with itself'),
        (HEAD, "role: head-of-mission, under: force-commander", "stands under itself"),
        (HEAD, "role: head-of-mission, under: head-of-mission", "stands under itself"),
        (INJECT, "  rumour:\n", '"rumour" is fired by nothing'),
        (INJECT, INJECT + "    pool: true\n", "fired by when and pool"),
        (INJECT, INJECT + "    at: 6h\n", "fired by at and when"),
        (INJECT, "  rumour:\n    at: D+0 05:00\n", "before the start"),
        (INJECT, "  rumour:\n    at: 11d\n", "after the end of the run"),
        ("{after: 12h}", "{after: 10d}", "after the end of the run"),
        ("{after: 12h}", '{not: {at-or-after: "D+0 05:00"}}', "before the start"),
        (TEXT, "    effects: [{}]\n" + TEXT, "exactly one key, here: none"),
        (TEXT, "    effects: [{dust: 6h, fear: {place: town, amount: 1}}]\n" + TEXT, "here: dust, fear"),
        (TEXT, "    effects: [{fear: {place: twon, amount: 1}}]\n" + TEXT, '"twon" is no place'),
        (TEXT, "    effects: [{standing: {of: trust/farmres, amount: 1}}]\n" + TEXT, '"trust/farmers"'),
        ("      shut: {label: Keep it shut}\n", "", "has 1 option"),
        ("within: 4h", "within: 0h", "leaves no time to decide"),
        (OPEN, OPEN + ", do: [{order: {action: visible-patrl}}]", '"visible-patrol"'),
        (OPEN, OPEN + ", do: [{order: {action: visible-patrol, unit: company-9}}]", "is no unit"),
        (OPEN, OPEN + ", do: [{levers: {levers: [insst]}}]", 'Did you mean "insist"?'),
        (OPEN, OPEN + ", do: [{answer: {decision: gate, option: opn}}]", 'no option of "gate"'),
        (OPEN, OPEN + ", do: [{request: {to: nobody, action: visible-patrol}}]", "is no seat"),
        ("{after: 12h}", "{option: {raiders: rider}}", '"rider" is no choice of "raiders"'),
        ("{after: 12h}", "{option: {raider: riders}}", '"raider" is no option'),
        ("{after: 12h}", "{any: [{not: {fact: {subject: twon, attribute: fear, above: 1}}}]}", '"twon" is no subject'),
        ("{after: 12h}", "{task: {action: visible-patrol, state: done, unit: company-7}}", '"company-7" is no unit'),
        ("{after: 12h}", "{standing: {of: consent/nobody, below: 3}}", '"consent/nobody" is no standing'),
        ("night: true,", "night: true, tasks: [patrl],", '"patrl" is no response'),
        ("night: true,", "night: true, needs: [limit-tme],", 'Did you mean "limit-time"?'),
        ("duration: 5d", "duration: 0h", "The run has no length"),
        ("epilogue: 10d", "epilogue: 4d", "epilogue ends before the run"),
        ("epilogue: 10d", "epilogue: 10d\nepilogue_marks: [4d]", "not between the end of the run"),
        ("epilogue: 10d", "epilogue: 10d\nmeasures: [civilians_kiled]", 'Did you mean "civilians_killed"?'),
        ("epilogue: 10d", "epilogue: 10d\ndoctrine: {parametres: {}}", "no catalogue"),
        ("epilogue: 10d", "epilogue: 10d\ndoctrine: {roles: {joc: {titel: x}}}", "unknown key"),
        ("epilogue: 10d", "epilogue: 10d\ndoctrine: {roles: {new: {title: x}}}", '"component": missing'),
        ("epilogue: 10d", "epilogue: 10d\ndoctrine: {roles: {joc: {title: 5}}}", "5 is not text"),
        ("epilogue: 10d", "epilogue: 10d\nnaming: {fictional: {twon: A town}}", '"twon" is no actor'),
        ("{after: 12h}", "{fact: {subject: town, attribute: violense, equals: quiet}}", 'Did you mean "violence"?'),
        ("{after: 12h}", "{fact: {subject: company-1, attribute: waiting, above: 3}}", "which is a unit"),
        ("{after: 12h}", "{fact: {subject: tcc-a, attribute: state, equals: ready}}", "has no attributes"),
        ("{after: 12h}", "{event: atack}", 'Did you mean "attack"?'),
        ("{after: 12h}", "{event: situation-summary}", "is a phrase of reports"),
        ("{after: 12h}", "{event: sitation-summry}", "no event that the world tells of"),
        ("{after: 12h}", "{fact: {subject: town, attribute: violence, above: 3}}", "a word is never above anything"),
        ("{after: 12h}", "{fact: {subject: town, attribute: violence, equals: figting}}", 'Did you mean "fighting"?'),
        ("{after: 12h}", "{fact: {subject: town, attribute: crowd, one-of: [angry, cross]}}", 'is never "cross"'),
        ("{after: 12h}", "{fact: {subject: town, attribute: tension, above: 40}}", '"town" has none'),
        ("{after: 12h}", "{standing: {of: legitmacy, below: 3}}", 'Did you mean "legitimacy"?'),
        ("{after: 12h}", "{standing: {of: consent/farmers, below: 3}}", '"consent/farmers" is no standing'),
        (TEXT, "    effects: [{standing: {of: impartiality/farmers, amount: 1}}]\n" + TEXT, "that an inject can move"),
        ("{after: 12h}", "{event: {name: column-left, subject: town}}", '"column-left" happens to groups, and "town"'),
        ("{after: 12h}", "{after: {event: arrived, subject: town, by: 2h}}", '"arrived" happens to units'),
        (INJECT, "  rumour:\n    at: D+0 09:00\n    delay: 2h\n", "its delay never begins"),
        ("communities:", RIDERS.format("{tax: 3}") + "communities:", '"tax" is no kind of action'),
        ("communities:", RIDERS.format("{raid: 30}") + "communities:", "at most 5"),
        ("communities:", RIDERS.format("{}, enemies: [riders]") + "communities:", "among its own enemies"),
        ("communities:", RIDERS.format("{}") + FEUD + "communities:", "a fight of riders with itself"),
        ("{after: 12h}", "{not: {after: {event: atack, by: 12h}}}", 'Did you mean "attack"?'),
        (TEXT, "    facts: [{subject: town, attribute: violense, value: quiet}]\n" + TEXT, '"violence"'),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_found(changed, old, new, said):
    assert [line for line in told(changed((old, new))) if said in line]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{after: 12h}", "{unit-refused: company-1}"),
        ("{after: 12h}", "{standing: {of: trust/farmers, below: 3}}"),
        ("{after: 12h}", "{standing: {of: headquarters, below: 3}}"),
        ("{after: 12h}", "{standing: {of: anger/town, above: 3}}"),
        ("{after: 12h}", "{fact: {subject: town, attribute: crowd, one-of: [angry, violent]}}"),
        ("communities:", RIDERS.format("{raid: 3, wait: -1}") + "communities:"),
        ("{after: 12h}", "{fact: {subject: mission, attribute: killed, above: 3}}"),
        ("{after: 12h}", "{fact: {subject: town--team-site, attribute: status, equals: open}}"),
        ("{after: 12h}", "{event: {name: attack, subject: town}}"),
        ("from: farmers", "from: community-leader"),
        ("contributor: tcc-a, at: team-site}", "at: team-site, protects: town}"),
        ("epilogue: 10d", CAMELS),
    ],
)  # fmt: skip
def test_what_fits_is_left_alone(changed, old, new):
    text = changed((old, new))
    if "community-leader" in new:
        text += "naming: {names: {community-leader: An elder}}\n"
    load_text(text, "x")


def test_what_an_inject_says_in_words_of_its_own_can_be_waited_for(changed):
    facts = ("{subject: town, attribute: tension, value: 60}", "{subject: town, attribute: violence, value: odd}")
    said = f"    facts: [{', '.join(facts)}]\n"
    for fact in ("attribute: tension, above: 40", "attribute: violence, equals: odd"):
        load_text(changed((TEXT, said + TEXT), ("{after: 12h}", f"{{fact: {{subject: town, {fact}}}}}")), "x")


def test_a_type_added_by_the_scenario_can_be_used(changed):
    text = changed(
        ("company-2: {type: infantry-company", "company-2: {type: camels"),
        ("epilogue: 10d", CAMELS),
    )  # fmt: skip
    load_text(text, "x")


def test_an_objection_is_a_subject(changed):
    text = changed(
        ("{after: 12h}", "{event: {name: objection-ended, subject: objection/company-1/night-moves}}"),
        ("{night-moves: absent}", "{night-moves: {rigidity: 10}}"),
    )
    assert load_text(text, "x").resolve("night").contributors["tcc-a"].caveats[0].rigidity == 10.0


def test_the_parts_of_a_unit_can_be_named(changed):
    fpu = (
        ("company-2: {type: infantry-company", "company-2: {type: formed-police-unit"),
        ("company-2: absent", "company-2: {posture: routine}"),
    )
    load_text(changed(*fpu, ("{after: 12h}", "{unit-refused: company-2/4}")), "x")
    assert '"company-2/5" is no unit' in told(changed(*fpu, ("{after: 12h}", "{unit-refused: company-2/5}")))[0]


def test_references_are_checked_even_where_the_shape_is_wrong(sound):
    data = {"units": {"a": {"at": "nowhere", "type": 5}}, "seats": [], "places": {"town": None}, "patterns": 7}
    found = list(References().findings(Subject(data, None, load_doctrine())))
    assert [finding.value for finding in found] == ["nowhere"]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: type(check).__name__)
@pytest.mark.parametrize(
    "data", [{}, {"units": 5}, {"doctrine": {"roles": 4, "x": []}}, {"decisions": {"a": {"options": []}}}]
)
def test_no_check_trips_over_a_wrong_shape(check, data):
    for finding in check.findings(Subject(data, None, load_doctrine())):
        assert finding.message


def _paths(model, seen=()) -> set[str]:
    """Every path of the schema that ends in an id of something, as the tables of references write them."""
    found: set[str] = set()
    for name, field in model.model_fields.items():
        for step, inner in subject_types(field.annotation):
            path = ".".join(filter(None, [field.alias or name, step]))
            if isinstance(inner, type) and issubclass(inner, schema.Section) and inner not in seen:
                found |= {f"{path}.{below}" for below in _paths(inner, (*seen, inner))}
            else:
                found.add(path)
    return found


def subject_types(annotation, step="") -> list:
    from types import UnionType
    from typing import Annotated, Union, get_args, get_origin

    origin = get_origin(annotation)
    if origin is Annotated:
        return subject_types(get_args(annotation)[0], step)
    if origin in (Union, UnionType):
        return [each for inner in get_args(annotation) for each in subject_types(inner, step)]
    if origin is dict:
        return subject_types(get_args(annotation)[1], f"{step}.*".strip("."))
    if origin in (tuple, list):
        inner = [each for each in get_args(annotation) if each is not Ellipsis]
        return subject_types(inner[0], f"{step}.*".strip("."))
    return [(step, annotation)]


def test_every_path_of_the_tables_exists_in_the_schema():
    known = _paths(schema.Scenario)
    for path, _ in references._FILE:
        stem = path.removesuffix(".@").removesuffix(".0")
        assert stem in known or f"{stem}.*" in known, path
    for path in (*subject.CONDITIONS, *subject.ACTIONS):
        assert path in known or any(each.startswith(f"{path}.") for each in known), path


def test_circles_are_found_in_one_pass():
    above = {"a": "b", "b": "c", "c": "b", "d": "a", "e": "gone", "f": "f"}
    assert circles(above) == {"b", "c", "f"}
    chain = {str(n): str(n + 1) for n in range(100_000)}
    assert circles(chain) == set()
    assert circles(chain | {"100000": "0"}) == chain.keys() | {"100000"}


def test_a_hostile_number_of_parts_costs_nothing(changed):
    text = changed(
        ("epilogue: 10d", "epilogue: 10d\ndoctrine: {unit_types: {infantry-company: {parts: 1000000000}}}"),
        ("{after: 12h}", "{unit-refused: company-1/7}"),
    )
    load_text(text, "x")
