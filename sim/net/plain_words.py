"""What a typed line means: an input, made from the forms and rows the host sent."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

from sim.errors import MissionError
from sim.net.plain_text import rows

Row: TypeAlias = Mapping[str, Any]
View: TypeAlias = Mapping[str, Any]

_UNITS: Final = {"s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd])", re.IGNORECASE)
_MOMENT = re.compile(r"d\+(\d+)(?:\s+(\d\d?):(\d\d))?", re.IGNORECASE)
_FIELDS: Final = {"to": "to", "units": "unit", "places": "place", "targets": "target"}


class NotUnderstood(MissionError):
    """A typed line that means nothing."""

    title = "Not understood"


def duration(text: str) -> int:
    """Read a duration such as ``30m``, ``6h`` or ``1d12h`` as ticks."""
    compact = text.replace(" ", "")
    found = _DURATION.findall(compact)
    if not found or "".join(number + unit for number, unit in found) != compact:
        raise NotUnderstood(f"'{text}' is no duration. Write it as 30m, 6h or 1d12h.")
    return round(sum(float(number) * _UNITS[unit.lower()] for number, unit in found))


def moment(text: str, view: View) -> int:
    """Read a moment such as ``D+2 06:00`` as a tick."""
    found = _MOMENT.fullmatch(text.strip())
    if not found:
        raise NotUnderstood(f"'{text}' is no moment. Write it as D+2 06:00.")
    day, hour, minute = int(found[1]), int(found[2] or 0), int(found[3] or 0)
    clock = view["single"].get("clock", {})
    midnight = int(clock.get("first_midnight", 0))
    return midnight + day * _UNITS["d"] + hour * _UNITS["h"] + minute * _UNITS["m"]


def pick(word: str, entries: Sequence[Row], what: str) -> Row:
    """Find the entry a word names: by id, by number, or by the only id or name that begins with it."""
    low = word.casefold()
    for entry in entries:
        if str(entry.get("id")).casefold() == low or str(entry.get("order")) == word:
            return entry
    near = [
        entry
        for entry in entries
        if str(entry.get("id")).casefold().startswith(low)
        or str(entry.get("name") or entry.get("label") or entry.get("title") or "").casefold().startswith(low)
    ]
    if len(near) == 1:
        return near[0]
    names = ", ".join(str(entry.get("id")) for entry in (near or entries)) or "none"
    raise NotUnderstood(
        f"'{word}' could be several: {names}." if near else f"There is no {what} '{word}'. There are: {names}."
    )


def fill_form(view: View, kind: str, words: Sequence[str], text: str, seat: str = "") -> dict[str, Any]:
    """Make a direction, an order or a request of typed words.

    The first word names the action; the others may stand in any order, since each is found among the
    form's units, places, targets, options and addressees. ``4h`` sets the hours.
    """
    offered = [form for form in rows(view, "forms") if form.get("kind") == kind]
    if not offered:
        raise NotUnderstood(f"You can give no {kind} from the seat you hold. Type 'actions' to see what you can do.")
    if not words:
        raise NotUnderstood(f"Which {kind}? Type 'actions {kind}' for the list.")
    choices = [{"id": form["action"], "label": form.get("label")} for form in offered]
    action = pick(words[0], list({choice["id"]: choice for choice in choices}.values()), "action")["id"]
    forms = [form for form in offered if form["action"] == action]
    form = next((form for form in forms if form.get("seat") == seat), forms[0])
    filled: dict[str, Any] = {"options": [], "hours": 0.0}
    for word in words[1:]:
        _place_word(form, word, filled)
    hours = form.get("hours")
    if hours and not filled["hours"]:
        filled["hours"] = float(hours[1])
    _demand(form, filled)
    common = {"kind": kind, "seat": form["seat"], "action": action, "text": text}
    where = {key: filled.get(key, "") for key in ("unit", "place", "target")}
    if kind == "direction":
        return {
            **common,
            "lead": filled.get("to", ""),
            "place": where["place"],
            "limits": filled["options"],
            "by_hours": filled["hours"],
            "priority": "high" if filled.get("high") else "normal",
            "delegate": bool(filled.get("delegate")),
        }
    if kind == "request":
        return {**common, **where, "to": filled.get("to", "")}
    return {**common, **where, "options": filled["options"], "hours": filled["hours"]}


def _place_word(form: Row, word: str, filled: dict[str, Any]) -> None:
    low = word.casefold()
    if low in ("high", "delegate") and form.get("kind") == "direction":
        filled[low] = True
        return
    if re.fullmatch(r"\d+(\.\d+)?[hd]", low):
        filled["hours"] = duration(low) / _UNITS["h"]
        return
    for exact in (True, False):
        for key, name in (*_FIELDS.items(), ("options", "options")):
            for entry in form.get(key) or []:
                id = str(entry.get("id"))
                if id.casefold() != low and (exact or not _begins(entry, low)):
                    continue
                if name == "options":
                    filled["options"].append(id)
                    return
                if name not in filled:
                    filled[name] = id
                    return
    listed = "; ".join(
        f"{key}: {', '.join(str(entry.get('id')) for entry in form[key])}"
        for key in (*_FIELDS, "options")
        if form.get(key)
    )
    raise NotUnderstood(f"'{word}' has no place in '{form['action']}'. It takes {listed or 'nothing more'}.")


def _begins(entry: Row, low: str) -> bool:
    name = str(entry.get("name") or entry.get("label") or "")
    return str(entry.get("id")).casefold().startswith(low) or name.casefold().startswith(low)


def _demand(form: Row, filled: dict[str, Any]) -> None:
    """Take what leaves no choice; ask for the rest of what the form cannot do without."""
    needed = {"order": ("units",), "request": ("to",), "direction": ("to",)}[form["kind"]]
    for key in _FIELDS:
        entries = form.get(key) or []
        name = _FIELDS[key]
        if name in filled or not entries:
            continue
        if len(entries) == 1 and key in needed:
            filled[name] = str(entries[0]["id"])
        elif key in needed:
            listed = ", ".join(str(entry.get("id")) for entry in entries)
            raise NotUnderstood(f"'{form['action']}' needs one of its {key}: {listed}.")
