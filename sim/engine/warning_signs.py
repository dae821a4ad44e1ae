"""Signs that come before violence: noisy, seen by those who live there (C21).

Before a fight breaks out, before an attack that was planned, and while a column is on its way people at the place shut
stalls, send children away and move their herds. They also do so for other reasons. A sign never says which it is;
whoever reads it sees that it is there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

from sim.engine import kinds
from sim.engine.agenda import At, Phase
from sim.engine.chance import exponential, lognormal
from sim.engine.journal import EventId
from sim.engine.ticks import DAY, Tick, from_hours

if TYPE_CHECKING:
    from sim.engine.world import World

INDICATORS: Final = {
    "market": "shut",
    "families": "leaving",
    "herds": "moved",
    "talk": "hateful",
    "roadblocks": "seen",
    "troops": "seen",
}
"""What can be seen, each an attribute of a place, and the word for it."""

COMMUNAL, COLUMN = "communal", "column"


class Sign(NamedTuple):
    """One thing that was there to be seen; ``true`` where something is coming indeed."""

    place: str
    indicator: str
    true: bool
    name: str
    cause: EventId


class _Columns:
    """Hears of columns that set out."""

    __slots__ = ("_signs",)

    def __init__(self, signs: WarningSigns) -> None:
        self._signs = signs

    def hear(self, row: EventId, name: str, subjects: tuple[str, ...]) -> None:
        for group in subjects:
            self._signs.on_the_way(group, row)


class WarningSigns:
    """What shows at a place before, and without, anything happening."""

    __slots__ = (
        "_false_rate", "_false_streams", "_lead", "_lead_sigma", "_loud", "_noted", "_numbers", "_pending", "_shown",
        "_world",
    )  # fmt: skip

    def __init__(self, world: World) -> None:
        self._world = world
        value = world.parameters
        self._shown = value["signs.shown_share"]
        self._lead = {COMMUNAL: value["signs.lead_communal_hours"], COLUMN: value["signs.lead_column_hours"]}
        self._lead_sigma = value["signs.lead_sigma"]
        self._false_rate = value["signs.false_per_day"] / DAY
        self._loud = value["signs.loudness"]
        self._noted: dict[str, list[tuple[Tick, Sign]]] = {}
        self._numbers: dict[str, int] = {}
        self._false_streams: dict[str, Callable[[], float]] = {}
        self._pending: dict[str, At] = {}

    def begin(self) -> None:
        world = self._world
        world.truth.listen(("event", "column-left"), _Columns(self))
        for hostility in world.groups.hostilities.all.values():
            # The same draw by which the fight itself breaks out: nothing else is decided here.
            onset = hostility.spec.onset.ticks(world.chance.draw(f"{hostility.id}/onset"))
            self.coming(hostility.place, onset, world.beginning, name=hostility.id)
        for place in dict.fromkeys(community.place for community in world.blueprint.communities.values()):
            self._false_streams[place] = world.chance.stream(f"signs/{place}")
            self._next_false(place)

    def of(self, place: str) -> list[tuple[Tick, Sign]]:
        """Everything that was there to be seen at a place so far, with its time; for control and the review."""
        return self._noted.get(place, [])

    def forked(self) -> None:
        """Another future begins: whatever is shown for no reason comes at other times."""
        for place, due in list(self._pending.items()):
            due.cancel()
            self._next_false(place)

    # Signs of something

    def coming(self, place: str, at: Tick, cause: EventId, *, name: str = "", kind: str = COMMUNAL) -> None:
        """Something violent is to come to a place at a time; some of its signs show before (M17).

        Args:
            name: of what is coming, for its luck; the place and how often it was threatened where none is given.
            kind: a fight of neighbours shows for hours or a day or two, the coming of a column for days.
        """
        world = self._world
        name = f"{name or self._numbered(place)}/signs"
        draw = world.chance.draw
        for number, indicator in enumerate(INDICATORS):
            shows, lead = draw(name, 2 * number), draw(name, 2 * number + 1)
            if shows < self._shown:
                tick = at - from_hours(lognormal(lead, self._lead[kind], self._lead_sigma))
                self._at(max(tick, world.now), Sign(place, indicator, True, f"{name}/{indicator}", cause))

    def on_the_way(self, group: str, row: EventId) -> None:
        """A column has set out: where it is expected people see it coming in what their neighbours do."""
        world = self._world
        toward, origin = world.truth.value(group, "column-toward"), world.truth.value(group, "at")
        if not isinstance(toward, str) or toward not in world.blueprint.places:
            return
        start = origin if isinstance(origin, str) and origin in world.blueprint.places else toward
        hours = world.places.road_hours(start, toward, 1.0, world.now)
        column = world.columns.of(group)
        name = column.name if column is not None else ""
        self.coming(toward, world.now + from_hours(hours), row, name=name, kind=COLUMN)

    def _numbered(self, place: str) -> str:
        self._numbers[place] = number = self._numbers.get(place, 0) + 1
        return f"threat/{place}/{number}"

    # Signs of nothing

    def _next_false(self, place: str) -> None:
        if self._false_rate <= 0.0:
            return
        world = self._world
        stream = self._false_streams[place]
        wait, which = stream(), stream()
        tick = world.now + max(1, round(exponential(wait, 1.0 / self._false_rate)))
        indicators = list(INDICATORS)
        indicator = indicators[min(int(which * len(indicators)), len(indicators) - 1)]
        rank = world.blueprint.places[place].rank
        self._pending[place] = world.agenda.at(tick, Phase.PEOPLE, rank, self._false, (place, indicator))

    def _false(self, event: At) -> None:
        place, indicator = event.payload
        self._show(Sign(place, indicator, False, f"sign/{place}", self._world.beginning))
        self._next_false(place)

    # Showing

    def _at(self, tick: Tick, sign: Sign) -> None:
        rank = self._world.blueprint.places[sign.place].rank
        self._world.agenda.at(tick, Phase.PEOPLE, rank, self._due, sign)

    def _due(self, event: At) -> None:
        self._show(event.payload)

    def _show(self, sign: Sign) -> None:
        world = self._world
        place = sign.place
        name = world.journal.name
        row = world.journal.write(
            kinds.SIGN, world.now, name(place), (sign.cause,), name(sign.indicator), int(sign.true)
        )
        self._noted.setdefault(place, []).append((world.now, sign))
        world.truth.event("sign", place, row)
        world.intelligence.happened(
            f"sign-{sign.indicator}", place, row, values={"place": place},
            facts=((place, sign.indicator, INDICATORS[sign.indicator]),), loud=self._loud, name=sign.name,
        )  # fmt: skip
