"""The application: it draws at once, joins the host in the background, and hands each new view to its screens."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Sequence
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from textual import events
from textual.app import App
from textual.binding import Binding, BindingType
from textual.command import Provider
from textual.content import Content
from textual.filter import LineFilter
from textual.screen import Screen
from textual.theme import Theme

from sim.errors import MissionError
from sim.tui import ink
from sim.tui.ascii_filter import AsciiFilter
from sim.tui.glyphs import GLYPH_SETS
from sim.tui.plain_text import plain
from sim.tui.screens.opening import OpeningScreen
from sim.tui.screens.too_small import LEAST_COLUMNS, LEAST_ROWS, TooSmallScreen
from sim.tui.settings import Settings, load_settings
from sim.tui.theme import DEFAULT_THEME, THEMES, role_defaults
from sim.tui.view_model import EVERYTHING, SeatView

if TYPE_CHECKING:
    from sim.net.client import Keeper
    from sim.net.protocol import HostMessage, ReceiptFor
    from sim.tui.link import Link, LinkMaker

__all__ = ["MissionApp", "play"]

WHOLE_TEAM = "*"
LONGEST_LOG = 500
FAILED = 1


def _actions_provider() -> type[Provider]:
    # The palette's screens are not needed for the first frame.
    from sim.tui.palette import ActionsProvider

    return ActionsProvider


def _import_screens() -> None:
    # NumPy and the main screen are 350 ms; in a thread they cost nothing while the host starts.
    import sim.tui.screens.first_start
    import sim.tui.screens.main  # noqa: F401


class MissionApp(App[int]):
    """One seat, or the whole team, at one terminal."""

    CSS_PATH = "mission.tcss"
    TITLE = "Mission Leadership Tabletop"
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {_actions_provider}
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+q", "quit", "Quit", show=False)]

    def __init__(
        self, make_link: LinkMaker, seats: tuple[str, ...] | None, path: str, settings: Settings | None = None
    ) -> None:
        super().__init__()
        self.settings = settings or Settings()
        self.glyphs = GLYPH_SETS[self.settings.glyphs]
        self.view = SeatView()
        self.ratio = 60.0
        self.log_lines: list[Content] = []
        self.spoken: dict[str, list[tuple[int, str, str]]] = {}
        """Objection id to what the player said in this session: after how many lines, when, the words."""
        self.reflection = ""
        """What the player would do differently, in his own words."""
        self._make_link = make_link
        self._link: Link | None = None
        self._seats = seats
        self._path = path
        self._changed: set[str] = set()
        self._flushed_at = 0.0
        self._flush_waits = False
        self._told_state = ""
        self._introduced = False
        self._ending_shown = False
        self._room = asyncio.Event()
        self._screens: asyncio.Task[None] | None = None
        for theme in THEMES:
            self.register_theme(theme)
        known = self.settings.theme in self.available_themes
        self.theme = self.settings.theme if known else DEFAULT_THEME
        if self.settings.motion == "none":
            self.animation_level = "none"
        self._ascii = AsciiFilter() if self.settings.glyphs == "ascii" else None

    # Textual's own hooks

    def get_default_screen(self) -> Screen[Any]:
        return OpeningScreen()

    def get_line_filters(self) -> Sequence[LineFilter]:
        filters = super().get_line_filters()
        return [*filters, self._ascii] if self._ascii is not None else filters

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return role_defaults(self._theme_now())

    def _theme_now(self) -> Theme:
        # Asked for by Textual's constructor, before our own has registered anything.
        return self.get_theme(self.theme) or THEMES[0]

    def on_mount(self) -> None:
        if self.settings.theme not in self.available_themes:
            self.tell(f"There is no theme '{self.settings.theme}'; the default is shown.", "warning")
        self.set_keymap(dict(self.settings.keys))
        self.call_after_refresh(self._join)

    def on_resize(self, event: events.Resize) -> None:
        small = event.size.width < LEAST_COLUMNS or event.size.height < LEAST_ROWS
        shown = isinstance(self.screen, TooSmallScreen)
        if small:
            self._room.clear()
            if not shown:
                self.push_screen(TooSmallScreen())
            return
        self._room.set()
        if shown:
            self.pop_screen()

    async def on_unmount(self) -> None:
        if self._link is not None:
            await self._link.close()

    async def action_quit(self) -> None:
        self.ask_quit()

    def action_help_quit(self) -> None:
        self.ask_quit()

    # the link

    @property
    def link_state(self) -> str:
        return self._link.state if self._link is not None else "linking"

    @property
    def link_lost(self) -> bool:
        return self.link_state in ("lost", "ended")

    def command(self, data: dict[str, Any], what: str) -> None:
        """Send an input and tell what became of it at the door, without waiting here."""
        self.run_worker(self.send(data, what), group="commands")

    async def send(self, data: dict[str, Any], what: str, *, quiet: bool = False) -> ReceiptFor | None:
        """Send an input and wait for its receipt; None when the link is lost."""
        if self._link is None or self.link_lost:
            self.tell(f"{what}: LINK LOST, nothing was sent.", "error")
            return None
        receipt = await self._link.send_input(data)
        if not receipt.accepted:
            self.tell(f"{what} refused: {receipt.reason or 'no reason given'}", "error")
        elif not quiet:
            self.tell(f"{what} sent.", "information")
        return receipt

    def clock(self, action: str, *, ratio: float = 0.0, to: int | Literal["needs"] | None = None) -> None:
        """Ask the host's clock for something."""
        self.run_worker(self._clock(action, ratio, to), group="commands")

    async def _clock(self, action: str, ratio: float, to: int | Literal["needs"] | None) -> None:
        if self._link is None:
            return
        receipt = await self._link.clock(action, ratio=ratio, to=to)
        if not receipt.accepted:
            self.tell(f"Clock: {receipt.reason or 'refused'}", "error")

    def _join(self) -> None:
        # Everything heavy is imported only now, with the first frame on the screen and the host on its way.
        self._link = self._make_link(self._seats or (WHOLE_TEAM,))
        self.run_worker(self._listen(self._link), group="link", exclusive=True)
        self._screens = asyncio.create_task(asyncio.to_thread(_import_screens))

    async def _listen(self, link: Link) -> None:
        async for message in link.messages():
            if link is not self._link:
                return
            self._hear(link, message)
        if link is self._link:
            self._link_ended(link)

    def _hear(self, link: Link, message: HostMessage) -> None:
        from sim.net.protocol import Delta, Goodbye, Notice, Snapshot

        match message:
            case Snapshot():
                self._changed |= EVERYTHING
                self._schedule()
            case Delta(single=single, tables=tables):
                self._changed.update(single, tables)
                self._schedule()
            case Notice(level=level, text=text):
                severity: Literal["information", "warning", "error"] = (
                    "error" if level == "error" else "warning" if level == "warning" else "information"
                )
                self.tell(text, severity)
                if link.offer:
                    self._make_offer(link)
            case Goodbye(reason=reason):
                self.tell(f"The host says goodbye: {reason}", "warning")
        if link.state != self._told_state:
            self._told_state = link.state
            self._show_link()

    def _link_ended(self, link: Link) -> None:
        reason = link.reason or "The link has ended."
        if isinstance(self.screen, OpeningScreen):
            self.screen.say(reason, failed=True)
        else:
            self.tell(reason, "error")
            self._show_link()

    def _show_link(self) -> None:
        for screen in self.screen_stack:
            show = getattr(screen, "show_link", None)
            if show is not None and screen.is_mounted:
                show()

    def _make_offer(self, link: Link) -> None:
        from sim.tui.screens.offer import OfferDialog

        if isinstance(self.screen, OpeningScreen):
            self.screen.say(link.offer, failed=True, offer=True)
            return

        def answered(taken: bool | None) -> None:
            if taken:
                self.take_offer()
            else:
                self.leave(FAILED)

        self.push_screen(OfferDialog(link.offer), answered)

    def take_offer(self) -> None:
        """Go on from before the last input."""
        self.run_worker(self._go_back(), group="commands")

    async def _go_back(self) -> None:
        if self._link is None:
            return
        try:
            await self._link.go_back()
        except MissionError as error:
            if isinstance(self.screen, OpeningScreen):
                self.screen.say(error.message, failed=True)
            self.tell(error.message, "error")

    # new views

    def _schedule(self) -> None:
        """Collect what changed and redraw once, at most at the rate of the settings."""
        if self._flush_waits:
            return
        wait = self._flushed_at + 1.0 / self.settings.update_rate - monotonic()
        if wait <= 0.0:
            self._redraw()
        else:
            self._flush_waits = True
            self.set_timer(wait, self._redraw)

    def _redraw(self) -> None:
        self._flush_waits = False
        self._flushed_at = monotonic()
        if self._link is None:
            return
        changed = EVERYTHING if "*" in self._changed else frozenset(self._changed)
        self._changed.clear()
        self.view = SeatView(self._link.view)
        if self.view.running:
            self.ratio = float(self.view.clock.get("ratio") or self.ratio)
        if not self._introduced and not self.view.empty:
            self._introduced = True
            self.run_worker(self._introduce(), group="introduction")
            return
        for screen in self.screen_stack:
            take = getattr(screen, "take", None)
            # A screen that is still being mounted takes the whole view when it is there.
            if take is not None and screen.is_mounted:
                take(self.view, changed)
        if self.view.ending is not None and not self._ending_shown and self._main_is_up():
            self.show_ending()

    async def _introduce(self) -> None:
        """The first screens of a new exercise, then the main screen."""
        if self._screens is not None:
            await self._screens
        from sim.tui.screens.main import MainScreen

        await self._room.wait()
        if self.view.never_run and self.view.ending is None and not await self._first_start():
            self.leave()
            return
        self._ending_shown = False
        await self.push_screen(MainScreen(self.glyphs, self.settings.roads, self.settings.keys))
        if self.view.ending is not None:
            self.show_ending()
        # A collection of the oldest generation took 29 to 49 ms; what is loaded by now never becomes garbage.
        gc.collect()
        gc.freeze()

    async def _first_start(self) -> bool:
        from sim.tui.screens.first_start import (
            ReadAheadScreen,
            SeatChoiceScreen,
            WarningScreen,
            chapters_for,
        )

        exercise = self.view.part("exercise")
        if not await self.push_screen_wait(WarningScreen(exercise)):
            return False
        chapters = chapters_for(exercise, self.view.seat_ids)
        if chapters:
            await self.push_screen_wait(ReadAheadScreen(chapters))
        if self._seats is None and len(self.view.rows("seats")) > 1:
            choice = await self.push_screen_wait(SeatChoiceScreen(self.view))
            if not choice:
                return False
            self._seats = (choice,)
            if choice != WHOLE_TEAM:
                await self._take_seats(self._seats)
        return True

    async def _take_seats(self, seats: tuple[str, ...]) -> None:
        """Join again in other seats: what the first link saw is forgotten with it."""
        before = self._link
        self._link = link = self._make_link(seats)
        self.view = SeatView()
        if before is not None:
            await before.close()
        self.run_worker(self._listen(link), group="link", exclusive=True)

    def _main_is_up(self) -> bool:
        from sim.tui.screens.main import MainScreen

        return isinstance(self.screen, MainScreen)

    # for the screens

    def tell(self, text: str, severity: Literal["information", "warning", "error"] = "information") -> None:
        """Say something: kept in the log and in sight; the toast only repeats it."""
        text = plain(text)
        style = {"error": ink.ALARM, "warning": ink.WARN}.get(severity, "")
        day = str(self.view.clock.get("day") or "")
        self.log_lines.append(ink.line((f"{day}  " if day else "", ink.DIM), (text, style)))
        del self.log_lines[:-LONGEST_LOG]
        for screen in self.screen_stack:
            note = getattr(screen, "note", None)
            if note is not None and screen.is_mounted:
                note(text, style or ink.SOFT)
        if severity != "information":
            self.notify(text, severity=severity, markup=False)

    def copy(self, text: str) -> None:
        if text:
            self.copy_to_clipboard(text)
            self.tell("Copied.")

    def show_ending(self) -> None:
        from sim.tui.screens.ending import EndingScreen

        asked = self._ending_shown
        self._ending_shown = True

        def left(result: str | None) -> None:
            if result == "leave":
                self.ask_quit()

        self.push_screen(EndingScreen(self.view, asked=asked), left)

    def ask_quit(self) -> None:
        from sim.tui.screens.quit import QuitDialog

        if isinstance(self.screen, QuitDialog):
            return

        def answered(leave: bool | None) -> None:
            if leave:
                self.leave()

        self.push_screen(QuitDialog(self._path), answered)

    def leave(self, code: int = 0) -> None:
        """End the client; the exercise file already holds everything."""
        self.exit(code)


def play(url: str, token: str, seats: tuple[str, ...] | None, path: str, *, keeper: Keeper | None = None) -> int:
    """Play the exercise of a running host in the terminal; return the exit code.

    Raises:
        SettingsError: when the player's settings cannot be used.
    """

    def make_link(wanted: tuple[str, ...]) -> Link:
        # websockets is 60 ms that the first frame does not wait for.
        from sim.net.client import HostLink

        return HostLink(url, token, wanted, keeper=keeper)

    app = MissionApp(make_link, seats, path, load_settings())
    app.run()
    return app.return_value if app.return_value is not None else (app.return_code or 0)
