"""Themes, and the colour roles that every view uses instead of colours.

Each role is a theme variable, so the map is readable in a light theme and in any of Textual's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from textual.theme import Theme

__all__ = ["DEFAULT_THEME", "THEMES", "role_defaults"]

_DARK: Final = {
    "ground": "#0f151b",
    "ink": "#c3ccd4",
    "ink-strong": "#f4f7f9",
    "ink-soft": "#93a1ad",
    "ink-dim": "#71808d",
    "ink-title": "#e9eef2",
    "ink-warn": "#f0a417",
    "ink-alarm": "#ff6d5f",
    "ink-good": "#23b184",
    "ink-un": "#58b4ea",
    "ink-host": "#1fae82",
    "ink-armed": "#ff6d5f",
    "ink-aid": "#ffffff",
    "ink-displaced": "#f2e44a",
    "frame": "#2c3a47",
    "frame-focus": "#4a9fd0",
    "bar": "#17212b",
    "row-cursor": "#21384b",
    "banner": "#f0a417",
    "banner-ground": "#1d1a12",
    "road": "#8796a3",
    "road-slow": "#f0a417",
    "road-cut": "#e8622d",
    "red-line": "#ff5a5a",
    "road-unknown": "#566471",
    "grid": "#1f2a34",
    "grid-label": "#435261",
    "tint-1": "#231a12",
    "tint-2": "#2b1513",
    "tint-3": "#3a1512",
}

_LIGHT: Final = {
    **_DARK,
    "ground": "#f4f2ec",
    "ink": "#27323b",
    "ink-strong": "#0b1116",
    "ink-soft": "#4b5964",
    "ink-dim": "#67747e",
    "ink-title": "#0b1116",
    "ink-warn": "#8a5200",
    "ink-alarm": "#b3261e",
    "ink-good": "#00664a",
    "ink-un": "#005a9c",
    "ink-host": "#00664a",
    "ink-armed": "#b3261e",
    "ink-aid": "#5b2a86",
    "ink-displaced": "#7a5c00",
    "frame": "#b6b3a8",
    "frame-focus": "#005a9c",
    "bar": "#e6e3d9",
    "row-cursor": "#cfdfee",
    "banner": "#8a5200",
    "banner-ground": "#efe3c8",
    "road": "#6d7880",
    "road-slow": "#a05f00",
    "road-cut": "#b3261e",
    "red-line": "#c2185b",
    "road-unknown": "#9aa2a8",
    "grid": "#dedbd1",
    "grid-label": "#8f9498",
    "tint-1": "#f3e6cf",
    "tint-2": "#f3d9cd",
    "tint-3": "#f0c6bd",
}

_CONTRAST: Final = {
    **_DARK,
    "ground": "#000000",
    "ink": "#ffffff",
    "ink-strong": "#ffffff",
    "ink-soft": "#e8e8e8",
    "ink-dim": "#d0d0d0",
    "ink-title": "#ffffff",
    "ink-warn": "#ffd23f",
    "ink-alarm": "#ff8f85",
    "ink-good": "#5fffbf",
    "ink-un": "#7fd0ff",
    "ink-host": "#5fffbf",
    "ink-armed": "#ff8f85",
    "ink-displaced": "#ffff66",
    "frame": "#9a9a9a",
    "frame-focus": "#ffff66",
    "bar": "#000000",
    "row-cursor": "#00467a",
    "banner": "#000000",
    "banner-ground": "#ffd23f",
    "road": "#ffffff",
    "road-slow": "#ffd23f",
    "road-cut": "#ff8f85",
    "red-line": "#ffffff",
    "road-unknown": "#b0b0b0",
    "grid": "#3a3a3a",
    "grid-label": "#b0b0b0",
    "tint-1": "#2a2000",
    "tint-2": "#3d1500",
    "tint-3": "#5a0f00",
}

_COLOUR_BLIND: Final = {
    **_DARK,
    "ink-warn": "#e69f00",
    "ink-alarm": "#ff9d5c",
    "ink-good": "#56b4e9",
    "ink-un": "#56b4e9",
    "ink-host": "#b9a0e8",
    "ink-armed": "#e8743b",
    "ink-displaced": "#f0e442",
    "road-slow": "#e69f00",
    "road-cut": "#f0e442",
    "red-line": "#cc79a7",
    "tint-1": "#1c1d20",
    "tint-2": "#26272b",
    "tint-3": "#34363b",
}


def _theme(name: str, roles: Mapping[str, str], *, dark: bool = True) -> Theme:
    return Theme(
        name=name,
        primary=roles["frame-focus"],
        secondary=roles["ink-un"],
        accent=roles["ink-warn"],
        warning=roles["ink-warn"],
        error=roles["ink-alarm"],
        success=roles["ink-good"],
        foreground=roles["ink"],
        background=roles["ground"],
        surface=roles["bar"],
        panel=roles["bar"],
        dark=dark,
        variables={
            **roles,
            "input-cursor-background": roles["ink-warn"],
            "input-cursor-foreground": roles["ground"],
            "block-cursor-background": roles["row-cursor"],
            "block-cursor-foreground": roles["ink-strong"],
            "block-cursor-text-style": "none",
            "border": roles["frame-focus"],
            "border-blurred": roles["frame"],
            "scrollbar": roles["frame"],
            "scrollbar-hover": roles["frame-focus"],
            "scrollbar-active": roles["frame-focus"],
            "scrollbar-background": roles["ground"],
            "scrollbar-background-hover": roles["ground"],
            "scrollbar-background-active": roles["ground"],
            "scrollbar-corner-color": roles["ground"],
        },
    )


THEMES: Final = (
    _theme("mission-dark", _DARK),
    _theme("mission-light", _LIGHT, dark=False),
    _theme("mission-contrast", _CONTRAST),
    _theme("mission-colour-blind", _COLOUR_BLIND),
)
DEFAULT_THEME: Final = "mission-dark"


def role_defaults(theme: Theme) -> dict[str, str]:
    """Values of the roles for a theme that does not know them, such as Textual's own."""
    roles = dict(_DARK if theme.dark else _LIGHT)
    if theme.background:
        roles["ground"] = theme.background
    if theme.surface or theme.panel:
        roles["bar"] = theme.surface or theme.panel or roles["bar"]
    if theme.foreground:
        roles["ink"] = roles["ink-title"] = theme.foreground
    return roles
