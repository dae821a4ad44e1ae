"""The messages between an exercise and its seats: JSON objects in text frames.

Client to host: ``hello``, ``input``, ``clock``, ``resync``, ``bye``. Host to client: ``snapshot``,
``delta``, ``receipt``, ``notice``, ``goodbye``. What comes in is hostile until :func:`read_client` or
:func:`read_host` has turned it into one of the classes here.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NoReturn, TypeAlias

from sim.errors import MissionError
from sim.versions import PROTOCOL

LARGEST_MESSAGE: Final = 256 * 1024
"""Bytes a client may send in one message."""

LARGEST_VIEW: Final = 16 * 1024 * 1024
"""Bytes a client takes in one message."""

MOST_SEATS: Final = 32
WHOLE_TEAM: Final = "*"
LONGEST_NAME: Final = 80

CLOCK_ACTIONS: Final = ("pause", "run", "step", "until", "reopen")

_COMMAND = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}")


class ProtocolError(MissionError):
    """A message that is not one of the protocol's."""

    title = "Protocol"


@dataclass(frozen=True, slots=True)
class Hello:
    """The first message: which seats this client takes (``*`` is the whole team)."""

    seats: tuple[str, ...]
    protocol: int = PROTOCOL
    have: int | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """An input of a seat. The same ``id`` again gives the same receipt and changes nothing."""

    id: str
    input: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Clock:
    """What the clock shall do.

    ``run`` needs a ratio. ``until`` runs to a tick or to ``needs``; without a ratio it jumps. ``step``
    jumps ten minutes, or to a tick. ``reopen`` goes back to before the last input after a failure.
    ``heed`` says whether the clock stops by itself when something needs a held seat.
    """

    id: str
    action: str
    ratio: float = 0.0
    to: int | Literal["needs"] | None = None
    heed: bool = True


@dataclass(frozen=True, slots=True)
class Resync:
    """Ask for a fresh snapshot."""


@dataclass(frozen=True, slots=True)
class Bye:
    """The client leaves on purpose."""


ClientMessage: TypeAlias = Hello | Act | Clock | Resync | Bye


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything the client's seats see."""

    version: int
    view: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Delta:
    """What changed since version ``base``: single values by key, table rows by id (None: gone)."""

    base: int
    version: int
    single: Mapping[str, Any] = field(default_factory=dict)
    tables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReceiptFor:
    """The answer to an input or to a clock command."""

    id: str
    accepted: bool
    reason: str = ""
    ref: str = ""
    answer: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """Something about the exercise itself that every seat is told."""

    level: str
    text: str


@dataclass(frozen=True, slots=True)
class Goodbye:
    """The host ends the connection and says why; ``final`` says that coming back is useless."""

    reason: str
    final: bool = True


HostMessage: TypeAlias = Snapshot | Delta | ReceiptFor | Notice | Goodbye


def write(message: ClientMessage | HostMessage) -> str:
    """Turn a message into the text of a frame."""
    match message:
        case Hello(seats, protocol, have):
            data: dict[str, Any] = {"type": "hello", "protocol": protocol, "seats": list(seats), "have": have}
        case Act(id, entry):
            data = {"type": "input", "id": id, "input": dict(entry)}
        case Clock(id, action, ratio, to, heed):
            data = {"type": "clock", "id": id, "action": action, "ratio": ratio, "to": to, "heed": heed}
        case Resync():
            data = {"type": "resync"}
        case Bye():
            data = {"type": "bye"}
        case Snapshot(version, view):
            data = {"type": "snapshot", "version": version, "view": view}
        case Delta(base, version, single, tables):
            data = {"type": "delta", "base": base, "version": version, "single": single, "tables": tables}
        case ReceiptFor(id, accepted, reason, ref, answer):
            data = {
                "type": "receipt", "id": id, "accepted": accepted, "reason": reason, "ref": ref,
                "answer": list(answer),
            }  # fmt: skip
        case Notice(level, text):
            data = {"type": "notice", "level": level, "text": text}
        case Goodbye(reason, final):
            data = {"type": "goodbye", "reason": reason, "final": final}
    return json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def read_client(text: str | bytes) -> ClientMessage:
    """Read a message a client sent.

    Raises:
        ProtocolError: for anything that is not exactly one of them.
    """
    data = _object(text)
    match data.get("type"):
        case "hello":
            _only(data, "protocol", "seats", "have")
            seats = data.get("seats")
            if not isinstance(seats, list) or not 1 <= len(seats) <= MOST_SEATS:
                raise ProtocolError(f"hello: 'seats' is a list of 1 to {MOST_SEATS} seat names, or [\"*\"].")
            return Hello(
                tuple(_text(seat, "hello: a seat", LONGEST_NAME) for seat in seats),
                _integer(data.get("protocol"), "hello: 'protocol'"),
                None if data.get("have") is None else _integer(data["have"], "hello: 'have'"),
            )
        case "input":
            _only(data, "id", "input")
            entry = data.get("input")
            if not isinstance(entry, dict):
                raise ProtocolError("input: 'input' is an object with a 'kind'.")
            return Act(_command(data), entry)
        case "clock":
            _only(data, "id", "action", "ratio", "to", "heed")
            return _clock(data)
        case "resync":
            _only(data)
            return Resync()
        case "bye":
            _only(data)
            return Bye()
        case other:
            raise ProtocolError(f"{other!r:.40} is no message of a client.")


