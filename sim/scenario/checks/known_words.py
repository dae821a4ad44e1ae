"""Attributes and events that a scenario names are ones that exist."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from sim.scenario.checks.references import Names
from sim.scenario.checks.subject import Finding, Subject, Way
from sim.scenario.problems import choose_from, shown
from sim.scenario.vocabulary import EVENTS, attributes_of

_ON_THE_WORLD: Final = ("injects", "benchmarks")
"""Sections whose conditions are tested on the truth; the others read what a seat has been told."""
_KINDS: Final[dict[str, str]] = {
    "places": "place",
    "units": "unit",
    "groups": "group",
    "communities": "community",
    "counterparts": "counterpart",
    "hostilities": "hostility",
    "red_lines": "red line",
    "patrons": "patron",
    "routes": "route",
    "mission": "mission as a whole",
    "objections": "objection",
}
_SECTIONS: Final = ("places", "groups", "communities", "counterparts", "hostilities", "red_lines", "patrons")


class KnownWords:
    """An attribute that nothing of its kind has, or an event that never happens: the condition would wait for ever."""

    def findings(self, subject: Subject) -> Iterator[Finding]:
        """Every attribute and event that does not exist."""
        kinds = _Kinds(subject)
        for way, fact in subject.in_conditions("fact"):
            yield from _attribute(way, fact, kinds, told=way[0] not in _ON_THE_WORLD)
        for way, fact in subject.each("injects.*.facts.*"):
            yield from _attribute(way, fact, kinds, told=True)
        for way, pair in subject.each("decisions.*.known.*"):
            if isinstance(pair, list) and len(pair) == 2:
                about = {"subject": pair[0], "attribute": pair[1]}
                yield from _attribute(way, about, kinds, told=True, at=(*way, 1))
        heard = {*EVENTS, *subject.doctrine.phrases, *(str(way[-1]) for way, _ in subject.each("doctrine.phrases.@"))}
        for path in ("event", "event.name", "after.event"):
            for way, name in subject.in_conditions(path):
                known = EVENTS if way[0] in _ON_THE_WORLD else heard
                if isinstance(name, str) and name not in known:
                    said = f"{shown(name)} is no event that {_who(way)}."
                    yield Finding(way, "vocabulary", name, said, choose_from(name, known))


class _Kinds:
    """What kind of thing a subject is."""

    def __init__(self, subject: Subject) -> None:
        self._names = Names(subject)
        self._section = {name: section for section in _SECTIONS for name in subject.ids(section)}

    def of(self, name: str) -> str:
        """The section it stands in; nothing where it does not exist, or is of a kind that has no attributes."""
        if name == "mission":
            return "mission"
        if name in self._section:
            return self._section[name]
        if self._names.has("unit", name):
            return "units"
        if name.startswith("objection/"):
            return "objections"
        return "routes" if "--" in name else ""

    def known(self, name: str) -> bool:
        return self._names.has("subject", name)


def _attribute(way: Way, fact: Any, kinds: _Kinds, *, told: bool, at: Way = ()) -> Iterator[Finding]:
    if not isinstance(fact, dict):
        return
    about, attribute = fact.get("subject"), fact.get("attribute")
    if not isinstance(about, str) or not isinstance(attribute, str) or not kinds.known(about):
        return
    kind = kinds.of(about)
    here = attributes_of(kind, told=told)
    if attribute in here:
        return
    at = at or (*way, "attribute")
    if not kind:
        said = f"{shown(about)} has no attributes that a condition can ask for."
        yield Finding(at, "vocabulary", attribute, said, f"Ask about one of: {', '.join(_KINDS.values())}.")
    elif attribute in attributes_of(kind, told=True):
        said = f"{shown(attribute)} of {shown(about)} is only known from reports: the world itself does not hold it."
        yield Finding(at, "vocabulary", attribute, said, choose_from(attribute, here))
    else:
        said = f"{shown(attribute)} is no attribute of {shown(about)}, which is a {_KINDS[kind]}."
        yield Finding(at, "vocabulary", attribute, said, choose_from(attribute, here))


def _who(way: Way) -> str:
    return "the world tells of" if way[0] in _ON_THE_WORLD else "a seat can hear of"
