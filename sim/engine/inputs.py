"""Everything from outside that can change a run: one closed union of inputs.

An input is stamped ``(tick, sequence)`` by the world and applied first in its tick. Free text is a
field of an input and never changes the world; what it *means* is a chosen verb.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from sim.errors import MissionError

MAX_TEXT: Final = 4_000
MAX_ITEMS: Final = 64


class BadInput(MissionError):
    """An input that has no meaning, whoever sent it."""

    title = "Input refused"


@dataclass(frozen=True, slots=True)
class Direction:
    """The head of mission's guidance: purpose, priority, limits, lead and time.

    ``action`` is a catalogue id, ``lead`` the seat that turns it into orders, ``by_hours`` counts from now.
    ``delegate`` hands the decision to the commander on the spot beforehand.
    """

    seat: str
    lead: str
    action: str
    place: str = ""
    priority: str = "normal"
    limits: tuple[str, ...] = ()
    by_hours: float = 0.0
    delegate: bool = False
    text: str = ""
    target: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """A component head tasks a unit (or an office) of his own component."""

    seat: str
    action: str
    unit: str = ""
    place: str = ""
    target: str = ""
    options: tuple[str, ...] = ()
    hours: float = 0.0
    text: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """Anyone asks across components; the receiving seat's policy or person decides."""

    seat: str
    to: str
    action: str
    unit: str = ""
    place: str = ""
    target: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A seat answers an open decision with one of its options."""

    seat: str
    decision: str
    option: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Levers:
    """What the leadership says to a contingent that objects.

    ``levers`` are ids of the lever catalogue; ``ask`` puts the question "what would it take?" first.
    ``hours`` is the time limit offered with ``limit-time``.
    """

    seat: str
    objection: str
    levers: tuple[str, ...] = ()
    ask: bool = False
    hours: float = 0.0
    offer: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class SeatHeld:
    """A person takes a seat (its policy stops) or leaves it (its policy goes on)."""

    seat: str
    held: bool


@dataclass(frozen=True, slots=True)
class AskedWhy:
    """A seat asks why. Stored for the review, no part of the digest, answered from the seat's picture."""

    seat: str
    subject: str
    attribute: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """Control overrides the outcome of a named choice, with its reason."""

    seat: str
    choice: str
    outcome: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SpeakAs:
    """Control speaks as an outside actor; what was said is a verb, the words are text.

    ``verb`` is one of agreed, refused, angry, promised, asked, informed.
    """

    seat: str
    speaker: str
    to: tuple[str, ...]
    verb: str
    about: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class FireInject:
    """Control fires an inject now, armed or not."""

    seat: str
    inject: str


@dataclass(frozen=True, slots=True)
class HoldInject:
    """Control holds an inject back until it is fired by hand or released by holding it again."""

    seat: str
    inject: str


@dataclass(frozen=True, slots=True)
class SkipInject:
    """Control drops an inject for good."""

    seat: str
    inject: str


@dataclass(frozen=True, slots=True)
class AddInject:
    """Control improvises an inject: a message from an outside actor to seats."""

    seat: str
    inject: str
    sender: str
    to: tuple[str, ...]
    means: str = "phone"
    text: str = ""


@dataclass(frozen=True, slots=True)
class AdjustStanding:
    """Control moves a standing by an amount, through the ledger like everything else."""

    seat: str
    standing: str
    amount: float
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Submit:
    """A seat hands in a product (flash report, figures, situation report) to another seat or headquarters."""

    seat: str
    to: str
    product: str
    figures: tuple[tuple[str, float], ...] = ()
    about: str = ""
    text: str = ""


Input: TypeAlias = (
    Direction
    | Order
    | Request
    | Answer
    | Levers
    | SeatHeld
    | AskedWhy
    | Rule
    | SpeakAs
    | FireInject
    | HoldInject
    | SkipInject
    | AddInject
    | AdjustStanding
    | Submit
)

