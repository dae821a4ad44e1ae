"""A view as the host sends it, modelled on the second day of Saraf Umra, and a link that serves it."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import AsyncIterator, Mapping
from typing import Any

from sim.net.protocol import Delta, HostMessage, Notice, ReceiptFor, Snapshot, merge

HOUR = 3_600_000

SEATS = [
    ("head-of-mission", "Joint special representative"),
    ("deputy-political", "Deputy, political"),
    ("force-commander", "Force commander"),
    ("police-commissioner", "Police commissioner"),
    ("mission-support", "Mission support"),
    ("joc", "Joint operations centre"),
    ("security-adviser", "Security adviser"),
]

PLACES = [
    ("saraf-umra", "Saraf Umra", "town", 13.45, 23.27, 1, "4,000 - 9,000 left", "fighting"),
    ("team-site", "Team site", "base", 13.437, 23.286, 2, "4,000 - 9,000", "shots"),
    ("el-geneina", "El Geneina", "town", 13.45, 22.45, 1, "", ""),
    ("zalingei", "Zalingei", "town", 12.91, 23.47, 1, "", ""),
    ("kabkabiya", "Kabkabiya", "base", 13.65, 24.08, 2, "", ""),
    ("el-sireaf", "El Sireaf", "base", 13.89, 23.52, 2, "about 1,000 arrived", "tense"),
    ("el-fasher", "El Fasher", "headquarters", 13.63, 25.35, 1, "", ""),
    ("nertiti", "Nertiti", "town", 12.96, 24.05, 2, "", ""),
    ("mournei", "Mournei", "displacement-site", 12.95, 22.87, 2, "", ""),
    ("kereinik", "Kereinik", "village", 13.37, 22.88, 3, "", ""),
]

ROUTES = [
    ("saraf-umra", "team-site", 2, "open", []),
    ("saraf-umra", "kereinik", 55, "slow", [(13.43, 23.1)]),
    ("kereinik", "el-geneina", 58, "open", [(13.42, 22.66)]),
    ("saraf-umra", "kabkabiya", 118, "open", [(13.5, 23.5), (13.62, 23.8)]),
    ("saraf-umra", "el-sireaf", 73, "cut", [(13.62, 23.36), (13.78, 23.47)]),
    ("saraf-umra", "zalingei", 83, "slow", [(13.25, 23.32), (13.05, 23.46)]),
    ("kabkabiya", "el-fasher", 172, "open", [(13.6, 24.4), (13.68, 24.9)]),
    ("zalingei", "nertiti", 82, "open", [(12.98, 23.7)]),
    ("nertiti", "kabkabiya", 99, "unknown", [(13.2, 24.12), (13.45, 24.05)]),
    ("mournei", "zalingei", 85, "unknown", [(12.86, 23.1)]),
    ("mournei", "kereinik", 61, "open", [(13.15, 22.82)]),
    ("mournei", "el-geneina", 93, "open", [(13.1, 22.6)]),
    ("el-sireaf", "kabkabiya", 85, "open", [(13.83, 23.85)]),
]

UNITS = [
    (
        "company",
        "Team-site company",
        "un",
        "unit",
        "infantry company",
        "team-site",
        "Team site",
        "guard gate",
        "posture open",
        13.437,
        23.286,
    ),
    (
        "police-team",
        "Police team",
        "un",
        "police",
        "32 individual police",
        "team-site",
        "Team site",
        "community",
        "",
        13.437,
        23.286,
    ),
    (
        "observers",
        "Observers",
        "un",
        "unit",
        "military observers",
        "team-site",
        "Team site",
        "report",
        "",
        13.437,
        23.286,
    ),
    (
        "second-company",
        "Kabkabiya company",
        "un",
        "unit",
        "infantry company",
        "kabkabiya",
        "Kabkabiya",
        "patrol",
        "",
        13.65,
        24.08,
    ),
    (
        "fpu",
        "FPU platoon",
        "un",
        "police",
        "formed police platoon",
        "zalingei",
        "Zalingei",
        "objects",
        "",
        12.91,
        23.47,
    ),
    ("aviation", "Aviation", "un", "air", "two helicopters", "el-fasher", "El Fasher", "ready", "", 13.63, 25.35),
    ("convoy", "Water convoy", "un", "unit", "eight trucks", "", "on the road, 40 km out", "supply", "", 13.6, 24.6),
    (
        "state-police",
        "State police post",
        "host",
        "police",
        "about 20",
        "saraf-umra",
        "Saraf Umra",
        "",
        "",
        13.45,
        23.27,
    ),
    (
        "riders-north",
        "Riders, north",
        "armed",
        "group",
        "100 - 300 reported",
        "",
        "north of the market",
        "",
        "",
        13.5,
        23.25,
    ),
    ("riders-west", "Riders, west", "armed", "group", "some vehicles", "", "west of town", "", "", 13.44, 23.12),
    ("aid-clinic", "Clinic", "aid", "group", "one doctor", "saraf-umra", "Saraf Umra", "", "", 13.45, 23.27),
]

INBOX = [
    (1, "D+0 06:00", "Joint operations centre", "Morning: nothing unusual reported", "B3", False, []),
    (2, "D+0 09:04", "Police desk", "Stalls shut, herds moved, children sent away", "C3", False, ["saraf-umra"]),
    (3, "D+0 09:51", "Team site", "Patrol order received; two of six vehicles run", "B2", False, ["company"]),
    (
        4,
        "D+0 16:20",
        "Sector commander",
        "Two villages near Kabkabiya threatened",
        "B2",
        False,
        ["kabkabiya", "second-company"],
    ),
    (5, "D+1 06:20", "Team site", "Flash: firing north of the market", "A1", True, ["saraf-umra"]),
    (6, "D+1 07:10", "Team site", "Hundreds at the wire. Open or hold?", "A1", True, ["team-site"]),
    (7, "D+1 08:05", "Radio Darfur", "9,000 people have fled to the base", "D4", False, ["team-site"]),
    (8, "D+1 08:40", "Engineer", "Half a litre each tonight", "A2", False, ["team-site"]),
    (
        9,
        "D+1 09:05",
        "Security adviser",
        "Advises moving civilians and police out",
        "B2",
        True,
        ["team-site", "police-team"],
    ),
    (10, "D+1 09:20", "Headquarters", "Wants a figure by 15:00", "A1", False, []),
]

TASKS = [
    (
        "t1",
        "direction",
        "head-of-mission",
        "force-commander",
        "Visible patrol to the market",
        "company",
        "saraf-umra",
        "done",
        "D+0 09:10",
    ),
    (
        "t2",
        "order",
        "force-commander",
        "",
        "Open an adjacent protected area",
        "company",
        "team-site",
        "under way",
        "D+1 07:32",
    ),
    (
        "t3",
        "order",
        "force-commander",
        "",
        "Send the second company",
        "second-company",
        "team-site",
        "received",
        "D+1 08:15",
    ),
    (
        "t4",
        "request",
        "police-commissioner",
        "mission-support",
        "Detach a platoon",
        "fpu",
        "team-site",
        "objected",
        "D+1 08:20",
    ),
    (
        "t5",
        "request",
        "head-of-mission",
        "mission-support",
        "Truck water from Kabkabiya",
        "convoy",
        "team-site",
        "preparing",
        "D+1 08:50",
    ),
]

ACTORS = [
    (
        "governor",
        "Governor",
        "counterpart",
        "conditional",
        "medium",
        "D+1 08:00",
        ["Wants no new camp.", "Gives road permits himself."],
    ),
    ("capital", "The capital", "counterpart", "consent given", "low", "D+0 06:00", []),
    ("security-service", "Security service", "counterpart", "withdrawn in practice", "medium", "D+1 07:30", []),
    ("elders-a", "Town elders", "community", "afraid, will talk", "medium", "D+0 17:00", []),
    ("elders-b", "Herders' elders", "community", "angry, will talk later", "low", "D+0 17:00", []),
    (
        "women",
        "Women's association",
        "community",
        "trusts the police team",
        "high",
        "D+1 08:30",
        ["Has a list of the missing."],
    ),
    ("riders", "Riders", "group", "attacking, not against the base", "medium", "D+1 08:45", []),
    ("fpu-capital", "FPU contributor", "contributor", "reluctant", "low", "D+1 08:22", []),
    ("hq", "Headquarters", "headquarters", "asks for numbers", "high", "D+1 09:20", []),
]


def _clock(hours: float, state: str, ratio: float) -> dict[str, Any]:
    tick = int(hours * HOUR)
    day, rest = divmod(int(hours * 60) + 360, 24 * 60)
    text = f"{rest // 60:02d}:{rest % 60:02d}"
    return {
        "tick": tick,
        "day": f"D+{day} {text}",
        "date": f"{6 + day} March 2014 {text}",
        "state": state,
        "ratio": ratio,
        "until": None,
        "lag": False,
        "reason": "",
        "speeds": [1, 10, 60, 120, 600],
    }


def _decision() -> dict[str, Any]:
    return {
        "order": 1,
        "id": "gate",
        "seat": "head-of-mission",
        "seat_title": "Joint special representative",
        "title": "Open the gate, or hold it?",
        "text": "The team-site commander asks one question. He will open at 09:50 if he hears nothing.",
        "due_tick": int(27.833 * HOUR),
        "due": "D+1 09:50",
        "left": "0:20",
        "state": "open",
        "options": [
            {
                "id": "open",
                "label": "Open the gate",
                "text": "Everybody comes in, unsearched.",
                "tensions": ["immediate safety", "control of the base"],
            },
            {
                "id": "adjacent",
                "label": "Open an area beside the base, with a weapons search",
                "text": "Slower; some wait in the open under fire.",
                "tensions": ["speed", "arms inside"],
            },
            {
                "id": "hold",
                "label": "Hold the gate",
                "text": "Nobody comes in until the second company is there.",
                "tensions": ["mandate", "capacity"],
            },
        ],
        "otherwise": "he opens the gate",
        "known": [
            "Hundreds at the wire at 07:10, says the team site (A1)",
            "Firing 400 m from the gate (A1)",
            "Water for 400 people (A2)",
        ],
        "unknown": [
            "Whether armed men are among them",
            "How many more are on the way",
            "What the state police will do",
        ],
        "considerations": [
            "The mandate: protect civilians under imminent threat.",
            "What is opened cannot be closed tonight.",
        ],
        "answer": "",
    }


def _objection() -> dict[str, Any]:
    return {
        "order": 1,
        "id": "obj-1",
        "unit": "fpu",
        "unit_name": "FPU platoon",
        "seat": "police-commissioner",
        "state": "objecting",
        "since": "D+1 08:22",
        "lines": [
            {
                "when": "D+1 08:20",
                "who": "Police commissioner",
                "text": "Detach one platoon to the inner ring at the team site.",
            },
            {"when": "D+1 08:22", "who": "FPU commander", "text": "The unit is not split. I have instructions."},
        ],
        "needs": "",
        "levers": [
            {"id": "limit-time", "label": "Limit the time", "help": "Say for how many days."},
            {"id": "medical", "label": "Guarantee a surgeon", "help": "Name the hospital and the flight."},
            {
                "id": "memorandum",
                "label": "Read the memorandum together",
                "help": "It says nothing against detachment.",
            },
        ],
    }


def _forms() -> dict[str, Any]:
    units = [{"id": row[0], "name": row[1]} for row in UNITS if row[2] == "un"]
    places = [{"id": row[0], "name": row[1]} for row in PLACES]
    to = [{"id": key, "name": title} for key, title in SEATS]
    forms = [
        (
            "order",
            "force-commander",
            "patrol",
            "Visible patrol",
            "deter",
            "II physical protection",
            "prevention",
            False,
            [2.0, 6.0, 24.0],
        ),
        (
            "order",
            "force-commander",
            "interpose",
            "Stand between",
            "pre-empt",
            "II physical protection",
            "pre-emption",
            True,
            [1.0, 12.0, 72.0],
        ),
        ("order", "force-commander", "reinforce", "Move to reinforce", "", "", "", False, None),
        (
            "order",
            "police-commissioner",
            "detach",
            "Detach a platoon",
            "",
            "II physical protection",
            "response",
            False,
            None,
        ),
        (
            "direction",
            "head-of-mission",
            "protect-site",
            "Protect the people at the site",
            "deter",
            "II physical protection",
            "response",
            False,
            [1.0, 4.0, 48.0],
        ),
        ("direction", "head-of-mission", "mediate", "Start local mediation", "", "I dialogue", "response", False, None),
        ("request", "head-of-mission", "confirm", "Who else says so?", "", "", "", False, None),
        ("request", "police-commissioner", "water", "Truck water to a place", "", "", "", False, None),
    ]
    rows = {}
    for number, (kind, seat, name, label, mode, tier, phase, reserved, hours) in enumerate(forms, 1):
        rows[f"{kind}:{seat}:{name}"] = {
            "order": number,
            "id": f"{kind}:{seat}:{name}",
            "kind": kind,
            "seat": seat,
            "action": name,
            "label": label,
            "help": f"{label}: it takes vehicles, water and a commander who understands why.",
            "force_mode": mode,
            "tier": tier,
            "phase": phase,
            "reserved": reserved,
            "units": units if kind != "direction" else [],
            "places": places,
            "targets": [],
            "to": to if kind != "order" else [],
            "options": [
                {"id": "by-day", "label": "by daylight only"},
                {"id": "with-police", "label": "with the police team"},
            ]
            if kind != "request"
            else [],
            "hours": hours,
        }
    return rows


def canned_view(
    *, hours: float = 27.5, state: str = "running", ratio: float = 60, seats: tuple[str, ...] = ("*",)
) -> dict[str, Any]:
    """The view at some hour of the exercise; ``hours=0`` is a first start."""
    started = hours > 0
    position = {key: (lat, lon) for key, _, _, lat, lon, *_ in PLACES}
    whole = "*" in seats
    held = {key for key, _ in SEATS} if whole else set(seats)
    title = "Whole team" if whole else dict(SEATS)[seats[0]]
    tables: dict[str, dict[str, Any]] = {
        "places": {
            key: {
                "order": number,
                "id": key,
                "name": name,
                "kind": kind,
                "lat": lat,
                "lon": lon,
                "rank": rank,
                "people": people if started else "",
                "people_as_of": "D+1 08:05",
                "violence": violence if started else "",
                "notes": [],
                "facts": [
                    {"label": "Water", "text": "0.5 litre a person", "as_of": "D+1 08:40", "grade": "A2"},
                    {"label": "Wounded", "text": "12 - 30", "as_of": "D+1 09:00", "grade": "B3"},
                    {"label": "Gate", "text": "open, no search", "as_of": "D+1 07:50", "grade": "A1"},
                ]
                if key == "team-site" and started
                else [],
            }
            for number, (key, name, kind, lat, lon, rank, people, violence) in enumerate(PLACES, 1)
        },
        "routes": {
            f"{a}-{b}": {
                "order": number,
                "id": f"{a}-{b}",
                "a": a,
                "b": b,
                "km": km,
                "surface": "track",
                "path": [list(position[a]), *([lat, lon] for lat, lon in bends), list(position[b])],
                "status": status if started or status == "unknown" else "open",
                "as_of": "D+1 06:00" if started else "",
            }
            for number, (a, b, km, status, bends) in enumerate(ROUTES, 1)
        },
        "units": {
            key: {
                "order": number,
                "id": key,
                "name": name,
                "side": side,
                "type": words,
                "glyph_kind": kind,
                "mine": side == "un",
                "place": place or None,
                "between": None,
                "progress": 0.0,
                "lat": lat,
                "lon": lon,
                "where": where,
                "posture": posture,
                "task": task,
                "state": "ready" if side == "un" else "",
                "strength": words,
                "as_of": "D+1 09:00",
                "grade": "A2" if side == "un" else "C3",
                "controller": "police-commissioner" if kind == "police" else "force-commander",
            }
            for number, (key, name, side, kind, words, place, where, task, posture, lat, lon) in enumerate(UNITS, 1)
            if started or side == "un"
        },
        "flows": {
            "f1": {
                "order": 1,
                "id": "f1",
                "a": "saraf-umra",
                "b": "el-sireaf",
                "lat": 13.6,
                "lon": 23.38,
                "heading": "N",
                "text": "about 1,000 towards El Sireaf",
            },
            "f2": {
                "order": 2,
                "id": "f2",
                "a": "saraf-umra",
                "b": "kereinik",
                "lat": 13.41,
                "lon": 23.08,
                "heading": "W",
                "text": "4,000 towards Kereinik",
            },
        }
        if started
        else {},
        "inbox": {
            f"r{number}": {
                "order": number,
                "id": f"r{number}",
                "tick": number * HOUR,
                "when": when,
                "sender": sender,
                "to": "Head of mission",
                "seat": "head-of-mission",
                "title": title_,
                "text": f"{title_}. The desk adds: seen by one source, to be confirmed before it is passed on.",
                "grade": grade,
                "urgent": urgent,
                "topic": "",
                "about": about,
            }
            for number, when, sender, title_, grade, urgent, about in INBOX
            if started
        },
        "tasks": {
            key: {
                "order": number,
                "id": key,
                "kind": kind,
                "seat": seat,
                "seat_title": dict(SEATS)[seat],
                "to": to,
                "action": "",
                "label": label,
                "unit": unit,
                "place": place,
                "state": task_state,
                "when": when,
                "as_of": "D+1 09:10",
                "text": "",
            }
            for number, (key, kind, seat, to, label, unit, place, task_state, when) in enumerate(TASKS, 1)
            if started
        },
        "actors": {
            key: {
                "order": number,
                "id": key,
                "name": name,
                "kind": kind,
                "assessed": assessed,
                "confidence": confidence,
                "as_of": as_of,
                "notes": notes,
            }
            for number, (key, name, kind, assessed, confidence, as_of, notes) in enumerate(ACTORS, 1)
        },
        "decisions": {"gate": _decision()} if started else {},
        "objections": {"obj-1": _objection()} if started else {},
        "forms": _forms(),
        "seats": {
            key: {
                "order": number,
                "id": key,
                "title": title_,
                "held": started or False,
                "by_me": key in held,
                "outside": False,
            }
            for number, (key, title_) in enumerate(SEATS, 1)
        },
    }
    single: dict[str, Any] = {
        "exercise": {
            "title": "Saraf Umra",
            "summary": "A team site in North Darfur, one company, 32 police; a market town two kilometres away.",
            "scenario": "saraf_umra",
            "mission": "UNAMID",
            "pattern": "historical",
            "seed": 7,
            "start": "2014-03-05T06:00:00",
            "duration": 15 * 24 * HOUR,
            "epilogue": None,
            "warning": "This exercise deals with attacks on civilians, flight, thirst and refusal of help.",
            "endorsement": "Drawn from the public record. Not endorsed by the United Nations or any state.",
            "readahead": [
                {
                    "title": "Where you are",
                    "text": "Saraf Umra is a market town on the road from El Geneina to Kabkabiya.\n\n"
                    "The dry season makes every track passable and every well matter.",
                },
                {
                    "title": "What you command",
                    "text": "One company at the team site, 32 police officers, observers. "
                    "Everything else is a day away.",
                },
            ],
            "doctrine_note": "",
        },
        "seat": {"ids": sorted(held), "title": title, "whole_team": whole, "control": False},
        "clock": _clock(hours, state, ratio),
        "figures": [
            {
                "id": "at-site",
                "label": "At the site",
                "text": "4,000 - 9,000",
                "as_of": "D+1 08:05",
                "grade": "C3",
                "trend": "▁▃▆",
            },
            {
                "id": "killed",
                "label": "Killed, reported",
                "text": "8 - 20",
                "as_of": "D+1 08:30",
                "grade": "C4",
                "trend": "▁▂▃",
            },
            {
                "id": "wounded",
                "label": "Wounded",
                "text": "12 - 30",
                "as_of": "D+1 09:00",
                "grade": "B3",
                "trend": "▁▄▅",
            },
            {
                "id": "water",
                "label": "Water, litres a day",
                "text": "0.5",
                "as_of": "D+1 08:40",
                "grade": "A2",
                "trend": "▇▅▁",
            },
            {
                "id": "displaced",
                "label": "On the roads",
                "text": "4,000 - 6,000",
                "as_of": "D+1 09:00",
                "grade": "C3",
                "trend": "",
            },
        ]
        if started
        else [],
        "ending": None,
        "levers": [
            {"id": "limit-time", "label": "Limit the time", "help": "Say for how many days.", "cost": "1 leader-hour"}
        ],
    }
    return {"single": single, "tables": tables}


ENDING = {
    "question": "What would you do differently?",
    "headline": "Most are home. Some say they were told to go.",
    "story": [
        {"when": "D+1 06:20", "text": "Firing north of the market; the team site reported within minutes."},
        {"when": "D+1 07:40", "text": "The commander opened the gate before your answer reached him."},
        {"when": "D+1 22:10", "text": "The platoon was allowed to move, for ten days, in daylight."},
        {"when": "D+12 14:00", "text": "Fifty elders of each side signed at your base."},
    ],
    "numbers": [
        {"label": "Largest number at the base", "text": "23,400", "note": "you were told 15,000 - 30,000"},
        {"label": "Hours until the gate was answered", "text": "1.3", "note": ""},
        {"label": "Hours lost to the caveat", "text": "13.8", "note": "ended by a time limit"},
    ],
    "causes": [
        {
            "title": "Hours lost to the caveat",
            "lines": [
                "The platoon objected at D+1 08:22.",
                "You asked what it would take at D+1 11:15.",
                "The capital answered at D+1 22:10.",
            ],
        },
    ],
    "path": "/home/player/saraf-umra-1.mlt",
    "resume": "mlt play /home/player/saraf-umra-1.mlt",
}


class CannedLink:
    """A link without a host: it serves one view, records what is sent, and says what a test tells it to."""

    def __init__(self, view: dict[str, Any] | None = None) -> None:
        self.state = "linking"
        self.view: dict[str, Any] = {"single": {}, "tables": {}}
        self.reason = ""
        self.offer = ""
        self.sent: list[dict[str, Any]] = []
        self.clocked: list[tuple[str, float, Any]] = []
        self.receipt = ReceiptFor("1", True)
        self.closed = False
        self.wanted: tuple[str, ...] = ()
        self._first = copy.deepcopy(view if view is not None else canned_view())
        self._queue: asyncio.Queue[HostMessage | None] = asyncio.Queue()
        self._version = 0

    async def messages(self) -> AsyncIterator[HostMessage]:
        self.view = self._first
        self.state = "linked"
        yield Snapshot(0, self.view)
        while (message := await self._queue.get()) is not None:
            yield message

    async def send_input(self, data: Mapping[str, Any]) -> ReceiptFor:
        self.sent.append(dict(data))
        return self.receipt

    async def clock(self, action: str, *, ratio: float = 0.0, to: Any = None) -> ReceiptFor:
        self.clocked.append((action, ratio, to))
        return self.receipt

    async def go_back(self) -> None:
        self.offer = ""

    async def close(self) -> None:
        self.closed = True

    def change(self, single: dict[str, Any] | None = None, tables: dict[str, dict[str, Any]] | None = None) -> None:
        """What the host would send when something changed."""
        merge(self.view, single or {}, tables or {})
        self._version += 1
        self._queue.put_nowait(Delta(self._version - 1, self._version, single or {}, tables or {}))

    def lose(self) -> None:
        self.state = "lost"
        self._queue.put_nowait(Notice("warning", "LINK LOST. Everything acknowledged is safe; coming back."))

    def say(self, text: str) -> None:
        self._queue.put_nowait(Notice("info", text))
