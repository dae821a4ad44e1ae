"""What moves on the map: units, groups and people on the way, as symbols and names over the ground.

Pure: from tokens to cells of the screen, and back from a cell to what stands there.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

from sim.tui.glyphs import Glyphs
from sim.tui.map_scene import LONGEST_LABEL, NAMES_OF_UNITS_FROM, Cell, StaticLayer, Token, Viewport, label_spots

__all__ = ["Tokens", "draw_tokens", "nearest"]

FEW_UNITS: Final = 16
"""So few that their names fit at any scale."""

Tokens = dict[tuple[int, int], Cell]


def draw_tokens(
    tokens: Iterable[Token],
    port: Viewport,
    glyphs: Glyphs,
    layer: StaticLayer,
    kept: frozenset[tuple[int, int]] = frozenset(),
) -> tuple[Tokens, dict[tuple[int, int], tuple[str, ...]]]:
    """The dynamic layer: cells to paint over the static ones, and which units each symbol stands for.

    *kept* cells stay free of symbols and names.
    """
    cells: Tokens = {}
    stands_for: dict[tuple[int, int], tuple[str, ...]] = {}
    stacks: dict[tuple[int, int, str, str, str], list[Token]] = {}
    for token in tokens:
        row, column = port.cell(token.x, token.y)
        if port.inside(row, column):
            stacks.setdefault((row, column, token.side, token.heading, _family(token)), []).append(token)
    order = {"flow": 0, "un": 1, "host": 2, "armed": 3, "aid": 4}
    labels: list[tuple[tuple[int, int], str, Token]] = []
    for (row, column, side, _, _), stack in sorted(stacks.items(), key=lambda it: (order.get(it[0][2], 5), it[0])):
        symbol = token_symbol(stack[0], glyphs) + (
            glyphs.count(len(stack)) if len(stack) > 1 and side != "flow" else ""
        )
        spot = _room_for(row, column, len(symbol), cells, layer.taken | kept, port)
        if spot is None:
            continue
        style = token_style(stack[0])
        for offset, character in enumerate(symbol):
            cells[spot[0], spot[1] + offset] = Cell(character, style, bold=side != "flow")
        stands_for[spot] = tuple(token.id for token in stack)
        if len(stack) == 1 and side != "flow":
            labels.append((spot, stack[0].name, stack[0]))
    if port.zoom >= NAMES_OF_UNITS_FROM or (len(labels) <= FEW_UNITS and port.columns >= 60):
        _name_tokens(labels, cells, layer, kept)
    return cells, stands_for


def _family(token: Token) -> str:
    return token.kind if token.kind in ("police", "air") else "unit"


def token_symbol(token: Token, glyphs: Glyphs) -> str:
    if token.side == "flow":
        return glyphs.arrows.get(token.heading, glyphs.arrows[""])
    if token.side == "un" and token.kind == "police":
        return glyphs.police
    if token.side == "un" and token.kind == "air":
        return glyphs.air
    return glyphs.sides.get(token.side, glyphs.sides["un"])


def token_style(token: Token) -> str:
    return {"host": "ink-host", "armed": "ink-armed", "aid": "ink-aid", "flow": "ink-displaced"}.get(
        token.side, "ink-un"
    )


_NEIGHBOURS: Final = (
    (0, 0), (0, -1), (-1, 0), (1, 0), (-1, -1), (1, -1), (-1, 1), (1, 1), (0, -2), (-1, -2), (1, -2), (-1, 2), (1, 2),
    (0, -3), (-2, 0), (2, 0), (0, -4),
)  # fmt: skip


def _room_for(
    row: int, column: int, length: int, cells: Tokens, taken: set[tuple[int, int]], port: Viewport
) -> tuple[int, int] | None:
    """The free cells nearest to the true one, rather than a name painted over."""
    for down, across in _NEIGHBOURS:
        spot = row + down, column + across - (length - 1 if across < 0 else 0)
        covered = [(spot[0], spot[1] + offset) for offset in range(length)]
        if all(port.inside(*cell) and cell not in taken and cell not in cells for cell in covered):
            return spot
    return None


def _name_tokens(
    labels: list[tuple[tuple[int, int], str, Token]],
    cells: Tokens,
    layer: StaticLayer,
    kept: frozenset[tuple[int, int]],
) -> None:
    for spot, name, token in labels:
        text = name if len(name) <= LONGEST_LABEL else name[: LONGEST_LABEL - 1].rstrip() + "…"
        for row, column in label_spots(spot, len(text)):
            covered = [(row, column + offset) for offset in range(-1, len(text) + 1)]
            if layer.is_free(row, column, len(text)) and not any(
                cell in cells or cell in layer.taken or cell in kept for cell in covered if cell != spot
            ):
                for offset, character in enumerate(text):
                    cells[row, column + offset] = Cell(character, token_style(token))
                break


def nearest(
    row: int,
    column: int,
    places: dict[str, tuple[int, int]],
    units: dict[tuple[int, int], tuple[str, ...]],
    reach: float = 2.0,
) -> tuple[str, str] | None:
    """What lies within *reach* cells of a pointer: ("unit" | "place", id). The nearer wins, a unit before a place."""
    found: list[tuple[float, int, str, str]] = []
    for (unit_row, unit_column), ids in units.items():
        found.append((_cells_between(row, column, unit_row, unit_column), 0, "unit", ids[0]))
    for place, (place_row, place_column) in places.items():
        found.append((_cells_between(row, column, place_row, place_column), 1, "place", place))
    best = min(found, default=None)
    return (best[2], best[3]) if best is not None and best[0] <= reach else None


def _cells_between(row: int, column: int, other_row: int, other_column: int) -> float:
    return math.hypot((row - other_row) * 2.0, column - other_column)
