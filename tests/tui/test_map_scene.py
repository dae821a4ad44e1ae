"""Where things stand on the map: nothing covers a name, nothing is drawn twice, the shape of the land is kept."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from canned_view import canned_view
from sim.tui.glyphs import ASCII, WGL4
from sim.tui.map_scene import Scene, draw_static
from sim.tui.map_tokens import draw_tokens, nearest
from sim.tui.view_model import SeatView

SIZES = [(78, 16), (78, 30), (108, 50), (40, 12)]


def scene(view: dict[str, Any] | None = None) -> Scene:
    return Scene(SeatView(view or canned_view()))


def text_of(characters: list[list[str]]) -> str:
    return "\n".join("".join(row) for row in characters)


@pytest.mark.parametrize("size", SIZES)
def test_every_place_is_on_the_whole_map(size: tuple[int, int]) -> None:
    area = scene()
    port = area.fit(*size)
    layer = draw_static(area, port, WGL4, "braille")
    assert set(layer.where) == {site.id for site in area.sites}
    assert len(set(layer.where.values())) == len(layer.where)


def test_the_shape_of_the_land_is_kept() -> None:
    area = scene()
    port = area.fit(100, 40)
    by_id = area.site_by_id
    west, here, south = by_id["el-geneina"], by_id["saraf-umra"], by_id["zalingei"]
    across = (here.x - west.x) * port.zoom
    down = (south.y - here.y) * port.zoom
    # 89 km and 60 km as the crow flies, on square dots.
    assert across / down == pytest.approx(89 / 60, rel=0.03)


def test_a_base_near_its_town_stands_beside_it_on_its_true_side() -> None:
    area = scene()
    layer = draw_static(area, area.fit(100, 40), WGL4, "braille")
    town, base = layer.where["saraf-umra"], layer.where["team-site"]
    assert town != base
    assert base[1] > town[1]


def test_names_of_towns_stand_on_the_map_and_do_not_overlap() -> None:
    area = scene()
    layer = draw_static(area, area.fit(100, 40), WGL4, "braille")
    text = text_of(layer.characters)
    for name in ("Saraf Umra", "Team site", "El Geneina", "Zalingei", "Kabkabiya", "El Fasher"):
        assert name in text


def test_village_names_go_first_when_the_map_is_narrow() -> None:
    area = scene()
    assert "Kereinik" in text_of(draw_static(area, area.fit(100, 40), WGL4, "braille").characters)
    assert "Kereinik" not in text_of(draw_static(area, area.fit(50, 20), WGL4, "braille").characters)


def test_a_far_place_is_left_to_a_pointer_at_the_edge() -> None:
    area = scene()
    core, whole = area.fit(100, 40, whole=False), area.fit(100, 40)
    assert core.zoom > whole.zoom * 1.3
    layer = draw_static(area, core, WGL4, "braille")
    assert "el-fasher" not in layer.where
    assert "El Fasher →" in text_of(layer.characters)


@pytest.mark.parametrize("size", SIZES)
def test_symbols_of_units_cover_neither_names_nor_places(size: tuple[int, int]) -> None:
    area = scene()
    port = area.fit(*size)
    layer = draw_static(area, port, WGL4, "braille")
    cells, stands_for = draw_tokens(area.tokens, port, WGL4, layer)
    assert not set(cells) & layer.taken
    drawn = {unit for ids in stands_for.values() for unit in ids}
    assert {"company", "fpu", "riders-north"} <= drawn


def test_units_of_one_side_in_one_place_become_one_symbol_and_a_count() -> None:
    area = scene()
    port = area.fit(100, 40)
    layer = draw_static(area, port, WGL4, "braille")
    cells, stands_for = draw_tokens(area.tokens, port, WGL4, layer)
    spot = next(spot for spot, ids in stands_for.items() if "company" in ids)
    assert stands_for[spot] == ("company", "observers")
    assert cells[spot].character == "●"
    assert cells[spot[0], spot[1] + 1].character == "²"


def test_kept_cells_stay_free() -> None:
    area = scene()
    port = area.fit(100, 40)
    layer = draw_static(area, port, WGL4, "braille")
    before, _ = draw_tokens(area.tokens, port, WGL4, layer)
    kept = frozenset(list(before)[:4])
    after, _ = draw_tokens(area.tokens, port, WGL4, layer, kept)
    assert not set(after) & kept


def test_a_cut_road_carries_its_mark_and_an_open_one_does_not() -> None:
    cut = canned_view()
    open_ = copy.deepcopy(cut)
    open_["tables"]["routes"]["saraf-umra-el-sireaf"]["status"] = "open"
    for view, expected in ((cut, True), (open_, False)):
        area = scene(view)
        text = text_of(draw_static(area, area.fit(100, 40), WGL4, "braille").characters)
        assert ("×" in text) is expected


def test_the_second_glyph_set_is_ascii() -> None:
    area = scene()
    port = area.fit(100, 40)
    layer = draw_static(area, port, ASCII, "strokes")
    assert text_of(layer.characters).isascii()
    cells, _ = draw_tokens(area.tokens, port, ASCII, layer)
    assert "".join(cell.character for cell in cells.values()).isascii()


def test_zooming_keeps_the_cell_under_the_pointer() -> None:
    area = scene()
    port = area.fit(100, 40)
    before = port.at(10, 70)
    after = port.zoomed(1.7, (10, 70)).at(10, 70)
    assert after == pytest.approx(before)


def test_the_nearest_thing_within_two_cells_is_found() -> None:
    places = {"town": (5, 10)}
    units = {(5, 12): ("company",)}
    assert nearest(5, 11, places, units) == ("unit", "company")
    assert nearest(5, 9, places, units) == ("place", "town")
    assert nearest(9, 40, places, units) is None


def test_rows_without_a_position_or_with_a_broken_road_do_no_harm() -> None:
    view = canned_view()
    view["tables"]["places"]["nowhere"] = {"order": 99, "id": "nowhere", "name": "Nowhere", "kind": "town"}
    view["tables"]["routes"]["bad"] = {"order": 99, "id": "bad", "a": "x", "b": "y", "path": [], "status": "burnt"}
    area = scene(view)
    assert "nowhere" not in area.site_by_id
    assert all(road.id != "bad" for road in area.roads)


def test_an_empty_view_is_an_empty_map() -> None:
    area = Scene(SeatView())
    port = area.fit(80, 20)
    layer = draw_static(area, port, WGL4, "braille")
    assert draw_tokens(area.tokens, port, WGL4, layer) == ({}, {})


def lined(state: str = "announced") -> Scene:
    view = canned_view()
    view["tables"]["lines"] = {
        "town-line": {
            "order": 0, "id": "town-line", "name": "Line around the town", "around": "saraf-umra",
            "lat": 13.45, "lon": 23.27, "km": 25.0, "state": state, "confirmed": "one of two", "as_of": "D+1 06:00",
        }
    }  # fmt: skip
    return scene(view)


def test_an_announced_line_is_a_ring_at_its_distance_and_has_its_name() -> None:
    area = lined()
    port = area.fit(100, 40)
    layer = draw_static(area, port, WGL4, "braille")
    line = area.lines[0]
    ring = [(line.x + line.km, line.y), (line.x - line.km, line.y), (line.x, line.y + line.km)]
    drawn = [layer.styles[row][column] for row, column in (port.cell(*point) for point in ring)]
    assert drawn.count("red-line") >= 2
    assert "Line around the town" in text_of(layer.characters)


@pytest.mark.parametrize("state", ["draft", "withdrawn"])
def test_a_line_that_is_not_announced_is_not_drawn(state: str) -> None:
    area = lined(state)
    layer = draw_static(area, area.fit(100, 40), WGL4, "braille")
    assert not any("red-line" in row for row in layer.styles)


def test_declaring_a_line_changes_the_shape_of_the_ground() -> None:
    assert lined("draft").shape() != lined().shape()


@pytest.mark.parametrize("status", ["cut", "blocked", "held"])
def test_a_road_on_which_nobody_gets_through_carries_the_mark(status: str) -> None:
    view = canned_view()
    for row in view["tables"]["routes"].values():
        row["status"] = "open"
    clear = draw_static(scene(view), scene(view).fit(100, 40), WGL4, "braille")
    next(iter(view["tables"]["routes"].values()))["status"] = status
    barred = draw_static(scene(view), scene(view).fit(100, 40), WGL4, "braille")
    assert WGL4.cut not in text_of(clear.characters)
    assert WGL4.cut in text_of(barred.characters)


def test_a_name_stands_on_the_map_without_its_article() -> None:
    view = canned_view()
    view["tables"]["places"]["zalingei"]["name"] = "the river site"
    layer = draw_static(scene(view), scene(view).fit(100, 40), WGL4, "braille")
    assert "River site" in text_of(layer.characters)
    assert "the river" not in text_of(layer.characters)


def test_a_temporary_base_is_drawn_as_a_base() -> None:
    view = canned_view()
    view["tables"]["places"]["zalingei"]["based"] = True
    assert scene(view).site_by_id["zalingei"].kind == "base"
    assert scene().site_by_id["zalingei"].kind != "base"
