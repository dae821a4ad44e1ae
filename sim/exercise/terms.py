"""The words in which a fact is told to people: what it is called, and what its values and levels mean.

A level is never shown as a number: leaders are told "about half of the commanders", not 0.48 of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

Steps: TypeAlias = tuple[tuple[float, str], ...]

LABELS: Final = {
    "abuses": "Abuses on record",
    "agreement": "Agreement",
    "aid": "Aid",
    "anger": "Temper of the crowd",
    "at": "Where they are",
    "base": "Temporary base",
    "column": "On the road",
    "column-at": "Column last seen",
    "column-strength": "Heads in the column",
    "column-toward": "Column towards",
    "confidence": "How sure that is",
    "confirmed": "Confirmed by",
    "consent": "Consent",
    "control": "Who keeps order",
    "criticality": "Programme criticality",
    "crowd": "Crowd",
    "crowd-people": "People in the crowd",
    "curfew": "Curfew",
    "demand": "Demands",
    "density": "Crowd at the gate",
    "detained": "In our custody",
    "displaced": "Displaced",
    "escort": "Agencies' convoys",
    "families": "Families",
    "fear": "Fear",
    "gate": "Gate",
    "herds": "Herds",
    "home": "At home",
    "inside": "Inside",
    "intent": "Intent",
    "interpreters": "Interpreters",
    "kept": "Times it was kept",
    "likelihood": "Violence in the next days",
    "market": "Market",
    "needs": "What it would take",
    "network": "Alert network",
    "people": "Sheltering",
    "place": "Place",
    "posture": "Posture",
    "question": "On the table",
    "readiness": "Readiness to use influence",
    "risk": "Risk",
    "roadblocks": "Barriers",
    "season": "Season",
    "staff": "Staff",
    "stance": "Conduct",
    "state": "State",
    "status": "Road",
    "story": "What is told",
    "strength": "Strength",
    "supply": "Supply",
    "talk": "Talk in the street",
    "talks": "Talks with",
    "task": "Task",
    "tension": "Mood",
    "terms": "Terms",
    "tests": "Times it was tested",
    "troops": "Armed men",
    "trust": "Trust in the mission",
    "untreated": "Wounded waiting",
    "violations": "Breaches of the status agreement",
    "violence": "Violence",
    "waiting": "Waiting at the gate",
    "water": "Water",
    "works": "Works on the fence",
    "wounded": "Wounded who need a surgeon",
}
UNITS: Final = {"density": "people a square metre", "water": "litres a person and day"}

MOODS: Final[Steps] = ((15, "calm"), (35, "uneasy"), (55, "tense"), (75, "very tense"), (101, "close to breaking"))
"""A level between 0 and 100 is never shown as a number; these are the words up to each level."""

STEPS: Final[Mapping[str, Steps]] = {
    "anger": ((10, "calm"), (30, "muttering"), (55, "angry"), (80, "very angry"), (101, "close to violence")),
    "confirmed": (
        (0.001, "no commander yet"), (0.4, "some commanders"), (0.6, "about half of the commanders"),
        (0.999, "most commanders"), (2, "all commanders"),
    ),
    "fear": ((10, "little"), (30, "some"), (55, "much"), (80, "great"), (101, "panic")),
    "interpreters": ((0.001, "none"), (0.4, "a few"), (0.75, "enough for most"), (2, "enough")),
    "network": ((0.001, "none"), (0.3, "thin"), (0.6, "fair"), (2, "good")),
    "readiness": ((15, "none"), (40, "little"), (65, "some"), (101, "ready")),
    "tension": MOODS,
    "trust": ((15, "hardly any"), (40, "little"), (65, "some"), (101, "good")),
    "works": ((1, "none"), (40, "begun"), (80, "well on"), (1000, "done")),
}  # fmt: skip
"""The words of attributes that are measured, up to each level."""

COUNTED: Final = frozenset({
    "abuses", "crowd-people", "detained", "kept", "killed", "tests", "violations", "wounded", "untreated", "waiting",
})  # fmt: skip
"""Where nought is better said than shown."""

INTENTS: Final = {
    "wait": "waits",
    "disperse": "is dispersing",
    "withdraw": "is pulling back",
    "raid": "means to raid",
    "clash": "means to fight",
    "loot": "is looting",
    "probe": "is probing",
    "block": "blocks the road",
    "intimidate": "threatens people",
    "attack-site": "means to attack those who shelter at a base",
    "attack-base": "means to attack a base",
    "ambush": "lies in wait on a road",
    "move": "means to march",
    "negotiate": "is ready to talk",
}
RISKS: Final = {"very-high": "very high"}
CRITICALITIES: Final = {
    "pc1": "PC1, life-saving or signed for at the top",
    "pc2": "PC2",
    "pc3": "PC3",
    "pc4": "PC4, can wait",
}
WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "base": {"none": "none", "open": "open", "permanent": "here to stay"},
    "column": {
        "none": "no column seen",
        "moving": "a column on the road",
        "halted": "a column, halted on the road",
        "crossed": "a column inside the line",
        "arrived": "the column has arrived",
        "turned": "the column has turned back",
    },
    "consent": {
        "given": "consent given",
        "conditional": "conditional consent",
        "withdrawn": "consent withdrawn in practice",
    },
    "control": {
        "mission-police": "police of the mission",
        "military": "soldiers of the mission",
        "host-police": "police of the host state",
        "nobody": "nobody",
        "passing": "being handed over",
    },
    "criticality": CRITICALITIES,
    "crowd": {"none": "none", "armed": "angry, with weapons among them"},
    "curfew": {"": "none", "declared": "from dusk to dawn"},
    "escort": {"asked": "ask for an escort", "escorted": "under escort", "none": "without escort"},
    "gate": {"open": "open", "search": "open, with a search", "shut": "shut"},
    "intent": INTENTS,
    "risk": RISKS,
    "roadblocks": {"seen": "across a road"},
    "stance": {
        "help": "help",
        "stand-by": "stand by",
        "obstruct": "obstruct",
        "prey": "take what they want from people",
    },
    "state": {
        "executing": "at its task",
        "held": "held up on the road",
        "moving": "on the way",
        "unserviceable": "not serviceable",
    },
    "status": {"cut": "cut", "held": "held by the host state", "blocked": "blocked by armed men"},
    "story": {
        "attack": "an attack is coming",
        "mission": "the mission brought the attackers",
        "partiality": "the mission has taken sides",
        "poison": "the mission's water makes sick",
    },
    "supply": {"enough": "enough", "low": "low", "out": "used up"},
    "talks": {"elders": "elders of both sides"},
    "terms": {
        "none": "none",
        "talking": "talks are going on",
        "offered": "an offer is on the table",
        "agreed": "agreed",
        "leaving": "agreed, and leaving",
        "left": "kept: they have left",
        "refused": "refused",
    },
    "troops": {"seen": "gathering"},
}
"""What single values of an attribute mean; a value without words here is named, or said as it is."""

VALUES: Final[Mapping[str, Mapping[str, str]]] = {
    "level": {**RISKS, **CRITICALITIES},
    "result": {
        "justified": "the force used was justified",
        "failing": "the force used was not justified",
        "unclear": "it cannot be said any more whether it was justified",
    },
    "risk": RISKS,
}
"""The same for values that stand in the sentence of a report."""

NAMES: Final = {
    "camp": "ground for the displaced",
    "convoy": "a road convoy",
    "curfew": "a curfew",
    "entry": "entry into the site",
    "flight": "a flight",
    "mission": "the mission",
}
"""What stands in every scenario; its naming table may say it otherwise."""

OPTIONS: Final = {
    "accept-civilian-risk": "Accept that civilians may be hit",
    "access": "Access for aid",
    "accountability-kept": "Nobody is let off for what was done",
    "all-commanders": "Tell every commander",
    "arrest": "Arrest those who lead it",
    "channel": "Keep a way out open",
    "defend-base": "Defend the base",
    "deny": "Deny what is told",
    "departure": "They leave",
    "disarm": "They give up arms",
    "facts": "Say what is known, and show it",
    "families-protected": "Their families are protected",
    "flights": "Flights",
    "high-readiness": "High readiness",
    "host-at-base": "Meet at the base",
    "icrc-informed": "Inform the ICRC",
    "in-writing": "In writing",
    "market": "The market",
    "mitigation": "With conditions and a monitor",
    "monitoring": "Who watches over it",
    "no-entry": "No entry into the site",
    "no-escort": "No escort and no lift for fighters",
    "offer-role": "Offer a role",
    "officials-in-chair": "Officials in the chair",
    "pc1": "PC1: saves lives, or signed for by the head of mission",
    "pc2": "PC2",
    "pc3": "PC3",
    "pc4": "PC4: can wait",
    "permanent": "Keep it for good",
    "press": "Press",
    "protect-civilians": "Protection of civilians",
    "reassure": "Reassure",
    "receiving-area-warned": "Those where they go are warned",
    "reception": "With reception and a place to live",
    "road": "The road",
    "routine": "Routine",
    "search": "With a search",
    "show": "Show strength",
    "show-only": "Show only, no fire",
    "smoke": "Smoke",
    "talk": "Talk",
    "through-head-of-office": "Through the head of office",
    "warn": "Warn",
    "warn-first": "Warn first",
    "welcome": "Welcome",
    "with-nationals": "Nationally recruited staff too",
    "women": "Women at the table",
}
"""How an option reads on an order form."""
