"""Making many runs and keeping them: who makes them, in which portions, and the folder in which they stay.

    model = ...                                            # a Model, such as a ScenarioModel
    manifest = Manifest.of(
        model,
        kind="compare",
        patterns=("point", "tob"),
        master_seed=7,
        asked={"primary": "P(civilians_killed>50)"},       # plain JSON; may change when work goes on
        design=None,                                       # or Design(points, draws, {"parameter": values})
    )
    specs = [
        Spec(0, 0, replication, pattern, seed_of(7, 0, replication))
        for replication in range(225)
        for pattern in manifest.patterns                   # patterns of a replication after each other
    ]                                                      # a generator does as well
    with opened(workers=2) as pool, Store.open(Path("results"), manifest) as store:
        summary = make(model, specs, store, pool, progress=print)    # only what is missing
        results = store.results(manifest.patterns, start=0)          # complete replications 0, 1, 2 ...
        deaths = results.values("point", "civilians_killed")
        store.digest(), store.failures(), store.seconds_per_run(), store.table()

Leaving the store writes what is held and, unless an error is on its way, puts the parts into one sorted file.
"""

from sim.experiment.running.dispatch import Progress, Summary, make
from sim.experiment.running.manifest import Design, Manifest
from sim.experiment.running.pools import Pool, opened
from sim.experiment.running.reading import StoredResults
from sim.experiment.running.store import Store

__all__ = ["Design", "Manifest", "Pool", "Progress", "Store", "StoredResults", "Summary", "make", "opened"]
