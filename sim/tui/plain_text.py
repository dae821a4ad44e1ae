"""Make text from outside safe to show: whatever it holds, it is drawn as characters and as nothing else.

Scenario authors, players and hosts can put escape codes, markup or direction marks into a name. Markup is
disarmed by never parsing it; the characters that act on a terminal or reorder a line are removed here.
"""

from __future__ import annotations

import re
from typing import Final

_NEWLINES: Final = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_ACTING: Final = re.compile(
    "["
    "\x00-\x08\x0e-\x1f\x7f-\x9f"  # C0 and C1 controls, the escape character among them
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"  # invisible letters and joiners
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f"  # zero width, direction marks, overrides and isolates
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffb"  # variation selectors change a cell's width between terminals
    "\ud800-\udfff"  # a lone surrogate cannot be encoded on its way out
    "\U000e0000-\U000e0fff"  # tags
    "]"
)
_STACKED: Final = re.compile(
    "([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{2})"
    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)

__all__ = ["plain", "plain_block"]


def plain(text: object) -> str:
    """One line: controls and direction marks gone, every line break and tab a space."""
    value = text if isinstance(text, str) else str(text)
    if value.isascii() and value.isprintable():
        return value
    return plain_block(value).replace("\n", " ")


def plain_block(text: object) -> str:
    """Several lines: as `plain`, but line breaks stay."""
    value = text if isinstance(text, str) else str(text)
    value = _NEWLINES.sub("\n", value).replace("\t", " ")
    return _STACKED.sub(r"\1", _ACTING.sub("", value))
