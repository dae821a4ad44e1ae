"""Deployment patterns that are written for a scenario, read from it, and added to its file."""

from __future__ import annotations

from sim.experiment.deploying.files import with_patterns, write_new
from sim.experiment.deploying.listing import pattern_lines
from sim.experiment.deploying.patterns import KINDS, generated
from sim.experiment.deploying.plan import GeneratedPattern
from sim.experiment.deploying.writing import as_yaml

__all__ = ["KINDS", "GeneratedPattern", "as_yaml", "generated", "pattern_lines", "with_patterns", "write_new"]