def read_host(text: str | bytes) -> HostMessage:
    """Read a message a host sent.

    Raises:
        ProtocolError: for anything that is not one of them.
    """
    data = _object(text)
    match data.get("type"):
        case "snapshot":
            view = _mapping(data.get("view"), "snapshot: 'view'")
            _mapping(view.get("single"), "snapshot: 'single'")
            for rows in _mapping(view.get("tables"), "snapshot: 'tables'").values():
                _mapping(rows, "snapshot: a table")
            return Snapshot(_integer(data.get("version"), "snapshot: 'version'"), view)
        case "delta":
            tables = _mapping(data.get("tables"), "delta: 'tables'")
            for rows in tables.values():
                _mapping(rows, "delta: a table")
            return Delta(
                _integer(data.get("base"), "delta: 'base'"),
                _integer(data.get("version"), "delta: 'version'"),
                _mapping(data.get("single"), "delta: 'single'"),
                tables,
            )
        case "receipt":
            answer = data.get("answer", [])
            if not isinstance(answer, list):
                raise ProtocolError("receipt: 'answer' is a list of lines.")
            return ReceiptFor(
                str(data.get("id", "")),
                bool(data.get("accepted")),
                str(data.get("reason", "")),
                str(data.get("ref", "")),
                tuple(str(line) for line in answer),
            )
        case "notice":
            return Notice(str(data.get("level", "info")), str(data.get("text", "")))
        case "goodbye":
            return Goodbye(str(data.get("reason", "")), bool(data.get("final", True)))
        case other:
            raise ProtocolError(f"{other!r:.40} is no message of a host.")


def difference(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """Return the single values and table rows of ``new`` that are not in ``old``; rows gone are None."""
    single = {key: value for key, value in new["single"].items() if old["single"].get(key, _NOTHING) != value}
    tables: dict[str, dict[str, Any]] = {}
    for name, rows in new["tables"].items():
        before = old["tables"].get(name, {})
        changed = {id: row for id, row in rows.items() if _differ(before.get(id, _NOTHING), row)}
        changed.update((id, None) for id in before if id not in rows)
        if changed:
            tables[name] = changed
    return single, tables


def _differ(old: object, new: object) -> bool:
    # Rows that cannot have changed come as the same object, and there are hundreds of them.
    return old is not new and old != new


def merge(view: dict[str, Any], single: Mapping[str, Any], tables: Mapping[str, Mapping[str, Any]]) -> None:
    """Bring a view up to date with what changed."""
    view["single"].update(single)
    for name, rows in tables.items():
        table = view["tables"].setdefault(name, {})
        for id, row in rows.items():
            if row is None:
                table.pop(id, None)
            else:
                table[id] = row


_NOTHING: Final = object()


def _object(text: str | bytes) -> dict[str, Any]:
    if not isinstance(text, str):
        raise ProtocolError("A message is text, not bytes.")
    try:
        data = json.loads(text, parse_constant=_no_constant)
        # A lone surrogate passes JSON and then fails wherever the text is hashed or stored.
        text.encode("utf-8")
        if "\\u" in text:
            json.dumps(data, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise ProtocolError("A message is one JSON object.") from error
    if not isinstance(data, dict):
        raise ProtocolError("A message is one JSON object.")
    return data


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _only(data: Mapping[str, Any], *keys: str) -> None:
    for key in data:
        if key != "type" and key not in keys:
            raise ProtocolError(f"{data['type']}: '{key:.40}' is no part of it. Known: {', '.join(keys) or 'nothing'}.")


def _clock(data: Mapping[str, Any]) -> Clock:
    action = data.get("action")
    if action not in CLOCK_ACTIONS:
        raise ProtocolError(f"clock: 'action' is one of {', '.join(CLOCK_ACTIONS)}, not {action!r:.40}.")
    ratio = data.get("ratio")
    ratio = 0.0 if ratio is None else ratio
    if not isinstance(ratio, int | float) or isinstance(ratio, bool) or not math.isfinite(ratio):
        raise ProtocolError("clock: 'ratio' is a number.")
    to = data.get("to")
    if to is not None and to != "needs":
        to = _integer(to, "clock: 'to'")
    heed = data.get("heed", True)
    if not isinstance(heed, bool):
        raise ProtocolError("clock: 'heed' is true or false.")
    return Clock(_command(data), action, float(ratio), to, heed)


def _command(data: Mapping[str, Any]) -> str:
    value = data.get("id")
    if not isinstance(value, str) or not _COMMAND.fullmatch(value):
        raise ProtocolError("'id' is 1 to 64 letters, digits, points, colons, dashes or underscores.")
    return value


def _text(value: object, what: str, longest: int) -> str:
    if not isinstance(value, str) or not value or len(value) > longest:
        raise ProtocolError(f"{what} is text of 1 to {longest} characters.")
    return value


def _integer(value: object, what: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not -(2**53) < value < 2**53:
        raise ProtocolError(f"{what} is a whole number.")
    return value


def _mapping(value: object, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ProtocolError(f"{what} is an object.")
    return value


def seats_wanted(seats: Sequence[str], known: Sequence[str], team: Sequence[str]) -> tuple[str, ...]:
    """Resolve ``*`` to the team and check names; the order is that of the exercise.

    Raises:
        ProtocolError: for a seat the exercise does not have.
    """
    if WHOLE_TEAM in seats:
        return tuple(team)
    for seat in seats:
        if seat not in known:
            raise ProtocolError(f"There is no seat '{seat:.40}'. Seats: {', '.join(known)}.")
    return tuple(seat for seat in known if seat in seats)
