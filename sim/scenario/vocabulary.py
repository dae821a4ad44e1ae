"""What a condition may ask for: attributes by the kind of subject that has them, and events by name.

The engine provides what stands here, and tests compare the two both ways. Whoever gives the engine a new attribute or
a new event writes it here, once, and every scenario may use it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

ATTRIBUTES: Final[Mapping[str, tuple[str, ...]]] = {
    # places and those who live there
    "people": ("places",),
    "waiting": ("places",),
    "inside": ("places",),
    "gate": ("places",),
    "water": ("places",),
    "density": ("places",),
    "tension": ("places",),
    "wounded": ("places",),
    "untreated": ("places",),
    "weapons": ("places",),
    "violence": ("places",),
    "aid": ("places",),
    "staff": ("places",),
    "network": ("places",),
    "interpreters": ("places",),
    "crowd": ("places",),
    "crowd-people": ("places",),
    "anger": ("places",),
    "control": ("places",),
    "detained": ("places",),
    "criticality": ("places",),
    "works": ("places",),
    "fear": ("communities",),
    "trust": ("communities",),
    "home": ("communities",),
    "displaced": ("communities", "mission"),
    # the mission's own people
    "place": ("units",),
    "state": ("units", "red_lines"),
    "posture": ("units",),
    "task": ("units",),
    # the others
    "strength": ("groups",),
    "intent": ("groups",),
    "at": ("groups",),
    "supply": ("groups", "units"),
    "column": ("groups",),
    "column-toward": ("groups",),
    "column-at": ("groups",),
    "column-strength": ("groups",),
    "terms": ("groups",),
    "readiness": ("patrons",),
    "consent": ("counterparts",),
    "violations": ("counterparts",),
    "abuses": ("counterparts",),
    "risk": ("counterparts", "places"),
    "stance": ("groups",),
    "curfew": ("places",),
    "agreement": ("hostilities", "mission"),
    "confirmed": ("red_lines",),
    "tests": ("red_lines",),
    "kept": ("red_lines",),
    # the ground and the whole
    "status": ("routes",),
    "escort": ("routes",),
    "base": ("places",),
    "season": ("mission",),
    "killed": ("mission",),
    "daylight": ("mission",),
    "dust": ("mission",),
}
"""What the world holds: injects and benchmarks read it there, seats as far as a report has told them."""

TOLD: Final[Mapping[str, tuple[str, ...]]] = {
    "state": ("objections",),
    "needs": ("objections",),
    "market": ("places",),
    "families": ("places",),
    "herds": ("places",),
    "talk": ("places",),
    "roadblocks": ("places",),
    "troops": ("places",),
    "likelihood": ("places",),
    "confidence": ("places",),
    "story": ("places",),
    "demand": ("counterparts", "groups"),
    "question": ("mission", "places", "red_lines"),
    "talks": ("hostilities",),
    "gate-flight": ("counterparts",),
    "gate-convoy": ("counterparts",),
    "gate-camp": ("counterparts",),
    "gate-entry": ("counterparts",),
    "gate-curfew": ("counterparts",),
}
"""What only reports speak of: a seat may know it, but no inject can wait for it."""

EVENTS: Final[Mapping[str, tuple[str, str]]] = {
    "agreement": ("hostilities", "elders of both sides sign"),
    "agreement-broken": ("hostilities", "what was signed no longer holds"),
    "air-action": ("groups", "attack helicopters act against its column"),
    "air-action-ended": ("groups", "they turn away from it"),
    "apprehension": ("groups", "somebody tries to arrest its people"),
    "arrived": ("units", "it is where it was sent"),
    "attack": ("places", "people there are attacked"),
    "attack-ended": ("places", "an attack on people there is over"),
    "base-attacked": ("places", "a group attacks the base there"),
    "called-off": ("places", "the host state calls an attack of its forces off"),
    "civilians-harmed": ("places", "the mission's own force hurts civilians"),
    "column-arrived": ("groups", "its column is where it was going"),
    "column-left": ("groups", "its column sets out"),
    "column-turned": ("groups", "its column turns back"),
    "contact": ("places", "armed men fight there: groups with each other, or with the mission"),
    "contact-ended": ("places", "such a fight is over"),
    "control-passed": ("places", "police have handed the order of the place to soldiers, or soldiers to police"),
    "control-passing": ("places", "that begins"),
    "cordon": ("places", "a quarter is closed and searched"),
    "crowd": ("places", "so many before the gate that they press"),
    "crowd-fired-on": ("places", "somebody fires at a crowd"),
    "crowd-gathered": ("places", "a crowd comes together"),
    "crowd-over": ("places", "it has gone home"),
    "crowd-violent": ("places", "it turns to violence"),
    "crush": ("places", "people are crushed before the gate"),
    "decision-answered": ("decisions", "it was answered"),
    "decision-expired": ("decisions", "nobody answered"),
    "decision-opened": ("decisions", "it was put"),
    "departed": ("units", "it sets out"),
    "detained": ("places", "the mission holds people there"),
    "escorted": ("places", "people are led out under protection"),
    "exceeds-police": ("places", "violence is more than police can answer"),
    "exploitation": ("places", "misconduct towards people at the base"),
    "finding": ("places", "an inquiry has its result"),
    "firewood": ("places", "women who fetch wood are attacked"),
    "food-short": ("places", "there is too little to eat"),
    "forced-entry": ("places", "people force the gate"),
    "full": ("places", "nobody else finds room"),
    "gate": ("places", "the gate is opened or shut"),
    "group-entered": ("groups", "it comes to a place to stay"),
    "group-left": ("groups", "it leaves a place"),
    "hand-over-rehearsed": ("places", "police and military have rehearsed"),
    "host-abuse": ("counterparts", "its forces attack people"),
    "host-stance": ("groups", "a force of the host state changes its stance"),
    "inject": ("injects", "it was fired"),
    "inquiry": ("places", "an inquiry begins"),
    "line-crossed": ("red_lines", "somebody crosses it"),
    "line-declared": ("red_lines", "it is announced"),
    "line-heeded": ("red_lines", "somebody turns back before it"),
    "line-kept": ("red_lines", "it was crossed, and answered"),
    "line-not-kept": ("red_lines", "it was crossed, and nothing followed"),
    "looted": ("places", "the place is robbed"),
    "named": ("counterparts", "the mission names it in public"),
    "objection": ("units", "its commander objects"),
    "objection-ended": ("units", "the objection is over"),
    "obstructed": ("counterparts", "its people hold the mission up"),
    "onset": ("places", "a hostility breaks out"),
    "police-entered": ("places", "police of the host state come into the base"),
    "procedure-step": ("procedure", "it was done"),
    "rescued": ("places", "people who were cut off are brought out"),
    "response": ("places", "somebody comes while an attack goes on"),
    "risk-assessed": ("places", "the risk to staff was assessed"),
    "sickness": ("places", "sickness breaks out"),
    "sign": ("places", "a sign of what is to come shows, true or not"),
    "spoken": ("anybody", "control speaks as this actor"),
    "staff-evacuated": ("places", "staff leave"),
    "story": ("places", "a story goes round"),
    "submitted": ("products", "a product was handed in"),
    "task-refused": ("units", "an order to it is not carried out"),
    "terms-agreed": ("groups", "it agrees to terms"),
    "terms-broken": ("groups", "it breaks them"),
    "unit-refused": ("units", "it objects to an order, or does not carry it out"),
    "unrest": ("places", "people at the base fight each other"),
    "water-short": ("places", "there is too little to drink"),
}
"""What happens in the world, by the section whose entries it happens to, and what it is.

