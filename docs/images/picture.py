"""Draw the README's picture: ``python docs/images/picture.py``. The real program, on a real game, seed 7.

The game is played by typed commands to the morning after the first shots; then the screens open it.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from pathlib import Path

from sim.net.client import HostLink
from sim.net.launch import HostKeeper
from sim.tui.app import MissionApp
from sim.tui.link import Link
from sim.tui.settings import Settings

SIZE = (160, 45)
PICTURE = Path(__file__).parent / "saraf_umra.svg"
PLAYED = """\
wait 50h
decide gate open-with-search
wait 3h
order outer-perimeter company-1 team-site
order reinforce company-2 team-site
order inner-perimeter fpu-3/1 team-site
wait 3h
quit
"""


def played(folder: Path) -> Path:
    """A game some way in."""
    game = folder / "saraf-umra.mlt"
    command = [sys.executable, "-m", "sim.cli", "play", "saraf_umra", "--seed", "7", "--plain", "--save", str(game)]
    subprocess.run(command, input=PLAYED, text=True, check=True, stdout=subprocess.DEVNULL)
    return game


async def draw(game: Path) -> str:
    """The main screen of the game, as the program exports it."""
    keeper = HostKeeper(game, log_folder=game.parent)
    host = keeper.start()

    def join(seats: tuple[str, ...]) -> Link:
        return HostLink(host.url, host.token, seats, keeper=keeper)

    app = MissionApp(join, ("*",), str(game), Settings(motion="none"))
    try:
        async with app.run_test(size=SIZE) as pilot:
            await pilot.pause(3.0)
            return app.export_screenshot(title="Mission Leadership Tabletop")
    finally:
        keeper.close()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        PICTURE.write_text(asyncio.run(draw(played(Path(folder)))), encoding="utf-8")
    print(PICTURE)


if __name__ == "__main__":
    main()
