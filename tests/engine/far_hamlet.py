"""The two posts and a hamlet far from all of them, with lorries, a clearing team, and agencies on the road."""

from __future__ import annotations

from sim.engine.world import World
from small_mission import mission

FAR = (
    ("  depot: {kind: base, at: [13.4, 23.4]}\n",
     "  depot: {kind: base, at: [13.4, 23.4]}\n"
     "  hamlet: {kind: village, at: [13.0, 23.7]}\n"
     "  camp: {kind: village, at: [13.1, 23.9]}\n"),
    ("  - {between: [post, capital-base], km: 200}\n",
     "  - {between: [post, capital-base], km: 200}\n"
     "  - {between: [depot, hamlet], km: 50}\n"
     "  - {between: [post, hamlet], km: 90}\n"
     "  - {between: [hamlet, camp], km: 26}\n"),
    ("communities:\n", "communities:\n  hamlet-people: {place: hamlet, people: 2000, trust: 40}\n"),
    ("  trucks: {type", "  lorries: {type: convoy-trucks, contributor: mission, at: depot}\n"
     "  clearers: {type: eod-team, contributor: mission, at: depot}\n  trucks: {type"),
)  # fmt: skip
"""What makes the hamlet out of the small mission."""
WITH_AID = ("hamlet: {kind: village,", "hamlet: {kind: village, aid_from: depot, aid_days: 5,")
ROUTE = "depot--hamlet"


def far(*pairs: tuple[str, str], **given: float) -> World:
    """A world with the hamlet; further replacements come after those that make it."""
    return mission(*FAR, *pairs, **given)  # type: ignore[arg-type]
