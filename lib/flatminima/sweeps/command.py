"""The command line of a study's script."""

import argparse
import sys

from flatminima.sweeps import runners, shards
from flatminima.sweeps.store import shown


def main(study, arguments=None):
    """Run the study as the command line says; a mistake in it, or a unit that fails, ends the program with a sentence."""
    parser = argparse.ArgumentParser(
        description=f"Compute {study.name}: {len(study.units)} units, those which have no outcome yet.",
        epilog=f"With {runners.ADDRESS} in the environment the units are computed on that Dask cluster. "
        "A task of a SLURM array computes its shard of them.",
    )
    usual = study.workers or "one a processor"
    parser.add_argument("--workers", type=int, help=f"processes of this machine (default: {usual})")
    parser.add_argument("--shard", metavar="i/n", help="only the i-th of n parts of the units, counted from 1")
    parser.add_argument("--fresh", action="store_true", help="delete the stored outcomes first")
    options = parser.parse_args(arguments)
    try:
        shard = shards.parse(options.shard) if options.shard else shards.from_environment()
        computed = study.run(options.workers, shard, options.fresh)
    except (ValueError, TypeError, RuntimeError, ModuleNotFoundError, ConnectionError) as problem:
        sys.exit(f"{study.name}: {problem}")
    asked = len(shards.part(study.units, shard))
    print(f"{study.name}: {computed} units computed, {asked} asked for, in {shown(study.folder)}.")
