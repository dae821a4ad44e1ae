"""The shipped catalogues, and a scenario's overrides of them."""

from __future__ import annotations

import dataclasses
import pickle

import pytest

from sim.doctrine import CATALOGUES, DoctrineError, doctrine_from, load_doctrine, source_texts

TEXTS = {
    "parameters.yaml": "pace.walk_kmh: {value: 4, range: [3, 5], unit: km/h, source: F1, confidence: general}\n",
    "roles.yaml": "joc: {title: Operations centre, component: mission}\n",
    "unit_types.yaml": "company: {label: a, component: military, strength: 9, capabilities: {patrol: 1, crowd: 0.3}}\n",
    "caveats.yaml": "night: {label: Night}\n",
    "levers.yaml": "insist: {label: Insist}\n",
    "responses.yaml": "patrol: {label: a, force_mode: deter, tier: 2, phase: prevention, in_force_from: 2017-02-01}\n",
    "measures.yaml": "killed: {label: Killed, unit: people, direction: lower, worthwhile: 5}\n",
    "phrases.yaml": "attack: {title: Attack, text: An attack}\n",
    "events.yaml": "attack: {text: 'An attack by {subject}'}\n",
}  # fmt: skip


def small(**changes: str):
    return doctrine_from(TEXTS | {f"{name}.yaml": text for name, text in changes.items()})


def test_every_shipped_catalogue_is_read_and_has_entries():
    doctrine = load_doctrine()
    for name, kind in CATALOGUES.items():
        entries = getattr(doctrine, name)
        assert entries, name
        for id_, entry in entries.items():
            assert (entry.id, type(entry)) == (id_, kind)


def test_the_shipped_doctrine_is_read_once():
    assert load_doctrine() is load_doctrine()


def test_a_doctrine_can_be_kept_as_text_and_sent_to_a_worker():
    doctrine = load_doctrine()
    assert doctrine_from(source_texts()) == doctrine
    assert pickle.loads(pickle.dumps(doctrine)) == doctrine


def test_every_parameter_lies_within_its_range_and_names_a_source():
    for parameter in load_doctrine().parameters.values():
        assert parameter.range[0] <= parameter.value <= parameter.range[1], parameter.id
        assert parameter.source, parameter.id
        assert parameter.unit, parameter.id


def test_references_between_catalogues_lead_somewhere():
    doctrine = load_doctrine()
    abilities = {ability for kind in doctrine.unit_types.values() for ability in kind.capabilities} | {"office"}
    for response in doctrine.responses.values():
        assert set(response.issued_by) <= doctrine.roles.keys(), response.id
        assert response.performed_by in abilities, response.id
        assert (response.tier is None) == (response.phase is None), response.id


def test_entries_are_typed():
    doctrine = small()
    assert doctrine.parameters["pace.walk_kmh"].range == (3.0, 5.0)
    assert doctrine.unit_types["company"].capabilities == {"patrol": 1.0, "crowd": 0.3}
    assert str(doctrine.responses["patrol"].in_force_from) == "2017-02-01"
    with pytest.raises(dataclasses.FrozenInstanceError):
        doctrine.roles["joc"].title = "x"


@pytest.mark.parametrize(
    ("catalogue", "text", "said"),
    [
        (
            "roles",
            "joc: {titel: x, component: mission}",
            r"roles\.yaml: joc: titel: unknown key\. Did you mean 'title'",
        ),
        ("roles", "joc: {title: x}", r"roles\.yaml: joc: component: missing"),
        ("roles", "joc: {title: x, component: navy}", "Allowed: mission, military"),
        ("roles", "joc: 5", r"roles\.yaml: joc: 5 is no mapping"),
        ("roles", "[joc]", "no mapping of ids"),
        ("roles", "joc: [", "YAML cannot be read"),
        ("roles", "joc: {title: a, component: mission}\njoc: {title: b, component: mission}", "stands twice"),
        ("parameters", "a: {value: 9, range: [1, 2], unit: h, source: x, confidence: assumed}", "not within its range"),
        ("parameters", "a: {value: 1, range: [1, 2], unit: h, source: x, confidence: sure}", "Allowed: verified"),
        ("responses", "a: {label: x, tier: 4}", "Allowed: 1, 2, 3"),
    ],
)
def test_a_wrong_catalogue_is_refused_with_file_and_key(catalogue, text, said):
    with pytest.raises(DoctrineError, match=said):
        small(**{catalogue: text})


def test_a_missing_catalogue_is_named():
    with pytest.raises(DoctrineError, match=r"roles\.yaml: the catalogue is missing"):
        doctrine_from({name: text for name, text in TEXTS.items() if name != "roles.yaml"})


def test_an_override_changes_what_it_names_and_nothing_else():
    doctrine = small()
    changed = doctrine.with_overrides(
        {"parameters": {"pace.walk_kmh": {"value": 3.5}}, "unit-types": {"company": {"capabilities": {"crowd": 0.5}}}}
    )
    assert (changed.parameters["pace.walk_kmh"].value, changed.parameters["pace.walk_kmh"].unit) == (3.5, "km/h")
    assert changed.unit_types["company"].capabilities == {"patrol": 1.0, "crowd": 0.5}
    assert changed.unit_types["company"].strength == 9
    assert changed.responses is doctrine.responses
    assert doctrine.parameters["pace.walk_kmh"].value == 4.0
    assert doctrine.with_overrides({}) == doctrine


def test_an_override_may_add_an_entry_at_the_end():
    added = small().with_overrides({"roles": {"scribe": {"title": "Scribe", "component": "control"}}})
    assert list(added.roles) == ["joc", "scribe"]
    assert added.roles["scribe"].id == "scribe"


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        ({"role": {}}, "no catalogue. Known: parameters, roles"),
        ({"roles": []}, "no mapping of ids"),
        ({"roles": {"joc": 5}}, "no mapping"),
        ({"roles": {"joc": {"titel": "x"}}}, "unknown key"),
        ({"roles": {"new": {"title": "x"}}}, "component: missing"),
        ({"parameters": {"pace.walk_kmh": {"value": 50}}}, "not within its range"),
    ],
)
def test_a_wrong_override_is_refused(overrides, said):
    with pytest.raises(DoctrineError, match=said):
        small().with_overrides(overrides)
