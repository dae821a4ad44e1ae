"""The one table of everything a player can do: bindings, footer, help, palette and documentation come from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

__all__ = ["ACTIONS", "GROUPS", "Action", "action", "footer_actions", "key_name", "keys_in_use"]

MAX_FOOTER_KEYS: Final = 9

GROUPS: Final = ("Clock", "Lead", "Read", "Map", "Panes", "Program")


@dataclass(frozen=True)
class Action:
    """Something a player can do, under one name everywhere.

    ``rank`` orders the footer (0: never there); ``orders`` marks what changes the world and is
    greyed while the link is lost; ``other_keys`` are further keys, never shown in the footer.
    """

    id: str
    name: str
    key: str
    help: str
    group: str
    rank: int = 0
    orders: bool = False
    other_keys: tuple[str, ...] = ()
    palette: bool = True


ACTIONS: Final = (
    Action("clock", "Run", "space", "Run the clock, or pause it. A paused exercise is exactly paused.", "Clock", 2),
    Action("until", "Until needed", "u", "Run until something needs you: an urgent report or a decision.", "Clock", 3),
    Action("step", "Step", "full_stop", "Let the clock go one step and pause again.", "Clock"),
    Action("slower", "Slower", "less_than_sign", "Run at the next lower speed.", "Clock", other_keys=("comma",)),
    Action("faster", "Faster", "greater_than_sign", "Run at the next higher speed.", "Clock"),
    Action("order", "Order", "o", "Give an order to a unit or office of a component you lead.", "Lead", 4, True),
    Action("direct", "Direct", "t", "Give a direction: purpose, place, lead and time.", "Lead", 10, True),
    Action("request", "Request", "r", "Ask another seat for something, or ask who else says so.", "Lead", 5, True),
    Action("report", "Report", "s", "Hand in a flash or situation report, to headquarters or a seat.", "Lead", 0, True),
    Action(
        "decide", "Decide", "d", "Open the next decision: what is known, what is not, the options.", "Lead", 6, True
    ),
    Action("caveat", "Caveat", "c", "Talk with a contingent that objects to its task.", "Lead", 7, True),
    Action("why", "Why", "w", "Ask why about what is selected. The question is kept for the review.", "Read", 8),
    Action("open", "Open", "enter", "Open what is selected.", "Read", palette=False),
    Action("inbox", "Reports", "i", "Read the newest unread report.", "Read"),
    Action("all_read", "Mark all read", "a", "Mark every report of the inbox as read.", "Read"),
    Action("figures", "Figures", "f", "All reported figures with their date and grade.", "Read"),
    Action("readahead", "Read-ahead", "b", "Open the briefing again: the place, the command, the mandate.", "Read"),
    Action("log", "Log", "g", "What the program told you: answers at the door, notices, the link.", "Read"),
    Action("copy", "Copy", "y", "Copy the selected row or the open text to the clipboard.", "Read"),
    Action("ending", "The end", "e", "The end of the exercise: the story, the numbers, the causes.", "Read", 2),
    Action("find", "Find", "slash", "Find a place by name and show it on the map.", "Map"),
    Action("next_site", "Next place", "n", "Select the next place on the map.", "Map"),
    Action("previous_site", "Previous place", "N", "Select the place before it.", "Map"),
    Action("zoom_in", "Zoom in", "plus", "Zoom the map in.", "Map", other_keys=("equals_sign",)),
    Action("zoom_out", "Zoom out", "minus", "Zoom the map out.", "Map"),
    Action("fit", "Fit", "0", "Show the whole area; again: the part where most places are.", "Map"),
    Action("pane_1", "Map", "1", "Go to the map.", "Panes"),
    Action("pane_2", "Units and tasks", "2", "Go to units and tasks.", "Panes"),
    Action("pane_3", "Inbox", "3", "Go to the inbox.", "Panes"),
    Action("pane_4", "Details", "4", "Go to the details of what is selected.", "Panes"),
    Action("pane_5", "Actors", "5", "Go to the actors and how they are assessed.", "Panes"),
    Action("zoom", "Full pane", "z", "Show the focused pane alone, or all panes again.", "Panes", 9),
    Action("back", "Back", "escape", "Leave a full pane; in a dialog, close it.", "Panes", palette=False),
    Action("help", "Help", "question_mark", "Every key, the symbols of the map, the grades of reports.", "Program", 1),
    Action("palette", "Find a command", "ctrl+p", "Search everything by name.", "Program", palette=False),
    Action("quit", "Quit", "q", "Leave. Asks first; the game is already saved.", "Program", other_keys=("ctrl+q",)),
)

_BY_ID: Final = {entry.id: entry for entry in ACTIONS}

_KEY_NAMES: Final = {
    "full_stop": ".",
    "comma": ",",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "slash": "/",
    "plus": "+",
    "minus": "-",
    "equals_sign": "=",
    "question_mark": "?",
    "escape": "Esc",
    "enter": "Enter",
    "space": "Space",
}


def action(name: str) -> Action:
    return _BY_ID[name]


def key_name(key: str) -> str:
    """A key as it is printed: ``^p``, ``?``, ``Esc``."""
    if key.startswith("ctrl+"):
        return "^" + key.removeprefix("ctrl+")
    return _KEY_NAMES.get(key, key)


def keys_in_use(overrides: Mapping[str, str]) -> dict[str, str]:
    """Action id to its first key, with the player's own keys."""
    return {entry.id: overrides.get(entry.id, entry.key) for entry in ACTIONS}


def footer_actions(width: int, labels: Mapping[str, tuple[str, str]], palette: str) -> list[str]:
    """Which actions the footer shows: whole entries only, the most wanted first, in the order of rank.

    *labels* maps an action to its (key, name) as printed; *palette* is the entry at the right edge.
    """
    room = width - 2 - len(palette)
    chosen: list[str] = []
    for entry in sorted((entry for entry in ACTIONS if entry.rank and entry.id in labels), key=lambda it: it.rank):
        key, name = labels[entry.id]
        cost = len(key) + 1 + len(name) + 2
        if cost > room or len(chosen) == MAX_FOOTER_KEYS - 1:
            break
        room -= cost
        chosen.append(entry.id)
    return chosen