A seat also hears of the phrases of reports, which the doctrine lists.
"""


def attributes_of(kind: str, *, told: bool) -> list[str]:
    """Every attribute that a kind of subject has, with those of reports where a seat asks."""
    tables = (ATTRIBUTES, TOLD) if told else (ATTRIBUTES,)
    return [name for table in tables for name, kinds in table.items() if kind in kinds]


MEANINGS: Final[Mapping[str, str]] = {
    "people": "displaced people who are there, before the gate and behind it",
    "waiting": "people before the gate",
    "inside": "people behind the gate",
    "gate": "`shut`, `open` or `search`",
    "water": "litres a person a day",
    "density": "people per square metre before the gate",
    "tension": "the mood, 0 to 100",
    "wounded": "wounded who wait to be flown out",
    "untreated": "wounded whom nobody has seen to",
    "weapons": "weapons that came in unseen",
    "violence": "`quiet`, `incidents` or `fighting`",
    "aid": "`reaching` or `none`; `suspended` where a report says so",
    "staff": "`present`, `relocated` or `evacuated`",
    "crowd": "`none`, `calm`, `angry`, `violent` or `armed`",
    "crowd-people": "people in the crowd",
    "anger": "0 to 100",
    "control": "`mission-police`, `military`, `host-police`, `nobody` or `passing`",
    "detained": "people in the mission's custody",
    "risk": "of a counterpart, what the last due-diligence assessment came to; of a place, the risk to staff: "
    "`low`, `medium`, `high`, `very-high` or `unacceptable`",
    "criticality": "`pc1` to `pc4`, or `not-set`",
    "works": "how well it is fortified, 0 to 100",
    "fear": "0 to 100",
    "trust": "trust in the mission, 0 to 100",
    "home": "people at home",
    "displaced": "people who live and are not at home",
    "place": "where it is; empty on the road, in reports `>` and the place it makes for",
    "state": "of a unit: `ready`, `preparing`, `moving`, `executing`, `objecting`; of a red line: `draft`, "
    "`announced`, `withdrawn`; of an objection: how the conversation stands",
    "posture": "`routine`, `high-readiness` or `defend-base`",
    "task": "the response that it carries out; empty if none",
    "strength": "fighters",
    "intent": "what it chose last",
    "at": "where most of it is",
    "supply": "days of supply left; in reports of a unit `enough`, `low` or `out`",
    "column": "`none`, `moving`, `halted`, `crossed`, `arrived` or `turned`",
    "column-toward": "the place its column makes for",
    "column-at": "the place or route where its column is",
    "column-strength": "fighters in its column",
    "terms": "`none`, `talking`, `offered`, `agreed`, `leaving`, `left` or `refused`",
    "consent": "`given`, `conditional` or `withdrawn`",
    "agreement": "`none`, `talks`, `signed` or `broken`",
    "confirmed": "share of the commanders it binds who have confirmed it",
    "tests": "times it was tested",
    "kept": "times the mission answered a test",
    "status": "`open`, `slow`, `held` (the host state stands on it), `blocked` (a group does) or `cut`",
    "killed": "civilians killed",
    "daylight": "`day` or `night`",
    "dust": "`yes` or `no`",
    "network": "share of its people through whom an alarm would come, 0 to 1",
    "interpreters": "share of its languages that people hired there speak, 0 to 1",
    "market": "`shut`, where a report said so",
    "families": "`leaving`, where a report said so",
    "herds": "`moved`, where a report said so",
    "talk": "`hateful`, where a report said so",
    "roadblocks": "`seen`, where a report said so",
    "troops": "`seen`, where a report said so",
    "likelihood": "`low`, `medium` or `high`, as the analysis centre judges violence to come",
    "confidence": "`low`, `medium` or `high`: what it would stake on that",
    "story": "`mission`, `attack`, `poison` or `partiality`: what the latest story that goes round is about",
    "readiness": "how ready a patron is to use its leverage, 0 to 1",
    "stance": "of a host-state force: `help`, `stand-by`, `obstruct` or `prey`",
    "curfew": "`declared`, or empty",
    "abuses": "attacks on civilians that its forces are known to have made",
    "violations": "times it broke the agreement on the mission's status",
    "needs": "what it would take",
    "demand": "what it presses for",
    "question": "what somebody has put before the leadership about it, in a word of the author's own",
    "talks": "how talks stand",
    "gate-flight": "the last answer about a flight: `granted` or `refused`; `shut` while it is shut to all",
    "gate-convoy": "the last answer about a convoy",
    "gate-camp": "the last answer about new ground",
    "gate-entry": "the last answer about its police coming in",
    "gate-curfew": "the last answer about a curfew",
    "escort": "`none`, `asked` (by the agencies) or `escorted`",
    "base": "`none`, `open` or `permanent`",
    "season": "`dry` or `rainy`",
}
"""What the value of each attribute is, for authors."""

AT_SITES: Final[tuple[str, ...]] = (
    "waiting", "inside", "gate", "water", "density", "tension", "wounded", "untreated", "weapons", "works",
)  # fmt: skip
"""Attributes of places that only a base with a `site` has."""

WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "gate": ("shut", "open", "search"),
    "violence": ("quiet", "incidents", "fighting"),
    "crowd": ("none", "calm", "angry", "violent", "armed"),
    "posture": ("routine", "high-readiness", "defend-base"),
    "column": ("none", "moving", "halted", "crossed", "arrived", "turned"),
    "terms": ("none", "talking", "offered", "agreed", "leaving", "left", "refused"),
    "consent": ("given", "conditional", "withdrawn"),
    "stance": ("help", "stand-by", "obstruct", "prey"),
    "status": ("open", "slow", "held", "blocked", "cut"),
    "base": ("none", "open", "permanent"),
    "season": ("dry", "rainy"),
    "daylight": ("day", "night"),
    "dust": ("yes", "no"),
}
"""Attributes whose value is one of a few words, and these."""

STANDINGS: Final[Mapping[str, str]] = {
    "legitimacy": "how far the communities grant the mission its place",
    "headquarters": "the confidence of headquarters",
    "contributors": "the confidence of contributors",
    "humanitarians": "the confidence of the agencies",
    "credibility/mission": "how far the mission is believed to do what it says",
    "backing": "how far commanders expect to be backed by the leadership",
}
"""Standings of every scenario; `standings` sets where they begin."""

STANDING_FAMILIES: Final[Mapping[str, tuple[str, str]]] = {
    "consent": ("counterparts", "consent of a face of the host state"),
    "trust": ("communities", "trust of a community in the mission"),
    "fear": ("communities", "fear of a community"),
    "credibility": ("groups", "how far a group believes that the mission will act"),
    "patron": ("patrons", "how ready a patron is to use its leverage"),
    "tension": ("sites", "the mood at a base that takes people in"),
}
"""Standings of one of a kind, named `FAMILY/ID`, by the section that has them."""

STANDINGS_OPENED_LATER: Final[Mapping[str, tuple[str, str]]] = {
    "anger": ("places", "anger of a crowd at a place"),
    "impartiality": ("groups", "how far a group thinks the mission impartial"),
}
"""The same, from the moment something first moves them: a condition may wait for them, no inject can move them."""

GROUP_ACTIONS: Final[Mapping[str, str]] = {
    "wait": "do nothing",
    "clash": "fight an enemy who is there",
    "raid": "attack the people of a place",
    "loot": "rob a place",
    "attack-site": "attack the displaced at a base",
    "intimidate": "frighten the people of a place",
    "probe": "feel forward to a place that it wants",
    "move": "march on a place that it wants, to take it",
    "block": "stand across a road",
    "ambush": "lie in wait for the mission on the road",
    "attack-base": "strike a base of the mission",
    "disperse": "go home, or to ground",
    "negotiate": "ask for talks",
    "withdraw": "give up a place",
}
"""What an armed group can choose at an opportunity, as its `options` name it."""
