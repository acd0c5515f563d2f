"""What is computed: a function, the units it is called for, and where their outcomes are kept."""

import dataclasses
import inspect
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from flatminima.files import project_root
from flatminima.networks.patterns import positive_integer
from flatminima.sweeps import keys, running, store
from flatminima.sweeps.agreement import largest_deviation
from flatminima.validation import real_number


@dataclass(frozen=True)
class Study:
    """A computation in independent units, `function(**unit)` for each of `units`.

    `function` returns a dict of arrays and numbers, and takes all randomness from its parameters:
    then the outcomes are the same for any number of workers and after any interruption. `version`
    is raised by hand when the function changes: outcomes of another version are not used.
    `recompute` is the unit, or the units, that the tests compute again, and `tolerance` the
    deviation they allow, relative to the largest entry of an array. Outcomes lie in `folder`,
    by default results/<name> of the checkout. `requires` is called before anything is computed or
    deleted, and raises if what all units need is missing: `datasets.fashion_mnist`, for one.
    `workers` is the number of processes unless a call names another: 1 for a function that fills all
    processors or a graphics card by itself, as JAX's programs do; by default one a processor.

    Raises TypeError or ValueError for a name, units or parameters that cannot be.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> squares = Study("demo/squares", lambda x: {"square": x * x}, [{"x": 2}, {"x": 3}],
    ...                 recompute={"x": 2}, tolerance=0, folder=folder.name)
    >>> squares.run(workers=1)
    2
    >>> squares.outcomes()
    [({'x': 2}, {'square': 4}), ({'x': 3}, {'square': 9})]
    >>> squares.run(workers=1)
    0
    >>> folder.cleanup()
    """

    name: str
    function: Callable
    units: Sequence[dict]
    version: int = 1
    recompute: dict | Sequence[dict] = dataclasses.field(kw_only=True)
    tolerance: float = dataclasses.field(kw_only=True)
    folder: Path | str | None = dataclasses.field(default=None, kw_only=True)
    requires: Callable | None = dataclasses.field(default=None, kw_only=True)
    workers: int | None = dataclasses.field(default=None, kw_only=True)

    def __post_init__(self):
        if not isinstance(self.name, str) or not re.fullmatch(r"[\w-]+/[\w-]+", self.name):
            raise ValueError(f"name is {self.name!r}; it must be paper/study in letters, digits, hyphens and underscores.")
        positive_integer("version", self.version)
        if self.workers is not None:
            positive_integer("workers", self.workers)
        real_number("tolerance", self.tolerance, low=0, high=1, closed=True)
        units = tuple(keys.require_parameters(unit) for unit in self.units)
        again = (self.recompute,) if isinstance(self.recompute, dict) else tuple(self.recompute)
        signature = inspect.signature(self.function)
        for unit in units:
            try:
                signature.bind(**unit)
            except TypeError as problem:
                raise TypeError(f"{self.function.__name__} does not take the unit {unit}: {problem}.") from None
        known = {keys.key(self.name, self.version, unit) for unit in units}
        if not units or len(known) < len(units):
            raise ValueError(f"{self.name} has {len(units)} units, {len(known)} of them different; each must be named once.")
        for unit in again:
            if keys.key(self.name, self.version, unit) not in known:
                raise ValueError(f"recompute names {unit}, which is no unit of {self.name}.")
        folder = Path(self.folder) if self.folder else project_root() / "results" / self.name
        for field, value in {"units": units, "recompute": again, "folder": folder}.items():
            object.__setattr__(self, field, value)

    def run(self, workers=None, shard=None, fresh=False):
        """Compute the units that have no valid outcome yet, or with `fresh` all; return how many these were.

        `workers` processes with one thread each, by default those of the study; or the Dask cluster
        at DASK_SCHEDULER_ADDRESS. `shard` = (i, n) restricts this call to the i-th of n parts.
        Each outcome is kept as soon as it is there: a run that was killed goes on where it was.
        `fresh` deletes the old outcomes first, once it is sure that new ones can be computed.
        A file that is damaged or from other code is named, and its unit computed again. Raises
        RuntimeError, after all others are done, if the function raised for a unit.
        """
        return running.run(self, workers, shard, fresh)

    def outcomes(self):
        """All outcomes, as a list of (parameters, outcome) in the order of the units.

        Raises UnusableOutcome if one is missing, damaged, or from other code.
        """
        return [(dict(unit), self.outcome(unit)) for unit in self.units]

    def outcome(self, unit):
        """The outcome of one unit; raises UnusableOutcome as `outcomes` does, ValueError for what is no unit."""
        unit = self._own(unit)
        try:
            return store.read_unit(self.path(unit), self.name, self.version, unit)
        except store.UnusableOutcome as problem:
            raise store.UnusableOutcome(f"{problem} Run `make results` for {self.name}.") from problem.__cause__

    def _own(self, unit):
        """The unit as the study has it: its parameters may be given in another order, the name of its file depends on that."""
        if unit not in self.units:
            raise ValueError(f"{unit!r} is no unit of {self.name}.")
        return self.units[self.units.index(unit)]

    def path(self, unit):
        """The file of a unit; its parameters in the order that they have in `units`."""
        return self.folder / keys.file_name(self.name, unit)

    def origin(self, unit):
        """What a stored outcome says of itself: the study, its version, the parameters, their key."""
        return {
            "study": self.name,
            "version": self.version,
            "parameters": unit,
            "key": keys.key(self.name, self.version, unit),
        }

    def strays(self):
        """Files in the folder that belong to no unit, such as those of units that were given up."""
        return sorted(set(self.folder.glob("*.npz")) - {self.path(unit) for unit in self.units})

    def forget(self, units):
        """Delete the stored outcomes of these units."""
        for unit in units:
            self.path(unit).unlink(missing_ok=True)

    def deviation(self, unit):
        """Compute a unit again, here, and return how far it is from the stored outcome, relative to the largest entries.

        Raises what the function raises.
        """
        return largest_deviation(store.as_arrays(self.outcome(unit)), store.as_arrays(self.function(**unit)))
