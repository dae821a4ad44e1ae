"""What a player's choices become on the wire: one function for each input a client sends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sim.tui.view_model import Row

__all__ = ["Filled", "answer", "asked_why", "fill", "levers", "missing"]


@dataclass
class Filled:
    """A form as the player left it."""

    unit: str = ""
    place: str = ""
    target: str = ""
    to: str = ""
    options: list[str] = field(default_factory=list)
    hours: float = 0.0
    priority: str = "normal"
    delegate: bool = False
    text: str = ""


def missing(form: Row, filled: Filled) -> str:
    """What the form still wants, in words; empty when it can be sent."""
    if form.get("kind") == "request" and form.get("to") and not filled.to:
        return "Say whom you ask."
    if form.get("kind") == "report" and not filled.text:
        return "Say what you report."
    if form.get("kind") == "direction" and form.get("to") and not filled.to:
        return "Say who leads."
    if form.get("units") and not filled.unit and form.get("kind") == "order":
        return "Choose who does it."
    if form.get("needs") in ("place", "site") and form.get("places") and not filled.place:
        return "Choose the place."
    if form.get("needs") == "target" and form.get("targets") and not filled.target and form.get("kind") != "direction":
        return "Choose whom it concerns."
    hours = form.get("hours")
    if isinstance(hours, list | tuple) and len(hours) == 3 and filled.hours:
        low, _, high = hours
        if not low <= filled.hours <= high:
            return f"Hours must lie between {low:g} and {high:g}."
    return ""


def fill(form: Row, filled: Filled) -> dict[str, Any]:
    """The input of a filled form."""
    seat, action = str(form.get("seat") or ""), str(form.get("action") or "")
    match form.get("kind"):
        case "direction":
            return {
                "kind": "direction",
                "seat": seat,
                "lead": filled.to,
                "action": action,
                "place": filled.place,
                "priority": filled.priority,
                "limits": list(filled.options),
                "by_hours": filled.hours,
                "delegate": filled.delegate,
                "text": filled.text,
            }
        case "report":
            return {
                "kind": "submit",
                "seat": seat,
                "to": filled.to,
                "product": action,
                "about": filled.place,
                "text": filled.text,
            }
        case "request":
            return {
                "kind": "request",
                "seat": seat,
                "to": filled.to,
                "action": action,
                "unit": filled.unit,
                "place": filled.place,
                "target": filled.target,
                "text": filled.text,
            }
    return {
        "kind": "order",
        "seat": seat,
        "action": action,
        "unit": filled.unit,
        "place": filled.place,
        "target": filled.target,
        "options": list(filled.options),
        "hours": filled.hours,
        "text": filled.text,
    }


def answer(decision: Row, option: str, text: str) -> dict[str, Any]:
    return {
        "kind": "answer",
        "seat": str(decision.get("seat") or ""),
        "decision": str(decision.get("id") or ""),
        "option": option,
        "text": text,
    }


def levers(
    objection: Row,
    *,
    ask: bool = False,
    chosen: Sequence[str] = (),
    hours: float = 0.0,
    offer: str = "",
    text: str = "",
) -> dict[str, Any]:
    return {
        "kind": "levers",
        "seat": str(objection.get("seat") or ""),
        "objection": str(objection.get("id") or ""),
        "levers": list(chosen),
        "ask": ask,
        "hours": hours,
        "offer": offer,
        "text": text,
    }


def asked_why(seat: str, subject: str, attribute: str = "") -> dict[str, Any]:
    return {"kind": "asked-why", "seat": seat, "subject": subject, "attribute": attribute}