KINDS: Final[dict[str, type[Input]]] = {
    "direction": Direction,
    "order": Order,
    "request": Request,
    "answer": Answer,
    "levers": Levers,
    "seat-held": SeatHeld,
    "asked-why": AskedWhy,
    "rule": Rule,
    "speak-as": SpeakAs,
    "fire-inject": FireInject,
    "hold-inject": HoldInject,
    "skip-inject": SkipInject,
    "add-inject": AddInject,
    "adjust-standing": AdjustStanding,
    "submit": Submit,
}
NAMES: Final[dict[type, str]] = {kind: name for name, kind in KINDS.items()}

CONTROL_KINDS: Final = frozenset(
    {"rule", "speak-as", "fire-inject", "hold-inject", "skip-inject", "add-inject", "adjust-standing"}
)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What happened to an input at the door: taken or refused for form, authority or the seat's own picture.

    ``ref`` names what the input created (an order, an open conversation), ``answer`` carries lines of an
    answer given at once from the seat's own picture (asking why).
    """

    accepted: bool
    tick: int
    sequence: int
    reason: str = ""
    ref: str = ""
    answer: tuple[str, ...] = ()


def encode(entry: Input) -> dict[str, Any]:
    """Turn an input into plain JSON data."""
    data: dict[str, Any] = {"kind": NAMES[type(entry)]}
    for field in dataclasses.fields(entry):
        value = getattr(entry, field.name)
        if isinstance(value, tuple):
            value = [list(item) if isinstance(item, tuple) else item for item in value]
        data[field.name] = value
    return data


def decode(data: object) -> Input:
    """Read an input from JSON data that came from outside.

    Raises:
        BadInput: for anything that is not exactly one of the known kinds, with the field named.
    """
    if not isinstance(data, Mapping):
        raise BadInput("An input is an object with a 'kind'.")
    name = data.get("kind")
    if not isinstance(name, str) or name not in KINDS:
        raise BadInput(f"'{name!s:.40}' is no kind of input. Known: {', '.join(sorted(KINDS))}.")
    kind = KINDS[name]
    fields = {field.name: field for field in dataclasses.fields(kind)}
    unknown = [str(key) for key in data if key != "kind" and key not in fields]
    if unknown:
        raise BadInput(f"{name}: '{unknown[0]:.40}' is no field of it. Known: {', '.join(fields)}.")
    values: dict[str, Any] = {}
    for field in fields.values():
        if field.name in data:
            values[field.name] = _value(name, field.name, str(field.type), data[field.name])
        elif field.default is dataclasses.MISSING:
            raise BadInput(f"{name}: '{field.name}' is missing.")
    return kind(**values)


def _value(kind: str, field: str, annotation: str, value: object) -> Any:
    match annotation:
        case "str":
            if isinstance(value, str) and len(value) <= MAX_TEXT:
                return value
        case "bool":
            if isinstance(value, bool):
                return value
        case "float":
            if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9:
                return float(value)
        case "tuple[str, ...]":
            if isinstance(value, list | tuple) and len(value) <= MAX_ITEMS:
                return tuple(_value(kind, field, "str", item) for item in value)
        case "tuple[tuple[str, float], ...]":
            if isinstance(value, list | tuple) and len(value) <= MAX_ITEMS:
                return tuple(_pair(kind, field, item) for item in value)
    raise BadInput(f"{kind}: '{field}' must be {_words(annotation)}, not {value!r:.60}.")


def _pair(kind: str, field: str, item: object) -> tuple[str, float]:
    if isinstance(item, list | tuple) and len(item) == 2:
        return (_value(kind, field, "str", item[0]), _value(kind, field, "float", item[1]))
    raise BadInput(f"{kind}: '{field}' must hold pairs of a name and a number.")


def _words(annotation: str) -> str:
    return {
        "str": f"text of at most {MAX_TEXT} characters",
        "bool": "true or false",
        "float": "a number",
        "tuple[str, ...]": f"a list of at most {MAX_ITEMS} texts",
        "tuple[tuple[str, float], ...]": f"a list of at most {MAX_ITEMS} pairs",
    }[annotation]
