"""The main screen: what is always in sight, what the keys do, how it fits."""

from __future__ import annotations

import pytest

from canned_app import STILL, Sit
from canned_view import canned_view
from sim.net.protocol import ReceiptFor
from sim.tui.desk import ACTORS, DETAILS, INBOX, MAP, UNITS, arrange_panes
from sim.tui.map_widget import MapWidget
from sim.tui.panes.clock_line import ClockLine
from sim.tui.panes.footer import FooterLine
from sim.tui.row_list import RowList
from sim.tui.screens.too_small import TooSmallScreen
from sim.tui.settings import Settings

BANNER = "EXERCISE EXERCISE EXERCISE"


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_banner_clock_decisions_and_keys_are_always_in_sight(sit: Sit, size: tuple[int, int]) -> None:
    async with sit(size=size) as table:
        text = table.text()
        assert text.splitlines()[0].strip() == BANNER
        for part in (
            "Saraf Umra",
            "D+1 09:30",
            "x60",
            "linked",
            "WHOLE TEAM",
            "Open the gate, or hold it?",
            "0:20 left",
        ):
            assert part in text
        assert text.splitlines()[-1].strip().startswith("? Help")
        assert text.splitlines()[-1].rstrip().endswith("^p palette")


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_no_key_of_the_footer_is_cut(sit: Sit, size: tuple[int, int]) -> None:
    async with sit(size=size) as table:
        footer = table.app.screen.query_one(FooterLine)
        assert footer.content.cell_length <= size[0]
        assert "…" not in footer.content.plain
        assert footer.content.plain.count("Help") == 1


def test_one_column_two_columns_three_columns() -> None:
    narrow = arrange_panes(99, 20, MAP, INBOX, DETAILS, zoomed=False)
    assert set(narrow) == {MAP}
    two = arrange_panes(100, 30, MAP, INBOX, DETAILS, zoomed=False)
    assert set(two) == {MAP, INBOX, DETAILS}
    assert two[MAP].width >= 60
    assert set(arrange_panes(159, 30, MAP, UNITS, ACTORS, zoomed=False)) == {MAP, UNITS, ACTORS}
    three = arrange_panes(160, 50, MAP, INBOX, DETAILS, zoomed=False)
    assert set(three) == {MAP, UNITS, INBOX, DETAILS, ACTORS}
    for regions, width, height in ((two, 100, 30), (three, 160, 50)):
        assert sum(region.area for region in regions.values()) == width * height
        for number, region in regions.items():
            others = [other for key, other in regions.items() if key != number]
            assert not any(region.intersection(other) for other in others)


async def test_numbers_bring_a_pane_to_sight_and_z_makes_it_full(sit: Sit) -> None:
    async with sit(size=(80, 24)) as table:
        desk = table.main.desk
        for key, number in (("3", INBOX), ("2", UNITS), ("5", ACTORS), ("4", DETAILS), ("1", MAP)):
            await table.press(key)
            assert [pane for pane in (1, 2, 3, 4, 5) if desk.pane(pane).display] == [number]
            assert desk.pane(number).has_focus_within
    async with sit() as table:
        desk = table.main.desk
        await table.press("3", "z")
        assert [pane for pane in (1, 2, 3, 4, 5) if desk.pane(pane).display] == [INBOX]
        await table.press("escape")
        assert desk.pane(MAP).display


async def test_resizing_changes_the_columns_and_keeps_the_focus(sit: Sit) -> None:
    async with sit(size=(200, 60)) as table:
        await table.press("5")
        await table.pilot.resize_terminal(120, 40)
        await table.settle()
        desk = table.main.desk
        assert desk.pane(ACTORS).display
        assert not desk.pane(UNITS).display
        assert desk.pane(ACTORS).has_focus_within


async def test_a_small_terminal_says_so_and_play_goes_on_when_it_grows(sit: Sit) -> None:
    async with sit(size=(79, 24)) as table:
        assert isinstance(table.app.screen, TooSmallScreen)
        assert "79 by 24" in table.text()
        assert "80 by 24" in table.text()
        await table.pilot.resize_terminal(120, 40)
        await table.settle()
        assert "Area of operations" in table.text()
        await table.pilot.resize_terminal(60, 10)
        await table.settle()
        assert "60 by 10" in table.text()


async def test_space_runs_and_pauses_and_speed_keys_change_the_ratio(sit: Sit) -> None:
    async with sit() as table:
        await table.press("space")
        assert table.link.clocked == [("pause", 0.0, None)]
        table.link.change({"clock": {**table.link.view["single"]["clock"], "state": "paused"}})
        await table.settle()
        await table.press("greater_than_sign")
        assert len(table.link.clocked) == 1
        assert "PAUSED  x120" in table.text()
        await table.press("space")
        assert table.link.clocked[-1] == ("run", 120.0, None)
        await table.press("full_stop", "u")
        assert table.link.clocked[-2:] == [("step", 0.0, None), ("until", 0.0, "needs")]


