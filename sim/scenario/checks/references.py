"""Every name stands for something that exists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from sim.scenario.checks.subject import Finding, Subject
from sim.scenario.problems import choose_from, shown
from sim.scenario.vocabulary import GROUP_ACTIONS, STANDING_FAMILIES, STANDINGS, STANDINGS_OPENED_LATER

_ACTORS: Final = (
    "places", "units", "groups", "communities", "counterparts", "contributors", "seats", "hostilities", "standings",
    "information", "injects", "decisions", "patrons", "red_lines",
)  # fmt: skip
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
    "unit": ("units",),
    "caveat": (),
    "subject": _ACTORS,
    "actor": _ACTORS,
}
_DOCTRINE_KINDS: Final[dict[str, str]] = {
    "unit type": "unit_types",
    "role": "roles",
    "response": "responses",
    "lever": "levers",
    "measure": "measures",
}
_MISSION: Final = "mission"

_FILE: Final[tuple[tuple[str, str], ...]] = (
    ("mission.headquarters", "place"),
    ("readahead.*.seats.*", "seat"),
    ("seats.*.role", "role"),
    ("seats.*.at", "place"),
    ("seats.*.under", "seat"),
    ("places.*.near", "place"),
    ("places.*.aid_from", "place"),
    ("routes.*.between.*", "place"),
    ("routes.*.held_by", "holder of a route"),
    ("contributors.*.caveats.*.tasks.*", "response"),
    ("contributors.*.caveats.*.away_from", "place"),
    ("contributors.*.caveats.*.outside.*", "place"),
    ("contributors.*.caveats.*.needs.*", "lever"),
    ("units.*.type", "unit type"),
    ("units.*.contributor", "contributor"),
    ("units.*.at", "place"),
    ("units.*.under.*", "seat"),
    ("units.*.protects", "place"),
    ("groups.*.home", "place"),
    ("groups.*.community", "community"),
    ("groups.*.enemies.*", "group"),
    ("groups.*.allies.*", "group"),
    ("groups.*.under", "group"),
    ("groups.*.holds.*", "place"),
    ("groups.*.aims.@", "place"),
    ("groups.*.options.@", "kind of action of a group"),
    ("groups.*.supplied_from", "place"),
    ("patrons.*.over.@", "group"),
    ("red_lines.*.around", "place"),
    ("red_lines.*.groups.*", "group"),
    ("counterparts.*.forces.*", "group"),
    ("routes.*.blocked_by", "group"),
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
    ("injects.*.effects.*.standing.of", "standing that an inject can move"),
    ("injects.*.effects.*.absent.seat", "seat"),
    ("injects.*.effects.*.pressure.counterpart", "counterpart"),
    ("injects.*.effects.*.fear.place", "place"),
    ("injects.*.effects.*.conduct.unit", "unit"),
    ("injects.*.effects.*.limit.unit", "unit"),
    ("injects.*.effects.*.column.group", "group"),
    ("injects.*.effects.*.column.toward", "place"),
    ("injects.*.effects.*.column.start", "place"),
    ("injects.*.effects.*.crowd.place", "place"),
    ("injects.*.effects.*.disinformation.place", "place"),
    ("injects.*.effects.*.unserviceable.unit", "unit"),
    ("injects.*.effects.*.obstruct.counterpart", "counterpart"),
    ("injects.*.effects.*.supply.group", "group"),
    ("injects.*.effects.*.mine.between.*", "place"),
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
    *((f"{kind}.target", "subject") for kind in ("order", "request", "direction")),
    ("request.to", "seat"),
    ("direction.lead", "seat"),
    ("levers.levers.*", "lever"),
    ("levers.offer", "unit"),
    ("answer.decision", "decision"),
    ("submit.to", "seat"),
    ("submit.about", "subject"),
)


class References:
    """A reference to an entry that is not there, in the file or in the doctrine."""

    def findings(self, subject: Subject) -> Iterator[Finding]:
        """Every name that stands for nothing."""
        known = Names(subject)
        tables = (
            (subject.each, _FILE),
            (subject.in_conditions, _IN_CONDITIONS),
            (subject.in_actions, _IN_ACTIONS),
        )
        for walk, table in tables:
            for path, kind in table:
                for way, name in walk(path):
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
        if name in self.choices(kind):
            return True
        if kind in ("unit", "subject", "actor") and self._is_part(name):
            return True
        return kind == "subject" and self._is_objection(name)

    def choices(self, kind: str) -> set[str]:
        """Everything of this kind."""
        if kind not in self._known:
            self._known[kind] = set(self._collected(kind))
        return self._known[kind]

    def _collected(self, kind: str) -> Iterator[str]:
        if kind in _DOCTRINE_KINDS:
            yield from getattr(self._subject.doctrine, _DOCTRINE_KINDS[kind])
            yield from self._added(_DOCTRINE_KINDS[kind])
        elif kind == "kind of action of a group":
            yield from GROUP_ACTIONS
        elif kind.startswith("standing"):
            later = STANDINGS_OPENED_LATER if kind == "standing" else {}
            for family, (section, _) in (*STANDING_FAMILIES.items(), *later.items()):
                yield from (f"{family}/{about}" for about in self._having(section))
            yield from (*STANDINGS, *self._subject.ids("standings"))
        else:
            for section in _SECTION_KINDS[kind]:
                yield from self._subject.ids(section)
            if kind in ("subject", "actor"):
                yield _MISSION
            if kind == "subject":
                for way, start in self._subject.each("routes.*.between.0"):
                    end = self._subject.data["routes"][way[1]]["between"][1]
                    yield f"{start}--{end}"
            if kind == "actor":
                yield from (str(name) for _, name in self._subject.each("naming.names.@"))
            if kind == "caveat":
                yield from (str(name) for _, name in self._subject.each("contributors.*.caveats.*.id"))

    def _having(self, section: str) -> Iterator[str]:
        if section != "sites":
            yield from self._subject.ids(section)
            return
        yield from (str(way[1]) for way, site in self._subject.each("places.*.site") if site is not None)

    def _added(self, catalogue: str) -> Iterator[str]:
        for way, _ in self._subject.each(f"doctrine.{catalogue}.@"):
            yield str(way[-1])

    def _is_part(self, name: str) -> bool:
        unit, _, part = name.rpartition("/")
        if not part.isascii() or not part.isdigit() or unit not in self.choices("unit"):
            return False
        type_ = self._subject.doctrine.unit_types.get(_word(self._subject.data["units"][unit], "type"))
        return type_ is not None and part[0] != "0" and len(part) < 4 and int(part) <= type_.parts

    def _is_objection(self, name: str) -> bool:
        family, _, about = name.partition("/")
        unit, _, caveat = about.rpartition("/")
        return family == "objection" and self.has("unit", unit) and self.has("caveat", caveat)


def _word(entry: Any, key: str) -> str:
    value = entry.get(key) if isinstance(entry, dict) else None
    return value if isinstance(value, str) else ""
