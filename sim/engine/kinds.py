"""The kinds of journal rows: each declares its fields and their types once.

``root`` names the kind of beginning a row may be when nothing else caused it (scenario, input,
inject, policy, calendar, chance). ``world`` is false for rows that only restate others, as entries
of the ledger do.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final


class FieldType(Enum):
    TICK = "tick"
    NAME = "name"
    INTEGER = "integer"
    FIXED = "fixed"
    EVENT = "event"
    PAIRS = "pairs"


TICK, NAME, INTEGER = FieldType.TICK, FieldType.NAME, FieldType.INTEGER
FIXED, EVENT, PAIRS = FieldType.FIXED, FieldType.EVENT, FieldType.PAIRS

ROOTS: Final = ("scenario", "input", "inject", "policy", "calendar", "chance")


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """One kind of row."""

    code: int
    name: str
    fields: tuple[tuple[str, FieldType], ...]
    root: str
    world: bool


BY_CODE: Final[list[Kind]] = []


def _kind(name: str, *, root: str = "", world: bool = True, **fields: FieldType) -> Kind:
    made = Kind(len(BY_CODE), name, tuple((field.rstrip("_"), type_) for field, type_ in fields.items()), root, world)
    BY_CODE.append(made)
    return made


# Beginnings
SCENARIO = _kind("scenario-began", root="scenario")
INPUT = _kind("input", root="input", kind=NAME, sequence=INTEGER, about=NAME, action=NAME)
POLICY = _kind("policy-acted", root="policy", rule=NAME)
CALENDAR = _kind("calendar", root="calendar")
CHOICE = _kind("choice", root="chance", outcome=NAME, uniform=INTEGER, odds=PAIRS, terms=PAIRS)
CANDIDATE = _kind("candidate", root="chance", ordinal=INTEGER, accepted=INTEGER, chance=FIXED, place=NAME)
ONSET = _kind("onset", root="chance", place=NAME)

# The ledger
LEDGER = _kind("ledger", world=False, amount=FIXED, cut=FIXED, reason=NAME)

# Injects, decisions, procedure
INJECT = _kind("inject", root="inject")
INJECT_SKIPPED = _kind("inject-skipped", root="inject")
DECISION_OPENED = _kind("decision-opened", root="scenario", seat=NAME, due=TICK)
DECISION_ANSWERED = _kind("decision-answered", option=NAME)
DECISION_EXPIRED = _kind("decision-expired", option=NAME)
PROCEDURE_STEP = _kind("procedure-step", step=NAME, late=INTEGER)
BENCHMARK = _kind("benchmark", state=INTEGER)

# Information
REPORT = _kind("report", root="scenario", phrase=NAME, grade=NAME, urgent=INTEGER, to=PAIRS)
UNNOTICED = _kind("unnoticed", source=NAME)
DEMAND = _kind("demand", by=NAME)
REPRISAL = _kind("reprisal", root="chance", place=NAME)
FIGURE = _kind("figure", to=NAME, figure=NAME, amount=FIXED)

# Command
TASK_SENT = _kind("task-sent", action=NAME, unit=NAME, place=NAME)
HOP = _kind("hop", at=NAME)
TASK_REFUSED = _kind("task-refused", reason=NAME)
TASK_PREPARING = _kind("task-preparing", until=TICK)
TASK_BEGAN = _kind("task-began", action=NAME, place=NAME)
TASK_ALREADY = _kind("task-already")
TASK_DONE = _kind("task-done", action=NAME, outcome=NAME)
TASK_CANCELLED = _kind("task-cancelled", reason=NAME)
ON_THE_SPOT = _kind("acted-on-the-spot", outcome=NAME)
APPROVAL = _kind("approval", by=NAME, granted=INTEGER)
ABSENT = _kind("principal-absent", until=TICK)
CRISIS_TEAM = _kind("crisis-team", active=INTEGER)

# Caveats
OBJECTION = _kind("objection", caveat=NAME, task=EVENT)
NEEDS_STATED = _kind("needs-stated", ground=NAME)
LEVER = _kind("lever", lever=NAME, effect=FIXED)
OBJECTION_ENDED = _kind("objection-ended", outcome=NAME)

# Movement and forces
DEPARTED = _kind("departed", origin=NAME, destination=NAME, eta=TICK)
ARRIVED = _kind("arrived", place=NAME)
DENIED = _kind("denied", route=NAME, by=NAME)
ROUTINE_PATROL = _kind("routine-patrol", root="calendar", place=NAME)
POSTURE = _kind("posture", posture=NAME)
STRIPPED = _kind("stripped", place=NAME, share=FIXED)
DETACHED_ENDED = _kind("detached-ended", reason=NAME)

# Support
STOCK = _kind("stock", stock=NAME, level=FIXED)
SHORTAGE = _kind("shortage", stock=NAME)
CLEARANCE = _kind("clearance", gate=NAME, granted=INTEGER)
FLIGHT = _kind("flight", mission=NAME, displaced=NAME)
EVACUATED = _kind("evacuated", wounded=INTEGER, place=NAME)
TREATED = _kind("treated", wounded=INTEGER, place=NAME)

# People
FLED = _kind("fled", root="chance", origin=NAME, destination=NAME, people=INTEGER, eta=TICK)
REACHED = _kind("reached", place=NAME, people=INTEGER)
TURNED_AWAY = _kind("turned-away", place=NAME, people=INTEGER)
MOVED_ON = _kind("moved-on", place=NAME, destination=NAME, people=INTEGER, eta=TICK)
RETURNED = _kind("returned", place=NAME, people=INTEGER)
SETTING_OUT = _kind("setting-out", root="chance", place=NAME, people=INTEGER, eta=TICK)
RUMOUR = _kind("rumour", root="chance", place=NAME, true_=INTEGER)
POPULATION = _kind("population", people=INTEGER)
HARM = _kind("harm", killed=INTEGER, wounded=INTEGER)
DIED = _kind("died", people=INTEGER)
SETTLED = _kind("settled", credibility=FIXED)

# Sites
GATE = _kind("gate", state=NAME)
ADMITTED = _kind("admitted", people=INTEGER)
CROWD = _kind("crowd", density=FIXED)
CRUSH = _kind("crush", root="chance", killed=INTEGER, wounded=INTEGER)
FORCED_ENTRY = _kind("forced-entry", people=INTEGER)
WATER = _kind("water", litres=FIXED)
SCREENED = _kind("screened", people=INTEGER, weapons=INTEGER)
TENSION = _kind("tension", level=FIXED)
FIREWOOD = _kind("firewood", root="chance", harm=INTEGER)
SICKNESS = _kind("sickness", root="chance", cases=INTEGER)
GROUND = _kind("ground", square_metres=FIXED)
RATIONED = _kind("rationed", litres_per_day=FIXED)
SUPPLIED = _kind("supplied", stock=NAME, amount=FIXED)
FULL = _kind("full", people=INTEGER)
UNREST = _kind("unrest", root="chance", killed=INTEGER, wounded=INTEGER)
ENTERED = _kind("police-entered", by=NAME)
WOUNDED = _kind("wounded", wounded=INTEGER, critical=INTEGER)

# Groups, deterrence, contact
GROUP_ACTED = _kind("group-acted", action=NAME, place=NAME)
HELD_BACK = _kind("held-back", action=NAME, place=NAME)
ATTACK = _kind("attack", target=NAME, place=NAME, minutes=FIXED)
ATTACK_ENDED = _kind("attack-ended", killed=INTEGER, wounded=INTEGER, answered=INTEGER, reason=NAME)
CONTACT = _kind("contact", against=NAME, place=NAME)
CONTACT_ENDED = _kind(
    "contact-ended", killed=INTEGER, wounded=INTEGER, peacekeepers_killed=INTEGER, peacekeepers_wounded=INTEGER
)
RESPONSE = _kind("response", unit=NAME, immediate=INTEGER, minutes=FIXED)
LOOTED = _kind("looted", place=NAME)
CREDIBILITY = _kind("credibility", kept=INTEGER, announced=INTEGER, belief=FIXED, unit=NAME)
WARNING = _kind("warning", place=NAME)

# Politics
TALKS = _kind("talks", stage=NAME)
AGREEMENT = _kind("agreement", clauses=INTEGER)
AGREEMENT_BROKEN = _kind("agreement-broken", root="chance")
CONSENT = _kind("consent", state=NAME)
DEMARCHE = _kind("demarche", outcome=NAME)
MESSAGE = _kind("message", line=NAME)
CONTRADICTION = _kind("contradiction", against=NAME)
PRESSURE = _kind("pressure", demand=NAME)
RELOCATED = _kind("relocated", staff=INTEGER, place=NAME)
SPOKEN = _kind("spoken", root="input", verb=NAME, about=NAME)
CONDUCT = _kind("conduct", root="chance", handled=NAME)

# The host state: its forces, its obstructions, its curfews, and what the mission says of it
HOST_STANCE = _kind("host-stance", stance=NAME)
HOST_HELPED = _kind("host-forces-came", place=NAME, minutes=FIXED)
CALLED_OFF = _kind("called-off", by=NAME, place=NAME)
OBSTRUCTED = _kind("obstructed", what=NAME, where=NAME, until=TICK)
LET_PASS = _kind("obstruction-let-pass", what=NAME, where=NAME)
PROTESTED = _kind("protested", violations=INTEGER)
FORCED = _kind("passage-forced", route=NAME, outcome=NAME)
CURFEW = _kind("curfew", place=NAME, state=NAME)
CURFEW_NIGHT = _kind("curfew-night", place=NAME, manner=NAME)
ABUSE = _kind("host-abuse", place=NAME, people=INTEGER)
DUE_DILIGENCE = _kind("due-diligence", risk=NAME)
SUPPORT_TAINTED = _kind("support-tainted", mitigated=INTEGER)
NAMED = _kind("named-publicly", violations=INTEGER)
SILENCE = _kind("silence-kept", place=NAME)
UNBACKED = _kind("commander-left-alone", place=NAME)
# Networks, signs, rumours, assessments
NETWORK = _kind("network", reach=FIXED)
ALERT = _kind("alert", by=NAME)
SURVEYED = _kind("surveyed", people=INTEGER)
HIRED = _kind("hired", languages=FIXED)

# Public order, custody, staff and sites under protection
CROWD_GATHERED = _kind("crowd-gathered", people=INTEGER, against=NAME)
CROWD_TURNED = _kind("crowd-turned", mood=NAME, people=INTEGER)
CROWD_VIOLENT = _kind("crowd-violent", against=NAME, killed=INTEGER, wounded=INTEGER)
CROWD_FIRED_ON = _kind("crowd-fired-on", unit=NAME, killed=INTEGER, wounded=INTEGER)
CROWD_OVER = _kind("crowd-over", how=NAME)
CONTROL_PASSING = _kind("control-passing", to=NAME, until=TICK)
CONTROL_PASSED = _kind("control-passed", to=NAME)
REHEARSED = _kind("hand-over-rehearsed")
DETAINED = _kind("detained", by=NAME, people=INTEGER, children=INTEGER)
CUSTODY_STEP = _kind("custody-step", step=NAME, hours=FIXED)
CUSTODY_OVERDUE = _kind("custody-overdue", step=NAME, hours=FIXED)
CUSTODY_ENDED = _kind("custody-ended", how=NAME, people=INTEGER)
APPREHENSION = _kind("apprehension", outcome=NAME, people=INTEGER)
CORDON = _kind("cordon", people=INTEGER, weapons=INTEGER)
INQUIRY = _kind("inquiry", due=TICK)
FINDING = _kind("finding", result=NAME, late=INTEGER)
RISK_ASSESSED = _kind("risk-assessed", level=NAME)
CRITICALITY = _kind("criticality", level=NAME)
STAFF_HURT = _kind("staff-hurt", people=INTEGER)
STAFF_EVACUATED = _kind("staff-evacuated", staff=INTEGER, nationals=INTEGER)
STRENGTHENED = _kind("strengthened", works=FIXED)
ESCORTED = _kind("escorted", destination=NAME, people=INTEGER, eta=TICK)
RESCUED = _kind("rescued", staff=INTEGER, people=INTEGER)
EXPLOITATION = _kind("exploitation", unit=NAME)
ACTING = _kind("acting", by=NAME)
# Columns, lines, force under law, aircraft
COLUMN_LEFT = _kind("column-left", origin=NAME, toward=NAME, strength=INTEGER, purpose=NAME)
COLUMN_SEEN = _kind("column-seen", place=NAME)
COLUMN_ARRIVED = _kind("column-arrived", place=NAME, strength=INTEGER)
COLUMN_TURNED = _kind("column-turned", place=NAME, reason=NAME)
COLUMN_HALTED = _kind("column-halted", place=NAME)
COLUMN_BARRED = _kind("column-barred", unit=NAME, place=NAME, outcome=NAME)
COLUMN_HOME = _kind("column-home", place=NAME)
LINE_DECLARED = _kind("line-declared", groups=INTEGER)
LINE_TOLD = _kind("line-told", group=NAME, commander=INTEGER, confirmed=INTEGER)
LINE_CROSSED = _kind("line-crossed", line=NAME, place=NAME)
LINE_KEPT = _kind("line-kept", group=NAME, kept=INTEGER)
LINE_WITHDRAWN = _kind("line-withdrawn")
RELEASE_ASKED = _kind("release-asked", of=NAME)
FORCE_REVIEW = _kind(
    "force-review", group=NAME, necessary=INTEGER, proportionate=INTEGER, warned=INTEGER, imminent=INTEGER
)
SORTIE = _kind("sortie", group=NAME, place=NAME, aircraft=INTEGER)
IDENTIFIED = _kind("identified", group=NAME, seen=NAME)
AIR_WARNED = _kind("air-warned", group=NAME)
AIR_ACTION = _kind("air-action", group=NAME, place=NAME)
AIR_ACTION_ENDED = _kind("air-action-ended", killed=INTEGER, wounded=INTEGER, civilians=INTEGER, broke=INTEGER)
HARMED_BY_MISSION = _kind("harmed-by-mission", killed=INTEGER, wounded=INTEGER)
FOUND_NOBODY = _kind("found-nobody", group=NAME, place=NAME)

# Groups that campaign: what they learn, where they go, what keeps them up, and what is settled with them
LESSON = _kind("lesson", action=NAME, succeeded=INTEGER, successes=FIXED, failures=FIXED)
GROUP_ENTERED = _kind("group-entered", place=NAME)
GROUP_LEFT = _kind("group-left", place=NAME)
ROADBLOCK = _kind("roadblock", root="scenario", route=NAME, purpose=NAME)
ROADBLOCK_LIFTED = _kind("roadblock-lifted", route=NAME)
BOMB = _kind("bomb", route=NAME, killed=INTEGER, wounded=INTEGER)
GROUP_SUPPLY = _kind("group-supply", root="scenario", days=FIXED, per_day=FIXED)
RECRUITED = _kind("recruited", root="chance", fighters=INTEGER)
SCATTERED = _kind("scattered", fighters=INTEGER)
CAME_BACK = _kind("came-back", fighters=INTEGER, denied=INTEGER)
COHORT = _kind("cohort", fighters=INTEGER, received=INTEGER)
PATRON_ANSWERED = _kind("patron-answered", outcome=NAME)
BARGAINED = _kind("bargained", stage=NAME, demand=FIXED)
TERMS_AGREED = _kind("terms-agreed", terms=INTEGER)
TERMS_BROKEN = _kind("terms-broken", reason=NAME)
SIGN = _kind("sign", indicator=NAME, true_=INTEGER)
ASSESSED = _kind("assessed", chance=FIXED, likelihood=NAME, confidence=NAME)
STORY = _kind("story", about=NAME, believed=FIXED)
STORY_ANSWERED = _kind("story-answered", about=NAME, undone=FIXED)
# Ways: who may pass, what lies in the road, what is brought, and who lives where
ROUTE_OPENED = _kind("route-opened", by=NAME)
SEASON = _kind("season", root="calendar", season=NAME)
CHECKED = _kind("checkpoint", state=NAME)
WEAPONS_FOUND = _kind("weapons-found", weapons=INTEGER)
MINED = _kind("mined", share=FIXED, known=INTEGER)
MINE_MET = _kind("mine-met", route=NAME, killed=INTEGER, wounded=INTEGER)
CLEARED = _kind("cleared", left=FIXED)
PATROL_SEEN = _kind("patrol-seen", place=NAME)
VEHICLE_LOST = _kind("vehicle-lost", left=INTEGER)
UNSERVICEABLE = _kind("unserviceable", until=TICK)
SUPPLY_LOW = _kind("supply-low", days=FIXED)
SUPPLY_OUT = _kind("supply-out", place=NAME)
BASE_OPENED = _kind("base-opened", unit=NAME)
BASE_CLOSED = _kind("base-closed", reason=NAME, days=FIXED)
CONVOY_DUE = _kind("convoy-due", root="calendar", place=NAME)
CONVOY_HELD = _kind("convoy-held", reason=NAME)
CONVOY_LEFT = _kind("convoy-left", origin=NAME)
CONVOY_ARRIVED = _kind("convoy-arrived", place=NAME)
CONVOY_HIT = _kind("convoy-hit", place=NAME, taken=INTEGER)
DIED_OF_WOUNDS = _kind("died-of-wounds", place=NAME)
