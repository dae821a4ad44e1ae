"""Attributes and events that a scenario names are ones that exist."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from sim.scenario.checks.references import Names
from sim.scenario.checks.subject import Finding, Subject, Way
from sim.scenario.problems import choose_from, shown
from sim.scenario.vocabulary import AT_SITES, EVENTS, WORDS, attributes_of

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
            yield from _value(way, fact, kinds)
        for way, fact in subject.each("injects.*.facts.*"):
            yield from _attribute(way, fact, kinds, told=True)
        for way, pair in subject.each("decisions.*.known.*"):
            if isinstance(pair, list) and len(pair) == 2:
                about = {"subject": pair[0], "attribute": pair[1]}
                yield from _attribute(way, about, kinds, told=True, at=(*way, 1))
        for path in ("event", "after"):
            for way, event in subject.in_conditions(path):
                yield from _subject(way, event, kinds)
        heard = {*EVENTS, *subject.doctrine.phrases, *(str(way[-1]) for way, _ in subject.each("doctrine.phrases.@"))}
        for path in ("event", "event.name", "after.event"):
            for way, name in subject.in_conditions(path):
                known = EVENTS if way[0] in _ON_THE_WORLD else heard
                if isinstance(name, str) and name in heard - set(known):
                    said = f"{shown(name)} is a phrase of reports: a seat can hear it, the world does not tell of it."
                    yield Finding(way, "vocabulary", name, said, choose_from(name, known))
                elif isinstance(name, str) and name not in known:
                    said = f"{shown(name)} is no event that {_who(way)}."
                    yield Finding(way, "vocabulary", name, said, choose_from(name, known))


class _Kinds:
    """What kind of thing a subject is."""

    def __init__(self, subject: Subject) -> None:
        self._names = Names(subject)
        self.sites = {str(way[1]) for way, site in subject.each("places.*.site") if isinstance(site, dict)}
        self.said: dict[tuple[str, str], set[Any]] = {}
        """What injects say of something, in words of the author's own."""
        for _, fact in subject.each("injects.*.facts.*"):
            if isinstance(fact, dict):
                about = (str(fact.get("subject")), str(fact.get("attribute")))
                value = fact.get("value")
                self.said.setdefault(about, set()).add(value if isinstance(value, str | int | float) else None)
        self._section = {name: section for section in _SECTIONS for name in subject.ids(section)}
        self._sections = {section: set(subject.ids(section)) for section in (*_SECTIONS, "injects", "decisions")}

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

    def has(self, section: str, name: str) -> bool:
        """Whether it stands in this section, parts of a unit included."""
        return name in self._sections.get(section, ()) or self.of(name) == section

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


def _subject(way: Way, event: Any, kinds: _Kinds) -> Iterator[Finding]:
    """An event of groups about a place, say: it would wait for ever."""
    if not isinstance(event, dict):
        return
    name, about = event.get("name", event.get("event")), event.get("subject")
    if not isinstance(name, str) or name not in EVENTS or not isinstance(about, str):
        return
    section, kind = EVENTS[name][0], kinds.of(about)
    # One id may stand in several sections; it is enough that one of them is right.
    if kind and kind != "objections" and section != "anybody" and not kinds.has(section, about):
        what = section.replace("_", " ")
        said = f"{shown(name)} happens to {what}, and {shown(about)} is a {_KINDS[kind]}."
        yield Finding((*way, "subject"), "vocabulary", about, said, f"Name one of the {what}, or leave subject out.")


def _value(way: Way, fact: Any, kinds: _Kinds) -> Iterator[Finding]:
    """A comparison that can never hold: with a word that is none, of a word with a number, or where nobody counts."""
    if not isinstance(fact, dict):
        return
    about, attribute = fact.get("subject"), fact.get("attribute")
    if not isinstance(about, str) or not isinstance(attribute, str):
        return
    said = kinds.said.get((about, attribute), set())
    if attribute in AT_SITES and kinds.of(about) == "places" and about not in kinds.sites and not said:
        message = f"{shown(attribute)} is known of bases with a site only, and {shown(about)} has none."
        mend = "Have an inject report it in its facts, or ask for violence, crowd, people, or the fear of a community."
        yield Finding((*way, "attribute"), "vocabulary", attribute, message, mend)
    words = WORDS.get(attribute)
    if words is None:
        return
    for relation in ("above", "below"):
        if relation in fact:
            message = f"{shown(attribute)} is a word, and a word is never {relation} anything."
            yield Finding((*way, relation), "vocabulary", str(fact[relation]), message, _instead(words))
    asked: dict[Way, Any] = {(relation,): fact[relation] for relation in ("equals", "not") if relation in fact}
    several = fact.get("one-of")
    asked |= {("one-of", index): word for index, word in enumerate(several if isinstance(several, list) else ())}
    for inner, word in asked.items():
        if isinstance(word, str | int | float) and word not in words and word not in said:
            message = f"{shown(attribute)} is never {shown(word)}."
            yield Finding((*way, *inner), "vocabulary", str(word), message, choose_from(word, words))


def _instead(words: tuple[str, ...]) -> str:
    return f"Write equals: or one-of: with {', '.join(words)}."


def _who(way: Way) -> str:
    return "the world tells of" if way[0] in _ON_THE_WORLD else "a seat can hear of"
