"""The first screens of a new exercise, coming back to one, and its end."""

from __future__ import annotations

from canned_app import GAME, STILL, Sit, make_app
from canned_view import ENDING, CannedLink, canned_view
from sim.tui.app import MissionApp
from sim.tui.screens.ending import EndingScreen
from sim.tui.screens.first_start import ReadAheadScreen, SeatChoiceScreen, WarningScreen
from sim.tui.screens.opening import OpeningScreen


def new_game() -> dict:
    return canned_view(hours=0, state="paused")


def ended_game() -> dict:
    view = canned_view(hours=15 * 24, state="ended")
    view["single"]["ending"] = ENDING
    return view


async def test_a_new_game_warns_briefs_and_asks_what_to_lead(sit: Sit) -> None:
    async with sit(new_game(), seats=None) as table:
        assert isinstance(table.app.screen, WarningScreen)
        assert "attacks on civilians" in table.text()
        assert "Not endorsed by the United Nations" in table.text()
        await table.press("enter")
        assert isinstance(table.app.screen, ReadAheadScreen)
        assert "Where you are" in table.text()
        await table.press("enter", "left", "enter")
        assert "What you command" in table.text()
        await table.press("enter")
        assert isinstance(table.app.screen, SeatChoiceScreen)
        await table.press("enter")
        assert "Area of operations" in table.text()
        assert "PAUSED" in table.text()
        assert "D+0 06:00" in table.text()


async def test_choosing_one_seat_joins_again_in_that_seat() -> None:
    view = new_game()
    app, links = make_app(None, None)
    links_view = {("*",): view, ("force-commander",): canned_view(hours=0, state="paused", seats=("force-commander",))}

    def make_link(wanted: tuple[str, ...]) -> CannedLink:
        links.append(CannedLink(links_view[wanted]))
        links[-1].wanted = wanted
        return links[-1]

    app = MissionApp(make_link, None, GAME, STILL)
    async with app.run_test(size=(120, 40)) as pilot:
        for _ in range(6):
            await pilot.pause()
        await pilot.press("enter", "escape", "down", "down", "down", "enter")
        await pilot.pause(0.3)
        assert [link.wanted for link in links] == [("*",), ("force-commander",)]
        assert links[0].closed
        assert app.view.seat_ids == ["force-commander"]


async def test_leaving_at_the_warning_ends_the_client(sit: Sit) -> None:
    async with sit(new_game(), seats=None) as table:
        await table.press("q")
        assert table.app.return_value == 0


async def test_a_seat_given_at_the_command_line_is_not_asked_for(sit: Sit) -> None:
    async with sit(new_game(), seats=("*",)) as table:
        await table.press("enter", "escape")
        assert "Area of operations" in table.text()


async def test_coming_back_to_a_game_skips_the_first_screens_and_reads_nothing_as_new(sit: Sit) -> None:
    async with sit(seats=None) as table:
        assert "Area of operations" in table.text()
        assert not table.main.inbox.unread()


async def test_a_host_that_cannot_be_joined_is_said_on_the_first_screen() -> None:
    class Refused(CannedLink):
        async def messages(self):
            self.state = "ended"
            self.reason = "The host does not accept this token."
            return
            yield

    app = MissionApp(lambda _seats: Refused(), ("*",), GAME, STILL)
    async with app.run_test(size=(120, 40)) as pilot:
        for _ in range(6):
            await pilot.pause()
        assert isinstance(app.screen, OpeningScreen)
        text = "\n".join(strip.text for strip in app.screen._compositor.render_strips())
        assert "The host does not accept this token." in text
        assert "q leave" in text
        await pilot.press("q")
        await pilot.pause()
        assert app.return_value == 0


async def test_the_end_asks_before_it_tells(sit: Sit) -> None:
    async with sit(ended_game()) as table:
        assert isinstance(table.app.screen, EndingScreen)
        text = table.text()
        assert "What would you do differently?" in text
        assert "The commander opened the gate" not in text
        await table.press(*"Answer sooner", "ctrl+s")
        assert "The commander opened the gate" in table.text()
        assert "You wrote  Answer sooner" in table.text()
        await table.press("2")
        assert "23,400" in table.text()
        assert "you were told 15,000 - 30,000" in table.text()
        await table.press("3")
        assert "The capital answered at D+1 22:10." in table.text()
        await table.press("tab")
        assert "mlt play /home/player/saraf-umra-1.mlt" in table.text()


async def test_the_question_may_be_passed_over(sit: Sit) -> None:
    async with sit(ended_game()) as table:
        await table.press("ctrl+s")
        assert "Most are home" in table.text()
        assert "You wrote" not in table.text()


async def test_the_end_comes_by_itself_and_the_map_can_still_be_seen(sit: Sit) -> None:
    async with sit() as table:
        table.link.change({"ending": ENDING, "clock": canned_view(hours=360, state="ended")["single"]["clock"]})
        await table.settle()
        assert isinstance(table.app.screen, EndingScreen)
        await table.press("ctrl+s", "m")
        assert table.app.screen is table.main
        assert "ENDED" in table.text()
        assert "e The end" in table.text()
        assert "Space" not in table.text()
        await table.press("e")
        assert "Most are home" in table.text()


async def test_causes_scroll_with_the_keyboard(sit: Sit) -> None:
    view = ended_game()
    view["single"]["ending"] = ENDING | {"causes": [{"title": f"Cause {n}", "lines": ["because"]} for n in range(40)]}
    async with sit(view, size=(80, 24)) as table:
        await table.press("ctrl+s", "3")
        assert "Cause 39" not in table.text()
        await table.press("end")
        assert "Cause 39" in table.text()
