"""The small mission with an army of the host state in its town, and a service that commands it."""

from __future__ import annotations

from typing import Final

from sim.engine.attacks import Attack
from sim.engine.world import World
from small_mission import mission

GROUPS: Final = "groups:\n"
COUNTERPARTS: Final = "  governor: {kind: governor, at: capital-base, consent: 50, gates: [convoy, camp]}"
FARMERS: Final = "  farmers: {place: town, people: 5000, kin: {base: 1}}"
INFORMATION: Final = """\
information:
  callers: {kind: alert-network, places: [town], detects: 1.0, delay: {uniform: [2m, 5m]}, to: [joc]}
"""
ARMY: Final = "army: {kind: host-army, home: town, strength: 400, cohesion: 60, aggression: 70, respects: 30}"
GENDARMES: Final = "gendarmes: {kind: host-police, home: town, strength: 60, respects: 60}"


def hosted(
    *pairs: tuple[str, str], consent: float = 50.0, army: str = ARMY, obstructs: float = 0.0, seed: int = 1,
    hours: float = 0.0, **parameters: float,
) -> World:  # fmt: skip
    """A world in which the security service has an army and gendarmes in the town, and people there to fear them."""
    service = (
        f"  service: {{kind: security-service, at: town, consent: {consent}, gates: [entry, curfew], "
        f"forces: [army, gendarmes], obstructs_per_day: {obstructs}}}"
    )
    return mission(
        (GROUPS, f"{GROUPS}  {army}\n  {GENDARMES}\n"),
        (COUNTERPARTS, f"{COUNTERPARTS}\n{service}"),
        (FARMERS, "  farmers: {place: town, people: 5000, kin: {base: 1}, threatened_by: [army, riders]}"),
        ("information:\n", INFORMATION),
        *pairs,
        seed=seed, hours=hours, **parameters,
    )  # fmt: skip


def attacked(world: World, group: str = "army", minutes: float = 300.0, band: int = 60, place: str = "town") -> Attack:
    """People are attacked now, for as long as this unless somebody ends it."""
    attack = Attack(f"{group}/test/{world.now}", world.groups.state[group], place, False, band, minutes, 4.0)
    world.groups.attacks.start(attack, (world.beginning,))
    return attack
