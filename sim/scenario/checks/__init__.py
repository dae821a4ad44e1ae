"""What must hold between the entries of a scenario: one check a class, one class a file.

A check yields findings and never raises; it runs on the base, on every pattern and on every choice of an option.
"""

from __future__ import annotations

from sim.scenario.checks.decision_answers import DecisionAnswers
from sim.scenario.checks.doctrine_overrides import DoctrineOverrides
from sim.scenario.checks.fights import Fights
from sim.scenario.checks.inject_triggers import InjectTriggers
from sim.scenario.checks.known_words import KnownWords
from sim.scenario.checks.moments import Moments
from sim.scenario.checks.one_key import OneKey
from sim.scenario.checks.option_choices import OptionChoices
from sim.scenario.checks.orders import Orders
from sim.scenario.checks.positions import Positions
from sim.scenario.checks.references import References
from sim.scenario.checks.seat_chain import SeatChain
from sim.scenario.checks.subject import Check, Finding, Subject

__all__ = ["CHECKS", "Check", "Finding", "Subject"]

CHECKS: tuple[Check, ...] = (
    References(),
    KnownWords(),
    DoctrineOverrides(),
    OneKey(),
    Positions(),
    SeatChain(),
    Fights(),
    InjectTriggers(),
    DecisionAnswers(),
    OptionChoices(),
    Orders(),
    Moments(),
)
