"""Recompute three_units.csv: the local entropy of three units, Fig. 1, at an accuracy of 1e-8. About two minutes.

    python results/shaping-2020/three_units.py
"""

import csv
import io
import math
from pathlib import Path

from tqdm import tqdm

from flatminima import finite_committee
from flatminima.files import write_atomically

LOADS = (0.5, 1.0, 1.5, 2.0, 2.5, 3.0)
OVERLAPS = (0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98)
COLUMNS = ("q1", "alpha", "normalised", "entropy", "slope", "delta_q0", "q1_hat", "delta_q0_hat", "residual", "error")
DIGITS = dict.fromkeys(COLUMNS, ".12g") | {"residual": ".1e", "error": ".1e"}


def main():
    points = [(q1, alpha) for alpha in LOADS for q1 in OVERLAPS]
    bar = tqdm(points, desc="three units, Fig. 1", unit="point", disable=None)
    states = [finite_committee.large_deviation.solve(*point, accuracy=1e-8) for point in bar]
    bound = [state for state in states if state and math.isfinite(state.delta_q0)]  # where the patterns bind
    table = io.StringIO()
    csv.writer(table, lineterminator="\n").writerows(
        [COLUMNS, *([format(getattr(state, name), DIGITS[name]) for name in COLUMNS] for state in bound)]
    )
    write_atomically(Path(__file__).with_suffix(".csv"), table.getvalue())


if __name__ == "__main__":
    main()
