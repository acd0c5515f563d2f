"""Compute those units of a study that have no outcome yet."""

import sys
import time
from concurrent.futures import as_completed

from tqdm import tqdm

from flatminima.sweeps import runners, shards, store
from flatminima.sweeps.unit import compute

LEFT_BEHIND = 60  # seconds after which a temporary file belongs to nobody: a file is written in far less


def run(study, workers=None, shard=None, fresh=False):
    """Compute what is missing, damaged or from other code, or with `fresh` everything; return how many units that were."""
    units = shards.part(study.units, shard)
    missing = [unit for unit in units if fresh or not _usable(study, unit)]
    _sweep_up(study, missing)
    failures = []
    if missing:
        if study.requires:
            study.requires()
        with runners.executor(workers, study.workers) as executor, _bar(study, units, missing) as bar:
            if fresh:  # not before: where no scheduler answers, nothing is deleted
                study.forget(units)
            futures = {executor.submit(compute, study.function, unit): unit for unit in missing}
            for future in as_completed(futures):
                parameters = futures[future]
                arrays, circumstances, failure = future.result()
                if failure:
                    failures.append((parameters, failure))
                else:
                    store.write(study.path(parameters), arrays, study.origin(parameters) | circumstances)
                bar.update()
    for path in study.strays():
        print(f"{store.shown(path)} belongs to no unit of {study.name}; delete it.", file=sys.stderr)
    if failures:
        parameters, failure = failures[0]
        raise RuntimeError(f"{len(failures)} of {len(missing)} units failed; {parameters} did with\n{failure}")
    return len(missing)


def _usable(study, unit):
    try:
        study.outcome(unit)
    except store.UnusableOutcome as problem:
        if study.path(unit).exists():
            print(f"{problem} It is computed again.", file=sys.stderr)
        return False
    return True


def _bar(study, units, missing):
    """A bar with an estimate of the time left, on a terminal only."""
    return tqdm(total=len(units), initial=len(units) - len(missing), desc=study.name, unit="unit", smoothing=0, disable=None)


def _sweep_up(study, missing):
    """Remove what a killed run of the same units was writing."""
    for unit in missing:
        for temporary in study.folder.glob(f".{study.path(unit).name}.*"):
            if time.time() - temporary.stat().st_mtime > LEFT_BEHIND:
                temporary.unlink(missing_ok=True)
