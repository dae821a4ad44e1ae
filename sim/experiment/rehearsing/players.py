"""Player models: habits that play the leadership seats of a world by inputs alone, from what their seats know.

A run is a pure function of blueprint, seed and player.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from sim.engine.world import World
from sim.experiment.rehearsing.catalogue import Player
from sim.experiment.rehearsing.followers import Cautious, Follower
from sim.experiment.rehearsing.luck import Luck
from sim.experiment.rehearsing.random_legal import RandomLegal
from sim.experiment.rehearsing.table import Table, leadership
from sim.experiment.rehearsing.team import Team

NONE: Final = "none"
DOCTRINAL: Final = "doctrinal"
TEAMS: Final[Mapping[str, Callable[[Table, Player, Luck], Team]]] = {
    "slow": Follower,
    "cautious": Cautious,
    "random": RandomLegal,
}


def play(world: World, player: Player, seed: int) -> None:
    """Play a world to its scored end.

    Args:
        seed: of the run; the player's luck hangs on it, not on the world's.
    """
    if player.id == DOCTRINAL:
        world.advance(world.end)
        return
    table = Table(world, leadership(world.blueprint))
    table.sit_down()
    if player.id == NONE:
        table.sleep(world.end)
        return
    team = TEAMS[player.id](table, player, Luck(seed, player.id))
    while table.now < world.end:
        for entry in team.acts():
            team.heard(entry, table.put(entry))
        table.wait(min(team.next_look(), world.end))
