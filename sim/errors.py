"""The base of every error the product raises on purpose."""

from __future__ import annotations


class MissionError(Exception):
    """Something a user can mend.

    Subclasses carry the facts as attributes and build the message themselves; the text names the
    value, the place, the rule and the way out. Front ends print it; the core never does.
    """

    title = "Mission Leadership Tabletop"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
