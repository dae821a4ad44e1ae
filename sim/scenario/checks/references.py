"""Every name stands for something that exists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sim.scenario.checks.subject import Finding, Subject, Walk, each, in_actions, in_conditions
from sim.scenario.problems import choose_from, shown

_SECTION_KINDS: Final[dict[str, tuple[str, ...]]] = {
    "place": ("places",),
    "contributor": ("contributors",),
    "group": ("groups",),
    "community": ("communities",),
    "seat": ("seats",),
    "decision": ("decisions",),
    "option": ("options",),
    "counterpart": ("counterparts",),
    "holder of a route": ("counterparts", "groups"),
}
_DOCTRINE_KINDS: Final[dict[str, str]] = {
    "unit type": "unit_types",
    "role": "roles",
    "response": "responses",
    "lever": "levers",
    "measure": "measures",
}
_ACTORS: Final = (
    "places", "units", "groups", "communities", "counterparts", "contributors", "seats", "hostilities", "standings",
    "information", "injects", "decisions",
)  # fmt: skip

_MISSION: Final = "mission"
_STANDING_FAMILIES: Final = ("consent", "credibility", "trust", "impartiality", "acceptance")

_FILE: Final[tuple[tuple[str, str], ...]] = (
    ("mission.headquarters", "place"),
    ("readahead.*.seats.*", "seat"),
    ("seats.*.role", "role"),
    ("seats.*.at", "place"),
    ("seats.*.under", "seat"),
    ("places.*.near", "place"),
    ("routes.*.between.*", "place"),
    ("routes.*.held_by", "holder of a route"),
    ("contributors.*.caveats.*.tasks.*", "response"),
    ("contributors.*.caveats.*.away_from", "place"),
    ("contributors.*.caveats.*.needs.*", "lever"),
    ("units.*.type", "unit type"),
    ("units.*.contributor", "contributor"),
    ("units.*.at", "place"),
    ("units.*.under.*", "seat"),
    ("units.*.protects", "place"),
    ("groups.*.home", "place"),
    ("groups.*.community", "community"),
    ("groups.*.enemies.*", "group"),
    ("hostilities.*.place", "place"),
    ("hostilities.*.parties.*", "group"),
    ("communities.*.place", "place"),
    ("communities.*.kin.@", "place"),
    ("communities.*.threatened_by.*", "group"),
    ("counterparts.*.at", "place"),
    ("information.*.places.*", "place"),
    ("information.*.to.*", "seat"),
    ("injects.*.from", "actor"),
    ("injects.*.to.*", "seat"),
    ("injects.*.facts.*.subject", "subject"),
    ("injects.*.effects.*.rumour.place", "place"),
    ("injects.*.effects.*.standing.of", "standing"),
    ("injects.*.effects.*.absent.seat", "seat"),
    ("injects.*.effects.*.pressure.counterpart", "counterpart"),
    ("injects.*.effects.*.fear.place", "place"),
    ("injects.*.effects.*.conduct.unit", "unit"),
    ("injects.*.effects.*.limit.unit", "unit"),
    ("decisions.*.to", "seat"),
    ("decisions.*.known.*.0", "subject"),
    ("procedure.*.owner", "seat"),
    ("standing_orders.*.seat", "seat"),
    ("measures.*", "measure"),
    ("naming.fictional.@", "actor"),
    ("patterns.*.options.@", "option"),
)
_IN_CONDITIONS: Final[tuple[tuple[str, str], ...]] = (
    ("fact.subject", "subject"),
    ("people-at.place", "place"),
    ("task.action", "response"),
    ("task.unit", "unit"),
    ("unit-refused", "unit"),
    ("standing.of", "standing"),
    ("event.subject", "subject"),
    ("after.subject", "subject"),
    ("option.@", "option"),
)
_IN_ACTIONS: Final[tuple[tuple[str, str], ...]] = (
    *((f"{kind}.seat", "seat") for kind in ("order", "request", "direction", "levers", "answer", "submit")),
    *((f"{kind}.action", "response") for kind in ("order", "request", "direction")),
    *((f"{kind}.place", "place") for kind in ("order", "request", "direction")),
    *((f"{kind}.unit", "unit") for kind in ("order", "request", "levers")),
    *((f"{kind}.target", "subject") for kind in ("order", "request")),
    ("request.to", "seat"),
    ("direction.lead", "seat"),
    ("levers.levers.*", "lever"),
    ("levers.offer", "unit"),
    ("answer.decision", "decision"),
    ("submit.to", "actor"),
    ("submit.about", "subject"),
)


class References:
    """A reference to an entry that is not there, in the file or in the doctrine."""

    def findings(self, subject: Subject) -> Iterator[Finding]:
        """Every name that stands for nothing."""
        known = Names(subject)
        tables: tuple[tuple[Walk, tuple[tuple[str, str], ...]], ...] = (
            (each, _FILE),
            (in_conditions, _IN_CONDITIONS),
            (in_actions, _IN_ACTIONS),
        )
        for walk, table in tables:
            for path, kind in table:
                for way, name in walk(subject.data, path):
                    if isinstance(name, str) and not known.has(kind, name):
                        mend = choose_from(name, known.choices(kind), "Defined")
                        yield Finding(way, "reference", name, f"{shown(name)} is no {kind}.", mend, path.endswith("@"))


class Names:
    """What is defined, by the kind of thing a reference asks for."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._known: dict[str, set[str]] = {}

    def has(self, kind: str, name: str) -> bool:
        """Whether the name stands for something of this kind."""
        if kind == "standing" and "/" not in name:
            # Standings of the whole mission are named by the engine's mechanisms.
            return True
        return name in self.choices(kind)

    def choices(self, kind: str) -> set[str]:
        """Everything of this kind."""
        if kind not in self._known:
            self._known[kind] = set(self._collected(kind))
        return self._known[kind]

    def _collected(self, kind: str) -> Iterator[str]:
        if kind in _DOCTRINE_KINDS:
            yield from getattr(self._subject.doctrine, _DOCTRINE_KINDS[kind])
            yield from self._added(_DOCTRINE_KINDS[kind])
        elif kind == "unit":
            yield from self._units()
        elif kind in ("subject", "actor"):
            yield _MISSION
            yield from self._actors()
            yield from self._objections() if kind == "subject" else self._named()
        elif kind == "standing":
            for about in (_MISSION, *self._actors()):
                yield from (f"{family}/{about}" for family in _STANDING_FAMILIES)
            yield from self._subject.ids("standings")
        else:
            for section in _SECTION_KINDS[kind]:
                yield from self._subject.ids(section)

    def _added(self, catalogue: str) -> Iterator[str]:
        for way, _ in each(self._subject.data, f"doctrine.{catalogue}.@"):
            yield str(way[-1])

    def _units(self) -> Iterator[str]:
        units = self._subject.data.get("units")
        for name, unit in units.items() if isinstance(units, Mapping) else ():
            yield str(name)
            type_ = self._subject.doctrine.unit_types.get(_word(unit, "type"))
            if type_ is not None:
                yield from (f"{name}/{part}" for part in range(1, type_.parts + 1))

    def _named(self) -> Iterator[str]:
        yield from (str(name) for _, name in each(self._subject.data, "naming.names.@"))

    def _objections(self) -> Iterator[str]:
        caveats = [str(caveat) for _, caveat in each(self._subject.data, "contributors.*.caveats.*.id")]
        for unit in self._units():
            yield from (f"objection/{unit}/{caveat}" for caveat in caveats)

    def _actors(self) -> Iterator[str]:
        for section in _ACTORS:
            yield from self._subject.ids(section)
        yield from self._units()


def _word(entry: Any, key: str) -> str:
    value = entry.get(key) if isinstance(entry, Mapping) else None
    return value if isinstance(value, str) else ""
