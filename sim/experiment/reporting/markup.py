"""HTML that escapes by construction: text becomes markup in one place only."""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import Final

from sim.experiment.reporting.wording import clean

_EMPTY: Final = frozenset({"meta", "br", "hr", "col"})
"""Elements without an end."""


class Markup(str):
    """HTML that is fit to be written; a plain ``str`` is text of somebody else."""

    __slots__ = ()


def escaped(text: str) -> Markup:
    """Text as HTML shows it: on one line, with nothing in it that a browser would obey."""
    if isinstance(text, Markup):
        return text
    before, after = (" " if text[end : end + 1 or None].isspace() else "" for end in (0, -1))
    return Markup(before + html.escape(clean(text)) + after if text.strip() else before)


def element(name: str, /, *content: str, **attributes: str | bool | None) -> Markup:
    """An element with its content; plain text in it is escaped.

    Args:
        attributes: ``class_`` and ``for_`` lose their last mark, inner ``_`` becomes ``-``; ``None`` and ``False``
            leave the attribute out.
    """
    written = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{_attribute(value)}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    if name in _EMPTY:
        return Markup(f"<{name}{written}>")
    return Markup(f"<{name}{written}>{joined(content)}</{name}>")


def _attribute(value: str | bool) -> str:
    return html.escape(clean(str(value)))


def joined(parts: Iterable[str], between: str = "") -> Markup:
    """Parts one after the other, each escaped unless it is markup."""
    return Markup(escaped(between).join(escaped(part) for part in parts))


def paragraphs(text: str) -> Markup:
    """Text of an author with its own paragraphs kept."""
    return joined(element("p", part) for part in text.split("\n\n") if part.strip())