async def test_a_paused_clock_is_a_reversed_line_with_the_word_and_the_reason(sit: Sit) -> None:
    view = canned_view(state="paused")
    view["single"]["clock"]["reason"] = "urgent report"
    async with sit(view) as table:
        line = table.app.screen.query_one(ClockLine)
        assert "PAUSED" in line.content.plain
        assert "urgent report" in line.content.plain
        assert line.styles.text_style.reverse
    async with sit() as table:
        assert not table.app.screen.query_one(ClockLine).styles.text_style.reverse


async def test_a_lost_link_is_said_in_line_1_and_orders_are_refused_here(sit: Sit) -> None:
    async with sit() as table:
        table.link.lose()
        await table.settle()
        line = table.app.screen.query_one(ClockLine)
        assert "LINK LOST" in line.content.plain
        assert line.styles.text_style.reverse
        await table.press("o")
        assert table.app.screen is table.main
        assert any("nothing can be sent" in entry.plain for entry in table.app.log_lines)
        footer = table.app.screen.query_one(FooterLine)
        assert any(span.style == "$ink-dim" for span in footer.content.spans)


async def test_news_comes_into_the_inbox_unread_with_its_grade(sit: Sit) -> None:
    async with sit() as table:
        row = dict(table.link.view["tables"]["inbox"]["r10"])
        row |= {"id": "r11", "order": 11, "tick": 11 * 3_600_000, "title": "12,000, says a radio", "grade": "E5"}
        table.link.change(tables={"inbox": {"r11": row}})
        await table.settle()
        inbox = table.main.inbox
        assert "1 unread" in table.text()
        assert "E5 12,000, says a radio" in table.text()
        assert [report["id"] for report in inbox.unread()] == ["r11"]
        await table.press("i")
        assert "unreliable" in table.text()
        assert not inbox.unread()


async def test_a_moved_unit_redraws_its_cells_and_nothing_else(sit: Sit) -> None:
    async with sit() as table:
        widget = table.app.screen.query_one(MapWidget)
        regions: list[int] = []
        original = widget.refresh

        def counted(*args: object, **kwargs: object) -> object:
            regions.append(sum(region.area for region in args) if args else -1)
            return original(*args, **kwargs)

        widget.refresh = counted
        row = dict(table.link.view["tables"]["units"]["convoy"]) | {"lon": 24.2}
        table.link.change(tables={"units": {"convoy": row}})
        await table.settle()
        assert regions
        assert all(0 < area < 120 for area in regions)


async def test_a_road_reported_cut_changes_the_map(sit: Sit) -> None:
    async with sit() as table:
        before = table.text()
        row = dict(table.link.view["tables"]["routes"]["saraf-umra-kabkabiya"]) | {"status": "cut"}
        table.link.change(tables={"routes": {row["id"]: row}})
        await table.settle()
        assert table.text().count("×") > before.count("×")


async def test_n_walks_through_the_places_and_details_follow(sit: Sit) -> None:
    async with sit() as table:
        seen = set()
        for _ in range(10):
            await table.press("n")
            seen.add(table.main.selected)
        assert len(seen) == 10
        assert {kind for kind, _ in seen} == {"place"}


async def test_the_mouse_selects_zooms_and_pans(sit: Sit) -> None:
    async with sit() as table:
        widget = table.app.screen.query_one(MapWidget)
        assert widget._layer is not None
        row, column = widget._layer.where["zalingei"]
        await table.pilot.click(MapWidget, offset=(column, row))
        await table.settle()
        assert table.main.selected == ("place", "zalingei")
        assert widget.viewport is not None
        zoom = widget.viewport.zoom
        await table.press("plus", "right")
        assert widget.viewport.zoom > zoom
        x = widget.viewport.x
        await table.press("right")
        assert widget.viewport.x > x


async def test_hovering_names_what_is_under_the_pointer(sit: Sit) -> None:
    async with sit() as table:
        widget = table.app.screen.query_one(MapWidget)
        assert widget._layer is not None
        row, column = widget._layer.where["el-sireaf"]
        await table.pilot.hover(MapWidget, offset=(column, row))
        await table.pilot.pause()
        assert widget.tooltip is not None
        assert "El Sireaf" in str(widget.tooltip)
        assert "about 1,000" in str(widget.tooltip)


async def test_find_goes_to_a_place_by_a_few_letters(sit: Sit) -> None:
    async with sit() as table:
        await table.press("slash", *"nert", "enter")
        assert table.main.selected == ("place", "nertiti")
        assert "4 Nertiti" in table.text()


async def test_y_copies_the_row_under_the_cursor(sit: Sit) -> None:
    async with sit() as table:
        await table.press("3", "down", "y")
        assert table.app.clipboard.startswith("D+1 09:05 [B2] Security adviser")


