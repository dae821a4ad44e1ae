"""A small sound scenario, and the same with something changed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

SOUND = """\
format: 1
title: A gate
start: 2014-03-05T06:00+03:00
duration: 5d
epilogue: 10d
mission: {name: A mission, headquarters: capital-base}
mandate: {type: multidimensional}
seats:
  head-of-mission: {role: head-of-mission, at: capital-base}
  force-commander: {role: force-commander, at: capital-base, under: head-of-mission}
places:
  capital-base: {kind: headquarters, at: [13.6, 25.3]}
  town: {kind: town, at: [13.4, 23.2]}
  team-site: {kind: base, near: town, km: 2, bearing: 90}
routes:
  - {between: [town, team-site], km: 2}
contributors:
  tcc-a:
    kind: tcc
    caveats:
      - {id: night-moves, night: true, ground: safety}
units:
  company-1: {type: infantry-company, contributor: tcc-a, at: team-site, under: [force-commander]}
  company-2: {type: infantry-company, contributor: tcc-a, at: team-site}
communities:
  farmers: {place: town, people: 5000, kin: {team-site: 1}}
injects:
  rumour:
    when: {all: [{people-at: {place: team-site, above: 200}}, {after: 12h}]}
    from: farmers
    to: [head-of-mission]
    text: They say the riders come back tonight.
decisions:
  gate:
    title: The gate
    when: {at-or-after: "D+1 06:00"}
    to: head-of-mission
    within: 4h
    options:
      open: {label: Open it}
      shut: {label: Keep it shut}
    otherwise: shut
patterns:
  alone:
    units: {company-2: absent}
  night:
    contributors: {tcc-a: {caveats: {night-moves: absent}}}
    options: {raiders: riders}
options:
  raiders:
    title: Who came?
    default: nobody
    choices:
      nobody: {title: Nobody}
      riders:
        title: Riders
        groups:
          riders: {kind: militia, home: town, strength: {uniform: [20, 60]}}
"""


@pytest.fixture(scope="session")
def sound() -> str:
    return SOUND


@pytest.fixture(scope="session")
def changed() -> Callable[..., str]:
    """The sound scenario with each text replaced by another; every text must be there."""

    def change(*pairs: tuple[str, str]) -> str:
        text = SOUND
        for old, new in pairs:
            assert old in text, old
            text = text.replace(old, new)
        return text

    return change
