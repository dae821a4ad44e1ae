"""A small sound scenario to deploy in: two bases, a market, a river, a village behind, and troops at the bases."""

from __future__ import annotations

from typing import Final

TEXT: Final = """\
format: 1
title: Two bases and three villages
start: 2014-03-05T06:00+03:00
duration: 6d
mission: {name: A mission, headquarters: hill}
mandate: {type: multidimensional}
seats:
  head-of-mission: {role: head-of-mission, at: hill}
  force-commander: {role: force-commander, at: hill, under: head-of-mission}
  police-commissioner: {role: police-commissioner, at: hill, under: head-of-mission}
  mission-support: {role: mission-support, at: hill, under: head-of-mission}
  joc: {role: joc, at: hill, under: head-of-mission}
  headquarters: {role: headquarters, level: outside}
  control: {role: control, level: control}
places:
  hill: {kind: headquarters, at: [10.0, 20.0], hospital: 2}
  ford: {kind: base, at: [10.3, 20.6], threat_per_day: 0.2, people: 3000}
  market: {kind: town, at: [10.0, 21.0]}
  river: {kind: village, at: [10.4, 20.2]}
  hut: {kind: village, at: [10.0, 20.02]}
routes:
  - {between: [hill, ford], km: 80}
  - {between: [ford, market], km: 70}
  - {between: [hill, river], km: 60}
  - {between: [market, river], km: 30}
  - {between: [hill, hut], km: 3}
contributors:
  tcc-a: {kind: tcc}
units:
  alpha: {type: infantry-company, contributor: tcc-a, at: hill}
  alpha/1: {type: infantry-platoon, contributor: tcc-a, at: hill}
  alpha/2: {type: infantry-platoon, contributor: tcc-a, at: hill}
  bravo: {type: infantry-company, contributor: tcc-a, at: hill}
  charlie: {type: infantry-company, contributor: tcc-a, at: ford, protects: ford}
  lorries: {type: convoy-trucks, contributor: tcc-a, at: hill}
groups:
  riders: {kind: militia, home: market, strength: 80}
communities:
  traders: {place: market, people: 9000, threatened_by: [riders]}
  fishers: {place: river, people: 4000, threatened_by: [riders]}
  herders: {place: hut, people: 500}
information:
  watch: {kind: presence, places: [hill, ford, market, river], detects: 0.9, delay: 1h, to: [joc]}
"""