async def test_the_palette_finds_every_action_by_name(sit: Sit) -> None:
    async with sit() as table:
        await table.press("ctrl+p", *"actors", "enter")
        await table.settle()
        assert table.main.desk.pane(ACTORS).has_focus_within


async def test_quit_asks_first_from_the_key_and_from_ctrl_q(sit: Sit) -> None:
    async with sit() as table:
        for key in ("q", "ctrl+q", "ctrl+c"):
            await table.press(key)
            assert "Leave the exercise?" in table.text()
            assert "mlt play /home/player/saraf-umra-1.mlt" in table.text()
            await table.press("n")
            assert table.app.screen is table.main
        await table.press("q", "y")
        assert table.app.return_value == 0
    assert table.link.closed


async def test_what_was_said_before_a_question_came_does_not_stand_beside_it(sit: Sit) -> None:
    view = canned_view()
    kept = dict(view["tables"]["decisions"])
    view["tables"]["decisions"] = {}
    async with sit(view) as table:
        await table.press("d")
        assert "Nothing waits for a decision" in table.text()
        table.link.change(tables={"decisions": kept})
        await table.settle()
        assert "Nothing waits for a decision" not in table.text()


async def test_a_refusal_at_the_door_is_kept_in_the_log_and_in_sight(sit: Sit) -> None:
    async with sit() as table:
        table.link.receipt = ReceiptFor("1", False, "The platoon is not yours.")
        table.app.command({"kind": "order"}, "Order")
        await table.settle()
        assert "Order refused: The platoon is not yours." in table.text()
        table.app.clear_notifications()
        await table.press("g")
        assert "Order refused: The platoon is not yours." in table.text()


async def test_text_of_the_host_is_never_markup_and_never_acts(sit: Sit) -> None:
    hostile = "[bold red]Gate[/] \x1b[2J\u202e[@click=app.quit]x[/]"
    view = canned_view()
    view["tables"]["inbox"]["r10"] |= {"title": hostile, "text": hostile, "sender": hostile}
    view["tables"]["places"]["team-site"]["name"] = hostile
    view["tables"]["decisions"]["gate"] |= {"title": hostile, "text": hostile, "known": [hostile]}
    view["tables"]["actors"]["governor"]["name"] = hostile
    view["single"]["exercise"]["title"] = hostile
    async with sit(view, size=(200, 60)) as table:
        text = table.text()
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert "[bold red]Gate[/] [2J" in text
        table.app.tell(hostile, "error")
        for keys in (("i",), ("escape", "d"), ("escape", "w"), ("escape", "slash")):
            await table.press(*keys)
            assert "[bold red]Gate[/]" in table.text()


async def test_other_keys_from_the_settings_work(sit: Sit) -> None:
    async with sit(settings=Settings(motion="none", update_rate=20.0, keys={"help": "x"})) as table:
        await table.press("x")
        assert "Run the clock, or pause it." in table.text()


async def test_ascii_output_holds_nothing_but_ascii(sit: Sit) -> None:
    async with sit(settings=Settings(motion="none", update_rate=20.0, glyphs="ascii")) as table:
        lines = [strip for screen in (table.app.screen,) for strip in screen._compositor.render_strips()]
        assert "".join(strip.text for strip in lines).isascii()


async def test_every_theme_draws_the_map_in_colours_of_its_own(sit: Sit) -> None:
    async with sit() as table:
        for theme in ("mission-light", "mission-contrast", "mission-colour-blind", "textual-light", "nord"):
            table.app.theme = theme
            await table.settle()
            widget = table.app.screen.query_one(MapWidget)
            row, _ = widget._layer.where["zalingei"] if widget._layer else (0, 0)
            colours = {segment.style.color for segment in widget.render_line(row) if segment.style}
            assert len(colours - {None}) >= 2


async def test_a_single_seat_sees_what_is_its_own(sit: Sit) -> None:
    view = canned_view(seats=("force-commander",))
    view["tables"]["forms"] = {key: row for key, row in view["tables"]["forms"].items() if row["kind"] == "order"}
    async with sit(view, seats=("force-commander",)) as table:
        text = table.text()
        assert "FORCE COMMANDER" in text
        assert "r Request" not in text
        await table.press("t")
        assert "This seat gives no directions." in table.text()


async def test_the_lists_keep_their_cursor_when_rows_come_and_go(sit: Sit) -> None:
    async with sit() as table:
        await table.press("3", "down", "down")
        rows = table.main.inbox.query_one(RowList)
        key = rows.key
        row = dict(table.link.view["tables"]["inbox"]["r10"]) | {"id": "r12", "order": 12, "tick": 12 * 3_600_000}
        table.link.change(tables={"inbox": {"r12": row, "r1": None}})
        await table.settle()
        assert rows.key == key


def test_the_canned_settings_are_still() -> None:
    assert STILL.motion == "none"
