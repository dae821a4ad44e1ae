"""What may be said of many runs: how often to look, when to stop, which is best, and how sure that is.

Every routine works on plain arrays, one number a replication, patterns side by side; whatever is compared is compared
pair by pair. The conventions stand in `conventions`, the smallest differences worth acting on in the doctrine.
"""

from sim.experiment.statistics.best import leaders
from sim.experiment.statistics.comparison import compare_answer
from sim.experiment.statistics.grammar import Target, parse
from sim.experiment.statistics.paired import difference, level
from sim.experiment.statistics.quantities import Quantity
from sim.experiment.statistics.questions import Question, Rule
from sim.experiment.statistics.stopping import Decision, judge, looks, stop

__all__ = [
    "Decision",
    "Quantity",
    "Question",
    "Rule",
    "Target",
    "compare_answer",
    "difference",
    "judge",
    "leaders",
    "level",
    "looks",
    "parse",
    "stop",
]
