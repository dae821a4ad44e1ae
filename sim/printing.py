"""What a command writes: results on stdout, the story on stderr, and nothing that a terminal would obey."""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

_KEPT: Final = frozenset("\n\t")
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


class PipeClosed(Exception):
    """Whoever read stdout went away."""


def printable(text: str) -> str:
    """Text with escape codes and direction marks shown as text, never handed to the terminal."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        mark if mark in _KEPT or unicodedata.category(mark) not in _HIDDEN else f"\\u{ord(mark):04x}" for mark in text
    )


def result(text: str) -> None:
    """Write a line of the result.

    Raises:
        PipeClosed: when nobody reads on.
    """
    try:
        sys.stdout.write(printable(text) + "\n")
    except BrokenPipeError as error:
        raise PipeClosed from error


def story(text: str) -> None:
    """Write a line about what is going on; it is no part of the result."""
    try:
        sys.stderr.write(printable(text) + "\n")
        sys.stderr.flush()
    except BrokenPipeError:
        pass


def flush() -> None:
    """Hand the last of the result over.

    What cannot be handed over is dropped, so that the interpreter's own flush on the way out stays silent.

    Raises:
        PipeClosed: when nobody reads on.
        OSError: when it cannot be written, such as to a full disk.
    """
    try:
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            raise PipeClosed from error
        raise


def table(head: Sequence[str], rows: Iterable[Sequence[str]], right: frozenset[int] = frozenset()) -> list[str]:
    """Lines of a table with a rule under its head; the columns in ``right`` are set to the right."""
    body = [[printable(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in [list(head), *body]) for column in range(len(head))]

    def line(cells: Sequence[str]) -> str:
        set_out = (
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
        )
        return "  ".join(set_out).rstrip()

    return [line(head), "  ".join("-" * width for width in widths), *(line(row) for row in body)]
